"""
Files and the database: what goes in comes out, and nothing is changed in passing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from foretrack import browse, changes, ingest, resolve
from foretrack.core.records import Evidence, Reopening, Resolution
from foretrack.core.vocabulary import Outcome
from foretrack.db import journal, store
from foretrack.db.engine import reading
from foretrack.db.tables import Entity
from foretrack.errors import Conflict, ForetrackError, InvalidInput
from foretrack.files import reading as files
from foretrack.files.gathering import gather
from foretrack.files.validation import validate
from permissions import unprivileged
from strategies import Everything, everything

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    import sqlalchemy as sa

    from foretrack.core.library import Library

SOURCES = """\
sources:
  - id: analyst
    name: Ann Alyst
    kind: person
"""

ARTICLE = """\
article:
  id: analyst-2024
  title: What comes
  source: analyst
  authors: [Ann, Bo]
  published:
    date: 2024-05-28
claims:
  - id: analyst-2024-treaty
    says: They sign a treaty.
    phrase: unlikely
    horizon: {words: medium-term, basis: heading}
    question:
      id: treaty-by-2027
      statement: Will they sign a treaty?
      criteria: Yes if both sign it.
      criteria_written: 2024-05-29
      resolution_source: The press
      opens: 2024-05-28
      closes: 2027-05-28
  - id: analyst-2024-hedge
    says: Something else happens.
    phrase: may
    unscorable: hedge
"""

LEDGER = """\
ledger:
  - resolve: treaty-by-2027
    id: treaty-by-2027-1
    outcome: yes
    happened: 2024-06-19
    decided: 2026-11-20
    evidence:
      - citation: The press
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """
    A small whole record as files.
    """
    put(tmp_path / "record", "sources.yaml", SOURCES)
    put(tmp_path / "record", "articles/analyst-2024.yaml", ARTICLE)
    put(tmp_path / "record", "resolutions/treaty-by-2027.yaml", LEDGER)
    return tmp_path / "record"


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def change(folder: Path, name: str, *edits: tuple[str, str]) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    put(folder, name, text)


@pytest.fixture
def bring_in(
    engine: sa.Engine, folder: Path, library: Library, now: datetime
) -> Callable[..., ingest.Imported]:
    def run(*paths: Path, accept_changes: bool = False, dry_run: bool = False) -> ingest.Imported:
        return ingest.bring_in(
            engine,
            paths or (folder,),
            library=library,
            accept_changes=accept_changes,
            actor="ann",
            now=now,
            dry_run=dry_run,
        )

    return run


def contents(engine: sa.Engine) -> store.Contents:
    with reading(engine) as connection:
        return store.load(connection)


def length(engine: sa.Engine) -> int:
    with reading(engine) as connection:
        assert store.faults(connection) == []
        return journal.head(connection)[0]


def reopen(engine: sa.Engine, now: datetime) -> None:
    entry = Reopening(
        id="x",
        question="treaty-by-2027",
        reopens="treaty-by-2027-1",
        decided=date(2026, 11, 21),
        reason="It was only initialled.",
    )
    resolve.record(engine, entry, today=date(2026, 11, 21), actor="bo", now=now)


class TestImporting:
    def test_the_first_time(
        self, engine: sa.Engine, bring_in: Callable[..., ingest.Imported]
    ) -> None:
        """
        Everything is added, in an order in which references lead somewhere.
        """
        done = bring_in()

        assert done.added == (
            (Entity.SOURCE, "analyst"),
            (Entity.ARTICLE, "analyst-2024"),
            (Entity.QUESTION, "treaty-by-2027"),
            (Entity.CLAIM, "analyst-2024-treaty"),
            (Entity.CLAIM, "analyst-2024-hedge"),
            (Entity.LEDGER, "treaty-by-2027-1"),
        )
        assert (done.unchanged, done.changed, done.missing, done.warnings) == (0, (), (), ())
        assert done.head == browse.faults(engine)[0]
        assert [length(engine)] == [6]

    def test_again_changes_nothing(
        self, engine: sa.Engine, bring_in: Callable[..., ingest.Imported]
    ) -> None:
        """
        The second import finds everything unchanged and writes nothing.
        """
        first = bring_in()
        before = contents(engine)
        second = bring_in()

        assert (second.added, second.changed, second.unchanged) == ((), (), 6)
        assert first.head == second.head
        assert before == contents(engine)

    def test_dry_run(self, engine: sa.Engine, bring_in: Callable[..., ingest.Imported]) -> None:
        """
        A dry run says what would happen and keeps none of it.
        """
        assert len(bring_in(dry_run=True).added) == 6
        assert length(engine) == 0

    def test_problems_store_nothing(
        self, engine: sa.Engine, folder: Path, bring_in: Callable[..., ingest.Imported]
    ) -> None:
        """
        Files with problems are refused whole, with every problem.
        """
        change(
            folder,
            "articles/analyst-2024.yaml",
            ("phrase: unlikely", "phrase: unlikley"),
            ("closes: 2027-05-28", "closes: 2023-05-28"),
        )
        with pytest.raises(InvalidInput) as caught:
            bring_in()

        fields = {problem.where for problem in caught.value.problems}
        assert {"claims[0].phrase", "claims[0].question.closes"} <= fields
        assert length(engine) == 0

    def test_a_part_of_the_record(
        self, engine: sa.Engine, folder: Path, bring_in: Callable[..., ingest.Imported]
    ) -> None:
        """
        A single file may refer to what the database holds; nothing is missing then.
        """
        bring_in(folder / "sources.yaml")
        done = bring_in(folder / "articles")

        assert len(done.added) == 4
        assert done.missing == ()

    def test_missing_records_are_reported_and_kept(
        self, engine: sa.Engine, folder: Path, bring_in: Callable[..., ingest.Imported]
    ) -> None:
        """
        What a whole record lacks is named, and never deleted.
        """
        bring_in()
        (folder / "resolutions" / "treaty-by-2027.yaml").unlink()
        change(
            folder,
            "articles/analyst-2024.yaml",
            (ARTICLE[ARTICLE.index("  - id: analyst-2024-h") :], ""),
        )
        done = bring_in()

        assert done.missing == (
            (Entity.CLAIM, "analyst-2024-hedge"),
            (Entity.LEDGER, "treaty-by-2027-1"),
        )
        assert length(engine) == 6
        assert "analyst-2024-hedge" in contents(engine).claims

    def test_what_was_withdrawn_is_left_out(
        self, engine: sa.Engine, now: datetime, bring_in: Callable[..., ingest.Imported]
    ) -> None:
        """
        Files that still hold a withdrawn record do not bring it back, and it is not missing.
        """
        bring_in()
        resolve.withdraw(
            engine, Entity.CLAIM, "analyst-2024-hedge", reason="no claim", actor="bo", now=now
        )
        done = bring_in()

        assert done.withdrawn == ((Entity.CLAIM, "analyst-2024-hedge"),)
        assert (done.added, done.missing, done.unchanged) == ((), (), 5)
        assert "analyst-2024-hedge" not in contents(engine).claims

    def test_nothing_new_may_need_what_was_withdrawn(
        self,
        engine: sa.Engine,
        folder: Path,
        now: datetime,
        bring_in: Callable[..., ingest.Imported],
    ) -> None:
        """
        A new claim on a withdrawn question would dangle: it is refused, with what to do.
        """
        (folder / "resolutions" / "treaty-by-2027.yaml").unlink()
        bring_in()
        for entity, name in (
            (Entity.CLAIM, "analyst-2024-treaty"),
            (Entity.QUESTION, "treaty-by-2027"),
        ):
            resolve.withdraw(engine, entity, name, reason="not needed", actor="bo", now=now)
        put(folder, "resolutions/treaty-by-2027.yaml", LEDGER)

        with pytest.raises(
            Conflict,
            match=r"treaty-by-2027.yaml:2: ledger treaty-by-2027-1 needs question treaty-by-2027, "
            "which was withdrawn",
        ):
            bring_in()
        assert "treaty-by-2027" not in contents(engine).ledger


class TestChanges:
    @pytest.mark.parametrize(
        ("name", "old", "new", "message"),
        [
            (
                "articles/analyst-2024.yaml",
                "2027-05-28",
                "2026-05-28",
                "closes: 2027-05-28 -> 2026-05-28",
            ),
            (
                "articles/analyst-2024.yaml",
                "Yes if both sign it.",
                "Yes if one signs it.",
                "criteria: Yes if both sign it. -> Yes if one signs it.",
            ),
            (
                "articles/analyst-2024.yaml",
                "phrase: unlikely",
                "phrase: likely",
                "phrase: unlikely -> likely",
            ),
            (
                "articles/analyst-2024.yaml",
                "phrase: unlikely",
                "phrase: unlikely\n    polarity: opposite",
                "polarity: same -> opposite",
            ),
            (
                "articles/analyst-2024.yaml",
                "[Ann, Bo]",
                "[Ann; Bo]",
                'authors: ["Ann","Bo"] -> ["Ann; Bo"]',
            ),
            (
                "articles/analyst-2024.yaml",
                "  authors: [Ann, Bo]\n",
                "",
                "authors: Ann; Bo -> (nothing)",
            ),
            (
                "sources.yaml",
                "kind: person",
                "kind: person\n    lexicon: phia",
                "lexicon: (nothing) -> phia",
            ),
            (
                "resolutions/treaty-by-2027.yaml",
                "2024-06-19",
                "2024-06-20",
                "happened: 2024-06-19 -> 2024-06-20",
            ),
        ],
    )
    def test_refused_with_the_difference(
        self,
        engine: sa.Engine,
        folder: Path,
        bring_in: Callable[..., ingest.Imported],
        name: str,
        old: str,
        new: str,
        message: str,
    ) -> None:
        """
        A changed field is shown with its file, old and new, and nothing is stored.
        """
        bring_in()
        change(folder, name, (old, new))
        put(
            folder,
            "articles/other.yaml",
            ARTICLE.split("claims:")[0].replace("analyst-2024", "other") + "claims: []\n",
        )

        with pytest.raises(Conflict) as caught:
            bring_in()
        said = str(caught.value)
        assert f"    {message}" in said.splitlines()
        assert str(folder / name) in said
        assert "--accept-changes" in said
        assert length(engine) == 6

    def test_accepted_as_a_correction(
        self, engine: sa.Engine, folder: Path, bring_in: Callable[..., ingest.Imported]
    ) -> None:
        """
        With the word said, the change is a correction in the journal; the past stays readable.
        """
        bring_in()
        change(folder, "articles/analyst-2024.yaml", ("closes: 2027-05-28", "closes: 2027-06-30"))
        done = bring_in(accept_changes=True)

        assert ([(one.id, one.field, one.old, one.new) for one in done.changed]) == [
            ("treaty-by-2027", "closes", "2027-05-28", "2027-06-30")
        ]
        assert done.unchanged == 5
        assert contents(engine).questions["treaty-by-2027"].closes == date(2027, 6, 30)
        last = browse.log(engine)[-1]
        assert (last.action, last.entity_id, last.reason) == (
            "correct",
            "treaty-by-2027",
            "changed in the files",
        )
        with reading(engine) as connection:
            then = store.load(connection, at_sequence=6)
        assert then.questions["treaty-by-2027"].closes == date(2027, 5, 28)
        assert bring_in().unchanged == 6

    def test_a_correction_that_a_decision_forbids(
        self,
        engine: sa.Engine,
        folder: Path,
        now: datetime,
        bring_in: Callable[..., ingest.Imported],
    ) -> None:
        """
        A window cannot be moved away from under an event that only the database knows of.
        """
        (folder / "resolutions" / "treaty-by-2027.yaml").unlink()
        bring_in()
        entry = Resolution(
            id="x",
            question="treaty-by-2027",
            outcome=Outcome.YES,
            happened=date(2024, 6, 19),
            decided=date(2026, 11, 20),
            evidence=(Evidence(citation="The press"),),
        )
        resolve.record(engine, entry, today=date(2026, 11, 21), actor="bo", now=now)
        change(folder, "articles/analyst-2024.yaml", ("closes: 2027-05-28", "closes: 2024-06-01"))

        with pytest.raises(
            InvalidInput, match="treaty-by-2027-1, which the record holds, would not fit"
        ):
            bring_in(accept_changes=True)
        assert contents(engine).questions["treaty-by-2027"].closes == date(2027, 5, 28)


class TestLedger:
    def test_reopened_is_superseded_not_applied_again(
        self, engine: sa.Engine, now: datetime, bring_in: Callable[..., ingest.Imported]
    ) -> None:
        """
        Import, reopen, import again: the resolution in the files no longer stands, and stays so.
        """
        bring_in()
        reopen(engine, now)
        before = contents(engine)
        done = bring_in()

        assert done.superseded == ("treaty-by-2027-1",)
        assert (done.added, done.changed, done.unchanged) == ((), (), 5)
        assert done.missing == ((Entity.LEDGER, "treaty-by-2027-2"),)
        assert before == contents(engine)
        assert resolve.case(engine, "treaty-by-2027").state.resolution is None

    def test_resolved_anew_it_is_still_superseded(
        self, engine: sa.Engine, now: datetime, bring_in: Callable[..., ingest.Imported]
    ) -> None:
        """
        A second resolution stands; the first one in the files does not come back.
        """
        bring_in()
        reopen(engine, now)
        entry = Resolution(
            id="x", question="treaty-by-2027", outcome=Outcome.AMBIGUOUS, decided=date(2026, 11, 21)
        )
        resolve.record(engine, entry, today=date(2026, 11, 21), actor="bo", now=now)

        assert bring_in().superseded == ("treaty-by-2027-1",)
        standing = resolve.case(engine, "treaty-by-2027").state.resolution
        assert standing is not None
        assert standing.id == "treaty-by-2027-3"

    def test_later_entries_may_come_from_files(
        self, engine: sa.Engine, folder: Path, bring_in: Callable[..., ingest.Imported]
    ) -> None:
        """
        A reopening added to the file is added to the ledger.
        """
        bring_in()
        put(
            folder,
            "resolutions/treaty-by-2027.yaml",
            LEDGER
            + "  - reopen: treaty-by-2027\n    id: treaty-by-2027-2\n"
            + "    reopens: treaty-by-2027-1\n    decided: 2026-11-21\n    reason: Not it.\n",
        )
        done = bring_in()

        assert done.added == ((Entity.LEDGER, "treaty-by-2027-2"),)
        assert done.unchanged == 6
        assert resolve.case(engine, "treaty-by-2027").state.resolution is None
        assert bring_in().superseded == ("treaty-by-2027-1",)

    def test_an_entry_that_is_another_kind_in_the_files(
        self,
        engine: sa.Engine,
        folder: Path,
        now: datetime,
        bring_in: Callable[..., ingest.Imported],
    ) -> None:
        """
        The database's reopening and a resolution of the same id in the files are a conflict.
        """
        bring_in()
        reopen(engine, now)
        put(
            folder,
            "resolutions/treaty-by-2027.yaml",
            LEDGER + LEDGER.replace("ledger:\n", "").replace("2027-1", "2027-2"),
        )
        with pytest.raises(ForetrackError):
            bring_in()
        assert length(engine) == 7


class TestExporting:
    @settings(max_examples=40)
    @given(record=everything())
    def test_there_and_back(
        self,
        new_engine: Callable[..., sa.Engine],
        tmp_path_factory: pytest.TempPathFactory,
        library: Library,
        now: datetime,
        record: Everything,
    ) -> None:
        """
        An export imported into an empty database gives the same record and the same bytes.
        """
        from foretrack.db.engine import writing

        first, second = new_engine(1), new_engine(2)
        with writing(first) as connection:
            store.write(connection, record.changes, actor="ann", at=now)
        folder = tmp_path_factory.mktemp("export")
        ingest.export(first, folder / "one")
        ingest.bring_in(
            second, [folder / "one"], library=library, accept_changes=False, actor="ann", now=now
        )
        again = ingest.bring_in(
            first, [folder / "one"], library=library, accept_changes=False, actor="ann", now=now
        )
        ingest.export(second, folder / "two")

        assert contents(first) == contents(second)
        assert (again.added, again.changed, again.missing) == ((), (), ())
        assert _texts(folder / "one") == _texts(folder / "two")

    def test_twice_touches_nothing(
        self, engine: sa.Engine, tmp_path: Path, bring_in: Callable[..., ingest.Imported]
    ) -> None:
        """
        Files whose content did not change keep their times.
        """
        bring_in()
        first = ingest.export(engine, tmp_path / "out")
        before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.yaml")}
        second = ingest.export(engine, tmp_path / "out")

        assert first.written == second.unchanged
        assert (first.unchanged, second.written, second.stale) == ((), (), ())
        assert before == {
            path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.yaml")
        }

    def test_canonical_files_come_out_as_they_went_in(
        self,
        engine: sa.Engine,
        folder: Path,
        tmp_path: Path,
        bring_in: Callable[..., ingest.Imported],
    ) -> None:
        """
        These files are canonical: their export equals them.
        """
        bring_in()
        ingest.export(engine, tmp_path / "out")

        assert _texts(folder) == _texts(tmp_path / "out")

    def test_the_ledger_comes_out_whole(
        self,
        engine: sa.Engine,
        now: datetime,
        tmp_path: Path,
        library: Library,
        bring_in: Callable[..., ingest.Imported],
    ) -> None:
        """
        Reopenings are exported too: an import of the export knows that the question is open.
        """
        bring_in()
        reopen(engine, now)
        ingest.export(engine, tmp_path / "out")
        checked = validate(
            [files.read(path) for path in gather([tmp_path / "out"])], phrases=library
        )

        assert checked.problems == ()
        assert [entry.id for entry in checked.ledger] == ["treaty-by-2027-1", "treaty-by-2027-2"]

    def test_where_nothing_can_be_written(
        self, engine: sa.Engine, tmp_path: Path, bring_in: Callable[..., ingest.Imported]
    ) -> None:
        """
        A file in the way is an error in words.
        """
        bring_in()
        put(tmp_path, "out", "a file")

        with pytest.raises(ForetrackError, match="cannot be written"):
            ingest.export(engine, tmp_path / "out")


class TestChecking:
    def test_a_file_beside_its_folder(self, folder: Path, library: Library) -> None:
        """
        A single file may refer to the rest of its record; only it is counted and reported on.
        """
        change(folder, "sources.yaml", ("kind: person", "kind: persn"))
        found = ingest.check([folder / "resolutions" / "treaty-by-2027.yaml"], library=library)

        assert found.problems == ()
        assert (found.files, found.counts["ledger"], found.counts["claim"]) == (1, 1, 0)

    def test_all_problems_at_once(self, folder: Path, library: Library) -> None:
        """
        Problems of several files come together.
        """
        change(folder, "sources.yaml", ("kind: person", "kind: persn"))
        change(folder, "resolutions/treaty-by-2027.yaml", ("outcome: yes", "outcome: maybe"))
        found = ingest.check([folder], library=library)

        assert {"sources.yaml", "treaty-by-2027.yaml"} <= (
            {problem.path.rsplit("/", 1)[-1] for problem in found.errors}
        )

    def test_what_cannot_be_read(
        self, open_folder: Path, library: Library, bring_in: Callable[..., ingest.Imported]
    ) -> None:
        """
        A link in a circle, a closed folder and an impossible name stand among the other problems.
        """
        loop, closed = open_folder / "loop.yaml", open_folder / "closed"
        loop.symlink_to(loop)
        closed.mkdir(mode=0)
        wrong = put(open_folder, "wrong.yaml", "x: 1\n")
        long = open_folder / f"{'a' * 300}.yaml"
        expected = [
            f"{closed}: cannot be read: Permission denied",
            f"{loop}: cannot be read: Too many levels of symbolic links",
            f"{wrong}:1: needs one of sources, article, question, ledger, review; found x",
            f"{long}: cannot be read: File name too long",
            f"{closed / 'x.yaml'}: cannot be read: Permission denied",
        ]
        paths = (open_folder, long, closed / "x.yaml")

        with unprivileged():
            problems = ingest.check(paths, library=library).problems
        assert sorted(map(str, problems)) == sorted(expected)
        with pytest.raises(InvalidInput) as caught:
            bring_in(long, loop)
        assert sorted(map(str, caught.value.problems)) == sorted([expected[1], expected[3]])

    def test_nothing_to_read(self, tmp_path: Path, library: Library) -> None:
        """
        A folder without YAML is an error, not zero problems.
        """
        with pytest.raises(InvalidInput):
            ingest.check([tmp_path], library=library)


def _texts(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.yaml"))
    }


def test_differences_are_made_of_values(engine: sa.Engine, now: datetime) -> None:
    """
    Two values that look alike as text are different all the same.
    """
    one = Resolution(
        id="some-question-1",
        question="some-question",
        outcome=Outcome.YES,
        happened=date(2024, 6, 19),
        decided=date(2026, 11, 20),
        evidence=(Evidence(citation="a", url="https://b.example"),),
    )
    other = replace(one, evidence=(Evidence(citation="a https://b.example"),))
    difference: Any = list(changes.differences_of(Entity.LEDGER, one, other, place="x:1"))

    assert [each.field for each in difference] == ["evidence"]
    assert difference[0].old != difference[0].new

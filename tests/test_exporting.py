"""
An export into a folder of files: what the record never held is not written over.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from foretrack import ingest, resolve
from foretrack.core.records import Resolution
from foretrack.core.vocabulary import Outcome
from foretrack.db import journal, store
from foretrack.db.engine import make_engine, reading, writing
from foretrack.db.place import url_of
from foretrack.db.tables import Action, Entity
from foretrack.errors import Conflict, InvalidInput
from permissions import unprivileged

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    import sqlalchemy as sa

    from foretrack.core.library import Library
    from foretrack.files.writing import Report

SOURCES = """\
sources:
  - id: ann
    name: Ann
    kind: person
"""

ARTICLE = """\
article:
  id: a1
  title: What comes
  source: ann
  published:
    date: 2024-06-01
claims:
  - id: c1
    says: They may sign a treaty.
    phrase: may
    unscorable: hedge
"""

CLAIM = """\
  - id: c2
    says: They may not.
    phrase: may
    unscorable: hedge
"""

KEPT = (
    "nothing was written; import the files first, export into another folder, or run again with"
    " --overwrite"
)

TWICE = (
    "nothing was written; export into another folder, move these files away, or, where they are"
    " copies, delete them (--overwrite does not help here)"
)


@dataclass(frozen=True)
class Place:
    """
    A folder and the database that it was imported into.
    """

    engine: sa.Engine
    folder: Path
    library: Library
    now: datetime

    @property
    def article(self) -> Path:
        return self.folder / "articles" / "a1.yaml"

    def bring_in(self, *, accept_changes: bool = False) -> ingest.Imported:
        return ingest.bring_in(
            self.engine, [self.folder], library=self.library, accept_changes=accept_changes,
            actor="ann", now=self.now,
        )  # fmt: skip

    def export(self, *, prune: bool = False, overwrite: bool = False) -> Report:
        return ingest.export(self.engine, self.folder, prune=prune, overwrite=overwrite)

    def withdraw(self, name: str) -> None:
        resolve.withdraw(
            self.engine, Entity.CLAIM, name, reason="no claim", actor="ann", now=self.now
        )

    def texts(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.folder.rglob("*.yaml")}

    def refused(self, *, prune: bool = False, overwrite: bool = False) -> list[str]:
        """
        The lines that an export is refused with; nothing is written.
        """
        before = self.texts()
        with pytest.raises(Conflict) as caught:
            self.export(prune=prune, overwrite=overwrite)
        assert before == self.texts()
        return str(caught.value).splitlines()


@pytest.fixture
def place(engine: sa.Engine, open_folder: Path, library: Library, now: datetime) -> Place:
    """
    A record in canonical files, imported.
    """
    made = Place(engine, open_folder / "f", library, now)
    made.article.parent.mkdir(parents=True)
    (made.folder / "sources.yaml").write_text(SOURCES)
    made.article.write_text(ARTICLE)
    made.bring_in()
    return made


class TestComments:
    def test_above(self, place: Place) -> None:
        """
        Comments above the first line stay, also where the rest is written anew.
        """
        place.article.write_text(f"# by hand\n\n{ARTICLE}")
        assert place.export().written == ()
        place.withdraw("c1")

        assert place.export().written == ("articles/a1.yaml",)
        assert place.article.read_text().startswith("# by hand\n\narticle:\n  id: a1\n")
        assert place.article.read_text().endswith("\nclaims: []\n")

    def test_below(self, place: Place) -> None:
        """
        Comments further down would be lost: nothing is written.
        """
        place.article.write_text(ARTICLE.replace("phrase: may", "phrase: may  # or might"))

        message = (
            f"{place.article}: comments below the first line would be lost; make them a `note:`"
        )
        assert place.refused() == [message, KEPT]

    @pytest.mark.parametrize("text", [f"# by hand\n{ARTICLE}", f"{ARTICLE}# by hand\n"])
    def test_deleted(self, place: Place, text: str) -> None:
        """
        With a file that would be deleted every comment would be, those above its first line too.
        """
        stale = place.folder / "articles" / "old.yaml"
        stale.write_text(text)

        message = f"{stale}: its comments would be deleted with it; move them first"
        assert place.refused(prune=True) == [message, KEPT]
        assert place.export().stale == ("articles/old.yaml",)


class TestUnheld:
    def test_a_claim(self, place: Place) -> None:
        """
        A claim that was not imported is named, with its place.
        """
        place.article.write_text(ARTICLE + CLAIM)

        message = f"{place.article}:12: claim c2 is not in the record; it would be lost"
        assert place.refused() == [message, KEPT]

    def test_an_edit(self, place: Place) -> None:
        """
        So is one that was edited since.
        """
        place.article.write_text(ARTICLE.replace("sign a", "break the"))

        message = (
            f"{place.article}:8: claim c1 differs from what is in the record; it would be lost"
        )
        assert place.refused() == [message, KEPT]

    def test_no_yaml(self, place: Place) -> None:
        """
        A file that cannot be understood may hold anything.
        """
        place.article.write_text("article: @b\n")

        first, *rest = place.refused()
        assert first.startswith(f"{place.article}:1: broken YAML at column 10: a value that starts")
        assert first.endswith("; it would be lost")
        assert rest == [KEPT]

    def test_unreadable(self, place: Place) -> None:
        """
        Nor is anything written beside a file that may not be read.
        """
        place.article.chmod(0)
        (place.folder / "sources.yaml").unlink()  # would be written
        copied = place.folder.parent / "record.sqlite"
        shutil.copyfile(str(place.engine.url.database), copied)
        for path in (copied, place.folder):
            path.chmod(0o777)
        engine = make_engine(url_of(copied))

        with unprivileged(), pytest.raises(Conflict) as caught:
            ingest.export(engine, place.folder)
        message = f"{place.article}: cannot be read: Permission denied; it would be lost"
        assert str(caught.value).splitlines() == [message, KEPT]
        assert list(place.folder.iterdir()) == [place.article.parent]

    def test_stale(self, place: Place) -> None:
        """
        With --prune the same holds for files that would be deleted; without, they stay.
        """
        stale = place.folder / "articles" / "b1.yaml"
        stale.write_text(ARTICLE.replace("id: a1", "id: b1").replace("id: c1", "id: d1"))

        assert place.export().stale == ("articles/b1.yaml",)
        assert place.refused(prune=True) == [
            f"{stale}:1: article b1 is not in the record; it would be lost",
            f"{stale}:8: claim d1 is not in the record; it would be lost",
            KEPT,
        ]
        stale.write_text("x: [\n")
        assert place.refused(prune=True)[0].endswith("; it would be lost")


class TestHeld:
    def test_an_older_version(self, place: Place) -> None:
        """
        What the record held once may be written over, and deleted: the record has it still.
        """
        place.article.write_text(ARTICLE.replace("What comes", "What will come"))
        place.bring_in(accept_changes=True)
        place.article.write_text(ARTICLE)
        (place.folder / "articles" / "old.yaml").write_text(ARTICLE)

        done = place.export(prune=True)
        assert (done.written, done.stale) == (("articles/a1.yaml",), ("articles/old.yaml",))
        assert place.article.read_text() == ARTICLE.replace("What comes", "What will come")
        assert not (place.folder / "articles" / "old.yaml").exists()

    def test_overwritten(self, place: Place) -> None:
        """
        --overwrite writes over anything, and with --prune deletes it.
        """
        place.article.write_text(f"{ARTICLE}{CLAIM}# the end\n")
        (place.folder / "articles" / "b1.yaml").write_text("x: [\n")

        done = place.export(prune=True, overwrite=True)
        assert (done.written, done.stale) == (("articles/a1.yaml",), ("articles/b1.yaml",))
        assert place.texts().keys() == {place.article, place.folder / "sources.yaml"}
        assert place.article.read_text() == ARTICLE


class TestElsewhere:
    @pytest.mark.parametrize("name", ["x/a.yaml", "all.yaml", "articles/2024/a1.yml"])
    @pytest.mark.parametrize("overwrite", [False, True])
    def test_records_in_other_files(self, place: Place, name: str, *, overwrite: bool) -> None:
        """
        Files in other places keep their records, so the export would have each twice: refused.
        """
        other = place.folder / name
        other.parent.mkdir(exist_ok=True)
        place.article.rename(other)
        assert place.bring_in().unchanged == 3

        said = f"{other}: article a1, claim c1 would stand here and in another file"
        assert place.refused(overwrite=overwrite) == [said, TWICE]
        ingest.export(place.engine, place.folder.parent / "out")
        other.rename(place.article)
        assert place.export().written == ()

    def test_many(self, place: Place) -> None:
        """
        Of many records in one file the first five are named.
        """
        claims = "".join(CLAIM.replace("c2", f"c{number}") for number in range(2, 9))
        place.article.write_text(ARTICLE + claims)
        place.bring_in()
        place.article.rename(place.folder / "all.yaml")

        named = "article a1, claim c1, claim c2, claim c3, claim c4 and 4 more"
        assert place.refused()[0] == (
            f"{place.folder / 'all.yaml'}: {named} would stand here and in another file"
        )

    @pytest.mark.parametrize("number", [5, 6, 9])
    def test_the_folder_above(self, place: Place, number: int) -> None:
        """
        Above the record's own folder that is asked for; of many files five are named.
        """
        for name in range(2, number):
            text = ARTICLE.replace("a1", f"a{name}").replace("c1", f"c{name}")
            (place.folder / "articles" / f"a{name}.yaml").write_text(text)
        place.bring_in()
        above = replace(place, folder=place.folder.parent)

        *named, last = above.refused()
        more = {5: [], 6: ["and 1 more file"], 9: ["and 4 more files"]}[number]
        files = [line for line in named if line.endswith("would stand here and in another file")]
        assert (len(files), named[len(files) :]) == (5, more)
        assert last == TWICE.replace(
            "export", f"did you mean `foretrack export {place.folder}`? Else export", 1
        )

    def test_what_the_record_does_not_hold(self, place: Place) -> None:
        """
        Other files may hold what is not written: a record not imported, or what is none.
        """
        other = place.folder / "later" / "b1.yaml"
        other.parent.mkdir()
        other.write_text(ARTICLE.replace("a1", "b1").replace("c1", "d1"))
        (place.folder / "notes.yml").write_text("x: [\n")
        place.article.unlink()

        assert place.export().written == ("articles/a1.yaml",)

    def test_through_a_link(self, place: Place) -> None:
        """
        A folder of articles that is a link to another is its canonical place.
        """
        place.article.parent.rename(place.folder / "x")
        place.article.parent.symlink_to(place.folder / "x")
        assert place.bring_in().unchanged == 3
        place.withdraw("c1")

        assert place.export().written == ("articles/a1.yaml",)
        assert (place.folder / "x" / "a1.yaml").read_text().endswith("\nclaims: []\n")


class TestWithdrawn:
    def test_the_id_of_another(self, place: Place) -> None:
        """
        The id of a withdrawn record is given to nothing else: other content is refused.
        """
        place.withdraw("c1")
        place.article.write_text(ARTICLE.replace("They may", "We may"))

        expected = (
            f"{place.article}:8: claim c1 was withdrawn, and this is not what was; give it another"
            " id, or bring that back: `foretrack restore c1`"
        )
        with pytest.raises(Conflict) as caught:
            place.bring_in(accept_changes=True)
        assert str(caught.value) == expected

    def test_the_same(self, place: Place) -> None:
        """
        Any version that was recorded of it is left out as before, and stored nowhere.
        """
        place.article.write_text(ARTICLE.replace("They may", "We may"))
        place.bring_in(accept_changes=True)
        place.withdraw("c1")
        with reading(place.engine) as connection:
            before = journal.head(connection)

        for text in (ARTICLE.replace("They may", "We may"), ARTICLE):
            place.article.write_text(text)
            assert place.bring_in().withdrawn == ((Entity.CLAIM, "c1"),)
        with reading(place.engine) as connection:
            assert before == journal.head(connection)
            assert store.load(connection).claims == {}


class TestNames:
    def test_a_line_break(self, place: Place) -> None:
        """
        A file's name cannot make a line that looks like one of ours.
        """
        path = place.folder / "articles" / "x\nb.yaml:1: fine\x1b.yaml"
        path.write_text("article: {}\n")

        with pytest.raises(InvalidInput) as caught:
            place.bring_in()
        named = f"{place.folder}/articles/x\\nb.yaml:1: fine\\x1b.yaml:1: "
        assert {line.startswith(named) for line in str(caught.value).splitlines()} == {True}
        assert caught.value.problems[0].path == str(path)


class TestAccents:
    def test_a_decision(self, place: Place, new_engine: Callable[..., sa.Engine]) -> None:
        """
        What was typed in decomposed form is recorded as its file will give it back.
        """
        question = """\
question:
  id: q1
  statement: Will it rain?
  criteria: Yes if it does.
  criteria_written: 2024-01-01
  resolution_source: The press
  opens: 2024-01-01
  closes: 2024-12-31
"""
        (place.folder / "questions").mkdir()
        (place.folder / "questions" / "q1.yaml").write_text(question)
        place.bring_in()
        entry = Resolution(
            id="x", question="q1", outcome=Outcome.AMBIGUOUS, decided=date(2025, 1, 1),
            note="Jose\N{COMBINING ACUTE ACCENT} says so.",
        )  # fmt: skip
        today = date(2025, 1, 1)
        stored = resolve.record(place.engine, entry, today=today, actor="ann", now=place.now)
        assert isinstance(stored, Resolution)
        assert stored.note == "José says so."

        place.export()
        again = replace(place, engine=new_engine(1))
        again.bring_in()
        with reading(place.engine) as one, reading(again.engine) as other:
            assert store.load(one) == store.load(other)

    def test_a_record_that_holds_the_other_form(self, place: Place) -> None:
        """
        Over a record of decomposed text its files are no difference, and no loss; another word is.
        """
        with reading(place.engine) as connection:
            held = store.load(connection)
        apart = replace(held.articles["a1"], title="Jose\N{COMBINING ACUTE ACCENT}")
        said = replace(held.claims["c1"], says="Cafe\N{COMBINING ACUTE ACCENT} opens.")
        old = [store.Change(Action.CORRECT, each, "old") for each in (apart, said)]
        with writing(place.engine) as connection:
            store.write(connection, old, actor="ann", at=place.now)
        text = ARTICLE.replace("What comes", apart.title)
        text = text.replace("They may sign a treaty.", said.says)
        place.article.write_text(text, encoding="utf-8")

        assert (place.bring_in().changed, place.bring_in().unchanged) == ((), 3)
        place.article.write_text(f"\n{text}", encoding="utf-8")
        place.export()
        place.withdraw("c1")
        place.article.write_text(text, encoding="utf-8")
        assert place.bring_in().withdrawn == ((Entity.CLAIM, "c1"),)
        assert place.export().written == ("articles/a1.yaml",)
        place.article.write_text(ARTICLE.replace("What comes", "Joséa"), encoding="utf-8")
        with pytest.raises(Conflict, match="article a1 differs from the record"):
            place.bring_in()

    def test_an_address(self, place: Place) -> None:
        """
        An address is never composed: one of another form leads elsewhere, and is a change.
        """
        apart = "https://x.org/Jose\N{COMBINING ACUTE ACCENT}"
        for address, changed in ((apart, 1), (apart, 0), ("https://x.org/José", 1)):
            text = ARTICLE.replace("  source: ann\n", f"  source: ann\n  address: {address}\n")
            place.article.write_text(text, encoding="utf-8")
            assert len(place.bring_in(accept_changes=True).changed) == changed

"""
Importing a part of the files: the rest of the record keeps the rules, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from foretrack import ingest
from foretrack.core.records import AnyRecord, Claim, Published
from foretrack.core.vocabulary import Unscorable
from foretrack.db import journal, store
from foretrack.db.engine import reading, writing
from foretrack.errors import Conflict, InvalidInput
from foretrack.files import writing as canonical
from strategies import BASE, Everything, everything

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    import sqlalchemy as sa

    from foretrack.core.library import Library

SOURCES = "sources: [{id: ann, name: Ann, kind: person}, {id: bo, name: Bo, kind: person}]\n"

QUESTION = """\
question:
  id: q1
  statement: Will it rain?
  criteria: Yes if it does.
  criteria_written: 2024-01-01
  resolution_source: The press
  opens: 2024-01-01
  closes: 2024-12-31
"""

FORECAST = """\
  - id: {0}
    says: It rains.
    phrase: likely
    horizon: {{basis: assumed}}
    question: q1
"""

SAME = """\
  - id: {0}
    says: It rains.
    unscorable: duplicate
    duplicate_of: {1}
"""


def article(name: str, day: str, *claims: str) -> str:
    head = f"article: {{id: {name}, title: T, source: ann, published: {{date: {day}}}}}\nclaims:"
    return f"{head}\n{''.join(claims)}" if claims else f"{head} []\n"


@dataclass(frozen=True)
class Record:
    """
    A folder and the database that it was imported into.
    """

    engine: sa.Engine
    folder: Path
    library: Library
    now: datetime

    def put(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def bring_in(self, *paths: Path, accept_changes: bool = False) -> ingest.Imported:
        return ingest.bring_in(
            self.engine, paths or (self.folder,), library=self.library,
            accept_changes=accept_changes, actor="ann", now=self.now,
        )  # fmt: skip

    def refused(self, *paths: Path) -> str:
        """
        What an import that accepts changes is refused with; nothing is stored.
        """
        before = head(self.engine)
        with pytest.raises(InvalidInput) as caught:
            self.bring_in(*paths, accept_changes=True)
        assert before == head(self.engine)
        return str(caught.value)


def head(engine: sa.Engine) -> tuple[int, str]:
    with reading(engine) as connection:
        return journal.head(connection)


@pytest.fixture
def record(engine: sa.Engine, tmp_path: Path, library: Library, now: datetime) -> Record:
    made = Record(engine, tmp_path / "f", library, now)
    made.put("sources.yaml", SOURCES)
    made.put("questions/q1.yaml", QUESTION)
    made.put("articles/a1.yaml", article("a1", "2024-06-01", FORECAST.format("c1")))
    return made


class TestHeld:
    def test_a_window_over_before_a_forecast(self, record: Record) -> None:
        """
        A question alone cannot close before the article of a forecast that the record holds.
        """
        record.bring_in()
        path = record.put("questions/q1.yaml", QUESTION.replace("2024-12-31", "2024-02-01"))

        expected = (
            f"{path}:1: c1, which the record holds, would not fit: q1 closes 2024-02-01, which is"
            " before the article's date 2024-06-01"
        )
        assert expected == record.refused(path)

    def test_an_article_moved_past_the_window(self, record: Record) -> None:
        """
        Nor can an article move past it, whether or not its file still holds the forecast.
        """
        record.bring_in()
        path = record.put("articles/a1.yaml", article("a1", "2025-06-01"))

        expected = (
            f"{path}:1: c1, which the record holds, would not fit: q1 closes 2024-12-31, which is"
            " before the article's date 2025-06-01"
        )
        assert [record.refused(), record.refused(path)] == [expected, expected]

    def test_two_forecasts_moved_to_one_day(self, record: Record) -> None:
        """
        Nor can an article take the day of another that forecasts the same question.
        """
        record.put("articles/a2.yaml", article("a2", "2024-07-01", FORECAST.format("c2")))
        record.bring_in()
        path = record.put("articles/a2.yaml", article("a2", "2024-06-01"))

        expected = (
            f"{path}:1: c2, which the record holds, would not fit: ann forecasts q1 on 2024-06-01"
            " already in c1: mark one of the two `unscorable: duplicate`"
        )
        assert expected == record.refused(path)

    def test_both_articles_moved_to_one_day(self, record: Record) -> None:
        """
        The same where it is the earlier one that moves, or both do.
        """
        record.put("articles/a2.yaml", article("a2", "2024-07-01", FORECAST.format("c2")))
        record.bring_in()
        first = record.put("articles/a1.yaml", article("a1", "2024-07-01"))
        assert f"{first}:1: c2, which the record holds" in record.refused(first)

        record.put("articles/a1.yaml", article("a1", "2024-08-01"))
        second = record.put("articles/a2.yaml", article("a2", "2024-08-01"))
        assert f"{second}:1: c2, which the record holds" in record.refused()

    def test_what_is_repeated_repeats_another(self, record: Record) -> None:
        """
        Nor can a claim become a duplicate that another one names.
        """
        record.put("articles/a2.yaml", article("a2", "2024-07-01", SAME.format("c2", "c1")))
        record.put("articles/a3.yaml", article("a3", "2024-05-01", FORECAST.format("c3")))
        record.bring_in()
        path = record.put("articles/a1.yaml", article("a1", "2024-06-01", SAME.format("c1", "c3")))

        expected = (
            f"{path}:3: c2, which the record holds, would not fit: c1 is a duplicate itself: name"
            " the claim it repeats"
        )
        assert expected == record.refused(path)

    def test_what_breaks_nothing(self, record: Record) -> None:
        """
        A correction that leaves what is held within the rules is accepted.
        """
        record.put("articles/a2.yaml", article("a2", "2024-07-01", FORECAST.format("c2")))
        record.bring_in()
        path = record.put("articles/a2.yaml", article("a2", "2024-06-02"))
        question = record.put("questions/q1.yaml", QUESTION.replace("2024-12-31", "2024-06-02"))

        done = record.bring_in(path, question, accept_changes=True)
        assert {one.field for one in done.changed} == {
            "published.earliest", "published.latest", "closes",
        }  # fmt: skip


class TestDecisionElsewhere:
    @pytest.mark.parametrize("accept_changes", [True, False])
    def test_of_another_question(self, record: Record, *, accept_changes: bool) -> None:
        """
        A question renamed in the files, whose decision keeps its id, is refused like in a check.
        """
        ledger = "ledger: [{resolve: q1, id: q1-1, outcome: ambiguous, decided: 2025-01-01}]\n"
        record.put("resolutions/q1.yaml", ledger)
        record.bring_in()
        (record.folder / "questions/q1.yaml").unlink()
        record.put("questions/qx.yaml", QUESTION.replace("q1", "qx"))
        forecast = FORECAST.format("c1").replace("q1", "qx")
        record.put("articles/a1.yaml", article("a1", "2024-06-01", forecast))
        path = record.put("resolutions/q1.yaml", ledger.replace("resolve: q1", "resolve: qx"))

        with pytest.raises(InvalidInput) as caught:
            record.bring_in(accept_changes=accept_changes)
        expected = f"{path}:1: ledger[0].id: q1-1 is not qx-1, -2, ... as it must be"
        assert expected == str(caught.value)
        (problem,) = ingest.check([record.folder], library=record.library).errors
        assert expected == str(problem)


Kept = TypeVar("Kept", bound=AnyRecord)


@st.composite
def moved(draw: st.DrawFn, record: Everything) -> Everything:
    """
    The same record on other days: articles, ends of windows, and a claim that repeats another.
    """
    dates = st.integers(0, 12).map(lambda offset: BASE + timedelta(days=offset))
    articles = tuple(
        replace(one, published=Published(earliest=day, latest=day))
        for one in record.articles
        for day in [draw(dates)]
    )
    questions = tuple(replace(one, closes=max(one.opens, draw(dates))) for one in record.questions)
    claims = list(record.claims)
    free = [place for place, one in enumerate(claims) if one.unscorable is None]
    if len(free) > 1:
        one, other = draw(st.permutations(free))[:2]
        claims[one] = Claim(
            id=claims[one].id, article=claims[one].article, source=claims[one].source,
            says="The same.", unscorable=Unscorable.DUPLICATE, duplicate_of=claims[other].id,
        )  # fmt: skip
    return replace(record, articles=articles, questions=questions, claims=tuple(claims))


@st.composite
def overlays(draw: st.DrawFn) -> tuple[Everything, dict[str, str]]:
    """
    A record, and files of it in which some records are those of another one, new, or left out.
    """
    first = draw(everything())
    second = draw(st.one_of(moved(first), moved(first), everything()))
    share = draw(st.sampled_from((1, 2, 2, 3)))  # of five records that are the other's

    def mixed(
        one: tuple[Kept, ...], other: tuple[Kept, ...], *, out: tuple[int, ...] = (0, 0, 0, 0, 1)
    ) -> list[Kept]:
        pairs: dict[str, list[Kept]] = {}
        for each in (*one, *other):
            pairs.setdefault(each.id, []).append(each)
        found = [
            pair[-1] if draw(st.integers(0, 4)) < share else pair[0] for pair in pairs.values()
        ]
        return [each for each in found if not draw(st.sampled_from(out))]

    files = canonical.layout(
        sources=mixed(first.sources, second.sources),
        articles=mixed(first.articles, second.articles),
        claims=mixed(first.claims, second.claims, out=(0, 1)),
        questions=mixed(first.questions, second.questions),
        ledger=mixed(first.ledger, second.ledger),
    )
    chosen = {name: text for name, text in files.items() if draw(st.sampled_from((0, 1, 1)))}
    return first, chosen or {"sources.yaml": SOURCES}


@settings(max_examples=80)
@given(drawn=overlays())
def test_whatever_is_accepted_comes_back(
    new_engine: Callable[..., sa.Engine],
    tmp_path_factory: pytest.TempPathFactory,
    library: Library,
    now: datetime,
    drawn: tuple[Everything, dict[str, str]],
) -> None:
    """
    Whatever an import accepts, its export imported into an empty database gives the same record.
    """
    held, texts = drawn
    first, second = new_engine(1), new_engine(2)
    with writing(first) as connection:
        store.write(connection, held.changes, actor="ann", at=now)
    folder = tmp_path_factory.mktemp("part")
    canonical.write(folder / "in", texts)
    before = head(first)
    try:
        done = ingest.bring_in(
            first, [folder / "in"], library=library, accept_changes=True, actor="ann", now=now
        )
    except (InvalidInput, Conflict):
        event("refused")
        assert before == head(first)
        return
    event("accepted with corrections" if done.changed else "accepted")
    ingest.export(first, folder / "out")
    ingest.bring_in(
        second, [folder / "out"], library=library, accept_changes=False, actor="ann", now=now
    )
    with reading(first) as one, reading(second) as other:
        assert store.load(one) == store.load(other)

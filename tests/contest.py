"""
A record in which several sources answer the same questions.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from foretrack.core.records import (
    AnyRecord,
    Article,
    Claim,
    Evidence,
    Horizon,
    Published,
    Question,
    Resolution,
    Source,
)
from foretrack.core.vocabulary import Outcome, SourceKind
from foretrack.db import store
from foretrack.db.engine import make_engine, writing
from foretrack.db.place import url_of
from foretrack.db.store import Change
from foretrack.db.tables import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

SAID = date(2024, 1, 1)
CLOSES = date(2024, 12, 31)
AS_OF = date(2026, 11, 21)


class Asked(NamedTuple):
    """
    A question of the contest, open all of 2024 unless it closes on another day.

    Attributes:
        outcome: True for yes (on the last day), False for no, None while undecided.
        words: Its statement.
    """

    outcome: bool | None = None
    cluster: str | None = None
    closes: date = CLOSES
    decided: date | None = None
    base_rate: float | None = None
    status_quo: Outcome | None = None
    tags: tuple[str, ...] = ()
    words: str | None = None


Said = float | str
"""
A probability, or a phrase.
"""


def records(
    answers: Mapping[str, Mapping[str, Said | Sequence[tuple[date, Said]]]],
    questions: Mapping[str, Asked],
    *,
    lexicons: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    outlets: Mapping[str, str] | None = None,
) -> Iterator[AnyRecord]:
    """
    The record of a contest.

    Args:
        answers: Source -> question -> what it said, on 1 January 2024 or on days of its own.
        questions: Those that were asked.
        lexicons: Source -> the lexicon it declares.
        names: Source -> its name.
        outlets: Source -> where its articles appear.
    """
    for source in answers:
        yield Source(
            id=source,
            name=(names or {}).get(source, source.title()),
            kind=SourceKind.PERSON,
            lexicon=(lexicons or {}).get(source),
        )
    for name, asked in questions.items():
        yield Question(
            id=name,
            statement=asked.words or f"Will {name} happen?",
            criteria="Yes if it does.",
            criteria_written=SAID,
            resolution_source="The register",
            opens=SAID,
            closes=asked.closes,
            cluster=asked.cluster,
            base_rate=asked.base_rate,
            status_quo=asked.status_quo,
            tags=asked.tags,
        )
    for source, given in answers.items():
        days: dict[date, dict[str, Said]] = {}
        for question, said in given.items():
            several = [(SAID, said)] if isinstance(said, float | str) else said
            for day, one in several:
                days.setdefault(day, {})[question] = one
        for number, (day, said_then) in enumerate(sorted(days.items())):
            article = f"{source}-{number}"
            published = Published(earliest=day, latest=day)
            yield Article(
                id=article,
                title="Outlook",
                source=source,
                outlet=(outlets or {}).get(source),
                published=published,
            )
            for question, one in said_then.items():
                yield Claim(
                    id=f"{article}-{question}",
                    article=article,
                    source=source,
                    says="It happens.",
                    phrase=one if isinstance(one, str) else None,
                    probability=one if isinstance(one, float) else None,
                    horizon=Horizon(words="within the year"),
                    question=question,
                )
    for name, asked in questions.items():
        if asked.outcome is not None:
            yield Resolution(
                id=f"{name}-1",
                question=name,
                outcome=Outcome.YES if asked.outcome else Outcome.NO,
                happened=asked.closes if asked.outcome else None,
                decided=asked.decided or asked.closes + timedelta(days=1),
                evidence=(Evidence(citation="The register"),),
            )


def put(path: Path, contest: Iterator[AnyRecord]) -> None:
    """
    Write a contest into the database in a file.
    """
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    with writing(make_engine(url_of(path))) as connection:
        changes = [Change(Action.ADD, one) for one in contest]
        store.write(connection, changes, actor="test", at=now)

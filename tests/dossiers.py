"""
Records that make a report: a crowd of any size, hostile ones, and what comes of them.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from foretrack import publish
from foretrack.core.library import Library
from foretrack.core.records import (
    Article,
    Claim,
    Condition,
    ConditionState,
    Evidence,
    Horizon,
    Published,
    Question,
    Resolution,
    Source,
)
from foretrack.core.vocabulary import ConditionIs, Outcome, SourceKind, Unscorable
from foretrack.db import store
from foretrack.db.engine import writing
from foretrack.db.tables import Action
from foretrack.evaluate import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from foretrack.core.dossier import Dossier
    from foretrack.core.records import AnyRecord, LedgerEntry

BEGIN = date(2024, 1, 1)
AS_OF = date(2026, 11, 21)
SAID = {
    "almost no chance": 0.02,
    "unlikely": 0.2,
    "even chance": 0.5,
    "likely": 0.72,
    "almost certain": 0.95,
}
"""
Phrases of the crowd, and roughly what it means by them.
"""

HOSTILE = (
    "</title></style><script>document.title='owned'</script><img src=x onerror=alert(1)>"
    '" onload="alert(2)" =cmd()|\' /C calc\'!A0 \x1b[31mred \u202etxt.exe\u2066 {{ 7*7 }}'
)
"""
What no format may act on.
"""


def crowd(*, questions: int, sources: int, voices: int = 5, seed: int = 1) -> list[AnyRecord]:
    """
    Sources of middling skill on questions of every ending, with claims that cannot be scored.

    Args:
        questions: How many.
        sources: How many.
        voices: How many sources forecast each question.
        seed: Of everything random.
    """
    rng = random.Random(seed)
    day = Published(earliest=BEGIN, latest=BEGIN)
    found: list[AnyRecord] = []
    for s in range(sources):
        found.append(Source(id=f"s{s}", name=f"Source number {s}", kind=SourceKind.PERSON))
        found.append(Article(id=f"a{s}", title=f"Article {s}", source=f"s{s}", published=day))
        found += [
            Claim(
                id=f"u{s}-{n}",
                article=f"a{s}",
                source=f"s{s}",
                says=f"Something, number {n}, may come of it all.",
                phrase="may",
                unscorable=rng.choice((Unscorable.HEDGE, Unscorable.NO_CRITERIA)),
            )
            for n in range(rng.randrange(6))
        ]
    for q in range(questions):
        question, likely = _question(q, rng), rng.random()
        found.append(question)
        for voice in range(min(voices, sources)):
            s = (q * 7 + voice * max(sources // voices, 1)) % sources
            # what is said is what is likely, more or less
            heard = min(max(likely + rng.gauss(0.0, 0.2), 0.0), 1.0)
            phrase = min(SAID, key=lambda one: abs(SAID[one] - heard))
            found.append(
                Claim(
                    id=f"c{q}-{voice}",
                    article=f"a{s}",
                    source=f"s{s}",
                    says=f"Event {q} comes about.",
                    phrase=phrase,
                    horizon=Horizon(words="within the window"),
                    question=question.id,
                )
            )
        found += _ledger(question, rng, likely=likely)
    return found


def _question(number: int, rng: random.Random) -> Question:
    return Question(
        id=f"q{number}",
        statement=f"Will event number {number} come about before the end of its window?",
        criteria="Yes if the bulletin reports it.",
        criteria_written=BEGIN,
        resolution_source="the bulletin",
        opens=BEGIN,
        closes=BEGIN + timedelta(days=60 + rng.randrange(1500)),
        condition=Condition(statement="If so", criteria="Met if so.") if number % 19 == 5 else None,
        cluster=f"cluster-{number // 2}" if number % 10 < 2 else None,
    )


def _ledger(question: Question, rng: random.Random, *, likely: float) -> list[LedgerEntry]:
    name, chance = question.id, rng.random()
    if question.condition is not None:
        return [
            ConditionState(
                id=f"{name}-1", question=name, state=ConditionIs.UNMET, decided=AS_OF,
                evidence=(Evidence(citation="the bulletin"),),
            )
        ]  # fmt: skip
    shown = (Evidence(citation=f"Bulletin on {name}", url=f"https://example.org/{name}"),)
    if rng.random() < likely:
        happened = BEGIN + timedelta(days=1 + rng.randrange((question.closes - BEGIN).days))
        if happened > AS_OF:
            return []
        return [
            Resolution(
                id=f"{name}-1", question=name, outcome=Outcome.YES, happened=happened,
                decided=happened, evidence=shown,
            )
        ]  # fmt: skip
    if question.closes >= AS_OF or chance < 0.03:
        return []
    outcome = Outcome.AMBIGUOUS if chance < 0.06 else Outcome.NO
    return [
        Resolution(
            id=f"{name}-1", question=name, outcome=outcome,
            decided=question.closes + timedelta(days=1), evidence=shown,
        )
    ]  # fmt: skip


def hostile() -> list[AnyRecord]:
    """
    Two sources, every text of which is an attack.
    """
    day = Published(earliest=BEGIN, latest=BEGIN)
    found: list[AnyRecord] = []
    for s in range(2):
        found.append(Source(id=f"s{s}", name=f"{s} {HOSTILE}", kind=SourceKind.PERSON))
        found.append(Article(id=f"a{s}", title=HOSTILE, source=f"s{s}", published=day))
        found.append(
            Claim(
                id=f"u{s}",
                article=f"a{s}",
                source=f"s{s}",
                says=HOSTILE,
                phrase=HOSTILE,
                unscorable=Unscorable.HEDGE,
                note=HOSTILE,
            )
        )
    for q in range(30):
        closes = BEGIN + timedelta(days=100 + 50 * q)
        found.append(
            Question(
                id=f"q{q}",
                statement=f"{q} {HOSTILE}",
                criteria=HOSTILE,
                criteria_written=BEGIN,
                resolution_source=HOSTILE,
                opens=BEGIN,
                closes=closes,
            )
        )
        found += [
            Claim(
                id=f"c{q}-{s}",
                article=f"a{s}",
                source=f"s{s}",
                says=HOSTILE,
                phrase="almost certain" if (q + s) % 2 else "unlikely",
                horizon=Horizon(words=HOSTILE),
                question=f"q{q}",
                note=HOSTILE,
            )
            for s in range(2)
        ]
        if closes < AS_OF - timedelta(days=40):
            found.append(
                Resolution(
                    id=f"q{q}-1",
                    question=f"q{q}",
                    outcome=Outcome.NO,
                    decided=closes + timedelta(days=1),
                    evidence=(Evidence(citation=HOSTILE, url=f"javascript:alert({q})"),),
                    note=HOSTILE,
                )
            )
    return found


def write(engine: sa.Engine, records: Sequence[AnyRecord]) -> sa.Engine:
    """
    Put records into a database.
    """
    with writing(engine) as connection:
        changes = [store.Change(Action.ADD, record) for record in records]
        store.write(connection, changes, actor="tests", at=datetime(2026, 11, 21, tzinfo=UTC))
    return engine


def chosen(**given: Any) -> Choice:
    """
    Every forecast, as of the day of these tests.
    """
    return Choice(**{"as_of": AS_OF, "default": "survey-2026.1", "library": Library(), **given})


def dossier(engine: sa.Engine, **given: Any) -> Dossier:
    """
    The report of a database.
    """
    return publish.report(engine, chosen(**given), new_rng=lambda: random.Random(7))

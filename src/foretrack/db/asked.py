"""
How each question stands by a day.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import sqlalchemy as sa

from foretrack.core.closing import ends
from foretrack.core.cohort import Recorded
from foretrack.db.engine import rows
from foretrack.db.tables import Kind, as_text, ledger, question, standing

if TYPE_CHECKING:
    from collections.abc import Mapping


class Asked(NamedTuple):
    """
    What forecasts on a question depend on.

    From ``cluster`` on stands what is the same for many questions.

    Attributes:
        tags: Its tags, as they are stored.
        closes: Last day of the window.  Days are ISO text here: they are only compared.
        ends: The first day on which a forecast no longer counts.
        decided: The day the outcome was decided.
        cluster: Label of questions that stand or fall together.
        over: The last day of the window is over.
        outcome: As recorded by the day: yes, no, ambiguous, annulled, or None.
        reason: Why it was annulled.
        unmet: Its condition was not met, which annuls it.
        hindsight: The criteria were written after the day that settled it.
        reference: What its record says of it, 0 to 1, where that was asked for.
    """

    id: str
    tags: str
    closes: str
    ends: str
    decided: str | None
    cluster: str | None
    over: bool
    outcome: str | None
    reason: str | None
    unmet: bool
    hindsight: bool
    reference: float | None


_Held: TypeAlias = "tuple[str | None, str | None, str | None, str | None]"
"""
Of a resolution: its outcome, the day that settled the question, the day it was decided, its reason.
"""

_NOTHING: _Held = (None, None, None, None)


def asked(
    connection: sa.Connection,
    *,
    as_of: date,
    recorded: Recorded | None = None,
    among: sa.Select[tuple[str | None]] | None = None,
) -> dict[str, Asked]:
    """
    The questions by id, with what was decided by a day.

    Args:
        connection: One view of the record.
        as_of: What was decided by this day.
        recorded: What to take from the record of each question.
        among: Only the questions whose ids this selects.
    """
    held, states = _decided(connection, as_of, among)
    chosen = sa.select(
        question.c.id,
        question.c.cluster,
        question.c.tags,
        _day(question.c.closes),
        _day(question.c.criteria_written),
        question.c.condition_statement.is_not(None),
        _stored(recorded),
    ).where(standing(question))
    if among is not None:
        chosen = chosen.where(question.c.id.in_(among))
    found = {}
    today = as_of.isoformat()
    for name, cluster, tags, closes, written, conditional, reference in rows(connection, chosen):
        outcome, settled, decided, reason = held.get(name, _NOTHING)
        found[name] = Asked(
            name,
            tags,
            closes,
            settled or _day_after(closes),
            decided,
            cluster,
            closes < today,
            outcome,
            reason,
            bool(conditional) and states.get(name) == "unmet",
            written > (settled or closes),
            reference,
        )
    return found


def _day(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    return sa.cast(column, sa.Text)


@lru_cache(maxsize=4096)
def _day_after(closes: str) -> str:
    """
    The first day on which a forecast on a question that nothing settled no longer counts.
    """
    return ends(date.fromisoformat(closes), settled=None).isoformat()


def _stored(recorded: Recorded | None) -> sa.ColumnElement[Any]:
    """
    What the record of a question says of it, as ``Recorded.of`` does.
    """
    if recorded is None:
        return sa.null()
    if recorded is Recorded.BASE_RATE:
        return question.c.base_rate
    says = as_text(question.c.status_quo)
    return sa.case((says == "yes", 1.0), (says == "no", 0.0), else_=None)


def _decided(
    connection: sa.Connection, as_of: date, among: sa.Select[tuple[str | None]] | None
) -> tuple[Mapping[str, _Held], Mapping[str, str]]:
    """
    The resolution that holds for each question, and the last word on its condition.

    A resolution holds until another is recorded, or a reopening.
    """
    chosen = sa.select(
        ledger.c.question,
        as_text(ledger.c.kind),
        as_text(ledger.c.state),
        as_text(ledger.c.outcome),
        _day(sa.func.coalesce(ledger.c.happened, ledger.c.impossible)),
        _day(ledger.c.decided),
        ledger.c.reason,
    ).where(standing(ledger), ledger.c.decided <= as_of)
    if among is not None:
        chosen = chosen.where(ledger.c.question.in_(among))
    held: dict[str, _Held] = {}
    states: dict[str, str] = {}
    entries = rows(connection, chosen.order_by(ledger.c.question, ledger.c.position))
    for name, kind, state, outcome, settled, decided, reason in entries:
        if kind == Kind.RESOLUTION:
            held[name] = outcome, settled, decided, reason
        elif kind == Kind.CONDITION:
            states[name] = state
        else:
            held.pop(name, None)
    return held, states

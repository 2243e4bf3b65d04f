"""
What the ledger says of questions, by a day, in SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from foretrack.db.tables import Kind, ledger, question, standing

if TYPE_CHECKING:
    from datetime import date


def undecided_by(as_of: date) -> sa.ColumnElement[bool]:
    """
    Whether the question in hand has no resolution that holds.
    """
    last = _last_word(as_of, ledger.c.kind != Kind.CONDITION, ledger.c.kind)
    return sa.func.coalesce(as_text(last), "") != Kind.RESOLUTION.value


def condition_by(as_of: date) -> sa.ColumnElement[Any]:
    """
    The last word on the condition of the question in hand.
    """
    return _last_word(as_of, ledger.c.kind == Kind.CONDITION, as_text(ledger.c.state))


def _last_word(
    as_of: date, kind: sa.ColumnElement[bool], column: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """
    A column of the last entry of one kind for the question in hand, decided by a day.
    """
    return (
        sa.select(column)
        .where(
            ledger.c.question == question.c.id, standing(ledger), kind, ledger.c.decided <= as_of
        )
        .order_by(ledger.c.position.desc())
        .limit(1)
        .correlate(question)
        .scalar_subquery()
    )


def held_by(as_of: date) -> sa.CTE:
    """
    The resolution that holds for each question.

    It is the last entry decided by a day, unless that is a reopening.
    """
    last = (
        sa.select(ledger.c.question, sa.func.max(ledger.c.position).label("position"))
        .where(standing(ledger), ledger.c.kind != Kind.CONDITION, ledger.c.decided <= as_of)
        .group_by(ledger.c.question)
        .cte("last_decision")
    )
    return (
        sa.select(
            ledger.c.question,
            ledger.c.outcome,
            ledger.c.happened,
            ledger.c.impossible,
            ledger.c.decided,
            ledger.c.reason,
        )
        .join(
            last,
            sa.and_(last.c.question == ledger.c.question, last.c.position == ledger.c.position),
        )
        .where(standing(ledger), ledger.c.kind == Kind.RESOLUTION)
        .cte("held")
    )


def as_text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """
    An enumeration as its text: what is counted needs no objects.
    """
    return sa.type_coerce(column, sa.Text)

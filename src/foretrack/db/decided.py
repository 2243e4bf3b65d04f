"""
What the ledger says of questions, by a day, in SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from foretrack.db.tables import Kind, as_text, ledger, question, standing

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

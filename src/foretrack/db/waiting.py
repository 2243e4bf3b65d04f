"""
What waits for a decision, found in the indexes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from foretrack.db.decided import condition_by, undecided_by
from foretrack.db.tables import article, claim, question, source, standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date


class Open(NamedTuple):
    """
    A question without a final resolution.

    Attributes:
        closes: Last day of the window.
        state: Of its condition, ``pending`` until somebody decides it; None without one.
    """

    id: str
    closes: date
    state: str | None


class Waiting(NamedTuple):
    """
    The questions without a final resolution that need a look.

    Attributes:
        near: Those whose window closes by a day, oldest first.
        later: The next closing date after that day.
        pending: Those whose condition nobody has decided yet, by closing date.
    """

    near: list[Open]
    later: date | None
    pending: list[Open]


def waiting(connection: sa.Connection, *, as_of: date, until: date) -> Waiting:
    """
    What waits for a decision.

    Args:
        as_of: What was decided by this day.
        until: The last closing date that is near.
    """
    # One look into the ledger for each question that is near enough, not all of the ledger; with
    # and without a condition apart, because each has an index that holds all that is asked here.
    there = (standing(question), undecided_by(as_of), _asked_by(as_of))
    open_ones = (*there, question.c.condition_statement.is_(None))
    near = sa.select(
        question.c.id, question.c.closes, sa.cast(sa.null(), sa.Text).label("state")
    ).where(*open_ones, question.c.closes <= until)
    conditional = sa.select(
        question.c.id, question.c.closes, sa.func.coalesce(condition_by(as_of), "pending")
    ).where(*there, question.c.condition_statement.is_not(None))
    found = sa.union_all(near, conditional)
    rows = connection.execute(
        found.order_by(found.selected_columns.closes, found.selected_columns.id)
    ).all()
    after = connection.scalar(
        sa.select(question.c.closes)
        .where(*open_ones, question.c.closes > until)
        .order_by(question.c.closes)
        .limit(1)
    )
    counted = [Open(*row) for row in rows if row.state != "unmet"]
    later = [one.closes for one in counted if one.closes > until]
    return Waiting(
        near=[one for one in counted if one.closes <= until],
        later=min([*later, *([after] if after else [])], default=None),
        pending=[one for one in counted if one.state == "pending"],
    )


def _asked_by(as_of: date) -> sa.ColumnElement[bool]:
    """
    Whether the question in hand was asked by a day: its window is open, or somebody answered.
    """
    said = (
        sa.select(claim.c.id)
        .join(article, sa.and_(article.c.id == claim.c.article, standing(article)))
        .where(standing(claim), claim.c.question == question.c.id, article.c.latest <= as_of)
        .correlate(question)
    )
    return sa.or_(question.c.opens <= as_of, said.exists())


def texts(
    connection: sa.Connection, questions: Sequence[str]
) -> Iterator[sa.Row[*tuple[Any, ...]]]:
    """
    What the questions of these ids ask, in any order.
    """
    chosen = sa.select(
        question.c.id,
        question.c.statement,
        question.c.criteria,
        question.c.resolution_source,
        question.c.opens,
        question.c.closes,
        question.c.condition_statement,
    ).where(standing(question))
    for some in _batches(questions):
        yield from connection.execute(chosen.where(question.c.id.in_(some)))


def heard(
    connection: sa.Connection, questions: Sequence[str], *, as_of: date
) -> Iterator[sa.Row[*tuple[Any, ...]]]:
    """
    What was said by a day about the questions of these ids, by day and source for each of them.
    """
    told = claim.join(article, sa.and_(article.c.id == claim.c.article, standing(article))).join(
        source, sa.and_(source.c.id == claim.c.source, standing(source))
    )
    chosen = (
        sa.select(
            claim.c.question,
            claim.c.id,
            claim.c.source,
            source.c.name,
            claim.c.phrase,
            claim.c.probability,
            claim.c.polarity,
            article.c.latest,
        )
        .select_from(told)
        .where(standing(claim), article.c.latest <= as_of)
        .order_by(article.c.latest, claim.c.source, claim.c.id)
    )
    for some in _batches(questions):
        yield from connection.execute(chosen.where(claim.c.question.in_(some)))


def _batches(ids: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]

"""
What waits for a decision, found in the indexes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from foretrack.db.decided import condition_by, undecided_by
from foretrack.db.tables import question, standing

if TYPE_CHECKING:
    from datetime import date


class Waiting(NamedTuple):
    """
    The questions without a final resolution that need a look.

    Attributes:
        near: Ids and closing dates of those whose window closes by a day, oldest first.
        later: The next closing date after that day.
        pending: Ids of those whose condition nobody has decided yet, by closing date.
    """

    near: list[tuple[str, date]]
    later: date | None
    pending: list[str]


def waiting(connection: sa.Connection, *, as_of: date, until: date) -> Waiting:
    """
    What waits for a decision.

    Args:
        as_of: What was decided by this day.
        until: The last closing date that is near.
    """
    # One look into the ledger for each question that is near enough, not all of the ledger; with
    # and without a condition apart, because each has an index that holds all that is asked here.
    open_ones = (standing(question), question.c.condition_statement.is_(None), undecided_by(as_of))
    near = sa.select(
        question.c.id, question.c.closes, sa.cast(sa.null(), sa.Text).label("state")
    ).where(*open_ones, question.c.closes <= until)
    conditional = sa.select(
        question.c.id, question.c.closes, sa.func.coalesce(condition_by(as_of), "pending")
    ).where(standing(question), question.c.condition_statement.is_not(None), undecided_by(as_of))
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
    counted = [(row.id, row.closes) for row in rows if row.state != "unmet"]
    later = [closes for _, closes in counted if closes > until]
    return Waiting(
        near=[one for one in counted if one[1] <= until],
        later=min([*later, *([after] if after else [])], default=None),
        pending=[row.id for row in rows if row.state == "pending"],
    )

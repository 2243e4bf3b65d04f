"""
The use case of the queue: what waits for a decision.

It scores nothing, so it loads nothing that scores: an analyst opens it many times a day.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from foretrack import excerpt
from foretrack.core import agenda
from foretrack.core.cohort import is_over
from foretrack.db.engine import reading
from foretrack.db.waiting import waiting

if TYPE_CHECKING:
    from datetime import date

    import sqlalchemy as sa

    from foretrack.core.agenda import Due, Queue


def queue(engine: sa.Engine, *, as_of: date, within: int, first: int | None = None) -> Queue:
    """
    The questions that wait for a resolution: overdue ones, and those whose window closes soon.

    Args:
        within: How many days ahead to look.
        first: Read this many at most; the others are counted.
    """
    with reading(engine) as connection:
        return queue_of(connection, as_of=as_of, within=within, first=first)


def queue_of(
    connection: sa.Connection, *, as_of: date, within: int, first: int | None = None
) -> Queue:
    """
    What ``queue`` gives, within a view of the record that is open already.
    """
    every, later, pending = waiting(connection, as_of=as_of, until=as_of + timedelta(days=within))
    ids = [name for name, _ in every[:first]]
    near = {name for name, _ in every}
    others = [name for name in pending if name not in near]
    part = excerpt.about(connection, [*ids, *others])

    def items(names: list[str]) -> tuple[Due, ...]:
        return tuple(
            agenda.due(
                part.questions[name],
                said=part.voices(name, as_of=as_of),
                ledger=part.ledger.get(name, ()),
                as_of=as_of,
            )
            for name in names
        )

    return agenda.Queue(
        as_of=as_of,
        within=within,
        items=items(ids),
        conditions=items(others),
        overdue=sum(is_over(closes, as_of=as_of) for _, closes in every),
        later=later,
        more=len(every) - len(ids),
    )

"""
The use case of the queue: what waits for a decision.

It scores nothing and makes no records, so it loads little: an analyst opens it many times a day.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from foretrack.core.agenda import Due, Queue, Voice, worded
from foretrack.core.closing import is_over
from foretrack.core.vocabulary import ConditionIs
from foretrack.db import waiting
from foretrack.db.engine import reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import sqlalchemy as sa

    from foretrack.db.waiting import Open


def queue(engine: sa.Engine, *, as_of: date, within: int, first: int | None = None) -> Queue:
    """
    The questions that wait for a resolution: overdue ones, and those whose window closes soon.

    Args:
        within: How many days ahead to look.
        first: Read this many at most, and as many conditions; the others are counted.
    """
    with reading(engine) as connection:
        return queue_of(connection, as_of=as_of, within=within, first=first)


def queue_of(
    connection: sa.Connection, *, as_of: date, within: int, first: int | None = None
) -> Queue:
    """
    What ``queue`` gives, within a view of the record that is open already.
    """
    found = waiting.waiting(connection, as_of=as_of, until=as_of + timedelta(days=within))
    shown = found.near[:first]
    near = {one.id for one in found.near}
    pending = [one for one in found.pending if one.id not in near]
    conditions = pending[:first]
    items = _items(connection, [*shown, *conditions], as_of=as_of)
    return Queue(
        as_of=as_of,
        within=within,
        items=tuple(items[one.id] for one in shown),
        conditions=tuple(items[one.id] for one in conditions),
        overdue=sum(is_over(one.closes, as_of=as_of) for one in found.near),
        later=found.later,
        more=len(found.near) - len(shown),
        more_conditions=len(pending) - len(conditions),
    )


def _items(connection: sa.Connection, found: Sequence[Open], *, as_of: date) -> Mapping[str, Due]:
    ids = [one.id for one in found]
    voices: dict[str, list[Voice]] = defaultdict(list)
    for row in waiting.heard(connection, ids, as_of=as_of):
        voices[row.question].append(
            Voice(
                claim=row.id,
                source=row.source,
                name=row.name,
                words=worded(row.phrase, row.probability),
                polarity=row.polarity,
                made=row.latest,
            )
        )
    states = {one.id: one.state for one in found}
    items = {}
    for row in waiting.texts(connection, ids):
        state = states[row.id]
        items[row.id] = Due(
            question=row.id,
            statement=row.statement,
            criteria=row.criteria,
            resolution_source=row.resolution_source,
            opens=row.opens,
            closes=row.closes,
            days=(row.closes - as_of).days,
            overdue=is_over(row.closes, as_of=as_of),
            condition=None if state is None else ConditionIs(state),
            condition_statement=row.condition_statement,
            voices=tuple(voices[row.id]),
        )
    return items

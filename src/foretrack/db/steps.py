"""
What was written between two entries of the journal, in its order, with what it said.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from foretrack.core.records import Postponement, Remark, Review, Task
from foretrack.core.since import Step
from foretrack.db import tables
from foretrack.db.rows import record_of
from foretrack.db.tables import Entity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foretrack.core.since import Written

KINDS: Final = {
    Entity.SOURCE: "source",
    Entity.ARTICLE: "article",
    Entity.QUESTION: "question",
    Entity.CLAIM: "claim",
    Entity.LEDGER: "decision",
}
"""
What a step calls the records that are not a meeting's own.
"""


def steps(connection: sa.Connection, *, after: int, until: int) -> Sequence[Step]:
    """
    Every addition, correction and withdrawal, but those of a meeting's own records.

    Of what was written at one instant (one import, say) the decisions come first: whoever wrote
    the rest knew of them.

    Args:
        after: The entry that the first one follows.
        until: The last one.
    """
    entry = tables.journal.c
    chosen = (
        sa.select(entry.sequence, entry.at, entry.entity, entry.entity_id)
        .where(entry.sequence > after, entry.sequence <= until, entry.entity.in_(KINDS))
        .order_by(entry.sequence)
    )
    said = _said(connection, after=after, until=until)
    found: list[Step] = []
    for _, rows in groupby(connection.execute(chosen), key=lambda row: row.at):
        made = [Step(KINDS[row.entity], row.entity_id, said.get(row.sequence)) for row in rows]
        found += sorted(made, key=lambda step: step.kind != KINDS[Entity.LEDGER])
    return found


def _said(connection: sa.Connection, *, after: int, until: int) -> dict[int, Written]:
    """
    What the versions say that were recorded after an entry, by sequence.
    """
    found: dict[int, Written] = {}
    for entity in KINDS:
        table = tables.VERSIONED[entity]
        chosen = sa.select(table).where(table.c.recorded > after, table.c.recorded <= until)
        for row in connection.execute(chosen).mappings():
            record = record_of(entity, row)
            if not isinstance(record, Review | Postponement | Remark | Task):
                found[row["recorded"]] = record
    return found

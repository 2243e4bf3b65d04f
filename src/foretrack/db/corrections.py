"""
Records before and after a correction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from foretrack.db import tables
from foretrack.db.rows import record_of
from foretrack.db.tables import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from foretrack.core.records import AnyRecord
    from foretrack.db.journal import Entry
    from foretrack.db.tables import Entity

_BATCH = 500


def versions(
    connection: sa.Connection, entries: Iterable[Entry]
) -> Iterator[tuple[int, Entity, AnyRecord, AnyRecord]]:
    """
    The sequence of each correction among journal entries, with the record as it was and became.
    """
    wanted: dict[Entity, list[int]] = {}
    for entry in entries:
        if entry.action is Action.CORRECT:
            wanted.setdefault(entry.entity, []).append(entry.sequence)
    for entity, sequences in wanted.items():
        table = tables.VERSIONED[entity]
        for start in range(0, len(sequences), _BATCH):
            some = sequences[start : start + _BATCH]
            ended, made = (
                {
                    row[column.name]: record_of(entity, row)
                    for row in connection.execute(
                        sa.select(table).where(column.in_(some))
                    ).mappings()
                }
                for column in (table.c.superseded, table.c.recorded)
            )
            for sequence in ended.keys() & made.keys():  # all of them, in a whole record
                yield sequence, entity, ended[sequence], made[sequence]

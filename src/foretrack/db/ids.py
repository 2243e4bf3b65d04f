"""
Every id that the record ever gave away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from foretrack.core.naming import Ids
from foretrack.db import store, tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foretrack.db.tables import Entity


def ids(connection: sa.Connection, entities: Iterable[Entity]) -> dict[str, Ids]:
    """
    The ids of some kinds of record: kind -> ids.
    """
    found = {}
    for entity in entities:
        table = tables.VERSIONED[entity]
        ever = frozenset(connection.scalars(sa.select(table.c.id).distinct()))
        gone = frozenset(name for _, name in store.withdrawn(connection, "", (entity,)))
        found[entity.value] = Ids(ever, gone)
    return found

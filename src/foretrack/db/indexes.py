"""
The indexes over live versions, and the rule that an id has one live version at most.

They are declared apart from the tables because only migrations need them, and because naming an
option of PostgreSQL's loads its whole dialect, which every start would pay for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from foretrack.db import tables

if TYPE_CHECKING:
    from collections.abc import Iterator


def declared() -> Iterator[sa.Index]:
    """
    Declare the indexes, once; the metadata knows them from then on.
    """
    for table in tables.VERSIONED.values():
        yield _live(table, "id", unique=True)
    yield _live(tables.question, "closes")
    yield _live(tables.claim, "source", "question")
    yield _live(tables.claim, "question")
    yield _live(tables.claim, "article")
    yield _live(tables.claim, "unscorable", where=tables.claim.c.unscorable.is_not(None))
    yield _live(tables.ledger, "question", "position")
    yield _live(tables.postponement, "question")


def _live(
    table: sa.Table,
    *names: str,
    unique: bool = False,
    where: sa.ColumnElement[bool] | None = None,
) -> sa.Index:
    live: sa.ColumnElement[bool] = table.c.superseded.is_(None)
    if where is not None:
        live = sa.and_(live, where)
    return sa.Index(
        "_".join(("uq" if unique else "ix", table.name, *names, "live")),
        *(table.c[name] for name in names),
        unique=unique,
        sqlite_where=live,
        postgresql_where=live,
    )


INDEXES = tuple(declared())

metadata = tables.metadata
"""
The tables with their indexes: what the migrations must arrive at.
"""

"""
Parquet tables row by row, through DuckDB (extra ``archive``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from foretrack.exchange import columns
from foretrack.exchange.batches import Batch
from foretrack.exchange.database import Database, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foretrack.exchange.columns import Wanted
    from foretrack.exchange.tables import Table

_ROWS: Final = 50_000


def names(table: Table) -> list[str]:
    """
    The names of a Parquet table's columns.

    Raises:
        InvalidInput: DuckDB is not installed, or the file is damaged.
    """
    with Database(table) as database:
        database.run("SELECT * FROM read_parquet(?) LIMIT 0", [database.path])
        return database.names()


def batches(table: Table, wanted: Wanted) -> Iterator[Batch]:
    """
    The rows of a Parquet table in batches, as ``reading.batches`` gives those of other tables.

    Raises:
        InvalidInput: DuckDB is not installed, the file is damaged, or a column is missing.
    """
    found = names(table)
    places = columns.find(found, wanted, path=table.name)
    texts = ", ".join(text(found[at]) for at in places.values())
    with Database(table) as database:
        # Nothing but the names of columns, quoted, stands in the statement.
        database.run(f"SELECT {texts} FROM read_parquet(?)", [database.path])  # noqa: S608 - names are quoted by us
        while rows := database.some(_ROWS):
            parts = zip(*rows, strict=True)
            yield Batch(
                len(rows),
                {
                    role: [value.encode() for value in part]
                    for role, part in zip(places, parts, strict=True)
                },
                0,
            )


def numbered(table: Table, wanted: Wanted) -> Iterator[tuple[int, dict[str, bytes] | str]]:
    """
    The rows of a Parquet table one by one, numbered from 1.

    Raises:
        InvalidInput: As ``batches``.
    """
    at = 0
    for batch in batches(table, wanted):
        for row in zip(*batch.columns.values(), strict=True):
            at += 1
            yield at, dict(zip(batch.columns, row, strict=True))


def text(name: str) -> str:
    """
    A column as text, in the words of a statement; missing values are empty.
    """
    return f"coalesce(CAST({quoted(name)} AS VARCHAR), '')"

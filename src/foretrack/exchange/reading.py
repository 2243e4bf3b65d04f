"""
Tables of forecasts as columns of text.

They are CSV, TSV or JSON lines, packed with gzip or not, Parquet or in a SQLite database.

A table is read in batches, column by column and without line numbers, which is fast; where
something turns out to be wrong it is read again row by row, with the line of each.  A batch holds
bytes: what is equal is equal, and only what is distinct needs to be decoded.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from foretrack.exchange import delimited, json_lines
from foretrack.exchange.batches import gathered
from foretrack.exchange.chunks import blocks, chunks, text
from foretrack.exchange.delimited import Part
from foretrack.exchange.tables import Kind, fault, identify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from foretrack.exchange.batches import Batch
    from foretrack.exchange.columns import Wanted
    from foretrack.exchange.tables import Table

__all__ = ["Part", "batches", "header", "identify", "middle", "numbered", "settled"]

FIRST: Final = 5 / 8
"""
How much of a table is its first part: whoever reads the second has to unpack the first one, too.
"""

_LARGE: Final = 16 << 20  # from so many unpacked bytes on a table is read in two parts


def settled(table: Table, *, names: Mapping[str, str], within: str | None) -> Table:
    """
    The table in a database that is meant; any other table as it is.

    Args:
        table: The table.
        names: The columns that have another name than their role.
        within: The name of the table in a database.

    Raises:
        InvalidInput: There is no such table, or there are several.
    """
    if table.kind is not Kind.SQLITE:
        return table
    from foretrack.exchange import sqlite

    return sqlite.settled(table, names=names, within=within)


def middle(table: Table) -> int | None:
    """
    Where to part the unpacked bytes of a large table, or the rows of one in a database.

    None where it is better read in one go.
    """
    if table.kind is Kind.SQLITE:
        from foretrack.exchange import sqlite

        return sqlite.middle(table)
    if table.path is None or table.kind not in (Kind.CSV, Kind.TSV):
        return None
    size = table.size
    if table.packed:
        # The last four bytes say how much was packed, unless it was packed in pieces: then the
        # parts are uneven, and no less right.
        with table.path.open("rb") as file:
            file.seek(-4, os.SEEK_END)
            size = int.from_bytes(file.read(4), "little")
    return int(size * FIRST) if size >= _LARGE else None


def batches(
    table: Table,
    wanted: Wanted,
    *,
    done: Callable[[int], None] | None = None,
    part: Part | None = None,
) -> Iterator[Batch]:
    """
    The rows of a table in batches.

    Args:
        table: The table.
        wanted: Which columns.
        done: Told, now and then, how many bytes of the file are read.
        part: Only these lines, of a table that has a ``middle``.

    Raises:
        InvalidInput: The file is damaged, or a column is missing.
    """
    if table.kind is Kind.PARQUET:
        from foretrack.exchange import parquet

        yield from parquet.batches(table, wanted)
        return
    if table.kind is Kind.SQLITE:
        from foretrack.exchange import sqlite

        yield from sqlite.batches(table, wanted, done=done, part=part)
        return
    pieces = chunks(table, done)
    if table.kind is Kind.JSON_LINES:
        yield from gathered(row for _, row in json_lines.objects(table, pieces, wanted))
    else:
        yield from delimited.split(table, blocks(pieces), wanted, part)


def numbered(table: Table, wanted: Wanted) -> Iterator[tuple[int, dict[str, bytes] | str]]:
    """
    The rows of a table one by one, each with the line that it begins on.

    A row that cannot be taken apart is the reason instead.

    Raises:
        InvalidInput: As ``batches``.
    """
    if table.kind is Kind.PARQUET:
        from foretrack.exchange import parquet

        return parquet.numbered(table, wanted)
    if table.kind is Kind.SQLITE:
        from foretrack.exchange import sqlite

        return sqlite.numbered(table, wanted)
    pieces = chunks(table, None)
    if table.kind is Kind.JSON_LINES:
        return json_lines.objects(table, pieces, wanted)
    return delimited.records(table, pieces, wanted)


def header(table: Table) -> list[str]:
    """
    The names of a table's columns; of the first object's keys in JSON lines.

    Raises:
        InvalidInput: The file is damaged or holds no header.
    """
    if table.kind is Kind.PARQUET:
        from foretrack.exchange import parquet

        return parquet.names(table)
    if table.kind is Kind.SQLITE:
        from foretrack.exchange import sqlite

        return sqlite.names(table)
    pieces = chunks(table, None)
    if table.kind is Kind.JSON_LINES:
        with text(pieces) as lines:
            for one in lines:
                if one.strip():
                    try:
                        return list(json_lines.parsed(one))
                    except (ValueError, RecursionError) as error:
                        raise fault(
                            table.name, f"line 1: is no JSON object: {json_lines.reason(error)}"
                        ) from error
        raise fault(table.name, "holds nothing but blank lines")
    for line, row in delimited.rows(table, pieces, None):
        if isinstance(row, str):
            raise fault(table.name, f"line {line}: {row}")
        return [name.strip() for name in row]
    raise fault(table.name, "holds nothing but blank lines")

"""
Tables in a SQLite database, read row by row.

The database is only ever read.  A row is numbered by its rowid where it has one, so that it can be
found again, else by its place.  Statements hold nothing but names of tables and columns, quoted.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from foretrack.exchange import columns
from foretrack.exchange.batches import Batch
from foretrack.exchange.columns import REQUIRED, near
from foretrack.exchange.database import quoted
from foretrack.exchange.tables import fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from foretrack.exchange.columns import Wanted
    from foretrack.exchange.reading import Part
    from foretrack.exchange.tables import Table

_ROWS: Final = 20_000
LARGE: Final = 500_000
"""
Rows from which a second process, or numpy, is worth its while.
"""
_OURS: Final = int.from_bytes(b"fore")  # the ``application_id`` of a foretrack database
_SHOWN: Final = 8  # tables, and columns of each, that a message names


class Span(NamedTuple):
    """
    The rows of a table, by number.

    Attributes:
        name: What the number of a row is called.
    """

    name: str
    first: int
    last: int

    @property
    def rows(self) -> int:
        """
        How many there may be; fewer where some were deleted.
        """
        return self.last - self.first + 1


def settled(table: Table, *, names: Mapping[str, str], within: str | None) -> Table:
    """
    The table in a database that is meant.

    Args:
        table: The database.
        names: The columns that have another name than their role.
        within: The name of the table; None for the only one that has the columns.

    Raises:
        InvalidInput: There is no such table, or there are several.
    """
    with opened(table) as connection:
        there = {name: _columns(connection, name) for name in _tables(connection)}
        mark = connection.execute("PRAGMA application_id").fetchone()
    if not there:
        raise fault(table.name, "is a SQLite database without tables")
    if within is not None:
        if within in there:
            return replace(table, within=within)
        close = near(within, list(there))
        hint = f'; did you mean "{close}"?' if close else f"; there are: {_few(list(there))}"
        raise fault(table.name, f'no table "{within}"{hint}')
    if mark == (_OURS,):
        raise fault(
            table.name,
            "is a foretrack database; its scores are shown by"
            f" `foretrack --db {table.name} scorecard`",
        )
    needed = [names.get(role, role) for role in REQUIRED]
    fit = [
        name for name, found in there.items() if {*needed} <= {column.strip() for column in found}
    ]
    if len(fit) == 1:
        return replace(table, within=fit[0])
    if fit:
        message = f"has several tables with columns {', '.join(needed)}; choose one with --table: "
        raise fault(table.name, message + _few(fit))
    if len(there) == 1:  # what is missing is said of it as of any other table
        return replace(table, within=next(iter(there)))
    shown = "; ".join(f"{name} ({_few(found)})" for name, found in list(there.items())[:_SHOWN])
    more = f"; and {len(there) - _SHOWN} more" if len(there) > _SHOWN else ""
    raise fault(
        table.name,
        f"no table has columns {', '.join(needed)}; choose one with --table and name its columns"
        f" with --map; there are: {shown}{more}",
    )


def names(table: Table) -> list[str]:
    """
    The names of the table's columns.

    Raises:
        InvalidInput: The database is damaged.
    """
    with opened(table) as connection:
        return _columns(connection, table.within)


def middle(table: Table) -> int | None:
    """
    The number of a row at which to part a large table; None where it is better read in one go.
    """
    with opened(table) as connection:
        span = span_of(connection, table)
    return None if span is None or span.rows < LARGE else (span.first + span.last) // 2


def batches(
    table: Table,
    wanted: Wanted,
    *,
    done: Callable[[int], None] | None = None,
    part: Part | None = None,
) -> Iterator[Batch]:
    """
    The rows of a table in batches, as ``reading.batches`` gives those of other tables.

    Raises:
        InvalidInput: The database is damaged, or a column is missing.
    """
    with opened(table) as connection:
        places = columns.find(found := _columns(connection, table.within), wanted, path=table.name)
        span = span_of(connection, table)
        texts = ", ".join(quoted(found[at]) for at in places.values())
        cursor = connection.execute(
            f"SELECT {texts} FROM {quoted(table.within)}{_where(span, part)}{_order(span)}"  # noqa: S608 - names are quoted by us
        )
        read = 0
        while rows := cursor.fetchmany(_ROWS):
            yield Batch(
                len(rows),
                {
                    role: [one if type(one) is bytes else text(one) for one in column]
                    for role, column in zip(places, zip(*rows, strict=True), strict=True)
                },
                0,
            )
            read += len(rows)
            if done is not None and span is not None:
                done(table.size * read // span.rows)


def numbered(table: Table, wanted: Wanted) -> Iterator[tuple[int, dict[str, bytes] | str]]:
    """
    The rows of a table one by one, each with its number.

    Raises:
        InvalidInput: As ``batches``.
    """
    with opened(table) as connection:
        places = columns.find(found := _columns(connection, table.within), wanted, path=table.name)
        span = span_of(connection, table)
        number = "0" if span is None else span.name
        texts = ", ".join([number, *(quoted(found[at]) for at in places.values())])
        rows = connection.execute(f"SELECT {texts} FROM {quoted(table.within)}{_order(span)}")  # noqa: S608 - as above
        for at, (row, *parts) in enumerate(rows, start=1):
            yield row if span else at, dict(zip(places, map(text, parts), strict=True))


@contextmanager
def opened(table: Table) -> Iterator[sqlite3.Connection]:
    """
    The database, to be read.

    Raises:
        InvalidInput: It cannot be.
    """
    assert table.path is not None
    try:
        name = table.path.absolute().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(name, uri=True, isolation_level=None)) as connection:
            connection.text_factory = bytes
            yield connection
    except sqlite3.Error as error:
        raise fault(table.name, f"cannot be read: {error}") from error


def _tables(connection: sqlite3.Connection) -> list[str]:
    return [
        name.decode(errors="backslashreplace")
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
            " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        )
    ]


def _columns(connection: sqlite3.Connection, name: str) -> list[str]:
    described = connection.execute(f"SELECT * FROM {quoted(name)} LIMIT 0").description  # noqa: S608 - as above
    return [str(one[0]) for one in described]


def span_of(connection: sqlite3.Connection, table: Table) -> Span | None:
    """
    The numbers of the rows; None in a view, in a table without them and in an empty one.
    """
    taken = {name.lower() for name in _columns(connection, table.within)}
    name = next((one for one in ("rowid", "_rowid_", "oid") if one not in taken), None)
    kinds = connection.execute("SELECT type FROM sqlite_master WHERE name = ?", [table.within])
    if name is None or (b"view",) in kinds:
        return None
    try:
        first, last = connection.execute(
            f"SELECT (SELECT min({name}) FROM {quoted(table.within)}),"  # noqa: S608 - as above
            f" (SELECT max({name}) FROM {quoted(table.within)})"
        ).fetchone()
    except sqlite3.OperationalError:  # a table without rowids
        return None
    return None if first is None else Span(name, first, last)


def _where(span: Span | None, part: Part | None) -> str:
    if span is None or part is None:
        return ""
    return f" WHERE {span.name} {'<=' if part.first else '>'} {part.position}"


def _order(span: Span | None) -> str:
    return "" if span is None else f" ORDER BY {span.name}"


@lru_cache(maxsize=1 << 16, typed=True)  # 1 and 1.0 are written in two ways
def text(value: Any) -> bytes:
    """
    A value as a table of text would hold it.
    """
    if value is None:
        return b""
    return value if isinstance(value, bytes) else repr(value).encode()


def _few(found: Sequence[str]) -> str:
    return ", ".join(found[:_SHOWN]) + (", ..." if len(found) > _SHOWN else "")

"""
Parquet, and large tables of every kind, through DuckDB where it is installed (extra ``archive``).

DuckDB only counts: how often each source gave each probability and outcome, and for each question
the size and the exact sum of the scores.  What it counts are texts and whole numbers, so that the
figures are the same to the last bit as without it.  A table that is not clean and plain is left to
the reading row by row, which can say what is wrong with it.
"""

from __future__ import annotations

import importlib
import importlib.util
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from foretrack.core.grades import square
from foretrack.core.rules import DECIMALS
from foretrack.core.sheet import Cell, Counts
from foretrack.errors import InvalidInput, Problem
from foretrack.exchange import columns
from foretrack.exchange.coding import key_of
from foretrack.exchange.reading import Batch, Kind, header

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from foretrack.exchange.coding import Plan
    from foretrack.exchange.columns import Wanted
    from foretrack.exchange.reading import Table

Parameters: TypeAlias = "Sequence[object] | Mapping[str, object]"
"""
What a statement is given by position or by name.
"""

_LARGE: Final = 1 << 20  # bytes of a file, from which on counting elsewhere is worth its while
_ROWS: Final = 50_000
_MEMORY: Final = "150MB"  # beyond that it uses the disk
_ODD: Final = 50
_PLAIN: Final = 2 + DECIMALS  # "0." and twelve digits
_LAST: Final = Decimal(1).scaleb(-DECIMALS)
_DECIMALS: Final = 24  # of a squared probability


def available() -> bool:
    """
    Whether DuckDB is installed.
    """
    return importlib.util.find_spec("duckdb") is not None


def names(table: Table) -> list[str]:
    """
    The names of a Parquet table's columns.

    Raises:
        InvalidInput: DuckDB is not installed, or the file is damaged.
    """
    with _Database(table) as database:
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
    texts = ", ".join(_text(found[at]) for at in places.values())
    with _Database(table) as database:
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


def counts(table: Table, plan: Plan, *, units_up_to: float) -> Counts | None:
    """
    The counts of a large table that is clean and plain.

    Args:
        table: The table.
        plan: What the run takes from it.
        units_up_to: The single forecasts are given of groups with no more rows than this.

    Returns:
        None where the rows have to be looked at one by one.
    """
    if not available() or not plan.is_plain or plan.by != "source" or plan.sources is not None:
        return None
    if table.path is None or table.kind is Kind.JSON_LINES or table.size < _LARGE:
        return None
    found = header(table)
    places = columns.find(found, plan.wanted, path=table.name)
    if "weight" in places or "resolve_date" in places:
        return None
    try:
        with _Database(table) as database:
            return _counted(database, found, places, units_up_to)
    except InvalidInput:  # reading row by row says more
        return None


class _Database:
    """
    DuckDB in memory, with one table to read.
    """

    def __init__(self, table: Table) -> None:
        if not available():
            message = "is a Parquet table, which takes DuckDB: pip install 'foretrack[archive]'"
            raise InvalidInput([Problem(table.name, 0, "", message)])
        self._duckdb: Any = importlib.import_module("duckdb")
        self.table = table
        self.path = str(table.path)

    def __enter__(self) -> Self:
        self._connection = self._duckdb.connect(":memory:", config={"memory_limit": _MEMORY})
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def run(self, statement: str, parameters: Parameters = ()) -> None:
        """
        Run a statement.
        """
        try:
            self._connection.execute(statement, parameters)
        except self._duckdb.Error as error:
            raise self._damaged(error) from error

    def some(self, n: int) -> list[tuple[Any, ...]]:
        """
        The next rows of its result.
        """
        try:
            rows: list[tuple[Any, ...]] = self._connection.fetchmany(n)
        except self._duckdb.Error as error:
            raise self._damaged(error) from error
        return rows

    def rows(self, statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """
        All rows of a statement.
        """
        self.run(statement, parameters)
        rows: list[tuple[Any, ...]] = self._connection.fetchall()
        return rows

    def names(self) -> list[str]:
        """
        The names of its columns.
        """
        return [str(one[0]) for one in self._connection.description]

    def _damaged(self, error: Exception) -> InvalidInput:
        first = str(error).splitlines()[0]
        return InvalidInput([Problem(self.table.name, 0, "", f"cannot be read: {first}")])


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(name: str) -> str:
    return f"coalesce(CAST({_name(name)} AS VARCHAR), '')"


def _scan(table: Table, found: Sequence[str]) -> str:
    if table.kind is Kind.PARQUET:
        return "read_parquet(?)"
    types = ", ".join(f"'{at}': 'VARCHAR'" for at in range(len(found)))
    delimiter = "\t" if table.kind is Kind.TSV else ","
    packed = "gzip" if table.packed else "none"
    return (
        f"read_csv(?, auto_detect = false, header = true, delim = '{delimiter}', quote = '\"', "
        f"escape = '\"', strict_mode = true, compression = '{packed}', columns = {{{types}}})"
    )


def _counted(
    database: _Database, found: Sequence[str], places: Mapping[str, int], units_up_to: float
) -> Counts | None:
    is_parquet = database.table.kind is Kind.PARQUET

    def column(role: str) -> str:
        if role not in places:
            return "''"
        at = places[role]
        return _text(found[at] if is_parquet else str(at))

    # Statements hold nothing but names of columns, quoted, or their numbers.  Of days it matters
    # only which are equal.
    database.run(
        f"CREATE TEMP TABLE t AS SELECT {column('source')} AS s, {column('question_id')} AS q,"  # noqa: S608 - quoted
        f" {column('cluster')} AS c, {column('probability')} AS p, {column('outcome')} AS y,"
        f" hash({column('question_id')}, {column('forecast_date')}) AS h"
        f" FROM {_scan(database.table, found)}",
        [database.path],
    )
    read = _levels(database)
    if read is None or "" in read[0]:
        return None
    by_group, keys = read
    odd = _rounded_otherwise(keys)
    if len(odd) > _ODD:
        return None
    cells = database.rows(
        "SELECT s, q, c, count(*), sum(CAST(off * off AS DECIMAL(38, 24))) FROM"
        " (SELECT s, q, c, CASE WHEN list_contains($odd, p)"
        " THEN $right[list_position($odd, p)]::DECIMAL(13, 12) ELSE p::DECIMAL(13, 12) END"
        " - list_contains($yes, y)::INTEGER AS off FROM t) GROUP BY ALL",
        {
            "odd": list(odd) or ["-"],
            "right": list(odd.values()) or ["0"],
            "yes": [y for (_, y), key in keys.items() if key & 1] or ["-"],
        },
    )
    if any(name != name.strip() for one in cells for name in one[:3]):
        return None
    scores = [int(one[4].scaleb(_DECIMALS)) for one in cells]
    if sum(scores) != sum(n * square(key) for one in by_group.values() for key, n in one.items()):
        return None  # what is beyond the twelfth decimal was rounded in another way
    if "question_id" in places and any(not one[1] for one in cells):
        return None
    repeated = database.rows("SELECT s, count(*) - count(DISTINCT h) FROM t GROUP BY s")
    small = [s for s, one in by_group.items() if sum(one.values()) <= units_up_to]
    rows = database.rows(
        "SELECT s, q, c, p, y FROM t WHERE list_contains(?, s) ORDER BY rowid", [small]
    )
    return Counts(
        by_group=by_group,
        cells=[Cell(s, q, c, s) for s, q, c, _, _ in cells],
        sizes=[one[3] for one in cells],
        scores=scores,
        repeated=dict(repeated) if "question_id" in places else None,
        rows=[(Cell(s, q, c, s), keys[p, y]) for s, q, c, p, y in rows],
    )


def _rounded_otherwise(keys: Mapping[tuple[str, str], int]) -> dict[str, str]:
    """
    Probabilities in the middle between two of twelve decimals, as they are rounded here.

    DuckDB rounds the decimal text up, Python the double that is nearest to it to the nearest.
    """
    found = {}
    for (p, _), key in keys.items():
        if len(p) > _PLAIN:
            here = Decimal(key >> 1).scaleb(-DECIMALS)
            if Decimal(p).quantize(_LAST, ROUND_HALF_UP) != here:
                found[p] = f"{here:f}"
    return found


def _levels(
    database: _Database,
) -> tuple[dict[str, dict[int, int]], dict[tuple[str, str], int]] | None:
    """
    Counts by source and key, and the key of each pair of texts; None if one has none.
    """
    by_group: dict[str, dict[int, int]] = {}
    keys: dict[tuple[str, str], int] = {}
    for s, p, y, n in database.rows("SELECT s, p, y, count(*) FROM t GROUP BY ALL"):
        key = keys.get((p, y))
        if key is None:
            key = key_of(p.encode(), y.encode())
            if key is None or p != p.strip() or y != y.strip():
                return None
            keys[p, y] = key
        counted = by_group.setdefault(s, {})
        counted[key] = counted.get(key, 0) + n
    return by_group, keys

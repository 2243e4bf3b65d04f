"""
Large tables counted by DuckDB, where it and numpy are installed (extra ``archive``).

DuckDB reads only the columns that matter, once, and puts together what each source said about each
question; ``cells`` counts that in arrays.  All of it is whole numbers, so that the figures are the
same to the last bit as without it.  A table that is not clean and plain is left to the reading row
by row, which can say what is wrong with it.
"""

from __future__ import annotations

import importlib
import importlib.util
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from foretrack.core.grades import against
from foretrack.core.groups import Groups
from foretrack.errors import InvalidInput
from foretrack.exchange import columns, database, loading
from foretrack.exchange.database import Database, quoted
from foretrack.exchange.reading import header
from foretrack.exchange.tables import Kind
from foretrack.exchange.threads import at_once
from foretrack.exchange.unpacking import Unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from foretrack.core.skills import Reference
    from foretrack.exchange.arrays import Whole
    from foretrack.exchange.cells import Cells
    from foretrack.exchange.plan import Plan
    from foretrack.exchange.tables import Table

_LARGE: Final = 1 << 20  # bytes of a file, from which on counting elsewhere is worth its while
_WHOLE: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_STATEMENT: Final = 0.5  # the share that the first statement has in making cells
_KINDS: Final = (Kind.CSV, Kind.TSV, Kind.PARQUET)
_BLANK: Final = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
_NUMBER: Final = r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s*"


def available() -> bool:
    """
    Whether DuckDB and numpy are installed.
    """
    return database.available() and importlib.util.find_spec("numpy") is not None


def groups(
    table: Table,
    plan: Plan,
    *,
    reference: Reference,
    units_up_to: float,
    done: Callable[[int], None] = lambda _: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Groups | None:
    """
    The groups of a large table that is clean and plain, by source.

    Args:
        table: The table.
        plan: What the run takes from it.
        reference: What to compare with.
        units_up_to: Keep the single forecasts of groups with no more rows than this, to resample
            calibration.
        done: Told, now and then, how many bytes of the file are as good as read.
        meanwhile: What else can be made ready while the table is read.

    Returns:
        None where the rows have to be looked at one by one.
    """
    if not plan.is_plain or plan.by != "source" or plan.sources is not None:
        return None
    if reference.constant is None or not available():
        return None
    if table.kind not in _KINDS or table.path is None or table.size < _LARGE:
        return None
    size = table.size
    with ExitStack() as held:
        try:
            cells = _cells(table, plan, held, meanwhile, lambda share: done(int(share * size)))
        except InvalidInput:  # reading row by row says more
            return None
        if cells is None:
            return None
        # Giving up what was held takes a while, and no Python.
        _, counted = at_once(held.close, lambda: _counted(cells, reference, units_up_to))
        return counted


def _counted(cells: Cells, reference: Reference, units_up_to: float) -> Groups | None:
    if not cells.are_clean():
        return None
    samples, overall = cells.samples(units_up_to)
    skills = {name: against(reference, one) for name, one in samples.items()}
    return Groups(samples, overall, skills, against(reference, overall))


def _cells(
    table: Table,
    plan: Plan,
    held: ExitStack,
    meanwhile: Callable[[], None],
    done: Callable[[float], None],
) -> Cells | None:
    """
    The cells of a table; None where a row is not clean.

    Args:
        held: What is to be given up when they are no longer needed.
        meanwhile: What to make ready while the table is unpacked or read.
        done: Told, now and then, which share of this is done.

    Raises:
        InvalidInput: It cannot be read.
    """

    def make_ready() -> None:
        loading.numpy()
        importlib.import_module("foretrack.exchange.cells")
        if not is_ready:
            meanwhile()

    is_ready = False
    names = None if table.kind is Kind.PARQUET else header(table)
    if names is not None and _are_weighted(columns.find(names, plan.wanted, path=table.name)):
        return None
    if table.packed:
        unpacked = held.enter_context(Unpacked(table))
        loading.duckdb()
        make_ready()
        is_ready = True
        copy = unpacked.table()
        if copy is None:  # DuckDB would unpack it, but does not look at the checksum
            return None
        table = copy
    opened = held.enter_context(Database(table))
    scan, places = _scan(opened, plan, names)
    if _are_weighted(places):
        return None
    counted = _Counted(opened, scan, places)
    at_once(
        counted.read,
        make_ready,
        waiting=lambda: done(_STATEMENT * opened.progress()),
        interrupt=opened.interrupt,
    )
    done(_STATEMENT)
    return counted.cells() if counted.is_clean() else None


def _are_weighted(places: Mapping[str, int]) -> bool:
    return "weight" in places or "resolve_date" in places


def _scan(opened: Database, plan: Plan, names: Sequence[str] | None) -> tuple[str, dict[str, int]]:
    """
    The table in the words of a statement: s, q, c, d as text, p a double, y 0 or 1; and its roles.

    Null stands where a number or an outcome is written in a way that is not taken for one; a name
    that is missing is null or empty.  Where no columns are named DuckDB is asked for them.
    Statements hold nothing but the names of columns, quoted, or their numbers.
    """
    table = opened.table
    if names is None:
        described = opened.rows("DESCRIBE SELECT * FROM read_parquet(?)", [opened.path])
        names = [str(one[0]) for one in described]
        kinds = {name: str(one[1]) for name, one in zip(names, described, strict=True)}
        source = "read_parquet($path)"
    else:
        kinds = {str(at): "VARCHAR" for at in range(len(names))}
        types = ", ".join(f"'{at}': 'VARCHAR'" for at in kinds)
        delimiter = "\t" if table.kind is Kind.TSV else ","
        source = (
            f"read_csv($path, auto_detect = false, header = true, delim = '{delimiter}',"
            f" quote = '\"', escape = '\"', strict_mode = true, compression = 'none',"
            f" columns = {{{types}}})"
        )
    places = columns.find(names, plan.wanted, path=table.name)
    called = {role: names[at] if table.kind is Kind.PARQUET else str(at)
              for role, at in places.items()}  # fmt: skip
    text = {"question_id": "''", "cluster": "''", "forecast_date": "''"}
    for role, name in called.items():
        plain = kinds[name] == "VARCHAR"
        text[role] = quoted(name) if plain else f"CAST({quoted(name)} AS VARCHAR)"
    said, happened = _number(text["probability"]), _outcome(text["outcome"])
    if kinds[called["probability"]] == "DOUBLE":
        said = quoted(called["probability"])
    if kinds[called["outcome"]] in _WHOLE:
        happened = quoted(called["outcome"])
    statement = (
        f"SELECT {text['source']} AS s, {text['question_id']} AS q, {text['cluster']} AS c,"  # noqa: S608 - quoted
        f" coalesce({text['forecast_date']}, '') AS d, {said} AS p, {happened} AS y FROM {source}"
    )
    return statement, places


def _number(text: str) -> str:
    unusual = " OR ".join(f"contains({text}, '{mark}')" for mark in "_eE+")
    return (
        f"CASE WHEN NOT ({unusual}) OR regexp_full_match({text}, $number)"
        f" THEN TRY_CAST({text} AS DOUBLE) END"
    )


def _outcome(text: str) -> str:
    return (
        f"CASE WHEN {text} = '0' THEN 0 WHEN {text} = '1' THEN 1"
        f" WHEN lower({text}) IN ('no', 'false') OR {_number(text)} = 0 THEN 0"
        f" WHEN lower({text}) IN ('yes', 'true') OR {_number(text)} = 1 THEN 1 END"
    )


class _Counted:
    """
    A table ``c`` of cells, made in one reading.

    Its columns: source s, question q, cluster c, the probabilities p of its rows, negative where it
    happened and null where one cannot be scored, and numbers h of their days.
    """

    def __init__(self, opened: Database, scan: str, places: Mapping[str, int]) -> None:
        self.database = opened
        self.asks = "question_id" in places
        self.clusters = "cluster" in places
        # DuckDB takes in long texts by eight bytes at a time and mixes the last of these little, so
        # that two which differ only there may get one number.  Moved by four bytes they do not.
        day = "CASE WHEN strlen(d) <= 12 THEN hash(d) ELSE hash(d, '0000' || d) END"
        days = f", list({day}) AS h" if self.asks else ""
        cluster = ", c" if self.clusters else ""
        self._statement = (
            f"CREATE TABLE c AS SELECT s, q{cluster}{days},"  # noqa: S608 - see _scan
            " list(CASE WHEN p >= 0 AND y = 0 THEN abs(p) WHEN p >= 0 AND y = 1 THEN -abs(p) END)"
            f" AS p FROM ({scan}) GROUP BY s, q{cluster}"
        )

    def read(self) -> None:
        """
        Make it.
        """
        named = {"path": self.database.path, "number": _NUMBER}
        used = {name: one for name, one in named.items() if f"${name}" in self._statement}
        self.database.run(self._statement, used)

    def is_clean(self) -> bool:
        """
        Whether every row can be scored, as far as its own texts go.
        """
        texts = ["s", *(["q"] if self.asks else []), *(["c"] if self.clusters else [])]
        blank = " OR ".join(
            f"CASE WHEN {text} >= '!' AND {text} < '~' AND {text}[-1] BETWEEN '!' AND '~'"
            f" THEN false ELSE trim({text}, $blank) <> {text} END"
            for text in texts
        )
        needed = ["s", *(["q"] if self.asks else ["c"] if self.clusters else [])]
        missing = " OR ".join(f"coalesce({text}, '') = ''" for text in needed)
        return not self.database.rows(
            f"SELECT 1 FROM c WHERE {missing} OR {blank} LIMIT 1",  # noqa: S608 - fixed words
            {"blank": _BLANK},
        )

    def cells(self) -> Cells:
        """
        The cells in arrays.
        """
        from foretrack.exchange.cells import Alike, Cells

        database = self.database

        def scores() -> tuple[list[str], list[Any]]:
            database.run("CREATE TYPE source AS ENUM (SELECT DISTINCT s FROM c ORDER BY s)")
            names = database.rows("SELECT unnest(enum_range(NULL::source))")
            columns = database.arrays(
                "SELECT CAST(enum_code(s::source) AS BIGINT), CAST(len(p) AS BIGINT) FROM c"
            )
            said = database.arrays("SELECT unnest(p) FROM c")
            return [str(one[0]) for one in names], columns + said

        def others() -> tuple[Any, Alike | None, Alike | None]:
            days = second.arrays("SELECT unnest(h) FROM c")[0] if self.asks else None
            question = Alike(*_alike(second, "q")) if self.asks else None
            cluster = question
            if self.clusters:
                named = "CASE WHEN c <> '' THEN 'c' || c ELSE 'q' || q END"
                cluster = Alike(*_alike(second, named))
            return days, question, cluster

        with database.beside() as second:
            (days, question, cluster), (names, (source, rows, said)) = at_once(
                others, scores, interrupt=second.interrupt
            )
        return Cells(
            names=names,
            source=source,
            rows=rows,
            said=said,
            days=days,
            question=question,
            cluster=cluster,
        )


def _alike(database: Database, text: str) -> list[Whole]:
    return database.arrays(
        "SELECT unnest(r) AS cell, CAST(r[1] AS BIGINT) AS first FROM"  # noqa: S608 - fixed words
        f" (SELECT list(rowid) AS r FROM c GROUP BY {text} HAVING count(*) > 1)"
    )

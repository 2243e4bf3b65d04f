"""
DuckDB over one table (extra ``archive``).
"""

from __future__ import annotations

import importlib.util
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from foretrack.errors import InvalidInput, Problem
from foretrack.exchange import loading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from foretrack.exchange.tables import Table

Parameters: TypeAlias = "Sequence[object] | Mapping[str, object]"
"""
What a statement is given by position or by name.
"""

_MEMORY: Final = 150  # megabytes
_TIMES: Final = 12  # the bytes of a file, in memory
_SEVERAL: Final = 64 << 20  # bytes of a file, from which on several threads read it


def available() -> bool:
    """
    Whether DuckDB is installed.
    """
    return importlib.util.find_spec("duckdb") is not None


class Database:
    """
    DuckDB in memory, with one table to read.

    Args:
        table: The table.
        connection: What is open already.

    Raises:
        InvalidInput: DuckDB is not installed.
    """

    def __init__(self, table: Table, *, connection: Any = None) -> None:
        if not available():
            message = "is a Parquet table, which takes DuckDB: pip install 'foretrack[archive]'"
            raise InvalidInput([Problem(table.name, 0, "", message)])
        self._duckdb: Any = loading.duckdb()
        self.table = table
        self.path = str(table.path)
        self._connection = connection

    def __enter__(self) -> Self:
        if self._connection is not None:
            return self
        megabytes = _MEMORY + _TIMES * self.table.size // 1_000_000
        how: dict[str, object] = {
            "memory_limit": f"{megabytes}MB",  # beyond that it uses the disk
            "temp_directory": str(Path(tempfile.gettempdir(), f"foretrack-{os.getpid()}")),
        }
        if self.table.packed or self.table.size < _SEVERAL:
            how["threads"] = 1  # more would wait for each other
        self._connection = self._duckdb.connect(":memory:", config=how)
        for setting in ("enable_progress_bar = true", "enable_progress_bar_print = false"):
            self._connection.execute(f"SET {setting}")  # for ``progress``
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def beside(self) -> Database:
        """
        Another connection to what is in memory here, for a thread of its own.
        """
        return Database(self.table, connection=self._connection.cursor())

    def run(self, statement: str, parameters: Parameters = ()) -> None:
        """
        Run a statement.
        """
        try:
            self._connection.execute(statement, parameters)
        except self._duckdb.Error as error:
            raise self._damaged(error) from error

    def progress(self) -> float:
        """
        Which share of the statement that another thread runs is done, 0 to 1; 0 where unknown.
        """
        return max(0.0, float(self._connection.query_progress()) / 100.0)

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

    def arrays(self, statement: str, parameters: Parameters = ()) -> list[Any]:
        """
        All rows of a statement as an array for each column; numpy must be there.
        """
        self.run(statement, parameters)
        return list(self._connection.fetchnumpy().values())

    def names(self) -> list[str]:
        """
        The names of its columns.
        """
        return [str(one[0]) for one in self._connection.description]

    def _damaged(self, error: Exception) -> InvalidInput:
        first = str(error).splitlines()[0]
        return InvalidInput([Problem(self.table.name, 0, "", f"cannot be read: {first}")])


def quoted(text: str) -> str:
    """
    The name of a column as statements take it.

    >>> quoted("outcome")
    '"outcome"'
    """
    return '"' + text.replace('"', '""') + '"'

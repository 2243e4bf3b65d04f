"""
DuckDB over one table (extra ``archive``).
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from foretrack.errors import InvalidInput, Problem
from foretrack.exchange import loading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from foretrack.exchange.tables import Table

Parameters: TypeAlias = "Sequence[object] | Mapping[str, object]"
"""
What a statement is given by position or by name.
"""

_MEMORY: Final = 150  # megabytes
_TIMES: Final = 12  # the bytes of a file, in memory
_INTERRUPTED: Final = "Query interrupted"  # what it says after Ctrl-C in the main thread
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
        # Named for this one alone, since it is removed with it.
        name = f"foretrack-{os.getpid()}-{os.urandom(4).hex()}"
        self._folder = None if connection is not None else Path(tempfile.gettempdir(), name)

    def __enter__(self) -> Self:
        if self._folder is None:
            return self
        megabytes = _MEMORY + _TIMES * self.table.size // 1_000_000
        how: dict[str, object] = {
            "memory_limit": f"{megabytes}MB",  # beyond that it uses the disk
            "temp_directory": str(self._folder),
        }
        if self.table.size < _SEVERAL:
            how["threads"] = 1  # more would wait for each other
        try:
            with self._said():
                self._connection = self._duckdb.connect(":memory:", config=how)
            for setting in ("enable_progress_bar = true", "enable_progress_bar_print = false"):
                self.run(f"SET {setting}")  # for ``progress``
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        # Frames of a traceback may hold this for longer, but nothing of DuckDB by it.
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                connection.close()
        finally:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)  # what an interrupt left

    def beside(self) -> Database:
        """
        Another connection to what is in memory here, for a thread of its own.
        """
        return Database(self.table, connection=self._connection.cursor())

    def run(self, statement: str, parameters: Parameters = ()) -> None:
        """
        Run a statement.
        """
        with self._said():
            self._connection.execute(statement, parameters)

    def interrupt(self) -> None:
        """
        End the statement that another thread runs, if there is one; it is interrupted there.
        """
        if (connection := self._connection) is not None:
            connection.interrupt()

    def progress(self) -> float:
        """
        Which share of the statement that another thread runs is done, 0 to 1; 0 where unknown.
        """
        return max(0.0, float(self._connection.query_progress()) / 100.0)

    def some(self, n: int) -> list[tuple[Any, ...]]:
        """
        The next rows of its result.
        """
        with self._said():
            rows: list[tuple[Any, ...]] = self._connection.fetchmany(n)
        return rows

    def rows(self, statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """
        All rows of a statement.
        """
        self.run(statement, parameters)
        with self._said():
            rows: list[tuple[Any, ...]] = self._connection.fetchall()
        return rows

    def arrays(self, statement: str, parameters: Parameters = ()) -> list[Any]:
        """
        All rows of a statement as an array for each column; numpy must be there.
        """
        self.run(statement, parameters)
        with self._said():
            return list(self._connection.fetchnumpy().values())

    def names(self) -> list[str]:
        """
        The names of its columns.
        """
        return [str(one[0]) for one in self._connection.description]

    @contextmanager
    def _said(self) -> Iterator[None]:
        """
        DuckDB's errors in our own words, without what they hold; Ctrl-C as Python says it.

        Raises:
            InvalidInput: The table is damaged.
            KeyboardInterrupt: Somebody pressed Ctrl-C, which DuckDB takes for itself while it
                works, or ``interrupt`` was called.
        """
        try:
            yield
        except self._duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except self._duckdb.Error as error:
            first = str(error).splitlines()[0]
            problem = Problem(self.table.name, 0, "", f"cannot be read: {first}")
            raise InvalidInput([problem]) from None
        except RuntimeError as error:
            if str(error) != _INTERRUPTED:
                raise
            raise KeyboardInterrupt from None


def quoted(text: str) -> str:
    """
    The name of a column as statements take it.

    >>> quoted("outcome")
    '"outcome"'
    """
    return '"' + text.replace('"', '""') + '"'

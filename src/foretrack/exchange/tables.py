"""
Which tables there are: where they lie, how they are written and packed.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Final

from foretrack.errors import InvalidInput, Problem

BOM: Final = b"\xef\xbb\xbf"
"""
The mark of UTF-8, which some programs put before it.
"""
_GZIP: Final = b"\x1f\x8b"
_SQLITE: Final = b"SQLite format 3\0"
_PACKED: Final = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\0": "xz",
    b"PK\x03\x04": "zip",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}


class Kind(StrEnum):
    """
    How a table is written.
    """

    CSV = "csv"
    TSV = "tsv"
    JSON_LINES = "json lines"
    PARQUET = "parquet"
    SQLITE = "sqlite"


_KINDS: Final = {
    ".csv": Kind.CSV,
    ".tsv": Kind.TSV,
    ".tab": Kind.TSV,
    ".jsonl": Kind.JSON_LINES,
    ".ndjson": Kind.JSON_LINES,
    ".json": Kind.JSON_LINES,
    ".parquet": Kind.PARQUET,
    ".sqlite": Kind.SQLITE,
    ".sqlite3": Kind.SQLITE,
    ".db": Kind.SQLITE,
}


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table that can be read, more than once.

    Attributes:
        name: As the user named it.
        kind: How it is written.
        packed: Whether it is packed with gzip.
        size: In bytes, as it lies there.
        path: Where it lies; None for standard input.
        held: The copy of standard input.
        within: The name of a table in a database.
    """

    name: str
    kind: Kind
    packed: bool
    size: int
    path: Path | None = None
    held: BinaryIO | None = field(default=None, compare=False)
    within: str = ""

    @property
    def counts_in(self) -> str:
        """
        What the numbers of its rows stand for.
        """
        return "row" if self.kind in (Kind.SQLITE, Kind.PARQUET) else "line"

    def open(self) -> BinaryIO:
        """
        The bytes from the beginning.
        """
        if self.path is not None:
            return self.path.open("rb")
        assert self.held is not None
        file = os.fdopen(os.dup(self.held.fileno()), "rb")
        file.seek(0)
        return file

    def close(self) -> None:
        """
        Give up the copy of standard input.
        """
        if self.held is not None:
            self.held.close()


def _flows(path: Path) -> bool:
    """
    Whether a file can be read but once: a pipe, or a terminal.
    """
    mode = path.stat().st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def identify(name: str, *, stdin: BinaryIO | None = None) -> Table:
    """
    Find out what a table is, from its name or, where that says nothing, from its beginning.

    Args:
        name: A path, or ``-`` for standard input.
        stdin: Standard input, where it is not the process's own.

    Raises:
        InvalidInput: There is no such file, it is empty, or not what its name says.
    """
    held: BinaryIO | None = None
    path: Path | None = None
    try:
        if name == "-":
            name = "standard input"
            if stdin is None and sys.stdin is None:
                raise fault(name, "is closed")
            held = _copy(stdin or sys.stdin.buffer)
        elif _flows(Path(name)):
            with Path(name).open("rb") as file:
                held = _copy(file)
        if held is not None:
            size = held.seek(0, os.SEEK_END)
            held.seek(0)
            start = held.read(1 << 16)
        else:
            path = Path(name)
            size = path.stat().st_size
            with path.open("rb") as file:
                start = file.read(1 << 16)
    except OSError as error:
        raise fault(name, f"cannot be read: {error.strerror or error}") from error
    if not start:
        raise fault(name, "is empty")
    suffixes = [suffix.lower() for suffix in path.suffixes] if path else []
    packed = start.startswith(_GZIP)
    if suffixes and suffixes[-1] == ".gz":
        if not packed:
            raise fault(name, "is not packed with gzip, although its name says so")
        suffixes.pop()
    if other := next((how for mark, how in _PACKED.items() if start.startswith(mark)), None):
        raise fault(name, f"is packed with {other}; unpack it, or pack it with gzip")
    kind = _KINDS.get(suffixes[-1]) if suffixes else None
    if start.startswith(b"PAR1"):
        kind = Kind.PARQUET
    if kind is Kind.PARQUET and (path is None or not start.startswith(b"PAR1")):
        raise fault(name, "is no Parquet table" if path else "cannot be Parquet: name a file")
    if start.startswith(_SQLITE):
        kind = Kind.SQLITE
    if kind is Kind.SQLITE and (path is None or not start.startswith(_SQLITE)):
        what = "is no SQLite database; unpack it" if packed else "is no SQLite database"
        raise fault(name, what if path else "cannot be a SQLite database: name a file")
    if kind is None:
        kind = _sniff(_first_bytes(start) if packed else start)
    return Table(name, kind, packed, size, path, held)


def _copy(source: BinaryIO) -> BinaryIO:
    held = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the table
    while data := source.read(1 << 20):
        held.write(data)
    held.flush()
    return held


def _first_bytes(start: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(start, 1 << 16)
    except zlib.error:
        return b""


def _sniff(start: bytes) -> Kind:
    line = start.removeprefix(BOM).lstrip().split(b"\n", 1)[0]
    if line.startswith(b"{"):
        return Kind.JSON_LINES
    return Kind.TSV if b"\t" in line and b"," not in line else Kind.CSV


def fault(name: str, message: str) -> InvalidInput:
    """
    What is wrong with a table as a whole.
    """
    return InvalidInput([Problem(name, 0, "", message)])

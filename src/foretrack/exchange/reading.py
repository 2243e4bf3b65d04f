"""
Tables of forecasts as columns of text: CSV, TSV and JSON lines, packed with gzip or not.

A table is read in batches, column by column and without line numbers, which is fast; where
something turns out to be wrong it is read again row by row, with the line of each.  Lines that
hold no quotation mark are split as they are; from the first one that does, Python's own CSV
reader takes over.  A batch holds bytes: what is equal is equal, and only what is distinct needs to
be decoded.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

from foretrack.errors import InvalidInput, Problem
from foretrack.exchange import columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from foretrack.exchange.columns import Wanted

_READ: Final = 1 << 17  # packed bytes at a time
_UNPACKED: Final = 1 << 21
_LARGE: Final = 16 << 20  # from so many unpacked bytes on a table is read in two parts
_ROWS: Final = 20_000  # in a batch that is not split from a block
_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")


class Kind(StrEnum):
    """
    How a table is written.
    """

    CSV = "csv"
    TSV = "tsv"
    JSON_LINES = "json lines"
    PARQUET = "parquet"


# What an object that lacks a key has there; an empty value is another thing.
_ABSENT: Final = {"weight": b"1"}

_KINDS: Final = {
    ".csv": Kind.CSV,
    ".tsv": Kind.TSV,
    ".tab": Kind.TSV,
    ".jsonl": Kind.JSON_LINES,
    ".ndjson": Kind.JSON_LINES,
    ".json": Kind.JSON_LINES,
    ".parquet": Kind.PARQUET,
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
    """

    name: str
    kind: Kind
    packed: bool
    size: int
    path: Path | None = None
    held: BinaryIO | None = field(default=None, compare=False)

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


@dataclass(slots=True)
class Part:
    """
    The lines of a table that begin before a position in its unpacked bytes, or those from it on.

    Attributes:
        position: Where the parts meet.
        first: Whether this is the one before it.
        whole: Set where a quotation mark made the first part go on to the end of the table, because
            a value may reach across the position.
    """

    position: int
    first: bool
    whole: bool = False


class Batch(NamedTuple):
    """
    Some rows, column by column.

    Attributes:
        n: How many rows.
        columns: Values by role; a role whose column the table lacks is not in it.
        broken: Rows that could not be taken apart, and are not among the n.
    """

    n: int
    columns: Mapping[str, Sequence[bytes]]
    broken: int


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
            held = _copy(stdin or sys.stdin.buffer)
            size = held.seek(0, os.SEEK_END)
            held.seek(0)
            start = held.read(1 << 16)
            name = "standard input"
        else:
            path = Path(name)
            size = path.stat().st_size
            with path.open("rb") as file:
                start = file.read(1 << 16)
    except OSError as error:
        raise _fault(name, f"cannot be read: {error.strerror or error}") from error
    if not start:
        raise _fault(name, "is empty")
    suffixes = [suffix.lower() for suffix in path.suffixes] if path else []
    packed = start.startswith(_GZIP)
    if suffixes and suffixes[-1] == ".gz":
        if not packed:
            raise _fault(name, "is not packed with gzip, although its name says so")
        suffixes.pop()
    kind = _KINDS.get(suffixes[-1]) if suffixes else None
    if start.startswith(b"PAR1"):
        kind = Kind.PARQUET
    if kind is Kind.PARQUET and (path is None or not start.startswith(b"PAR1")):
        raise _fault(name, "is no Parquet table" if path else "cannot be Parquet: name a file")
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
    line = start.removeprefix(_BOM).lstrip().split(b"\n", 1)[0]
    if line.startswith(b"{"):
        return Kind.JSON_LINES
    return Kind.TSV if b"\t" in line and b"," not in line else Kind.CSV


def middle(table: Table) -> int | None:
    """
    Where to part the unpacked bytes of a large table; None where it is better read in one go.

    A little behind the middle: whoever reads the second part has to unpack the first one, too.
    """
    if table.path is None or table.kind not in (Kind.CSV, Kind.TSV):
        return None
    size = table.size
    if table.packed:
        # The last four bytes say how much was packed, unless it was packed in pieces: then the
        # parts are uneven, and no less right.
        with table.path.open("rb") as file:
            file.seek(-4, os.SEEK_END)
            size = int.from_bytes(file.read(4), "little")
    return size * 9 // 16 if size >= _LARGE else None


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
        from foretrack.exchange import archive

        yield from archive.batches(table, wanted)
        return
    chunks = _chunks(table, done)
    if table.kind is Kind.JSON_LINES:
        yield from _gathered(row for _, row in _objects(table, chunks, wanted))
    else:
        yield from _split(table, _blocks(chunks), wanted, part)


def numbered(table: Table, wanted: Wanted) -> Iterator[tuple[int, dict[str, bytes] | str]]:
    """
    The rows of a table one by one, each with the line that it begins on.

    A row that cannot be taken apart is the reason instead.

    Raises:
        InvalidInput: As ``batches``.
    """
    if table.kind is Kind.PARQUET:
        from foretrack.exchange import archive

        return archive.numbered(table, wanted)
    chunks = _chunks(table, None)
    if table.kind is Kind.JSON_LINES:
        return _objects(table, chunks, wanted)
    return _records(table, chunks, wanted)


def header(table: Table) -> list[str]:
    """
    The names of a table's columns; of the first object's keys in JSON lines.

    Raises:
        InvalidInput: The file is damaged or holds no header.
    """
    if table.kind is Kind.PARQUET:
        from foretrack.exchange import archive

        return archive.names(table)
    chunks = _chunks(table, None)
    if table.kind is Kind.JSON_LINES:
        with _text(chunks) as lines:
            for text in lines:
                if text.strip():
                    try:
                        return list(_object(text))
                    except (ValueError, RecursionError) as error:
                        raise _fault(
                            table.name, f"line 1: is no JSON object: {_reason(error)}"
                        ) from error
        raise _fault(table.name, "holds nothing but blank lines")
    for line, row in _rows(table, chunks, None):
        if isinstance(row, str):
            raise _fault(table.name, f"line {line}: {row}")
        return [name.strip() for name in row]
    raise _fault(table.name, "holds nothing but blank lines")


# Bytes


def _chunks(table: Table, done: Callable[[int], None] | None) -> Iterator[bytes]:
    """
    The unpacked bytes, in pieces of some size, without a mark of their order.
    """
    with table.open() as file:
        pieces = _unpacked(table, file) if table.packed else iter(lambda: file.read(_UNPACKED), b"")
        first = True
        for piece in pieces:
            if first:
                first = False
                if piece.startswith(_WIDE):
                    raise _fault(table.name, "is in UTF-16; save it as UTF-8")
                yield piece.removeprefix(_BOM)
            else:
                yield piece
            if done is not None:
                done(file.tell())
    if first:
        raise _fault(table.name, "is empty")


def _unpacked(table: Table, file: BinaryIO) -> Iterator[bytes]:
    stream = zlib.decompressobj(31)
    try:
        while data := file.read(_READ):
            while data:
                if stream.eof:  # another member, or padding
                    data = data.lstrip(b"\0")
                    if not data:
                        break
                    stream = zlib.decompressobj(31)
                if piece := stream.decompress(data, _UNPACKED):
                    yield piece
                data = stream.unused_data if stream.eof else stream.unconsumed_tail
    except zlib.error as error:
        raise _fault(table.name, f"is damaged: its gzip data cannot be unpacked ({error})") from (
            error
        )
    if not stream.eof:
        raise _fault(table.name, "is cut off: its gzip data end too early")


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """
    The same bytes cut after line ends.
    """
    rest: list[bytes] = []
    for chunk in chunks:
        cut = chunk.rfind(b"\n") + 1
        if cut:
            yield b"".join((*rest, chunk[:cut]))
            rest = [chunk[cut:]] if cut < len(chunk) else []
        else:
            rest.append(chunk)
    if last := b"".join(rest):
        yield last


class _Joined(io.RawIOBase):
    """
    Pieces of bytes as a file.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        n = min(len(buffer), len(self._rest))
        buffer[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n


def _text(pieces: Iterable[bytes]) -> io.TextIOWrapper:
    # What is not UTF-8 comes through as surrogates, and is found with the row that holds it.
    return io.TextIOWrapper(
        io.BufferedReader(_Joined(pieces), 1 << 16),
        encoding="utf-8",
        errors="surrogateescape",
        newline="",
    )


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogateescape")


# CSV and TSV


def _delimiter(table: Table) -> str:
    return "\t" if table.kind is Kind.TSV else ","


def _split(
    table: Table, blocks: Iterator[bytes], wanted: Wanted, part: Part | None
) -> Iterator[Batch]:
    first = next(blocks, b"")
    start = first.lstrip(b"\r\n")
    head, end, body = start.partition(b"\n")
    if not end or b'"' in head or b"\r" in head.removesuffix(b"\r"):
        if part is not None:
            part.whole = True
            if not part.first:
                return
        records = _records(table, chain([first], blocks), wanted)
        yield from _gathered(row for _, row in records)
        return
    delimiter = _delimiter(table)
    separator = delimiter.encode()
    names = next(csv.reader([head.removesuffix(b"\r").decode(errors="surrogateescape")],
                            delimiter=delimiter))  # fmt: skip
    places = columns.find(names, wanted, path=table.name)
    width = len(names)
    step = width + 1
    mark = separator + b"\n" + separator
    before = first.count(b"\n") - body.count(b"\n")  # lines
    reached = len(first) - len(body)
    for block in chain([body], blocks):
        begins, reached = reached, reached + len(block)
        if not block:
            continue
        if part is not None and part.first == (begins >= part.position):
            if part.first:
                return
            before += block.count(b"\n")
            continue
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n")
        if b'"' in block or b"\r" in block:
            if part is not None and part.first:
                part.whole = True
            rest = _rows(table, chain([block], blocks), width, before=before)
            yield from _gathered(_placed(row, places) for _, row in rest)
            return
        whole = block if block.endswith(b"\n") else block + b"\n"
        n = whole.count(b"\n")
        before += n
        flat = whole.replace(b"\n", mark).split(separator)
        if len(flat) == n * step + 1 and flat[width::step].count(b"\n") == n:
            last = len(flat) - 1
            yield Batch(n, {role: flat[at:last:step] for role, at in places.items()}, 0)
        else:
            rest = _rows(table, [whole], width)
            yield from _gathered(_placed(row, places) for _, row in rest)


def _records(
    table: Table, pieces: Iterable[bytes], wanted: Wanted
) -> Iterator[tuple[int, dict[str, bytes] | str]]:
    """
    Header and rows, by Python's own reader.
    """
    places: dict[str, int] = {}
    for line, row in _rows(table, pieces, None):
        if isinstance(row, str):
            if not places:
                raise _fault(table.name, f"line {line}: {row}")
            yield line, row
        elif not places:
            places = columns.find(row, wanted, path=table.name)
        else:
            yield line, _placed(row, places)
    if not places:
        raise _fault(table.name, "holds nothing but blank lines")


def _rows(
    table: Table, pieces: Iterable[bytes], width: int | None, *, before: int = 0
) -> Iterator[tuple[int, list[str] | str]]:
    """
    Rows with the line they begin on; those of another width than the header are a reason instead.

    Args:
        table: Where they are from.
        pieces: The bytes.
        width: Number of columns; None to take that of the first row.
        before: How many lines were read before.
    """
    with _text(pieces) as lines:
        reader = csv.reader(lines, delimiter=_delimiter(table), strict=True)
        while True:
            line = before + reader.line_num + 1
            try:
                row = next(reader, None)
            except csv.Error as error:
                if "unexpected end" in str(error):
                    raise _fault(
                        table.name, f"line {line}: a quotation mark is opened and never closed"
                    ) from error
                yield line, f"cannot be taken apart: {error}"
                continue
            if row is None:
                return
            if not row:
                continue
            if width is None:
                width = len(row)
            if len(row) != width:
                yield line, f"{_values(len(row))} where the header names {width} columns"
            else:
                yield line, row


def _values(n: int) -> str:
    return f"{n} value" if n == 1 else f"{n} values"


def _placed(row: list[str] | str, places: Mapping[str, int]) -> dict[str, bytes] | str:
    if isinstance(row, str):
        return row
    return {role: _bytes(row[at]) for role, at in places.items()}


def _gathered(rows: Iterable[dict[str, bytes] | str]) -> Iterator[Batch]:
    rows = iter(rows)
    while some := list(islice(rows, _ROWS)):
        whole = [row for row in some if not isinstance(row, str)]
        roles = {role for row in whole for role in row}
        yield Batch(
            len(whole),
            {role: [row.get(role, _ABSENT.get(role, b"")) for row in whole] for role in roles},
            len(some) - len(whole),
        )


# JSON lines


def _objects(
    table: Table, pieces: Iterable[bytes], wanted: Wanted
) -> Iterator[tuple[int, dict[str, bytes] | str]]:
    names: dict[str, str] = {}  # by role
    with _text(pieces) as lines:
        for line, text in zip(count(1), lines, strict=False):
            if not text.strip():
                continue
            try:
                found = _object(text)
            except (ValueError, RecursionError) as error:
                yield line, f"is no JSON object: {_reason(error)}"
                continue
            if not names:
                columns.find(list(found), wanted, path=table.name)
                names = {role: wanted.name(role) for role in columns.ROLES}
                names |= {other: other for other in wanted.others if other not in names}
            yield (
                line,
                {role: _value(found[name]) for role, name in names.items() if name in found},
            )


def _object(text: str) -> dict[str, Any]:
    found = json.loads(
        text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once
    )
    if not isinstance(found, dict):
        raise ValueError("it is another kind of value")  # noqa: TRY004 - reported like bad syntax
    return {name.strip(): value for name, value in found.items()}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'"{twice}" stands twice')
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.colno}"
    return str(error) if isinstance(error, ValueError) else "it is nested too deeply"


def _value(value: Any) -> bytes:
    if value is None:
        return b""
    if isinstance(value, bool):
        return b"true" if value else b"false"
    text = value if isinstance(value, str) else json.dumps(value)
    # A lone surrogate becomes bytes that are no UTF-8, which is found with the row that holds them.
    return text.encode("utf-8", "surrogatepass")


def _fault(name: str, message: str) -> InvalidInput:
    return InvalidInput([Problem(name, 0, "", message)])

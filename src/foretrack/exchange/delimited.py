"""
CSV and TSV.

Lines that hold no quotation mark are split as they are; from the first one that does, Python's own
CSV reader takes over.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from foretrack.exchange import columns
from foretrack.exchange.batches import Batch, gathered
from foretrack.exchange.chunks import as_bytes, text
from foretrack.exchange.tables import Kind, fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from foretrack.exchange.columns import Wanted
    from foretrack.exchange.tables import Table


_LONGEST: Final = 1 << 30  # characters of a value


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


def _delimiter(table: Table) -> str:
    return "\t" if table.kind is Kind.TSV else ","


def split(
    table: Table, blocks: Iterator[bytes], wanted: Wanted, part: Part | None
) -> Iterator[Batch]:
    """
    The rows in batches.

    Args:
        table: Where they are from.
        blocks: The bytes, cut after line ends.
        wanted: Which columns.
        part: Only these lines.
    """
    first = next(blocks, b"")
    start = first.lstrip(b"\r\n")
    head, end, body = start.partition(b"\n")
    if not end or b'"' in head or b"\r" in head.removesuffix(b"\r"):
        if part is not None:
            part.whole = True
            if not part.first:
                return
        parsed = records(table, chain([first], blocks), wanted)
        yield from gathered(row for _, row in parsed)
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
        found, block = block, block.replace(b"\r\n", b"\n") if b"\r" in block else block
        if b'"' in block or b"\r" in block:
            if part is not None and part.first:
                part.whole = True
            # As it was found: a value in quotation marks keeps its line ends.
            rest = rows(table, chain([found], blocks), width, before=before)
            yield from gathered(_placed(row, places) for _, row in rest)
            return
        whole = block if block.endswith(b"\n") else block + b"\n"
        n = whole.count(b"\n")
        before += n
        flat = whole.replace(b"\n", mark).split(separator)
        if len(flat) == n * step + 1 and flat[width::step].count(b"\n") == n:
            last = len(flat) - 1
            yield Batch(n, {role: flat[at:last:step] for role, at in places.items()}, 0)
        else:
            rest = rows(table, [whole], width)
            yield from gathered(_placed(row, places) for _, row in rest)


def records(
    table: Table, pieces: Iterable[bytes], wanted: Wanted
) -> Iterator[tuple[int, dict[str, bytes] | str]]:
    """
    Header and rows, by Python's own reader.
    """
    places: dict[str, int] = {}
    for line, row in rows(table, pieces, None):
        if isinstance(row, str):
            if not places:
                raise fault(table.name, f"line {line}: {row}")
            yield line, row
        elif not places:
            places = columns.find(row, wanted, path=table.name)
        else:
            yield line, _placed(row, places)
    if not places:
        raise fault(table.name, "holds nothing but blank lines")


def rows(
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
    csv.field_size_limit(_LONGEST)
    with text(pieces) as lines:
        reader = csv.reader(lines, delimiter=_delimiter(table), strict=True)
        while True:
            line = before + reader.line_num + 1
            try:
                row = next(reader, None)
            except csv.Error as error:
                if "unexpected end" in str(error):
                    raise fault(
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
    return {role: as_bytes(row[at]) for role, at in places.items()}

"""
Headings, paragraphs, lists and tables: all that an outline is made of.

Tuples with names, because every table loads them and a dataclass takes ten times as long to make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Heading(NamedTuple):
    """
    A title, or with level 2 a subtitle.
    """

    text: str
    level: int = 1


class Paragraph(NamedTuple):
    """
    Running text.
    """

    spans: tuple[Span, ...]


class Fields(NamedTuple):
    """
    Names with their values.
    """

    pairs: tuple[tuple[str, str], ...]


class Entry(NamedTuple):
    """
    One thing in a list: a head, and lines below it.
    """

    head: tuple[Span, ...]
    lines: tuple[tuple[Span, ...], ...] = ()


class Entries(NamedTuple):
    """
    A list; a loose one has a blank line between its entries.
    """

    items: tuple[Entry, ...]
    loose: bool = False


class Column(NamedTuple):
    """
    One column of a table.

    Attributes:
        figure: Right-aligned and never broken.
        wraps: Broken between words where there is too little room.
        spare: Said in a note below the row where there is too little room.
    """

    head: str
    figure: bool = False
    wraps: bool = False
    spare: bool = False


class Row(NamedTuple):
    """
    One row of a table, with remarks that belong to the whole of it.
    """

    cells: tuple[Span, ...]
    notes: tuple[tuple[Span, ...], ...] = ()


class Table(NamedTuple):
    """
    Rows of figures.

    Attributes:
        remarks: What the notes are called where they need a column of their own.
        total: A last row set apart.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    remarks: str = "remarks"
    total: Row | None = None


class Surface(NamedTuple):
    """
    Cells of a font of fixed width, on which something is drawn.

    Attributes:
        width: How many there are in a line.
        unicode: Whether there are characters beyond ASCII.
        clean: Text as it may be shown there.
        measure: How many cells a text takes.
    """

    width: int
    unicode: bool
    clean: Callable[[str], str]
    measure: Callable[[str], int]


class Drawing(NamedTuple):
    """
    A diagram for a terminal; what else shows an outline leaves it out.

    Attributes:
        lines: What it is on a surface.
    """

    lines: Callable[[Surface], Iterable[Sequence[Span]]]


Block = Heading | Paragraph | Fields | Entries | Table | Drawing


def row(*cells: str | Span, notes: Iterable[Sequence[str | Span]] = ()) -> Row:
    """
    A row of plain text and of spans.
    """
    return Row(_spans(cells), tuple(_spans(note) for note in notes if note))


def paragraph(*parts: str | Span) -> Paragraph:
    """
    A paragraph of plain text and of spans.
    """
    return Paragraph(_spans(parts))


def _spans(parts: Iterable[str | Span]) -> tuple[Span, ...]:
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def joined(parts: Sequence[Span], mark: str) -> list[Span]:
    """
    The parts that hold something, each but the last with the mark behind it.
    """
    full = [part for part in parts if part.text]
    return [Span(part.text + mark, part.tone) for part in full[:-1]] + full[-1:]

"""
Blocks set for a console of any width, with or without colour, and for a pipe.

Everything is set here line by line rather than by Rich's own tables: remarks run below a row over
its whole width, ids fold instead of being cut, and a queue of thousands takes no time to speak of.
Rich is loaded when something is shown; its markup is never interpreted.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from foretrack.report.outlines.blocks import (
    Column,
    Drawing,
    Entries,
    Fields,
    Heading,
    Paragraph,
    Row,
    Surface,
    Table,
)
from foretrack.report.text import Span, inert, longest_word, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

    from foretrack.report.outlines.blocks import Block

_READABLE: Final = 100  # running text is set no wider, however wide the terminal
_GAP: Final = 2
_NARROWEST: Final = 8  # a column that wraps gets at least so much, or there are no columns at all
_ROOMY: Final = 32  # a spare column of text that gets less than this runs below its row instead

_STYLES: Final = {
    "strong": "bold",
    "quiet": "dim",
    "warn": "yellow",
    "bad": "red",
    "rule": "dim",
    "mark": "bold cyan",
    "band": "cyan",
    "count": "dim",
}

_ASCII: Final = str.maketrans(
    {
        "–": "-",
        "─": "-",
        "█": "#",
        "▓": "=",
        "▒": ".",
        "│": "|",
        "²": "^2",
        "“": '"',
        "”": '"',
        "’": "'",
        "…": "...",
        "→": "->",
        "±": "+/-",
    }
)

_Line = list[Span]


class Sheet:
    """
    Blocks set for the console that shows them; print it with ``crop=False``.
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        self.blocks = tuple(blocks)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.cells import cell_len
        from rich.segment import Segment
        from rich.style import Style

        setting = _Setting(options.max_width, options.encoding, measure=cell_len)
        styles = {tone: Style.parse(style) for tone, style in _STYLES.items()}
        plain: list[str] = []  # text without a style is collected: fewer segments, less to do
        for line in setting.lines(self.blocks):
            last = len(line) - 1
            for place, span in enumerate(line):
                text = span.text.rstrip(" ") if place == last else span.text
                style = styles.get(span.tone)
                if style is None:
                    plain.append(text)
                elif text:
                    if plain:
                        yield Segment("".join(plain))
                        plain.clear()
                    yield Segment(text, style)
            plain.append("\n")
        if plain:
            yield Segment("".join(plain))


class _Setting:
    """
    Blocks into lines of one width, in characters that one encoding has.
    """

    def __init__(self, width: int, encoding: str, *, measure: Callable[[str], int]) -> None:
        self.width = max(width, 20)
        self.running = min(self.width, _READABLE)
        self.encoding = encoding
        self.unicode = encoding.lower().startswith("utf")
        self._measured = lru_cache(maxsize=4096)(lambda text: measure(text))

    def measure(self, text: str) -> int:
        """
        How many cells a clean text takes.
        """
        return len(text) if text.isascii() else self._measured(text)

    def lines(self, blocks: Sequence[Block]) -> Iterator[_Line]:
        """
        All lines, with a blank one between blocks but none below a heading.
        """
        before: Block | None = None
        for block in blocks:
            found = self.block(block)
            if isinstance(block, Drawing):
                found = iter(drawn := list(found))
                if not drawn:  # there is no room for it
                    continue
            if before is not None and not (isinstance(before, Heading) and before.level > 1):
                yield []
            yield from found
            before = block

    def block(self, block: Block) -> Iterator[_Line]:
        match block:
            case Heading():
                yield from self.running_text([Span(block.text, "strong")])
            case Paragraph():
                yield from self.running_text(block.spans)
            case Fields():
                yield from self.fields(block)
            case Entries():
                yield from self.entries(block)
            case Table():
                yield from self.table(block)
            case Drawing():
                yield from self.drawing(block)

    def clean(self, span: Span) -> Span:
        """
        The span without anything that the terminal would act on or cannot show.
        """
        if self.unicode and span.text.isprintable():
            return span
        text = inert(span.text)
        if not self.unicode and not text.isascii():
            text = text.translate(_ASCII)
            try:
                text = text.encode(self.encoding, "replace").decode(self.encoding)
            except LookupError:
                text = text.encode("ascii", "replace").decode("ascii")
        return Span(text, span.tone)

    def running_text(self, spans: Iterable[Span], *, indent: int = 0, hang: int = 0) -> list[_Line]:
        cleaned = [self.clean(span) for span in spans]
        room = self.running - indent - hang
        if sum(self.measure(span.text) for span in cleaned) <= room:
            return [[Span(" " * indent), *cleaned] if indent else cleaned]
        lines = wrap(cleaned, room, measure=self.measure)
        return [
            [Span(" " * (indent + (hang if at else 0))), *line] for at, line in enumerate(lines)
        ]

    def fields(self, block: Fields) -> Iterator[_Line]:
        names = [self.clean(Span(name, "quiet")) for name, _ in block.pairs]
        widest = max(self.measure(name.text) for name in names)
        for name, (_, value) in zip(names, block.pairs, strict=True):
            room = self.running - widest - _GAP
            label = Span(name.text + " " * (widest + _GAP - self.measure(name.text)), name.tone)
            for paragraph in value.strip("\n").split("\n"):
                for line in wrap([self.clean(Span(paragraph))], room, measure=self.measure):
                    yield [label, *line]
                    label = Span(" " * (widest + _GAP))

    def drawing(self, block: Drawing) -> Iterator[_Line]:
        surface = Surface(
            self.width, self.unicode, lambda text: self.clean(Span(text)).text, self.measure
        )
        for line in block.lines(surface):
            yield list(line)

    def entries(self, block: Entries) -> Iterator[_Line]:
        for at, entry in enumerate(block.items):
            if at and block.loose:
                yield []
            yield from self.running_text(entry.head, hang=2)
            for line in entry.lines:
                yield from self.running_text(line, indent=2, hang=2)

    def table(self, block: Table) -> Iterator[_Line]:
        heads = [self.clean(Span(column.head)).text for column in block.columns]
        rows = [self._row(row) for row in block.rows]
        total = self._row(block.total) if block.total else None
        every = [*rows, total] if total else rows
        fitted = [
            self._bounds(at, column, heads[at], every) for at, column in enumerate(block.columns)
        ]
        shown = self._shown(block.columns, fitted)
        columns = [block.columns[at] for at in shown]
        widths = self._widths(columns, [fitted[at] for at in shown])
        if widths is None:
            yield from self._stacked(heads, every)
            return
        moved = [at for at in range(len(block.columns)) if at not in shown]
        head = Row(
            tuple(
                Span(heads[at] if self.measure(heads[at]) <= room else _parted(heads[at]), "strong")
                for at, room in zip(shown, widths, strict=True)
            )
        )
        yield from self._cells(head, columns, widths, foot=True)
        ruler = ("─" if self.unicode else "-") * (sum(widths) + _GAP * (len(widths) - 1))
        yield [Span(ruler, "rule")]
        for row in every:
            if row is total:
                yield [Span(ruler, "rule")]
            kept = row if not moved else Row(tuple([row.cells[at] for at in shown]))
            yield from self._cells(kept, columns, widths)
            for at in moved:
                name = "" if block.columns[at].wraps else heads[at]
                yield from self._named(name, row.cells[at])
            for note in row.notes:
                yield from self.running_text(note, indent=2)

    def _stacked(self, heads: Sequence[str], rows: Sequence[Row]) -> Iterator[_Line]:
        """
        Where there is no room for columns: each row as a list.
        """
        for place, row in enumerate(rows):
            if place:
                yield []
            yield from self.running_text([Span(row.cells[0].text, "strong")])
            for head, cell in zip(heads[1:], row.cells[1:], strict=True):
                yield from self._named(head, cell)
            for note in row.notes:
                yield from self.running_text(note, indent=2)

    def _named(self, head: str, cell: Span) -> list[_Line]:
        if cell.text in ("", "–", "-"):
            return []
        name = [Span(f"{head}: ")] if head else []
        return self.running_text([*name, cell], indent=2)

    def _row(self, row: Row) -> Row:
        return Row(tuple(self.clean(cell) for cell in row.cells), row.notes)

    def _bounds(
        self, at: int, column: Column, head: str, rows: Sequence[Row]
    ) -> tuple[int, int, int]:
        """
        The least width that folds no word, the width that breaks no cell, and that of the head.
        """
        texts = {row.cells[at].text for row in rows}
        full = max((self.measure(text) for text in texts), default=0)
        word = longest_word([_parted(head)], measure=self.measure)
        least = longest_word(texts, measure=self.measure) if column.wraps else full
        if column.wraps and column.spare:
            least = max(least, min(full, _ROOMY))
        return max(least, word), max(full, word), self.measure(head)

    def _shown(
        self, columns: Sequence[Column], fitted: Sequence[tuple[int, int, int]]
    ) -> list[int]:
        shown = list(range(len(columns)))
        for at in reversed(range(len(columns))):
            needed = sum(fitted[other][0] for other in shown) + _GAP * (len(shown) - 1)
            if needed > self.width and columns[at].spare:
                shown.remove(at)
        return shown

    def _widths(
        self, columns: Sequence[Column], fitted: Sequence[tuple[int, int, int]]
    ) -> list[int] | None:
        """
        The widths of the columns; None when they cannot stand beside each other.
        """
        room = self.width - _GAP * (len(columns) - 1)
        least = [low for low, _, _ in fitted]
        full = [high for _, high, _ in fitted]
        if sum(full) <= room:
            spare = room - sum(full)
            for at, (_, _, head) in enumerate(fitted):
                if full[at] < head <= full[at] + spare:
                    spare -= head - full[at]
                    full[at] = head
            return full
        if sum(least) > room:
            least = [
                min(low, _NARROWEST) if column.wraps else low
                for low, column in zip(least, columns, strict=True)
            ]
        if sum(least) > room:
            return None
        # the widest columns give way first, down to one common width
        level = max(full)
        while sum(_between(least, full, level)) > room:
            level -= 1
        return _between(least, full, level)

    def _cells(
        self, row: Row, columns: Sequence[Column], widths: Sequence[int], *, foot: bool = False
    ) -> Iterator[_Line]:
        """
        The lines of a row; those of a head stand at its foot.
        """
        blocks = [
            [[cell]]
            if self.measure(cell.text) <= room
            else wrap([cell], room, measure=self.measure)
            for cell, room in zip(row.cells, widths, strict=True)
        ]
        height = max(len(block) for block in blocks)
        for at in range(height):
            line: _Line = []
            plain = ""  # what has no style runs on, over gaps and columns
            for column, room, block in zip(columns, widths, blocks, strict=True):
                place = at - (height - len(block)) if foot else at
                parts = block[place] if 0 <= place < len(block) else []
                blank = " " * (room - sum([self.measure(part.text) for part in parts]))
                if column.figure:
                    plain += blank
                for part in parts:
                    if part.tone:
                        line += [Span(plain), part]
                        plain = ""
                    else:
                        plain += part.text
                plain += " " * _GAP if column.figure else blank + " " * _GAP
            line.append(Span(plain))
            while line and not line[-1].text.strip(" "):
                line.pop()
            yield line


def _parted(head: str) -> str:
    """
    The head so that it may break after a slash.
    """
    return head.replace("/", "/ ")


def _between(least: Sequence[int], full: Sequence[int], level: int) -> list[int]:
    return [max(low, min(high, level)) for low, high in zip(least, full, strict=True)]

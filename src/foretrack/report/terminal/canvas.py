"""
Cells that are drawn on, and the key of what is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.report.text import Span, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from foretrack.report.outlines.blocks import Surface

Line = list[Span]

GAP: Final = 2
"""
Cells between what stands beside each other.
"""


class Glyph(NamedTuple):
    """
    A character, what stands for it in ASCII, and its tone.
    """

    shape: str
    plain: str
    tone: str = ""


class Canvas:
    """
    Cells that are drawn over each other, the last one on top.

    Args:
        width: Cells in a line.
        height: Lines, the first one on top.
        unicode: Whether there are characters beyond ASCII.
    """

    def __init__(self, width: int, height: int, *, unicode: bool) -> None:
        self.width = width
        self.height = height
        self.unicode = unicode
        self._cells: dict[tuple[int, int], tuple[str, str]] = {}

    def put(self, x: int, y: int, glyph: Glyph) -> None:
        """
        Draw one cell.
        """
        self._cells[x, y] = (glyph.shape if self.unicode else glyph.plain, glyph.tone)

    def write(self, x: int, y: int, text: str, *, tone: str = "") -> None:
        """
        Write text that begins at a cell.
        """
        for at, char in enumerate(text):
            self._cells[x + at, y] = (char, tone)

    def line(self, y: int) -> Line:
        """
        One line, with neighbours of one tone in one span and no blank at its end.
        """
        found: Line = []
        last = max((x for x, other in self._cells if other == y), default=-1)
        for x in range(last + 1):
            char, tone = self._cells.get((x, y), (" ", ""))
            if found and found[-1].tone == tone:
                found[-1] = Span(found[-1].text + char, tone)
            else:
                found.append(Span(char, tone))
        return found

    def lines(self) -> list[Line]:
        """
        All lines.
        """
        return [self.line(y) for y in range(self.height)]


def cell_of(place: float, length: int) -> int:
    """
    The cell of a place from 0 to 1.
    """
    return min(int(place * (length - 1) + 0.5), length - 1)


def key(
    entries: Iterable[tuple[Sequence[Glyph], str]],
    surface: Surface,
    *,
    width: int,
    each: bool = False,
) -> Iterator[Line]:
    """
    What the marks mean, one after the other or each on a line of its own.
    """
    line: Line = []
    used = 0
    told_of = [(glyphs, surface.clean(text)) for glyphs, text in entries]
    each = each or any(len(glyphs) + 1 + surface.measure(text) > width for glyphs, text in told_of)
    for glyphs, told in told_of:
        marks = [Span(one.shape if surface.unicode else one.plain, one.tone) for one in glyphs]
        head = len(marks) + 1
        if each:
            first, *more = wrap([Span(told, "quiet")], width - head, measure=surface.measure)
            yield [*marks, Span(" "), *first]
            yield from ([Span(" " * head), *rest] for rest in more)
            continue
        taken = head + surface.measure(told)
        if line and used + 3 + taken > width:
            yield line
            line, used = [], 0
        if line:
            line.append(Span("   "))
            used += 3
        line += [*marks, Span(f" {told}", "quiet")]
        used += taken
    if line:
        yield line

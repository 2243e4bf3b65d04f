"""
The reliability diagram in cells: a square, the histogram below it, the key beside it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from foretrack.report import axes, captions, wording
from foretrack.report.terminal.canvas import GAP, Canvas, Glyph, cell_of, key
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foretrack.core.reliability import Bar, Reliability
    from foretrack.report.outlines.blocks import Surface

_POINT: Final = Glyph("●", "o", "mark")
_OUTSIDE: Final = Glyph("◆", "X", "warn")
_FLAT: Final = Glyph("─", "-", "mark")
_RISING: Final = Glyph("╱", "/", "mark")
_STEEP: Final = Glyph("│", "|", "mark")
_DIAGONAL: Final = Glyph("·", ".", "quiet")
_LUCK: Final = Glyph("░", ":", "band")
_SIDE: Final = Glyph("│", "|", "quiet")
_SIDE_TICK: Final = Glyph("┤", "+", "quiet")
_FLOOR: Final = Glyph("─", "-", "quiet")
_FLOOR_TICK: Final = Glyph("┬", "+", "quiet")
_CORNER: Final = Glyph("└", "+", "quiet")
_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"

_SIZES: Final = ((49, 25), (41, 21), (33, 17), (25, 13))  # quarters fall on cells, and it is square
_LEFT: Final = 6  # cells of the labels and the line beside the square
_TALL: Final = 3  # lines of the histogram
_BESIDE: Final = 31  # cells for the key beside the square
_MANY: Final = 20  # beyond so many points only the line shows them, and those outside the band


def diagram(found: Reliability, surface: Surface) -> Iterator[Sequence[Span]]:
    """
    What came true against what was said, with the band of luck and the histogram of what was said.

    Nothing where there is no room, or too few questions for a diagram.

    Args:
        found: The diagram.
        surface: Where it is shown.
    """
    size = _size(surface.width)
    if size is None or not found.said:
        return
    width, height = size
    canvas = Canvas(_LEFT + width, height + 2 + _TALL, unicode=surface.unicode)
    _frame(canvas, width, height)
    square = _Square(canvas, width, height)
    _luck(square, found)
    for x in range(width):
        square.put(x / (width - 1), x / (width - 1), _DIAGONAL)
    _curve(square, found)
    _histogram(canvas, found.histogram, width=width, top=height + 2)
    keys = list(_diagram_key(found))
    beside = surface.width - _LEFT - width - GAP
    if beside >= _BESIDE:
        told = list(key(keys, surface, width=beside, each=True))
        for at, line in enumerate(canvas.lines()):
            if at < len(told):
                blank = _LEFT + width + GAP - sum(surface.measure(span.text) for span in line)
                yield [*line, Span(" " * blank), *told[at]]
            else:
                yield line
        return
    yield from canvas.lines()
    yield []
    yield from key(keys, surface, width=surface.width)


def _size(width: int) -> tuple[int, int] | None:
    """
    The largest square that leaves room for its key beside it, or else the largest that fits.
    """
    fitting = [size for size in _SIZES if _LEFT + size[0] <= width]
    with_key = [size for size in fitting[:-2] if _LEFT + size[0] + GAP + _BESIDE <= width]
    return next(iter(with_key or fitting), None)


class _Square:
    """
    The part of a canvas in which shares run from 0 to 1 both ways.
    """

    def __init__(self, canvas: Canvas, width: int, height: int) -> None:
        self.canvas = canvas
        self.width = width
        self.height = height

    def column(self, said: float) -> int:
        return cell_of(said, self.width)

    def row(self, true: float) -> int:
        """
        The line of a share, counted from the floor.
        """
        return cell_of(true, self.height)

    def put(self, said: float, true: float, glyph: Glyph) -> None:
        self.cell(self.column(said), self.row(true), glyph)

    def cell(self, x: int, row: int, glyph: Glyph) -> None:
        self.canvas.put(_LEFT + x, self.height - 1 - row, glyph)


def _frame(canvas: Canvas, width: int, height: int) -> None:
    for y in range(height):
        canvas.put(_LEFT - 1, y, _SIDE)
    canvas.put(_LEFT - 1, height, _CORNER)
    for x in range(width):
        canvas.put(_LEFT + x, height, _FLOOR)
    for share, label in axes.PERCENT.ticks:
        y, x = height - 1 - cell_of(share, height), _LEFT + cell_of(share, width)
        canvas.put(_LEFT - 1, y, _SIDE_TICK)
        canvas.write(_LEFT - 2 - len(label), y, label, tone="quiet")
        canvas.put(x, height, _FLOOR_TICK)
        start = x - len(label) + 1 if share == 1.0 else x - (len(label) - 1) // 2
        canvas.write(start, height + 1, label, tone="quiet")
    canvas.write(_LEFT + 1, 0, "came true", tone="quiet")
    canvas.write(_LEFT + width - len("said"), height - 1, "said", tone="quiet")


def _luck(square: _Square, found: Reliability) -> None:
    """
    The consistency band; between the probabilities that were said its ends are straight lines.
    """
    if found.luck is None:
        return
    edges = found.luck.edges
    lows = _joined(square, [(edge.p, edge.low) for edge in edges])
    highs = _joined(square, [(edge.p, edge.high) for edge in edges])
    for x, (low, _) in lows.items():
        for row in range(square.row(low), square.row(highs[x][1]) + 1):
            square.cell(x, row, _LUCK)


def _curve(square: _Square, found: Reliability) -> None:
    points = [(said.p, said.recalibrated) for said in found.said]
    line = {x: (square.row(y), square.row(z)) for x, (y, z) in _joined(square, points).items()}
    for x, (low, high) in line.items():
        following = line.get(x + 1, (high, high))[0]
        square.cell(x, low, _FLAT if following == low == high else _RISING)
        for between in range(low + 1, max(high + 1, following)):
            square.cell(x, between, _STEEP)
    apart = captions.outside(found)
    for p, y in points:
        if p in apart:
            square.put(p, y, _OUTSIDE)
        elif len(points) <= _MANY:
            square.put(p, y, _POINT)


def _joined(
    square: _Square, points: Sequence[tuple[float, float]]
) -> dict[int, tuple[float, float]]:
    """
    Column -> lowest and highest place of the points in it, or of the line that joins their like.

    Args:
        square: Where they are drawn.
        points: From left to right, none lower than the one before.
    """
    found: dict[int, tuple[float, float]] = {}
    for p, y in points:
        found[square.column(p)] = (found.get(square.column(p), (y, y))[0], y)
    for (p, y), (q, z) in pairwise(points):
        for x in range(square.column(p) + 1, square.column(q)):
            share = (x / (square.width - 1) - p) / (q - p)
            place = y + min(max(share, 0.0), 1.0) * (z - y)
            found[x] = (place, place)
    return found


def _histogram(canvas: Canvas, bars: Sequence[Bar], *, width: int, top: int) -> None:
    most = max((bar.n for bar in bars), default=1)
    steps = len(_EIGHTHS) - 1
    for bar in bars:
        # a bar that is not empty shows, however small it is
        tall = max(1, int(bar.n / most * _TALL * steps + 0.5))
        first, last = cell_of(bar.low, width), cell_of(bar.high, width)
        for x in range(first, max(first + 1, last)):
            for row in range(-(-tall // steps)):
                part = min(tall - row * steps, steps)
                glyph = Glyph(_EIGHTHS[part], "#" if part > 1 or row == 0 else " ", "count")
                canvas.put(_LEFT + x, top + _TALL - 1 - row, glyph)


def _diagram_key(found: Reliability) -> Iterator[tuple[Sequence[Glyph], str]]:
    if len(found.said) <= _MANY:
        yield [_POINT], "what came true, recalibrated"
    else:
        yield [_FLAT], "what came true, recalibrated"
    if captions.outside(found):
        yield [_OUTSIDE], "the same, outside the band"
    yield [_DIAGONAL], "calibrated"
    if found.luck is not None:
        yield [_LUCK], "where nine in ten calibrated sources lie"
    most = max((bar.n for bar in found.histogram), default=0)
    yield [Glyph("█", "#", "count")], f"how often it was said, {wording.number(most)} at most"

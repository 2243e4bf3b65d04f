"""
Scores as strips: dot and whisker of each row on one axis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from foretrack.report import axes, wording
from foretrack.report.terminal.canvas import GAP, Canvas, Glyph, Line, cell_of, key
from foretrack.report.text import Span, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from foretrack.core.scorecard import Group
    from foretrack.report.axes import Axis
    from foretrack.report.outlines.blocks import Surface

_DOT: Final = Glyph("●", "O", "mark")
_BAND: Final = Glyph("▒", "=", "band")
_WHISKER: Final = (Glyph("├", "["), Glyph("─", "-"), Glyph("┤", "]"))
_BOUNDS: Final = (Glyph("‹", "<", "warn"), Glyph("·", ".", "warn"), Glyph("›", ">", "warn"))
_EARLY: Final = Glyph("◇", "e", "mark")
_MARKED: Final = Glyph("┊", ":", "quiet")
_CROSSED: Final = Glyph("┼", "+")

_LABEL: Final = 28  # cells for a name; a longer one takes several lines
_SHORTEST: Final = 20  # a strip with fewer cells tells nothing
_LONGEST: Final = 101  # and one with more tells nothing more
_FIGURE: Final = 5  # as in 0.078


def rows(groups: Sequence[Group], surface: Surface) -> Iterator[Sequence[Span]]:
    """
    Dot and whisker of each group on one axis; nothing where there is no room.

    Args:
        groups: The rows; those without a score and without bounds have no strip.
        surface: Where it is shown.
    """
    drawn = [group for group in groups if is_drawn(group)]
    top, axis = axes.scores(drawn)
    names = [surface.clean(group.label) for group in drawn]
    room = min(max(map(surface.measure, names), default=0), _LABEL, surface.width // 3)
    length = min(surface.width - room - _FIGURE - 2 * GAP, _LONGEST)
    if length < _SHORTEST or not drawn:
        return
    yield [Span(" " * (room + GAP)), *_scale(axis, length, surface)]
    for name, group in zip(names, drawn, strict=True):
        first, *more = wrap([Span(name)], room, measure=surface.measure)
        text = "".join(span.text for span in first)
        canvas = Canvas(length + GAP + _FIGURE, 1, unicode=surface.unicode)
        _strip(canvas, group, length=length, top=top)
        if group.brier is not None:
            canvas.write(length + GAP, 0, wording.score(group.brier))
        yield [Span(text + " " * (room + GAP - surface.measure(text))), *canvas.line(0)]
        yield from more
    yield []
    yield from key(_score_key(drawn, axis), surface, width=surface.width)


def is_drawn(group: Group) -> bool:
    """
    Whether there is anything to draw of a row.
    """
    return not (group.brier is None and group.brier_bounds is None and group.early.brier is None)


def any_drawn(groups: Iterable[Group]) -> bool:
    """
    Whether there is anything to draw of any row.
    """
    return any(is_drawn(group) for group in groups)


def _scale(axis: Axis, length: int, surface: Surface) -> Line:
    canvas = Canvas(length, 1, unicode=surface.unicode)
    for place, label in axis.ticks:
        at = cell_of(place, length)
        # a label at an end stands inside, one between is centred
        start = at - round(place * (len(label) - 1)) if place in (0.0, 1.0) else at - 1
        canvas.write(start, 0, label, tone="quiet")
    return canvas.line(0)


def _strip(canvas: Canvas, group: Group, *, length: int, top: float) -> None:
    def cell(score: float) -> int:
        return cell_of(score / top, length)

    canvas.put(cell(0.25), 0, _MARKED)
    if group.brier_bounds:
        _stretch(canvas, [cell(end) for end in group.brier_bounds], _BOUNDS)
    if group.brier_interval:
        ends = [cell(end) for end in group.brier_interval]
        _stretch(canvas, ends, _WHISKER)
        if ends[0] < cell(0.25) < ends[1]:
            canvas.put(cell(0.25), 0, _CROSSED)
    if group.brier is not None and group.brier_low is not None and group.brier_high is not None:
        for x in range(cell(group.brier_low), cell(group.brier_high) + 1):
            canvas.put(x, 0, _BAND)
    if group.brier_bounds:  # their ends stay in sight within an interval and a band
        for end, glyph in zip(group.brier_bounds, _BOUNDS[::2], strict=True):
            canvas.put(cell(end), 0, glyph)
    if group.early.brier is not None:
        canvas.put(cell(group.early.brier), 0, _EARLY)
    if group.brier is not None:
        canvas.put(cell(group.brier), 0, _DOT)


def _stretch(canvas: Canvas, ends: Sequence[int], glyphs: Sequence[Glyph]) -> None:
    low, high = ends
    for x in range(low, high + 1):
        canvas.put(x, 0, glyphs[1])
    canvas.put(low, 0, glyphs[0])
    canvas.put(high, 0, glyphs[2])


def _score_key(groups: Sequence[Group], axis: Axis) -> Iterator[tuple[Sequence[Glyph], str]]:
    if any(group.brier is not None for group in groups):
        yield [_DOT], "Brier score"
        yield [_BAND], "band of the lexicon"
    if any(group.brier_interval for group in groups):
        yield _WHISKER, "95% interval"
    if any(group.brier_bounds for group in groups):
        yield _BOUNDS, "if the overdue went for or against"
    if any(group.early.brier is not None for group in groups):
        yield [_EARLY], "resolved early"
    if axis.marked:
        yield [_MARKED], axis.marked[1]

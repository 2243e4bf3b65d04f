"""
Diagrams as inline SVG: no script, no font, no colour of their own.

There are two kinds.  A strip is one row of a table: its positions are percentages, so that it is
as wide as its cell and its lines stay thin.  The reliability diagram is a square with fixed
coordinates.  Each says in a title what it shows, and the table around it has the figures.
Colours come from the page's style sheet by class; shapes and dashes tell marks apart without them.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.core.dossier import Ending
from foretrack.report import wording
from foretrack.report.text import inert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from foretrack.core.dossier import Bar, Reliability, Window
    from foretrack.core.page import Hit
    from foretrack.core.scorecard import Group


class Svg(str):
    """
    Markup that may stand in a page as it is.
    """

    __slots__ = ()


def tag(name: str, attributes: Mapping[str, object] | None = None, *content: str) -> Svg:
    """
    An element; text in it and in its attributes is escaped, and elements stay.

    >>> tag("text", {"x": 1.5}, "a < b")
    '<text x="1.5">a &lt; b</text>'
    >>> tag("g", None, tag("circle", {"r": 4}))
    '<g><circle r="4"/></g>'
    """
    given = "".join(f' {key}="{_attribute(value)}"' for key, value in (attributes or {}).items())
    inside = "".join(part if isinstance(part, Svg) else _text(part) for part in content)
    return Svg(f"<{name}{given}>{inside}</{name}>" if inside else f"<{name}{given}/>")


def _attribute(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, int | float) else _text(str(value))


def _text(text: str) -> str:
    return escape(inert(text), quote=True)


class Axis(NamedTuple):
    """
    Positions with their labels, each from 0 (left) to 1 (right).

    Attributes:
        marked: A position with a dashed line of its own, and what it stands for.
    """

    ticks: tuple[tuple[float, str], ...]
    marked: tuple[float, str] | None = None


def scores(groups: Iterable[Group]) -> tuple[float, Axis]:
    """
    The Brier score at the right end, 0.5, 0.75 or 1, and the axis up to it.
    """
    ends = [
        end
        for group in groups
        for end in (
            group.brier,
            group.brier_high,
            group.early.brier,
            *(group.brier_interval or ()),
            *(group.brier_bounds or ()),
        )
        if end is not None
    ]
    most = max(ends, default=0.0)
    top = next(top for top in (0.5, 0.75, 1.0) if most <= top)
    return top, Axis(
        tuple((mark / top, f"{mark:g}") for mark in (0.0, 0.25, 0.5, 0.75, 1.0) if mark <= top),
        marked=(0.25 / top, "0.25, the score of always saying 50%"),
    )


PERCENT: Final = Axis(tuple((share, f"{100 * share:g}%") for share in (0.0, 0.25, 0.5, 0.75, 1.0)))
HALVES: Final = Axis(PERCENT.ticks[::2])


def years(windows: Sequence[Window], *, as_of: date) -> tuple[date, date, Axis]:
    """
    The first and the last day that must be shown, whole years, and the axis between them.
    """
    opens = [one.opens for one in windows]
    closes = [one.closes for one in windows]
    first = min([*opens, as_of])
    last = max([*closes, as_of])
    begin, end = first.replace(month=1, day=1), last.replace(month=12, day=31)
    n = end.year - begin.year + 1
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100) if n / step <= 8), 500)
    ticks = []
    for year in range(begin.year, end.year + 1):
        if year % step == 0 or n == 1:
            place = _place(begin.replace(year=year), begin, end)
            # a label that would run out of the strip is left out
            ticks.append((place, f"{year}" if place < 0.94 else ""))
    return begin, end, Axis(tuple(ticks), marked=(_place(as_of, begin, end), f"today, {as_of}"))


def _place(day: date, begin: date, end: date) -> float:
    return (day - begin).days / ((end - begin).days or 1)


def marks() -> Svg:
    """
    The shapes that strips and keys refer to; a page holds them once.
    """
    shapes = {
        "dot": tag("circle", {"r": 5}),
        "ring": tag("circle", {"r": 4.5}),
        "diamond": tag("path", {"d": "M0-6 6 0 0 6-6 0Z"}),
        "cross": tag("path", {"d": "M-5-5 5 5M-5 5 5-5"}),
        "bars": tag("path", {"d": "M-3-5V5M3-5V5"}),
        "warning": tag("path", {"d": "M0-6.5 6.5 5H-6.5Z"}),
        "arrow": tag("path", {"d": "M-3-5 3 0-3 5"}),
    }
    return _hidden(*(tag("g", {"id": f"m-{name}"}, shape) for name, shape in shapes.items()))


def grid(name: str, axis: Axis) -> Svg:
    """
    The lines behind every strip of one table; a page holds them once.
    """
    lines = [_upright(place, "grid") for place, _ in axis.ticks]
    if axis.marked:
        lines.append(_upright(axis.marked[0], "marked"))
    return _hidden(tag("symbol", {"id": f"g-{name}", "overflow": "visible"}, *lines))


def _upright(place: float, kind: str) -> Svg:
    x = _percent(place)
    return tag("line", {"class": kind, "x1": x, "x2": x, "y1": "0", "y2": "100%"})


def _hidden(*parts: str) -> Svg:
    place = {"class": "defs", "width": 0, "height": 0, "aria-hidden": "true", "focusable": "false"}
    return tag("svg", place, tag("defs", None, *parts))


def axis_strip(axis: Axis, title: str) -> Svg:
    """
    The head of a column of strips: the labels of the axis.

    Plain text rather than a drawing, because browsers leave drawings out where they repeat the
    head of a table on the next sheet of paper.
    """
    labels = (
        tag("span", {"class": _side(place), "style": f"left:{_percent(place)}"}, label)
        for place, label in axis.ticks
    )
    hidden = {"class": "axis", "aria-hidden": "true"}
    return Svg(tag("span", {"class": "unseen"}, title) + tag("span", hidden, *labels))


def _side(place: float) -> str:
    if place < 0.02:
        return "start"
    return "end" if place > 0.98 else "middle"


def score_strip(group: Group, *, top: float) -> Svg:
    """
    Dot and whiskers of a source: the Brier score, its interval, the band of the lexicon.

    Args:
        group: The row.
        top: The score at the right end.
    """
    parts: list[str] = [_behind("score")]
    if group.brier_bounds:
        low, high = (end / top for end in group.brier_bounds)
        parts.append(_whisker("bounds", low, high, y="80%"))
    if group.brier is not None and group.brier_low is not None and group.brier_high is not None:
        parts.append(_bar("band", group.brier_low / top, group.brier_high / top, height=16))
        if group.brier_interval:
            parts.append(_whisker("interval", *(end / top for end in group.brier_interval)))
        parts.append(_mark("dot", "score", group.brier / top))
    if group.early.brier is not None:
        parts.append(_mark("diamond", "early", group.early.brier / top, y="20%"))
    return _strip("scores", score_words(group), *parts)


def score_words(group: Group) -> str:
    """
    What the strip of a source shows.
    """
    if group.brier is None:
        parts = ["no Brier score"]
    else:
        ends = wording.score_range((group.brier_low, group.brier_high))
        parts = [f"Brier {wording.score(group.brier)}", f"lexicon band {ends}"]
        interval = wording.score_range(group.brier_interval)
        parts.append(f"95% interval {interval}" if group.brier_interval else "no interval")
    if group.brier_bounds:
        low, high = (wording.score(end) for end in group.brier_bounds)
        parts.append(f"with what is overdue {low} to {high}")
    if group.early.brier is not None:
        parts.append(f"early resolutions {wording.score(group.early.brier)}")
    return f"{group.label}: {', '.join(parts)}"


def rate_strip(hit: Hit, *, whose: str) -> Svg:
    """
    What came true of a phrase: its share, Wilson's interval, the band of the lexicon.

    Args:
        hit: The row.
        whose: Who used the phrase.
    """
    parts: list[str] = [_behind("rate")]
    if hit.low is not None and hit.high is not None:
        kind = "band off" if hit.agrees is False else "band"
        parts.append(_bar(kind, hit.low, hit.high, height=16))
    parts.append(_whisker("interval", *hit.wilson))
    parts.append(_mark("dot", "score", hit.observed))
    said = wording.band(hit.point, hit.low, hit.high)
    title = (
        f"“{hit.words}”, {whose}: {wording.share(hit.observed)} came true, 95% interval"
        f" {wording.interval_of_share(hit.wilson)}, lexicon {said}"
    )
    return _strip("rates", title, *parts)


def share_strip(share: float, title: str) -> Svg:
    """
    A share as a bar.
    """
    return _strip("shares", title, _bar("share", 0.0, share, height=8))


ENDINGS: Final[Mapping[Ending, tuple[str, str]]] = {
    Ending.YES: ("dot", "yes"),
    Ending.NO: ("cross", "no"),
    Ending.AMBIGUOUS: ("diamond", "ambiguous"),
    Ending.ANNULLED: ("bars", "annulled"),
    Ending.OVERDUE: ("warning", "overdue"),
    Ending.OPEN: ("arrow", "open"),
}
"""
Shape and name of each mark on the timeline.
"""


def window_strip(one: Window, *, begin: date, end: date) -> Svg:
    """
    A window from opening to close, and a mark where it ended.

    Args:
        one: The window.
        begin: The day at the left end.
        end: The day at the right end.
    """
    shape, kind = ENDINGS[one.ending]
    opens, closes = _place(one.opens, begin, end), _place(one.closes, begin, end)
    at = closes if one.settled is None else _place(one.settled, begin, end)
    parts = [
        _behind("time"),
        _bar(f"window {kind}", opens, closes, height=8),
        _mark(shape, kind, at),
    ]
    return _strip("windows", window_words(one), *parts)


def window_words(one: Window) -> str:
    """
    What the strip of a window shows.
    """
    return f"{one.opens} to {one.closes}: {wording.ending(one)}"


def key(shape: str, kind: str) -> Svg:
    """
    A mark as it stands in the key of a diagram; ``bar`` and ``whisker`` are strips.
    """
    place = {"class": "key", "width": 26, "height": 14, "aria-hidden": "true", "focusable": "false"}
    if shape == "bar":
        return tag("svg", place, _bar(kind, 0.1, 0.9, height=9))
    if shape == "whisker":
        return tag("svg", place, _whisker(kind, 0.1, 0.9))
    if shape == "line":
        line = {"class": kind, "x1": "4%", "x2": "96%", "y1": "50%", "y2": "50%"}
        return tag("svg", place, tag("line", line))
    if shape == "upright":
        return tag("svg", place, _upright(0.5, kind))
    return tag("svg", place, _mark(shape, kind, 0.5))


def _strip(kind: str, title: str, *parts: str) -> Svg:
    inner = tag("svg", {"x": "2%", "width": "96%", "overflow": "visible"}, *parts)
    return tag("svg", {"class": f"strip {kind}", "role": "img"}, tag("title", None, title), inner)


def _behind(name: str) -> Svg:
    return tag("use", {"href": f"#g-{name}"})


def _bar(kind: str, low: float, high: float, *, height: int) -> Svg:
    """
    A bar in the middle; one without width still shows as a line.
    """
    return tag(
        "rect",
        {
            "class": kind,
            "x": _percent(low),
            "y": "50%",
            "width": _percent(max(high - low, 0.004)),
            "height": height,
            "transform": f"translate(0 {-height / 2:g})",
        },
    )


def _whisker(kind: str, low: float, high: float, *, y: str = "50%") -> Svg:
    line = {"x1": _percent(low), "x2": _percent(high), "y1": y, "y2": y}
    ends = (
        tag(
            "svg",
            {"x": _percent(place), "y": y, "overflow": "visible"},
            tag("line", {"y1": -4, "y2": 4}),
        )
        for place in (low, high)
    )
    return tag("g", {"class": f"whisker {kind}"}, tag("line", line), *ends)


def _mark(shape: str, kind: str, place: float, *, y: str = "50%") -> Svg:
    return tag(
        "use", {"class": f"mark {kind}", "href": f"#m-{shape}", "x": _percent(place), "y": y}
    )


def _percent(place: float) -> str:
    return f"{100 * place:.4g}%"


# The reliability diagram: a square, and the histogram under it.
_LEFT, _TOP, _SIDE, _BELOW, _TALL = 40, 8, 250, 24, 52
WIDTH: Final = _LEFT + _SIDE + 20
HEIGHT: Final = _TOP + _SIDE + _BELOW + _TALL + 22


def reliability(found: Reliability, *, label: str, name: str) -> Svg:
    """
    What came true against what was said, with the band of luck and the histogram of what was said.

    Args:
        found: The diagram; one with too few questions has none.
        label: Whose it is.
        name: An id that no other diagram of the page has.
    """
    place = {
        "class": "reliability",
        "viewBox": f"0 0 {WIDTH} {HEIGHT}",
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-desc",
    }
    return tag(
        "svg",
        place,
        tag("title", {"id": f"{name}-title"}, f"Reliability diagram of {label}"),
        tag("desc", {"id": f"{name}-desc"}, reliability_words(found)),
        *_frame(),
        *_band(found),
        *_curve(found),
        *_histogram(found),
    )


def reliability_words(found: Reliability) -> str:
    """
    What the diagram shows, point by point.
    """
    edges = {edge.p: edge for edge in found.luck.edges} if found.luck else {}
    points = []
    for said in found.said:
        point = f"said {wording.probability(said.p)}, came true {wording.share(said.recalibrated)}"
        if edge := edges.get(said.p):
            inside = edge.low <= said.recalibrated <= edge.high
            point += f" ({'inside' if inside else 'outside'} the consistency band)"
        points.append(point)
    return f"{wording.number(found.n)} scored questions. " + "; ".join(points) + "."


def _x(p: float) -> float:
    return round(_LEFT + p * _SIDE, 2)


def _y(p: float) -> float:
    return round(_TOP + (1.0 - p) * _SIDE, 2)


def _frame() -> Iterator[Svg]:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        label = f"{100 * share:g}%"
        yield tag("line", {"class": "grid", "x1": _x(share), "x2": _x(share), "y1": _y(0),
                           "y2": _y(1)})  # fmt: skip
        yield tag("line", {"class": "grid", "x1": _x(0), "x2": _x(1), "y1": _y(share),
                           "y2": _y(share)})  # fmt: skip
        yield tag("text", {"x": _LEFT - 5, "y": _y(share) + 3.5, "text-anchor": "end"}, label)
        yield tag("text", {"x": _x(share), "y": HEIGHT - 8, "text-anchor": "middle"}, label)
    yield tag("line", {"class": "diagonal", "x1": _x(0), "y1": _y(0), "x2": _x(1), "y2": _y(1)})
    yield tag("text", {"x": _LEFT + 6, "y": _TOP + 13}, "came true")
    yield tag("text", {"x": _x(1) - 2, "y": _y(0) + 14, "text-anchor": "end"},
              "was said →")  # fmt: skip


def _band(found: Reliability) -> Iterator[Svg]:
    if found.luck is None:
        return
    edges = found.luck.edges
    upper = [(_x(edge.p), _y(edge.high)) for edge in edges]
    lower = [(_x(edge.p), _y(edge.low)) for edge in reversed(edges)]
    yield tag("polygon", {"class": "luck", "points": _points([*upper, *lower])})
    for edge in edges:  # where the band was computed; between is a straight line
        x = _x(edge.p)
        yield tag("line", {"class": "edge", "x1": x, "x2": x, "y1": _y(edge.low),
                           "y2": _y(edge.high)})  # fmt: skip


def _curve(found: Reliability) -> Iterator[Svg]:
    points = [(_x(said.p), _y(said.recalibrated)) for said in found.said]
    yield tag("polyline", {"class": "curve", "points": _points(points)})
    edges = {edge.p: edge for edge in found.luck.edges} if found.luck else {}
    for said, (x, y) in zip(found.said, points, strict=True):
        edge = edges.get(said.p)
        outside = edge is not None and not edge.low <= said.recalibrated <= edge.high
        if outside:
            yield tag("use", {"class": "mark outside", "href": "#m-diamond", "x": x, "y": y})
        else:
            yield tag("circle", {"class": "point", "cx": x, "cy": y, "r": 3.5})


def _histogram(found: Reliability) -> Iterator[Svg]:
    floor = _TOP + _SIDE + _BELOW + _TALL
    most = max((bar.n for bar in found.histogram), default=1)
    yield tag("line", {"class": "floor", "x1": _x(0), "x2": _x(1), "y1": floor, "y2": floor})
    for bar in found.histogram:
        tall = round((_TALL - 12) * bar.n / most, 2)
        left, right = _x(bar.low) + 1, _x(bar.high) - 1
        if bar.low == bar.high:
            left, right = _x(bar.low) - 3, _x(bar.low) + 3
        yield tag("rect", {"class": "count", "x": left, "y": floor - tall,
                           "width": right - left, "height": tall})  # fmt: skip
    for bar in _labelled(found):
        middle = (_x(bar.low) + _x(bar.high)) / 2
        tall = (_TALL - 12) * bar.n / most
        yield tag("text", {"class": "n", "x": middle, "y": floor - tall - 3,
                           "text-anchor": "middle"}, wording.number(bar.n))  # fmt: skip


def _labelled(found: Reliability) -> Iterator[Bar]:
    """
    The bars that have room for their number: the tall ones first.
    """
    taken: list[float] = []
    for bar in sorted(found.histogram, key=lambda bar: -bar.n):
        middle = (bar.low + bar.high) / 2
        if all(abs(middle - other) * _SIDE > 22 for other in taken):
            taken.append(middle)
            yield bar


def _points(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)

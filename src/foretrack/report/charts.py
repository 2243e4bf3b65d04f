"""
Strips as inline SVG: no script, no font, no colour of their own.

A strip is one row of a table: its positions are percentages, so that it is as wide as its cell and
its lines stay thin.  Each says in a title what it shows, and the table around it has the figures.
Colours come from the page's style sheet by class; shapes and dashes tell marks apart without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from foretrack.core.dossier import Ending
from foretrack.report import captions
from foretrack.report.axes import place as _place
from foretrack.report.svg import Svg, tag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from foretrack.core.dossier import Window
    from foretrack.core.page import Hit
    from foretrack.core.scorecard import Group
    from foretrack.report.axes import Axis


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
    return _strip("scores", captions.score(group), *parts)


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
    return _strip("rates", captions.rate(hit, whose=whose), *parts)


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
    return _strip("windows", captions.window(one), *parts)


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

"""
The reliability diagram as inline SVG: a square with fixed coordinates, and the histogram under it.

As with the strips, its words are in its title and description, its colours in the style sheet, and
shapes and dashes tell its marks apart without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from foretrack.report import captions, wording
from foretrack.report.svg import Svg, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from foretrack.core.reliability import Bar, Reliability

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
        tag("desc", {"id": f"{name}-desc"}, captions.reliability(found)),
        *_frame(),
        *_band(found),
        *_curve(found),
        *_histogram(found),
    )


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
    apart = captions.outside(found)
    for said, (x, y) in zip(found.said, points, strict=True):
        if said.p in apart:
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

"""
Curves on a grid with logarithmic axes: in text, and as SVG.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Curves = Mapping[str, Sequence[tuple[float, float]]]

MARKS = "o*+x"
COLOURS = ("#1b6ca8", "#c2571a", "#3c7d3c", "#7a4b94")
ACROSS, UP = 12, 5  # characters and lines of a decade
WIDTH, HEIGHT, EDGE = 640, 420, 60  # of the drawing


def slope(points: Sequence[tuple[float, float]]) -> float:
    """
    The exponent of the power of x that y grows with, by least squares on logarithms.

    >>> round(slope([(1, 3), (10, 300), (100, 30000)]), 6)
    2.0
    """
    xs, ys = ([math.log10(value) for value in column] for column in zip(*points, strict=True))
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    across = sum((one - x) ** 2 for one in xs)
    return sum((one - x) * (other - y) for one, other in zip(xs, ys, strict=True)) / across


def text(curves: Curves, *, x: str, y: str) -> str:
    """
    The curves as text; where two meet stands the mark of the later one.

    Args:
        curves: The points of each, all above 0.
        x: What goes to the right.
        y: What goes up.
    """
    left, right = _decades(px for points in curves.values() for px, _ in points)
    low, high = _decades(py for points in curves.values() for _, py in points)
    lines = (high - low) * UP + 1
    grid = [[" "] * ((right - left) * ACROSS + 1) for _ in range(lines)]
    for at in range(lines):
        for over in range(0, len(grid[at]), ACROSS):
            grid[at][over] = "+" if at % UP == 0 else "|"
        if at % UP == 0:
            grid[at] = ["-" if one == " " else one for one in grid[at]]
    for mark, points in zip(MARKS, curves.values(), strict=False):
        for px, py in points:
            at = round((high - math.log10(py)) * UP)
            grid[at][round((math.log10(px) - left) * ACROSS)] = mark
    shown = [
        f"{f'{10.0 ** (high - at // UP):g}' if at % UP == 0 else '':>8} {''.join(row)}"
        for at, row in enumerate(grid)
    ]
    ticks = "".join(f"{f'1e{decade}':<{ACROSS}}" for decade in range(left, right + 1))
    legend = ", ".join(f"{mark} {name}" for mark, name in zip(MARKS, curves, strict=False))
    return "\n".join([f"{y} against {x}: {legend}", *shown, f"{'':>8} {ticks}".rstrip()])


def svg(curves: Curves, *, x: str, y: str) -> str:
    """
    The same as a drawing.
    """
    left, right = _decades(px for points in curves.values() for px, _ in points)
    low, high = _decades(py for points in curves.values() for _, py in points)

    def across(value: float) -> float:
        return EDGE + (value - left) / (right - left) * (WIDTH - 2 * EDGE)

    def down(value: float) -> float:
        return HEIGHT - EDGE - (value - low) / (high - low) * (HEIGHT - 2 * EDGE)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        "<style>text { font: 12px sans-serif }</style>",
        f"<title>{escape(y)} against {escape(x)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for decade in range(left, right + 1):
        at = across(decade)
        parts.append(_line(at, down(low), at, down(high)))
        parts.append(_words(at, down(low) + 18, f"1e{decade}", "middle"))
    for decade in range(low, high + 1):
        at = down(decade)
        parts.append(_line(across(left), at, across(right), at))
        parts.append(_words(EDGE - 8, at + 4, f"{10.0**decade:g}", "end"))
    for number, (colour, (name, points)) in enumerate(zip(COLOURS, curves.items(), strict=False)):
        places = [(across(math.log10(px)), down(math.log10(py))) for px, py in points]
        route = " ".join(f"{px:.1f},{py:.1f}" for px, py in places)
        parts.append(f'<polyline points="{route}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.5" fill="{colour}"/>' for px, py in places
        ]
        parts.append(_words(EDGE + 12, EDGE + 18 + 18 * number, name, "start", colour))
    parts.append(_words(WIDTH / 2, HEIGHT - 16, x, "middle"))
    parts.append(_words(EDGE - 8, EDGE - 16, y, "start"))
    return "\n".join([*parts, "</svg>", ""])


def _decades(values: Iterable[float]) -> tuple[int, int]:
    """
    The powers of ten around some values, at least one apart.
    """
    logs = [math.log10(value) for value in values]
    low = math.floor(min(logs) + 1e-9)
    return low, max(math.ceil(max(logs) - 1e-9), low + 1)


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#d8d8d8"/>'


def _words(x: float, y: float, words: str, anchor: str, colour: str = "#333333") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(words)}</text>"
    )

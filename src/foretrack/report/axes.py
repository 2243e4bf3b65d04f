"""
The axes of drawings, whatever they are drawn with: where figures and days lie from 0 to 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from foretrack.core.dossier import Window
    from foretrack.core.scorecard import Group


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
            at = place(begin.replace(year=year), begin, end)
            # a label that would run out of the strip is left out
            ticks.append((at, f"{year}" if at < 0.94 else ""))
    return begin, end, Axis(tuple(ticks), marked=(place(as_of, begin, end), f"today, {as_of}"))


def place(day: date, begin: date, end: date) -> float:
    """
    Where a day is between two others, from 0 to 1.
    """
    return (day - begin).days / ((end - begin).days or 1)

"""
Several forecasts by one source on one question, cut into the time that each one stood.

A forecast stands from its day until the next one, and the last one until ``end``, which does not
belong to it: the day of the event, the day of impossibility, or the day after the window closed.
A forecast dated on or after ``end`` is late; the caller counts it and leaves it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from foretrack.core.rules import probability
from foretrack.core.vocabulary import Updates
from foretrack.errors import NothingResolved, OutOfRange

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Segment:
    """
    One forecast and the days it stood: from ``start`` up to, not including, ``end``.

    Attributes:
        p: Probability of "yes", 0 to 1.
    """

    p: float
    start: date
    end: date

    @property
    def days(self) -> int:
        """
        Number of days; 0 when another forecast of the same day took its place.
        """
        return (self.end - self.start).days


def segments(stances: Sequence[tuple[date, float]], *, end: date) -> list[Segment]:
    """
    The forecasts in the order of their days, each with the time that it stood.

    Every forecast has its segment: of several on one day the one given last stands, the others
    have no days.  The segments do not overlap and add up to the time from the first forecast to
    the end.

    Args:
        stances: Day and probability of each forecast, in any order.
        end: The first day on which no forecast counts any more.

    Returns:
        One segment for each forecast, by day.

    Raises:
        OutOfRange: A forecast is dated on or after the end, or is no probability.

    >>> days = [(date(2024, 1, 1), 0.2), (date(2024, 1, 11), 0.6)]
    >>> [(part.p, part.days) for part in segments(days, end=date(2024, 1, 31))]
    [(0.2, 10), (0.6, 20)]
    """
    ordered = sorted(stances, key=itemgetter(0))
    if ordered and ordered[-1][0] >= end:
        late = ordered[-1][0]
        raise OutOfRange(f"a forecast of {late} is late: nothing counts from {end} on")
    starts = [day for day, _ in ordered]
    return [
        Segment(probability(p), start, stop)
        for (_, p), (start, stop) in zip(ordered, pairwise([*starts, end]), strict=True)
    ]


def weights(parts: Sequence[Segment], *, updates: Updates = Updates.TIME) -> list[Fraction]:
    """
    What each segment counts for.

    Args:
        parts: The segments of one source on one question.
        updates: The rule.

    Returns:
        One weight for each segment, no unit, 0 to 1.  They sum to exactly 1, except under
        ``each``, where every one is 1.

    Raises:
        NothingResolved: There is no segment.

    >>> days = [(date(2024, 1, 1), 0.2), (date(2024, 1, 11), 0.6)]
    >>> weights(segments(days, end=date(2024, 1, 31)))
    [Fraction(1, 3), Fraction(2, 3)]
    """
    if not parts:
        raise NothingResolved("no forecast stood for any time")
    if updates is Updates.TIME:
        total = sum(part.days for part in parts)
        return [Fraction(part.days, total) for part in parts]
    if updates is Updates.EACH:
        return [Fraction(1)] * len(parts)
    kept = 0 if updates is Updates.FIRST else len(parts) - 1
    return [Fraction(int(place == kept)) for place in range(len(parts))]


def coverage(parts: Sequence[Segment], *, opens: date, closes: date) -> Fraction:
    """
    Share of the window's life during which a forecast of the source stood.

    The window's life is its days up to the end of the segments: an event ends it early, and the
    days after that are nobody's to cover.  Days before the window opens do not count.

    Args:
        parts: The segments of one source on one question.
        opens: First day of the window.
        closes: Last day of the window; it belongs to the window.

    Returns:
        The share, no unit, 0 to 1.  1 when the event ended the window before its first day was
        over, because no day was missed; 0 without a segment.

    >>> parts = segments([(date(2024, 1, 11), 0.2)], end=date(2024, 1, 31))
    >>> coverage(parts, opens=date(2024, 1, 1), closes=date(2024, 12, 31))
    Fraction(2, 3)
    """
    if not parts:
        return Fraction(0)
    over = min(parts[-1].end, closes + timedelta(days=1))
    life = (over - opens).days
    if life <= 0:
        return Fraction(1)
    stood = (over - max(parts[0].start, opens)).days
    return Fraction(max(stood, 0), life)

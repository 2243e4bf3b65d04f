"""
Do events happen as often as they were said to?  Tables, hit rates, and the isotonic fit.

Everything here follows from a tally.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, Final

from foretrack.core.levels import BINS, Levels, Sums, fraction
from foretrack.core.places import UNIT
from foretrack.core.pooling import pool
from foretrack.core.uncertainty import wilson
from foretrack.errors import NothingResolved, OutOfRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foretrack.core.tally import Level, Tally, Weight

FEWEST_FOR_A_VERDICT: Final = 10
"""
Below this many forecasts a hit rate says nothing about a phrase.
"""


@dataclass(frozen=True, slots=True)
class Block:
    """
    A step of the isotonic fit: forecasts from ``low`` to ``high`` came true this often.

    Attributes:
        value: events/n, the recalibrated probability, 0 to 1.
    """

    low: float
    high: float
    n: Weight
    events: Weight
    value: float


@dataclass(frozen=True, slots=True)
class Row:
    """
    A row of a calibration table: forecasts from ``low`` up to ``high``.

    Attributes:
        mean_probability: What was said, 0 to 1.
        observed: The share that came true, 0 to 1.
        wilson: 95% interval of that share, unless another level was asked for.
    """

    low: float
    high: float
    n: Weight
    events: Weight
    mean_probability: float
    observed: float
    wilson: tuple[float, float]


@dataclass(frozen=True, slots=True)
class HitRate:
    """
    How often what was said with one phrase came true.

    Attributes:
        share: events/n, 0 to 1.
        wilson: Interval of the share.
        meets_band: Whether the interval and the lexicon's band have a point in common; None when
            there are too few to say.
    """

    n: Weight
    events: Weight
    share: float
    wilson: tuple[float, float]
    meets_band: bool | None


def isotonic(levels: Sequence[Level]) -> list[Block]:
    """
    The non-decreasing curve that is closest to the outcomes: pool adjacent violators.

    It is the best recalibration of the forecasts under every proper score at once.  Shares are
    compared exactly, as fractions, so that ties pool whatever the size of the counts.

    Args:
        levels: Counts by probability, lowest first, as ``Tally.levels`` gives them.

    Returns:
        The steps, with strictly increasing values.

    Source:
        Ayer, M., Brunk, H. D., Ewing, G. M., Reid, W. T. & Silverman, E. (1955). An empirical
        distribution function for sampling with incomplete information. Annals of Mathematical
        Statistics 26(4), 641-647.

    >>> from foretrack.core.tally import Level
    >>> [block.value for block in isotonic([Level(0.2, 2, 1), Level(0.4, 2, 0), Level(0.9, 1, 1)])]
    [0.25, 1.0]
    """
    blocks = []
    place = 0
    for size, n, events in pool([one.n for one in levels], [one.events for one in levels]):
        low, high = levels[place].p, levels[place + size - 1].p
        blocks.append(Block(low, high, n, events, float(Fraction(events) / n)))
        place += size
    return blocks


def by_bin(counted: Tally | Levels, *, level: float = 0.95) -> list[Row]:
    """
    The calibration table in ten bins [k/10, (k + 1)/10), the last one closed.

    Empty bins are left out; the n of the others add up to that of all.

    Args:
        counted: The forecasts.
        level: Confidence level of the intervals, above 0 and below 1.
    """
    if not isinstance(counted, Levels):
        counted = counted.whole
    scale = counted.scale
    return [_row(at / BINS, (at + 1) / BINS, sums, scale, level=level) for at, sums in counted.bins]


def by_value(tally: Tally, *, level: float = 0.95) -> list[Row]:
    """
    The calibration table with a row for each distinct probability, lowest first.

    Args:
        tally: The forecasts.
        level: Confidence level of the intervals, above 0 and below 1.
    """
    whole = tally.whole
    return [
        _row(p / UNIT, p / UNIT, Sums(n, k, n * p, n * p * p, k * p), whole.scale, level=level)
        for p, n, k in zip(whole.places, whole.ns, whole.hits, strict=True)
    ]


def hit_rate(
    events: Weight, n: Weight, *, band: tuple[float, float] | None = None, level: float = 0.95
) -> HitRate:
    """
    How often what was said with one phrase came true, beside the phrase's band.

    It counts in the claim's own frame: whether what was called unlikely happened.

    Args:
        events: How many claims came true.
        n: How many there were, one for each question.
        band: The lexicon's lowest and highest probability for the phrase, if it knows it.
        level: Confidence level, above 0 and below 1.

    Raises:
        NothingResolved: n is 0.
        OutOfRange: events are not between 0 and n, or the level is not between 0 and 1.

    >>> hit_rate(1, 12, band=(0.1, 0.3)).meets_band, hit_rate(9, 12, band=(0.1, 0.3)).meets_band
    (True, False)
    """
    interval = wilson(events, n, level=level)
    if not n:
        raise NothingResolved("no claim with this phrase has an outcome")
    meets = None
    if band is not None and n >= FEWEST_FOR_A_VERDICT:
        meets = interval[0] <= band[1] and band[0] <= interval[1]
    return HitRate(n, events, float(Fraction(events) / n), interval, meets)


def bin_of(p: float) -> int:
    """
    The bin of a probability: 0 for [0, 0.1), ... 9 for [0.9, 1.0].

    Counted in decimal, because 0.3, 0.6 and 0.7 are no multiples of the double 0.1.

    Raises:
        OutOfRange: p is below 0, above 1 or not a number.

    >>> [bin_of(p) for p in (0.0, 0.3, 0.6, 0.7, 0.1 + 0.2, 0.29999, 1.0)]
    [0, 3, 6, 7, 3, 2, 9]
    """
    if not 0.0 <= p <= 1.0:
        raise OutOfRange(f"probability {p!r} is not between 0 and 1")
    return min(round(p * UNIT) // (UNIT // BINS), BINS - 1)


def binned(levels: Iterable[Level]) -> list[tuple[int, list[Level]]]:
    """
    The levels of each bin that has any, lowest first.
    """
    return [
        (place, list(members)) for place, members in groupby(levels, lambda level: bin_of(level.p))
    ]


def _row(low: float, high: float, sums: Sums, scale: int, *, level: float) -> Row:
    n, events = fraction(sums.n, scale), fraction(sums.k, scale)
    said = sums.np / (UNIT * sums.n)
    return Row(low, high, n, events, said, sums.k / sums.n, wilson(events, n, level=level))

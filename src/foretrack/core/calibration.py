"""
Do events happen as often as they were said to?  Tables, the isotonic fit, and decompositions.

Everything here follows from a tally.  A decomposition of the empty tally is an error
(``NothingResolved``), never a row of zeros.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, Final

from foretrack.core.rules import DECIMALS, clipped
from foretrack.core.tally import Level
from foretrack.core.uncertainty import wilson
from foretrack.errors import NothingResolved, OutOfRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foretrack.core.tally import Tally, Weight

BINS: Final = 10
FEWEST_FOR_A_VERDICT: Final = 10
"""
Below this many forecasts a hit rate says nothing about a phrase.
"""


class Rule(StrEnum):
    """
    The score that is decomposed.
    """

    BRIER = "brier"
    LOG = "log"


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
class Corp:
    """
    A mean score in three parts: score = mcb - dsc + unc.

    Attributes:
        score: The mean score, smaller is better; infinite when ``mcb`` is.
        mcb: Miscalibration, 0 or more, smaller is better: what recalibration would save.  It is
            biased upward in small samples.
        dsc: Discrimination, 0 to ``unc``, larger is better.
        unc: Uncertainty of the events themselves: the score of always saying the base rate.
    """

    score: float
    mcb: float
    dsc: float
    unc: float


@dataclass(frozen=True, slots=True)
class Murphy:
    """
    A mean Brier score in parts: brier = rel - res + unc + wbv - 2 wbc.

    Attributes:
        rel: Reliability, 0 to 1, smaller is better.
        res: Resolution, 0 to ``unc``, larger is better.
        unc: Uncertainty, 0 to 1/4.
        wbv: Variance of the probabilities within the bins; 0 on distinct values.
        wbc: Covariance of probabilities and outcomes within the bins; 0 on distinct values.  It
            enters twice.  Where others fold the 2 into the term, this is half of theirs.
    """

    rel: float
    res: float
    unc: float
    wbv: float = 0.0
    wbc: float = 0.0


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

    >>> [block.value for block in isotonic([Level(0.2, 2, 1), Level(0.4, 2, 0), Level(0.9, 1, 1)])]
    [0.25, 1.0]
    """
    blocks = []
    place = 0
    for size, n, events in pool([level.n for level in levels], [level.events for level in levels]):
        low, high = levels[place].p, levels[place + size - 1].p
        blocks.append(Block(low, high, n, events, float(Fraction(events) / n)))
        place += size
    return blocks


def pool(ns: Iterable[Weight], events: Iterable[Weight]) -> list[tuple[int, Weight, Weight]]:
    """
    The bare pooling of ``isotonic``: for each step its number of levels, n and events.
    """
    sizes: list[int] = []
    totals: list[Weight] = []
    hits: list[Weight] = []
    for level_n, level_events in zip(ns, events, strict=True):
        size, n, k = 1, level_n, level_events
        while sizes and hits[-1] * n >= k * totals[-1]:
            size += sizes.pop()
            n += totals.pop()
            k += hits.pop()
        sizes.append(size)
        totals.append(n)
        hits.append(k)
    return list(zip(sizes, totals, hits, strict=True))


def corp(tally: Tally, *, rule: Rule = Rule.BRIER, clip: float | None = None) -> Corp:
    """
    Miscalibration, discrimination and uncertainty of a mean score, by the isotonic fit.

    With S(p) the mean score as given, S(c) after isotonic recalibration and S(b) of always saying
    the base rate: mcb = S(p) - S(c), dsc = S(b) - S(c), unc = S(b).  Nothing is binned.  A log
    score that is infinite has an infinite mcb; dsc and unc stay finite.

    Args:
        tally: The forecasts.
        rule: The score.
        clip: Under the log score, move p into [clip, 1 - clip] first; above 0, at most 0.5.

    Raises:
        NothingResolved: The tally is empty.
        OutOfRange: clip is not above 0 and at most 0.5.

    Source:
        Dimitriadis, T., Gneiting, T. & Jordan, A. I. (2021). Stable reliability diagrams for
        probabilistic classifiers. PNAS 118(8), e2016191118.

    >>> from foretrack.core.tally import Tally
    >>> parts = corp(Tally.of([(0.2, 1), (0.4, 0), (0.9, 1)]))
    >>> round(parts.mcb, 4), round(parts.dsc, 4), round(parts.unc, 4)
    (0.1033, 0.0556, 0.2222)
    """
    levels = tally.levels()
    if clip is not None and rule is Rule.LOG:
        levels = _clipped(levels, clip)
    base, n = tally.base_rate, tally.n
    blocks = isotonic(levels)
    excess, gain = (_brier_excess, _brier_gain) if rule is Rule.BRIER else (_log_excess, _log_gain)
    # Both are sums of parts that cannot be negative in total; rounding must not make them so.
    mcb = max(math.fsum(excess(levels, blocks)) / n, 0.0)
    dsc = max(math.fsum(block.n * gain(block.value, base) for block in blocks) / n, 0.0)
    unc = base * (1.0 - base) if rule is Rule.BRIER else _entropy(base)
    return Corp(mcb - dsc + unc, mcb, dsc, unc)


def murphy(tally: Tally) -> Murphy:
    """
    Reliability, resolution and uncertainty of the mean Brier score, on distinct probabilities.

    Means little when nearly every forecast has a probability of its own: then every one is
    perfectly resolved.

    Raises:
        NothingResolved: The tally is empty.

    Source:
        Murphy, A. H. (1973). A new vector partition of the probability score. Journal of Applied
        Meteorology 12(4), 595-600.
    """
    return _murphy([[level] for level in tally.levels()], tally)


def murphy_10(tally: Tally) -> Murphy:
    """
    Murphy's parts in ten bins [k/10, (k + 1)/10), the last one closed, and what binning leaves out.

    With the two terms within the bins the sum is exactly the mean Brier score.

    Raises:
        NothingResolved: The tally is empty.

    Source:
        Stephenson, D. B., Coelho, C. A. S. & Jolliffe, I. T. (2008). Two extra components in the
        Brier score decomposition. Weather and Forecasting 23(4), 752-757.
    """
    return _murphy([members for _, members in _binned(tally.levels())], tally)


def by_bin(tally: Tally, *, level: float = 0.95) -> list[Row]:
    """
    The calibration table in ten bins [k/10, (k + 1)/10), the last one closed.

    Empty bins are left out; the n of the others add up to the tally's.

    Args:
        tally: The forecasts.
        level: Confidence level of the intervals, above 0 and below 1.
    """
    return [
        _row(place / BINS, (place + 1) / BINS, members, level)
        for place, members in _binned(tally.levels())
    ]


def by_value(tally: Tally, *, level: float = 0.95) -> list[Row]:
    """
    The calibration table with a row for each distinct probability, lowest first.

    Args:
        tally: The forecasts.
        level: Confidence level of the intervals, above 0 and below 1.
    """
    return [_row(one.p, one.p, [one], level) for one in tally.levels()]


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
    return min(round(p * 10**DECIMALS) // (10**DECIMALS // BINS), BINS - 1)


def _binned(levels: Iterable[Level]) -> list[tuple[int, list[Level]]]:
    return [
        (place, list(members)) for place, members in groupby(levels, lambda level: bin_of(level.p))
    ]


def _clipped(levels: Iterable[Level], clip: float) -> list[Level]:
    return [
        Level(p, *map(sum, zip(*((n, events) for _, n, events in members), strict=True)))
        for p, members in groupby(
            (Level(clipped(p, clip), n, events) for p, n, events in levels), lambda level: level.p
        )
    ]


def _pooled(levels: Sequence[Level]) -> tuple[Weight, float, float]:
    """
    How many there are, their mean probability, and the share that came true.
    """
    n = sum(level.n for level in levels)
    events = sum(level.events for level in levels)
    said = levels[0].p if len(levels) == 1 else math.fsum(one.n * one.p for one in levels) / n
    return n, said, float(Fraction(events) / n)


def _row(low: float, high: float, members: Sequence[Level], level: float) -> Row:
    n, said, observed = _pooled(members)
    events = sum(member.events for member in members)
    return Row(low, high, n, events, said, observed, wilson(events, n, level=level))


def _murphy(bins: Iterable[Sequence[Level]], tally: Tally) -> Murphy:
    base, n = tally.base_rate, tally.n
    rel, res, wbv, wbc = [], [], [], []
    for members in bins:
        size, said, observed = _pooled(members)
        rel.append(size * (said - observed) ** 2)
        res.append(size * (observed - base) ** 2)
        for p, count, events in members:
            wbv.append(count * (p - said) ** 2)
            wbc.append((p - said) * (events - count * observed))
    return Murphy(
        rel=math.fsum(rel) / n,
        res=math.fsum(res) / n,
        unc=base * (1.0 - base),
        wbv=math.fsum(wbv) / n,
        wbc=math.fsum(wbc) / n,
    )


def _recalibrated(levels: Sequence[Level], blocks: Iterable[Block]) -> Iterable[float]:
    place = 0
    for block in blocks:
        while place < len(levels) and levels[place].p <= block.high:
            place += 1
            yield block.value


def _brier_excess(levels: Sequence[Level], blocks: Iterable[Block]) -> Iterable[float]:
    # (p - y)² - (c - y)², summed over the outcomes of a level.
    for (p, n, events), c in zip(levels, _recalibrated(levels, blocks), strict=True):
        yield (p - c) * (n * (p + c) - 2 * events)


def _brier_gain(c: float, base: float) -> float:
    return (c - base) ** 2


def _log_excess(levels: Sequence[Level], blocks: Iterable[Block]) -> Iterable[float]:
    for (p, n, events), c in zip(levels, _recalibrated(levels, blocks), strict=True):
        if (events and p == 0.0) or (events != n and p == 1.0):
            yield math.inf
            continue
        if events:
            yield events * math.log(c / p)
        if events != n:
            yield (n - events) * (math.log1p(-c) - math.log1p(-p))


def _log_gain(c: float, base: float) -> float:
    yes = c * math.log(c / base) if c > 0.0 else 0.0
    no = (1.0 - c) * (math.log1p(-c) - math.log1p(-base)) if c < 1.0 else 0.0
    return yes + no


def _entropy(base: float) -> float:
    if base in (0.0, 1.0):
        return 0.0
    return -base * math.log(base) - (1.0 - base) * math.log1p(-base)

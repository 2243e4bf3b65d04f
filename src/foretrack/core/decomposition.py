"""
A mean score in parts: how far miscalibration adds to it, and how far discrimination takes from it.

Everything here follows from a tally.  A decomposition of the empty tally is an error
(``NothingResolved``), never a row of zeros.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from foretrack.core.calibration import Block, binned, isotonic, pooled
from foretrack.core.rules import clipped
from foretrack.core.tally import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foretrack.core.tally import Tally


class Rule(StrEnum):
    """
    The score that is decomposed.
    """

    BRIER = "brier"
    LOG = "log"


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
    return _murphy([members for _, members in binned(tally.levels())], tally)


def _clipped(levels: Iterable[Level], clip: float) -> list[Level]:
    return [
        Level(p, *map(sum, zip(*((n, events) for _, n, events in members), strict=True)))
        for p, members in groupby(
            (Level(clipped(p, clip), n, events) for p, n, events in levels), lambda level: level.p
        )
    ]


def _murphy(bins: Iterable[Sequence[Level]], tally: Tally) -> Murphy:
    base, n = tally.base_rate, tally.n
    rel, res, wbv, wbc = [], [], [], []
    for members in bins:
        size, said, observed = pooled(members)
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

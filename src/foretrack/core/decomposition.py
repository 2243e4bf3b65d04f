"""
A mean score in parts: how far miscalibration adds to it, and how far discrimination takes from it.

Everything here follows from counts by probability.  A decomposition of nothing is an error
(``NothingResolved``), never a row of zeros.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from foretrack.core.levels import Levels
from foretrack.core.luck import excess, variance
from foretrack.core.places import SQUARE, UNIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foretrack.core.tally import Tally

_EXACT_STEPS: Final = 100  # so many fractions are added exactly before floats take over


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


def corp(counted: Tally | Levels, *, rule: Rule = Rule.BRIER, clip: float | None = None) -> Corp:
    """
    Miscalibration, discrimination and uncertainty of a mean score, by the isotonic fit.

    With S(p) the mean score as given, S(c) after isotonic recalibration and S(b) of always saying
    the base rate: mcb = S(p) - S(c), dsc = S(b) - S(c), unc = S(b).  Nothing is binned.  A log
    score that is infinite has an infinite mcb; dsc and unc stay finite.

    Args:
        counted: The forecasts.
        rule: The score.
        clip: Under the log score, move p into [clip, 1 - clip] first; above 0, at most 0.5.

    Raises:
        NothingResolved: There are none.
        OutOfRange: clip is not above 0 and at most 0.5.

    Source:
        Dimitriadis, T., Gneiting, T. & Jordan, A. I. (2021). Stable reliability diagrams for
        probabilistic classifiers. PNAS 118(8), e2016191118.

    >>> from foretrack.core.tally import Tally
    >>> parts = corp(Tally.of([(0.2, 1), (0.4, 0), (0.9, 1)]))
    >>> round(parts.mcb, 4), round(parts.dsc, 4), round(parts.unc, 4)
    (0.1033, 0.0556, 0.2222)
    """
    levels = Levels.of(counted)
    if rule is Rule.BRIER:
        return _of_brier(levels)
    log = levels.log_score(clip=clip)
    steps = levels.steps if clip is None else levels.clipped_steps(clip)
    return _of_log(log, steps, levels)


def _of_brier(levels: Levels) -> Corp:
    n, k, score = levels.n, levels.events, levels.total.brier
    steps = levels.steps
    if len(steps) <= _EXACT_STEPS:
        fitted = sum((Fraction(hits * (size - hits), size) for size, hits in steps), Fraction(0))
        mcb = float((Fraction(score, SQUARE) - fitted) / n)
        dsc = float((Fraction(k * (n - k), n) - fitted) / n)
    else:
        mcb = excess(score, steps, n)
        dsc = max(k * (n - k) / (n * n) - variance(steps, n), 0.0)
    return Corp(levels.brier, mcb, dsc, k * (n - k) / (n * n))


def _of_log(log: float, steps: Sequence[tuple[int, int]], levels: Levels) -> Corp:
    n, events = levels.n, levels.events
    base = events / n
    fitted = levels.mean(_entropies(steps, levels))
    gain = levels.mean(levels.share(size) * _gain(k / size, base) for size, k in steps)
    unc = levels.mean(_entropies([(n, events)], levels))
    return Corp(log, max(log - fitted, 0.0), max(gain, 0.0), unc)


def _entropies(steps: Iterable[tuple[int, int]], levels: Levels) -> Iterable[float]:
    for n, k in steps:
        if 0 < k < n:
            yield -levels.share(k) * math.log(k / n)
            yield -levels.share(n - k) * math.log((n - k) / n)


def _gain(c: float, base: float) -> float:
    yes = c * math.log(c / base) if c > 0.0 else 0.0
    no = (1.0 - c) * (math.log1p(-c) - math.log1p(-base)) if c < 1.0 else 0.0
    return yes + no


def murphy(counted: Tally | Levels) -> Murphy:
    """
    Reliability, resolution and uncertainty of the mean Brier score, on distinct probabilities.

    Means little when nearly every forecast has a probability of its own: then every one is
    perfectly resolved.

    Raises:
        NothingResolved: There are no forecasts.

    Source:
        Murphy, A. H. (1973). A new vector partition of the probability score. Journal of Applied
        Meteorology 12(4), 595-600.
    """
    levels = Levels.of(counted)
    unc = levels.events * (levels.n - levels.events) / (levels.n * levels.n)
    within = levels.within()
    return Murphy(max(levels.brier - within, 0.0), max(unc - within, 0.0), unc)


def murphy_10(counted: Tally | Levels) -> Murphy:
    """
    Murphy's parts in ten bins [k/10, (k + 1)/10), the last one closed, and what binning leaves out.

    With the two terms within the bins the sum is exactly the mean Brier score.

    Raises:
        NothingResolved: There are no forecasts.

    Source:
        Stephenson, D. B., Coelho, C. A. S. & Jolliffe, I. T. (2008). Two extra components in the
        Brier score decomposition. Weather and Forecasting 23(4), 752-757.
    """
    levels = Levels.of(counted)
    n, base = levels.n, levels.base_rate
    rel, res, wbv, wbc = [], [], [], []
    for _, sums in levels.bins:
        size = levels.share(sums.n)
        off = (sums.np - UNIT * sums.k) / (UNIT * sums.n)
        rel.append(size * off * off)
        res.append(size * (sums.k / sums.n - base) ** 2)
        wbv.append((sums.n * sums.npp - sums.np**2) / (SQUARE * sums.n * n))
        wbc.append((sums.n * sums.kp - sums.np * sums.k) / (UNIT * sums.n * n))
    unc = levels.events * (n - levels.events) / (n * n)
    return Murphy(levels.mean(rel), levels.mean(res), unc, math.fsum(wbv), math.fsum(wbc))

"""
Is a source calibrated, and which way is it off?  Tests and estimates, each with its limits.

``in_the_large`` asks whether events are as frequent as said, ``slope`` whether probabilities are
too extreme, ``miscalibration`` whether the CORP miscalibration is more than luck.  No verdict on
calibration should be given below 50 forecasts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from foretrack.core.calibration import pool
from foretrack.core.decomposition import corp
from foretrack.core.rules import clipped, probability
from foretrack.core.uncertainty import logit
from foretrack.errors import NothingResolved, OutOfRange

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

    from foretrack.core.tally import Level, Tally, Weight

LARGEST_EXACT: Final = 200
"""
Up to so many forecasts the distribution of the number of events is computed exactly.
"""


class NotEstimable(StrEnum):
    """
    Why a slope has no value.
    """

    CERTAIN = "a probability of exactly 0 or 1"
    ONE_VALUE = "fewer than two distinct probabilities"
    ONE_OUTCOME = "every outcome the same"
    SEPARATED = "the probabilities separate yes from no"


@dataclass(frozen=True, slots=True)
class InTheLarge:
    """
    Whether events were as frequent as said.

    Attributes:
        difference: Observed share minus mean probability, -1 to 1; above 0 more happened than was
            said.
        p_value: Two-sided and exact, where the counts are whole and there are at most 200.
        z: Where there are more; roughly standard normal for a calibrated source.
    """

    difference: float
    p_value: float | None = None
    z: float | None = None


@dataclass(frozen=True, slots=True)
class Slope:
    """
    Logistic recalibration: logit P(yes) = intercept + value · logit(p).

    Attributes:
        value: 1 is right, below 1 overconfident (too extreme), above 1 underconfident.
        intercept: 0 is right.
        standard_error: Of the value, from the information matrix.
    """

    value: float
    intercept: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class Miscalibration:
    """
    The CORP miscalibration beside what luck alone gives.

    Attributes:
        mcb: Of the Brier score as observed, 0 to 1.
        under_calibration: Its mean if every forecast were exactly right, 0 to 1.
        p_value: (1 + how often luck gave as much)/(1 + resamples), above 0, at most 1.
        resamples: How many were drawn.
    """

    mcb: float
    under_calibration: float
    p_value: float
    resamples: int


def in_the_large(tally: Tally) -> InTheLarge:
    """
    Observed share minus mean probability, and how surprising it is for a calibrated source.

    The number of events of a calibrated source is Poisson-binomial.  Up to 200 forecasts the
    p-value is the exact probability of a number of events that is no more likely than the observed
    one; above, z = sum(y - p)/sqrt(sum p (1 - p)), infinite when only certain forecasts were
    given and one was wrong.  It presumes independent outcomes: count one forecast for each
    question, such as its mean over time.  With fractional counts only the difference is given.

    Raises:
        NothingResolved: The tally is empty.

    Source:
        Hong, Y. (2013). On computing the distribution function for the Poisson binomial
        distribution. Computational Statistics & Data Analysis 59, 41-51.

    >>> from foretrack.core.tally import Tally
    >>> result = in_the_large(Tally.of([(0.5, 1)] * 5))
    >>> result.difference, result.p_value
    (0.5, 0.0625)
    """
    levels = tally.levels()
    n, events = tally.n, tally.events
    if not n:
        raise NothingResolved("no forecast with an outcome to score")
    surplus = math.fsum([float(events), *(-level.n * level.p for level in levels)])
    difference = surplus / n
    if any(level.n.denominator != 1 or level.events.denominator != 1 for level in levels):
        return InTheLarge(difference)
    if n <= LARGEST_EXACT:
        chances = poisson_binomial([level.p for level in levels for _ in range(int(level.n))])
        observed = chances[int(events)]
        # As much slack as rounding needs, so that equally likely numbers count as such.
        as_rare = math.fsum(chance for chance in chances if chance <= observed * (1.0 + 1e-7))
        return InTheLarge(difference, p_value=min(as_rare, 1.0))
    variance = math.fsum(level.n * level.p * (1.0 - level.p) for level in levels)
    if variance == 0.0:
        return InTheLarge(difference, z=math.copysign(math.inf, surplus) if surplus else 0.0)
    return InTheLarge(difference, z=surplus / math.sqrt(variance))


def poisson_binomial(probabilities: Iterable[float]) -> list[float]:
    """
    The distribution of the number of events, of which each happens with its own probability.

    Args:
        probabilities: One for each event, 0 to 1.

    Returns:
        The chance of 0, 1, 2, ... events; they add up to 1.

    >>> poisson_binomial([0.5, 0.5])
    [0.25, 0.5, 0.25]
    """
    chances = [1.0]
    for p in probabilities:
        q = 1.0 - p
        chances = [
            here * q + before * p
            for here, before in zip([*chances, 0.0], [0.0, *chances], strict=True)
        ]
    return chances


def slope(tally: Tally, *, clip: float | None = None) -> Slope | NotEstimable:
    """
    Logistic regression of the outcomes on logit(p), by maximum likelihood.

    Args:
        tally: The forecasts.
        clip: Move p into [clip, 1 - clip] first; above 0, at most 0.5.

    Returns:
        The fit, or why there is none: no finite fit exists in those cases, and a large number
        instead of it would be an accident of when the iteration stopped.

    Raises:
        NothingResolved: The tally is empty.
        OutOfRange: clip is not above 0 and at most 0.5.

    Source:
        Cox, D. R. (1958). Two further applications of a model for binary regression. Biometrika
        45(3/4), 562-565.  For when a fit exists: Albert, A. & Anderson, J. A. (1984). On the
        existence of maximum likelihood estimates in logistic regression models. Biometrika
        71(1), 1-10.

    >>> from foretrack.core.tally import Tally
    >>> slope(Tally.of([(0.2, 0), (0.8, 1)])).value
    'the probabilities separate yes from no'
    """
    levels = tally.levels()
    if clip is not None:
        levels = [level._replace(p=clipped(level.p, clip)) for level in levels]
    reason = _not_estimable(levels, base_rate=tally.base_rate)
    return reason or _fit(levels)


def miscalibration(
    tally: Tally,
    rng: random.Random,
    *,
    resamples: int = 999,
    units: Sequence[Sequence[tuple[float, Weight]]] | None = None,
) -> Miscalibration:
    """
    Whether the CORP miscalibration of the Brier score is more than luck.

    MCB is never negative, so that it is above 0 for a calibrated source too, the more the fewer
    forecasts there are.  Outcomes are drawn as if every forecast were exactly right, and its MCB is
    computed again each time.

    Args:
        tally: The forecasts with their outcomes.
        rng: The random generator; the same seed gives the same result.
        resamples: How many times outcomes are drawn, at least 1.
        units: The forecasts (probability, weight) that share their luck, by question or cluster.
            One number is drawn for each unit, and a forecast comes true when it is above that
            number: each forecast stays calibrated, and those of a unit come true together.  By
            default every forecast is a unit of its own, which needs whole counts.

    Raises:
        NothingResolved: The tally is empty.
        OutOfRange: No resamples, units that are not the tally's forecasts, or none where the
            counts are no whole numbers.

    Source:
        Dimitriadis, T., Gneiting, T. & Jordan, A. I. (2021). Stable reliability diagrams for
        probabilistic classifiers. PNAS 118(8), e2016191118: the resampling under calibration.
        Davison, A. C. & Hinkley, D. V. (1997). Bootstrap Methods and their Application. Cambridge
        University Press: the p-value.
    """
    if resamples < 1:
        raise OutOfRange(f"{resamples} resamples are too few, at least 1 is needed")
    observed = corp(tally).mcb
    levels = tally.levels()
    ps, ns = [level.p for level in levels], [level.n for level in levels]
    places = {p: place for place, p in enumerate(ps)}
    luck = _units(levels, places, units)
    n = tally.n
    as_much, drawn = 0, []
    for _ in range(resamples):
        hits: list[Weight] = [0] * len(ps)
        for unit in luck:
            number = rng.random()
            for place, weight in unit:
                if number < ps[place]:
                    hits[place] += weight
        mcb = _mcb(ps, ns, hits) / n
        drawn.append(mcb)
        # Rounding alone must not decide between two equal values.
        as_much += mcb >= observed - 1e-12
    return Miscalibration(
        mcb=observed,
        under_calibration=math.fsum(drawn) / resamples,
        p_value=(1 + as_much) / (1 + resamples),
        resamples=resamples,
    )


def _units(
    levels: Sequence[Level],
    places: dict[float, int],
    units: Sequence[Sequence[tuple[float, Weight]]] | None,
) -> list[list[tuple[int, Weight]]]:
    if units is None:
        if any(level.n.denominator != 1 for level in levels):
            raise OutOfRange("forecasts with fractional weights need their units")
        return [[(places[p], 1)] for p, n, _ in levels for _ in range(int(n))]
    totals: list[Weight] = [0] * len(levels)
    placed = []
    for unit in units:
        pairs = [(places.get(probability(p)), weight) for p, weight in unit if weight]
        known = [(place, weight) for place, weight in pairs if place is not None]
        if len(known) != len(pairs):
            raise OutOfRange("the units hold probabilities that the tally does not")
        for place, weight in known:
            totals[place] += weight
        placed.append(known)
    if totals != [level.n for level in levels]:
        raise OutOfRange("the units do not add up to the forecasts of the tally")
    return placed


def _mcb(ps: Sequence[float], ns: Sequence[Weight], hits: Sequence[Weight]) -> float:
    parts = []
    place = 0
    for size, n, events in pool(ns, hits):
        c = float(Fraction(events) / n) if isinstance(n, Fraction) else float(events / n)
        for step in range(place, place + size):
            p = ps[step]
            parts.append((p - c) * (ns[step] * (p + c) - 2 * hits[step]))
        place += size
    return max(math.fsum(parts), 0.0)


def _not_estimable(levels: Sequence[Level], *, base_rate: float) -> NotEstimable | None:
    if levels[0].p == 0.0 or levels[-1].p == 1.0:
        return NotEstimable.CERTAIN
    if levels[0].p == levels[-1].p:
        return NotEstimable.ONE_VALUE
    if base_rate in (0.0, 1.0):
        return NotEstimable.ONE_OUTCOME
    yes = [level.p for level in levels if level.events]
    no = [level.p for level in levels if level.events != level.n]
    if yes[0] >= no[-1] or no[0] >= yes[-1]:
        return NotEstimable.SEPARATED
    return None


def _fit(levels: Sequence[Level]) -> Slope:
    counts = [(logit(level.p), float(level.n), float(level.events)) for level in levels]
    lowest, highest = counts[0][0], counts[-1][0]
    n, events = (math.fsum(column) for column in list(zip(*counts, strict=True))[1:])
    intercept, value = logit(events / n), 0.0
    step, tilt, gain, variance = _newton(counts, intercept, value)
    for _ in range(1000):
        if gain <= 1e-20:  # within 1e-10 standard errors of the top
            break
        # Where the step changes any log odds by more than a little it can end where all is flat.
        # Shortened by log(1 + reach)/reach it always improves: Sun & Tran-Dinh (2019),
        # Mathematical Programming 178, 145-213.
        reach = max(abs(step + tilt * lowest), abs(step + tilt * highest))
        if reach < 0.1 or _likelihood(counts, intercept + step, value + tilt) < (
            _likelihood(counts, intercept, value) + gain / 4.0
        ):
            share = math.log1p(reach) / reach
            step, tilt = share * step, share * tilt
        intercept, value = intercept + step, value + tilt
        step, tilt, gain, variance = _newton(counts, intercept, value)
    return Slope(value=value, intercept=intercept, standard_error=math.sqrt(variance))


def _likelihood(
    counts: Iterable[tuple[float, float, float]], intercept: float, value: float
) -> float:
    odds = ((intercept + value * x, n, events) for x, n, events in counts)
    return math.fsum(
        events * odd - n * (max(odd, 0.0) + math.log1p(math.exp(-abs(odd))))
        for odd, n, events in odds
    )


def _newton(
    counts: Iterable[tuple[float, float, float]], intercept: float, value: float
) -> tuple[float, float, float, float]:
    """
    Newton's step for intercept and slope, twice what it promises to gain, the slope's variance.
    """
    rows = []
    for x, n, events in counts:
        odds = intercept + value * x
        away = math.exp(-abs(odds))
        p, q = (1.0, away) if odds >= 0.0 else (away, 1.0)
        left = (events * q - (n - events) * p) / (1.0 + away)
        rows.append((x, n * away / (1.0 + away) ** 2, left))
    total = math.fsum(weight for _, weight, _ in rows)
    # Around the weighted mean the two coefficients do not disturb each other.
    centre = math.fsum(weight * x for x, weight, _ in rows) / total
    spread = math.fsum(weight * (x - centre) ** 2 for x, weight, _ in rows)
    slack = math.fsum(left for _, _, left in rows)
    torque = math.fsum((x - centre) * left for x, _, left in rows)
    tilt = torque / spread
    gain = slack * slack / total + torque * tilt
    return slack / total - tilt * centre, tilt, gain, 1.0 / spread

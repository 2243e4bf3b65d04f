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
from typing import TYPE_CHECKING, Final

from foretrack.core.decomposition import corp
from foretrack.core.levels import Levels
from foretrack.core.places import SQUARE, UNIT
from foretrack.core.rules import clipped, probability
from foretrack.errors import OutOfRange

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

    from foretrack.core.luck import Units
    from foretrack.core.tally import Tally, Weight

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


class Untested(StrEnum):
    """
    Why there is no test of whether events were as frequent as said.
    """

    SHARED = "several forecasts share a question or a cluster"
    WEIGHTED = "forecasts are weighted"


@dataclass(frozen=True, slots=True)
class InTheLarge:
    """
    Whether events were as frequent as said.

    Attributes:
        difference: Observed share minus mean probability, -1 to 1; above 0 more happened than was
            said.
        p_value: Two-sided and exact, where the counts are whole and there are at most 200, or
            where every forecast was certain.
        z: Where there are more; roughly standard normal for a calibrated source.
        untested: Why there is neither.
    """

    difference: float
    p_value: float | None = None
    z: float | None = None
    untested: Untested | None = None


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


def in_the_large(counted: Tally | Levels) -> InTheLarge:
    """
    Observed share minus mean probability, and how surprising it is for a calibrated source.

    The number of events of a calibrated source is Poisson-binomial.  Up to 200 forecasts the
    p-value is the exact probability of a number of events that is no more likely than the observed
    one; above, z = sum(y - p)/sqrt(sum p (1 - p)).  Where every forecast was certain nothing is
    left to chance: the p-value is 1 or 0, whatever their number.  It presumes independent
    outcomes: count one forecast for each question, such as its mean over time.  With
    fractional counts only the difference is given.

    Raises:
        NothingResolved: There are no forecasts.

    Source:
        Hong, Y. (2013). On computing the distribution function for the Poisson binomial
        distribution. Computational Statistics & Data Analysis 59, 41-51.

    >>> from foretrack.core.tally import Tally
    >>> result = in_the_large(Tally.of([(0.5, 1)] * 5))
    >>> result.difference, result.p_value
    (0.5, 0.0625)
    """
    levels = Levels.of(counted)
    if levels.scale != 1:
        return difference(levels, Untested.WEIGHTED)
    surplus = UNIT * levels.events - levels.total.np
    away = surplus / (UNIT * levels.n)
    variance = (UNIT * levels.total.np - levels.total.npp) / SQUARE
    if not variance:
        return InTheLarge(away, p_value=0.0 if surplus else 1.0)
    if levels.n <= LARGEST_EXACT:
        said = zip(levels.probabilities(), levels.ns, strict=True)
        chances = poisson_binomial([p for p, n in said for _ in range(n)])
        observed = chances[levels.events]
        # As much slack as rounding needs, so that equally likely numbers count as such.
        as_rare = math.fsum(chance for chance in chances if chance <= observed * (1.0 + 1e-7))
        return InTheLarge(away, p_value=min(as_rare, 1.0))
    return InTheLarge(away, z=surplus / UNIT / math.sqrt(variance))


def difference(levels: Levels, untested: Untested) -> InTheLarge:
    """
    Observed share minus mean probability, where no test is to be had.
    """
    surplus = UNIT * levels.events - levels.total.np
    return InTheLarge(surplus / (UNIT * levels.n), untested=untested)


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


def slope(counted: Tally | Levels, *, clip: float | None = None) -> Slope | NotEstimable:
    """
    Logistic regression of the outcomes on logit(p), by maximum likelihood.

    Args:
        counted: The forecasts.
        clip: Move p into [clip, 1 - clip] first; above 0, at most 0.5.

    Returns:
        The fit, or why there is none: no finite fit exists in those cases, and a large number
        instead of it would be an accident of when the iteration stopped.

    Raises:
        NothingResolved: There are none.
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
    levels = Levels.of(counted)
    if clip is not None:
        clipped(0.5, clip)
    reason = _not_estimable(levels, clip)
    if reason is not None:
        return reason
    curve = levels.curve(clip=clip)
    return Slope(curve.slope, curve.intercept, 1.0 / math.sqrt(curve.information))


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
    levels = Levels.of(tally)
    if units is None:
        if levels.scale != 1:
            raise OutOfRange("forecasts with fractional weights need their units")
        return resampled(levels, alone(levels), rng, resamples=resamples)
    levels, placed = in_place(levels, units)
    return resampled(levels, placed, rng, resamples=resamples)


def resampled(
    levels: Levels, units: Units, rng: random.Random, *, resamples: int
) -> Miscalibration:
    """
    The same in whole numbers.

    Args:
        levels: The forecasts with their outcomes.
        units: The forecasts (position of the level, weight) that share their luck.
        rng: The random generator.
        resamples: How many times outcomes are drawn, at least 1.
    """
    return beside(levels, levels.drawn(units, rng, resamples=resamples))


def beside(levels: Levels, drawn: Sequence[float]) -> Miscalibration:
    """
    The miscalibration as observed beside what was drawn.

    Args:
        levels: The forecasts with their outcomes.
        drawn: The miscalibration of each draw.
    """
    observed = corp(levels).mcb
    # Rounding alone must not decide between two equal values.
    as_much = sum(mcb >= observed - 1e-12 for mcb in drawn)
    return Miscalibration(
        mcb=observed,
        under_calibration=math.fsum(drawn) / len(drawn),
        p_value=(1 + as_much) / (1 + len(drawn)),
        resamples=len(drawn),
    )


def alone(levels: Levels) -> Units:
    """
    Every forecast as a unit of its own, where they count once each.
    """
    return [[(at, 1)] for at, n in enumerate(levels.ns) for _ in range(n)]


def in_place(
    levels: Levels, units: Iterable[Sequence[tuple[float, Weight]]]
) -> tuple[Levels, Units]:
    """
    The levels in whole numbers that take the weights of the units, and the units by level.

    Args:
        levels: The forecasts.
        units: The same forecasts (probability, weight) by what shares its luck.

    Raises:
        OutOfRange: They are not the same.
    """
    given = [[(p, w) for p, w in unit if w] for unit in units]
    scale = math.lcm(levels.scale, *{w.denominator for unit in given for _, w in unit})
    times = scale // levels.scale
    if times != 1:
        finer = [[n * times for n in column] for column in (levels.ns, levels.hits)]
        levels = Levels(levels.places, *finer, scale=scale)
    places = {p: at for at, p in enumerate(levels.probabilities())}
    totals = [0] * len(levels.places)
    placed = []
    for unit in given:
        known = []
        for p, w in unit:
            at = places[p] if p in places else places.get(probability(p))
            if at is None:
                raise OutOfRange("the units hold probabilities that the tally does not")
            weight = int(w * scale)
            totals[at] += weight
            known.append((at, weight))
        placed.append(known)
    if totals != list(levels.ns):
        raise OutOfRange("the units do not add up to the forecasts of the tally")
    return levels, placed


def _not_estimable(levels: Levels, clip: float | None) -> NotEstimable | None:
    if clip is None and (levels.places[0] == 0 or levels.places[-1] == UNIT):
        return NotEstimable.CERTAIN
    said, ns, hits = levels.said(clip), levels.ns, levels.hits
    if said[0] == said[-1]:
        return NotEstimable.ONE_VALUE
    if levels.events in (0, levels.n):
        return NotEstimable.ONE_OUTCOME
    there = range(len(said))
    first_yes = next(at for at in there if hits[at])
    first_no = next(at for at in there if hits[at] != ns[at])
    last_yes = next(at for at in reversed(there) if hits[at])
    last_no = next(at for at in reversed(there) if hits[at] != ns[at])
    if said[first_yes] >= said[last_no] or said[first_no] >= said[last_yes]:
        return NotEstimable.SEPARATED
    return None

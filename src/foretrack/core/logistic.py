"""
Logistic regression of the outcomes on the log odds of what was said, by maximum likelihood.
"""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING, NamedTuple, Protocol

from foretrack.core.uncertainty import logit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Curve(NamedTuple):
    """
    P(yes) = expit(intercept + slope · x) at log odds x.

    Attributes:
        information: Of the slope: one over its variance.
    """

    intercept: float
    slope: float
    information: float


class Tilt(NamedTuple):
    """
    The sums that a step of Newton's method is made of.

    Attributes:
        total: Of the weights n q (1 - q).
        centre: Weighted mean of the log odds: around it the two coefficients do not disturb each
            other.
        information: Weighted sum of squares around the centre.
        slack: Sum of what the fit leaves of the outcomes.
        torque: The same times the distance from the centre.
    """

    total: float
    centre: float
    information: float
    slack: float
    torque: float


class Walk(Protocol):
    """
    The log odds and counts of some levels.
    """

    def at(self, intercept: float, slope: float) -> Tilt | None:
        """
        The sums at a fit; None where they are out of reach.
        """


class Columns:
    """
    The walk over plain lists.

    Args:
        xs: The log odds.
        ns: Number of forecasts at each.
        hits: How many of them came true.
    """

    def __init__(self, xs: Sequence[float], ns: Sequence[float], hits: Sequence[float]) -> None:
        self.xs = xs
        self.ns = ns
        self.hits = hits

    def at(self, intercept: float, slope: float) -> Tilt | None:
        """
        The sums at a fit.
        """
        xs, ns = self.xs, self.ns
        try:
            fitted = [1.0 / (1.0 + math.exp(-intercept - slope * x)) for x in xs]
        except OverflowError:
            return None
        weights = [n * q * (1.0 - q) for n, q in zip(ns, fitted, strict=True)]
        left = [k - n * q for k, n, q in zip(self.hits, ns, fitted, strict=True)]
        total = math.fsum(weights)
        if not total > 0.0:
            return None
        centre = math.fsum(map(mul, weights, xs)) / total
        away = [x - centre for x in xs]
        turned = list(map(mul, weights, away))
        return Tilt(
            total,
            centre,
            math.fsum(map(mul, turned, away)),
            math.fsum(left),
            math.fsum(map(mul, left, away)),
        )


def settle(walk: Walk) -> Curve | None:
    """
    Newton's steps from "calibrated"; None where they do not settle at once.
    """
    a, b = 0.0, 1.0
    for _ in range(12):
        found = walk.at(a, b)
        if found is None or not found.information > 0.0:
            return None
        tilt = found.torque / found.information
        shift = found.slack / found.total - tilt * found.centre
        if max(abs(tilt), abs(shift)) > 5.0:
            return None
        a, b = a + shift, b + tilt
        if abs(tilt) <= 1e-13 * max(1.0, abs(b)) and abs(shift) <= 1e-12 * max(1.0, abs(a)):
            return Curve(a, b, found.information)
    return None


def climb(counts: Sequence[tuple[float, float, float]]) -> Curve:
    """
    The fit where Newton's steps may go astray, such as nearly separated outcomes.

    Args:
        counts: Log odds, number and events, by increasing log odds; a finite fit must exist.
    """
    lowest, highest = counts[0][0], counts[-1][0]
    n, events = (math.fsum(column) for column in list(zip(*counts, strict=True))[1:])
    intercept, value = logit(events / n), 0.0
    step, tilt, gain, information = _newton(counts, intercept, value)
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
        step, tilt, gain, information = _newton(counts, intercept, value)
    return Curve(intercept, value, information)


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
    Newton's step for intercept and slope, twice what it promises to gain, and the information.
    """
    rows = []
    for x, n, events in counts:
        odds = intercept + value * x
        away = math.exp(-abs(odds))
        p, q = (1.0, away) if odds >= 0.0 else (away, 1.0)
        left = (events * q - (n - events) * p) / (1.0 + away)
        rows.append((x, n * away / (1.0 + away) ** 2, left))
    total = math.fsum(weight for _, weight, _ in rows)
    centre = math.fsum(weight * x for x, weight, _ in rows) / total
    spread = math.fsum(weight * (x - centre) ** 2 for x, weight, _ in rows)
    slack = math.fsum(left for _, _, left in rows)
    torque = math.fsum((x - centre) * left for x, _, left in rows)
    tilt = torque / spread
    gain = slack * slack / total + torque * tilt
    return slack / total - tilt * centre, tilt, gain, spread

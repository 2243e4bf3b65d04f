"""
Moving scores toward their mean by as much as luck explains.
"""

from __future__ import annotations

import math
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def paule_mandel(scores: Sequence[float], variances: Sequence[float]) -> tuple[float, float]:
    """
    The mean of true qualities and their variance tau² by the estimate of Paule and Mandel.

    tau² is what makes the weighted sum of squares around the weighted mean equal to its
    expectation, one less than the number of scores; 0 where it is smaller already.

    Args:
        scores: One for each source.
        variances: Their sampling variances, above 0.

    Returns:
        The mean, weighted by 1/(variance + tau²), and tau², 0 or more.

    Source:
        Paule, R. C. & Mandel, J. (1982). Consensus values and weighting factors. Journal of
        Research of the National Bureau of Standards 87(5), 377-385.

    >>> mean, tau2 = paule_mandel([0.0, 2.0], [1.0, 1.0])
    >>> round(mean, 6), round(tau2, 6)
    (1.0, 1.0)
    """

    def at(tau2: float) -> tuple[float, float, float]:
        weights = [1.0 / (variance + tau2) for variance in variances]
        mean = math.fsum(map(mul, weights, scores)) / math.fsum(weights)
        parts = [
            weight * (score - mean) ** 2 for weight, score in zip(weights, scores, strict=True)
        ]
        excess = math.fsum(parts) - (len(scores) - 1)
        return mean, excess, math.fsum(map(mul, parts, weights))

    tau2 = 0.0
    mean, excess, slope = at(tau2)
    # The sum of squares is convex and falls in tau², so that Newton's steps never go too far.
    for _ in range(200):
        if excess <= 0.0 or not slope:
            break
        following = tau2 + excess / slope
        if following == tau2:
            break
        tau2 = following
        mean, excess, slope = at(tau2)
    return mean, tau2


def squared_errors(variances: Sequence[float], tau2: float) -> list[float]:
    """
    The mean squared error of each shrunk score: known tau², then the mean's and tau²'s own.

    Args:
        variances: The sampling variances, above 0.
        tau2: As ``paule_mandel`` estimates it.

    Source:
        Datta, G. S., Rao, J. N. K. & Smith, D. D. (2005). On measuring the variability of small
        area estimators under a basic area level model. Biometrika 92(1), 183-196.
    """
    weights = [1.0 / (variance + tau2) for variance in variances]
    total = math.fsum(weights)
    of_tau2 = 2.0 * len(weights) / total**2
    errors = []
    for variance, weight in zip(variances, weights, strict=True):
        moved = variance * weight
        error = moved * tau2 + moved * moved / total + 2.0 * moved * moved * weight * of_tau2
        errors.append(min(error, variance))
    return errors

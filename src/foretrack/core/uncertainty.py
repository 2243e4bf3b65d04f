"""
Intervals, and what they stand on.

Own implementations of Student's t and the incomplete beta function, because loading a numerical
library would cost more time than every score together.
"""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from foretrack.errors import OutOfRange

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foretrack.core.tally import Weight

_SAME: Final = 1e-13
"""
Deviations of a score from the mean that are rounding and no variance; probabilities keep twelve
decimals, so that true differences are larger.
"""


def wilson(successes: Weight, n: Weight, *, level: float = 0.95) -> tuple[float, float]:
    """
    Wilson's score interval of a share.

    Args:
        successes: How often it happened, 0 to n.
        n: How often it could have happened; with 0 the interval is all of [0, 1].
        level: Confidence level, above 0 and below 1.

    Returns:
        Lower and upper end, no unit, 0 to 1; a share of 0 keeps the lower end at exactly 0, a
        share of 1 the upper end at exactly 1.

    Raises:
        OutOfRange: n is negative, successes are not between 0 and n, or the level is not between
            0 and 1.

    Source:
        Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
        inference. Journal of the American Statistical Association 22(158), 209-212.

    >>> [round(end, 4) for end in wilson(3, 10)]
    [0.1078, 0.6032]
    """
    if not 0 <= successes <= n:
        raise OutOfRange(f"{successes} of {n} is not a share")
    z = _normal(1.0 - _tail(level))
    if n == 0:
        return 0.0, 1.0
    size = float(n)
    share = float(Fraction(successes) / n)
    denominator = 1.0 + z * z / size
    centre = (share + z * z / (2.0 * size)) / denominator
    half = z * math.sqrt(share * (1.0 - share) / size + z * z / (4.0 * size * size)) / denominator
    low = 0.0 if successes == 0 else max(centre - half, 0.0)
    high = 1.0 if successes == n else min(centre + half, 1.0)
    return low, high


def interval_of_mean(
    groups: Iterable[tuple[int, float, Weight]], *, level: float = 0.95
) -> tuple[float, float] | None:
    """
    Interval of a mean score between 0 and 1, by cluster: Student's t on logit(mean).

    With k clusters, sums S_c of n_c scores, n = sum of n_c and m = sum of S_c / n, the variance of
    m is k/(k - 1) sum (S_c - n_c m)² / n².  The delta method gives the standard error of logit(m),
    sqrt(var)/(m (1 - m)); the quantile has k - 1 degrees of freedom.  With clusters of one it
    is the ordinary t interval of a mean, carried to the logit scale, where it cannot leave 0..1.

    It undercovers with fewer than about 20 clusters, most of all for sources that use few
    probabilities: say so beside it.

    Args:
        groups: For each kind of cluster: how many there are, the sum of the scores in one, and the
            number of scores in it (or their weight).
        level: Confidence level, above 0 and below 1.

    Returns:
        Lower and upper end on the scale of the score, above 0 and below 1.  None where no interval
        can be given: fewer than two clusters, no variance, or a mean of exactly 0 or 1.

    Raises:
        OutOfRange: The level is not between 0 and 1.

    Source:
        Liang, K.-Y. & Zeger, S. L. (1986). Longitudinal data analysis using generalized linear
        models. Biometrika 73(1), 13-22: the variance by cluster, without the k/(k - 1).

    >>> interval = interval_of_mean([(1, 0.04, 1), (1, 0.64, 1), (2, 0.25, 1)])
    >>> [round(end, 4) for end in interval or ()]
    [0.058, 0.7397]
    """
    tail = _tail(level)
    kept = [(times, total, float(n)) for times, total, n in groups if times and n]
    k = sum([times for times, _, _ in kept])
    if k < 2:
        return None
    n = math.fsum([times * size for times, _, size in kept])
    mean = math.fsum([times * total for times, total, _ in kept]) / n
    deviations = [(times, total - size * mean) for times, total, size in kept]
    if not 0.0 < mean < 1.0 or all(
        abs(deviation) <= _SAME * max(1.0, size)
        for (_, deviation), (_, _, size) in zip(deviations, kept, strict=True)
    ):
        return None
    squares = math.fsum([times * deviation**2 for times, deviation in deviations])
    error = math.sqrt(k / (k - 1) * squares) / n / (mean * (1.0 - mean))
    centre = logit(mean)
    reach = student_t(1.0 - tail, k - 1) * error
    return expit(centre - reach), expit(centre + reach)


def n_effective(weights: Iterable[Weight]) -> float:
    """
    Number of equally weighted forecasts that would be as informative: (sum w)²/(sum w²).

    Args:
        weights: One for each forecast, or the sizes of the clusters; not negative.

    Returns:
        The number, 1 to the count of weights above 0; 0 without any.

    Source:
        Kish, L. (1965). Survey Sampling. Wiley.

    >>> n_effective([1, 1, 1, 1]), n_effective([3, 1])
    (4.0, 1.6)
    """
    kept = [(Fraction(weight), times) for weight, times in Counter(weights).items()]
    total = sum(weight * times for weight, times in kept)
    squares = sum(weight * weight * times for weight, times in kept)
    return float(total**2 / squares) if squares else 0.0


def logit(p: float) -> float:
    """
    Log odds of a probability above 0 and below 1.
    """
    return math.log(p) - math.log1p(-p)


def expit(x: float) -> float:
    """
    Probability of log odds, 0 to 1; the inverse of ``logit``.
    """
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    odds = math.exp(x)
    return odds / (1.0 + odds)


@lru_cache(maxsize=64)
def _normal(share: float) -> float:
    """
    Quantile of the normal distribution.
    """
    from statistics import NormalDist  # what a mean has no need of

    return NormalDist().inv_cdf(share)


@lru_cache(maxsize=4096)
def student_t(share: float, df: float) -> float:
    """
    Quantile of Student's t: the value that a share of the distribution lies below.

    Args:
        share: Above 0 and below 1.
        df: Degrees of freedom, above 0.

    Returns:
        The quantile, accurate to ten digits.

    Raises:
        OutOfRange: The share is not between 0 and 1, or df is not above 0.

    Source:
        "Student" (1908). The probable error of a mean. Biometrika 6(1), 1-25.  Computed from the
        incomplete beta function: NIST Digital Library of Mathematical Functions, 8.17.22.

    >>> round(student_t(0.975, 10), 4)
    2.2281
    """
    if not 0.0 < share < 1.0:
        raise OutOfRange(f"share {share!r} is not between 0 and 1")
    if not df > 0.0:
        raise OutOfRange(f"degrees of freedom {df!r} are not above 0")
    if share == 0.5:
        return 0.0
    tail = min(share, 1.0 - share)
    low, high = 0.0, 1.0
    while _t_tail(high, df) > tail:
        low, high = high, high * 2.0
    scale = math.exp(_log_gamma_step(df / 2.0)) / math.sqrt(df * math.pi)
    t = (low + high) / 2.0
    # Newton's steps, kept inside a bracket that shrinks.
    for _ in range(200):
        excess = _t_tail(t, df) - tail
        if excess > 0.0:
            low = t
        else:
            high = t
        density = scale * math.exp(-(df + 1.0) / 2.0 * math.log1p(t * t / df))
        step = excess / density if density > 0.0 else math.inf
        following = t + step if low < t + step < high else (low + high) / 2.0
        if abs(following - t) <= 1e-15 * t:
            break
        t = following
    return t if share > 0.5 else -t


def _t_tail(t: float, df: float) -> float:
    """
    Probability above t, for t above 0.
    """
    a, x = df / 2.0, df / (df + t * t)
    # x^a (1 - x)^(1/2) / B(a, 1/2), without the cancellation that large df would bring.
    front = math.exp(_log_gamma_step(a) - a * math.log1p(t * t / df)) * t
    front /= math.sqrt(math.pi * (df + t * t))
    if x < (a + 1.0) / (a + 2.5):  # where the fraction converges fast
        return 0.5 * front * _beta_fraction(x, a, 0.5) / a
    return 0.5 - front * _beta_fraction(t * t / (df + t * t), 0.5, a)


def _log_gamma_step(a: float) -> float:
    """
    Log of Γ(a + 1/2)/Γ(a), by its asymptotic series where the difference would lose digits.
    """
    if a < 25.0:
        return math.lgamma(a + 0.5) - math.lgamma(a)
    square = a * a
    tail = (
        -1.0 / 8.0 + (1.0 / 192.0 - (1.0 / 640.0 - 17.0 / 14336.0 / square) / square) / square
    ) / a
    return 0.5 * math.log(a) + tail


def _beta_fraction(x: float, a: float, b: float) -> float:
    """
    The continued fraction of the incomplete beta function, by Lentz's method.
    """
    tiny = 1e-300
    d = 1.0 / (1.0 - (a + b) * x / (a + 1.0) or tiny)
    c, fraction = 1.0, d
    for m in range(1, 10_000):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / (1.0 + numerator * d or tiny)
            c = 1.0 + numerator / c or tiny
            fraction *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return fraction


def _tail(level: float) -> float:
    if not 0.0 < level < 1.0:
        raise OutOfRange(f"level {level!r} is not between 0 and 1")
    return (1.0 - level) / 2.0

"""
Scoring rules: one probability and one outcome at a time.

Both rules are negatively oriented (smaller is better) and strictly proper: in expectation no
probability scores better than the true one.  ``p`` is the probability of "yes", ``y`` is 1 when
it happened and 0 when it did not.
"""

from __future__ import annotations

import math
from typing import Final

from foretrack.errors import OutOfRange

DECIMALS: Final = 12
"""
Decimals that a probability is kept to, so that 0.3 and 0.1 + 0.2 are the same forecast.
"""


def probability(value: float) -> float:
    """
    The canonical form of a probability: checked, and rounded to twelve decimals.

    Args:
        value: A probability, no unit, 0 to 1.

    Returns:
        The probability, no unit, 0 to 1; never a negative zero.

    Raises:
        OutOfRange: The value is below 0, above 1 or not a number.

    >>> probability(0.1 + 0.2) == probability(0.3)
    True
    >>> probability(1.2)
    Traceback (most recent call last):
        ...
    foretrack.errors.OutOfRange: probability 1.2 is not between 0 and 1
    """
    if not 0.0 <= value <= 1.0:
        raise OutOfRange(f"probability {value!r} is not between 0 and 1")
    return round(float(value), DECIMALS) + 0.0


def outcome(value: int) -> int:
    """
    The canonical form of an outcome: 0 for "no" or 1 for "yes".

    Raises:
        OutOfRange: The value is anything else, such as 0.5.
    """
    if value not in (0, 1):
        raise OutOfRange(f"outcome {value!r} is neither 0 (no) nor 1 (yes)")
    return int(value)


def brier(p: float, y: int) -> float:
    """
    Brier score of one probability for a yes/no question: (p - y)².

    Smaller is better: 0 is perfect, 1 is worst, 0.25 is what p = 0.5 always gets.  This is half
    of Brier's own sum over both categories, which runs from 0 to 2.

    Args:
        p: Probability of "yes", no unit, 0 to 1.
        y: What happened, 1 for "yes" and 0 for "no".

    Returns:
        The score, no unit, 0 to 1.

    Raises:
        OutOfRange: p is below 0, above 1 or not a number; y is neither 0 nor 1.

    Source:
        Brier, G. W. (1950). Verification of forecasts expressed in terms of probability.
        Monthly Weather Review 78(1), 1-3.

    >>> round(brier(0.2, 1), 4)
    0.64
    """
    return (probability(p) - outcome(y)) ** 2


def log_score(p: float, y: int, *, clip: float | None = None) -> float:
    """
    Logarithmic score of one probability for a yes/no question: -ln of what the outcome was given.

    Smaller is better: 0 is perfect, ln 2 = 0.6931 is what p = 0.5 always gets, and there is no
    upper end: an outcome that was called impossible scores infinity.  It is never clipped unless
    asked for.

    Args:
        p: Probability of "yes", no unit, 0 to 1.
        y: What happened, 1 for "yes" and 0 for "no".
        clip: Move p into [clip, 1 - clip] first; above 0, at most 0.5.

    Returns:
        The score in nats, 0 to infinity.

    Raises:
        OutOfRange: p is below 0, above 1 or not a number; y is neither 0 nor 1; clip is not
            above 0 and at most 0.5.

    Source:
        Good, I. J. (1952). Rational decisions. Journal of the Royal Statistical Society B
        14(1), 107-114.  Gneiting, T. & Raftery, A. E. (2007). Strictly proper scoring rules,
        prediction, and estimation. Journal of the American Statistical Association 102(477),
        359-378.

    >>> round(log_score(0.2, 1), 4)
    1.6094
    >>> log_score(0.0, 1)
    inf
    >>> round(log_score(0.0, 1, clip=0.01), 4)
    4.6052
    """
    p, y = probability(p), outcome(y)
    if clip is not None:
        p = clipped(p, clip)
    # Adding 0.0 turns the -0.0 of a perfect forecast into 0.0.
    if y:
        return -math.log(p) + 0.0 if p > 0.0 else math.inf
    return -math.log1p(-p) + 0.0 if p < 1.0 else math.inf


def clipped(p: float, clip: float) -> float:
    """
    The probability moved into [clip, 1 - clip].

    Raises:
        OutOfRange: clip is not above 0 and at most 0.5.
    """
    if not 0.0 < clip <= 0.5:
        raise OutOfRange(f"clip {clip!r} is not above 0 and at most 0.5")
    return min(max(p, clip), 1.0 - clip)

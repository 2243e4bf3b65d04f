"""
One source against another, or against a reference.
"""

from __future__ import annotations

import math


def skill(score: float, reference: float) -> float | None:
    """
    What share of a reference's score was saved: 1 - score/reference.

    Larger is better: 1 is perfect, 0 is as good as the reference, below 0 is worse.  Both numbers
    are sums (or means) of a negatively oriented score over the same forecasts.  The reference is a
    recorded base rate, a status-quo forecast, another source or always 0.5, never the source's
    own base rate: that is known only afterwards, and no forecast can be expected to match it.

    Args:
        score: Sum of the source's scores, 0 or more.
        reference: Sum of the reference's scores on the same questions, 0 or more.

    Returns:
        The skill, no unit, at most 1; None where it is undefined: the reference is perfect, or
        either is infinite.

    Source:
        Bradley, A. A., Schwartz, S. S. & Hashino, T. (2008). Sampling uncertainty and confidence
        intervals for the Brier score and Brier skill score. Weather and Forecasting 23(5),
        992-1006.  Hamill, T. M. & Juras, J. (2006). Measuring forecast skill: is it real skill or
        is it the varying climatology? Quarterly Journal of the Royal Meteorological Society
        132(621C), 2905-2923.

    >>> skill(1.5, 2.0)
    0.25
    """
    if not reference or not math.isfinite(score) or not math.isfinite(reference):
        return None
    return 1.0 - score / reference

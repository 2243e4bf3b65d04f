"""
Sums of doubles in arrays, the same to the last bit as those of ``math.fsum``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from foretrack.exchange.arrays import Real

_LARGEST: Final = 1000  # exponents; from here on a sum might leave the range of doubles


def total(values: Real) -> float:
    """
    The double nearest to the sum, in whatever order the values stand.

    The upper bits of all values, cut off at one place, add up without rounding; then those below.

    Source:
        Rump, S. M., Ogita, T. & Oishi, S. (2008). Accurate floating-point summation part I:
        faithful rounding. SIAM Journal on Scientific Computing 31(1), 189-224.

    >>> import numpy as np
    >>> total(np.array([1.0, 1e100, 1.0, -1e100]))
    2.0
    """
    sums: list[float] = []
    room = len(values).bit_length() + 1
    while largest := max(float(values.max(initial=0.0)), -float(values.min(initial=0.0))):
        exponent = math.frexp(largest)[1] + room
        if not exponent < _LARGEST or not math.isfinite(largest):
            return math.fsum([*sums, *values.tolist()])
        above = math.ldexp(1.0, exponent)
        upper = (values + above) - above
        sums.append(float(upper.sum()))
        values = values - upper
    return math.fsum(sums)

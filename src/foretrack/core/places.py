"""
Probabilities, outcomes and their Brier scores as whole numbers.

A probability is a whole number of 10⁻¹², a Brier score one of 10⁻²⁴.  Sums of them are exact in
any order, wherever they are made; they are divided once, at the end.
"""

from __future__ import annotations

from typing import Final

from foretrack.core.rules import DECIMALS

UNIT: Final = 10**DECIMALS
"""
A probability of 1 as a whole number.
"""
SQUARE: Final = UNIT * UNIT
"""
A Brier score of 1 as a whole number.
"""
SURE: Final = 0.499
"""
A probability times 10¹² is off by less than a thousandth: further from the middle than this it is
rounded as it is written.
"""


def place(p: float, y: int) -> int:
    """
    The key of a probability and an outcome: it sorts by probability, then outcome.

    Args:
        p: Probability of "yes", 0 to 1; pooled to twelve decimals.
        y: What happened, 1 for "yes" and 0 for "no".

    >>> place(0.5, 1)
    1000000000001
    """
    scaled = p * UNIT
    whole_part = int(scaled + 0.5)
    if abs(scaled - whole_part) > SURE:  # so near to the middle that rounding needs care
        whole_part = round(round(p, DECIMALS) * UNIT)
    return 2 * whole_part + y


def square(key: int) -> int:
    """
    The Brier score (p - y)² of a key as a whole number of 10⁻²⁴.

    >>> square(place(0.2, 1)) / SQUARE
    0.64
    """
    return ((key >> 1) - UNIT * (key & 1)) ** 2


def whole(count: int, scale: int) -> float:
    """
    A count in units of a scale: a whole number where it is one.

    >>> whole(3, 1), whole(1, 2)
    (3, 0.5)
    """
    return count // scale if count % scale == 0 else count / scale

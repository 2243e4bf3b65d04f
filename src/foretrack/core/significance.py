"""
Whether a difference is more than luck: sign flips, and adjusting for how many were looked at.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from foretrack.errors import OutOfRange

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

MOST_EXACT: Final = 20
"""
Up to so many clusters every one of the 2^k sign vectors is counted.
"""

_SAME: Final = 1e-12
"""
Sums of scores closer than this, relative to the sum of their sizes, are equal but for rounding.
"""


def holm(p_values: Sequence[float]) -> list[float]:
    """
    P-values adjusted so that the chance of any false one below 5% is at most 5%, by Holm's steps.

    Args:
        p_values: Of all comparisons that are shown, in any order; 0 to 1.

    Returns:
        The adjusted p-values in the same order, each at least the original and at most 1.

    Raises:
        OutOfRange: One is not between 0 and 1.

    Source:
        Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian
        Journal of Statistics 6(2), 65-70.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    for p in p_values:
        if not 0.0 <= p <= 1.0:
            raise OutOfRange(f"p-value {p!r} is not between 0 and 1")
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = highest
    return adjusted


def sign_flip(
    sums: Iterable[float], *, rng: random.Random | None, flips: int
) -> tuple[float, int | None]:
    """
    The two-sided p-value of a sum, and how many sign vectors were drawn for it.

    It is the share of sign vectors whose absolute sum is at least the observed one: of all of
    them up to 20 sums that are not 0, else (1 + #)/(1 + flips) of those drawn.

    Args:
        sums: The sum of the differences in each cluster, in any order; finite.
        rng: The random generator; needed only above 20 sums.
        flips: How many sign vectors are drawn above 20 sums.

    Returns:
        The p-value, above 0 and at most 1; the number drawn, None where all were counted.

    Raises:
        OutOfRange: Signs must be drawn and there is no generator or no flip.

    Source:
        As for ``comparison.paired``.

    >>> sign_flip([-0.21, -0.16, -0.09], rng=None, flips=0)
    (0.25, None)
    """
    kept = list(sums)
    # Only sizes matter to the distribution, and clusters without a difference double both counts.
    # In order of size the result depends neither on the order of the rows nor on who comes first.
    sizes = sorted(abs(one) for one in kept if one)
    observed = abs(math.fsum(kept)) - _SAME * math.fsum(sizes)
    if observed <= 0.0:
        return 1.0, None
    if len(sizes) <= MOST_EXACT:
        half = len(sizes) // 2
        right = sorted(_signed(sizes[half:]))
        beyond = sum(
            len(right) - bisect_left(right, observed - left) for left in _signed(sizes[:half])
        )
        # A vector and its opposite have opposite sums, and none is on both sides.
        return 2 * beyond / 2 ** len(sizes), None
    if rng is None or flips < 1:
        raise OutOfRange(f"{len(sizes)} clusters need a random generator and at least one flip")
    # Eight signs at a time: a byte of random bits looks up the sum of eight clusters.
    tables = [_signed(sizes[start : start + 8]) for start in range(0, len(sizes), 8)]
    masks = [len(table) - 1 for table in tables]
    beyond = 0
    for _ in range(flips):
        drawn = rng.randbytes(len(tables))
        total = sum(
            table[byte & mask] for table, byte, mask in zip(tables, drawn, masks, strict=True)
        )
        beyond += abs(total) >= observed
    return (1 + beyond) / (1 + flips), flips


def _signed(sizes: Iterable[float]) -> list[float]:
    """
    The sums under every vector of signs.
    """
    totals = [0.0]
    for size in sizes:
        totals = [total - size for total in totals] + [total + size for total in totals]
    return totals

"""
The pooling behind the isotonic fit.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

Number = TypeVar("Number", int, float, int | Fraction)


def pool(ns: Iterable[Number], hits: Iterable[Number]) -> list[tuple[int, Number, Number]]:
    """
    Pool adjacent violators: for each step of the isotonic fit its number of levels, n and events.

    Shares are compared as products, so that whole numbers and fractions pool exactly.  Neighbours
    that nothing or everything came true of are joined first, which is most of them where nearly
    every probability is new.

    >>> pool([2, 2, 1], [1, 0, 1])
    [(2, 4, 1), (1, 1, 1)]
    """
    sizes: list[int] = []
    totals: list[Number] = []
    events: list[Number] = []
    levels = zip(ns, hits, strict=True)
    first = next(levels, None)
    if first is None:
        return []
    size, (n, k) = 1, first  # the step in hand, not yet on the pile
    for level_n, level_k in levels:
        if k * level_n >= level_k * n:
            size += 1
            n += level_n
            k += level_k
            while sizes and events[-1] * n >= k * totals[-1]:
                size += sizes.pop()
                n += totals.pop()
                k += events.pop()
        else:
            sizes.append(size)
            totals.append(n)
            events.append(k)
            size, n, k = 1, level_n, level_k
    sizes.append(size)
    totals.append(n)
    events.append(k)
    return list(zip(sizes, totals, events, strict=True))

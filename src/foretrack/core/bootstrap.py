"""
The percentile bootstrap of a mean score, from counts.

A sample drawn with replacement is known by how often each kind of observation is in it, and those
numbers are multinomial.  Drawing them costs as much as there are kinds, however many forecasts.
"""

from __future__ import annotations

from collections import Counter
from operator import mul
from typing import TYPE_CHECKING, Final

from foretrack.core.draws import binomial

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from foretrack.core.tally import Weight

FEWEST: Final = 30
"""
With fewer clusters the percentile bootstrap covers far too little, and none is given.
"""

REPLICATES: Final = 2_000
"""
How many samples are drawn unless told otherwise.
"""


def bootstrap_of_mean(
    groups: Iterable[tuple[int, float, Weight]],
    rng: random.Random,
    *,
    replicates: int = REPLICATES,
    level: float = 0.95,
) -> tuple[float, float] | None:
    """
    Interval of a mean score by resampling clusters: the percentiles of the resampled means.

    Args:
        groups: As for ``uncertainty.interval_of_mean``: for each kind of cluster how many there
            are, the sum of the scores in one, and the number of scores in it (or their weight).
        rng: The random generator.
        replicates: How many samples of as many clusters are drawn; 40 or more.
        level: Confidence level, above 0 and below 1.

    Returns:
        Lower and upper end on the scale of the score.  None below ``FEWEST`` clusters, where its
        coverage is known to be poor.

    Raises:
        ValueError: Too few replicates for the level.

    Source:
        Efron, B. & Tibshirani, R. J. (1993). An introduction to the bootstrap, chapter 13; the
        order statistics (B + 1) a as in Davison, A. C. & Hinkley, D. V. (1997). Bootstrap methods
        and their application, chapter 5.
    """
    tail = (1.0 - level) / 2.0
    low = int((replicates + 1) * tail + 1e-9)
    if not 0.0 < level < 1.0 or low < 1:
        raise ValueError(f"{replicates} replicates are too few for a level of {level}")
    kinds: Counter[tuple[float, float]] = Counter()
    for times, total, n in groups:
        if times and n:
            kinds[total, float(n)] += times
    k = kinds.total()
    if k < FEWEST:
        return None
    # The most frequent kinds first: most of the sample is dealt out before the rare ones.
    order = sorted(kinds, key=lambda kind: (-kinds[kind], kind))
    totals, sizes = [kind[0] for kind in order], [kind[1] for kind in order]
    chances = _conditional([kinds[kind] for kind in order])
    alike = len(set(sizes)) == 1
    means = []
    for _ in range(replicates):
        drawn = _multinomial(k, chances, rng)
        number = k * sizes[0] if alike else sum(map(mul, drawn, sizes))
        means.append(sum(map(mul, drawn, totals)) / number)
    means.sort()
    return means[low - 1], means[replicates - low]


def _conditional(counts: list[int]) -> list[float]:
    """
    The chance of each kind among those that have not been dealt with.
    """
    left = sum(counts)
    chances = []
    for count in counts:
        chances.append(count / left)
        left -= count
    return chances


def _multinomial(k: int, chances: list[float], rng: random.Random) -> list[int]:
    drawn = [0] * len(chances)
    for place, chance in enumerate(chances):
        drawn[place] = got = binomial(k, chance, rng)
        k -= got
        if not k:
            break
    return drawn

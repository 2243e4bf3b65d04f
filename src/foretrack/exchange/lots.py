"""
Luck drawn in arrays: the numbers of ``luck.blocks`` to the last bit, from the same generator.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np

from foretrack.core.draws import binomial, distribution
from foretrack.core.luck import AT_ONCE, TABLED, apart
from foretrack.core.places import UNIT

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from foretrack.core.luck import Unit, Units
    from foretrack.exchange.arrays import Real, Whole

_HIGH: Final = 1 << 26


def uniforms(rng: random.Random, n: int) -> Real:
    """
    What so many calls of ``rng.random()`` give, and as far as they take the generator.

    A number is made of two words of 32 bits, of which it takes the upper 27 and the upper 26; bytes
    are the same words, the lowest byte of each first.
    """
    words = np.frombuffer(rng.randbytes(8 * n), dtype="<u4")
    found: Real = ((words[::2] >> 5) * float(_HIGH) + (words[1::2] >> 6)) / (_HIGH << 27)
    return found


def blocks(
    places: Sequence[int], units: Units, rng: random.Random, *, resamples: int
) -> Iterator[Whole]:
    """
    What the forecasts of each probability that come true count for: draws by probabilities.

    Args:
        places: The probabilities, in 10⁻¹²; increasing.
        units: The forecasts, as positions of probabilities and weights.
        rng: The random generator.
        resamples: How many draws; those of a block are its share of them.
    """
    said = [p / UNIT for p in places]
    alone, together = apart(units)
    step = max(1, AT_ONCE // len(said))
    kinds: list[_Single | _Several | _Shared] = []
    for is_single, some in groupby(alone, key=lambda one: one[1] == 1):
        if is_single:
            kinds.append(_Single([kind for kind, _ in some], said))
        else:
            kinds += [_Several(n, said[place], place, weight) for (place, weight), n in some]
    if together:
        kinds.append(_Shared(together, said))
    for begun in range(0, resamples, step):
        hits = np.zeros((len(said), min(step, resamples - begun)), np.int64)
        for kind in kinds:
            kind.add(hits, rng)
        yield hits.T


class _Single:
    """
    Forecasts each of which is the only one of its probability and weight, by probability.
    """

    def __init__(self, kinds: Sequence[tuple[int, int]], said: Sequence[float]) -> None:
        place, weight = np.array(kinds).T
        self.said = np.array(said)[place][:, np.newaxis]
        self.weight = weight[:, np.newaxis]
        self.first = np.flatnonzero(np.diff(place, prepend=-1))
        self.place = place[self.first]

    def add(self, hits: Whole, rng: random.Random) -> None:
        """
        Add what comes true, forecast by forecast.
        """
        times = hits.shape[1]
        numbers = uniforms(rng, len(self.said) * times).reshape(-1, times)
        hits[self.place] += np.add.reduceat((numbers < self.said) * self.weight, self.first)


class _Several:
    """
    Forecasts of one probability and weight.
    """

    def __init__(self, n: int, p: float, place: int, weight: int) -> None:
        self.n, self.p, self.place, self.weight = n, p, place, weight
        self.table = None if n > TABLED else np.array(distribution(n, p)[:-1])

    def add(self, hits: Whole, rng: random.Random) -> None:
        """
        Add what comes true.
        """
        times = hits.shape[1]
        if self.table is None:
            found = np.array([binomial(self.n, self.p, rng) for _ in range(times)])
        else:
            found = np.searchsorted(self.table, uniforms(rng, times), side="right")
        hits[self.place] += self.weight * found


class _Shared:
    """
    Forecasts that share their luck with others, by probability.
    """

    def __init__(self, units: Sequence[Unit], said: Sequence[float]) -> None:
        rows = sorted(
            (place, at, weight) for at, unit in enumerate(units) for place, weight in unit
        )
        place, self.unit, self.weight = np.array(rows).T
        self.first = np.flatnonzero(np.diff(place, prepend=-1))
        self.place = place[self.first]
        self.said = np.array(said)[place]
        self.units = len(units)

    def add(self, hits: Whole, rng: random.Random) -> None:
        """
        Add what comes true: one number is drawn for each unit of a draw, draw by draw.
        """
        times = hits.shape[1]
        step = max(1, AT_ONCE // len(self.unit))
        for begun in range(0, times, step):
            cut = slice(begun, min(begun + step, times))
            numbers = uniforms(rng, (cut.stop - cut.start) * self.units).reshape(-1, self.units)
            worth = (numbers[:, self.unit] < self.said) * self.weight
            hits[self.place, cut] += np.add.reduceat(worth, self.first, axis=1).T

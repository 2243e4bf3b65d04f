"""
Luck: outcomes drawn as if every forecast were exactly right.
"""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, chisquare

from foretrack.core import luck
from foretrack.core.decomposition import corp
from foretrack.core.levels import Levels
from foretrack.core.places import UNIT
from foretrack.core.pooling import pool

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACES = [UNIT // 5, UNIT // 2, 9 * UNIT // 10]
units = st.lists(
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), min_size=1, max_size=4),
    min_size=1,
    max_size=12,
)


def counted(given_units: Sequence[Sequence[tuple[int, int]]]) -> list[int]:
    """
    What the forecasts of each probability count for.
    """
    return [sum(w for unit in given_units for at, w in unit if at == place) for place in range(3)]


class TestRows:
    @pytest.mark.parametrize(
        ("n", "p"), [(1, 0.3), (12, 0.05), (40, 0.5), (1500, 0.004), (1500, 0.5)]
    )
    def test_binomial(self, n: int, p: float) -> None:
        """
        Of n alike that stand alone, the number that comes true is binomial.

        Drawn one by one, from a table or by rejection; classes of ten or more to be expected.
        """
        drawn = luck.rows([round(p * UNIT)], [[(0, 1)]] * n, random.Random(4), resamples=4000)
        found = Counter(hits for (hits,) in drawn)
        edges = [-1]
        for k in range(n):
            within = binom.cdf(k, n, p) - binom.cdf(edges[-1], n, p)
            if 4000 * within >= 10 and 4000 * binom.sf(k, n, p) >= 10:
                edges.append(k)
        classes = list(pairwise([*edges, n]))
        expected = [4000 * (binom.cdf(high, n, p) - binom.cdf(low, n, p)) for low, high in classes]
        seen = [
            sum(times for k, times in found.items() if low < k <= high) for low, high in classes
        ]

        assert chisquare(seen, expected).pvalue > 0.001

    def test_together(self) -> None:
        """
        The forecasts of a unit come true together: what is likelier whenever what is less likely.
        """
        drawn = list(luck.rows(PLACES, [[(0, 1), (2, 3)]], random.Random(1), resamples=2000))

        assert {tuple(hits) for hits in drawn} == {(0, 0, 0), (0, 0, 3), (1, 0, 3)}
        assert sum(hits[0] for hits in drawn) / 2000 == pytest.approx(0.2, abs=0.03)

    def test_weights(self) -> None:
        """
        What counts twice comes true twice over.
        """
        drawn = luck.rows(PLACES, [[(1, 2)]] * 2 + [[(1, 1)]], random.Random(1), resamples=500)

        assert {hits[1] for hits in drawn} == {0, 1, 2, 3, 4, 5}

    @given(units, st.randoms(use_true_random=False), st.integers(0, 99))
    def test_order(
        self, given_units: list[list[tuple[int, int]]], rng: random.Random, seed: int
    ) -> None:
        """
        Whatever order the forecasts come in, the same ones have the same luck.
        """
        other = [rng.sample(unit, len(unit)) for unit in given_units]
        rng.shuffle(other)

        first = list(luck.rows(PLACES, given_units, random.Random(seed), resamples=9))

        assert first == list(luck.rows(PLACES, other, random.Random(seed), resamples=9))

    @given(units, st.integers(2, 6), st.integers(0, 99))
    def test_scale(self, given_units: list[list[tuple[int, int]]], times: int, seed: int) -> None:
        """
        Counted in other units, the same forecasts have the same luck.
        """
        finer = [[(at, weight * times) for at, weight in unit] for unit in given_units]

        first = luck.rows(PLACES, given_units, random.Random(seed), resamples=9)
        second = luck.rows(PLACES, finer, random.Random(seed), resamples=9)

        assert [tuple(k * times for k in hits) for hits in first] == [
            tuple(hits) for hits in second
        ]

    @given(units, st.integers(0, 99))
    def test_parts(self, given_units: list[list[tuple[int, int]]], seed: int) -> None:
        """
        So many draws as asked for, none with more events than forecasts.
        """
        drawn = list(luck.rows(PLACES, given_units, random.Random(seed), resamples=9))

        assert len(drawn) == 9
        ns = counted(given_units)
        assert all(0 <= k <= n for hits in drawn for k, n in zip(hits, ns, strict=True))


@given(units, st.integers(0, 99))
def test_miscalibration(given_units: list[list[tuple[int, int]]], seed: int) -> None:
    """
    The miscalibration of a draw is that of the decomposition.
    """
    ns = counted(given_units)
    kept = [(place, n) for place, n in zip(PLACES, ns, strict=True) if n]
    places, sizes = [place for place, _ in kept], [n for _, n in kept]
    there = {PLACES.index(place): at for at, place in enumerate(places)}
    placed = [[(there[at], weight) for at, weight in unit] for unit in given_units]
    mcb = luck.miscalibration(places, sizes)

    for hits in luck.rows(places, placed, random.Random(seed), resamples=5):
        expected = corp(Levels(places, sizes, hits)).mcb
        assert mcb(hits, pool(sizes, hits)) == pytest.approx(expected, abs=1e-12)

"""
Levels in arrays: the same figures to the last bit as in lists.
"""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core import recalibration
from foretrack.core.decomposition import Rule, corp, murphy, murphy_10
from foretrack.core.levels import Levels
from foretrack.core.places import UNIT, place
from foretrack.core.sample import spread
from foretrack.exchange import arrays
from foretrack.exchange.arrays import Arrays, digits, dot

probabilities = st.one_of(
    st.sampled_from([0.0, 0.1, 0.3, 0.5, 1.0]),
    st.integers(1, 99).map(lambda whole: whole / 100),
    st.floats(0, 1),
)
rows = st.lists(st.tuples(probabilities, st.integers(0, 1)), min_size=1, max_size=60)


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Arrays, however few levels there are.
    """
    monkeypatch.setattr(arrays, "_FEW", 0)


def both(forecasts: list[tuple[float, int]]) -> tuple[Levels, Levels]:
    """
    The same forecasts in lists and in arrays.
    """
    counts = Counter(place(p, y) for p, y in forecasts)
    keys = sorted(counts)
    columns = np.array(keys), np.array([counts[key] for key in keys])
    return Levels.of_counts(counts), arrays.levels(*columns)


@given(rows, st.sampled_from([None, 0.01, 0.2, 0.5]))
def test_figures(forecasts: list[tuple[float, int]], clip: float | None) -> None:
    """
    Scores, decompositions and the slope do not differ by a bit.
    """
    lists, found = both(forecasts)

    assert isinstance(found, Arrays)
    for one, other in ((lists, found),):
        assert (one.n, one.events, one.bins, one.impossible) == (
            other.n,
            other.events,
            other.bins,
            other.impossible,
        )
        assert corp(one) == corp(other)
        assert corp(one, rule=Rule.LOG, clip=clip) == corp(other, rule=Rule.LOG, clip=clip)
        assert (murphy(one), murphy_10(one)) == (murphy(other), murphy_10(other))
        assert recalibration.slope(one, clip=clip) == recalibration.slope(other, clip=clip)
        assert recalibration.in_the_large(one) == recalibration.in_the_large(other)


@given(rows, st.integers(0, 99), st.lists(st.integers(1, 4), min_size=60, max_size=60))
def test_luck(forecasts: list[tuple[float, int]], seed: int, sizes: list[int]) -> None:
    """
    The same numbers are drawn for the same forecasts, alone or in clusters.
    """
    lists, found = both(forecasts)
    flat = [(at, 1) for at, n in enumerate(lists.ns) for _ in range(n)]
    units: list[list[tuple[int, int]]] = []
    while flat:
        size = sizes[len(units)]
        units.append(flat[:size])
        flat = flat[size:]

    expected = lists.drawn(units, random.Random(seed), resamples=7)

    assert expected == found.drawn(units, random.Random(seed), resamples=7)


@given(st.lists(st.integers(0, 1 << 40), min_size=1, max_size=20))
def test_products_of_digits(numbers: list[int]) -> None:
    """
    Sums of products that no 64 bits hold are exact.
    """
    parts = digits(np.array(numbers), 3)

    assert dot(parts, parts) == sum(number * number for number in numbers)


@given(rows)
def test_singles(forecasts: list[tuple[float, int]]) -> None:
    """
    Where each forecast is a cluster the sums are those of the single scores.
    """
    scores = [((place(p, 0) >> 1) - UNIT * y) ** 2 for p, y in forecasts]

    assert arrays.singles(both(forecasts)[1]) == spread([1] * len(scores), scores)


def test_many_forecasts_stay_in_lists() -> None:
    """
    Where whole numbers of 64 bits would not do.
    """
    keys = np.array([place(0.5, 0), place(0.7, 1)])

    found = arrays.levels(keys, np.array([arrays.LARGEST, 1]))

    assert not isinstance(found, Arrays)
    assert found.n == arrays.LARGEST + 1

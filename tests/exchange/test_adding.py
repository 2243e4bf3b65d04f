"""
Sums in arrays: the double nearest to the sum.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.exchange.adding import total

numbers = st.one_of(
    st.floats(-1, 1),
    st.floats(-1e300, 1e300),
    st.sampled_from([0.0, -0.0, 5e-324, 1e-308, 0.1, -0.1, 1e16, -1e16, 2.0**53]),
)


@given(st.lists(numbers, max_size=60))
def test_nearest(values: list[float]) -> None:
    """
    It is what ``math.fsum`` gives, however much cancels.
    """
    assert math.fsum(values) == total(np.array(values))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_order(values: list[float], rng: object) -> None:
    """
    The order of the values does not matter.
    """
    mixed = sorted(values)

    assert total(np.array(values)) == total(np.array(mixed))


def test_nothing() -> None:
    """
    No values, and such as leave nothing.
    """
    assert total(np.array([])) == 0.0
    assert math.copysign(1.0, total(np.array([-0.0, -0.0]))) == 1.0
    assert total(np.array([1.0, 1e-30, -1.0])) == 1e-30


def test_many() -> None:
    """
    A tenth as a double is more than a tenth by 5.55e-18: a million of them keep that.
    """
    assert total(np.full(1_000_000, 0.1)) == float(1_000_000 * 0.1)
    assert total(np.full(1_000_000, 0.1)) == math.fsum([0.1] * 1_000_000)


def test_out_of_range() -> None:
    """
    What is too large or no number is left to ``math.fsum``.
    """
    assert total(np.array([1e308, -1e308, 1.0])) == 1.0
    assert total(np.array([math.inf, 1.0])) == math.inf
    with pytest.raises(OverflowError):
        total(np.array([1.7e308, 1.7e308]))

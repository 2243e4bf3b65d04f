"""
The percentile bootstrap, from counts.
"""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core.bootstrap import FEWEST, bootstrap_of_mean
from foretrack.core.uncertainty import interval_of_mean


def test_not_for_the_few() -> None:
    """
    Below thirty clusters there is none, however many forecasts they hold.
    """
    rng = random.Random(1)

    assert bootstrap_of_mean([(FEWEST - 1, 0.2, 1)], rng) is None
    assert bootstrap_of_mean([(14, 9.0, 100), (15, 30.0, 100)], rng) is None
    assert bootstrap_of_mean([], rng) is None
    assert bootstrap_of_mean([(FEWEST, 0.25, 1)], rng) == (0.25, 0.25)


def test_as_the_naive_loop() -> None:
    """
    Its ends are those of a loop that draws every observation, within what chance allows.
    """
    scores = [0.01, 0.04, 0.09, 0.25, 0.36, 0.64, 0.81] * 20
    generator = np.random.default_rng(7)
    population = np.array(scores)
    means = [
        population[generator.integers(0, len(population), len(population))].mean()
        for _ in range(20_000)
    ]
    expected = np.percentile(means, [2.5, 97.5])
    found = bootstrap_of_mean(
        [(1, score, 1) for score in scores], random.Random(7), replicates=20_000
    )

    assert found == pytest.approx(tuple(expected), abs=0.003)


def test_whole_clusters_are_drawn() -> None:
    """
    Clusters whose scores are alike within them are no better known than as many single scores.
    """
    single = [(20, 0.04, 1), (20, 0.64, 1)]
    together = [(20, 0.4, 10), (20, 6.4, 10)]

    assert bootstrap_of_mean(together, random.Random(3)) == pytest.approx(
        bootstrap_of_mean(single, random.Random(3))
    )


def test_near_the_other_interval_where_there_is_much() -> None:
    """
    With a hundred thousand scores it agrees with Student's interval to a tenth of its width.
    """
    groups = [(40_000, 0.04, 1), (35_000, 0.16, 1), (25_000, 0.64, 1)]
    found, other = bootstrap_of_mean(groups, random.Random(9)), interval_of_mean(groups)
    assert found is not None
    assert other is not None

    assert found == pytest.approx(other, abs=0.1 * (other[1] - other[0]))


@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.sampled_from([0.0, 0.04, 0.25, 0.64, 1.0])), min_size=3
    ),
    st.randoms(use_true_random=False),
)
def test_order_does_not_matter(pairs: list[tuple[int, float]], shuffle: random.Random) -> None:
    """
    The same counts give the same interval in any order and grouping, between the extreme scores.
    """
    groups = [(times, score, 1) for times, score in pairs]
    apart = [(1, score, 1) for times, score in pairs for _ in range(times)]
    shuffle.shuffle(apart)
    found = bootstrap_of_mean(groups, random.Random(5), replicates=100)

    assert bootstrap_of_mean(apart, random.Random(5), replicates=100) == found
    if found is not None:
        scores = [score for _, score in pairs]
        assert min(scores) - 1e-12 <= found[0] <= found[1] <= max(scores) + 1e-12


@pytest.mark.parametrize(("replicates", "level"), [(10, 0.95), (100, 1.0), (100, 0.0), (0, 0.5)])
def test_too_few_replicates(replicates: int, level: float) -> None:
    """
    A percentile that no replicate stands for is refused.
    """
    with pytest.raises(ValueError, match="replicates"):
        bootstrap_of_mean([(40, 0.2, 1)], random.Random(1), replicates=replicates, level=level)

"""
Counts by probability: the same figures whatever they are counted in.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core import recalibration
from foretrack.core.decomposition import Rule, corp, murphy, murphy_10
from foretrack.core.levels import Levels, fraction
from foretrack.core.places import SQUARE, UNIT, place
from foretrack.core.pooling import pool
from foretrack.core.tally import Tally

percent = st.integers(0, 100).map(lambda whole: whole / 100)
rows = st.lists(st.tuples(percent, st.integers(0, 1)), min_size=1, max_size=60)
inner_rows = st.lists(
    st.tuples(st.integers(1, 99).map(lambda whole: whole / 100), st.integers(0, 1)),
    min_size=1,
    max_size=60,
)
FINE = 3**400  # a forecast counts for so much, which no double holds


def levels(forecasts: list[tuple[float, int]], *, each: int = 1) -> Levels:
    """
    Forecasts that count for so much each.
    """
    counts = Counter(place(p, y) for p, y in forecasts)
    return Levels.of_counts({key: n * each for key, n in counts.items()}, scale=each)


def near(value: float) -> object:
    """
    The same but for rounding.
    """
    return value if math.isinf(value) else pytest.approx(value, rel=1e-12, abs=1e-14)


class TestFine:
    @given(rows, st.sampled_from([None, 0.05]))
    def test_decompositions(self, forecasts: list[tuple[float, int]], clip: float | None) -> None:
        """
        However fine the counts are, scores and their parts are the same.
        """
        whole, fine = levels(forecasts), levels(forecasts, each=FINE)

        assert not fine.is_light
        assert (whole.brier, whole.base_rate, whole.mean_probability) == (
            fine.brier,
            fine.base_rate,
            fine.mean_probability,
        )
        assert near(whole.log_score(clip=clip)) == fine.log_score(clip=clip)
        for expected, actual in (
            (corp(whole), corp(fine)),
            (corp(whole, rule=Rule.LOG, clip=clip), corp(fine, rule=Rule.LOG, clip=clip)),
            (murphy(whole), murphy(fine)),
            (murphy_10(whole), murphy_10(fine)),
        ):
            for name in expected.__dataclass_fields__:
                assert near(getattr(expected, name)) == getattr(actual, name)

    @given(inner_rows)
    def test_slope(self, forecasts: list[tuple[float, int]]) -> None:
        """
        So is the slope, with its standard error in whole forecasts.
        """
        expected = recalibration.slope(levels(forecasts))
        found = recalibration.slope(levels(forecasts, each=FINE))

        if isinstance(expected, recalibration.Slope):
            assert isinstance(found, recalibration.Slope)
            assert found.value == pytest.approx(expected.value, rel=1e-6, abs=1e-8)
            assert found.standard_error == pytest.approx(expected.standard_error, rel=1e-5)
        else:
            assert expected is found

    @given(inner_rows, st.integers(0, 99))
    def test_luck(self, forecasts: list[tuple[float, int]], seed: int) -> None:
        """
        And the miscalibration that luck makes.
        """
        whole, fine = levels(forecasts), levels(forecasts, each=FINE)
        units = [[(at, 1)] for at, n in enumerate(whole.ns) for _ in range(n)]
        finer = [[(at, FINE)] for unit in units for at, _ in unit]

        expected = whole.drawn(units, random.Random(seed), resamples=5)

        assert [near(one) for one in expected] == fine.drawn(
            finer, random.Random(seed), resamples=5
        )


class TestLevels:
    @given(st.lists(rows, min_size=1, max_size=4))
    def test_merged(self, groups: list[list[tuple[float, int]]]) -> None:
        """
        The levels of groups, put together, are those of all their forecasts.
        """
        expected = levels([row for group in groups for row in group])
        found = Levels.merged(map(levels, groups))

        assert [expected.places, expected.ns, expected.hits] == [
            found.places,
            found.ns,
            found.hits,
        ]

    def test_both_outcomes_are_one_level(self) -> None:
        """
        Two of .3, one of which came true, and one of .7.
        """
        found = levels([(0.3, 0), (0.7, 1), (0.1 + 0.2, 1)])

        assert [found.places, found.ns, found.hits] == [
            [3 * UNIT // 10, 7 * UNIT // 10],
            [2, 1],
            [1, 1],
        ]

    def test_sums_are_exact(self) -> None:
        """
        .3 and .7: Brier .49 and .09 on two yes, in 10⁻²⁴.
        """
        assert levels([(0.3, 1), (0.7, 1)]).total.brier == 58 * SQUARE // 100

    def test_of_fractions(self) -> None:
        """
        A half and a third are three sixths and two sixths.
        """
        tally = Tally.of_counts([(0.2, 0, Fraction(1, 2)), (0.4, 1, Fraction(1, 3))])

        assert (tally.whole.ns, tally.whole.scale) == ([3, 2], 6)
        assert tally.n == Fraction(5, 6)

    def test_impossible(self) -> None:
        """
        A 0 that happened and a 1 that did not.
        """
        assert levels([(0.0, 1), (0.0, 0), (1.0, 0), (1.0, 1), (0.5, 1)]).impossible == 2

    def test_fraction(self) -> None:
        """
        Whole where it can be.
        """
        assert (fraction(6, 3), fraction(5, 10)) == (2, Fraction(1, 2))


class TestPool:
    @given(
        st.lists(
            st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
            max_size=30,
        )
    )
    def test_shares_increase_and_nothing_is_lost(self, counted: list[tuple[int, int]]) -> None:
        """
        Steps have strictly increasing shares, and hold all that was given.
        """
        steps = pool([n for n, _ in counted], [k for _, k in counted])
        shares = [Fraction(k, n) for _, n, k in steps]

        assert shares == sorted(set(shares))
        assert [len(counted), sum(n for n, _ in counted), sum(k for _, k in counted)] == [
            sum(column) for column in (zip(*steps, strict=True) if steps else ((), (), ()))
        ]

    def test_of_nothing(self) -> None:
        """
        No levels, no steps.
        """
        assert pool([], []) == []

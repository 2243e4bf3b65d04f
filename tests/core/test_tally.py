"""
Counts and the scores that follow from them.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core.rules import brier, log_score
from foretrack.core.tally import Level, Tally, Weight
from foretrack.errors import NothingResolved, OutOfRange

if TYPE_CHECKING:
    import random

percent = st.integers(0, 100).map(lambda whole: whole / 100)
forecasts = st.lists(st.tuples(percent, st.integers(0, 1)), max_size=40)
some_forecasts = st.lists(st.tuples(percent, st.integers(0, 1)), min_size=1, max_size=40)
weighted = st.lists(
    st.tuples(percent, st.integers(0, 1), st.fractions(0, 3, max_denominator=50)), max_size=20
)


class TestNumbers:
    def test_by_hand(self) -> None:
        """
        Four forecasts, worked on paper: .04 + .64 + .01 + .25 = .94.
        """
        tally = Tally.of([(0.2, 0), (0.2, 1), (0.9, 1), (0.5, 1)])

        assert (tally.n, tally.events) == (4, 3)
        assert tally.base_rate == 0.75
        assert pytest.approx(0.45, abs=1e-15) == tally.mean_probability
        assert pytest.approx(0.235, abs=1e-15) == tally.brier
        # 0.8 * 0.2 * 0.9 * 0.5 = 0.072
        assert pytest.approx(-math.log(0.072) / 4, abs=1e-15) == tally.log_score()
        assert tally.log_infinite == 0

    def test_an_impossible_event_is_infinite_and_counted(self) -> None:
        """
        One certain forecast that was wrong makes the mean infinite; the count says how many.
        """
        tally = Tally.of([(0.0, 1), (1.0, 0), (1.0, 0), (0.5, 1)])

        assert math.inf == tally.log_score()
        assert tally.log_infinite == 3
        assert pytest.approx((3 * math.log(100) + math.log(2)) / 4) == tally.log_score(clip=0.01)

    def test_fractions_stay_exact(self) -> None:
        """
        Three thirds make one, and n is whole again.
        """
        tally = Tally()
        for _ in range(3):
            tally.add(0.2, 1, weight=Fraction(1, 3))

        assert tally.n == 1
        assert isinstance(tally.n, int)
        assert pytest.approx(0.64, abs=1e-15) == tally.brier

    def test_levels_pool_both_outcomes(self) -> None:
        """
        Levels come lowest first, with how many came true.
        """
        tally = Tally.of([(0.9, 1), (0.1 + 0.2, 0), (0.3, 1), (0.9, 1)])

        assert [Level(0.3, 2, 1), Level(0.9, 2, 2)] == tally.levels()
        assert len(tally) == 3

    @pytest.mark.parametrize("name", ["base_rate", "mean_probability", "brier"])
    def test_nothing_has_no_score(self, name: str) -> None:
        """
        The mean of nothing is an error, never 0.
        """
        with pytest.raises(NothingResolved):
            getattr(Tally(), name)

    def test_nothing_has_no_log_score(self) -> None:
        """
        The mean of nothing is an error, never 0.
        """
        with pytest.raises(NothingResolved):
            Tally().log_score()

    @pytest.mark.parametrize(
        ("p", "y", "weight"), [(1.1, 1, 1), (0.5, 2, 1), (0.5, 1, -1), (0.5, 1, Fraction(-1, 2))]
    )
    def test_refuses_what_is_no_forecast(self, p: float, y: int, weight: Weight) -> None:
        """
        A bad probability, outcome or weight is an error and changes nothing.
        """
        tally = Tally()

        with pytest.raises(OutOfRange):
            tally.add(p, y, weight=weight)

        assert tally == Tally()

    def test_shows_itself(self) -> None:
        """
        The representation is the call that makes it; other things are not equal to it.
        """
        tally = Tally.of([(0.5, 1), (0.25, 0)])

        assert repr(tally) == "Tally.of_counts([(0.25, 0, 1), (0.5, 1, 1)])"
        assert tally != [(0.5, 1), (0.25, 0)]


class TestLaws:
    @given(some_forecasts)
    def test_equals_the_mean_over_forecasts(self, rows: list[tuple[float, int]]) -> None:
        """
        Scores from counts are the means of the scores one by one.
        """
        tally = Tally.of(rows)

        assert math.fsum(brier(p, y) for p, y in rows) / len(rows) == pytest.approx(
            tally.brier, abs=1e-14
        )
        assert sum(log_score(p, y) for p, y in rows) / len(rows) == pytest.approx(
            tally.log_score(), rel=1e-13
        )

    @given(forecasts, forecasts, forecasts)
    def test_merge_ignores_order_and_grouping(
        self,
        one: list[tuple[float, int]],
        two: list[tuple[float, int]],
        three: list[tuple[float, int]],
    ) -> None:
        """
        Merging has an identity, does not depend on order or grouping, and equals counting at once.
        """
        a, b, c = Tally.of(one), Tally.of(two), Tally.of(three)

        assert a == a.merge(Tally()) == Tally().merge(a)
        assert a.merge(b) == b.merge(a)
        assert a.merge(b).merge(c) == a.merge(b.merge(c)) == Tally.of(one + two + three)
        assert Tally.sum([a, b, c]) == Tally.of(one + two + three)
        assert a == Tally.of(one), "merging changes neither side"

    @given(weighted, weighted)
    def test_weights_merge_exactly(
        self, one: list[tuple[float, int, Weight]], two: list[tuple[float, int, Weight]]
    ) -> None:
        """
        Fractions merge like whole counts.
        """
        assert Tally.of_counts(one + two) == Tally.of_counts(two).merge(Tally.of_counts(one))

    @given(some_forecasts, st.randoms(use_true_random=False))
    def test_the_order_of_rows_changes_no_bit(
        self, rows: list[tuple[float, int]], order: random.Random
    ) -> None:
        """
        The same forecasts in another order score the same to the last bit.
        """
        shuffled = rows.copy()
        order.shuffle(shuffled)
        one, two = Tally.of(rows), Tally.of(shuffled)

        assert (one.brier, one.log_score(), one.mean_probability, one.levels()) == (
            two.brier,
            two.log_score(),
            two.mean_probability,
            two.levels(),
        )

    @given(some_forecasts)
    def test_duplicates_double_the_weight(self, rows: list[tuple[float, int]]) -> None:
        """
        Every forecast twice is every forecast with weight two, and leaves each mean as it was.
        """
        once, twice = Tally.of(rows), Tally.of(rows + rows)

        assert twice == Tally.of_counts((p, y, 2) for p, y in rows)
        assert (once.brier, once.log_score(), once.base_rate) == (
            twice.brier,
            twice.log_score(),
            twice.base_rate,
        )

    @given(st.integers(0, 20))
    def test_rules_are_proper(self, twentieths: int) -> None:
        """
        In expectation every other probability scores worse than the true one, under both rules.
        """

        def expected(p: float) -> tuple[float, float]:
            told = Tally.of_counts([(p, 1, twentieths), (p, 0, 20 - twentieths)])
            return told.brier, told.log_score()

        honest = expected(twentieths / 20)
        others = [expected(step / 100) for step in range(101) if step != 5 * twentieths]

        assert all(other[0] > honest[0] and other[1] > honest[1] for other in others)

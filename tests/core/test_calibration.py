"""
The isotonic fit and the tables: by hand, by law, and against another program.
"""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from counted import tallies, weighted
from foretrack.core.calibration import Block, bin_of, by_bin, by_value, hit_rate, isotonic
from foretrack.core.tally import Tally
from foretrack.core.uncertainty import wilson
from foretrack.errors import NothingResolved, OutOfRange


class TestIsotonic:
    def test_by_hand(self) -> None:
        """
        1/2, 0/2, 1/1: the first two violate the order and pool to 1/4.
        """
        tally = Tally.of([(0.2, 0), (0.2, 1), (0.4, 0), (0.4, 0), (0.9, 1)])

        assert isotonic(tally.levels()) == [
            Block(0.2, 0.4, 4, 1, 0.25),
            Block(0.9, 0.9, 1, 1, 1.0),
        ]

    def test_of_reversed_forecasts_is_the_base_rate(self) -> None:
        """
        Whoever says the opposite of what happens is recalibrated to one step.
        """
        assert isotonic(Tally.of([(0.1, 1), (0.5, 1), (0.9, 0)]).levels()) == [
            Block(0.1, 0.9, 3, 2, 2 / 3)
        ]

    @settings(deadline=None)  # the other program takes its time
    @given(tallies)
    def test_agrees_with_scikit_learn(self, tally: Tally) -> None:
        """
        The same curve as IsotonicRegression on the distinct probabilities.
        """
        levels = tally.levels()
        theirs = IsotonicRegression().fit_transform(
            [level.p for level in levels],
            [level.events / level.n for level in levels],
            sample_weight=[float(level.n) for level in levels],
        )
        ours = [
            block.value
            for block in isotonic(levels)
            for level in levels
            if block.low <= level.p <= block.high
        ]

        assert pytest.approx(list(theirs), abs=1e-12) == ours

    @given(st.one_of(tallies, weighted))
    def test_is_a_rising_curve_through_all_counts(self, tally: Tally) -> None:
        """
        Steps rise strictly, do not overlap, and their n and events add up.
        """
        blocks = isotonic(tally.levels())
        values = [block.value for block in blocks]

        assert values == sorted(set(values))
        assert all(block.low <= block.high for block in blocks)
        assert tally.n == sum(block.n for block in blocks)
        assert tally.events == sum(block.events for block in blocks)


class TestBins:
    @pytest.mark.parametrize(
        ("p", "expected"),
        [
            (0.0, 0),
            (0.099999999999, 0),
            (0.1, 1),
            (0.15, 1),
            (0.3, 3),
            (0.1 + 0.2, 3),
            (0.35, 3),
            (0.6, 6),
            (0.7, 7),
            (1 - 0.3, 7),
            (0.899999999999, 8),
            (0.9, 9),
            (1.0, 9),
        ],
    )
    def test_are_counted_in_decimal(self, p: float, expected: int) -> None:
        """
        Edges belong to the bin above, and 0.3, 0.6 and 0.7 are edges.
        """
        assert expected == bin_of(p)

    @given(st.integers(0, 10**12))
    def test_agree_with_exact_arithmetic(self, whole: int) -> None:
        """
        For every probability of twelve decimals the bin is that of the exact decimal.
        """
        assert min(whole * 10 // 10**12, 9) == bin_of(whole / 10**12)

    @pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
    def test_of_no_probability_are_refused(self, p: float) -> None:
        """
        What is no probability is in no bin.
        """
        with pytest.raises(OutOfRange):
            bin_of(p)

    @given(st.one_of(tallies, weighted))
    def test_add_up_to_n(self, tally: Tally) -> None:
        """
        No forecast is lost between bins, no bin is empty, and each holds its mean.
        """
        for rows in (by_bin(tally), by_value(tally)):
            assert tally.n == sum(row.n for row in rows)
            assert tally.events == sum(row.events for row in rows)
            assert all(row.n for row in rows)
            assert all(row.low - 1e-12 <= row.mean_probability <= row.high for row in rows)

    def test_rows_by_hand(self) -> None:
        """
        Two forecasts in [.1, .2), one in [.9, 1]; nothing for the empty bins between.
        """
        low, high = by_bin(Tally.of([(0.1, 0), (0.15, 1), (1.0, 1)]))

        assert (0.1, 0.2, 2, 1, 0.125, 0.5, wilson(1, 2)) == (
            low.low,
            low.high,
            low.n,
            low.events,
            low.mean_probability,
            low.observed,
            low.wilson,
        )
        assert (high.low, high.high, high.n, high.events, high.observed) == (0.9, 1.0, 1, 1, 1.0)

    def test_values_have_a_row_each(self) -> None:
        """
        By value, .1 and .15 stay apart, and the level of the interval is the caller's.
        """
        rows = by_value(Tally.of([(0.1, 0), (0.15, 1), (0.15, 0)]), level=0.5)

        assert [(row.low, row.high, row.n) for row in rows] == [(0.1, 0.1, 1), (0.15, 0.15, 2)]
        assert wilson(1, 2, level=0.5) == rows[1].wilson

    def test_of_nothing_are_none(self) -> None:
        """
        An empty table is a table without rows.
        """
        assert by_bin(Tally()) == by_value(Tally()) == []


class TestHitRate:
    @pytest.mark.parametrize(
        ("events", "n", "meets"),
        [(2, 10, True), (9, 10, False), (0, 40, False), (2, 9, None), (9, 9, None)],
    )
    def test_is_judged_from_ten_on(self, events: int, n: int, *, meets: bool | None) -> None:
        """
        Whether the interval meets the band .1 to .3; below ten there is no verdict.
        """
        rate = hit_rate(events, n, band=(0.1, 0.3))

        assert meets is rate.meets_band
        assert events / n == rate.share
        assert wilson(events, n) == rate.wilson

    def test_without_a_band_has_no_verdict(self) -> None:
        """
        A phrase that the lexicon does not know has a rate all the same.
        """
        assert hit_rate(3, 30).meets_band is None

    def test_of_nothing_is_an_error(self) -> None:
        """
        No claim, no rate.
        """
        with pytest.raises(NothingResolved):
            hit_rate(0, 0)

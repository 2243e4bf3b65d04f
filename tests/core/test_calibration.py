"""
The isotonic fit, the decompositions and the tables: by hand, by law, and against other programs.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_diagnostics.scoring import LogLoss, SquaredError, decompose
from sklearn.isotonic import IsotonicRegression

from foretrack.core.calibration import (
    Block,
    Rule,
    bin_of,
    by_bin,
    by_value,
    corp,
    hit_rate,
    isotonic,
    murphy,
    murphy_10,
)
from foretrack.core.tally import Tally
from foretrack.core.uncertainty import wilson
from foretrack.errors import NothingResolved, OutOfRange

grid = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.6, 0.7, 0.9, 1.0])
inner = st.integers(1, 99).map(lambda whole: whole / 100)
anywhere = st.floats(0, 1)
tallies = st.lists(
    st.tuples(st.one_of(grid, inner, anywhere), st.integers(0, 1)), min_size=1, max_size=60
).map(Tally.of)
inner_rows = st.lists(st.tuples(inner, st.integers(0, 1)), min_size=2, max_size=60)
weighted = st.lists(
    st.tuples(inner, st.integers(0, 1), st.fractions(Fraction(1, 50), 3, max_denominator=50)),
    min_size=1,
    max_size=20,
).map(Tally.of_counts)


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


class TestCorp:
    def test_by_hand(self) -> None:
        """
        (.2, 1), (.4, 0), (.9, 1) recalibrate to 1/2, 1/2, 1.

        S = (.64 + .16 + .01)/3 = .27, S(c) = (.25 + .25 + 0)/3 = 1/6, S(b) = 2/9.
        """
        parts = corp(Tally.of([(0.2, 1), (0.4, 0), (0.9, 1)]))

        assert pytest.approx(0.27, abs=1e-15) == parts.score
        assert pytest.approx(0.27 - 1 / 6, abs=1e-15) == parts.mcb
        assert pytest.approx(2 / 9 - 1 / 6, abs=1e-15) == parts.dsc
        assert pytest.approx(2 / 9, abs=1e-15) == parts.unc

    def test_of_the_log_score_by_hand(self) -> None:
        """
        The same forecasts: S(p) = -ln(.2 · .6 · .9)/3, S(c) = 2 ln 2/3, S(b) = ln 3 - 2 ln 2/3.
        """
        parts = corp(Tally.of([(0.2, 1), (0.4, 0), (0.9, 1)]), rule=Rule.LOG)

        assert pytest.approx(-math.log(0.108) / 3, abs=1e-15) == parts.score
        assert pytest.approx(-math.log(0.108) / 3 - 2 * math.log(2) / 3, abs=1e-15) == parts.mcb
        assert pytest.approx(math.log(3) - 4 * math.log(2) / 3, abs=1e-15) == parts.dsc
        assert pytest.approx(math.log(3) - 2 * math.log(2) / 3, abs=1e-15) == parts.unc

    def test_of_an_impossible_event_is_infinitely_miscalibrated(self) -> None:
        """
        Score and mcb are infinite; dsc and unc stay what they are; a named clip makes all finite.
        """
        tally = Tally.of([(0.0, 1), (0.0, 0), (1.0, 1), (0.5, 0)])
        parts = corp(tally, rule=Rule.LOG)
        cut = corp(tally, rule=Rule.LOG, clip=0.01)

        assert (math.inf, math.inf) == (parts.score, parts.mcb)
        assert pytest.approx(math.log(2)) == parts.unc
        assert math.isfinite(parts.dsc)
        assert pytest.approx(tally.log_score(clip=0.01), abs=1e-14) == cut.score
        assert parts.dsc == cut.dsc

    def test_clip_pools_what_it_makes_equal(self) -> None:
        """
        With a clip of .1, forecasts of .05 and .1 are one level: recalibration cannot part them.
        """
        tally = Tally.of([(0.05, 0), (0.1, 1), (0.8, 1)])

        assert corp(tally, rule=Rule.LOG, clip=0.1) == corp(
            Tally.of([(0.1, 0), (0.1, 1), (0.8, 1)]), rule=Rule.LOG
        )

    @pytest.mark.parametrize("rule", list(Rule))
    def test_of_one_outcome_has_no_uncertainty(self, rule: Rule) -> None:
        """
        Where everything happened the base rate scores 0, and all of the score is miscalibration.
        """
        parts = corp(Tally.of([(0.5, 1), (0.5, 1)]), rule=rule)

        assert (parts.score, 0.0, 0.0) == (parts.mcb, parts.dsc, parts.unc)

    @given(st.one_of(tallies, weighted), st.sampled_from(Rule))
    def test_adds_up_and_never_worsens(self, tally: Tally, rule: Rule) -> None:
        """
        S = MCB - DSC + UNC; recalibration never worsens (MCB ≥ 0) nor loses skill (0 ≤ DSC ≤ UNC).
        """
        parts = corp(tally, rule=rule)
        score = tally.brier if rule is Rule.BRIER else tally.log_score()

        assert score == pytest.approx(parts.score, abs=1e-13)
        assert parts.mcb >= 0
        assert 0 <= parts.dsc <= parts.unc + 1e-15

    @given(st.one_of(tallies, weighted), st.sampled_from(Rule))
    def test_of_recalibrated_forecasts_has_no_miscalibration(
        self, tally: Tally, rule: Rule
    ) -> None:
        """
        Isotonic forecasts score S - MCB on the same data and are calibrated on it.
        """
        before = corp(tally, rule=rule)
        fitted = Tally()
        for block in isotonic(tally.levels()):
            fitted.add(block.value, 1, weight=block.events)
            fitted.add(block.value, 0, weight=block.n - block.events)
        after = corp(fitted, rule=rule)

        assert pytest.approx(0.0, abs=1e-11) == after.mcb
        assert pytest.approx(before.dsc, abs=1e-11) == after.dsc
        assert pytest.approx(before.unc - before.dsc, abs=1e-11) == after.score

    @settings(deadline=None)  # the other program takes its time
    @given(inner_rows)
    def test_agrees_with_model_diagnostics(self, rows: list[tuple[float, int]]) -> None:
        """
        Its decompose gives the same parts for both scores.
        """
        if len({y for _, y in rows}) == 1:  # its log loss has no base rate of 0 or 1
            return
        said, happened = np.array([p for p, _ in rows]), np.array([y for _, y in rows])
        for rule, function in ((Rule.BRIER, SquaredError()), (Rule.LOG, LogLoss())):
            theirs = decompose(happened, said, scoring_function=function).row(0)

            assert pytest.approx(theirs, abs=1e-12) == ours_of(Tally.of(rows), rule)

    def test_of_nothing_is_an_error(self) -> None:
        """
        No forecasts, no decomposition.
        """
        with pytest.raises(NothingResolved):
            corp(Tally())


def ours_of(tally: Tally, rule: Rule) -> tuple[float, float, float, float]:
    parts = corp(tally, rule=rule)
    return parts.mcb, parts.dsc, parts.unc, parts.score


class TestMurphy:
    def test_by_hand(self) -> None:
        """
        At .2 one of two, at .9 two of two: REL = (2 · .09 + 2 · .01)/4 = .05, RES = 1/16.
        """
        parts = murphy(Tally.of([(0.2, 0), (0.2, 1), (0.9, 1), (0.9, 1)]))

        assert pytest.approx((0.05, 0.0625, 0.1875)) == (parts.rel, parts.res, parts.unc)
        assert (parts.wbv, parts.wbc) == (0.0, 0.0)

    def test_within_a_bin_by_hand(self) -> None:
        """
        (.12, 0) and (.18, 1) share a bin: means .15 and .5, WBV = .0009, WBC = .03 · .5 = .015.

        REL = .35² = .1225, RES = 0, UNC = .25: .1225 + .25 + .0009 - .03 = .3434, the mean of
        .0144 and .6724.
        """
        tally = Tally.of([(0.12, 0), (0.18, 1)])
        parts = murphy_10(tally)

        assert pytest.approx((0.1225, 0.0, 0.25, 0.0009, 0.015)) == (
            parts.rel,
            parts.res,
            parts.unc,
            parts.wbv,
            parts.wbc,
        )
        assert pytest.approx(0.3434) == tally.brier

    @given(st.one_of(tallies, weighted))
    def test_adds_up(self, tally: Tally) -> None:
        """
        Brier = REL - RES + UNC on distinct values, + WBV - 2 WBC in bins; no part but WBC is < 0.
        """
        for parts in (murphy(tally), murphy_10(tally)):
            assert tally.brier == pytest.approx(
                parts.rel - parts.res + parts.unc + parts.wbv - 2 * parts.wbc, abs=1e-13
            )
            assert min(parts.rel, parts.res, parts.unc, parts.wbv) >= 0

    @given(st.lists(st.tuples(grid, st.integers(0, 1)), min_size=1, max_size=40).map(Tally.of))
    def test_with_one_value_in_each_bin_both_ways_are_one(self, tally: Tally) -> None:
        """
        Forecasts in whole tenths up to .9 are binned without loss.
        """
        kept = Tally.of_counts((p, y, n) for (p, y), n in tally.counts.items() if p < 1)
        if len(kept):
            assert murphy(kept) == murphy_10(kept)

    def test_of_nothing_is_an_error(self) -> None:
        """
        No forecasts, no decomposition.
        """
        for function in (murphy, murphy_10):
            with pytest.raises(NothingResolved):
                function(Tally())


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

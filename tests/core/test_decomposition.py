"""
The decompositions of a mean score: by hand, by law, and against another program.
"""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_diagnostics.scoring import LogLoss, SquaredError, decompose

from counted import grid, inner, tallies, weighted
from foretrack.core.calibration import isotonic
from foretrack.core.decomposition import Rule, corp, murphy, murphy_10
from foretrack.core.tally import Tally
from foretrack.errors import NothingResolved

inner_rows = st.lists(st.tuples(inner, st.integers(0, 1)), min_size=2, max_size=60)


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
            assert pytest.approx(astuple(murphy_10(kept)), abs=1e-15) == astuple(murphy(kept))

    def test_of_nothing_is_an_error(self) -> None:
        """
        No forecasts, no decomposition.
        """
        for function in (murphy, murphy_10):
            with pytest.raises(NothingResolved):
                function(Tally())

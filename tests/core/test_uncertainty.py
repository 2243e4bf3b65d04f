"""
Intervals against hand-worked numbers and scipy.
"""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from foretrack.core.uncertainty import (
    expit,
    interval_of_mean,
    logit,
    n_effective,
    student_t,
    wilson,
)
from foretrack.errors import OutOfRange

LEVELS = (0.5, 0.8, 0.9, 0.95, 0.99)


class TestWilson:
    def test_by_hand(self) -> None:
        """
        One of two at z = 1.96: (0.5 + 0.9604) / 2.9208 is the centre, so 0.0945 to 0.9055.
        """
        assert pytest.approx((0.0945, 0.9055), abs=5e-5) == wilson(1, 2)

    def test_of_none_is_everything(self) -> None:
        """
        Nothing observed says nothing.
        """
        assert wilson(0, 0) == (0.0, 1.0)

    def test_keeps_the_ends(self) -> None:
        """
        0 of n reaches 0 exactly, and n of n reaches 1; the other end is n/(n + z²) off.
        """
        z = 1.959963984540054

        assert wilson(0, 10)[0] == 0.0
        assert pytest.approx(z * z / (10 + z * z), abs=1e-12) == wilson(0, 10)[1]
        assert pytest.approx(10 / (10 + z * z), abs=1e-12) == wilson(10, 10)[0]
        assert wilson(10, 10)[1] == 1.0

    @settings(deadline=None)  # the other program takes its time
    @given(st.integers(1, 500), st.data(), st.sampled_from(LEVELS))
    def test_agrees_with_scipy(self, n: int, data: st.DataObject, level: float) -> None:
        """
        The interval is scipy's, without continuity correction.
        """
        successes = data.draw(st.integers(0, n))
        theirs = stats.binomtest(successes, n).proportion_ci(level, method="wilson")

        assert pytest.approx((theirs.low, theirs.high), abs=1e-12) == wilson(
            successes, n, level=level
        )

    def test_takes_fractions(self) -> None:
        """
        Half a success of one and a half is one of three with half the weight: wider.
        """
        low, high = wilson(Fraction(1, 2), Fraction(3, 2))
        inner_low, inner_high = wilson(1, 3)

        assert low < inner_low < inner_high < high

    @pytest.mark.parametrize(
        ("successes", "n", "level"), [(3, 2, 0.95), (-1, 2, 0.95), (1, 2, 1.0), (1, 2, 0.0)]
    )
    def test_refuses_what_is_no_share(self, successes: int, n: int, level: float) -> None:
        """
        More successes than tries, fewer than none, or a level that is none.
        """
        with pytest.raises(OutOfRange):
            wilson(successes, n, level=level)


class TestStudentT:
    @pytest.mark.parametrize(
        ("share", "df", "expected"),
        [
            (0.975, 1, 12.7062),
            (0.975, 2, 4.3027),
            (0.975, 10, 2.2281),
            (0.95, 5, 2.0150),
            (0.995, 30, 2.7500),
            (0.975, 120, 1.9799),
        ],
    )
    def test_agrees_with_the_printed_table(self, share: float, df: int, expected: float) -> None:
        """
        The figures of any printed t table.
        """
        assert expected == pytest.approx(student_t(share, df), abs=5e-5)

    @given(st.floats(0.5001, 0.999999))
    def test_has_closed_forms(self, share: float) -> None:
        """
        tan(π (share - 1/2)) at one degree of freedom; 2d sqrt(2/(1 - 4d²)) at two, d = share - 1/2.
        """
        d = share - 0.5

        assert pytest.approx(math.tan(math.pi * d), rel=1e-10) == student_t(share, 1)
        assert pytest.approx(2 * d * math.sqrt(2 / (1 - 4 * d * d)), rel=1e-10) == student_t(
            share, 2
        )

    @settings(deadline=None)  # the other program takes its time
    @given(
        st.sampled_from([0.001, 0.025, 0.1, 0.4, 0.6, 0.75, 0.9, 0.95, 0.975, 0.995, 0.99999]),
        st.one_of(st.integers(1, 100_000), st.floats(0.5, 50)),
    )
    def test_agrees_with_scipy(self, share: float, df: float) -> None:
        """
        Ten digits, at any degrees of freedom.
        """
        assert pytest.approx(float(stats.t.ppf(share, df)), rel=1e-10) == student_t(share, df)

    def test_is_symmetric(self) -> None:
        """
        The lower quantile is minus the upper, the middle exactly 0.
        """
        assert student_t(0.25, 7) == -student_t(0.75, 7)
        assert student_t(0.5, 7) == 0.0

    @pytest.mark.parametrize(("share", "df"), [(0.0, 3), (1.0, 3), (0.9, 0), (0.9, -1)])
    def test_refuses_what_is_none(self, share: float, df: float) -> None:
        """
        No quantile of nothing or everything, none without degrees of freedom.
        """
        with pytest.raises(OutOfRange):
            student_t(share, df)


class TestIntervalOfMean:
    def test_by_hand(self) -> None:
        """
        Scores .04, .64, .25, .25 on paper.

        Mean .295, variance 4/3 · .1881/16 = .015675, error of the logit .125200/.207975 = .60200,
        t = 3.18245: expit(-.87131 ∓ 1.91583).
        """
        interval = interval_of_mean([(1, 0.04, 1), (1, 0.64, 1), (2, 0.25, 1)])

        assert pytest.approx((0.05804, 0.73971), abs=5e-5) == interval

    def test_by_hand_with_clusters(self) -> None:
        """
        Clusters {.04, .64} and {.25} on paper.

        Mean .31, deviations .06 and -.06, variance 2 · .0072/9 = .0016, error of the logit
        .04/.2139 = .18700, t = 12.7062 at one degree: expit(-.80012 ∓ 2.37607).
        """
        interval = interval_of_mean([(1, 0.68, 2), (1, 0.25, 1)])

        assert pytest.approx((0.04006, 0.82865), abs=5e-5) == interval

    @settings(deadline=None)  # the other program takes its time
    @given(
        st.lists(st.integers(0, 100).map(lambda p: (p / 100) ** 2), min_size=2, max_size=30),
        st.sampled_from(LEVELS),
    )
    def test_of_single_scores_is_the_t_interval_of_the_logit(
        self, scores: list[float], level: float
    ) -> None:
        """
        With clusters of one the error is the usual s/sqrt(n), by the delta method.
        """
        interval = interval_of_mean([(1, score, 1) for score in scores], level=level)
        mean = math.fsum(scores) / len(scores)
        if len(set(scores)) == 1:
            assert interval is None
            return
        error = float(stats.sem(scores)) / (mean * (1 - mean))
        low, high = stats.t.interval(level, len(scores) - 1, math.log(mean / (1 - mean)), error)

        assert pytest.approx((expit(low), expit(high)), abs=1e-9) == interval

    @pytest.mark.parametrize(
        "groups",
        [
            [],
            [(1, 0.25, 1)],
            [(0, 0.25, 1), (1, 0.04, 1)],
            [(50, 0.04, 1)],
            [(1, 0.04, 1), (1, 0.04 + 0.04 + 0.04, 3), (5, 0.08, 2)],
            [(3, 0.0, 1)],
            [(3, 1.0, 1)],
        ],
        ids=["none", "one", "one that counts", "same", "same in clusters", "perfect", "worst"],
    )
    def test_is_none_where_there_is_no_variance(self, groups: list[tuple[int, float, int]]) -> None:
        """
        No interval rather than one of no width: rounding is not variance.
        """
        assert interval_of_mean(groups) is None

    @given(st.lists(st.floats(0.01, 0.99), min_size=2, max_size=20, unique=True))
    def test_multiplicity_is_repetition(self, scores: list[float]) -> None:
        """
        A kind of cluster that occurs three times is the same as three of it.
        """
        once = interval_of_mean([(3, score, 1) for score in scores])
        thrice = interval_of_mean([(1, score, 1) for score in scores] * 3)

        assert once == thrice or once == pytest.approx(thrice, rel=1e-12)

    @given(st.lists(st.floats(0.01, 0.99), min_size=2, max_size=20))
    def test_holds_the_mean_and_stays_within_0_and_1(self, scores: list[float]) -> None:
        """
        The interval holds the mean and never leaves the scale of the score.
        """
        interval = interval_of_mean([(1, score, 1) for score in scores])
        mean = math.fsum(scores) / len(scores)

        assert interval is None or 0 <= interval[0] <= mean <= interval[1] <= 1


class TestEffectiveNumber:
    def test_by_hand(self) -> None:
        """
        (3 + 1)² / (9 + 1) = 1.6; equal weights count in full; nothing is 0.
        """
        assert [
            n_effective([3, 1]),
            n_effective([Fraction(1, 3)] * 4),
            n_effective([]),
        ] == [1.6, 4.0, 0.0]


class TestLogOdds:
    @given(st.floats(-30, 30))
    def test_are_inverse(self, x: float) -> None:
        """
        The logit and its inverse undo each other.
        """
        p = expit(x)

        assert p == pytest.approx(expit(logit(p)) if p < 1 else 1.0, rel=1e-12)
        assert pytest.approx(1.0) == p + expit(-x)

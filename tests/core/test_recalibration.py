"""
Tests and estimates of calibration: by hand, by law, and against scipy.
"""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from foretrack.core import luck
from foretrack.core.decomposition import corp
from foretrack.core.levels import Levels
from foretrack.core.recalibration import (
    InTheLarge,
    Miscalibration,
    NotEstimable,
    Slope,
    Untested,
    alone,
    in_the_large,
    miscalibration,
    poisson_binomial,
    slope,
)
from foretrack.core.tally import Tally
from foretrack.core.uncertainty import expit, logit
from foretrack.errors import NothingResolved, OutOfRange

percent = st.integers(1, 99).map(lambda whole: whole / 100)
rows = st.lists(st.tuples(percent, st.integers(0, 1)), min_size=1, max_size=60)


class TestInTheLarge:
    def test_by_hand(self) -> None:
        """
        Of .2, .5 and .9 all came true: chance .09, no less likely than .04 for none: p = .13.

        One event has chance .37 and two .50, so that the four add up to 1.
        """
        result = in_the_large(Tally.of([(0.2, 1), (0.5, 1), (0.9, 1)]))

        assert pytest.approx(1 - 1.6 / 3) == result.difference
        assert pytest.approx(0.09 + 0.04) == result.p_value
        assert result.z is None

    @settings(deadline=None)  # the other program takes its time
    @given(percent, st.integers(1, 200), st.data())
    def test_of_one_probability_is_the_binomial_test(
        self, p: float, n: int, data: st.DataObject
    ) -> None:
        """
        With equal probabilities the p-value is scipy's exact two-sided binomial test.
        """
        events = data.draw(st.integers(0, n))
        result = in_the_large(Tally.of_counts([(p, 1, events), (p, 0, n - events)]))

        assert pytest.approx(stats.binomtest(events, n, p).pvalue, abs=1e-9) == result.p_value

    def test_above_two_hundred_is_a_z(self) -> None:
        """
        225 forecasts of .2 of which 54 came true: (54 - 45)/sqrt(225 · .16) = 1.5.
        """
        result = in_the_large(Tally.of_counts([(0.2, 1, 54), (0.2, 0, 171)]))

        assert pytest.approx(1.5) == result.z
        assert pytest.approx(0.04) == result.difference
        assert result.p_value is None

    @pytest.mark.parametrize(("wrong", "p_value"), [(0, 1.0), (1, 0.0)])
    def test_of_certain_forecasts_alone(self, wrong: int, p_value: float) -> None:
        """
        Certain and right is no surprise, certain and wrong is beyond chance, few or many.
        """
        many = in_the_large(Tally.of_counts([(1.0, 1, 300), (1.0, 0, wrong)]))
        few = in_the_large(Tally.of_counts([(1.0, 1, 10), (1.0, 0, wrong)]))

        assert (p_value, p_value) == (few.p_value, many.p_value)
        assert many.z is None

    def test_of_fractions_is_the_difference_alone(self) -> None:
        """
        Where counts are no whole numbers no test is offered.
        """
        tally = Tally.of_counts([(0.5, 1, Fraction(1, 2)), (0.7, 1, Fraction(1, 2))])

        result = in_the_large(tally)

        assert InTheLarge(result.difference, untested=Untested.WEIGHTED) == result
        assert pytest.approx(0.4) == result.difference

    def test_of_nothing_is_an_error(self) -> None:
        """
        No forecasts, no difference.
        """
        with pytest.raises(NothingResolved):
            in_the_large(Tally())

    @given(rows)
    def test_has_p_values_and_signs_that_fit(self, given_rows: list[tuple[float, int]]) -> None:
        """
        The p-value is above 0 and at most 1; the difference changes its sign with the question.
        """
        one = in_the_large(Tally.of(given_rows))
        turned = in_the_large(Tally.of((1 - p, 1 - y) for p, y in given_rows))

        assert one.p_value is not None
        assert 0 < one.p_value <= 1
        assert pytest.approx(-one.difference, abs=1e-12) == turned.difference
        assert pytest.approx(one.p_value, abs=1e-9) == turned.p_value


class TestPoissonBinomial:
    def test_by_hand(self) -> None:
        """
        Of .2, .5 and .9: none .8 · .5 · .1 = .04, all .2 · .5 · .9 = .09.
        """
        assert pytest.approx([0.04, 0.41, 0.46, 0.09]) == poisson_binomial([0.2, 0.5, 0.9])

    @given(st.lists(st.floats(0, 1), max_size=50))
    def test_adds_up_and_has_the_mean(self, probabilities: list[float]) -> None:
        """
        The chances add up to 1 and the mean number is the sum of the probabilities.
        """
        chances = poisson_binomial(probabilities)

        assert pytest.approx(1.0) == math.fsum(chances)
        assert pytest.approx(math.fsum(probabilities)) == math.fsum(
            number * chance for number, chance in enumerate(chances)
        )


class TestSlope:
    def test_of_two_probabilities_by_hand(self) -> None:
        """
        Two levels fit exactly: at .2 two of five, at .8 three of five.

        From logit .2 to logit .8 is 2 ln 4, from logit .4 to logit .6 is 2 ln 1.5; the variance is
        the sum of 1/(n q (1 - q)) = 2/1.2 over (2 ln 4)².
        """
        tally = Tally.of_counts([(0.2, 1, 2), (0.2, 0, 3), (0.8, 1, 3), (0.8, 0, 2)])
        fit = slope(tally)

        assert isinstance(fit, Slope)
        assert pytest.approx(math.log(1.5) / math.log(4), abs=1e-12) == fit.value
        assert pytest.approx(0.0, abs=1e-12) == fit.intercept
        assert pytest.approx(math.sqrt(2 / 1.2) / (2 * math.log(4))) == fit.standard_error

    def test_of_calibrated_counts_is_one(self) -> None:
        """
        A source whose every probability came true just so often has slope 1 and intercept 0.
        """
        tally = Tally()
        for tenth in range(1, 10):
            tally.add(tenth / 10, 1, weight=tenth)
            tally.add(tenth / 10, 0, weight=10 - tenth)
        fit = slope(tally)

        assert isinstance(fit, Slope)
        assert pytest.approx((1.0, 0.0), abs=1e-10) == (fit.value, fit.intercept)

    @pytest.mark.parametrize(
        ("given_rows", "reason"),
        [
            ([(0.0, 0), (0.4, 1), (0.5, 0)], NotEstimable.CERTAIN),
            ([(0.4, 1), (0.5, 0), (1.0, 1)], NotEstimable.CERTAIN),
            ([(0.4, 1), (0.4, 0)], NotEstimable.ONE_VALUE),
            ([(0.4, 1), (0.6, 1)], NotEstimable.ONE_OUTCOME),
            ([(0.4, 0), (0.6, 0)], NotEstimable.ONE_OUTCOME),
            ([(0.4, 0), (0.6, 1)], NotEstimable.SEPARATED),
            ([(0.4, 1), (0.6, 0)], NotEstimable.SEPARATED),
            ([(0.3, 0), (0.4, 0), (0.4, 1), (0.6, 1)], NotEstimable.SEPARATED),
        ],
    )
    def test_is_not_estimable(
        self, given_rows: list[tuple[float, int]], reason: NotEstimable
    ) -> None:
        """
        Separation (also where the classes touch), one class, one value, certainty without a clip.
        """
        assert reason is slope(Tally.of(given_rows))

    def test_of_certainty_takes_a_named_clip(self) -> None:
        """
        With a clip of .01 a certain forecast is one of .99.
        """
        certain = [(0.0, 0), (1.0, 1), (1.0, 0), (0.4, 1)]
        cut = [(0.01, 0), (0.99, 1), (0.99, 0), (0.4, 1)]

        assert slope(Tally.of(certain), clip=0.01) == slope(Tally.of(cut))

    def test_of_nothing_is_an_error(self) -> None:
        """
        No forecasts, no slope.
        """
        with pytest.raises(NothingResolved):
            slope(Tally())

    @settings(deadline=None)
    @given(rows)
    def test_solves_the_score_equations(self, given_rows: list[tuple[float, int]]) -> None:
        """
        The concave likelihood is highest where residuals are orthogonal to 1 and to logit(p).
        """
        fit = slope(Tally.of(given_rows))
        if isinstance(fit, NotEstimable):
            return
        left = [(logit(p), y - expit(fit.intercept + fit.value * logit(p))) for p, y in given_rows]

        assert pytest.approx(0.0, abs=1e-8) == math.fsum(residual for _, residual in left)
        assert pytest.approx(0.0, abs=1e-8) == math.fsum(x * residual for x, residual in left)

    @pytest.mark.parametrize(
        "counts",
        [
            [(0.3, 0, 10**6), (0.1, 1, 10), (0.01, 0, 10**4), (0.999999999999, 1, 100)],
            [(0.9, 1, 1), (0.5, 0, 10**6), (0.001, 1, 1000), (0.5, 0, 1000)],
            [(0.5, 0, 10**4), (0.51, 1, 11_000), (0.999999999999, 0, 2)],
        ],
    )
    def test_survives_extreme_counts(self, counts: list[tuple[float, int, int]]) -> None:
        """
        Where a full step of Newton's would end in the flat, the fit still reaches the top.
        """
        fit = slope(Tally.of_counts(counts))
        assert isinstance(fit, Slope)
        left = [
            (logit(p), n * (y - expit(fit.intercept + fit.value * logit(p)))) for p, y, n in counts
        ]
        n = sum(n for _, _, n in counts)

        assert pytest.approx(0.0, abs=1e-9) == math.fsum(rest for _, rest in left) / n
        assert pytest.approx(0.0, abs=1e-9) == math.fsum(x * rest for x, rest in left) / n

    @settings(deadline=None)
    @given(rows)
    def test_does_not_care_which_side_is_yes(self, given_rows: list[tuple[float, int]]) -> None:
        """
        Asking whether it did not happen leaves the slope and turns the intercept.
        """
        one = slope(Tally.of(given_rows))
        other = slope(Tally.of((1 - p, 1 - y) for p, y in given_rows))
        if isinstance(one, NotEstimable) or isinstance(other, NotEstimable):
            assert one is other
            return

        assert pytest.approx(one.value, rel=1e-6, abs=1e-6) == other.value
        assert pytest.approx(-one.intercept, rel=1e-6, abs=1e-6) == other.intercept


class TestMiscalibration:
    def test_of_one_forecast_is_no_surprise(self) -> None:
        """
        One forecast of .5 has MCB .25 whatever happens: p is 1.
        """
        result = miscalibration(Tally.of([(0.5, 1)]), random.Random(1), resamples=19)

        assert Miscalibration(0.25, 0.25, 1.0, 19) == result

    def test_of_two_forecasts_by_hand(self) -> None:
        """
        Two of .5 agree half of the time, and then have MCB .25, else 0: .125 on average.
        """
        both = miscalibration(Tally.of([(0.5, 1), (0.5, 1)]), random.Random(1), resamples=4000)
        mixed = miscalibration(Tally.of([(0.5, 1), (0.5, 0)]), random.Random(1), resamples=99)

        assert pytest.approx(0.125, abs=0.01) == both.under_calibration
        assert pytest.approx(0.5, abs=0.04) == both.p_value
        assert (mixed.mcb, mixed.p_value) == (0.0, 1.0)

    def test_of_a_unit_shares_its_luck(self) -> None:
        """
        The same two in one cluster always agree: MCB is .25 every time.
        """
        tally = Tally.of([(0.5, 1), (0.5, 1)])
        result = miscalibration(tally, random.Random(1), resamples=50, units=[[(0.5, 1), (0.5, 1)]])

        assert Miscalibration(0.25, 0.25, 1.0, 50) == result

    def test_takes_weights_by_question(self) -> None:
        """
        A question with two stances is one unit of their weights.
        """
        third = Fraction(1, 3)
        stances = [(0.3, third), (0.6, 1 - third)]
        tally = Tally.of_counts((p, 1, weight) for p, weight in stances)
        result = miscalibration(tally, random.Random(1), units=[stances])

        assert corp(tally).mcb == result.mcb
        assert 0 < result.p_value <= 1

    def test_never_reports_a_p_of_zero(self) -> None:
        """
        Whoever is always sure and wrong has p = 1/(B + 1), the least that B resamples can say.
        """
        tally = Tally.of([(0.05, 1)] * 30 + [(0.95, 0)] * 30)

        assert (
            pytest.approx(1 / 200) == miscalibration(tally, random.Random(1), resamples=199).p_value
        )

    def test_repeats_with_the_same_seed(self) -> None:
        """
        The seed decides, and nothing else.
        """
        tally = Tally.of([(p / 20, p % 2) for p in range(1, 20)])
        results = {miscalibration(tally, random.Random(7), resamples=50) for _ in range(2)}

        assert len(results) == 1

    @settings(max_examples=20, deadline=None)
    @given(rows, st.integers(0, 1000))
    def test_measures_what_corp_measures(
        self, given_rows: list[tuple[float, int]], seed: int
    ) -> None:
        """
        The mean under calibration is that of CORP on outcomes drawn the same way.
        """
        tally = Tally.of(given_rows)
        rng, again = random.Random(seed), random.Random(seed)
        result = miscalibration(tally, rng, resamples=3)
        levels = Levels.of(tally)
        hits = luck.rows(levels.places, alone(levels), again, resamples=3)
        drawn = [corp(Levels(levels.places, levels.ns, one)).mcb for one in hits]

        assert pytest.approx(math.fsum(drawn) / 3, abs=1e-12) == result.under_calibration

    def test_holds_its_level_when_calibrated(self) -> None:
        """
        On calibrated forecasts p ≤ .1 comes in about a tenth of the cases, never far above.
        """
        rng = random.Random(20)
        said = [0.2, 0.4, 0.6, 0.8] * 5
        alarms = sum(
            miscalibration(
                Tally.of((p, int(rng.random() < p)) for p in said), rng, resamples=99
            ).p_value
            <= 0.1
            for _ in range(200)
        )

        assert 5 <= alarms <= 33  # 20 expected, standard deviation 4.2

    @pytest.mark.parametrize(
        "units",
        [
            [[(0.5, 1)]],
            [[(0.5, 2), (0.4, 1)]],
            [[(0.5, 1), (0.4, 1)]],
        ],
        ids=["too few", "too many", "another"],
    )
    def test_refuses_other_units(self, units: list[list[tuple[float, int]]]) -> None:
        """
        The units must be the forecasts of the tally.
        """
        with pytest.raises(OutOfRange, match="units"):
            miscalibration(Tally.of([(0.5, 1), (0.5, 0)]), random.Random(1), units=units)

    def test_refuses_fractions_without_units(self) -> None:
        """
        From fractional counts alone nobody can tell what shares its luck.
        """
        tally = Tally.of_counts([(0.5, 1, Fraction(1, 2))])

        with pytest.raises(OutOfRange, match="units"):
            miscalibration(tally, random.Random(1))

    def test_refuses_no_resamples(self) -> None:
        """
        At least one draw.
        """
        with pytest.raises(OutOfRange, match="resamples"):
            miscalibration(Tally.of([(0.5, 1)]), random.Random(1), resamples=0)

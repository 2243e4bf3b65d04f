"""
The figures from whole numbers, against the definitions one forecast at a time.
"""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core import decomposition, recalibration
from foretrack.core.calibration import by_bin
from foretrack.core.decomposition import Rule
from foretrack.core.grades import Grade, Skill, compared, constant, grade
from foretrack.core.places import SQUARE, UNIT, place, square
from foretrack.core.recalibration import NotEstimable
from foretrack.core.rules import brier, log_score
from foretrack.core.sample import Sample, interval, spread
from foretrack.core.tally import Tally
from foretrack.core.uncertainty import interval_of_mean
from foretrack.errors import NothingResolved, OutOfRange

NONE = Skill("0.5", None, 0)

probabilities = st.one_of(
    st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.6, 0.7, 1.0]),
    st.integers(1, 99).map(lambda whole: whole / 100),
    st.floats(0, 1),
)
rows = st.lists(st.tuples(probabilities, st.integers(0, 1)), min_size=1, max_size=60)


def sample(forecasts: list[tuple[float, int]]) -> Sample:
    """
    Forecasts that are a cluster each.
    """
    keys = [place(p, y) for p, y in forecasts]
    return Sample(
        counts=Counter(keys),
        clusters=spread([1] * len(keys), [square(key) for key in keys]),
        units=[[(key, 1)] for key in keys],
    )


def graded(forecasts: list[tuple[float, int]], *, clip: float | None = None) -> Grade:
    """
    Their figures.
    """
    return grade(sample(forecasts), against=NONE, clip=clip)


def close(value: float) -> object:
    """
    The same but for rounding.
    """
    return value if math.isinf(value) else pytest.approx(value, abs=1e-12, rel=1e-9)


class TestAgainstDefinitions:
    @given(rows)
    def test_scores(self, forecasts: list[tuple[float, int]]) -> None:
        """
        Scores are the means of those of single forecasts.
        """
        found, n = graded(forecasts), len(forecasts)
        impossible = [(p, y) for p, y in forecasts if round(p, 12) == 1 - y]

        assert close(math.fsum(brier(p, y) for p, y in forecasts) / n) == found.brier
        assert close(math.fsum(log_score(p, y) for p, y in forecasts) / n) == found.log_score
        assert len(impossible) == found.log_infinite
        assert sum(y for _, y in forecasts) == found.events_occurred
        assert close(sum(y for _, y in forecasts) / n) == found.base_rate
        assert close(math.fsum(p for p, _ in forecasts) / n) == found.mean_probability

    @given(rows, st.sampled_from([None, 0.01, 0.2, 0.5]))
    def test_decompositions(self, forecasts: list[tuple[float, int]], clip: float | None) -> None:
        """
        CORP for both scores and Murphy in both binnings are those of a tally.
        """
        tally, found = Tally.of(forecasts), graded(forecasts, clip=clip)
        for expected, actual in (
            (decomposition.corp(tally), found.corp),
            (decomposition.corp(tally, rule=Rule.LOG, clip=clip), found.corp_log),
            (decomposition.murphy(tally), found.murphy),
            (decomposition.murphy_10(tally), found.murphy_10),
        ):
            for name in expected.__dataclass_fields__:
                assert close(getattr(expected, name)) == getattr(actual, name)

    @given(rows)
    def test_bins(self, forecasts: list[tuple[float, int]]) -> None:
        """
        The calibration table is that of a tally.
        """
        expected = by_bin(Tally.of(forecasts))
        actual = graded(forecasts).calibration_10

        assert [(row.low, row.high, row.n) for row in expected] == [
            (row.low, row.high, row.n) for row in actual
        ]
        for row, ours in zip(expected, actual, strict=True):
            assert close(row.mean_probability) == ours.mean_probability
            assert close(row.observed) == ours.observed
            assert pytest.approx(row.wilson) == ours.wilson

    @given(rows)
    def test_in_the_large(self, forecasts: list[tuple[float, int]]) -> None:
        """
        The difference and its p-value are those of a tally.
        """
        expected = recalibration.in_the_large(Tally.of(forecasts))
        found = graded(forecasts).in_the_large

        assert close(expected.difference) == found.difference
        assert expected.p_value == pytest.approx(found.p_value)

    @given(rows, st.sampled_from([None, 0.01]))
    def test_slope(self, forecasts: list[tuple[float, int]], clip: float | None) -> None:
        """
        The slope, or why there is none, is that of a tally.
        """
        expected = recalibration.slope(Tally.of(forecasts), clip=clip)
        found = graded(forecasts, clip=clip).slope

        if isinstance(expected, NotEstimable):
            assert expected == found
        else:
            assert found == pytest.approx(expected.value, rel=1e-6, abs=1e-8)

    @given(rows)
    def test_interval(self, forecasts: list[tuple[float, int]]) -> None:
        """
        The interval is that of the scores one by one.
        """
        expected = interval_of_mean([(1, brier(p, y), 1) for p, y in forecasts])
        found = graded(forecasts).brier_interval

        assert expected == pytest.approx(found, rel=1e-6) if found else expected is None

    def test_z_of_a_large_group(self) -> None:
        """
        Of 300 at 0.5 180 happened: z = sum(y - p)/sqrt(sum p(1 - p)) = 30/sqrt(75).
        """
        found = graded([(0.5, 1)] * 180 + [(0.5, 0)] * 120)

        assert found.in_the_large.z == pytest.approx(30 / math.sqrt(75))
        assert found.in_the_large.p_value is None

    @given(rows, st.integers(0, 1000))
    def test_luck(self, forecasts: list[tuple[float, int]], seed: int) -> None:
        """
        The same draws as one replicate at a time.
        """
        one = sample(forecasts)
        units = [[(p, 1)] for p, _ in sorted(forecasts)]
        expected = recalibration.miscalibration(
            Tally.of(forecasts), random.Random(seed), resamples=9, units=units
        )
        found = grade(one, against=NONE, resamples=9, rng=random.Random(seed))

        assert found.p_value == expected.p_value
        assert close(expected.under_calibration) == found.mcb_under_calibration

    def test_luck_shared_in_a_cluster(self) -> None:
        """
        Forecasts of one cluster come true together, as in the definition.
        """
        units = [[(0.2, 1), (0.6, 1)], [(0.6, 1)], [(0.7, 2)]]
        forecasts = [(0.2, 0), (0.6, 1), (0.6, 0), (0.7, 1), (0.7, 1)]
        keyed = [[(place(p, 0), weight) for p, weight in unit] for unit in units]
        one = Sample(
            counts=Counter(place(p, y) for p, y in forecasts),
            clusters=spread([2, 1, 2], [0, 0, 0]),
            units=keyed,
        )
        expected = recalibration.miscalibration(
            Tally.of(forecasts), random.Random(3), resamples=50, units=units
        )
        found = grade(one, against=NONE, resamples=50, rng=random.Random(3))

        assert found.p_value == expected.p_value
        assert close(expected.under_calibration) == found.mcb_under_calibration


class TestLaws:
    @given(rows)
    def test_brier_is_the_sum_of_its_parts(self, forecasts: list[tuple[float, int]]) -> None:
        """
        S = MCB - DSC + UNC, S = REL - RES + UNC, S = REL - RES + UNC + WBV - 2 WBC.
        """
        found = graded(forecasts)
        corp, murphy, ten = found.corp, found.murphy, found.murphy_10

        assert found.brier == pytest.approx(corp.mcb - corp.dsc + corp.unc, abs=1e-12)
        assert found.brier == pytest.approx(murphy.rel - murphy.res + murphy.unc, abs=1e-12)
        assert found.brier == pytest.approx(
            ten.rel - ten.res + ten.unc + ten.wbv - 2 * ten.wbc, abs=1e-12
        )

    @given(rows)
    def test_duplicates_change_no_mean(self, forecasts: list[tuple[float, int]]) -> None:
        """
        Every row twice gives the same means and parts.
        """
        once, twice = graded(forecasts), graded(forecasts * 2)

        assert (once.brier, once.corp, once.murphy_10, once.base_rate) == (
            twice.brier,
            twice.corp,
            twice.murphy_10,
            twice.base_rate,
        )

    @given(rows, st.randoms(use_true_random=False))
    def test_order_does_not_matter(
        self, forecasts: list[tuple[float, int]], rng: random.Random
    ) -> None:
        """
        Every figure is the same to the last bit in any order of the rows.
        """
        mixed = list(forecasts)
        rng.shuffle(mixed)

        assert graded(forecasts) == graded(mixed)

    def test_perfect_calibration_has_no_miscalibration(self) -> None:
        """
        2 of 10 at 20% and 7 of 10 at 70% are exactly calibrated: MCB and REL are 0, not nearly 0.
        """
        found = graded([(0.2, 1)] * 2 + [(0.2, 0)] * 8 + [(0.7, 1)] * 7 + [(0.7, 0)] * 3)

        assert found.corp.mcb == 0.0
        assert found.murphy.rel == pytest.approx(0.0, abs=1e-16)


class TestEnds:
    def test_nothing(self) -> None:
        """
        An empty group has no score.
        """
        with pytest.raises(NothingResolved):
            graded([])

    def test_clip_outside_its_range(self) -> None:
        """
        A clip above one half would turn forecasts around.
        """
        with pytest.raises(OutOfRange):
            graded([(0.2, 1)], clip=0.6)

    def test_one_forecast_has_no_interval(self) -> None:
        """
        At n = 1, and without variance, there is none.
        """
        assert graded([(0.2, 1)]).brier_interval is None
        assert graded([(0.2, 1)] * 5).brier_interval is None

    def test_certain_and_wrong(self) -> None:
        """
        What was called impossible happened twice: the score is infinite, with the count.
        """
        found = graded([(0.0, 1), (1.0, 0), (0.5, 1)])

        assert (found.log_score, found.log_infinite) == (math.inf, 2)
        assert (found.corp_log.mcb, found.slope) == (math.inf, NotEstimable.CERTAIN)
        assert found.corp_log.unc == pytest.approx(-(2 / 3) * math.log(2 / 3) - math.log(1 / 3) / 3)

    def test_clipped(self) -> None:
        """
        With a named clip the score is finite; the count of the infinite ones stays.
        """
        found = graded([(0.0, 1), (1.0, 1)], clip=0.1)

        assert found.log_score == pytest.approx((-math.log(0.1) - math.log(0.9)) / 2)
        assert found.log_infinite == 1


class TestSkill:
    def test_against_a_constant(self) -> None:
        """
        0.2 and 0.8 on a no and a yes: Brier 0.04 against 0.25, skill 0.84.
        """
        one = sample([(0.2, 0), (0.8, 1)])
        found = compared("0.5", 2 * square(place(0.2, 0)), constant(one, 0.5), n=2)

        assert (found.reference, found.n) == ("0.5", 2)
        assert found.value == pytest.approx(0.84)

    def test_against_a_perfect_reference(self) -> None:
        """
        Undefined is undefined, not 0.
        """
        assert compared("oracle", 5, 0, n=3).value is None

    def test_against_itself(self) -> None:
        """
        Exactly 0.
        """
        assert compared("it", 3, 3, n=3).value == 0.0


class TestSpread:
    def test_of_clusters(self) -> None:
        """
        The interval by cluster is that of the general definition.
        """
        sizes, scores = [1, 3, 2, 1], [0.04, 1.2, 0.5, 0.3]
        found = interval(spread(sizes, [round(score * SQUARE) for score in scores]))
        expected = interval_of_mean(
            [(1, score, size) for score, size in zip(scores, sizes, strict=True)]
        )

        assert found == pytest.approx(expected)

    @pytest.mark.parametrize(("p", "y"), [(0.0, 0), (1.0, 1), (0.3, 1), (0.1 + 0.2, 1)])
    def test_keys(self, p: float, y: int) -> None:
        """
        A key keeps probability and outcome; 0.1 + 0.2 is 0.3.
        """
        key = place(p, y)

        assert (round(p, 12), y) == ((key >> 1) / UNIT, key & 1)

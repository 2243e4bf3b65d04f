"""
The consistency band: what a calibrated source's diagram looks like by luck.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from counted import weighted
from foretrack.core.calibration import isotonic
from foretrack.core.consistency import consistency
from foretrack.core.draws import distribution
from foretrack.core.recalibration import miscalibration
from foretrack.core.tally import Tally
from foretrack.errors import NothingResolved, OutOfRange


def alone(tally: Tally) -> list[list[tuple[float, int]]]:
    """
    Every forecast a unit of its own.
    """
    return [[(level.p, 1)] for level in tally.levels() for _ in range(int(level.n))]


class TestBand:
    def test_one_probability(self) -> None:
        """
        Of 40 forecasts of 50%, for 5% of calibrated sources at most 15 come true, for 95% 25.

        So says the binomial distribution: for 4.0% at most 14, for 7.7% at most 15.
        """
        tally = Tally.of([(0.5, 1), (0.5, 0)] * 20)

        found = consistency(tally, random.Random(3), units=alone(tally), resamples=9999)

        assert [(edge.p, edge.low, edge.high) for edge in found.edges] == [(0.5, 0.375, 0.625)]

    def test_certainty(self) -> None:
        """
        What is certain leaves nothing to luck.
        """
        tally = Tally.of([(0.0, 0), (1.0, 1), (1.0, 0)])

        found = consistency(tally, random.Random(1), units=alone(tally), resamples=99)

        assert [(edge.low, edge.high) for edge in found.edges] == [(0.0, 0.0), (1.0, 1.0)]

    def test_shared_luck(self) -> None:
        """
        Twenty forecasts that one event settles are one draw: all come true or none.
        """
        tally = Tally.of([(0.5, 1)] * 20)

        found = consistency(tally, random.Random(1), units=[[(0.5, 1)] * 20])

        assert [(edge.low, edge.high) for edge in found.edges] == [(0.0, 1.0)]

    @pytest.mark.parametrize("level", [0.5, 0.9])
    def test_coverage(self, level: float) -> None:
        """
        At each probability the curve of a calibrated source is in the band as often as promised.

        It may be more often, because shares come in steps.
        """
        rng = random.Random(20)
        said = [0.1, 0.3, 0.5, 0.7, 0.9] * 12
        inside = dict.fromkeys(said, 0)
        for _ in range(200):
            tally = Tally.of((p, int(rng.random() < p)) for p in said)
            found = consistency(tally, rng, units=alone(tally), resamples=99, level=level)
            blocks = isotonic(tally.levels())
            for edge in found.edges:
                value = next(one.value for one in blocks if one.low <= edge.p <= one.high)
                inside[edge.p] += edge.low <= value <= edge.high

        assert min(inside.values()) / 200 > level - 0.07

    def test_same_seed(self) -> None:
        """
        The same seed gives the same band.
        """
        tally = Tally.of([(0.2, 0), (0.2, 1), (0.7, 1), (0.7, 0)] * 8)
        units = alone(tally)

        assert consistency(tally, random.Random(5), units=units) == consistency(
            tally, random.Random(5), units=units
        )

    @given(weighted)
    def test_order(self, tally: Tally) -> None:
        """
        The ends of the band are shares, in order, and do not fall from one probability to the next.
        """
        units = [[(level.p, level.n)] for level in tally.levels()]

        edges = consistency(tally, random.Random(1), units=units, resamples=39).edges

        assert all(0.0 <= edge.low <= edge.high <= 1.0 for edge in edges)
        assert [edge.low for edge in edges] == sorted(edge.low for edge in edges)
        assert [edge.high for edge in edges] == sorted(edge.high for edge in edges)


class TestLuck:
    def test_agrees_with_single_draws(self) -> None:
        """
        Drawing binomial numbers gives the same miscalibration by luck as drawing one by one.
        """
        tally = Tally.of([(p, 0) for p in (0.1, 0.3, 0.5, 0.7, 0.9)] * 10)

        fast = consistency(tally, random.Random(1), units=alone(tally), resamples=3999)
        slow = miscalibration(tally, random.Random(2), resamples=3999)

        assert fast.under_calibration == pytest.approx(slow.under_calibration, abs=0.001)
        assert fast.p_value == slow.p_value == pytest.approx(1 / 4000)

    def test_calibrated(self) -> None:
        """
        Luck makes as much miscalibration as none at all in every draw.
        """
        tally = Tally.of([(0.5, 1), (0.5, 0)] * 10)

        assert consistency(tally, random.Random(1), units=alone(tally)).p_value == 1.0


class TestDistribution:
    @given(st.integers(1, 80), st.floats(0.0, 1.0))
    def test_against_scipy(self, n: int, p: float) -> None:
        """
        The distribution function is SciPy's.
        """
        assert distribution(n, p) == pytest.approx(list(binom.cdf(range(n + 1), n, p)), abs=1e-9)

    def test_large(self) -> None:
        """
        Thousands of forecasts neither overflow nor vanish.
        """
        found = distribution(20_000, 0.003)

        assert found[-1] == 1.0
        assert found[60] == pytest.approx(binom.cdf(60, 20_000, 0.003), abs=1e-9)


class TestRefused:
    def test_nothing(self) -> None:
        """
        Without a forecast there is no band.
        """
        with pytest.raises(NothingResolved):
            consistency(Tally(), random.Random(1), units=[])

    def test_units_of_another_tally(self) -> None:
        """
        Units that are not the tally's forecasts are refused.
        """
        tally = Tally.of([(0.5, 1), (0.2, 0)])

        for units in ([[(0.5, 1)]], [[(0.5, 1), (0.3, 1)]], [[(0.5, 2), (0.2, 1)]]):
            with pytest.raises(OutOfRange, match="units"):
                consistency(tally, random.Random(1), units=units)

    def test_level(self) -> None:
        """
        A level that is no share, or that so few draws cannot show, is refused.
        """
        tally = Tally.of([(0.5, 1)])

        with pytest.raises(OutOfRange, match="not between 0 and 1"):
            consistency(tally, random.Random(1), units=alone(tally), level=1.0)
        with pytest.raises(OutOfRange, match="18 resamples are too few"):
            consistency(tally, random.Random(1), units=alone(tally), resamples=18)

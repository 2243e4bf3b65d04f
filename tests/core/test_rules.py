"""
Scoring rules against hand-worked numbers.
"""

from __future__ import annotations

import math

import pytest

from foretrack.core.rules import brier, clipped, log_score, outcome, probability
from foretrack.errors import CannotScore, OutOfRange


class TestProbability:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (0, 0.0),
            (1, 1.0),
            (0.1 + 0.2, 0.3),
            (1 - 0.8, 0.2),
            (0.5000000000004, 0.5),
            (0.560838211279, 0.560838211279),
        ],
    )
    def test_is_pooled_to_twelve_decimals(self, value: float, expected: float) -> None:
        """
        Doubles that differ by rounding alone become the same probability.
        """
        assert expected == probability(value)

    def test_has_no_negative_zero(self) -> None:
        """
        -0.0 becomes 0.0, so that both print and group alike.
        """
        assert math.copysign(1.0, probability(-0.0)) == 1.0

    @pytest.mark.parametrize("value", [-0.1, -1e-15, 1.0000001, 20, math.nan, math.inf])
    def test_refuses_what_is_none(self, value: float) -> None:
        """
        Anything outside 0 to 1 is an error that names the value, however close.
        """
        with pytest.raises(OutOfRange, match=r"is not between 0 and 1") as caught:
            probability(value)

        assert isinstance(caught.value, ValueError)
        assert isinstance(caught.value, CannotScore)
        assert caught.value.exit_code == 5


class TestOutcome:
    @pytest.mark.parametrize("value", [-1, 2, 0.5])
    def test_refuses_what_is_neither(self, value: float) -> None:
        """
        An outcome is 0 or 1; half an event is an error.
        """
        with pytest.raises(OutOfRange, match="neither 0"):
            outcome(value)  # type: ignore[arg-type]  # as a table may hold it


class TestBrier:
    @pytest.mark.parametrize(
        ("p", "y", "expected"),
        [
            (0.0, 0, 0.0),
            (1.0, 1, 0.0),
            (0.0, 1, 1.0),
            (1.0, 0, 1.0),
            (0.5, 0, 0.25),
            (0.5, 1, 0.25),
            (0.2, 1, 0.64),
            (0.2, 0, 0.04),
            (0.75, 1, 0.0625),
        ],
    )
    def test_is_the_squared_distance(self, p: float, y: int, expected: float) -> None:
        """
        (p - y)², on the scale 0 to 1.
        """
        assert expected == pytest.approx(brier(p, y), abs=1e-15)

    def test_agrees_with_the_paper(self) -> None:
        """
        Brier's own ten rain forecasts score 0.19 on his scale of 0 to 2 (1950, Table 1).
        """
        rain = [(0.7, 0), (0.9, 1), (0.8, 1), (0.4, 1), (0.2, 0)]
        rain += [(0.0, 0), (0.0, 0), (0.0, 0), (0.0, 0), (0.1, 0)]

        assert pytest.approx(0.19, abs=1e-15) == 2 * sum(brier(p, y) for p, y in rain) / 10


class TestLogScore:
    @pytest.mark.parametrize(
        ("p", "y", "expected"),
        [
            (1.0, 1, 0.0),
            (0.0, 0, 0.0),
            (0.5, 0, math.log(2)),
            (0.2, 1, math.log(5)),
            (0.75, 0, math.log(4)),
            (0.0, 1, math.inf),
            (1.0, 0, math.inf),
        ],
    )
    def test_is_minus_the_log(self, p: float, y: int, expected: float) -> None:
        """
        -ln of the probability given to what happened; infinite for the impossible.
        """
        assert expected == pytest.approx(log_score(p, y), rel=1e-15)

    def test_of_a_perfect_forecast_is_no_negative_zero(self) -> None:
        """
        A perfect score prints as 0, not as -0.
        """
        signs = [math.copysign(1.0, log_score(y, y)) for y in (0, 1)]

        assert signs == [1.0, 1.0]

    @pytest.mark.parametrize(("p", "y"), [(0.0, 1), (1.0, 0), (0.001, 1)])
    def test_clip_is_named_and_symmetric(self, p: float, y: int) -> None:
        """
        A clip of 0.01 makes ln 100 the worst score, on both sides.
        """
        assert pytest.approx(math.log(100), rel=1e-12) == log_score(p, y, clip=0.01)

    @pytest.mark.parametrize("clip", [0.0, -0.1, 0.6, math.nan])
    def test_clip_out_of_range_is_refused(self, clip: float) -> None:
        """
        A clip is above 0 and at most a half.
        """
        with pytest.raises(OutOfRange, match="clip"):
            clipped(0.5, clip)

"""
Texts as probabilities, outcomes, weights and days.
"""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.exchange.values import moment, outcome, probability, quoted, weight


class TestProbability:
    @given(st.floats(0, 1))
    def test_any_float_as_python_writes_it(self, p: float) -> None:
        """
        It comes back as it was.
        """
        assert p == probability(repr(p))

    @pytest.mark.parametrize(("text", "expected"), [
        ("0", 0.0), ("1", 1.0), (".5", 0.5), ("1.", 1.0), ("5e-05", 5e-05), ("+0.2", 0.2),
        ("-0.0", 0.0),
    ])  # fmt: skip
    def test_ways_to_write_it(self, text: str, expected: float) -> None:
        """
        Plain and scientific notation.
        """
        assert expected == probability(text)

    @pytest.mark.parametrize("text", [
        "1,2", "20%", "nan", "NaN", "inf", "-0.1", "1.0000001", "likely", "1_0", "0x1", "٠.٥",
        "0.5 0.6", "1e", "--1", "1e9999",
    ])  # fmt: skip
    def test_what_is_none(self, text: str) -> None:
        """
        It is quoted in the reason.
        """
        with pytest.raises(ValueError, match="is not a number between 0 and 1") as caught:
            probability(text)
        assert quoted(text) in str(caught.value)

    def test_percent(self) -> None:
        """
        The reason says what to write instead.
        """
        with pytest.raises(ValueError, match=r"write 0\.2$"):
            probability("20%")

    def test_missing(self) -> None:
        """
        An empty value is missing, not 0.
        """
        with pytest.raises(ValueError, match="is missing"):
            probability("")


class TestOutcome:
    @pytest.mark.parametrize(("text", "expected"), [
        ("0", 0), ("1", 1), ("no", 0), ("YES", 1), ("False", 0), ("true", 1), ("0.0", 0),
        ("1.0", 1),
    ])  # fmt: skip
    def test_words_and_numbers(self, text: str, expected: int) -> None:
        """
        0/1, no/yes, false/true in any case.
        """
        assert expected == outcome(text)

    @pytest.mark.parametrize(
        "text", ["0.5", "2", "-1", "y", "n", "maybe", "nan", "1,0", "happened"]
    )
    def test_what_is_none(self, text: str) -> None:
        """
        0.5 above all: a half-true outcome cannot be scored.
        """
        with pytest.raises(ValueError, match="is none of 0, 1, no, yes, false, true"):
            outcome(text)


class TestWeight:
    def test_exact(self) -> None:
        """
        0.1 is a tenth, not the double next to it.
        """
        assert [Fraction(1, 10), Fraction(3)] == [weight("0.1"), weight("3")]

    @pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1e400", "many"])
    def test_what_is_none(self, text: str) -> None:
        """
        A weight of 0 would leave a row out silently.
        """
        with pytest.raises(ValueError, match="is not a number above 0"):
            weight(text)


class TestMoment:
    def test_day_and_instant(self) -> None:
        """
        A zone is turned into UTC, its absence taken as UTC.
        """
        assert moment("2024-05-01") == datetime(2024, 5, 1, tzinfo=UTC)
        assert moment("2024-05-01T01:30:00+02:00") == datetime(2024, 4, 30, 23, 30, tzinfo=UTC)
        assert moment("2024-05-01 01:30:00Z") == datetime(2024, 5, 1, 1, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        "text", ["5/1/2024", "2024-02-30", "May 2024", "0001-01-01T00:00+10:00"]
    )
    def test_what_is_none(self, text: str) -> None:
        """
        No guessing at the order of day and month.
        """
        with pytest.raises(ValueError, match="is not a day such as 2024-05-01"):
            moment(text)

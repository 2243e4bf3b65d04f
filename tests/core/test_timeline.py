"""
Forecasts cut into the time that they stood.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core.timeline import Segment, coverage, segments, weights
from foretrack.core.vocabulary import Updates
from foretrack.errors import NothingResolved, OutOfRange

NEW_YEAR = date(2024, 1, 1)
FEBRUARY = date(2024, 2, 1)

stances = st.lists(
    st.tuples(st.dates(NEW_YEAR, date(2024, 12, 30)), st.floats(0, 1)), min_size=1, max_size=8
)


def day(number: int) -> date:
    """
    A day of January 2024.
    """
    return date(2024, 1, number)


class TestSegments:
    def test_run_until_the_next_forecast(self) -> None:
        """
        Each forecast stands until the next, the last one until the end, in order of their days.
        """
        parts = segments([(day(21), 0.9), (day(1), 0.2), (day(11), 0.6)], end=FEBRUARY)

        assert [
            Segment(0.2, day(1), day(11)),
            Segment(0.6, day(11), day(21)),
            Segment(0.9, day(21), FEBRUARY),
        ] == parts
        assert [part.days for part in parts] == [10, 10, 11]

    def test_of_one_day_the_last_given_stands(self) -> None:
        """
        Of two forecasts on one day the later given stands; the other keeps a segment of no days.
        """
        parts = segments([(day(1), 0.2), (day(1), 0.6)], end=day(11))

        assert [(part.p, part.days) for part in parts] == [(0.2, 0), (0.6, 10)]

    def test_of_nothing_is_nothing(self) -> None:
        """
        No forecast, no segment.
        """
        assert segments([], end=FEBRUARY) == []

    @pytest.mark.parametrize("late", [FEBRUARY, date(2024, 3, 1)])
    def test_refuses_a_late_forecast(self, late: date) -> None:
        """
        A forecast on the day of the event or after it never reaches a score.
        """
        with pytest.raises(OutOfRange, match="late"):
            segments([(day(1), 0.2), (late, 1.0)], end=FEBRUARY)

    @given(stances)
    def test_add_up_to_the_open_period(self, given_stances: list[tuple[date, float]]) -> None:
        """
        Segments do not overlap, leave no gap, and add up to the time from the first to the end.
        """
        end = date(2024, 12, 31)
        parts = segments(given_stances, end=end)

        assert len(given_stances) == len(parts)
        assert (end - min(start for start, _ in given_stances)).days == sum(
            part.days for part in parts
        )
        assert all(one.end == two.start for one, two in itertools.pairwise(parts))


class TestWeights:
    @pytest.mark.parametrize(
        ("updates", "expected"),
        [
            (Updates.TIME, [Fraction(10, 31), Fraction(10, 31), Fraction(11, 31)]),
            (Updates.FIRST, [1, 0, 0]),
            (Updates.LAST, [0, 0, 1]),
            (Updates.EACH, [1, 1, 1]),
        ],
    )
    def test_follow_the_rule(self, updates: Updates, expected: list[Fraction]) -> None:
        """
        By time, by the first, by the last, or each in full.
        """
        parts = segments([(day(1), 0.2), (day(11), 0.6), (day(21), 0.9)], end=FEBRUARY)

        assert expected == weights(parts, updates=updates)

    def test_default_to_time(self) -> None:
        """
        A forecast of 30 days counts three times one of 10.
        """
        parts = segments([(day(1), 0.2), (day(11), 0.6)], end=day(11) + timedelta(days=30))

        assert [Fraction(1, 4), Fraction(3, 4)] == weights(parts)

    def test_of_nothing_are_refused(self) -> None:
        """
        Nothing stood: there is nothing to weigh.
        """
        with pytest.raises(NothingResolved):
            weights([])

    @given(stances, st.sampled_from([Updates.TIME, Updates.FIRST, Updates.LAST]))
    def test_sum_to_exactly_one(
        self, given_stances: list[tuple[date, float]], updates: Updates
    ) -> None:
        """
        However many updates, the question counts once.
        """
        assert sum(weights(segments(given_stances, end=date(2025, 1, 1)), updates=updates)) == 1


class TestCoverage:
    @pytest.mark.parametrize(
        ("first", "end", "expected"),
        [
            (day(1), FEBRUARY, Fraction(1)),
            (date(2023, 6, 1), FEBRUARY, Fraction(1)),
            (day(2), FEBRUARY, Fraction(30, 31)),
            (day(31), FEBRUARY, Fraction(1, 31)),
            (day(6), day(11), Fraction(5, 10)),
            (date(2023, 12, 1), NEW_YEAR, Fraction(1)),
        ],
        ids=["all", "from before it opened", "a day late", "last day", "ended early", "at once"],
    )
    def test_is_the_share_of_the_window(self, first: date, end: date, expected: Fraction) -> None:
        """
        Days stood over days the window lived: the event on the 11th leaves ten days to cover.
        """
        parts = segments([(first, 0.2)], end=end)

        assert expected == coverage(parts, opens=NEW_YEAR, closes=day(31))

    def test_without_a_forecast_is_zero(self) -> None:
        """
        Nobody stood, nothing is covered.
        """
        assert coverage([], opens=NEW_YEAR, closes=FEBRUARY) == 0

    @given(stances)
    def test_stays_within_0_and_1(self, given_stances: list[tuple[date, float]]) -> None:
        """
        Neither forecasts before the window nor an end after it leave the range.
        """
        parts = segments(given_stances, end=date(2024, 12, 31))

        assert 0 <= coverage(parts, opens=date(2024, 3, 1), closes=date(2024, 9, 30)) <= 1

"""
Words of the horizon as windows.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core.horizons import HORIZONS, Span, months_after, span, window

DAY = date(2024, 5, 28)


class TestWindow:
    @pytest.mark.parametrize(
        ("words", "closes"),
        [
            ("imminent", date(2024, 6, 27)),
            ("in the coming days", date(2024, 8, 28)),
            ("coming weeks", date(2024, 8, 28)),
            ("short-term", date(2025, 5, 28)),
            ("Short term", date(2025, 5, 28)),
            ("in the near future", date(2025, 5, 28)),
            ("coming months", date(2025, 5, 28)),
            ("near term", date(2025, 5, 28)),
            ("soon", date(2025, 5, 28)),
            ("medium-term", date(2027, 5, 28)),
            ("over the  next few years", date(2027, 5, 28)),
            ("long-term", date(2029, 5, 28)),
            (None, date(2026, 5, 28)),
        ],
    )
    def test_table(self, words: str | None, closes: date) -> None:
        """
        Each of the words opens on the day of publication and closes as the table says.
        """
        assert (DAY, closes) == window(words, DAY)

    @pytest.mark.parametrize("words", ["by the end of the year", "", "in the", "termed"])
    def test_unknown(self, words: str) -> None:
        """
        Words that the table does not know give no window.
        """
        assert window(words, DAY) is None

    def test_calendar_ends(self) -> None:
        """
        A window that would leave the calendar is none.
        """
        assert window("long-term", date(9998, 1, 1)) is None
        assert window("imminent", date(9999, 12, 31)) is None

    def test_cumulative(self) -> None:
        """
        Short lies within medium, medium within long.
        """
        spans = [span(words) for words in ("short term", "medium term", "long term")]

        assert [Span(months=12), Span(months=36), Span(months=60)] == spans

    def test_keys_are_normal(self) -> None:
        """
        Every key of the table is found by itself.
        """
        assert {words: span(words) for words in HORIZONS} == HORIZONS


class TestMonthsAfter:
    @pytest.mark.parametrize(
        ("day", "months", "expected"),
        [
            (date(2024, 5, 28), 36, date(2027, 5, 28)),
            (date(2024, 1, 31), 1, date(2024, 2, 29)),
            (date(2023, 1, 31), 1, date(2023, 2, 28)),
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2024, 11, 30), 1, date(2024, 12, 30)),
            (date(2024, 12, 31), 0, date(2024, 12, 31)),
        ],
    )
    def test_table(self, day: date, months: int, expected: date) -> None:
        """
        The day of the month is kept, or the last of a shorter month taken.
        """
        assert expected == months_after(day, months)

    @given(st.dates(max_value=date(2999, 12, 31)), st.integers(0, 600))
    def test_law(self, day: date, months: int) -> None:
        """
        The month is exactly that many further and the day never later in it.
        """
        later = months_after(day, months)

        assert months == (later.year - day.year) * 12 + later.month - day.month
        assert later.day <= day.day

    def test_beyond(self) -> None:
        """
        Beyond the calendar there is nothing.
        """
        with pytest.raises(OverflowError, match="beyond the calendar"):
            months_after(date(9999, 6, 1), 12)

"""
Numbers and dates in horizon words as windows.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core import horizons
from foretrack.core.windows import Window, proposed

DAY = date(2024, 5, 28)
ONE_DAY = timedelta(days=1)

VOCABULARY = (
    *("by", "before", "in", "within", "the", "end", "of", "next", "this", "year", "years"),
    *("month", "decade", "two", "2027", "0", "31", "february", "and", "a", "half", "to"),
    *("between", "first", "q1", "late", "mid", "1", ".", "-", "couple"),
)

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2400, 12, 31))


def closes(words: str, day: date = DAY) -> date | None:
    window = proposed(words, day)
    return window.closes if window else None


class TestSpans:
    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("next six months", date(2024, 11, 28)),
            ("in the next 18 months", date(2025, 11, 28)),
            ("within two years", date(2026, 5, 28)),
            ("Over the coming five years", date(2029, 5, 28)),
            ("in two years\u2019 time", date(2026, 5, 28)),
            ("three years from now", date(2027, 5, 28)),
            ("within a year", date(2025, 5, 28)),
            ("over the next year", date(2025, 5, 28)),
            ("the year ahead", date(2025, 5, 28)),
            ("a decade", date(2034, 5, 28)),
            ("half a year", date(2024, 11, 28)),
            ("a year and a half", date(2025, 11, 28)),
            ("1.5 years", date(2025, 11, 28)),
            ("twenty-four months", date(2026, 5, 28)),
            ("a couple of years", date(2026, 5, 28)),
            ("the next two quarters", date(2024, 11, 28)),
            ("within 30 days", date(2024, 6, 27)),
            ("next two weeks", date(2024, 6, 11)),
        ],
    )
    def test_counted_from_publication(self, words: str, expected: date) -> None:
        """
        Digits and number words count alike, from the day of the article; the day is kept.
        """
        assert closes(words) == expected

    @pytest.mark.parametrize(
        ("words", "least", "most"),
        [
            ("two to three years", date(2026, 5, 28), date(2027, 5, 28)),
            ("6-12 months", date(2024, 11, 28), date(2025, 5, 28)),
            ("one or two weeks", date(2024, 6, 4), date(2024, 6, 11)),
        ],
    )
    def test_two_numbers(self, words: str, least: date, most: date) -> None:
        """
        Of two numbers the larger is proposed and the smaller is not wrong.
        """
        window = proposed(words, DAY)

        assert window is not None
        assert (window.closes, window.otherwise) == (most, (least,))
        assert window.allows(least)

    def test_the_anniversary_may_be_left_out(self) -> None:
        """
        A year from 28 May ends on 27 May for some; both are what the words say, 26 May is not.
        """
        window = proposed("within a year", DAY)

        assert window is not None
        allowed = [window.allows(date(2025, 5, day)) for day in (26, 27, 28, 29)]
        assert (allowed, window.otherwise) == ([False, True, True, False], ())

    @given(DAYS, st.integers(1, 80))
    def test_law(self, day: date, number: int) -> None:
        """
        So many years are twelve times so many months, so many weeks seven times so many days.
        """
        assert closes(f"{number} years", day) == closes(f"within {number * 12} months", day)
        assert closes(f"{number} weeks", day) == day + number * timedelta(days=7)


class TestDeadlines:
    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            ("by the end of 2027", date(2027, 12, 31)),
            ("before the end of 2027", date(2027, 12, 31)),
            ("late 2027", date(2027, 12, 31)),
            ("before 2027", date(2026, 12, 31)),
            ("before March 2027", date(2027, 2, 28)),
            ("before March 2028", date(2028, 2, 29)),
            ("by the end of March 2027", date(2027, 3, 31)),
            ("by 15 March 2027", date(2027, 3, 15)),
            ("by March 15th, 2027", date(2027, 3, 15)),
            ("by 2027-03-15", date(2027, 3, 15)),
            ("before 15 March 2027", date(2027, 3, 14)),
            ("by mid-2027", date(2027, 6, 30)),
            ("by the start of 2027", date(2027, 1, 1)),
            ("through 2027", date(2027, 12, 31)),
            ("by the end of the year", date(2024, 12, 31)),
            ("by year's end", date(2024, 12, 31)),
            ("by year-end", date(2024, 12, 31)),
            ("before the year is out", date(2024, 12, 31)),
            ("by the end of next year", date(2025, 12, 31)),
            ("by the end of the month", date(2024, 5, 31)),
            ("by June", date(2024, 6, 30)),
            ("by March", date(2025, 3, 31)),
            ("before June", date(2024, 5, 31)),
        ],
    )
    def test_last_day(self, words: str, expected: date) -> None:
        """
        The window opens with the article and closes with the last day that the words include.
        """
        window = proposed(words, DAY)

        assert window is not None
        assert (window.opens, window.closes) == (DAY, expected)

    @pytest.mark.parametrize(
        ("words", "first", "second"),
        [
            ("by 2027", date(2027, 12, 31), date(2026, 12, 31)),
            ("no later than 2030", date(2030, 12, 31), date(2029, 12, 31)),
            ("by March 2027", date(2027, 3, 31), date(2027, 2, 28)),
            ("until Sept 2027", date(2027, 9, 30), date(2027, 8, 31)),
            ("by the third quarter of 2027", date(2027, 9, 30), date(2027, 6, 30)),
            ("by the end of the decade", date(2029, 12, 31), date(2030, 12, 31)),
        ],
    )
    def test_two_readings(self, words: str, first: date, second: date) -> None:
        """
        "By 2027" includes the year or ends before it: one is proposed, both are allowed.
        """
        window = proposed(words, DAY)

        assert window is not None
        assert (window.closes, window.otherwise) == (first, (second,))
        assert window.allows(second)

    @given(DAYS, st.integers(1000, 2999))
    def test_law(self, day: date, year: int) -> None:
        """
        "Before" a year ends the day before it starts; "in" it and "by the end of" it end alike.
        """
        assert closes(f"before {year}", day) == date(year, 1, 1) - ONE_DAY
        assert closes(f"in {year}", day) == closes(f"by the end of {year}", day)


class TestTimes:
    @pytest.mark.parametrize(
        ("words", "opens", "expected"),
        [
            ("in 2026", date(2026, 1, 1), date(2026, 12, 31)),
            ("in 2024", DAY, date(2024, 12, 31)),
            ("sometime in 2026", date(2026, 1, 1), date(2026, 12, 31)),
            ("this year", DAY, date(2024, 12, 31)),
            ("later this year", DAY, date(2024, 12, 31)),
            ("next year", date(2025, 1, 1), date(2025, 12, 31)),
            ("next month", date(2024, 6, 1), date(2024, 6, 30)),
            ("in March 2027", date(2027, 3, 1), date(2027, 3, 31)),
            ("on 3 June", date(2024, 6, 3), date(2024, 6, 3)),
            ("in the first half of 2027", date(2027, 1, 1), date(2027, 6, 30)),
            ("Q4 2026", date(2026, 10, 1), date(2026, 12, 31)),
            ("between 2025 and 2027", date(2025, 1, 1), date(2027, 12, 31)),
            ("2025-2027", date(2025, 1, 1), date(2027, 12, 31)),
            ("between March and June 2027", date(2027, 3, 1), date(2027, 6, 30)),
        ],
    )
    def test_window(self, words: str, opens: date, expected: date) -> None:
        """
        A named time opens with its first day, never before the article.
        """
        assert proposed(words, DAY) == Window(opens, expected)

    def test_over_already(self) -> None:
        """
        A time that was over when the article appeared closes before it opens.
        """
        assert proposed("in 2023", DAY) == Window(DAY, date(2023, 12, 31))

    def test_within_the_year(self) -> None:
        """
        "Within the year" is this one, or one from today.
        """
        window = proposed("within the year", DAY)

        assert window is not None
        assert window.closes == date(2024, 12, 31)
        assert window.allows(date(2025, 5, 28))


class TestOtherWords:
    @pytest.mark.parametrize(
        "words",
        ["", "by Christmas", "by then", "as long as", "after 2027", "not before 2027", "may", "May",
         "the year", "in the year", "by summer 2027", "in a few years", "early 2027",
         "31 June 2027", "by 31 June", "half a month", "0 years", "within 999 years", "by 3000",
         "year", "a", "to", "between and", "from to", "in the 2020s", "9999 days", "not in 2026"],
    )  # fmt: skip
    def test_unknown(self, words: str) -> None:
        """
        What names no last day, or none that a file could hold, proposes nothing.
        """
        assert proposed(words, DAY) is None

    @pytest.mark.parametrize("words", [None, *horizons.HORIZONS])
    def test_the_table_goes_first(self, words: str | None) -> None:
        """
        What the table knows is as the table says, with one reading.
        """
        window = horizons.window(words, DAY)

        assert window is not None
        assert proposed(words, DAY) == Window(*window)

    @given(st.text(max_size=60), DAYS)
    def test_any_text(self, words: str, day: date) -> None:
        """
        No words are a crash.
        """
        window = proposed(words, day)

        assert window is None or window.opens >= day

    @given(
        st.lists(
            st.sampled_from(VOCABULARY),
            max_size=7,
        ),
        DAYS,
    )
    def test_any_words(self, words: list[str], day: date) -> None:
        """
        Nor are words of horizons in any order.
        """
        proposed(" ".join(words), day)

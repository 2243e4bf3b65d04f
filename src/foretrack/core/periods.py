"""
"March 2027", "the second half of 2025" and "next year" as days: the times that texts name.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from foretrack.core.horizons import months_after

if TYPE_CHECKING:
    from collections.abc import Iterable

MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip

_DAY: Final = timedelta(days=1)
_ORDINALS: Final = ("first", "second", "third", "fourth")


def one_of(words: Iterable[str]) -> str:
    """
    A pattern for any of some words, the longest first.
    """
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


MONTH: Final = one_of([*MONTHS, *(name[:3] for name in MONTHS), "sept"])
"""
A pattern for the name of a month, whole or short.
"""

_OF: Final = r"(?: of)? (?P<year>[12]\d{3})"
_NUMBER: Final = r"(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH: Final = rf"(?P<month>{MONTH})"
_PERIODS: Final = (
    r"(?:the year )?(?P<year>[12]\d{3})",
    rf"{_MONTH}(?:{_OF})?",
    rf"{_NUMBER}(?: of)? {_MONTH}(?:{_OF})?",
    rf"{_MONTH} {_NUMBER}(?:{_OF})?",
    rf"(?:the )?(?:q(?P<quarter>[1-4])|(?P<nth>{one_of(_ORDINALS)}) quarter){_OF}",
    rf"(?:the )?(?:h(?P<half>[12])|(?P<which>first|second) half){_OF}",
    r"(?P<next>next|the next|the coming) (?P<unit>month|year)",
    r"(?:this|the current|the) (?P<unit>month|year|decade)",
)


def period_of(text: str, day: date) -> tuple[date, date] | None:
    """
    First and last day of a named time; None where it is none.

    Args:
        text: In small letters, with single spaces and without marks.
        day: When it was said: a month or day without a year is the next one that is not over.

    Raises:
        ValueError: There is no such day.
        OverflowError: It lies beyond the calendar.

    >>> period_of("the second half of 2025", date(2024, 5, 28))
    (datetime.date(2025, 7, 1), datetime.date(2025, 12, 31))
    >>> period_of("march", date(2024, 5, 28))[1]
    datetime.date(2025, 3, 31)
    """
    found = next(filter(None, (re.fullmatch(pattern, text) for pattern in _PERIODS)), None)
    if found is None:
        return None
    parts = found.groupdict()
    if unit := parts.get("unit"):
        return calendar(unit, day, later=1 if parts.get("next") else 0)
    year = int(parts["year"]) if parts["year"] else None
    if parts.get("month"):
        month = next(n for n, name in enumerate(MONTHS, 1) if name[:3] == parts["month"][:3])
        return _month(year, month, int(parts["day"]) if parts.get("day") else None, day=day)
    if year is None:
        return None
    months, number = 12, 1
    if nth := parts.get("quarter") or parts.get("nth"):
        months, number = 3, _which(nth)
    elif nth := parts.get("half") or parts.get("which"):
        months, number = 6, _which(nth)
    first = date(year, (number - 1) * months + 1, 1)
    return first, months_after(first, months) - _DAY


def calendar(unit: str, day: date, *, later: int = 0) -> tuple[date, date]:
    """
    The month, year or decade that a day lies in, or one so many units later.

    >>> calendar("decade", date(2024, 5, 28))
    (datetime.date(2020, 1, 1), datetime.date(2029, 12, 31))
    """
    first, months = {
        "month": (day.replace(day=1), 1),
        "year": (date(day.year, 1, 1), 12),
        "decade": (date(day.year - day.year % 10, 1, 1), 120),
    }[unit]
    first = months_after(first, months * later)
    return first, months_after(first, months) - _DAY


def _which(text: str) -> int:
    return int(text) if text.isdigit() else _ORDINALS.index(text) + 1


def _month(year: int | None, month: int, number: int | None, *, day: date) -> tuple[date, date]:
    """
    A month or a day of it; without a year the next one that is not over.
    """
    for one in (year,) if year is not None else (day.year, day.year + 1):
        first = date(one, month, number or 1)
        last = first if number else date(one, month, monthrange(one, month)[1])
        if last >= day:
            break
    return first, last

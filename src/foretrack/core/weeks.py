"""
ISO weeks: Monday to Sunday, counted within a year that may begin or end a few days early.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, timedelta

_WEEK = re.compile(r"(\d{4})-?[wW](\d{1,2})")


def week_of(day: date) -> str:
    """
    The id of the week that a day is in.

    >>> week_of(date(2026, 11, 21)), week_of(date(2027, 1, 1))
    ('2026-w47', '2026-w53')
    """
    year, week, _ = day.isocalendar()
    return f"{year:04}-w{week:02}"


def parsed(text: str) -> str | None:
    """
    The id of the week that a text names, or None.

    >>> parsed("2026-W47"), parsed("2026w7"), parsed("2025-W53")
    ('2026-w47', '2026-w07', None)
    """
    match = _WEEK.fullmatch(text.strip())
    known = match is not None and 1000 <= int(match[1]) <= 2999  # the years of the files
    found = f"{match[1]}-w{int(match[2]):02}" if match and known else ""
    return found if monday(found) else None


def monday(week: str) -> date | None:
    """
    The first day of a week; None where that year has no such week.

    >>> monday("2026-w47"), monday("2025-w53")
    (datetime.date(2026, 11, 16), None)
    """
    match = _WEEK.fullmatch(week)
    if match:
        with suppress(ValueError):
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    return None


def sunday(week: str) -> date:
    """
    The last day of a week.

    Raises:
        ValueError: There is no such week.

    >>> sunday("2026-w47")
    datetime.date(2026, 11, 22)
    """
    first = monday(week)
    if first is None:
        raise ValueError(f"{week!r} is no ISO week")
    return first + timedelta(days=6)


def shown(week: str) -> str:
    """
    A week as people write it.

    >>> shown("2026-w47")
    '2026-W47'
    """
    return week.upper()

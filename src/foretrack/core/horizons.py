"""
"Medium term" as a window of days.

The spans are cumulative: a long-term forecast may come true at once.  They run from the latest
day the article can have appeared, and the day of the month is kept where the month has it.  An
article that names no horizon gets the span that a curator may assume, 24 months.  Numbers and
dates ("within two years", "by 2027") are read in ``windows``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Span:
    """
    The length of a window: months, days, or both.
    """

    months: int = 0
    days: int = 0


ASSUMED = Span(months=24)

_SPANS: dict[Span, tuple[str, ...]] = {
    Span(days=30): ("imminent", "imminently"),
    Span(months=3): (
        "coming days",
        "next days",
        "next few days",
        "days",
        "coming weeks",
        "next weeks",
        "next few weeks",
        "weeks",
    ),
    Span(months=12): (
        "short term",
        "short run",
        "near term",
        "near future",
        "coming months",
        "next months",
        "next few months",
        "months",
        "soon",
    ),
    Span(months=36): ("medium term", "mid term", "coming years", "next few years"),
    Span(months=60): ("long term", "longer term", "long run"),
}

HORIZONS: Mapping[str, Span] = {words: span for span, names in _SPANS.items() for words in names}

_LEADING = re.compile(r"^(?:(?:in|over|within|during|for|at|the) )+")


def span(words: str | None) -> Span | None:
    """
    The span that the table gives these words; None when it does not know them.

    Capitals, hyphens and leading words such as "in the" make no difference.  No words at all
    are the assumed span.

    >>> span("in the medium-term")
    Span(months=36, days=0)
    >>> span("by Christmas") is None
    True
    """
    if words is None:
        return ASSUMED
    return HORIZONS.get(term(words))


def term(words: str) -> str:
    """
    The one spelling of horizon words, so that "Medium term" and "medium-term" are the same.

    >>> term("in the medium-term"), term("by  Christmas")
    ('medium term', 'by christmas')
    """
    return _LEADING.sub("", " ".join(words.lower().replace("-", " ").split()))


def months_after(day: date, months: int) -> date:
    """
    The same day of the month some months later, or the last day of a shorter month.

    Raises:
        OverflowError: The month lies beyond the calendar.

    >>> months_after(date(2024, 5, 28), 36)
    datetime.date(2027, 5, 28)
    >>> months_after(date(2024, 8, 31), 6)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= MAXYEAR:
        raise OverflowError(f"{months} months after {day} is beyond the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def window(words: str | None, published_latest: date) -> tuple[date, date] | None:
    """
    First and last day of the window that the words open; the last day belongs to it.

    Args:
        words: Horizon words of the article; None for the horizon a curator assumes.
        published_latest: The latest day the article can have appeared.

    Returns:
        The window, or None when the table does not know the words or the calendar ends first.

    >>> window("medium-term", date(2024, 5, 28))
    (datetime.date(2024, 5, 28), datetime.date(2027, 5, 28))
    """
    found = span(words)
    if found is None:
        return None
    try:
        closes = months_after(published_latest, found.months) + timedelta(days=found.days)
    except OverflowError:
        return None
    return published_latest, closes

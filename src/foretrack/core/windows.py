"""
"By the end of 2027" and "within two years" as windows of days.

The table in ``horizons`` has the words that name no number and no date.  The rest is read as it
stands: a span ("next six months"), a deadline ("before March 2027"), a time ("in 2026", "this
year") or two times ("between 2025 and 2027").  Everything is counted from the latest day the
article can have appeared.

Some words are read in two ways: "by 2027" may include the year or end before it, and "within a
year" may or may not include the anniversary.  The first reading is proposed, neither is wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from foretrack.core import horizons, periods
from foretrack.core.horizons import months_after
from foretrack.core.periods import MONTHS, calendar, one_of, period_of

_DAY: Final = timedelta(days=1)
_LAST_YEAR: Final = 2999  # that a file may name

_SMALL: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

_COUNT: Final = (
    rf"(?:\d{{1,3}}(?:\.5)?|half an?|(?:a )?couple of|an?(?: dozen)?|dozen"
    rf"|{one_of(_TENS)}(?: {one_of(_SMALL[1:10])})?|{one_of(_SMALL[1:])})"
)
_UNIT: Final = r"(?:day|week|month|quarter|year|decade)"
_LEAD: Final = r"(?:(?:with)?in|inside|over|during|for|under|less than|no more than|at most)"
_SPAN: Final = (
    rf"(?:{_LEAD} )?(?:the )?(?:(?:next|coming|following|first) )?"
    rf"(?:(?P<least>{_COUNT}) (?:to|or) )?(?P<count>{_COUNT})(?P<half> and a half)? "
    rf"(?P<unit>{_UNIT})s?(?P<later> and a half)?(?:'? time)?(?: from now| hence| ahead)?"
)
_COMING: Final = (
    rf"(?:{_LEAD} )?(?:the (?:next|coming) (?P<unit>{_UNIT})|coming (?P<coming>{_UNIT})"
    rf"|the (?P<ahead>{_UNIT}) ahead)"
)
# Too little to go by: "the year" of which time, "May" of which year, or the verb?
_BARE: Final = "the (?:month|year|decade)"
_ALONE: Final = rf"{_BARE}|{periods.MONTH}"
_LATER: Final = r"(?:(?:later|still|already|sometime|some time|at some point|at any time) )?"
_BY: Final = r"(?:by|until|till|up to|no later than|not later than|not after)"
_END: Final = (
    rf"(?:(?:{_BY}|before|at|towards?|near|through) )?(?:the )?(?:very )?"
    r"(?:(?:end|close)(?: of)?|late) (?P<period>.+)"
)
_START: Final = rf"{_BY} (?:the )?(?:start|beginning) of (?P<period>.+)"
_MIDDLE: Final = rf"(?:(?:{_BY}|in) )?(?:the )?(?:middle of|mid) (?P<period>.+)"
_DEADLINE: Final = rf"(?P<how>{_BY}|before|ahead of|prior to|through) (?P<period>.+)"
_DURING: Final = rf"{_LATER}(?P<lead>(?:in|during|within|over|throughout|on) )?(?P<period>.+)"
_BETWEEN: Final = (
    r"(?:between (?P<a>.+) and (?P<b>.+)|(?:from |in )?(?P<c>.+) (?:to|until|through) (?P<d>.+))"
)
_YEARS_END: Final = (
    rf"(?:(?:{_BY}|before|at) )?(?:the )?(?P<unit>year|month)(?:'?s)? end"
    r"|before (?:the|this) (?P<out>year|month) (?:is out|is over|ends)"
)
_WITHIN_THE_YEAR: Final = r"(?:within|inside|in the course of) the year"


@dataclass(frozen=True, slots=True)
class Window:
    """
    What horizon words propose.

    Attributes:
        opens: First day; never before the article.
        closes: Last day, which belongs to the window.  It lies before ``opens`` where the words
            name a time that was over when the article appeared.
        also: Other last days that the words can mean.
    """

    opens: date
    closes: date
    also: tuple[date, ...] = ()

    def allows(self, closes: date) -> bool:
        """
        Whether the words can mean this last day.
        """
        return closes == self.closes or closes in self.also

    @property
    def otherwise(self) -> tuple[date, ...]:
        """
        Other readings, without the day before one: an anniversary may or may not belong to it.
        """
        readings = (self.closes, *self.also)
        return tuple(day for day in self.also if day + _DAY not in readings)


def proposed(words: str | None, published_latest: date) -> Window | None:
    """
    The window that horizon words open.

    Args:
        words: Horizon words of the article; None for the horizon that a curator assumes.
        published_latest: The latest day the article can have appeared.

    Returns:
        The window, or None where neither the words nor the table say, or the calendar ends.

    >>> proposed("within two years", date(2024, 5, 28)).closes
    datetime.date(2026, 5, 28)
    >>> proposed("before March 2027", date(2024, 5, 28)).closes
    datetime.date(2027, 2, 28)
    >>> proposed("by 2027", date(2024, 5, 28)).otherwise
    (datetime.date(2026, 12, 31),)
    """
    if found := horizons.window(words, published_latest):
        return Window(*found)
    try:
        window = _explicit(_normal(words or ""), published_latest)
    except (OverflowError, ValueError):  # beyond the calendar, or 31 June
        return None
    return window if window and window.closes.year <= _LAST_YEAR else None


# The patterns stay text: most words are in the table, and compiling costs more than all else here.
@lru_cache(maxsize=1000)
def _explicit(text: str, day: date) -> Window | None:
    """
    What the words say outright.
    """
    return _idiom(text, day) or _span(text, day) or _between(text, day) or _dated(text, day)


def _normal(words: str) -> str:
    """
    Small letters, single spaces, no marks; days as in "1 march 2027", ranges with "to".

    >>> _normal("By 2027-03-01."), _normal("6–12  months"), _normal("by year’s end")
    ('by 1 march 2027', '6 to 12 months', "by year's end")
    """
    text = words.lower().replace("\u2019", "'").replace("\u2013", "-").replace("\u2014", "-")
    text = re.sub(
        r"\b([12]\d{3})-(0[1-9]|1[0-2])-([0-3]\d)\b",
        lambda found: f"{int(found[3])} {MONTHS[int(found[2]) - 1]} {found[1]}",
        text,
    )
    text = re.sub(r"(?<=\d) ?- ?(?=\d)", " to ", text)
    text = re.sub(r"[\"“”.,;:()](?!\d)|-", " ", text)
    text = re.sub(r" at the latest$", "", " ".join(text.split()))
    return re.sub(r"^(?:from now (?=until|to|through)|at the latest )", "", text)


def _idiom(text: str, day: date) -> Window | None:
    if found := re.fullmatch(_YEARS_END, text):
        return Window(day, calendar(found["unit"] or found["out"], day)[1])
    if re.fullmatch(_WITHIN_THE_YEAR, text):
        anniversary = months_after(day, 12)
        return Window(day, date(day.year, 12, 31), (anniversary - _DAY, anniversary))
    return None


def _span(text: str, day: date) -> Window | None:
    """
    A number of days, weeks, months or years; of two numbers the larger.
    """
    if found := re.fullmatch(_COMING, text):
        unit = found["unit"] or found["coming"] or found["ahead"]
        closes = _after(day, 2, unit)
        return Window(day, closes, (closes - _DAY,))
    found = re.fullmatch(_SPAN, text)
    if found is None:
        return None
    halves = _halves(found["count"]) + (1 if found["half"] or found["later"] else 0)
    closes = _after(day, halves, found["unit"])
    also = [closes - _DAY]
    if found["least"]:
        least = _after(day, _halves(found["least"]), found["unit"])
        also += [least, least - _DAY]
    return Window(day, closes, tuple(also))


def _halves(count: str) -> int:
    """
    Twice the number, so that halves are whole.

    >>> _halves("twenty four"), _halves("1.5"), _halves("half a"), _halves("a")
    (48, 3, 1, 2)
    """
    if count[0].isdigit():
        return int(float(count) * 2)
    if count.startswith("half"):
        return 1
    if "couple" in count:
        return 4
    if "dozen" in count:
        return 24
    values = {"a": 1, "an": 1}
    values |= {word: number for number, word in enumerate(_SMALL)}
    values |= {word: number * 10 for number, word in enumerate(_TENS, start=2)}
    return 2 * sum(values[word] for word in count.split())


def _after(day: date, halves: int, unit: str) -> date:
    """
    The day so many half units later.

    Raises:
        ValueError: Half a unit that has no half in whole days or months, or nothing at all.
    """
    months = {"month": 1, "quarter": 3, "year": 12, "decade": 120}
    size = months.get(unit) or {"day": 1, "week": 7}[unit]
    whole, rest = divmod(halves * size, 2)
    if rest or not whole:
        raise ValueError(f"{halves} halves of a {unit}")
    return months_after(day, whole) if unit in months else day + timedelta(days=whole)


def _between(text: str, day: date) -> Window | None:
    found = re.fullmatch(_BETWEEN, text)
    if found is None:
        return None
    begin, end = found["a"] or found["c"], found["b"] or found["d"]
    last = period_of(end, day)
    if last is None:
        return None
    # "between March and June 2027" is a March of 2027
    first = period_of(f"{begin} {last[1].year}", day) or period_of(begin, day)
    if first is None or last[1] < first[0]:
        return None
    return Window(_opens(first[0], day, last[1]), last[1])


def _opens(first: date, day: date, last: date) -> date:
    return max(day, first) if last >= day else day


def _dated(text: str, day: date) -> Window | None:
    """
    A deadline, or a time in which it is to happen.
    """
    if found := re.fullmatch(_END, text):
        period = period_of(found["period"], day)
        if period is None:
            return None
        # some count the decade from 2021 to 2030
        decade = found["period"].endswith("decade")
        return Window(day, period[1], (months_after(period[1], 12),) if decade else ())
    if found := re.fullmatch(_START, text):
        period = period_of(found["period"], day)
        return Window(day, period[0], (period[0] - _DAY,)) if period else None
    if found := re.fullmatch(_MIDDLE, text):
        period = period_of(found["period"], day)
        if period is None or period[1] - period[0] < timedelta(days=27):
            return None
        whole_year = period[1] - period[0] > timedelta(days=31)
        middle = period[0].replace(month=6, day=30) if whole_year else period[0].replace(day=15)
        return Window(day, middle)
    if found := re.fullmatch(_DEADLINE, text):
        period = period_of(found["period"], day)
        if period is None:
            return None
        before = period[0] - _DAY
        if found["how"] in ("before", "ahead of", "prior to"):
            return Window(day, before)
        return Window(day, period[1], () if found["how"] == "through" else (before,))
    found = re.fullmatch(_DURING, text)
    if found is None or re.fullmatch(_BARE if found["lead"] else _ALONE, found["period"]):
        return None
    period = period_of(found["period"], day)
    return Window(_opens(period[0], day, period[1]), period[1]) if period else None

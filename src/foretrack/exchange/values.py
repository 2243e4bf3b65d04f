"""
Texts of a table as probabilities, outcomes, weights and days, or what is wrong with them.

Each function but the last takes a stripped text and raises ``ValueError`` with words that follow
the column's name: ``"1,2" is not a number between 0 and 1``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Final

from foretrack.core.places import place

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_PERCENT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?%")
_OUTCOMES: Final = {"0": 0, "1": 1, "no": 0, "yes": 1, "false": 0, "true": 1}
_LONGEST: Final = 60  # characters of a value that a message quotes

_PLAIN: Final = {b"0": 0, b"1": 1}


def probability(text: str) -> float:
    """
    A probability from 0 to 1.

    >>> probability("0.25")
    0.25
    >>> probability("20%")
    Traceback (most recent call last):
        ...
    ValueError: "20%" is not a number between 0 and 1; write 0.2
    """
    if _NUMBER.fullmatch(text) and 0.0 <= (value := float(text)) <= 1.0:
        return value + 0.0
    if not text:
        raise ValueError("is missing")
    hint = ""
    if (percent := _PERCENT.fullmatch(text)) and 0.0 <= float(percent[1]) <= 100.0:
        hint = f"; write {float(percent[1]) / 100:.12g}"
    raise ValueError(f"{quoted(text)} is not a number between 0 and 1{hint}")


def outcome(text: str) -> int:
    """
    What happened: 1 for "yes", 0 for "no".

    >>> outcome("Yes"), outcome("0"), outcome("1.0")
    (1, 0, 1)
    """
    known = _OUTCOMES.get(text.lower())
    if known is not None:
        return known
    if not text:
        raise ValueError("is missing")
    if _NUMBER.fullmatch(text) and (value := float(text)) in (0.0, 1.0):
        return int(value)
    raise ValueError(f"{quoted(text)} is none of 0, 1, no, yes, false, true")


def weight(text: str) -> Fraction:
    """
    A weight above 0, exactly as it is written.

    >>> weight("0.1")
    Fraction(1, 10)
    """
    if _NUMBER.fullmatch(text) and 1e-300 <= float(text) <= 1e300:
        return Fraction(text)
    if not text:
        raise ValueError("is missing")
    raise ValueError(f"{quoted(text)} is not a number above 0")


def moment(text: str) -> datetime:
    """
    A day, or an instant in UTC; one without a zone is taken to be in UTC.

    >>> moment("2024-05-01").isoformat(), moment("2024-05-01T12:00:00+02:00").isoformat()
    ('2024-05-01T00:00:00+00:00', '2024-05-01T10:00:00+00:00')
    """
    if not text:
        raise ValueError("is missing")
    try:
        if len(text) == len("2024-05-01"):
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        instant = datetime.fromisoformat(text)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{quoted(text)} is not a day such as 2024-05-01") from None


def quoted(text: str) -> str:
    """
    A value as messages show it.

    >>> quoted("a" * 80) == '"' + "a" * 59 + '…"'
    True
    """
    return f'"{text}"' if len(text) <= _LONGEST else f'"{text[: _LONGEST - 1]}…"'


def key_of(p: bytes, y: bytes) -> int | None:
    """
    The key of a probability and an outcome as they are written; None where they are none.

    >>> key_of(b"0.25", b"yes"), key_of(b"25%", b"1")
    (500000000001, None)
    """
    # By far the most usual way to write it is soon understood.
    if y in _PLAIN and p.replace(b".", b"", 1).isdigit() and (said := float(p)) <= 1.0:
        return place(said, _PLAIN[y])
    try:
        return place(probability(p.decode().strip()), outcome(y.decode().strip()))
    except ValueError:  # which decoding errors are, too
        return None

"""
Shapes of a single value: ids, text, days, numbers and words of an enumeration.
"""

from __future__ import annotations

import re
import unicodedata
from abc import abstractmethod
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from foretrack.files.reading import Items, Text
from foretrack.files.shapes import BROKEN, Flaw, Shape
from foretrack.files.wording import near, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

    from foretrack.files.reading import Node, Trail
    from foretrack.files.shapes import Schema


class Refused(Exception):
    """
    A text that is no value of its shape; says what was found and what is allowed.
    """


class Scalar(Shape):
    """
    A single value.
    """

    def read(self, node: Node, trail: Trail, flaws: list[Flaw]) -> Any:
        """
        The converted text.
        """
        if not isinstance(node, Text):
            found = "a list" if isinstance(node, Items) else "keys"
            flaws.append(Flaw(trail, node.line, f"needs one value, found {found}"))
            return BROKEN
        if node.absent:
            flaws.append(Flaw(trail, node.line, "is empty"))
            return BROKEN
        try:
            return self.convert(node.value)
        except Refused as refusal:
            flaws.append(Flaw(trail, node.line, str(refusal)))
            return BROKEN

    @abstractmethod
    def convert(self, text: str) -> Any:
        """
        The value of a text.

        Raises:
            Refused: It has none.
        """


@dataclass(frozen=True)
class Slug(Scalar):
    """
    An id: lower-case letters, digits and single hyphens.
    """

    longest: int = 80
    _PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

    def convert(self, text: str) -> str:
        """
        The text itself.
        """
        if self._PATTERN.fullmatch(text) and 2 <= len(text) <= self.longest:
            return text
        likely = re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")
        such_as = f", such as {likely}" if 2 <= len(likely) <= min(self.longest, 60) else ""
        raise Refused(
            f"{quoted(text)} is no id: lower-case letters, digits and single hyphens,"
            f" 2 to {self.longest} characters{such_as}"
        )

    def schema(self) -> Schema:
        """
        A string, or the integer that an editor sees in an id of digits.
        """
        return {
            "type": ["string", "integer"],
            "pattern": f"^{self._PATTERN.pattern}$",
            "minLength": 2,
            "maxLength": self.longest,
            "minimum": 0,
        }


@dataclass(frozen=True)
class Week(Scalar):
    """
    An ISO week as an id: 2026-w47.
    """

    _PATTERN = re.compile(r"[12][0-9]{3}-w(?:0[1-9]|[1-4][0-9]|5[0-3])")

    def convert(self, text: str) -> str:
        """
        The text itself.
        """
        if self._PATTERN.fullmatch(text):
            return text
        raise Refused(f"{quoted(text)} is no ISO week: write it as 2026-w47")

    def schema(self) -> Schema:
        """
        A string.
        """
        return {"type": "string", "pattern": f"^{self._PATTERN.pattern}$"}


# Control characters, line and paragraph separators; newline and tab pass.
_CONTROL = r"\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029"


@dataclass(frozen=True)
class Words(Scalar):
    """
    Text for people.

    Attributes:
        longest: Characters allowed.
        lines: Whether it may have several lines.
        verbatim: Whether it stays as it is to the last code point; otherwise what looks the same
            is the same, however the accents were typed (Unicode's form NFC).
    """

    longest: int = 4000
    lines: bool = False
    verbatim: bool = False
    _FORBIDDEN = re.compile(rf"[{_CONTROL}\ud800-\udfff]")

    def convert(self, text: str) -> str:
        """
        The text, composed; in one line, without the newline that a block scalar ends with.
        """
        if not text.isascii() and not self.verbatim:
            text = unicodedata.normalize("NFC", text)
        if not self.lines:
            text = text.rstrip("\n")
            if "\n" in text:
                raise Refused("must be one line; take out the line breaks, or write it after >")
        if not text.strip(" \t\n"):
            raise Refused("is empty")
        if len(text) > self.longest:
            raise Refused(f"has {len(text)} characters, {self.longest} are allowed")
        found = self._FORBIDDEN.search(text)
        if found:
            code = f"U+{ord(found[0]):04X}"
            raise Refused(f"holds the control character {code} (at {found.start() + 1}): remove it")
        return text

    def schema(self) -> Schema:
        """
        A string, or what else an editor may see in unquoted text.
        """
        more, end = ("", "") if self.lines else (r"\n", r"\n*")
        pattern = rf"^(?=[\s\S]*[^ \t\n])[^{_CONTROL}{more}]*{end}$"
        return {
            "type": ["string", "number", "boolean"],
            "pattern": pattern,
            "maxLength": self.longest,
        }


@dataclass(frozen=True)
class Address(Scalar):
    """
    A web address.
    """

    longest: int = 2000
    _PATTERN = re.compile(rf"https?://[^ \t\n\u00a0{_CONTROL}]+")

    def convert(self, text: str) -> str:
        """
        The text itself.
        """
        if not self._PATTERN.fullmatch(text) or len(text) > self.longest:
            raise Refused(
                f"{quoted(text)} is no web address: https:// or http://, without spaces,"
                f" at most {self.longest} characters"
            )
        return text

    def schema(self) -> Schema:
        """
        A string.
        """
        return {
            "type": "string",
            "pattern": f"^{self._PATTERN.pattern}$",
            "maxLength": self.longest,
        }


@dataclass(frozen=True)
class Checksum(Scalar):
    """
    A SHA-256 checksum.
    """

    _PATTERN = re.compile(r"[0-9a-f]{64}")

    def convert(self, text: str) -> str:
        """
        The text itself.
        """
        if not self._PATTERN.fullmatch(text):
            raise Refused(f"{quoted(text)} is no SHA-256 checksum: 64 digits of 0-9 and a-f")
        return text

    def schema(self) -> Schema:
        """
        A string; 64 decimal digits an editor may see as a number.
        """
        return {"type": ["string", "number"], "pattern": f"^{self._PATTERN.pattern}$"}


_DAY = r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of(text: str) -> date:
    """
    The day that a text names as YYYY-MM-DD.

    Raises:
        Refused: It names none between the years 1000 and 2999.
    """
    if not _FORM.fullmatch(text):
        raise Refused(f"{quoted(text)} is no day: write YYYY-MM-DD, such as 2024-05-28")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text} is a day that does not exist") from None
    if not 1000 <= day.year <= 2999:
        raise Refused(f"{text} is out of range: years 1000 to 2999")
    return day


@dataclass(frozen=True)
class Day(Scalar):
    """
    A calendar day.
    """

    def convert(self, text: str) -> date:
        """
        The day.
        """
        return day_of(text)

    def schema(self) -> Schema:
        """
        A string in the form of a day.
        """
        return {"type": "string", "format": "date", "pattern": f"^{_DAY}$"}


@dataclass(frozen=True)
class DayOrPart(Scalar):
    """
    A day, a month (YYYY-MM) or a year (YYYY), kept as text.
    """

    _MONTH = re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])")
    _YEAR = re.compile(r"[12][0-9]{3}")

    def convert(self, text: str) -> str:
        """
        The text itself.
        """
        if self._MONTH.fullmatch(text) or self._YEAR.fullmatch(text):
            return text
        if _FORM.fullmatch(text):
            return day_of(text).isoformat()
        raise Refused(
            f"{quoted(text)} is no date: write YYYY-MM-DD, YYYY-MM or YYYY, such as 2024-05-28"
        )

    def schema(self) -> Schema:
        """
        A string in one of the forms, or a year as an integer.
        """
        return {
            "anyOf": [
                Day().schema(),
                {"type": "string", "pattern": f"^(?:{self._MONTH.pattern}|{self._YEAR.pattern})$"},
                {"type": "integer", "minimum": 1000, "maximum": 2999},
            ]
        }


@dataclass(frozen=True)
class Share(Scalar):
    """
    A probability, 0 to 1, as a plain decimal.
    """

    _PATTERN = re.compile(r"0*\.[0-9]+|0+\.?|0*1(?:\.0*)?")

    def convert(self, text: str) -> float:
        """
        The number, rounded to twelve decimals so that equal ones are equal.
        """
        if not self._PATTERN.fullmatch(text):
            raise Refused(f"{quoted(text)} is not a number from 0 to 1 such as 0.2")
        return round(float(text), 12)

    def schema(self) -> Schema:
        """
        A number.
        """
        return {
            "type": ["number", "string"],
            "minimum": 0,
            "maximum": 1,
            "pattern": f"^(?:{self._PATTERN.pattern})$",
        }


@dataclass(frozen=True)
class Whole(Scalar):
    """
    A whole number.
    """

    least: int = 0
    most: int = 999_999_999
    _PATTERN = re.compile(r"0|[1-9][0-9]{0,8}")

    def convert(self, text: str) -> int:
        """
        The number.
        """
        if not self._PATTERN.fullmatch(text) or int(text) < self.least:
            raise Refused(f"{quoted(text)} is not a whole number from {self.least}")
        return int(text)

    def schema(self) -> Schema:
        """
        An integer.
        """
        pattern = self._PATTERN.pattern if self.least == 0 else "[1-9][0-9]{0,8}"
        return {
            "type": ["integer", "string"],
            "minimum": self.least,
            "maximum": self.most,
            "pattern": f"^(?:{pattern})$",
        }


@dataclass(frozen=True)
class OneOf(Scalar):
    """
    One of a few words.
    """

    members: tuple[StrEnum, ...]
    by_word: Mapping[str, StrEnum] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_word", {member.value: member for member in self.members})

    def convert(self, text: str) -> StrEnum:
        """
        The member that the word names.
        """
        if text in self.by_word:
            return self.by_word[text]
        allowed = ", ".join(self.by_word)
        raise Refused(f"{quoted(text)} is none of {allowed}{near(text, self.by_word)}")

    def schema(self) -> Schema:
        """
        An enumeration.
        """
        return {"enum": list(self.by_word)}

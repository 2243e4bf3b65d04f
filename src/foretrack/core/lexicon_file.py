"""
A lexicon as a TOML file: what it may hold, and everything that is wrong with one.

The shipped lexicons and the users' own have the same form::

    id = "house"
    title = "Our style guide"
    citation = "Style guide, third edition, 2025"

    [[entries]]
    phrases = ["likely", "probable"]     # or  phrase = "likely"
    point = 0.7
    low = 0.6
    high = 0.8

    [[entries]]
    phrase = "may"
    scorable = false
    reason = "hedge"

    [[forms]]
    phrase = "will likely"
    form_of = "likely"
    note = "The same word as an adverb."

With ``point = "midpoint of the band"`` at the top the entries give ``low`` and ``high`` only.
"""

from __future__ import annotations

import difflib
import hashlib
import math
import re
import tomllib
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from foretrack.core.lexicon import GIVEN, MIDPOINT, Entry, Lexicon, Unscored, normal
from foretrack.core.rules import DECIMALS
from foretrack.core.vocabulary import Reading
from foretrack.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Collection

_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_TOP = ("id", "title", "citation", "checked", "point", "note", "entries", "forms")
_OF_ENTRY = (
    *("phrase", "phrases", "point", "low", "high", "wide", "scorable", "reason", "reading"),
    *("n", "studies", "basis", "note"),
)
_OF_FORM = ("phrase", "phrases", "form_of", "note")


def parse(text: bytes | str, *, path: str) -> Lexicon:
    """
    The lexicon that a TOML file holds.

    Args:
        text: The content of the file.
        path: Its name, for messages.

    Raises:
        InvalidInput: With every problem found, not just the first.
    """
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return _Reader(path, content).lexicon()


def did_you_mean(word: str, known: Collection[str]) -> str:
    """
    A question that names the nearest of the known words, or nothing.
    """
    close = difflib.get_close_matches(word, known, n=1)
    return f", did you mean {str(close[0])!r}?" if close else ""


class _Figures(NamedTuple):
    point: float | None
    low: float | None
    high: float | None


class _Reader:
    """
    Turns the content of one file into a lexicon and gathers what is wrong with it.
    """

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        self.content = content
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}
        self.entries: dict[str, Entry] = {}
        self.places: dict[str, str] = {}

    def lexicon(self) -> Lexicon:
        top = self._document()
        self._unknown("", top, _TOP)
        name = self._text("", top, "id", required=True) or ""
        if name and not (_ID.fullmatch(name) and len(name) <= 80):
            allowed = "use lower-case letters, digits, dots and hyphens, 80 at most"
            self._wrong("id", f"{name!r} is no id; {allowed}")
        title = self._text("", top, "title", required=True) or ""
        citation = self._text("", top, "citation", required=True) or ""
        note = self._text("", top, "note")
        checked = self._texts("", top, "checked")
        derivation = self._one_of("", top, "point", (GIVEN, MIDPOINT)) or GIVEN
        rows = self._tables(top, "entries")
        if not rows and not any(problem.where == "entries" for problem in self.problems):
            self._wrong("entries", "none; a lexicon needs at least one [[entries]]")
        for index, row in enumerate(rows):
            self._entry(f"entries[{index}]", row, midpoint=derivation == MIDPOINT)
        listed = dict(self.entries)
        for index, row in enumerate(self._tables(top, "forms")):
            self._form(f"forms[{index}]", row, listed)
        if self.problems:
            raise InvalidInput(self.problems)
        return Lexicon(
            id=name,
            title=title,
            citation=citation,
            checked=checked,
            derivation=derivation,
            note=note,
            entries=MappingProxyType(self.entries),
            checksum=hashlib.sha256(self.content).hexdigest(),
            path=self.path,
        )

    def _document(self) -> dict[str, Any]:
        try:
            text = self.content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.content.count(b"\n", 0, error.start) + 1
            raise self._unusable("not a text file in UTF-8", line) from None
        if not text.strip():
            raise self._unusable("the file is empty; a lexicon needs id, title, citation, entries")
        try:
            top = tomllib.loads(text)
        except RecursionError:
            raise self._unusable("not usable TOML: nested too deeply") from None
        except ValueError as error:
            found = re.search(r" \(at line (\d+), column \d+\)$", str(error))
            message = str(error)[: found.start()] if found else str(error)
            line = int(found[1]) if found else 0
            raise self._unusable(f"not TOML: {message}", line) from None
        self._find_lines(text, top)
        return top

    def _find_lines(self, text: str, top: dict[str, Any]) -> None:
        # The TOML reader of the standard library keeps no positions.  Headers are easily found;
        # should their number not be that of the tables, the lines are left out.
        found: dict[str, list[int]] = {"entries": [], "forms": []}
        for number, line in enumerate(text.splitlines(), start=1):
            header = re.match(r"\s*\[\[\s*(entries|forms)\s*\]\]", line)
            if header:
                found[header[1]].append(number)
            elif not any(found.values()) and (key := re.match(r"\s*([\w-]+)\s*=", line)):
                self.lines.setdefault(key[1], number)
        for name, numbers in found.items():
            rows = top.get(name)
            if isinstance(rows, list) and len(rows) == len(numbers):
                self.lines.update({f"{name}[{i}]": line for i, line in enumerate(numbers)})

    def _unusable(self, message: str, line: int = 0) -> InvalidInput:
        return InvalidInput([Problem(self.path, line, "", message)])

    def _wrong(self, where: str, message: str) -> None:
        line = self.lines.get(where) or self.lines.get(where.split(".")[0], 0)
        self.problems.append(Problem(self.path, line, where, message))

    def _entry(self, where: str, row: dict[str, Any], *, midpoint: bool) -> None:
        self._unknown(where, row, _OF_ENTRY)
        scorable = row.get("scorable", True)
        if not isinstance(scorable, bool):
            self._wrong(f"{where}.scorable", f"{scorable!r} is neither true nor false")
            scorable = True
        reason = self._one_of(where, row, "reason", tuple(Unscored), required=not scorable)
        if scorable and reason:
            self._wrong(f"{where}.reason", "only a phrase with scorable = false has a reason")
        reading = self._one_of(where, row, "reading", tuple(Reading))
        figures = self._figures(where, row, scorable=scorable, midpoint=midpoint)
        model = Entry(
            phrase="",
            point=figures.point,
            low=figures.low,
            high=figures.high,
            wide=self._wide(where, row, figures),
            scorable=scorable,
            reason=Unscored(reason) if reason else None,
            reading=Reading(reading) if reading else Reading.EXPLICIT,
            n=self._count(where, row, "n"),
            studies=self._count(where, row, "studies"),
            basis=self._text(where, row, "basis"),
            note=self._text(where, row, "note"),
        )
        for phrase in self._phrases(where, row):
            self._keep(where, replace(model, phrase=phrase))

    def _form(self, where: str, row: dict[str, Any], listed: dict[str, Entry]) -> None:
        self._unknown(where, row, _OF_FORM)
        note = self._text(where, row, "note", required=True)
        phrases = self._phrases(where, row)
        of = self._text(where, row, "form_of", required=True)
        if of is None:
            return
        entry = listed.get(normal(of))
        if entry is None:
            hint = did_you_mean(normal(of), listed)
            self._wrong(f"{where}.form_of", f"{of!r} is not among the entries{hint}")
            return
        for phrase in phrases:
            self._keep(where, replace(entry, phrase=phrase, form_of=entry.phrase, note=note))

    def _keep(self, where: str, entry: Entry) -> None:
        key = normal(entry.phrase)
        if key in self.entries:
            self._wrong(where, f"{entry.phrase!r} is in {self.places[key]} already")
            return
        self.entries[key] = entry
        self.places[key] = where

    def _phrases(self, where: str, row: dict[str, Any]) -> tuple[str, ...]:
        if ("phrase" in row) == ("phrases" in row):
            self._wrong(where, 'needs either phrase = "..." or phrases = ["...", "..."]')
            return ()
        if "phrase" in row:
            one = self._text(where, row, "phrase")
            phrases: tuple[str, ...] = () if one is None else (one,)
        else:
            phrases = self._texts(where, row, "phrases", required=True)
        tidy = tuple(" ".join(phrase.split()) for phrase in phrases)
        for phrase in tidy:
            if not phrase.isprintable() or not normal(phrase):
                self._wrong(where, f"{phrase!r} is no phrase: it needs printable words")
        return tuple(phrase for phrase in tidy if normal(phrase))

    def _figures(
        self, where: str, row: dict[str, Any], *, scorable: bool, midpoint: bool
    ) -> _Figures:
        low = self._probability(where, row, "low", required=scorable)
        high = self._probability(where, row, "high", required=scorable)
        if low is not None and high is not None and low > high:
            self._wrong(f"{where}.low", f"{low} is above high, {high}")
            return _Figures(None, None, None)
        if not midpoint:
            point = self._probability(where, row, "point", required=scorable)
            given = [each for each in (low, point, high) if each is not None]
            if len(given) == 3 and given != sorted(given):
                self._wrong(f"{where}.point", f"{point} is outside its band, {low} to {high}")
            return _Figures(point, low, high)
        if "point" in row:
            message = f"leave it out: this lexicon's points are the {MIDPOINT}"
            self._wrong(f"{where}.point", message)
        if low is None or high is None:
            return _Figures(None, low, high)
        return _Figures(round((low + high) / 2, DECIMALS), low, high)

    def _wide(
        self, where: str, row: dict[str, Any], figures: _Figures
    ) -> tuple[float, float] | None:
        if "wide" not in row:
            return None
        place = f"{where}.wide"
        value = row["wide"]
        if not isinstance(value, list) or len(value) != 2:
            self._wrong(place, f"{value!r} is no band; write two numbers, such as [0.1, 0.3]")
            return None
        low, high = (self._number(place, each) for each in value)
        if low is None or high is None:
            return None
        if low > high:
            self._wrong(place, f"{low} is above {high}")
            return None
        if (figures.low is not None and low > figures.low) or (
            figures.high is not None and high < figures.high
        ):
            band = f"{figures.low} to {figures.high}"
            self._wrong(place, f"{low} to {high} does not hold the band, {band}")
        return low, high

    def _probability(
        self, where: str, row: dict[str, Any], key: str, *, required: bool
    ) -> float | None:
        if key not in row:
            if required:
                self._wrong(f"{where}.{key}", "missing; a scored phrase needs it")
            return None
        return self._number(f"{where}.{key}", row[key])

    def _number(self, place: str, value: Any) -> float | None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or (isinstance(value, float) and math.isnan(value)):
            self._wrong(place, f"{value!r} is no number; write a probability such as 0.7")
            return None
        if not 0 <= value <= 1:
            hint = ""
            if 1 < value <= 100:
                hint = f"; {value:g}% is {value / 100:g}"
            self._wrong(place, f"{value} is not between 0 and 1{hint}")
            return None
        return round(float(value), DECIMALS)

    def _count(self, where: str, row: dict[str, Any], key: str) -> int | None:
        value = row.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self._wrong(f"{where}.{key}", f"{value!r} is no count; write a whole number from 1")
            return None
        return value

    def _text(
        self, where: str, row: dict[str, Any], key: str, *, required: bool = False
    ) -> str | None:
        place = f"{where}.{key}" if where else key
        if key not in row:
            if required:
                self._wrong(place, "missing")
            return None
        value = row[key]
        if not isinstance(value, str):
            self._wrong(place, f"{value!r} is no text; put it in quotes")
            return None
        if not value.strip():
            self._wrong(place, "empty")
            return None
        return value.strip()

    def _texts(
        self, where: str, row: dict[str, Any], key: str, *, required: bool = False
    ) -> tuple[str, ...]:
        place = f"{where}.{key}" if where else key
        value = row.get(key, [])
        if not isinstance(value, list):
            self._wrong(place, f'{value!r} is no list; write ["...", "..."]')
            return ()
        if required and not value:
            self._wrong(place, "empty")
        texts = []
        for index, each in enumerate(value):
            if isinstance(each, str) and each.strip():
                texts.append(each.strip())
            else:
                self._wrong(f"{place}[{index}]", f"{each!r} is no text")
        return tuple(texts)

    def _one_of(
        self,
        where: str,
        row: dict[str, Any],
        key: str,
        allowed: tuple[str, ...],
        *,
        required: bool = False,
    ) -> str | None:
        place = f"{where}.{key}" if where else key
        choice = f"one of {', '.join(allowed)}"
        if key not in row:
            if required:
                self._wrong(place, f"missing; {choice}")
            return None
        value = row[key]
        if value not in allowed:
            hint = did_you_mean(value, allowed) if isinstance(value, str) else ""
            self._wrong(place, f"{value!r} is not {choice}{hint}")
            return None
        return str(value)

    def _tables(self, top: dict[str, Any], key: str) -> list[dict[str, Any]]:
        value = top.get(key, [])
        if isinstance(value, list) and all(isinstance(row, dict) for row in value):
            return value
        self._wrong(key, f"write each of them as a table headed [[{key}]]")
        return []

    def _unknown(self, where: str, row: dict[str, Any], allowed: tuple[str, ...]) -> None:
        for key in row:
            if key not in allowed:
                place = f"{where}.{key}" if where else key
                hint = did_you_mean(key, allowed) or f"; known are {', '.join(allowed)}"
                self._wrong(place, f"unknown key{hint}")

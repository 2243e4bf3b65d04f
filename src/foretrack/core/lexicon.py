"""
Words of estimative probability and what they stand for.

A lexicon maps exact phrases to a point and a band of probability.  Records keep the phrase; the
number is looked up when a score is asked for, so that the same record can be read by another
lexicon.  What a lexicon does not list it does not score: nothing is guessed from part of a phrase.

The shipped lexicons are TOML files beside this module; users write their own in the same form::

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
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from foretrack.core.records import Reading
from foretrack.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

DEFAULT = "survey-2026.1"
SHIPPED = ("survey-2026.1", "icd-203", "phia", "nato-ajp-2.1", "ipcc", "efsa", "kent")

MIDPOINT = "midpoint of the band"
GIVEN = "given for each phrase"

_PLACES = 12  # probabilities are rounded to so many decimals, so that equal ones are equal
_FOLDER = Path(__file__).with_name("lexicons")
_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_DASHES = re.compile("[-\u2010-\u2015]")


class Unscored(StrEnum):
    """
    Why a lexicon lists a phrase and gives it no probability to score by.

    ``hedge``: may, could; ``no-direction``: remains to be seen; ``double-negation``: not unlikely;
    ``change``: increasingly likely; ``ordinal``: more likely.
    """

    HEDGE = "hedge"
    NO_DIRECTION = "no-direction"
    DOUBLE_NEGATION = "double-negation"
    CHANGE = "change"
    ORDINAL = "ordinal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    What one phrase stands for in one lexicon.  Probabilities run from 0 to 1.

    Attributes:
        phrase: The phrase as the lexicon spells it.
        point: The probability that a forecast in these words is scored by.
        low: Lower end of the band; ``low <= point <= high``.
        high: Upper end of the band.
        wide: A band around the band, where the lexicon gives one.
        scorable: False for hedges and the like; their figures serve sensitivity checks only.
        reason: Why it is not scorable; None when it is.
        reading: How such a phrase is taken from a text unless the curator says otherwise.
        form_of: The listed phrase of which this is a form; its figures are that entry's.
        n: Number of answers behind the figures, where they were surveyed.
        studies: Number of surveys behind the figures.
        basis: Where the figures come from, in words.
    """

    phrase: str
    point: float | None = None
    low: float | None = None
    high: float | None = None
    wide: tuple[float, float] | None = None
    scorable: bool = True
    reason: Unscored | None = None
    reading: Reading = Reading.EXPLICIT
    form_of: str | None = None
    n: int | None = None
    studies: int | None = None
    basis: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """
    A set of phrases with their probabilities, and where these come from.

    Attributes:
        checked: Where the figures were read; says so when that was a secondary copy.
        derivation: How a point follows from its band.
        entries: The entries by :func:`normal` form of their phrase, in the file's order.
        checksum: SHA-256 of the file's bytes, 64 hexadecimal digits.
        path: The file as the user named it.
    """

    id: str
    title: str
    citation: str
    checked: tuple[str, ...] = ()
    derivation: str = GIVEN
    note: str | None = None
    entries: Mapping[str, Entry] = field(repr=False, hash=False)
    checksum: str
    path: str

    def look_up(self, phrase: str) -> Entry | None:
        """
        The entry of a phrase, or None when this lexicon does not list it.

        Case, white space and hyphens do not matter; every word does.

        >>> entry = shipped("phia").look_up("Realistic  possibility")
        >>> entry.low, entry.point, entry.high
        (0.4, 0.45, 0.5)
        >>> shipped("phia").look_up("improbable") is None
        True
        """
        return self.entries.get(normal(phrase))


@dataclass(frozen=True, slots=True)
class Stance:
    """
    The probability that a forecast gives to "yes", with its band.

    Attributes:
        point: Probability, 0 to 1.
        low: Lower end of the band, at most the point.
        high: Upper end of the band, at least the point.
    """

    point: float
    low: float
    high: float

    def opposite(self) -> Stance:
        """
        The same stance towards the complement: 1 - p and [1 - high, 1 - low].

        >>> Stance(0.2, 0.1, 0.25).opposite()
        Stance(point=0.8, low=0.75, high=0.9)
        """
        return Stance(
            round(1 - self.point, _PLACES),
            round(1 - self.high, _PLACES),
            round(1 - self.low, _PLACES),
        )


def stance(
    lexicon: Lexicon,
    *,
    phrase: str | None = None,
    probability: float | None = None,
    opposite: bool = False,
) -> Stance | None:
    """
    What a forecast in these words, or with this number, says under one lexicon.

    Args:
        lexicon: Read for a phrase; a number means the same under every lexicon.
        phrase: The estimative words.
        probability: A number from 0 to 1, whose band has no width.
        opposite: Whether the claim's proposition is the question's complement.

    Returns:
        The stance, or None when the lexicon lacks the phrase or does not score it.

    Raises:
        ValueError: Neither or both of phrase and probability, or a number outside 0 to 1.

    >>> stance(shipped(DEFAULT), phrase="unlikely")
    Stance(point=0.2, low=0.1, high=0.25)
    >>> stance(shipped(DEFAULT), phrase="unlikely", opposite=True)
    Stance(point=0.8, low=0.75, high=0.9)
    >>> stance(shipped(DEFAULT), phrase="may") is None
    True
    """
    if (phrase is None) == (probability is None):
        raise ValueError("give either a phrase or a probability")
    if probability is not None:
        if not 0 <= probability <= 1:
            raise ValueError(f"a probability is between 0 and 1, not {probability}")
        point = round(float(probability), _PLACES)
        found = Stance(point, point, point)
    else:
        entry = lexicon.look_up(phrase or "")
        if entry is None or not entry.scorable:
            return None
        if entry.point is None or entry.low is None or entry.high is None:
            return None
        found = Stance(entry.point, entry.low, entry.high)
    return found.opposite() if opposite else found


def normal(phrase: str) -> str:
    """
    The form in which phrases are compared: folded case, single spaces, hyphens as spaces.

    >>> normal("  Fifty-fifty ")
    'fifty fifty'
    """
    return " ".join(_DASHES.sub(" ", phrase).casefold().split())


@cache
def shipped(name: str) -> Lexicon:
    """
    One of the lexicons that come with the program.

    Raises:
        InvalidInput: There is none of that name; the message lists those that are.
    """
    if name not in SHIPPED:
        raise InvalidInput(_no_such_lexicon(name, SHIPPED))
    return parse((_FOLDER / f"{name}.toml").read_bytes(), path=f"{name}.toml")


@dataclass(frozen=True, slots=True)
class Library:
    """
    The lexicons at hand: the shipped ones, each read when first needed, and the user's own.

    Raises:
        InvalidInput: Two lexicons with one id.

    >>> Library().where_scored("realistic possibility")
    ['phia']
    """

    user: tuple[Lexicon, ...] = ()

    def __post_init__(self) -> None:
        taken = dict.fromkeys(SHIPPED, "comes with foretrack")
        problems = []
        for lexicon in self.user:
            if lexicon.id in taken:
                message = f"a lexicon {lexicon.id!r} {taken[lexicon.id]}; choose another id"
                problems.append(Problem(lexicon.path, 0, "id", message))
            else:
                taken[lexicon.id] = f"is in {lexicon.path} already"
        if problems:
            raise InvalidInput(problems)

    def names(self) -> tuple[str, ...]:
        """
        The ids, the default first and the user's own last.
        """
        return (*SHIPPED, *(lexicon.id for lexicon in self.user))

    def get(self, name: str = DEFAULT) -> Lexicon:
        """
        The lexicon of that id.

        Raises:
            InvalidInput: There is none of that id; the message lists those that are.
        """
        for lexicon in self.user:
            if lexicon.id == name:
                return lexicon
        if name not in SHIPPED:
            raise InvalidInput(_no_such_lexicon(name, self.names()))
        return shipped(name)

    def known(self, phrase: str) -> bool:
        """
        Whether some lexicon lists the phrase, scored or not.
        """
        return any(lexicon.look_up(phrase) for lexicon in self._all())

    def scorable(self, phrase: str) -> bool:
        """
        Whether some lexicon gives the phrase a probability to score by.
        """
        return any(_scores(lexicon, phrase) for lexicon in self._all())

    def where_scored(self, phrase: str) -> list[str]:
        """
        The ids of the lexicons that give the phrase a probability to score by.
        """
        return [lexicon.id for lexicon in self._all() if _scores(lexicon, phrase)]

    def nearest(self, phrase: str, n: int = 3) -> list[str]:
        """
        The known phrases closest to this one, the closest first; [] when none is close.

        Phrases that stand within the given one come before phrases that are merely alike.

        >>> Library().nearest("is not likely to", n=2)
        ['not likely', 'likely']
        """
        wanted = normal(phrase)
        known = {key: entry.phrase for each in self._all() for key, entry in each.entries.items()}
        within = [key for key in known if f" {key} " in f" {wanted} "]
        within.sort(key=lambda key: (-len(key), key))
        alike = difflib.get_close_matches(wanted, known, n=n, cutoff=0.6)
        return [known[key] for key in dict.fromkeys([*within, *alike])][:n]

    def _all(self) -> Iterator[Lexicon]:
        return (self.get(name) for name in self.names())


def _scores(lexicon: Lexicon, phrase: str) -> bool:
    entry = lexicon.look_up(phrase)
    return entry is not None and entry.scorable


def _no_such_lexicon(name: str, known: Collection[str]) -> str:
    return f"no lexicon {name!r}{_did_you_mean(name, known)}; known are {', '.join(known)}"


def _did_you_mean(word: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f", did you mean {str(close[0])!r}?" if close else ""


# --- reading a file ----------------------------------------------------------------------------

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
            hint = _did_you_mean(normal(of), listed)
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
        return _Figures(round((low + high) / 2, _PLACES), low, high)

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
        return round(float(value), _PLACES)

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
            hint = _did_you_mean(value, allowed) if isinstance(value, str) else ""
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
                hint = _did_you_mean(key, allowed) or f"; known are {', '.join(allowed)}"
                self._wrong(place, f"unknown key{hint}")

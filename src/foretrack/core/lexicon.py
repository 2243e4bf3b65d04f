"""
Words of estimative probability and what they stand for.

A lexicon maps exact phrases to a point and a band of probability.  Records keep the phrase; the
number is looked up when a score is asked for, so that the same record can be read by another
lexicon.  What a lexicon does not list it does not score: nothing is guessed from part of a phrase.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from foretrack.core.rules import DECIMALS
from foretrack.core.vocabulary import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

MIDPOINT = "midpoint of the band"
GIVEN = "given for each phrase"

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

        >>> from foretrack.core.library import shipped
        >>> entry = shipped("phia").look_up("Realistic  possibility")
        >>> entry.low, entry.point, entry.high
        (0.4, 0.45, 0.5)
        >>> shipped("phia").look_up("improbable") is None
        True
        """
        return self.entries.get(normal(phrase))


class Stance(NamedTuple):
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
            round(1 - self.point, DECIMALS),
            round(1 - self.high, DECIMALS),
            round(1 - self.low, DECIMALS),
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

    >>> from foretrack.core.library import DEFAULT, shipped
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
        point = round(float(probability), DECIMALS)
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

"""
A source's own dictionary: what came of its words, beside what others take them to mean.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foretrack.core.lexicon import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foretrack.core.lexicon import Lexicon
    from foretrack.core.page import Hit
    from foretrack.core.records import Claim
    from foretrack.core.scorecard import Convention


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """
    What one lexicon takes a phrase to mean.  Probabilities run from 0 to 1.

    Attributes:
        point: What it is scored by; None where the lexicon gives none.
        scored: False for a hedge and the like, whose figures serve no score.
    """

    lexicon: str
    point: float | None
    low: float | None
    high: float | None
    scored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """
    One phrase.

    Attributes:
        phrase: As it is used most.
        uses: Claims that use it, those that cannot be scored too.
        forecasts: Those of them that are forecasts.
        n: Questions scored, each by the source's last forecast.
        hits: How many of the claims' propositions came true.
        observed: Their share, 0 to 1; None without any.
        wilson: 95% interval of the share; None without any.
        agrees: Whether the interval meets the band of the lexicon in use; None below ten.
        readers: What readers take it to mean, by the survey; None where it was not asked.
        standards: What the other lexicons say, those that list it.
    """

    phrase: str
    uses: int
    forecasts: int
    n: int
    hits: int
    observed: float | None
    wilson: tuple[float, float] | None
    agrees: bool | None
    readers: Meaning | None
    standards: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    """
    All phrases of a source, or of all together.

    Attributes:
        source: None for all together.
        words: By what readers take them to mean, lowest first, then those nobody was asked about.
        numbers: Forecasts that give a number in place of a phrase; they are not listed.
    """

    convention: Convention
    source: str | None
    label: str | None
    words: tuple[Word, ...]
    numbers: int


def words(
    claims: Iterable[Claim], *, hits: Iterable[Hit], readers: Lexicon, standards: Sequence[Lexicon]
) -> tuple[Word, ...]:
    """
    The phrases of some claims.

    Args:
        claims: Those that count, forecasts or not.
        hits: What came of the forecasts among them, from ``page.hits``.
        readers: The lexicon that tells what readers take phrases to mean.
        standards: The others.
    """
    used: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.phrase is not None:
            used[normal(claim.phrase)].append(claim)
    came = {normal(hit.words): hit for hit in hits}
    found = [
        _word(said, came.get(key), readers=readers, standards=standards)
        for key, said in used.items()
    ]
    return tuple(sorted(found, key=_by_reading))


def _word(
    said: Sequence[Claim], hit: Hit | None, *, readers: Lexicon, standards: Sequence[Lexicon]
) -> Word:
    spellings = sorted(claim.phrase or "" for claim in said)
    phrase = max(spellings, key=lambda one: (spellings.count(one), -spellings.index(one)))
    meanings = (meaning(one, phrase) for one in standards)
    return Word(
        phrase=phrase,
        uses=len(said),
        forecasts=sum(claim.question is not None for claim in said),
        n=hit.n if hit else 0,
        hits=hit.hits if hit else 0,
        observed=hit.observed if hit else None,
        wilson=hit.wilson if hit else None,
        agrees=hit.agrees if hit else None,
        readers=meaning(readers, phrase),
        standards=tuple(one for one in meanings if one is not None),
    )


def meaning(lexicon: Lexicon, phrase: str) -> Meaning | None:
    """
    What a lexicon takes a phrase to mean; None where it does not list it.

    >>> from foretrack.core.library import shipped
    >>> found = meaning(shipped("phia"), "realistic possibility")
    >>> found.point, found.low, found.high, found.scored
    (0.45, 0.4, 0.5, True)
    """
    entry = lexicon.look_up(phrase)
    if entry is None:
        return None
    return Meaning(
        lexicon=lexicon.id,
        point=entry.point,
        low=entry.low,
        high=entry.high,
        scored=entry.scorable,
    )


def _by_reading(word: Word) -> tuple[float, float, str]:
    known = word.readers or (word.standards[0] if word.standards else None)
    point = known.point if known else None
    return (2.0 if point is None else point, -word.uses, word.phrase)

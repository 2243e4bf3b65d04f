"""
What waits to be decided, as plain data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from foretrack.core.records import Article, Claim, Source
    from foretrack.core.vocabulary import ConditionIs, Polarity


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """
    What one source said about a question.

    Attributes:
        words: The phrase, or the number as text.
        made: The day it was said; the latest possible one where the date is inferred.
    """

    claim: str
    source: str
    name: str
    words: str
    polarity: Polarity
    made: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """
    A question that waits for its resolution.

    Attributes:
        days: Days from the as-of date to the last day of the window; negative once it is over.
        condition: The state of its condition, where it has one.
        condition_statement: What the condition is.
    """

    question: str
    statement: str
    criteria: str
    resolution_source: str
    opens: date
    closes: date
    days: int
    overdue: bool
    condition: ConditionIs | None
    condition_statement: str | None = None
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """
    What is due, oldest first.

    Attributes:
        within: How many days ahead were looked at.
        conditions: Questions whose window closes later, with a condition still to be decided.
        overdue: How many are overdue, read or not.
        later: The next closing date after those days, if any.
        more: How many items were counted and not read, at the end of the queue.
        more_conditions: The same of ``conditions``.
    """

    as_of: date
    within: int
    items: tuple[Due, ...]
    conditions: tuple[Due, ...] = ()
    overdue: int
    later: date | None
    more: int = 0
    more_conditions: int = 0


def voices(
    claims: Iterable[Claim], *, articles: Mapping[str, Article], sources: Mapping[str, Source]
) -> tuple[Voice, ...]:
    """
    What was said about one question, by day and source.
    """
    found = [
        Voice(
            claim=claim.id,
            source=claim.source,
            name=sources[claim.source].name,
            words=words_of(claim),
            polarity=claim.polarity,
            made=articles[claim.article].published.latest,
        )
        for claim in claims
    ]
    return tuple(sorted(found, key=lambda voice: (voice.made, voice.source, voice.claim)))


def words_of(claim: Claim) -> str:
    """
    The stance of a claim as a person would read it: its phrase, or its number.
    """
    return worded(claim.phrase, claim.probability)


def worded(phrase: str | None, probability: float | None) -> str:
    """
    A phrase, or else a number, as a person would read it.
    """
    if phrase is not None:
        return phrase
    return "" if probability is None else f"{probability:.12g}"

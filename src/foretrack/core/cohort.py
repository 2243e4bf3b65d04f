"""
Which forecasts count: how each one stands on an as-of date.

Yes-or-no questions that say "by December" can come true on any day but can fail only at the end.
Counting them as they resolve therefore counts mostly the ones that came true; only windows that
are over make the headline.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from foretrack.core.horizons import term
from foretrack.core.vocabulary import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from foretrack.core.records import Claim, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """
    A part of the record; what is None selects nothing away.

    Attributes:
        tag: Only forecasts on questions with this tag.
        since: Only claims made on this day or later.
        until: Only claims made on this day or earlier.
        horizon: Only claims with these horizon words, or this basis where there are no words.
    """

    tag: str | None = None
    since: date | None = None
    until: date | None = None
    horizon: str | None = None

    def admits(self, claim: Claim, *, made: date, tags: Sequence[str]) -> bool:
        """
        Whether a claim belongs to the part.

        Args:
            made: The day it was made; the latest possible one.
            tags: Those of its question; none for a claim that is no forecast.
        """
        return (
            (self.tag is None or self.tag in tags)
            and (self.since is None or made >= self.since)
            and (self.until is None or made <= self.until)
            and (self.horizon is None or term(self.horizon) == horizon_of(claim))
        )


EVERYTHING = Selection()
"""
The whole record.
"""


def horizon_of(claim: Claim) -> str | None:
    """
    What a claim's horizon is grouped by: its words, or its basis where there are none.
    """
    if claim.horizon is None:
        return None
    return term(claim.horizon.words or claim.horizon.basis.value)


class Recorded(StrEnum):
    """
    What the record of a question says beside the forecasts, to measure them against.

    ``base-rate``: the rate of a reference class.  ``status-quo``: the outcome if nothing changes.
    """

    BASE_RATE = "base-rate"
    STATUS_QUO = "status-quo"

    def of(self, question: Question) -> float | None:
        """
        The probability of yes that it comes to, 0 to 1; None where the question has none.
        """
        if self is Recorded.BASE_RATE:
            return question.base_rate
        return {Outcome.YES: 1.0, Outcome.NO: 0.0}.get(question.status_quo or Outcome.AMBIGUOUS)


class Standing(StrEnum):
    """
    How a forecast stands.

    ``scored``: resolved yes or no, window over.  ``early``: resolved yes or no, window not over.
    ``overdue``: window over, not resolved.  ``late``: made on or after the day that settled the
    question, or after its window.
    """

    SCORED = "scored"
    EARLY = "early"
    OPEN = "open"
    OVERDUE = "overdue"
    AMBIGUOUS = "ambiguous"
    ANNULLED = "annulled"
    LATE = "late"


class Item(NamedTuple):
    """
    Forecasts that are alike in everything that a score depends on, and how many they are.

    Groups, source and number stand first; all that stands after them is what is alike.  Of that
    what follows from the words comes first, then what follows from how the question stands, then
    what is known of single forecasts: ``db.tallies`` puts items together in this order.

    Attributes:
        group: What the scorecard groups by; several values where one forecast belongs to several
            groups (authors, tags).
        source: Who says it.
        n: How many forecasts are alike.
        question: Set only where one source has several forecasts on it: then each is an item of
            its own.
        assumed: The window was assumed by the curator.
        reading: How the words were taken: explicit, implied or assumed.
        inferred: The day it was made was inferred.
        standard: The lexicon that the source declares.
        phrase: The estimative words, or None where a number is given.
        probability: The number, 0 to 1.
        opposite: The claim is the complement of the question.
        late: It was made on or after the day that settled the question, or after its window.
        over: The last day of the window is over.
        outcome: As recorded by the as-of date: yes, no, ambiguous, annulled, or None.
        reason: Why it was annulled.
        unmet: The question's condition was not met, which annuls it.
        hindsight: The criteria were written after the day that settled the question.
        cluster: Label of questions that stand or fall together.
        reference: What the question's record says of it, 0 to 1, where that was asked for.
        made: The day it was made; only with ``question``.
        ends: The first day on which it no longer counts; only with ``question``.
        closes: Last day of the window; only with ``question``.
        decided: The day the outcome was decided; only with ``question``.
        claim: The claim; only with ``question``.
        questions: Those that forecasts which are alike are on, where that was asked for.
    """

    group: tuple[str, ...]
    source: str
    n: int
    question: str | None
    assumed: bool
    reading: str
    inferred: bool
    standard: str | None
    phrase: str | None
    probability: float | None
    opposite: bool
    late: bool
    over: bool
    outcome: str | None
    reason: str | None
    unmet: bool
    hindsight: bool
    cluster: str | None
    reference: float | None
    made: date | None
    ends: date | None
    closes: date | None = None
    decided: date | None = None
    claim: str | None = None
    questions: tuple[str, ...] = ()


def alone(question: str) -> str:
    """
    The cluster of a question that names none; no label has a blank.

    >>> alone("treaty")
    'question treaty'
    """
    return f"question {question}"


def standing(item: Item) -> Standing:
    """
    How a forecast stands; every forecast stands in exactly one way.
    """
    if item.late:
        return Standing.LATE
    if item.unmet or item.outcome == "annulled":
        return Standing.ANNULLED
    if item.outcome == "ambiguous":
        return Standing.AMBIGUOUS
    if item.outcome is not None:
        return Standing.SCORED if item.over else Standing.EARLY
    return Standing.OVERDUE if item.over else Standing.OPEN


def settled_as(item: Item) -> Outcome | None:
    """
    The outcome that counts: annulled where the condition was not met, whatever else was recorded.
    """
    if item.unmet:
        return Outcome.ANNULLED
    return Outcome(item.outcome) if item.outcome else None

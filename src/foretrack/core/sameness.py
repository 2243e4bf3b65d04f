"""
What is said twice: claims and questions that differ in nothing a score could tell apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack.core.lexicon import normal
from foretrack.core.vocabulary import Unscorable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from foretrack.core.records import Claim, Condition, Question


def same_claim(claim: Claim, among: Iterable[Claim]) -> Claim | None:
    """
    The claim of the same article and source that says the same in the same words, if there is one.

    By another year, of another question or with another reason it is another claim.  A claim that
    is marked as a duplicate repeats another on purpose, and is the same as none.
    """
    key = _said(claim)
    return next((other for other in among if key and _said(other) == key), None)


def same_question(
    among: Iterable[Question],
    *,
    statement: str,
    condition: Condition | None,
    opens: date,
    closes: date,
) -> Question | None:
    """
    The question that asks this, on this condition and in this window, if there is one.
    """
    key = plainly(statement), _if(condition), opens, closes
    return next((one for one in among if _asked(one) == key), None)


def asked_before(questions: Iterable[Question]) -> dict[str, Question]:
    """
    The questions that ask what one before them asks in the same window: id -> that one.
    """
    first: dict[tuple[object, ...], Question] = {}
    found = {}
    for one in questions:
        before = first.setdefault(_asked(one), one)
        if before.id != one.id:
            found[one.id] = before
    return found


def _asked(one: Question) -> tuple[object, ...]:
    return plainly(one.statement), _if(one.condition), one.opens, one.closes


def plainly(text: str) -> str:
    """
    The form in which sentences are compared: as phrases are, without the mark at the end.

    >>> plainly("The  strike ends.") == plainly("the strike ends")
    True
    """
    return normal(text).rstrip(".?! ")


def _said(claim: Claim) -> tuple[object, ...] | None:
    if claim.unscorable is Unscorable.DUPLICATE:
        return None
    words = None if claim.phrase is None else normal(claim.phrase)
    until = normal(claim.horizon.words or "") if claim.horizon else ""
    return (claim.article, claim.source, claim.attributed_to, plainly(claim.says),
            words, claim.probability, until, claim.question, claim.polarity,
            claim.unscorable)  # fmt: skip


def _if(condition: Condition | None) -> str | None:
    return None if condition is None else plainly(condition.statement)

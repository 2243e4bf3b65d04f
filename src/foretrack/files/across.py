"""
Rules that a claim keeps together with other records, said of the records alone.

Files ask here for the claims that stand in them, an import for those that only the record holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack.core.vocabulary import Unscorable

if TYPE_CHECKING:
    from datetime import date

    from foretrack.core.records import Article, Claim, Question

Stance = tuple[str, str, "date"]
"""
Source, question and day of a forecast: what may be there only once.
"""


def stance(claim: Claim, article: Article | None) -> Stance | None:
    """
    What a forecast is once; None for a claim that is none.
    """
    if article is None or claim.question is None or claim.unscorable is not None:
        return None
    return claim.source, claim.question, article.published.latest


def twice(key: Stance, first: str) -> str:
    """
    What is wrong with a second claim of one stance.

    Args:
        key: The stance.
        first: The claim that has it already, and where it stands.
    """
    return (
        f"{key[0]} forecasts {key[1]} on {key[2]} already in {first}:"
        " mark one of the two `unscorable: duplicate`"
    )


def too_late(question: Question, article: Article, *, inline: bool = False) -> str | None:
    """
    What is wrong with a forecast of a window that was over before the article appeared.

    Args:
        question: What is forecast.
        article: Where.
        inline: Whether the question stands where the message will.
    """
    published, closes = article.published, question.closes
    if closes >= published.earliest:
        return None
    what = str(closes) if inline else f"{question.id} closes {closes}, which"
    return f"{what} is before the article's date {published.earliest}"


def repeats(claim: Claim, other: Claim | None) -> str | None:
    """
    What is wrong with the claim that another says it repeats.
    """
    if claim.duplicate_of == claim.id:
        return "a claim cannot be its own duplicate"
    if other is not None and other.unscorable is Unscorable.DUPLICATE:
        return f"{other.id} is a duplicate itself: name the claim it repeats"
    return None

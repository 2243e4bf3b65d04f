"""
What skill is measured against, and what else the figures beside the headline need.
"""

from __future__ import annotations

import random
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from foretrack.core import answers
from foretrack.core.cohort import Recorded
from foretrack.core.judging import stances
from foretrack.core.quality import Asked, Yardstick
from foretrack.core.rules import clipped, probability
from foretrack.db import tallies

if TYPE_CHECKING:
    import sqlalchemy as sa

    from foretrack.core.quality import Terms
    from foretrack.evaluate import Choice


class Wanted(NamedTuple):
    """
    What is wanted beside the headline, and how the forecasts are to be counted for it.

    Attributes:
        recorded: What to take from the record of each question.
        apart: A source whose questions must be counted one by one.
    """

    asked: Asked
    recorded: Recorded | None = None
    apart: str | None = None


def wanted(connection: sa.Connection, choice: Choice, terms: Terms) -> Wanted:
    """
    What the terms ask for.

    Raises:
        OutOfRange: The clip is not above 0 and at most 0.5, or the reference is no probability.
    """
    if terms.clip is not None:
        clipped(0.5, terms.clip)
    named = terms.reference
    if named in list(Recorded):
        measure = Yardstick(name=named)
        return Wanted(_asked(terms, measure), recorded=Recorded(named))
    constant = number(named)
    if constant is not None:
        measure = Yardstick(name=named, constant=probability(constant))
        return Wanted(_asked(terms, measure))
    found = answers.answers(
        (
            item
            for item in tallies.each(
                connection, as_of=choice.as_of, only=choice.only, sources=[named]
            )
            if not (choice.basis == "stated" and item.assumed)
        ),
        cohort=choice.cohort,
        updates=choice.updates,
        stance_of=stances(choice.lexicon_of),
    )
    scores = {question: one.score for question, one in found.get(named, {}).items()}
    return Wanted(_asked(terms, Yardstick(name=named, scores=scores)), apart=named)


def number(text: str) -> float | None:
    """
    The number that a text is, or None.
    """
    with suppress(ValueError):
        return float(text)
    return None


def _asked(terms: Terms, measure: Yardstick) -> Asked:
    return Asked(
        terms=terms,
        yardstick=measure,
        new_rng=partial(random.Random, terms.seed),
        named=terms.resamples > 0,
    )

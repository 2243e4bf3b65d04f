"""
What comes of a forecast: worked out once for all that are alike, and the same for each.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from foretrack.core.cohort import Item, Standing
from foretrack.core.figures import Figures
from foretrack.core.judging import Judge
from foretrack.core.library import Library
from foretrack.core.vocabulary import Cohort, Updates
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from foretrack.core.lexicon import Lexicon

PLAIN = Item(
    group=("ann",), source="ann", n=3, question=None, assumed=False, reading="explicit",
    inferred=False, standard=None, phrase="likely", probability=None, opposite=False, late=False,
    over=True, outcome="yes", reason=None, unmet=False, hindsight=False, cluster=None,
    reference=None, made=None, ends=None,
)  # fmt: skip

OTHER: dict[str, Any] = {
    "group": ("bob",), "source": "bob", "n": 5, "question": "q", "assumed": True,
    "reading": "implied", "inferred": True, "standard": "phia", "phrase": "unlikely",
    "probability": 0.3, "opposite": True, "late": True, "over": False, "outcome": "no",
    "reason": "void", "unmet": True, "hindsight": True, "cluster": "c", "reference": 0.5,
    "made": date(2024, 1, 1), "ends": date(2025, 1, 1), "closes": date(2025, 1, 1),
    "decided": date(2025, 1, 1), "claim": "x", "questions": ("q",),
}  # fmt: skip


def lexicon_of(declared: str | None) -> Lexicon:
    return Library().get(declared or "survey-2026.1")


@pytest.mark.parametrize("field", Item._fields)
def test_what_is_known_already_is_not_taken_for_another(field: str) -> None:
    """
    Whichever field differs: a judge that has seen the one item judges the other as a new one does.
    """
    other = PLAIN._replace(**{field: OTHER[field]})
    if field == "probability":
        other = other._replace(phrase=None)
    judge = Judge(lexicon_of)
    first = judge.judged(PLAIN)

    assert first == Judge(lexicon_of).judged(PLAIN)
    assert judge.judged(other) == Judge(lexicon_of).judged(other)


def test_by_hand() -> None:
    """
    "Likely" is 0.72 in the survey: (0.72 - 1)² where it happened.
    """
    judged = Judge(lexicon_of).judged(PLAIN)

    assert judged.how is Standing.SCORED
    assert judged.score == pytest.approx(0.0784)


def test_what_came_too_late_needs_no_lexicon() -> None:
    """
    A lexicon that is not at hand stops what it would score, and nothing else.
    """
    figures = Figures(Cohort.MATURED, Updates.TIME, Judge(lexicon_of))
    figures.add(PLAIN._replace(standard="house", late=True))

    assert (figures.counts["forecasts"], figures.counts["late"]) == (3, 3)
    with pytest.raises(InvalidInput, match="no lexicon 'house'"):
        figures.add(PLAIN._replace(standard="house"))

"""
Why the forecasts of a question move no headline.
"""

from __future__ import annotations

from datetime import date

import pytest

from foretrack.core.cohort import Standing
from foretrack.core.moves import unmoved
from lines import line

CLOSES = date(2027, 5, 28)


@pytest.mark.parametrize(
    ("standing", "why"),
    [
        (Standing.EARLY, "the window is open until 2027-05-28: early"),
        (Standing.OPEN, "the question is open until 2027-05-28"),
        (Standing.OVERDUE, "the question is not decided"),
        (Standing.AMBIGUOUS, "ambiguous has no score"),
        (Standing.ANNULLED, "what is annulled has no score"),
        (Standing.LATE, "late: made when it was settled or over"),
        (Standing.SCORED, ""),
    ],
)
def test_one_reason(standing: Standing, why: str) -> None:
    """
    Where all forecasts stand alike, how they stand is the reason; what is scored needs none.
    """
    found = [line(number, 0.2, 1, standing=standing) for number in (1, 2)]

    assert unmoved(found, closes=CLOSES) == why


def test_several_reasons() -> None:
    """
    Where forecasts stand differently, no one reason is given.
    """
    found = [line(1, 0.2, 1, standing=Standing.EARLY), line(2, 0.2, 1, standing=Standing.LATE)]

    assert unmoved(found, closes=CLOSES) == ""


def test_no_forecast() -> None:
    """
    A question of which nobody spoke moves nothing.
    """
    assert unmoved([], closes=CLOSES) == "no forecast was made of it"


def test_a_phrase_without_a_number() -> None:
    """
    A decided forecast whose phrase the lexicon lacks has no score, whenever it was decided.
    """
    found = [line(1, 0.2, 1, probability=None, brier=None, standing=Standing.SCORED)]

    assert unmoved(found, closes=CLOSES) == "the lexicon has no number for the phrase"

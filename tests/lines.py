"""
Lines of a page, for tests of what is made of them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from foretrack.core.cohort import Standing
from foretrack.core.page import Line
from foretrack.core.vocabulary import HorizonBasis, Outcome, Polarity, Reading

OPENS, CLOSES = date(2024, 1, 1), date(2024, 12, 31)


def line(number: int, p: float | None, y: int, **given: Any) -> Line:
    """
    A scored forecast of a probability, on a question of its own.
    """
    plain: dict[str, Any] = {
        "claim": f"c{number}",
        "source": "s",
        "question": f"q{number}",
        "statement": "It happens.",
        "says": "It happens.",
        "words": "likely",
        "polarity": Polarity.SAME,
        "probability": p,
        "low": p,
        "high": p,
        "made": OPENS,
        "closes": CLOSES,
        "horizon": HorizonBasis.STATED,
        "reading": Reading.EXPLICIT,
        "inferred": False,
        "joint": None,
        "standing": Standing.SCORED,
        "outcome": Outcome.YES if y else Outcome.NO,
        "settled": None,
        "reason": None,
        "weight": 1.0,
        "coverage": 1.0,
        "brier": None if p is None else (p - y) ** 2,
    }
    return Line(**{**plain, **given})

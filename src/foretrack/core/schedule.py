"""
What goes into a calendar, as plain data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from foretrack.core.agenda import Voice
    from foretrack.core.records import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """
    A closing date for the calendar.

    Attributes:
        open: False where the question is settled already, or was withdrawn.
        revision: Grows with every change of the question, its claims or its ledger.
        changed: The instant of the last one.
    """

    question: Question
    voices: tuple[Voice, ...]
    open: bool
    revision: int
    changed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """
    What goes into a calendar.

    Attributes:
        meeting: The day of the next review, which comes again every week; None leaves it out.
        revision: Grows with every review.
        changed: The instant of the last one; None before the first.
    """

    closings: tuple[Closing, ...]
    meeting: date | None
    revision: int
    changed: datetime | None

"""
What a long page folds, so that a telephone can show it.  Nothing is left out; paper has no folds.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from foretrack.report import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foretrack.core.dossier import Phrase, Window

ROWS: Final = 40
"""
A table with more rows than this is folded by year, or by phrase.
"""

SOURCES: Final = 12
"""
With more sources than this, what is told of each beside its score is folded.
"""

DIAGRAMS: Final = 6
"""
With more reliability diagrams than this, all but the first are folded.
"""

ENTRIES: Final = 10
"""
So many entries of a list stand before its fold.
"""


@dataclass(frozen=True, slots=True)
class Period:
    """
    The windows that close in one year.

    Attributes:
        told: How many there are, and what became of them.
    """

    title: str
    told: str
    windows: tuple[Window, ...]


def periods(windows: Sequence[Window]) -> list[Period]:
    """
    The windows year by year; none where there are few enough for one table.

    Args:
        windows: By closing date.
    """
    if len(windows) <= ROWS:
        return []
    found = []
    for year, members in groupby(windows, lambda window: window.closes.year):
        held = tuple(members)
        endings = wording.reasons(Counter(window.ending.value for window in held))
        told = f"{wording.counted(len(held), 'window')}: {endings}"
        found.append(Period(f"Closing in {year}", told, held))
    return found


def by_phrase(phrases: Sequence[Phrase]) -> bool:
    """
    Whether what each source made of a phrase is folded.
    """
    return sum(len(phrase.used) + 1 for phrase in phrases) > ROWS

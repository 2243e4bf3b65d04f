"""
Rows of a table that contradict each other: a question that happened and did not, or ended twice.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from foretrack.core.sheet import Sheet

_OPPOSITE: Final = bytes([1, 0, *range(2, 256)])


class Contradictions(NamedTuple):
    """
    What the rows of a table do not agree on.

    Attributes:
        outcomes: Questions with two outcomes, whoever forecast them.
        ends: Sources with the questions that they have settled on two days.
    """

    outcomes: frozenset[str]
    ends: frozenset[tuple[str, str]]

    def __bool__(self) -> bool:
        return bool(self.outcomes or self.ends)

    def free(self, sheet: Sheet) -> list[bool]:
        """
        For each row whether its question is free of them.
        """
        fine = [
            one.question not in self.outcomes and (one.source, one.question) not in self.ends
            for one in sheet.cells
        ]
        return [fine[cell] for cell in sheet.cell]


def contradictions(sheet: Sheet, *, timed: bool = False) -> Contradictions:
    """
    The questions whose rows do not agree.

    Rows that name no question contradict nothing.

    Args:
        sheet: The rows.
        timed: Look at the days on which questions were settled, too.
    """
    if not any(one.question for one in sheet.cells):
        return Contradictions(frozenset(), frozenset())
    # One look at each row, and few objects: tables of millions come by here.
    yes = bytes(key & 1 for key in sheet.keys)
    happened = bytes(map(yes.__getitem__, sheet.level))
    sides = (
        {sheet.cells[cell].question for cell in set(compress(sheet.cell, side))}
        for side in (happened, happened.translate(_OPPOSITE))
    )
    outcomes = frozenset.intersection(*map(frozenset, sides)) - {""}
    return Contradictions(outcomes, _ends(sheet) if timed else frozenset())


def _ends(sheet: Sheet) -> frozenset[tuple[str, str]]:
    ends: dict[tuple[str, str], datetime | None] = {}
    found = set()
    for cell, stance in set(zip(sheet.cell, sheet.stance, strict=True)):
        one = sheet.cells[cell]
        end = sheet.stances[stance].settled
        if one.question and ends.setdefault((one.source, one.question), end) != end:
            found.add((one.source, one.question))
    return frozenset(found)

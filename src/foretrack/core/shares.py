"""
What each row of a table counts for, where a source forecast one question several times.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from foretrack.core.places import UNIT
from foretrack.core.vocabulary import Updates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from foretrack.core.sheet import Sheet

_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Shares:
    """
    What each row counts for under a rule for updates.

    Attributes:
        rows: For each row, in ``scale``; None where every row counts once.
        scale: What a whole forecast counts for.
    """

    rows: Sequence[int] | None
    scale: int = 1


def shares_of(sheet: Sheet, updates: Updates) -> Shares:
    """
    What each row counts for.

    Under ``time`` a forecast stands from when it was made until the next one by the same source on
    the same question, the last one until the question was settled.  Shares are kept to twelve
    decimals, as probabilities are, and add up to exactly 1 for each source and question.  Of
    several made at one time the last row stands.

    Args:
        sheet: Rows that all have a question and the times the rule needs.
        updates: The rule.
    """
    if updates is Updates.EACH:
        return Shares(None)
    rows: dict[tuple[str, str], list[tuple[datetime, int]]] = {}
    for row, (cell, stance) in enumerate(zip(sheet.cell, sheet.stance, strict=True)):
        made = sheet.stances[stance].made
        assert made is not None
        one = sheet.cells[cell]
        rows.setdefault((one.source, one.question), []).append((made, row))
    shares = [0] * len(sheet.cell)
    for stances in rows.values():
        stances.sort()
        if updates is Updates.FIRST:
            shares[stances[0][1]] = 1
        elif updates is Updates.LAST:
            shares[stances[-1][1]] = 1
        else:
            end = sheet.stances[sheet.stance[stances[0][1]]].settled
            assert end is not None
            _divide(stances, end, shares)
    return Shares(shares, UNIT if updates is Updates.TIME else 1)


def _divide(stances: Sequence[tuple[datetime, int]], end: datetime, shares: list[int]) -> None:
    starts = [made for made, _ in stances]
    lasted = [
        (until - made) // _TICK for made, until in zip(starts, [*starts[1:], end], strict=True)
    ]
    total, reached, given = sum(lasted), 0, 0
    for (_, row), time in zip(stances, lasted, strict=True):
        reached += time
        upto = (2 * UNIT * reached + total) // (2 * total)
        shares[row] = upto - given
        given = upto

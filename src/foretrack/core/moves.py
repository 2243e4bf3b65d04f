"""
Which headlines a change to the record moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from foretrack.core.cohort import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from foretrack.core.page import Line
    from foretrack.core.scorecard import Scorecard

_DIGITS: Final = 12
"""
The same score added up in another order differs beyond these decimals.
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """
    A headline.

    Attributes:
        brier: 0 best, 1 worst; None where nothing is scored.
        scored: Questions in it.
    """

    brier: float | None
    scored: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """
    A source whose headline is no longer what it was.
    """

    source: str
    name: str
    before: Figure
    after: Figure


def moves(before: Scorecard, after: Scorecard) -> tuple[Move, ...]:
    """
    The sources whose headline differs between two scorecards by source, by name.

    A source that one of them lacks had, or has, nothing that is scored.
    """
    was, now = _figures(before), _figures(after)
    labels = {group.group: group.label for card in (before, after) for group in card.groups}
    found = []
    for source, name in labels.items():
        then, since = was.get(source, _NOTHING), now.get(source, _NOTHING)
        if _rounded(then) != _rounded(since):
            found.append(Move(source=source, name=name, before=then, after=since))
    return tuple(sorted(found, key=lambda move: (move.name, move.source)))


_NOTHING: Final = Figure(None, 0)


def _figures(card: Scorecard) -> dict[str, Figure]:
    return {group.group: Figure(group.brier, group.scored) for group in card.groups}


def _rounded(one: Figure) -> tuple[float | None, int]:
    return None if one.brier is None else round(one.brier, _DIGITS), one.scored


def unmoved(lines: Iterable[Line], *, closes: date) -> str:
    """
    Why the forecasts of a question move no headline, where that is one simple reason; else "".

    Args:
        lines: The forecasts as they stand.
        closes: The last day of the question's window.
    """
    stand = {
        line.standing if line.probability is not None or line.outcome is None else None
        for line in lines
    }
    if not stand:
        return "no forecast was made of it"
    if len(stand) > 1:
        return ""
    (one,) = stand
    return _WHY.get(one, "").format(closes=closes)


_WHY: Final = {
    Standing.EARLY: "the window is open until {closes}: early",
    Standing.OPEN: "the question is open until {closes}",
    Standing.OVERDUE: "the question is not decided",
    Standing.AMBIGUOUS: "ambiguous has no score",
    Standing.ANNULLED: "what is annulled has no score",
    Standing.LATE: "late: made when it was settled or over",
    None: "the lexicon has no number for the phrase",
}

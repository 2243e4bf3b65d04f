"""
What comes of forecasts by themselves: what they say, how they stand, what they score.

It is worked out once for all that are alike, whatever the group.
"""

from __future__ import annotations

import math
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from foretrack.core.cohort import Item, Standing, standing
from foretrack.core.lexicon import stance
from foretrack.core.rules import brier as _brier
from foretrack.core.timeline import segments, weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from foretrack.core.lexicon import Lexicon, Stance
    from foretrack.core.tally import Weight
    from foretrack.core.vocabulary import Updates

brier = lru_cache(maxsize=4096)(_brier)
"""
A lexicon has a few dozen numbers, a record a hundred thousand forecasts by them.
"""


Parts: TypeAlias = "Sequence[tuple[Stance | None, Weight]]"
"""
What was said on a question, and what it counts for; None where the lexicon lacks the phrase.
"""


class Judged(NamedTuple):
    """
    What comes of the forecasts on a question, whatever the group and however many are alike.

    Attributes:
        how: How they stand.
        parts: What was said.
        known: The same without what the lexicon lacks.
        y: 1 for yes, 0 for everything else.
        score: Brier score of the question; None where there is none, or none yet.
    """

    how: Standing
    parts: Parts
    known: Sequence[tuple[Stance, Weight]]
    y: int
    score: float | None

    @classmethod
    def of(cls, item: Item, parts: Parts) -> Judged:
        """
        What comes of forecasts that stand as this one does.
        """
        how = standing(item)
        y = int(item.outcome == "yes")
        known = [(one, share) for one, share in parts if one is not None]
        score = None
        if how in (Standing.SCORED, Standing.EARLY) and len(known) == len(parts):
            score = math.fsum([share * brier(one.point, y) for one, share in known])
        return cls(how, parts, known, y, score)


_judged_by = itemgetter(slice(Item._fields.index("standard"), Item._fields.index("unmet") + 1))
"""
The fields of an item that decide what comes of it, which stand side by side; the reason of an
annulment stands among them and decides nothing.
"""


class Judge:
    """
    What items say and what comes of it, worked out once for all that are alike.

    Args:
        lexicon_of: The lexicon for what a source declares (None: nothing).
    """

    __slots__ = ("_judged", "_lexicon_of", "_lexicons", "_said")

    def __init__(self, lexicon_of: Callable[[str | None], Lexicon]) -> None:
        self._lexicon_of = lexicon_of
        self._lexicons: dict[str | None, Lexicon] = {}
        self._said: dict[tuple[str | None, str | None, float | None, bool], Stance | None] = {}
        self._judged: dict[tuple[Any, ...], Judged] = {}

    def said(self, item: Item) -> Stance | None:
        """
        What an item says; None where the lexicon lacks the phrase.
        """
        key = (item.standard, item.phrase, item.probability, item.opposite)
        if key not in self._said:
            if item.standard not in self._lexicons:
                self._lexicons[item.standard] = self._lexicon_of(item.standard)
            self._said[key] = stance(
                self._lexicons[item.standard],
                phrase=item.phrase,
                probability=item.probability,
                opposite=item.opposite,
            )
        return self._said[key]

    def judged(self, item: Item) -> Judged:
        """
        What comes of an item by itself.
        """
        key = _judged_by(item)
        found = self._judged.get(key)
        if found is None:
            # What came too late is not scored, so its lexicon need not be at hand.
            parts: Parts = [] if item.late else [(self.said(item), 1)]
            found = self._judged[key] = Judged.of(item, parts)
        return found


def stances(lexicon_of: Callable[[str | None], Lexicon]) -> Callable[[Item], Stance | None]:
    """
    What an item says, worked out once for all that are alike.

    Args:
        lexicon_of: The lexicon for what a source declares (None: nothing).

    Returns:
        A function that gives None where the lexicon lacks the phrase.
    """
    return Judge(lexicon_of).said


def shared(
    items: list[Item], *, updates: Updates, stance_of: Callable[[Item], Stance | None]
) -> Parts:
    """
    What each forecast of one source on one question counts for; those that count nothing left out.

    Args:
        items: At least one, none late; put in the order of their days.
        updates: The rule.
        stance_of: What an item says.
    """
    if len(items) == 1:
        return [(stance_of(items[0]), 1)]
    items.sort(key=lambda item: (item.made, item.probability or 0.0, item.phrase or ""))
    end = items[0].ends
    if end is None:
        raise ValueError("an item with a question needs its end")
    days = [(item.made, 0.5) for item in items if item.made is not None]
    shares = weights(segments(days, end=end), updates=updates)
    said = [stance_of(item) for item in items]
    return [(one, share) for one, share in zip(said, shares, strict=True) if share]

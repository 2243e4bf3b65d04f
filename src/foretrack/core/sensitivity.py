"""
How far the order of sources depends on who reads their words.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.errors import OutOfRange

if TYPE_CHECKING:
    from collections.abc import Mapping

_SAME: Final = 1e-12
"""
Scores closer than this are equal but for rounding.
"""


class Flip(NamedTuple):
    """
    A pair of sources whose order depends on the lexicon.

    Attributes:
        a_better: The lexicons under which a has the better score.
        b_better: Those under which b has.  Lexicons that tie them are in neither.
    """

    a: str
    b: str
    a_better: tuple[str, ...]
    b_better: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """
    How far the order of the sources depends on the lexicon.

    Attributes:
        orders: The sources under each lexicon, best first; equal ones by name.
        flips: The pairs that change places, by name.
    """

    orders: Mapping[str, tuple[str, ...]]
    flips: tuple[Flip, ...]


def sensitivity(scores: Mapping[str, Mapping[str, float]]) -> Sensitivity:
    """
    The order of the sources under each lexicon, and the pairs that change places.

    A pair flips when one is better under some lexicon and the other under another.  The scores
    of one lexicon should cover the same questions as those of the next; otherwise the order may
    change because of what a lexicon does not list.

    Args:
        scores: Lexicon -> source -> mean score, smaller is better.  A source may be missing where
            nothing could be scored.

    Raises:
        OutOfRange: A score is not a number.

    >>> found = sensitivity({"one": {"a": 0.1, "b": 0.2}, "two": {"a": 0.3, "b": 0.2}})
    >>> found.orders["two"], [(flip.a, flip.b) for flip in found.flips]
    (('b', 'a'), [('a', 'b')])
    """
    for lexicon, by_source in scores.items():
        for source, score in by_source.items():
            if math.isnan(score):
                raise OutOfRange(f"{source} has no score under {lexicon}")
    names = sorted({source for by_source in scores.values() for source in by_source})
    flips = []
    for a, b in combinations(names, 2):
        a_better: list[str] = []
        b_better: list[str] = []
        for lexicon, by_source in scores.items():
            if a not in by_source or b not in by_source:
                continue
            if math.isclose(by_source[a], by_source[b], rel_tol=0.0, abs_tol=_SAME):
                continue
            (a_better if by_source[a] < by_source[b] else b_better).append(lexicon)
        if a_better and b_better:
            flips.append(Flip(a, b, tuple(a_better), tuple(b_better)))
    orders = {
        lexicon: tuple(sorted(by_source, key=lambda name: (round(by_source[name], 12), name)))
        for lexicon, by_source in scores.items()
    }
    return Sensitivity(orders=orders, flips=tuple(flips))

"""
What is watched week after week: each source's first forecasts, and two sources' side by side.

The evidence itself is that of :mod:`foretrack.core.watching`, which says what it stands on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from foretrack.core.cohort import Standing, standing
from foretrack.core.figures import shared
from foretrack.core.timeline import Updates
from foretrack.core.watching import ALARM, Both, Seen, calibration, comparison, e_bh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from foretrack.core.cohort import Item
    from foretrack.core.lexicon import Stance
    from foretrack.core.scorecard import Convention
    from foretrack.core.watching import Watch

    _Hypothesis = tuple[str, str | None]

RATE: Final = 0.05
"""
The share of false alarms to expect among those that are believed.
"""

_OUTCOMES: Final = {"yes": 1, "no": 0}
_ENDED: Final = (Standing.AMBIGUOUS, Standing.ANNULLED, Standing.LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """
    The evidence against one hypothesis.

    Attributes:
        source: Whose calibration it is about; of two sources the one that may be better.
        than: The other one, where two are compared.
        believed: Whether the alarm stands among all that were asked about (e-BH).
        unread: Questions left out because the lexicon lacks the phrase.
    """

    source: str
    than: str | None
    watch: Watch
    believed: bool
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vigil:
    """
    Everything that is watched.

    Attributes:
        labels: Source -> how a person would read it.
        threshold: The e-value that raises the alarm.
        rate: The share of false alarms to expect among those that are believed.
        clip: Probabilities were moved into [clip, 1 - clip].
        watched: By name.
    """

    convention: Convention
    labels: Mapping[str, str]
    threshold: float
    rate: float
    clip: float | None
    watched: tuple[Watched, ...]


Firsts = dict[str, dict[str, Seen]]
"""
Source -> question -> its first forecast.
"""


def firsts(
    items: Iterable[Item], *, stance_of: Callable[[Item], Stance | None]
) -> tuple[Firsts, Counter[str]]:
    """
    Each source's first forecast on each question, and how many questions could not be read.

    A question counts from the day after its window, or from the day it was decided if that is
    later; one that is undecided is there without an outcome.  Late forecasts, and questions that
    ended without a yes or no, are not.

    Args:
        items: In any order; every one names its question.
        stance_of: What an item says.
    """
    together: dict[tuple[str, str], list[Item]] = defaultdict(list)
    found: Firsts = {}
    unread: Counter[str] = Counter()
    for item in items:
        found.setdefault(item.source, {})
        if standing(item) not in _ENDED and item.question is not None:
            together[item.source, item.question].append(item)
    for (source, question), said in together.items():
        ((first, _),) = shared(said, updates=Updates.FIRST, stance_of=stance_of)
        if first is None:
            unread[source] += 1
        else:
            found[source][question] = _seen(said[0], first)
    return found, unread


def _seen(item: Item, first: Stance) -> Seen:
    if item.closes is None:
        raise ValueError("an item with a question needs its closing day")
    over = item.closes + timedelta(days=1)
    y = _OUTCOMES.get(item.outcome or "")
    when = over if y is None or item.decided is None else max(over, item.decided)
    return Seen(when, item.cluster, first.point, y)


def calibrations(
    found: Firsts, *, convention: Convention, labels: Mapping[str, str], unread: Mapping[str, int],
    clip: float | None = None,
) -> Vigil:  # fmt: skip
    """
    Evidence that each source is not calibrated.
    """
    watches: dict[_Hypothesis, Watch] = {
        (name, None): calibration(seen.values(), as_of=convention.as_of, clip=clip)
        for name, seen in sorted(found.items())
    }
    return _vigil(watches, convention=convention, labels=labels, unread=unread, clip=clip)


def pair(
    found: Firsts, *, convention: Convention, labels: Mapping[str, str], unread: Mapping[str, int]
) -> Vigil:
    """
    Evidence that either of two sources is better than the other.
    """
    a, b = sorted(found)
    watches: dict[_Hypothesis, Watch] = {
        (better, worse): comparison(both(found[worse], found[better]), as_of=convention.as_of)
        for better, worse in ((a, b), (b, a))
    }
    return _vigil(watches, convention=convention, labels=labels, unread=unread, clip=None)


def both(first: Mapping[str, Seen], second: Mapping[str, Seen]) -> list[Both]:
    """
    Two sources' forecasts on the questions that both answered.
    """
    return [
        Both(one.when, one.cluster, one.p, second[question].p, one.y)
        for question, one in sorted(first.items())
        if question in second
    ]


def _vigil(
    watches: Mapping[_Hypothesis, Watch],
    *,
    convention: Convention,
    labels: Mapping[str, str],
    unread: Mapping[str, int],
    clip: float | None,
) -> Vigil:
    hypotheses = list(watches)
    floors = {str(place): watches[one].floor for place, one in enumerate(hypotheses)}
    believed = {hypotheses[int(place)] for place in e_bh(floors, rate=RATE)}
    return Vigil(
        convention=convention,
        labels=labels,
        threshold=ALARM,
        rate=RATE,
        clip=clip,
        watched=tuple(
            Watched(
                source=source,
                than=than,
                watch=watch,
                believed=(source, than) in believed,
                unread=unread.get(source, 0) + (unread.get(than, 0) if than else 0),
            )
            for (source, than), watch in watches.items()
        ),
    )

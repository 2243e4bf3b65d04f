"""
What is watched week after week: first forecasts, of each source and of two side by side.

The evidence itself is that of :mod:`foretrack.core.watching`, which says what it stands on.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from foretrack.core import pairings
from foretrack.core.cohort import Standing, alone, standing
from foretrack.core.judging import shared
from foretrack.core.vocabulary import Updates
from foretrack.core.watching import (
    ALARM,
    FEWEST_FOR_A_VERDICT,
    Seen,
    calibration,
    e_bh,
    merged,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from foretrack.core.cohort import Item
    from foretrack.core.evidence import Watch
    from foretrack.core.lexicon import Stance
    from foretrack.core.scorecard import Convention

RATE: Final = 0.05
"""
The share of false alarms to expect among those that are believed.
"""

Hypothesis: TypeAlias = tuple[str, str | None]
"""
Whose calibration it is about, and None; or of two the one that may be better, and the other.
"""

_OUTCOMES: Final = {"yes": 1, "no": 0}
_ENDED: Final = (Standing.AMBIGUOUS, Standing.ANNULLED, Standing.LATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """
    The evidence against one hypothesis.

    Attributes:
        source: The group whose calibration it is about; of two the one that may be better.
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
        by: What the groups are.
        labels: Group -> how a person would read it.
        threshold: The e-value that raises the alarm.
        rate: The share of false alarms to expect among those that are believed.
        clip: Probabilities were moved into [clip, 1 - clip].
        hypotheses: How many of them have a question that counts; alarms are among so many.
        merged: One e-value for "none of these hypotheses is wrong": the mean of the floors.
        fewest: So many shared questions that count make a pair; without them it is left out.
        apart: How many pairs were left out.
        watched: By name.
    """

    by: str
    convention: Convention
    labels: Mapping[str, str]
    threshold: float
    rate: float
    clip: float | None
    hypotheses: int
    merged: float | None
    fewest: int
    apart: int
    watched: tuple[Watched, ...]


Heard = dict[str, dict[str, list["Seen"]]]
"""
Group -> question -> the first forecast of each source that belongs to the group.
"""

Firsts = dict[str, dict[str, "Seen"]]
"""
Group -> question -> its forecast.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """
    The alarms among everything that is watched, calibration and pairs together.

    Attributes:
        hypotheses: How many were watched.
        raised: The evidence of those that raised an alarm, by name: (source, None) is about its
            calibration, (source, other) about whether it is better than the other.
        believed: Those of them that stand among all that are watched (e-BH).
    """

    hypotheses: int
    raised: Mapping[Hypothesis, Watch]
    believed: frozenset[Hypothesis]


def heard(
    items: Iterable[Item], *, stance_of: Callable[[Item], Stance | None]
) -> tuple[Heard, Counter[str]]:
    """
    The first forecast of each source on each question, by group, and how many cannot be read.

    A question counts from the day after its window, or from the day it was decided if that is
    later; one that is undecided is there without an outcome.  Late forecasts, and questions that
    ended without a yes or no, are not.

    Args:
        items: In any order; every one names its question.
        stance_of: What an item says.
    """
    together: dict[tuple[str, str, str], list[Item]] = defaultdict(list)
    found: Heard = {}
    unread: Counter[str] = Counter()
    for item in items:
        for group in item.group:
            found.setdefault(group, {})
            if standing(item) not in _ENDED and item.question is not None:
                together[group, item.question, item.source].append(item)
    for (group, question, _), said in sorted(together.items(), key=lambda pair: pair[0]):
        ((first, _),) = shared(said, updates=Updates.FIRST, stance_of=stance_of)
        if first is None:
            unread[group] += 1
        else:
            found[group].setdefault(question, []).append(_seen(said[0], first))
    return found, unread


def firsts(
    items: Iterable[Item], *, stance_of: Callable[[Item], Stance | None]
) -> tuple[Firsts, Counter[str]]:
    """
    The same with one voice for each group: the mean probability of its sources.
    """
    found, unread = heard(items, stance_of=stance_of)
    return voices(found), unread


def voices(found: Heard) -> Firsts:
    """
    One forecast for each group and question: the mean probability of its sources.
    """
    return {
        group: {
            question: one[0]._replace(p=math.fsum(each.p for each in one) / len(one))
            for question, one in said.items()
        }
        for group, said in found.items()
    }


def _seen(item: Item, first: Stance) -> Seen:
    if item.closes is None:
        raise ValueError("an item with a question needs its closing day")
    return seen(
        closes=item.closes,
        decided=item.decided,
        cluster=item.cluster,
        p=first.point,
        y=_OUTCOMES.get(item.outcome or ""),
    )


def seen(
    *, closes: date, decided: date | None, cluster: str | None, p: float, y: int | None
) -> Seen:
    """
    A forecast as it is watched: from the day after its window, or from its decision if later.

    >>> from datetime import date
    >>> seen(closes=date(2024, 3, 31), decided=date(2024, 3, 1), cluster=None, p=0.8, y=1).when
    datetime.date(2024, 4, 1)
    """
    over = closes + timedelta(days=1)
    return Seen(over if y is None or decided is None else max(over, decided), cluster, p, y)


def alarms(found: Firsts, *, as_of: date) -> Alarms:
    """
    The alarms among the calibration of each source and every two that share enough questions.

    It finds what ``calibrations`` and ``pairs`` would, at a small part of the cost: what is far
    from any alarm is looked at once, and not week by week.

    Args:
        found: Source -> question -> its first forecast.
        as_of: Count what was decided by that day.
    """
    watches: dict[Hypothesis, Watch] = {
        (name, None): calibration(said.values(), as_of=as_of)
        for name, said in sorted(found.items())
        if any(one.y is not None and one.when <= as_of for one in said.values())
    }
    asked, better = pairings.alarms(found, as_of=as_of)
    hypotheses = len(watches) + asked
    watches |= {(one, other): watch for (one, other), watch in better.items()}
    raised = {pair: one for pair, one in watches.items() if one.alarm is not None}
    return Alarms(
        hypotheses=hypotheses,
        raised=raised,
        # Nothing below the threshold is ever believed; it only counts.
        believed=_believed({pair: one.floor for pair, one in raised.items()}, among=hypotheses),
    )


def calibrations(
    found: Heard, *, by: str = "source", convention: Convention, labels: Mapping[str, str],
    unread: Mapping[str, int], clip: float | None = None,
) -> Vigil:  # fmt: skip
    """
    Evidence that each group is not calibrated.

    Where several of its sources answered a question, their e-values are averaged, as in a cluster:
    one outcome settles them all.
    """
    watches: dict[Hypothesis, Watch] = {}
    for name, said in sorted(found.items()):
        together = [
            one if len(each) == 1 or one.cluster else one._replace(cluster=alone(question))
            for question, each in said.items()
            for one in each
        ]
        made = calibration(together, as_of=convention.as_of, clip=clip)
        if by != "source":
            # Questions, not voices, are what a verdict takes.
            made = replace(made, few=made.clusters < FEWEST_FOR_A_VERDICT)
        watches[name, None] = made
    return _vigil(
        watches,
        by=by,
        convention=convention,
        labels=labels,
        unread=unread,
        clip=clip,
        fewest=0,
        apart=0,
    )


def pairs(
    found: Firsts, *, by: str = "source", convention: Convention, labels: Mapping[str, str],
    unread: Mapping[str, int], fewest: int = 0,
) -> Vigil:  # fmt: skip
    """
    Evidence that either of two is better than the other, for every two.

    Args:
        found: Group -> question -> its forecast.
        by: What the groups are.
        convention: How the forecasts were chosen.
        labels: Group -> how a person would read it.
        unread: Group -> how many questions could not be read.
        fewest: Leave out pairs that share fewer questions which count; they are counted apart.
            None is ever there that shares no question, decided or not.
    """
    made = pairings.watches(found, as_of=convention.as_of, fewest=fewest)
    watches: dict[Hypothesis, Watch] = {(one, other): watch for (one, other), watch in made.items()}
    return _vigil(
        watches,
        by=by,
        convention=convention,
        labels=labels,
        unread=unread,
        clip=None,
        fewest=fewest,
        apart=math.comb(len(found), 2) - len(watches) // 2,
    )


def _vigil(
    watches: Mapping[Hypothesis, Watch],
    *,
    by: str,
    convention: Convention,
    labels: Mapping[str, str],
    unread: Mapping[str, int],
    clip: float | None,
    fewest: int,
    apart: int,
) -> Vigil:
    # What nothing has been decided about is no hypothesis yet: it cannot raise an alarm.
    floors = {one: watch.floor for one, watch in watches.items() if watch.n}
    believed = _believed(floors, among=len(floors))
    return Vigil(
        by=by,
        convention=convention,
        labels=labels,
        threshold=ALARM,
        rate=RATE,
        clip=clip,
        hypotheses=len(floors),
        merged=merged(floors.values()) if floors else None,
        fewest=fewest,
        apart=apart,
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


def _believed(floors: Mapping[Hypothesis, float], *, among: int) -> frozenset[Hypothesis]:
    """
    The hypotheses that e-BH gives up, among so many; those without a floor count as 0.
    """
    hypotheses = list(floors)
    values = {str(place): floors[one] for place, one in enumerate(hypotheses)}
    values |= {f"other {place}": 0.0 for place in range(among - len(hypotheses))}
    return frozenset(hypotheses[int(place)] for place in e_bh(values, rate=RATE))

"""
Watching week after week: evidence that may be looked at as often as one likes.

A p-value that is computed again every week finds something sooner or later.  An e-value is what a
bet against a hypothesis has grown to from a stake of 1: while the hypothesis holds no way of
betting is expected to gain, and the chance of ever reaching 20 is at most 1 in 20, however often
one looks.

What this stands on, to be printed beside it:

- Outcomes of different clusters are independent given all forecasts issued; within a cluster
  anything goes.
- How long a decision takes does not depend on how it comes out.
- Only questions whose window is over count, each from the day after its last day, or from the day
  it was decided if that is later.  Counted as they resolve, they would mostly be those that came
  true.
- One forecast for each source and question, chosen without regard to the outcome: the first.  How
  long a forecast stood, or which was the last, depends on when the event came about, and time
  weights would break the guarantee.

Within a cluster the e-values are averaged, between clusters they are multiplied; a member that is
not decided counts as 1.  The average of some members can be reached on the way to a lower one, and
looking in between would be a way to pick.  So the alarm goes by a floor: whatever is still
undecided in a cluster that has begun is taken to come out at its worst.  The floor is at or above
20 only if the finished clusters will be, and that has a chance of at most 1 in 20.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import add, sub
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from foretrack.core.rules import clipped, outcome, probability
from foretrack.core.uncertainty import expit, logit
from foretrack.errors import OutOfRange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

ALARM: Final = 20.0
"""
The e-value at which the alarm is raised: a chance of 1 in 20 where nothing is wrong.
"""

FEWEST_FOR_A_VERDICT: Final = 100
"""
Below this many questions no verdict is to be expected.
"""

SHIFTS: Final = (-0.75, 0.0, 0.75)
"""
The intercepts a of the recalibrations expit(a + b logit p) that are bet on.
"""

SLOPES: Final = (0.4, 0.7, 1.0, 1.5)
"""
Their slopes b.  The identity, a = 0 and b = 1, is left out: it bets nothing.
"""

STEPS: Final = (0.2, 0.4, 0.6, 0.8, 1.0)
"""
Where between the midpoint of two probabilities (0) and the second (1) the truth is bet to be.
"""

RECALIBRATIONS: Final = tuple((a, b) for b in SLOPES for a in SHIFTS if (a, b) != (0.0, 1.0))

_LARGEST: Final = math.log(sys.float_info.max)

_Bet: TypeAlias = tuple[float, ...]
"""
The e-value of one question under each alternative.
"""


class Seen(NamedTuple):
    """
    A source's forecast on a question.

    Attributes:
        when: The day from which it counts: the day after the window's last, or the day it was
            decided if that is later; for an undecided one the day after the window's last.
        cluster: Label of questions that stand or fall together; None for one of its own.
        p: Probability of "yes", 0 to 1.
        y: 1 for "yes", 0 for "no", None while undecided.
    """

    when: date
    cluster: str | None
    p: float
    y: int | None


class Both(NamedTuple):
    """
    Two sources' forecasts on the same question; see ``Seen``.
    """

    when: date
    cluster: str | None
    p_a: float
    p_b: float
    y: int | None


class Week(NamedTuple):
    """
    How things stood at the end of a week in which something was decided.

    Attributes:
        day: The week's Sunday, or the as-of day in the last week.
        e: The e-value, above 0; infinite when what was called impossible happened.
        floor: What the alarm goes by, at most ``e``.
        n: Questions counted so far.
    """

    day: date
    e: float
    floor: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """
    The evidence against a hypothesis, as of a day and on the way there.

    Attributes:
        e: The e-value, 1 without any evidence; larger is more evidence, below 1 is none.
        floor: The same with everything undecided in clusters that have begun at its worst.  What
            the alarm and e-BH go by; equal to ``e`` without such clusters.
        n: Questions counted.
        clusters: Clusters that they are in.
        pending: Questions not counted: undecided, or their window not over.
        infinite: How many times what was called impossible happened; each makes ``e`` infinite.
        alarm: The first day on which the floor was at or above the threshold, if any.  An alarm
            stands: the chance of a false one is that of ever reaching it.
        few: Too few questions to expect a verdict.
        path: Week by week.
    """

    e: float
    floor: float
    n: int
    clusters: int
    pending: int
    infinite: int
    alarm: date | None
    few: bool
    path: tuple[Week, ...]


def calibration(
    forecasts: Iterable[Seen],
    *,
    as_of: date | None = None,
    clip: float | None = None,
    threshold: float = ALARM,
) -> Watch:
    """
    Evidence that a source is not calibrated: that things do not happen as often as it says.

    The hypothesis: given the forecasts, each event has the probability that was stated.  Against
    it stand 11 recalibrations q = expit(a + b logit p) on a fixed grid: for a source that is too
    bold, right or too timid, and for one that says too much, too little or neither.  The e-value
    of a question is its likelihood ratio q^y (1 - q)^(1 - y) / (p^y (1 - p)^(1 - y)); each
    alternative's are multiplied, and the products averaged, so that the ones that fit take over.
    Where the hypothesis holds the expectation is exactly 1.

    A probability of exactly 0 or 1 stays what it is under any recalibration.  It adds nothing when
    it comes true.  When it does not, the hypothesis is refuted, not made unlikely, and e is
    infinite for good; ``infinite`` counts these.  Name a ``clip`` where 0 and 1 are rounded
    figures.

    Args:
        forecasts: In any order; all questions of a cluster, those not decided too.
        as_of: Count what was decided by that day; everything decided by default.
        clip: Move every p into [clip, 1 - clip] first; above 0, at most 0.5.
        threshold: The e-value that raises the alarm; the chance of a false one is at most its
            inverse.

    Raises:
        OutOfRange: A number is no probability, an outcome is neither 0 nor 1, the clip is out of
            range, or the threshold is not above 1.

    Source:
        After Henzi, A., Puke, M., Dimitriadis, T. & Ziegel, J. (2022). A safe Hosmer-Lemeshow test.
        arXiv:2203.00426, which bets on an isotonic fit in place of a grid.  The alarm while
        outcomes are pending: after Henzi, A. & Ziegel, J. F. (2022). Correction to: Valid
        sequential inference on probability forecast performance. Biometrika 109(4), 1181.

    >>> from datetime import date
    >>> days = [date(2024, 1, day) for day in range(1, 31)]
    >>> found = calibration(Seen(day, None, 0.9, 0) for day in days)
    >>> found.n, found.alarm
    (30, datetime.date(2024, 1, 4))
    """

    def kept(p: float) -> float:
        p = probability(p)
        return p if clip is None else clipped(p, clip)

    return _watch(
        (_Forecast(one.when, one.cluster, (kept(one.p),), one.y) for one in forecasts),
        _recalibrated,
        as_of=as_of,
        threshold=threshold,
    )


def comparison(
    forecasts: Iterable[Both], *, as_of: date | None = None, threshold: float = ALARM
) -> Watch:
    """
    Evidence that the second source is better than the first.

    The hypothesis: on every question, given the forecasts, the first is expected to score at
    least as well (Brier).  With m the midpoint of both probabilities that says that the event's
    probability lies on the first one's side of m.  Against it stand five alternatives
    m + s (p_b - m); the e-value of a question is the likelihood ratio of the alternative and m,
    which is 1 + s (S_a - S_b)/(4 m (1 - m)) in the scores.  Each alternative's are multiplied, and
    the products averaged.  Where the hypothesis holds the expectation is at most 1.

    Two sources that say the same add nothing.  Probabilities of 0 and 1 need no clip: m is 0 or 1
    only where both are.  The e-value is never infinite; a source that said 0 or 1 and was wrong
    loses the bet on being exactly right (s = 1) for good, and the other alternatives go on.

    Both directions are hypotheses of their own: ask again with the sources exchanged, and take
    both to ``e_bh``.

    Args:
        forecasts: In any order; all questions of a cluster that both answered.
        as_of: Count what was decided by that day; everything decided by default.
        threshold: The e-value that raises the alarm.

    Raises:
        OutOfRange: A number is no probability, an outcome is neither 0 nor 1, or the threshold is
            not above 1.

    Source:
        Henzi, A. & Ziegel, J. F. (2022). Valid sequential inference on probability forecast
        performance. Biometrika 109(3), 647-663, and the correction, 109(4), 1181.

    >>> from datetime import date
    >>> days = [date(2024, 1, day) for day in range(1, 31)]
    >>> found = comparison(Both(day, None, 0.5, 0.9, 1) for day in days)
    >>> found.n, found.alarm
    (30, datetime.date(2024, 1, 16))
    """
    return _watch(
        (
            _Forecast(one.when, one.cluster, (probability(one.p_a), probability(one.p_b)), one.y)
            for one in forecasts
        ),
        _second_better,
        as_of=as_of,
        threshold=threshold,
    )


def e_bh(values: Mapping[str, float], *, rate: float = 0.05) -> tuple[str, ...]:
    """
    Which of several alarms to believe, with at most a share ``rate`` of false ones expected.

    With K e-values, the k largest are believed for the largest k for which the k-th is at least
    K/(rate k).  It holds whatever the e-values have to do with each other.

    Args:
        values: The e-value of each hypothesis now (the floor, where there is one).  Not the
            largest that it ever had: that is no e-value.
        rate: The false discovery rate, above 0 and below 1.

    Returns:
        The names, largest e-value first.

    Raises:
        OutOfRange: An e-value is negative or not a number, or the rate is out of range.

    Source:
        Wang, R. & Ramdas, A. (2022). False discovery rate control with e-values. Journal of the
        Royal Statistical Society B 84(3), 822-852.

    >>> e_bh({"a": 50.0, "b": 31.0, "c": 2.0}), e_bh({"a": 50.0, "b": 2.0, "c": 2.0})
    (('a', 'b'), ())
    """
    if not 0.0 < rate < 1.0:
        raise OutOfRange(f"rate {rate!r} is not between 0 and 1")
    for name, value in values.items():
        if not value >= 0.0:
            raise OutOfRange(f"{value!r} of {name} is no e-value")
    ordered = sorted(values, key=lambda name: (-values[name], name))
    believed = 0
    for k, name in enumerate(ordered, 1):
        if values[name] * rate * k >= len(ordered):
            believed = k
    return tuple(ordered[:believed])


class _Forecast(NamedTuple):
    """
    Either kind of forecast: the day, the cluster, what was said, what happened.
    """

    when: date
    cluster: str | None
    said: tuple[float, ...]
    y: int | None


@dataclass(slots=True)
class _Cluster:
    """
    A cluster of several questions, on the way.

    Attributes:
        size: How many questions, decided or not.
        pending: How many of them are not counted yet.
        sums: The sum of the e-values of those counted, under each alternative.
        worst: For those not counted, the sum of the lower of the e-values of both outcomes.
    """

    size: int
    pending: int
    sums: list[float]
    worst: list[float]

    def count(self, bet: _Bet, low: _Bet) -> None:
        """
        Count a question, whose lower e-values are ``low``.
        """
        self.pending -= 1
        self.sums = list(map(add, self.sums, bet))
        self.worst = list(map(sub, self.worst, low)) if self.pending else [0.0] * len(low)

    def logs(self) -> list[float]:
        """
        The log of the average under each alternative, what is undecided counting as 1.
        """
        return [_log((total + self.pending) / self.size) for total in self.sums]

    def lowest(self) -> list[float]:
        """
        The same with what is undecided at its worst.
        """
        return [
            _log((total + low) / self.size)
            for total, low in zip(self.sums, self.worst, strict=True)
        ]


def _watch(
    forecasts: Iterable[_Forecast],
    bet: Callable[[tuple[float, ...], int], _Bet],
    *,
    as_of: date | None,
    threshold: float,
    few: int = FEWEST_FOR_A_VERDICT,
) -> Watch:
    if not threshold > 1.0:
        raise OutOfRange(f"threshold {threshold!r} is not above 1")
    bets: dict[tuple[float, ...], tuple[_Bet, _Bet, _Bet]] = {}

    def of(said: tuple[float, ...]) -> tuple[_Bet, _Bet, _Bet]:
        if said not in bets:
            no, yes = bet(said, 0), bet(said, 1)
            bets[said] = no, yes, tuple(map(min, no, yes))
        return bets[said]

    # Nothing depends on the order within a day; sorting makes it so to the last bit.
    ordered = sorted(
        forecasts,
        key=lambda one: (one.when, one.cluster or "", one.said, -1 if one.y is None else one.y),
    )
    clusters: dict[str, _Cluster] = {}
    counted = []
    for one in ordered:
        if one.cluster is not None:
            low = of(one.said)[2]
            cluster = clusters.setdefault(
                one.cluster, _Cluster(0, 0, [0.0] * len(low), [0.0] * len(low))
            )
            cluster.size += 1
            cluster.pending += 1
            cluster.worst = list(map(add, cluster.worst, low))
        if one.y is not None and (as_of is None or one.when <= as_of):
            counted.append((one, outcome(one.y)))

    settled: list[float] | None = None
    begun: dict[str, _Cluster] = {}
    n = alone = finished = infinite = 0
    alarm: date | None = None
    e = floor = 1.0
    path: list[Week] = []
    for day, members in groupby(counted, key=lambda pair: pair[0].when):
        for one, y in members:
            *either, low = of(one.said)
            made = either[y]
            settled = settled or [0.0] * len(made)
            n += 1
            infinite += math.inf in made
            if one.cluster is None:
                alone += 1
                settled = [total + _log(value) for total, value in zip(settled, made, strict=True)]
            else:
                cluster = begun.setdefault(one.cluster, clusters[one.cluster])
                cluster.count(made, low)
                if not cluster.pending:
                    finished += 1
                    settled = list(map(add, settled, cluster.logs()))
                    del begun[one.cluster]
        waiting = [settled or [], *(cluster.logs() for cluster in begun.values())]
        e = floor = _mixed(waiting)
        if begun:
            floor = _mixed([settled or [], *(cluster.lowest() for cluster in begun.values())])
        if alarm is None and floor >= threshold:
            alarm = day
        sunday = day + timedelta(days=6 - day.weekday())
        week = Week(sunday if as_of is None else min(sunday, as_of), e, floor, n)
        if path and path[-1].day == week.day:
            path.pop()
        path.append(week)
    return Watch(
        e=e,
        floor=floor,
        n=n,
        clusters=alone + finished + len(begun),
        pending=len(ordered) - n,
        infinite=infinite,
        alarm=alarm,
        few=n < few,
        path=tuple(path),
    )


def _recalibrated(said: tuple[float, ...], y: int) -> _Bet:
    """
    The likelihood ratio of each recalibration and the probability as stated.
    """
    (p,) = said
    given = p if y else 1.0 - p
    if given in (0.0, 1.0):
        return (1.0 if given else math.inf,) * len(RECALIBRATIONS)
    x = logit(p)
    return tuple(expit(a + b * x if y else -(a + b * x)) / given for a, b in RECALIBRATIONS)


def _second_better(said: tuple[float, ...], y: int) -> _Bet:
    """
    The likelihood ratio of each alternative on the second's side and the midpoint.
    """
    a, b = said
    if a == b:
        return (1.0,) * len(STEPS)
    middle, half = (a + b) / 2.0, (b - a) / 2.0
    gain = half / middle if y else -half / (1.0 - middle)
    return tuple(max(1.0 + step * gain, 0.0) for step in STEPS)


def _mixed(logs: Sequence[Sequence[float]]) -> float:
    """
    The mean over the alternatives of the product of what each was made up of.
    """
    totals = [math.fsum(column) for column in zip(*logs, strict=True)]
    highest = max(totals)
    if math.isinf(highest):
        return math.inf if highest > 0.0 else 0.0
    log = highest + math.log(math.fsum(math.exp(one - highest) for one in totals) / len(totals))
    # Beyond what a float holds it is still finite.
    return math.exp(log) if log < _LARGEST else sys.float_info.max


def _log(value: float) -> float:
    return math.log(value) if value > 0.0 else -math.inf

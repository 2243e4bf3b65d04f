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
- Which questions are recorded, and which share a cluster, does not depend on how they come out: to
  put a question into the cluster of one that is decided changes what that one was worth, and
  whoever did so only where it helps would raise alarms at will.
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
from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.core.evidence import Book, watch
from foretrack.core.rules import clipped, outcome, probability
from foretrack.core.uncertainty import expit, logit
from foretrack.errors import OutOfRange

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from foretrack.core.evidence import Bet, Row, Said, Watch

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

    return watch(
        (row(one.when, one.cluster, (kept(one.p),), one.y) for one in forecasts),
        Book(recalibrated),
        as_of=as_of,
        threshold=threshold,
        few=FEWEST_FOR_A_VERDICT,
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
    return watch(
        (
            row(one.when, one.cluster, (probability(one.p_a), probability(one.p_b)), one.y)
            for one in forecasts
        ),
        Book(second_better),
        as_of=as_of,
        threshold=threshold,
        few=FEWEST_FOR_A_VERDICT,
    )


def row(when: date, cluster: str | None, said: Said, y: int | None) -> Row:
    """
    A question as the evidence goes by it.

    Raises:
        OutOfRange: The outcome is neither 0 nor 1, nor None.
    """
    return when, cluster or "", said, -1 if y is None else outcome(y)


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


def merged(values: Collection[float]) -> float:
    """
    One e-value for "none of these hypotheses is wrong": the mean, whatever they have in common.

    Among K hypotheses it reaches 20 where one of them reaches 20 K by itself.

    Args:
        values: The e-value of each hypothesis now; at least one.

    Returns:
        Their mean, 0 or more; infinite where one of them is.

    Source:
        Vovk, V. & Wang, R. (2021). E-values: calibration, combination and applications. The Annals
        of Statistics 49(3), 1736-1754: among symmetric ways to merge e-values that hang together
        in an unknown way, no other is better.

    >>> merged([40.0, 1.0, 1.0])
    14.0
    """
    return math.fsum(values) / len(values)


def recalibrated(said: Said, y: int) -> Bet:
    """
    The likelihood ratio of each recalibration and the probability as stated.
    """
    (p,) = said
    given = p if y else 1.0 - p
    if given in (0.0, 1.0):
        return (1.0 if given else math.inf,) * len(RECALIBRATIONS)
    x = logit(p)
    return tuple(expit(a + b * x if y else -(a + b * x)) / given for a, b in RECALIBRATIONS)


def second_better(said: Said, y: int) -> Bet:
    """
    The likelihood ratio of each alternative on the second's side and the midpoint.
    """
    a, b = said
    if a == b:
        return (1.0,) * len(STEPS)
    middle, half = (a + b) / 2.0, (b - a) / 2.0
    gain = half / middle if y else -half / (1.0 - middle)
    return tuple(max(1.0 + step * gain, 0.0) for step in STEPS)

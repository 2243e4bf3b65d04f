"""
How bets against a hypothesis add up: day by day, cluster by cluster, to an e-value.

What is bet is said in :mod:`foretrack.core.watching`, which also says what all of this stands on.
A bet is a tuple of e-values, one for each alternative to the hypothesis.  Those of one alternative
are averaged within a cluster and multiplied between clusters; the products are averaged over the
alternatives.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from operator import add, mul, sub
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from foretrack.errors import OutOfRange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

Said: TypeAlias = tuple[float, ...]
"""
The probabilities that were stated for one question.
"""

Bet: TypeAlias = tuple[float, ...]
"""
The e-value of one question under each alternative.
"""

Row: TypeAlias = "tuple[date, str, Said, int]"
"""
The day, the cluster ("" for none), what was said, and what happened (-1 while undecided).
"""

_LARGEST: Final = math.log(sys.float_info.max)

_CLOSE: Final = 1e-9
"""
How far below a threshold products of floats may be and still reach it when summed as logarithms.
"""


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


class _Worth(NamedTuple):
    """
    What a question is worth, by how it comes out: first for no, then for yes.

    Attributes:
        values: Under each alternative.
        logs: Their logarithms.
        refuted: Whether any is infinite.
        low: The lower one under each alternative.
    """

    values: tuple[Bet, Bet]
    logs: tuple[list[float], list[float]]
    refuted: tuple[bool, bool]
    low: Bet


class Book:
    """
    What each thing said is worth, worked out once.

    Args:
        bet: The e-values of a question, from what was said and what happened.
    """

    __slots__ = ("_bet", "_known")

    def __init__(self, bet: Callable[[Said, int], Bet]) -> None:
        self._bet = bet
        self._known: dict[Said, _Worth] = {}

    def __getitem__(self, said: Said) -> _Worth:
        found = self._known.get(said)
        if found is None:
            no, yes = self._bet(said, 0), self._bet(said, 1)
            logs = [_log(value) for value in no], [_log(value) for value in yes]
            low = tuple(map(min, no, yes))
            found = _Worth((no, yes), logs, (math.inf in no, math.inf in yes), low)
            self._known[said] = found
        return found


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

    def expect(self, low: Bet) -> None:
        """
        Take a question in, whose lower e-values are ``low``.
        """
        self.size += 1
        self.pending += 1
        self.worst = list(map(add, self.worst, low))

    def count(self, bet: Bet, low: Bet) -> None:
        """
        Count a question that was taken in.
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


class _Begun:
    """
    The clusters that have begun and are not finished, with what all of them come to.

    A cluster that changes moves the sums by its difference: going through all of them again each
    day would cost as much as there are.  Where a logarithm is infinite there is no difference, and
    the sums are taken anew.
    """

    __slots__ = ("_parts", "_sums")

    def __init__(self) -> None:
        self._parts: dict[str, list[float]] = {}
        self._sums: list[float] = []

    def __len__(self) -> int:
        return len(self._parts)

    def put(self, name: str, cluster: _Cluster) -> None:
        """
        Take in what a cluster comes to now.
        """
        made = cluster.logs() + cluster.lowest()
        old = self._parts.get(name)
        self._parts[name] = made
        self._move(made if old is None else list(map(sub, made, old)))

    def drop(self, name: str) -> None:
        """
        Take a cluster out, if it is there.
        """
        old = self._parts.pop(name, None)
        if old is not None:
            self._move([-one for one in old])

    def _move(self, change: list[float]) -> None:
        if not self._parts:
            self._sums = []
            return
        sums = list(map(add, self._sums, change)) if self._sums else change
        if not all(map(math.isfinite, sums)):
            sums = [math.fsum(one) for one in zip(*self._parts.values(), strict=True)]
        self._sums = sums

    def logs(self, settled: list[float]) -> list[float]:
        """
        All that is settled and these, what is undecided counting as 1.
        """
        return list(map(add, settled, self._sums)) if self._sums else settled

    def lowest(self, settled: list[float]) -> list[float]:
        """
        The same with what is undecided at its worst.
        """
        return list(map(add, settled, self._sums[len(settled) :])) if self._sums else settled


def watch(
    rows: Iterable[Row], book: Book, *, as_of: date | None, threshold: float, few: int
) -> Watch:
    """
    The evidence of some questions.

    Args:
        rows: In any order; all questions of a cluster, those not decided too.
        book: What they are worth.
        as_of: Count what was decided by that day; everything decided by default.
        threshold: The e-value that raises the alarm.
        few: Below this many questions no verdict is to be expected.

    Raises:
        OutOfRange: The threshold is not above 1.
    """
    if not threshold > 1.0:
        raise OutOfRange(f"threshold {threshold!r} is not above 1")
    # Nothing depends on the order within a day; sorting makes it so to the last bit.
    ordered = sorted(rows)
    clusters = _expected(ordered, book)
    counted = [one for one in ordered if one[3] >= 0 and (as_of is None or one[0] <= as_of)]
    settled: list[float] = []
    begun = _Begun()
    n = alone = finished = infinite = 0
    alarm: date | None = None
    e = floor = 1.0
    reached = math.log(threshold) - _CLOSE
    path: list[Week] = []
    last = len(counted) - 1
    for place, (day, name, said, y) in enumerate(counted):
        worth = book[said]
        settled = settled or [0.0] * len(worth.low)
        n += 1
        infinite += worth.refuted[y]
        if not name:
            alone += 1
            settled = list(map(add, settled, worth.logs[y]))
        else:
            cluster = clusters[name]
            cluster.count(worth.values[y], worth.low)
            if cluster.pending:
                begun.put(name, cluster)
            else:
                finished += 1
                begun.drop(name)
                settled = list(map(add, settled, cluster.logs()))
        following = counted[place + 1][0] if place < last else None
        if following == day:
            continue
        week = (day.toordinal() - 1) // 7
        over = following is None or (following.toordinal() - 1) // 7 > week
        lowest = begun.lowest(settled)
        # The mean over the alternatives is at most the largest of them.
        if not over and (alarm is not None or max(lowest) < reached):
            continue
        floor = mixed(lowest)
        if alarm is None and floor >= threshold:
            alarm = day
        if over:
            e = mixed(begun.logs(settled))
            sunday = day + timedelta(days=6 - day.weekday())
            path.append(Week(sunday if as_of is None else min(sunday, as_of), e, floor, n))
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


def may_reach(rows: Sequence[Row], book: Book, *, as_of: date | None, threshold: float) -> bool:
    """
    Whether the floor may ever have been at a threshold: a quick look that misses no alarm.

    A cluster is taken for what it comes to with all that is decided by now, from the day that its
    first member was: its floor never was higher.

    Args:
        rows: In the order of their days; all questions of a cluster, those not decided too.
        book: What they are worth.
        as_of: Count what was decided by that day; everything decided by default.
        threshold: The e-value that raises the alarm.

    Returns:
        False only where ``watch`` finds no alarm.
    """
    sums: dict[str, list[float]] = {}
    sizes: Counter[str] = Counter()
    for day, name, said, y in rows:
        if name:
            worth = book[said]
            counts = y >= 0 and (as_of is None or day <= as_of)
            made = worth.values[y] if counts else worth.low
            sums[name] = list(map(add, sums[name], made)) if name in sums else list(made)
            sizes[name] += 1
    totals: list[float] = []
    for day, name, said, y in rows:
        if y < 0 or (as_of is not None and day > as_of):
            continue
        if not name:
            made = book[said].values[y]
        elif name in sums:
            size = sizes[name]
            made = tuple(one / size for one in sums.pop(name))
        else:
            continue
        totals = list(map(mul, totals, made)) if totals else list(made)
        if sum(totals) >= threshold * len(totals) * (1.0 - _CLOSE):
            return True
    # Products that a float is too small for could have come back.
    return bool(totals) and min(totals) < sys.float_info.min


def _expected(rows: Iterable[Row], book: Book) -> dict[str, _Cluster]:
    """
    The clusters before anything is decided.
    """
    clusters: dict[str, _Cluster] = {}
    for _, name, said, _ in rows:
        if name:
            low = book[said].low
            if name not in clusters:
                clusters[name] = _Cluster(0, 0, [0.0] * len(low), [0.0] * len(low))
            clusters[name].expect(low)
    return clusters


def mixed(logs: Sequence[float]) -> float:
    """
    The mean over the alternatives, from the logarithm of each.

    >>> round(mixed([math.log(3.0), math.log(5.0)]), 12)
    4.0
    """
    highest = max(logs)
    if math.isinf(highest):
        return math.inf if highest > 0.0 else 0.0
    log = highest + math.log(math.fsum(math.exp(one - highest) for one in logs) / len(logs))
    # Beyond what a float holds it is still finite.
    return math.exp(log) if log < _LARGEST else sys.float_info.max


def _log(value: float) -> float:
    return math.log(value) if value > 0.0 else -math.inf

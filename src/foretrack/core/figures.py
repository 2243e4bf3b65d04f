"""
What a group's row of a scorecard is computed from: counts, and shares by stance and outcome.

Items are added one by one in any order; questions on which a source made several forecasts wait
until all of them are there.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from foretrack.core.cohort import Standing, alone
from foretrack.core.judging import Judged, brier, shared
from foretrack.core.uncertainty import interval_of_mean
from foretrack.core.vocabulary import Cohort, Updates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from foretrack.core.cohort import Item
    from foretrack.core.judging import Judge
    from foretrack.core.lexicon import Stance
    from foretrack.core.quality import Rest
    from foretrack.core.tally import Weight

# Looking up a member of an enumeration takes five times as long as looking up a name.
_SCORED, _EARLY, _OPEN, _OVERDUE = (
    Standing.SCORED,
    Standing.EARLY,
    Standing.OPEN,
    Standing.OVERDUE,
)
_LATE, _ANNULLED = Standing.LATE, Standing.ANNULLED
_EACH, _RESOLVED = Updates.EACH, Cohort.RESOLVED
_SCORABLE = (_SCORED, _EARLY, _OPEN, _OVERDUE)
"""
What has a score, or will have one: not without a number for its phrase.
"""


def _numbers() -> defaultdict[str, int]:
    return defaultdict(int)  # half the time of a Counter, of which nothing else is used


@dataclass(slots=True)
class Figures:
    """
    The figures of a group.

    Attributes:
        cohort: Which questions make the headline.
        updates: How several forecasts of a source on one question count.
        judge: What comes of an item.
        unscorable: Claims that are no forecasts, by reason.
        readings: Forecasts by how their words were taken.
        scored: The headline: (stance, outcome) -> how many.
        early: The same for what was resolved before its window was over.
        overdue: What a question scores if it goes for the source, and against it -> how many.
        singles: Brier score -> how many questions outside any cluster.
        clusters: Cluster -> the sums of the scores in it.
        clustered: Cluster -> how many questions.
        repeated: What waits, by source and question.
        seen: Source, question and day of the forecasts in the headline that came one by one.
        rest: What the figures beside the headline need, where those are wanted.
    """

    cohort: Cohort
    updates: Updates
    judge: Judge
    counts: defaultdict[str, int] = field(default_factory=_numbers)
    unscorable: Counter[str] = field(default_factory=Counter)
    annulled: Counter[str] = field(default_factory=Counter)
    readings: defaultdict[str, int] = field(default_factory=_numbers)
    scored: dict[tuple[Stance, int], Weight] = field(default_factory=dict)
    early: dict[tuple[Stance, int], Weight] = field(default_factory=dict)
    overdue: Counter[tuple[float, float]] = field(default_factory=Counter)
    singles: Counter[float] = field(default_factory=Counter)
    clusters: dict[str, list[float]] = field(default_factory=dict)
    clustered: Counter[str] = field(default_factory=Counter)
    repeated: dict[tuple[str, str], list[Item]] = field(default_factory=dict)
    seen: set[tuple[str, str, date | None]] = field(default_factory=set)
    rest: Rest | None = None

    def add(self, item: Item) -> None:
        """
        Add an item; a forecast that has updates waits until all of them are there.
        """
        counts, n = self.counts, item.n
        counts["forecasts"] += n
        self.readings[item.reading] += n
        if item.assumed:
            counts["assumed"] += n
        if item.inferred:
            counts["inferred"] += n
        one = self.judge.judged(item)
        if item.question is not None and self._is_headline(one.how):
            self._meet((item.source, item.question, item.made))
        if one.how is _LATE:
            counts["late"] += n
        elif item.question is not None and self.updates is not _EACH:
            self.repeated.setdefault((item.source, item.question), []).append(item)
        else:
            self._count(item, one)

    def _meet(self, key: tuple[str, str, date | None]) -> None:
        self.counts["repeated"] += key in self.seen
        self.seen.add(key)

    def _is_headline(self, how: Standing) -> bool:
        return how is _SCORED or (how is _EARLY and self.cohort is _RESOLVED)

    def leave_out(self, item: Item) -> None:
        """
        Count a forecast that the choice of windows leaves out: it was made all the same.
        """
        self.counts["forecasts"] += item.n
        self.counts["assumed"] += item.n
        self.counts["left out"] += item.n

    def gather(
        self,
        items: Iterable[Item],
        unscorable: Iterable[tuple[tuple[str, ...], str, int]],
        *,
        basis: str,
    ) -> bool:
        """
        Count all of these, whatever their groups.

        Args:
            items: The forecasts.
            unscorable: The claims that are no forecasts: their groups, the reason, how many.
            basis: ``stated`` to leave assumed windows out.

        Returns:
            Whether several sources are put together.
        """
        for _, reason, n in unscorable:
            self.unscorable[reason] += n
        sources: set[str] = set()
        for item in items:
            sources.add(item.source)
            if basis == "stated" and item.assumed:
                self.leave_out(item)
            else:
                self.add(item)
        self.settle()
        return len(sources) > 1

    def absorb(self, other: Figures) -> None:
        """
        Add the settled figures of a source of which there was nothing here.
        """
        for numbers, more in ((self.counts, other.counts), (self.readings, other.readings)):
            for name, n in more.items():
                numbers[name] += n
        for mine, theirs in (
            (self.unscorable, other.unscorable),
            (self.annulled, other.annulled),
            (self.clustered, other.clustered),
        ):
            mine.update(theirs)
        self.overdue.update(other.overdue)
        self.singles.update(other.singles)
        for cells, held in ((self.scored, other.scored), (self.early, other.early)):
            for key, weight in held.items():
                cells[key] = cells.get(key, 0) + weight
        for name, sums in other.clusters.items():
            self.clusters.setdefault(name, []).extend(sums)
        if self.rest is not None and other.rest is not None:
            self.rest.absorb(other.rest)

    def settle(self) -> None:
        """
        Count the questions that waited.
        """
        for items in self.repeated.values():
            parts = shared(items, updates=self.updates, stance_of=self.judge.said)
            self._count(items[0], Judged.of(items[0], parts))
        self.repeated.clear()

    def _count(self, item: Item, one: Judged) -> None:
        """
        Count one unit, or several alike.
        """
        counts, n, how = self.counts, item.n, one.how
        counts["questions"] += n
        if item.over:
            counts["matured"] += n
        if len(one.known) < len(one.parts) and how in _SCORABLE:
            counts["not_in_lexicon"] += n
            return
        counts[how] += n
        if self.rest is not None and how in (_OPEN, _OVERDUE):
            self.rest.wait(item, one.parts)
        if how is _ANNULLED:
            self.annulled["condition-unmet" if item.unmet else item.reason or ""] += n
        elif how is _OVERDUE:
            self.overdue[_ends(one.known)] += n
        elif one.score is not None:
            self._settle(item, one, one.score)

    def _settle(self, item: Item, one: Judged, score: float) -> None:
        """
        Count what was resolved yes or no.
        """
        n = item.n
        if item.hindsight:
            self.counts["hindsight"] += n
        is_early, in_headline = one.how is _EARLY, self._is_headline(one.how)
        for said, share in one.known:
            key, weight = (said, one.y), share * n
            if in_headline:
                self.scored[key] = self.scored.get(key, 0) + weight
            if is_early:
                self.early[key] = self.early.get(key, 0) + weight
        if in_headline:
            self._cluster(item, score)
            if self.rest is not None:
                self.rest.settle(item, one.y, one.known, score=score)

    def _cluster(self, item: Item, score: float) -> None:
        """
        Keep what the interval of the mean needs: the score of each cluster.
        """
        name = item.cluster
        if name is None and item.question is not None and self.updates is _EACH:
            name = alone(item.question)  # one outcome settles all that is said on it
        if name is None:
            self.singles[score] += item.n
        else:
            self.clusters.setdefault(name, []).append(score * item.n)
            self.clustered[name] += item.n

    def interval(self) -> tuple[float, float] | None:
        """
        The interval of the headline, by cluster.
        """
        singles, several = self.singles, []
        if self.clusters:
            singles = Counter(singles)  # which clusters of one are added to
        for name, sums in self.clusters.items():
            if self.clustered[name] == 1:
                singles[sums[0]] += 1
            else:
                several.append((1, math.fsum(sums), self.clustered[name]))
        return interval_of_mean([*((times, one, 1) for one, times in singles.items()), *several])

    def bounds(self) -> tuple[float, float] | None:
        """
        The headline if everything overdue went for the source, and if all of it went against it.
        """
        if not self.overdue:
            return None
        n = sum(self.scored.values()) + self.overdue.total()
        scored = [weight * brier(one.point, y) for (one, y), weight in self.scored.items()]
        best, worst = (
            math.fsum([*scored, *(ends[end] * times for ends, times in self.overdue.items())]) / n
            for end in (0, 1)
        )
        return best, worst


def _ends(known: Sequence[tuple[Stance, Weight]]) -> tuple[float, float]:
    """
    What a question scores in the best and in the worst case: it ends one way for all its updates.
    """
    no, yes = (math.fsum(share * brier(one.point, y) for one, share in known) for y in (0, 1))
    return min(no, yes), max(no, yes)


def mean_brier(
    cells: Mapping[tuple[Stance, int], Weight],
) -> tuple[Weight, float | None, float | None, float | None]:
    """
    Number, mean Brier score, and its means at the kind and at the unkind end of each band.
    """
    n = sum(cells.values())
    if not n:
        return 0, None, None, None
    point, low, high = [], [], []
    for (one, y), weight in cells.items():
        middle, kind, unkind = _over(one, y)
        point.append(weight * middle)
        low.append(weight * kind)
        high.append(weight * unkind)
    return n, math.fsum(point) / n, math.fsum(low) / n, math.fsum(high) / n


@lru_cache(maxsize=4096)
def _over(said: Stance, y: int) -> tuple[float, float, float]:
    """
    The Brier score of a stance, and those of the ends of its band: the smaller, the larger.
    """
    ends = brier(said.low, y), brier(said.high, y)
    return brier(said.point, y), min(ends), max(ends)

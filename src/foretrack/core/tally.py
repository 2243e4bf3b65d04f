"""
Sufficient statistics of yes/no forecasts: how many there were of each (probability, outcome).

Everything that depends on single forecasts alone follows from these counts: the scores, the
decompositions, the calibration.  Counts are whole numbers or fractions, so that tallies merge
exactly in any order and grouping; ``levels`` computes from them, so that a score is the same to the
last bit wherever and however it was counted.

Clusters, pairs and sequences need the forecasts themselves and are no business of a tally.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from foretrack.core.levels import Levels, fraction
from foretrack.core.places import place
from foretrack.core.rules import outcome, probability
from foretrack.errors import OutOfRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Weight: TypeAlias = int | Fraction
"""
How often, or for how much, a forecast counts.
"""


class Level(NamedTuple):
    """
    All forecasts of one probability.

    Attributes:
        p: Probability of "yes", 0 to 1.
        n: How many there were.
        events: How many of them came true.
    """

    p: float
    n: Weight
    events: Weight


class Tally:
    """
    Counts per (p, y).  ``add`` changes the tally; everything else leaves it as it is.

    >>> tally = Tally.of([(0.2, 1), (0.2, 0), (0.9, 1)])
    >>> tally.n, tally.events, round(tally.brier, 4)
    (3, 2, 0.23)
    """

    __slots__ = ("_counts", "_whole")

    def __init__(self) -> None:
        self._counts: dict[tuple[float, int], Weight] = {}
        self._whole: Levels | None = None

    @classmethod
    def of(cls, forecasts: Iterable[tuple[float, int]]) -> Tally:
        """
        The tally of forecasts that count once each.

        Raises:
            OutOfRange: As ``add``.
        """
        tally = cls()
        for p, y in forecasts:
            tally.add(p, y)
        return tally

    @classmethod
    def of_counts(cls, counts: Iterable[tuple[float, int, Weight]]) -> Tally:
        """
        The tally of counts made elsewhere, such as by a database.

        Raises:
            OutOfRange: As ``add``.
        """
        tally = cls()
        for p, y, weight in counts:
            tally.add(p, y, weight=weight)
        return tally

    @classmethod
    def sum(cls, tallies: Iterable[Tally]) -> Tally:
        """
        All of them together.
        """
        total = cls()
        counts = total._counts
        for tally in tallies:
            for key, weight in tally.counts.items():
                counts[key] = counts.get(key, 0) + weight
        return total

    def add(self, p: float, y: int, *, weight: Weight = 1) -> None:
        """
        Count a forecast.

        Args:
            p: Probability of "yes", no unit, 0 to 1; pooled to twelve decimals.
            y: What happened, 1 for "yes" and 0 for "no".
            weight: How often it counts; a weight of 0 leaves no trace.

        Raises:
            OutOfRange: p is no probability, y is neither 0 nor 1, or the weight is negative.
        """
        key = probability(p), outcome(y)
        if weight < 0:
            raise OutOfRange(f"weight {weight} is negative")
        if weight:
            self._counts[key] = self._counts.get(key, 0) + weight
            self._whole = None

    def merge(self, other: Tally) -> Tally:
        """
        Both together, as a new tally.
        """
        return Tally.sum((self, other))

    @property
    def counts(self) -> Mapping[tuple[float, int], Weight]:
        """
        The count of each (p, y), in the order of first appearance.
        """
        return self._counts

    def levels(self) -> list[Level]:
        """
        The counts by probability, lowest first.
        """
        merged: dict[float, tuple[Weight, Weight]] = {}
        for (p, y), weight in self._counts.items():
            n, events = merged.get(p, (0, 0))
            merged[p] = n + weight, events + weight * y
        return [Level(p, *merged[p]) for p in sorted(merged)]

    @property
    def whole(self) -> Levels:
        """
        The counts in whole numbers: fractional ones in units of their common denominator.
        """
        if self._whole is None:
            counts = self._counts
            scale = math.lcm(*{weight.denominator for weight in counts.values()})
            self._whole = Levels.of_counts(
                {
                    place(p, y): weight.numerator * (scale // weight.denominator)
                    for (p, y), weight in counts.items()
                },
                scale=scale,
            )
        return self._whole

    @property
    def n(self) -> Weight:
        """
        Number of forecasts, or the sum of their weights.
        """
        return fraction(self.whole.n, self.whole.scale)

    @property
    def events(self) -> Weight:
        """
        How many of them came true, weighted alike.
        """
        return fraction(self.whole.events, self.whole.scale)

    @property
    def base_rate(self) -> float:
        """
        Share that came true, 0 to 1.

        Raises:
            NothingResolved: The tally is empty.
        """
        return Levels.of(self).base_rate

    @property
    def mean_probability(self) -> float:
        """
        Mean probability of "yes", 0 to 1.

        Raises:
            NothingResolved: The tally is empty.
        """
        return Levels.of(self).mean_probability

    @property
    def brier(self) -> float:
        """
        Mean Brier score, 0 (best) to 1 (worst); see :func:`foretrack.core.rules.brier`.

        Raises:
            NothingResolved: The tally is empty.
        """
        return Levels.of(self).brier

    def log_score(self, *, clip: float | None = None) -> float:
        """
        Mean log score in nats, 0 (best) to infinity; see :func:`foretrack.core.rules.log_score`.

        It is infinite when anything happened that was called impossible: ``log_infinite`` says
        how often.

        Args:
            clip: Move every p into [clip, 1 - clip] first; above 0, at most 0.5.

        Raises:
            NothingResolved: The tally is empty.
            OutOfRange: clip is not above 0 and at most 0.5.
        """
        return Levels.of(self).log_score(clip=clip)

    @property
    def log_infinite(self) -> Weight:
        """
        How many forecasts called impossible what happened, and score infinity.
        """
        return fraction(self.whole.impossible, self.whole.scale) if self._counts else 0

    def __len__(self) -> int:
        return len(self._counts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        return self._counts == other._counts

    def __repr__(self) -> str:
        return f"Tally.of_counts({[(p, y, n) for (p, y), n in sorted(self._counts.items())]})"

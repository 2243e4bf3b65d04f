"""
Counts by probability in columns of whole numbers: what every score and decomposition is made of.

Everything is summed exactly, or by ``math.fsum``, so that a figure is the same to the last bit in
whatever order and wherever the forecasts were counted.  The cost grows with the number of distinct
probabilities, not with that of forecasts.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from fractions import Fraction
from functools import cached_property
from itertools import compress, islice
from operator import eq, mul
from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.core import luck
from foretrack.core.logistic import Columns, Curve, climb, settle
from foretrack.core.places import SQUARE, UNIT
from foretrack.core.pooling import pool
from foretrack.core.rules import clipped
from foretrack.errors import NothingResolved

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping, Sequence

    from foretrack.core.logistic import Walk
    from foretrack.core.tally import Tally, Weight

BINS: Final = 10
_EXACT: Final = 1 << 53  # whole numbers up to here are doubles


class Sums(NamedTuple):
    """
    Exact sums over some levels: counts, events, and probabilities in units of 10⁻¹².

    Attributes:
        n: What the forecasts count for.
        k: What those that came true count for.
        np: Sum of n p.
        npp: Sum of n p².
        kp: Sum of k p.
    """

    n: int
    k: int
    np: int
    npp: int
    kp: int

    @property
    def brier(self) -> int:
        """
        Sum of the Brier scores, in 10⁻²⁴.
        """
        return self.npp - 2 * UNIT * self.kp + SQUARE * self.k


class Levels:
    """
    Forecasts by probability, lowest first.

    Attributes:
        places: The probabilities, in 10⁻¹²; increasing.
        ns: What the forecasts of each count for, above 0.
        hits: What those of them that came true count for.
        scale: What one whole forecast counts for.
    """

    def __init__(
        self, places: Sequence[int], ns: Sequence[int], hits: Sequence[int], *, scale: int = 1
    ) -> None:
        self.places = places
        self.ns = ns
        self.hits = hits
        self.scale = scale

    @classmethod
    def of_counts(cls, counts: Mapping[int, int], *, scale: int = 1) -> Levels:
        """
        The levels of counts by key of ``places.place``.
        """
        keys = sorted(counts)
        ns = list(map(counts.__getitem__, keys))
        hits = [n if key & 1 else 0 for key, n in zip(keys, ns, strict=True)]
        places = [key >> 1 for key in keys]
        return cls(*_unique(places, ns, hits), scale=scale)

    @classmethod
    def merged(cls, several: Iterable[Levels]) -> Levels:
        """
        The levels of several groups as one.

        Args:
            several: Groups in which each forecast counts for 1.

        >>> one, other = Levels([1, 3], [2, 1], [1, 0]), Levels([2, 3], [1, 1], [1, 1])
        >>> both = Levels.merged([one, other])
        >>> both.places, both.ns, both.hits
        ([1, 2, 3], [2, 1, 2], [1, 1, 1])
        """
        several = list(several)
        bits = sum(one.n for one in several).bit_length()
        rows: list[int] = []
        for one in several:  # each level in one number, which sorts by place
            columns = zip(one.places, one.ns, one.hits, strict=True)
            rows += [(((p << bits) + n) << bits) + k for p, n, k in columns]
        rows.sort()  # mostly merging: each group is in order
        mask = (1 << bits) - 1
        places = [row >> 2 * bits for row in rows]
        ns = [row >> bits & mask for row in rows]
        return cls(*_unique(places, ns, [row & mask for row in rows]))

    @classmethod
    def of(cls, counted: Tally | Levels) -> Levels:
        """
        The levels of a tally.

        Raises:
            NothingResolved: There are none.
        """
        found = counted if isinstance(counted, Levels) else counted.whole
        if not len(found.places):
            raise NothingResolved("no forecast with an outcome to score")
        return found

    @cached_property
    def n(self) -> int:
        """
        What all forecasts count for.
        """
        return sum(self.ns)

    @cached_property
    def events(self) -> int:
        """
        What all that came true count for.
        """
        return sum(self.hits)

    @property
    def base_rate(self) -> float:
        """
        Share that came true, 0 to 1.
        """
        return self.events / self.n

    @cached_property
    def bins(self) -> list[tuple[int, Sums]]:
        """
        The sums of each bin [k/10, (k + 1)/10), the last one closed; without the empty ones.
        """
        places, ns, hits = self.places, self.ns, self.hits
        edges = [bisect_left(places, at * (UNIT // BINS)) for at in range(BINS)] + [len(places)]
        found = []
        for at in range(BINS):
            cut = slice(edges[at], edges[at + 1])
            p, n, k = places[cut], ns[cut], hits[cut]
            if p:
                weighted = list(map(mul, n, p))
                squares, kp = sum(map(mul, weighted, p)), sum(map(mul, k, p))
                found.append((at, Sums(sum(n), sum(k), sum(weighted), squares, kp)))
        return found

    @cached_property
    def total(self) -> Sums:
        """
        The sums of all bins.
        """
        return Sums(*map(sum, zip(*(sums for _, sums in self.bins), strict=True)))

    @property
    def brier(self) -> float:
        """
        Mean Brier score.
        """
        return self.total.brier / (SQUARE * self.n)

    @property
    def mean_probability(self) -> float:
        """
        Mean probability of "yes", 0 to 1.
        """
        return self.total.np / (UNIT * self.n)

    @property
    def impossible(self) -> int:
        """
        What forecasts of 0 where it happened, and of 1 where it did not, count for.
        """
        found = self.hits[0] if self.places[0] == 0 else 0
        return int(found + (self.ns[-1] - self.hits[-1] if self.places[-1] == UNIT else 0))

    @cached_property
    def is_light(self) -> bool:
        """
        Whether the counts are so small that each is a double; else they are divided by n first.
        """
        return self.n <= _EXACT

    def share(self, count: int) -> float:
        """
        A count as a factor in sums of floats; ``mean`` divides such a sum.
        """
        return count if self.is_light else count / self.n

    def mean(self, terms: Iterable[float]) -> float:
        """
        Sum of terms that have a ``share`` as a factor, divided by what all forecasts count for.
        """
        total = math.fsum(terms)
        return total / self.n if self.is_light else total

    def probabilities(self) -> list[float]:
        """
        The probabilities as floats: divided once, which gives the double nearest to the decimal.
        """
        return [p / UNIT for p in self.places]

    def said(self, clip: float | None) -> Sequence[float]:
        """
        The probabilities, moved into [clip, 1 - clip] if asked for.
        """
        said = self.probabilities()
        return said if clip is None else [clipped(p, clip) for p in said]

    @cached_property
    def steps(self) -> list[tuple[int, int]]:
        """
        The steps of the isotonic fit: n and events of each.
        """
        return self._pooled(self.ns, self.hits)

    def clipped_steps(self, clip: float) -> list[tuple[int, int]]:
        """
        The steps where probabilities that are clipped to one value count as one level.
        """
        ns: list[int] = []
        hits: list[int] = []
        last = -1.0
        for p, n, k in zip(self.said(clip), self.ns, self.hits, strict=True):
            if p == last:
                ns[-1] += n
                hits[-1] += k
            else:
                ns.append(n)
                hits.append(k)
                last = p
        return self._pooled(ns, hits)

    def _pooled(self, ns: Sequence[int], hits: Sequence[int]) -> list[tuple[int, int]]:
        return [(n, k) for _, n, k in pool(ns, hits)]

    def within(self) -> float:
        """
        Mean variance of the outcomes at one probability: what is left of the score at best.
        """
        return luck.variance(zip(self.ns, self.hits, strict=True), self.n)

    def log_score(self, *, clip: float | None = None) -> float:
        """
        Mean log score in nats; infinite where something called impossible happened.
        """
        said = self.said(clip)
        ns, hits = self._shares()
        no = list(map(_less, ns, hits))
        if (hits[0] and said[0] == 0.0) or (no[-1] and said[-1] == 1.0):
            return math.inf
        yes_said, no_said = compress(said, hits), compress(said, no)
        yes = map(mul, filter(None, hits), map(math.log, yes_said))
        nay = map(mul, filter(None, no), map(math.log1p, map(float.__neg__, no_said)))
        return -self.mean((math.fsum(yes), math.fsum(nay))) + 0.0

    def curve(self, *, clip: float | None = None) -> Curve:
        """
        The logistic recalibration; it must exist.
        """
        found = settle(self._walk(clip))
        if found is None:
            said = self.said(clip)
            odds = (math.log(p / (1.0 - p)) for p in said)
            counts = zip(odds, self.ns, self.hits, strict=True)
            return climb([(x, n / self.scale, k / self.scale) for x, n, k in counts])
        whole = 1 if self.is_light else self.n
        return found._replace(information=found.information * (whole / self.scale))

    def _walk(self, clip: float | None) -> Walk:
        ns, hits = self._shares()
        return Columns([math.log(p / (1.0 - p)) for p in self.said(clip)], ns, hits)

    def drawn(self, units: luck.Units, rng: random.Random, *, resamples: int) -> list[float]:
        """
        The miscalibration that luck makes, as ``luck.drawn``.
        """
        return luck.drawn(self.places, self.ns, units, rng, resamples=resamples)

    def _shares(self) -> tuple[Sequence[float], Sequence[float]]:
        if self.is_light:
            return self.ns, self.hits
        return [n / self.n for n in self.ns], [k / self.n for k in self.hits]


def _unique(
    places: list[int], ns: list[int], hits: list[int]
) -> tuple[list[int], list[int], list[int]]:
    """
    Levels in order, each taking in those of the same place before it.
    """
    twice = [at for at, both in enumerate(map(eq, places, islice(places, 1, None))) if both]
    if not twice:
        return places, ns, hits
    kept = bytearray(b"\1") * len(places)
    for at in twice:
        ns[at + 1] += ns[at]
        hits[at + 1] += hits[at]
        kept[at] = 0
    return list(compress(places, kept)), list(compress(ns, kept)), list(compress(hits, kept))


def _less(a: float, b: float) -> float:
    return a - b


def fraction(count: int, scale: int) -> Weight:
    """
    A count in units of a scale, exactly.

    >>> fraction(6, 3), fraction(1, 3)
    (2, Fraction(1, 3))
    """
    return count // scale if count % scale == 0 else Fraction(count, scale)

"""
Levels in arrays, where counts come from a database and numpy is there (extra ``archive``).

Only what is exact is left to arrays: whole numbers, and single operations on doubles, which are
rounded in one way everywhere.  Sums are exact before they are rounded, and logarithms stay with
``math``, so that each figure is the same to the last bit as that of ``Levels``.
"""

from __future__ import annotations

import math
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from foretrack.core.levels import BINS, Levels, Sums
from foretrack.core.logistic import Tilt
from foretrack.core.luck import excess
from foretrack.core.places import UNIT
from foretrack.core.pooling import pool
from foretrack.core.sample import Spread
from foretrack.exchange import lots
from foretrack.exchange.adding import total

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from foretrack.core.logistic import Walk
    from foretrack.core.luck import Units

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]

LARGEST: Final = 1 << 26
"""
For so many forecasts all products that arise here are whole numbers of 64 bits, and doubles.
"""
_BITS: Final = 14  # of a digit, which whole numbers are multiplied by
_DRAWN: Final = 1 << 23  # times 10¹² this is still a whole number of 64 bits
_FEW: Final = 64  # levels from which on lists are no slower
_SWEEPS: Final = 12


def levels(keys: Whole, ns: Whole) -> Levels:
    """
    The levels of counts by key of ``places.place``.

    Args:
        keys: The keys, increasing.
        ns: What each counts for.
    """
    places, hits = keys >> 1, ns * (keys & 1)
    first = np.flatnonzero(np.diff(places, prepend=-1))
    if len(first) < len(places):  # both outcomes of one probability
        places, ns, hits = places[first], np.add.reduceat(ns, first), np.add.reduceat(hits, first)
    if len(places) < _FEW or int(ns.sum()) > LARGEST:
        return Levels(places.tolist(), ns.tolist(), hits.tolist())
    return Arrays(*(cast("Sequence[int]", column) for column in (places, ns, hits)))


def singles(counted: Levels) -> Spread:
    """
    The sums where each forecast is a cluster of its own.
    """
    fourth = 0
    for p, n, k in zip(counted.places, counted.ns, counted.hits, strict=True):
        fourth += int(n - k) * int(p) ** 4 + int(k) * (int(p) - UNIT) ** 4
    n, score = counted.n, counted.total.brier
    return Spread(n, n, score, n, score, fourth)


def digits(whole: Whole, n: int) -> list[Whole]:
    """
    The n lowest digits of whole numbers, the lowest first; the last is all that is left.
    """
    mask = (1 << _BITS) - 1
    return [(whole >> at * _BITS) & (mask if at < n - 1 else -1) for at in range(n)]


def dot(left: Sequence[Whole], right: Sequence[Whole], *, bits: int = _BITS) -> int:
    """
    The sum of products of whole numbers in digits, exactly.
    """
    return sum(
        int(one @ other) << (at + place) * bits
        for at, one in enumerate(left)
        for place, other in enumerate(right)
    )


class Arrays(Levels):
    """
    The same figures from arrays; for at most ``LARGEST`` forecasts that count once each.
    """

    places: Any
    ns: Any
    hits: Any

    @cached_property
    def n(self) -> int:
        """
        What all forecasts count for.
        """
        return int(self.ns.sum())

    @cached_property
    def events(self) -> int:
        """
        What all that came true count for.
        """
        return int(self.hits.sum())

    @cached_property
    def bins(self) -> list[tuple[int, Sums]]:
        """
        The sums of each bin.
        """
        places = digits(self.places, 3)
        edges = np.searchsorted(self.places, np.arange(BINS) * (UNIT // BINS))  # of one kind
        starts = [*edges.tolist(), len(self.places)]
        found = []
        for at in range(BINS):
            if starts[at] < starts[at + 1]:
                cut = slice(starts[at], starts[at + 1])
                n, hits, p = self.ns[cut], self.hits[cut], [digit[cut] for digit in places]
                weighted = [n * digit for digit in p]
                sums = int(n.sum()), int(hits.sum()), dot([n], p), dot(weighted, p), dot([hits], p)
                found.append((at, Sums(*sums)))
        return found

    def probabilities(self) -> list[float]:
        """
        The probabilities as floats.
        """
        found: list[float] = (self.places / UNIT).tolist()
        return found

    def said(self, clip: float | None) -> Sequence[float]:
        """
        The probabilities, moved into [clip, 1 - clip] if asked for.
        """
        found: list[float] = self._said(clip).tolist()
        return found

    def _said(self, clip: float | None) -> Real:
        said: Real = self.places / UNIT
        return said if clip is None else np.minimum(np.maximum(said, clip), 1.0 - clip)

    def _pooled(self, ns: Sequence[int], hits: Sequence[int]) -> list[tuple[int, int]]:
        rows = np.zeros(len(ns), dtype=np.int8)
        swept = _swept(np.asarray(ns), np.asarray(hits), rows)
        return [(n, k) for _, n, k in pool(*(column.tolist() for column in swept[:2]))]

    def within(self) -> float:
        """
        Mean variance of the outcomes at one probability.
        """
        mixed = (self.hits > 0) & (self.hits < self.ns)
        n, k = self.ns[mixed], self.hits[mixed]
        return total(k * (n - k) / (n * self.n))

    def log_score(self, *, clip: float | None = None) -> float:
        """
        Mean log score in nats; infinite where something called impossible happened.
        """
        said, hits, no = self._said(clip), self.hits, self.ns - self.hits
        if (hits[0] and said[0] == 0.0) or (no[-1] and said[-1] == 1.0):
            return math.inf
        happened, failed = np.flatnonzero(hits), np.flatnonzero(no)
        yes = hits[happened] * _each(math.log, said[happened])
        nay = no[failed] * _each(math.log1p, -said[failed])
        return -self.mean((total(yes), total(nay))) + 0.0

    def _walk(self, clip: float | None) -> Walk:
        said = self._said(clip)
        return _Walk(_each(math.log, said / (1.0 - said)), self.ns, self.hits)

    def drawn(self, units: Units, rng: random.Random, *, resamples: int) -> list[float]:
        """
        The miscalibration that luck makes, draw by draw.
        """
        if self.n > _DRAWN:
            lists = Levels(self.places.tolist(), self.ns.tolist(), self.hits.tolist())
            return lists.drawn(units, rng, resamples=resamples)
        gains = UNIT - 2 * self.places
        base = self.total.npp
        found = []
        for hits in lots.blocks(self.places.tolist(), units, rng, resamples=resamples):
            scores = (hits @ gains).tolist()
            for score, steps in zip(scores, _pooled_rows(self.ns, hits), strict=True):
                found.append(excess(base + UNIT * score, steps, self.n))
        return found


class _Walk:
    def __init__(self, xs: Real, ns: Whole, hits: Whole) -> None:
        self.xs, self.ns, self.hits = xs, ns, hits

    def at(self, intercept: float, slope: float) -> Tilt | None:
        xs, ns = self.xs, self.ns
        try:
            fitted = 1.0 / (1.0 + _each(math.exp, -intercept - slope * xs))
        except OverflowError:
            return None
        weights = ns * fitted * (1.0 - fitted)
        left = self.hits - ns * fitted
        whole = total(weights)
        if not whole > 0.0:
            return None
        centre = total(weights * xs) / whole
        away = xs - centre
        return Tilt(whole, centre, total(weights * away * away), total(left), total(left * away))


def _each(function: Callable[[float], float], values: Real) -> Real:
    """
    A function of ``math`` of each value: numpy's own differ in the last bit.
    """
    return np.fromiter(map(function, values.tolist()), np.float64, len(values))


def _swept(ns: Whole, hits: Whole, rows: NDArray[Any]) -> tuple[Whole, Whole, NDArray[Any]]:
    """
    Neighbours of one row that violate the order joined, again and again while that helps.
    """
    for _ in range(_SWEEPS):
        violated = hits[:-1] * ns[1:] >= hits[1:] * ns[:-1]
        violated &= rows[1:] == rows[:-1]
        starts = np.flatnonzero(np.concatenate(([True], ~violated)))
        if len(starts) == len(ns):
            break
        ns, hits, rows = np.add.reduceat(ns, starts), np.add.reduceat(hits, starts), rows[starts]
    return ns, hits, rows


def _pooled_rows(ns: Whole, hits: Whole) -> list[list[tuple[int, int]]]:
    """
    The steps of the isotonic fit of each row of hits.
    """
    times, width = hits.shape
    swept_ns, swept_hits, rows = _swept(
        np.tile(ns, times), hits.reshape(-1), np.repeat(np.arange(times), width)
    )
    edges = [*np.flatnonzero(np.diff(rows, prepend=-1)).tolist(), len(rows)]
    all_ns, all_hits = swept_ns.tolist(), swept_hits.tolist()
    return [
        [(n, k) for _, n, k in pool(all_ns[begin:end], all_hits[begin:end])]
        for begin, end in pairwise(edges)
    ]

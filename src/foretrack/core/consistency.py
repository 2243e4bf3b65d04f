"""
What a reliability diagram looks like by luck alone: the consistency band.

Outcomes are drawn as if every forecast were exactly right, and the isotonic fit is made again each
time.  Where the curve of a source leaves the band, luck is a poor explanation.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from foretrack.core.decomposition import corp
from foretrack.core.rules import probability
from foretrack.errors import NothingResolved, OutOfRange

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping, Sequence

    from foretrack.core.tally import Level, Tally, Weight

LEVEL: Final = 0.9
RESAMPLES: Final = 499


@dataclass(frozen=True, slots=True)
class Edge:
    """
    Where the curve of a calibrated source would lie above one probability.

    Attributes:
        p: What was said, 0 to 1.
        low: Lower end of the band, 0 to 1.
        high: Upper end of the band, 0 to 1.
    """

    p: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Consistency:
    """
    What luck alone gives a calibrated source with the same forecasts.

    Attributes:
        edges: The band, one entry for each distinct probability, lowest first.
        level: The share of calibrated sources whose curve lies in the band, at each probability.
        resamples: How often outcomes were drawn.
        under_calibration: The mean miscalibration (CORP, Brier) of the draws, 0 to 1.
        p_value: (1 + how often luck gave as much miscalibration)/(1 + resamples), above 0, at
            most 1.
    """

    edges: tuple[Edge, ...]
    level: float
    resamples: int
    under_calibration: float
    p_value: float


def consistency(
    tally: Tally,
    rng: random.Random,
    *,
    units: Iterable[Sequence[tuple[float, Weight]]],
    resamples: int = RESAMPLES,
    level: float = LEVEL,
) -> Consistency:
    """
    The consistency band, and the miscalibration that luck alone gives.

    Args:
        tally: The forecasts with their outcomes.
        rng: The random generator; the same seed gives the same result.
        units: The forecasts (probability, weight) that share their luck, by question or cluster:
            those of a unit come true together.
        resamples: How many times outcomes are drawn; as many as leave at least one beyond each
            end of the band.
        level: Confidence level at each probability, above 0 and below 1.

    Raises:
        NothingResolved: The tally is empty.
        OutOfRange: The level is not between 0 and 1, there are too few resamples for it, or the
            units are not the forecasts of the tally.

    Source:
        Dimitriadis, T., Gneiting, T. & Jordan, A. I. (2021). Stable reliability diagrams for
        probabilistic classifiers. PNAS 118(8), e2016191118.

    >>> import random
    >>> from foretrack.core.tally import Tally
    >>> said = [(0.5, 1), (0.5, 0)] * 20
    >>> band = consistency(Tally.of(said), random.Random(1), units=[[(0.5, 1)]] * 40)
    >>> [edge.low < 0.5 < edge.high for edge in band.edges]
    [True]
    """
    levels = tally.levels()
    if not levels:
        raise NothingResolved("no forecast with an outcome to score")
    if not 0.0 < level < 1.0:
        raise OutOfRange(f"level {level} is not between 0 and 1")
    # so many draws lie beyond each end
    beyond = math.floor((1.0 - level) / 2.0 * (resamples + 1) + 1e-9)
    if beyond < 1:
        raise OutOfRange(f"{resamples} resamples are too few for a level of {level}")
    luck = _Luck(levels, units)
    observed = corp(tally).mcb
    size = float(tally.n)
    curves: list[list[float]] = []
    drawn: list[float] = []
    for _ in range(resamples):
        hits = luck.draw(rng)
        curve = _curve(luck.ns, hits)
        curves.append(curve)
        drawn.append(_excess(luck.ps, luck.ns, hits, curve) / size)
    columns = [sorted(column) for column in zip(*curves, strict=True)]
    return Consistency(
        edges=tuple(
            Edge(p, column[beyond - 1], column[-beyond])
            for p, column in zip(luck.ps, columns, strict=True)
        ),
        level=level,
        resamples=resamples,
        under_calibration=math.fsum(drawn) / resamples,
        # rounding alone must not decide between two equal values
        p_value=(1 + sum(one >= observed - 1e-12 for one in drawn)) / (1 + resamples),
    )


class _Luck:
    """
    Draws outcomes under calibration.

    Forecasts that stand alone and count once are drawn as a binomial number at each probability;
    the others by one number for each unit.
    """

    def __init__(
        self, levels: Sequence[Level], units: Iterable[Sequence[tuple[float, Weight]]]
    ) -> None:
        self.ps = [level.p for level in levels]
        self.ns = [_plain(level.n) for level in levels]
        places = {p: place for place, p in enumerate(self.ps)}
        alone: Counter[int] = Counter()
        totals: list[Weight] = [0] * len(levels)
        self.units: list[list[tuple[float, int, float]]] = []
        for unit in units:
            merged = _merged(unit, places, totals)
            if list(merged.values()) == [1]:
                alone.update(merged.keys())
            elif merged:
                self.units.append(
                    [(self.ps[place], place, _plain(w)) for place, w in merged.items()]
                )
        if totals != [level.n for level in levels]:
            raise OutOfRange("the units are not the forecasts of the tally")
        self.alone = [(place, binomial(n, self.ps[place])) for place, n in sorted(alone.items())]

    def draw(self, rng: random.Random) -> list[float]:
        """
        How many forecasts of each probability come true.
        """
        hits = [0.0] * len(self.ps)
        for place, chances in self.alone:
            hits[place] += min(bisect_right(chances, rng.random()), len(chances) - 1)
        for unit in self.units:
            number = rng.random()
            for p, place, weight in unit:
                if number < p:
                    hits[place] += weight
        return hits


def _merged(
    unit: Iterable[tuple[float, Weight]], places: Mapping[float, int], totals: list[Weight]
) -> dict[int, Weight]:
    merged: dict[int, Weight] = {}
    for said, weight in unit:
        place = places.get(probability(said))
        if weight and place is None:
            raise OutOfRange(f"the units hold {said}, which the tally does not")
        if weight and place is not None:
            merged[place] = merged.get(place, 0) + weight
            totals[place] += weight
    return merged


def binomial(n: int, p: float) -> list[float]:
    """
    The distribution function of the number of n independent events of probability p.

    Returns:
        The chance of at most 0, 1, ... n events, increasing to 1.

    >>> [round(chance, 12) for chance in binomial(2, 0.5)]
    [0.25, 0.75, 1.0]
    """
    if p in (0.0, 1.0):
        return [*[float(p == 0.0)] * n, 1.0]
    odds, all_ways = math.log(p), math.lgamma(n + 1)
    against = math.log1p(-p)
    chances = [
        math.exp(
            all_ways - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * odds + (n - k) * against
        )
        for k in range(n + 1)
    ]
    total = math.fsum(chances)
    return [*(min(part / total, 1.0) for part in accumulate(chances[:-1])), 1.0]


def _plain(weight: Weight) -> float:
    return int(weight) if weight.denominator == 1 else float(weight)


def _curve(ns: Sequence[float], hits: Sequence[float]) -> list[float]:
    """
    The isotonic fit in floats, which is enough for draws: one value for each level.
    """
    sizes: list[int] = []
    totals: list[float] = []
    events: list[float] = []
    for level_n, level_events in zip(ns, hits, strict=True):
        size, n, k = 1, level_n, level_events
        while sizes and events[-1] * n >= k * totals[-1]:
            size += sizes.pop()
            n += totals.pop()
            k += events.pop()
        sizes.append(size)
        totals.append(n)
        events.append(k)
    curve: list[float] = []
    for size, n, k in zip(sizes, totals, events, strict=True):
        curve += [min(k / n, 1.0)] * size
    return curve


def _excess(
    ps: Sequence[float], ns: Sequence[float], hits: Sequence[float], curve: Sequence[float]
) -> float:
    parts = (
        (p - c) * (n * (p + c) - 2.0 * k) for p, n, k, c in zip(ps, ns, hits, curve, strict=True)
    )
    return max(math.fsum(parts), 0.0)

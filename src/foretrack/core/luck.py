"""
Outcomes drawn as if every forecast were exactly right, and the miscalibration that luck makes.

Whoever needs luck draws it here, in an order that depends on nothing but the forecasts, from a
generator that is new for each group and seeded alike: the same forecasts have the same luck on a
scorecard, a calibration, a report and a table, whatever they are called.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from itertools import repeat
from operator import mul
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from foretrack.core.draws import binomial, distribution
from foretrack.core.places import SQUARE, UNIT
from foretrack.core.pooling import pool

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Iterator, Sequence

RESAMPLES: Final = 499
"""
How often luck is drawn where nothing else is asked for.
"""

RESAMPLED_UP_TO: Final = 2000
"""
Above so many forecasts luck is drawn only on demand.
"""

Units: TypeAlias = "Sequence[Sequence[tuple[int, int]]]"
"""
The forecasts (position of the level, weight) that share their luck.
"""

Unit: TypeAlias = "tuple[tuple[int, int], ...]"

TABLED: Final = 1000
"""
Up to so many forecasts that are alike a table of chances is faster to draw from.
"""

AT_ONCE: Final = 1 << 20
"""
So many numbers of events are held at once.
"""


class Apart(NamedTuple):
    """
    Forecasts by what they share their luck with, in an order of their own.

    Attributes:
        alone: Position and weight of forecasts that stand alone, and how many are alike.
        together: Those that share their luck with others, unit by unit.
    """

    alone: Sequence[tuple[tuple[int, int], int]]
    together: Sequence[Unit]


def apart(units: Units) -> Apart:
    """
    The forecasts that stand alone, and those that do not, whatever order they come in.

    >>> apart([[(1, 1)], [(0, 1), (0, 1)], [(1, 1)], [(1, 2), (0, 1)]])
    Apart(alone=[((0, 2), 1), ((1, 1), 2)], together=[((0, 1), (1, 2))])
    """
    alone: Counter[tuple[int, int]] = Counter()
    together: list[Unit] = []
    for unit in units:
        if len(unit) == 1:
            alone[unit[0]] += 1
            continue
        merged: Counter[int] = Counter()
        for place, weight in unit:
            merged[place] += weight
        if len(merged) == 1:
            alone.update(merged.items())
        elif merged:
            together.append(tuple(sorted(merged.items())))
    return Apart(sorted(alone.items()), sorted(together))


def rows(
    places: Sequence[int], units: Units, rng: random.Random, *, resamples: int
) -> Iterator[Sequence[int]]:
    """
    What the forecasts of each probability that come true count for, draw by draw.

    One number is drawn for each unit, and a forecast comes true when its probability is above that
    number: each forecast stays calibrated, and those of a unit come true together.  Of forecasts
    that are alike and stand alone the number that comes true is binomial, and drawn at once.

    Args:
        places: The probabilities, in 10⁻¹²; increasing.
        units: The forecasts.
        rng: The random generator.
        resamples: How many times.
    """
    for columns in blocks(places, units, rng, resamples=resamples):
        yield from zip(*columns, strict=True)


def blocks(
    places: Sequence[int], units: Units, rng: random.Random, *, resamples: int
) -> Iterator[list[list[int]]]:
    """
    The same, many draws at once: a list for each probability.
    """
    said = [p / UNIT for p in places]
    alone, together = apart(units)
    step = max(1, AT_ONCE // len(said))
    draws = [(place, weight, _alike(n, said[place])) for (place, weight), n in alone]
    chances = [[(said[place], place, weight) for place, weight in unit] for unit in together]
    for begun in range(0, resamples, step):
        times = min(step, resamples - begun)
        columns: list[list[int]] = [[]] * len(said)
        for place, weight, draw in draws:
            found = draw(rng, times)
            if weight != 1:
                found = [weight * k for k in found]
            held = columns[place]
            columns[place] = list(map(int.__add__, held, found)) if held else found
        columns = [column or [0] * times for column in columns]
        if together:
            _share(columns, chances, rng)
        yield columns


def _alike(n: int, p: float) -> Callable[[random.Random, int], list[int]]:
    """
    How to draw so many times how many of n forecasts of one probability come true.
    """

    def one(rng: random.Random, times: int) -> list[int]:
        draw = rng.random
        return [1 if draw() < p else 0 for _ in repeat(None, times)]

    def tabled(rng: random.Random, times: int) -> list[int]:
        draw = rng.random
        return [bisect_right(table, draw()) for _ in repeat(None, times)]

    def rejected(rng: random.Random, times: int) -> list[int]:
        return [binomial(n, p, rng) for _ in repeat(None, times)]

    if n == 1:
        return one
    if n > TABLED:
        return rejected
    table = distribution(n, p)[:-1]
    return tabled


def _share(
    columns: Sequence[list[int]],
    units: Sequence[Sequence[tuple[float, int, int]]],
    rng: random.Random,
) -> None:
    draw = rng.random
    for at in range(len(columns[0])):
        for unit in units:
            number = draw()
            for p, place, weight in unit:
                if number < p:
                    columns[place][at] += weight


def drawn(
    places: Sequence[int], ns: Sequence[int], units: Units, rng: random.Random, *, resamples: int
) -> list[float]:
    """
    The CORP miscalibration of the Brier score in each of so many draws.

    Args:
        places: The probabilities, in 10⁻¹²; increasing.
        ns: What the forecasts of each count for.
        units: The forecasts; their weights add up to ``ns``.
        rng: The random generator.
        resamples: How many times.
    """
    mcb = miscalibration(places, ns)
    return [mcb(hits, pool(ns, hits)) for hits in rows(places, units, rng, resamples=resamples)]


def miscalibration(
    places: Sequence[int], ns: Sequence[int]
) -> Callable[[Sequence[int], Iterable[tuple[int, int, int]]], float]:
    """
    The CORP miscalibration of the Brier score, from the events and the steps of the fit to them.

    The mean score less that of the isotonic fit, k (n - k)/n for each of its steps.
    """
    n = sum(ns)
    base = sum(map(mul, ns, map(mul, places, places)))  # the scores if nothing came true
    gains = [UNIT - 2 * p for p in places]  # what each event adds to them

    def found(hits: Sequence[int], steps: Iterable[tuple[int, int, int]]) -> float:
        score = base + UNIT * sum(map(mul, gains, hits))
        return excess(score, [(size, k) for _, size, k in steps], n)

    return found


def excess(score: int, steps: Iterable[tuple[int, int]], n: int) -> float:
    """
    The mean of scores that add up to this, less that of the isotonic fit; never below 0.

    Args:
        score: Sum of the Brier scores, in 10⁻²⁴.
        steps: n and events of each step of the fit.
        n: Of all together.
    """
    return max(score / (SQUARE * n) - variance(steps, n), 0.0)


def variance(steps: Iterable[tuple[int, int]], n: int) -> float:
    """
    Mean variance of the outcomes within steps of n and events.
    """
    return math.fsum([k * (size - k) / (size * n) for size, k in steps if 0 < k < size])

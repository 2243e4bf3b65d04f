"""
What a reliability diagram looks like by luck alone: the consistency band.

Outcomes are drawn as if every forecast were exactly right, and the isotonic fit is made again each
time.  Where the curve of a source leaves the band, luck is a poor explanation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from foretrack.core import luck
from foretrack.core.levels import Levels
from foretrack.core.luck import RESAMPLES
from foretrack.core.pooling import pool
from foretrack.core.recalibration import beside, in_place
from foretrack.errors import OutOfRange

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Sequence

    from foretrack.core.tally import Tally, Weight

LEVEL: Final = 0.9
"""
The share of calibrated sources that the band is to hold, where nothing else is asked for.
"""


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
    beyond = beyond_each_end(resamples, level)
    if beyond < 1:
        raise OutOfRange(f"{resamples} resamples are too few for a level of {level}")
    levels, placed = in_place(Levels.of(tally), units)
    mcb = luck.miscalibration(levels.places, levels.ns)
    curves: list[list[float]] = []
    drawn: list[float] = []
    for hits in luck.rows(levels.places, placed, rng, resamples=resamples):
        steps = pool(levels.ns, hits)
        curves.append([share for size, n, k in steps for share in [k / n] * size])
        drawn.append(mcb(hits, steps))
    columns = [sorted(column) for column in zip(*curves, strict=True)]
    found = beside(levels, drawn)
    return Consistency(
        edges=tuple(
            Edge(p, column[beyond - 1], column[-beyond])
            for p, column in zip(levels.probabilities(), columns, strict=True)
        ),
        level=level,
        resamples=resamples,
        under_calibration=found.under_calibration,
        p_value=found.p_value,
    )


def beyond_each_end(resamples: int, level: float) -> int:
    """
    How many of so many draws lie beyond each end of the band.

    Raises:
        OutOfRange: The level is not between 0 and 1.

    >>> beyond_each_end(499, 0.9), beyond_each_end(18, 0.9)
    (25, 0)
    """
    if not 0.0 < level < 1.0:
        raise OutOfRange(f"level {level} is not between 0 and 1")
    return math.floor((1.0 - level) / 2.0 * (resamples + 1) + 1e-9)

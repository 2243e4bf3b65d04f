"""
One group of forecasts before it is scored: counts, and sums over its clusters.

All of it is whole numbers, so that samples merge exactly in any order, wherever they were counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import compress
from operator import mul
from typing import TYPE_CHECKING, NamedTuple

from foretrack.core.levels import Levels
from foretrack.core.places import SQUARE, UNIT
from foretrack.core.uncertainty import expit, logit, student_t

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Spread(NamedTuple):
    """
    What an interval needs to know of the clusters.  Sums of whole numbers: they merge by addition.

    Attributes:
        k: How many clusters.
        n: Sum of their sizes.
        s: Sum of their scores, in 10⁻²⁴.
        nn: Sum of squared sizes.
        sn: Sum of score times size.
        ss: Sum of squared scores.
    """

    k: int
    n: int
    s: int
    nn: int
    sn: int
    ss: int


def spread(sizes: Sequence[int], scores: Sequence[int]) -> Spread:
    """
    The sums over clusters of these sizes and scores.
    """
    return Spread(
        len(sizes),
        sum(sizes),
        sum(scores),
        sum(map(mul, sizes, sizes)),
        sum(map(mul, scores, sizes)),
        sum(map(mul, scores, scores)),
    )


def interval(clusters: Spread, *, level: float = 0.95) -> tuple[float, float] | None:
    """
    Interval of a mean Brier score, by cluster: Student's t on logit(mean).

    The same as :func:`foretrack.core.uncertainty.interval_of_mean`, from sums over the clusters.

    Args:
        clusters: The sums.
        level: Confidence level, above 0 and below 1.

    Returns:
        Lower and upper end, above 0 and below 1; None where no interval can be given.
    """
    k, n, s = clusters.k, clusters.n, clusters.s
    if k < 2 or not 0 < s < n * SQUARE:
        return None
    # Sum over clusters of (S - n m)² with m = s/n, times n²: exact, so that nothing cancels.
    squares = n * n * clusters.ss - 2 * n * s * clusters.sn + s * s * clusters.nn
    if squares <= 0:
        return None
    mean = s / (n * SQUARE)
    variance = k * squares / ((k - 1) * n**4 * SQUARE**2)
    error = math.sqrt(variance) / (mean * (1.0 - mean))
    reach = student_t(1.0 - (1.0 - level) / 2.0, k - 1) * error
    centre = logit(mean)
    return expit(centre - reach), expit(centre + reach)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """
    One group of forecasts.

    Attributes:
        counts: What each key of ``places.place`` counts for, above 0; or the same as levels.
        clusters: Sums over the clusters, with the same weights.
        scale: What one whole forecast counts for, 1 unless forecasts are split over time.
        forecasts: How many forecasts there were of each key, in ``scale``, where weights were
            given that make it another number than ``counts``.
        squares: Sum of the squared weights of each key, where weights were given.
        questions: Number of distinct questions, where they are named.
        repeated: Rows that repeat source, question and day of an earlier one, where those are
            named.
        units: The forecasts (key, weight) of each cluster, where calibration is resampled.
    """

    counts: Mapping[int, int] | Levels
    clusters: Spread
    scale: int = 1
    forecasts: Mapping[int, int] | None = None
    squares: Mapping[int, int] | None = None
    questions: int | None = None
    repeated: int | None = None
    units: Sequence[Sequence[tuple[int, int]]] | None = None

    def levels(self) -> Levels:
        """
        The counts by probability.
        """
        if isinstance(self.counts, Levels):
            return self.counts
        return Levels.of_counts(self.counts, scale=self.scale)

    @property
    def n(self) -> int:
        """
        What the forecasts count for, in ``scale``, before they are weighted.
        """
        if self.forecasts is not None:
            return sum(self.forecasts.values())
        return self.counts.n if isinstance(self.counts, Levels) else sum(self.counts.values())

    def cost(self, resamples: int) -> int:
        """
        How much there is to go through, as far as that takes time.
        """
        counts = self.counts
        if isinstance(counts, Levels):
            is_certain = counts.places[0] == 0 or counts.places[-1] == UNIT
            size = len(counts.places)
        else:
            is_certain = any(key in counts for key in (0, 1, 2 * UNIT, 2 * UNIT + 1))
            size = len(counts)
        draws = len(self.units or ()) * resamples
        # A slope takes a good part of it, and there is none where something was called certain.
        if isinstance(counts, Levels) and type(counts) is not Levels:  # in arrays
            return (size // 7 if is_certain else size // 2) + draws // 15
        return (size if is_certain else 2 * size) + draws // 6

    def sides(self) -> tuple[int, int]:
        """
        What the forecasts count for, weighted, of which nothing and of which something came true.
        """
        if isinstance(self.counts, Levels):
            return self.counts.n - self.counts.events, self.counts.events
        odd = map((1).__and__, self.counts)
        events = sum(compress(self.counts.values(), odd))
        return sum(self.counts.values()) - events, events

"""
What each source and each question adds to a score: least squares, and how sure it is.

A row is a question with the scores on it, each with the place of the source that made it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from operator import mul
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_NOTHING: Final = 1e-24
"""
A variance of scores that is rounding; probabilities keep twelve decimals.
"""


class Fit(NamedTuple):
    """
    Least squares on the questions that several sources answered.

    Attributes:
        effects: What each source adds; they sum to zero.
        inverse: Their covariance for a residual variance of 1.
    """

    effects: list[float]
    inverse: list[list[float]]


def least_squares(rows: Mapping[str, Sequence[tuple[int, float]]], *, size: int) -> Fit:
    """
    What each source adds, from the normal equations after the questions are eliminated.

    Args:
        rows: Question -> (place of the source, score); those with one score say nothing.
        size: Number of sources; all of them linked through shared questions.
    """
    laplacian = [[0.0] * size for _ in range(size)]
    right: list[list[float]] = [[] for _ in range(size)]
    patterns: Counter[tuple[int, ...]] = Counter()
    for row in rows.values():
        if len(row) > 1:
            patterns[tuple(place for place, _ in row)] += 1
            middle = math.fsum(score for _, score in row) / len(row)
            for place, score in row:
                right[place].append(score - middle)
    for places, times in patterns.items():
        share = times / len(places)
        for i in places:
            laplacian[i][i] += times
            for k in places:
                laplacian[i][k] -= share
    target = [math.fsum(parts) for parts in right]
    if size == 1:
        return Fit([0.0], [[0.0]])
    # Adding a constant makes it invertible and takes nothing away: its null space is the constant.
    lift = sum(laplacian[i][i] for i in range(size)) / size**2
    inverse = _inverse([[entry + lift for entry in line] for line in laplacian])
    effects = [0.0] * size
    left, best = target, math.inf
    # Two or three rounds reach the precision of the numbers.
    for _ in range(10):
        worst = max(map(abs, left))
        if not worst < best:
            break
        best = worst
        steps = [math.fsum(map(mul, line, left)) for line in inverse]
        centre = math.fsum(steps) / size
        effects = [effect + step - centre for effect, step in zip(effects, steps, strict=True)]
        left = [
            wanted - math.fsum(map(mul, line, effects))
            for wanted, line in zip(target, laplacian, strict=True)
        ]
    excess = 1.0 / (lift * size**2)
    return Fit(effects, [[entry - excess for entry in line] for line in inverse])


def _inverse(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """
    The inverse of a symmetric positive definite matrix, by Cholesky's factors.
    """
    size = len(matrix)
    factor: list[list[float]] = []
    for i, line in enumerate(matrix):
        made: list[float] = []
        for k in range(i):
            made.append((line[k] - sum(map(mul, made, factor[k]))) / factor[k][k])
        made.append(math.sqrt(line[i] - sum(one * one for one in made)))
        factor.append(made)
    # Columns of the factor's inverse, from their diagonal down.
    columns = []
    for k in range(size):
        column = [1.0 / factor[k][k]]
        for i in range(k + 1, size):
            column.append(-sum(map(mul, factor[i][k:i], column)) / factor[i][i])
        columns.append(column)
    inverse = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for k in range(i + 1):
            entry = sum(map(mul, columns[i], columns[k][i - k :]))
            inverse[i][k] = inverse[k][i] = entry
    return inverse


def variances_of(
    fit: Fit,
    rows: Mapping[str, Sequence[tuple[int, float]]],
    cluster_of: Mapping[str, str | tuple[str]],
    held: Sequence[Counter[str | tuple[str]]],
) -> tuple[list[float] | None, float]:
    """
    The pooled variance of what each source adds, and the degrees of freedom of the pooling.

    Args:
        fit: From ``least_squares``.
        rows: What it was made from.
        cluster_of: The cluster of each question.
        held: For each source its clusters, and how many shared questions are in each.

    Returns:
        The variances, None where there is nothing to estimate them from.
    """
    size = len(fit.effects)
    if size == 1:
        return None, 0.0
    left: dict[str | tuple[str], defaultdict[int, float]] = {}
    for question, row in rows.items():
        if len(row) > 1:
            ease = math.fsum(score - fit.effects[place] for place, score in row) / len(row)
            sums = left.setdefault(cluster_of[question], defaultdict(float))
            for place, score in row:
                sums[place] += score - fit.effects[place] - ease
    own = [
        square * (len(clusters) / (len(clusters) - 1) if len(clusters) > 1 else 1.0)
        for square, clusters in zip(_squares(fit.inverse, left.values()), held, strict=True)
    ]
    # How much more a source's questions weigh for coming in clusters: their mean size, by question.
    together = [
        sum(count * count for count in clusters.values()) / clusters.total() for clusters in held
    ]
    # The constant that all covariances share says nothing about differences: without it those
    # between sources are zero on average.
    own_common = math.fsum(own) / (size * (size - 1))
    common = math.fsum(fit.inverse[i][i] for i in range(size)) / (size * (size - 1))
    factors = [
        (fit.inverse[place][place] + common) * effect for place, effect in enumerate(together)
    ]
    trust = [len(clusters) - 1 for clusters in held]
    total = sum(trust)
    if not total:
        return None, 0.0
    pooled = (
        math.fsum(
            weight * (variance + own_common) / factor
            for weight, variance, factor in zip(trust, own, factors, strict=True)
        )
        / total
    )
    if pooled <= _NOTHING:
        return None, 0.0
    shares = _shares(fit.inverse, [clusters.total() for clusters in held], common)
    variances = [pooled * share * effect for share, effect in zip(shares, together, strict=True)]
    return variances, total * (size - 1) / size


def _shares(
    inverse: Sequence[Sequence[float]], shared: Sequence[int], common: float
) -> list[float]:
    """
    One variance for each source, so that the variance of a difference is close to their sum.

    They are the least-squares fit to the variances of all differences (quasi-variances), and at
    least what they would be if the questions' own part were known.
    """
    size = len(shared)
    if size == 2:
        return [inverse[place][place] + common for place in range(size)]
    stretch = size / (size - 2)
    return [
        max((inverse[place][place] - common) * stretch, 1.0 / count)
        for place, count in enumerate(shared)
    ]


def _squares(
    inverse: Sequence[Sequence[float]], left: Collection[Mapping[int, float]]
) -> list[float]:
    """
    For each source the sum over clusters of the square of what the cluster's residuals move it by.

    With L the inverse and M the sum of the outer products of the residuals that is the diagonal of
    L M L.  A cluster has few sources, so that M costs little however many there are.
    """
    size = len(inverse)
    outer = [[0.0] * size for _ in range(size)]
    for sums in left:
        for place, one in sums.items():
            row = outer[place]
            for other, residual in sums.items():
                row[other] += one * residual
    found = []
    for line in inverse:
        moved = [sum(map(mul, line, column)) for column in outer]
        found.append(max(math.fsum(map(mul, moved, line)), 0.0))
    return found

"""
How groups of a table compare with a reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import repeat
from typing import TYPE_CHECKING

from foretrack.core.grades import Skill, compared, constant
from foretrack.core.places import place, square, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foretrack.core.counting import Count
    from foretrack.core.sample import Sample


@dataclass(frozen=True, slots=True)
class Reference:
    """
    What skill is measured against.

    Attributes:
        name: What it is called.
        constant: It always says so.
        source: It is a source of the table; None for a constant or a column.
    """

    name: str
    constant: float | None = None
    source: str | None = None


class Skills:
    """
    Comparisons with a reference.
    """

    def __init__(self, counted: Count, everything: Count, reference: Reference) -> None:
        self.counted = counted
        self.reference = reference
        self.sums: dict[int, tuple[int, int | Fraction, int]] = {}
        if reference.constant is None:
            if reference.source is None:
                self._by_column()
            else:
                self._by_source(everything, reference.source)

    def of(self, at: int, sample: Sample) -> Skill:
        """
        The comparison of a group; of all rows together at -1.
        """
        if self.reference.constant is not None:
            return compared(
                self.reference.name,
                sample.clusters.s,
                constant(sample, self.reference.constant),
                n=whole(sample.n, self.counted.scale),
            )
        picked = list(self.sums.values()) if at < 0 else [self.sums.get(at, (0, 0, 0))]
        score = sum(one[0] for one in picked)
        other = Fraction(sum(one[1] for one in picked))
        n = sum(one[2] for one in picked)
        return compared(
            self.reference.name,
            score * other.denominator,
            other.numerator,
            n=whole(n, self.counted.scale),
        )

    def _add(self, group: int, score: int, other: int | Fraction, n: int) -> None:
        old = self.sums.get(group, (0, 0, 0))
        self.sums[group] = old[0] + score, old[1] + other, old[2] + n

    def _by_column(self) -> None:
        counted, sheet = self.counted, self.counted.sheet
        said = counted.rows(sheet.reference)
        worth = [[square(place(p, y)) for y in (0, 1)] for p in sheet.references]
        weights: Iterable[int] = repeat(1) if counted.totals is None else counted.totals
        shares: Iterable[int] = repeat(1) if counted.shares is None else counted.shares
        rows = zip(counted.cell, counted.level, said, weights, shares, strict=False)
        for cell, level, p, weight, share in rows:
            key = sheet.keys[level]
            self._add(
                counted.group_of[cell],
                weight * square(key),
                weight * worth[p][key & 1],
                share,
            )

    def _by_source(self, everything: Count, source: str) -> None:
        sizes: dict[str, int] = {}
        scores: dict[str, int] = {}
        for cell, n in enumerate(everything.sizes):
            one = everything.sheet.cells[cell]
            if one.source == source and one.question and n:
                sizes[one.question] = sizes.get(one.question, 0) + n
                scores[one.question] = scores.get(one.question, 0) + everything.scores[cell]
        counted = self.counted
        plain = self._forecasts()
        # By size of the reference's cell: few denominators, however many questions.
        others: dict[tuple[int, int], int] = {}
        for cell, n in enumerate(counted.sizes):
            question = counted.sheet.cells[cell].question
            if n and question in sizes and counted.group_of[cell] >= 0:
                group = counted.group_of[cell]
                self._add(group, counted.scores[cell], 0, plain[cell])
                name = group, sizes[question]
                others[name] = others.get(name, 0) + n * scores[question]
        for (group, size), total in others.items():
            self._add(group, 0, Fraction(total, size), 0)

    def _forecasts(self) -> Sequence[int]:
        counted = self.counted
        if not counted.weighted or counted.shares is None:
            return counted.sizes
        found = [0] * len(counted.sizes)
        for cell, share in zip(counted.cell, counted.shares, strict=True):
            found[cell] += share
        return found

"""
The rows of a table counted: by group and level, and the size and score of each cell.

All of it is whole numbers, so that the order of rows never matters.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cached_property
from itertools import compress, repeat
from operator import add
from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.core.places import square
from foretrack.core.sample import Sample, Spread, spread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from foretrack.core.shares import Shares
    from foretrack.core.sheet import Sheet

_SHIFT: Final = 32  # a group and a level in one number


class Basis(NamedTuple):
    """
    What the figures of a group rest on.

    Attributes:
        questions: Number of distinct questions; None where none is named.
        repeated: Rows that repeat an earlier one; None where no questions are named.
    """

    clusters: Spread
    questions: int | None
    repeated: int | None


class Count:
    """
    Counts by group and level, sums by cell.
    """

    def __init__(self, sheet: Sheet, stood: Shares, chosen: Sequence[bool]) -> None:
        self.sheet = sheet
        self.scale = stood.scale
        present = set(sheet.cell)
        self.names = sorted(
            {
                cell.group
                for at, (cell, kept) in enumerate(zip(sheet.cells, chosen, strict=True))
                if kept and at in present
            }
        )
        number = {name: at for at, name in enumerate(self.names)}
        self.group_of = [
            number.get(cell.group, -1) if kept else -1
            for cell, kept in zip(sheet.cells, chosen, strict=True)
        ]
        self.weighted = bool(sheet.weights)
        self.shares: Sequence[int] | None = stood.rows
        self.totals: Sequence[int] | None = stood.rows  # share times weight
        if sheet.weights:
            common = math.lcm(*(one.denominator for one in sheet.weights))
            scaled = [int(one * common) for one in sheet.weights]
            weights = map(scaled.__getitem__, sheet.weight)
            self.shares = stood.rows or [1] * len(sheet.cell)
            self.totals = [w * share for w, share in zip(weights, self.shares, strict=True)]
        self.keep = None
        if stood.rows is not None or not all(chosen):
            kept = map(chosen.__getitem__, sheet.cell)
            self.keep = [
                bool(share) and here
                for share, here in zip(stood.rows or repeat(1), kept, strict=False)
            ]
        self.cell: Sequence[int] = self.rows(sheet.cell)
        self.level: Sequence[int] = self.rows(sheet.level)
        if self.totals is not None:
            self.totals = self.rows(self.totals)
        if self.shares is not None:
            self.shares = self.rows(self.shares)
        self.counts: list[dict[int, int]] = []
        self.forecasts: list[dict[int, int]] | None = None
        self.squares: list[dict[int, int]] | None = None
        self.kept_units: dict[int, dict[object, list[tuple[int, int]]]] = {}

    def levels(self) -> None:
        """
        Count by group and level.
        """
        self.counts = self._levels(self.totals)
        if self.weighted:
            self.forecasts = self._levels(self.shares)
            self.squares = self._levels([one * one for one in self.totals or ()])

    def rows(self, column: Sequence[int]) -> Sequence[int]:
        """
        The part of a column that counts.
        """
        return column if self.keep is None else list(compress(column, self.keep))

    def _levels(self, weights: Sequence[int] | None) -> list[dict[int, int]]:
        """
        Counts by key, for each group.
        """
        keys = self.sheet.keys
        bases = [group << _SHIFT for group in self.group_of]
        both = map(add, map(bases.__getitem__, self.cell), self.level)
        found: Mapping[int, int]
        if weights is None:
            found = Counter(both)
        else:
            summed: dict[int, int] = {}
            for one, weight in zip(both, weights, strict=True):
                summed[one] = summed.get(one, 0) + weight
            found = summed
        by_group: list[dict[int, int]] = [{} for _ in self.names]
        mask = (1 << _SHIFT) - 1
        for one, n in found.items():
            counts = by_group[one >> _SHIFT]
            key = keys[one & mask]
            counts[key] = counts.get(key, 0) + n
        return by_group

    @cached_property
    def sums(self) -> tuple[list[int], list[int]]:
        """
        Size and sum of Brier scores of each cell.
        """
        worth = [square(key) for key in self.sheet.keys]
        scores = [0] * len(self.sheet.cells)
        sizes = [0] * len(self.sheet.cells)
        if self.totals is None:
            for cell, level in zip(self.cell, self.level, strict=True):
                scores[cell] += worth[level]
            for cell, n in Counter(self.cell).items():
                sizes[cell] = n
        else:
            for cell, level, weight in zip(self.cell, self.level, self.totals, strict=True):
                scores[cell] += weight * worth[level]
                sizes[cell] += weight
        return sizes, scores

    @property
    def sizes(self) -> list[int]:
        """
        What the rows of each cell count for.
        """
        return self.sums[0]

    @property
    def scores(self) -> list[int]:
        """
        Sum of the Brier scores of each cell.
        """
        return self.sums[1]

    def _repeated(self) -> list[int] | None:
        """
        For each group how many rows repeat an earlier one.
        """
        stamps = self.sheet.stamp
        if not stamps:
            return None
        seen: set[int] = set()
        again = []
        for row, stamp in enumerate(stamps):
            if stamp in seen:
                again.append(row)
            else:
                seen.add(stamp)
        repeated = [0] * len(self.names)
        for cell in map(self.sheet.cell.__getitem__, again):
            # Rows without a question, or of a source that is not shown, are nobody's.
            if self.group_of[cell] >= 0 and self.sheet.cells[cell].question:
                repeated[self.group_of[cell]] += 1
        return repeated

    def _cluster(self, cell: int) -> object:
        """
        What the cluster of a cell is called; None where each row is one.
        """
        one = self.sheet.cells[cell]
        if one.cluster:
            return (one.cluster,)
        return one.question or None

    def _rows_of_groups(self) -> list[int]:
        sizes = [0] * len(self.names)
        for cell, n in Counter(self.cell).items():
            sizes[self.group_of[cell]] += n
        return sizes

    def units(self, up_to: float) -> None:
        """
        Collect the single forecasts of groups that are no larger, and of all together.
        """
        sizes = self._rows_of_groups()
        kept = {at for at, n in enumerate(sizes) if n <= up_to}
        everything = sum(sizes) <= up_to
        if not kept and not everything:
            return
        small = [everything or group in kept for group in self.group_of]
        chosen = list(map(small.__getitem__, self.cell))
        weights = [1] * len(self.cell) if self.totals is None else self.totals
        keys = self.sheet.keys
        here = {at: self.kept_units.setdefault(at, {}) for at in kept}
        together = self.kept_units.setdefault(-1, {}) if everything else None
        names = [self._cluster(cell) for cell in range(len(self.sheet.cells))]
        for row in compress(range(len(self.cell)), chosen):
            cell, level, weight = self.cell[row], self.level[row], weights[row]
            name = names[cell]
            unit = (keys[level], weight)
            cluster: object = row if name is None else name
            if (units := here.get(self.group_of[cell])) is not None:
                units.setdefault(cluster, []).append(unit)
            if together is not None:
                together.setdefault(cluster, []).append(unit)

    def bases(self) -> list[Basis]:
        """
        What each group rests on, and at the end what all together do.
        """
        cells: list[list[int]] = [[] for _ in self.names]
        for cell, (group, size) in enumerate(zip(self.group_of, self.sizes, strict=True)):
            if group >= 0 and size:
                cells[group].append(cell)
        repeats = self._repeated()
        found = []
        for at, members in enumerate([*cells, [cell for one in cells for cell in one]]):
            questions = {self.sheet.cells[cell].question for cell in members} - {""}
            repeated = None
            if repeats is not None and questions:
                repeated = sum(repeats) if at == len(cells) else repeats[at]
            found.append(Basis(self._spread(members), len(questions) or None, repeated))
        return found

    def sample(self, group: int, basis: Basis) -> Sample:
        """
        A group, or all together at -1, ready to be scored.
        """
        units = self.kept_units.get(group)
        return Sample(
            counts=_merged(self.counts) if group < 0 else self.counts[group],
            clusters=basis.clusters,
            scale=self.scale,
            forecasts=_pick(self.forecasts, group),
            squares=_pick(self.squares, group),
            questions=basis.questions,
            repeated=basis.repeated,
            units=None if units is None else list(units.values()),
        )

    def _spread(self, cells: Sequence[int]) -> Spread:
        sizes: dict[object, int] = {}
        scores: dict[object, int] = {}
        loose = set()
        for cell in cells:
            name = self._cluster(cell)
            if name is None:
                loose.add(cell)
            else:
                sizes[name] = sizes.get(name, 0) + self.sizes[cell]
                scores[name] = scores.get(name, 0) + self.scores[cell]
        found = spread(list(sizes.values()), list(scores.values()))
        if not loose:
            return found
        return Spread(*map(add, found, self._singles(loose)))

    def _singles(self, loose: set[int]) -> Spread:
        """
        The spread of rows that are a cluster each.
        """
        keys = self.sheet.keys
        weights: Iterable[int] = repeat(1) if self.totals is None else self.totals
        kinds = Counter(
            (weight, level)
            for cell, level, weight in zip(self.cell, self.level, weights, strict=False)
            if cell in loose
        )
        return alike((weight, keys[level], times) for (weight, level), times in kinds.items())


def alike(kinds: Iterable[tuple[int, int, int]]) -> Spread:
    """
    The spread of clusters of one row: weight, key, and how many there are of them.
    """
    total = Spread(0, 0, 0, 0, 0, 0)
    for weight, key, times in kinds:
        worth = weight * square(key)
        one = (1, weight, worth, weight * weight, weight * worth, worth * worth)
        total = Spread(*(sum_ + times * part for sum_, part in zip(total, one, strict=True)))
    return total


def _merged(counts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    total: dict[int, int] = {}
    for one in counts:
        for key, n in one.items():
            total[key] = total.get(key, 0) + n
    return total


def _pick(counts: list[dict[int, int]] | None, group: int) -> dict[int, int] | None:
    if counts is None:
        return None
    return _merged(counts) if group < 0 else counts[group]

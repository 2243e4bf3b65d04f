"""
A table of forecasts as whole numbers, and the groups to be scored that are made of it.

Each row has a cell, what is the same in all rows about one question by one source, and a level,
its probability and outcome.  Everything else is about cells and levels, of which there are far
fewer than rows.  Weights, times and references are there only where they are asked for.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from functools import cached_property
from itertools import compress, repeat
from operator import add
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from foretrack.core.grades import (
    UNIT,
    Sample,
    Skill,
    Spread,
    compared,
    constant,
    place,
    spread,
    square,
    whole,
)
from foretrack.core.timeline import Updates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

_TICK = timedelta(microseconds=1)
_SHIFT = 32  # a group and a level in one number


class Cell(NamedTuple):
    """
    What the rows of one source about one question share.

    Attributes:
        question: "" where none is named.
        cluster: "" where none is named: then the question is the cluster, or the row itself.
        group: What the row is counted under.
    """

    source: str
    question: str
    cluster: str
    group: str


class Stance(NamedTuple):
    """
    When a forecast was made, and when its question was settled.
    """

    made: datetime | None
    settled: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """
    The rows of a table, column by column: an array of positions for each list of what is distinct.

    Attributes:
        cells: The distinct cells.
        keys: The key (see ``grades.place``) of each distinct level.
        cell: For each row the position of its cell.
        level: For each row the position of its level.
        stamp: For each row a number that is equal where source, question and day are; empty where
            these are not all named.
        stances: The distinct stances, where times matter.
        stance: For each row the position of its stance.
        weights: The distinct weights, where weights are given.
        weight: For each row the position of its weight.
        references: The distinct probabilities of the reference, where it is a column.
        reference: For each row the position of its reference.
    """

    cells: Sequence[Cell]
    keys: Sequence[int]
    cell: array[int]
    level: array[int]
    stamp: array[int] = field(default_factory=lambda: array("q"))
    stances: Sequence[Stance] = ()
    stance: array[int] = field(default_factory=lambda: array("i"))
    weights: Sequence[Fraction] = ()
    weight: array[int] = field(default_factory=lambda: array("i"))
    references: Sequence[float] = ()
    reference: array[int] = field(default_factory=lambda: array("i"))

    def only(self, kept: Sequence[object]) -> Sheet:
        """
        The rows for which something true is given.
        """
        parts = {}
        for name in ("cell", "level", "stamp", "stance", "weight", "reference"):
            column = getattr(self, name)
            parts[name] = array(column.typecode, compress(column, kept))
        return Sheet(
            cells=self.cells,
            keys=self.keys,
            stances=self.stances,
            weights=self.weights,
            references=self.references,
            **parts,
        )


@dataclass(frozen=True, slots=True)
class Conflict:
    """
    Rows about one question that contradict each other.

    Attributes:
        what: ``outcome`` or ``resolve_date``.
    """

    source: str
    question: str
    what: str


@dataclass(frozen=True, slots=True)
class Standing:
    """
    What each row counts for under a rule for updates.

    Attributes:
        shares: For each row, in ``scale``; None where every row counts once.
        scale: What a whole forecast counts for.
    """

    shares: Sequence[int] | None
    scale: int = 1


def conflicts(sheet: Sheet) -> tuple[list[Conflict], list[bool]]:
    """
    Questions whose rows by one source do not agree on what happened, or when.

    Returns:
        The conflicts by source and question, and for each row whether it is free of them.
    """
    names = [(cell.source, cell.question) for cell in sheet.cells]
    outcomes: dict[tuple[str, str], int] = {}
    ends: dict[tuple[str, str], datetime | None] = {}
    found: dict[tuple[str, str], str] = {}
    for cell, level in set(zip(sheet.cell, sheet.level, strict=True)):
        y = sheet.keys[level] & 1
        if outcomes.setdefault(names[cell], y) != y:
            found[names[cell]] = "outcome"
    if sheet.stances:
        for cell, stance in set(zip(sheet.cell, sheet.stance, strict=True)):
            end = sheet.stances[stance].settled
            if ends.setdefault(names[cell], end) != end:
                found.setdefault(names[cell], "resolve_date")
    free = [name not in found for name in names]
    listed = [Conflict(*name, what) for name, what in sorted(found.items())]
    return listed, [free[cell] for cell in sheet.cell]


def standing(sheet: Sheet, updates: Updates) -> Standing:
    """
    What each row counts for.

    Under ``time`` a forecast stands from when it was made until the next one by the same source on
    the same question, the last one until the question was settled.  Shares are kept to twelve
    decimals, as probabilities are, and add up to exactly 1 for each source and question.  Of
    several made at one time the last row stands.

    Args:
        sheet: Rows that all have a question and the times the rule needs.
        updates: The rule.
    """
    if updates is Updates.EACH:
        return Standing(None)
    rows: dict[tuple[str, str], list[tuple[datetime, int]]] = {}
    for row, (cell, stance) in enumerate(zip(sheet.cell, sheet.stance, strict=True)):
        made = sheet.stances[stance].made
        assert made is not None
        one = sheet.cells[cell]
        rows.setdefault((one.source, one.question), []).append((made, row))
    shares = [0] * len(sheet.cell)
    for stances in rows.values():
        stances.sort()
        if updates is Updates.FIRST:
            shares[stances[0][1]] = 1
        elif updates is Updates.LAST:
            shares[stances[-1][1]] = 1
        else:
            end = sheet.stances[sheet.stance[stances[0][1]]].settled
            assert end is not None
            _divide(stances, end, shares)
    return Standing(shares, UNIT if updates is Updates.TIME else 1)


def _divide(stances: Sequence[tuple[datetime, int]], end: datetime, shares: list[int]) -> None:
    starts = [made for made, _ in stances]
    lasted = [
        (until - made) // _TICK for made, until in zip(starts, [*starts[1:], end], strict=True)
    ]
    total, reached, given = sum(lasted), 0, 0
    for (_, row), time in zip(stances, lasted, strict=True):
        reached += time
        upto = (2 * UNIT * reached + total) // (2 * total)
        shares[row] = upto - given
        given = upto


Aside: TypeAlias = "Callable[[Callable[[], list[Basis]]], Callable[[], list[Basis]]]"
"""
Begins a piece of work, and gives what waits for its result.
"""


class Groups(NamedTuple):
    """
    What is to be scored.

    Attributes:
        samples: By group.
        overall: All rows together.
        skills: The comparison of each group with the reference.
        skill: That of all rows together.
    """

    samples: dict[str, Sample]
    overall: Sample
    skills: dict[str, Skill]
    skill: Skill


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


def groups(
    sheet: Sheet,
    *,
    reference: Reference,
    updates: Updates = Updates.EACH,
    shown: Callable[[Cell], bool] = lambda _: True,
    units_up_to: float = 0,
    aside: Aside = lambda work: work,
) -> Groups:
    """
    Count the rows of each group, and of all together.

    Args:
        sheet: The rows.
        reference: What to compare with.
        updates: How several forecasts by one source on one question count.
        shown: Which cells are scored; others serve as the reference only.
        units_up_to: Keep the single forecasts of groups with no more rows than this, to resample
            calibration.
        aside: Begins a piece of work and gives what waits for its result: it may be done at the
            same time as the rest.
    """
    stood = standing(sheet, updates)
    everything = _Count(sheet, stood, [True] * len(sheet.cells))
    chosen = [shown(cell) for cell in sheet.cells]
    counted = everything if all(chosen) else _Count(sheet, stood, chosen)
    return _grouped(counted, reference, units_up_to, everything=everything, aside=aside)


def _grouped(
    counted: _Count,
    reference: Reference,
    units_up_to: float,
    *,
    everything: _Count | None = None,
    aside: Aside = lambda work: work,
) -> Groups:
    bases = aside(counted.bases)
    counted.levels()
    counted.units(units_up_to)
    skills = _Skills(counted, everything or counted, reference)
    *by_group, all_together = bases()
    samples = {
        group: counted.sample(at, basis)
        for at, (group, basis) in enumerate(zip(counted.names, by_group, strict=True))
        if counted.counts[at]
    }
    overall = counted.sample(-1, all_together)
    return Groups(
        samples,
        overall,
        {
            group: skills.of(at, samples[group])
            for at, group in enumerate(counted.names)
            if group in samples
        },
        skills.of(-1, overall),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """
    What was counted of a table elsewhere, by source; each row counts once.

    Attributes:
        by_group: For each source how often it gave each key of ``grades.place``.
        cells: The distinct cells.
        sizes: Their numbers of rows.
        scores: Their sums of Brier scores, in 10⁻²⁴.
        repeated: For each source how many rows repeat an earlier one; None without questions.
        rows: The single forecasts of small sources, in the order of the table.
    """

    by_group: Mapping[str, dict[int, int]]
    cells: Sequence[Cell]
    sizes: Sequence[int]
    scores: Sequence[int]
    repeated: Mapping[str, int] | None
    rows: Sequence[tuple[Cell, int]]


def groups_of_counts(counts: Counts, *, reference: Reference, units_up_to: float = 0) -> Groups:
    """
    The groups of a table that was counted elsewhere, as ``groups`` makes them of its rows.
    """
    return _grouped(_Given(counts), reference, units_up_to)


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


class _Count:
    """
    Counts by group and level, sums by cell.
    """

    def __init__(self, sheet: Sheet, stood: Standing, chosen: Sequence[bool]) -> None:
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
        self.shares: Sequence[int] | None = stood.shares
        self.totals: Sequence[int] | None = stood.shares  # share times weight
        if sheet.weights:
            common = math.lcm(*(one.denominator for one in sheet.weights))
            scaled = [int(one * common) for one in sheet.weights]
            weights = map(scaled.__getitem__, sheet.weight)
            self.shares = stood.shares or [1] * len(sheet.cell)
            self.totals = [w * share for w, share in zip(weights, self.shares, strict=True)]
        self.keep = None
        if stood.shares is not None or not all(chosen):
            kept = map(chosen.__getitem__, sheet.cell)
            self.keep = [
                bool(share) and here
                for share, here in zip(stood.shares or repeat(1), kept, strict=False)
            ]
        self.cell: Sequence[int] = self._rows(sheet.cell)
        self.level: Sequence[int] = self._rows(sheet.level)
        if self.totals is not None:
            self.totals = self._rows(self.totals)
        if self.shares is not None:
            self.shares = self._rows(self.shares)
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

    def _rows(self, column: Sequence[int]) -> Sequence[int]:
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
        # Rows without a question, or of a source that is not shown, are nobody's.
        nobody = len(self.names)
        owner = [
            group if group >= 0 and cell.question else nobody
            for group, cell in zip(self.group_of, self.sheet.cells, strict=True)
        ]
        owners = [*map(owner.__getitem__, reversed(self.sheet.cell))]
        # Taken from behind, what stays in the dictionary is the first row of each stamp.
        first = Counter(dict(zip(reversed(stamps), owners, strict=True)).values())
        rows = Counter(owners)
        return [rows[at] - first[at] for at in range(len(self.names))]

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
        weights = repeat(1, len(self.cell)) if self.totals is None else self.totals
        keys = self.sheet.keys
        here = {at: self.kept_units.setdefault(at, {}) for at in kept}
        together = self.kept_units.setdefault(-1, {}) if everything else None
        names = [self._cluster(cell) for cell in range(len(self.sheet.cells))]
        rows = zip(range(len(self.cell)), self.cell, self.level, weights, strict=True)
        for row, cell, level, weight in compress(rows, chosen):
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
        return _alike((weight, keys[level], times) for (weight, level), times in kinds.items())


class _Given(_Count):
    """
    Counts made elsewhere.
    """

    def __init__(self, counts: Counts) -> None:
        places = {cell: at for at, cell in enumerate(counts.cells)}
        self.names = sorted(counts.by_group)
        self.sheet = Sheet(
            cells=counts.cells,
            keys=[key for _, key in counts.rows],
            cell=array("i", (places[cell] for cell, _ in counts.rows)),
            level=array("i", range(len(counts.rows))),
        )
        number = {name: at for at, name in enumerate(self.names)}
        self.group_of = [number[cell.group] for cell in counts.cells]
        self.scale, self.weighted = 1, False
        self.totals = self.shares = None
        self.cell, self.level = self.sheet.cell, self.sheet.level
        self.counts = [counts.by_group[name] for name in self.names]
        self.forecasts = self.squares = None
        self.kept_units = {}
        self.sums = list(counts.sizes), list(counts.scores)
        self.repeated = counts.repeated

    def levels(self) -> None:
        """
        Nothing is left to count.
        """

    def _rows_of_groups(self) -> list[int]:
        return [sum(counts.values()) for counts in self.counts]

    def _repeated(self) -> list[int] | None:
        if self.repeated is None:
            return None
        return [self.repeated.get(name, 0) for name in self.names]

    def _singles(self, loose: set[int]) -> Spread:
        # No cell has a question, or every one does: a source's rows are all singles, or none is.
        groups = {self.group_of[cell] for cell in loose}
        return _alike((1, key, n) for group in groups for key, n in self.counts[group].items())


def _alike(kinds: Iterable[tuple[int, int, int]]) -> Spread:
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


class _Skills:
    """
    Comparisons with a reference.
    """

    def __init__(self, counted: _Count, everything: _Count, reference: Reference) -> None:
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
            plain = sample.counts if sample.forecasts is None else sample.forecasts
            return compared(
                self.reference.name,
                sample.clusters.s,
                constant(sample.counts, self.reference.constant),
                n=whole(sum(plain.values()), self.counted.scale),
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
        said = counted._rows(sheet.reference)  # noqa: SLF001 - one module
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

    def _by_source(self, everything: _Count, source: str) -> None:
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

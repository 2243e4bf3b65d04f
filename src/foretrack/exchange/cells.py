"""
The cells of a table in arrays, and the samples that are made of them.

A cell holds the rows of one source about one question.  Sums are exact: a score, up to 10²⁴, is
kept in two whole numbers, the lower one of 40 bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np

from foretrack.core.places import SURE, UNIT, place
from foretrack.core.sample import Sample, Spread
from foretrack.exchange import arrays
from foretrack.exchange.threads import at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from foretrack.core.levels import Levels
    from foretrack.exchange.arrays import Whole

    Numbers: TypeAlias = NDArray[np.uint64]

_HALF: Final = 20  # bits of half a part of a score
_LOW: Final = (1 << 2 * _HALF) - 1
_CODE: Final = 40  # bits of the number of a cell
_KEY: Final = 42  # bits of a key
_SPREAD: Final = 0x9E3779B97F4A7C15  # an odd number that scatters small ones
_SLOTS: Final = 1 << 20


class Alike(NamedTuple):
    """
    Cells that have something in common with others, such as their question.

    Attributes:
        cell: Their numbers.
        first: For each the first cell that has it in common.
    """

    cell: Whole
    first: Whole

    def codes(self, cells: int) -> Whole:
        """
        For each cell the first that has it in common, most often itself.
        """
        found = np.arange(cells)
        found[self.cell] = self.first
        return found


class Sums(NamedTuple):
    """
    Rows and scores of cells or clusters.
    """

    rows: Whole
    low: Whole
    high: Whole

    def at(self, order: Any) -> Sums:
        """
        Some of them.
        """
        return Sums(*(column[order] for column in self))

    def merged(self, codes: Whole) -> tuple[Whole, Sums]:
        """
        The sums by code, in the order of the codes.
        """
        order = np.argsort(codes, kind="stable")
        ordered = codes[order]
        first = np.flatnonzero(np.diff(ordered, prepend=-1))
        if len(first) == len(codes):
            return ordered, self.at(order)
        rows, low, high = (np.add.reduceat(column, first) for column in self.at(order))
        return ordered[first], Sums(rows, low & _LOW, high + (low >> 2 * _HALF))

    def spread(self) -> Spread:
        """
        What an interval needs of them.
        """
        half = (1 << _HALF) - 1
        score = [
            self.low & half,
            self.low >> _HALF,
            self.high & half,
            (self.high >> _HALF) & half,
            self.high >> 2 * _HALF,
        ]
        return Spread(
            len(self.rows),
            int(self.rows.sum()),
            arrays.dot([np.ones_like(self.rows)], score, bits=_HALF),
            int(self.rows @ self.rows),
            arrays.dot([self.rows], score, bits=_HALF),
            arrays.dot(score, score, bits=_HALF),
        )


@dataclass(kw_only=True)
class Cells:
    """
    A table by cells.

    Attributes:
        names: The sources, in order.
        source: For each cell the number of its source.
        rows: For each cell how many rows it has.
        said: For each row its probability, cell by cell; negative where it happened, masked where
            there is none.
        days: For each row a number of its day; None where no questions are named.
        question: Cells whose question is also that of others; None where none are named.
        cluster: Cells whose cluster is also that of others; None where each row is one.
    """

    names: Sequence[str]
    source: Whole
    rows: Whole
    said: NDArray[np.float64]
    days: Numbers | None
    question: Alike | None
    cluster: Alike | None

    def are_clean(self) -> bool:
        """
        Whether every row can be scored, and no question has two outcomes.
        """
        # Where something is missing it comes masked, in a kind of array that takes time to load.
        if type(self.said) is not np.ndarray or not bool((np.abs(self.said) <= 1.0).all()):
            return False
        if self.question is None:
            return True
        codes = self.question.codes(len(self.rows))
        yes = np.bincount(codes, np.add.reduceat(self._keys & 1, self._starts))
        return not bool(((yes > 0) & (yes < np.bincount(codes, self.rows))).any())

    @cached_property
    def _starts(self) -> Whole:
        return np.cumsum(self.rows) - self.rows

    @cached_property
    def _keys(self) -> Whole:
        """
        For each row the key of ``places.place``.
        """
        said = np.asarray(self.said)
        happened = np.signbit(said)
        scaled = np.abs(said) * float(UNIT)
        nearest = np.floor(scaled + 0.5)
        keys = nearest.astype(np.int64) << 1
        keys += happened
        for at in np.flatnonzero(np.abs(scaled - nearest) > SURE).tolist():
            keys[at] = place(abs(float(said[at])), int(happened[at]))
        return keys

    def samples(self, units_up_to: float) -> tuple[dict[str, Sample], Sample]:
        """
        The sample of each source, and of all together.

        Args:
            units_up_to: Keep the single forecasts of those with no more rows than this.
        """
        _ = self._keys, self._starts

        def counted() -> tuple[list[int | None], int | None]:
            _ = self.repeated, None if self.cluster is None else self._sums
            return self._questions()

        (questions, of_all), (levels, overall) = at_once(counted, self._levels)
        spreads, together = self._spreads(levels, overall)
        repeated: Sequence[int | None] = self.repeated or [None] * len(self.names)
        samples = {
            name: Sample(
                counts=levels[at],
                clusters=spreads[at],
                questions=questions[at],
                repeated=repeated[at],
                units=self._units(at) if levels[at].n <= units_up_to else None,
            )
            for at, name in enumerate(self.names)
        }
        return samples, Sample(
            counts=overall,
            clusters=together,
            questions=of_all,
            repeated=None if self.days is None else sum(self.repeated),
            units=self._units(None) if overall.n <= units_up_to else None,
        )

    def _levels(self) -> tuple[list[Levels], Levels]:
        keyed = np.repeat(self.source << _KEY, self.rows)
        keyed |= self._keys
        keyed.sort()
        first = np.flatnonzero(np.diff(keyed, prepend=-1))
        ns = np.diff(first, append=len(keyed))
        source, keys = keyed[first] >> _KEY, keyed[first] & ((1 << _KEY) - 1)
        own = [arrays.levels(keys[cut], ns[cut]) for cut in self._cuts(source)]
        order = np.argsort(keys)
        keys, ns = keys[order], ns[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        return own, arrays.levels(keys[first], np.add.reduceat(ns, first))

    def _cuts(self, source: Whole) -> list[slice]:
        """
        Where each source begins and ends in what is ordered by source.
        """
        edges = np.searchsorted(source, np.arange(len(self.names) + 1)).tolist()
        return [slice(*both) for both in pairwise(edges)]

    @cached_property
    def _sums(self) -> Sums:
        off = np.abs((self._keys >> 1) - UNIT * (self._keys & 1))
        high, low = off >> _HALF, off & ((1 << _HALF) - 1)
        squares = np.add.reduceat(high * high, self._starts)
        mixed = np.add.reduceat(high * low, self._starts) << 1
        rest = np.add.reduceat(low * low, self._starts)
        rest += (mixed & ((1 << _HALF) - 1)) << _HALF
        return Sums(self.rows, rest & _LOW, squares + (mixed >> _HALF) + (rest >> 2 * _HALF))

    def _spreads(self, levels: Sequence[Levels], overall: Levels) -> tuple[list[Spread], Spread]:
        if self.cluster is None:  # each row is a cluster
            return [arrays.singles(one) for one in levels], arrays.singles(overall)
        codes = self.cluster.codes(len(self.rows))
        own, sums = self._sums.merged((self.source << _CODE) | codes)
        spreads = [sums.at(cut).spread() for cut in self._cuts(own >> _CODE)]
        return spreads, self._sums.merged(codes)[1].spread()

    def _questions(self) -> tuple[list[int | None], int | None]:
        """
        How many questions each source has, and all together.
        """
        if self.question is None:
            return [None] * len(self.names), None
        codes = self.question.codes(len(self.rows))
        own = self.source
        if self.cluster is not self.question:  # else each cell has a question of its own
            own = np.unique((self.source << _CODE) | codes) >> _CODE
        counted: list[int | None] = np.bincount(own, minlength=len(self.names)).tolist()
        shared = self.question
        return counted, len(codes) - len(shared.cell) + len(np.unique(shared.first))

    @cached_property
    def repeated(self) -> list[int]:
        """
        For each source how many rows repeat an earlier one; empty where no questions are named.
        """
        if self.days is None or self.question is None:
            return []
        own = (self.source << _CODE) | self.question.codes(len(self.rows))
        scattered = own.astype(np.uint64) * np.uint64(_SPREAD)
        mixed = np.repeat(scattered ^ (scattered >> np.uint64(29)), self.rows) ^ self.days
        ordered = np.sort(mixed)
        twice = ordered[1:][ordered[1:] == ordered[:-1]]
        if not len(twice):
            return [0] * len(self.names)
        # Most rows are none of these, which some of their bits show.
        slots = np.zeros(_SLOTS, bool)
        slots[twice & np.uint64(_SLOTS - 1)] = True
        at = np.flatnonzero(slots[mixed & np.uint64(_SLOTS - 1)])
        cell = own[np.searchsorted(self._starts, at, side="right") - 1]
        order = np.lexsort((day := self.days[at], cell))
        cell, day = cell[order], day[order]
        again = (cell[1:] == cell[:-1]) & (day[1:] == day[:-1])
        source = cell[1:][again] >> _CODE
        repeated: list[int] = np.bincount(source, minlength=len(self.names)).tolist()
        return repeated

    def _units(self, source: int | None) -> list[list[tuple[int, int]]]:
        """
        The forecasts of each cluster of a source, or of all.
        """
        cells = range(len(self.rows))
        chosen = cells if source is None else np.flatnonzero(self.source == source).tolist()
        codes = None if self.cluster is None else self.cluster.codes(len(self.rows))
        units: dict[int, list[tuple[int, int]]] = {}
        for cell in chosen:
            begin = int(self._starts[cell])
            for row in range(begin, begin + int(self.rows[cell])):
                unit = units.setdefault(row if codes is None else int(codes[cell]), [])
                unit.append((int(self._keys[row]), 1))
        return list(units.values())

"""
A table of forecasts as whole numbers.

Each row has a cell, what is the same in all rows about one question by one source, and a level,
its probability and outcome.  Everything else is about cells and levels, of which there are far
fewer than rows.  Weights, times and references are there only where they are asked for.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from fractions import Fraction


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

"""
Batches of text as a sheet of whole numbers; each distinct text is understood once.
"""

from __future__ import annotations

from array import array
from fractions import Fraction
from itertools import repeat
from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.core.sheet import Cell, Sheet, Stance
from foretrack.exchange import values
from foretrack.exchange.judging import Judge, cell_roles, moment, shown
from foretrack.exchange.values import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foretrack.exchange.batches import Batch
    from foretrack.exchange.plan import Plan

_ONE: Final = Fraction(1)
_NOWHERE: Final = Cell("", "", "", "")


class _Book(dict[object, int]):
    """
    Numbers whatever it is asked for, in the order of first appearance.
    """

    def __missing__(self, key: object) -> int:
        number = self[key] = len(self)
        return number


class Half(NamedTuple):
    """
    The rows that another coding read.
    """

    cells: list[object]
    levels: list[object]
    cell: array[int]
    level: array[int]
    stamp: array[int]
    broken: int


class Coding:
    """
    The rows read so far.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.judge = Judge(plan)
        self.roles = cell_roles(plan)
        self._by = self.roles.index(plan.by)
        self._asked = "question_id" in plan.needed
        self.cells, self.levels, self.stances = _Book(), _Book(), _Book()
        self.weights, self.references = _Book(), _Book()
        self.cell, self.level = array("i"), array("i")
        self.stamp = array("q")
        self.stance, self.weight, self.reference = array("i"), array("i"), array("i")
        self.broken = 0
        self._dated = self._timed = self._weighed = False

    @property
    def rows(self) -> int:
        """
        How many rows were read, broken ones included.
        """
        return len(self.cell) + self.broken

    def sources(self) -> set[str]:
        """
        The sources of all rows, read or not.
        """
        # A book's keys are whatever it was filled with, here bytes; mypy knows only objects.
        texts: Iterable[tuple[bytes, ...]] = self.cells  # type: ignore[assignment]
        return {shown(one) for one in {text[0] for text in texts}}

    def add(self, batch: Batch) -> None:
        """
        Take in some rows.
        """
        self.broken += batch.broken
        if not batch.n:
            return
        columns = batch.columns

        def column(role: str) -> Iterable[bytes]:
            found = columns.get(role)
            return repeat(b"", batch.n) if found is None else found

        before = len(self.cell)
        self.cell.extend(map(self.cells.__getitem__, zip(*map(column, self.roles), strict=True)))
        self.level.extend(
            map(self.levels.__getitem__, zip(column("probability"), column("outcome"), strict=True))
        )
        self.stamp.extend(
            map(
                hash,
                zip(column("source"), column("question_id"), column("forecast_date"), strict=True),
            )
        )
        if self.plan.needed or "resolve_date" in columns or self._timed:
            self._timed = True
            self._fill(self.stance, before, self.stances, (b"", b""))
            dates = zip(column("forecast_date"), column("resolve_date"), strict=True)
            self.stance.extend(map(self.stances.__getitem__, dates))
        if "weight" in columns or self._weighed:
            self._weighed = True
            # A table without weights beside one that has them: each of its rows counts once.
            self._fill(self.weight, before, self.weights, b"1")
            weights = columns.get("weight") or repeat(b"1", batch.n)
            self.weight.extend(map(self.weights.__getitem__, weights))
        if self.plan.reference is not None:
            said = column(self.plan.reference)
            self.reference.extend(map(self.references.__getitem__, said))

    def halved(self) -> Half | None:
        """
        What another coding of the same plan can take in; None where more than the usual is kept.
        """
        if self.stance or self.weight or self.reference:
            return None
        return Half(list(self.cells), list(self.levels), self.cell, self.level, self.stamp,
                    self.broken)  # fmt: skip

    def absorb(self, half: Half) -> None:
        """
        Take in the rows of another coding, after one's own.
        """
        cells = list(map(self.cells.__getitem__, half.cells))
        levels = list(map(self.levels.__getitem__, half.levels))
        self.cell.extend(map(cells.__getitem__, half.cell))
        self.level.extend(map(levels.__getitem__, half.level))
        self.stamp.extend(half.stamp)
        self.broken += half.broken

    def _fill(self, target: array[int], rows: int, book: _Book, value: object) -> None:
        if len(target) < rows:
            target.extend(repeat(book[value], rows - len(target)))

    def sheet(self) -> tuple[Sheet, bool]:
        """
        The rows that can be scored, and whether there are others.
        """
        judge = self.judge
        # As above: each book is filled with one kind of key, which its type does not say.
        cell_texts: list[tuple[bytes, ...]] = list(self.cells)  # type: ignore[arg-type]
        level_texts: list[tuple[bytes, ...]] = list(self.levels)  # type: ignore[arg-type]
        ignored = (
            [judge.ignored(texts[0]) for texts in cell_texts]
            if self.plan.sources is not None
            else [False] * len(cell_texts)
        )
        whole_cells = [self._cell(texts) for texts in cell_texts]
        fit_cell = [cell is not None for cell in whole_cells]
        cells = [_NOWHERE if cell is None else cell for cell in whole_cells]
        keys = [key_of(*texts) for texts in level_texts]
        fit_level = [key is not None for key in keys]
        stance_texts: list[tuple[bytes, ...]] = list(self.stances)  # type: ignore[arg-type]
        fit_stance = [not judge.stance(texts) for texts in stance_texts]
        weight_texts: list[bytes] = list(self.weights)  # type: ignore[arg-type]
        fit_weight = [not judge.weight(text) for text in weight_texts]
        said_texts: list[bytes] = list(self.references)  # type: ignore[arg-type]
        fit_said = [not judge.reference(text) for text in said_texts]
        sheet = Sheet(
            cells=cells,
            keys=[0 if key is None else key for key in keys],
            cell=self.cell,
            level=self.level,
            stamp=self.stamp,
            stances=[Stance(*map(moment, texts)) for texts in stance_texts],
            stance=self.stance,
            weights=[
                values.weight(shown(text)) if fit else _ONE
                for text, fit in zip(weight_texts, fit_weight, strict=True)
            ],
            weight=self.weight,
            references=[
                values.probability(shown(text)) if fit else 0.0
                for text, fit in zip(said_texts, fit_said, strict=True)
            ],
            reference=self.reference,
        )
        checks = [
            (fit, rows)
            for fit, rows in (
                (fit_cell, self.cell),
                (fit_level, self.level),
                (fit_stance, self.stance),
                (fit_weight, self.weight),
                (fit_said, self.reference),
            )
            if not all(fit)
        ]
        if not checks and not any(ignored):
            return sheet, bool(self.broken)
        read = [not ignored[cell] for cell in self.cell]
        good = list(read)
        for fit, rows in checks:
            good = [so_far and fit[at] for so_far, at in zip(good, rows, strict=True)]
        return sheet.only(good), bool(self.broken) or good != read

    def _cell(self, texts: Sequence[bytes]) -> Cell | None:
        try:
            found = [text.decode().strip() for text in texts]
        except UnicodeDecodeError:
            return None
        if not found[0] or (self._asked and not found[1]):
            return None
        return Cell(found[0], found[1], found[2], found[self._by])

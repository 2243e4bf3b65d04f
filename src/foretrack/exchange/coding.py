"""
Batches of text as a sheet of whole numbers; each distinct text is understood once.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from fractions import Fraction
from itertools import repeat
from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.core.places import place
from foretrack.core.sheet import Cell, Sheet, Stance
from foretrack.core.vocabulary import Updates
from foretrack.errors import InvalidInput
from foretrack.exchange import values
from foretrack.exchange.columns import ROLES, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from foretrack.exchange.batches import Batch
    from foretrack.exchange.tables import Table

SHOWN: Final = 20
"""
How many bad rows a message names.
"""

Row = dict[str, bytes]

_ONE: Final = Fraction(1)
_NOWHERE: Final = Cell("", "", "", "")
_PLAIN: Final = {b"0": 0, b"1": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    What a run takes from its tables.

    Attributes:
        by: The column that makes the groups.
        sources: The sources that are read; None for all.
        names: Columns whose name is another than their role.
        reference: The column that holds the reference's probability, if there is one.
        reference_source: Whether the reference is a source, which questions must be named for.
        updates: How several forecasts by one source on one question count.
    """

    by: str = "source"
    sources: frozenset[str] | None = None
    names: Mapping[str, str]
    reference: str | None = None
    reference_source: bool = False
    updates: Updates = Updates.EACH

    @property
    def needed(self) -> tuple[str, ...]:
        """
        Optional roles that cannot be done without.
        """
        if self.updates is Updates.TIME:
            return ("question_id", "forecast_date", "resolve_date")
        if self.updates is not Updates.EACH:
            return ("question_id", "forecast_date")
        return ("question_id",) if self.reference_source else ()

    @property
    def is_plain(self) -> bool:
        """
        Whether each row counts by itself: the order of rows does not matter then.
        """
        return self.updates is Updates.EACH and self.reference is None

    @property
    def wanted(self) -> Wanted:
        """
        The columns to look for.
        """
        others = [name for name in (self.by, self.reference) if name is not None]
        return Wanted(
            names=self.names,
            others=tuple(name for name in others if name not in ROLES),
            needed=tuple(
                dict.fromkeys((*self.needed, *(name for name in others if name in ROLES)))
            ),
        )


class Bad(NamedTuple):
    """
    A row that cannot be scored.

    Attributes:
        unit: What its number stands for.
    """

    table: str
    line: int
    reasons: tuple[str, ...]
    unit: str = "line"

    def __str__(self) -> str:
        return f"{self.table}: {self.unit} {self.line}: {'; '.join(self.reasons)}"


class BadRows(InvalidInput):
    """
    Rows that cannot be scored, the first of them named.

    Attributes:
        first: The first 20.
        count: How many there are.
        rows: How many rows were read.
    """

    def __init__(self, first: Sequence[Bad], *, count: int, rows: int) -> None:
        self.first = tuple(first)
        self.count = count
        self.rows = rows
        lines = [str(bad) for bad in first]
        if count > len(first):
            lines.append(f"... and {count - len(first):,} more")
        bad = "row cannot" if rows == 1 else "rows cannot"
        lines.append(
            f"{count:,} of {rows:,} {bad} be scored; --skip-bad leaves them out and scores the rest"
        )
        super().__init__("\n".join(lines))


class Judge:
    """
    What is wrong with the values of a row; nothing is wrong with most.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def cell(self, texts: Sequence[bytes], roles: Sequence[str]) -> list[str]:
        """
        Source, question, cluster and group.
        """
        found = []
        for role, text in zip(roles, texts, strict=True):
            if _decoded(text) is None:
                found.append(f"{role} is not UTF-8")
            elif not text.strip() and (role == "source" or role in self.plan.needed):
                found.append(f"{role} is missing")
        return found

    def level(self, texts: Sequence[bytes]) -> list[str]:
        """
        Probability and outcome.
        """
        return [
            *_tried("probability", values.probability, texts[0]),
            *_tried("outcome", values.outcome, texts[1]),
        ]

    def stance(self, texts: Sequence[bytes]) -> list[str]:
        """
        The days of a forecast and of its question's end.
        """
        found = []
        for role, text in zip(("forecast_date", "resolve_date"), texts, strict=True):
            if role in self.plan.needed:
                found += _tried(role, values.moment, text)
        if found:
            return found
        made, settled = (_moment(text) for text in texts)
        if made is None or settled is None:
            return []
        strict = self.plan.updates is Updates.TIME
        if made > settled or (strict and made == settled):
            day, end = (values.quoted(_shown(text)) for text in texts)
            relation = "not before" if strict else "after"
            return [f"forecast_date {day} is {relation} resolve_date {end}"]
        return []

    def weight(self, text: bytes) -> list[str]:
        """
        What the row counts for.
        """
        return _tried("weight", values.weight, text)

    def reference(self, text: bytes) -> list[str]:
        """
        The reference's probability.
        """
        return _tried(self.plan.reference or "reference", values.probability, text)

    def ignored(self, source: bytes) -> bool:
        """
        Whether a row is of a source that is not read.
        """
        chosen = self.plan.sources
        return chosen is not None and (_decoded(source) or "").strip() not in chosen

    def row(self, row: Row) -> list[str]:
        """
        All that is wrong with a row.
        """
        if self.ignored(row.get("source", b"")):
            return []
        roles = _cell_roles(self.plan)
        found = self.cell([row.get(role, b"") for role in roles], roles)
        found += self.level([row.get("probability", b""), row.get("outcome", b"")])
        if self.plan.needed or "resolve_date" in row:
            found += self.stance([row.get("forecast_date", b""), row.get("resolve_date", b"")])
        if "weight" in row:
            found += self.weight(row["weight"])
        if self.plan.reference is not None:
            found += self.reference(row.get(self.plan.reference, b""))
        return found


def _cell_roles(plan: Plan) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("source", "question_id", "cluster", plan.by)))


def _decoded(text: bytes) -> str | None:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return None


def _shown(text: bytes) -> str:
    return text.decode(errors="backslashreplace").strip()


def _tried(name: str, convert: object, text: bytes) -> list[str]:
    assert callable(convert)
    try:
        convert(_shown(text))
    except ValueError as error:
        return [f"{name} {error}"]
    return []


def _moment(text: bytes) -> datetime | None:
    try:
        return values.moment(_shown(text))
    except ValueError:
        return None


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
        self.roles = _cell_roles(plan)
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
        return {_shown(one) for one in {text[0] for text in texts}}

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
            stances=[Stance(*map(_moment, texts)) for texts in stance_texts],
            stance=self.stance,
            weights=[
                values.weight(_shown(text)) if fit else _ONE
                for text, fit in zip(weight_texts, fit_weight, strict=True)
            ],
            weight=self.weight,
            references=[
                values.probability(_shown(text)) if fit else 0.0
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


def key_of(p: bytes, y: bytes) -> int | None:
    """
    The key of a probability and an outcome as they are written; None where they are none.

    >>> key_of(b"0.25", b"yes"), key_of(b"25%", b"1")
    (500000000001, None)
    """
    # By far the most usual way to write it is soon understood.
    if y in _PLAIN and p.replace(b".", b"", 1).isdigit() and (said := float(p)) <= 1.0:
        return place(said, _PLAIN[y])
    try:
        return place(
            values.probability(p.decode("ascii").strip()), values.outcome(y.decode("ascii").strip())
        )
    except ValueError:  # which decoding errors are, too
        return None


def bad_rows(rows: Iterable[tuple[int, Row | str]], plan: Plan, *, table: Table) -> Iterator[Bad]:
    """
    The rows that cannot be scored, in order.

    Args:
        rows: Line and values of each row, or why it could not be taken apart.
        plan: What the run takes from the table.
        table: The table.
    """
    judge = Judge(plan)
    for line, row in rows:
        reasons = [row] if isinstance(row, str) else judge.row(row)
        if reasons:
            yield Bad(table.name, line, tuple(reasons), table.counts_in)

"""
What each source said in a plain table, counted as it is read and forgotten row by row.

A table is plain where its rows count by themselves.  All of what is kept is whole numbers that can
be merged, so that two processes may count a part of the table each, and the figures are the same to
the last bit as from the rows.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from itertools import compress, repeat
from typing import TYPE_CHECKING, Final, TypeAlias

from foretrack.core.levels import Levels
from foretrack.core.places import SQUARE, UNIT
from foretrack.exchange import values
from foretrack.exchange.values import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foretrack.exchange.batches import Batch

# A worth holds a row in one number, and a sum of worths many rows: p² below, p above it, and the
# number of rows above that.  Sums over 2⁴⁰ rows do not reach into one another.
_SAID: Final = 120
_ROWS: Final = 200
_ROW: Final = 1 << _ROWS
_SQUARES: Final = (1 << _SAID) - 1
_SUMS: Final = (1 << (_ROWS - _SAID)) - 1

_AT_ONCE: Final = 16  # rows of a source in a batch: with fewer this is no faster than row by row
_TRIED: Final = 500  # times it may be fewer

Cluster: TypeAlias = bytes | tuple[bytes]
"""
A question, or a cluster by name, which is another thing than the question of that name.
"""


class Unfit(Exception):
    """
    A table that has to be looked at row by row.
    """


@dataclass(slots=True)
class Told:
    """
    What one source said, counted.

    Attributes:
        levels: How many rows there are of each probability, and how many of them came true.
        questions: The question of each cell, which holds the rows that agree in question and
            cluster; empty where the table names no questions.
        clusters: What its cluster is called: the same list, where questions are the clusters;
            empty where the table names neither, and each row is a cluster.
        sizes: How many rows it holds.
        scores: The sum of their Brier scores.
        events: How many of them came true.
        stamps: A number for the question and the day of each row; empty where the table names no
            questions.
        repeated: How many of them are there already.
        rows: Cluster and key of each row, where there are few.
    """

    levels: Levels
    questions: list[Cluster]
    clusters: list[Cluster]
    sizes: list[int]
    scores: list[int]
    events: list[int]
    stamps: array[int]
    repeated: int
    rows: list[tuple[Cluster | None, int]] | None

    @property
    def n(self) -> int:
        """
        How many rows.
        """
        return self.levels.n

    def absorb(self, other: Told, *, held_up_to: float) -> None:
        """
        Take in what else the source said.

        Args:
            other: That.
            held_up_to: How many single rows are kept at most.
        """
        self.levels = Levels.merged([self.levels, other.levels])
        numbers = {cell: number for number, cell in enumerate(self._cells())}
        for at, cell in enumerate(other._cells()):
            number = numbers.setdefault(cell, len(numbers))
            if number == len(self.sizes):
                for column in (self.sizes, self.scores, self.events):
                    column.append(0)
            self.sizes[number] += other.sizes[at]
            self.scores[number] += other.scores[at]
            self.events[number] += other.events[at]
        is_one = self.clusters is self.questions
        if self.questions:
            self.questions = [question for question, _ in numbers]
        self.clusters = self.questions if is_one else [cluster for _, cluster in numbers]
        self.stamps += other.stamps
        self.repeated = _repeated(self.stamps)
        if self.rows is None or other.rows is None or self.n > held_up_to:
            self.rows = None
        else:
            self.rows += other.rows

    def _cells(self) -> Iterable[tuple[Cluster, Cluster]]:
        return zip(self.questions or repeat(b""), self.clusters, strict=False)


def _repeated(stamps: array[int]) -> int:
    return len(stamps) - len(set(stamps))


class Piles:
    """
    The rows of a table by source.

    Args:
        held_up_to: How many single rows of a source are kept at most.
    """

    def __init__(self, *, held_up_to: float) -> None:
        self._held_up_to = held_up_to
        self._piles: dict[bytes, _Pile] = {}
        self._worths = _Worths()
        self._outcomes = _Outcomes()
        self._rows = self._parts = 0
        self._asks = False

    def add(self, batch: Batch) -> None:
        """
        Take in some rows.

        Raises:
            Unfit: A row cannot be scored, or not without a closer look; or there are so few rows of
                each source at a time that this would take longer.
        """
        if batch.broken:
            raise Unfit
        if not batch.n:
            return
        columns = batch.columns
        worths = list(map(self._worths.__getitem__, columns["probability"]))
        outcomes = bytes(map(self._outcomes.__getitem__, columns["outcome"]))
        questions, clusters = columns.get("question_id"), columns.get("cluster")
        cells: Sequence[object] = questions or clusters or ()
        stamps: list[int] = []
        if questions is not None:
            self._asks = True
            days = columns.get("forecast_date") or (b"",) * batch.n
            stamps = list(map(hash, zip(questions, days, strict=True)))
            if clusters is not None:
                cells = list(zip(questions, clusters, strict=True))
        for source, at in self._by_source(columns["source"]):
            if at is None:
                self._pile(source).add(worths, outcomes, cells, stamps)
            else:
                self._pile(source).add(
                    [worths[row] for row in at],
                    bytes([outcomes[row] for row in at]),
                    [cells[row] for row in at] if cells else (),
                    [stamps[row] for row in at] if stamps else [],
                )

    def _by_source(self, sources: Sequence[bytes]) -> Iterable[tuple[bytes, list[int] | None]]:
        """
        The sources of a batch, and which rows are theirs; None for all.
        """
        self._rows += len(sources)
        if sources.count(sources[0]) == len(sources):
            self._parts += 1
            return [(sources[0], None)]
        places: dict[bytes, list[int]] = {}
        for at, source in enumerate(sources):
            if source in places:
                places[source].append(at)
            else:
                places[source] = [at]
        self._parts += len(places)
        if self._parts * _AT_ONCE > self._rows and self._parts > _TRIED:
            raise Unfit
        return places.items()

    def _pile(self, source: bytes) -> _Pile:
        pile = self._piles.get(source)
        if pile is None:
            _legible(source)
            pile = self._piles[source] = _Pile(self._held_up_to)
        return pile

    def told(self) -> dict[bytes, Told]:
        """
        What each source said.
        """
        return {source: pile.told(asks=self._asks) for source, pile in self._piles.items()}


class _Pile:
    """
    The rows of one source.
    """

    def __init__(self, held_up_to: float) -> None:
        self._held_up_to = held_up_to
        self._held: list[tuple[int, int, int]] | None = []  # number of the cell, worth, outcome
        self._n = 0
        self._worths: Counter[int] = Counter()
        self._events: Counter[int] = Counter()  # those of the worths that came true
        self._cells = _Cells()
        self._sums: list[int] = []
        self._came: list[int] = []
        self._stamps = array("q")

    def add(
        self,
        worths: Sequence[int],
        outcomes: bytes,
        cells: Sequence[object],
        stamps: list[int],
    ) -> None:
        """
        Take in some rows.
        """
        self._n += len(worths)
        self._worths.update(worths)
        self._events.update(compress(worths, outcomes))
        self._stamps.fromlist(stamps)
        numbers = list(map(self._cells.__getitem__, cells))
        sums, came = self._sums, self._came
        if new := len(self._cells) - len(sums):
            sums += repeat(0, new)
            came += repeat(0, new)
        for number, worth in zip(numbers, worths, strict=False):
            sums[number] += worth
        for number, worth in compress(zip(numbers, worths, strict=False), outcomes):
            came[number] += worth
        if self._held is not None:
            if self._n <= self._held_up_to:
                self._held += zip(numbers or repeat(-1), worths, outcomes, strict=False)
            else:
                self._held = None

    def told(self, *, asks: bool) -> Told:
        """
        What they come to.
        """
        scores = [worth & _SQUARES for worth in self._sums]
        came = [worth >> _ROWS for worth in self._came]
        for number, events in enumerate(came):
            if events:
                said = self._came[number] >> _SAID & _SUMS
                scores[number] += SQUARE * events - 2 * UNIT * said
        clusters = self._cells.clusters or self._cells.questions
        rows = None
        if self._held is not None:
            rows = [
                (clusters[number] if clusters else None, 2 * _place(worth) + outcome)
                for number, worth, outcome in self._held
            ]
        return Told(
            levels=self._levels(),
            questions=self._cells.questions if asks else [],
            clusters=clusters,
            sizes=[worth >> _ROWS for worth in self._sums],
            scores=scores,
            events=came,
            stamps=self._stamps,
            repeated=_repeated(self._stamps),
            rows=rows,
        )

    def _levels(self) -> Levels:
        ns = {_place(worth): n for worth, n in self._worths.items()}
        events = {_place(worth): n for worth, n in self._events.items()}
        places = sorted(ns)
        hits = list(map(events.get, places, repeat(0)))
        return Levels(places, list(map(ns.__getitem__, places)), hits)


def _place(worth: int) -> int:
    """
    The probability of a single row, in 10⁻¹².
    """
    return worth >> _SAID & _SUMS


class _Worths(dict[bytes, int]):
    """
    The worth of a probability as it is written.
    """

    def __missing__(self, text: bytes) -> int:
        key = key_of(text, b"0")
        if key is None:
            raise Unfit
        p = key >> 1
        worth = self[text] = _ROW + (p << _SAID) + p * p
        return worth


class _Outcomes(dict[bytes, int]):
    """
    An outcome as it is written.
    """

    def __missing__(self, text: bytes) -> int:
        try:
            found = self[text] = values.outcome(text.decode().strip())
        except ValueError:  # which decoding errors are, too
            raise Unfit from None
        return found


class _Cells(dict[object, int]):
    """
    Numbers for cells, by the bytes of a question, of a question and its cluster, or of a cluster.

    Attributes:
        questions: The question of each, or the cluster.
        clusters: The cluster of each; empty where there are no two things to tell apart.
    """

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[Cluster] = []
        self.clusters: list[Cluster] = []

    def __missing__(self, cell: object) -> int:
        if isinstance(cell, bytes):
            _legible(cell)
            self.questions.append(cell)
        else:
            assert isinstance(cell, tuple)
            question, name = cell
            _legible(question)
            if name:
                _legible(name)
            self.questions.append(question)
            self.clusters.append((name,) if name else question)
        number = self[cell] = len(self)
        return number


def _legible(text: bytes) -> None:
    """
    Check that a text is there, and is what is understood.

    Raises:
        Unfit: It is empty, no UTF-8, or has blanks around it.
    """
    try:
        found = text.decode()
    except UnicodeDecodeError:
        raise Unfit from None
    if not found or found.strip() != found:
        raise Unfit

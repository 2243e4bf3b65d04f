"""
Batches of rows packed into the cells of arrays, where numpy is there (extra ``archive``).

A large table with questions or clusters has about as many cells as rows: in arrays they take a
tenth of the memory.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from foretrack.core.places import UNIT
from foretrack.exchange.cells import Alike, Cells
from foretrack.exchange.values import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foretrack.exchange.arrays import Real, Whole
    from foretrack.exchange.batches import Batch


_LARGEST: Final = 1 << 62  # of the numbers that tell cells apart


class _Book(dict[bytes, int]):
    """
    Numbers texts in the order of first appearance.
    """

    def __missing__(self, text: bytes) -> int:
        number = self[text] = len(self)
        return number

    def are_plain(self) -> bool:
        """
        Whether each is there, is UTF-8, and has no blanks around it.
        """
        try:
            return all(text and text.decode() == text.decode().strip() for text in self)
        except UnicodeDecodeError:
            return False


class _Said(dict[tuple[bytes, bytes], float]):
    """
    Probabilities, negative where it happened; not a number where a row cannot be scored.
    """

    def __missing__(self, texts: tuple[bytes, bytes]) -> float:
        key = key_of(*texts)
        p = math.nan if key is None else (key >> 1) / UNIT
        self[texts] = found = -p if key is not None and key & 1 else p
        return found


def cells(batches: Iterable[Batch]) -> Cells | None:
    """
    The cells of all rows.

    Args:
        batches: The rows; each has a source, and a question or a cluster.

    Returns:
        None where a row has to be looked at by itself.
    """
    books = {role: _Book() for role in ("source", "question_id", "cluster", "forecast_date")}
    levels = _Said()
    columns: dict[str, list[Whole]] = {role: [] for role in books}
    said: list[Real] = []
    for batch in batches:
        if batch.broken:
            return None
        for role, book in books.items():
            if role in batch.columns:
                numbers = map(book.__getitem__, batch.columns[role])
                columns[role].append(np.fromiter(numbers, np.int32, batch.n))
        texts = zip(batch.columns["probability"], batch.columns["outcome"], strict=True)
        said.append(np.fromiter(map(levels.__getitem__, texts), np.float64, batch.n))
    named = {role: book for role, book in books.items() if book and role != "forecast_date"}
    if any(map(math.isnan, levels.values())) or not all(
        book.are_plain() for book in named.values()
    ):
        return None
    return _made({role: np.concatenate(one) for role, one in columns.items() if one}, said, books)


def _made(rows: dict[str, Whole], said: Sequence[Real], books: dict[str, _Book]) -> Cells:
    names = sorted(text.decode() for text in books["source"])
    place = {name.encode(): at for at, name in enumerate(names)}
    source = np.array([place[text] for text in books["source"]])[rows["source"]]
    shared = [role for role in ("question_id", "cluster") if role in rows]
    cell = source.copy()
    size = len(names)
    for role in shared:
        size *= len(books[role])
        if size > _LARGEST:
            found, cell = np.unique(cell, return_inverse=True)
            size = len(found) * len(books[role])
        cell = cell * len(books[role]) + rows[role]
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    first = order[starts]
    alike = {role: _alike(rows[role][first]) for role in shared}
    days = None
    if "question_id" in rows:
        made = rows.get("forecast_date", np.zeros(len(order), np.int32))
        days = made[order].astype(np.uint64)
    return Cells(
        names=names,
        source=source[first].astype(np.int64),
        rows=np.diff(starts, append=len(order)),
        said=np.concatenate(said)[order],
        days=days,
        question=alike.get("question_id"),
        cluster=alike.get("cluster", alike.get("question_id")),
    )


def _alike(numbers: Whole) -> Alike:
    """
    Cells of which some have a number in common.
    """
    _, first, of = np.unique(numbers, return_index=True, return_inverse=True)
    return Alike(np.arange(len(numbers)), first[of])

"""
Rows of a table, column by column.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Row: TypeAlias = "dict[str, bytes]"
"""
The values of a row by role.
"""

_ROWS: Final = 20_000  # in a batch that is not split from a block
# What an object that lacks a key has there; an empty value is another thing.
_ABSENT: Final = {"weight": b"1"}


class Batch(NamedTuple):
    """
    Some rows, column by column.

    Attributes:
        n: How many rows.
        columns: Values by role; a role whose column the table lacks is not in it.
        broken: Rows that could not be taken apart, and are not among the n.
    """

    n: int
    columns: Mapping[str, Sequence[bytes]]
    broken: int


def gathered(rows: Iterable[Row | str]) -> Iterator[Batch]:
    """
    Rows one by one, or why they could not be taken apart, as batches.
    """
    rows = iter(rows)
    while some := list(islice(rows, _ROWS)):
        whole = [row for row in some if not isinstance(row, str)]
        roles = {role for row in whole for role in row}
        yield Batch(
            len(whole),
            {role: [row.get(role, _ABSENT.get(role, b"")) for row in whole] for role in roles},
            len(some) - len(whole),
        )

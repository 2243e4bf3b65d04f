"""
Which rows cannot be scored, and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.core.vocabulary import Updates
from foretrack.errors import InvalidInput
from foretrack.exchange import values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from foretrack.exchange.plan import Plan
    from foretrack.exchange.tables import Table

SHOWN: Final = 20
"""
How many bad rows a message names.
"""

Row = dict[str, bytes]


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
        made, settled = (moment(text) for text in texts)
        if made is None or settled is None:
            return []
        strict = self.plan.updates is Updates.TIME
        if made > settled or (strict and made == settled):
            day, end = (values.quoted(shown(text)) for text in texts)
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
        roles = cell_roles(self.plan)
        found = self.cell([row.get(role, b"") for role in roles], roles)
        found += self.level([row.get("probability", b""), row.get("outcome", b"")])
        if self.plan.needed or "resolve_date" in row:
            found += self.stance([row.get("forecast_date", b""), row.get("resolve_date", b"")])
        if "weight" in row:
            found += self.weight(row["weight"])
        if self.plan.reference is not None:
            found += self.reference(row.get(self.plan.reference, b""))
        return found


def cell_roles(plan: Plan) -> tuple[str, ...]:
    """
    The roles of the columns that make a cell.
    """
    return tuple(dict.fromkeys(("source", "question_id", "cluster", plan.by)))


def _decoded(text: bytes) -> str | None:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return None


def shown(text: bytes) -> str:
    """
    A text as a person would read it, whatever its bytes.
    """
    return text.decode(errors="backslashreplace").strip()


def _tried(name: str, convert: object, text: bytes) -> list[str]:
    assert callable(convert)
    try:
        convert(shown(text))
    except ValueError as error:
        return [f"{name} {error}"]
    return []


def moment(text: bytes) -> datetime | None:
    """
    The day or time that a text is; None where it is none.
    """
    try:
        return values.moment(shown(text))
    except ValueError:
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

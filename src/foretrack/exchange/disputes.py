"""
Where the rows of a table contradict each other, in the words of the table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.exchange import values
from foretrack.exchange.judging import SHOWN, Judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from foretrack.core.contradictions import Contradictions
    from foretrack.exchange.judging import Row
    from foretrack.exchange.plan import Plan
    from foretrack.exchange.tables import Table

REMEDY: Final = (
    "Correct the table, or add --skip-bad to leave out every row about them.  If sources number"
    " their questions each for itself, name a column that tells these apart (--map"
    " question_id=COLUMN) or none (--map question_id=)."
)


class Place(NamedTuple):
    """
    A value, and where it stands.

    Attributes:
        unit: What the number stands for.
    """

    table: str
    line: int
    value: str
    unit: str = "line"


class Dispute(NamedTuple):
    """
    Two rows about one question that contradict each other.

    Attributes:
        source: Whose rows both are; "" where that does not matter.
        role: What they do not agree on.
    """

    question: str
    source: str
    role: str
    first: Place
    other: Place

    def __str__(self) -> str:
        whose = f" of {values.quoted(self.source)}" if self.source else ""
        at = f"{self.first.unit} {self.first.line}"
        there = f"on {at}" if self.first.unit == "line" else f"in {at}"
        if self.first.table != self.other.table:
            there = f"in {self.first.table}, {at}"
        return (
            f"{self.other.table}: {self.other.unit} {self.other.line}: question"
            f" {values.quoted(self.question)}{whose} has {self.role}"
            f" {values.quoted(self.other.value)}, but {values.quoted(self.first.value)} {there}"
        )


def disputes(
    tables: Iterable[tuple[Table, Iterable[tuple[int, Row | str]]]],
    plan: Plan,
    found: Contradictions,
) -> list[Dispute]:
    """
    The first contradiction of each question, in the order in which the questions appear.

    Args:
        tables: Each table, and line and values of its rows.
        plan: What the run takes from them.
        found: The questions that have one.
    """
    judge = Judge(plan)
    seen: dict[tuple[str, str, str], dict[object, Place]] = {}
    for table, rows in tables:
        for line, row in rows:
            if isinstance(row, str):
                continue
            keys = list(_disputed(_text(row, "question_id"), _text(row, "source"), found))
            if not keys or judge.ignored(row.get("source", b"")) or judge.row(row):
                continue
            for key in keys:
                said = _text(row, key[2])
                meant = values.outcome(said) if key[2] == "outcome" else _moment(said)
                place = Place(table.name, line, said, table.counts_in)
                seen.setdefault(key, {}).setdefault(meant, place)
    return [Dispute(*key, *list(places.values())[:2]) for key, places in seen.items()]


def _disputed(question: str, source: str, found: Contradictions) -> Iterator[tuple[str, str, str]]:
    """
    What a row about a question is in dispute over: question, source and role.
    """
    if question in found.outcomes:
        yield question, "", "outcome"
    if (source, question) in found.ends:
        yield question, source, "resolve_date"


def shortened(found: Sequence[Dispute]) -> list[str]:
    """
    The first of them, and how many more there are.
    """
    lines = list(map(str, found[:SHOWN]))
    if len(found) > SHOWN:
        lines.append(f"... and {len(found) - SHOWN:,} more questions")
    return lines


def message(found: Sequence[Dispute]) -> str:
    """
    What to say of them all.
    """
    lines = shortened(found)
    many = "1 question ends" if len(found) == 1 else f"{len(found):,} questions end"
    lines.append(f"{many} in two ways.  {REMEDY}")
    return "\n".join(lines)


def _text(row: Row, role: str) -> str:
    return row.get(role, b"").decode(errors="backslashreplace").strip()


def _moment(text: str) -> datetime | None:
    try:
        return values.moment(text)
    except ValueError:  # a day that is not needed may be missing, or be none
        return None

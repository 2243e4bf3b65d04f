"""
Tables in a SQLite database counted by SQLite, or packed into arrays where counts do not suffice.

What is counted are whole numbers, so that the figures are the same to the last bit as row by row.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, TypeAlias

from foretrack.core.grades import against
from foretrack.core.groups import Groups
from foretrack.core.places import square
from foretrack.core.sample import Sample, Spread
from foretrack.exchange import columns, loading, sqlite
from foretrack.exchange.database import quoted
from foretrack.exchange.elsewhere import Elsewhere
from foretrack.exchange.values import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foretrack.core.skills import Reference
    from foretrack.exchange.plan import Plan
    from foretrack.exchange.tables import Table

    Counted: TypeAlias = dict[str, dict[int, int]]
    """
    For each group how often it has each key of ``places.place``.
    """


def groups(
    table: Table,
    plan: Plan,
    *,
    reference: Reference,
    units_up_to: float,
    alone_up_to: float | None = None,
) -> Groups | None:
    """
    The groups of a table whose rows count by themselves, counted by SQLite.

    Args:
        table: The table.
        plan: What the run takes from it.
        reference: What to compare with.
        units_up_to: Keep the single forecasts of groups with no more rows than this, to resample
            calibration.
        alone_up_to: The same where each row is a cluster; None for the same number.

    Returns:
        None where the rows have to be looked at one by one: for weights and days, questions or
        clusters without numpy, or because one cannot be scored.

    Raises:
        InvalidInput: The database is damaged, or a column is missing.
    """
    if not plan.is_plain or plan.sources is not None or reference.constant is None:
        return None
    places = columns.find(found := sqlite.names(table), plan.wanted, path=table.name)
    if places.keys() & {"weight", "resolve_date"}:
        return None
    if places.keys() & {"question_id", "cluster"}:
        return _packed(table, plan, reference, units_up_to)
    roles = ("source", *((plan.by,) if plan.by != "source" else ()), "probability", "outcome")
    counted = _counted(table, [quoted(found[places[role]]) for role in roles])
    if not counted:
        return None
    if alone_up_to is not None:
        units_up_to = alone_up_to
    worth: dict[int, int] = {}
    samples = {name: _sample(counted[name], worth, units_up_to) for name in sorted(counted)}
    total: dict[int, int] = {}
    for counts in counted.values():
        for key, n in counts.items():
            total[key] = total.get(key, 0) + n
    overall = _sample(total, worth, units_up_to)
    skills = {name: against(reference, sample) for name, sample in samples.items()}
    return Groups(samples, overall, skills, against(reference, overall))


def _packed(table: Table, plan: Plan, reference: Reference, units_up_to: float) -> Groups | None:
    """
    The groups of a large table with questions or clusters, in arrays where numpy is there.
    """
    with sqlite.opened(table) as connection:
        span = sqlite.span_of(connection, table)
    if plan.by != "source" or span is None or span.rows < sqlite.LARGE:
        return None
    if importlib.util.find_spec("numpy") is None:
        return None
    loading.numpy()
    from foretrack.exchange import packing

    cells = packing.cells(sqlite.batches(table, plan.wanted))
    if cells is None or not cells.are_clean():
        return None
    samples, overall = cells.samples(units_up_to)
    skills = {name: against(reference, sample) for name, sample in samples.items()}
    return Groups(samples, overall, skills, against(reference, overall))


def _counted(table: Table, texts: Sequence[str]) -> Counted | None:
    """
    The counts of each group, of the second half of a large table in a second process.
    """
    with sqlite.opened(table) as connection:
        span = sqlite.span_of(connection, table)
        plan = connection.execute(f"EXPLAIN QUERY PLAN {_statement(table, texts, '')}").fetchall()
    sorts = any(b"TEMP B-TREE" in step[3] for step in plan)  # else an index has the groups in order
    if span is None or span.rows < sqlite.LARGE or not sorts:
        return _part(table, texts, "")
    half = (span.first + span.last) // 2
    second = Elsewhere(lambda: _part(table, texts, f" WHERE {span.name} > {half}"))
    first = _part(table, texts, f" WHERE {span.name} <= {half}")
    if first is None:
        second.drop()
        return None
    rest = second.result()
    if rest is None:
        return None
    for name, counts in rest.items():
        there = first.setdefault(name, {})
        for key, n in counts.items():
            there[key] = there.get(key, 0) + n
    return first


def _statement(table: Table, texts: Sequence[str], where: str) -> str:
    # Values that a column's own order takes for one are told apart.
    by = ", ".join(f"{text} COLLATE BINARY" for text in texts)
    shown = ", ".join(texts)
    return f"SELECT {shown}, count(*) FROM {quoted(table.within)}{where} GROUP BY {by}"  # noqa: S608 - names are quoted by us


def _part(table: Table, texts: Sequence[str], where: str) -> Counted | None:
    """
    The counts of some rows; None where one of them cannot be scored.
    """
    found: Counted = {}
    keys: dict[tuple[object, object], int | None] = {}
    said: list[object] | None = None
    counts: dict[int, int] = {}
    with sqlite.opened(table) as connection:
        numbers: set[int] = set()
        for *cell, p, y, n in connection.execute(_statement(table, texts, where)):
            if cell != said:
                named = _named(cell)
                if named is None:
                    return None
                numbers.update(at for at, one in enumerate(cell) if isinstance(one, int))
                said, counts = cell, found.setdefault(named, {})
            if (p, y) not in keys:
                keys[p, y] = key_of(sqlite.text(p), sqlite.text(y))
            key = keys[p, y]
            if key is None:
                return None
            counts[key] = counts.get(key, 0) + n
        for at in numbers:
            # 1 and 1.0 are one group, and two names.
            reals = f"SELECT 1 FROM {quoted(table.within)} WHERE typeof({texts[at]}) = 'real'"  # noqa: S608 - as above
            if connection.execute(f"{reals} LIMIT 1").fetchone():
                return None
    return found


def _named(cell: Sequence[object]) -> str | None:
    """
    The group of a cell, source first; None where it has no such name as rows have.
    """
    if any(isinstance(one, float) for one in cell):
        return None
    try:
        texts = [sqlite.text(one).decode().strip() for one in cell]
    except UnicodeDecodeError:
        return None
    return texts[-1] if texts[0] else None


def _sample(counts: dict[int, int], worth: dict[int, int], units_up_to: float) -> Sample:
    """
    A group in which each row is a cluster of its own.

    Args:
        counts: How often it has each key.
        worth: The Brier scores of keys that are known already.
        units_up_to: As for ``groups``.
    """
    rows = score = fourth = 0
    for key, n in counts.items():
        one = worth.get(key)
        if one is None:
            one = worth[key] = square(key)
        rows += n
        score += n * one
        fourth += n * one * one
    kept = None
    if rows <= units_up_to:
        kept = [[(key, 1)] for key, n in counts.items() for _ in range(n)]
    return Sample(
        counts=counts, clusters=Spread(rows, rows, score, rows, score, fourth), units=kept
    )

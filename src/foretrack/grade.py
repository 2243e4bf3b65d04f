"""
Score any table of forecasts.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from foretrack.core.contradictions import contradictions
from foretrack.core.grades import Choice, Graded, grade
from foretrack.core.groups import groups
from foretrack.core.luck import RESAMPLED_UP_TO, RESAMPLES
from foretrack.core.rules import clipped
from foretrack.core.skills import Reference
from foretrack.core.vocabulary import Updates
from foretrack.errors import InvalidInput, NothingResolved, Problem
from foretrack.exchange import archive, plain, reading, values
from foretrack.exchange.coding import Coding, Half
from foretrack.exchange.columns import REQUIRED, ROLES, near
from foretrack.exchange.disputes import disputes, message, shortened
from foretrack.exchange.elsewhere import Elsewhere, possible
from foretrack.exchange.judging import SHOWN, BadRows, bad_rows
from foretrack.exchange.plan import Plan
from foretrack.exchange.reading import Part
from foretrack.exchange.tables import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import BinaryIO

    from foretrack.core.counting import Basis
    from foretrack.core.grades import Grade
    from foretrack.core.groups import Groups
    from foretrack.core.sample import Sample
    from foretrack.core.sheet import Sheet
    from foretrack.exchange.judging import Bad
    from foretrack.exchange.tables import Table


_LARGE: Final = 100_000  # rows from which a second process is worth its while


_READING: Final = 0.5
"""
The share of the work that reading is told as; how much scoring takes is known only after it.
"""


def score(
    tables: Sequence[str],
    choice: Choice,
    *,
    stdin: BinaryIO | None = None,
    progress: Callable[[float], None] | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Graded:
    """
    Score tables of forecasts as one.

    Args:
        tables: Paths; ``-`` for standard input.
        choice: What to score, and how.
        stdin: Standard input, where it is not the process's own.
        progress: Told, now and then, which share of the work is done.
        meanwhile: What can be made ready while something else reads a table, if it does.

    Raises:
        InvalidInput: A table cannot be read, rows cannot be scored, or a name is unknown.
        NothingResolved: No row is left.
        OutOfRange: The clip is not above 0 and at most 0.5.
    """
    if choice.clip is not None:
        clipped(0.5, choice.clip)
    found = [reading.identify(name, stdin=stdin) for name in tables]
    try:
        if choice.table is not None and all(one.kind is not Kind.SQLITE for one in found):
            raise InvalidInput("--table: names a table in a SQLite database, and none is given")
        return _score(
            [reading.settled(one, names=choice.names, within=choice.table) for one in found],
            choice,
            progress,
            meanwhile,
        )
    finally:
        for table in found:
            table.close()


def _score(
    found: Sequence[Table],
    choice: Choice,
    progress: Callable[[float], None] | None,
    meanwhile: Callable[[], None],
) -> Graded:
    reference = _reference(choice, found)
    plan = _plan(choice, reference)
    if len(found) == 1:
        there = _counted(found[0], plan, reference, choice, progress, meanwhile)
        if there is not None:
            return _graded(
                choice, there, found, rows=there.overall.n, left_out=0, bad=(), progress=progress
            )
    coding = _read(found, plan, progress)
    _check_names(choice, coding, reference)
    sheet, has_bad = coding.sheet()
    words: list[str] = []
    left_out = 0
    if has_bad:
        bad, left_out = _locate(found, plan)
        if not choice.skip_bad:
            raise BadRows(bad, count=left_out, rows=coding.rows)
        words += map(str, bad)
        if left_out > len(bad):
            words.append(f"... and {left_out - len(bad):,} more")
    sheet, disputed, removed = _disputed(found, plan, sheet, skip=choice.skip_bad)
    words += disputed
    left_out += removed
    if not sheet.cell:
        raise NothingResolved("no forecast with an outcome to score")
    chosen = frozenset(choice.sources)
    counted = groups(
        sheet,
        reference=reference,
        updates=choice.updates,
        shown=lambda cell: not chosen or cell.source in chosen,
        units_up_to=_units(choice),
        aside=_aside if len(sheet.cell) >= _LARGE else lambda work: work,
    )
    return _graded(
        choice, counted, found, rows=coding.rows, left_out=left_out, bad=words, progress=progress
    )


def _counted(
    table: Table,
    plan: Plan,
    reference: Reference,
    choice: Choice,
    progress: Callable[[float], None] | None,
    meanwhile: Callable[[], None],
) -> Groups | None:
    """
    The groups of a table that can be counted as a whole; None where the rows must be read.
    """
    if table.kind is Kind.SQLITE:
        from foretrack.exchange import grouped

        return grouped.groups(
            table,
            plan,
            reference=reference,
            units_up_to=_units(choice),
            alone_up_to=_resampled(choice),  # the bootstrap takes counts there
        )
    counting = archive.groups if archive.available() else plain.groups
    return counting(
        table,
        plan,
        reference=reference,
        units_up_to=_units(choice),
        done=_reading(progress, total=table.size),
        meanwhile=meanwhile,
    )


def _aside(work: Callable[[], list[Basis]]) -> Callable[[], list[Basis]]:
    return Elsewhere(work).result


def _units(choice: Choice) -> float:
    return float("inf") if choice.bootstrap else _resampled(choice)


def _resampled(choice: Choice) -> float:
    if choice.resamples is None:
        return RESAMPLED_UP_TO
    return float("inf") if choice.resamples else -1


def _reference(choice: Choice, tables: Iterable[Table]) -> Reference:
    name = choice.reference.strip()
    try:
        return Reference(name, constant=values.probability(name))
    except ValueError:
        pass
    headers = [reading.header(table) for table in tables]
    if any(name in header for header in headers):
        return Reference(name)
    asked = choice.names.get("question_id", "question_id")
    if _is_number(name) and not any(asked in header for header in headers):
        # Without questions it cannot be meant as a source.
        raise InvalidInput(f'--reference: "{name}" is not a probability between 0 and 1')
    return Reference(name, source=name)


def _plan(choice: Choice, reference: Reference) -> Plan:
    unknown = [role for role in choice.names if role not in ROLES]
    if unknown:
        close = near(unknown[0], ROLES)
        hint = f'; did you mean "{close}"?' if close else f"; there are: {', '.join(ROLES)}"
        raise InvalidInput(f'--map: there is no "{unknown[0]}" to name a column for{hint}')
    sources = set(choice.sources)
    if sources and reference.source is not None:
        sources.add(reference.source)
    is_column = reference.constant is None and reference.source is None
    plan = Plan(
        by=choice.by,
        sources=frozenset(sources) or None,
        names=choice.names,
        reference=reference.name if is_column else None,
        reference_source=reference.source is not None,
        updates=choice.updates,
    )
    for role in (*REQUIRED, *plan.wanted.needed):
        if choice.names.get(role) == "":
            raise InvalidInput(f"--map {role}=: there is no score without a column for {role}")
    return plan


def _read(tables: Sequence[Table], plan: Plan, progress: Callable[[float], None] | None) -> Coding:
    coding = Coding(plan)
    total = sum(table.size for table in tables)
    before = 0
    for table in tables:
        _take(coding, table, _reading(progress, before, total=total))
        before += table.size
    return coding


def _reading(
    progress: Callable[[float], None] | None, before: int = 0, *, total: int
) -> Callable[[int], None]:
    """
    Turns the bytes that are read into the share of the work that is done.
    """

    def done(position: int) -> None:
        if progress is not None:
            progress(_READING * (before + position) / (total or 1))

    return done


def _take(coding: Coding, table: Table, done: Callable[[int], None]) -> None:
    """
    Read a table, the second half of a large one in a second process.
    """
    plan = coding.plan
    middle = reading.middle(table)
    if middle is None or not plan.is_plain or not possible():
        for batch in reading.batches(table, plan.wanted, done=done):
            coding.add(batch)
        return

    def second_half() -> Half | None:
        other = Coding(plan)
        for batch in reading.batches(table, plan.wanted, part=Part(middle, first=False)):
            other.add(batch)
        return other.halved()

    part = Part(middle, first=True)
    second = Elsewhere(second_half)
    try:
        for batch in reading.batches(
            table, plan.wanted, part=part, done=lambda at: done(int(at / reading.FIRST))
        ):
            coding.add(batch)
        half = None if part.whole else second.result()
    finally:
        second.drop()
    if half is not None:
        coding.absorb(half)
    elif not part.whole:
        for batch in reading.batches(table, plan.wanted, part=Part(middle, first=False)):
            coding.add(batch)


def _check_names(choice: Choice, coding: Coding, reference: Reference) -> None:
    known = coding.sources()
    if not coding.rows:
        raise NothingResolved("the tables hold a header and no rows")
    asked = [(name, "--sources") for name in choice.sources]
    if reference.source is not None:
        asked.append((reference.source, "--reference"))
    problems = []
    for name, option in asked:
        if name not in known:
            close = near(name, sorted(known))
            hint = f'; did you mean "{close}"?' if close else ""
            if option == "--reference" and _is_number(name):
                hint = ", and a probability is between 0 and 1"
            what = "source or column" if option == "--reference" else "source"
            problems.append(Problem("", 0, option, f'no {what} is called "{name}"{hint}'))
    if reference.constant is None and reference.source is None and reference.name in known:
        problems.append(
            Problem("", 0, "--reference", f'"{reference.name}" is a source and a column, too')
        )
    if problems:
        raise InvalidInput(problems)


def _is_number(text: str) -> bool:
    try:
        float(text.rstrip("% "))
    except ValueError:
        return False
    return True


def _locate(tables: Iterable[Table], plan: Plan) -> tuple[tuple[Bad, ...], int]:
    """
    The first bad rows, and how many there are.
    """
    first: list[Bad] = []
    count = 0
    for table in tables:
        rows = reading.numbered(table, plan.wanted)
        for bad in bad_rows(rows, plan, table=table):
            count += 1
            if len(first) < SHOWN:
                first.append(bad)
    return tuple(first), count


def _disputed(
    found: Sequence[Table], plan: Plan, sheet: Sheet, *, skip: bool
) -> tuple[Sheet, list[str], int]:
    """
    The rows of questions that end in one way, and the others in words and in number.

    Raises:
        InvalidInput: There are others, and they are not to be skipped.
    """
    torn = contradictions(sheet, timed=plan.updates is not Updates.EACH)
    if not torn:
        return sheet, [], 0
    told = disputes(((table, reading.numbered(table, plan.wanted)) for table in found), plan, torn)
    if not skip:
        raise InvalidInput(message(told))
    free = torn.free(sheet)
    return sheet.only(free), shortened(told), free.count(False)


def _graded(
    choice: Choice,
    counted: Groups,
    tables: Sequence[Table],
    *,
    rows: int,
    left_out: int,
    bad: Iterable[str],
    progress: Callable[[float], None] | None,
) -> Graded:
    resamples = RESAMPLES if choice.resamples is None else choice.resamples
    up_to = _resampled(choice)

    def figures(name: str | None) -> Grade:
        sample = counted.overall if name is None else counted.samples[name]
        return grade(
            sample,
            against=counted.skill if name is None else counted.skills[name],
            clip=choice.clip,
            resamples=resamples if _is_within(sample, up_to) else 0,
            rng=random.Random(choice.seed),  # noqa: S311 - no secret
            replicates=choice.bootstrap,
            lots=random.Random(  # noqa: S311 - no secret
                f"{choice.seed}/{choice.by}/{name}/bootstrap"
            ),
        )

    def cost(name: str | None) -> int:
        sample = counted.overall if name is None else counted.samples[name]
        return sample.cost(resamples)

    names: list[str | None] = [None, *counted.samples]
    here, there = _halves(names, cost)
    second = Elsewhere(lambda: {name: figures(name) for name in there}) if there else None
    grades: dict[str | None, Grade] = {}
    ahead = sum(map(cost, here)) or 1
    done = 0
    try:
        # The costly ones last: by then there has been something to say.
        for name in sorted(here, key=cost):
            if progress is not None:
                progress(_READING + (1 - _READING) * done / ahead)
            grades[name] = figures(name)
            done += cost(name)
        if second is not None:
            grades |= second.result()
    finally:
        if second is not None:
            second.drop()
    groups = {name: grades[name] for name in counted.samples}
    named = tuple(table.name for table in tables)
    return Graded(choice, named, rows, left_out, tuple(bad), groups, grades[None])


def _is_within(sample: Sample, up_to: float) -> bool:
    """
    Whether calibration is resampled: units may be there for the bootstrap alone.
    """
    return sample.units is not None and sum(map(len, sample.units)) <= up_to


def _halves(
    names: Sequence[str | None], cost: Callable[[str | None], int]
) -> tuple[list[str | None], list[str | None]]:
    """
    Two lists that cost about the same; the second is empty where it is not worth its while.
    """
    costs = {name: cost(name) for name in names}
    if sum(costs.values()) < _LARGE:
        return list(names), []
    here: list[str | None] = []
    there: list[str | None] = []
    ahead = 0  # what the first list costs more than the second
    for name in sorted(names, key=lambda one: -costs[one]):
        if ahead <= 0:
            here.append(name)
            ahead += costs[name]
        else:
            there.append(name)
            ahead -= costs[name]
    return here, there

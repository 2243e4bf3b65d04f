"""
The use cases that move records between files and the database: check, import, export.

An import may be repeated: what is unchanged is left alone, what changed is shown and refused
unless accepted, and what is missing from the files is reported and never deleted.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from foretrack.core import ledger
from foretrack.core.records import (
    Article,
    Claim,
    ConditionState,
    Postponement,
    Question,
    Remark,
    Reopening,
    Resolution,
    Review,
    Task,
    plain,
)
from foretrack.db import journal, store
from foretrack.db.engine import reading, writing
from foretrack.db.store import Change, Contents
from foretrack.db.tables import Action, Entity
from foretrack.errors import Conflict, InvalidInput, Problem
from foretrack.files import reading as files
from foretrack.files import writing as canonical
from foretrack.files.validation import Checked, Known, validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path

    import sqlalchemy as sa

    from foretrack.core.library import Library
    from foretrack.core.records import AnyRecord, LedgerEntry

_MEETING = {
    Review: Entity.REVIEW,
    Postponement: Entity.POSTPONEMENT,
    Remark: Entity.REMARK,
    Task: Entity.TASK,
}
_ORDER = (
    Entity.SOURCE,
    Entity.ARTICLE,
    Entity.QUESTION,
    Entity.CLAIM,
    Entity.LEDGER,
    *_MEETING.values(),
)

_ROOT = "sources.yaml"
_LONG = 6000  # characters that are shown of a value; minutes are longer
_SHORT = 60  # characters that two values may have to stand in one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    A field of a record that the files and the database hold differently.

    Attributes:
        place: File and line, as the user named the file.
        old: In the database; None where it has no value.
        new: In the file; None where it has no value.
    """

    entity: Entity
    id: str
    field: str
    old: str | None
    new: str | None
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """
    What an import did.

    Attributes:
        added: Kind and id of each new record.
        changed: Accepted corrections, field by field.
        unchanged: How many records were the same.
        superseded: Ledger entries in the files that no longer stand; left as they are.
        withdrawn: Records in the files that were withdrawn from the database; left out.
        missing: Records in the database that the files lack; nothing was deleted.
        warnings: Problems that do not prevent the import.
        head: Sequence and hash of the journal's head.
    """

    added: tuple[tuple[Entity, str], ...]
    changed: tuple[Difference, ...]
    unchanged: int
    superseded: tuple[str, ...]
    withdrawn: tuple[tuple[Entity, str], ...]
    missing: tuple[tuple[Entity, str], ...]
    warnings: tuple[Problem, ...]
    head: tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """
    What a check found.

    Attributes:
        counts: How many records of each kind the named files hold.
    """

    files: int
    counts: dict[str, int]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """
        The problems that prevent an import.
        """
        return tuple(problem for problem in self.problems if not problem.warning)


def check(paths: Sequence[Path], *, library: Library, today: date | None = None) -> Findings:
    """
    Every problem in the files, all at once.

    A single file is read beside the other files of its folder of records, so that a reference to
    them is no problem; only the named files are reported on.

    Args:
        paths: Files or folders.
        today: The current day: what is dated after it is warned of.

    Raises:
        InvalidInput: There is nothing to read at a path.
    """
    named = files.gather(paths)
    roots = sorted({root for path in named if (root := _root(path)) is not None})
    meant = _resolved(named)
    around = [path for path in files.gather(roots) if path.resolve() not in meant]
    documents = [files.read(path) for path in [*named, *around]]
    checked = validate(documents, phrases=library, known=Known(), today=today)
    shown = {str(path) for path in named}
    problems = tuple(
        problem for problem in checked.problems if problem.path in shown or not problem.path
    )
    counts = {entity.value: 0 for entity in _ORDER}
    for entity, record in _records(checked):
        if checked.places[entity.value, record.id][0] in shown:
            counts[entity.value] += 1
    return Findings(files=len(named), counts=counts, problems=problems)


def bring_in(
    engine: sa.Engine,
    paths: Sequence[Path],
    *,
    library: Library,
    accept_changes: bool,
    actor: str,
    now: datetime,
    dry_run: bool = False,
    today: date | None = None,
) -> Imported:
    """
    Import files: all of it, or nothing.

    Args:
        paths: Files or folders; a folder with a ``sources.yaml`` is a whole record, whose missing
            records are reported.
        accept_changes: Record changed records as corrections instead of refusing them.
        dry_run: Do everything but keep it.
        today: The current day: what is dated after it is warned of.

    Raises:
        InvalidInput: The files hold problems; carries all of them.
        Conflict: Records changed and changes are not accepted, or something new needs what was
            withdrawn; shows each.
    """
    documents = [files.read(path) for path in files.gather(paths)]
    whole = any(path.is_dir() and (path / _ROOT).exists() for path in paths)
    access = reading if dry_run else writing
    with access(engine) as connection:
        contents = store.load(connection)
        checked = validate(documents, phrases=library, known=known(contents), today=today)
        if checked.errors:
            raise InvalidInput(checked.errors)
        plan = _compare(checked, contents)
        if dangling := list(_dangling(plan, checked, contents)):
            raise Conflict("\n".join(dangling))
        if plan.differences and not accept_changes:
            raise Conflict(_refusal(plan.differences))
        if unfit := list(_unfit(plan, checked, contents)):
            raise InvalidInput(unfit)
        head = journal.head(connection)
        if not dry_run:
            head = store.write(connection, plan.changes, actor=actor, at=now)
    return Imported(
        added=tuple(plan.added),
        changed=tuple(plan.differences),
        unchanged=plan.unchanged,
        superseded=tuple(plan.superseded),
        withdrawn=tuple(plan.withdrawn),
        missing=tuple(_missing(checked, contents)) if whole else (),
        warnings=checked.warnings,
        head=head,
    )


def export(engine: sa.Engine, directory: Path, *, prune: bool = False) -> canonical.Report:
    """
    Write the whole record as canonical files; files that would not change are not touched.

    Args:
        prune: Delete the YAML files in the canonical places that belong to nothing in the record;
            what they hold stands elsewhere now, or was withdrawn.

    Raises:
        ForetrackError: The folder cannot be written.
    """
    with reading(engine) as connection:
        contents = store.load(connection)
    done = canonical.write(directory, layout(contents))
    if prune:
        canonical.remove(directory, done.stale)
    return done


def layout(contents: Contents) -> dict[str, str]:
    """
    The canonical files of a record: relative path -> text.
    """
    return canonical.layout(
        sources=list(contents.sources.values()),
        articles=list(contents.articles.values()),
        claims=list(contents.claims.values()),
        questions=list(contents.questions.values()),
        ledger=[entry for entries in contents.ledger.values() for entry in entries],
        meetings=[
            *contents.reviews.values(),
            *contents.postponements.values(),
            *contents.remarks.values(),
            *contents.tasks.values(),
        ],
    )


def known(contents: Contents) -> Known:
    """
    What the database holds, for checking references into it.
    """
    return Known(
        sources=contents.sources,
        articles=contents.articles,
        questions=contents.questions,
        claims=contents.claims,
        ledger={entry.id: entry for entries in contents.ledger.values() for entry in entries},
    )


@dataclass(slots=True)
class _Plan:
    """
    What an import would do.
    """

    changes: list[Change]
    added: list[tuple[Entity, str]]
    differences: list[Difference]
    superseded: list[str]
    withdrawn: list[tuple[Entity, str]]
    unchanged: int = 0


def _compare(checked: Checked, contents: Contents) -> _Plan:
    """
    The files against the database, record by record.
    """
    plan = _Plan([], [], [], [], [])
    held = {entity: contents.of(entity) for entity in _ORDER}
    for entity, record in _records(checked):
        live = held[entity].get(record.id)
        if live is None:
            if (entity, record.id) in contents.withdrawn:
                plan.withdrawn.append((entity, record.id))
                continue
            plan.added.append((entity, record.id))
            plan.changes.append(Change(Action.ADD, record))
        elif live == record:
            if _is_superseded(record, contents):
                plan.superseded.append(record.id)
            else:
                plan.unchanged += 1
        else:
            path, line = checked.places[entity.value, record.id]
            plan.differences += _differences(entity, live, record, place=f"{path}:{line}")
            plan.changes.append(Change(Action.CORRECT, record, "changed in the files"))
    return plan


def _dangling(plan: _Plan, checked: Checked, contents: Contents) -> Iterator[str]:
    """
    What would refer to a withdrawn record, which an import does not bring back.
    """
    changed = {change.record for change in plan.changes} if contents.withdrawn else set()
    for entity, record in _records(checked):
        if record not in changed:
            continue
        for kind, name in _references(record):
            if (kind, name) in contents.withdrawn:
                path, line = checked.places[entity.value, record.id]
                yield (
                    f"{path}:{line}: {entity.value} {record.id} needs {kind.value} {name}, which"
                    " was withdrawn; take it out of the files too, or give both another id"
                )


def _references(record: AnyRecord) -> Iterator[tuple[Entity, str]]:
    match record:
        case Article():
            yield Entity.SOURCE, record.source
        case Claim():
            yield Entity.ARTICLE, record.article
            yield Entity.SOURCE, record.source
            if record.question is not None:
                yield Entity.QUESTION, record.question
            if record.duplicate_of is not None:
                yield Entity.CLAIM, record.duplicate_of
        case Resolution() | Reopening() | ConditionState():
            yield Entity.QUESTION, record.question
        case Postponement() | Remark() if record.question is not None:
            yield Entity.QUESTION, record.question
        case Review():
            for name in record.skipped:
                yield Entity.QUESTION, name


def _unfit(plan: _Plan, checked: Checked, contents: Contents) -> Iterator[Problem]:
    """
    Decisions that only the database holds and that a correction would make impossible.

    Those in the files are checked with the files.
    """
    questions = {**contents.questions, **{one.id: one for one in checked.questions}}
    own = {entry.id: entry for entry in checked.ledger}
    corrected: dict[str, tuple[str, int]] = {}
    for action, record, _ in plan.changes:
        if action is Action.CORRECT and isinstance(record, Question):
            corrected[record.id] = checked.places[Entity.QUESTION.value, record.id]
        elif action is Action.CORRECT and isinstance(
            record, Resolution | Reopening | ConditionState
        ):
            place = checked.places[Entity.LEDGER.value, record.id]
            corrected.setdefault(record.question, place)
    for name, (path, line) in corrected.items():
        before: list[LedgerEntry] = []
        for held in contents.ledger.get(name, ()):
            entry = own.get(held.id, held)
            if entry is held:
                for one in ledger.objections(questions[name], before, entry, today=None):
                    message = f"{entry.id}, which the record holds, would not fit: {one.reason}"
                    yield Problem(path, line, "", message)
            before.append(entry)


def _is_superseded(record: AnyRecord, contents: Contents) -> bool:
    """
    Whether a resolution no longer stands.
    """
    if not isinstance(record, Resolution):
        return False
    return ledger.state(contents.ledger[record.question], as_of=None).resolution != record


def _differences(
    entity: Entity, live: AnyRecord, record: AnyRecord, *, place: str
) -> Iterator[Difference]:
    if type(live) is not type(record):
        yield Difference(
            entity=entity,
            id=record.id,
            field="kind",
            old=type(live).__name__.lower(),
            new=type(record).__name__.lower(),
            place=place,
        )
        return
    old, new = _flat(plain(live)), _flat(plain(record))  # values: as text different ones look alike
    order = [one.name for one in fields(record)]
    for name in sorted(old.keys() | new.keys(), key=lambda key: order.index(key.split(".")[0])):
        if old.get(name) != new.get(name):
            was, will = _words(old.get(name)), _words(new.get(name))
            if was == will:
                was, will = journal.canonical(old.get(name)), journal.canonical(new.get(name))
            yield Difference(
                entity=entity, id=record.id, field=name, old=was, new=will, place=place
            )


def _flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """
    Nested values by dotted names.
    """
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat


def _words(value: Any) -> str | None:
    """
    A value as a person would write it; None stays None.
    """
    if isinstance(value, list):
        return "; ".join(
            " ".join(str(part) for part in item.values()) if isinstance(item, dict) else str(item)
            for item in value
        )
    if isinstance(value, str) and len(value) > _LONG:
        return f"{value[:_LONG]}... ({len(value):,} characters)"
    return None if value is None else str(value)


def _refusal(differences: Iterable[Difference]) -> str:
    """
    The changes as a person would review them, and what to do.
    """
    rows: list[str] = []
    last = None
    for one in differences:
        if (one.entity, one.id) != last:
            rows.append(f"{one.place}: {one.entity.value} {one.id} differs from the record:")
            last = (one.entity, one.id)
        old, new = _or_nothing(one.old), _or_nothing(one.new)
        if len(old) + len(new) <= _SHORT:
            rows.append(f"    {one.field}: {old} -> {new}")
        else:
            rows += [f"    {one.field}:", f"      - {old}", f"      + {new}"]
    rows.append(
        "nothing was imported; undo the change in the files, or run again with --accept-changes "
        "to record it as a correction"
    )
    return "\n".join(rows)


def _or_nothing(value: str | None) -> str:
    return "(nothing)" if value is None else value


def _records(checked: Checked) -> Iterator[tuple[Entity, AnyRecord]]:
    parts: tuple[tuple[AnyRecord, ...], ...] = (
        checked.sources,
        checked.articles,
        checked.questions,
        checked.claims,
        checked.ledger,
    )
    for entity, found in zip(_ORDER, parts, strict=False):
        for record in found:
            yield entity, record
    for one in checked.meetings:
        yield _MEETING[type(one)], one


def _missing(checked: Checked, contents: Contents) -> Iterator[tuple[Entity, str]]:
    held = {(entity, record.id) for entity, record in _records(checked)}
    for entity in _ORDER:
        for name in contents.of(entity):
            if (entity, name) not in held:
                yield entity, name


def _root(path: Path) -> Path | None:
    """
    The folder of records that a file belongs to: the nearest one above with a sources.yaml.
    """
    for folder in path.resolve().parents[:3]:
        if (folder / _ROOT).exists():
            return folder
    return None


def _resolved(paths: Iterable[Path]) -> set[Path]:
    return {path.resolve() for path in paths}

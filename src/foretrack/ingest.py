"""
The use cases that move records between files and the database: check, import, export.

An import may be repeated: what is unchanged is left alone, what changed is shown and refused
unless accepted, and what is missing from the files is reported and never deleted.
"""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from foretrack import changes
from foretrack.db import journal, store
from foretrack.db.engine import reading, writing
from foretrack.errors import Conflict, InvalidInput, Problem, place_of
from foretrack.files import gathering
from foretrack.files import reading as files
from foretrack.files import writing as canonical
from foretrack.files.comments import has_comments, parted
from foretrack.files.validation import Known, records, ruled, shaped, validate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

    import sqlalchemy as sa

    from foretrack.changes import Difference
    from foretrack.core.library import Library
    from foretrack.db.store import Contents
    from foretrack.db.tables import Entity

_ROOT = "sources.yaml"


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
    named = gathering.gather(paths)
    roots = sorted({root for path in named if (root := _root(path)) is not None})
    meant = set(map(gathering.identity, named))
    around = [path for path in gathering.gather(roots) if gathering.identity(path) not in meant]
    documents = [files.read(path) for path in [*named, *around]]
    checked = validate(documents, phrases=library, known=Known(), today=today)
    shown = {str(path) for path in named}
    problems = tuple(
        problem for problem in checked.problems if problem.path in shown or not problem.path
    )
    counts = {entity.value: 0 for entity in changes.ORDER}
    for entity, record in changes.records_of(checked):
        if checked.places[entity.value, record.id][0] in shown:
            counts[entity.value] += 1
    return Findings(files=len(named), counts=counts, problems=problems)


def bring_in(
    engine: sa.Engine,
    paths: Sequence[Path],
    *,
    library: Library,
    accept_changes: bool,
    reason: str | None = None,
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
        reason: Why, for each correction; None for that they changed in the files.
        dry_run: Do everything but keep it.
        today: The current day: what is dated after it is warned of.

    Raises:
        InvalidInput: The files hold problems; carries all of them.
        Conflict: Records changed and changes are not accepted, something new needs what was
            withdrawn, or has its id; shows each.
    """
    # Before the transaction begins, so that others wait for no file.
    given = shaped(map(files.read, gathering.gather(paths)))
    whole = any(_holds_root(path) for path in paths)
    access = reading if dry_run else writing
    with access(engine) as connection:
        contents = store.load(connection)
        checked = ruled(given, phrases=library, known=known(contents), today=today)
        if checked.errors:
            raise InvalidInput(checked.errors)
        plan = changes.compared(checked, contents, reason=reason)
        if dangling := list(changes.dangling(plan, checked, contents)):
            raise Conflict("\n".join(dangling))
        if reused := list(
            changes.reused(plan, checked, store.versions(connection, plan.withdrawn))
        ):
            raise Conflict("\n".join(reused))
        if plan.differences and not accept_changes:
            raise Conflict(changes.refusal(plan.differences))
        if unfit := list(changes.unfit(plan, checked, contents)):
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
        missing=tuple(changes.missing(checked, contents)) if whole else (),
        warnings=checked.warnings,
        head=head,
    )


def export(
    engine: sa.Engine, directory: Path, *, prune: bool = False, overwrite: bool = False
) -> canonical.Report:
    """
    Write the whole record as canonical files; files that would not change are not touched.

    Comments above the first line of a file stay there; a file with comments is not deleted.

    Args:
        prune: Delete the YAML files in the canonical places that belong to nothing in the record;
            what they hold stands elsewhere now, or was withdrawn.
        overwrite: Also where that loses what the record never held.

    Raises:
        Conflict: Something in the files would be lost, or stand in two of them; shows each, and
            nothing is written.
        ForetrackError: The folder cannot be written.
    """
    with reading(engine) as connection:
        contents = store.load(connection)
        planned = canonical.beneath(directory, layout(contents))
        if doubled := dict(_doubled(contents, directory, planned)):
            raise Conflict("\n".join(_twice(directory, doubled)))
        if not overwrite:
            at_stake = canonical.differing(directory, planned, stale=prune)
            doomed = {directory / name for name in canonical.spare(directory, planned)}
            if lost := list(_lost(connection, at_stake, doomed=doomed)):
                raise Conflict("\n".join([*lost, _KEPT]))
    done = canonical.write(directory, planned)
    if prune:
        canonical.remove(directory, done.stale)
    return done


_KEPT = (
    "nothing was written; import the files first, export into another folder, or run again with"
    " --overwrite"
)


_NAMED = 5  # files that are named, and records of each


def _twice(directory: Path, doubled: Mapping[Path, Sequence[str]]) -> Iterator[str]:
    """
    Why nothing is written where other files hold the records, and what to do.

    Args:
        doubled: The records that each of these files holds.
    """
    for path, found in [*doubled.items()][:_NAMED]:
        more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
        named = ", ".join(found[:_NAMED])
        yield f"{place_of(path)}: {named}{more} would stand here and in another file"
    if (left := len(doubled) - _NAMED) > 0:
        yield f"and {left:,} more {'file' if left == 1 else 'files'}"
    folders = {_record_of(path, directory) for path in doubled}
    meant = folders.pop() if len(folders) == 1 else None
    ask = f"did you mean `foretrack export {shlex.quote(place_of(meant))}`? Else " if meant else ""
    yield (
        f"nothing was written; {ask}export into another folder, move these files away, or, where"
        " they are copies, delete them (--overwrite does not help here)"
    )


def _record_of(path: Path, directory: Path) -> Path | None:
    """
    The folder with a sources.yaml that a file stands in, the nearest one inside a directory.
    """
    inside = [folder for folder in path.parents if directory in folder.parents]
    return next((folder for folder in inside if _holds_root(folder)), None)


def _doubled(
    contents: Contents, directory: Path, planned: Mapping[str, str]
) -> Iterator[tuple[Path, list[str]]]:
    """
    Other files below a folder that hold records of which it would have a second one, with these.
    """
    names = (*planned, *canonical.spare(directory, planned))
    canonically = {gathering.identity(directory / name) for name in names}
    held = {(entity.value, name) for entity in changes.ORDER for name in contents.of(entity)}
    for path in gathering.below(directory):
        if gathering.identity(path) in canonically:
            continue
        found = [" ".join(key) for key in records([files.read(path)]).places if key in held]
        if found:
            yield path, found


def _lost(
    connection: sa.Connection, paths: Sequence[Path], *, doomed: Collection[Path]
) -> Iterator[str]:
    """
    What these files hold and the record never held.

    Args:
        connection: The database.
        paths: The files that would not stay as they are.
        doomed: Those of them that would be deleted, with the comments above their first line.
    """
    for path in paths:
        document = files.read(path)
        checked = records([document])  # by itself: a copy elsewhere takes nothing from it
        for problem in checked.errors:
            yield f"{problem}; it would be lost"
        if document.root is not None:
            text = path.read_text("utf-8")
            if path in doomed and has_comments(text):
                yield f"{place_of(path)}: its comments would be deleted with it; move them first"
            elif path not in doomed and has_comments(parted(text)[1]):
                place = place_of(path)
                yield f"{place}: comments below the first line would be lost; make them a `note:`"
        found = list(changes.records_of(checked))
        held = store.versions(connection, [(entity, record.id) for entity, record in found])
        for entity, record in found:
            if not changes.among(record, held.get((entity, record.id), ())):
                place = place_of(*checked.places[entity.value, record.id])
                how = "differs from what is" if (entity, record.id) in held else "is not"
                yield f"{place}: {entity.value} {record.id} {how} in the record; it would be lost"


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


def _root(path: Path) -> Path | None:
    """
    The folder of records that a file belongs to: the nearest one above with a sources.yaml.
    """
    above = Path(gathering.identity(path)).parents[:3]
    return next((folder for folder in above if _holds_root(folder)), None)


def _holds_root(folder: Path) -> bool:
    return os.path.exists(folder / _ROOT)  # noqa: PTH110 - a Path's own raises where one may not look

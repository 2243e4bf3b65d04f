"""
The one place that writes the record, and the plain ways to read it.

A change becomes a journal entry, a new version of the record and the stamp that ends the version
before, all in the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from foretrack.core.records import Claim, ConditionState, Reopening, Resolution
from foretrack.db import journal, tables
from foretrack.db.rows import ENTITY_OF, body_of, record_of, row_of
from foretrack.db.tables import Action, Entity
from foretrack.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from foretrack.core.records import (
        AnyRecord,
        Article,
        LedgerEntry,
        Postponement,
        Question,
        Remark,
        Review,
        Source,
        Task,
    )


class Change(NamedTuple):
    """
    One thing to write.

    Attributes:
        record: The record after the change; for a withdrawal the one that is withdrawn.
        reason: Why, for a correction or a withdrawal.
    """

    action: Action
    record: AnyRecord
    reason: str | None = None


@dataclass(slots=True)
class Contents:
    """
    The live record, or the record as it stood at a sequence: id -> record, in recorded order.

    Attributes:
        ledger: Question id -> its entries in the order they were decided.
        withdrawn: What was withdrawn and not recorded again.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    ledger: dict[str, list[LedgerEntry]] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)
    postponements: dict[str, Postponement] = field(default_factory=dict)
    remarks: dict[str, Remark] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    withdrawn: set[tuple[Entity, str]] = field(default_factory=set)

    def of(self, entity: Entity) -> Mapping[str, AnyRecord]:
        """
        The records of one kind.
        """
        if entity is Entity.LEDGER:
            return {entry.id: entry for entries in self.ledger.values() for entry in entries}
        kinds: dict[Entity, Mapping[str, AnyRecord]] = {
            Entity.SOURCE: self.sources,
            Entity.ARTICLE: self.articles,
            Entity.QUESTION: self.questions,
            Entity.CLAIM: self.claims,
            Entity.REVIEW: self.reviews,
            Entity.POSTPONEMENT: self.postponements,
            Entity.REMARK: self.remarks,
            Entity.TASK: self.tasks,
        }
        return kinds[entity]


def write(
    connection: sa.Connection, changes: Sequence[Change], *, actor: str, at: datetime
) -> tuple[int, str]:
    """
    Write changes in order, each with its journal entry.

    Args:
        connection: In a writing transaction, which the caller commits.
        changes: What to write.
        actor: Who does it.
        at: The instant, with its time zone.

    Returns:
        Sequence and hash of the journal's head after it.

    Raises:
        Conflict: An id exists already, or a record to correct or withdraw does not.
    """
    sequence, head = journal.head(connection)
    live = _live_keys(connection, changes)
    positions = _positions(connection, changes)
    entries: list[dict[str, Any]] = []
    rows: dict[Entity, list[dict[str, Any]]] = {}
    fresh: dict[tuple[Entity, str], dict[str, Any]] = {}
    ended: dict[Entity, list[dict[str, Any]]] = {}
    for change in changes:
        entity = ENTITY_OF[type(change.record)]
        key = (entity, change.record.id)
        if (change.action is Action.ADD) == (key in live):
            state = "exists already" if key in live else "is not in the record"
            raise Conflict(f"{entity.value} {change.record.id} {state}")
        sequence += 1
        withdrawn = change.action is Action.WITHDRAW
        entry = journal.seal(
            sequence,
            head,
            at=at,
            actor=actor,
            action=change.action,
            entity=entity,
            entity_id=change.record.id,
            body=None if withdrawn else body_of(change.record),
            reason=change.reason,
        )
        head = entry.hash
        entries.append({name: getattr(entry, name) for name in entry.__slots__})
        if key in fresh:
            fresh.pop(key)["superseded"] = sequence
        elif key in live:
            ended.setdefault(entity, []).append({"of": live[key], "id_": key[1], "by": sequence})
        live.pop(key, None)
        if not withdrawn:
            row = row_of(change.record)
            row["recorded"] = sequence
            if entity in (Entity.CLAIM, Entity.LEDGER):
                row["position"] = positions.place(change.record)
            rows.setdefault(entity, []).append(row)
            fresh[key] = row
            live[key] = sequence
    if entries:
        connection.execute(sa.insert(tables.journal), entries)
    _insert(connection, rows, ended)
    return sequence, head


def load(connection: sa.Connection, *, at_sequence: int | None = None) -> Contents:
    """
    The whole record, live or as it stood at a journal sequence.
    """
    contents = Contents()
    for entity, table in tables.VERSIONED.items():
        order: list[sa.ColumnElement[Any]] = [table.c.recorded]
        if "position" in table.c:
            order = [table.c.position, table.c.recorded]
        rows = connection.execute(
            sa.select(table).where(tables.standing(table, at_sequence=at_sequence)).order_by(*order)
        ).mappings()
        for row in rows:
            record = record_of(entity, row)
            if isinstance(record, Resolution | Reopening | ConditionState):
                contents.ledger.setdefault(record.question, []).append(record)
            else:
                # Each kind's records are given read-only; this is where they are filled.
                contents.of(entity)[record.id] = record  # type: ignore[index]
        gone = _withdrawn(connection, table, at_sequence=at_sequence)
        contents.withdrawn.update((entity, found) for found in gone)
    return contents


def fetch(
    connection: sa.Connection, entity: Entity, *where: sa.ColumnElement[bool]
) -> list[AnyRecord]:
    """
    Live records of one kind, in recorded order (ledger entries in the order of their question).
    """
    table = tables.VERSIONED[entity]
    order = table.c.position if "position" in table.c else table.c.recorded
    chosen = (
        sa.select(table).where(tables.standing(table), *where).order_by(order, table.c.recorded)
    )
    return [record_of(entity, row) for row in connection.execute(chosen).mappings()]


def versions(
    connection: sa.Connection, wanted: Iterable[tuple[Entity, str]]
) -> dict[tuple[Entity, str], list[AnyRecord]]:
    """
    Every version of some records, live or not, in recorded order; those without any are not there.
    """
    names: dict[Entity, list[str]] = {}
    for entity, name in wanted:
        names.setdefault(entity, []).append(name)
    found: dict[tuple[Entity, str], list[AnyRecord]] = {}
    for entity, ids in names.items():
        table = tables.VERSIONED[entity]
        chosen = sa.select(table).order_by(table.c.recorded)
        for start in range(0, len(ids), 500):
            some = table.c.id.in_(ids[start : start + 500])
            for row in connection.execute(chosen.where(some)).mappings():
                record = record_of(entity, row)
                found.setdefault((entity, record.id), []).append(record)
    return found


def matching(
    connection: sa.Connection, prefix: str, entities: Iterable[Entity], *, limit: int = 50
) -> list[tuple[Entity, str, str]]:
    """
    Live records whose id begins with a prefix: kind, id, and a few words that tell it apart.
    """
    words = {
        Entity.SOURCE: tables.source.c.name,
        Entity.ARTICLE: tables.article.c.title,
        Entity.QUESTION: tables.question.c.statement,
        Entity.CLAIM: tables.claim.c.says,
        Entity.LEDGER: tables.ledger.c.kind,
        Entity.REVIEW: tables.review.c.started,
        Entity.POSTPONEMENT: tables.postponement.c.question,
        Entity.REMARK: tables.remark.c.text,
        Entity.TASK: tables.task.c.text,
    }
    found: list[tuple[Entity, str, str]] = []
    for entity in entities:
        table = tables.VERSIONED[entity]
        rows = connection.execute(
            sa.select(table.c.id, sa.cast(words[entity], sa.Text).label("words"))
            .where(tables.standing(table), table.c.id.startswith(prefix, autoescape=True))
            .order_by(table.c.id)
            .limit(limit)
        )
        found.extend((entity, row.id, row.words) for row in rows)
    return found


def withdrawn(
    connection: sa.Connection, prefix: str, entities: Iterable[Entity]
) -> list[tuple[Entity, str]]:
    """
    Withdrawn records whose id begins with a prefix.
    """
    return [
        (entity, name)
        for entity in entities
        for name in sorted(_withdrawn(connection, tables.VERSIONED[entity], prefix=prefix))
    ]


def decided(connection: sa.Connection, prefix: str = "") -> dict[str, str]:
    """
    Every entry of the ledger with its question, in recorded order.
    """
    ledger = tables.ledger
    chosen = sa.select(ledger.c.id, ledger.c.question).order_by(ledger.c.recorded)
    chosen = chosen.where(ledger.c.id.startswith(prefix, autoescape=True))
    return {row.id: row.question for row in connection.execute(chosen)}


def faults(connection: sa.Connection, *, printed: str | None = None) -> list[str]:
    """
    What is wrong with the record: the journal's chain, and versions that differ from it.

    Args:
        printed: As for ``journal.faults``.
    """
    wrong = journal.faults(connection, printed=printed)
    bodies: dict[tuple[Entity, str, int], str] = {}
    ends: dict[tuple[Entity, str, int], int] = {}
    last: dict[tuple[Entity, str], int] = {}
    for entry in journal.entries(connection):
        key = (entry.entity, entry.entity_id)
        if key in last:
            ends[(*key, last.pop(key))] = entry.sequence
        if entry.body is not None:
            bodies[(*key, entry.sequence)] = entry.body
            last[key] = entry.sequence
    for entity, table in tables.VERSIONED.items():
        for row in connection.execute(sa.select(table)).mappings():
            record, live = record_of(entity, row), row["superseded"] is None
            version = (entity, record.id, row["recorded"])
            said = bodies.pop(version, None)
            name = f"{entity.value} {record.id}"
            if said is None:
                wrong.append(f"{name} is {'live' if live else 'kept'} but not in the journal")
            elif body_of(record) != said:
                which = "its last journal entry" if live else f"journal entry {version[2]}"
                wrong.append(f"{name} differs from {which}")
            if said is not None and row["superseded"] != ends.get(version):
                wrong.append(f"{name} does not end where the journal says")
    for entity, name, sequence in bodies:
        state = "live row" if last.get((entity, name)) == sequence else f"row {sequence}"
        wrong.append(f"{entity.value} {name} is in the journal but has no {state}")
    return [*wrong, *_misplaced(connection)]


def _misplaced(connection: sa.Connection) -> list[str]:
    """
    Questions whose ledger does not stand in the order in which it was recorded.

    The order decides what holds, and the journal has it by the sequence of the entries.
    """
    table = tables.ledger
    chosen = (
        sa.select(
            table.c.question,
            sa.func.min(table.c.position).label("least"),
            sa.func.max(table.c.position).label("most"),
        )
        .group_by(table.c.question, table.c.id)
        .order_by(table.c.question, sa.func.min(table.c.recorded))
    )
    wrong: dict[str, None] = {}
    before: tuple[str, int] = ("", 0)
    for row in connection.execute(chosen):
        if row.least != row.most or (row.question == before[0] and row.least <= before[1]):
            wrong[f"the ledger of {row.question} is not in the order it was recorded in"] = None
        before = (row.question, row.most)
    return list(wrong)


def _live_keys(
    connection: sa.Connection, changes: Sequence[Change]
) -> dict[tuple[Entity, str], int]:
    """
    The live versions of what the changes name: (kind, id) -> recorded.
    """
    live: dict[tuple[Entity, str], int] = {}
    wanted: dict[Entity, list[str]] = {}
    for change in changes:
        wanted.setdefault(ENTITY_OF[type(change.record)], []).append(change.record.id)
    for entity, ids in wanted.items():
        table = tables.VERSIONED[entity]
        chosen = sa.select(table.c.id, table.c.recorded).where(tables.standing(table))
        for start in range(0, len(ids), 500):
            part = chosen.where(table.c.id.in_(ids[start : start + 500]))
            live.update(((entity, row.id), row.recorded) for row in connection.execute(part).all())
    return live


class _Places(NamedTuple):
    """
    Where new claims and ledger entries stand in their article's or question's order.
    """

    last: dict[tuple[Entity, str], int]
    known: dict[tuple[Entity, str], int]

    def place(self, record: AnyRecord) -> int:
        """
        The place a record keeps, or the next one.
        """
        entity = ENTITY_OF[type(record)]
        key = (entity, record.id)
        if key not in self.known:
            line = (entity, _line_of(record))
            self.last[line] = self.known[key] = self.last.get(line, 0) + 1
        return self.known[key]


def _line_of(record: AnyRecord) -> str:
    """
    What a record's position is counted in: the article of a claim, the question of an entry.
    """
    if isinstance(record, Claim):
        return record.article
    if isinstance(record, Resolution | Reopening | ConditionState):
        return record.question
    return ""


def _positions(connection: sa.Connection, changes: Sequence[Change]) -> _Places:
    """
    The places taken so far, in the articles and questions that the changes touch.
    """
    places = _Places({}, {})
    for entity, column in ((Entity.CLAIM, "article"), (Entity.LEDGER, "question")):
        table = tables.VERSIONED[entity]
        lines = sorted({_line_of(c.record) for c in changes if ENTITY_OF[type(c.record)] is entity})
        for start in range(0, len(lines), 500):
            within = table.c[column].in_(lines[start : start + 500])
            chosen = sa.select(table.c.id, table.c[column].label("line"), table.c.position)
            for row in connection.execute(chosen.where(within)):
                key = (entity, row.line)
                places.last[key] = max(places.last.get(key, 0), row.position)
                places.known[entity, row.id] = row.position
    return places


def _insert(
    connection: sa.Connection,
    rows: Mapping[Entity, list[dict[str, Any]]],
    ended: Mapping[Entity, list[dict[str, Any]]],
) -> None:
    """
    End old versions first: an id has one live version at most, at every moment.
    """
    for entity, stamps in ended.items():
        table = tables.VERSIONED[entity]
        connection.execute(
            sa.update(table)
            .where(table.c.id == sa.bindparam("id_"), table.c.recorded == sa.bindparam("of"))
            .values(superseded=sa.bindparam("by")),
            stamps,
        )
    for entity, values in rows.items():
        connection.execute(sa.insert(tables.VERSIONED[entity]), values)


def _withdrawn(
    connection: sa.Connection,
    table: sa.TableClause,
    *,
    at_sequence: int | None = None,
    prefix: str = "",
) -> set[str]:
    """
    Ids of which every version has ended, or had at a journal sequence.
    """
    live = sa.select(table.c.id).where(tables.standing(table, at_sequence=at_sequence))
    ended = sa.select(table.c.id).where(table.c.superseded.is_not(None), table.c.id.not_in(live))
    if prefix:
        ended = ended.where(table.c.id.startswith(prefix, autoescape=True))
    if at_sequence is not None:
        ended = ended.where(table.c.recorded <= at_sequence)
    return set(connection.scalars(ended))

"""
The use cases that decide: resolutions, reopenings, conditions, withdrawals.

What is asked is "did the event happen?", never "was the forecast right?".  Every entry is checked
against the question's ledger in the transaction that writes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from foretrack import evaluate
from foretrack.core import ledger
from foretrack.db import store, tables
from foretrack.db.engine import reading, writing
from foretrack.db.store import Change
from foretrack.db.tables import Action, Entity
from foretrack.errors import Conflict, InvalidInput, Problem

if TYPE_CHECKING:
    from datetime import date, datetime

    import sqlalchemy as sa

    from foretrack.core.page import Line
    from foretrack.core.records import LedgerEntry, Question, Resolution
    from foretrack.evaluate import Choice, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """
    Everything needed to decide one question.

    Attributes:
        entries: Its ledger so far.
        part: Its claims with their articles and sources.
    """

    question: Question
    entries: tuple[LedgerEntry, ...]
    part: Part

    @property
    def state(self) -> ledger.State:
        """
        What stands now.
        """
        return ledger.state(self.entries, as_of=None)


def case(engine: sa.Engine, question: str) -> Case:
    """
    One question with what was said about it and what was decided so far.
    """
    with reading(engine) as connection:
        return _case(connection, question)


def _case(connection: sa.Connection, question: str) -> Case:
    part = evaluate.about(connection, [question])
    if question not in part.questions:
        raise InvalidInput(f"there is no question {question}; `foretrack list questions` shows all")
    return Case(
        question=part.questions[question],
        entries=tuple(part.ledger.get(question, ())),
        part=part,
    )


def numbered(entry: LedgerEntry, found: Case) -> LedgerEntry:
    """
    The entry with the next id of its question's ledger.
    """
    return replace(entry, id=ledger.next_id(found.question.id, found.entries))


def objection(entry: LedgerEntry, found: Case, *, today: date) -> None:
    """
    Refuse an entry that may not follow the ledger so far.

    Raises:
        Conflict: The ledger as it stands forbids it.
        InvalidInput: Its own fields are wrong; carries every reason.
    """
    raised = ledger.objections(found.question, found.entries, entry, today=today)
    standing = [one for one in raised if not one.field]
    if standing:
        raise Conflict(standing[0].reason)
    if raised:
        raise InvalidInput([Problem("", 0, one.field, one.reason) for one in raised])


def preview(entry: LedgerEntry, found: Case, choice: Choice) -> tuple[Line, ...]:
    """
    Each forecast of the question as it will stand once the entry is recorded.
    """
    part = replace(
        found.part, ledger={**found.part.ledger, found.question.id: [*found.entries, entry]}
    )
    return evaluate.lines_of(part, choice)


def lines(found: Case, choice: Choice) -> tuple[Line, ...]:
    """
    Each forecast of the question as it stands now.
    """
    return evaluate.lines_of(found.part, choice)


def record(
    engine: sa.Engine, entry: LedgerEntry, *, today: date, actor: str, now: datetime
) -> LedgerEntry:
    """
    Add an entry to its question's ledger; it gets the next id.

    Raises:
        Conflict: The ledger as it stands forbids it.
        InvalidInput: Its own fields are wrong.
    """
    with writing(engine) as connection:
        found = _case(connection, entry.question)
        entry = numbered(entry, found)
        objection(entry, found, today=today)
        store.write(connection, [Change(Action.ADD, entry)], actor=actor, at=now)
    return entry


def standing_resolution(found: Case) -> Resolution:
    """
    The resolution that holds.

    Raises:
        Conflict: There is none.
    """
    held = found.state.resolution
    if held is None:
        raise Conflict(f"{found.question.id} is not resolved: there is nothing to reopen")
    return held


def withdraw(
    engine: sa.Engine, entity: Entity, name: str, *, reason: str, actor: str, now: datetime
) -> None:
    """
    Take a record out of the live record; the journal keeps it, with the reason.

    Raises:
        Conflict: Something live still needs it.
        InvalidInput: There is no such record, or it is an entry of the ledger.
    """
    if entity is Entity.LEDGER:
        raise InvalidInput(
            "an entry of the ledger is not withdrawn; `foretrack reopen QUESTION` ends a resolution"
        )
    with writing(engine) as connection:
        table = tables.VERSIONED[entity]
        found = store.fetch(connection, entity, table.c.id == name)
        if not found:
            raise InvalidInput(f"there is no {entity.value} {name}")
        needed = _needs(connection, entity, name)
        if needed:
            shown = ", ".join(needed[:5]) + (", ..." if len(needed) > 5 else "")
            raise Conflict(
                f"{entity.value} {name} is still needed by {shown}; withdraw or change these first"
            )
        store.write(connection, [Change(Action.WITHDRAW, found[0], reason)], actor=actor, at=now)


def _needs(connection: sa.Connection, entity: Entity, name: str) -> list[str]:
    """
    The live records that refer to one.
    """
    claim, article, entry = tables.claim, tables.article, tables.ledger
    references = {
        Entity.SOURCE: (
            (Entity.ARTICLE, article.c.source == name),
            (Entity.CLAIM, claim.c.source == name),
        ),
        Entity.ARTICLE: ((Entity.CLAIM, claim.c.article == name),),
        Entity.QUESTION: (
            (Entity.CLAIM, claim.c.question == name),
            (Entity.LEDGER, entry.c.question == name),
        ),
        Entity.CLAIM: ((Entity.CLAIM, claim.c.duplicate_of == name),),
        Entity.LEDGER: (),
    }
    return [
        f"{kind.value} {found.id}"
        for kind, where in references[entity]
        for found in store.fetch(connection, kind, where)
    ]

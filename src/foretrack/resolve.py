"""
The use cases that decide: resolutions, reopenings, conditions, withdrawals and their undoing.

What is asked is "did the event happen?", never "was the forecast right?".  Every entry is checked
against the question's ledger in the transaction that writes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from foretrack import excerpt, itemize
from foretrack.changes import references
from foretrack.core import ledger
from foretrack.core.records import Claim, ConditionState, Reopening, Resolution
from foretrack.db import store, tables
from foretrack.db.engine import reading, writing
from foretrack.db.store import Change
from foretrack.db.tables import Action, Entity
from foretrack.errors import Conflict, InvalidInput, Problem
from foretrack.files import across
from foretrack.files.assembly import assemble
from foretrack.files.layout import TEXT
from foretrack.files.reading import parse
from foretrack.files.scalars import Refused
from foretrack.files.writing import ledger_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    import sqlalchemy as sa

    from foretrack.core.page import Line
    from foretrack.core.records import LedgerEntry, Question
    from foretrack.db.store import Contents
    from foretrack.evaluate import Choice
    from foretrack.excerpt import Part


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
    part = excerpt.about(connection, [question])
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


def undecided(found: Case) -> None:
    """
    Refuse a question that is resolved: there is nothing to ask.

    Raises:
        Conflict: A resolution stands; says what to do instead.
    """
    if found.state.resolution is not None:
        raise Conflict(ledger.already(found.state.resolution))


def objection(entry: LedgerEntry, found: Case, *, today: date) -> None:
    """
    Refuse an entry that may not follow the ledger so far.

    Raises:
        Conflict: The ledger as it stands forbids it.
        InvalidInput: Its own fields are wrong; carries every reason.
    """
    problems = flaws(entry, found, today=today)
    for problem in problems:
        if not problem.where:
            raise Conflict(problem.message)
    problems += _unfit(entry)
    if problems:
        raise InvalidInput(problems)


def flaws(entry: LedgerEntry, found: Case, *, today: date) -> list[Problem]:
    """
    Why an entry may not follow the ledger so far; a problem without a field is the question's.
    """
    raised = ledger.objections(found.question, found.entries, entry, today=today)
    return [Problem("", 0, one.field, one.reason) for one in raised]


def _unfit(entry: LedgerEntry) -> list[Problem]:
    """
    What could not stand in a file: whatever is recorded can be exported, and read again.
    """
    document = parse(ledger_text([entry]), path="")
    if document.root is None:
        return [Problem("", 0, "", "the words hold something that is no text; nothing was stored")]
    return [
        Problem("", 0, problem.where.removeprefix("ledger[0]."), problem.message)
        for problem in assemble([document]).problems
    ]


def _filed(entry: LedgerEntry) -> LedgerEntry:
    """
    The entry as its file gives it back: with composed accents, for one.
    """
    (placed,) = assemble([parse(ledger_text([entry]), path="")]).ledger
    return placed.record


def preview(entry: LedgerEntry, found: Case, choice: Choice) -> tuple[Line, ...]:
    """
    Each forecast of the question as it will stand once the entry is recorded.
    """
    part = replace(
        found.part, ledger={**found.part.ledger, found.question.id: [*found.entries, entry]}
    )
    return itemize.lines_of(part, choice)


def lines(found: Case, choice: Choice) -> tuple[Line, ...]:
    """
    Each forecast of the question as it stands now.
    """
    return itemize.lines_of(found.part, choice)


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
        entry = _filed(entry)
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


def resolved(engine: sa.Engine) -> list[tuple[Resolution, str]]:
    """
    The resolutions that stand with the statements of their questions, newest decision first.
    """
    with reading(engine) as connection:
        order = {name: place for place, name in enumerate(store.decided(connection))}
        ledgers: dict[str, list[LedgerEntry]] = {}
        for entry in store.fetch(connection, Entity.LEDGER):
            if isinstance(entry, Resolution | Reopening | ConditionState):
                ledgers.setdefault(entry.question, []).append(entry)
        standing = [
            held
            for entries in ledgers.values()
            if (held := ledger.state(entries, as_of=None).resolution) is not None
        ]
        standing.sort(key=lambda one: (one.decided, order[one.id]), reverse=True)
        part = excerpt.about(connection, [one.question for one in standing])
    return [(one, part.questions[one.question].statement) for one in standing]


def claim(engine: sa.Engine, name: str) -> Claim:
    """
    A claim as it was last recorded, be it withdrawn or not.

    Raises:
        InvalidInput: There never was one.
    """
    with reading(engine) as connection:
        found = store.versions(connection, [(Entity.CLAIM, name)]).get((Entity.CLAIM, name), [])
    if not found or not isinstance(found[-1], Claim):
        raise InvalidInput(f"there is no claim {name}")
    return found[-1]


def kept_by(engine: sa.Engine, question: str) -> list[tuple[Entity, str]]:
    """
    The live records that refer to a question, which cannot be withdrawn while there are any.
    """
    with reading(engine) as connection:
        return _needs(connection, Entity.QUESTION, question)


def withdraw(
    engine: sa.Engine, entity: Entity, name: str, *, reason: str, actor: str, now: datetime
) -> None:
    """
    Take a record out of the live record; the journal keeps it, with the reason.

    Raises:
        Conflict: Something live still needs it.
        InvalidInput: There is no such record, it is an entry of the ledger, or the reason is no
            text.
    """
    worded(reason)
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
            raise Conflict(f"{entity.value} {name} is still needed by {_in_the_way(needed)}")
        store.write(connection, [Change(Action.WITHDRAW, found[0], reason)], actor=actor, at=now)


def restore(
    engine: sa.Engine, entity: Entity, name: str, *, reason: str | None, actor: str, now: datetime
) -> None:
    """
    Bring back a withdrawn record as it was.

    Raises:
        Conflict: Something that it needs was withdrawn, too, or it no longer fits the record.
        InvalidInput: Nothing of that id was withdrawn, or the reason is no text.
    """
    if reason is not None:
        worded(reason)
    with writing(engine) as connection:
        if (entity, name) not in store.withdrawn(connection, name, (entity,)):
            raise InvalidInput(f"no {entity.value} {name} was withdrawn")
        record = store.versions(connection, [(entity, name)])[entity, name][-1]
        gone = [
            (kind, which)
            for kind, which in references(record)
            if (kind, which) in store.withdrawn(connection, which, (kind,))
        ]
        if gone:
            needed = " and ".join(f"{kind.value} {which}" for kind, which in gone)
            raise Conflict(f"{entity.value} {name} needs {needed}; bring that back first")
        if isinstance(record, Claim):
            for why in _unfit_claim(record, store.load(connection)):
                raise Conflict(f"{name} no longer fits the record: {why}")
        change = Change(Action.ADD, record, reason or "restored")
        store.write(connection, [change], actor=actor, at=now)


def _unfit_claim(claim: Claim, contents: Contents) -> Iterator[str]:
    """
    The rules that a claim would break beside the others.
    """
    articles = contents.articles
    mine = across.stance(claim, articles[claim.article])
    if mine is not None:
        for other in contents.claims.values():
            if across.stance(other, articles[other.article]) == mine:
                yield across.twice(mine, other.id)
        question = contents.questions[mine[1]]
        if (why := across.too_late(question, articles[claim.article])) is not None:
            yield why
    repeated = contents.claims.get(claim.duplicate_of or "")
    if (why := across.repeats(claim, repeated)) is not None:
        yield why


def worded(reason: str) -> None:
    """
    Refuse a reason that the files could not hold.

    Raises:
        InvalidInput: It is empty, or no text.
    """
    try:
        TEXT.convert(reason)
    except Refused as refusal:
        raise InvalidInput([Problem("", 0, "reason", str(refusal))]) from refusal


_LASTING = (Entity.LEDGER, Entity.POSTPONEMENT, Entity.REMARK, Entity.REVIEW)


def _in_the_way(needed: Sequence[tuple[Entity, str]]) -> str:
    shown = ", ".join(f"{kind.value} {name}" for kind, name in needed[:5])
    shown += ", ..." if len(needed) > 5 else ""
    if any(kind in _LASTING for kind, _ in needed):
        return (
            f"{shown}; what was decided or said in a review is never withdrawn: "
            "`foretrack reopen` it and annul the question with its reason instead"
        )
    return f"{shown}; withdraw or change these first"


def _needs(connection: sa.Connection, entity: Entity, name: str) -> list[tuple[Entity, str]]:
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
            (Entity.POSTPONEMENT, tables.postponement.c.question == name),
            (Entity.REMARK, tables.remark.c.question == name),
            (Entity.REVIEW, tables.review.c.skipped.contains(f'"{name}"', autoescape=True)),
        ),
        Entity.CLAIM: ((Entity.CLAIM, claim.c.duplicate_of == name),),
    }
    return [
        (kind, found.id)
        for kind, where in references.get(entity, ())
        for found in store.fetch(connection, kind, where)
    ]

"""
The use cases that look things up: which record is meant, lists, one record whole, the journal.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foretrack.core import ledger
from foretrack.core.agenda import words_of
from foretrack.core.closing import is_over
from foretrack.core.records import (
    Article,
    Claim,
    ConditionState,
    Question,
    Reopening,
    Resolution,
    Source,
)
from foretrack.db import journal, store, tables
from foretrack.db.engine import reading
from foretrack.db.tables import Action, Entity
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    import sqlalchemy as sa

    from foretrack.changes import Difference
    from foretrack.core.records import AnyRecord
    from foretrack.db.journal import Entry
    from foretrack.db.store import Contents

NAMED = (Entity.SOURCE, Entity.ARTICLE, Entity.QUESTION, Entity.CLAIM)
"""
The kinds of record that a person names.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """
    One line of a list.

    Attributes:
        state: For a question how it stands, for a claim what became of it.
        day: Publication or closing date.
    """

    entity: Entity
    id: str
    words: str
    state: str
    day: date | None
    of: str | None


def identify(
    engine: sa.Engine,
    prefix: str,
    *,
    entities: Sequence[Entity] = NAMED,
    withdrawn: bool = False,
) -> tuple[Entity, str]:
    """
    The one record whose id is this, or begins with it.

    Where records of several kinds have the same id, ``kind/id`` names one of them.

    Args:
        withdrawn: One that was withdrawn, not one that is live.

    Raises:
        InvalidInput: None does, or several; the message lists candidates.
    """
    kind, slash, rest = prefix.partition("/")
    if slash and kind in [entity.value for entity in entities]:
        entities, prefix = (Entity(kind),), rest
    prefix = _begun(prefix)
    with reading(engine) as connection:
        gone = store.withdrawn(connection, prefix, entities)
        live = [one[:2] for one in store.matching(connection, prefix, entities)]
        found = gone if withdrawn else live
        exact = [one for one in found if one[1] == prefix]
        if len(exact) == 1:
            return exact[0]
        if not exact:
            _refuse_other(prefix, live if withdrawn else gone, withdrawn=withdrawn)
        if exact:
            which = " or ".join(f"{entity.value}/{name}" for entity, name in exact)
            raise InvalidInput(f"{len(exact)} records have the id {prefix}: name {which}")
        if len(found) == 1:
            return found[0]
        kinds = " or ".join(entity.value for entity in entities)
        if not found and withdrawn:
            raise InvalidInput(f"nothing was withdrawn whose id begins with {prefix!r}")
        if not found and gone:
            raise InvalidInput(_gone(*gone[0]))
        if not found:
            every = [one[1] for one in store.matching(connection, "", entities, limit=20_000)]
            close = difflib.get_close_matches(prefix, every, n=3)
            hint = f"; did you mean {', '.join(close)}?" if close else ""
            raise InvalidInput(f"no {kinds} has an id that begins with {prefix!r}{hint}")
    raise InvalidInput(_several(prefix, [f"{entity.value} {name}" for entity, name in found]))


def _refuse_other(prefix: str, others: Sequence[tuple[Entity, str]], *, withdrawn: bool) -> None:
    """
    Refuse an id that is whole and names what is not meant: it is no beginning of another one.
    """
    for entity, name in others:
        if name == prefix:
            there = f"{entity.value} {name} is there: it was not withdrawn, or is back already"
            raise InvalidInput(there if withdrawn else _gone(entity, name))


def _gone(entity: Entity, name: str) -> str:
    return (
        f"{entity.value} {name} was withdrawn; `foretrack log {name}` says when and why,"
        f" `foretrack restore {name}` brings it back"
    )


def _begun(prefix: str) -> str:
    """
    The beginning of an id as ids are written.

    Nothing at all is refused: it begins every id, and is seldom meant.
    """
    begun = prefix.strip().lower()
    if not begun or not begun.isascii():
        raise InvalidInput(f"{prefix!r} is no id; give one, or the beginning of one")
    return begun


def _several(prefix: str, names: Sequence[str]) -> str:
    shown = "\n".join(f"    {name}" for name in names[:20])
    more = "\n    and more" if len(names) > 20 else ""
    return f"{prefix!r} is the beginning of several ids:\n{shown}{more}"


def recorded(engine: sa.Engine, prefix: str) -> tuple[str, ...]:
    """
    The ids under which the journal holds a record, and for a question its decisions.

    A withdrawn record is found too.

    Raises:
        InvalidInput: The journal knows no such id, or several.
    """
    prefix = _begun(prefix)
    with reading(engine) as connection:
        question_of = store.decided(connection, prefix)
        found = dict.fromkeys(
            question_of.get(name, name) if name != prefix else name
            for name in journal.names(connection, prefix)
        )
        name = prefix if prefix in found else next(iter(found), None)
        if name is None:
            raise InvalidInput(f"the journal knows no id that begins with {prefix!r}")
        if name != prefix and len(found) > 1:
            raise InvalidInput(_several(prefix, list(found)))
        return (name, *(entry for entry, question in question_of.items() if question == name))


def candidates(
    engine: sa.Engine,
    prefix: str,
    *,
    entities: Sequence[Entity] = NAMED,
    withdrawn: bool = False,
) -> list[tuple[str, str]]:
    """
    Ids that begin with a prefix, with a few words each: what shell completion offers.

    Args:
        withdrawn: Those that were withdrawn, not those that are live.
    """
    if not prefix.isascii():
        return []
    with reading(engine) as connection:
        if withdrawn:
            gone = store.withdrawn(connection, prefix, entities)
            return [(name, f"withdrawn {entity.value}") for entity, name in gone]
        return [(name, words) for _, name, words in store.matching(connection, prefix, entities)]


def listing(
    engine: sa.Engine, entity: Entity, *, as_of: date, source: str | None = None
) -> list[Listed]:
    """
    All records of one kind.

    Args:
        source: Only what belongs to this source.
    """
    with reading(engine) as connection:
        contents = store.load(connection)
    makers = {
        Entity.SOURCE: _sources,
        Entity.ARTICLE: _articles,
        Entity.QUESTION: _questions,
        Entity.CLAIM: _claims,
    }
    return makers[entity](contents, as_of, source)


def _sources(contents: Contents, as_of: date, source: str | None) -> list[Listed]:
    del as_of
    return [
        Listed(
            entity=Entity.SOURCE,
            id=one.id,
            words=one.name,
            state=one.kind.value,
            day=None,
            of=one.lexicon,
        )
        for one in sorted(contents.sources.values(), key=lambda one: one.id)
        if source in (None, one.id)
    ]


def _articles(contents: Contents, as_of: date, source: str | None) -> list[Listed]:
    del as_of
    return [
        Listed(
            entity=Entity.ARTICLE,
            id=one.id,
            words=one.title,
            state=one.published.basis.value,
            day=one.published.latest,
            of=one.source,
        )
        for one in sorted(
            contents.articles.values(), key=lambda one: (one.published.latest, one.id)
        )
        if source in (None, one.source)
    ]


def _questions(contents: Contents, as_of: date, source: str | None) -> list[Listed]:
    asked = {claim.question for claim in contents.claims.values() if source in (None, claim.source)}
    return [
        Listed(
            entity=Entity.QUESTION,
            id=one.id,
            words=one.statement,
            state=state_of(one, contents, as_of=as_of).split(" ")[0],
            day=one.closes,
            of=one.cluster,
        )
        for one in sorted(contents.questions.values(), key=lambda one: (one.closes, one.id))
        if source is None or one.id in asked
    ]


def _claims(contents: Contents, as_of: date, source: str | None) -> list[Listed]:
    del as_of
    return [
        Listed(
            entity=Entity.CLAIM,
            id=one.id,
            words=one.says,
            state=one.unscorable.value if one.unscorable else words_of(one),
            day=contents.articles[one.article].published.latest,
            of=one.source,
        )
        for one in sorted(contents.claims.values(), key=lambda one: _appeared(one, contents))
        if source in (None, one.source)
    ]


def _appeared(claim: Claim, contents: Contents) -> tuple[date, str]:
    article = contents.articles[claim.article]
    return article.published.latest, article.id


def state_of(question: Question, contents: Contents, *, as_of: date) -> str:
    """
    How a question stands, in one or two words.
    """
    now = ledger.state(contents.ledger.get(question.id, ()), as_of=as_of)
    if now.condition_is.value == "unmet":  # annuls whatever else was decided, as in the scores
        return "annulled (condition-unmet)"
    if now.resolution is not None:
        reason = now.resolution.reason
        return f"annulled ({reason})" if reason else now.resolution.outcome.value
    return "overdue" if is_over(question.closes, as_of=as_of) else "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """
    One record with what belongs to it.

    Attributes:
        related: The records that a reader wants beside it: a question's claims and ledger, an
            article's claims, a source's articles, a claim's question.
        entries: Its journal entries, and for a question those of its decisions.
    """

    entity: Entity
    record: AnyRecord
    related: tuple[AnyRecord, ...]
    state: str | None
    entries: tuple[Entry, ...]


def show(engine: sa.Engine, entity: Entity, name: str, *, as_of: date) -> Shown:
    """
    One record, whole.
    """
    with reading(engine) as connection:
        contents = store.load(connection)
        decisions = [one.id for one in contents.ledger.get(name, ())]
        own = [name, *decisions] if entity is Entity.QUESTION else name
        kinds = (entity, Entity.LEDGER)  # records of other kinds may have the same id
        entries = tuple(
            one for one in journal.entries(connection, entity_id=own) if one.entity in kinds
        )
    record = contents.of(entity)[name]
    state = None
    related: list[AnyRecord] = []
    match record:
        case Question():
            state = state_of(record, contents, as_of=as_of)
            related += [one for one in contents.claims.values() if one.question == name]
            related += contents.ledger.get(name, [])
            related += [one for one in contents.postponements.values() if one.question == name]
            related += [one for one in contents.remarks.values() if one.question == name]
        case Article():
            related += [one for one in contents.claims.values() if one.article == name]
        case Source():
            related += [one for one in contents.articles.values() if one.source == name]
        case Claim():
            if record.question:
                question = contents.questions[record.question]
                state = state_of(question, contents, as_of=as_of)
                related += [question, *contents.ledger.get(question.id, [])]
            related.append(contents.articles[record.article])
        case Resolution() | Reopening() | ConditionState():
            related.append(contents.questions[record.question])
    return Shown(entity=entity, record=record, related=tuple(related), state=state, entries=entries)


def log(
    engine: sa.Engine, *, entity_id: str | Sequence[str] | None = None, newest: int | None = None
) -> list[Entry]:
    """
    Journal entries in order.

    Args:
        entity_id: Only what concerns records of this id, or of these ids.
        newest: Only this many, the newest ones (still in order).
    """
    with reading(engine) as connection:
        return list(journal.entries(connection, entity_id=entity_id, newest=newest))


def corrections(engine: sa.Engine, entries: Iterable[Entry]) -> dict[int, tuple[Difference, ...]]:
    """
    What each correction among journal entries changed, field by field, by its sequence.
    """
    corrected = [entry for entry in entries if entry.action is Action.CORRECT]
    if not corrected:
        return {}
    from foretrack.changes import differences_of  # what lists have no need of
    from foretrack.db.corrections import versions

    with reading(engine) as connection:
        return {
            sequence: tuple(differences_of(entity, old, new, place=""))
            for sequence, entity, old, new in versions(connection, corrected)
        }


def faults(engine: sa.Engine, *, printed: str | None = None) -> tuple[tuple[int, str], list[str]]:
    """
    The journal's head, and what is wrong with the record: an empty list when nothing is.
    """
    with reading(engine) as connection:
        return journal.head(connection), store.faults(connection, printed=printed)


def claims(engine: sa.Engine, *, sources: Collection[str] | None = None) -> int:
    """
    How many live claims some sources have, or all.
    """
    import sqlalchemy as sa

    claim = tables.claim
    chosen = sa.select(sa.func.count()).select_from(claim).where(tables.standing(claim))
    if sources is not None:
        chosen = chosen.where(claim.c.source.in_(list(sources)))
    with reading(engine) as connection:
        return connection.scalar(chosen) or 0


def census(engine: sa.Engine) -> dict[str, int]:
    """
    How many live records of each kind there are.
    """
    import sqlalchemy as sa

    with reading(engine) as connection:
        return {
            entity.value: connection.scalar(
                sa.select(sa.func.count()).select_from(table).where(tables.standing(table))
            )
            or 0
            for entity, table in tables.VERSIONED.items()
        }

"""
What an import would change: the files against the record.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foretrack.core import ledger, revisions
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
from foretrack.db.rows import ENTITY_OF
from foretrack.db.store import Change
from foretrack.db.tables import Action, Entity
from foretrack.errors import Problem, place_of
from foretrack.files import across

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from foretrack.core.records import AnyRecord, LedgerEntry
    from foretrack.db.store import Contents
    from foretrack.files.validation import Checked

_MEETING = {
    Review: Entity.REVIEW,
    Postponement: Entity.POSTPONEMENT,
    Remark: Entity.REMARK,
    Task: Entity.TASK,
}
ORDER = (
    Entity.SOURCE,
    Entity.ARTICLE,
    Entity.QUESTION,
    Entity.CLAIM,
    Entity.LEDGER,
    *_MEETING.values(),
)
"""
The kinds of record, each after those that it needs.
"""

_LONG = 6000  # characters that are shown of a value; minutes are longer
_SHORT = 60  # characters that two values may have to stand in one line
_VERBATIM = frozenset({"address", "url", "document"})  # fields whose text is never composed


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


@dataclass(slots=True)
class Plan:
    """
    What an import would do.
    """

    changes: list[Change]
    added: list[tuple[Entity, str]]
    differences: list[Difference]
    superseded: list[str]
    withdrawn: list[tuple[Entity, str]]
    unchanged: int = 0


def compared(checked: Checked, contents: Contents, *, reason: str | None = None) -> Plan:
    """
    The files against the database, record by record.

    Args:
        checked: What the files hold.
        contents: What the database holds.
        reason: Why, for each correction.
    """
    plan = Plan([], [], [], [], [])
    held = {entity: contents.of(entity) for entity in ORDER}
    for entity, record in records_of(checked):
        live = held[entity].get(record.id)
        if live is None:
            if (entity, record.id) in contents.withdrawn:
                plan.withdrawn.append((entity, record.id))
                continue
            plan.added.append((entity, record.id))
            plan.changes.append(Change(Action.ADD, record))
        elif same(live, record):
            if _is_superseded(live, contents):
                plan.superseded.append(record.id)
            else:
                plan.unchanged += 1
        else:
            place = place_of(*checked.places[entity.value, record.id])
            plan.differences += differences_of(entity, live, record, place=place)
            plan.changes.append(Change(Action.CORRECT, record, reason or "changed in the files"))
    return plan


def same(one: AnyRecord, other: AnyRecord) -> bool:
    """
    Whether two records are the same, however their accents were typed.

    Files are read composed (Unicode's form NFC); a record may hold what was stored before they
    were.  Addresses and minutes are kept to the last code point, and compared so.
    """
    if one == other or type(one) is not type(other):
        return one == other
    return bool(_composed(plain(one)) == _composed(plain(other)))


def among(record: AnyRecord, versions: Sequence[AnyRecord]) -> bool:
    """
    Whether a record is the same as one of these.
    """
    return record in versions or any(same(version, record) for version in versions)


def _composed(value: Any) -> Any:
    match value:
        case dict():
            return {
                name: item if name in _VERBATIM else _composed(item) for name, item in value.items()
            }
        case list():
            return list(map(_composed, value))
        case str():
            return unicodedata.normalize("NFC", value)
    return value


def dangling(plan: Plan, checked: Checked, contents: Contents) -> Iterator[str]:
    """
    What would refer to a withdrawn record, which an import does not bring back.
    """
    changed = {change.record for change in plan.changes} if contents.withdrawn else set()
    for entity, record in records_of(checked):
        if record not in changed:
            continue
        for kind, name in references(record):
            if (kind, name) in contents.withdrawn:
                place = place_of(*checked.places[entity.value, record.id])
                yield (
                    f"{place}: {entity.value} {record.id} needs {kind.value} {name}, which"
                    " was withdrawn; take it out of the files too, or give both another id"
                )


def reused(
    plan: Plan, checked: Checked, versions: Mapping[tuple[Entity, str], Sequence[AnyRecord]]
) -> Iterator[str]:
    """
    What has the id of a withdrawn record and is not what was withdrawn.

    Args:
        versions: Every version of the withdrawn records, in recorded order.
    """
    withdrawn = set(plan.withdrawn)
    for entity, record in records_of(checked):
        if (entity, record.id) not in withdrawn:
            continue
        if not among(record, versions[entity, record.id]):
            place = place_of(*checked.places[entity.value, record.id])
            yield (
                f"{place}: {entity.value} {record.id} was withdrawn, and this is not what"
                f" was; give it another id, or bring that back: `foretrack restore {record.id}`"
            )


def references(record: AnyRecord) -> Iterator[tuple[Entity, str]]:
    """
    The records that one needs.
    """
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


def unfit(plan: Plan, checked: Checked, contents: Contents) -> Iterator[Problem]:
    """
    What only the record holds and a correction would make break a rule.

    What the files hold is checked with the files.
    """
    corrected = {
        (ENTITY_OF[type(record)], record.id): record
        for action, record, _ in plan.changes
        if action is Action.CORRECT
    }
    if corrected:
        places = {key: checked.places[key[0].value, key[1]] for key in corrected}
        yield from _unfit_claims(places, checked, contents)
        yield from _unfit_entries(corrected, checked, contents)


def _unfit_claims(
    places: Mapping[tuple[Entity, str], tuple[str, int]], checked: Checked, contents: Contents
) -> Iterator[Problem]:
    """
    Claims that are not in the files.

    Args:
        places: Where the corrected records stand in the files.
    """
    articles = {**contents.articles, **{one.id: one for one in checked.articles}}
    questions = {**contents.questions, **{one.id: one for one in checked.questions}}
    claims = {one.id: one for one in checked.claims}
    first: dict[across.Stance, Claim] = {}
    for claim in contents.claims.values():
        if claim.id in claims:
            continue
        article = articles[claim.article]
        told = places.get((Entity.ARTICLE, claim.article))
        asked = places.get((Entity.QUESTION, claim.question or ""))
        if (place := told or asked) and claim.unscorable is None and claim.question is not None:
            yield from _held(claim.id, place, across.too_late(questions[claim.question], article))
        other = claim.duplicate_of or ""
        if place := places.get((Entity.CLAIM, other)):
            yield from _held(claim.id, place, across.repeats(claim, claims[other]))
        if (key := across.stance(claim, article)) is None:
            continue
        before = first.setdefault(key, claim)
        # That one of the two moved made them meet: they did not before.
        place = told or places.get((Entity.ARTICLE, before.article))
        if before is not claim and place:
            yield from _held(claim.id, place, across.twice(key, before.id))


def _unfit_entries(
    corrected: Mapping[tuple[Entity, str], AnyRecord], checked: Checked, contents: Contents
) -> Iterator[Problem]:
    questions = {**contents.questions, **{one.id: one for one in checked.questions}}
    own = {entry.id: entry for entry in checked.ledger}
    causes: dict[str, tuple[str, int]] = {}
    for (entity, name), record in corrected.items():
        if isinstance(record, Question):
            causes[name] = checked.places[entity.value, name]
        elif isinstance(record, Resolution | Reopening | ConditionState):
            causes.setdefault(record.question, checked.places[entity.value, name])
    for name, place in causes.items():
        before: list[LedgerEntry] = []
        for held in contents.ledger.get(name, ()):
            entry = own.get(held.id, held)
            if entry is held:
                for one in ledger.objections(questions[name], before, entry, today=None):
                    yield from _held(entry.id, place, one.reason)
            before.append(entry)


def _held(name: str, place: tuple[str, int], reason: str | None) -> Iterator[Problem]:
    if reason is not None:
        yield Problem(*place, "", f"{name}, which the record holds, would not fit: {reason}")


def _is_superseded(record: AnyRecord, contents: Contents) -> bool:
    """
    Whether a resolution no longer stands.
    """
    if not isinstance(record, Resolution):
        return False
    return ledger.state(contents.ledger[record.question], as_of=None).resolution != record


def differences_of(
    entity: Entity, live: AnyRecord, record: AnyRecord, *, place: str
) -> Iterator[Difference]:
    """
    The fields in which two records of one id differ.
    """
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
    for one in revisions.differences(live, record):
        yield Difference(
            entity=entity,
            id=record.id,
            field=one.field,
            old=_cut(one.old),
            new=_cut(one.new),
            place=place,
        )


def _cut(text: str | None) -> str | None:
    if text is None or len(text) <= _LONG:
        return text
    return f"{text[:_LONG]}... ({len(text):,} characters)"


def refusal(differences: Iterable[Difference]) -> str:
    """
    The changes as a person would review them, and what to do.
    """
    rows: list[str] = []
    last = None
    for one in differences:
        if (one.entity, one.id) != last:
            rows.append(f"{one.place}: {one.entity.value} {one.id} differs from the record:")
            last = (one.entity, one.id)
        head, *values = lines(one)
        rows += [f"    {head}", *(f"      {value}" for value in values)]
    rows.append(
        "nothing was imported; undo the change in the files, or run again with --accept-changes "
        "to record it as a correction"
    )
    return "\n".join(rows)


def lines(one: Difference) -> list[str]:
    """
    What a field said and says: in one line, or in three where that would be long.
    """
    old, new = ("(nothing)" if value is None else value for value in (one.old, one.new))
    if len(old) + len(new) <= _SHORT:
        return [f"{one.field}: {old} -> {new}"]
    return [f"{one.field}:", f"- {old}", f"+ {new}"]


def records_of(checked: Checked) -> Iterator[tuple[Entity, AnyRecord]]:
    """
    All records of the files, with what they need before them.
    """
    parts: tuple[tuple[AnyRecord, ...], ...] = (
        checked.sources,
        checked.articles,
        checked.questions,
        checked.claims,
        checked.ledger,
    )
    for entity, found in zip(ORDER, parts, strict=False):
        for record in found:
            yield entity, record
    for one in checked.meetings:
        yield _MEETING[type(one)], one


def missing(checked: Checked, contents: Contents) -> Iterator[tuple[Entity, str]]:
    """
    What the record holds and the files do not.
    """
    held = {(entity, record.id) for entity, record in records_of(checked)}
    for entity in ORDER:
        for name in contents.of(entity):
            if (entity, name) not in held:
                yield entity, name

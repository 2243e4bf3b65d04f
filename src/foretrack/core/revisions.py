"""
What was corrected or taken out since the last review, and whether its outcome was known by then.

A claim that is rewritten, or leaves, after its question was decided moves a score as surely as a
decision does; so a meeting is shown each.  What was written since then is gone through in its
order, as a correction on the day after the outcome looks like one on the day before in the end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from foretrack.core.ledger import state
from foretrack.core.records import (
    Article,
    Claim,
    ConditionState,
    Question,
    Reopening,
    Resolution,
    Source,
    flat,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from foretrack.core.records import LedgerEntry
    from foretrack.core.since import Record, Since, Step, Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """
    A field that no longer says what it said.

    Attributes:
        old: None where it had no value.
        new: None where it has none any more.
    """

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """
    A record that is no longer what it was at the last review.

    One that was first recorded since then is among them where it was corrected or withdrawn after
    its question was decided; it is compared with what it first said.

    Attributes:
        kind: ``source``, ``article``, ``question``, ``claim`` or ``decision``.
        names: The sources whose forecasts it is about, as a person would read them.
        words: What it is about: a claim's proposition, the statement of a question or of a
            decision's question, a title, a name.
        edited: Field by field; nothing where it was withdrawn.
        withdrawn: It was taken out.
        decided: Its question had an outcome when it was withdrawn, or at one of its corrections;
            of a claim that went to another question, either of the two.  Always for a resolution.
    """

    kind: str
    id: str
    names: tuple[str, ...]
    words: str
    edited: tuple[Edited, ...]
    withdrawn: bool
    decided: bool


def revisions(record: Record, since: Since) -> tuple[Revision, ...]:
    """
    What was corrected or withdrawn since the last review, what was decided already first.

    Nothing where there was no review, or where the record as it stood then cannot be read.

    Args:
        record: As it stands.
        since: The last review.
    """
    then = since.record
    if then is None:
        return ()
    past = _gone_through(then, since.steps)
    known = _written(then)
    now = _written(record)
    found = [
        _revision(kind, old, now.get((kind, name)), past)
        for (kind, name), old in past.first.items()
        if now.get((kind, name)) != old and ((kind, name) in known or (kind, name) in past.late)
    ]
    return tuple(sorted(found, key=lambda one: (not one.decided, _ORDER.index(one.kind))))


_ORDER = ("claim", "question", "decision", "article", "source")


@dataclass(frozen=True, slots=True)
class _Past:
    """
    What became of the record since the last review.

    Attributes:
        first: What each record said then, or when it was first recorded after it.
        late: What was corrected or withdrawn while its question was decided.
    """

    first: Mapping[tuple[str, str], Written]
    late: frozenset[tuple[str, str]]


def _written(record: Record) -> dict[tuple[str, str], Written]:
    """
    What a person writes, by kind and id.
    """
    found: dict[tuple[str, str], Written] = {}
    for kind, some in (
        ("claim", record.claims),
        ("question", record.questions),
        ("article", record.articles),
        ("source", record.sources),
    ):
        found.update(((kind, name), one) for name, one in some.items())
    for entries in record.ledger.values():
        found.update((("decision", entry.id), entry) for entry in entries)
    return found


def _gone_through(then: Record, steps: Iterable[Step]) -> _Past:
    first = _written(then)
    last = dict(first)
    ledger: dict[str, dict[str, LedgerEntry]] = {
        question: {entry.id: entry for entry in entries}
        for question, entries in then.ledger.items()
    }
    late = set()
    for step in steps:
        key, new = (step.kind, step.id), step.record
        old = last.get(key)
        if old is not None and (
            isinstance(old, Resolution)
            or any(_decided(ledger, asked) for asked in {_asked(old), _asked(new)})
        ):
            late.add(key)
        if new is None:
            continue  # what it said last is kept: it may be brought back as something else
        first.setdefault(key, new)
        last[key] = new
        if isinstance(new, Resolution | Reopening | ConditionState):
            ledger.setdefault(new.question, {})[new.id] = new
    return _Past(first, frozenset(late))


def _decided(ledger: Mapping[str, Mapping[str, LedgerEntry]], question: str | None) -> bool:
    if question is None:
        return False
    entries = tuple(ledger.get(question, {}).values())
    return state(entries, as_of=None).resolution is not None


def _asked(one: Written | None) -> str | None:
    """
    The question that a record is about, if any.
    """
    match one:
        case Question():
            return one.id
        case Claim() | Resolution() | Reopening() | ConditionState():
            return one.question
        case _:
            return None


def _revision(kind: str, old: Written, new: Written | None, past: _Past) -> Revision:
    return Revision(
        kind=kind,
        id=old.id,
        names=tuple(dict.fromkeys(_names(old, past.first))),
        words=_words(old, past.first),
        edited=() if new is None else tuple(differences(old, new)),
        withdrawn=new is None,
        decided=(kind, old.id) in past.late,
    )


def _names(old: Written, first: Mapping[tuple[str, str], Written]) -> Iterator[str]:
    asked = None if isinstance(old, Claim) else _asked(old)
    claims = (old,) if asked is None else first.values()
    for claim in claims:
        if isinstance(claim, Claim) and (asked is None or claim.question == asked):
            source = first["source", claim.source]
            if isinstance(source, Source):
                yield source.name


def _words(one: Written, first: Mapping[tuple[str, str], Written]) -> str:
    match one:
        case Claim():
            return one.says
        case Question():
            return one.statement
        case Article():
            return one.title
        case Source():
            return one.name
        case _:
            question = first["question", one.question]
            return question.statement if isinstance(question, Question) else ""


def differences(old: Any, new: Any) -> Iterator[Edited]:
    """
    The fields in which two records of one kind differ, in the order of the record.

    Nested values go by dotted names.

    Args:
        old: A record.
        new: Another of its kind.
    """
    was, now = flat(plain(old)), flat(plain(new))
    order = [one.name for one in (*fields(old), *fields(new))]
    for name in sorted(was.keys() | now.keys(), key=lambda key: order.index(key.split(".")[0])):
        before, after = was.get(name), now.get(name)
        if before != after:  # values: as text different ones may look alike
            old_text, new_text = _told(before), _told(after)
            if old_text == new_text:
                old_text, new_text = _exactly(before), _exactly(after)
            yield Edited(field=name, old=old_text, new=new_text)


def _told(value: Any) -> str | None:
    """
    A value as a person would write it; None stays None.
    """
    if isinstance(value, list):
        return "; ".join(map(_item, value))
    return None if value is None else str(value)


def _exactly(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _item(value: Any) -> str:
    parts: Sequence[Any] = tuple(value.values()) if isinstance(value, dict) else (value,)
    return " ".join(map(str, parts))

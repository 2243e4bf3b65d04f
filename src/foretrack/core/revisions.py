"""
What was corrected or taken out since the last review, and whether its outcome was known by then.

A claim that is rewritten, or leaves, after its question was decided moves a score as surely as a
decision does; so a meeting is shown each.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from foretrack.core.ledger import state
from foretrack.core.records import Article, Claim, Question, Source, flat, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foretrack.core.since import Record, Since


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

    Attributes:
        kind: ``source``, ``article``, ``question`` or ``claim``.
        names: The sources whose forecasts it is about, as a person would read them.
        words: What it is about: a claim's proposition, a question's statement, a title, a name.
        edited: Field by field; nothing where it was withdrawn.
        withdrawn: It was taken out.
        decided: Its question had an outcome at the last review already.
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
    found = [
        _revision(kind, old, now.get(name), then)
        for kind, before, now in (
            ("claim", then.claims, record.claims),
            ("question", then.questions, record.questions),
            ("article", then.articles, record.articles),
            ("source", then.sources, record.sources),
        )
        for name, old in before.items()
        if now.get(name) != old
    ]
    return tuple(sorted(found, key=lambda one: not one.decided))


def _revision(
    kind: str,
    old: Source | Article | Question | Claim,
    new: Source | Article | Question | Claim | None,
    then: Record,
) -> Revision:
    asked = (
        old.question if isinstance(old, Claim) else old.id if isinstance(old, Question) else None
    )
    return Revision(
        kind=kind,
        id=old.id,
        names=tuple(dict.fromkeys(_names(old, then))),
        words=_words(old),
        edited=() if new is None else tuple(differences(old, new)),
        withdrawn=new is None,
        decided=asked is not None
        and state(then.ledger.get(asked, ()), as_of=None).resolution is not None,
    )


def _names(old: Source | Article | Question | Claim, then: Record) -> Iterator[str]:
    if isinstance(old, Question):
        for claim in then.claims.values():
            if claim.question == old.id:
                yield then.sources[claim.source].name
    elif isinstance(old, Claim):
        yield then.sources[old.source].name


def _words(one: Source | Article | Question | Claim) -> str:
    match one:
        case Claim():
            return one.says
        case Question():
            return one.statement
        case Article():
            return one.title
        case Source():
            return one.name


def differences(old: Any, new: Any) -> Iterator[Edited]:
    """
    The fields in which two records of one kind differ, in the order of the record.

    Nested values go by dotted names.

    Args:
        old: A record.
        new: Another of its kind.
    """
    was, now = flat(plain(old)), flat(plain(new))
    order = [one.name for one in fields(old)]
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

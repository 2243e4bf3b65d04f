"""
The journal: an append-only, hash-chained record of every change.

Each entry's hash covers its content and the hash of the entry before it, so that nothing before
a hash that was once printed can be rewritten without being noticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from foretrack.db.tables import Action, Entity, journal
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

GENESIS = "0" * 64
"""
What the first entry names as the hash before it.
"""


_HEAD = re.compile("[0-9a-f]{12,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One change.

    Attributes:
        body: Canonical JSON of the record after the change; None for a withdrawal.
        reason: Why a record was corrected or withdrawn.
    """

    sequence: int
    at: datetime
    actor: str
    action: Action
    entity: Entity
    entity_id: str
    body: str | None
    reason: str | None
    previous: str
    hash: str


def canonical(value: Any) -> str:
    """
    The one JSON text of a value: sorted keys, no spaces, no escapes beyond the needed.

    >>> canonical({"b": 1, "a": "ü"})
    '{"a":"ü","b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def seal(
    sequence: int,
    previous: str,
    *,
    at: datetime,
    actor: str,
    action: Action,
    entity: Entity,
    entity_id: str,
    body: str | None,
    reason: str | None,
) -> Entry:
    """
    The entry with its hash: SHA-256 over the canonical JSON of all else, in hexadecimal.

    Raises:
        ValueError: The instant has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    at = at.astimezone(UTC)  # what the database gives back, and so what can be sealed again
    text = canonical(
        {
            "sequence": sequence,
            "at": at.isoformat(),
            "actor": actor,
            "action": action.value,
            "entity": entity.value,
            "id": entity_id,
            "body": body,
            "reason": reason,
            "previous": previous,
        }
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Entry(
        sequence=sequence,
        at=at,
        actor=actor,
        action=action,
        entity=entity,
        entity_id=entity_id,
        body=body,
        reason=reason,
        previous=previous,
        hash=digest,
    )


def head(connection: sa.Connection) -> tuple[int, str]:
    """
    Sequence and hash of the last entry; 0 and ``GENESIS`` for an empty journal.
    """
    row = connection.execute(
        sa.select(journal.c.sequence, journal.c.hash).order_by(journal.c.sequence.desc()).limit(1)
    ).one_or_none()
    return (row.sequence, row.hash) if row else (0, GENESIS)


def hash_at(connection: sa.Connection, sequence: int) -> str | None:
    """
    The hash of an entry; ``GENESIS`` for 0, None where there is no such entry.
    """
    if sequence == 0:
        return GENESIS
    chosen = sa.select(journal.c.hash).where(journal.c.sequence == sequence)
    found: str | None = connection.execute(chosen).scalar_one_or_none()
    return found


def entries(
    connection: sa.Connection,
    *,
    entity_id: str | Sequence[str] | None = None,
    newest: int | None = None,
) -> Iterator[Entry]:
    """
    The entries in order.

    Args:
        entity_id: Only what concerns records of this id, or of these ids.
        newest: Only this many, the newest ones (still in order).
    """
    chosen = sa.select(journal)
    if entity_id is not None:
        ids = [entity_id] if isinstance(entity_id, str) else list(entity_id)
        chosen = chosen.where(journal.c.entity_id.in_(ids))
    if newest is not None:
        chosen = chosen.order_by(journal.c.sequence.desc()).limit(newest)
        rows = reversed(connection.execute(chosen).all())
    else:
        rows = iter(connection.execute(chosen.order_by(journal.c.sequence)))
    for row in rows:
        yield Entry(**row._mapping)  # noqa: SLF001 - the public name of a row's mapping


def names(connection: sa.Connection, prefix: str) -> list[str]:
    """
    Every id that begins with a prefix, in the order first recorded; of withdrawn records too.
    """
    return list(
        connection.scalars(
            sa.select(journal.c.entity_id)
            .where(journal.c.entity_id.startswith(prefix, autoescape=True))
            .group_by(journal.c.entity_id)
            .order_by(sa.func.min(journal.c.sequence))
        )
    )


def faults(connection: sa.Connection, *, printed: str | None = None) -> list[str]:
    """
    What is wrong with the chain; an empty list when it is whole.

    Args:
        printed: A head that was printed once: it must be one of the chain's hashes, or the
            beginning of one (12 digits at least).

    Raises:
        InvalidInput: What was printed cannot have been a head.
    """
    if printed is not None and not _HEAD.fullmatch(printed := printed.strip().lower()):
        raise InvalidInput(
            f"{printed!r} is no head: give its 64 hexadecimal digits, or the first 12 or more"
        )
    wrong: list[str] = []
    expected, previous = 1, GENESIS
    met = printed is not None and GENESIS.startswith(printed)
    for entry in entries(connection):
        if entry.sequence != expected:
            wrong.append(f"entry {expected} is missing: entry {entry.sequence} follows")
        if entry.previous != previous:
            wrong.append(f"entry {entry.sequence} does not continue the entry before it")
        sealed = seal(
            entry.sequence,
            entry.previous,
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            entity=entry.entity,
            entity_id=entry.entity_id,
            body=entry.body,
            reason=entry.reason,
        )
        if sealed.hash != entry.hash:
            wrong.append(f"entry {entry.sequence} was changed after it was written")
        if printed is not None and entry.hash.startswith(printed):
            met = True
        expected, previous = entry.sequence + 1, entry.hash
    if printed is not None and not met:
        wrong.append(f"no entry has the hash {printed}: what it covered was rewritten or removed")
    return wrong

"""
Records as rows of their tables, and as the journal keeps them.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from foretrack.core import records, vocabulary
from foretrack.core.records import (
    AnyRecord,
    Article,
    Claim,
    ConditionState,
    Postponement,
    Question,
    Remark,
    Reopening,
    Resolution,
    Review,
    Source,
    Task,
    from_plain,
    plain,
)
from foretrack.db import journal, tables
from foretrack.db.tables import Entity, Kind

if TYPE_CHECKING:
    import sqlalchemy as sa

ENTITY_OF: dict[type, Entity] = {
    Source: Entity.SOURCE,
    Article: Entity.ARTICLE,
    Question: Entity.QUESTION,
    Claim: Entity.CLAIM,
    Resolution: Entity.LEDGER,
    Reopening: Entity.LEDGER,
    ConditionState: Entity.LEDGER,
    Review: Entity.REVIEW,
    Postponement: Entity.POSTPONEMENT,
    Remark: Entity.REMARK,
    Task: Entity.TASK,
}

_KIND_OF: dict[type, Kind] = {
    Resolution: Kind.RESOLUTION,
    Reopening: Kind.REOPENING,
    ConditionState: Kind.CONDITION,
}
_FIELDS: dict[type, tuple[str, ...]] = {
    kind: tuple(one.name for one in fields(kind)) for kind in ENTITY_OF
}
_DECIDED: dict[str, type] = {kind.value: cls for cls, kind in _KIND_OF.items()}
_CLASS_OF: dict[Entity, type] = {
    entity: cls for cls, entity in ENTITY_OF.items() if cls not in _KIND_OF
}

# Nested records become columns: record field -> {nested field: column}.
_FLAT: dict[str, dict[str, str]] = {
    "published": {name: name for name in ("earliest", "latest", "precision", "basis")},
    "text": {"sha256": "sha256", "words": "words"},
    "where": {"section": "section", "paragraph": "paragraph"},
    "horizon": {"words": "horizon_words", "basis": "horizon_basis"},
    "condition": {"statement": "condition_statement", "criteria": "condition_criteria"},
}
_INNER: dict[str, type] = {
    "published": records.Published,
    "text": records.Fingerprint,
    "where": records.Where,
    "horizon": records.Horizon,
    "condition": records.Condition,
}
_NESTED: dict[type, tuple[str, ...]] = {
    Article: ("published", "text"),
    Claim: ("where", "horizon"),
    Question: ("condition",),
}
_LISTS: dict[Entity, tuple[str, ...]] = {
    Entity.ARTICLE: ("authors",),
    Entity.QUESTION: ("tags",),
    Entity.LEDGER: ("evidence",),
    Entity.REVIEW: ("attending", "skipped"),
    Entity.REMARK: ("dissent",),
}


def body_of(record: AnyRecord) -> str:
    """
    What the journal keeps of a record: its canonical JSON, its kind included for the ledger.
    """
    values = plain(record)
    kind = _KIND_OF.get(type(record))
    return journal.canonical({"kind": kind.value, **values} if kind else values)


def row_of(record: AnyRecord) -> dict[str, Any]:
    """
    The columns of a record, all but those that the writing adds.
    """
    entity = ENTITY_OF[type(record)]
    table = tables.VERSIONED[entity]
    row: dict[str, Any] = dict.fromkeys(column.name for column in table.columns)
    for name in _FIELDS[type(record)]:
        value = getattr(record, name)
        if name in _NESTED.get(type(record), ()):
            for inner, column in _FLAT[name].items():
                row[column] = getattr(value, inner) if value is not None else None
        elif name in _LISTS.get(entity, ()):
            row[name] = json.dumps(plain(value), ensure_ascii=False)
        else:
            row[name] = value
    if entity is Entity.LEDGER:
        row["kind"] = _KIND_OF[type(record)]
        row["evidence"] = row["evidence"] or "[]"
    return row


def record_of(entity: Entity, row: sa.RowMapping) -> AnyRecord:
    """
    The record of a row; the inverse of ``row_of``.
    """
    kind = _CLASS_OF[entity] if entity is not Entity.LEDGER else _DECIDED[row["kind"]]
    values: dict[str, Any] = {}
    for name in _FIELDS[kind]:
        if name in _NESTED.get(kind, ()):
            inner = {key: row[column] for key, column in _FLAT[name].items()}
            values[name] = _nested(name, inner)
        elif name in _LISTS.get(entity, ()):
            listed = json.loads(row[name])
            values[name] = (
                tuple(from_plain(records.Evidence, item) for item in listed)
                if name == "evidence"
                else tuple(listed)
            )
        else:
            values[name] = row[name]
    if kind is Resolution and values["reason"] is not None:
        values["reason"] = vocabulary.Annulment(values["reason"])
    record: AnyRecord = kind(**values)
    return record


def _nested(name: str, inner: dict[str, Any]) -> Any:
    """
    A nested record from its columns, or None when they are all empty.
    """
    if all(value is None for value in inner.values()):
        return None
    return _INNER[name](**inner)

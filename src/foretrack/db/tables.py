"""
The tables as queries see them: their columns and types.

Every kind of record has one table of versions.  A version is written once: ``recorded`` is the
journal sequence that wrote it, ``superseded`` the one that replaced or withdrew it.  The live
version has no ``superseded``; the record as it stood at sequence s is every version with
``recorded <= s`` that was not superseded by then.  Triggers in SQLite refuse any other change.

Lists that belong to one record (authors, tags, evidence) are JSON text: they are read and
compared whole.  References between records are checked by the store, not by foreign keys: an id
names a line of versions, and what a live claim needs is a live question.

What the database enforces (keys, what may not be missing, checks, indexes) stands in ``schema``,
which only migrations load: building it costs more than most commands' queries.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from foretrack.core import vocabulary


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """
    An instant.  Naive values are refused, and UTC comes back: SQLite keeps no zone.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """
        Refuse a naive value; store UTC.
        """
        del dialect
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """
        Give UTC back.
        """
        del dialect
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _words(kind: type[StrEnum], name: str) -> sa.Enum:
    """
    An enumeration as text with a CHECK, so that the stored words are those of the files.
    """
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


class Kind(StrEnum):
    """
    What an entry of the ledger is.
    """

    RESOLUTION = "resolution"
    REOPENING = "reopening"
    CONDITION = "condition"


class Action(StrEnum):
    """
    What a journal entry did.
    """

    ADD = "add"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


class Entity(StrEnum):
    """
    The kinds of record, as the journal names them.
    """

    SOURCE = "source"
    ARTICLE = "article"
    QUESTION = "question"
    CLAIM = "claim"
    LEDGER = "ledger"
    REVIEW = "review"
    POSTPONEMENT = "postponement"
    REMARK = "remark"
    TASK = "task"


journal = sa.table(
    "journal",
    sa.column("sequence", sa.Integer),
    sa.column("at", UtcDateTime),
    sa.column("actor", sa.Text),
    sa.column("action", _words(Action, "action")),
    sa.column("entity", _words(Entity, "entity")),
    sa.column("entity_id", sa.Text),
    sa.column("body", sa.Text),
    sa.column("reason", sa.Text),
    sa.column("previous", sa.String(64)),
    sa.column("hash", sa.String(64)),
)


def _versions(name: str, *columns: sa.ColumnClause[Any]) -> sa.TableClause:
    """
    A table of versions.
    """
    return sa.table(
        name,
        sa.column("id", sa.Text),
        sa.column("recorded", sa.Integer),
        sa.column("superseded", sa.Integer),
        *columns,
    )


source = _versions(
    "source",
    sa.column("name", sa.Text),
    sa.column("kind", _words(vocabulary.SourceKind, "kind")),
    sa.column("lexicon", sa.Text),
    sa.column("note", sa.Text),
)

article = _versions(
    "article",
    sa.column("title", sa.Text),
    sa.column("source", sa.Text),
    sa.column("outlet", sa.Text),
    sa.column("authors", sa.Text),
    sa.column("earliest", sa.Date),
    sa.column("latest", sa.Date),
    sa.column("precision", _words(vocabulary.Precision, "precision")),
    sa.column("basis", _words(vocabulary.DateBasis, "basis")),
    sa.column("address", sa.Text),
    sa.column("sha256", sa.String(64)),
    sa.column("words", sa.Integer),
    sa.column("note", sa.Text),
)

question = _versions(
    "question",
    sa.column("statement", sa.Text),
    sa.column("criteria", sa.Text),
    sa.column("criteria_written", sa.Date),
    sa.column("resolution_source", sa.Text),
    sa.column("opens", sa.Date),
    sa.column("closes", sa.Date),
    sa.column("condition_statement", sa.Text),
    sa.column("condition_criteria", sa.Text),
    sa.column("base_rate", sa.Double),
    sa.column("status_quo", _words(vocabulary.Outcome, "status_quo")),
    sa.column("cluster", sa.Text),
    sa.column("tags", sa.Text),
    sa.column("note", sa.Text),
)

claim = _versions(
    "claim",
    sa.column("article", sa.Text),
    sa.column("source", sa.Text),
    sa.column("position", sa.Integer),
    sa.column("section", sa.Text),
    sa.column("paragraph", sa.Integer),
    sa.column("says", sa.Text),
    sa.column("phrase", sa.Text),
    sa.column("probability", sa.Double),
    sa.column("reading", _words(vocabulary.Reading, "reading")),
    sa.column("polarity", _words(vocabulary.Polarity, "polarity")),
    sa.column("horizon_words", sa.Text),
    sa.column("horizon_basis", _words(vocabulary.HorizonBasis, "horizon_basis")),
    sa.column("question", sa.Text),
    sa.column("unscorable", _words(vocabulary.Unscorable, "unscorable")),
    sa.column("joint", sa.Text),
    sa.column("attributed_to", sa.Text),
    sa.column("duplicate_of", sa.Text),
    sa.column("note", sa.Text),
)

ledger = _versions(
    "ledger",
    sa.column("question", sa.Text),
    sa.column("position", sa.Integer),
    sa.column("kind", _words(Kind, "kind")),
    sa.column("outcome", _words(vocabulary.Outcome, "outcome")),
    sa.column("happened", sa.Date),
    sa.column("impossible", sa.Date),
    sa.column("decided", sa.Date),
    sa.column("reopens", sa.Text),
    sa.column("state", _words(vocabulary.ConditionIs, "state")),
    sa.column("since", sa.Date),
    sa.column("reason", sa.Text),
    sa.column("evidence", sa.Text),
    sa.column("note", sa.Text),
)

review = _versions(
    "review",
    sa.column("started", sa.Date),
    sa.column("as_of", sa.Date),
    sa.column("lexicon", sa.Text),
    sa.column("cohort", sa.Text),
    sa.column("sequence", sa.Integer),
    sa.column("head", sa.String(64)),
    sa.column("attending", sa.Text),
    sa.column("closed", sa.Date),
    sa.column("document", sa.Text),
    sa.column("skipped", sa.Text),
)

postponement = _versions(
    "postponement",
    sa.column("question", sa.Text),
    sa.column("review", sa.Text),
    sa.column("decided", sa.Date),
    sa.column("again", sa.Date),
    sa.column("note", sa.Text),
)

remark = _versions(
    "remark",
    sa.column("review", sa.Text),
    sa.column("text", sa.Text),
    sa.column("question", sa.Text),
    sa.column("dissent", sa.Text),
)

task = _versions(
    "task",
    sa.column("review", sa.Text),
    sa.column("text", sa.Text),
    sa.column("who", sa.Text),
    sa.column("due", sa.Date),
    sa.column("done", sa.Date),
)

VERSIONED: dict[Entity, sa.TableClause] = {
    Entity.SOURCE: source,
    Entity.ARTICLE: article,
    Entity.QUESTION: question,
    Entity.CLAIM: claim,
    Entity.LEDGER: ledger,
    Entity.REVIEW: review,
    Entity.POSTPONEMENT: postponement,
    Entity.REMARK: remark,
    Entity.TASK: task,
}


def standing(table: sa.TableClause, *, at_sequence: int | None = None) -> sa.ColumnElement[bool]:
    """
    The condition that a version is live, or was at a journal sequence.
    """
    if at_sequence is None:
        return table.c.superseded.is_(None)
    return sa.and_(
        table.c.recorded <= at_sequence,
        sa.or_(table.c.superseded.is_(None), table.c.superseded > at_sequence),
    )


def as_text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """
    An enumeration as its text: what is counted needs no objects.
    """
    return sa.type_coerce(column, sa.Text)

"""
The tables, as SQLAlchemy Core describes them.

Every kind of record has one table of versions.  A version is written once: ``recorded`` is the
journal sequence that wrote it, ``superseded`` the one that replaced or withdrew it.  The live
version has no ``superseded``; the record as it stood at sequence s is every version with
``recorded <= s`` that was not superseded by then.  Triggers in SQLite refuse any other change.

Lists that belong to one record (authors, tags, evidence) are JSON text: they are read and
compared whole.  References between records are checked by the store, not by foreign keys: an id
names a line of versions, and what a live claim needs is a live question.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from foretrack.core import records

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


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


journal = sa.Table(
    "journal",
    metadata,
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", _words(Action, "action"), nullable=False),
    sa.Column("entity", _words(Entity, "entity"), nullable=False),
    sa.Column("entity_id", sa.Text, nullable=False),
    sa.Column("body", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.UniqueConstraint("hash"),
    sa.Index(None, "entity", "entity_id"),
)


def _versions(name: str, *columns: sa.Column[Any] | sa.Index | sa.Constraint) -> sa.Table:
    """
    A table of versions and its columns; its indexes are declared in ``indexes``.
    """
    return sa.Table(
        name,
        metadata,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("recorded", sa.Integer, sa.ForeignKey(journal.c.sequence), primary_key=True),
        sa.Column("superseded", sa.Integer, sa.ForeignKey(journal.c.sequence)),
        *columns,
        sa.CheckConstraint("superseded > recorded", name="later"),
    )


source = _versions(
    "source",
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", _words(records.SourceKind, "kind"), nullable=False),
    sa.Column("lexicon", sa.Text),
    sa.Column("note", sa.Text),
)

article = _versions(
    "article",
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("outlet", sa.Text),
    sa.Column("authors", sa.Text, nullable=False),
    sa.Column("earliest", sa.Date, nullable=False),
    sa.Column("latest", sa.Date, nullable=False),
    sa.Column("precision", _words(records.Precision, "precision"), nullable=False),
    sa.Column("basis", _words(records.DateBasis, "basis"), nullable=False),
    sa.Column("address", sa.Text),
    sa.Column("sha256", sa.String(64)),
    sa.Column("words", sa.Integer),
    sa.Column("note", sa.Text),
    sa.CheckConstraint("earliest <= latest", name="dates"),
)

question = _versions(
    "question",
    sa.Column("statement", sa.Text, nullable=False),
    sa.Column("criteria", sa.Text, nullable=False),
    sa.Column("criteria_written", sa.Date, nullable=False),
    sa.Column("resolution_source", sa.Text, nullable=False),
    sa.Column("opens", sa.Date, nullable=False),
    sa.Column("closes", sa.Date, nullable=False),
    sa.Column("condition_statement", sa.Text),
    sa.Column("condition_criteria", sa.Text),
    sa.Column("base_rate", sa.Double),
    sa.Column("status_quo", _words(records.Outcome, "status_quo")),
    sa.Column("cluster", sa.Text),
    sa.Column("tags", sa.Text, nullable=False),
    sa.Column("note", sa.Text),
    sa.CheckConstraint("opens <= closes", name="window"),
    sa.CheckConstraint("base_rate BETWEEN 0 AND 1", name="base_rate"),
    sa.CheckConstraint(
        "(condition_statement IS NULL) = (condition_criteria IS NULL)", name="condition"
    ),
)

claim = _versions(
    "claim",
    sa.Column("article", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("section", sa.Text),
    sa.Column("paragraph", sa.Integer),
    sa.Column("says", sa.Text, nullable=False),
    sa.Column("phrase", sa.Text),
    sa.Column("probability", sa.Double),
    sa.Column("reading", _words(records.Reading, "reading"), nullable=False),
    sa.Column("polarity", _words(records.Polarity, "polarity"), nullable=False),
    sa.Column("horizon_words", sa.Text),
    sa.Column("horizon_basis", _words(records.HorizonBasis, "horizon_basis")),
    sa.Column("question", sa.Text),
    sa.Column("unscorable", _words(records.Unscorable, "unscorable")),
    sa.Column("joint", sa.Text),
    sa.Column("attributed_to", sa.Text),
    sa.Column("duplicate_of", sa.Text),
    sa.Column("note", sa.Text),
    sa.CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
    sa.CheckConstraint("(question IS NULL) <> (unscorable IS NULL)", name="forecast_or_reason"),
    sa.CheckConstraint(
        "question IS NULL OR ((phrase IS NULL) <> (probability IS NULL))", name="one_stance"
    ),
)

ledger = _versions(
    "ledger",
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("kind", _words(Kind, "kind"), nullable=False),
    sa.Column("outcome", _words(records.Outcome, "outcome")),
    sa.Column("happened", sa.Date),
    sa.Column("impossible", sa.Date),
    sa.Column("decided", sa.Date, nullable=False),
    sa.Column("reopens", sa.Text),
    sa.Column("state", _words(records.ConditionIs, "state")),
    sa.Column("since", sa.Date),
    sa.Column("reason", sa.Text),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("note", sa.Text),
    sa.CheckConstraint("(kind = 'resolution') = (outcome IS NOT NULL)", name="outcome_of"),
    sa.CheckConstraint("(kind = 'reopening') = (reopens IS NOT NULL)", name="reopens_of"),
    sa.CheckConstraint("(kind = 'condition') = (state IS NOT NULL)", name="state_of"),
    sa.CheckConstraint(
        "happened IS NULL OR (outcome = 'yes' AND happened <= decided)", name="happened"
    ),
    sa.CheckConstraint("outcome <> 'yes' OR happened IS NOT NULL", name="yes_happened"),
    sa.CheckConstraint(
        "impossible IS NULL OR (outcome = 'no' AND impossible <= decided)", name="impossible"
    ),
)

review = _versions(
    "review",
    sa.Column("started", sa.Date, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("lexicon", sa.Text, nullable=False),
    sa.Column("cohort", sa.Text, nullable=False),
    # not a foreign key: an imported review names an entry of the journal it was held with
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Column("attending", sa.Text, nullable=False),
    sa.Column("closed", sa.Date),
    sa.Column("document", sa.Text),
    sa.CheckConstraint("closed >= started", name="closed"),
    sa.CheckConstraint("(closed IS NULL) = (document IS NULL)", name="minutes"),
)

postponement = _versions(
    "postponement",
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("review", sa.Text, nullable=False),
    sa.Column("decided", sa.Date, nullable=False),
    sa.Column("again", sa.Date, nullable=False),
    sa.Column("note", sa.Text),
    sa.CheckConstraint("again > decided", name="again"),
)

remark = _versions(
    "remark",
    sa.Column("review", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("question", sa.Text),
)

task = _versions(
    "task",
    sa.Column("review", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("who", sa.Text),
    sa.Column("due", sa.Date),
    sa.Column("done", sa.Date),
)

VERSIONED: dict[Entity, sa.Table] = {
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

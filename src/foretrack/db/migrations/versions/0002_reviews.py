"""
Reviews: the weekly meeting with what it put off, its notes and its tasks.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ENTITIES = (
    "source",
    "article",
    "question",
    "claim",
    "ledger",
    "review",
    "postponement",
    "remark",
    "task",
)


def upgrade() -> None:
    """
    Go forward.
    """
    _widen_journal()
    _versions(
        "review",
        sa.Column("started", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("lexicon", sa.Text(), nullable=False),
        sa.Column("cohort", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("attending", sa.Text(), nullable=False),
        sa.Column("closed", sa.Date(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.CheckConstraint("closed >= started", name=op.f("ck_review_closed")),
        sa.CheckConstraint("(closed IS NULL) = (document IS NULL)", name=op.f("ck_review_minutes")),
    )
    _versions(
        "postponement",
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("decided", sa.Date(), nullable=False),
        sa.Column("again", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("again > decided", name=op.f("ck_postponement_again")),
    )
    op.create_index(
        "ix_postponement_question_live",
        "postponement",
        ["question"],
        sqlite_where=sa.text("superseded IS NULL"),
        postgresql_where=sa.text("superseded IS NULL"),
    )
    _versions(
        "remark",
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
    )
    _versions(
        "task",
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("done", sa.Date(), nullable=True),
    )


def _widen_journal() -> None:
    """
    Let the journal name the new kinds of record.

    SQLite cannot change a CHECK, so there the table is built again beside the old one.  Every
    version refers to it: foreign keys are off meanwhile, or the versions would go with it.
    """
    if op.get_context().dialect.name != "sqlite":
        words = ", ".join(f"'{word}'" for word in ENTITIES)
        op.drop_constraint(op.f("ck_journal_entity"), "journal", type_="check")
        op.create_check_constraint(op.f("ck_journal_entity"), "journal", f"entity IN ({words})")
        return
    columns = "sequence, at, actor, action, entity, entity_id, body, reason, previous, hash"
    op.create_table(
        "journal_anew",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("entity", sa.String(length=20), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            sa.column("action").in_(("add", "correct", "withdraw")), name=op.f("ck_journal_action")
        ),
        sa.CheckConstraint(sa.column("entity").in_(ENTITIES), name=op.f("ck_journal_entity")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_journal")),
        sa.UniqueConstraint("hash", name=op.f("uq_journal_hash")),
    )
    op.execute(f"INSERT INTO journal_anew ({columns}) SELECT {columns} FROM journal")  # noqa: S608 - a constant
    op.drop_table("journal")
    op.rename_table("journal_anew", "journal")
    op.create_index(op.f("ix_journal_entity_entity_id"), "journal", ["entity", "entity_id"])


def _versions(name: str, *columns: sa.Column[object] | sa.CheckConstraint) -> None:
    """
    A table of versions, as the first schema has them.
    """
    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("superseded", sa.Integer(), nullable=True),
        *columns,
        sa.CheckConstraint("superseded > recorded", name=op.f(f"ck_{name}_later")),
        sa.ForeignKeyConstraint(
            ["recorded"], ["journal.sequence"], name=op.f(f"fk_{name}_recorded_journal")
        ),
        sa.ForeignKeyConstraint(
            ["superseded"], ["journal.sequence"], name=op.f(f"fk_{name}_superseded_journal")
        ),
        sa.PrimaryKeyConstraint("id", "recorded", name=op.f(f"pk_{name}")),
    )
    op.create_index(
        f"uq_{name}_id_live",
        name,
        ["id"],
        unique=True,
        sqlite_where=sa.text("superseded IS NULL"),
        postgresql_where=sa.text("superseded IS NULL"),
    )

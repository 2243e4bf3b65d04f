"""
The first schema: the journal, and one table of versions for each kind of record.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """
    Go forward.
    """
    op.create_table(
        "journal",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "add",
                "correct",
                "withdraw",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "entity",
            sa.Enum(
                "source",
                "article",
                "question",
                "claim",
                "ledger",
                name="entity",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_journal")),
        sa.UniqueConstraint("hash", name=op.f("uq_journal_hash")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_journal_entity_entity_id"), ["entity", "entity_id"], unique=False
        )

    op.create_table(
        "article",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("superseded", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=True),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("earliest", sa.Date(), nullable=False),
        sa.Column("latest", sa.Date(), nullable=False),
        sa.Column(
            "precision",
            sa.Enum(
                "day",
                "month",
                "year",
                "range",
                name="precision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "basis",
            sa.Enum(
                "stated",
                "inferred",
                name="basis",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("words", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("earliest <= latest", name=op.f("ck_article_dates")),
        sa.CheckConstraint("superseded > recorded", name=op.f("ck_article_later")),
        sa.ForeignKeyConstraint(
            ["recorded"], ["journal.sequence"], name=op.f("fk_article_recorded_journal")
        ),
        sa.ForeignKeyConstraint(
            ["superseded"], ["journal.sequence"], name=op.f("fk_article_superseded_journal")
        ),
        sa.PrimaryKeyConstraint("id", "recorded", name=op.f("pk_article")),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.create_index(
            "uq_article_id_live",
            ["id"],
            unique=True,
            sqlite_where=sa.text("superseded IS NULL"),
            postgresql_where=sa.text("superseded IS NULL"),
        )

    op.create_table(
        "claim",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("superseded", sa.Integer(), nullable=True),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=True),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column(
            "reading",
            sa.Enum(
                "explicit",
                "implied",
                "assumed",
                name="reading",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "polarity",
            sa.Enum(
                "same",
                "opposite",
                name="polarity",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("horizon_words", sa.Text(), nullable=True),
        sa.Column(
            "horizon_basis",
            sa.Enum(
                "stated",
                "heading",
                "inherited",
                "assumed",
                name="horizon_basis",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column(
            "unscorable",
            sa.Enum(
                "hedge",
                "no-horizon",
                "attributed",
                "ordinal",
                "no-criteria",
                "duplicate",
                name="unscorable",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("joint", sa.Text(), nullable=True),
        sa.Column("attributed_to", sa.Text(), nullable=True),
        sa.Column("duplicate_of", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(question IS NULL) <> (unscorable IS NULL)", name=op.f("ck_claim_forecast_or_reason")
        ),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name=op.f("ck_claim_probability")),
        sa.CheckConstraint(
            "question IS NULL OR ((phrase IS NULL) <> (probability IS NULL))",
            name=op.f("ck_claim_one_stance"),
        ),
        sa.CheckConstraint("superseded > recorded", name=op.f("ck_claim_later")),
        sa.ForeignKeyConstraint(
            ["recorded"], ["journal.sequence"], name=op.f("fk_claim_recorded_journal")
        ),
        sa.ForeignKeyConstraint(
            ["superseded"], ["journal.sequence"], name=op.f("fk_claim_superseded_journal")
        ),
        sa.PrimaryKeyConstraint("id", "recorded", name=op.f("pk_claim")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(
            "ix_claim_article_live",
            ["article"],
            unique=False,
            sqlite_where=sa.text("superseded IS NULL"),
            postgresql_where=sa.text("superseded IS NULL"),
        )
        batch_op.create_index(
            "ix_claim_question_live",
            ["question"],
            unique=False,
            sqlite_where=sa.text("superseded IS NULL"),
            postgresql_where=sa.text("superseded IS NULL"),
        )
        batch_op.create_index(
            "ix_claim_source_question_live",
            ["source", "question"],
            unique=False,
            sqlite_where=sa.text("superseded IS NULL"),
            postgresql_where=sa.text("superseded IS NULL"),
        )
        batch_op.create_index(
            "ix_claim_unscorable_live",
            ["unscorable"],
            unique=False,
            sqlite_where=sa.text("superseded IS NULL AND unscorable IS NOT NULL"),
            postgresql_where=sa.text("superseded IS NULL AND unscorable IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_claim_id_live",
            ["id"],
            unique=True,
            sqlite_where=sa.text("superseded IS NULL"),
            postgresql_where=sa.text("superseded IS NULL"),
        )

    op.create_table(
        "ledger",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("superseded", sa.Integer(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "resolution",
                "reopening",
                "condition",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "yes",
                "no",
                "ambiguous",
                "annulled",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("happened", sa.Date(), nullable=True),
        sa.Column("impossible", sa.Date(), nullable=True),
        sa.Column("decided", sa.Date(), nullable=False),
        sa.Column("reopens", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "met",
                "unmet",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'condition') = (state IS NOT NULL)", name=op.f("ck_ledger_state_of")
        ),
        sa.CheckConstraint(
            "(kind = 'reopening') = (reopens IS NOT NULL)", name=op.f("ck_ledger_reopens_of")
        ),
        sa.CheckConstraint(
            "(kind = 'resolution') = (outcome IS NOT NULL)", name=op.f("ck_ledger_outcome_of")
        ),
        sa.CheckConstraint(
            "happened IS NULL OR (outcome = 'yes' AND happened <= decided)",
            name=op.f("ck_ledger_happened"),
        ),
        sa.CheckConstraint(
            "impossible IS NULL OR (outcome = 'no' AND impossible <= decided)",
            name=op.f("ck_ledger_impossible"),
        ),
        sa.CheckConstraint(
            "outcome <> 'yes' OR happened IS NOT NULL", name=op.f("ck_ledger_yes_happened")
        ),
        sa.CheckConstraint("superseded > recorded", name=op.f("ck_ledger_later")),
        sa.ForeignKeyConstraint(
            ["recorded"], ["journal.sequence"], name=op.f("fk_ledger_recorded_journal")
        ),
        sa.ForeignKeyConstraint(
            ["superseded"], ["journal.sequence"], name=op.f("fk_ledger_superseded_journal")
        ),
        sa.PrimaryKeyConstraint("id", "recorded", name=op.f("pk_ledger")),
    )
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ledger_question_position_live",
            ["question", "position"],
            unique=False,
            sqlite_where=sa.text("superseded IS NULL"),
            postgresql_where=sa.text("superseded IS NULL"),
        )
        batch_op.create_index(
            "uq_ledger_id_live",
            ["id"],
            unique=True,
            sqlite_where=sa.text("superseded IS NULL"),
            postgresql_where=sa.text("superseded IS NULL"),
        )

    op.create_table(
        "question",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("superseded", sa.Integer(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("criteria_written", sa.Date(), nullable=False),
        sa.Column("resolution_source", sa.Text(), nullable=False),
        sa.Column("opens", sa.Date(), nullable=False),
        sa.Column("closes", sa.Date(), nullable=False),
        sa.Column("condition_statement", sa.Text(), nullable=True),
        sa.Column("condition_criteria", sa.Text(), nullable=True),
        sa.Column("base_rate", sa.Double(), nullable=True),
        sa.Column(
            "status_quo",
            sa.Enum(
                "yes",
                "no",
                "ambiguous",
                "annulled",
                name="status_quo",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("cluster", sa.Text(), nullable=True),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(condition_statement IS NULL) = (condition_criteria IS NULL)",
            name=op.f("ck_question_condition"),
        ),
        sa.CheckConstraint("base_rate BETWEEN 0 AND 1", name=op.f("ck_question_base_rate")),
        sa.CheckConstraint("opens <= closes", name=op.f("ck_question_window")),
        sa.CheckConstraint("superseded > recorded", name=op.f("ck_question_later")),
        sa.ForeignKeyConstraint(
            ["recorded"], ["journal.sequence"], name=op.f("fk_question_recorded_journal")
        ),
        sa.ForeignKeyConstraint(
            ["superseded"], ["journal.sequence"], name=op.f("fk_question_superseded_journal")
        ),
        sa.PrimaryKeyConstraint("id", "recorded", name=op.f("pk_question")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(
            "ix_question_closes_live",
            ["closes"],
            unique=False,
            sqlite_where=sa.text("superseded IS NULL"),
            postgresql_where=sa.text("superseded IS NULL"),
        )
        batch_op.create_index(
            "uq_question_id_live",
            ["id"],
            unique=True,
            sqlite_where=sa.text("superseded IS NULL"),
            postgresql_where=sa.text("superseded IS NULL"),
        )

    op.create_table(
        "source",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("superseded", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "person",
                "outlet",
                "organisation",
                "model",
                "crowd",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("lexicon", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("superseded > recorded", name=op.f("ck_source_later")),
        sa.ForeignKeyConstraint(
            ["recorded"], ["journal.sequence"], name=op.f("fk_source_recorded_journal")
        ),
        sa.ForeignKeyConstraint(
            ["superseded"], ["journal.sequence"], name=op.f("fk_source_superseded_journal")
        ),
        sa.PrimaryKeyConstraint("id", "recorded", name=op.f("pk_source")),
    )
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.create_index(
            "uq_source_id_live",
            ["id"],
            unique=True,
            sqlite_where=sa.text("superseded IS NULL"),
            postgresql_where=sa.text("superseded IS NULL"),
        )

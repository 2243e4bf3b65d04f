"""
Who dissented, apart from the note; and what a review passed over.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """
    Go forward.
    """
    if op.get_context().dialect.name != "sqlite":
        nothing = sa.text("'[]'")
        for table, name in (("review", "skipped"), ("remark", "dissent")):
            op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=nothing))
            op.alter_column(table, name, server_default=None)
        return
    _rebuilt(
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
        added="skipped",
    )
    _rebuilt(
        "remark",
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        added="dissent",
    )


def _rebuilt(name: str, *columns: sa.Column[object] | sa.CheckConstraint, added: str) -> None:
    """
    Build a table of versions again with one more list, empty in what there is.

    SQLite writes an added column behind the constraints, where a new table has it before them.
    """
    anew = f"{name}_anew"
    held = [one.name for one in columns if isinstance(one, sa.Column)]
    kept = ", ".join(["id", "recorded", "superseded", *held])
    op.create_table(
        anew,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("superseded", sa.Integer(), nullable=True),
        *columns,
        sa.Column(added, sa.Text(), nullable=False),
        sa.CheckConstraint("superseded > recorded", name=op.f(f"ck_{name}_later")),
        sa.ForeignKeyConstraint(
            ["recorded"], ["journal.sequence"], name=op.f(f"fk_{name}_recorded_journal")
        ),
        sa.ForeignKeyConstraint(
            ["superseded"], ["journal.sequence"], name=op.f(f"fk_{name}_superseded_journal")
        ),
        sa.PrimaryKeyConstraint("id", "recorded", name=op.f(f"pk_{name}")),
    )
    op.execute(f"INSERT INTO {anew} ({kept}, {added}) SELECT {kept}, '[]' FROM {name}")  # noqa: S608 - constants
    op.drop_table(name)
    op.rename_table(anew, name)
    op.create_index(
        f"uq_{name}_id_live",
        name,
        ["id"],
        unique=True,
        sqlite_where=sa.text("superseded IS NULL"),
    )

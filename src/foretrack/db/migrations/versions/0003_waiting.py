"""
Indexes that answer what waits for a decision without reading the questions themselves.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """
    Go forward.
    """
    op.drop_index("ix_question_closes_live", table_name="question")
    for name, condition in (("unconditional", "IS NULL"), ("conditional", "IS NOT NULL")):
        live = sa.text(f"superseded IS NULL AND condition_statement {condition}")
        op.create_index(
            f"ix_question_closes_id_{name}_live",
            "question",
            ["closes", "id"],
            sqlite_where=live,
            postgresql_where=live,
        )
    op.drop_index("ix_ledger_question_position_live", table_name="ledger")
    op.create_index(
        "ix_ledger_question_position_kind_decided_live",
        "ledger",
        ["question", "position", "kind", "decided"],
        sqlite_where=sa.text("superseded IS NULL"),
        postgresql_where=sa.text("superseded IS NULL"),
    )

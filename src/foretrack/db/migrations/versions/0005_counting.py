"""
An index that holds all that a score depends on in a claim.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """
    Go forward.
    """
    # Whatever looks for the claims of a source finds them in the new one.
    op.drop_index("ix_claim_source_question_live", table_name="claim")
    live = sa.text("superseded IS NULL")
    op.create_index(
        "ix_claim_said_live",
        "claim",
        [
            "source",
            "article",
            "phrase",
            "probability",
            "polarity",
            "reading",
            "horizon_basis",
            "horizon_words",
            "question",
            "superseded",
        ],
        sqlite_where=live,
        postgresql_where=live,
    )

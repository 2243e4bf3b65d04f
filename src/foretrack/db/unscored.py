"""
Counting the claims that are no forecasts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from foretrack.core.cohort import EVERYTHING, Selection
from foretrack.db.groupings import GROUPINGS, articles_of, claims_of
from foretrack.db.tables import article, as_text, claim, standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date


def unscorable(
    connection: sa.Connection,
    *,
    by: str,
    as_of: date,
    only: Selection = EVERYTHING,
    sources: Sequence[str] | None = None,
) -> Iterator[tuple[tuple[str, ...], str, int]]:
    """
    The claims made by a day that are no forecasts: their groups, the reason, how many.

    They have no question, and so no tags.

    Args:
        by: One of ``groupings.GROUPINGS``.
        as_of: What was said by this day.
        only: The part of the record that counts.
        sources: Only theirs.
    """
    grouping = GROUPINGS[by]
    theirs = sa.and_(claims_of(connection, only), articles_of(only))
    if sources is not None:
        theirs &= claim.c.source.in_(sources)
    # As an expression, so that SQLite looks for the few unscorable claims instead of walking all
    # claims in the order of an index on the column.
    key: sa.ColumnElement[Any] = sa.func.coalesce(sa.null() if by == "tag" else grouping.column, "")
    reason = as_text(claim.c.unscorable)
    chosen = (
        sa.select(key, reason, sa.func.count())
        .select_from(
            claim.join(article, sa.and_(article.c.id == claim.c.article, standing(article)))
        )
        .where(
            standing(claim),
            reason.is_not(None),
            article.c.latest <= as_of,
            theirs,
        )
        .group_by(sa.literal_column("1"), sa.literal_column("2"))
    )
    for value, why, n in connection.execute(chosen):
        yield grouping.keys(value or None), why, n

"""
Counting the words that claims use, inside the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from foretrack.core.cohort import EVERYTHING, Selection
from foretrack.core.dictionary import Use
from foretrack.db.groupings import GROUPINGS, articles_of, claims_of
from foretrack.db.tables import article, claim, question, standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date


def uses(
    connection: sa.Connection,
    *,
    by: str,
    as_of: date,
    only: Selection = EVERYTHING,
    basis: str = "all",
    sources: Sequence[str] | None = None,
) -> Iterator[Use]:
    """
    How often each phrase was used by a day, in forecasts and in claims that are none.

    Args:
        connection: One view of the record.
        by: One of ``groupings.GROUPINGS``.
        as_of: What was said by this day.
        only: The part of the record that counts.
        basis: ``stated`` leaves out forecasts whose window was assumed.
        sources: Only theirs.
    """
    grouping = GROUPINGS[by]
    joined = claim.join(article, sa.and_(article.c.id == claim.c.article, standing(article)))
    if by == "tag":
        joined = joined.outerjoin(
            question, sa.and_(question.c.id == claim.c.question, standing(question))
        )
    forecast: sa.ColumnElement[bool] = claim.c.question.is_not(None)
    # Adding 0 keeps SQLite from walking all claims in the order of an index.
    conditions: list[sa.ColumnElement[bool]] = [
        (claim.c.superseded + 0).is_(None),
        article.c.latest <= as_of,
        claims_of(connection, only),
        articles_of(only),
    ]
    if basis == "stated":
        window = sa.func.coalesce(sa.type_coerce(claim.c.horizon_basis, sa.Text), "")
        conditions.append(sa.or_(window != "assumed", ~forecast))
    if sources is not None:
        conditions.append(claim.c.source.in_(sources))
    columns: list[sa.ColumnElement[Any]] = [
        grouping.column.label("key"),
        claim.c.phrase,
        sa.case((forecast, 1), else_=0).label("forecast"),
        sa.case((claim.c.probability.is_not(None), 1), else_=0).label("number"),
    ]
    places: list[sa.ColumnElement[Any]] = [
        sa.literal_column(str(place + 1)) for place in range(len(columns))
    ]
    chosen = sa.select(*columns, sa.func.count()).select_from(joined).where(*conditions)
    for row in connection.execute(chosen.group_by(*places)).all():
        yield Use(grouping.keys(row[0]), row[1], bool(row[2]), bool(row[3]), row[4])

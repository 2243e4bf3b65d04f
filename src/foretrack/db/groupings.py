"""
What forecasts and claims can be grouped by, and which of them belong to a part of the record.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from foretrack.core.agenda import worded
from foretrack.core.horizons import term
from foretrack.core.lexicon import normal
from foretrack.db.tables import article, claim, question, standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from foretrack.core.cohort import Selection

NONE = "(none)"
"""
The group of what has no outlet, no author, no tag or no horizon words.
"""


_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?(e[+-]?[0-9]+)?")


class Grouping(NamedTuple):
    """
    One way to group forecasts.

    Attributes:
        of: The table whose rows belong to a group: of claims, of their articles or questions.
        column: What the database groups by.
        keys: From the column's value to the groups it belongs to.
    """

    of: sa.TableClause
    column: sa.ColumnElement[Any]
    keys: Callable[[Any], tuple[str, ...]]


def _one(value: Any) -> tuple[str, ...]:
    return (NONE,) if value is None else (str(value),)


def _term(value: Any) -> tuple[str, ...]:
    return (NONE,) if value is None else (term(value),)


def _phrase(value: Any) -> tuple[str, ...]:
    if value is None:
        return (NONE,)
    # Each engine writes numbers in its own way.
    is_number = _NUMBER.fullmatch(value)
    return (worded(None, float(value)) if is_number else normal(value),)


def _several(value: Any) -> tuple[str, ...]:
    return tuple(json.loads(value or "[]")) or (NONE,)


_HORIZON: sa.ColumnElement[Any] = sa.func.coalesce(claim.c.horizon_words, claim.c.horizon_basis)

GROUPINGS: dict[str, Grouping] = {
    "source": Grouping(claim, claim.c.source, _one),
    "author": Grouping(article, article.c.authors, _several),
    "outlet": Grouping(article, article.c.outlet, _one),
    "article": Grouping(claim, claim.c.article, _one),
    "horizon": Grouping(claim, _HORIZON, _term),
    "phrase": Grouping(
        claim, sa.func.coalesce(claim.c.phrase, sa.cast(claim.c.probability, sa.Text)), _phrase
    ),
    "tag": Grouping(question, question.c.tags, _several),
}


def claims_of(connection: sa.Connection, only: Selection) -> sa.ColumnElement[bool]:
    """
    The condition that a claim belongs to a part of the record, but for the day of its article.

    See ``articles_of`` for the rest.
    """
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if only.horizon is not None:
        spellings = connection.scalars(sa.select(_HORIZON).where(standing(claim)).distinct())
        wanted = term(only.horizon)
        conditions.append(_HORIZON.in_([one for one in spellings if one and term(one) == wanted]))
    if only.tag is not None:
        tagged = sa.select(question.c.id).where(
            standing(question), question.c.tags.contains(json.dumps(only.tag), autoescape=True)
        )
        conditions.append(claim.c.question.in_(tagged))
    return sa.and_(*conditions)


def articles_of(only: Selection) -> sa.ColumnElement[bool]:
    """
    The condition that an article appeared in a part of the record.
    """
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if only.since is not None:
        conditions.append(article.c.latest >= only.since)
    if only.until is not None:
        conditions.append(article.c.latest <= only.until)
    return sa.and_(*conditions)

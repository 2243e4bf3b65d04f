"""
Counting, inside the database.

The engine only counts, compares days and joins: whole numbers and text come back, no sums of
floats, so that every engine gives the same.  What the counts mean is said in ``core``.
"""

from __future__ import annotations

import functools
import json
import operator
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from foretrack.core.cohort import EVERYTHING, Item, Recorded, Selection, ends
from foretrack.core.horizons import term
from foretrack.core.lexicon import normal
from foretrack.db.decided import as_text, condition_by, held_by
from foretrack.db.store import standing
from foretrack.db.tables import article, claim, question, source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

NONE = "(none)"
"""
The group of what has no outlet, no author, no tag or no horizon words.
"""


# One number holds all that is yes or no: grouping by ten more columns would cost half the time.
_OPPOSITE, _UNMET, _OVER, _LATE, _HINDSIGHT, _ASSUMED, _INFERRED, _IMPLIED, _TAKEN = (
    1 << place for place in range(9)
)
_OUTCOMES = {1 << 9: "yes", 1 << 10: "no", 1 << 11: "ambiguous", 1 << 12: "annulled"}
_ANY_OUTCOME = sum(_OUTCOMES)
_APART = "\n"  # between the ids of questions, which hold no such thing


class Grouping(NamedTuple):
    """
    One way to group forecasts.

    Attributes:
        column: What the database groups by.
        keys: From the column's value to the groups it belongs to.
    """

    column: sa.ColumnElement[Any]
    keys: Callable[[Any], tuple[str, ...]]


def _one(value: Any) -> tuple[str, ...]:
    return (NONE,) if value is None else (str(value),)


def _term(value: Any) -> tuple[str, ...]:
    return (NONE,) if value is None else (term(value),)


def _phrase(value: Any) -> tuple[str, ...]:
    return (NONE,) if value is None else (normal(str(value)),)


def _several(value: Any) -> tuple[str, ...]:
    return tuple(json.loads(value or "[]")) or (NONE,)


_HORIZON: sa.ColumnElement[Any] = sa.func.coalesce(claim.c.horizon_words, claim.c.horizon_basis)

GROUPINGS: dict[str, Grouping] = {
    "source": Grouping(claim.c.source, _one),
    "author": Grouping(article.c.authors, _several),
    "outlet": Grouping(article.c.outlet, _one),
    "article": Grouping(claim.c.article, _one),
    "horizon": Grouping(_HORIZON, _term),
    "phrase": Grouping(
        sa.func.coalesce(claim.c.phrase, sa.cast(claim.c.probability, sa.Text)), _phrase
    ),
    "tag": Grouping(question.c.tags, _several),
}


def counts(
    connection: sa.Connection,
    *,
    by: str,
    as_of: date,
    only: Selection = EVERYTHING,
    sources: Sequence[str] | None = None,
    recorded: Recorded | None = None,
    apart: str | None = None,
    named: bool = False,
) -> Iterator[Item]:
    """
    The forecasts made by a day, counted by everything that a score depends on.

    Forecasts that have updates (others by the same source on the same question) come one by one,
    with their days.

    Args:
        by: One of ``GROUPINGS``.
        as_of: What was said and decided by this day.
        only: The part of the record that counts.
        sources: Only theirs.
        recorded: What to take from the record of each question.
        apart: A source; forecasts on the questions that it answered come one by one, too.
        named: Those counted together come with their questions.
    """
    chosen = part_of(connection, only)
    if sources is not None:
        chosen &= claim.c.source.in_(sources)
    count = functools.partial(_count, connection, by, as_of, recorded=recorded)
    several = (
        sa.select(claim.c.source, claim.c.question)
        .where(standing(claim), claim.c.question.is_not(None))
        .group_by(claim.c.source, claim.c.question)
        .having(sa.func.count() > 1)
        .cte("several")
    )
    updated: sa.ColumnElement[bool] = sa.exists().where(
        several.c.source == claim.c.source, several.c.question == claim.c.question
    )
    if apart is not None:
        answered = sa.select(claim.c.question).where(
            standing(claim), claim.c.source == apart, claim.c.question.is_not(None)
        )
        updated = sa.or_(updated, claim.c.question.in_(answered))
    if apart is not None or connection.scalar(sa.select(sa.select(several).exists())):
        yield from count(chosen & ~updated, single=True, named=named)
        yield from count(chosen & updated, single=False)
    else:
        yield from count(chosen, single=True, named=named)


def each(
    connection: sa.Connection,
    *,
    by: str = "source",
    as_of: date,
    only: Selection = EVERYTHING,
    sources: Sequence[str] | None = None,
    recorded: Recorded | None = None,
) -> Iterator[Item]:
    """
    The forecasts made by a day one by one, with their groups and questions.

    Args:
        by: One of ``GROUPINGS``.
        as_of: What was said and decided by this day.
        only: The part of the record that counts.
        sources: Only theirs.
        recorded: What to take from the record of each question.
    """
    chosen = part_of(connection, only)
    if sources is not None:
        chosen &= claim.c.source.in_(sources)
    yield from _count(connection, by, as_of, chosen, single=False, recorded=recorded)


def part_of(connection: sa.Connection, only: Selection) -> sa.ColumnElement[bool]:
    """
    The condition that a claim belongs to a part of the record.
    """
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if only.since is not None:
        conditions.append(article.c.latest >= only.since)
    if only.until is not None:
        conditions.append(article.c.latest <= only.until)
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


def _count(
    connection: sa.Connection,
    by: str,
    as_of: date,
    which: sa.ColumnElement[bool],
    *,
    single: bool,
    recorded: Recorded | None = None,
    named: bool = False,
) -> Iterator[Item]:
    grouping = GROUPINGS[by]
    asked = _asked(as_of, recorded)
    late = sa.case(
        (asked.c.settled.is_not(None), article.c.latest >= asked.c.settled),
        else_=article.c.latest > asked.c.closes,
    )
    flags = asked.c.bits + _bits(
        {
            _OPPOSITE: claim.c.polarity == "opposite",
            _LATE: late,
            _ASSUMED: claim.c.horizon_basis == "assumed",
            _INFERRED: article.c.basis == "inferred",
        }
    )
    flags += _coded({_IMPLIED: claim.c.reading == "implied", _TAKEN: claim.c.reading == "assumed"})
    # A group that mixes sources holds several forecasts that one question settles together.
    together: sa.ColumnElement[Any] = asked.c.cluster
    if by != "source":
        together = sa.func.coalesce(together, asked.c.id)
    columns: list[sa.ColumnElement[Any]] = [
        grouping.column.label("key"),
        claim.c.source,
        claim.c.phrase,
        claim.c.probability,
        asked.c.reason,
        together.label("cluster"),
        flags.label("flags"),
        *([] if recorded is None else [asked.c.reference]),
    ]
    size = len(columns)
    alike: list[sa.ColumnElement[Any]] = [
        sa.literal_column(str(place + 1))
        for place, column in enumerate(columns)
        if by != "source" or column is not claim.c.source  # which is the key already
    ]
    columns += (
        [sa.func.count(), *([sa.func.aggregate_strings(asked.c.id, _APART)] if named else [])]
        if single
        else [
            sa.literal_column("1"),
            asked.c.id,
            article.c.latest,
            asked.c.settled,
            asked.c.closes,
            asked.c.decided,
            claim.c.id,
        ]
    )
    joined = claim.join(article, sa.and_(article.c.id == claim.c.article, standing(article))).join(
        asked, asked.c.id == claim.c.question
    )
    if by == "tag":
        joined = joined.join(question, sa.and_(question.c.id == asked.c.id, standing(question)))
    chosen = (
        sa.select(*columns)
        .select_from(joined)
        # Adding 0 keeps SQLite from walking an index here: it reads every claim anyway, and in
        # the order of the table that takes two thirds of the time.
        .where((claim.c.superseded + 0).is_(None), article.c.latest <= as_of, which)
    )
    if single:
        chosen = chosen.group_by(*alike)
    standards = _standards(connection)
    keys: dict[Any, tuple[str, ...]] = {}
    for row in connection.execute(chosen).all():
        key, name, phrase, probability, reason, cluster, bits = row[:7]
        if key not in keys:
            keys[key] = grouping.keys(key)
        repeated, made, settled, closes, decided, said = (None,) * 6 if single else row[size + 1 :]
        yield Item(
            group=keys[key],
            source=name,
            question=repeated,
            standard=standards.get(name),
            phrase=phrase,
            probability=probability,
            opposite=bool(bits & _OPPOSITE),
            outcome=_OUTCOMES.get(bits & _ANY_OUTCOME),
            reason=reason,
            unmet=bool(bits & _UNMET),
            over=bool(bits & _OVER),
            late=bool(bits & _LATE),
            hindsight=bool(bits & _HINDSIGHT),
            assumed=bool(bits & _ASSUMED),
            reading="implied" if bits & _IMPLIED else "assumed" if bits & _TAKEN else "explicit",
            inferred=bool(bits & _INFERRED),
            cluster=cluster,
            made=made,
            ends=None if closes is None else ends(closes, settled=settled),
            n=row[size],
            reference=None if recorded is None else row[7],
            closes=closes,
            decided=decided,
            claim=said,
            questions=tuple(row[size + 1].split(_APART)) if named else (),
        )


def _asked(as_of: date, recorded: Recorded | None) -> sa.CTE:
    """
    Each question with what stands of it, its yes-or-no facts packed in ``bits``.
    """
    held = held_by(as_of)
    settled = sa.func.coalesce(held.c.happened, held.c.impossible)
    facts = {
        _UNMET: sa.and_(
            question.c.condition_statement.is_not(None), condition_by(as_of) == "unmet"
        ),
        _OVER: question.c.closes < as_of,
        _HINDSIGHT: question.c.criteria_written > sa.func.coalesce(settled, question.c.closes),
    }
    outcome = as_text(held.c.outcome)
    ending = _coded({bit: outcome == word for bit, word in _OUTCOMES.items()})
    return (
        sa.select(
            question.c.id,
            question.c.cluster,
            question.c.closes,
            held.c.reason,
            held.c.decided,
            settled.label("settled"),
            (_bits(facts) + ending).label("bits"),
            *([] if recorded is None else [_reference(recorded).label("reference")]),
        )
        .select_from(question.outerjoin(held, held.c.question == question.c.id))
        .where(standing(question))
        # Changes nothing but how it is done: a question is looked at once, not for each forecast.
        .offset(0)
        .cte("asked")
    )


def _reference(recorded: Recorded) -> sa.ColumnElement[Any]:
    """
    What the record of a question says of it, as ``Recorded.of`` does.
    """
    if recorded is Recorded.BASE_RATE:
        return question.c.base_rate
    says = as_text(question.c.status_quo)
    return sa.case((says == "yes", 1.0), (says == "no", 0.0), else_=None)


def _standards(connection: sa.Connection) -> dict[str, str]:
    """
    The lexicon of each source that declares one.
    """
    chosen = sa.select(source.c.id, source.c.lexicon).where(
        standing(source), source.c.lexicon.is_not(None)
    )
    return {row.id: row.lexicon for row in connection.execute(chosen)}


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
        by: One of ``GROUPINGS``.
        as_of: What was said by this day.
        only: The part of the record that counts.
        sources: Only theirs.
    """
    grouping = GROUPINGS[by]
    theirs = part_of(connection, only)
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


def _bits(conditions: Mapping[int, sa.ColumnElement[Any]]) -> sa.ColumnElement[int]:
    """
    The sum of the bits whose condition holds; unknown does not hold.
    """
    bits = [
        sa.case((condition, sa.literal_column(str(bit))), else_=sa.literal_column("0"))
        for bit, condition in conditions.items()
    ]
    return functools.reduce(operator.add, bits)


def _coded(conditions: Mapping[int, sa.ColumnElement[Any]]) -> sa.ColumnElement[int]:
    """
    The bit of the one condition that holds, or 0.
    """
    return sa.case(
        *((condition, sa.literal_column(str(bit))) for bit, condition in conditions.items()),
        else_=sa.literal_column("0"),
    )

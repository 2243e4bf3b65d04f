"""
The use cases of the clock on the wall: today's summary, and the calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from foretrack import due, excerpt
from foretrack.core import agenda, ledger, weeks
from foretrack.core.records import Question, Review, Task
from foretrack.core.schedule import Calendar, Closing
from foretrack.core.vocabulary import ConditionIs
from foretrack.db import journal, store, tables
from foretrack.db.engine import reading
from foretrack.db.rows import record_of
from foretrack.db.tables import Entity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from foretrack.core.agenda import Queue, Voice
    from foretrack.core.records import Claim
    from foretrack.db.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """
    What one wants to know in the morning.

    Attributes:
        questions: How many there are.
        meeting: The day of the next review; None before the first one.
        begun: The review that has begun and has not ended.
        held: The last review that has ended.
        queue: What is overdue, and what closes soon.
        tasks: How many are still to be done.
        late: How many of them should have been done by now.
        last: The last change, if any.
    """

    day: date
    questions: int
    meeting: date | None
    begun: Review | None
    held: Review | None
    queue: Queue
    tasks: int
    late: int
    last: Entry | None


def today(engine: sa.Engine, *, day: date, within: int = 14, first: int = 3) -> Today:
    """
    The day's summary.

    Args:
        within: How many days ahead to look for closing dates.
        first: Read this many questions that wait.
    """
    with reading(engine) as connection:
        queue = due.queue_of(connection, as_of=day, within=within, first=first)
        reviews = _reviews(connection)
        tasks = [
            one
            for one in store.fetch(connection, Entity.TASK, tables.task.c.done.is_(None))
            if isinstance(one, Task)
        ]
        chosen = sa.select(sa.func.count()).select_from(tables.question)
        questions = connection.scalar(chosen.where(tables.standing(tables.question)))
        last = next(iter(journal.entries(connection, newest=1)), None)
    return Today(
        day=day,
        questions=questions or 0,
        meeting=next_meeting(reviews, day=day),
        begun=next((one for one in reviews if one.closed is None), None),
        held=next((one for one in reversed(reviews) if one.closed is not None), None),
        queue=queue,
        tasks=len(tasks),
        late=sum(one.due is not None and one.due < day for one in tasks),
        last=last,
    )


def _reviews(connection: sa.Connection) -> list[Review]:
    found = store.fetch(connection, Entity.REVIEW)
    return sorted(
        (one for one in found if isinstance(one, Review)), key=lambda one: (one.started, one.id)
    )


def next_meeting(reviews: Sequence[Review], *, day: date) -> date | None:
    """
    The day of the next review: the weekday of the last one, in the first week without a review.

    None before the first review.

    Args:
        reviews: By the day they began.
    """
    if not reviews:
        return None
    weekday = timedelta(days=reviews[-1].started.weekday())
    held = {one.id for one in reviews if one.closed is not None}
    monday = day - timedelta(days=day.weekday())
    while weeks.week_of(monday) in held or monday + weekday < day:
        monday += timedelta(days=7)
    return monday + weekday


def calendar(engine: sa.Engine, *, as_of: date, within: int | None = None) -> Calendar:
    """
    Every closing date, and the weekly review.

    A question that is settled, early or late, or withdrawn stands there as cancelled, so that a
    calendar that has it already takes it out.  Before the first review the meeting is on Mondays.

    Args:
        within: Only what is due within so many days.
    """
    with reading(engine) as connection:
        until = None if within is None else as_of + timedelta(days=within)
        closings = [
            *_closings(connection, as_of=as_of, until=until),
            *_withdrawn(connection, until=until),
        ]
        reviews = _reviews(connection)
        stamps = _stamps(connection, tables.review, "id").values()
    revision, changed = max(stamps, default=(0, None), key=lambda stamp: stamp[0])
    following = next_meeting(reviews, day=as_of) or _monday(as_of)
    return Calendar(
        closings=tuple(sorted(closings, key=lambda one: (one.question.closes, one.question.id))),
        meeting=following,
        revision=revision,
        changed=changed,
    )


def _monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _closings(connection: sa.Connection, *, as_of: date, until: date | None) -> list[Closing]:
    near = tables.question.c.closes <= until if until is not None else sa.true()
    chosen = sa.select(tables.question.c.id).where(tables.standing(tables.question), near)
    part = excerpt.about(connection, list(connection.scalars(chosen)))
    said = _said(part, as_of=as_of)
    asked = _stamps(connection, tables.question, "id")
    others = [_stamps(connection, table, "question") for table in (tables.ledger, tables.claim)]
    found = []
    for name, question in part.questions.items():
        now = ledger.state(part.ledger.get(name, ()), as_of=as_of)
        settled = now.resolution is not None or now.condition_is is ConditionIs.UNMET
        revision, changed = max(asked[name], *(stamps.get(name, asked[name]) for stamps in others))
        found.append(
            Closing(
                question=question,
                voices=said.get(name, ()),
                open=not settled,
                revision=revision,
                changed=changed,
            )
        )
    return found


def _withdrawn(connection: sa.Connection, *, until: date | None) -> list[Closing]:
    """
    The questions that were taken out of the record, each as it last stood.
    """
    table = tables.question
    near = table.c.closes <= until if until is not None else sa.true()
    live = sa.select(table.c.id).where(tables.standing(table))
    chosen = sa.select(table).where(near, table.c.id.not_in(live)).order_by(table.c.recorded)
    stamps = _stamps(connection, table, "id")
    last = {}
    for row in connection.execute(chosen).mappings():
        question = record_of(Entity.QUESTION, row)
        if isinstance(question, Question):
            last[question.id] = question
    return [
        Closing(question=one, voices=(), open=False, revision=revision, changed=changed)
        for one in last.values()
        for revision, changed in [stamps[one.id]]
    ]


def _said(part: excerpt.Part, *, as_of: date) -> dict[str, tuple[Voice, ...]]:
    by_question: dict[str, list[Claim]] = {}
    for claim in part.claims:
        if part.articles[claim.article].published.latest > as_of:
            continue
        by_question.setdefault(claim.question or "", []).append(claim)
    return {
        name: agenda.voices(claims, articles=part.articles, sources=part.sources)
        for name, claims in by_question.items()
    }


def _stamps(
    connection: sa.Connection, table: sa.TableClause, name: str
) -> dict[str, tuple[int, datetime]]:
    """
    For each value of a column: sequence and instant of the last journal entry that touched it.

    That is the one that wrote a version with it, or ended one.
    """
    column = table.c[name]
    touched = sa.func.max(sa.func.coalesce(table.c.superseded, table.c.recorded))
    last = sa.select(column.label("name"), touched.label("sequence")).group_by(column).subquery()
    chosen = sa.select(last.c.name, last.c.sequence, tables.journal.c.at).join(
        tables.journal, tables.journal.c.sequence == last.c.sequence
    )
    return {row.name: (row.sequence, row.at) for row in connection.execute(chosen)}

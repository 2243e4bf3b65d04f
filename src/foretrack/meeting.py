"""
The use cases of a weekly review while it lasts: its beginning, who is there, what is said in it.

The decisions themselves are those of ``resolve``; what it goes through is in ``sitting``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from foretrack.core import weeks
from foretrack.core.records import Postponement, Remark, Review, Task
from foretrack.db import journal, store, tables
from foretrack.db.engine import reading, writing
from foretrack.db.store import Change
from foretrack.db.tables import Action, Entity
from foretrack.errors import Conflict, InvalidInput, Problem
from foretrack.files.layout import LINE, MET, TEXT
from foretrack.files.scalars import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    import sqlalchemy as sa

    from foretrack.db.store import Contents
    from foretrack.evaluate import Choice
    from foretrack.files.scalars import Scalar

UNSAID = "no reason given"
"""
The text of a dissent without one.
"""


def present(engine: sa.Engine) -> Review:
    """
    The review that has begun and has not ended.

    Raises:
        Conflict: There is none.
    """
    with reading(engine) as connection:
        return begun(_meetings(connection))


def _meetings(connection: sa.Connection) -> Contents:
    """
    Reviews and their parts, without the rest of the record.
    """
    contents = store.Contents()
    for entity in (Entity.REVIEW, Entity.POSTPONEMENT, Entity.REMARK, Entity.TASK):
        for found in store.fetch(connection, entity):
            # Each kind's records are given read-only; this is where they are filled.
            contents.of(entity)[found.id] = found  # type: ignore[index]
    return contents


def _opened(contents: Contents) -> Review | None:
    found = [one for one in contents.reviews.values() if one.closed is None]
    return max(found, key=lambda one: one.id, default=None)


def begun(contents: Contents) -> Review:
    """
    The review that has begun and has not ended.

    Raises:
        Conflict: There is none.
    """
    found = _opened(contents)
    if found is None:
        raise Conflict("no review has begun; `foretrack review start` begins one")
    return found


def start(
    engine: sa.Engine,
    *,
    choice: Choice,
    attending: Sequence[str],
    today: date,
    actor: str,
    now: datetime,
) -> Review:
    """
    Begin the review of the current week.

    Args:
        choice: Which lexicon and cohort the figures go by.

    Raises:
        Conflict: One has begun already, or this week's has ended.
        InvalidInput: A name is none.
    """
    week = weeks.week_of(today)
    there = people(attending, "attending")
    with writing(engine) as connection:
        contents = _meetings(connection)
        if (other := _opened(contents)) is not None:
            raise Conflict(
                f"the review of {weeks.shown(other.id)} has begun already; `foretrack review run`"
                " goes on with it, `foretrack review attend` corrects who is there, `foretrack"
                " review close` ends it"
            )
        if week in contents.reviews:
            raise Conflict(
                f"the review of {weeks.shown(week)} has ended; "
                f"`foretrack review show {weeks.shown(week)}` shows its minutes"
            )
        sequence, head = journal.head(connection)
        made = Review(
            id=week,
            started=today,
            as_of=today,
            lexicon=choice.library.get(choice.lexicon or choice.default).id,
            cohort=choice.cohort.value,
            sequence=sequence,
            head=head,
            attending=there,
        )
        store.write(connection, [Change(Action.ADD, made)], actor=actor, at=now)
    return made


def people(names: Iterable[str], field: str) -> tuple[str, ...]:
    """
    Names as a review keeps them, each once.

    Raises:
        InvalidInput: One is none.
    """
    return tuple(dict.fromkeys(checked(MET, name, field) for name in names))


def attend(engine: sa.Engine, names: Iterable[str], *, actor: str, now: datetime) -> Review:
    """
    Correct who is at the review that has begun.

    Raises:
        Conflict: No review has begun.
        InvalidInput: A name is none.
    """
    there = people(names, "attending")
    with writing(engine) as connection:
        one = begun(_meetings(connection))
        if there == one.attending:
            return one
        made = replace(one, attending=there)
        change = Change(Action.CORRECT, made, "who is there")
        store.write(connection, [change], actor=actor, at=now)
    return made


def absent(one: Review, names: Iterable[str]) -> list[str]:
    """
    The names that are not among those attending; none where nobody said who is.
    """
    there = {name.casefold() for name in one.attending}
    return [name for name in names if there and name.casefold() not in there]


def skip(engine: sa.Engine, question: str, *, actor: str, now: datetime) -> None:
    """
    Keep that the review that has begun passed a question over; said again, nothing changes.

    Raises:
        Conflict: No review has begun, or there is no such question.
    """
    with writing(engine) as connection:
        one = begun(_meetings(connection))
        _known(connection, question)
        if question in one.skipped:
            return
        made = replace(one, skipped=(*one.skipped, question))
        change = Change(Action.CORRECT, made, f"skipped {question}")
        store.write(connection, [change], actor=actor, at=now)


def _known(connection: sa.Connection, question: str) -> None:
    if not store.fetch(connection, Entity.QUESTION, tables.question.c.id == question):
        raise Conflict(f"there is no question {question}")


def checked(shape: Scalar, text: str, field: str) -> str:
    """
    Text that a file can hold.

    Raises:
        InvalidInput: It cannot.
    """
    try:
        return str(shape.convert(text.strip()))
    except Refused as refusal:
        raise InvalidInput([Problem("", 0, field, str(refusal))]) from refusal


def postpone(
    engine: sa.Engine,
    question: str,
    *,
    again: date,
    note: str | None,
    today: date,
    actor: str,
    now: datetime,
) -> Postponement:
    """
    Leave a question open in the review that has begun; said again, it is corrected.

    Raises:
        Conflict: No review has begun, or there is no such question.
        InvalidInput: The day is not in the future, or the note is no text.
    """
    if again <= today:
        raise InvalidInput([Problem("", 0, "again", f"{again} is not after today, {today}")])
    note = checked(TEXT, note, "note") if note else None
    with writing(engine) as connection:
        contents = _meetings(connection)
        one = begun(contents)
        _known(connection, question)
        for held in contents.postponements.values():
            if (held.review, held.question) == (one.id, question):
                made = replace(held, decided=today, again=again, note=note)
                change = Change(Action.CORRECT, made, "put off anew")
                break
        else:
            made = Postponement(
                id=_next(f"{one.id}-later", contents.postponements),
                question=question,
                review=one.id,
                decided=today,
                again=again,
                note=note,
            )
            change = Change(Action.ADD, made)
        store.write(connection, [change], actor=actor, at=now)
    return made


def remark(
    engine: sa.Engine,
    text: str,
    *,
    question: str | None,
    dissent: Iterable[str] = (),
    actor: str,
    now: datetime,
) -> Remark:
    """
    Keep a note, or a dissent, in the review that has begun.

    Args:
        text: What was said; of a dissent the reason, which may be left out.
        question: What it is about.
        dissent: Who does not agree with what was decided about the question.

    Raises:
        Conflict: No review has begun.
        InvalidInput: The note is no text, a name is none, or a dissent is about no question.
    """
    who = people(dissent, "dissent")
    text = checked(TEXT, text or (UNSAID if who else ""), "text")
    if who and question is None:
        raise InvalidInput([Problem("", 0, "dissent", "needs the question that it is about")])
    with writing(engine) as connection:
        contents = _meetings(connection)
        one = begun(contents)
        name = _next(f"{one.id}-note", contents.remarks)
        made = Remark(id=name, review=one.id, text=text, question=question, dissent=who)
        store.write(connection, [Change(Action.ADD, made)], actor=actor, at=now)
    return made


def action(
    engine: sa.Engine,
    text: str,
    *,
    who: str | None,
    due: date | None,
    actor: str,
    now: datetime,
) -> Task:
    """
    Note what somebody is to do, in the review that has begun.

    Raises:
        Conflict: No review has begun.
        InvalidInput: The text or the name is none.
    """
    text = checked(LINE, text, "text")
    who = checked(MET, who, "who") if who else None
    with writing(engine) as connection:
        contents = _meetings(connection)
        one = begun(contents)
        name = _next(f"{one.id}-task", contents.tasks)
        made = Task(id=name, review=one.id, text=text, who=who, due=due)
        store.write(connection, [Change(Action.ADD, made)], actor=actor, at=now)
    return made


def finish(engine: sa.Engine, name: str, *, today: date, actor: str, now: datetime) -> Task:
    """
    Mark a task as done, in a review or between reviews.

    Args:
        name: Its id, or the end of one that only one open task has, such as ``task-2``.

    Raises:
        InvalidInput: No open task is meant, or several are.
    """
    wanted = name.strip().lower()
    with writing(engine) as connection:
        tasks = [one for one in _meetings(connection).tasks.values() if one.done is None]
        found = [one for one in tasks if one.id == wanted] or [
            one for one in tasks if wanted and one.id.endswith(f"-{wanted}")
        ]
        if len(found) != 1:
            listed = "\n".join(f"    {one.id}: {one.text}" for one in found or tasks)
            which = f"{name!r} is the end of several" if found else f"no open task is {name!r}"
            raise InvalidInput(f"{which}; open are:\n{listed}" if listed else which)
        made = replace(found[0], done=today)
        store.write(connection, [Change(Action.CORRECT, made, "done")], actor=actor, at=now)
    return made


def unfinished(engine: sa.Engine) -> list[Task]:
    """
    The tasks that are still to be done, by id.
    """
    with reading(engine) as connection:
        tasks = _meetings(connection).tasks.values()
    return sorted((one for one in tasks if one.done is None), key=lambda one: one.id)


def _next(head: str, taken: Iterable[str]) -> str:
    """
    The id with the next number.
    """
    numbers = [name.rpartition("-")[2] for name in taken if name.rpartition("-")[0] == head]
    return f"{head}-{max((int(one) for one in numbers if one.isdecimal()), default=0) + 1}"

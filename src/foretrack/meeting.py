"""
The use cases of a weekly review while it lasts: its agenda, its beginning, what is said in it.

The decisions themselves are those of ``resolve``.  A review that has begun goes through the record
as it stood at that moment, so that its agenda stays the same however often it is opened again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from foretrack import evaluate, excerpt
from foretrack.core import ledger, review, weeks
from foretrack.core.cohort import Cohort
from foretrack.core.records import (
    ConditionIs,
    ConditionState,
    Postponement,
    Remark,
    Review,
    Task,
)
from foretrack.core.review import Headline, Since, Topic
from foretrack.db import journal, store, tables
from foretrack.db.engine import reading, writing
from foretrack.db.store import Change
from foretrack.db.tables import Action, Entity
from foretrack.errors import Conflict, InvalidInput, Problem
from foretrack.files.layout import LINE, MET, TEXT
from foretrack.files.scalars import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    import sqlalchemy as sa

    from foretrack.core.records import LedgerEntry
    from foretrack.core.review import Agenda
    from foretrack.db.store import Contents
    from foretrack.evaluate import Choice
    from foretrack.files.scalars import Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """
    A review that has begun.

    Attributes:
        agenda: From the record as it stood when it began.
        base: That record.
        live: The record now.
        since: The review before it.
        exact: Whether the record as it stood could be read; it cannot be where the review was
            imported from another database.
    """

    review: Review
    agenda: Agenda
    base: Contents
    live: Contents
    since: Since
    exact: bool

    def entries(self, question: str) -> tuple[LedgerEntry, ...]:
        """
        What was decided about a question since it began.
        """
        base = self.base if self.exact else None
        return decided_since(self.review, question, live=self.live, base=base)

    def put_off(self, question: str) -> Postponement | None:
        """
        Whether this review left the question open.
        """
        for one in self.live.postponements.values():
            if (one.review, one.question) == (self.review.id, question):
                return one
        return None

    def done(self, question: str, *, topic: Topic) -> str | None:
        """
        What became of a question since it began; None while nobody decided or put it off.

        Where the window is over, or will be this week, a condition that was met is not enough.
        """
        entries, held = self.entries(question), self.put_off(question)
        said = [review.what(entry) for entry in entries]
        open_still = not settled(self.live, question)
        if held is not None and open_still:
            said.append(f"not yet, look again on {held.again}")
        met = any(isinstance(entry, ConditionState) for entry in entries)
        if open_still and held is None and (not met or topic in (Topic.OVERDUE, Topic.DUE)):
            return None
        return ", then ".join(said) or None


def decided_since(
    one: Review, question: str, *, live: Contents, base: Contents | None
) -> tuple[LedgerEntry, ...]:
    """
    What was decided about a question since a review began.

    Args:
        live: The record now.
        base: The record as it stood then; None where it cannot be read, and days must do.
    """
    now = live.ledger.get(question, ())
    if base is None:
        return tuple(entry for entry in now if entry.decided >= one.started)
    before = {entry.id for entry in base.ledger.get(question, ())}
    return tuple(entry for entry in now if entry.id not in before)


def settled(contents: Contents, question: str) -> bool:
    """
    Whether there is nothing left to decide about a question.
    """
    now = ledger.state(contents.ledger.get(question, ()), as_of=None)
    return now.resolution is not None or now.condition_is is ConditionIs.UNMET


def put_off(contents: Contents, one: Review) -> tuple[Postponement, ...]:
    """
    What a review left open; what was put off and then decided is no longer among it.
    """
    return tuple(
        each
        for each in contents.postponements.values()
        if each.review == one.id and not settled(contents, each.question)
    )


def agenda(engine: sa.Engine, choice: Choice, *, week: str) -> Agenda:
    """
    What a review of the week would go through, as the record stands.

    Args:
        choice: Its as-of date is the agenda's.
        week: The ISO week.
    """
    with reading(engine) as connection:
        contents = store.load(connection)
        held = [
            one
            for one in contents.reviews.values()
            if one.closed and one.closed <= choice.as_of and one.id <= week
        ]
        return _agenda(contents, choice, week=week, since=_since(connection, held))


def _agenda(contents: Contents, choice: Choice, *, week: str, since: Since) -> Agenda:
    part = excerpt.whole(contents)
    return review.build(
        contents,
        week=week,
        card=evaluate.card_from(part, choice),
        lines=evaluate.lines_of(part, choice),
        tasks=[one for one in contents.tasks.values() if one.done is None],
        since=since,
    )


def _since(connection: sa.Connection, held: Iterable[Review]) -> Since:
    """
    The last of some reviews, with the record as it stood when it ended.
    """
    last = max(held, key=lambda one: one.id, default=None)
    if last is None:
        return Since()
    document = minutes_of(last)
    record = as_it_was(connection, document)
    return Since(last.id, last.closed, record, _headlines(document))


def as_it_was(connection: sa.Connection, document: Mapping[str, Any]) -> Contents | None:
    """
    The record as it stood when a review ended.

    None where the journal is not the one that the minutes name: they were imported.
    """
    end = document.get("end")
    if not isinstance(end, dict) or not isinstance(end.get("sequence"), int):
        return None
    if journal.hash_at(connection, end["sequence"]) != end.get("hash"):
        return None
    return store.load(connection, at_sequence=end["sequence"])


def minutes_of(one: Review) -> dict[str, Any]:
    """
    The stored document of a review; empty while it lasts.
    """
    found = json.loads(one.document or "{}")
    return found if isinstance(found, dict) else {}


def _headlines(document: Mapping[str, Any]) -> dict[str, Headline]:
    after = document.get("after")
    rows = after.get("groups", []) if isinstance(after, dict) else []
    return {
        row["group"]: Headline(row["scored"], row["brier"], row["early"]["n"])
        for row in rows
        if {"group", "scored", "brier", "early"} <= row.keys()
    }


def opened(engine: sa.Engine) -> Review | None:
    """
    The review that has begun and has not ended.
    """
    with reading(engine) as connection:
        return _opened(_meetings(connection))


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
    names = tuple(dict.fromkeys(checked(MET, name, "attending") for name in attending))
    with writing(engine) as connection:
        contents = _meetings(connection)
        if (other := _opened(contents)) is not None:
            raise Conflict(
                f"the review of {weeks.shown(other.id)} has begun already; `foretrack review run`"
                " goes on with it, `foretrack review close` ends it"
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
            attending=names,
        )
        store.write(connection, [Change(Action.ADD, made)], actor=actor, at=now)
    return made


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


def sitting(engine: sa.Engine, choice: Choice) -> Sitting:
    """
    The review that has begun, with its agenda and what became of it so far.

    Raises:
        Conflict: None has begun.
    """
    with reading(engine) as connection:
        return sitting_of(connection, choice)


def sitting_of(connection: sa.Connection, choice: Choice) -> Sitting:
    """
    What ``sitting`` gives, within a view of the record that is open already.
    """
    live = store.load(connection)
    one = begun(live)
    exact = journal.hash_at(connection, one.sequence) == one.head
    base = store.load(connection, at_sequence=one.sequence) if exact else live
    held = [each for each in base.reviews.values() if each.closed and each.id < one.id]
    since = _since(connection, held)
    found = _agenda(base, chosen(choice, one), week=one.id, since=since)
    return Sitting(review=one, agenda=found, base=base, live=live, since=since, exact=exact)


def chosen(choice: Choice, one: Review) -> Choice:
    """
    How a review counts: by its own day, lexicon and cohort.
    """
    return replace(
        choice, as_of=one.as_of, cohort=Cohort(one.cohort), default=one.lexicon, lexicon=None
    )


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
        if not store.fetch(connection, Entity.QUESTION, tables.question.c.id == question):
            raise Conflict(f"there is no question {question}")
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
    engine: sa.Engine, text: str, *, question: str | None, actor: str, now: datetime
) -> Remark:
    """
    Keep a note in the review that has begun.

    Raises:
        Conflict: No review has begun.
        InvalidInput: The note is no text.
    """
    text = checked(TEXT, text, "text")
    with writing(engine) as connection:
        contents = _meetings(connection)
        one = begun(contents)
        name = _next(f"{one.id}-note", contents.remarks)
        made = Remark(id=name, review=one.id, text=text, question=question)
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

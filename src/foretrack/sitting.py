"""
What a review goes through: the agenda of a week, and how far the review that has begun is.

A review goes through the record as it stood when it began, so that its agenda stays the same
however often it is opened, while it lasts and later.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from foretrack import excerpt, itemize, meeting
from foretrack.core import ledger, review, topics
from foretrack.core.records import ConditionState
from foretrack.core.review import Basis, Held
from foretrack.core.since import Headline, Since
from foretrack.core.topics import Topic
from foretrack.core.vocabulary import Cohort, ConditionIs
from foretrack.db import journal, steps, store
from foretrack.db.engine import reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import sqlalchemy as sa

    from foretrack.core.records import LedgerEntry, Postponement, Review, Task
    from foretrack.core.review import Agenda
    from foretrack.core.topics import Patience
    from foretrack.db.store import Contents
    from foretrack.evaluate import Choice


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
        said = [topics.what(entry) for entry in entries]
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


def agenda(
    engine: sa.Engine,
    choice: Choice,
    *,
    week: str,
    today: date,
    as_held: bool = False,
    patience: Patience | None = None,
) -> Agenda:
    """
    What a review of the week would go through, as the record stands; or what it did go through.

    Args:
        choice: Its as-of date is the agenda's.
        week: The ISO week.
        today: Whether the agenda's day has gone by.
        as_held: Where that week's review has begun, give its own agenda.
        patience: How long an open question may rest before it is an item.
    """
    with reading(engine) as connection:
        contents = store.load(connection)
        one = contents.reviews.get(week)
        if one is not None and as_held:
            return _sitting(connection, choice, one, contents, patience).agenda
        before = [
            each
            for each in contents.reviews.values()
            if each.closed and each.closed <= choice.as_of and each.id <= week
        ]
        return _agenda(
            contents,
            choice,
            week=week,
            since=_since(connection, before, until=journal.head(connection)[0]),
            basis=Basis.NOW if choice.as_of >= today else Basis.LATER,
            one=one,
            patience=patience,
        )


def _agenda(
    contents: Contents,
    choice: Choice,
    *,
    week: str,
    since: Since,
    basis: Basis,
    one: Review | None,
    patience: Patience | None,
) -> Agenda:
    part = excerpt.whole(contents)
    return review.build(
        contents,
        week=week,
        card=itemize.card_from(part, choice),
        lines=itemize.lines_of(part, choice),
        tasks=_unfinished(contents, day=choice.as_of),
        since=since,
        basis=basis,
        patience=patience,
        held=Held(began=one.started, ended=one.closed, sequence=one.sequence) if one else None,
    )


def _unfinished(contents: Contents, *, day: date) -> list[Task]:
    """
    The tasks that were agreed by a day and not done by then.
    """
    return [
        task
        for task in contents.tasks.values()
        if contents.reviews[task.review].started <= day and (task.done is None or task.done > day)
    ]


def _since(connection: sa.Connection, held: Iterable[Review], *, until: int) -> Since:
    """
    The last of some reviews, with the record as it stood when it ended and what was written since.

    Args:
        until: The last journal entry of the record that is looked at.
    """
    last = max(held, key=lambda one: one.id, default=None)
    if last is None:
        return Since()
    document = minutes_of(last)
    record = as_it_was(connection, document)
    if record is None:
        return Since(last.id, last.closed, None, _headlines(document))
    made = steps.steps(connection, after=document["end"]["sequence"], until=until)
    return Since(last.id, last.closed, record, _headlines(document), made)


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


def current(engine: sa.Engine, choice: Choice, *, patience: Patience | None = None) -> Sitting:
    """
    The review that has begun, with its agenda and what became of it so far.

    Args:
        choice: The lexicons at hand.
        patience: How long an open question may rest before it is an item.

    Raises:
        Conflict: None has begun.
    """
    with reading(engine) as connection:
        return current_in(connection, choice, patience=patience)


def current_in(
    connection: sa.Connection, choice: Choice, *, patience: Patience | None = None
) -> Sitting:
    """
    What ``current`` gives, within a view of the record that is open already.
    """
    live = store.load(connection)
    return _sitting(connection, choice, meeting.begun(live), live, patience)


def _sitting(
    connection: sa.Connection,
    choice: Choice,
    one: Review,
    live: Contents,
    patience: Patience | None,
) -> Sitting:
    exact = journal.hash_at(connection, one.sequence) == one.head
    base = store.load(connection, at_sequence=one.sequence) if exact else live
    held = [each for each in base.reviews.values() if each.closed and each.id < one.id]
    until = one.sequence if exact else journal.head(connection)[0]
    since = _since(connection, held, until=until)
    found = _agenda(
        base,
        chosen(choice, one),
        week=one.id,
        since=since,
        basis=Basis.MEETING if exact else Basis.ELSEWHERE,
        one=one,
        patience=patience,
    )
    return Sitting(review=one, agenda=found, base=base, live=live, since=since, exact=exact)


def chosen(choice: Choice, one: Review) -> Choice:
    """
    How a review counts: by its own day, lexicon and cohort.
    """
    return replace(
        choice, as_of=one.as_of, cohort=Cohort(one.cohort), default=one.lexicon, lexicon=None
    )

"""
The use cases of a review that ends: its minutes, the list of reviews, and minutes read again.

What was closed is printed as it was stored.  What a recomputation would change is worked out beside
it, from today's record and for the same day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from foretrack import excerpt, itemize, sitting
from foretrack.core import minutes, topics, weeks
from foretrack.core.minutes import (
    Changes,
    Decision,
    Dissent,
    Forecast,
    Head,
    Left,
    Minutes,
    PutOff,
    Used,
)
from foretrack.core.records import ConditionState, Reopening, Resolution, Review
from foretrack.db import journal, store
from foretrack.db.engine import reading, writing
from foretrack.db.store import Change
from foretrack.db.tables import Action
from foretrack.errors import InvalidInput
from foretrack.report import as_json

if TYPE_CHECKING:
    from datetime import date, datetime

    import sqlalchemy as sa

    from foretrack.core.page import Line
    from foretrack.core.records import LedgerEntry, Remark
    from foretrack.core.scorecard import Scorecard
    from foretrack.core.topics import Patience
    from foretrack.db.store import Contents
    from foretrack.evaluate import Choice
    from foretrack.sitting import Sitting


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """
    One line of the list of reviews.

    Attributes:
        decisions: In its minutes, or so far.
        postponed: In its minutes, or so far.
        tasks: Those in its minutes, or of any review while it lasts, that are still to be done.
    """

    review: Review
    decisions: int
    postponed: int
    tasks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """
    A review that has ended.

    Attributes:
        document: Its minutes as they were stored.
        changes: What a recomputation would change now.
    """

    review: Review
    document: dict[str, Any]
    changes: Changes


def close(
    engine: sa.Engine,
    choice: Choice,
    *,
    patience: Patience | None = None,
    today: date,
    version: str,
    actor: str,
    now: datetime,
) -> Shown:
    """
    End the review that has begun, and store its minutes.

    Args:
        choice: The lexicons at hand.
        patience: How long an open question may rest before it is on the agenda.
        version: The program's.

    Raises:
        Conflict: None has begun.
    """
    with writing(engine) as connection:
        found = sitting.current_in(connection, choice, patience=patience)
        head = Head(*journal.head(connection))
        made = _minutes(found, choice, today=today, end=head)
        document = {"kind": "minutes", "foretrack": version, **as_json.value(made)}
        ended = replace(found.review, closed=today, document=journal.canonical(document))
        change = Change(Action.CORRECT, ended, "closed")
        store.write(connection, [change], actor=actor, at=now)
    return Shown(review=ended, document=sitting.minutes_of(ended), changes=Changes())


def _minutes(found: Sitting, choice: Choice, *, today: date, end: Head) -> Minutes:
    one, live = found.review, found.live
    how = sitting.chosen(choice, one)
    after = replace(how, as_of=max(today, one.as_of))
    part = excerpt.whole(live)
    lines = itemize.lines_of(part, after)
    before = itemize.card_from(excerpt.whole(found.base), how)
    known = {name for name, task in found.base.tasks.items() if task.done is not None}
    library = choice.library
    return Minutes(
        review=one.id,
        week=weeks.shown(one.id),
        started=one.started,
        closed=today,
        as_of=one.as_of,
        attending=one.attending,
        cohort=one.cohort,
        lexicon=_used(choice, one.lexicon),
        declared={
            source.id: _used(choice, source.lexicon)
            for source in live.sources.values()
            if source.lexicon in library.names()
        },
        start=Head(one.sequence, one.head),
        end=end,
        decisions=tuple(_decisions(found, lines)),
        postponed=tuple(
            PutOff(
                id=each.id,
                question=each.question,
                statement=live.questions[each.question].statement,
                decided=each.decided,
                again=each.again,
                note=each.note,
            )
            for each in sitting.put_off(live, one)
        ),
        remarks=tuple(each for each in live.remarks.values() if each.review == one.id),
        tasks=tuple(each for each in live.tasks.values() if each.id not in known),
        left=tuple(
            Left(
                question=item.question,
                statement=item.statement,
                topic=item.topic,
                skipped=item.question in one.skipped,
            )
            for item in found.agenda.items
            if item.question in live.questions
            and found.done(item.question, topic=item.topic) is None
        ),
        alarms=found.agenda.alarms,
        moved=found.agenda.moved,
        before=_card(before),
        after=_card(itemize.card_from(part, after)),
    )


def _used(choice: Choice, name: str | None) -> Used:
    lexicon = choice.library.get(name or choice.default)
    return Used(lexicon.id, lexicon.checksum)


def _card(card: Scorecard) -> dict[str, Any]:
    return {
        "convention": as_json.convention(card.convention),
        "groups": as_json.value(card.groups),
        "overall": as_json.value(card.overall),
    }


def _decisions(held: Sitting, lines: tuple[Line, ...]) -> list[Decision]:
    live = held.live
    said_of: dict[str, list[Remark]] = {}
    for one in live.remarks.values():
        if one.review == held.review.id and one.question is not None:
            said_of.setdefault(one.question, []).append(one)
    found = []
    names = dict.fromkeys([*(item.question for item in held.agenda.items), *live.questions])
    for name in names:
        question = live.questions.get(name)
        if question is None:  # withdrawn since the meeting began
            continue
        entries = held.entries(name)
        reopened = {entry.reopens for entry in entries if isinstance(entry, Reopening)}
        said = [line for line in lines if line.question == name] if entries else []
        forecasts = tuple(
            Forecast(
                claim=line.claim,
                source=line.source,
                name=live.sources[line.source].name,
                words=line.words,
                polarity=line.polarity,
                probability=line.probability,
                standing=line.standing,
                brier=line.brier,
            )
            for line in sorted(said, key=lambda line: (line.made, line.source, line.claim))
        )
        found += [
            Decision(
                question=name,
                statement=question.statement,
                entry=entry.id,
                what=topics.what(entry) + (", then reopened" if entry.id in reopened else ""),
                happened=_day(entry),
                decided=entry.decided,
                evidence=() if isinstance(entry, Reopening) else entry.evidence,
                note=entry.reason if isinstance(entry, Reopening) else entry.note,
                dissent=tuple(Dissent(one.dissent, one.text) for one in remarks if one.dissent),
                notes=tuple(one.text for one in remarks if not one.dissent),
                forecasts=forecasts,
            )
            for entry in entries
            for remarks in [said_of.get(name, []) if entry is entries[-1] else []]
        ]
    return found


def _day(entry: LedgerEntry) -> date | None:
    match entry:
        case Resolution():
            return entry.happened or entry.impossible
        case ConditionState():
            return entry.since
    return None


def listing(engine: sa.Engine) -> list[Listed]:
    """
    Every review, the newest first.
    """
    with reading(engine) as connection:
        contents = store.load(connection)
        ordered = sorted(contents.reviews.values(), key=lambda each: each.id, reverse=True)
        return [
            _ended(one, contents) if one.closed else _lasting(connection, one, contents)
            for one in ordered
        ]


def _ended(one: Review, contents: Contents) -> Listed:
    document = sitting.minutes_of(one)
    named = {each["id"] for each in document.get("tasks", ())}
    return Listed(
        review=one,
        decisions=len(document.get("decisions", ())),
        postponed=len(document.get("postponed", ())),
        tasks=sum(each.id in named and each.done is None for each in contents.tasks.values()),
    )


def _lasting(connection: sa.Connection, one: Review, contents: Contents) -> Listed:
    exact = journal.hash_at(connection, one.sequence) == one.head
    base = store.load(connection, at_sequence=one.sequence) if exact else None
    return Listed(
        review=one,
        decisions=sum(
            len(sitting.decided_since(one, name, live=contents, base=base))
            for name in contents.questions
        ),
        postponed=len(sitting.put_off(contents, one)),
        tasks=sum(each.done is None for each in contents.tasks.values()),
    )


def show(engine: sa.Engine, week: str, *, choice: Choice, version: str) -> Shown:
    """
    The minutes of a review as they were stored, and what a recomputation would change now.

    Args:
        week: The ISO week.
        choice: The lexicons at hand.
        version: The program's.

    Raises:
        InvalidInput: There was no such review, or it has not ended.
    """
    with reading(engine) as connection:
        contents = store.load(connection)
        one = contents.reviews.get(week)
        if one is None or one.closed is None:
            raise InvalidInput(_no_minutes(week, contents))
        document = sitting.minutes_of(one)
        then = sitting.as_it_was(connection, document)
    changes = _changes(one, document, contents, then, choice=choice, version=version)
    return Shown(review=one, document=document, changes=changes)


def _no_minutes(week: str, contents: Contents) -> str:
    if week in contents.reviews:
        return f"the review of {weeks.shown(week)} has not ended; `foretrack review close` ends it"
    held = ", ".join(weeks.shown(name) for name in sorted(contents.reviews)[-5:])
    return f"there was no review of {weeks.shown(week)}; " + (
        f"there were {held}" if held else "there was none so far"
    )


def _changes(
    one: Review,
    document: dict[str, Any],
    contents: Contents,
    then: Contents | None,
    *,
    choice: Choice,
    version: str,
) -> Changes:
    closed, library = one.closed, choice.library
    if closed is None or not isinstance(document.get("after"), dict):
        return Changes(unknown="the stored document holds no scorecard")
    if one.lexicon not in library.names():
        return Changes(unknown=f"the lexicon {one.lexicon} is not at hand")
    tools = []
    for name, checksum in _lexicons(document).items():
        if name not in library.names() or library.get(name).checksum != checksum:
            tools.append(f"the lexicon {name} is not what it was")
    if document.get("foretrack") != version:
        tools.append(f"made with foretrack {document.get('foretrack')}, this is {version}")
    after = replace(sitting.chosen(choice, one), as_of=max(closed, one.as_of))
    back = {
        name: minutes.carried_back(entries, as_of=after.as_of)
        for name, entries in contents.ledger.items()
    }
    again = itemize.card_from(replace(excerpt.whole(contents), ledger=back), after)
    found = []
    for name, question in contents.questions.items():
        entries = contents.ledger.get(name, [])
        by_then = [entry for entry in entries if entry.decided <= after.as_of]
        before = by_then if then is None else then.ledger.get(name, [])
        gone = minutes.overturned(question, before, entries)
        found += [gone] if gone else []
    return Changes(
        overturned=tuple(found),
        figures=tuple(minutes.differences(document["after"], _card(again))),
        tools=tuple(sorted(tools)),
    )


def _lexicons(document: dict[str, Any]) -> dict[str, str]:
    declared = document.get("declared", {})
    return {used["id"]: used["checksum"] for used in (document["lexicon"], *declared.values())}

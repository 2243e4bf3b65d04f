"""
For a calendar: closing dates and the weekly review as iCalendar (RFC 5545).

Every entry has an id of its own that stays, and a revision that grows with the journal, so that
importing again updates what is there.  Nothing depends on when the file is made: the same record
gives the same bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from icalendar import Calendar as File
from icalendar import Event

from foretrack.report import wording
from foretrack.report.text import inert

if TYPE_CHECKING:
    from datetime import date

    from foretrack.core.schedule import Calendar, Closing

DOMAIN: Final = "foretrack"
MEETING: Final = f"weekly-review@{DOMAIN}"

_BEFORE_ANY = datetime(2000, 1, 1, tzinfo=UTC)


def calendar(found: Calendar, *, version: str) -> str:
    """
    The text of the file.

    Args:
        version: The program's.
    """
    file = File()
    file.add("prodid", f"-//foretrack//foretrack {version}//EN")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", "foretrack")
    if found.meeting is not None:
        file.add_component(_meeting(found.meeting, found))
    for closing in found.closings:
        file.add_component(_closing(closing))
    text: bytes = file.to_ical()
    return text.decode()


def _meeting(day: date, found: Calendar) -> Event:
    event = _event(
        MEETING,
        day,
        summary="Weekly review of forecasts",
        text="foretrack review agenda\nforetrack review start\nforetrack review run",
        revision=found.revision,
        changed=found.changed or _BEFORE_ANY,
    )
    event.add("rrule", {"freq": "weekly"})
    return event


def _closing(closing: Closing) -> Event:
    question = closing.question
    lines = [
        question.statement,
        f"Criteria: {question.criteria}",
        f"Settled by: {question.resolution_source}",
        *([f"Condition: {question.condition.statement}"] if question.condition else []),
        *(f"{wording.voice(voice)} ({voice.made})" for voice in closing.voices),
        f"foretrack resolve {question.id}",
    ]
    event = _event(
        f"closes-{question.id}@{DOMAIN}",
        question.closes,
        summary=f"Closes: {question.statement}",
        text="\n".join(lines),
        revision=closing.revision,
        changed=closing.changed,
    )
    event.add("status", "CONFIRMED" if closing.open else "CANCELLED")
    if question.tags:
        event.add("categories", list(question.tags))
    return event


def _event(
    uid: str, day: date, *, summary: str, text: str, revision: int, changed: datetime
) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", changed.replace(microsecond=0))
    event.add("last-modified", changed.replace(microsecond=0))
    event.add("sequence", revision)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", inert(summary))
    event.add("description", inert(text, lines=True))
    event.add("transp", "TRANSPARENT")
    return event

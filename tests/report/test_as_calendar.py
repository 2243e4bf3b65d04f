"""
The calendar, read back by the library that calendars are read with.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from icalendar import Calendar as File

from foretrack.core.agenda import Voice
from foretrack.core.records import Question
from foretrack.core.schedule import Calendar, Closing
from foretrack.core.vocabulary import Polarity
from foretrack.report import as_calendar

if TYPE_CHECKING:
    from collections.abc import Sequence

AT = datetime(2026, 11, 21, 12, 30, 15, 250_000, tzinfo=UTC)
BAD = "<script>; a,b \\n =cmd()\nBEGIN:VALARM\r\nEND:VEVENT\x1b[31m \u202e"


def closing(name: str = "frost", *, statement: str = "Frost?", **more: Any) -> Closing:
    question = Question(
        id=name, statement=statement, criteria=more.pop("criteria", "Yes if so."),
        criteria_written=date(2025, 1, 1), resolution_source="The station",
        opens=date(2025, 1, 1), closes=date(2026, 12, 31), tags=("weather",),
    )  # fmt: skip
    said = Voice(
        claim="c", source="ann", name="Ann", words="likely", polarity=Polarity.SAME,
        made=date(2025, 1, 1),
    )  # fmt: skip
    values = {"open": True, "revision": 7, "changed": AT, "voices": (said,), **more}
    return Closing(question=question, **values)


def text(*closings: Closing, meeting: date | None = None, revision: int = 0) -> str:
    found = Calendar(
        closings=closings, meeting=meeting, revision=revision, changed=AT if revision else None
    )
    return as_calendar.calendar(found, version="1.0")


def events(content: str) -> Sequence[Any]:
    return File.from_ical(content).walk("VEVENT")


class TestClosing:
    def test_read_back(self) -> None:
        """
        A day of its own, from the closing date to the next, with what is needed to decide.
        """
        (event,) = events(text(closing()))

        assert str(event["uid"]) == "closes-frost@foretrack"
        assert event.decoded("dtstart") == date(2026, 12, 31)
        assert event.decoded("dtend") == date(2027, 1, 1)
        assert event.decoded("dtstamp") == AT.replace(microsecond=0)
        assert int(event["sequence"]) == 7
        assert str(event["summary"]) == "Closes: Frost?"
        assert str(event["status"]) == "CONFIRMED"
        for part in ("Yes if so.", "The station", "Ann: likely", "foretrack resolve frost"):
            assert part in str(event["description"])

    def test_settled(self) -> None:
        """
        What is settled already is cancelled, under the same id.
        """
        (event,) = events(text(closing(open=False, revision=9)))

        assert str(event["status"]) == "CANCELLED"
        assert (str(event["uid"]), int(event["sequence"])) == ("closes-frost@foretrack", 9)

    def test_same_bytes(self) -> None:
        """
        The same record gives the same file, whenever it is made.
        """
        assert text(closing(), meeting=date(2026, 11, 28)) == text(
            closing(), meeting=date(2026, 11, 28)
        )

    def test_hostile(self) -> None:
        """
        Text stays text: no line of its own, no component, nothing a terminal acts on.
        """
        content = text(closing(statement=BAD, criteria=BAD))
        (event,) = events(content)

        assert [one.name for one in File.from_ical(content).walk()] == ["VCALENDAR", "VEVENT"]
        assert "\x1b" not in content
        assert "\u202e" not in content
        assert "<script>; a,b" in str(event["summary"])
        assert all(len(line.encode()) <= 75 for line in content.split("\r\n"))


class TestMeeting:
    def test_weekly(self) -> None:
        """
        The review comes again every week, under one id.
        """
        (event,) = events(text(meeting=date(2026, 11, 28), revision=12))

        assert str(event["uid"]) == "weekly-review@foretrack"
        assert event.decoded("dtstart") == date(2026, 11, 28)
        assert event["rrule"]["FREQ"] == ["WEEKLY"]
        assert int(event["sequence"]) == 12

    @pytest.mark.parametrize("day", [None, date(2026, 11, 28)])
    def test_optional(self, day: date | None) -> None:
        """
        It can be left out.
        """
        assert len(events(text(meeting=day))) == (day is not None)

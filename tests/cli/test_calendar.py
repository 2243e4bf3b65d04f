"""
Calendars from the command line.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from icalendar import Calendar

if TYPE_CHECKING:
    from pathlib import Path

    from commandline import Shell

FROST, DROUGHT = "closes-frost-in-spring@foretrack", "closes-drought-after-no-snow@foretrack"


def events(content: str) -> dict[str, Any]:
    return {str(one["uid"]): one for one in Calendar.from_ical(content).walk("VEVENT")}


def test_calendar(small: Shell) -> None:
    """
    Every closing date that is ahead or overdue, and the weekly review, at first on Mondays.
    """
    found = events(small.done("review", "calendar"))

    assert set(found) == {"weekly-review@foretrack", FROST, DROUGHT}
    assert found[DROUGHT].decoded("dtstart") == date(2027, 12, 31)
    assert found["weekly-review@foretrack"].decoded("dtstart") == date(2026, 11, 23)


def test_importing_again_updates(small: Shell) -> None:
    """
    The same ids with a higher revision after a change, and the same bytes without one.
    """
    first = small.done("review", "calendar")
    assert small.done("review", "calendar") == first
    small.done("condition", "drought", "unmet", "--evidence", "It snowed")
    small.done("resolve", "frost", "no", "--evidence", "Table")
    small.done("review", "start")
    before, after = events(first), events(small.done("review", "calendar"))

    assert set(after) == set(before)
    assert {str(after[name]["status"]) for name in (FROST, DROUGHT)} == {"CANCELLED"}
    assert {str(before[name]["status"]) for name in (FROST, DROUGHT)} == {"CONFIRMED"}
    for name in after:
        assert int(after[name]["sequence"]) > int(before[name]["sequence"])


def test_withdrawn(small: Shell) -> None:
    """
    What was taken out of the record is cancelled, under its id and with a higher revision.
    """
    before = events(small.done("review", "calendar"))[FROST]
    small.done("withdraw", "outlook-2025-frost", "--reason", "Misread", "--yes")
    lonely = events(small.done("review", "calendar"))[FROST]
    small.done("withdraw", "frost-in-spring", "--reason", "Misread", "--yes")
    after = events(small.done("review", "calendar"))[FROST]

    assert [str(one["status"]) for one in (before, lonely, after)] == [
        "CONFIRMED", "CONFIRMED", "CANCELLED",
    ]  # fmt: skip
    assert "likely" not in str(lonely["description"])
    assert int(before["sequence"]) < int(lonely["sequence"]) < int(after["sequence"])
    assert after.decoded("dtstart") == before.decoded("dtstart")


def test_due(small: Shell) -> None:
    """
    What is due as a calendar, with the weekly review.
    """
    meeting = "weekly-review@foretrack"
    assert set(events(small.done("due", "--format", "ics"))) == {FROST, meeting}
    assert set(events(small.done("due", "--format", "ics", "--within", "99999d"))) == {
        FROST, DROUGHT, meeting,
    }  # fmt: skip


def test_output(small: Shell, tmp_path: Path) -> None:
    """
    To a file.
    """
    assert "wrote" in small.done("review", "calendar", "--output", "x.ics")
    assert len(events((tmp_path / "x.ics").read_text(encoding="utf-8"))) == 3

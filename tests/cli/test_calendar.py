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

    assert set(after) == {"weekly-review@foretrack", DROUGHT}  # frost is over and decided
    assert str(after[DROUGHT]["status"]) == "CANCELLED"
    for name in after:
        assert int(after[name]["sequence"]) > int(before[name]["sequence"])


def test_due(small: Shell) -> None:
    """
    What is due as a calendar, without the review.
    """
    assert set(events(small.done("due", "--format", "ics"))) == {FROST}
    assert set(events(small.done("due", "--format", "ics", "--within", "99999d"))) == {
        FROST, DROUGHT,
    }  # fmt: skip


def test_output(small: Shell, tmp_path: Path) -> None:
    """
    To a file.
    """
    assert "wrote" in small.done("review", "calendar", "--output", "x.ics")
    assert len(events((tmp_path / "x.ics").read_text(encoding="utf-8"))) == 3

"""
What ``foretrack`` alone prints: the day at a glance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foretrack.cli.app import App
    from foretrack.schedule import Today

_WHAT_IS_NAMED = 3


def summary(app: App) -> None:
    """
    Next meeting, overdue, due, last change, and three commands; without a database, how to begin.
    """
    from foretrack.db import place

    if not place.exists(app.url):
        _begin(app)
        return
    from foretrack import schedule

    _tell(app, schedule.today(app.engine, day=app.today, first=_WHAT_IS_NAMED))


def _begin(app: App) -> None:
    from foretrack.db import place
    from foretrack.report import as_table

    app.show(
        as_table.details(
            "There is no database yet",
            [("it would be", place.shown(app.url)), ("because", app.settings.why)],
            sections=[
                (
                    "To begin",
                    _commands(
                        ("init", "make it"),
                        ("import forecasts/", "bring files in, if you have some"),
                        ("add article FILE.txt", "or begin with an article"),
                        ("--help", "everything else"),
                    ),
                )
            ],
        )
    )


def _tell(app: App, one: Today) -> None:
    from foretrack.report import as_table

    fields = [
        ("next review", _meeting(one)),
        ("overdue", _overdue(one)),
        ("due", _due(one)),
        ("to be done", _tasks(one)),
        ("last change", _last(one)),
    ]
    commands = _commands(*_likely(one))
    app.show(
        as_table.details(f"{one.day:%A}, {one.day}", fields, sections=[("Likely next", commands)])
    )


def _commands(*lines: tuple[str, str]) -> list[str]:
    widest = max(len(command) for command, _ in lines)
    return [f"foretrack {command:<{widest}}  {about}" for command, about in lines]


def _meeting(one: Today) -> str:
    from foretrack.core import weeks

    if one.begun is not None:
        return f"{weeks.shown(one.begun.id)} has begun on {one.begun.started} and is open"
    if one.meeting is None:
        return "none was held yet; `foretrack review start` begins the first"
    last = f", the last was {weeks.shown(one.held.id)}" if one.held else ""
    return f"{weeks.shown(weeks.week_of(one.meeting))}, {one.meeting:%A} {one.meeting}{last}"


def _overdue(one: Today) -> str:
    from foretrack.report.wording import counted

    if not one.queue.overdue:
        return "nothing"
    named = [
        f"{item.question} ({counted(-item.days, 'day')})"
        for item in one.queue.items
        if item.overdue
    ]
    return _several(one.queue.overdue, named)


def _due(one: Today) -> str:
    from foretrack.report.wording import counted

    within = f"within {counted(one.queue.within, 'day')}"
    n = len(one.queue.items) + one.queue.more - one.queue.overdue
    if not n:
        later = one.queue.later
        return f"nothing {within}" + (f"; the next window closes on {later}" if later else "")
    named = [f"{item.question} ({item.closes})" for item in one.queue.items if not item.overdue]
    return f"{within} {_several(n, named)}"


def _several(n: int, named: list[str]) -> str:
    rest = n - len(named)
    more = [f"and {rest:,} more" if named else ""] if rest else []
    return ", ".join([f"{n:,}: {named[0]}" if named else f"{n:,}", *named[1:], *more]).rstrip(", ")


def _tasks(one: Today) -> str:
    from foretrack.report.wording import counted

    if not one.tasks:
        return ""
    late = "late" if one.tasks == one.late == 1 else f"{one.late:,} of them late"
    return counted(one.tasks, "task") + (f", {late}" if one.late else "")


def _last(one: Today) -> str:
    if one.last is None:
        return "none: the record is empty"
    entry = one.last
    when = f"{entry.at:%Y-%m-%d %H:%M}Z"
    return f"{when}, {entry.actor}: {entry.action} {entry.entity} {entry.entity_id}"


def _likely(one: Today) -> list[tuple[str, str]]:
    """
    The three commands that one is likely to want.
    """
    if not one.questions:
        return [
            ("import forecasts/", "bring files in"),
            ("add article FILE.txt", "or begin with an article"),
            ("--help", "everything else"),
        ]
    found = []
    if one.begun is not None:
        found += [("review run", "go on with the review"), ("review close", "end it")]
    elif one.meeting is None or one.meeting <= one.day:
        found += [("review agenda", "see what the review would go through")]
        found += [("review start", "begin it")]
    if one.queue.overdue:
        found.append(("resolve", "record what happened"))
    found += [
        ("review agenda", "see what the next review would go through"),
        ("due", "see what closes soon"),
        ("scorecard", "see how good each source was"),
    ]
    first: dict[str, str] = {}
    for command, about in found:
        first.setdefault(command, about)
    return list(first.items())[:3]

"""
The open tasks of earlier reviews, one key each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from foretrack.cli import asking
from foretrack.cli.keys import pressed

if TYPE_CHECKING:
    from foretrack.cli.app import App
    from foretrack.core.records import Task

ANSWERS: Final = {"y": "yes", "n": "not yet"}


def show(app: App, task: Task, *, place: str, now: str | None) -> None:
    """
    What is to be done, by whom and by when.

    Args:
        place: Which step of the agenda it is, in brackets.
        now: What became of it in this review so far.
    """
    from foretrack.core import weeks
    from foretrack.report.outlines.blocks import Fields, Heading
    from foretrack.report.sheet import Sheet

    pairs = [("task", task.text), ("who", task.who or "nobody was named")]
    if task.due:
        pairs.append(("due", f"{task.due}{', late' if task.due < app.today else ''}"))
    pairs.append(("agreed in", weeks.shown(task.review)))
    if now:
        pairs.append(("this review", now))
    asking.say("")
    title = f"{place} Still to be done: {task.id}"
    app.show(Sheet([Heading(title, 2), Fields(tuple(pairs))]))
    asking.say("")


def key(*, done: bool, moving: dict[str, str]) -> str:
    """
    The key for a task; one that is done can only be passed.

    Args:
        done: Whether it is done.
        moving: The keys that go elsewhere.
    """
    if done:
        return pressed("Already done.", moving)
    return pressed("Is it done?", {**ANSWERS, **moving})


def answer(app: App, task: Task, said: str) -> str:
    """
    Store that a task is done, or leave it open; gives what became of it.

    Args:
        said: The key.

    Raises:
        InvalidInput: Somebody else ticked it off meanwhile.
    """
    if said == "n":
        return "not yet"
    from foretrack import meeting

    made = meeting.finish(app.engine, task.id, today=app.today, actor=app.actor, now=app.now)
    asking.say(f"done: {made.id}")
    return f"done {made.done}"

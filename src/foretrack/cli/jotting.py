"""
What is said about an item while it is on the screen: a remark, or what somebody is to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from foretrack.cli import asking

if TYPE_CHECKING:
    from datetime import date

    import click

    from foretrack.cli.app import App

ASIDE: Final = {"r": "remark", "t": "to do"}


def jot(app: App, key: str, question: str) -> None:
    """
    Ask for it and keep it in the review that has begun; the item stays on the screen.

    Raises:
        ForetrackError: The person goes back; nothing was stored.
    """
    from foretrack import meeting
    from foretrack.files.layout import LINE, MET

    line = asking.Shaped(LINE)
    if key == "r":
        text = asking.ask("What is to be kept?", _text(line), back=True)
        said = meeting.remark(app.engine, text, question=question, actor=app.actor, now=app.now)
        asking.say(f"noted {said.id}")
        return
    text = asking.ask("What is to be done?", _text(line), back=True)
    who = asking.optional("Who is to do it?", MET, back=True, empty="(empty: nobody is named)")
    due = asking.ask("By when? (empty: no day)", _day, back=True, empty="")
    made = meeting.action(app.engine, text, who=who, due=due, actor=app.actor, now=app.now)
    asking.say(f"noted {made.id}")


def _text(shape: click.ParamType[str]) -> Any:
    return lambda answer: shape.convert(answer, None, None)


def _day(answer: str) -> date | None:
    from foretrack.cli.options import DAY

    return DAY.convert(answer, None, None) if answer else None

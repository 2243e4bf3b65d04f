"""
What a command offers to pick from where no question was named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import click

from foretrack.cli import asking
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foretrack.cli.app import App

OFFERED: Final = 20
"""
So many are offered; others are named by their id.
"""

_SOON: Final = 14  # days within which an open question may be wanted


class _Offer(NamedTuple):
    """
    A question that may be meant.

    Attributes:
        how: How it stands, in a few words.
    """

    question: str
    how: str
    statement: str


def waiting(app: App) -> str | None:
    """
    The question that the person picks from what is due; None where nothing is.
    """
    from foretrack import due

    _needs_a_terminal(app)
    found = [
        _Offer(
            item.question,
            f"{-item.days:,} days overdue" if item.overdue else f"closes {item.closes}",
            item.statement,
        )
        for item in due.queue(app.engine, as_of=app.today, within=_SOON).items
    ]
    if not found:
        asking.say("nothing is due; name a question to resolve one early")
        return None
    return _picked(app, found, more="`foretrack due` lists them")


def resolved(app: App) -> str | None:
    """
    The resolved question that the person picks, newest decision first; None where there is none.
    """
    from foretrack import resolve

    _needs_a_terminal(app)
    found = [
        _Offer(
            held.question,
            f"{held.outcome}{f' ({held.reason})' if held.reason else ''}, decided {held.decided}",
            statement,
        )
        for held, statement in resolve.resolved(app.engine)
    ]
    if not found:
        asking.say("nothing is resolved: there is nothing to reopen")
        return None
    return _picked(app, found, more="`foretrack list questions` lists all")


def _needs_a_terminal(app: App) -> None:
    if not app.asks:
        raise click.UsageError("Missing QUESTION: there is no terminal to ask on.")


def _picked(app: App, offers: Sequence[_Offer], *, more: str) -> str:
    from foretrack.report.outlines.blocks import Entries, Entry
    from foretrack.report.sheet import Sheet
    from foretrack.report.text import Span

    shown = offers[:OFFERED]
    entries = (
        Entry(
            (Span(f"{number}  {one.question}", "strong"), Span(f"  {one.how}")),
            ((Span(one.statement),),),
        )
        for number, one in enumerate(shown, start=1)
    )
    app.show(Sheet([Entries(tuple(entries))]))
    if len(offers) > OFFERED:
        asking.say(f"... and {len(offers) - OFFERED:,} more; {more}")
    numbered = {str(number): one.question for number, one in enumerate(shown, start=1)}

    def picked(answer: str) -> str:
        try:
            return app.question(numbered.get(answer.strip(), answer.strip()))
        except InvalidInput as refusal:  # asked again
            raise click.UsageError(str(refusal)) from refusal

    asked = "Which one? (number, or the beginning of an id)"
    chosen: str = click.prompt(asked, value_proc=picked, prompt_suffix=" ")
    return chosen

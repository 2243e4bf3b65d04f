"""
What a command offers to pick from where nothing was named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from foretrack.cli import asking
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from foretrack.cli.app import App

OFFERED: Final = 20
"""
So many are offered; others are named by their id.
"""


def resolved(app: App) -> str | None:
    """
    The resolved question that the person picks, newest decision first; None where there is none.
    """
    from foretrack import resolve
    from foretrack.report.outlines.blocks import Entries, Entry
    from foretrack.report.sheet import Sheet
    from foretrack.report.text import Span

    if not app.asks:
        raise click.UsageError("Missing QUESTION: there is no terminal to ask on.")
    found = resolve.resolved(app.engine)
    if not found:
        asking.say("nothing is resolved: there is nothing to reopen")
        return None
    offered = []
    for number, (held, statement) in enumerate(found[:OFFERED], start=1):
        reason = f" ({held.reason})" if held.reason else ""
        head = (
            Span(f"{number}  {held.question}", "strong"),
            Span(f"  {held.outcome}{reason}, decided {held.decided}"),
        )
        offered.append(Entry(head, ((Span(statement),),)))
    app.show(Sheet([Entries(tuple(offered))]))
    if len(found) > OFFERED:
        asking.say(f"... and {len(found) - OFFERED:,} more; `foretrack list questions` lists all")
    numbered = {str(at): held.question for at, (held, _) in enumerate(found[:OFFERED], start=1)}

    def picked(answer: str) -> str:
        try:
            return app.question(numbered.get(answer.strip(), answer.strip()))
        except InvalidInput as refusal:  # asked again
            raise click.UsageError(str(refusal)) from refusal

    asked = "Which one? (number, or the beginning of an id)"
    chosen: str = click.prompt(asked, value_proc=picked, prompt_suffix=" ")
    return chosen

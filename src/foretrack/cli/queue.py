"""
The command that says what waits for a decision.

Apart from those that record decisions because it is run most often, and needs the least.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from foretrack.cli.app import App, Command, pass_app
from foretrack.cli.options import as_of_option, format_option

if TYPE_CHECKING:
    from datetime import date

LIMIT = 50
"""
So many questions that wait are shown unless more are asked for.
"""


@click.command("due", cls=Command)
@click.option("--within", default="14d", show_default=True, metavar="14d|2w",
              callback=lambda _, __, value: _days(value),
              help="How far ahead to look.")  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), metavar="N",
              help="At most this many, of questions and of conditions, in every format but ics."
                   "  [default: 50]")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="All that wait.")
@as_of_option
@format_option("json", "markdown", "csv", "ics")
@pass_app
def due_command(
    app: App, within: int, limit: int | None, everything: bool, as_of: date | None, form: str
) -> None:
    """
    What waits for a decision: overdue questions first, then those whose window closes soon.

    \b
    foretrack due
    foretrack due --within 8w --all
    foretrack due --format ics > due.ics
    """
    if limit is not None and (everything or form == "ics"):
        other = "--all" if everything else "a calendar, which has every closing date"
        raise click.UsageError(f"--limit does not go with {other}.")
    day = as_of or app.today
    if form == "ics":
        _calendar(app, day, within)
    else:
        _queue(app, day, within, first=None if everything else limit or LIMIT, form=form)


def _queue(app: App, day: date, within: int, *, first: int | None, form: str) -> None:
    from foretrack import due

    found = due.queue(app.engine, as_of=day, within=within, first=first)
    if form == "json":
        from foretrack.report import as_json

        click.echo(as_json.text(as_json.queue(found, version=app.version)))
    elif form == "markdown":
        from foretrack.report import as_markdown

        click.echo(as_markdown.queue(found))
    elif form == "csv":
        from foretrack.report import as_csv

        click.echo(as_csv.queue(found), nl=False)
    else:
        from foretrack.report import as_table

        app.show(as_table.queue(found))


def _calendar(app: App, day: date, within: int) -> None:
    from foretrack import schedule
    from foretrack.report import as_calendar

    found = schedule.calendar(app.engine, as_of=day, within=within)
    click.echo(as_calendar.calendar(found, version=app.version), nl=False)


def _days(text: str) -> int:
    match = re.fullmatch(r"(\d{1,5}) ?(d|days?|w|weeks?|)", text.strip().lower())
    if match is None:
        raise click.BadParameter(f"{text!r} is no span of days; write it as 14d or 2w")
    return int(match[1]) * (7 if match[2].startswith("w") else 1)

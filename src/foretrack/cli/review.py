"""
The commands of the weekly review.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foretrack.cli.app import App, Command, pass_app
from foretrack.cli.asking import say
from foretrack.cli.options import DAY, Id, as_of_option, choose, format_option
from foretrack.cli.waiting import working
from foretrack.cli.weekly import (
    WEEK,
    ToDo,
    names_of,
    patience,
    stale_option,
    unseen_option,
)

if TYPE_CHECKING:
    from datetime import date

    from foretrack.minutes import Listed


OUTPUT = click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Where to write it.  [default: standard output]",
)


@click.group("review")
def review_command() -> None:
    """
    The weekly meeting: its agenda, its decisions, its minutes.

    \b
    foretrack review agenda                     print what there is to go through
    foretrack review start --attending "A, B"   begin
    foretrack review run                        go through it, one key an item
    foretrack review close                      end it, and keep the minutes
    """


@review_command.command("agenda", cls=Command, short_help="What the meeting would go through.")
@click.option("--week", type=WEEK,
              help="The ISO week, as 2026-W47; one that was held is shown as it was.")  # fmt: skip
@as_of_option
@unseen_option
@stale_option
@format_option("json", "markdown")
@pass_app
def agenda_command(
    app: App,
    week: str | None,
    as_of: date | None,
    unseen: int | None,
    stale: int | None,
    form: str,
) -> None:
    """
    What a review would go through, or did; it writes nothing.

    \b
    foretrack review agenda
    foretrack review agenda --week 2026-W47 --format markdown
    foretrack review agenda --unseen 4 --stale 13
    """
    from foretrack import sitting
    from foretrack.report import as_json, as_markdown, as_table

    day, of = _when(app, week, as_of)
    with working("making the agenda"):
        found = sitting.agenda(
            app.engine,
            choose(app, as_of=day),
            week=of,
            today=app.today,
            as_held=week is not None and as_of is None,
            patience=patience(app, unseen=unseen, stale=stale),
        )
    if form == "json":
        click.echo(as_json.text(as_json.agenda(found, version=app.version)))
    elif form == "markdown":
        click.echo(as_markdown.agenda(found))
    else:
        app.show(as_table.agenda(found))


def _when(app: App, week: str | None, as_of: date | None) -> tuple[date, str]:
    """
    The day and the week; of another week than this one it is the day that is nearest to today.

    Raises:
        UsageError: The day is not in the week.
    """
    from foretrack.core import weeks

    if week is None:
        day = as_of or app.today
        return day, weeks.week_of(day)
    if as_of is not None:
        if weeks.week_of(as_of) != week:
            named = f"{as_of} is in {weeks.shown(weeks.week_of(as_of))}, not in {weeks.shown(week)}"
            raise click.UsageError(f"{named}: give --week or --as-of, or a day of that week.")
        return as_of, week
    last = weeks.sunday(week)
    return min(max(app.today, last - timedelta(days=6)), last), week


@review_command.command("start", cls=Command, short_help="Begin this week's meeting.")
@click.option("--attending", metavar="NAMES", default="", help="Who is there, with commas between.")
@pass_app
def start_command(app: App, attending: str) -> None:
    """
    Begin this week's review: it notes the journal's head, the day, the lexicon and the cohort.

    \b
    foretrack review start
    foretrack review start --attending "Ann, Bo"
    """
    from foretrack import meeting
    from foretrack.core import weeks

    made = meeting.start(
        app.engine,
        choice=choose(app),
        attending=names_of(attending),
        today=app.today,
        actor=app.actor,
        now=app.now,
    )
    app.say(f"began the review of {weeks.shown(made.id)} at entry {made.sequence} of the journal")
    app.say("next: `foretrack review run` goes through the agenda")


@review_command.command("attend", cls=Command, short_help="Correct who is there.")
@click.argument("names")
@pass_app
def attend_command(app: App, names: str) -> None:
    """
    Correct who is at the review that has begun; NAMES, with commas between, are all of them.

    \b
    foretrack review attend "Ann, Bo, Cy"
    """
    from foretrack import meeting

    made = meeting.attend(app.engine, names_of(names), actor=app.actor, now=app.now)
    app.say(f"attending: {', '.join(made.attending) or 'nobody'}")


@review_command.command("run", cls=Command, short_help="Go through the agenda, one key an item.")
@pass_app
def run_command(app: App) -> None:
    """
    Go through the agenda on the terminal, one key an item; run again it goes on.

    y yes, n no, l not yet (with a day to look again), a ambiguous, x annulled, s skip, b back,
    q quit; r keeps a remark and t what somebody is to do, d who dissents from what was decided;
    of an open task y says that it is done.  Each decision is shown with the score it
    gives, and stored when you confirm it: a closed lid loses no more than the item on the screen.

    \b
    foretrack review run
    """
    from foretrack.cli.walking import walk

    walk(app)


@review_command.command("note", cls=Command, short_help="Keep a note, or who dissents.")
@click.argument("text", default="")
@click.option("--question", type=Id("question"), help="What it is about.")
@click.option("--dissent", metavar="NAMES", default="",
              help="Who does not agree with what was decided; TEXT says why.")  # fmt: skip
@pass_app
def note_command(app: App, text: str, question: str | None, dissent: str) -> None:
    """
    Keep a note in the review that has begun, or who dissents from a decision.

    \b
    foretrack review note "The trade figures come late this year."
    foretrack review note "would have waited" --question ru-dprk-trade --dissent "Bo, Cy"
    """
    from foretrack import meeting
    from foretrack.cli.previewing import dissented

    about = app.question(question) if question else None
    if dissent and about is None:
        raise click.UsageError("--dissent needs --question: what was decided.")
    if about is not None and names_of(dissent):
        dissented(app, about, names=names_of(dissent), why=text)
        return
    if not text.strip():
        raise click.UsageError("Missing argument 'TEXT'.")
    made = meeting.remark(app.engine, text, question=about, actor=app.actor, now=app.now)
    app.say(f"noted {made.id}")


@review_command.command("action", cls=Command, short_help="Note what somebody is to do.")
@click.argument("text")
@click.option("--who", metavar="NAME", help="Who is to do it.")
@click.option("--due", type=DAY, help="By when.")
@pass_app
def action_command(app: App, text: str, who: str | None, due: date | None) -> None:
    """
    Note what somebody is to do; what is open stands first in the next agenda.

    \b
    foretrack review action "Ask the customs office" --who Ann --due 2026-11-28
    """
    from foretrack import meeting

    made = meeting.action(app.engine, text, who=who, due=due, actor=app.actor, now=app.now)
    app.say(f"noted {made.id}; `foretrack review done {made.id}` when it is done")


@review_command.command("done", cls=Command, short_help="Mark a task as done.")
@click.argument("task", type=ToDo())
@pass_app
def done_command(app: App, task: str) -> None:
    """
    Mark a task as done, in a review or between reviews.

    \b
    foretrack review done 2026-w47-task-1
    foretrack review done task-1
    """
    from foretrack import meeting

    made = meeting.finish(app.engine, task, today=app.today, actor=app.actor, now=app.now)
    app.say(f"done: {made.id}, {made.text}")


@review_command.command("close", cls=Command, short_help="End the meeting, keep the minutes.")
@pass_app
def close_command(app: App) -> None:
    """
    End the review that has begun, and store its minutes.

    They hold decisions with evidence and dissent, tasks, the scorecards before and after, and the
    journal's head; no later change alters them.

    \b
    foretrack review close
    """
    from foretrack import minutes
    from foretrack.report.wording import counted

    with working("writing the minutes"):
        ended = minutes.close(
            app.engine,
            choose(app),
            patience=patience(app),
            today=app.today,
            version=app.version,
            actor=app.actor,
            now=app.now,
        )
    week, head = ended.document["week"], ended.document["end"]
    app.say(f"ended the review of {week}: {counted(len(ended.document['decisions']), 'decision')}")
    say(f"journal {head['sequence']}, head {head['hash']}")
    app.say(f"next: `foretrack review show {week}`")


@review_command.command("list", cls=Command, short_help="Every review, the newest first.")
@format_option("json")
@pass_app
def list_command(app: App, form: str) -> None:
    """
    Every review, the newest first.

    \b
    foretrack review list
    """
    from foretrack import minutes
    from foretrack.report import as_table

    with working("reading the reviews"):
        found = minutes.listing(app.engine)
    if form == "json":
        app.document("reviews", reviews=[_plain(one) for one in found])
        return
    headings = ("week", "began", "ended", "decisions", "put off", "open tasks", "attending")
    app.show(
        as_table.listing(
            headings,
            [_row(one) for one in found],
            empty="there was no review yet; `foretrack review start` begins one",
            figures=headings[3:6],
            fixed=("began", "ended"),
        )
    )


def _row(one: Listed) -> tuple[str, ...]:
    from foretrack.core import weeks

    held = one.review
    ended = held.closed.isoformat() if held.closed else "open"
    numbers = (f"{n:,}" for n in (one.decisions, one.postponed, one.tasks))
    return (weeks.shown(held.id), held.started.isoformat(), ended, *numbers,
            ", ".join(held.attending))  # fmt: skip


def _plain(one: Listed) -> dict[str, object]:
    held = one.review
    return {
        "id": held.id,
        "started": held.started,
        "closed": held.closed,
        "as_of": held.as_of,
        "attending": held.attending,
        "decisions": one.decisions,
        "postponed": one.postponed,
        "tasks": one.tasks,
    }


@review_command.command("show", cls=Command, short_help="The minutes, as they were stored.")
@click.argument("week", type=WEEK)
@OUTPUT
@click.option("--format", "form", type=click.Choice(["table", "markdown", "html", "json"]),
              help="How to show it.  [default: table; markdown in a file]")  # fmt: skip
@pass_app
def show_command(app: App, week: str, output: Path | None, form: str | None) -> None:
    """
    The minutes of a review as they were stored, and what a recomputation would change now.

    \b
    foretrack review show 2026-W47
    foretrack review show 2026-W47 --format markdown --output minutes.md
    foretrack review show 2026-W47 --format html --output minutes.html
    """
    from foretrack import minutes
    from foretrack.report import as_json, as_markdown, as_table

    with working("computing the figures again"):
        found = minutes.show(app.engine, week, choice=choose(app), version=app.version)
    if form == "json":
        content = {**found.document, "changes": as_json.value(found.changes)}
        _put(app, as_json.text(content) + "\n", output)
    elif form == "html":
        from foretrack.report import as_html

        page = as_html.minutes(found.document, found.changes, version=app.version)
        _put(app, page, output)
    elif form == "markdown" or (form is None and output is not None):
        _put(app, as_markdown.minutes(found.document, found.changes), output)
    elif output is None:
        app.show(as_table.minutes(found.document, found.changes))
    else:
        shown = as_table.minutes(found.document, found.changes)
        _put(app, as_table.text(shown), output)


@review_command.command("calendar", cls=Command, short_help="Closing dates for a calendar.")
@OUTPUT
@as_of_option
@pass_app
def calendar_command(app: App, output: Path | None, as_of: date | None) -> None:
    """
    Every closing date that is ahead or overdue, and the weekly review, as an iCalendar file.

    Importing it again updates what is there; what is settled by then is cancelled.

    \b
    foretrack review calendar --output forecasts.ics
    """
    from foretrack import schedule
    from foretrack.report import as_calendar

    with working("reading the closing dates"):
        found = schedule.calendar(app.engine, as_of=as_of or app.today)
    _put(app, as_calendar.calendar(found, version=app.version), output)


def _put(app: App, text: str, output: Path | None) -> None:
    """
    Write to a file, or print.
    """
    if output is None or str(output) == "-":
        click.echo(text, nl=False)
        return
    from foretrack import publish

    publish.save(text, output)
    app.say(f"wrote {output}")

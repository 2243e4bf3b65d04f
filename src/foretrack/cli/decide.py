"""
Commands that record decisions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from foretrack.cli import asking, drafting, moving, previewing
from foretrack.cli.app import App, Command, pass_app
from foretrack.cli.options import DAY, Id
from foretrack.errors import ForetrackError, InvalidInput

if TYPE_CHECKING:
    from datetime import date

    from foretrack.db.tables import Entity

ANNULMENTS = ["condition-unmet", "criteria-defect", "source-unavailable", "duplicate",
              "recording-error"]  # fmt: skip
QUESTION = click.argument("question", required=False, type=Id("question"))
EVIDENCE = click.option("--evidence", multiple=True, metavar="CITATION",
                        help="What shows it; may be given again.")  # fmt: skip
URL = click.option("--url", multiple=True, help="Where the evidence is; one for each --evidence.")
DECIDED = click.option("--decided", type=DAY, help="The day it was decided.  [default: today]")
NOTE = click.option("--note", help="What else must last.")
DISSENT = click.option("--dissent", metavar="NAMES",
                       help="Who does not agree; kept in the review that has begun.")  # fmt: skip
YES = click.option("--yes", "-y", is_flag=True, help="Do not ask for confirmation.")


@click.command("resolve", cls=Command)
@QUESTION
@click.argument("outcome", required=False,
                type=click.Choice(["yes", "no", "ambiguous", "annulled"]))  # fmt: skip
@click.option("--happened", type=DAY, help="yes: the day it happened, inside the window.")
@click.option("--impossible", type=DAY, help="no, early: the day it became impossible.")
@DECIDED
@EVIDENCE
@URL
@click.option("--reason", type=click.Choice(ANNULMENTS), help="annulled: why.")
@NOTE
@DISSENT
@YES
@pass_app
def resolve_command(app: App, question: str | None, outcome: str | None, **given: Any) -> None:
    """
    Record what happened to a question, with evidence.

    On a terminal it asks for what is not given: without QUESTION it offers what is due.

    \b
    foretrack resolve ru-dprk-alliance yes --happened 2024-06-19 --evidence "Treaty, Article 4"
    foretrack resolve ru-dprk-trade no --evidence "Customs figures for 2024"
    """
    from foretrack import resolve
    from foretrack.cli import offering

    chosen = app.question(question) if question is not None else offering.waiting(app)
    if chosen is None:
        return
    found = resolve.case(app.engine, chosen)
    answers = drafting.Answers(outcome=outcome, **given)
    entry = drafting.resolution(app, found, answers)
    if entry is not None:
        previewing.commit(app, found, entry, sure=answers.yes, dissent=answers.dissent)


@click.command("reopen", cls=Command)
@QUESTION
@click.option("--reason", help="Why the resolution no longer holds.")
@DECIDED
@YES
@pass_app
def reopen_command(
    app: App, question: str | None, reason: str | None, decided: date | None, yes: bool
) -> None:
    """
    End a resolution that no longer holds; the question is open again.

    On a terminal it offers what is resolved where QUESTION is not given.

    The ledger keeps the resolution, and reads before the day of reopening still see it.

    \b
    foretrack reopen ru-dprk-alliance --reason "the treaty was not signed"
    """
    from foretrack import resolve
    from foretrack.cli import offering
    from foretrack.core.records import Reopening

    chosen = app.question(question) if question is not None else offering.resolved(app)
    if chosen is None:
        return
    found = resolve.case(app.engine, chosen)
    held = resolve.standing_resolution(found)
    previewing.tell(app, found)
    entry = Reopening(
        id=f"{found.question.id}-0",
        question=found.question.id,
        reopens=held.id,
        decided=decided or app.today,
        reason=asking.needed(app, reason, "--reason", "Why does it no longer hold?"),
    )
    previewing.commit(app, found, entry, sure=yes)


@click.command("condition", cls=Command)
@QUESTION
@click.argument("state", required=False, type=click.Choice(["met", "unmet", "pending"]))
@click.option("--since", type=DAY, help="The day it was met, or became impossible to meet.")
@DECIDED
@EVIDENCE
@URL
@NOTE
@DISSENT
@YES
@pass_app
def condition_command(app: App, question: str | None, state: str | None, **given: Any) -> None:
    """
    Record what became of a question's condition.

    A conditional question needs its condition met before it can be yes or no; unmet annuls it.

    \b
    foretrack condition some-question met --since 2025-06-20 --evidence "Official Journal"
    """
    from foretrack import resolve

    found = resolve.case(app.engine, app.question(asking.needed(app, question, "QUESTION")))
    answers = drafting.Answers(state=state, **given)
    entry = drafting.condition(app, found, answers)
    previewing.commit(app, found, entry, sure=answers.yes, dissent=answers.dissent)


@click.command("withdraw", cls=Command)
@click.argument("record", type=Id("source", "article", "question", "claim"))
@click.option("--reason", required=True, help="Why it is taken out; the journal keeps it.")
@YES
@pass_app
def withdraw_command(app: App, record: str, reason: str, yes: bool) -> None:
    """
    Take a record out of the live record; the journal keeps it, with the reason.

    Nothing that is still needed can be withdrawn: first the claims, then their question.  Without
    a terminal the whole id is needed, or --yes.

    \b
    foretrack withdraw gruzer-2024-energy --reason "recorded twice"
    """
    from foretrack import resolve
    from foretrack.db.tables import Entity

    entity, name = app.identify(record)
    if not yes:
        _meant(app, record, entity, name)
    touched = moving.Touched(app, entity, name)
    resolve.withdraw(app.engine, entity, name, reason=reason, actor=app.actor, now=app.now)
    app.say(
        f"withdrew {entity.value} {name}; files that still hold it are left out at import,"
        f" `foretrack restore {name}` brings it back"
    )
    touched.tell()
    if touched.question is None:
        return
    left = resolve.kept_by(app.engine, touched.question)
    if not left:
        app.say(
            f"question {touched.question} has no claims now;"
            f" `foretrack withdraw {touched.question} --reason ...` takes it out too"
        )
    elif all(kind is not Entity.CLAIM for kind, _ in left):
        app.say(
            f"question {touched.question} has no claims now; what was decided or said of it stays"
        )


def _meant(
    app: App,
    given: str,
    entity: Entity,
    name: str,
    *,
    what: str = "Withdraw",
    default: bool = False,
) -> None:
    """
    Go on only where the record was meant: a person says so, or its whole id was given.

    Raises:
        ForetrackError: The person says no.
        InvalidInput: Nobody is there to answer, and only a beginning was given.
    """
    if app.asks:
        if not click.confirm(f"{what} {entity.value} {name}?", default=default):
            raise ForetrackError("nothing was stored")
    elif given.strip().lower() not in (name, f"{entity.value}/{name}"):
        raise InvalidInput(
            f"{given!r} is the beginning of {entity.value} {name}, and there is no terminal to ask"
            " on: give the whole id, or --yes"
        )


@click.command("restore", cls=Command)
@click.argument("record", type=Id("source", "article", "question", "claim", withdrawn=True))
@click.option("--reason", help="Why it is brought back; the journal keeps it.")
@YES
@pass_app
def restore_command(app: App, record: str, reason: str | None, yes: bool) -> None:
    """
    Bring back a record that was withdrawn, as it was.

    What it needs comes first: the question, then its claims.

    \b
    foretrack restore gruzer-2024-energy --reason "withdrawn by mistake"
    """
    from foretrack import browse, resolve

    entity, name = browse.identify(app.engine, record, withdrawn=True)
    if not yes:
        _meant(app, record, entity, name, what="Bring back", default=True)
    touched = moving.Touched(app, entity, name)
    resolve.restore(app.engine, entity, name, reason=reason, actor=app.actor, now=app.now)
    app.say(f"restored {entity.value} {name}")
    touched.tell()

"""
The conversation of the deciding commands.

It asks whether the event happened, never whether the forecast was right; it echoes statement,
phrase and polarity before anything is stored, and shows the score that the answer will produce.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import date

    from foretrack.cli.app import App
    from foretrack.core.page import Line
    from foretrack.core.records import ConditionState, Evidence, LedgerEntry, Resolution
    from foretrack.resolve import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """
    What the command line gave.
    """

    outcome: str | None = None
    state: str | None = None
    happened: date | None = None
    impossible: date | None = None
    since: date | None = None
    decided: date | None = None
    evidence: tuple[str, ...] = ()
    url: tuple[str, ...] = ()
    reason: str | None = None
    note: str | None = None
    yes: bool = False


def needed(app: App, value: str | None, name: str, prompt: str | None = None) -> str:
    """
    A value, asked for on a terminal, required elsewhere.
    """
    if value:
        return value
    if not app.asks:
        raise click.UsageError(f"Missing {name}: there is no terminal to ask on.")
    found: str = click.prompt(prompt or name.strip("-").lower())
    return found


def question(app: App, given: str | None) -> Case | None:
    """
    The question that is meant; without one, the person picks from what is due.
    """
    from foretrack import evaluate, resolve

    if given is not None:
        return resolve.case(app.engine, app.question(given))
    if not app.asks:
        raise click.UsageError("Missing QUESTION: there is no terminal to ask on.")
    queue = evaluate.due(app.engine, as_of=app.today, within=14)
    if not queue.items:
        app.say("nothing is due; name a question to resolve one early")
        return None
    for number, item in enumerate(queue.items, start=1):
        when = f"{-item.days} days overdue" if item.overdue else f"closes {item.closes}"
        app.say(f"{number:>3}  {item.question}  ({when})\n     {item.statement}")
    answer = click.prompt("Which one? (number, or the beginning of an id)")
    if answer.isdigit() and 1 <= int(answer) <= len(queue.items):
        answer = queue.items[int(answer) - 1].question
    return resolve.case(app.engine, app.question(answer))


def tell(app: App, found: Case) -> None:
    """
    Say what is asked, and what each source said.
    """
    from foretrack.report import as_table

    asked = found.question
    rows = [("question", asked.statement), ("criteria", asked.criteria)]
    rows += [
        ("settled by", asked.resolution_source),
        ("window", f"{asked.opens} to {asked.closes}"),
    ]
    if asked.condition:
        rows.append(("condition", f"{asked.condition.statement} [{found.state.condition_is}]"))
    held = found.state.resolution
    if held is not None:
        rows.append(("resolved", f"{held.outcome}, decided {held.decided} ({held.id})"))
    for voice in found.part.voices(asked.id):
        turned = " (of the opposite)" if voice.polarity == "opposite" else ""
        rows.append(("said", f"{voice.name}, {voice.made}: {voice.words}{turned}"))
    app.show(as_table.details(asked.id, rows))


def resolution(app: App, found: Case, answers: Answers) -> Resolution | None:
    """
    The resolution that the answers make; None for "not yet".
    """
    from foretrack.core.records import Annulment, Outcome, Resolution

    tell(app, found)
    outcome = answers.outcome
    if outcome is None:
        if not app.asks:
            raise click.UsageError("Missing OUTCOME: yes, no, ambiguous or annulled.")
        outcome = _choice(
            "Did the event happen?", ["yes", "no", "not yet", "ambiguous", "annulled"]
        )
    if outcome == "not yet":
        app.say("left open; nothing was stored")
        return None
    draft = Resolution(
        id=f"{found.question.id}-0",
        question=found.question.id,
        outcome=Outcome(outcome),
        happened=answers.happened,
        impossible=answers.impossible,
        decided=answers.decided or app.today,
        evidence=evidence(answers),
        note=answers.note,
    )
    draft = replace(draft, **_missing(app, found, draft))
    reason = answers.reason
    if draft.outcome is Outcome.ANNULLED and reason is None and app.asks:
        reason = _choice("Why?", list(Annulment))
    if reason is not None and reason not in list(Annulment):
        raise InvalidInput(f"{reason!r} is no reason; there are {', '.join(Annulment)}")
    return replace(draft, reason=Annulment(reason) if reason else None)


def _missing(app: App, found: Case, draft: Resolution) -> dict[str, Any]:
    """
    What a yes or a no still needs, asked for on a terminal.
    """
    from foretrack.cli.options import DAY
    from foretrack.core.records import Evidence, Outcome

    answers: dict[str, Any] = {}
    if not app.asks or draft.outcome not in (Outcome.YES, Outcome.NO):
        return answers
    if draft.outcome is Outcome.YES and draft.happened is None:
        answers["happened"] = click.prompt("On which day did it happen?", type=DAY)
    early = draft.decided <= found.question.closes
    if draft.outcome is Outcome.NO and draft.impossible is None and early:
        app.say(f"the window is open until {found.question.closes}")
        answers["impossible"] = click.prompt("On which day did it become impossible?", type=DAY)
    if not draft.evidence:
        citation = click.prompt("What shows it? (a citation a stranger can follow)")
        url = click.prompt("At which address? (empty for none)", default="", show_default=False)
        answers["evidence"] = (Evidence(citation=citation, url=url or None),)
    return answers


def condition(app: App, found: Case, answers: Answers) -> ConditionState:
    """
    The state of the condition that the answers make.
    """
    from foretrack.core.records import ConditionIs, ConditionState, Evidence

    tell(app, found)
    state = answers.state
    if state is None:
        if not app.asks:
            raise click.UsageError("Missing STATE: met, unmet or pending.")
        state = _choice("Was the condition met?", ["met", "unmet", "pending"])
    shown = evidence(answers)
    if not shown and state != "pending" and app.asks:
        shown = (Evidence(citation=click.prompt("What shows it?")),)
    return ConditionState(
        id=f"{found.question.id}-0",
        question=found.question.id,
        state=ConditionIs(state),
        since=answers.since,
        decided=answers.decided or app.today,
        evidence=shown,
        note=answers.note,
    )


def evidence(answers: Answers) -> tuple[Evidence, ...]:
    """
    Citations with their addresses, in order.
    """
    from foretrack.core.records import Evidence

    if len(answers.url) > len(answers.evidence):
        raise click.UsageError("--url belongs to an --evidence before it; there are more of them.")
    urls = [*answers.url, *[None] * (len(answers.evidence) - len(answers.url))]
    return tuple(
        Evidence(citation=citation, url=url)
        for citation, url in zip(answers.evidence, urls, strict=True)
    )


def commit(app: App, found: Case, entry: LedgerEntry, *, sure: bool) -> None:
    """
    Show what the entry will do to each score, ask, and store it.
    """
    from foretrack import resolve
    from foretrack.cli.options import choose

    entry = resolve.numbered(entry, found)
    resolve.objection(entry, found, today=app.today)
    choice = choose(app)
    before = {line.claim: line for line in resolve.lines(found, choice)}
    after = resolve.preview(entry, found, choice)
    app.say("")
    for line in after:
        app.say(f"    {_effect(before[line.claim], line)}")
    if app.asks and not sure:
        click.confirm("Record this?", default=True, abort=True)
    stored = resolve.record(app.engine, entry, today=app.today, actor=app.actor, now=app.now)
    app.say(f"recorded {stored.id}")


def _effect(before: Line, after: Line) -> str:
    """
    What becomes of one forecast.
    """
    said = f"{after.source} ({after.words}"
    said += ", of the opposite)" if after.polarity == "opposite" else ")"
    probability = "-" if after.probability is None else f"{after.probability:.12g}"
    if after.brier is not None:
        where = "in the headline" if after.standing == "scored" else "early, beside the headline"
        return f"{said}: p = {probability}, Brier {after.brier:.4f}, {where}"
    was = "" if before.brier is None else f", Brier {before.brier:.4f} no longer counts"
    if after.outcome in ("yes", "no") and after.probability is None:
        return f"{said}: the lexicon has no number for this phrase; counted, not scored"
    return f"{said}: {after.standing}, not scored{was}"


def _choice(prompt: str, options: list[str]) -> str:
    """
    One of several words; the beginning of one will do.
    """
    while True:
        answer = str(click.prompt(f"{prompt} [{' / '.join(options)}]")).strip().lower()
        fits = [option for option in options if option == answer] or [
            option for option in options if answer and option.startswith(answer)
        ]
        if len(fits) == 1:
            return fits[0]
        click.echo(f"please answer {', '.join(options[:-1])} or {options[-1]}")

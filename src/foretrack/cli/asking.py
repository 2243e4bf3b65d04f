"""
The conversation of the deciding commands.

It asks whether the event happened, never whether the forecast was right; it echoes statement,
phrase and polarity before anything is stored, and shows the score that the answer will produce.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from foretrack.errors import ForetrackError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from foretrack.cli.app import App
    from foretrack.core.agenda import Due
    from foretrack.core.page import Line
    from foretrack.core.records import ConditionState, Evidence, LedgerEntry, Resolution
    from foretrack.files.scalars import Scalar
    from foretrack.resolve import Case


_OFFERED = 20


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
    asked = prompt or "Which question? (the beginning of its id)"
    found: str = click.prompt(asked, value_proc=_said, prompt_suffix=" ")
    return found


def _said(answer: str) -> str:
    if not answer.strip():
        raise click.UsageError("say something; Ctrl-C ends without storing anything")
    return answer.strip()


def question(app: App, given: str | None) -> Case | None:
    """
    The question that is meant; without one, the person picks from what is due.
    """
    from foretrack import due, resolve

    if given is not None:
        return resolve.case(app.engine, app.question(given))
    if not app.asks:
        raise click.UsageError("Missing QUESTION: there is no terminal to ask on.")
    queue = due.queue(app.engine, as_of=app.today, within=14)
    if not queue.items:
        app.say("nothing is due; name a question to resolve one early")
        return None
    _offer(app, queue.items)
    numbered = {str(number): item.question for number, item in enumerate(queue.items, start=1)}

    def picked(answer: str) -> str:
        try:
            return app.question(numbered.get(answer.strip(), answer.strip()))
        except InvalidInput as refusal:  # asked again
            raise click.UsageError(str(refusal)) from refusal

    asked = "Which one? (number, or the beginning of an id)"
    return resolve.case(app.engine, click.prompt(asked, value_proc=picked, prompt_suffix=" "))


def _offer(app: App, items: Sequence[Due]) -> None:
    from foretrack.report.outlines.blocks import Entries, Entry
    from foretrack.report.sheet import Sheet
    from foretrack.report.text import Span

    offered = []
    for number, item in enumerate(items[:_OFFERED], start=1):
        when = f"{-item.days:,} days overdue" if item.overdue else f"closes {item.closes}"
        head = (Span(f"{number}  {item.question}", "strong"), Span(f"  {when}"))
        offered.append(Entry(head, ((Span(item.statement),),)))
    app.show(Sheet([Entries(tuple(offered))]))
    if len(items) > _OFFERED:
        app.say(f"... and {len(items) - _OFFERED} more; `foretrack due` lists them")


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
    from foretrack import resolve

    resolve.undecided(found)
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
    return drafted(app, found, answers, outcome=outcome)


def drafted(app: App, found: Case, answers: Answers, *, outcome: str) -> Resolution:
    """
    The resolution of one outcome, with what it still needs asked for.
    """
    from foretrack.core.records import Annulment, Outcome, Resolution

    draft = Resolution(
        id=f"{found.question.id}-0",
        question=found.question.id,
        outcome=Outcome(outcome),
        happened=answers.happened,
        impossible=answers.impossible,
        decided=answers.decided or app.today,
        evidence=evidence(answers),
        note=answers.note or None,
    )
    _hold(app, found, draft, fields=("outcome",))  # before anything else is asked
    draft = _completed(app, found, draft)
    reason = answers.reason
    if draft.outcome is Outcome.ANNULLED and reason is None and app.asks:
        reason = _choice("Why?", list(Annulment))
    return replace(draft, reason=Annulment(reason) if reason else None)


def _completed(app: App, found: Case, draft: Resolution) -> Resolution:
    """
    The resolution with what a yes or a no still needs, asked for on a terminal.
    """
    from foretrack.core.records import Outcome

    if not app.asks or draft.outcome not in (Outcome.YES, Outcome.NO):
        return draft
    if draft.outcome is Outcome.YES and draft.happened is None:
        draft = _dated(app, found, draft, field="happened", prompt="On which day did it happen?")
    early = draft.decided <= found.question.closes
    if draft.outcome is Outcome.NO and draft.impossible is None and early:
        app.say(
            f"The window is open until {found.question.closes}: before that, no needs the day the "
            "event became impossible.\nIf it can still happen, Ctrl-C leaves the question open."
        )
        asked = "On which day did it become impossible?"
        draft = _dated(app, found, draft, field="impossible", prompt=asked)
    return draft if draft.evidence else replace(draft, evidence=(_shown(),))


def _dated(app: App, found: Case, draft: Resolution, *, field: str, prompt: str) -> Resolution:
    """
    The resolution with a day that it can have; another day is asked for again.
    """
    from foretrack.cli.options import DAY

    def taken(answer: str) -> Resolution:
        day: Any = {field: DAY.convert(answer, None, None)}
        dated: Resolution = replace(draft, **day)
        try:
            _hold(app, found, dated, fields=(field,))
        except InvalidInput as refusal:  # asked again
            said = "; ".join(problem.message for problem in refusal.problems)
            raise click.UsageError(said) from refusal
        return dated

    dated: Resolution = click.prompt(prompt, value_proc=taken, prompt_suffix=" ")
    return dated


def _hold(app: App, found: Case, draft: LedgerEntry, *, fields: tuple[str, ...]) -> None:
    """
    Refuse what some fields say already, before more is asked.
    """
    from foretrack import resolve

    draft = resolve.numbered(draft, found)
    wrong = resolve.flaws(draft, found, today=app.today)
    if wrong := [problem for problem in wrong if problem.where in fields]:
        raise InvalidInput(wrong)


def _shown() -> Evidence:
    """
    One piece of evidence, asked for; what a file could not hold is asked for again.
    """
    from foretrack.cli.fields import optional
    from foretrack.core.records import Evidence
    from foretrack.files.layout import ADDRESS, LINE

    citation = click.prompt(
        "What shows it? (a citation a stranger can follow)", type=Shaped(LINE), prompt_suffix=" "
    )
    url = optional("At which address?", Shaped(ADDRESS))
    return Evidence(citation=citation, url=url)


class Shaped(click.ParamType[str]):
    """
    Text that a field of the files can hold.
    """

    name = "text"

    def __init__(self, shape: Scalar) -> None:
        self.shape = shape

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """
        The text without spaces around it, or what the field allows.
        """
        from foretrack.files.scalars import Refused

        try:
            return str(self.shape.convert(str(value).strip()))
        except Refused as refusal:
            self.fail(str(refusal), param, ctx)


def condition(app: App, found: Case, answers: Answers) -> ConditionState:
    """
    The state of the condition that the answers make.
    """
    tell(app, found)
    state = answers.state
    if state is None:
        if not app.asks:
            raise click.UsageError("Missing STATE: met, unmet or pending.")
        state = _choice("Was the condition met?", ["met", "unmet", "pending"])
    return conditioned(app, found, answers, state=state)


def conditioned(app: App, found: Case, answers: Answers, *, state: str) -> ConditionState:
    """
    One state of the condition, with its evidence asked for.
    """
    from foretrack.core.records import ConditionIs, ConditionState

    shown = evidence(answers)
    if not shown and state != "pending" and app.asks:
        shown = (_shown(),)
    return ConditionState(
        id=f"{found.question.id}-0",
        question=found.question.id,
        state=ConditionIs(state),
        since=answers.since,
        decided=answers.decided or app.today,
        evidence=shown,
        note=answers.note or None,
    )


def evidence(answers: Answers) -> tuple[Evidence, ...]:
    """
    Citations with their addresses, in order.
    """
    from foretrack.core.records import Evidence

    if len(answers.url) > len(answers.evidence):
        raise click.UsageError("--url belongs to an --evidence before it; there are more of them.")
    urls = [*answers.url, *[""] * (len(answers.evidence) - len(answers.url))]
    return tuple(
        Evidence(citation=citation.strip(), url=url.strip() or None)
        for citation, url in zip(answers.evidence, urls, strict=True)
    )


def commit(app: App, found: Case, entry: LedgerEntry, *, sure: bool) -> None:
    """
    Show what the entry will do to each score, ask, and store it.
    """
    from foretrack import resolve

    echo(app, found, entry)
    if not sure:
        confirmed(app, "Record this?")
    stored = resolve.record(app.engine, entry, today=app.today, actor=app.actor, now=app.now)
    app.say(f"recorded {stored.id}")


def echo(app: App, found: Case, entry: LedgerEntry) -> None:
    """
    Show what the entry will do to each score.

    Raises:
        Conflict: The ledger as it stands forbids it.
        InvalidInput: Its own fields are wrong.
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
    for words in _together(after):
        app.say(f"    {words}")


def _together(lines: Sequence[Line]) -> Iterator[str]:
    """
    What a source gets that forecast the question several times: each counts while it stood.
    """
    by_source: dict[str, list[tuple[float, float]]] = {}
    for line in lines:
        if line.brier is not None and line.weight is not None:
            by_source.setdefault(line.source, []).append((line.weight, line.brier))
    for source, parts in by_source.items():
        if len(parts) > 1:
            score = sum(weight * brier for weight, brier in parts)
            shares = " and ".join(f"{weight:.0%}" for weight, _ in parts)
            yield f"{source}, for the time each stood ({shares}): Brier {score:.4f}"


def confirmed(app: App, prompt: str) -> None:
    """
    Go on only if the person says so; where nobody is there to answer, go on.

    Raises:
        ForetrackError: The person says no.
    """
    if app.asks and not click.confirm(prompt, default=True):
        raise ForetrackError("nothing was stored")


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
        answer = (
            str(click.prompt(f"{prompt} [{' / '.join(options)}]", prompt_suffix=" "))
            .strip()
            .lower()
        )
        fits = [option for option in options if option == answer] or [
            option for option in options if answer and option.startswith(answer)
        ]
        if len(fits) == 1:
            return fits[0]
        click.echo(f"please answer {', '.join(options[:-1])} or {options[-1]}")

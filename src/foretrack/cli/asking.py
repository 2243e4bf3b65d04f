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
    from collections.abc import Callable, Iterator, Sequence
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

    Attributes:
        back: Whether a prompt can be left for the item that it is about, as in a review.
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
    back: bool = False


def ask(prompt: str, taken: Callable[[str], Any], *, back: bool, empty: str | None = None) -> Any:
    """
    An answer; what cannot be taken is asked for again.

    Args:
        taken: Gives the value, or a usage error.
        back: Whether ``b``, Ctrl-C and an empty answer to what is required lead back.
        empty: What an empty answer stands for; None where an answer is required.

    Raises:
        ForetrackError: The person goes back.
    """
    left = ForetrackError("back to the item; nothing was stored")

    def checked(answer: str) -> Any:
        said = answer.strip()
        if back and (said.lower() == "b" or (not said and empty is None)):
            raise left
        return taken(said or empty or "")

    required = empty is None and not back
    try:
        return click.prompt(
            prompt,
            default=None if required else "",
            show_default=False,
            value_proc=checked,
            prompt_suffix=" ",
        )
    except click.Abort:
        if not back:
            raise
        click.echo()
        raise left from None


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
    draft = _completed(app, found, draft, back=answers.back)
    reason = answers.reason
    if draft.outcome is Outcome.ANNULLED and reason is None and app.asks:
        reason = _choice("Why?", list(Annulment), back=answers.back)
    return replace(draft, reason=Annulment(reason) if reason else None)


def _completed(app: App, found: Case, draft: Resolution, *, back: bool) -> Resolution:
    """
    The resolution with what a yes or a no still needs, asked for on a terminal.
    """
    from foretrack.core.records import Outcome

    if not app.asks or draft.outcome not in (Outcome.YES, Outcome.NO):
        return draft
    if draft.outcome is Outcome.YES and draft.happened is None:
        asked = "On which day did it happen?"
        draft = _dated(app, found, draft, field="happened", prompt=asked, back=back)
    early = draft.decided <= found.question.closes
    if draft.outcome is Outcome.NO and draft.impossible is None and early:
        app.say(
            f"The window is open until {found.question.closes}: before that, no needs the day the "
            "event became impossible.\nIf it can still happen, Ctrl-C leaves the question open."
        )
        asked = "On which day did it become impossible?"
        draft = _dated(app, found, draft, field="impossible", prompt=asked, back=back)
    return draft if draft.evidence else replace(draft, evidence=shown(back=back))


def _dated(
    app: App, found: Case, draft: Resolution, *, field: str, prompt: str, back: bool
) -> Resolution:
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

    dated: Resolution = ask(prompt, taken, back=back)
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


def shown(*, back: bool, required: bool = True) -> tuple[Evidence, ...]:
    """
    One piece of evidence, asked for; what a file could not hold is asked for again.

    Args:
        back: Whether the prompts can be left.
        required: Whether there must be one.
    """
    from foretrack.core.records import Evidence
    from foretrack.files.layout import ADDRESS, LINE

    asked = "What shows it? (a citation a stranger can follow"
    if required:
        cited = ask(f"{asked})", lambda answer: Shaped(LINE).convert(answer, None, None), back=back)
    else:
        cited = optional(f"{asked};", LINE, empty="empty: a note instead)", back=back)
    if cited is None:
        return ()
    return (Evidence(citation=cited, url=optional("At which address?", ADDRESS, back=back)),)


def optional(prompt: str, shape: Scalar, *, back: bool, empty: str = "(empty: none)") -> str | None:
    """
    Text that may be left out.

    Args:
        empty: What the prompt says about an empty answer.
    """

    def taken(answer: str) -> str | None:
        return Shaped(shape).convert(answer, None, None) if answer else None

    found: str | None = ask(f"{prompt} {empty}", taken, back=back, empty="")
    return found


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

    given = evidence(answers)
    if not given and state != "pending" and app.asks:
        given = shown(back=answers.back)
    return ConditionState(
        id=f"{found.question.id}-0",
        question=found.question.id,
        state=ConditionIs(state),
        since=answers.since,
        decided=answers.decided or app.today,
        evidence=given,
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
    Show what will be stored, and what it will do to each score.

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
    for name, value in _stored(entry):
        app.say(f"    {name}: {value}")
    for line in after:
        app.say(f"    {_effect(before[line.claim], line)}")
    for words in _together(after):
        app.say(f"    {words}")


def _stored(entry: LedgerEntry) -> Iterator[tuple[str, str]]:
    """
    What an entry holds, by the names that people know.
    """
    from foretrack.core import review
    from foretrack.core.records import ConditionState, Reopening, Resolution

    yield "outcome", review.what(entry)
    if isinstance(entry, Resolution):
        if entry.happened:
            yield "happened on", entry.happened.isoformat()
        if entry.impossible:
            yield "impossible since", entry.impossible.isoformat()
    elif isinstance(entry, ConditionState) and entry.since:
        yield "since", entry.since.isoformat()
    yield "decided", entry.decided.isoformat()
    if isinstance(entry, Reopening):
        yield "reason", entry.reason
        return
    for one in entry.evidence:
        yield "evidence", " ".join(filter(None, (one.citation, one.url)))
    if entry.note:
        yield "note", entry.note


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


def _choice(prompt: str, options: list[str], *, back: bool = False) -> str:
    """
    One of several words; the beginning of one will do.
    """
    while True:
        answer = ask(f"{prompt} [{' / '.join(options)}]", str, back=back).strip().lower()
        fits = [option for option in options if option == answer] or [
            option for option in options if answer and option.startswith(answer)
        ]
        if len(fits) == 1:
            return fits[0]
        click.echo(f"please answer {', '.join(options[:-1])} or {options[-1]}")

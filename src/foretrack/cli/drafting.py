"""
A decision built from what the command line gave, with what it still needs asked for.

It asks whether the event happened, never whether the forecast was right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from foretrack.cli import asking, previewing
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import date

    from foretrack.cli.app import App
    from foretrack.core.records import ConditionState, Evidence, LedgerEntry, Resolution
    from foretrack.resolve import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """
    What the command line gave.

    Attributes:
        dissent: Who does not agree, with commas between.
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
    dissent: str | None = None
    yes: bool = False
    back: bool = False


def resolution(app: App, found: Case, answers: Answers) -> Resolution | None:
    """
    The resolution that the answers make; None for "not yet".
    """
    from foretrack import resolve

    resolve.undecided(found)
    previewing.tell(app, found)
    outcome = answers.outcome
    if outcome is None:
        if not app.asks:
            raise click.UsageError("Missing OUTCOME: yes, no, ambiguous or annulled.")
        outcome = asking.choice(
            "Did the event happen?", ["yes", "no", "not yet", "ambiguous", "annulled"]
        )
    if outcome == "not yet":
        asking.say("left open; nothing was stored")
        return None
    return drafted(app, found, answers, outcome=outcome)


def drafted(app: App, found: Case, answers: Answers, *, outcome: str) -> Resolution:
    """
    The resolution of one outcome, with what it still needs asked for.
    """
    from foretrack.core.records import Resolution
    from foretrack.core.vocabulary import Annulment, Outcome

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
        reason = asking.choice("Why?", list(Annulment), back=answers.back)
    return replace(draft, reason=Annulment(reason) if reason else None)


def _completed(app: App, found: Case, draft: Resolution, *, back: bool) -> Resolution:
    """
    The resolution with what a yes or a no still needs, asked for on a terminal.
    """
    from foretrack.core.vocabulary import Outcome

    if not app.asks or draft.outcome not in (Outcome.YES, Outcome.NO):
        return draft
    if draft.outcome is Outcome.YES and draft.happened is None:
        asked = "On which day did it happen?"
        draft = _dated(app, found, draft, field="happened", prompt=asked, back=back)
    early = draft.decided <= found.question.closes
    if draft.outcome is Outcome.NO and draft.impossible is None and early:
        asking.say(
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

    dated: Resolution = asking.ask(prompt, taken, back=back)
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
        cited = asking.ask(
            f"{asked})", lambda answer: asking.Shaped(LINE).convert(answer, None, None), back=back
        )
    else:
        cited = asking.optional(f"{asked};", LINE, empty="empty: a note instead)", back=back)
    if cited is None:
        return ()
    return (Evidence(citation=cited, url=asking.optional("At which address?", ADDRESS, back=back)),)


def condition(app: App, found: Case, answers: Answers) -> ConditionState:
    """
    The state of the condition that the answers make.
    """
    previewing.tell(app, found)
    state = answers.state
    if state is None:
        if not app.asks:
            raise click.UsageError("Missing STATE: met, unmet or pending.")
        state = asking.choice("Was the condition met?", ["met", "unmet", "pending"])
    return conditioned(app, found, answers, state=state)


def conditioned(app: App, found: Case, answers: Answers, *, state: str) -> ConditionState:
    """
    One state of the condition, with its evidence asked for.
    """
    from foretrack.core.records import ConditionState
    from foretrack.core.vocabulary import ConditionIs

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

"""
What a decision is about, and what it will do, before it is stored.

Statement, phrase and polarity are echoed, and the score that the answer will produce is shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from foretrack.cli import asking
from foretrack.cli.weekly import names_of
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from foretrack.cli.app import App
    from foretrack.core.page import Line
    from foretrack.core.records import LedgerEntry
    from foretrack.errors import Problem
    from foretrack.resolve import Case


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
    rows += [("so far", words) for words in _so_far(found) if held is None]
    if held is not None:
        rows.append(("resolved", f"{held.outcome}, decided {held.decided} ({held.id})"))
    for voice in found.part.voices(asked.id):
        turned = " (of the opposite)" if voice.polarity == "opposite" else ""
        rows.append(("said", f"{voice.name}, {voice.made}: {voice.words}{turned}"))
    app.show(as_table.details(asked.id, rows))


def _so_far(found: Case) -> Iterator[str]:
    """
    What was decided before, as the agenda says it.
    """
    from foretrack.core import topics
    from foretrack.report.outlines.resolved import cited

    for step in topics.steps(found.entries, (), ()):
        shown = f": {cited(step.evidence)}" if step.evidence else ""
        note = f" – {step.note}" if step.note else ""
        yield f"{step.decided}: {step.what}{shown}{note}"


def commit(
    app: App, found: Case, entry: LedgerEntry, *, sure: bool, dissent: str | None = None
) -> None:
    """
    Show what the entry will do to each score, ask, store it, and say which headlines moved.

    Args:
        sure: Do not ask.
        dissent: Who does not agree, with commas between; the review that has begun keeps it.

    Raises:
        Conflict: There is a dissent, and no review has begun.
    """
    from foretrack import meeting, resolve
    from foretrack.cli.moving import Headlines
    from foretrack.core.moves import unmoved

    if dissent:
        meeting.present(app.engine)
    try:
        after = echo(app, found, entry)
    except InvalidInput as refusal:
        if app.asks:
            raise
        raise InvalidInput([_by_option(one, found, entry) for one in refusal.problems]) from refusal
    if not sure:
        asking.confirmed(app, "Record this?")
    headlines = Headlines(app, {line.source for line in after})
    stored = resolve.record(app.engine, entry, today=app.today, actor=app.actor, now=app.now)
    asking.say(f"recorded {stored.id}")
    headlines.tell(why=unmoved(after, closes=found.question.closes))
    if dissent:
        dissented(app, found.question.id, names=names_of(dissent), why="")


def dissented(app: App, question: str, *, names: Iterable[str], why: str) -> None:
    """
    Keep who does not agree with a decision; a name that is not at the review is pointed out.
    """
    from foretrack import meeting

    made = meeting.remark(
        app.engine, why, question=question, dissent=names, actor=app.actor, now=app.now
    )
    asking.say(f"dissent of {', '.join(made.dissent)} noted ({made.id})")
    if missing := meeting.absent(meeting.present(app.engine), made.dissent):
        asking.say(
            f"{', '.join(missing)}: not among those attending; `foretrack review attend` corrects"
            " who is there"
        )


_OPTIONS = ("happened", "impossible", "since", "decided", "evidence", "reason", "note")


def _by_option(problem: Problem, found: Case, entry: LedgerEntry) -> Problem:
    """
    A problem by the option that a command line mends it with, not by the field of a file.
    """
    from foretrack.core.records import Resolution

    field, _, place = problem.where.partition("[")
    if field not in _OPTIONS:
        return problem
    option = "--url" if place.endswith("url") else f"--{field}"
    if place and len(getattr(entry, "evidence", ())) > 1:
        option += f" ({int(place.partition(']')[0]) + 1})"
    message = problem.message
    early = entry.decided <= found.question.closes and not getattr(entry, "impossible", None)
    if isinstance(entry, Resolution) and entry.outcome == "no" and field == "decided" and early:
        message += " (--impossible)"
    return replace(problem, where=option, message=message)


def echo(app: App, found: Case, entry: LedgerEntry) -> tuple[Line, ...]:
    """
    Show what will be stored, and what it will do to each score.

    Returns:
        The forecasts as they will stand.

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
    asking.say("")
    for name, value in _stored(entry):
        asking.say(f"    {name}: {value}")
    for line in after:
        asking.say(f"    {_effect(before[line.claim], line)}")
    for words in _together(after):
        asking.say(f"    {words}")
    return after


def _stored(entry: LedgerEntry) -> Iterator[tuple[str, str]]:
    """
    What an entry holds, by the names that people know.
    """
    from foretrack.core import topics
    from foretrack.core.records import ConditionState, Reopening, Resolution

    yield "outcome", topics.what(entry)
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

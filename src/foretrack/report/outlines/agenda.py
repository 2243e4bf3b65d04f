"""
The agenda of a weekly review.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from foretrack.core import weeks
from foretrack.core.review import Basis
from foretrack.core.topics import AHEAD, Topic
from foretrack.core.watching import ALARM, FEWEST_FOR_A_VERDICT
from foretrack.report import wording
from foretrack.report.outlines.blocks import (
    Block,
    Entries,
    Entry,
    Fields,
    Heading,
    paragraph,
)
from foretrack.report.outlines.news import news_blocks
from foretrack.report.outlines.resolved import cited, resolved_blocks
from foretrack.report.outlines.revisions import revisions_blocks
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from foretrack.core.records import Task
    from foretrack.core.review import Agenda, Alarm, Moved
    from foretrack.core.since import Headline
    from foretrack.core.topics import Item, Step

TITLES: Final = {
    Topic.OVERDUE: "Overdue",
    Topic.DUE: "Due this week",
    Topic.EARLY: "Probably decided early",
    Topic.CONDITION: "Conditions to check",
    Topic.STALE: "Stale",
    Topic.COMING: "Coming four weeks",
}

NO_EVIDENCE: Final = (Span("evidence so far: ", "quiet"), Span("none"))

ABOUT: Final = {
    Topic.EARLY: "The window is open, and nobody has looked for {unseen}.",
    Topic.CONDITION: "Nobody has said yet whether the condition is met.",
    Topic.STALE: "The day to look again is here, or nothing changed for {stale}.",
}

ONCE: Final = (
    "An open question stands once, in the first group that fits: overdue, due this week, probably"
    " decided early, conditions, stale, coming."
)


def agenda_blocks(one: Agenda) -> Iterator[Block]:
    """
    The groups in the order of the meeting; empty ones are named at the end.
    """
    yield from _beginning(one, basis=_basis(one), tasks=one.tasks)
    empty: list[str] = []
    for topic in (Topic.OVERDUE, Topic.DUE, Topic.EARLY, Topic.CONDITION):
        yield from _topic(one, topic, empty)
    if one.resolved:
        title = "Resolved since the last review" if one.previous else "Resolved so far"
        yield from resolved_blocks(one.resolved, title=title)
    else:
        empty.append("resolved since the last review")
    if one.claims:
        yield from news_blocks(one.claims)
    else:
        empty.append("a new claim")
    if one.previous and not one.revisions:
        empty.append("corrected or withdrawn")
    for topic in (Topic.STALE, Topic.COMING):
        yield from _topic(one, topic, empty)
    if empty:
        yield paragraph(Span(f"Nothing is {', '.join(empty[:-1])}{_or(empty)}.", "quiet"))
    yield paragraph(Span(ONCE, "quiet"))
    yield paragraph(wording.convention(one.convention))


def opening_blocks(one: Agenda) -> Iterator[Block]:
    """
    What a meeting begins with: all that is no item to go through.
    """
    basis = _basis(one) if one.basis is Basis.ELSEWHERE else ""
    yield from _beginning(one, basis=basis, tasks=())
    new = f"{wording.counted(len(one.resolved), 'question')} resolved"
    new += f" and {wording.counted(len(one.claims), 'claim')} new"
    since = " since then" if one.previous else " so far"
    yield paragraph(f"{new}{since}; `foretrack review agenda` lists them.")


def _beginning(one: Agenda, *, basis: str, tasks: Sequence[Task]) -> Iterator[Block]:
    yield Heading(f"Review of {weeks.shown(one.week)}, as of {one.as_of}")
    if basis:
        yield paragraph(Span(basis, "warn" if one.basis is Basis.ELSEWHERE else "quiet"))
    yield paragraph(_since(one))
    if tasks:
        yield Heading(f"Still to be done ({len(tasks):,})", 2)
        yield Entries(tuple(task_entry(task, one.as_of) for task in tasks))
    yield from _figures(one)
    if one.revisions:
        yield from revisions_blocks(one.revisions)


def _or(words: Sequence[str]) -> str:
    return words[-1] if len(words) == 1 else f" or {words[-1]}"


def _basis(one: Agenda) -> str:
    """
    Which record the agenda is made from, where that is not plain.
    """
    week, held = weeks.shown(one.week), one.held
    if held is None:
        told = f"the record as it is now, read as of {one.as_of}; no review began in {week}"
        return f"This is {told}." if one.basis is Basis.LATER else ""
    began = f"began on {held.began}"
    if held.ended:
        same = held.ended == held.began
        began = f"was held on {held.began}" if same else f"{began} and ended on {held.ended}"
    went = "went through" if held.ended else "goes through"
    prints = f"`foretrack review agenda --week {week}` prints what it {went}"
    match one.basis:
        case Basis.MEETING:
            return (
                f"What the review that {began} {went}: the record as it stood at entry"
                f" {held.sequence:,} of the journal."
            )
        case Basis.ELSEWHERE:
            return (
                f"The review that {began} was held with another journal, so what it {went} cannot"
                f" be read again: this is the record as it is now, read as of {one.as_of}."
            )
        case Basis.LATER:
            return (
                f"This is the record as it is now, read as of {one.as_of}. The review of {week}"
                f" {began}; {prints}."
            )
    has = "has ended" if held.ended else "has begun"
    return f"The review of {week} {has}; this is the record as it is now, and {prints}."


def _since(one: Agenda) -> str:
    if one.previous is None:
        return "The first review: there was none before it, so everything so far is new."
    return f"The last review was that of {weeks.shown(one.previous)}, ended {one.previous_day}."


def task_entry(task: Task, as_of: date) -> Entry:
    """
    A task with who and by when.
    """
    head = [Span(task.id, "strong"), Span(f"  {task.text}")]
    if task.who:
        head.append(Span(f" – {task.who}"))
    if task.done:
        head.append(Span(f", done {task.done}", "quiet"))
    elif task.due:
        late = task.due < as_of
        head.append(Span(f", {'was ' if late else ''}due {task.due}", "warn" if late else ""))
    return Entry(tuple(head))


def _figures(one: Agenda) -> Iterator[Block]:
    yield Heading("Alarms and figures that moved", 2)
    found = [alarm_entry(alarm) for alarm in one.alarms]
    found += [moved_entry(moved) for moved in one.moved]
    if found:
        yield Entries(tuple(found))
    tried = f"{one.watched:,} {'hypothesis is' if one.watched == 1 else 'hypotheses are'} watched"
    quiet = [] if one.alarms else [f"No alarm: {tried}."]
    if not one.moved:
        quiet.append(
            "No headline moved."
            if one.previous
            else "No review has said anything yet that could have moved."
        )
    if one.alarms:
        quiet.append(
            f"An alarm is an e-value of {ALARM:g} or more, a chance of 1 in {ALARM:g} where"
            f" nothing is wrong; {tried}. Matured questions only, each source's first forecast"
            " on each. It supposes that outcomes are independent given all forecasts issued,"
            " except within a cluster, and that how long a decision takes does not depend on how"
            f" it comes out. No verdict is expected below n = {FEWEST_FOR_A_VERDICT}."
        )
    yield paragraph(Span(" ".join(quiet), "quiet"))


def alarm_entry(alarm: Alarm) -> Entry:
    """
    What an alarm says.
    """
    said = f": {alarm.other_name} is better" if alarm.other_name else " is not calibrated"
    e = "infinite" if alarm.e == float("inf") else f"{alarm.e:,.0f}"
    more = [f"e = {e}, n = {alarm.n:,}"]
    more += [f"fewer than {FEWEST_FOR_A_VERDICT}: no verdict expected"] if alarm.few else []
    more += [] if alarm.believed else ["not believed among all that is watched (e-BH)"]
    return Entry(
        (
            Span("New alarm: " if alarm.new else "Alarm: ", "bad" if alarm.new else "warn"),
            Span(alarm.name, "strong"),
            Span(f"{said}, since {alarm.since}"),
            Span(f"; {'; '.join(more)}", "quiet"),
        )
    )


def moved_entry(moved: Moved) -> Entry:
    """
    A headline then and now.
    """
    return Entry(
        (
            Span(moved.name, "strong"),
            Span(f": {_headline(moved.then)} → {_headline(moved.now)}"),
        )
    )


def _headline(one: Headline) -> str:
    early = f", {one.early:,} early" if one.early else ""
    return f"Brier {wording.score(one.brier)} (n = {one.scored:,}{early})"


def _topic(one: Agenda, topic: Topic, empty: list[str]) -> Iterator[Block]:
    items = one.of(topic)
    if not items:
        words = {
            Topic.EARLY: "unseen for weeks",
            Topic.CONDITION: "a condition to check",
            Topic.COMING: f"closing in the {AHEAD} weeks after this one",
        }
        empty.append(words.get(topic, TITLES[topic].lower()))
        return
    yield Heading(f"{TITLES[topic]} ({len(items):,})", 2)
    if topic in ABOUT:
        rest = one.patience
        unseen, stale = (wording.counted(n, "week") for n in (rest.unseen, rest.stale))
        yield paragraph(Span(ABOUT[topic].format(unseen=unseen, stale=stale), "quiet"))
    yield Entries(tuple(item_entry(item) for item in items), loose=True)


def item_entry(item: Item) -> Entry:
    """
    A question with all that is needed to decide it.
    """
    head = (
        Span(item.question, "strong"),
        Span("  "),
        Span(why(item), "warn" if item.topic is Topic.OVERDUE else ""),
    )
    lines: list[tuple[Span, ...]] = [
        (Span(item.statement),),
        (Span("criteria: ", "quiet"), Span(item.criteria)),
        (Span("settled by: ", "quiet"), Span(item.resolution_source)),
        (Span("window: ", "quiet"), Span(f"{item.opens} to {item.closes}")),
    ]
    if item.condition is not None:
        state = f" [{item.condition_is}]" if item.condition_is else ""
        met = f" {item.condition_criteria}" if item.condition_criteria else ""
        lines.append((Span("condition: ", "quiet"), Span(f"{item.condition}{state}{met}")))
    lines += [
        (Span("said: ", "quiet"), Span(f"{wording.voice(voice)}, {voice.made}"))
        for voice in item.voices
    ]
    if not item.voices:
        lines.append((Span("no forecast on it", "quiet"),))
    lines += [_step(step) for step in item.steps] or [NO_EVIDENCE]
    return Entry(head, tuple(lines))


def why(item: Item) -> str:
    """
    Why a question is on the agenda.
    """
    again = f", put off to {item.again}" if item.again else ""
    match item.topic:
        case Topic.OVERDUE:
            return f"{wording.counted(-item.days, 'day')} overdue, closed {item.closes}{again}"
        case Topic.DUE | Topic.COMING:
            days = "today" if item.days == 0 else f"in {wording.counted(item.days, 'day')}"
            return f"closes {days}, on {item.closes}{again}"
        case Topic.EARLY:
            weeks_ago = wording.counted(item.unseen // 7, "week")
            looked = f"last looked at {item.looked}" if item.looked else "never looked at"
            return f"{looked}, {weeks_ago} ago" if item.looked else f"{looked} in {weeks_ago}"
        case Topic.CONDITION:
            return f"condition pending, closes {item.closes}"
        case Topic.STALE if item.again:
            return f"to be looked at again since {item.again}"
    return f"nothing changed in {wording.counted(item.unchanged // 7, 'week')}"


def _step(step: Step) -> tuple[Span, ...]:
    note = f" – {step.note}" if step.note else ""
    shown = f": {cited(step.evidence)}" if step.evidence else ""
    return (Span(f"so far, {step.decided}: ", "quiet"), Span(f"{step.what}{shown}{note}"))


def item_fields(item: Item, *, now: str | None = None) -> Fields:
    """
    A question as names and values, for the terminal.

    Args:
        now: What became of it in the review that goes through it.
    """
    pairs = [
        ("question", item.statement),
        ("criteria", item.criteria),
        ("settled by", item.resolution_source),
        ("window", f"{item.opens} to {item.closes}"),
    ]
    if item.condition is not None:
        state = f" [{item.condition_is}]" if item.condition_is else ""
        pairs.append(("condition", f"{item.condition}{state} {item.condition_criteria or ''}"))
    pairs += [("said", f"{wording.voice(voice)}, {voice.made}") for voice in item.voices]
    pairs += [
        ("so far", "".join(span.text for span in _step(step)).removeprefix("so far, "))
        for step in item.steps
    ] or [("so far", "no evidence, nothing decided")]
    if now:
        pairs.append(("this review", now))
    return Fields(tuple(pairs))

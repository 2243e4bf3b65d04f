"""
Going through the agenda of a review on the terminal, one key an item.

Every decision is committed as it is made; what is on the screen is all that can be lost.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import click

from foretrack.cli import asking, drafting, previewing, ticking
from foretrack.cli.jotting import ASIDE, jot
from foretrack.cli.keys import pressed
from foretrack.cli.stepping import Walk, gone_through, name_of
from foretrack.cli.waiting import working
from foretrack.cli.weekly import names_of, patience
from foretrack.core.records import Task
from foretrack.errors import ForetrackError, InvalidInput

if TYPE_CHECKING:
    from datetime import date

    from foretrack.cli.app import App
    from foretrack.core.records import ConditionState, LedgerEntry, Resolution
    from foretrack.core.topics import Item, Topic
    from foretrack.resolve import Case
    from foretrack.sitting import Sitting

MOVING: Final = {"s": "skip", "b": "back", "q": "quit"}
EVENT: Final = {"y": "yes", "n": "no", "l": "not yet", "a": "ambiguous", "x": "annulled"}
CONDITION: Final = {"y": "met", "n": "unmet", "l": "not yet", "a": "ambiguous", "x": "annulled"}
HINT: Final = (
    "b or Ctrl-C at a prompt, or nothing where an answer is needed, leads back to the item;"
    " nothing is stored until you confirm"
)
OUTCOMES: Final = {"y": "yes", "n": "no", "a": "ambiguous", "x": "annulled"}

DISSENT: Final = {"d": "dissent"}
NOTE: Final = "A note?"

LATER: Final = timedelta(weeks=4)
"""
When to look again, unless the person names another day.
"""


def walk(app: App) -> None:
    """
    Go through the agenda of the review that has begun, from where it stopped.
    """
    from foretrack import sitting
    from foretrack.cli.options import choose

    with working("making the agenda"):
        found = sitting.current(app.engine, choose(app), patience=patience(app))
    if not app.asks:
        raise click.UsageError("there is no terminal to ask on; `foretrack review agenda` prints")
    walk = gone_through(found)
    _open(app, found, walk)
    walk.begin()
    while walk.place < len(walk.steps):
        step = walk.steps[walk.place]
        gone = _task(app, walk, step) if isinstance(step, Task) else _item(app, walk, step)
        if not gone:
            asking.say(f"stopped; {_left(walk)}; `foretrack review run` goes on")
            return
    asking.say(f"\nthat was the agenda; {_left(walk)}")
    if walk.passed:
        asking.say("`foretrack review run` comes to what was skipped once more")
    asking.say("next: `foretrack review close` ends the review and keeps its minutes")


def _left(walk: Walk) -> str:
    from foretrack.report.wording import counted

    decided = len(walk.steps) - walk.left - walk.passed
    skipped = f"{walk.passed:,} skipped, " if walk.passed else ""
    return f"{counted(decided, 'item')} done, {skipped}{walk.left:,} left"


def _open(app: App, sitting: Sitting, walk: Walk) -> None:
    """
    What is to be known before the first item; a line only where the review goes on.
    """
    from foretrack.core import weeks
    from foretrack.report.outlines.agenda import opening_blocks
    from foretrack.report.sheet import Sheet

    if walk.done or walk.skipped:
        asking.say(f"going on with the review of {weeks.shown(sitting.review.id)}: {_left(walk)}")
        return
    app.show(Sheet(opening_blocks(sitting.agenda)))


def _task(app: App, walk: Walk, task: Task) -> bool:
    """
    One task, until the person goes elsewhere; False to stop.
    """
    ticking.show(app, task, place=_place(walk), now=_became(walk, task.id))
    while True:
        done = walk.done.get(task.id, "").startswith("done")
        key = ticking.key(done=done, moving=MOVING)
        if key in MOVING:
            return _move(app, walk, key)
        try:
            walk.done[task.id] = ticking.answer(app, task, key)
        except ForetrackError as refusal:
            asking.say(f"{refusal}")
            continue
        walk.onward()
        return True


def _item(app: App, walk: Walk, item: Item) -> bool:
    """
    One question, until the person goes elsewhere; False to stop.
    """
    from foretrack import resolve

    _show(app, walk, item)
    while True:
        try:
            found = resolve.case(app.engine, item.question)
        except InvalidInput:
            asking.say("withdrawn meanwhile")
            walk.onward()
            return True
        key = _key(found, walk)
        if key in MOVING:
            return _move(app, walk, key)
        if not walk.hinted:
            walk.hinted = True
            asking.say(HINT)
        try:
            said = _decide(app, found, key, topic=item.topic)
        except ForetrackError as refusal:  # nothing was stored, and the item stays
            asking.say(f"{refusal}")
            continue
        if said is not None:
            walk.done[item.question] = said
            walk.onward()
            return True


def _move(app: App, walk: Walk, key: str) -> bool:
    """
    Go elsewhere; that an item was passed over is kept, for the minutes.
    """
    from foretrack import meeting

    if key == "b":
        walk.back()
    elif key == "s":
        step = walk.steps[walk.place]
        name = name_of(step)
        if name not in walk.done and name not in walk.skipped:
            if not isinstance(step, Task):
                meeting.skip(app.engine, name, actor=app.actor, now=app.now)
            walk.skipped.add(name)
        walk.onward()
    return key != "q"


def _show(app: App, walk: Walk, item: Item) -> None:
    from foretrack.report.outlines.agenda import TITLES, item_fields, why
    from foretrack.report.outlines.blocks import Heading
    from foretrack.report.sheet import Sheet

    asking.say("")
    title = f"{_place(walk)} {TITLES[item.topic]}: {item.question}, {why(item)}"
    fields = item_fields(item, now=_became(walk, item.question))
    app.show(Sheet([Heading(title, 2), fields]))
    asking.say("")


def _place(walk: Walk) -> str:
    return f"[{walk.place + 1} of {len(walk.steps)}]"


def _became(walk: Walk, name: str) -> str | None:
    """
    What became of a task or a question in this review so far.
    """
    return walk.done.get(name, "skipped" if name in walk.skipped else None)


def _key(found: Case, walk: Walk) -> str:
    """
    The key for an item; one that is resolved can only be dissented from, or passed.
    """
    held = found.state.resolution
    said = walk.done.get(found.question.id)
    if held is not None:
        asking.say(
            f"resolved {held.outcome} ({held.id}); "
            f"`foretrack reopen {found.question.id}` ends that, if it was a mistake"
        )
        return pressed("Already resolved.", {**DISSENT, **ASIDE, **MOVING})
    offered = {**(DISSENT if said else {}), **ASIDE, **MOVING}
    if _pending(found):
        return pressed("Was the condition met?", {**CONDITION, **offered})
    return pressed("Did the event happen?", {**EVENT, **offered})


def _pending(found: Case) -> bool:
    return found.question.condition is not None and found.state.condition_is == "pending"


def _put_off(app: App, found: Case) -> str | None:
    """
    Leave the question open until a day; None where it was not recorded.
    """
    from foretrack import meeting
    from foretrack.files.layout import LINE

    def later(answer: str) -> date:
        from foretrack.cli.options import DAY

        day = DAY.convert(answer, None, None)
        if day <= app.today:
            raise click.UsageError(f"{day} is not after today, {app.today}")
        return day

    usual = (app.today + LATER).isoformat()
    asked = f"Look again on which day? [{usual}]"
    again: date = asking.ask(asked, later, back=True, empty=usual)
    note = asking.optional("Why not yet?", LINE, back=True)
    asking.say(f"\n    {found.question.statement}")
    asking.say(f"    not yet, look again on {again}")
    sure = _sure("y")
    if sure == "n":
        asking.say("not recorded")
        return None
    dissent = _dissent() if sure == "d" else None
    made = meeting.postpone(
        app.engine,
        found.question.id,
        again=again,
        note=note,
        today=app.today,
        actor=app.actor,
        now=app.now,
    )
    asking.say(f"put off to {made.again} ({made.id})")
    if dissent is not None:
        previewing.dissented(app, found.question.id, names=dissent[0], why=dissent[1])
    return f"not yet, look again on {made.again}"


def _noted(entry: Resolution | ConditionState) -> Resolution | ConditionState:
    """
    The entry with a note; what is neither yes nor no needs one, or evidence.
    """
    from foretrack.core.records import Resolution
    from foretrack.files.layout import LINE

    if isinstance(entry, Resolution) and _unscored(entry):
        entry = replace(entry, evidence=drafting.shown(back=True, required=False))
    if entry.evidence:
        return replace(entry, note=asking.optional(NOTE, LINE, back=True))
    asked = f"{NOTE} (needed, as there is no evidence)"
    shape = asking.Shaped(LINE)
    return replace(
        entry, note=asking.ask(asked, lambda text: shape.convert(text, None, None), back=True)
    )


def _unscored(entry: LedgerEntry) -> bool:
    """
    Whether it takes a question out of the score for good, which should be no slip of a finger.
    """
    from foretrack.core.records import Resolution
    from foretrack.core.vocabulary import Outcome

    return isinstance(entry, Resolution) and entry.outcome in (Outcome.AMBIGUOUS, Outcome.ANNULLED)


def _sure(usual: str) -> str:
    """
    What the person says to it: ``y``, ``n``, or ``d`` for yes with a dissent.

    Args:
        usual: What Enter alone means.
    """

    def taken(answer: str) -> str:
        if answer.lower() not in ("y", "yes", "n", "no", "d", "dissent"):
            raise click.UsageError("please answer y, n, or d")
        return answer[0].lower()

    asked = f"Record this? [{'y/N' if usual == 'n' else 'Y/n'}] (d: yes, and somebody dissents)"
    sure: str = asking.ask(asked, taken, back=True, empty=usual)
    return sure


def _dissent() -> tuple[list[str], str]:
    """
    Who does not agree, and why.
    """
    from foretrack.files.layout import LINE, MET

    shape = asking.Shaped(MET)

    def names(answer: str) -> list[str]:
        given = [shape.convert(name, None, None) for name in names_of(answer)]
        if not given:
            raise click.UsageError("please name somebody")
        return given

    who: list[str] = asking.ask("Who dissents? (names, with commas between)", names, back=True)
    return who, asking.optional("Why?", LINE, back=True, empty="(empty: no reason given)") or ""


def _decide(app: App, found: Case, key: str, *, topic: Topic) -> str | None:
    """
    Record what the key says; None where it was not recorded, or more is to be asked.
    """
    from foretrack import resolve
    from foretrack.core import topics

    if key in ASIDE:
        jot(app, key, found.question.id)
        return None
    if key == "l":
        return _put_off(app, found)
    if key == "d":
        who, why = _dissent()
        previewing.dissented(app, found.question.id, names=who, why=why)
        return None
    entry: Resolution | ConditionState
    answers = drafting.Answers(back=True)
    of_condition = _pending(found) and key in "yn"
    if of_condition:
        entry = drafting.conditioned(app, found, answers, state=CONDITION[key])
    else:
        entry = drafting.drafted(app, found, answers, outcome=OUTCOMES[key])
    entry = _noted(entry)
    asking.say(f"\n    {found.question.statement}")
    asking.say(f"    {found.question.opens} to {found.question.closes}: {topics.what(entry)}")
    previewing.echo(app, found, entry)
    sure = _sure("n" if _unscored(entry) else "y")
    if sure == "n":
        asking.say("not recorded")
        return None
    dissent = _dissent() if sure == "d" else None
    stored = resolve.record(app.engine, entry, today=app.today, actor=app.actor, now=app.now)
    asking.say(f"recorded {stored.id}")
    if dissent is not None:
        previewing.dissented(app, found.question.id, names=dissent[0], why=dissent[1])
    if of_condition and key == "y" and topic in (topics.Topic.OVERDUE, topics.Topic.DUE):
        return None  # and now about the event
    return topics.what(stored)

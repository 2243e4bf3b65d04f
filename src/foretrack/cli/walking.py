"""
Going through the agenda of a review on the terminal, one key an item.

Every decision is committed as it is made; what is on the screen is all that can be lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import click

from foretrack.cli import asking
from foretrack.cli.keys import pressed
from foretrack.errors import ForetrackError, InvalidInput

if TYPE_CHECKING:
    from datetime import date

    from foretrack.cli.app import App
    from foretrack.core.records import ConditionState, LedgerEntry, Resolution
    from foretrack.core.review import Item, Topic
    from foretrack.meeting import Sitting
    from foretrack.resolve import Case

MOVING: Final = {"s": "skip", "b": "back", "q": "quit"}
EVENT: Final = {"y": "yes", "n": "no", "l": "not yet", "a": "ambiguous", "x": "annulled"}
CONDITION: Final = {"y": "met", "n": "unmet", "l": "not yet", "a": "ambiguous", "x": "annulled"}
HINT: Final = (
    "b or Ctrl-C at a prompt, or nothing where an answer is needed, leads back to the item;"
    " nothing is stored until you confirm"
)
OUTCOMES: Final = {"y": "yes", "n": "no", "a": "ambiguous", "x": "annulled"}

NOTE: Final = "A dissent, or a note?"

LATER: Final = timedelta(weeks=4)
"""
When to look again, unless the person names another day.
"""


@dataclass(slots=True)
class Walk:
    """
    Where one is in the agenda.

    Attributes:
        done: Question -> what became of it in this review.
        hinted: Whether it was said how to leave a prompt.
    """

    items: tuple[Item, ...]
    done: dict[str, str] = field(default_factory=dict)
    place: int = 0
    hinted: bool = False

    @property
    def left(self) -> int:
        """
        How many items nobody decided or put off.
        """
        return sum(item.question not in self.done for item in self.items)

    def onward(self) -> None:
        """
        Go to the next item that is not done.
        """
        self.place += 1
        self.find()

    def find(self) -> None:
        """
        Stay here if this item is not done, or go on to one that is not.
        """
        while self.place < len(self.items) and self.items[self.place].question in self.done:
            self.place += 1

    def back(self) -> None:
        """
        Go to the item before, done or not.
        """
        self.place = max(self.place - 1, 0)


def walk(app: App) -> None:
    """
    Go through the agenda of the review that has begun, from where it stopped.
    """
    from foretrack import meeting
    from foretrack.cli.options import choose

    sitting = meeting.sitting(app.engine, choose(app))
    if not app.asks:
        raise click.UsageError("there is no terminal to ask on; `foretrack review agenda` prints")
    done = {
        item.question: said
        for item in sitting.agenda.items
        if (said := sitting.done(item.question, topic=item.topic)) is not None
    }
    walk = Walk(sitting.agenda.items, done)
    _open(app, sitting, walk)
    walk.find()
    while walk.place < len(walk.items):
        if not _item(app, walk):
            app.say(f"stopped; {_left(walk)}, and `foretrack review run` goes on with them")
            return
    app.say(f"that was the agenda; {_left(walk)}")
    app.say("next: `foretrack review close` ends the review and keeps its minutes")


def _left(walk: Walk) -> str:
    from foretrack.report.wording import counted

    decided = len(walk.items) - walk.left
    return f"{counted(decided, 'item')} done, {walk.left} left"


def _open(app: App, sitting: Sitting, walk: Walk) -> None:
    """
    What is to be known before the first item; a line only where the review goes on.
    """
    from foretrack.core import weeks
    from foretrack.report.outlines.agenda import opening_blocks
    from foretrack.report.sheet import Sheet

    if walk.done:
        app.say(f"going on with the review of {weeks.shown(sitting.review.id)}: {_left(walk)}")
        return
    app.show(Sheet(opening_blocks(sitting.agenda)))


def _item(app: App, walk: Walk) -> bool:
    """
    One item, until the person goes elsewhere; False to stop.
    """
    from foretrack import resolve

    item = walk.items[walk.place]
    _show(app, walk, item)
    while True:
        try:
            found = resolve.case(app.engine, item.question)
        except InvalidInput:
            app.say("withdrawn meanwhile")
            walk.onward()
            return True
        key = _key(app, found, walk)
        if key in MOVING:
            return _move(walk, key)
        if not walk.hinted:
            walk.hinted = True
            app.say(HINT)
        try:
            said = _decide(app, found, key, topic=item.topic)
        except ForetrackError as refusal:  # nothing was stored, and the item stays
            app.say(f"{refusal}")
            continue
        if said is not None:
            walk.done[item.question] = said
            walk.onward()
            return True


def _move(walk: Walk, key: str) -> bool:
    if key == "b":
        walk.back()
    elif key == "s":
        walk.onward()
    return key != "q"


def _show(app: App, walk: Walk, item: Item) -> None:
    from foretrack.report.outlines.agenda import TITLES, item_fields, why
    from foretrack.report.outlines.blocks import Heading
    from foretrack.report.sheet import Sheet

    app.say("")
    place = f"[{walk.place + 1} of {len(walk.items)}] {TITLES[item.topic]}: {item.question}"
    app.show(Sheet([Heading(f"{place}, {why(item)}", 2), item_fields(item)]))


def _key(app: App, found: Case, walk: Walk) -> str:
    """
    The key for an item; one that is resolved can only be passed.
    """
    held = found.state.resolution
    said = walk.done.get(found.question.id)
    if held is not None:
        app.say(
            f"resolved {held.outcome} ({held.id}); "
            f"`foretrack reopen {found.question.id}` ends that, if it was a mistake"
        )
        return pressed("Already resolved.", MOVING)
    if said:
        app.say(f"in this review: {said}")
    if _pending(found):
        return pressed("Was the condition met?", {**CONDITION, **MOVING})
    return pressed("Did the event happen?", {**EVENT, **MOVING})


def _pending(found: Case) -> bool:
    return found.question.condition is not None and found.state.condition_is == "pending"


def _put_off(app: App, question: str) -> str:
    """
    Leave the question open until a day.
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
    made = meeting.postpone(
        app.engine,
        question,
        again=again,
        note=asking.optional("Why not yet?", LINE, back=True),
        today=app.today,
        actor=app.actor,
        now=app.now,
    )
    app.say(f"put off to {made.again} ({made.id})")
    return f"not yet, look again on {made.again}"


def _noted(entry: Resolution | ConditionState) -> Resolution | ConditionState:
    """
    The entry with a note; what is neither yes nor no needs one, or evidence.
    """
    from foretrack.core.records import Resolution
    from foretrack.files.layout import LINE

    if isinstance(entry, Resolution) and _unscored(entry):
        entry = replace(entry, evidence=asking.shown(back=True, required=False))
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
    from foretrack.core.records import Outcome, Resolution

    return isinstance(entry, Resolution) and entry.outcome in (Outcome.AMBIGUOUS, Outcome.ANNULLED)


def _sure(entry: LedgerEntry) -> bool:
    """
    Whether the person confirms it.
    """
    usual = "n" if _unscored(entry) else "y"

    def taken(answer: str) -> bool:
        if answer.lower() not in ("y", "yes", "n", "no"):
            raise click.UsageError("please answer y or n")
        return answer.lower() in ("y", "yes")

    asked = f"Record this? [{'y/N' if usual == 'n' else 'Y/n'}]"
    sure: bool = asking.ask(asked, taken, back=True, empty=usual)
    return sure


def _decide(app: App, found: Case, key: str, *, topic: Topic) -> str | None:
    """
    Record what the key says; None where it was not recorded, or more is to be asked.
    """
    from foretrack import resolve
    from foretrack.core import review

    if key == "l":
        return _put_off(app, found.question.id)
    entry: Resolution | ConditionState
    answers = asking.Answers(back=True)
    of_condition = _pending(found) and key in "yn"
    if of_condition:
        entry = asking.conditioned(app, found, answers, state=CONDITION[key])
    else:
        entry = asking.drafted(app, found, answers, outcome=OUTCOMES[key])
    entry = _noted(entry)
    app.say(f"\n    {found.question.statement}")
    app.say(f"    {found.question.opens} to {found.question.closes}: {review.what(entry)}")
    asking.echo(app, found, entry)
    if not _sure(entry):
        app.say("not recorded")
        return None
    stored = resolve.record(app.engine, entry, today=app.today, actor=app.actor, now=app.now)
    app.say(f"recorded {stored.id}")
    if of_condition and key == "y" and topic in (review.Topic.OVERDUE, review.Topic.DUE):
        return None  # and now about the event
    return review.what(stored)

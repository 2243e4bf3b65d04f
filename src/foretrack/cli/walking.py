"""
Going through the agenda of a review on the terminal, one key an item.

Every decision is committed as it is made; what is on the screen is all that can be lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import click

from foretrack.cli import asking, drafting, previewing
from foretrack.cli.keys import pressed
from foretrack.cli.waiting import working
from foretrack.cli.weekly import names_of
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


@dataclass(slots=True)
class Walk:
    """
    Where one is in the agenda.

    Attributes:
        done: Question -> what became of it in this review.
        skipped: Questions that were passed over in it.
        hinted: Whether it was said how to leave a prompt.
    """

    items: tuple[Item, ...]
    done: dict[str, str] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    place: int = 0
    hinted: bool = False

    @property
    def passed(self) -> int:
        """
        How many items were passed over, and not decided or put off since.
        """
        return sum(
            item.question in self.skipped and item.question not in self.done for item in self.items
        )

    @property
    def left(self) -> int:
        """
        How many items nobody came to.
        """
        return sum(item.question not in self.done for item in self.items) - self.passed

    def begin(self) -> None:
        """
        Go to the first item that nobody came to; where there is none, to the first passed over.
        """
        fresh = (
            place
            for place, item in enumerate(self.items)
            if item.question not in self.done and item.question not in self.skipped
        )
        self.place = next(fresh, 0)
        self.find()

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
    from foretrack import sitting
    from foretrack.cli.options import choose

    with working("making the agenda"):
        found = sitting.current(app.engine, choose(app))
    if not app.asks:
        raise click.UsageError("there is no terminal to ask on; `foretrack review agenda` prints")
    done = {
        item.question: said
        for item in found.agenda.items
        if (said := found.done(item.question, topic=item.topic)) is not None
    }
    walk = Walk(found.agenda.items, done, set(found.review.skipped))
    _open(app, found, walk)
    walk.begin()
    while walk.place < len(walk.items):
        if not _item(app, walk):
            asking.say(f"stopped; {_left(walk)}; `foretrack review run` goes on")
            return
    asking.say(f"\nthat was the agenda; {_left(walk)}")
    if walk.passed:
        asking.say("`foretrack review run` comes to what was skipped once more")
    asking.say("next: `foretrack review close` ends the review and keeps its minutes")


def _left(walk: Walk) -> str:
    from foretrack.report.wording import counted

    decided = len(walk.items) - walk.left - walk.passed
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
        question = walk.items[walk.place].question
        if question not in walk.done and question not in walk.skipped:
            meeting.skip(app.engine, question, actor=app.actor, now=app.now)
            walk.skipped.add(question)
        walk.onward()
    return key != "q"


def _show(app: App, walk: Walk, item: Item) -> None:
    from foretrack.report.outlines.agenda import TITLES, item_fields, why
    from foretrack.report.outlines.blocks import Heading
    from foretrack.report.sheet import Sheet

    asking.say("")
    place = f"[{walk.place + 1} of {len(walk.items)}] {TITLES[item.topic]}: {item.question}"
    app.show(
        Sheet([Heading(f"{place}, {why(item)}", 2), item_fields(item, now=_became(walk, item))])
    )
    asking.say("")


def _became(walk: Walk, item: Item) -> str | None:
    """
    What became of an item in this review so far.
    """
    passed = "skipped" if item.question in walk.skipped else None
    return walk.done.get(item.question, passed)


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
        return pressed("Already resolved.", {**DISSENT, **MOVING})
    offered = {**(DISSENT if said else {}), **MOVING}
    if _pending(found):
        return pressed("Was the condition met?", {**CONDITION, **offered})
    return pressed("Did the event happen?", {**EVENT, **offered})


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
    asking.say(f"put off to {made.again} ({made.id})")
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
    from foretrack.core.records import Outcome, Resolution

    return isinstance(entry, Resolution) and entry.outcome in (Outcome.AMBIGUOUS, Outcome.ANNULLED)


def _sure(entry: LedgerEntry) -> str:
    """
    What the person says to it: ``y``, ``n``, or ``d`` for yes with a dissent.
    """
    usual = "n" if _unscored(entry) else "y"

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

    if key == "l":
        return _put_off(app, found.question.id)
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
    sure = _sure(entry)
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

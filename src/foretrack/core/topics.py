"""
Why an open question is on the agenda of a review, with all that is needed to decide it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.core.agenda import voices
from foretrack.core.closing import is_over
from foretrack.core.ledger import state
from foretrack.core.records import ConditionState, Reopening, Resolution
from foretrack.core.vocabulary import ConditionIs
from foretrack.core.weeks import sunday

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from foretrack.core.agenda import Voice
    from foretrack.core.records import Claim, Evidence, LedgerEntry, Postponement, Question, Remark
    from foretrack.core.since import Record

UNSEEN: Final = 8
"""
Weeks without a look after which an open question may have been decided unnoticed.
"""

STALE: Final = 26
"""
Weeks without any change after which a question is stale.
"""

AHEAD: Final = 4
"""
Weeks that the agenda looks ahead, after this one.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """
    How long an open question may rest.

    Attributes:
        unseen: Weeks without a look after which it may have been decided unnoticed.
        stale: Weeks without any change after which it is stale.
    """

    unseen: int = UNSEEN
    stale: int = STALE


class Topic(StrEnum):
    """
    Why an open question is on the agenda, most urgent first.
    """

    OVERDUE = "overdue"
    DUE = "due"
    EARLY = "early"
    CONDITION = "condition"
    STALE = "stale"
    COMING = "coming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    What was decided, left open or said about a question so far.

    Attributes:
        what: ``yes``, ``no``, ``reopened``, ``condition met``, ``not yet``, ``note``, ...
    """

    what: str
    decided: date
    evidence: tuple[Evidence, ...]
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """
    An open question with all that is needed to decide it.

    Attributes:
        days: Days from the as-of date to the last day of the window; negative once it is over.
        condition: The "if" of a conditional question.
        condition_is: Its state.
        voices: What each source said.
        steps: What was decided, left open or said in a review so far, with the evidence.
        looked: The last day that somebody looked at it; None if nobody did.
        unseen: Days since then, or since the window opened.
        unchanged: Days since anything about it changed.
        again: The day it was put off to, if it was.
    """

    topic: Topic
    question: str
    statement: str
    criteria: str
    resolution_source: str
    opens: date
    closes: date
    days: int
    condition: str | None
    condition_criteria: str | None
    condition_is: ConditionIs | None
    voices: tuple[Voice, ...]
    steps: tuple[Step, ...]
    looked: date | None
    unseen: int
    unchanged: int
    again: date | None


def items(
    record: Record, *, week: str, as_of: date, patience: Patience | None = None
) -> tuple[Item, ...]:
    """
    The open questions that a review goes through, by topic and closing date, each once.

    Args:
        record: As it stands.
        week: The ISO week: what is due within it, and what comes in the four after it.
        as_of: What was said and decided by this day.
        patience: How long a question may rest.
    """
    patience = patience or Patience()
    said: dict[str, list[Claim]] = defaultdict(list)
    for claim in record.claims.values():
        if claim.question and record.articles[claim.article].published.latest <= as_of:
            said[claim.question].append(claim)
    looks: dict[str, list[Postponement]] = defaultdict(list)
    for look in record.postponements.values():
        if look.decided <= as_of:
            looks[look.question].append(look)
    notes: dict[str, list[Step]] = defaultdict(list)
    for remark in record.remarks.values():
        day = record.reviews[remark.review].started
        if remark.question and day <= as_of:
            notes[remark.question].append(_noted(remark, day))
    last = sunday(week)
    found = []
    for question in record.questions.values():
        case = _Case(
            question,
            [entry for entry in record.ledger.get(question.id, ()) if entry.decided <= as_of],
            sorted(looks[question.id], key=lambda look: (look.decided, look.id)),
            [record.articles[claim.article].published.latest for claim in said[question.id]],
            as_of,
        )
        topic = case.topic(last, patience)
        if topic is not None:
            heard = voices(said[question.id], articles=record.articles, sources=record.sources)
            found.append(case.item(topic, heard, notes[question.id]))
    order = list(Topic)
    found.sort(key=lambda item: (order.index(item.topic), item.closes, item.question))
    return tuple(found)


class _Case(NamedTuple):
    """
    One question with what happened to it by the as-of date.
    """

    question: Question
    entries: Sequence[LedgerEntry]
    looks: Sequence[Postponement]
    said: Sequence[date]
    as_of: date

    @property
    def looked(self) -> date | None:
        """
        The last day that somebody looked.
        """
        days = [one.decided for one in (*self.entries, *self.looks)]
        return max(days, default=None)

    @property
    def again(self) -> date | None:
        """
        The day it was put off to, unless somebody decided something since.
        """
        if not self.looks:
            return None
        last = self.looks[-1]
        later = any(entry.decided > last.decided for entry in self.entries)
        return None if later else last.again

    def topic(self, last: date, patience: Patience) -> Topic | None:
        """
        The first topic that fits; None for a question that needs nobody.

        Args:
            last: The last day of the week.
            patience: How long it may rest.
        """
        now = state(self.entries, as_of=None)
        question, as_of = self.question, self.as_of
        if now.resolution is not None or now.condition_is is ConditionIs.UNMET:
            return None
        if is_over(question.closes, as_of=as_of):
            return Topic.OVERDUE
        if question.closes <= last:
            return Topic.DUE
        again = self.again
        put_off = again is not None and again > as_of
        pending = question.condition is not None and now.condition_is is ConditionIs.PENDING
        begun = question.opens <= as_of
        if not put_off and not pending and begun and self.unseen >= 7 * patience.unseen:
            return Topic.EARLY
        if not put_off and pending and begun:
            return Topic.CONDITION
        if not put_off and (again is not None or self.unchanged >= 7 * patience.stale):
            return Topic.STALE
        return Topic.COMING if question.closes <= last + timedelta(weeks=AHEAD) else None

    @property
    def unseen(self) -> int:
        """
        Days since somebody looked, or since the window opened.
        """
        return (self.as_of - (self.looked or min(self.question.opens, self.as_of))).days

    @property
    def unchanged(self) -> int:
        """
        Days since anything about the question changed.
        """
        days = [*self.said, *([self.looked] if self.looked else [])]
        written = self.question.criteria_written
        days += [written] if written <= self.as_of else []
        return (self.as_of - max(days, default=min(self.question.opens, self.as_of))).days

    def item(self, topic: Topic, said: tuple[Voice, ...], notes: Iterable[Step]) -> Item:
        """
        The question on the agenda.
        """
        question = self.question
        condition = question.condition
        return Item(
            topic=topic,
            question=question.id,
            statement=question.statement,
            criteria=question.criteria,
            resolution_source=question.resolution_source,
            opens=question.opens,
            closes=question.closes,
            days=(question.closes - self.as_of).days,
            condition=condition.statement if condition else None,
            condition_criteria=condition.criteria if condition else None,
            condition_is=state(self.entries, as_of=None).condition_is if condition else None,
            voices=said,
            steps=steps(self.entries, self.looks, notes),
            looked=self.looked,
            unseen=self.unseen,
            unchanged=self.unchanged,
            again=self.again,
        )


def _noted(remark: Remark, day: date) -> Step:
    """
    What a review said about a question.
    """
    dissent = f"dissent of {', '.join(remark.dissent)}" if remark.dissent else "note"
    return Step(what=dissent, decided=day, evidence=(), note=remark.text)


def steps(
    entries: Iterable[LedgerEntry], looks: Iterable[Postponement], notes: Iterable[Step]
) -> tuple[Step, ...]:
    """
    What was decided, left open and said about a question, by day.
    """
    found = []
    for entry in entries:
        note = entry.reason if isinstance(entry, Reopening) else entry.note
        evidence = () if isinstance(entry, Reopening) else entry.evidence
        step = Step(what=what(entry), decided=entry.decided, evidence=evidence, note=note)
        found.append(step)
    for look in looks:
        words = f"not yet, look again on {look.again}"
        found.append(Step(what=words, decided=look.decided, evidence=(), note=look.note))
    return tuple(sorted([*found, *notes], key=lambda step: step.decided))


def what(entry: LedgerEntry) -> str:
    """
    What an entry of the ledger says, in a word or two.
    """
    match entry:
        case Resolution():
            reason = f" ({entry.reason})" if entry.reason else ""
            return f"{entry.outcome}{reason}"
        case Reopening():
            return "reopened"
        case ConditionState():
            return f"condition {entry.state}"

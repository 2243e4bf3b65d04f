"""
The rules of the ledger: which entry may follow a question's earlier entries, and what stands.

The ledger of a question is one list, in the order things were decided.  Files and commands ask
here, so that what is refused in a file is refused at the prompt, in the same words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foretrack.core.records import ConditionState, Reopening, Resolution
from foretrack.core.vocabulary import Annulment, ConditionIs, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from foretrack.core.records import LedgerEntry, Question

_SETTLED = (Outcome.YES, Outcome.NO)
_NUMBERED = re.compile(r"(.+)-([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class State:
    """
    What stands for one question.

    Attributes:
        resolution: The resolution that holds, if any.
        condition: The last word on the question's condition, if any.
    """

    resolution: Resolution | None = None
    condition: ConditionState | None = None

    @property
    def condition_is(self) -> ConditionIs:
        """
        The state of the condition; pending until an entry says more.
        """
        return self.condition.state if self.condition else ConditionIs.PENDING


@dataclass(frozen=True, slots=True)
class Objection:
    """
    Why an entry cannot join the ledger.

    Attributes:
        field: The field of the entry at fault; "" for the entry as a whole.
        reason: What is wrong and what to do instead.
    """

    field: str
    reason: str

    def __str__(self) -> str:
        return self.reason


def state(entries: Sequence[LedgerEntry], *, as_of: date | None) -> State:
    """
    What stands after the entries decided by a day.

    Args:
        entries: Entries of one question in ledger order; the last one wins.
        as_of: The last day that counts; None counts all.
    """
    resolution: Resolution | None = None
    condition: ConditionState | None = None
    for entry in entries:
        if as_of is not None and entry.decided > as_of:
            continue
        match entry:
            case Resolution():
                resolution = entry
            case Reopening():
                resolution = None
            case ConditionState():
                condition = entry
    return State(resolution, condition)


def next_id(question: str, entries: Sequence[LedgerEntry]) -> str:
    """
    The id of the next entry: ``<question>-<k>``, one more than the highest k so far.

    >>> next_id("some-question", [])
    'some-question-1'
    """
    return f"{question}-{max((number(entry) or 0 for entry in entries), default=0) + 1}"


def number(entry: LedgerEntry) -> int | None:
    """
    The k of an entry's id; None when the id is not the question's with a number behind it.
    """
    match = _NUMBERED.fullmatch(entry.id)
    return int(match[2]) if match and match[1] == entry.question else None


def objection(
    question: Question, entries: Sequence[LedgerEntry], entry: LedgerEntry, *, today: date | None
) -> Objection | None:
    """
    The first reason why the entry may not follow the earlier ones; None when it may.
    """
    return next(iter(objections(question, entries, entry, today=today)), None)


def objections(
    question: Question, entries: Sequence[LedgerEntry], entry: LedgerEntry, *, today: date | None
) -> tuple[Objection, ...]:
    """
    Every reason why the entry may not follow the question's earlier entries.

    Args:
        question: The question that the entry is about.
        entries: The question's earlier entries, in ledger order.
        entry: The new one.
        today: The current day, which nothing can be decided after; None leaves that open.
    """
    found = tuple(_order(entries, entry, today))
    standing = state(entries, as_of=None)
    match entry:
        case Resolution():
            rules = _resolution(question, standing, entry)
        case Reopening():
            rules = _reopening(standing, entry)
        case ConditionState():
            rules = _condition(question, standing, entry)
    return (*found, *rules)


def _order(
    entries: Sequence[LedgerEntry], entry: LedgerEntry, today: date | None
) -> Iterator[Objection]:
    own = number(entry)
    if own is None:
        yield Objection("id", f"{entry.id} is not {entry.question}-1, -2, ... as it must be")
    elif entries and own <= (number(entries[-1]) or 0):
        yield Objection(
            "id", f"{entry.id} must have a higher number than {entries[-1].id} before it"
        )
    if entries and entry.decided < entries[-1].decided:
        yield Objection(
            "decided",
            f"{entry.decided} is before {entries[-1].decided}, when {entries[-1].id} was decided:"
            " entries stand in the order they were decided",
        )
    if today is not None and entry.decided > today:
        yield Objection("decided", f"{entry.decided} is in the future: today is {today}")


def _resolution(question: Question, standing: State, entry: Resolution) -> Iterator[Objection]:
    if standing.resolution is not None:
        yield Objection("", already(standing.resolution))
    if entry.outcome is Outcome.YES:
        yield from _happened(question, entry)
    elif entry.happened is not None:
        yield Objection("happened", f"only yes takes the day it happened, this is {entry.outcome}")
    if entry.outcome is Outcome.NO:
        yield from _impossible(question, entry)
    elif entry.impossible is not None:
        yield Objection(
            "impossible", f"only no takes the day it became impossible, this is {entry.outcome}"
        )
    if entry.outcome is Outcome.ANNULLED:
        yield from _annulled(question, standing, entry)
    elif entry.reason is not None:
        yield Objection(
            "reason", f"only annulled takes a reason, this is {entry.outcome}: use note"
        )
    if entry.outcome in _SETTLED:
        if not entry.evidence:
            yield Objection("evidence", f"{entry.outcome} needs evidence: at least one citation")
        if question.condition is not None and standing.condition_is is not ConditionIs.MET:
            yield Objection(
                "outcome",
                f"{entry.outcome} needs the condition met, and it is {standing.condition_is}:"
                f" `foretrack condition {question.id} met ...` first, or annul the question",
            )


def _happened(question: Question, entry: Resolution) -> Iterator[Objection]:
    if entry.happened is None:
        yield Objection("happened", "yes needs the day it happened")
        return
    if not question.opens <= entry.happened <= question.closes:
        yield Objection(
            "happened",
            f"{entry.happened} is outside the window {question.opens} to {question.closes}:"
            " only what happens inside it makes a yes",
        )
    if entry.happened > entry.decided:
        yield Objection(
            "happened", f"{entry.happened} is after {entry.decided}, when it was decided"
        )


def _impossible(question: Question, entry: Resolution) -> Iterator[Objection]:
    if entry.impossible is None:
        if entry.decided <= question.closes:
            yield Objection(
                "decided",
                f"{entry.decided} is too early for no: the window is open until"
                f" {question.closes}; decide after that day, or give the day the event became"
                " impossible",
            )
        return
    if not question.opens <= entry.impossible <= question.closes:
        yield Objection(
            "impossible",
            f"{entry.impossible} is outside the window {question.opens} to {question.closes}",
        )
    if entry.impossible > entry.decided:
        yield Objection(
            "impossible", f"{entry.impossible} is after {entry.decided}, when it was decided"
        )


def _annulled(question: Question, standing: State, entry: Resolution) -> Iterator[Objection]:
    if entry.reason is None:
        yield Objection("reason", f"annulled needs a reason: {', '.join(Annulment)}")
    elif entry.reason is Annulment.CONDITION_UNMET:
        if question.condition is None:
            yield Objection("reason", f"{question.id} has no condition that could be unmet")
        elif standing.condition_is is not ConditionIs.UNMET:
            yield Objection(
                "reason",
                f"the condition is {standing.condition_is}:"
                f" `foretrack condition {question.id} unmet ...` first",
            )


def _reopening(standing: State, entry: Reopening) -> Iterator[Objection]:
    if standing.resolution is None:
        yield Objection("", f"{entry.question} is not resolved: there is nothing to reopen")
    elif standing.resolution.id != entry.reopens:
        yield Objection(
            "reopens", f"{entry.reopens} does not stand; what stands is {standing.resolution.id}"
        )


def _condition(question: Question, standing: State, entry: ConditionState) -> Iterator[Objection]:
    if question.condition is None:
        yield Objection("", f"{question.id} has no condition")
    if entry.state is ConditionIs.PENDING:
        if entry.since is not None:
            yield Objection(
                "since", "pending takes no day: it is the day the condition was met or unmet"
            )
    elif not entry.evidence:
        yield Objection("evidence", f"{entry.state} needs evidence: at least one citation")
    if entry.since is not None and entry.since > question.closes:
        yield Objection(
            "since",
            f"{entry.since} is after the window, which closed on {question.closes}: what became of"
            " the condition later changes nothing",
        )
    if entry.since is not None and entry.since > entry.decided:
        yield Objection("since", f"{entry.since} is after {entry.decided}, when it was decided")
    needed = _needed(standing.resolution)
    if standing.resolution is not None and needed is not None and entry.state is not needed:
        yield Objection("state", f"{entry.state} cannot be: {already(standing.resolution)}")


def _needed(resolution: Resolution | None) -> ConditionIs | None:
    """
    The state of the condition that a resolution rests on.
    """
    if resolution is None:
        return None
    if resolution.outcome in _SETTLED:
        return ConditionIs.MET
    return ConditionIs.UNMET if resolution.reason is Annulment.CONDITION_UNMET else None


def already(resolution: Resolution) -> str:
    """
    Why a question with this resolution takes no other, and what to do instead.
    """
    return (
        f"{resolution.question} is already resolved {resolution.outcome} ({resolution.id},"
        f" decided {resolution.decided}); `foretrack reopen {resolution.question} ...` first"
    )

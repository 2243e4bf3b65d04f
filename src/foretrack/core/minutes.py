"""
The minutes of a review as plain data, and what has changed since they were written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from foretrack.core.ledger import state
from foretrack.core.records import ConditionState, flat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from foretrack.core.cohort import Standing
    from foretrack.core.records import Evidence, LedgerEntry, Question, Remark, Task
    from foretrack.core.review import Alarm, Moved
    from foretrack.core.topics import Topic
    from foretrack.core.vocabulary import Polarity


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """
    A forecast on a decided question, with its score.
    """

    claim: str
    source: str
    name: str
    words: str
    polarity: Polarity
    probability: float | None
    standing: Standing
    brier: float | None


@dataclass(frozen=True, slots=True)
class Dissent:
    """
    Who does not agree with a decision.
    """

    who: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """
    What the meeting decided about a question.

    Attributes:
        entry: Its id in the ledger.
        what: ``yes``, ``no``, ``annulled (duplicate)``, ``reopened``, ``condition met``, ...
        happened: The day of the event, of its impossibility, or since when the condition is so.
        note: What else must last.
        dissent: Who did not agree with what was decided about the question, and why.
        notes: The meeting's other notes on it.
    """

    question: str
    statement: str
    entry: str
    what: str
    happened: date | None
    decided: date
    evidence: tuple[Evidence, ...]
    note: str | None
    dissent: tuple[Dissent, ...]
    notes: tuple[str, ...]
    forecasts: tuple[Forecast, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """
    A question that the meeting looked at and left open.

    Attributes:
        again: The day to look again.
    """

    id: str
    question: str
    statement: str
    decided: date
    again: date
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """
    A question on the agenda that the meeting left as it was.

    Attributes:
        skipped: It was passed over; otherwise the meeting did not get to it.
    """

    question: str
    statement: str
    topic: Topic
    skipped: bool


@dataclass(frozen=True, slots=True)
class Head:
    """
    An entry of the journal.
    """

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Used:
    """
    A lexicon as it was.
    """

    id: str
    checksum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """
    What a meeting found and decided.

    Attributes:
        lexicon: Of sources that declare none.
        decisions: In the order of the agenda, and then what was not on it.
        declared: Source -> the lexicon it declares.
        start: The journal's head when it began.
        end: The head when it was closed; the entry that holds these minutes follows it.
        tasks: Those still to be done, and those done since it began.
        left: What it passed over, and what it did not get to.
        before: The scorecard at the start, as it is written in a document.
        after: The scorecard at the end.
    """

    review: str
    week: str
    started: date
    closed: date
    as_of: date
    attending: tuple[str, ...]
    cohort: str
    lexicon: Used
    declared: Mapping[str, Used]
    start: Head
    end: Head
    decisions: tuple[Decision, ...]
    postponed: tuple[PutOff, ...]
    remarks: tuple[Remark, ...]
    tasks: tuple[Task, ...]
    left: tuple[Left, ...]
    alarms: tuple[Alarm, ...]
    moved: tuple[Moved, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overturned:
    """
    A resolution that stood when a review ended and no longer stands.

    Attributes:
        then: What stood, with the entry's id.
        now: What stands instead.
    """

    question: str
    statement: str
    then: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    A figure that a recomputation would change.

    Attributes:
        row: The source, or ``overall``.
        field: Its name in the document.
    """

    row: str
    label: str
    field: str
    then: Any
    now: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """
    What has changed since minutes were written.

    Attributes:
        overturned: Resolutions that no longer stand.
        figures: What differs in the scorecard at the end.
        tools: What it was made with and is no longer so: lexicons, the program.
        unknown: Why nothing could be computed again; None when it was.
    """

    overturned: tuple[Overturned, ...] = ()
    figures: tuple[Figure, ...] = ()
    tools: tuple[str, ...] = ()
    unknown: str | None = None

    def __bool__(self) -> bool:
        return bool(self.overturned or self.figures or self.tools or self.unknown)


def carried_back(entries: Sequence[LedgerEntry], *, as_of: date) -> list[LedgerEntry]:
    """
    A question's ledger by a day, with what is known today of what was resolved then.

    A resolution that was ended later did not hold then either; one that was decided only later
    was not known then, and stays unknown.

    Args:
        entries: The whole ledger of the question.
        as_of: The day.
    """
    then, now = state(entries, as_of=as_of), state(entries, as_of=None)
    kept = [entry for entry in entries if entry.decided <= as_of]
    if then.resolution is not None and now.resolution != then.resolution:
        kept = [entry for entry in kept if isinstance(entry, ConditionState)]
        if now.resolution is not None:
            kept.append(replace(now.resolution, decided=as_of))
    if then.condition is not None and now.condition not in (None, then.condition):
        kept.append(replace(now.condition, decided=as_of))
    return kept


def overturned(
    question: Question, before: Sequence[LedgerEntry], entries: Sequence[LedgerEntry]
) -> Overturned | None:
    """
    Whether what stood no longer stands.

    Args:
        before: The question's ledger when the review ended.
        entries: Its ledger now.
    """
    then, now = state(before, as_of=None), state(entries, as_of=None)
    if then.resolution is None or now.resolution == then.resolution:
        return None
    held = now.resolution
    return Overturned(
        question=question.id,
        statement=question.statement,
        then=f"{then.resolution.outcome} ({then.resolution.id})",
        now=f"{held.outcome} ({held.id})" if held else "open again",
    )


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Figure]:
    """
    The figures in which two scorecards differ, row by row.

    Args:
        then: As it stands in a document.
        now: The same, made again.
    """
    rows = {row["group"]: row for row in then.get("groups", ())}
    again = {row["group"]: row for row in now.get("groups", ())}
    if "overall" in then and "overall" in now:
        rows["overall"], again["overall"] = then["overall"], now["overall"]
    for name in dict.fromkeys([*rows, *again]):
        old, new = flat(rows.get(name, {})), flat(again.get(name, {}))
        label = new.get("label") or old.get("label") or name
        for key in dict.fromkeys([*old, *new]):
            if key not in ("group", "label") and old.get(key) != new.get(key):
                yield Figure(
                    row=name, label=str(label), field=key, then=old.get(key), now=new.get(key)
                )

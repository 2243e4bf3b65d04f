"""
The records that foretrack keeps, as frozen values.

A record says what somebody decided; it holds no score and no frozen probability for a phrase.
Days are inclusive calendar days.  A probability given as a number is a float rounded to twelve
decimals (see :func:`foretrack.core.rules.probability`), so that equal ones are equal.

``plain`` is the one way from a record to data that JSON and YAML can hold: the journal, the
export, the diff and the checks all use it, and ``from_plain`` is its inverse.
"""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from foretrack.core.vocabulary import (
    Annulment,
    ConditionIs,
    DateBasis,
    HorizonBasis,
    Outcome,
    Polarity,
    Precision,
    Reading,
    SourceKind,
    Unscorable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """
    Who is scored.

    Attributes:
        lexicon: The lexicon this source declares to write by, if any.
    """

    id: str
    name: str
    kind: SourceKind
    lexicon: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """
    The day an article appeared, or the earliest and the latest possible one.

    A forecast stands from ``latest``: what is not known to have been said before an event is
    not credited with having foreseen it.
    """

    earliest: date
    latest: date
    precision: Precision = Precision.DAY
    basis: DateBasis = DateBasis.STATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """
    What identifies the text of an article without keeping it.

    Attributes:
        sha256: Checksum of the file's bytes, 64 hexadecimal digits.
        words: Number of words, separated by white space.
    """

    sha256: str
    words: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """
    The document that claims were found in.
    """

    id: str
    title: str
    source: str
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: Published
    address: str | None = None
    text: Fingerprint | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """
    The place of a claim in its article.

    Attributes:
        paragraph: Number of the non-empty line of the text, counted from 1.
    """

    section: str | None = None
    paragraph: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """
    By when, in the words of the article or of the curator who had to assume it.
    """

    words: str | None = None
    basis: HorizonBasis = HorizonBasis.STATED


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """
    One forward-looking statement of one source, in our words.

    With a question and a phrase or a probability it is a forecast; otherwise it carries the
    reason why it cannot be scored.

    Attributes:
        source: Who is scored: the article's source unless the claim names another.
        says: The proposition in the curator's words, never the article's sentence.
        phrase: The article's estimative word or words, as the lexicons spell them.
        probability: A number the article gave, 0 to 1.
        joint: Label shared by claims that were split from one sentence.
        attributed_to: Who holds the view, where the article reports it.
        duplicate_of: The claim that says the same already.
    """

    id: str
    article: str
    source: str
    where: Where | None = None
    says: str
    phrase: str | None = None
    probability: float | None = None
    reading: Reading = Reading.EXPLICIT
    polarity: Polarity = Polarity.SAME
    horizon: Horizon | None = None
    question: str | None = None
    unscorable: Unscorable | None = None
    joint: str | None = None
    attributed_to: str | None = None
    duplicate_of: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """
    The "if" of a conditional question, with what would settle it.
    """

    statement: str
    criteria: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    What would settle a forecast.

    Attributes:
        opens: First day of the window.
        closes: Last day of the window; it belongs to the window.
        criteria_written: The day the criteria were written; after the outcome is hindsight.
        base_rate: Probability of yes by a reference class, 0 to 1, where known.
        status_quo: The outcome if nothing changes, where that is defined.
        cluster: Label shared by questions that one event would settle together.
    """

    id: str
    statement: str
    criteria: str
    criteria_written: date
    resolution_source: str
    opens: date
    closes: date
    condition: Condition | None = None
    base_rate: float | None = None
    status_quo: Outcome | None = None
    cluster: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """
    What shows that something happened, or did not.
    """

    citation: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """
    The outcome of a question: an entry of the ledger.

    Attributes:
        happened: The day of the event; for yes only, and required there.
        impossible: For a no before the window closed: the day the event became impossible.
        decided: The day the outcome was decided; as-of dates before it do not see it.
        reason: For annulled only.
    """

    id: str
    question: str
    outcome: Outcome
    happened: date | None = None
    impossible: date | None = None
    decided: date
    reason: Annulment | None = None
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """
    The end of a resolution: an entry of the ledger.  The question is open again from ``decided``.

    Attributes:
        reopens: The resolution that no longer holds.
    """

    id: str
    question: str
    reopens: str
    decided: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionState:
    """
    What became of a question's condition: an entry of the ledger.

    Attributes:
        since: The day the condition was met, or became impossible to meet.
    """

    id: str
    question: str
    state: ConditionIs
    since: date | None = None
    decided: date
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """
    A weekly meeting.

    Attributes:
        id: Its ISO week, as ``2026-w47``.
        started: The day it began.
        as_of: The day whose agenda it goes through.
        lexicon: The lexicon of sources that declare none.
        cohort: What headlines are taken over, ``matured`` or ``resolved``.
        sequence: The journal's last entry when it began; 0 for an empty journal.
        head: That entry's hash.
        attending: Who was there.
        closed: The day it ended.
        document: The minutes as canonical JSON, from the day it ended; never computed again.
        skipped: Questions that it passed over.
    """

    id: str
    started: date
    as_of: date
    lexicon: str
    cohort: str
    sequence: int
    head: str
    attending: tuple[str, ...] = ()
    closed: date | None = None
    document: str | None = None
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Postponement:
    """
    "Not yet": a review looked at a question and left it open.

    Attributes:
        review: The review that looked.
        decided: The day it looked.
        again: The day to look again.
    """

    id: str
    question: str
    review: str
    decided: date
    again: date
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """
    A note of a review.

    Attributes:
        question: What it is about; None for the whole review.
        dissent: Who does not agree with what was decided about the question; the text says why.
    """

    id: str
    review: str
    text: str
    question: str | None = None
    dissent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """
    What somebody is to do, as agreed in a review.

    Attributes:
        who: Who is to do it, where that was agreed.
        due: By when.
        done: The day it was done.
    """

    id: str
    review: str
    text: str
    who: str | None = None
    due: date | None = None
    done: date | None = None


LedgerEntry = Resolution | Reopening | ConditionState
MeetingRecord = Review | Postponement | Remark | Task
AnyRecord = (
    Source | Article | Question | Claim | Resolution | Reopening | ConditionState | MeetingRecord
)


def plain(record: Any) -> Any:
    """
    The record as dictionaries, lists, text and numbers; keys without a value are left out.

    >>> plain(Horizon(words="medium-term", basis=HorizonBasis.HEADING))
    {'words': 'medium-term', 'basis': 'heading'}
    """
    if is_dataclass(record):
        values = ((field.name, getattr(record, field.name)) for field in fields(record))
        return {name: plain(value) for name, value in values if value is not None and value != ()}
    if isinstance(record, tuple):
        return [plain(value) for value in record]
    if isinstance(record, date):
        return record.isoformat()
    if isinstance(record, StrEnum):
        return record.value
    return record


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """
    Nested values by dotted names.

    >>> flat({"id": "a", "horizon": {"words": "soon"}})
    {'id': 'a', 'horizon.words': 'soon'}
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            found.update(flat(value, f"{prefix}{name}."))
        else:
            found[prefix + name] = value
    return found


_hints: dict[type, dict[str, Any]] = {}


def _types(kind: type) -> dict[str, Any]:
    """
    The types of a record's fields, worked out once for each kind.
    """
    if kind not in _hints:
        _hints[kind] = typing.get_type_hints(kind)
    return _hints[kind]


def from_plain(kind: type[Record], values: dict[str, Any]) -> Record:
    """
    The record of one kind from what ``plain`` made of it.

    >>> from_plain(Horizon, {"words": "medium-term", "basis": "heading"}).basis.value
    'heading'
    """
    hints = _types(kind)
    return kind(**{name: _revive(hints[name], value) for name, value in values.items()})


def _revive(hint: Any, value: Any) -> Any:
    if isinstance(hint, types.UnionType):
        hint = next(part for part in hint.__args__ if part is not type(None))
    if typing.get_origin(hint) is tuple:
        return tuple(_revive(hint.__args__[0], item) for item in value)
    if is_dataclass(hint):
        # The check above narrows to any dataclass, of which mypy wants the exact kind.
        return from_plain(hint, value)  # type: ignore[arg-type]
    if hint is date:
        return date.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    return value

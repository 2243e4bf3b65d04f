"""
What "since the last review" means: the record as it stood then, and what that review said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from foretrack.core.records import (
        Article,
        Claim,
        LedgerEntry,
        Postponement,
        Question,
        Remark,
        Review,
        Source,
    )

    Written = Source | Article | Question | Claim | LedgerEntry


class Record(Protocol):
    """
    What an agenda is made from.
    """

    @property
    def sources(self) -> Mapping[str, Source]:
        """
        By id, as all that follow.
        """

    @property
    def articles(self) -> Mapping[str, Article]:
        """
        The documents.
        """

    @property
    def questions(self) -> Mapping[str, Question]:
        """
        What is asked.
        """

    @property
    def claims(self) -> Mapping[str, Claim]:
        """
        What was said.
        """

    @property
    def ledger(self) -> Mapping[str, Sequence[LedgerEntry]]:
        """
        What was decided, by question.
        """

    @property
    def postponements(self) -> Mapping[str, Postponement]:
        """
        What was left open.
        """

    @property
    def reviews(self) -> Mapping[str, Review]:
        """
        The meetings.
        """

    @property
    def remarks(self) -> Mapping[str, Remark]:
        """
        What was said in them.
        """


@dataclass(frozen=True, slots=True)
class Headline:
    """
    What a review said of a source.

    Attributes:
        scored: Questions in the headline.
        brier: The headline.
        early: Questions resolved early, beside it.
    """

    scored: int
    brier: float | None
    early: int


class Step(NamedTuple):
    """
    One thing that was written after the last review.

    Attributes:
        kind: ``source``, ``article``, ``question``, ``claim`` or ``decision``.
        record: What it says from then on; None where it was withdrawn.
    """

    kind: str
    id: str
    record: Written | None


class Since(NamedTuple):
    """
    The last review: what "since" means.

    Attributes:
        review: Its id; None when there was none.
        day: The day it ended.
        record: The record as it stood then; None where that cannot be read any more.
        headlines: What it said of each source.
        steps: What was written after it, in order, up to the record that is looked at; nothing
            where the record as it stood cannot be read.
    """

    review: str | None = None
    day: date | None = None
    record: Record | None = None
    headlines: Mapping[str, Headline] | None = None
    steps: Sequence[Step] = ()

    def lacks(self, entry: LedgerEntry) -> bool:
        """
        Whether an entry of the ledger was made after it.
        """
        if self.record is not None:
            known = self.record.ledger.get(entry.question, ())
            return all(entry.id != one.id for one in known)
        return self.day is None or entry.decided > self.day

    def lacks_claim(self, claim: Claim, *, made: date) -> bool:
        """
        Whether a claim was recorded after it.

        Args:
            made: The day it was made, which must do where that record cannot be read.
        """
        if self.record is not None:
            return claim.id not in self.record.claims
        return self.day is None or made > self.day

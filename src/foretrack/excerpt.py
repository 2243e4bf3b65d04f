"""
The part of the record that some questions need.

That is the questions with their claims, articles, sources and ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from foretrack.core import agenda
from foretrack.core.records import (
    Article,
    Claim,
    ConditionState,
    Question,
    Reopening,
    Resolution,
    Source,
)
from foretrack.db import store, tables
from foretrack.db.tables import Entity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import sqlalchemy as sa

    from foretrack.core.agenda import Voice
    from foretrack.core.records import LedgerEntry
    from foretrack.db.store import Contents


@dataclass(slots=True)
class Part:
    """
    The part of the record that some questions need.
    """

    claims: list[Claim] = field(default_factory=list)
    articles: dict[str, Article] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)
    ledger: dict[str, list[LedgerEntry]] = field(default_factory=dict)

    def voices(self, question: str, *, as_of: date | None = None) -> tuple[Voice, ...]:
        """
        What was said about a question, by a day.
        """
        said = [
            claim
            for claim in self.claims
            if claim.question == question
            and (as_of is None or self.articles[claim.article].published.latest <= as_of)
        ]
        return agenda.voices(said, articles=self.articles, sources=self.sources)


def whole(contents: Contents) -> Part:
    """
    All of a record that was loaded at once.
    """
    return Part(
        claims=list(contents.claims.values()),
        articles=contents.articles,
        sources=contents.sources,
        questions=contents.questions,
        ledger=contents.ledger,
    )


def about(connection: sa.Connection, questions: Sequence[str]) -> Part:
    """
    The questions of these ids with their claims, articles, sources and ledger.
    """
    part = Part()
    for some in _batches(questions):
        for found in store.fetch(connection, Entity.QUESTION, tables.question.c.id.in_(some)):
            if isinstance(found, Question):
                part.questions[found.id] = found
        for entry in store.fetch(connection, Entity.LEDGER, tables.ledger.c.question.in_(some)):
            if isinstance(entry, Resolution | Reopening | ConditionState):
                part.ledger.setdefault(entry.question, []).append(entry)
        said = store.fetch(connection, Entity.CLAIM, tables.claim.c.question.in_(some))
        part.claims += [claim for claim in said if isinstance(claim, Claim)]
    _fill(connection, part)
    return part


def of_source(connection: sa.Connection, source: str | None) -> Part:
    """
    All claims of a source, or of every source, with what they need.
    """
    part = Part()
    where = () if source is None else (tables.claim.c.source == source,)
    said = store.fetch(connection, Entity.CLAIM, *where)
    part.claims = [claim for claim in said if isinstance(claim, Claim)]
    asked = about(connection, sorted({c.question for c in part.claims if c.question}))
    part.questions, part.ledger = asked.questions, asked.ledger
    _fill(connection, part)
    return part


def _fill(connection: sa.Connection, part: Part) -> None:
    for some in _batches(sorted({claim.article for claim in part.claims})):
        for found in store.fetch(connection, Entity.ARTICLE, tables.article.c.id.in_(some)):
            if isinstance(found, Article):
                part.articles[found.id] = found
    for some in _batches(sorted({claim.source for claim in part.claims})):
        for one in store.fetch(connection, Entity.SOURCE, tables.source.c.id.in_(some)):
            if isinstance(one, Source):
                part.sources[one.id] = one


def _batches(ids: Sequence[str], size: int = 500) -> list[Sequence[str]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]

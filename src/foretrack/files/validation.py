"""
From documents to records, with every problem at once.

Nothing here raises: what is wrong is data, so that ``check`` can print all of it and ``import``
can refuse with all of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from foretrack.files.assembly import assemble
from foretrack.files.rules import Known, Phrases, broken_rules, future

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from foretrack.core.records import Article, Claim, LedgerEntry, MeetingRecord, Question, Source
    from foretrack.errors import Problem
    from foretrack.files.assembly import Assembly
    from foretrack.files.reading import Document

__all__ = [
    "NOTHING", "Checked", "Known", "Phrases", "Shaped", "records", "ruled", "shaped", "validate",
]  # fmt: skip

NOTHING = Known()


@dataclass(frozen=True, slots=True)
class Checked:
    """
    The records of some documents, in their order, and what is wrong with them.

    A part that is wrong in itself is no record here; one that only breaks a rule is.

    Attributes:
        places: Path and line of each record, by its kind (source, article, claim, question,
            ledger, review, postponement, remark, task) and id.
    """

    sources: tuple[Source, ...] = ()
    articles: tuple[Article, ...] = ()
    claims: tuple[Claim, ...] = ()
    questions: tuple[Question, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
    meetings: tuple[MeetingRecord, ...] = ()
    problems: tuple[Problem, ...] = ()
    places: Mapping[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """
        The problems that forbid using the records.
        """
        return tuple(problem for problem in self.problems if not problem.warning)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """
        The problems that do not.
        """
        return tuple(problem for problem in self.problems if problem.warning)


@dataclass(frozen=True, slots=True)
class Shaped:
    """
    Some documents and the records in them, before any rule is applied.
    """

    documents: tuple[Document, ...]
    assembly: Assembly


def shaped(documents: Iterable[Document]) -> Shaped:
    """
    The records of some documents, and what is wrong with each in itself.
    """
    documents = tuple(documents)
    return Shaped(documents, assemble(documents))


def validate(
    documents: Sequence[Document],
    *,
    phrases: Phrases,
    known: Known = NOTHING,
    today: date | None = None,
) -> Checked:
    """
    The records of the documents and every problem with them.

    Args:
        documents: What was read, in any order; references may point forward.
        phrases: The lexicons at hand.
        known: Records that exist elsewhere, for references and the rules across records.
        today: The current day, after which nothing can have been said or decided; None leaves
            that open.
    """
    return ruled(shaped(documents), phrases=phrases, known=known, today=today)


def ruled(given: Shaped, *, phrases: Phrases, known: Known, today: date | None = None) -> Checked:
    """
    The same for documents whose records are there already: what is left needs what is known.
    """
    assembly = given.assembly
    problems = [*assembly.problems, *broken_rules(assembly, phrases=phrases, known=known)]
    if today is not None:
        problems += future(assembly, today=today)
    return _checked(given, problems)


def records(documents: Sequence[Document]) -> Checked:
    """
    The records of the documents and what is wrong with each in itself; no rule is applied.
    """
    given = shaped(documents)
    return _checked(given, list(given.assembly.problems))


def _checked(given: Shaped, problems: list[Problem]) -> Checked:
    assembly = given.assembly
    order = {document.path: number for number, document in enumerate(given.documents)}
    problems.sort(key=lambda problem: (order[problem.path], problem.line))
    return Checked(
        sources=tuple(placed.record for placed in assembly.sources),
        articles=tuple(placed.record for placed in assembly.articles),
        claims=tuple(placed.record for placed in assembly.claims),
        questions=tuple(placed.record for placed in assembly.questions),
        ledger=tuple(placed.record for placed in assembly.ledger),
        meetings=tuple(placed.record for placed in assembly.meetings),
        problems=tuple(problems),
        places=MappingProxyType(assembly.places),
    )

"""
What is wrong with a new record, said of the option that can mend it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foretrack.cli.talking import Talk
    from foretrack.errors import Problem
    from foretrack.files.folder import Folder

# the fields whose options have other names than theirs
_OPTIONS: Final = {
    "where": "--paragraph",
    "where.paragraph": "--paragraph",
    "where.section": "--section",
    "horizon.words": "--horizon",
    "horizon.basis": "--horizon-basis",
    "question.id": "--question-id",
    "question.note": "--question-note",
    "question.tags": "--tag",
    "question.condition": "--condition",
    "question.condition.statement": "--condition",
    "question.condition.criteria": "--condition-criteria",
    "authors": "--author",
    "published.basis": "--inferred",
}


@contextmanager
def pointed(talk: Talk) -> Iterator[None]:
    """
    Name options where what is planned is refused; at a terminal the last question is asked again.

    Raises:
        InvalidInput: What was raised, by its options.
        Back: The person was asked something.
    """
    try:
        yield
    except InvalidInput as refusal:
        talk.refuse(InvalidInput([by_option(problem) for problem in refusal.problems]))


def by_option(problem: Problem) -> Problem:
    """
    A problem by the option that can mend it, where it is one of what is new.
    """
    where = problem.where
    if problem.path or not where or where.startswith("--"):
        return problem
    while where not in _OPTIONS and where.count("."):
        head, _, last = where.rpartition(".")
        if head == "question":  # a new question's fields have options of their own
            return replace(problem, where=_option(last))
        where = head
    return replace(problem, where=_OPTIONS.get(where) or _option(where))


def _option(name: str) -> str:
    return f"--{name.partition('[')[0].replace('_', '-')}"


def warn_of_withdrawn(talk: Talk, folder: Folder, kind: str, name: str) -> None:
    """
    Warn of an id that an import will not take.
    """
    if name in folder.withdrawn(kind):
        talk.warn(
            f"the {kind} {name} was withdrawn from the database, which takes no other by that id"
        )

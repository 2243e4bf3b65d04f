"""
A folder of records, as whoever adds to it sees it: what it holds, and what may join it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from foretrack.core.sameness import same_claim, same_question
from foretrack.errors import InvalidInput, Problem, place_of
from foretrack.files.gathering import below, gather, is_missing
from foretrack.files.reading import read
from foretrack.files.validation import Checked, validate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from foretrack.core.library import Library
    from foretrack.core.naming import Ids
    from foretrack.core.records import Article, Claim, Fingerprint, Question, Source
    from foretrack.files.reading import Document


@dataclass(frozen=True)
class Folder:
    """
    A folder of records as its files hold it.

    Attributes:
        path: The folder as the user named it.
        recorded: The ids that the database at hand gave away, by kind; empty where there is none.
    """

    path: Path
    documents: tuple[Document, ...]
    checked: Checked
    recorded: Mapping[str, Ids] = field(default_factory=dict)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """
        The sources by id.
        """
        return {source.id: source for source in self.checked.sources}

    @cached_property
    def articles(self) -> dict[str, Article]:
        """
        The articles by id.
        """
        return {article.id: article for article in self.checked.articles}

    @cached_property
    def questions(self) -> dict[str, Question]:
        """
        The questions by id.
        """
        return {question.id: question for question in self.checked.questions}

    def taken(self, kind: str) -> set[str]:
        """
        The ids of one kind that stand somewhere in the folder, in broken parts too.
        """
        return {name for one, name in self.checked.places if one == kind}

    def used(self, kind: str) -> frozenset[str]:
        """
        The ids of one kind that stand in the folder, or that the database has or ever had.
        """
        ever = self.recorded[kind].ever if kind in self.recorded else frozenset()
        return ever | self.taken(kind)

    def withdrawn(self, kind: str) -> frozenset[str]:
        """
        The ids of one kind that were withdrawn from the database: an import does not take them.
        """
        return self.recorded[kind].withdrawn if kind in self.recorded else frozenset()

    def find(self, kind: str, prefix: str) -> str:
        """
        The id that is meant by its beginning.

        Args:
            kind: article, question or claim.

        Raises:
            InvalidInput: None or several begin so.
        """
        held = {"article": set(self.articles), "question": set(self.questions)}
        known = sorted(held[kind] if kind in held else self.taken(kind))
        fits = [prefix] if prefix in known else [name for name in known if name.startswith(prefix)]
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise InvalidInput(f"{prefix!r} is the beginning of several: {', '.join(fits[:20])}")
        there = f"; there are {', '.join(known[:20])}" if known else ""
        raise InvalidInput(f"{self.path} holds no {kind} that begins with {prefix!r}{there}")

    def free(self, kind: str, name: str) -> str:
        """
        An id of one kind that nothing in the folder has yet, and that was not withdrawn.

        Raises:
            InvalidInput: Something has it, or had it.
        """
        if name in self.taken(kind):
            raise InvalidInput(f"{self.path} holds the {kind} {name} already; choose another id")
        if name in self.withdrawn(kind):
            raise InvalidInput(f"the {kind} {name} was withdrawn; choose another id")
        return name

    def refuse_taken(self, kind: str, name: str, *, field: str) -> None:
        """
        Refuse an id that something in the folder has.

        Args:
            kind: article, question or claim.
            name: The id.
            field: Where it stands in what is new.

        Raises:
            InvalidInput: Something has it.
        """
        if name in self.taken(kind):
            there = self.place(kind, name)
            message = f"the {kind} {name} stands in {there} already; choose another id"
            raise InvalidInput([Problem("", 0, field, message)])

    def refuse_same_text(self, text: Fingerprint) -> None:
        """
        Refuse the text of an article that the folder holds.

        Raises:
            InvalidInput: It holds one with this checksum.
        """
        for other in self.articles.values():
            if other.text is not None and other.text.sha256 == text.sha256:
                raise InvalidInput(
                    f"{self.place('article', other.id)}: {other.id} has the very same text;"
                    f" `foretrack add claim {other.id}` adds to it, --same-text makes another"
                )

    def refuse_same_claim(self, claim: Claim, question: Question | None = None) -> None:
        """
        Refuse what would count a claim twice.

        Args:
            claim: The claim.
            question: The question that it opens, if it opens one: one that asks what is asked
                already makes no other claim.

        Raises:
            InvalidInput: Its article says the same in the same words, by then, already.
        """
        if question is not None and (asked := self._same_question(question)) is not None:
            claim = replace(claim, question=asked.id)
        other = same_claim(claim, self.checked.claims)
        if other is not None:
            raise InvalidInput(
                f"{self.place('claim', other.id)}: {other.id} says the same in the same words"
                " already; where the article repeats it, give --unscorable duplicate"
                f" --duplicate-of {other.id}, and otherwise say it in other words"
            )

    def refuse_same_question(self, question: Question) -> None:
        """
        Refuse what would ask a question twice.

        Raises:
            InvalidInput: There is one with the same statement, condition and window.
        """
        other = self._same_question(question)
        if other is not None:
            raise InvalidInput(
                f"{self.place('question', other.id)}: {other.id} asks the same, from"
                f" {other.opens} to {other.closes}; name it with --question {other.id}, or ask in"
                " other words"
            )

    def _same_question(self, question: Question) -> Question | None:
        return same_question(
            self.questions.values(),
            statement=question.statement,
            condition=question.condition,
            opens=question.opens,
            closes=question.closes,
        )

    def place(self, kind: str, name: str) -> str:
        """
        File and line of a record.
        """
        return place_of(*self.checked.places[kind, name])


def open_folder(
    path: Path,
    *,
    library: Library,
    new: bool = False,
    recorded: Mapping[str, Ids] | None = None,
) -> Folder:
    """
    The folder of records at a path.

    Args:
        path: A folder.
        library: The lexicons at hand.
        new: Whether it may be missing, or hold no file yet.
        recorded: The ids that the database at hand gave away, by kind.

    Raises:
        InvalidInput: There is no such folder, or nothing in it where that is not allowed.
    """
    # A Path's own questions raise where one may not look; reading it says what is in the way.
    there = os.path.isdir(path)  # noqa: PTH112
    if not there and not is_missing(path):
        message = "is a file; name the folder of records, such as forecasts"
        wrong = Problem(str(path), 0, "", message)
        raise InvalidInput([wrong] if os.path.exists(path) else read(path).problems)  # noqa: PTH110
    empty = not (there and below(path))
    documents = () if new and empty else tuple(read(file) for file in gather([path]))
    return Folder(path, documents, validate(documents, phrases=library), recorded or {})

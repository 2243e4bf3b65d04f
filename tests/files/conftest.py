"""
What the tests of the files share: a small lexicon and a record to refer to.
"""

from __future__ import annotations

from datetime import date

import pytest

from foretrack.core.records import (
    Article,
    Claim,
    Condition,
    Horizon,
    Published,
    Question,
    Resolution,
    Source,
)
from foretrack.core.vocabulary import Outcome, Reading, SourceKind
from foretrack.files.validation import Known


class FewPhrases:
    """
    A lexicon of five phrases, one of them a hedge.
    """

    def known(self, phrase: str) -> bool:
        return phrase in {"will", "likely", "not likely", "unlikely", "may"}

    def scorable(self, phrase: str) -> bool:
        return self.known(phrase) and phrase != "may"

    def reading(self, phrase: str) -> Reading:
        return Reading.IMPLIED if phrase == "will" else Reading.EXPLICIT

    def nearest(self, phrase: str, n: int = 3) -> list[str]:
        return ["not likely", "unlikely", "likely"][:n] if "likely" in phrase else []

    def names(self) -> tuple[str, ...]:
        return ("phia", "icd-203")


def question(name: str, *, condition: Condition | None = None) -> Question:
    return Question(
        id=name,
        statement="Will it happen?",
        criteria="Yes if it happens.",
        criteria_written=date(2024, 1, 2),
        resolution_source="The press",
        opens=date(2024, 1, 1),
        closes=date(2024, 12, 31),
        condition=condition,
    )


@pytest.fixture(scope="session")
def phrases() -> FewPhrases:
    return FewPhrases()


@pytest.fixture(scope="session")
def known() -> Known:
    """
    A source, an article with a claim, an open, a resolved and a conditional question.
    """
    source = Source(id="gruzer", name="Marina Gruzer", kind=SourceKind.PERSON)
    article = Article(
        id="gruzer-2023",
        title="Earlier",
        source="gruzer",
        published=Published(earliest=date(2023, 12, 31), latest=date(2023, 12, 31)),
    )
    claim = Claim(
        id="gruzer-2023-event",
        article="gruzer-2023",
        source="gruzer",
        says="It happens.",
        phrase="likely",
        horizon=Horizon(words="by the end of the year"),
        question="event-2024",
    )
    questions = (
        question("event-2024"),
        question("settled-2024"),
        question("if-event-2024", condition=Condition(statement="A?", criteria="A.")),
    )
    yes = Resolution(
        id="settled-2024-1",
        question="settled-2024",
        outcome=Outcome.AMBIGUOUS,
        decided=date(2025, 3, 1),
    )
    return Known(
        sources={source.id: source},
        articles={article.id: article},
        questions={each.id: each for each in questions},
        claims={claim.id: claim},
        ledger={yes.id: yes},
    )

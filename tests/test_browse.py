"""
Looking things up.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from foretrack import browse
from foretrack.core import cohort, itemizing
from foretrack.core.records import (
    Article,
    Claim,
    Condition,
    ConditionState,
    Evidence,
    Horizon,
    Published,
    Question,
    Reopening,
    Resolution,
    Source,
)
from foretrack.core.vocabulary import Annulment, ConditionIs, Outcome, SourceKind, Unscorable
from foretrack.db import store
from foretrack.db.engine import writing
from foretrack.db.tables import Entity
from foretrack.errors import InvalidInput
from strategies import BASE, Everything, everything

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa

    from foretrack.core.records import LedgerEntry

TODAY = date(2026, 11, 21)

QUESTION = Question(
    id="treaty-by-2027",
    statement="Will they sign?",
    criteria="Yes if both sign.",
    criteria_written=date(2024, 5, 29),
    resolution_source="The press",
    opens=date(2024, 5, 28),
    closes=date(2027, 5, 28),
    condition=Condition(statement="Talks begin.", criteria="Any talks."),
)
AMBIGUOUS = Resolution(
    id="treaty-by-2027-1", question="treaty-by-2027", outcome=Outcome.AMBIGUOUS, decided=BASE
)
CLAIM = Claim(
    id="treaty-claim",
    article="treaty",
    source="treaty",
    says="They sign.",
    phrase="unlikely",
    horizon=Horizon(words="medium-term"),
    question="treaty-by-2027",
)
RECORD = Everything(
    sources=(
        Source(id="treaty", name="The Treaty Watch", kind=SourceKind.OUTLET),
        Source(id="other_wise".replace("_", "-"), name="Another", kind=SourceKind.PERSON),
    ),
    articles=(
        Article(
            id="treaty",
            title="On treaties",
            source="treaty",
            published=Published(earliest=date(2024, 5, 28), latest=date(2024, 5, 28)),
        ),
    ),
    questions=(
        QUESTION,
        replace(QUESTION, id="trade-by-2025", closes=date(2025, 5, 28), condition=None),
    ),
    claims=(
        CLAIM,
        replace(CLAIM, id="treaty-number", phrase=None, probability=0.2, question="trade-by-2025"),
        replace(CLAIM, id="treaty-hedge", question=None, unscorable=Unscorable.HEDGE),
    ),
    ledger=(AMBIGUOUS,),
)


@pytest.fixture
def engine(engine: sa.Engine, now: datetime) -> sa.Engine:
    with writing(engine) as connection:
        store.write(connection, RECORD.changes, actor="ann", at=now)
    return engine


class TestIdentifying:
    @pytest.mark.parametrize(
        ("prefix", "entities", "expected"),
        [
            ("trade", browse.NAMED, (Entity.QUESTION, "trade-by-2025")),
            ("TRADE ", browse.NAMED, (Entity.QUESTION, "trade-by-2025")),
            ("treaty", (Entity.SOURCE,), (Entity.SOURCE, "treaty")),
            ("treaty-by-2027", browse.NAMED, (Entity.QUESTION, "treaty-by-2027")),
            ("article/treaty", browse.NAMED, (Entity.ARTICLE, "treaty")),
            ("o", browse.NAMED, (Entity.SOURCE, "other-wise")),
        ],
    )
    def test_found(
        self,
        engine: sa.Engine,
        prefix: str,
        entities: tuple[Entity, ...],
        expected: tuple[Entity, str],
    ) -> None:
        """
        A whole id, or a beginning that only one id has, names a record.
        """
        assert expected == browse.identify(engine, prefix, entities=entities)

    @pytest.mark.parametrize(
        ("prefix", "message"),
        [
            ("tr", r"beginning of several ids:\n(    .*\n)*    question trade-by-2025"),
            ("treaty", "source/treaty or article/treaty"),
            ("traety-by-2027", "did you mean treaty-by-2027"),
            ("trade%", "no source or article or question or claim has an id that begins with"),
            ("t_eaty", "no source or article"),
            ("", "is no id"),
            ("ü", "is no id"),
        ],
    )
    def test_not_found(self, engine: sa.Engine, prefix: str, message: str) -> None:
        """
        Otherwise the candidates are listed, or near matches; signs of SQL are only signs.
        """
        with pytest.raises(InvalidInput, match=message):
            browse.identify(engine, prefix)

    def test_candidates(self, engine: sa.Engine) -> None:
        """
        Completion offers ids with a few words.
        """
        assert browse.candidates(engine, "tr", entities=[Entity.QUESTION]) == [
            ("trade-by-2025", "Will they sign?"),
            ("treaty-by-2027", "Will they sign?"),
        ]


class TestListing:
    def test_sources(self, engine: sa.Engine) -> None:
        """
        By id.
        """
        found = browse.listing(engine, Entity.SOURCE, as_of=TODAY)

        assert ([(one.id, one.words) for one in found]) == [
            ("other-wise", "Another"),
            ("treaty", "The Treaty Watch"),
        ]

    def test_articles(self, engine: sa.Engine) -> None:
        """
        With their day, and only a source's own where that is asked.
        """
        found = browse.listing(engine, Entity.ARTICLE, as_of=TODAY)

        assert [("treaty", date(2024, 5, 28), "stated")] == [(o.id, o.day, o.state) for o in found]
        assert browse.listing(engine, Entity.ARTICLE, as_of=TODAY, source="other-wise") == []

    def test_questions(self, engine: sa.Engine) -> None:
        """
        By closing date, with how each stands on the day.
        """
        found = browse.listing(engine, Entity.QUESTION, as_of=TODAY)
        before = browse.listing(engine, Entity.QUESTION, as_of=date(2023, 12, 31))

        assert ([(one.id, one.state) for one in found]) == [
            ("trade-by-2025", "overdue"),
            ("treaty-by-2027", "ambiguous"),
        ]
        assert [one.state for one in before] == ["open", "open"]

    def test_claims(self, engine: sa.Engine) -> None:
        """
        In the order of their article, with their words or the reason why they have none.
        """
        found = browse.listing(engine, Entity.CLAIM, as_of=TODAY, source="treaty")

        assert ([(one.id, one.state) for one in found]) == [
            ("treaty-claim", "unlikely"),
            ("treaty-number", "0.2"),
            ("treaty-hedge", "hedge"),
        ]


def unmet(number: int) -> ConditionState:
    return ConditionState(
        id=f"treaty-by-2027-{number}",
        question="treaty-by-2027",
        state=ConditionIs.UNMET,
        decided=BASE,
        evidence=(Evidence(citation="x"),),
    )


class TestStates:
    @pytest.mark.parametrize(
        ("entries", "expected"),
        [
            ((), "open"),
            ((AMBIGUOUS,), "ambiguous"),
            (
                (
                    AMBIGUOUS,
                    Reopening(
                        id="treaty-by-2027-2",
                        question="treaty-by-2027",
                        reopens="treaty-by-2027-1",
                        decided=BASE,
                        reason="x",
                    ),
                ),
                "open",
            ),
            ((unmet(1),), "annulled (condition-unmet)"),
            ((AMBIGUOUS, unmet(2)), "annulled (condition-unmet)"),
            (
                (replace(AMBIGUOUS, outcome=Outcome.ANNULLED, reason=Annulment.CRITERIA_DEFECT),),
                "annulled (criteria-defect)",
            ),
        ],
    )
    def test_by_hand(self, entries: tuple[LedgerEntry, ...], expected: str) -> None:
        """
        The last word counts, and an unmet condition annuls whatever else was said.
        """
        contents = replace(RECORD, ledger=entries).contents

        assert expected == browse.state_of(QUESTION, contents, as_of=TODAY)

    @given(record=everything())
    def test_as_in_the_scores(self, record: Everything) -> None:
        """
        A question stands here as its forecasts stand on the scorecard.
        """
        contents = record.contents
        for as_of in sorted({one.decided for one in record.ledger} | {TODAY}):
            pairs = itemizing.items(
                record.claims,
                articles=contents.articles,
                questions=contents.questions,
                sources=contents.sources,
                ledger=contents.ledger,
                as_of=as_of,
                group=lambda claim: (claim.source,),
            )
            for claim, item in pairs:
                question = contents.questions[claim.question or ""]
                state = browse.state_of(question, contents, as_of=as_of).split()[0]
                outcome = cohort.settled_as(item)
                unsettled = "overdue" if item.over else "open"
                assert state == (outcome.value if outcome else unsettled)


class TestShowing:
    def test_question(self, engine: sa.Engine) -> None:
        """
        A question comes with its claims, its ledger, and the journal of both.
        """
        found = browse.show(engine, Entity.QUESTION, "treaty-by-2027", as_of=TODAY)

        assert found.record == QUESTION
        assert found.state == "ambiguous"
        assert found.related == (CLAIM, AMBIGUOUS)
        assert [one.entity_id for one in found.entries] == ["treaty-by-2027", "treaty-by-2027-1"]

    def test_records_of_one_id(self, engine: sa.Engine) -> None:
        """
        A source and an article may share an id: each comes with its own journal.
        """
        source = browse.show(engine, Entity.SOURCE, "treaty", as_of=TODAY)
        article = browse.show(engine, Entity.ARTICLE, "treaty", as_of=TODAY)

        assert [one.entity for one in source.entries] == [Entity.SOURCE]
        assert [one.entity for one in article.entries] == [Entity.ARTICLE]
        assert source.related == RECORD.articles
        assert article.related == RECORD.claims

    def test_claim(self, engine: sa.Engine) -> None:
        """
        A claim comes with its question, what was decided, and its article.
        """
        found = browse.show(engine, Entity.CLAIM, "treaty-claim", as_of=TODAY)

        assert found.related == (QUESTION, AMBIGUOUS, RECORD.articles[0])
        assert found.state == "ambiguous"


class TestLog:
    def test_newest(self, engine: sa.Engine) -> None:
        """
        The journal in order, or its newest entries, or those of one record.
        """
        every = browse.log(engine)

        assert [change.record.id for change in RECORD.changes] == [one.entity_id for one in every]
        assert every[-2:] == browse.log(engine, newest=2)
        assert [e.entity_id for e in browse.log(engine, entity_id="treaty")] == ["treaty", "treaty"]

    def test_recorded(self, engine: sa.Engine) -> None:
        """
        A question's decisions belong to it.
        """
        assert browse.recorded(engine, "treaty-by") == ("treaty-by-2027", "treaty-by-2027-1")
        with pytest.raises(InvalidInput, match="knows no id"):
            browse.recorded(engine, "nothing")

    def test_census(self, engine: sa.Engine) -> None:
        """
        How many of each kind are live.
        """
        assert browse.census(engine) == {
            "source": 2,
            "article": 1,
            "question": 2,
            "claim": 3,
            "ledger": 1,
            "review": 0,
            "postponement": 0,
            "remark": 0,
            "task": 0,
        }

    def test_whole(self, engine: sa.Engine) -> None:
        """
        Nothing is wrong with a record that nobody touched.
        """
        (sequence, _), wrong = browse.faults(engine)

        assert (sequence, wrong) == (9, [])

"""
Deciding: what is recorded, what is refused, and what it does to the scores.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foretrack import browse, evaluate, resolve
from foretrack.core import ledger
from foretrack.core.library import DEFAULT
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
from foretrack.core.vocabulary import Annulment, ConditionIs, Outcome, Polarity, SourceKind
from foretrack.db import store, tables
from foretrack.db.engine import reading, writing
from foretrack.db.tables import Entity
from foretrack.errors import Conflict, InvalidInput
from foretrack.evaluate import Choice
from strategies import BASE, Everything, everything

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import sqlalchemy as sa

    from foretrack.core.library import Library
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
)
IF = replace(
    QUESTION, id="if-treaty", condition=Condition(statement="Talks begin.", criteria="Any talks.")
)
CLAIM = Claim(
    id="analyst-2024-treaty",
    article="analyst-2024",
    source="analyst",
    says="They sign.",
    phrase="unlikely",
    horizon=Horizon(words="medium-term"),
    question="treaty-by-2027",
)
RECORD = Everything(
    sources=(
        Source(id="analyst", name="Ann Alyst", kind=SourceKind.PERSON),
        Source(id="other", name="Another", kind=SourceKind.OUTLET),
    ),
    articles=(
        Article(
            id="analyst-2024",
            title="What comes",
            source="analyst",
            published=Published(earliest=date(2024, 5, 28), latest=date(2024, 5, 28)),
        ),
    ),
    questions=(QUESTION, IF),
    claims=(
        CLAIM,
        replace(
            CLAIM, id="other-treaty", source="other", polarity=Polarity.OPPOSITE, phrase="likely"
        ),
        replace(CLAIM, id="analyst-2024-if", question="if-treaty"),
    ),
    ledger=(),
)
EVIDENCE = (Evidence(citation="The press"),)
YES = Resolution(
    id="?",
    question="treaty-by-2027",
    outcome=Outcome.YES,
    happened=date(2024, 6, 19),
    decided=TODAY,
    evidence=EVIDENCE,
)
REOPENING = Reopening(
    id="?",
    question="treaty-by-2027",
    reopens="treaty-by-2027-1",
    decided=TODAY,
    reason="It was only initialled.",
)
MET = ConditionState(
    id="?", question="if-treaty", state=ConditionIs.MET, decided=TODAY, evidence=EVIDENCE
)


@pytest.fixture
def engine(engine: sa.Engine, now: datetime) -> sa.Engine:
    with writing(engine) as connection:
        store.write(connection, RECORD.changes, actor="ann", at=now)
    return engine


@pytest.fixture
def choice(library: Library) -> Choice:
    return Choice(as_of=TODAY, default=DEFAULT, library=library)


@pytest.fixture
def record(engine: sa.Engine, now: datetime) -> Callable[[LedgerEntry], LedgerEntry]:
    def run(entry: LedgerEntry) -> LedgerEntry:
        return resolve.record(engine, entry, today=TODAY, actor="bo", now=now)

    return run


def length(engine: sa.Engine) -> int:
    return browse.faults(engine)[0][0]


class TestRecording:
    def test_entries_are_numbered(
        self, engine: sa.Engine, record: Callable[[LedgerEntry], LedgerEntry]
    ) -> None:
        """
        An entry gets the next id of its question, and one journal entry with its actor.
        """
        before = length(engine)
        made = [record(YES), record(REOPENING), record(YES)]

        assert ([entry.id for entry in made]) == [
            "treaty-by-2027-1",
            "treaty-by-2027-2",
            "treaty-by-2027-3",
        ]
        assert resolve.case(engine, "treaty-by-2027").entries == tuple(made)
        written = browse.log(engine)[before:]
        assert [("bo", entry.id) for entry in made] == [(e.actor, e.entity_id) for e in written]

    def test_scores_follow(
        self, engine: sa.Engine, choice: Choice, record: Callable[[LedgerEntry], LedgerEntry]
    ) -> None:
        """
        Resolving scores, reopening takes the score back, and nothing stale is left.

        "Unlikely" and it happened: .64.  "Likely" not to (.72, so .28): (.28 - 1)² = .5184.
        """
        blank = evaluate.score(engine, choice)
        record(YES)
        scored = evaluate.score(engine, choice)
        record(REOPENING)

        assert [row.early.brier for row in blank.groups] == [None, None]
        assert [row.early.brier for row in scored.groups] == (
            pytest.approx([0.64, 0.5184], abs=1e-12)
        )
        assert blank == evaluate.score(engine, choice)

    @pytest.mark.parametrize(
        ("entries", "refused", "message"),
        [
            ((YES,), YES, "is already resolved yes .*`foretrack reopen treaty-by-2027"),
            ((), REOPENING, "is not resolved: there is nothing to reopen"),
            ((), replace(MET, question="treaty-by-2027"), "has no condition"),
        ],
    )
    def test_what_the_ledger_forbids(
        self,
        engine: sa.Engine,
        record: Callable[[LedgerEntry], LedgerEntry],
        entries: tuple[LedgerEntry, ...],
        refused: LedgerEntry,
        message: str,
    ) -> None:
        """
        A conflict says what to do instead, and stores nothing.
        """
        for entry in entries:
            record(entry)
        before = length(engine)

        with pytest.raises(Conflict, match=message):
            record(refused)
        assert length(engine) == before

    @pytest.mark.parametrize(
        ("entry", "fields"),
        [
            (replace(YES, happened=None), {"happened"}),
            (replace(YES, happened=date(2024, 5, 27)), {"happened"}),
            (replace(YES, happened=date(2024, 5, 27), evidence=()), {"happened", "evidence"}),
            (replace(YES, decided=date(2026, 11, 22)), {"decided"}),
            (replace(YES, outcome=Outcome.NO, happened=None), {"decided"}),
            (replace(YES, outcome=Outcome.ANNULLED, happened=None), {"reason"}),
            (replace(YES, question="if-treaty"), {"outcome"}),
            (replace(YES, note=" \n"), {"note"}),
        ],
    )
    def test_what_is_wrong_in_itself(
        self,
        engine: sa.Engine,
        record: Callable[[LedgerEntry], LedgerEntry],
        entry: LedgerEntry,
        fields: set[str],
    ) -> None:
        """
        Every field at fault is named at once, and nothing is stored.
        """
        before = length(engine)
        with pytest.raises(InvalidInput) as caught:
            record(entry)

        assert fields == {problem.where for problem in caught.value.problems}
        assert length(engine) == before

    def test_the_condition_comes_first(
        self, engine: sa.Engine, record: Callable[[LedgerEntry], LedgerEntry]
    ) -> None:
        """
        Yes and no need the condition met; once it is, they are taken.
        """
        with pytest.raises(InvalidInput, match="needs the condition met, and it is pending"):
            record(replace(YES, question="if-treaty"))
        record(MET)
        record(replace(YES, question="if-treaty"))

        state = resolve.case(engine, "if-treaty").state
        assert state.condition_is is ConditionIs.MET
        assert state.resolution is not None

    def test_an_unmet_condition_annuls(
        self, engine: sa.Engine, choice: Choice, record: Callable[[LedgerEntry], LedgerEntry]
    ) -> None:
        """
        It does so alone; annulling in words is possible, and changes nothing.
        """
        record(replace(MET, state=ConditionIs.UNMET))
        alone = evaluate.score(engine, choice)
        record(
            Resolution(
                id="?",
                question="if-treaty",
                outcome=Outcome.ANNULLED,
                decided=TODAY,
                reason=Annulment.CONDITION_UNMET,
            )
        )

        assert alone.groups[0].annulled == {"condition-unmet": 1}
        assert alone == evaluate.score(engine, choice)

    def test_an_unknown_question(self, record: Callable[[LedgerEntry], LedgerEntry]) -> None:
        """
        A question that does not exist is refused in words.
        """
        with pytest.raises(InvalidInput, match="there is no question nothing"):
            record(replace(YES, question="nothing"))

    @settings(max_examples=40)
    @given(case=everything().filter(lambda one: any(one.questions)), data=st.data())
    def test_what_is_recorded_is_what_the_ledger_allows(
        self,
        new_engine: Callable[..., sa.Engine],
        now: datetime,
        case: Everything,
        data: st.DataObject,
    ) -> None:
        """
        The use case and the rules of the ledger accept and refuse the same.
        """
        engine = new_engine()
        with writing(engine) as connection:
            store.write(connection, case.changes, actor="ann", at=now)
        question = data.draw(st.sampled_from(case.questions))
        entries = [one for one in case.ledger if one.question == question.id]
        entry = replace(
            YES,
            question=question.id,
            happened=data.draw(st.sampled_from((question.opens, question.closes, BASE))),
            decided=date(2024, 6, 1),
        )
        numbered = replace(entry, id=ledger.next_id(question.id, entries))
        wrong = ledger.objections(question, entries, numbered, today=TODAY)

        if wrong:
            with pytest.raises((Conflict, InvalidInput)):
                resolve.record(engine, entry, today=TODAY, actor="bo", now=now)
        else:
            assert numbered == resolve.record(engine, entry, today=TODAY, actor="bo", now=now)
        with reading(engine) as connection:
            assert store.faults(connection) == []


class TestPreview:
    def test_it_is_what_will_be(
        self, engine: sa.Engine, choice: Choice, record: Callable[[LedgerEntry], LedgerEntry]
    ) -> None:
        """
        The scores shown before the commit are those after it, and showing stores nothing.
        """
        found = resolve.case(engine, "treaty-by-2027")
        before = length(engine)
        shown = resolve.preview(resolve.numbered(YES, found), found, choice)
        assert length(engine) == before
        record(YES)

        assert shown == resolve.lines(resolve.case(engine, "treaty-by-2027"), choice)
        assert ({line.source: round(line.brier or 0, 12) for line in shown}) == {
            "analyst": 0.64,
            "other": 0.5184,
        }


class TestWithdrawing:
    def test_with_a_reason(self, engine: sa.Engine, now: datetime) -> None:
        """
        A withdrawn claim is gone from the scores; the journal keeps it with the reason.
        """
        resolve.withdraw(
            engine, Entity.CLAIM, "other-treaty", reason="not theirs", actor="bo", now=now
        )

        with reading(engine) as connection:
            assert "other-treaty" not in store.load(connection).claims
        last = browse.log(engine)[-1]
        assert (last.action, last.entity_id, last.reason) == (
            "withdraw",
            "other-treaty",
            "not theirs",
        )

    @pytest.mark.parametrize(
        ("entity", "name", "needed"),
        [
            (Entity.SOURCE, "analyst", "article analyst-2024"),
            (Entity.SOURCE, "other", "claim other-treaty"),
            (Entity.ARTICLE, "analyst-2024", "claim analyst-2024-treaty"),
            (Entity.QUESTION, "if-treaty", "claim analyst-2024-if"),
        ],
    )
    def test_what_is_still_needed(
        self, engine: sa.Engine, now: datetime, entity: Entity, name: str, needed: str
    ) -> None:
        """
        What something live refers to stays.
        """
        with pytest.raises(Conflict, match=f"is still needed by .*{needed}"):
            resolve.withdraw(engine, entity, name, reason="x", actor="bo", now=now)

    def test_what_was_decided_stays(
        self, engine: sa.Engine, now: datetime, record: Callable[[LedgerEntry], LedgerEntry]
    ) -> None:
        """
        An entry of the ledger is ended by another entry, never withdrawn.
        """
        record(YES)
        with pytest.raises(InvalidInput, match="foretrack reopen"):
            resolve.withdraw(
                engine, Entity.LEDGER, "treaty-by-2027-1", reason="x", actor="bo", now=now
            )

    @pytest.mark.parametrize(
        ("name", "reason", "message"),
        [("nothing", "x", "there is no claim nothing"), ("other-treaty", " ", "is empty")],
    )
    def test_refused(
        self, engine: sa.Engine, now: datetime, name: str, reason: str, message: str
    ) -> None:
        """
        An unknown id and an empty reason are refused in words.
        """
        with pytest.raises(InvalidInput, match=message):
            resolve.withdraw(engine, Entity.CLAIM, name, reason=reason, actor="bo", now=now)


def test_resolved(
    engine: sa.Engine, record: Callable[[LedgerEntry], LedgerEntry], now: datetime
) -> None:
    """
    What is resolved comes with its statement, of one day the last recorded first.

    What was reopened is not resolved.
    """
    more = [replace(QUESTION, id=name, statement=f"Is it {name}?") for name in ("a-one", "b-two")]
    with writing(engine) as connection:
        changes = [store.Change(tables.Action.ADD, question) for question in more]
        store.write(connection, changes, actor="ann", at=now)
    record(replace(YES, question="b-two", decided=date(2026, 1, 1)))
    record(YES)
    record(replace(YES, question="a-one"))

    assert [(held.id, words) for held, words in resolve.resolved(engine)] == [
        ("a-one-1", "Is it a-one?"),
        ("treaty-by-2027-1", "Will they sign?"),
        ("b-two-1", "Is it b-two?"),
    ]
    record(REOPENING)
    assert [held.question for held, _ in resolve.resolved(engine)] == ["a-one", "b-two"]


def test_standing_resolution(
    engine: sa.Engine, record: Callable[[LedgerEntry], LedgerEntry]
) -> None:
    """
    Reopening needs something that stands.
    """
    with pytest.raises(Conflict, match="nothing to reopen"):
        resolve.standing_resolution(resolve.case(engine, "treaty-by-2027"))
    made = record(YES)

    assert made == resolve.standing_resolution(resolve.case(engine, "treaty-by-2027"))

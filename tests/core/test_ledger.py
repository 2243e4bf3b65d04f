"""
Which entry may follow which, and what stands after them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from foretrack.core.ledger import State, next_id, objection, objections, state
from foretrack.core.records import (
    Condition,
    ConditionState,
    Evidence,
    LedgerEntry,
    Question,
    Reopening,
    Resolution,
)
from foretrack.core.vocabulary import Annulment, ConditionIs, Outcome

PLAIN = Question(
    id="treaty",
    statement="Will a treaty enter into force?",
    criteria="Yes if it enters into force.",
    criteria_written=date(2024, 5, 28),
    resolution_source="The press",
    opens=date(2024, 5, 28),
    closes=date(2027, 5, 28),
)
CONDITIONAL = replace(PLAIN, condition=Condition(statement="A summit?", criteria="They meet."))
PAPER = (Evidence(citation="A paper"),)
YES = Resolution(
    id="treaty-1",
    question="treaty",
    outcome=Outcome.YES,
    happened=date(2024, 12, 4),
    decided=date(2026, 11, 21),
    evidence=PAPER,
)
NO = Resolution(
    id="treaty-1",
    question="treaty",
    outcome=Outcome.NO,
    decided=date(2027, 5, 29),
    evidence=PAPER,
)
ANNULLED = Resolution(
    id="treaty-1",
    question="treaty",
    outcome=Outcome.ANNULLED,
    decided=date(2025, 1, 1),
    reason=Annulment.CRITERIA_DEFECT,
)
REOPENED = Reopening(
    id="treaty-2", question="treaty", reopens="treaty-1", decided=date(2026, 12, 1), reason="Error"
)
MET = ConditionState(
    id="treaty-1",
    question="treaty",
    state=ConditionIs.MET,
    since=date(2024, 6, 19),
    decided=date(2024, 6, 20),
    evidence=PAPER,
)
UNMET = replace(MET, state=ConditionIs.UNMET)


def fields(
    entry: LedgerEntry,
    *earlier: LedgerEntry,
    question: Question = PLAIN,
    today: date | None = None,
) -> list[str]:
    return [each.field for each in objections(question, earlier, entry, today=today)]


class TestResolution:
    @pytest.mark.parametrize(
        "entry",
        [
            YES,
            NO,
            ANNULLED,
            replace(NO, decided=date(2025, 1, 1), impossible=date(2025, 1, 1)),
            replace(YES, happened=PLAIN.opens),
            replace(YES, happened=PLAIN.closes, decided=PLAIN.closes),
            replace(ANNULLED, outcome=Outcome.AMBIGUOUS, reason=None),
        ],
    )
    def test_allowed(self, entry: Resolution) -> None:
        """
        A complete resolution of an open question is allowed.
        """
        assert objection(PLAIN, [], entry, today=date(2027, 6, 1)) is None

    @pytest.mark.parametrize(
        ("entry", "expected"),
        [
            (replace(YES, happened=None), ["happened"]),
            (replace(YES, happened=date(2024, 5, 27)), ["happened"]),
            (replace(YES, happened=date(2027, 5, 29), decided=date(2027, 6, 1)), ["happened"]),
            (replace(YES, decided=date(2024, 12, 3)), ["happened"]),
            (replace(YES, evidence=()), ["evidence"]),
            (replace(YES, impossible=date(2025, 1, 1)), ["impossible"]),
            (replace(YES, reason=Annulment.DUPLICATE), ["reason"]),
            (replace(NO, evidence=()), ["evidence"]),
            (replace(NO, happened=date(2025, 1, 1)), ["happened"]),
            (replace(NO, decided=date(2027, 5, 28)), ["decided"]),
            (replace(NO, impossible=date(2024, 5, 27)), ["impossible"]),
            (replace(NO, impossible=date(2027, 5, 29)), ["impossible"]),
            (replace(NO, impossible=date(2025, 2, 1), decided=date(2025, 1, 1)), ["impossible"]),
            (replace(ANNULLED, reason=None), ["reason"]),
            (replace(ANNULLED, happened=date(2025, 1, 1)), ["happened"]),
            (replace(ANNULLED, reason=Annulment.CONDITION_UNMET), ["reason"]),
            (replace(YES, id="other-1"), ["id"]),
            (replace(YES, id="treaty-0"), ["id"]),
            (replace(YES, id="treaty"), ["id"]),
        ],
    )
    def test_refused(self, entry: Resolution, expected: list[str]) -> None:
        """
        Each thing missing, out of place or too early is an objection to its field.
        """
        assert expected == fields(entry)

    def test_future(self) -> None:
        """
        Nothing is decided after today, where today is known.
        """
        found = objection(PLAIN, [], YES, today=date(2026, 11, 20))

        assert str(found) == "2026-11-21 is in the future: today is 2026-11-20"
        assert fields(YES) == []

    def test_second(self) -> None:
        """
        A second resolution names the first and the command to run before.
        """
        second = replace(NO, id="treaty-2")

        assert str(objection(PLAIN, [YES], second, today=None)) == (
            "treaty is already resolved yes (treaty-1, decided 2026-11-21);"
            " `foretrack reopen treaty ...` first"
        )
        assert fields(replace(NO, id="treaty-3"), YES, REOPENED) == []

    def test_backwards(self) -> None:
        """
        Entries are decided in the order of the ledger, and numbered in it.
        """
        late = replace(YES, id="treaty-3", decided=date(2026, 11, 30))

        assert fields(late, YES, REOPENED) == ["decided"]
        assert fields(replace(YES, id="treaty-2", decided=date(2027, 1, 1)), YES, REOPENED) == [
            "id"
        ]

    def test_condition(self) -> None:
        """
        Yes and no need the condition met; unmet annuls.
        """
        yes = replace(YES, id="treaty-2")
        annulled = replace(ANNULLED, id="treaty-2", reason=Annulment.CONDITION_UNMET)

        assert fields(YES, question=CONDITIONAL) == ["outcome"]
        assert fields(yes, UNMET, question=CONDITIONAL) == ["outcome"]
        assert fields(yes, MET, question=CONDITIONAL) == []
        assert fields(annulled, MET, question=CONDITIONAL) == ["reason"]
        assert fields(annulled, UNMET, question=CONDITIONAL) == []


class TestReopening:
    def test_allowed(self) -> None:
        """
        The standing resolution can be reopened.
        """
        assert fields(REOPENED, YES) == []

    def test_nothing_stands(self) -> None:
        """
        What is not resolved, or reopened already, is not reopened.
        """
        again = replace(REOPENED, id="treaty-3")

        assert [str(each) for each in objections(PLAIN, [], REOPENED, today=None)] == [
            "treaty is not resolved: there is nothing to reopen"
        ]
        assert fields(again, YES, REOPENED) == [""]

    def test_other(self) -> None:
        """
        It must name the resolution that stands.
        """
        assert fields(replace(REOPENED, reopens="treaty-9"), YES) == ["reopens"]


class TestCondition:
    @pytest.mark.parametrize(
        ("entry", "expected"),
        [
            (MET, []),
            (UNMET, []),
            (replace(MET, state=ConditionIs.PENDING, since=None, evidence=()), []),
            (replace(MET, state=ConditionIs.PENDING), ["since"]),
            (replace(MET, evidence=()), ["evidence"]),
            (replace(UNMET, evidence=()), ["evidence"]),
            (replace(MET, since=date(2024, 6, 21)), ["since"]),
        ],
    )
    def test_fields(self, entry: ConditionState, expected: list[str]) -> None:
        """
        Met and unmet need evidence and a day that is not to come; pending takes no day.
        """
        assert expected == fields(entry, question=CONDITIONAL)

    def test_unconditional(self) -> None:
        """
        A question without a condition takes no state of it.
        """
        assert [str(each) for each in objections(PLAIN, [], MET, today=None)] == [
            "treaty has no condition"
        ]

    def test_while_resolved(self) -> None:
        """
        What a resolution rests on cannot change under it.
        """
        met, yes = MET, replace(YES, id="treaty-2")
        changed = replace(UNMET, id="treaty-3", decided=date(2027, 1, 1))

        assert fields(changed, met, yes, question=CONDITIONAL) == ["state"]
        assert fields(replace(changed, state=ConditionIs.MET), met, yes, question=CONDITIONAL) == []

    def test_while_annulled(self) -> None:
        """
        After an annulment for an unmet condition it stays unmet until the question is reopened.
        """
        annulled = replace(ANNULLED, id="treaty-2", reason=Annulment.CONDITION_UNMET)
        changed = replace(MET, id="treaty-3", decided=date(2027, 1, 1))

        assert fields(changed, UNMET, annulled, question=CONDITIONAL) == ["state"]
        other = replace(annulled, reason=Annulment.CRITERIA_DEFECT)
        assert fields(changed, UNMET, other, question=CONDITIONAL) == []


class TestState:
    def test_nothing(self) -> None:
        """
        Without entries nothing stands and a condition is pending.
        """
        assert State() == state([], as_of=None)
        assert ConditionIs.PENDING is state([], as_of=None).condition_is

    @pytest.mark.parametrize(
        ("as_of", "expected"),
        [
            (date(2026, 11, 20), None),
            (date(2026, 11, 21), YES),
            (date(2026, 11, 30), YES),
            (date(2026, 12, 1), None),
            (None, None),
        ],
    )
    def test_as_of(self, as_of: date | None, expected: Resolution | None) -> None:
        """
        An entry counts from the day it was decided.
        """
        assert expected == state([YES, REOPENED], as_of=as_of).resolution

    def test_last_wins(self) -> None:
        """
        Of entries decided on one day the last in the ledger holds.
        """
        again = replace(YES, id="treaty-3", decided=REOPENED.decided)

        assert again == state([YES, REOPENED, again], as_of=REOPENED.decided).resolution

    def test_condition(self) -> None:
        """
        The condition has its own state beside the resolution.
        """
        later = replace(UNMET, id="treaty-2", decided=date(2024, 7, 1))

        assert State(None, MET) == state([MET, later], as_of=date(2024, 6, 30))
        assert ConditionIs.UNMET is state([MET, later], as_of=None).condition_is


class TestNextId:
    def test_numbers(self) -> None:
        """
        One more than the highest, whatever is missing below.
        """
        assert next_id("treaty", []) == "treaty-1"
        assert next_id("treaty", [YES, replace(REOPENED, id="treaty-7")]) == "treaty-8"

    def test_allowed(self) -> None:
        """
        The next id is one that the rules accept.
        """
        entry = replace(YES, id=next_id("treaty", [YES, REOPENED]), decided=REOPENED.decided)

        assert fields(entry, YES, REOPENED) == []

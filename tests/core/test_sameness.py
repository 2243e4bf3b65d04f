"""
What would count twice is recognised, and what only looks like it is not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from foretrack.core.records import Claim, Condition, Horizon, Question
from foretrack.core.sameness import same_claim, same_question
from foretrack.core.vocabulary import HorizonBasis, Polarity, Unscorable

CLAIM = Claim(id="a-1", article="a", source="s", says="Trade falls.", phrase="likely")
QUESTION = Question(
    id="trade-falls",
    statement="Will trade fall?",
    criteria="Yes if it falls.",
    criteria_written=date(2025, 1, 1),
    resolution_source="Customs",
    opens=date(2025, 1, 1),
    closes=date(2026, 1, 1),
)


def test_the_same_claim() -> None:
    """
    Id, place, case, white space and the full stop make no other claim of it.
    """
    again = replace(CLAIM, id="a-2", says="trade\u00a0 falls", phrase="Likely")
    assert same_claim(again, [CLAIM]) is CLAIM


def test_other_claims() -> None:
    """
    Another article, source, holder, wording, phrase or number is another claim.
    """
    others = [
        replace(CLAIM, article="b"),
        replace(CLAIM, source="t"),
        replace(CLAIM, attributed_to="A minister"),
        replace(CLAIM, says="Trade will fall."),
        replace(CLAIM, phrase="will likely"),
        replace(CLAIM, phrase=None, probability=0.72),
    ]
    assert [one for one in others if same_claim(one, [CLAIM])] == []


def test_what_a_score_tells_apart() -> None:
    """
    The same words by another time, of or against another question, or as none: another claim.

    Where the time is told from makes none.
    """
    claim = replace(CLAIM, horizon=Horizon(words="by 2027"), question="trade-2027")
    others = [
        replace(claim, horizon=Horizon(words="by 2030")),
        replace(claim, horizon=None),
        replace(claim, question="trade-2030"),
        replace(claim, polarity=Polarity.OPPOSITE),
        replace(claim, unscorable=Unscorable.HEDGE),
        replace(claim, unscorable=Unscorable.NO_CRITERIA),
    ]
    for one in others:
        assert [each for each in (claim, *others) if same_claim(one, [each])] == [one]
    assumed = Horizon(words="By  2027", basis=HorizonBasis.ASSUMED)
    assert same_claim(replace(claim, horizon=assumed), [claim]) is claim


def test_duplicates_are_meant() -> None:
    """
    What is marked as a duplicate is no second claim, on either side.
    """
    marked = replace(CLAIM, id="a-2", unscorable=Unscorable.DUPLICATE, duplicate_of="a-1")
    assert same_claim(marked, [CLAIM]) is None
    assert same_claim(CLAIM, [marked]) is None


def test_the_same_question() -> None:
    """
    Statement, condition and window make a question; another of these is another question.
    """

    def found(question: Question) -> Question | None:
        return same_question(
            [QUESTION],
            statement=question.statement,
            condition=question.condition,
            opens=question.opens,
            closes=question.closes,
        )

    assert found(replace(QUESTION, id="x", statement="will  trade fall", criteria="x")) is QUESTION
    condition = Condition(statement="The war ends.", criteria="Met if so.")
    for other in (
        replace(QUESTION, statement="Will trade rise?"),
        replace(QUESTION, condition=condition),
        replace(QUESTION, opens=date(2025, 1, 2)),
        replace(QUESTION, closes=date(2026, 1, 2)),
    ):
        assert found(other) is None

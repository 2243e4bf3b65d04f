"""
The report as plain data.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers import AS_OF, chosen, crowd, dossier, write
from foretrack import due, evaluate, itemize
from foretrack.core.dossier import Ending, build, window
from foretrack.core.records import Condition, ConditionState, Evidence, Question, Resolution
from foretrack.core.vocabulary import (
    Annulment,
    Cohort,
    ConditionIs,
    Outcome,
    Updates,
)
from lines import CLOSES, OPENS, line
from strategies import everything, telling_days

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

    from strategies import Everything

SHOWN = (Evidence(citation="the gazette"),)


def question(**given: Any) -> Question:
    plain: dict[str, Any] = {
        "id": "q",
        "statement": "Does it happen?",
        "criteria": "Yes if so.",
        "criteria_written": OPENS,
        "resolution_source": "the gazette",
        "opens": OPENS,
        "closes": CLOSES,
    }
    return Question(**{**plain, **given})


def resolved(outcome: Outcome, **given: Any) -> Resolution:
    plain: dict[str, Any] = {"id": "q-1", "question": "q", "outcome": outcome, "evidence": SHOWN}
    return Resolution(**{**plain, "decided": date(2025, 1, 5), **given})


class TestWindow:
    @pytest.mark.parametrize(
        ("ledger", "as_of", "ending"),
        [
            ([], CLOSES, Ending.OPEN),
            ([], CLOSES + timedelta(days=1), Ending.OVERDUE),
            ([resolved(Outcome.YES, happened=date(2024, 5, 1))], AS_OF, Ending.YES),
            ([resolved(Outcome.NO)], AS_OF, Ending.NO),
            ([resolved(Outcome.AMBIGUOUS)], AS_OF, Ending.AMBIGUOUS),
            ([resolved(Outcome.ANNULLED, reason=Annulment.DUPLICATE)], AS_OF, Ending.ANNULLED),
            ([resolved(Outcome.NO)], date(2025, 1, 4), Ending.OVERDUE),
        ],
    )
    def test_endings(self, ledger: list[Any], as_of: date, ending: Ending) -> None:
        """
        The last day belongs to the window, and what was decided later is not known yet.
        """
        assert window(question(), said=(), ledger=ledger, as_of=as_of).ending is ending

    def test_what_happened(self) -> None:
        """
        The day of the event, or of its impossibility; the evidence; why it was annulled.
        """
        day = date(2024, 5, 1)
        yes = window(question(), said=(), ledger=[resolved(Outcome.YES, happened=day)], as_of=AS_OF)
        no = window(question(), said=(), ledger=[resolved(Outcome.NO, impossible=day)], as_of=AS_OF)
        gone = window(
            question(),
            said=(),
            ledger=[resolved(Outcome.ANNULLED, reason=Annulment.DUPLICATE)],
            as_of=AS_OF,
        )

        assert (yes.settled, yes.decided, yes.evidence) == (day, date(2025, 1, 5), SHOWN)
        assert no.settled == day
        assert gone.reason == "duplicate"

    def test_condition_unmet(self) -> None:
        """
        A condition that was not met annuls the question, whatever else is recorded.
        """
        asked = question(condition=Condition(statement="If so", criteria="Met if so."))
        unmet = ConditionState(
            id="q-1", question="q", state=ConditionIs.UNMET, decided=OPENS, evidence=SHOWN
        )

        found = window(asked, said=(), ledger=[unmet], as_of=AS_OF)

        assert (found.ending, found.reason) == (Ending.ANNULLED, "condition-unmet")
        assert window(asked, said=(), ledger=[], as_of=AS_OF).condition is ConditionIs.PENDING


class TestMisses:
    def test_worst_first(self, engine: sa.Engine) -> None:
        """
        Only what did worse than 50% is a miss, the worst first, ten at most.
        """
        whole = dossier(write(engine, crowd(questions=60, sources=4)))

        scores = [line.brier or 0.0 for line in whole.misses]
        every = [
            line.brier for one in whole.profiles for line in one.lines if line.brier is not None
        ]
        assert scores == sorted((score for score in every if score > 0.25), reverse=True)[:10]
        assert whole.missed == sum(score > 0.25 for score in every) > 10

    def test_even_chance_is_no_miss(self, engine: sa.Engine) -> None:
        """
        Whoever says 50% does not do worse than saying 50%.
        """
        whole = dossier(engine)
        card = evaluate.score(engine, chosen())
        parts: dict[str, Any] = {
            "left_out": {}, "windows": [], "clusters": {}, "queue": whole.queue,
            "head": whole.head, "new_rng": random.Random,
        }  # fmt: skip

        assert build(card, lines=[line(1, 0.5, 1)], **parts).misses == ()
        assert build(card, lines=[line(1, 0.49, 1)], **parts).missed == 1


class TestWhole:
    @settings(max_examples=50)
    @given(
        st.data(),
        st.sampled_from(Updates),
        st.sampled_from(Cohort),
        st.sampled_from(("all", "stated")),
    )
    def test_agrees_with_the_other_commands(
        self,
        new_engine: Callable[..., sa.Engine],
        data: st.DataObject,
        updates: Updates,
        cohort: Cohort,
        basis: str,
    ) -> None:
        """
        The report shows what the scorecard, each source's page, the calibration and the queue show.
        """
        record: Everything = data.draw(everything())
        as_of = data.draw(telling_days(record)) if record.articles else AS_OF
        engine = write(new_engine(), [change.record for change in record.changes])
        choice = chosen(as_of=as_of, updates=updates, cohort=cohort, basis=basis)

        whole = dossier(engine, as_of=as_of, updates=updates, cohort=cohort, basis=basis)

        card = evaluate.score(engine, choice)
        assert (whole.convention, whole.groups, whole.overall) == (
            card.convention, card.groups, card.overall,
        )  # fmt: skip
        for group, profile in zip(whole.groups, whole.profiles, strict=True):
            page = itemize.source_page(engine, choice, source=profile.source)
            assert (group, profile.hits, profile.lines) == (page.group, page.hits, page.lines)
            assert sorted(profile.left_out, key=str) == sorted(page.left_out, key=str)
            assert profile.reliability.n == group.scored
        hits = evaluate.calibration(engine, choice, source=None).hits
        assert tuple(phrase.together for phrase in whole.phrases) == hits
        assert sum(used.hit.n for one in whole.phrases for used in one.used) == sum(
            hit.n for hit in hits
        )
        assert whole.queue == due.queue(engine, as_of=as_of, within=28)
        asked = {line.question for profile in whole.profiles for line in profile.lines}
        assert [one.question for one in whole.windows] == [
            one.question
            for one in sorted(whole.windows, key=lambda one: (one.closes, one.opens, one.question))
        ]
        assert {one.question for one in whole.windows} == asked

    def test_parts_add_up_to_the_headline(self, engine: sa.Engine) -> None:
        """
        The Brier score of each diagram is that of the scorecard.
        """
        whole = dossier(write(engine, crowd(questions=80, sources=3)))

        scores = {group.group: group.brier for group in [*whole.groups, whole.overall]}
        drawn = [profile.reliability for profile in whole.profiles]
        assert all(found.said for found in drawn)
        for found in drawn:
            assert found.parts is not None
            assert found.parts.score == pytest.approx(scores[found.source or ""], abs=1e-12)
        assert whole.together is not None
        assert whole.together.parts is not None
        assert whole.together.parts.score == pytest.approx(scores["overall"], abs=1e-12)
        assert whole.together.units < whole.together.n

    def test_one_source_is_no_together(self, engine: sa.Engine) -> None:
        """
        With one source there is no diagram of all together.
        """
        assert dossier(write(engine, crowd(questions=20, sources=1))).together is None

    def test_empty(self, engine: sa.Engine) -> None:
        """
        An empty record makes an empty report.
        """
        whole = dossier(engine)

        assert (whole.groups, whole.profiles, whole.phrases, whole.windows) == ((), (), (), ())
        assert (whole.misses, whole.missed, whole.together) == ((), 0, None)
        assert whole.head.sequence == 0

    def test_same_seed(self, engine: sa.Engine) -> None:
        """
        The same record gives the same report.
        """
        write(engine, crowd(questions=40, sources=2))

        assert dossier(engine) == dossier(engine)

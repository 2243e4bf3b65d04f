"""
Use cases that score: one luck for the same forecasts, and a part of the record alone.
"""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest import AS_OF, CLOSES, SAID, Asked, records
from foretrack import grade, publish
from foretrack.core.grades import Choice as Scored
from foretrack.core.library import DEFAULT, Library
from foretrack.core.quality import Terms
from foretrack.core.vocabulary import Updates
from foretrack.db import store
from foretrack.db.engine import writing
from foretrack.db.store import Change
from foretrack.db.tables import Action
from foretrack.evaluate import GROUPINGS, Choice, calibration, score
from foretrack.itemize import source_page
from strategies import everything

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    import sqlalchemy as sa

    from foretrack.core.reliability import Reliability
    from foretrack.core.scorecard import Group
    from strategies import Everything

CHOICE = Choice(as_of=AS_OF, default=DEFAULT, library=Library())
TERMS = Terms(resamples=499, resampled_up_to=2000)
Drawn = tuple[float, float]

rng = random.Random(12)
QUESTIONS = {
    f"q{number:02}": Asked(rng.random() < 0.4, cluster="c" if number % 9 == 0 else None)
    for number in range(60)
}
ANSWERS = {
    source: {
        name: [
            (SAID + timedelta(days=40 * turn), rng.choice([0.1, 0.3, 0.6, 0.8]))
            for turn in range(1 + (number % 7 == 0))
        ]
        for number, name in enumerate(QUESTIONS)
        if number % 3 != skipped
    }
    for skipped, source in enumerate(("ann", "bob", "cyd"))
}
"""
Forty questions each, two thirds of them shared, some in a cluster, some forecast twice.
"""


@pytest.fixture
def contest(new_engine: Callable[..., sa.Engine], now: datetime) -> sa.Engine:
    """
    The contest in a database.
    """
    engine = new_engine()
    with writing(engine) as connection:
        changes = [Change(Action.ADD, one) for one in records(ANSWERS, QUESTIONS)]
        store.write(connection, changes, actor="test", at=now)
    return engine


def table(path: Path) -> str:
    """
    The contest as a table; a forecast stands until the event, or until the day after the window.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["source", "question_id", "forecast_date", "resolve_date", "cluster", "probability",
             "outcome"]
        )  # fmt: skip
        for source, given_answers in ANSWERS.items():
            for name, said in given_answers.items():
                one = QUESTIONS[name]
                end = CLOSES if one.outcome else CLOSES + timedelta(days=1)
                for day, p in said:
                    writer.writerow(
                        [source, name, day, end, one.cluster or "", p, int(bool(one.outcome))]
                    )
    return str(path)


def of_row(group: Group | None) -> Drawn:
    assert group is not None
    assert group.quality is not None
    assert group.quality.luck is not None
    return group.quality.luck.under_calibration, group.quality.luck.p_value


def of_diagram(found: Reliability | None) -> Drawn:
    assert found is not None
    assert found.luck is not None
    return found.luck.under_calibration, found.luck.p_value


class TestOneLuck:
    @pytest.mark.parametrize("seed", [0, 3])
    def test_everywhere(self, contest: sa.Engine, tmp_path: Path, seed: int) -> None:
        """
        The same forecasts and seed: one p-value and one mean under calibration, wherever shown.

        On the scorecard, the page, the calibration and its diagram, in the report, and where the
        same forecasts are scored from a table; of one source, and of all together.
        """
        terms = replace(TERMS, seed=seed)
        card = score(contest, CHOICE, terms=terms)
        page = source_page(contest, CHOICE, source="bob", terms=terms)
        one, every = (
            calibration(contest, CHOICE, source=source, terms=terms, diagram=True)
            for source in ("bob", None)
        )
        report = publish.report(contest, CHOICE, new_rng=partial(random.Random, seed))
        scored = grade.score(
            [table(tmp_path / "contest.csv")], Scored(updates=Updates.TIME, seed=seed)
        )

        of_bob = of_row(card.groups[1])
        assert [of_row(page.group), of_row(one.group)] == [of_bob] * 2
        assert [of_diagram(report.profiles[1].reliability), of_diagram(one.reliability)] == [
            of_bob
        ] * 2
        of_all = of_row(card.overall)
        assert of_row(every.group) == of_all
        assert [of_diagram(report.together), of_diagram(every.reliability)] == [of_all] * 2
        assert one.reliability == report.profiles[1].reliability
        assert every.reliability == report.together
        # a table keeps shares of time to twelve decimals
        for drawn, grades in ((of_bob, scored.groups["bob"]), (of_all, scored.overall)):
            assert grades.mcb_under_calibration == pytest.approx(drawn[0], rel=1e-11)
            assert grades.p_value == drawn[1]

    def test_of_other_names(self, contest: sa.Engine) -> None:
        """
        What a row is called makes no difference to its luck: one source alone is all together.
        """
        card = score(contest, CHOICE, by="outlet", source="ann", terms=TERMS)
        (group,) = card.groups

        assert group.group == "(none)"
        assert of_row(group) == of_row(card.overall)

    def test_another_seed(self, contest: sa.Engine) -> None:
        """
        Another seed draws other luck, a little.
        """
        first, second = (
            of_row(score(contest, CHOICE, terms=replace(TERMS, seed=seed)).overall)
            for seed in (0, 1)
        )

        assert first != second
        assert first == pytest.approx(second, rel=0.2, abs=0.1)

    def test_large(self, contest: sa.Engine) -> None:
        """
        Above the limit no luck is drawn, and the clusters are counted all the same.
        """
        found = score(contest, CHOICE, terms=replace(TERMS, resampled_up_to=119)).overall

        assert found.quality is not None
        assert (found.quality.n, found.quality.luck) == (120, None)
        assert found.quality.clusters == 54  # 60 questions, seven of them in one cluster


class TestCalibration:
    @settings(max_examples=40)
    @given(record=everything(most_claims=10), updates=st.sampled_from(Updates))
    def test_counted(
        self,
        new_engine: Callable[..., sa.Engine],
        now: datetime,
        record: Everything,
        updates: Updates,
    ) -> None:
        """
        Counted together or one by one the figures are the same, and those of the scorecard.
        """
        engine = new_engine()
        with writing(engine) as connection:
            store.write(connection, record.changes, actor="test", at=now)
        choice, terms = replace(CHOICE, updates=updates), replace(TERMS, resamples=19)
        card = score(engine, choice, terms=terms)
        rows: list[tuple[str | None, Group]] = [(None, card.overall)]
        rows += [(one.group, one) for one in card.groups]

        for source, row in rows:
            named, counted = (
                calibration(engine, choice, source=source, terms=terms, claims=claims, diagram=True)
                for claims in (True, False)
            )
            assert counted == replace(
                named, hits=tuple(replace(hit, claims=()) for hit in named.hits)
            )
            assert named.group == row
            assert [len(hit.claims) for hit in named.hits] == [hit.n for hit in named.hits]


class TestOneSource:
    @pytest.mark.parametrize("by", GROUPINGS)
    @settings(max_examples=15)
    @given(record=everything(most_claims=10))
    def test_rows(
        self, new_engine: Callable[..., sa.Engine], now: datetime, by: str, record: Everything
    ) -> None:
        """
        The rows of one source are those of a record in which nobody else said anything.
        """
        source = record.sources[0]
        others = [one for one in record.claims if one.source != source.id]
        whole, alone = new_engine(1), new_engine(2)
        for engine in (whole, alone):
            with writing(engine) as connection:
                changes = [
                    one for one in record.changes if engine is whole or one.record not in others
                ]
                store.write(connection, changes, actor="test", at=now)

        found = score(whole, CHOICE, by=by, source=source.id, terms=TERMS)
        expected = score(alone, CHOICE, by=by, terms=TERMS)

        assert (found.groups, found.overall) == (expected.groups, expected.overall)
        assert (found.source, found.label) == (source.id, source.name)
        only = {source.id: source.lexicon} if source.lexicon else {}
        assert found.convention == replace(expected.convention, declared=only)

"""
What stands beside the headline: worked by hand, equal to the tally's own functions and to oracles.
"""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest import AS_OF, Asked, records
from foretrack.core import quality as core
from foretrack.core.cohort import Item, Selection
from foretrack.core.decomposition import Rule, corp, murphy
from foretrack.core.figures import Figures
from foretrack.core.judging import Judge
from foretrack.core.library import DEFAULT, Library
from foretrack.core.quality import ALWAYS, Quality, Rest, Terms, Yardstick
from foretrack.core.recalibration import InTheLarge, NotEstimable, Untested, miscalibration
from foretrack.core.tally import Tally
from foretrack.core.vocabulary import Cohort, Outcome, Updates
from foretrack.db import store
from foretrack.db.engine import writing
from foretrack.db.store import Change
from foretrack.db.tables import Action
from foretrack.evaluate import Choice, score
from foretrack.itemize import source_page
from foretrack.report import as_json
from strategies import Everything, everything, telling_days

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    import sqlalchemy as sa

    from contest import Said
    from foretrack.core.scorecard import Group

LIBRARY = Library()
YES, NO = Asked(outcome=True), Asked(outcome=False)
THREE = {"q1": 0.2, "q2": 0.4, "q3": 0.9}
CHOICE = Choice(as_of=AS_OF, default=DEFAULT, library=LIBRARY)


@pytest.fixture
def of(
    new_engine: Callable[..., sa.Engine], now: datetime
) -> Callable[..., Group]:  # fmt: skip
    """
    Gives the row of ann in a contest.
    """

    def found(
        answers: Mapping[str, Mapping[str, Said | Sequence[tuple[date, Said]]]],
        questions: Mapping[str, Asked],
        choice: Choice = CHOICE,
        **terms: Any,
    ) -> Group:
        engine = new_engine()
        with writing(engine) as connection:
            changes = [Change(Action.ADD, one) for one in records(answers, questions)]
            store.write(connection, changes, actor="test", at=now)
        wanted = Terms(**terms)
        card = score(engine, choice, terms=wanted)
        page = source_page(engine, choice, source="ann", terms=wanted)
        (row,) = [one for one in card.groups if one.group == "ann"]
        assert row == page.group  # counted in SQL and one by one
        return row

    return found


def quality(group: Group) -> Quality:
    assert group.quality is not None
    return group.quality


class TestByHand:
    def test_three_forecasts(self, of: Callable[..., Group]) -> None:
        """
        Three forecasts by hand.

        .2 yes, .4 no, .9 yes: MCB .1033, DSC .0556, UNC 2/9 as Dimitriadis et al. define them; the
        log score is (ln 5 - ln .6 - ln .9)/3; the Brier score is .81/3, and skill 1 - .27/.25.
        """
        found = quality(of({"ann": THREE}, {"q1": YES, "q2": NO, "q3": YES}))

        assert found.corp is not None
        assert found.murphy is not None
        assert found.log_score == pytest.approx((math.log(5) - math.log(0.6) - math.log(0.9)) / 3)
        assert found.corp.mcb == pytest.approx(0.31 / 3)
        assert found.corp.dsc == pytest.approx(1 / 18)
        assert found.corp.unc == pytest.approx(2 / 9)
        assert (found.murphy.rel, found.murphy.res) == pytest.approx((0.27, 2 / 9))
        assert found.skill.value == pytest.approx(-0.08)
        assert (found.clusters, found.n_effective, found.skill.n) == (3, 3.0, 3)
        assert (found.log_infinite, found.luck, found.open_bounds) == (0, None, None)

    def test_ten_bins(self, of: Callable[..., Group]) -> None:
        """
        .8 yes and .85 no in one bin, .2 no in another; one in three happened.

        REL (.2² + 2 · .325²)/3, RES (1/9 + 2/36)/3, WBV 2 · .025²/3 and WBC -2 · .025 · .5/3.
        """
        answers = {"ann": {"q1": 0.8, "q2": 0.85, "q3": 0.2}}
        found = quality(of(answers, {"q1": YES, "q2": NO, "q3": NO}))
        ten = found.murphy_10

        assert ten is not None
        assert (ten.rel, ten.res) == pytest.approx(((0.04 + 2 * 0.325**2) / 3, 1 / 18))
        assert (ten.wbv, ten.wbc) == pytest.approx((2 * 0.025**2 / 3, -0.025 / 3))
        rows = [
            (row.low, row.n, row.mean_probability, row.observed) for row in found.calibration_10
        ]
        assert rows == [(0.2, 1, 0.2, 0.0), (0.8, 2, pytest.approx(0.825), 0.5)]
        assert (found.n, found.events_occurred, found.repeated) == (3, 1, 0)

    def test_a_cluster_is_not_tested(self, of: Callable[..., Group]) -> None:
        """
        Two questions of one cluster share their luck: no test of how many happened.
        """
        asked = {name: Asked(outcome=True, cluster="c") for name in ("q1", "q2")}
        found = quality(of({"ann": {"q1": 0.5, "q2": 0.5}}, asked))

        assert found.in_the_large == InTheLarge(0.5, untested=Untested.SHARED)

    def test_in_the_large(self, of: Callable[..., Group]) -> None:
        """
        The chance of what is no likelier than what happened.

        Two of three happened where 1.5 were expected; 0, 1, 2, 3 events have the chances .048,
        .476, .404, .072, so that what is no likelier than two has .524.
        """
        found = quality(of({"ann": THREE}, {"q1": YES, "q2": NO, "q3": YES}))

        assert found.in_the_large is not None
        assert found.in_the_large.difference == pytest.approx(1 / 6)
        assert found.in_the_large.p_value == pytest.approx(0.524)

    def test_clusters(self, of: Callable[..., Group]) -> None:
        """
        Two of three questions in one cluster: 2 clusters, worth 9/(4 + 1) of one size.
        """
        together = {"q1": Asked(True, "c"), "q2": Asked(False, "c"), "q3": YES}
        found = quality(of({"ann": THREE}, together))

        assert (found.clusters, found.n_effective) == (2, 1.8)

    def test_open_bounds(self, of: Callable[..., Group]) -> None:
        """
        An open question at .3 adds .09 or .49 to the .81: .225 to .325 over four.
        """
        still = Asked(closes=date(2030, 1, 1))
        group = of({"ann": {**THREE, "q4": 0.3}}, {"q1": YES, "q2": NO, "q3": YES, "q4": still})

        assert quality(group).open_bounds == pytest.approx((0.225, 0.325))
        assert group.brier_bounds is None

    def test_a_question_goes_one_way(self, of: Callable[..., Group]) -> None:
        """
        A question cannot go both ways.

        A question that was called .2 and then .8 cannot go both ways: half and half it scores
        (.04 + .64)/2 = .34 whatever happens.
        """
        still = Asked(closes=date(2024, 12, 31))
        said = [(date(2024, 1, 1), 0.2), (date(2024, 7, 2), 0.8)]  # 183 days each
        found = quality(of({"ann": {"q1": said}}, {"q1": still}))

        assert found.open_bounds == pytest.approx((0.34, 0.34))

    def test_infinite(self, of: Callable[..., Group]) -> None:
        """
        What was called impossible happened: infinite, counted, and finite under a named clip.
        """
        answers, questions = {"ann": {"q1": 0.0, "q2": 0.5}}, {"q1": YES, "q2": NO}
        bare = quality(of(answers, questions))
        clipped = quality(of(answers, questions, clip=0.01))

        assert (bare.log_score, bare.log_infinite) == (math.inf, 1)
        assert bare.corp_log is not None
        assert bare.corp_log.mcb == math.inf
        assert bare.slope is NotEstimable.CERTAIN
        assert clipped.log_score == pytest.approx((math.log(100) + math.log(2)) / 2)
        assert clipped.log_infinite == 1
        assert as_json.group(of(answers, questions))["log_score"] == "infinite"

    def test_nothing_scored(self, of: Callable[..., Group]) -> None:
        """
        Without an outcome there is no figure, and skill is undefined; the document has every key.
        """
        group = of({"ann": {"q1": 0.3}}, {"q1": Asked()})
        document = as_json.group(group)

        assert (document["log_score"], document["corp"], document["slope"]) == (None, None, None)
        assert document["skill"] == {
            "reference": "0.5", "value": "undefined", "reason": "nothing is scored", "n": 0,
        }  # fmt: skip
        assert (document["murphy_10"], document["calibration_10"]) == (None, [])
        assert (document["clusters"], document["n_effective"]) == (0, 0.0)

    def test_time_weights(self, of: Callable[..., Group]) -> None:
        """
        Two forecasts that share a question by time.

        .2 for 182 days and .8 for 183 until it happened: the log score is the weighted mean, and
        the test in the large takes the mean probability as one forecast.
        """
        said = [(date(2024, 1, 1), 0.2), (date(2024, 7, 1), 0.8)]
        found = quality(of({"ann": {"q1": said, "q2": 0.5}}, {"q1": YES, "q2": YES}))
        one = (182 * 0.2 + 183 * 0.8) / 365

        assert found.log_score == pytest.approx(
            (-(182 * math.log(0.2) + 183 * math.log(0.8)) / 365 + math.log(2)) / 2
        )
        assert found.in_the_large is not None
        assert found.in_the_large.difference == pytest.approx(1 - (one + 0.5) / 2)
        # Both, one or none of the two: one · .5, .5, (1 - one) · .5.
        assert found.in_the_large.p_value == pytest.approx(one * 0.5 + (1 - one) * 0.5)

    def test_each_update_is_no_independent_outcome(self, of: Callable[..., Group]) -> None:
        """
        Where each update counts, one outcome counts several times.

        Where every update counts in full, one outcome counts several times: no test is given, and
        the two forecasts of the question are one cluster.
        """
        said = [(date(2024, 1, 1), 0.2), (date(2024, 7, 1), 0.8)]
        choice = replace(CHOICE, updates=Updates.EACH)
        found = quality(of({"ann": {"q1": said, "q2": 0.5}}, {"q1": YES, "q2": YES}, choice))

        assert found.in_the_large is not None
        assert found.in_the_large.p_value is None
        assert (found.clusters, found.n_effective) == (2, 1.8)


MEASURED = {
    "q1": Asked(True, base_rate=0.5, status_quo=Outcome.NO),
    "q2": NO,
    "q3": Asked(True, base_rate=0.6, status_quo=Outcome.YES),
}


class TestSkill:
    def test_base_rate(self, of: Callable[..., Group]) -> None:
        """
        Only the two questions with a recorded base rate: 1 - (.64 + .01)/(.25 + .16).
        """
        found = quality(of({"ann": THREE}, MEASURED, reference="base-rate")).skill

        assert (found.reference, found.n) == ("base-rate", 2)
        assert found.value == pytest.approx(1 - 0.65 / 0.41)

    def test_status_quo(self, of: Callable[..., Group]) -> None:
        """
        "No" to what happened scores 1, "yes" 0: 1 - .65/1.
        """
        found = quality(of({"ann": THREE}, MEASURED, reference="status-quo")).skill

        assert found.value == pytest.approx(0.35)

    def test_source(self, of: Callable[..., Group]) -> None:
        """
        Against a source, on the questions that both answered.

        Against bob on the questions that both answered, each by the time it stood: bob said .2 and
        .8 for 182 and 183 days on q1, and .5 on q3.
        """
        said = [(date(2024, 1, 1), 0.2), (date(2024, 7, 1), 0.8)]
        answers = {"ann": THREE, "bob": {"q1": said, "q3": 0.5}}
        found = quality(of(answers, MEASURED, reference="bob")).skill
        bob = (182 * 0.64 + 183 * 0.04) / 365 + 0.25

        assert found.n == 2
        assert found.value == pytest.approx(1 - 0.65 / bob)

    def test_itself(self, of: Callable[..., Group]) -> None:
        """
        Against itself it is exactly 0.
        """
        assert quality(of({"ann": THREE}, MEASURED, reference="ann")).skill.value == 0.0

    def test_undefined(self, of: Callable[..., Group]) -> None:
        """
        Against a perfect reference, and against one that says nothing, skill is undefined.
        """
        perfect = {"q3": Asked(True, status_quo=Outcome.YES)}
        one = quality(of({"ann": {"q3": 0.9}}, perfect, reference="status-quo")).skill
        none = quality(of({"ann": THREE}, {"q1": YES, "q2": NO, "q3": YES}, reference="base-rate"))

        assert (one.value, one.n) == (None, 1)
        assert (none.skill.value, none.skill.n) == (None, 0)

    def test_always(self) -> None:
        """
        A constant needs nothing of the question.
        """
        constant = Yardstick(name="0.3", constant=0.3)

        # no forecast at all: a constant must not look at one
        assert constant.score(None, 1) == pytest.approx(0.49)  # type: ignore[arg-type]


class TestLuck:
    def test_equals_the_tally(self, of: Callable[..., Group]) -> None:
        """
        The draws are those of the tally's own function.

        The resampled figures are those of ``miscalibration`` with the same seed, by question and
        cluster.
        """
        rng = random.Random(5)
        answers = {f"q{n:02}": rng.choice([0.2, 0.5, 0.9]) for n in range(30)}
        questions = {
            name: Asked(rng.random() < 0.5, "c" if number % 3 == 0 else None)
            for number, name in enumerate(answers)
        }
        found = quality(of({"ann": answers}, questions, resamples=99, seed=7)).luck
        alone = sorted(p for n, p in answers.items() if not questions[n].cluster)
        units: list[list[tuple[float, int]]] = [[(p, 1)] for p in alone]
        units.append(sorted((p, 1) for n, p in answers.items() if questions[n].cluster))
        tally = Tally.of((p, int(bool(questions[n].outcome))) for n, p in answers.items())

        assert found == miscalibration(tally, random.Random(7), resamples=99, units=units)

    def test_not_above_the_limit(self, of: Callable[..., Group]) -> None:
        """
        Above the limit luck is not drawn.
        """
        questions = {"q1": YES, "q2": NO, "q3": YES}
        few = of({"ann": THREE}, questions, resamples=9, resampled_up_to=3)
        many = of({"ann": THREE}, questions, resamples=9, resampled_up_to=2)

        assert quality(few).luck is not None
        assert quality(many).luck is None

    def test_a_cluster_is_lucky_together(self) -> None:
        """
        Units are the clusters, and questions outside of any.
        """
        rest = Rest(Yardstick(name="0.5", constant=0.5))
        rest.alone.update({((0.5, 1),): 2})
        rest.single["q"] = [(0.9, Fraction(1, 3)), (0.2, Fraction(2, 3))]
        rest.together["c"] = [(0.5, 3), (0.1, 1)]

        assert rest.units() == [
            ((0.5, 1),),
            ((0.5, 1),),
            [(0.9, Fraction(1, 3)), (0.2, Fraction(2, 3))],
            [(0.5, 3), (0.1, 1)],
        ]
        assert rest.sizes() == [1, 1, 1, 4]


@pytest.mark.parametrize("updates", [Updates.TIME, Updates.EACH])
def test_repeated(updates: Updates) -> None:
    """
    Two forecasts on one question on one day are reported; a third on another day is an update.
    """
    days = [date(2024, 1, 1), date(2024, 1, 1), date(2024, 3, 1)]
    items = [
        Item(
            group=("ann",), source="ann", n=1, question="q", standard=None, phrase=None,
            probability=0.3, opposite=False, outcome="yes", reason=None, unmet=False, over=True,
            late=False, hindsight=False, assumed=False, reading="explicit", inferred=False,
            cluster=None, reference=None, made=day, ends=date(2024, 12, 31),
        )
        for day in days
    ]  # fmt: skip
    figures = Figures(
        Cohort.MATURED, updates, Judge(lambda _: LIBRARY.get(DEFAULT)), rest=Rest(ALWAYS)
    )
    for item in items:
        figures.add(item)
    figures.settle()
    asked = core.Asked(terms=Terms(), new_rng=random.Random)
    assert figures.rest is not None
    found = core.quality(figures, figures.rest, asked, mixed=False)

    assert found.repeated == 1
    assert found.n == (1 if updates is Updates.TIME else 3)


class TestMixed:
    def test_no_sample(self, new_engine: Callable[..., sa.Engine], now: datetime) -> None:
        """
        All sources together, by source: one question is there twice.

        There is no test then.  Luck and clusters take questions counted one by one, which they are
        where luck is drawn; the mean scores are the same in any case.
        """
        engine = new_engine()
        answers = {"ann": THREE, "bob": THREE}
        with writing(engine) as connection:
            contest = records(answers, {"q1": YES, "q2": NO, "q3": YES})
            store.write(
                connection, [Change(Action.ADD, one) for one in contest], actor="test", at=now
            )
        terms = Terms(resamples=9)
        counted = quality(score(engine, CHOICE, terms=Terms()).overall)
        by_source = quality(score(engine, CHOICE, terms=terms).overall)
        by_phrase = quality(score(engine, CHOICE, by="outlet", terms=terms).overall)

        assert (counted.clusters, counted.luck, counted.n_effective) == (None, None, None)
        for found in (counted, by_source, by_phrase):
            assert found.in_the_large is not None
            assert found.in_the_large.p_value is None
            assert found.in_the_large.untested is Untested.SHARED
            assert found.corp == by_source.corp
        assert (by_source.clusters, by_source.n_effective) == (3, 3.0)
        assert by_source.luck is not None
        assert by_source == by_phrase


@st.composite
def cases(draw: st.DrawFn) -> tuple[Everything, Choice, Terms]:
    record = draw(everything(most_claims=10))
    choice = Choice(
        as_of=draw(telling_days(record)),
        cohort=draw(st.sampled_from(Cohort)),
        updates=draw(st.sampled_from(Updates)),
        basis=draw(st.sampled_from(("all", "all", "stated"))),
        only=draw(st.sampled_from((Selection(), Selection(), Selection(tag="ab")))),
        default=DEFAULT,
        library=LIBRARY,
    )
    named = ["0.5", "base-rate", "status-quo", *(one.id for one in record.sources)]
    terms = Terms(
        reference=draw(st.sampled_from(named)),
        clip=draw(st.sampled_from((None, 0.01))),
        resamples=draw(st.sampled_from((0, 3))),
    )
    return record, choice, terms


class TestLaws:
    @given(cases())
    @settings(max_examples=120)
    def test_sql_and_python_agree(
        self,
        new_engine: Callable[..., sa.Engine],
        now: datetime,
        case: tuple[Everything, Choice, Terms],
    ) -> None:
        """
        Counted in the database or one by one, the same to the last bit.

        A source's figures are the same to the last bit from counts in the database and from its
        records one by one, whichever the options.
        """
        record, choice, terms = case
        engine = new_engine()
        with writing(engine) as connection:
            store.write(connection, record.changes, actor="test", at=now)
        card = score(engine, choice, terms=terms)

        for group in card.groups:
            page = source_page(engine, choice, source=group.group, terms=terms)
            assert page.group == group

    @given(cases())
    @settings(max_examples=60)
    def test_identities(
        self,
        new_engine: Callable[..., sa.Engine],
        now: datetime,
        case: tuple[Everything, Choice, Terms],
    ) -> None:
        """
        The identities of the decompositions hold.

        Brier = MCB - DSC + UNC = REL - RES + UNC, the log score likewise where it is finite; the
        bounds hold the present score moved by what is open.
        """
        record, choice, terms = case
        engine = new_engine()
        with writing(engine) as connection:
            store.write(connection, record.changes, actor="test", at=now)

        for group in score(engine, choice, terms=terms).groups:
            found = quality(group)
            if found.corp is not None and found.murphy is not None:
                one, parts, log = found.corp, found.murphy, found.corp_log
                assert group.brier == pytest.approx(one.mcb - one.dsc + one.unc, abs=1e-12)
                assert group.brier == pytest.approx(parts.rel - parts.res + parts.unc, abs=1e-12)
                assert log is not None
                assert found.log_score is not None
                if math.isfinite(found.log_score):
                    assert found.log_score == pytest.approx(log.mcb - log.dsc + log.unc, abs=1e-9)
            if found.open_bounds is not None:
                assert 0.0 <= found.open_bounds[0] <= found.open_bounds[1] <= 1.0


class TestOracles:
    def test_weighted(self, of: Callable[..., Group]) -> None:
        """
        What scikit-learn says of the same weighted rows.

        With time weights: the isotonic fit, the log score and the slope are those of scikit-learn
        on weighted rows, and of the tally of the same weights.
        """
        from sklearn.isotonic import IsotonicRegression
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import log_loss

        rng = random.Random(3)
        middle = date(2024, 5, 20)
        answers = {
            f"q{n}": [(day, rng.randrange(1, 20) / 20) for day in (date(2024, 1, 1), middle)]
            for n in range(40)
        }
        questions = {name: Asked(rng.random() < said[1][1]) for name, said in answers.items()}
        group = of({"ann": answers}, questions)
        found = quality(group)
        rows: list[tuple[float, int, Fraction]] = []
        for name, said in answers.items():
            came = int(bool(questions[name].outcome))
            end = date(2024, 12, 31) if came else date(2025, 1, 1)
            life = (end - date(2024, 1, 1)).days
            first = Fraction((middle - date(2024, 1, 1)).days, life)
            rows += [(said[0][1], came, first), (said[1][1], came, 1 - first)]
        p, y = [row[0] for row in rows], [row[1] for row in rows]
        w = [float(row[2]) for row in rows]
        fit = IsotonicRegression(y_min=0, y_max=1).fit_transform(p, y, sample_weight=w)
        recalibrated = sum(a * (c - b) ** 2 for a, b, c in zip(w, y, fit, strict=True)) / sum(w)
        tally = Tally.of_counts(rows)
        x = [[math.log(one / (1 - one))] for one in p]
        slope = LogisticRegression(C=1e12, tol=1e-12, max_iter=10_000).fit(x, y, sample_weight=w)

        assert found.corp is not None
        assert group.brier is not None
        assert found.corp.mcb == pytest.approx(group.brier - recalibrated, abs=1e-9)
        assert found.log_score == pytest.approx(log_loss(y, p, sample_weight=w), abs=1e-9)
        assert found.slope is not None
        assert not isinstance(found.slope, NotEstimable)
        assert found.slope.value == pytest.approx(float(slope.coef_[0][0]), abs=1e-4)
        assert (found.corp, found.murphy) == (corp(tally), murphy(tally))
        assert found.corp_log == corp(tally, rule=Rule.LOG)

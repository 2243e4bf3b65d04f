"""
The use cases that compare sources: head to head, all together, under other lexicons, over time.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest import AS_OF, Asked, records
from foretrack import compare, watch, words
from foretrack.core import comparison, difficulty, watching
from foretrack.core.answers import answers
from foretrack.core.cohort import Selection
from foretrack.core.judging import stances
from foretrack.core.lexicon import normal
from foretrack.core.library import DEFAULT, Library
from foretrack.core.records import Claim
from foretrack.core.vigil import firsts
from foretrack.core.vocabulary import Cohort, HorizonBasis, Unscorable, Updates
from foretrack.core.watching import Both, Seen
from foretrack.db import store, tallies, usage
from foretrack.db.engine import reading, writing
from foretrack.db.store import Change
from foretrack.db.tables import Action
from foretrack.errors import CannotScore, InvalidInput, NothingResolved
from foretrack.evaluate import Choice, calibration, score
from strategies import Everything, everything, telling_days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    import sqlalchemy as sa

    from foretrack.core.answers import Answer
    from foretrack.core.cohort import Item
    from foretrack.core.records import AnyRecord

    Fill = Callable[[Iterable[AnyRecord]], sa.Engine]

LIBRARY = Library()
CHOICE = Choice(as_of=AS_OF, default=DEFAULT, library=LIBRARY)
YES, NO = Asked(outcome=True), Asked(outcome=False)


@pytest.fixture
def fill(new_engine: Callable[..., sa.Engine], now: datetime) -> Fill:
    """
    Puts a record into a database of its own.
    """

    def filled(contest: Iterable[AnyRecord]) -> sa.Engine:
        engine = new_engine()
        with writing(engine) as connection:
            changes = [Change(Action.ADD, one) for one in contest]
            store.write(connection, changes, actor="test", at=now)
        return engine

    return filled


class TestDuels:
    def test_by_hand(self, fill: Fill) -> None:
        """
        Three shared questions, a fourth that only bob answered.

        The differences are (.04 - .25), (.09 - .25), (.16 - .25): mean -.46/3; with three signs
        only the observed ones and their opposite are as far out, so p = 2/8.
        """
        engine = fill(
            records(
                {
                    "ann": {"q1": 0.8, "q2": 0.7, "q3": 0.4},
                    "bob": {"q1": 0.5, "q2": 0.5, "q3": 0.5, "q4": 0.0},
                },
                {"q1": YES, "q2": YES, "q3": NO, "q4": NO},
            )
        )
        found = compare.duels(engine, CHOICE, sources=["bob", "ann"], rng=random.Random(0))
        (pair,) = found.pairs

        assert (pair.a, pair.b, pair.n, pair.clusters) == ("ann", "bob", 3, 3)
        assert pair.difference == pytest.approx(-0.46 / 3)
        assert (pair.brier_a, pair.brier_b) == pytest.approx((0.29 / 3, 0.25))
        assert (pair.p_value, pair.holm, pair.flips) == (0.25, 0.25, None)
        assert [one.question for one in pair.decided_by] == ["q1", "q2", "q3"]
        assert pair.decided_by[0].statement == "Will q1 happen?"
        assert pair.decided_by[0].share == pytest.approx(-0.07)
        assert [(one.source, one.n) for one in found.contenders] == [("bob", 4), ("ann", 3)]

    def test_clusters_flip_together(self, fill: Fill) -> None:
        """
        The same three questions in one cluster are one sign: p = 1.
        """
        together = Asked(True, "event")
        engine = fill(
            records(
                {"ann": dict.fromkeys(("q1", "q2"), 0.8), "bob": dict.fromkeys(("q1", "q2"), 0.5)},
                {"q1": together, "q2": together},
            )
        )
        (pair,) = compare.duels(engine, CHOICE, sources=["ann", "bob"], rng=random.Random(0)).pairs

        assert (pair.n, pair.clusters, pair.p_value) == (2, 1, 1.0)

    def test_many_clusters_against_scipy(self, fill: Fill) -> None:
        """
        Above 20 clusters signs are drawn, the same with the same seed, near scipy's own draws.
        """
        from scipy.stats import permutation_test

        rng = random.Random(4)
        names = [f"q{n}" for n in range(40)]
        said = {one: {name: rng.randrange(1, 20) / 20 for name in names} for one in ("ann", "bob")}
        asked = {name: Asked(rng.random() < 0.5) for name in names}
        engine = fill(records(said, asked))

        def found(seed: int) -> float:
            (pair,) = compare.duels(
                engine, CHOICE, sources=["ann", "bob"], rng=random.Random(seed)
            ).pairs
            assert pair.flips == 10_000
            return pair.p_value or 0.0

        gaps = [
            (said["ann"][name] - y) ** 2 - (said["bob"][name] - y) ** 2
            for name in names
            for y in [int(bool(asked[name].outcome))]
        ]
        oracle = permutation_test(
            (gaps, [0.0] * len(gaps)),
            lambda a, b: sum(a) - sum(b),
            permutation_type="samples",
            n_resamples=9999,
            rng=1,
        )
        assert found(1) == found(1)
        assert found(1) == pytest.approx(oracle.pvalue, abs=0.02)

    def test_three_sources(self, fill: Fill) -> None:
        """
        Every pair is there, one of them without a shared question, and Holm counts the others.
        """
        engine = fill(
            records(
                {
                    "ann": {"q1": 0.9, "q2": 0.9},
                    "bob": {"q1": 0.5, "q2": 0.5, "q3": 0.5},
                    "cy": {"q3": 0.9},
                },
                {"q1": YES, "q2": YES, "q3": YES},
            )
        )
        found = compare.duels(engine, CHOICE, sources=["ann", "bob", "cy"], rng=random.Random(0))
        pairs = {(one.a, one.b): one for one in found.pairs}

        assert pairs["ann", "cy"].p_value is None
        assert pairs["ann", "bob"].p_value == 0.5
        assert pairs["ann", "bob"].holm == 1.0
        assert pairs["bob", "cy"].holm == 1.0

    def test_part_of_the_record(self, fill: Fill) -> None:
        """
        Tag, cohort and as-of day say which questions count.
        """
        engine = fill(
            records(
                {"ann": {"q1": 0.9, "q2": 0.9}, "bob": {"q1": 0.5, "q2": 0.5}},
                {"q1": Asked(True, tags=("war",)), "q2": NO},
            )
        )

        def n(choice: Choice) -> int:
            return (
                compare.duels(engine, choice, sources=["ann", "bob"], rng=random.Random(0))
                .pairs[0]
                .n
            )

        assert n(CHOICE) == 2
        assert n(replace(CHOICE, only=Selection(tag="war"))) == 1
        with pytest.raises(CannotScore, match="no two of these share"):
            n(replace(CHOICE, as_of=date(2024, 6, 1)))

    def test_nothing_shared(self, fill: Fill) -> None:
        """
        The message says how many questions each has, and what helps.
        """
        engine = fill(records({"ann": {"q1": 0.9}, "bob": {"q2": 0.5}}, {"q1": YES, "q2": YES}))

        with pytest.raises(CannotScore, match=r"ann \(1\), bob \(1\); `foretrack scorecard`"):
            compare.duels(engine, CHOICE, sources=["ann", "bob"], rng=random.Random(0))


class TestField:
    def test_by_hand(self, fill: Fill) -> None:
        """
        Easy and hard questions: who answers all of them, worse by .0225 each time, is the worst.

        Easy ones score 0, hard ones .25; the third adds .0225 to each: .25 against .2725 on the
        scale of one that always says 50%.
        """
        easy, hard = [f"e{n}" for n in range(3)], [f"h{n}" for n in range(3)]
        engine = fill(
            records(
                {
                    "easy": dict.fromkeys(easy, 1.0),
                    "hard": dict.fromkeys(hard, 0.5),
                    "both": {**dict.fromkeys(easy, 0.85), **dict.fromkeys(hard, 0.85)},
                },
                dict.fromkeys(easy + hard, YES),
            )
        )
        found = compare.field(engine, CHOICE)
        own = difficulty.adjusted(
            {
                "easy": dict.fromkeys(easy, (0.0, None)),
                "hard": dict.fromkeys(hard, (0.25, None)),
                "both": dict.fromkeys(easy + hard, ((0.85 - 1) ** 2, None)),
            }
        )

        assert found.components == own
        assert all(one.too_few for one in found.components[0].sources)

    def test_apart(self, fill: Fill) -> None:
        """
        Sources without a common question are in components of their own; one without any is named.
        """
        engine = fill(
            records(
                {"ann": {"q1": 0.9}, "bob": {"q2": 0.5}, "cy": {"q3": 0.5}},
                {"q1": YES, "q2": YES, "q3": Asked()},
            )
        )
        found = compare.field(engine, CHOICE)

        assert [len(one.sources) for one in found.components] == [1, 1]
        assert found.without == ("cy",)

    def test_nothing_scored(self, fill: Fill) -> None:
        """
        Without any outcome there is nothing to compare.
        """
        engine = fill(records({"ann": {"q1": 0.9}}, {"q1": Asked()}))

        with pytest.raises(NothingResolved, match="foretrack due"):
            compare.field(engine, CHOICE)


OUTLETS = {"ann": "The Herald", "bob": "Wire", "cy": "Wire"}


class TestByGroup:
    """
    Everything is answered by author, outlet, ... as it is by source.
    """

    @pytest.fixture
    def engine(self, fill: Fill) -> sa.Engine:
        """
        Ann in the Herald; bob and cy in the Wire, both of them on q1.
        """
        return fill(
            records(
                {
                    "ann": {"q1": 0.8, "q2": 0.7, "q3": "likely"},
                    "bob": {"q1": 0.5, "q2": 0.5, "q3": "likely"},
                    "cy": {"q1": 0.9, "q4": "unlikely"},
                },
                {"q1": YES, "q2": YES, "q3": NO, "q4": Asked(False, tags=("war",))},
                outlets=OUTLETS,
            )
        )

    def test_compare(self, engine: sa.Engine) -> None:
        """
        The Wire's score on q1 is the mean of .25 and .01: .13.  On q3 both score .72².

        Differences .04 - .13, .09 - .25 and 0: two of four sign vectors are as far out.
        """
        found = compare.duels(
            engine, CHOICE, sources=["wire", "the"], rng=random.Random(0), by="outlet"
        )
        (pair,) = found.pairs

        assert (found.by, pair.a, pair.b, pair.n) == ("outlet", "The Herald", "Wire", 3)
        assert pair.difference == pytest.approx((0.04 - 0.13 + 0.09 - 0.25) / 3)
        assert pair.p_value == 0.5
        assert [(one.source, one.n) for one in found.contenders] == [("Wire", 4), ("The Herald", 3)]
        assert found.contenders[0].brier == pytest.approx((0.13 + 0.25 + 0.72**2 + 0.04) / 4)

    def test_field(self, engine: sa.Engine) -> None:
        """
        Two outlets in one component.  The Herald is .25/3 better on each shared question.
        """
        found = compare.field(engine, CHOICE, by="outlet")
        (component,) = found.components
        scores = {one.source: one.score for one in component.sources}

        assert found.by == "outlet"
        assert scores["Wire"] - scores["The Herald"] == pytest.approx(0.25 / 3)

    def test_a_group_of_one_is_the_source(self, engine: sa.Engine) -> None:
        """
        The Herald's figures are ann's.
        """
        own = {one.source: one for one in watch.calibration(engine, CHOICE, source=None).watched}
        by = {
            one.source: one
            for one in watch.calibration(engine, CHOICE, source=None, by="outlet").watched
        }

        assert by["The Herald"].watch == own["ann"].watch
        mine, theirs = (
            words.phrases(engine, CHOICE, source="ann"),
            words.phrases(engine, CHOICE, source=None, by="outlet").groups[0],
        )
        assert (theirs.group, theirs.words, theirs.numbers) == ("The Herald", mine.words, 2)

    def test_watch_averages_voices_on_a_question(self, engine: sa.Engine) -> None:
        """
        Bob's and cy's forecasts on q1 are one cluster: their e-values are averaged.
        """
        (found,) = watch.calibration(engine, CHOICE, source="wire", by="outlet").watched
        over = date(2025, 1, 1)
        own = watching.calibration(
            [
                Seen(over, "q1", 0.5, 1),
                Seen(over, "q1", 0.9, 1),
                Seen(over, "q2", 0.5, 1),
                Seen(over, "q3", 0.72, 0),
                Seen(over, "q4", 0.2, 0),
            ],
            as_of=AS_OF,
        )

        assert found.watch == own
        assert (found.watch.n, found.watch.clusters) == (5, 4)

    def test_watch_pair_by_the_mean(self, engine: sa.Engine) -> None:
        """
        Side by side the Wire says .7 of q1, the mean of .5 and .9.
        """
        found = watch.pairs(engine, CHOICE, sources=["wire", "the h"], by="outlet")
        (herald, wire) = found.watched
        over = date(2025, 1, 1)
        own = watching.comparison(
            [
                Both(over, "q1", 0.8, 0.7, 1),
                Both(over, "q2", 0.7, 0.5, 1),
                Both(over, "q3", 0.72, 0.72, 0),
            ],
            as_of=AS_OF,
        )

        assert (wire.source, wire.than, herald.than) == ("Wire", "The Herald", "Wire")
        assert wire.watch.e == pytest.approx(own.e)

    def test_verdicts_take_questions_not_voices(self, fill: Fill) -> None:
        """
        Sixty sources on two questions are 120 forecasts and no verdict.
        """
        said = {f"s{n}": {"q1": 0.5, "q2": 0.5} for n in range(60)}
        engine = fill(records(said, {"q1": YES, "q2": NO}, outlets=dict.fromkeys(said, "Wire")))
        (found,) = watch.calibration(engine, CHOICE, source=None, by="outlet").watched

        assert (found.watch.n, found.watch.clusters, found.watch.few) == (120, 2, True)

    def test_reread_is_the_scorecard(self, engine: sa.Engine) -> None:
        """
        The order of groups goes by what their row of the scorecard says.
        """
        for by in ("outlet", "phrase", "tag", "horizon", "article", "author"):
            found = words.reread(engine, CHOICE, by=by, lexicons=["phia"])
            card = {one.group: one.brier for one in score(engine, CHOICE, by=by).groups}

            assert found.by == by
            for one in found.in_use.order:
                assert one.brier == pytest.approx(card[one.source])
            assert {one.source for one in found.in_use.order} == {
                group for group, brier in card.items() if brier is not None
            }

    def test_names(self, engine: sa.Engine) -> None:
        """
        An outlet that nobody has, and a beginning that several have, are named with the others.
        """
        with pytest.raises(InvalidInput, match=r"no outlet is called 'x'.*The Herald, Wire"):
            compare.duels(engine, CHOICE, sources=["x", "wire"], rng=random.Random(0), by="outlet")
        with pytest.raises(InvalidInput, match="several begin so"):
            watch.calibration(engine, CHOICE, source="", by="outlet")


class TestReread:
    def test_flip(self, fill: Fill) -> None:
        """
        "Likely" is .72 here and .75 for NATO: who says .735 is better by one, worse by the other.

        What happened scores .0784 and .0625 for the word, .0702 for the number.
        """
        engine = fill(records({"ann": {"q1": "likely"}, "bob": {"q1": 0.735}}, {"q1": YES}))
        found = words.reread(engine, CHOICE, lexicons=["nato-ajp-2.1", "phia"])
        (flip,) = found.flips

        assert (flip.lexicon, flip.a, flip.b, flip.few) == ("nato-ajp-2.1", "bob", "ann", True)
        assert flip.in_use == pytest.approx((0.265**2, 0.28**2))
        assert flip.under == pytest.approx((0.265**2, 0.25**2))
        assert [one.source for one in found.in_use.order] == ["bob", "ann"]
        assert [one.source for one in found.readings[0].order] == ["ann", "bob"]

    def test_what_is_lacking_makes_no_flip(self, fill: Fill) -> None:
        """
        PHIA does not list "improbable": the order turns because of that alone, which is no flip.

        Ann's miss with that word is not scored there, and her remaining score is better than bob's.
        """
        engine = fill(
            records(
                {
                    "ann": {"q1": "likely", "q2": "improbable"},
                    "bob": {"q1": 0.6, "q2": 0.6},
                },
                {"q1": YES, "q2": YES},
            )
        )
        found = words.reread(engine, CHOICE, lexicons=["phia"])
        (phia,) = found.readings

        assert [one.source for one in found.in_use.order] == ["bob", "ann"]
        assert [(one.source, one.n) for one in phia.order] == [("ann", 1), ("bob", 2)]
        assert [(one.phrase, one.forecasts) for one in phia.lacks] == [("improbable", 1)]
        assert found.flips == ()
        assert found.in_use.lacks == ()

    def test_declared_lexicons_are_in_use(self, fill: Fill) -> None:
        """
        The reading in use goes by what a source declares; a lexicon reads all alike.
        """
        engine = fill(
            records({"ann": {"q1": "likely"}}, {"q1": YES}, lexicons={"ann": "nato-ajp-2.1"})
        )
        found = words.reread(engine, CHOICE, lexicons=[DEFAULT])

        assert found.in_use.order[0].brier == pytest.approx(0.0625)
        assert found.readings[0].order[0].brier == pytest.approx(0.0784)

    def test_errors(self, fill: Fill) -> None:
        """
        An unknown lexicon is named; a record without outcomes has nothing to compare.
        """
        engine = fill(records({"ann": {"q1": "likely"}}, {"q1": Asked()}))

        with pytest.raises(InvalidInput, match="no lexicon 'phi'"):
            words.reread(engine, CHOICE, lexicons=["phi"])
        with pytest.raises(NothingResolved):
            words.reread(engine, CHOICE)


class TestPhrases:
    def test_by_hand(self, fill: Fill) -> None:
        """
        "Likely" three times, twice scored, once true; Wilson's interval of 1 in 2 is 9 to 91%.
        """
        engine = fill(
            records(
                {"ann": {"q1": "likely", "q2": "Likely", "q3": "likely", "q4": "probably not"}},
                {"q1": YES, "q2": NO, "q3": Asked(), "q4": NO},
            )
        )
        found = words.phrases(engine, CHOICE, source="ann")
        rows = {one.phrase: one for one in found.words}
        likely = rows["likely"]

        assert (likely.uses, likely.forecasts, likely.n, likely.hits) == (3, 3, 2, 1)
        assert likely.wilson == pytest.approx((0.0945, 0.9055), abs=1e-4)
        assert likely.readers is not None
        assert (likely.readers.point, likely.readers.low, likely.readers.high) == (0.72, 0.65, 0.8)
        standards = {one.lexicon: (one.low, one.high) for one in likely.standards}
        assert standards["icd-203"] == (0.55, 0.8)
        assert standards["phia"] == (0.55, 0.75)
        assert likely.agrees is None
        assert found.numbers == 0

    def test_claims_that_cannot_be_scored(self, fill: Fill) -> None:
        """
        Hedges are words too: they are listed with their uses and no rate.
        """
        hedge = Claim(
            id="ann-hedge",
            article="ann-0",
            source="ann",
            says="It may happen.",
            phrase="may",
            unscorable=Unscorable.HEDGE,
        )
        engine = fill([*records({"ann": {"q1": 0.3}}, {"q1": YES}), hedge])
        found = words.phrases(engine, CHOICE, source=None)
        (may,) = found.words

        assert (may.phrase, may.uses, may.forecasts, may.n) == ("may", 1, 0, 0)
        assert (may.observed, may.wilson, found.numbers) == (None, None, 1)
        assert may.readers is not None
        assert not may.readers.scored

    def test_nothing_is_read_one_by_one(self, fill: Fill) -> None:
        """
        Phrases are counted in the database: as few rows come back of 600 claims as of 6.
        """

        def rows(n: int) -> int:
            said = {f"q{number}": ("likely", "unlikely")[number % 2] for number in range(n)}
            asked = dict.fromkeys(said, YES)
            engine = fill(records({"ann": said, "bob": said}, asked))
            with reading(engine) as connection:
                counted = len(list(usage.uses(connection, by="source", as_of=AS_OF)))
                counts = tallies.counts(connection, by="source", as_of=AS_OF)
                return counted + len(list(counts))

        assert rows(3) == rows(300) == 4 + 4


class TestWatch:
    def test_by_the_definition(self, fill: Fill) -> None:
        """
        The evidence is that of ``watching`` on first forecasts, with days and outcomes by hand.

        q1 was decided late, q2 at once, q3 is overdue, q4 still open: its window is not over.
        """
        later, year = date(2025, 3, 1), date(2030, 12, 31)
        first = [(date(2024, 1, 1), 0.9), (date(2024, 6, 1), 0.1)]
        engine = fill(
            records(
                {"ann": {"q1": first, "q2": 0.3, "q3": 0.6, "q4": 0.5}},
                {
                    "q1": Asked(False, decided=later),
                    "q2": Asked(True, "c"),
                    "q3": Asked(None, "c"),
                    "q4": Asked(closes=year),
                },
            )
        )
        (found,) = watch.calibration(engine, CHOICE, source="ann").watched
        over = date(2025, 1, 1)
        seen = [
            Seen(later, None, 0.9, 0),
            Seen(over, "c", 0.3, 1),
            Seen(over, "c", 0.6, None),
            Seen(year + timedelta(days=1), None, 0.5, None),
        ]

        assert found.watch == watching.calibration(seen, as_of=AS_OF)
        assert (found.watch.n, found.watch.clusters, found.watch.pending) == (2, 2, 2)
        assert found.watch.few
        assert found.watch.floor < found.watch.e

    def test_alarm(self, fill: Fill) -> None:
        """
        Ninety per cent, thirty times, and never: the alarm is raised on the fourth question's day.
        """
        days = [date(2024, 1, day) for day in range(1, 31)]
        asked = {f"q{day.day}": Asked(False, closes=day) for day in days}
        article = [(date(2023, 12, 1), 0.9)]
        engine = fill(records({"ann": dict.fromkeys(asked, article)}, asked))
        (found,) = watch.calibration(engine, CHOICE, source=None).watched

        assert (found.watch.n, found.watch.alarm) == (30, date(2024, 1, 5))
        assert found.believed

    def test_pair(self, fill: Fill) -> None:
        """
        Both directions, on shared questions: half against nine in ten of what always happened.
        """
        days = [date(2024, 1, day) for day in range(1, 31)]
        asked = {f"q{day.day}": Asked(True, closes=day) for day in days}
        said = {
            name: dict.fromkeys(asked, ((date(2023, 12, 1), p),))
            for name, p in (("ann", 0.5), ("bob", 0.9))
        }
        engine = fill(records(said, asked))
        found = {
            one.source: one for one in watch.pairs(engine, CHOICE, sources=["ann", "bob"]).watched
        }
        own = watching.comparison(
            (Both(day + timedelta(days=1), None, 0.5, 0.9, 1) for day in days), as_of=AS_OF
        )

        assert found["bob"].watch == own
        assert found["bob"].than == "ann"
        assert (found["bob"].believed, found["ann"].believed) == (True, False)
        assert found["ann"].watch.alarm is None

    def test_every_two(self, fill: Fill) -> None:
        """
        Of three sources all six hypotheses, or those that share five questions; what they make up.
        """
        days = [date(2024, 1, day) for day in range(1, 31)]
        asked = {f"q{day.day}": Asked(True, closes=day) for day in days}
        said = {
            name: dict.fromkeys(list(asked)[:n], ((date(2023, 12, 1), p),))
            for name, p, n in (("ann", 0.5, 30), ("bob", 0.9, 30), ("cy", 0.1, 4))
        }
        engine = fill(records(said, asked))
        named = watch.pairs(engine, CHOICE, sources=["bob", "cy", "ann"])
        every = watch.pairs(engine, CHOICE, sources=None)

        assert [(one.source, one.than) for one in named.watched] == [
            ("ann", "bob"), ("ann", "cy"), ("bob", "ann"), ("bob", "cy"), ("cy", "ann"),
            ("cy", "bob"),
        ]  # fmt: skip
        assert (named.apart, every.apart) == (0, 2)
        assert [(one.source, one.than) for one in every.watched] == [("ann", "bob"), ("bob", "ann")]
        floors = [one.watch.floor for one in named.watched]
        assert named.merged == pytest.approx(math.fsum(floors) / 6)
        alone = {one.source: one for one in watch.pairs(
            engine, CHOICE, sources=["ann", "bob"]).watched}  # fmt: skip
        assert alone["bob"].watch == named.watched[2].watch

    def test_several_sources(self, fill: Fill) -> None:
        """
        An alarm of one among many that are right may not be believed: e-BH asks for 20 times more.
        """
        days = [date(2024, 1, day) for day in range(1, 5)]
        asked = {f"q{day.day}": Asked(False, closes=day) for day in days}
        said = {f"s{n}": dict.fromkeys(asked, ((date(2023, 12, 1), 0.5),)) for n in range(9)}
        said["bad"] = dict.fromkeys(asked, ((date(2023, 12, 1), 0.9),))
        engine = fill(records(said, asked))
        found = {one.source: one for one in watch.calibration(engine, CHOICE, source=None).watched}

        assert found["bad"].watch.alarm == date(2024, 1, 5)
        assert 20 <= found["bad"].watch.floor < 200
        assert not found["bad"].believed

    def test_undecided_is_no_hypothesis_yet(self, fill: Fill) -> None:
        """
        Sources of whose questions nothing is decided are shown, and take nothing from the others.
        """
        days = [date(2024, 1, day) for day in range(1, 5)]
        asked = {f"q{day.day}": Asked(False, closes=day) for day in days}
        article = [(date(2023, 12, 1), 0.9)]
        said = {"bad": dict.fromkeys(asked, article)}
        said |= {f"s{n}": {"open": article} for n in range(9)}
        engine = fill(records(said, {**asked, "open": Asked(closes=date(2030, 1, 1))}))
        found = watch.calibration(engine, CHOICE, source=None)
        bad = next(one for one in found.watched if one.source == "bad")

        assert (len(found.watched), found.hypotheses) == (10, 1)
        assert 20 <= bad.watch.floor < 200
        assert bad.believed
        assert found.merged == bad.watch.floor

    def test_certain_and_wrong(self, fill: Fill) -> None:
        """
        What was called impossible happened: infinite for good, finite where a clip is named.
        """
        engine = fill(records({"ann": {"q1": 0.0}}, {"q1": YES}))
        (bare,) = watch.calibration(engine, CHOICE, source="ann").watched
        (clipped,) = watch.calibration(engine, CHOICE, source="ann", clip=0.01).watched

        assert (bare.watch.e, bare.watch.infinite) == (math.inf, 1)
        assert math.isfinite(clipped.watch.e)

    def test_not_in_the_lexicon(self, fill: Fill) -> None:
        """
        A phrase that the lexicon lacks is left out and counted.
        """
        engine = fill(records({"ann": {"q1": "improbable"}}, {"q1": NO}))
        (found,) = watch.calibration(engine, replace(CHOICE, lexicon="phia"), source="ann").watched

        assert (found.watch.n, found.unread) == (0, 1)

    def test_nothing_shared(self, fill: Fill) -> None:
        """
        Two sources without a common question cannot be watched together.
        """
        engine = fill(records({"ann": {"q1": 0.9}, "bob": {"q2": 0.5}}, {"q1": YES, "q2": YES}))

        with pytest.raises(CannotScore, match="share none"):
            watch.pairs(engine, CHOICE, sources=["ann", "bob"])


@st.composite
def cases(draw: st.DrawFn) -> tuple[Everything, Choice]:
    record = draw(everything(most_claims=10))
    return record, Choice(
        as_of=draw(telling_days(record)),
        cohort=draw(st.sampled_from(Cohort)),
        updates=draw(st.sampled_from(Updates)),
        basis=draw(st.sampled_from(("all", "stated"))),
        default=DEFAULT,
        library=LIBRARY,
    )


class TestLaws:
    @given(cases())
    @settings(max_examples=80)
    def test_answers_make_the_headline(
        self, new_engine: Callable[..., sa.Engine], now: datetime, case: tuple[Everything, Choice]
    ) -> None:
        """
        The mean over a source's answers is its headline, whatever the order of the rows.
        """
        record, choice = case
        engine = new_engine()
        with writing(engine) as connection:
            store.write(connection, record.changes, actor="test", at=now)
        with reading(engine) as connection:
            items, _ = compare.chosen_items(connection, choice, sources=None)
        stance_of = stances(choice.lexicon_of)

        def given_by(rows: list[Item]) -> dict[str, dict[str, Answer]]:
            found = answers(rows, cohort=choice.cohort, updates=choice.updates, stance_of=stance_of)
            return {name: dict(given) for name, given in found.items()}

        found = given_by(items)
        assert given_by(items[::-1]) == found
        if choice.updates is not Updates.EACH:
            for group in score(engine, choice).groups:
                own = found.get(group.group, {})
                assert len(own) == group.scored
                if own:
                    mean = math.fsum(one.score for one in own.values()) / len(own)
                    assert group.brier == pytest.approx(mean, abs=1e-12)

    @given(cases())
    @settings(max_examples=80)
    def test_first_forecasts(
        self, new_engine: Callable[..., sa.Engine], now: datetime, case: tuple[Everything, Choice]
    ) -> None:
        """
        What is watched, said a second time from the records.

        One timely forecast for each source and question, the earliest; yes or no once decided by
        the day; the day after the window at the earliest; nothing annulled or ambiguous.
        """
        record, choice = case
        choice = replace(choice, updates=Updates.FIRST, basis="all")
        engine = new_engine()
        with writing(engine) as connection:
            store.write(connection, record.changes, actor="test", at=now)
        with reading(engine) as connection:
            items, _ = compare.chosen_items(connection, choice, sources=None)
        found, unread = firsts(items, stance_of=stances(choice.lexicon_of))

        articles = {one.id: one for one in record.articles}
        questions = {one.id: one for one in record.questions}
        earliest: dict[tuple[str, str], date] = defaultdict(lambda: date.max)
        for claim in record.claims:
            made = articles[claim.article].published.latest
            if claim.question and made <= choice.as_of:
                key = claim.source, claim.question
                earliest[key] = min(earliest[key], made)
        assert sum(map(len, found.values())) + unread.total() <= len(earliest)
        for source, seen in found.items():
            for question, one in seen.items():
                assert earliest[source, question] <= choice.as_of
                assert one.when > questions[question].closes
                assert one.cluster == questions[question].cluster
                if one.y is None:
                    assert one.when == questions[question].closes + timedelta(days=1)

    @given(cases())
    @settings(max_examples=80)
    def test_phrases_are_those_of_the_calibration(
        self, new_engine: Callable[..., sa.Engine], now: datetime, case: tuple[Everything, Choice]
    ) -> None:
        """
        What is counted in the database is what comes of going through the claims one by one.

        Hit rates are those of ``calibration``, with numbers by ``rates``; uses, forecasts and
        numbers are counted from the records; each source's own, and all together.
        """
        record, choice = case
        engine = new_engine()
        with writing(engine) as connection:
            store.write(connection, record.changes, actor="test", at=now)
        made = {one.id: one.published.latest for one in record.articles}
        said = [
            one
            for one in record.claims
            if made[one.article] <= choice.as_of
            and not (
                choice.basis == "stated"
                and one.question
                and one.horizon
                and one.horizon.basis is HorizonBasis.ASSUMED
            )
        ]
        for source in (None, *sorted({one.source for one in record.claims})):
            found = words.phrases(engine, choice, source=source)
            hits = calibration(engine, choice, source=source).hits
            own = [one for one in said if source in (None, one.source)]
            used = Counter(normal(one.phrase) for one in own if one.phrase)

            assert {normal(one.phrase): one.uses for one in found.words} == used
            assert sum(one.forecasts for one in found.words) == sum(
                one.question is not None for one in own if one.phrase
            )
            assert found.numbers == sum(one.probability is not None for one in own)
            if source is not None:
                (group,) = words.rates(engine, choice, source=source, by="source").groups or (None,)
                assert {
                    normal(one.words): replace(one, words="")
                    for one in (group.hits if group else ())
                } == {normal(one.words): replace(one, words="", claims=()) for one in hits}
            assert {
                normal(one.phrase): (one.n, one.hits, one.wilson, one.agrees)
                for one in found.words
                if one.n
            } == {
                normal(one.words): (one.n, one.hits, one.wilson, one.agrees)
                for one in hits
                if normal(one.words) in used
            }

    def test_merging(self, fill: Fill) -> None:
        """
        Pairs do not depend on who else is compared, but for Holm; nor on the order of the names.
        """
        engine = fill(
            records(
                {
                    "ann": {"q1": 0.9, "q2": 0.2},
                    "bob": {"q1": 0.5, "q2": 0.5},
                    "cy": {"q1": 0.1, "q2": 0.3},
                },
                {"q1": YES, "q2": NO},
            )
        )

        def pairs(*names: str) -> dict[tuple[str, str], object]:
            found = compare.duels(engine, CHOICE, sources=names, rng=random.Random(0)).pairs
            return {(one.a, one.b): replace(one, holm=None) for one in found}

        three = pairs("cy", "ann", "bob")
        assert three == pairs("ann", "bob", "cy")
        assert pairs("bob", "ann")["ann", "bob"] == three["ann", "bob"]

    def test_equals_the_core(self, fill: Fill) -> None:
        """
        Pairs are those of ``comparison.compare`` on the same scores.
        """
        engine = fill(
            records({"ann": {"q1": 0.9, "q2": 0.2}, "bob": {"q1": 0.5}}, {"q1": YES, "q2": NO})
        )
        (pair,) = compare.duels(engine, CHOICE, sources=["ann", "bob"], rng=random.Random(0)).pairs
        (own,) = comparison.compare(
            {"ann": {"q1": ((0.9 - 1) ** 2, None), "q2": (0.04, None)}, "bob": {"q1": (0.25, None)}}
        )

        assert pair.difference == pytest.approx(own.paired.difference)
        assert (pair.n, pair.p_value) == (own.paired.n, own.paired.p_value)

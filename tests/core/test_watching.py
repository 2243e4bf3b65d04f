"""
Watching: what one bet is worth, how bets combine, and that nothing is gained where all is well.
"""

from __future__ import annotations

import itertools
import math
import random
import sys
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foretrack.core import pairings, vigil
from foretrack.core.evidence import Book, Week, may_reach
from foretrack.core.watching import (
    ALARM,
    RECALIBRATIONS,
    STEPS,
    Both,
    Seen,
    calibration,
    comparison,
    e_bh,
    merged,
    row,
    second_better,
)
from foretrack.errors import OutOfRange

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from foretrack.core.evidence import Watch

MONDAY = date(2024, 1, 1)
INNER = st.integers(1, 99).map(lambda number: number / 100)


def day(number: int) -> date:
    """
    So many days after a Monday.
    """
    return MONDAY + timedelta(days=number)


def ratios(p: float, y: int) -> list[float]:
    """
    The likelihood ratio of each recalibration, written out.
    """
    found = []
    for a, b in RECALIBRATIONS:
        odds = math.exp(a) * (p / (1 - p)) ** b
        q = odds / (1 + odds)
        found.append(q / p if y else (1 - q) / (1 - p))
    return found


def mean(values: Sequence[float]) -> float:
    """
    The plain mean.
    """
    return math.fsum(values) / len(values)


class TestOneBet:
    def test_half_is_undecided_between_both_sides(self) -> None:
        """
        At p = 0.5 the bets on "too high" and "too low" cancel: e = 1 whatever happens.
        """
        for y in (0, 1):
            assert calibration([Seen(MONDAY, None, 0.5, y)]).e == pytest.approx(1.0)

    @given(INNER, st.integers(0, 1))
    def test_is_the_likelihood_ratio(self, p: float, y: int) -> None:
        """
        The mean over the grid of q/p for yes and (1 - q)/(1 - p) for no.
        """
        assert calibration([Seen(MONDAY, None, p, y)]).e == pytest.approx(mean(ratios(p, y)))

    def test_pair_by_hand(self) -> None:
        """
        Of 0.5 and 0.9 the midpoint is 0.7: yes gives 1 + s 2/7, no gives 1 - s 2/3, s is 0.6.
        """
        yes = comparison([Both(MONDAY, None, 0.5, 0.9, 1)])
        no = comparison([Both(MONDAY, None, 0.5, 0.9, 0)])

        assert yes.e == pytest.approx(1 + 0.6 * 2 / 7)
        assert no.e == pytest.approx(1 - 0.6 * 2 / 3)

    @given(INNER, INNER, st.integers(0, 1))
    def test_pair_in_scores(self, a: float, b: float, y: int) -> None:
        """
        It is 1 + s (S_a - S_b)/(4 m (1 - m)) in Brier scores, with mean s = 0.6.
        """
        m = (a + b) / 2
        gain = ((a - y) ** 2 - (b - y) ** 2) / (4 * m * (1 - m))

        assert comparison([Both(MONDAY, None, a, b, y)]).e == pytest.approx(1 + 0.6 * gain)

    def test_saying_the_same_is_no_bet(self) -> None:
        """
        Two sources that always agree, even on 0 and 1, are never told apart.
        """
        rows = [Both(day(n), None, p, p, n % 2) for n, p in enumerate((0.0, 0.3, 1.0, 0.0, 1.0))]

        assert comparison(rows).e == 1.0


class TestCertainty:
    def test_coming_true_adds_nothing(self) -> None:
        """
        Zero and one stay themselves under any recalibration.
        """
        found = calibration([Seen(MONDAY, None, 0.0, 0), Seen(MONDAY, None, 1.0, 1)])

        assert (found.e, found.infinite, found.alarm) == (1.0, 0, None)

    def test_impossible_happened(self) -> None:
        """
        One such event refutes the hypothesis for good; it is counted and raises the alarm.
        """
        found = calibration(
            [Seen(day(0), None, 0.0, 1), *(Seen(day(n), None, 0.9, 1) for n in range(1, 50))]
        )

        assert (found.e, found.floor, found.infinite, found.alarm) == (
            math.inf,
            math.inf,
            1,
            day(0),
        )

    def test_within_a_cluster(self) -> None:
        """
        An average with an infinite part is infinite; undecided certainty counts as 1 at worst.
        """
        rows = [Seen(day(0), "c", 0.3, 0), Seen(day(7), "c", 0.0, 1)]

        assert calibration(rows).e == math.inf
        before = calibration(rows, as_of=day(6))
        assert (
            before.e == before.floor == pytest.approx(mean([(r + 1) / 2 for r in ratios(0.3, 0)]))
        )

    def test_clip(self) -> None:
        """
        With a clip named it is as if 0.01 had been said.
        """
        clipped = calibration([Seen(MONDAY, None, 0.0, 1)], clip=0.01)

        assert clipped == calibration([Seen(MONDAY, None, 0.01, 1)])
        assert clipped.e < math.inf

    def test_pair_never_infinite(self) -> None:
        """
        Certain and wrong loses only the bet on being exactly right; the others go on.

        Of 0 and 1 the midpoint is 0.5: no gives 1 - s, so 0.8, 0.6, 0.4, 0.2 and 0; yes 1 + s.
        """
        lost = [Both(day(0), None, 0.0, 1.0, 0)]
        regained = [*lost, Both(day(1), None, 0.0, 1.0, 1)]

        assert comparison(lost).e == pytest.approx(0.4)
        assert comparison(regained).e == pytest.approx((0.96 + 0.84 + 0.64 + 0.36 + 0.0) / 5)

    def test_very_large_stays_finite(self) -> None:
        """
        Evidence beyond what a float holds is the largest float: only refutation is infinite.
        """
        found = calibration(Seen(day(n), None, 0.99, 0) for n in range(3000))

        assert found.e == found.floor == sys.float_info.max


class TestCombining:
    @given(st.lists(st.tuples(INNER, st.integers(0, 1)), min_size=1, max_size=12))
    def test_between_clusters_multiplied(self, rows: list[tuple[float, int]]) -> None:
        """
        Each alternative's ratios are multiplied over all questions, and then averaged.
        """
        found = calibration(Seen(day(n), None, p, y) for n, (p, y) in enumerate(rows))
        each = [ratios(p, y) for p, y in rows]

        assert (
            found.e
            == found.floor
            == pytest.approx(mean([*map(math.prod, zip(*each, strict=True))]))
        )
        assert (found.n, found.clusters) == (len(rows), len(rows))

    @given(st.lists(st.tuples(INNER, st.integers(0, 1)), min_size=1, max_size=6))
    def test_within_a_cluster_averaged(self, rows: list[tuple[float, int]]) -> None:
        """
        A cluster is one bet: the average of its members' ratios.
        """
        found = calibration(Seen(day(n), "c", p, y) for n, (p, y) in enumerate(rows))

        assert found.e == pytest.approx(mean([mean(ratios(p, y)) for p, y in rows]))
        assert (found.n, found.clusters) == (len(rows), 1)

    def test_undecided_counts_as_one(self) -> None:
        """
        Of three members one is decided: (ratio + 2)/3, and at worst their lower ratios.
        """
        found = calibration(
            [
                Seen(day(0), "c", 0.9, 0),
                Seen(day(0), "c", 0.8, None),
                Seen(day(400), "c", 0.7, None),
            ]
        )
        lower = [
            [min(pair) for pair in zip(ratios(p, 0), ratios(p, 1), strict=True)] for p in (0.8, 0.7)
        ]

        assert (found.n, found.clusters, found.pending) == (1, 1, 2)
        assert found.e == pytest.approx(mean([(r + 2) / 3 for r in ratios(0.9, 0)]))
        assert found.floor == pytest.approx(
            mean([(r + x + z) / 3 for r, x, z in zip(ratios(0.9, 0), *lower, strict=True)])
        )

    def test_undecided_cluster_counts_as_nothing(self) -> None:
        """
        Before any member is decided there is no bet, at worst either.
        """
        found = calibration([Seen(day(0), "c", 0.9, None), Seen(day(0), None, 0.9, None)])

        assert (found.e, found.floor, found.n, found.clusters, found.pending) == (1.0, 1.0, 0, 0, 2)
        assert found.path == ()

    def test_a_copied_question_is_no_more_evidence(self) -> None:
        """
        Five copies in a cluster are worth one.
        """
        once = [Seen(day(n), None, 0.9, 0) for n in range(5)]
        copied = [one._replace(cluster=f"{one.when}") for one in once for _ in range(5)]

        assert calibration(copied).e == pytest.approx(calibration(once).e)

    @given(
        st.lists(
            st.tuples(
                st.integers(0, 30),
                st.sampled_from([None, "c", "d"]),
                INNER,
                st.sampled_from([0, 1, None]),
            ),
            max_size=15,
        ),
        st.randoms(use_true_random=False),
    )
    def test_order_of_rows_does_not_matter(
        self, rows: list[tuple[int, str | None, float, int | None]], shuffler: random.Random
    ) -> None:
        """
        Only the days say what comes first; the result is the same to the last bit.
        """
        forecasts = [Seen(day(number), cluster, p, y) for number, cluster, p, y in rows]
        shuffled = shuffler.sample(forecasts, len(forecasts))

        assert calibration(shuffled) == calibration(forecasts)


class TestPath:
    def test_by_week(self) -> None:
        """
        One entry for each week in which something was decided, by its Sunday or the as-of day.
        """
        rows = [Seen(day(number), None, 0.8, 1) for number in (0, 6, 7, 30)]

        found = calibration(rows)
        assert [(week.day, week.n) for week in found.path] == [
            (day(6), 2), (day(13), 3), (day(34), 4),
        ]  # fmt: skip
        early = calibration(rows, as_of=day(9))
        assert early.path == (found.path[0], Week(day(9), *found.path[1][1:]))
        assert early.pending == 1

    @given(
        st.lists(
            st.tuples(
                st.integers(0, 40), st.sampled_from([None, "c", "d"]), INNER, st.integers(0, 1)
            ),
            min_size=1,
            max_size=15,
        ),
        st.integers(0, 40),
    )
    def test_looking_back(
        self, rows: list[tuple[int, str | None, float, int]], number: int
    ) -> None:
        """
        What was to be seen on a day is what the path of a later look has there; alarms stand.
        """
        forecasts = [Seen(day(when), cluster, p, y) for when, cluster, p, y in rows]
        sunday = day(number - number % 7 + 6)

        then = calibration(forecasts, as_of=sunday, threshold=1.2)
        now = calibration(forecasts, threshold=1.2)

        assert then.path == tuple(week for week in now.path if week.day <= sunday)
        assert now.path[-1][1:] == (now.e, now.floor, now.n)
        if then.alarm is not None:
            assert now.alarm == then.alarm
        assert now.floor <= now.e * (1 + 1e-12)

    def test_late_decision_enters_when_decided(self) -> None:
        """
        A question decided long after its window counts from that day on.
        """
        on_time = [Seen(day(n), None, 0.9, 1) for n in range(3)]
        late = Seen(day(100), None, 0.9, 0)

        before, after = (calibration([*on_time, late], as_of=day(n)) for n in (99, 100))

        assert before.e == calibration(on_time).e
        assert (before.n, before.pending, after.n, after.pending) == (3, 1, 4, 0)

    def test_alarm_on_the_first_day_above(self) -> None:
        """
        It is raised once the threshold is reached and stands when the e-value falls again.
        """
        wrong = [Seen(day(n), None, 0.9, 0) for n in range(5)]
        right = [Seen(day(5 + n), None, 0.9, 1) for n in range(45)]
        once = ratios(0.9, 0)

        found = calibration([*wrong, *right], threshold=2.0)

        assert mean(once) < 2.0 <= mean([ratio**2 for ratio in once])
        assert found.alarm == day(1)
        assert found.e < 2.0

    def test_few(self) -> None:
        """
        Below 100 questions no verdict is to be expected.
        """
        rows = [Seen(day(n), None, 0.5, n % 2) for n in range(100)]

        assert calibration(rows[:99]).few
        assert not calibration(rows).few

    @pytest.mark.parametrize("rows", [[Seen(MONDAY, None, 1.1, 1)], [Seen(MONDAY, None, 0.5, 2)]])
    def test_refuses(self, rows: list[Seen]) -> None:
        """
        What is no probability or no outcome is an error, and so is a threshold of 1.
        """
        with pytest.raises(OutOfRange):
            calibration(rows)
        with pytest.raises(OutOfRange):
            calibration([], threshold=1.0)


def couplings(p: float, q: float) -> list[list[tuple[tuple[int, int], float]]]:
    """
    The joint distributions of two events with these probabilities: together, apart, independent.
    """
    found = []
    for both in (min(p, q), max(0.0, p + q - 1), p * q):
        table = [((1, 1), both), ((1, 0), p - both), ((0, 1), q - both), ((0, 0), 1 - p - q + both)]
        found.append([(outcomes, max(chance, 0.0)) for outcomes, chance in table])
    return found


class TestNothingIsGained:
    @given(st.lists(INNER, min_size=1, max_size=7))
    def test_calibrated(self, ps: list[float]) -> None:
        """
        For a calibrated source the expectation, over every possible outcome, is exactly 1.
        """
        total = math.fsum(
            math.prod(p if y else 1 - p for p, y in zip(ps, ys, strict=True))
            * calibration(
                Seen(day(n), None, p, y) for n, (p, y) in enumerate(zip(ps, ys, strict=True))
            ).e
            for ys in itertools.product((0, 1), repeat=len(ps))
        )

        assert total == pytest.approx(1.0)

    @given(st.lists(st.tuples(INNER, INNER), min_size=1, max_size=6))
    def test_as_good_on_every_question(self, pairs: list[tuple[float, float]]) -> None:
        """
        Where the truth is the midpoint, both expect the same score and the expectation is 1.
        """
        assert self._expected(pairs, [(a + b) / 2 for a, b in pairs]) == pytest.approx(1.0)

    @given(st.lists(st.tuples(INNER, INNER, st.floats(0.0, 1.0)), min_size=1, max_size=6))
    def test_first_better(self, rows: list[tuple[float, float, float]]) -> None:
        """
        Where the truth is anywhere on the first one's side of the midpoint it is at most 1.
        """
        truths = []
        for a, b, share in rows:
            m = (a + b) / 2
            truths.append(m * share if a < b else m + (1 - m) * share if a > b else share)

        assert self._expected([(a, b) for a, b, _ in rows], truths) <= 1.0 + 1e-12

    @staticmethod
    def _expected(pairs: list[tuple[float, float]], truths: list[float]) -> float:
        return math.fsum(
            math.prod(t if y else 1 - t for t, y in zip(truths, ys, strict=True))
            * comparison(
                Both(day(n), None, a, b, y)
                for n, ((a, b), y) in enumerate(zip(pairs, ys, strict=True))
            ).e
            for ys in itertools.product((0, 1), repeat=len(pairs))
        )

    @settings(deadline=None)
    @given(
        st.lists(st.tuples(INNER, INNER, st.integers(0, 2)), min_size=1, max_size=3),
        st.sampled_from([1.05, 1.2, 1.5, 2.0, 3.0]),
    )
    def test_alarm_is_rare_however_clusters_hang_together(
        self, clusters: list[tuple[float, float, int]], threshold: float
    ) -> None:
        """
        The e-value expects 1, and the chance of an alarm is at most 1/threshold.

        The clusters are of two, decided a day apart, whose events come together, exclude each
        other as far as they can, or do neither.
        """
        tables = [couplings(p, q)[how] for p, q, how in clusters]
        expected = alarm = 0.0
        for cells in itertools.product(*tables):
            chance = math.prod(part for _, part in cells)
            rows = [
                Seen(day(2 * n + member), f"c{n}", (p, q)[member], outcomes[member])
                for n, ((p, q, _), (outcomes, _)) in enumerate(zip(clusters, cells, strict=True))
                for member in (0, 1)
            ]
            found = calibration(rows, threshold=threshold)
            expected += chance * found.e
            alarm += chance * (found.alarm is not None)

        assert expected == pytest.approx(1.0)
        assert alarm <= 1 / threshold + 1e-9

    @given(INNER)
    def test_choosing_the_members_of_a_cluster_would_gain(self, p: float) -> None:
        """
        Why membership must not depend on outcomes: a second question joins only after a loss.

        Such a loss e < 1 becomes (e + 1)/2 on average, so the whole expects 1 + the sum of
        P(e) (1 - e)/2 over the losses.
        """
        alone = {y: calibration([Seen(day(0), "c", p, y)]).e for y in (0, 1)}
        chosen = gained = 0.0
        for y, e in alone.items():
            chance = p if y else 1 - p
            joined = [
                calibration([Seen(day(0), "c", p, y), Seen(day(7), "c", p, second)]).e
                for second in (0, 1)
            ]
            chosen += chance * ((1 - p) * joined[0] + p * joined[1] if e < 1 else e)
            gained += chance * max(0.0, 1 - e) / 2

        assert chosen == pytest.approx(1 + gained)

    def test_the_running_average_would_be_beaten(self) -> None:
        """
        Why the alarm goes by the floor: two events that exclude each other, decided in turn.

        With 0.4 against 0.6 a yes is 1 + s/5 and a no 1 - s/5: each contest ends at 1, but passes
        1.06 on the way when its first event comes about.  Of six contests one does in 63 of 64
        cases, more often than 1 in 1.05.
        """
        by_e = by_floor = 0
        for firsts in itertools.product((0, 1), repeat=6):
            rows = [
                Both(day(14 * n + 7 * member), f"c{n}", 0.4, 0.6, int(first != member))
                for n, first in enumerate(firsts)
                for member in (0, 1)
            ]
            found = comparison(rows, threshold=1.05)
            by_floor += found.alarm is not None
            by_e += any(week.e >= 1.05 for week in found.path)

        assert by_floor == 0
        assert by_e == 63

    def test_false_alarms_and_power(self) -> None:
        """
        Of 200 runs of 100 few raise a false alarm; far too bold a source is found in most.
        """
        rng = random.Random(41)

        def alarms(slope: float) -> int:
            found = 0
            for _ in range(200):
                rows = []
                for n in range(100):
                    p = rng.choice((0.05, 0.2, 0.7, 0.9, 0.95))
                    odds = (p / (1 - p)) ** slope
                    rows.append(Seen(day(7 * n), None, p, int(rng.random() < odds / (1 + odds))))
                found += calibration(rows).alarm is not None
            return found

        assert alarms(1.0) <= 20
        assert alarms(0.25) >= 180


class TestSeveral:
    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            ({}, ()),
            ({"a": 20.0}, ("a",)),
            ({"a": 19.9}, ()),
            ({"a": 39.0, "b": 1.0}, ()),
            ({"a": 40.0, "b": 1.0}, ("a",)),
            ({"a": 25.0, "b": 20.0}, ("a", "b")),
            ({"a": math.inf, "b": 20.0, "c": 29.0, "d": 27.0}, ("a", "c", "d", "b")),
            ({"a": math.inf, "b": 19.0, "c": 29.0, "d": 27.0}, ("a", "c", "d")),
        ],
    )
    def test_by_hand(self, values: dict[str, float], expected: tuple[str, ...]) -> None:
        """
        The k largest of K where the k-th is at least 20 K/k: of four 80, 40, 26.7 or 20.
        """
        assert e_bh(values) == expected

    @given(st.dictionaries(st.text(max_size=2), st.floats(0.0, 200.0), max_size=8))
    def test_more_evidence_never_hurts(self, values: dict[str, float]) -> None:
        """
        Doubling every e-value keeps what was believed; each believed one is at least 1/rate.
        """
        believed = e_bh(values)

        assert set(believed) <= set(e_bh({name: 2 * value for name, value in values.items()}))
        assert all(values[name] * 0.05 * len(believed) >= len(values) - 1e-9 for name in believed)

    @pytest.mark.parametrize("value", [-1.0, math.nan])
    def test_refuses(self, value: float) -> None:
        """
        A negative number is no e-value.
        """
        with pytest.raises(OutOfRange):
            e_bh({"a": value})


class TestMerged:
    def test_by_hand(self) -> None:
        """
        The mean: 40, 1 and 1 make 14; among three it takes 60 of one to reach 20.
        """
        assert merged([40.0, 1.0, 1.0]) == 14.0
        assert merged([60.0, 0.0, 0.0]) == 20.0
        assert merged([math.inf, 0.0]) == math.inf

    @given(st.lists(INNER, min_size=1, max_size=6))
    def test_expects_one_however_they_hang_together(self, ps: list[float]) -> None:
        """
        The same questions asked again in another order: all of it together still expects 1.
        """
        total = 0.0
        for ys in itertools.product((0, 1), repeat=len(ps)):
            rows = [Seen(day(n), None, p, y) for n, (p, y) in enumerate(zip(ps, ys, strict=True))]
            chance = math.prod(p if y else 1 - p for p, y in zip(ps, ys, strict=True))
            values = [calibration(rows[:size]).e for size in range(1, len(ps) + 1)]
            total += chance * merged(values)

        assert total == pytest.approx(1.0)


@st.composite
def contests(draw: st.DrawFn) -> dict[str, dict[str, Seen]]:
    """
    Up to four sources on some of the same questions: days, clusters, outcomes and a few phrases.
    """
    said = st.sampled_from([0.0, 0.03, 0.2, 0.5, 0.72, 0.97, 1.0])
    asked = draw(
        st.lists(
            st.tuples(
                st.integers(0, 60),
                st.sampled_from([None, None, "c", "d"]),
                st.sampled_from([0, 1, 1, None]),
            ),
            max_size=14,
        )
    )
    found: dict[str, dict[str, Seen]] = {}
    for source in "abcd"[: draw(st.integers(2, 4))]:
        found[source] = {
            f"q{n}": Seen(day(number), cluster, draw(said), y)
            for n, (number, cluster, y) in enumerate(asked)
            if draw(st.booleans())
        }
    return found


class TestPairings:
    @settings(deadline=None)
    @given(contests(), st.integers(0, 60))
    def test_is_the_comparison_of_each(
        self, found: dict[str, dict[str, Seen]], number: int
    ) -> None:
        """
        Every two of many come to what the two come to by themselves, to the last bit.
        """
        as_of = day(number)
        watches = pairings.watches(found, as_of=as_of, fewest=0)
        expected = {}
        for better, worse in itertools.permutations(sorted(found), 2):
            both = [
                Both(one.when, one.cluster, one.p, found[better][question].p, one.y)
                for question, one in found[worse].items()
                if question in found[better]
            ]
            if both:
                expected[better, worse] = comparison(both, as_of=as_of)

        assert watches == expected
        assert list(watches) == sorted(expected)

    @settings(deadline=None, max_examples=300)
    @given(contests(), st.integers(0, 60), st.sampled_from([1.05, 1.2, 1.5, 2.0, 3.0]))
    def test_the_quick_look_misses_no_alarm(
        self, found: dict[str, dict[str, Seen]], number: int, threshold: float
    ) -> None:
        """
        Where it says that a threshold was never reached, the whole look finds no alarm.
        """
        as_of = day(number)
        first, second = found["a"], found["b"]
        both = sorted(
            (
                Both(one.when, one.cluster, one.p, second[question].p, one.y)
                for question, one in first.items()
                if question in second
            ),
            key=lambda one: one.when,
        )
        rows = [row(one.when, one.cluster, (one.p_a, one.p_b), one.y) for one in both]
        alarm = comparison(both, as_of=as_of, threshold=threshold).alarm

        if not may_reach(rows, Book(second_better), as_of=as_of, threshold=threshold):
            assert alarm is None

    def test_too_few_shared_can_raise_no_alarm(self) -> None:
        """
        Four questions of 0 against 1 make at most 16; with the fifth there may be an alarm.
        """
        found = {
            "a": {f"q{n}": Seen(day(n), None, 1.0, 1) for n in range(5)},
            "b": {f"q{n}": Seen(day(n), None, 0.0, 1) for n in range(5)},
        }
        four = {name: dict(list(said.items())[:4]) for name, said in found.items()}

        assert pairings.watches(four, as_of=day(9)) == {}
        assert pairings.watches(four, as_of=day(9), fewest=0)["a", "b"].floor < 16.0
        assert set(pairings.watches(found, as_of=day(9))) == {("a", "b"), ("b", "a")}
        assert pairings.watches(found, as_of=day(3)) == {}

    def test_disjoint_sources_are_no_pair(self) -> None:
        """
        Without a shared question there is no hypothesis, whatever is asked for.
        """
        found = {"a": {"q": Seen(MONDAY, None, 0.5, 1)}, "b": {"r": Seen(MONDAY, None, 0.5, 1)}}

        assert pairings.watches(found, as_of=day(9), fewest=0) == {}


class TestAlarms:
    @staticmethod
    def several(seed: int, *, n: int = 60) -> dict[str, dict[str, Seen]]:
        """
        Five sources on the same questions, from one that knows to one that says the opposite.
        """
        rng = random.Random(seed)
        asked = [
            (day(rng.randrange(300)), f"c{number // 2}" if number % 3 else None, rng.random() < 0.5)
            for number in range(n)
        ]
        return {
            f"s{place}": {
                f"q{number}": Seen(when, cluster, p if y else 1 - p, int(y))
                for number, (when, cluster, y) in enumerate(asked)
                if rng.random() < 0.9
            }
            for place, p in enumerate((0.8, 0.6, 0.5, 0.4, 0.1))
        }

    @pytest.mark.parametrize("seed", range(5))
    def test_same_as_looking_at_everything(self, seed: int) -> None:
        """
        The alarms, which of them are believed and among how many: as with every hypothesis whole.
        """
        found, as_of = self.several(seed), day(200)
        every: dict[vigil.Hypothesis, Watch] = {
            (name, None): calibration(found[name].values(), as_of=as_of) for name in found
        }
        every |= {(a, b): one for (a, b), one in pairings.watches(found, as_of=as_of).items()}
        keys = sorted(every, key=str)
        believed = e_bh({str(key): every[key].floor for key in keys})

        alarms = vigil.alarms(found, as_of=as_of)

        assert alarms.hypotheses == len(every)
        assert alarms.raised == {key: one for key, one in every.items() if one.alarm is not None}
        assert alarms.raised
        assert {str(key) for key in alarms.believed} == set(believed)

    def test_costs_less_than_looking_at_everything(self) -> None:
        """
        Where alarms are rare the quick look saves most of the work, as measured side by side.
        """
        rng = random.Random(5)
        asked = [(day(rng.randrange(1500)), rng.random() < 0.5) for _ in range(200)]
        found = {
            f"s{place}": {
                f"q{n}": Seen(when, None, rng.choice((0.2, 0.4, 0.6, 0.72)), int(y))
                for n, (when, y) in enumerate(asked)
            }
            for place in range(15)
        }

        def seconds(look: Callable[[], object]) -> float:
            taken = []
            for _ in range(3):
                start = time.perf_counter()
                look()
                taken.append(time.perf_counter() - start)
            return min(taken)

        quick = seconds(lambda: pairings.alarms(found, as_of=day(2000)))
        whole = seconds(lambda: pairings.watches(found, as_of=day(2000)))

        assert quick < whole

    def test_nothing_decided(self) -> None:
        """
        A source whose questions are all open is no hypothesis yet.
        """
        found = {"a": {"q": Seen(day(9), None, 0.9, None)}, "b": {}}

        assert vigil.alarms(found, as_of=day(20)).hypotheses == 0

    def test_a_threshold_apart(self) -> None:
        """
        Below the alarm nothing is ever believed: e-BH asks for 20 of the last of all K.
        """
        values = {f"h{number}": 19.99 for number in range(50)}

        assert e_bh(values) == ()
        assert ALARM * 0.05 == 1.0


def test_the_grid_leaves_out_the_identity() -> None:
    """
    Staying as stated bets nothing; all steps toward the second source are above 0.
    """
    assert (0.0, 1.0) not in RECALIBRATIONS
    assert len(RECALIBRATIONS) == 11
    assert min(STEPS) > 0.0

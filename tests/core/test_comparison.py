"""
One source against another, against a reference, and against a pool.
"""

from __future__ import annotations

import itertools
import math
import random
import time
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from foretrack.core.comparison import Paired, compare, paired, peer_score, skill
from foretrack.core.sensitivity import Flip, sensitivity
from foretrack.core.significance import holm
from foretrack.errors import OutOfRange

if TYPE_CHECKING:
    from collections.abc import Sequence

Scored: TypeAlias = dict[str, tuple[float, str | None]]

HUNDREDTHS = st.integers(0, 100).map(lambda number: number / 100)
CLUSTERS = st.sampled_from([None, "flood", "vote", "war"])


def alone(*scores: float) -> Scored:
    """
    Questions that each are a cluster of their own.
    """
    return {f"q{number:03}": (score, None) for number, score in enumerate(scores)}


@st.composite
def rivals(draw: st.DrawFn, most: int = 9) -> tuple[Scored, Scored]:
    """
    Two sources on the same questions, some of them in clusters.
    """
    rows = draw(st.lists(st.tuples(HUNDREDTHS, HUNDREDTHS, CLUSTERS), min_size=1, max_size=most))
    return (
        {f"q{number}": (a, cluster) for number, (a, _, cluster) in enumerate(rows)},
        {f"q{number}": (b, cluster) for number, (_, b, cluster) in enumerate(rows)},
    )


def brute_force(sums: Sequence[float]) -> float:
    """
    The p-value by going through every vector of signs.
    """
    observed = abs(math.fsum(sums))
    vectors = list(itertools.product((-1, 1), repeat=len(sums)))
    beyond = sum(
        abs(math.fsum(sign * one for sign, one in zip(signs, sums, strict=True))) >= observed - 1e-9
        for signs in vectors
    )
    return beyond / len(vectors)


class TestSkill:
    @pytest.mark.parametrize(
        ("score", "reference", "expected"),
        [(0.0, 2.0, 1.0), (1.5, 2.0, 0.25), (2.0, 2.0, 0.0), (3.0, 2.0, -0.5)],
    )
    def test_is_the_share_saved(self, score: float, reference: float, expected: float) -> None:
        """
        1 - score/reference: 1 is perfect, 0 as good as the reference, below 0 worse.
        """
        assert expected == skill(score, reference)

    @pytest.mark.parametrize(
        ("score", "reference"), [(0.0, 0.0), (1.0, 0.0), (math.inf, 1.0), (1.0, math.inf)]
    )
    def test_is_undefined_and_never_zero(self, score: float, reference: float) -> None:
        """
        Against a perfect reference, or with anything infinite, there is no skill to state.
        """
        assert skill(score, reference) is None


class TestPaired:
    def test_by_hand(self) -> None:
        """
        Differences of 0.1, 0.2 and 0.1 in size sum to 0.2: 6 of 8 vectors reach that.

        Their sums are 0.4 twice, 0.2 four times and 0 twice in size.
        """
        result = paired(alone(0.1, 0.2, 0.3), alone(0.2, 0.4, 0.2))

        assert (result.n, result.clusters, result.flips) == (3, 3, None)
        assert result.difference == pytest.approx(-0.2 / 3)
        assert result.p_value == 6 / 8

    def test_worked_case_with_ties_and_a_cluster(self) -> None:
        """
        Five questions, two of them in one cluster, one tied: four sums, of which one is 0.

        a: .04 .09 .25 .01 .36, b: .25 .25 .25 .16 .09.  Differences -.21, -.16, 0, -.15, +.27;
        the last two are one event: +.12.  Sizes .21, .16, .12 and 0, observed |-.25|.  Signs by
        hand: .49, .25 (the .12 turned), .17 (the .16), .07 (the .21): two of four are as far out.
        """
        a: Scored = dict(zip("vwxyz", ((0.04, None), (0.09, None), (0.25, None), (0.01, "e"),
                                       (0.36, "e")), strict=True))  # fmt: skip
        b: Scored = dict(zip("vwxyz", ((0.25, None), (0.25, None), (0.25, None), (0.16, "e"),
                                       (0.09, "e")), strict=True))  # fmt: skip
        result = paired(a, b)

        assert (result.n, result.clusters, result.flips) == (5, 4, None)
        assert result.difference == pytest.approx(-0.25 / 5)
        assert result.p_value == 0.5
        assert [one.question for one in result.decided_by] == ["z", "v", "w", "y"]

    def test_all_one_way(self) -> None:
        """
        With k differences of one sign only two of 2^k vectors are as far out.
        """
        for k in range(1, 21):
            assert paired(alone(*[0.0] * k), alone(*[0.3] * k)).p_value == 2 / 2**k

    def test_only_shared_questions(self) -> None:
        """
        What only one of them answered does not matter.
        """
        a, b = alone(0.1, 0.2, 0.3), alone(0.2, 0.4, 0.2)

        assert paired(a | {"x": (0.9, None)}, b | {"y": (0.0, None)}) == paired(a, b)

    def test_nothing_shared(self) -> None:
        """
        Without a shared question there is no difference and no p-value, and no zero either.
        """
        expected = Paired(n=0, clusters=0, difference=None, p_value=None, flips=None, decided_by=())

        assert expected == paired(alone(0.1), {"x": (0.2, None)})

    def test_equal_sources(self) -> None:
        """
        Sources that score the same everywhere give p = 1, whatever their number of clusters.
        """
        scores = alone(*[0.2] * 50)

        assert paired(scores, scores).p_value == 1.0
        assert paired(scores, scores).difference == 0.0
        assert paired(scores, scores).decided_by == ()

    def test_flips_clusters_whole(self) -> None:
        """
        Ten questions in one cluster are one sign: p = 1 however far apart the sources are.
        """
        a = {f"q{number}": (0.0, "one") for number in range(10)}
        b = {f"q{number}": (0.5, "one") for number in range(10)}

        result = paired(a, b)

        assert (result.n, result.clusters, result.p_value) == (10, 1, 1.0)

    def test_cluster_named_like_a_question(self) -> None:
        """
        A question of its own is not in the cluster that happens to have its name.
        """
        a = {"q1": (0.0, None), "q2": (0.0, "q1")}
        b = {"q1": (0.5, None), "q2": (0.5, "q1")}

        assert paired(a, b).clusters == 2

    def test_names_what_decided_it(self) -> None:
        """
        The largest contributions come first, whichever way; shares add up to the difference.
        """
        result = paired(alone(0.0, 0.5, 0.3, 0.2), alone(0.1, 0.1, 0.3, 0.25), show=2)
        everything = paired(alone(0.0, 0.5, 0.3, 0.2), alone(0.1, 0.1, 0.3, 0.25))

        assert [one.question for one in result.decided_by] == ["q001", "q000"]
        assert result.decided_by[0].share == pytest.approx(0.1)
        assert len(everything.decided_by) == 3
        assert math.fsum(one.share for one in everything.decided_by) == pytest.approx(
            everything.difference
        )

    @given(rivals())
    def test_exact_against_brute_force(
        self,
        pair: tuple[Scored, Scored],
    ) -> None:
        """
        The halves that are counted together give what counting every vector gives.
        """
        a, b = pair
        sums: dict[str, float] = {}
        for question, (score, cluster) in a.items():
            label = cluster or f"alone {question}"
            sums[label] = sums.get(label, 0.0) + score - b[question][0]

        assert paired(a, b).p_value == pytest.approx(brute_force(list(sums.values())))

    @settings(deadline=None)  # the other program takes its time
    @given(st.lists(st.integers(-50, 50), min_size=2, max_size=12))
    def test_agrees_with_scipy(self, differences: list[int]) -> None:
        """
        The permutation test of paired samples in scipy finds the same p-value.
        """
        a = [1000.0 + one for one in differences]
        b = [1000.0] * len(differences)
        theirs = stats.permutation_test(
            (a, b),
            lambda x, y: (x - y).sum(),
            permutation_type="samples",
            n_resamples=2**13,
            vectorized=False,
        )

        assert paired(alone(*a), alone(*b)).p_value == pytest.approx(theirs.pvalue)

    @given(rivals(most=40), st.integers(0, 9))
    def test_laws(
        self,
        pair: tuple[Scored, Scored],
        seed: int,
    ) -> None:
        """
        Neither who comes first nor the order of the rows changes anything, to the last bit.
        """
        a, b = pair

        def run(one: Scored, other: Scored) -> Paired:
            return paired(one, other, rng=random.Random(seed), flips=200)

        forward, backward = run(a, b), run(b, a)
        turned = run(dict(reversed(a.items())), b)

        assert turned == forward
        assert forward.p_value == backward.p_value
        assert forward.difference is not None
        assert backward.difference is not None
        assert forward.difference == -backward.difference
        assert forward.p_value is not None
        assert 0.0 < forward.p_value <= 1.0

    def test_twenty_clusters_are_exact_and_quick(self) -> None:
        """
        A million sign vectors are counted without going through them one by one.
        """
        rng = random.Random(7)
        a, b = (alone(*(rng.random() for _ in range(20))) for _ in range(2))

        start = time.perf_counter()
        result = paired(a, b)
        took = time.perf_counter() - start

        assert result.flips is None
        assert result.p_value is not None
        assert (result.p_value * 2**20).is_integer()
        assert took < 0.25

    def test_drawn_agrees_with_exact(self) -> None:
        """
        A 21st cluster that hardly matters changes the p-value by no more than drawing explains.
        """
        rng = random.Random(11)
        a = alone(*(rng.random() * 0.6 for _ in range(20)))
        b = alone(*(0.1 + rng.random() * 0.6 for _ in range(20)))
        exact = paired(a, b).p_value
        assert exact is not None

        drawn = paired(a | {"more": (1e-9, None)}, b | {"more": (0.0, None)}, rng=random.Random(1))

        assert drawn.flips == 10_000
        assert drawn.p_value is not None
        assert abs(drawn.p_value - exact) < 4 * math.sqrt(exact * (1 - exact) / 10_000) + 1e-4

    def test_drawn_is_never_zero(self) -> None:
        """
        However clear, a drawn p-value is (1 + 0)/(1 + flips) at the least.
        """
        result = paired(alone(*[0.0] * 60), alone(*[0.5] * 60), rng=random.Random(1), flips=999)

        assert result.p_value == 1 / 1000

    @pytest.mark.parametrize(
        ("a", "b"),
        [
            ({"q": (math.inf, None)}, {"q": (0.1, None)}),
            ({"q": (math.nan, None)}, {"q": (0.1, None)}),
            ({"q": (0.1, "x")}, {"q": (0.1, "y")}),
            (alone(*[0.0] * 21), alone(*[0.1] * 21)),
        ],
    )
    def test_refuses(self, a: Scored, b: Scored) -> None:
        """
        Infinite scores, clusters that differ, and drawing without a generator are errors.
        """
        with pytest.raises(OutOfRange):
            paired(a, b)

    @settings(deadline=None, max_examples=30)
    @given(st.integers(0, 1000))
    def test_drawn_by_cluster_against_numpy(self, seed: int) -> None:
        """
        Above 20 clusters: the drawn p-value is within five standard errors of numpy's own draws.

        Every cluster has three questions, and numpy flips the sums of all of them.
        """
        rng = np.random.default_rng(seed)
        gaps = rng.normal(0.02, 0.1, size=(30, 3))
        a: Scored = {f"q{c}-{n}": (float(gaps[c, n]), f"c{c}") for c in range(30) for n in range(3)}
        b: Scored = {question: (0.0, cluster) for question, (_, cluster) in a.items()}
        sums = gaps.sum(axis=1)
        signs = rng.choice((-1.0, 1.0), size=(20_000, 30))
        theirs = float(np.mean(np.abs(signs @ sums) >= abs(sums.sum()) - 1e-12))

        ours = paired(a, b, rng=random.Random(seed))

        assert (ours.clusters, ours.flips) == (30, 10_000)
        assert ours.p_value is not None
        assert abs(ours.p_value - theirs) < 5 * math.sqrt(theirs * (1 - theirs) * 1.5e-4) + 1e-3


class TestHolm:
    @given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8))
    def test_by_its_definition(self, p_values: list[float]) -> None:
        """
        At any level the hypotheses given up are those of Holm's steps, gone through one by one.
        """
        adjusted = holm(p_values)
        for level in (0.01, 0.05, 0.3):
            rejected: set[int] = set()
            for step, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
                if p_values[place] * (len(p_values) - step) > level:
                    break
                rejected.add(place)
            # Hypotheses of one p-value stand or fall together.
            assert {place for place, one in enumerate(adjusted) if one <= level} == rejected

    def test_by_hand(self) -> None:
        """
        Of 0.01, 0.04, 0.03, 0.005: 4 x 0.005, 3 x 0.01, 2 x 0.03, and 0.04 kept up to 0.06.
        """
        assert pytest.approx([0.03, 0.06, 0.06, 0.02]) == holm([0.01, 0.04, 0.03, 0.005])

    def test_of_one_is_itself(self) -> None:
        """
        Nothing is adjusted where there is one comparison, or none.
        """
        assert holm([0.2]) == [0.2]
        assert holm([]) == []

    @given(st.lists(st.floats(0.0, 1.0), max_size=12))
    def test_laws(self, p_values: list[float]) -> None:
        """
        Never smaller, never above 1, never more than Bonferroni's, and in the same order.
        """
        adjusted = holm(p_values)
        pairs = sorted(zip(p_values, adjusted, strict=True))

        assert all(p <= q <= 1.0 for p, q in pairs)
        assert all(q <= len(pairs) * p or q == p for p, q in pairs if len(pairs) * p <= 1.0)
        assert [q for _, q in pairs] == sorted(q for _, q in pairs)

    def test_refuses_what_is_no_p_value(self) -> None:
        """
        A p-value above 1 is an error.
        """
        with pytest.raises(OutOfRange):
            holm([0.1, 1.1])


class TestCompare:
    def test_all_pairs(self) -> None:
        """
        Three sources make three pairs; the two with shared questions are adjusted for two.
        """
        sources: dict[str, Scored] = {
            "b": alone(*[0.0] * 6),
            "a": alone(*[0.3] * 6) | {"x": (0.1, None)},
            "c": {"x": (0.2, None)},
        }

        found = {(one.a, one.b): one for one in compare(sources)}

        assert list(found) == [("a", "b"), ("a", "c"), ("b", "c")]
        assert found["a", "b"].holm == 2 * 2 / 64
        assert found["a", "c"].holm == 1.0
        assert found["b", "c"].holm is None
        assert found["b", "c"].paired.p_value is None


class TestPeerScore:
    def test_by_hand(self) -> None:
        """
        Of 0.8, 0.4 and 0.2 the middle one is the geometric mean; 100 x 3/2 x ln 2 is 103.97.
        """
        scores = peer_score({"a": 0.8, "b": 0.4, "c": 0.2}, 1)

        assert scores == {
            "a": pytest.approx(103.9721),
            "b": pytest.approx(0.0),
            "c": pytest.approx(-103.9721),
        }

    @given(st.dictionaries(st.text(max_size=3), st.integers(1, 99), min_size=2, max_size=8))
    def test_laws(self, pool: dict[str, int]) -> None:
        """
        The scores sum to 0, and each is the mean log ratio with the others.
        """
        scores = peer_score({name: p / 100 for name, p in pool.items()}, 0)
        values = [one for one in scores.values() if one is not None]

        assert math.fsum(values) == pytest.approx(0.0, abs=1e-9)
        for name, p in pool.items():
            ratios = [math.log((100 - p) / (100 - q)) for other, q in pool.items() if other != name]
            assert scores[name] == pytest.approx(100 * math.fsum(ratios) / len(ratios), abs=1e-9)

    def test_alone_is_undefined(self) -> None:
        """
        There is no peer to compare with.
        """
        assert peer_score({"a": 0.8}, 1) == {"a": None}

    def test_impossible_happened(self) -> None:
        """
        One that called it impossible loses without end to the others; two of them cannot be told.
        """
        assert peer_score({"a": 0.0, "b": 0.5, "c": 0.9}, 1) == {
            "a": -math.inf, "b": math.inf, "c": math.inf,
        }  # fmt: skip
        assert peer_score({"a": 0.0, "b": 0.5, "c": 0.0}, 1) == {
            "a": None, "b": math.inf, "c": None,
        }  # fmt: skip

    def test_clip(self) -> None:
        """
        Named, a clip makes it finite: ln(0.5/0.01) is 3.912.
        """
        scores = peer_score({"a": 0.0, "b": 0.5}, 1, clip=0.01)

        assert scores == {"a": pytest.approx(-391.2023), "b": pytest.approx(391.2023)}


class TestSensitivity:
    def test_by_hand(self) -> None:
        """
        Two of them change places between the first and the third; the last stays last.
        """
        found = sensitivity(
            {
                "first": {"a": 0.1, "b": 0.2, "c": 0.3},
                "second": {"a": 0.2, "b": 0.2, "c": 0.3},
                "third": {"a": 0.25, "b": 0.2, "c": 0.3},
            }
        )

        assert found.orders == {
            "first": ("a", "b", "c"),
            "second": ("a", "b", "c"),
            "third": ("b", "a", "c"),
        }
        assert found.flips == (Flip("a", "b", ("first",), ("third",)),)

    def test_missing_scores_flip_nothing(self) -> None:
        """
        A source that a lexicon cannot score has no place there.
        """
        found = sensitivity({"first": {"a": 0.1, "b": 0.2}, "second": {"b": 0.1}})

        assert found.orders["second"] == ("b",)
        assert found.flips == ()

    def test_refuses_what_is_no_score(self) -> None:
        """
        Not a number is no score.
        """
        with pytest.raises(OutOfRange):
            sensitivity({"first": {"a": math.nan}})

"""
Adjusting for difficulty: what the fit must recover, how it shrinks, and who is in which tier.
"""

from __future__ import annotations

import math
import random
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from scipy.sparse import csgraph

from foretrack.core.difficulty import Adjusted, Component, adjusted
from foretrack.core.shrinking import paule_mandel
from foretrack.errors import OutOfRange

Scored: TypeAlias = dict[str, tuple[float, str | None]]


def additive(
    quality: dict[str, float], ease: dict[str, float], answers: set[tuple[str, str]]
) -> dict[str, Scored]:
    """
    Scores without noise: what the source adds and what the question adds.
    """
    return {
        source: {
            question: (add + base, None)
            for question, base in ease.items()
            if (source, question) in answers
        }
        for source, add in quality.items()
    }


def noisy(
    seed: int, *, sources: int, questions: int, each: int, cluster: int = 1
) -> dict[str, Scored]:
    """
    Sources that answer so many questions each, picked at random, with noise.
    """
    rng = random.Random(seed)
    ease = [rng.uniform(0.0, 0.5) for _ in range(questions)]
    return {
        f"source-{one:02}": {
            f"q{question:03}": (
                0.02 * one + ease[question] + rng.gauss(0.0, 0.1),
                None if cluster == 1 else f"cluster-{question // cluster}",
            )
            for question in rng.sample(range(questions), each)
        }
        for one in range(sources)
    }


def by_name(component: Component) -> dict[str, Adjusted]:
    """
    The sources of a component by name.
    """
    return {one.source: one for one in component.sources}


def least_squares(sources: dict[str, Scored]) -> dict[str, float]:
    """
    The adjusted scores of one component by numpy's least squares on all dummies at once.
    """
    names = sorted(sources)
    questions = sorted({question for scored in sources.values() for question in scored})
    rows, values = [], []
    for name, scored in sources.items():
        for question, (score, _) in scored.items():
            row = [0.0] * (len(names) + len(questions))
            row[names.index(name)] = row[len(names) + questions.index(question)] = 1.0
            rows.append(row)
            values.append(score)
    solution, *_ = np.linalg.lstsq(np.array(rows), np.array(values), rcond=None)
    typical = float(np.mean(solution[len(names) :]))
    return {name: float(solution[place]) + typical for place, name in enumerate(names)}


class TestAdjustedScore:
    def test_by_hand(self) -> None:
        """
        One easy, one hard question; b answered both, a the easy one, where it was 0.1 better.

        So a adds 0.1 less than b everywhere, and b's mean is 0.3: a would have had 0.2.
        """
        (found,) = adjusted(
            {"a": {"easy": (0.0, None)}, "b": {"easy": (0.1, None), "hard": (0.5, None)}}
        )

        scores = {one.source: one.score for one in found.sources}
        assert scores == {"a": pytest.approx(0.2), "b": pytest.approx(0.3)}
        assert [one.raw for one in found.sources] == [0.0, pytest.approx(0.3)]
        assert [(one.n, one.shared) for one in found.sources] == [(1, 1), (2, 1)]

    def test_all_answered_all(self) -> None:
        """
        Where every source answered every question there is nothing to adjust.
        """
        sources = noisy(1, sources=4, questions=15, each=15)
        (found,) = adjusted(sources)

        for one in found.sources:
            assert one.score == pytest.approx(one.raw, abs=1e-14)

    def test_alone(self) -> None:
        """
        A source alone keeps its mean, and nothing is claimed about it.
        """
        (found,) = adjusted({"a": {f"q{number}": (number / 20, None) for number in range(20)}})

        (one,) = found.sources
        assert one.score == pytest.approx(one.raw) == pytest.approx(0.475)
        assert (one.standard_error, one.shrunk, one.interval, one.tier) == (None,) * 4
        assert not one.too_few

    @settings(deadline=None)
    @given(st.data())
    def test_recovers_what_made_the_scores(self, data: st.DataObject) -> None:
        """
        Without noise the differences between sources come back, whoever answered what.
        """
        hundredths = st.integers(-30, 30).map(lambda number: number / 100)
        quality = {f"s{n}": data.draw(hundredths) for n in range(data.draw(st.integers(1, 6)))}
        ease = {f"q{n}": data.draw(hundredths) for n in range(data.draw(st.integers(1, 8)))}
        cells = sorted((source, question) for source in quality for question in ease)
        answers = data.draw(st.sets(st.sampled_from(cells), min_size=1))

        for component in adjusted(additive(quality, ease, answers)):
            best, *others = component.sources
            for other in others:
                expected = quality[other.source] - quality[best.source]
                assert other.score - best.score == pytest.approx(expected, abs=1e-12)

    @settings(deadline=None)
    @given(st.integers(0, 10_000), st.integers(2, 8), st.integers(2, 10))
    def test_agrees_with_numpy(self, seed: int, sources: int, each: int) -> None:
        """
        The eliminated equations have the solution of the full ones.
        """
        table = noisy(seed, sources=sources, questions=12, each=each)
        found = adjusted(table)
        assume(len(found) == 1)

        expected = least_squares(table)
        assert {one.source: one.score for one in found[0].sources} == {
            name: pytest.approx(score, abs=1e-12) for name, score in expected.items()
        }

    def test_half_scores_a_quarter(self) -> None:
        """
        One that always says 0.5 has 0.25 on the scale.

        Put among sources that answered everything, it gets that and moves nobody.
        """
        sources = noisy(3, sources=3, questions=12, each=12)
        (without,) = adjusted(sources)
        half: Scored = {f"q{number:03}": (0.25, None) for number in range(12)}
        (found,) = adjusted({**sources, "half": half})

        assert by_name(found)["half"].score == pytest.approx(0.25, abs=1e-14)
        for one in without.sources:
            assert by_name(found)[one.source].score == pytest.approx(one.score, abs=1e-14)

    def test_a_long_chain(self) -> None:
        """
        Sixty sources that each share one question with the next are still solved to 1e-10.
        """
        quality = {f"s{number:02}": number / 100 for number in range(60)}
        answers = {(f"s{n:02}", f"q{n + k:02}") for n in range(60) for k in (0, 1)}
        ease = {f"q{number:02}": (number * 7 % 13) / 20 for number in range(61)}

        (found,) = adjusted(additive(quality, ease, answers))

        scores = {one.source: one.score for one in found.sources}
        for name, add in quality.items():
            assert scores[name] - scores["s00"] == pytest.approx(add, abs=1e-10)

    def test_components_apart(self) -> None:
        """
        Sources without a chain of shared questions are not in one component, and do not touch.
        """
        left = noisy(4, sources=3, questions=12, each=12)
        right = {
            f"other-{name}": {f"other-{question}": value for question, value in scored.items()}
            for name, scored in noisy(5, sources=2, questions=12, each=12).items()
        }

        both = adjusted({**right, **left, "silent": {}})

        assert both == (*adjusted(left), *adjusted(right))
        assert [len(one.sources) for one in both] == [3, 2]
        assert [one.questions for one in both] == [12, 12]

    @settings(deadline=None, max_examples=25)
    @given(st.integers(0, 10_000), st.randoms(use_true_random=False))
    def test_order_does_not_matter(self, seed: int, shuffler: random.Random) -> None:
        """
        The order of sources and questions changes nothing, to the last bit.
        """
        table = noisy(seed, sources=5, questions=14, each=7, cluster=2)
        shuffled = {
            name: dict(shuffler.sample(list(table[name].items()), len(table[name])))
            for name in shuffler.sample(list(table), len(table))
        }

        assert adjusted(shuffled) == adjusted(table)

    @settings(deadline=None, max_examples=25)
    @given(st.integers(0, 10_000))
    def test_a_harder_question_is_no_fault(self, seed: int) -> None:
        """
        Adding to everybody's score on one question moves all by the same, its share of the mean.
        """
        table = noisy(seed, sources=4, questions=10, each=6)
        harder = {
            name: {
                question: (score + (0.5 if question == "q003" else 0.0), cluster)
                for question, (score, cluster) in scored.items()
            }
            for name, scored in table.items()
        }
        assume(len(adjusted(table)) == 1 and any("q003" in scored for scored in table.values()))

        (before,), (after,) = adjusted(table), adjusted(harder)

        for one in before.sources:
            moved = by_name(after)[one.source].score - one.score
            assert moved == pytest.approx(0.5 / before.questions, abs=1e-12)

    @settings(deadline=None, max_examples=60)
    @given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 5))
    def test_components_against_scipy(self, seed: int, sources: int, each: int) -> None:
        """
        The components are those of scipy's graph of sources and questions.
        """
        table = noisy(seed, sources=sources, questions=15, each=each)
        names = sorted(table)
        graph = np.zeros((len(names) + 15, len(names) + 15))
        for place, name in enumerate(names):
            for question in table[name]:
                graph[place, len(names) + int(question[1:])] = 1
        _, labels = csgraph.connected_components(graph, directed=False)
        expected: dict[int, set[str]] = {}
        for place, name in enumerate(names):
            expected.setdefault(int(labels[place]), set()).add(name)

        found = adjusted(table)

        assert sorted(map(sorted, expected.values())) == sorted(
            sorted(one.source for one in component.sources) for component in found
        )
        assert [len(one.sources) for one in found] == sorted(
            (len(one) for one in expected.values()), reverse=True
        )

    @pytest.mark.parametrize(
        "sources",
        [
            {"a": {"q": (math.inf, None)}},
            {"a": {"q": (math.nan, None)}},
            {"a": {"q": (0.1, "x")}, "b": {"q": (0.1, "y")}},
        ],
    )
    def test_refuses(self, sources: dict[str, Scored]) -> None:
        """
        Infinite scores and clusters that differ are errors.
        """
        with pytest.raises(OutOfRange):
            adjusted(sources)

    @pytest.mark.parametrize("level", [0.0, 1.0, math.nan])
    def test_refuses_a_level(self, level: float) -> None:
        """
        A level is above 0 and below 1.
        """
        with pytest.raises(OutOfRange):
            adjusted({}, level=level)


class TestStandardError:
    def test_two_sources(self) -> None:
        """
        Two sources on the same n questions: the difference has the standard error of a paired t.

        Each takes half of its variance, so that the two add up to it.
        """
        rng = random.Random(2)
        a = [rng.random() for _ in range(12)]
        b = [rng.random() for _ in range(12)]
        (found,) = adjusted(
            {
                "a": {f"q{number}": (score, None) for number, score in enumerate(a)},
                "b": {f"q{number}": (score, None) for number, score in enumerate(b)},
            }
        )

        expected = stats.sem(np.array(a) - np.array(b))
        squares = [(one.standard_error or math.nan) ** 2 for one in found.sources]
        assert math.sqrt(math.fsum(squares)) == pytest.approx(expected)
        assert squares[0] == pytest.approx(squares[1])

    def test_balanced(self) -> None:
        """
        Everybody on everything: the residual variance of a two-way table, over n.
        """
        table = noisy(6, sources=5, questions=20, each=20)
        (found,) = adjusted(table)
        scores = np.array([[scored[q][0] for q in sorted(scored)] for scored in table.values()])
        left = scores - scores.mean(0) - scores.mean(1)[:, None] + scores.mean()
        expected = math.sqrt((left**2).sum() / (4 * 19) / 20)

        for one in found.sources:
            assert one.standard_error == pytest.approx(expected)

    def test_by_cluster(self) -> None:
        """
        Questions copied five times, in clusters with their copies, are no more evidence.
        """
        once = {
            name: {question: (score, question) for question, (score, _) in scored.items()}
            for name, scored in noisy(7, sources=4, questions=15, each=15).items()
        }
        copied = {
            name: {
                f"{question}-{copy}": value
                for question, value in scored.items()
                for copy in range(5)
            }
            for name, scored in once.items()
        }

        (single,), (five,) = adjusted(once), adjusted(copied)

        for one in single.sources:
            other = by_name(five)[one.source]
            assert (other.n, other.clusters) == (5 * one.n, one.clusters)
            assert other.score == pytest.approx(one.score)
            assert other.standard_error == pytest.approx(one.standard_error)

    def test_fewer_questions_are_less_sure(self) -> None:
        """
        The pooled variance is shared out: a third of the questions, about three times as much.
        """
        table = noisy(8, sources=8, questions=30, each=30)
        few = dict(list(table["source-00"].items())[:10])
        (found,) = adjusted({**table, "source-00": few})
        errors = {one.source: one.standard_error or math.nan for one in found.sources}

        assert (errors["source-00"] / errors["source-01"]) ** 2 == pytest.approx(3.0, rel=0.1)


class TestShrinking:
    @settings(deadline=None, max_examples=50)
    @given(st.integers(0, 10_000), st.integers(2, 6), st.integers(4, 12))
    def test_between_score_and_mean(self, seed: int, sources: int, each: int) -> None:
        """
        A shrunk score lies between the score and the mean, and its interval holds it.
        """
        for component in adjusted(noisy(seed, sources=sources, questions=14, each=each)):
            for one in component.sources:
                if component.mean is None or one.shrunk is None or one.interval is None:
                    continue
                low, high = sorted((one.score, component.mean))
                assert low - 1e-12 <= one.shrunk <= high + 1e-12
                assert one.interval[0] < one.shrunk < one.interval[1]

    @settings(deadline=None, max_examples=40)
    @given(st.integers(0, 10_000), st.integers(3, 7), st.integers(5, 25))
    def test_balanced_is_the_mixed_model(self, seed: int, sources: int, questions: int) -> None:
        """
        Everybody on everything: shrinking by 1 - 1/F of the two-way analysis of variance.

        There the best linear predictor of a random source effect, with its variance from the mean
        squares (which restricted likelihood agrees with where it is not 0), keeps
        tau²/(tau² + MSE/n) with tau² = (MS - MSE)/n: 1 - MSE/MS; nothing where F is below 1.
        """
        table = noisy(seed, sources=sources, questions=questions, each=questions)
        (found,) = adjusted(table)
        scores = np.array([[table[s][q][0] for q in sorted(table[s])] for s in sorted(table)])
        means = scores.mean(axis=1)
        left = scores - scores.mean(axis=0) - means[:, None] + scores.mean()
        of_error = (left**2).sum() / ((sources - 1) * (questions - 1))
        of_sources = questions * means.var(ddof=1)
        kept = max(0.0, 1.0 - of_error / of_sources)

        assert found.mean == pytest.approx(scores.mean(), abs=1e-12)
        assert found.tau == pytest.approx(
            math.sqrt(max(0.0, (of_sources - of_error) / questions)), abs=1e-7
        )
        for one in found.sources:
            mean = means[sorted(table).index(one.source)]
            assert one.score == pytest.approx(mean, abs=1e-12)
            assert one.shrunk == pytest.approx(
                scores.mean() + kept * (mean - scores.mean()), abs=1e-9
            )

    def test_less_known_is_moved_further(self) -> None:
        """
        A source with a third of the questions keeps less of what sets it apart.
        """
        table = noisy(9, sources=8, questions=30, each=30)
        few = dict(list(table["source-07"].items())[:10])
        (found,) = adjusted({**table, "source-07": few})
        assert found.mean is not None

        kept = {
            one.source: ((one.shrunk or 0.0) - found.mean) / (one.score - found.mean)
            for one in found.sources
        }

        assert 0.0 < kept["source-07"] < min(kept[name] for name in kept if name != "source-07")

    def test_without_residuals_nothing_is_claimed(self) -> None:
        """
        Sources that always differ by the same leave no noise to measure.
        """
        quality = {"a": 0.0, "b": 0.1}
        ease = {f"q{number}": number / 50 for number in range(20)}
        answers = {(source, question) for source in quality for question in ease}

        (found,) = adjusted(additive(quality, ease, answers))

        assert found.mean is None
        assert {one.interval for one in found.sources} == {None}
        assert {one.tier for one in found.sources} == {None}

    @given(st.lists(st.tuples(st.floats(-1, 1), st.floats(0.01, 1)), min_size=2, max_size=10))
    def test_paule_mandel(self, rows: list[tuple[float, float]]) -> None:
        """
        The weighted sum of squares meets its expectation, or is below it at 0.
        """
        scores = np.array([score for score, _ in rows])
        variances = np.array([variance for _, variance in rows])

        def excess(tau2: float) -> float:
            weights = 1 / (variances + tau2)
            mean = (weights * scores).sum() / weights.sum()
            return float((weights * (scores - mean) ** 2).sum()) - (len(rows) - 1)

        mean, tau2 = paule_mandel(list(scores), list(variances))

        expected = 0.0 if excess(0.0) <= 0.0 else optimize.brentq(excess, 0.0, 100.0, xtol=1e-14)
        assert tau2 == pytest.approx(expected, abs=1e-9)
        weights = 1 / (variances + tau2)
        assert mean == pytest.approx(float((weights * scores).sum() / weights.sum()))


class TestTiers:
    @staticmethod
    def apart(*qualities: float, n: int = 40) -> dict[str, Scored]:
        """
        Sources of very different quality on the same questions, with a little noise.
        """
        rng = random.Random(12)
        return {
            f"source-{place}": {
                f"q{number}": (quality + rng.gauss(0.0, 0.02), None) for number in range(n)
            }
            for place, quality in enumerate(qualities)
        }

    def test_far_apart(self) -> None:
        """
        Two good ones and two bad ones make two tiers, best first.
        """
        (found,) = adjusted(self.apart(0.4, 0.1, 0.4, 0.1))

        assert [one.tier for one in found.sources] == [1, 1, 2, 2]
        assert {one.source for one in found.sources[:2]} == {"source-1", "source-3"}

    def test_too_few_to_rank(self) -> None:
        """
        Nine questions are too few, ten are not; those with too few still help the others.
        """
        table = self.apart(0.1, 0.2, 0.3)
        table["source-0"] = dict(list(table["source-0"].items())[:9])
        table["source-1"] = dict(list(table["source-1"].items())[:10])

        (found,) = adjusted(table)

        assert {one.source: (one.too_few, one.tier) for one in found.sources} == {
            "source-0": (True, None),
            "source-1": (False, 1),
            "source-2": (False, 2),
        }

    @settings(deadline=None, max_examples=50)
    @given(st.integers(0, 10_000), st.integers(2, 9))
    def test_the_head_is_overlapped(self, seed: int, sources: int) -> None:
        """
        Each source overlaps the head of its tier and none of those before; tiers count from 1.
        """
        for component in adjusted(noisy(seed, sources=sources, questions=40, each=30)):
            heads: dict[int, tuple[float, float]] = {}
            for one in component.sources:
                assert one.tier is not None
                assert one.interval is not None
                heads.setdefault(one.tier, one.interval)
                for tier, (low, high) in heads.items():
                    overlaps = one.interval[0] <= high and low <= one.interval[1]
                    assert overlaps == (tier == one.tier) or tier > one.tier
            assert sorted(heads) == list(range(1, len(heads) + 1))

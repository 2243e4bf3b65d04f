"""
Sources beside each other, as finished plain data: pair by pair, or all adjusted for difficulty.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from foretrack.core.comparison import compare
from foretrack.core.difficulty import adjusted

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from foretrack.core.answers import Answer
    from foretrack.core.difficulty import Adjusted, Component
    from foretrack.core.scorecard import Convention


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """
    A source, or another group, that is compared.

    Attributes:
        n: Its questions that count, shared or not.
        brier: Their mean Brier score, 0 best, 1 worst; None without any.
    """

    source: str
    label: str
    n: int
    brier: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """
    A question that weighed much in a difference.

    Attributes:
        a: The first source's Brier score on it.
        b: The second's.
        share: What it added to the mean difference.
    """

    question: str
    statement: str
    a: float
    b: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """
    Two sources on the questions that both answered.  Figures are None without a shared question.

    Attributes:
        n: Shared questions that count.
        clusters: Clusters among them, which share their luck.
        brier_a: The first source's mean Brier score on them, 0 best, 1 worst.
        brier_b: The second's.
        difference: The first's minus the second's; below 0 the first was better.
        p_value: Two-sided, by sign flips of whole clusters, above 0, at most 1.
        holm: The p-value, adjusted for every pair here that shares a question.
        flips: How many sign vectors were drawn; None where all of them were counted.
        decided_by: The questions that weighed most, largest first.
    """

    a: str
    b: str
    n: int
    clusters: int
    brier_a: float | None
    brier_b: float | None
    difference: float | None
    p_value: float | None
    holm: float | None
    flips: int | None
    decided_by: tuple[Deciding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duels:
    """
    Every pair of some sources.

    Attributes:
        by: What is compared.
        convention: Which forecasts count.
        contenders: The sources as they were named.
        pairs: By name.
    """

    by: str
    convention: Convention
    contenders: tuple[Contender, ...]
    pairs: tuple[Duel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """
    All sources, adjusted for how hard their questions were.

    Attributes:
        by: What is compared.
        convention: Which forecasts count.
        labels: Group -> how a person would read it.
        components: Sources that shared questions link, largest first; those of different ones
            cannot be compared.
        without: Sources that have no question that counts.
    """

    by: str
    convention: Convention
    labels: Mapping[str, str]
    components: tuple[Component, ...]
    without: tuple[str, ...]


def contenders(
    found: Mapping[str, Mapping[str, Answer]], *, labels: Mapping[str, str]
) -> tuple[Contender, ...]:
    """
    The sources with their own scores.
    """
    return tuple(
        Contender(
            source=name,
            label=labels.get(name, name),
            n=len(given),
            brier=_mean([one.score for one in given.values()]),
        )
        for name, given in found.items()
    )


def duels(
    found: Mapping[str, Mapping[str, Answer]],
    *,
    statements: Mapping[str, str],
    rng: random.Random,
    flips: int,
    show: int,
) -> tuple[Duel, ...]:
    """
    Every pair of the sources on shared questions.

    Args:
        found: Each source's answers.
        statements: Question -> its words.
        rng: The random generator, for more than 20 clusters.
        flips: How many sign vectors are drawn there.
        show: How many of the questions that decided a pair are named.
    """
    pairs = compare(found, rng=rng, flips=flips, show=show)
    return tuple(
        Duel(
            a=pair.a,
            b=pair.b,
            n=pair.paired.n,
            clusters=pair.paired.clusters,
            brier_a=_on_shared(found, pair.a, pair.b),
            brier_b=_on_shared(found, pair.b, pair.a),
            difference=pair.paired.difference,
            p_value=pair.paired.p_value,
            holm=pair.holm,
            flips=pair.paired.flips,
            decided_by=tuple(
                Deciding(
                    question=one.question,
                    statement=statements.get(one.question, one.question),
                    a=one.a,
                    b=one.b,
                    share=one.share,
                )
                for one in pair.paired.decided_by
            ),
        )
        for pair in pairs
    )


def shared(found: Mapping[str, Mapping[str, Answer]]) -> set[str]:
    """
    The questions that any two of the sources answered.
    """
    return {
        question
        for a, b in combinations(found, 2)
        for question in found[a].keys() & found[b].keys()
    }


def field(
    found: Mapping[str, Mapping[str, Answer]],
    *,
    by: str = "source",
    convention: Convention,
    labels: Mapping[str, str],
) -> Field:
    """
    All sources, adjusted for how hard their questions were.
    """
    return Field(
        by=by,
        convention=convention,
        labels={name: labels.get(name, name) for name in sorted(found)},
        components=adjusted(found),
        without=tuple(sorted(name for name, given in found.items() if not given)),
    )


def verdict(one: Adjusted) -> str:
    """
    Where a source belongs, or why that cannot be said.

    >>> from foretrack.core.answers import Answer
    >>> (alone,) = adjusted({"a": {"q": Answer(0.04, None)}})
    >>> verdict(alone.sources[0])
    'too few to rank'
    """
    if one.too_few:
        return "too few to rank"
    return "not ranked" if one.tier is None else f"tier {one.tier}"


def _on_shared(found: Mapping[str, Mapping[str, Answer]], own: str, other: str) -> float | None:
    return _mean([one.score for name, one in found[own].items() if name in found[other]])


def _mean(scores: list[float]) -> float | None:
    return math.fsum(scores) / len(scores) if scores else None

"""
One source against another, against a reference, and against all that answered the same question.

Only shared questions make a fair comparison: whoever answered the easier questions scores better.
:mod:`foretrack.core.difficulty` compares sources that share some questions but not all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from foretrack.core.rules import clipped, outcome, probability
from foretrack.core.significance import holm, sign_flip
from foretrack.errors import OutOfRange

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

Scored: TypeAlias = "Mapping[str, tuple[float, str | None]]"
"""
A source's questions: the score, and the cluster that the question belongs to (None: no other).
"""


class Contribution(NamedTuple):
    """
    What one question added to the difference of two sources.

    Attributes:
        a: Score of the first source on it.
        b: Score of the second.
        share: (a - b)/n; the shares of all questions sum to the difference.
    """

    question: str
    a: float
    b: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """
    Two sources on the questions that both answered.

    Attributes:
        n: Number of shared questions.
        clusters: Number of clusters among them.
        difference: Mean of a's score minus b's; below 0, a was better.  None without a shared
            question.
        p_value: Two-sided, above 0, at most 1; None without a shared question.
        flips: How many sign vectors were drawn; None where all of them were counted.
        decided_by: The questions that contributed most, largest first.
    """

    n: int
    clusters: int
    difference: float | None
    p_value: float | None
    flips: int | None
    decided_by: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """
    A pair of sources among several.

    Attributes:
        holm: The p-value, adjusted for all pairs that share a question; None where there is none.
    """

    a: str
    b: str
    paired: Paired
    holm: float | None


def skill(score: float, reference: float) -> float | None:
    """
    What share of a reference's score was saved: 1 - score/reference.

    Larger is better: 1 is perfect, 0 is as good as the reference, below 0 is worse.  Both numbers
    are sums (or means) of a negatively oriented score over the same forecasts.  The reference is a
    recorded base rate, a status-quo forecast, another source or always 0.5, never the source's
    own base rate: that is known only afterwards, and no forecast can be expected to match it.

    Args:
        score: Sum of the source's scores, 0 or more.
        reference: Sum of the reference's scores on the same questions, 0 or more.

    Returns:
        The skill, no unit, at most 1; None where it is undefined: the reference is perfect, or
        either is infinite.

    Source:
        Bradley, A. A., Schwartz, S. S. & Hashino, T. (2008). Sampling uncertainty and confidence
        intervals for the Brier score and Brier skill score. Weather and Forecasting 23(5),
        992-1006.  Hamill, T. M. & Juras, J. (2006). Measuring forecast skill: is it real skill or
        is it the varying climatology? Quarterly Journal of the Royal Meteorological Society
        132(621C), 2905-2923.

    >>> skill(1.5, 2.0)
    0.25
    """
    if not reference or not math.isfinite(score) or not math.isfinite(reference):
        return None
    return 1.0 - score / reference


def paired(
    a: Scored,
    b: Scored,
    *,
    rng: random.Random | None = None,
    flips: int = 10_000,
    show: int = 5,
) -> Paired:
    """
    The mean difference of two sources on shared questions, and whether it is more than luck.

    If neither were better, each cluster could as well have gone the other way.  The p-value is the
    share of sign vectors, one sign for each cluster, whose absolute sum of differences is at
    least the observed one: all of them up to 20 clusters that differ, 10,000 drawn ones above.
    It presumes no order in time and no equal spacing.  With k clusters it is never below
    2^(1 - k), so that fewer than six cannot be significant at 5%.

    Args:
        a: The first source's scores by question.
        b: The second's.
        rng: The random generator; needed only above 20 clusters.
        flips: How many sign vectors are drawn above 20 clusters.
        show: How many of the questions that decided it are named.

    Raises:
        OutOfRange: A score is not finite, the sources disagree on a question's cluster, or signs
            must be drawn and there is no generator or no flip.

    Source:
        Fisher, R. A. (1935). The Design of Experiments. Oliver & Boyd: the exact test.
        Davison, A. C. & Hinkley, D. V. (1997). Bootstrap Methods and their Application. Cambridge
        University Press: (1 + #)/(1 + flips).

    >>> a = {"q1": (0.04, None), "q2": (0.09, None), "q3": (0.16, None)}
    >>> b = {"q1": (0.25, None), "q2": (0.25, None), "q3": (0.25, None), "q4": (0.0, None)}
    >>> result = paired(a, b)
    >>> result.n, round(result.difference, 4), result.p_value
    (3, -0.1533, 0.25)
    """
    differences: dict[str, float] = {}
    members: dict[str | tuple[str], list[float]] = {}
    for question in sorted(a.keys() & b.keys()):
        (of_a, cluster), (of_b, other) = a[question], b[question]
        if cluster != other:
            raise OutOfRange(f"question {question} is in cluster {cluster!r} and in {other!r}")
        difference = of_a - of_b
        if not math.isfinite(difference):
            raise OutOfRange(f"question {question} has no finite difference: {of_a} - {of_b}")
        differences[question] = difference
        # A question of its own must not fall together with a cluster of the same name.
        members.setdefault((question,) if cluster is None else cluster, []).append(difference)
    n = len(differences)
    if not n:
        return Paired(n=0, clusters=0, difference=None, p_value=None, flips=None, decided_by=())
    sums = [math.fsum(values) for values in members.values()]
    p_value, drawn = sign_flip(sums, rng=rng, flips=flips)
    largest = sorted(differences.items(), key=lambda item: (-abs(item[1]), item[0]))
    return Paired(
        n=n,
        clusters=len(members),
        difference=math.fsum(differences.values()) / n,
        p_value=p_value,
        flips=drawn,
        decided_by=tuple(
            Contribution(question, a[question][0], b[question][0], difference / n)
            for question, difference in largest[:show]
            if difference
        ),
    )


def compare(
    sources: Mapping[str, Scored],
    *,
    rng: random.Random | None = None,
    flips: int = 10_000,
    show: int = 5,
) -> tuple[Pair, ...]:
    """
    Every pair of sources, with p-values adjusted for how many pairs there are.

    Args:
        sources: Each source's scores by question.
        rng: As for ``paired``; it goes through the pairs in the order of their names.
        flips: As for ``paired``.
        show: As for ``paired``.

    Returns:
        The pairs by name.  Those without a shared question are there too, without a p-value, and
        do not count in the adjustment.

    Raises:
        OutOfRange: As ``paired``.
    """
    found = [
        (a, b, paired(sources[a], sources[b], rng=rng, flips=flips, show=show))
        for a, b in combinations(sorted(sources), 2)
    ]
    adjusted = iter(holm([one.p_value for _, _, one in found if one.p_value is not None]))
    return tuple(
        Pair(a=a, b=b, paired=one, holm=None if one.p_value is None else next(adjusted))
        for a, b, one in found
    )


def peer_score(
    pool: Mapping[str, float], y: int, *, clip: float | None = None
) -> dict[str, float | None]:
    """
    How much better than the others each source did on one question: 100 N/(N - 1) ln(p/g).

    p is what a source gave to what happened, g the geometric mean over all N sources.  It is 100
    times the mean over the other sources of ln(p/their p).  Larger is better; the scores of a
    pool sum to 0, so that they say nothing across pools.

    Args:
        pool: Each source's probability of "yes", 0 to 1.
        y: What happened, 1 for "yes" and 0 for "no".
        clip: Move every p into [clip, 1 - clip] first; above 0, at most 0.5.

    Returns:
        The scores in hundredths of a nat, from minus to plus infinity.  None where undefined: a
        pool of one, or two sources that both called impossible what happened.

    Raises:
        OutOfRange: A number is no probability, y is neither 0 nor 1, or clip is out of range.

    Source:
        Metaculus, Scores FAQ, https://www.metaculus.com/help/scores-faq/ (peer score).

    >>> {name: round(score, 2) for name, score in peer_score({"a": 0.8, "b": 0.2}, 1).items()}
    {'a': 138.63, 'b': -138.63}
    """
    y = outcome(y)
    logs = {}
    for source, value in pool.items():
        p = probability(value) if clip is None else clipped(probability(value), clip)
        given = p if y else 1.0 - p
        logs[source] = math.log(given) if given > 0.0 else -math.inf
    n = len(logs)
    impossible = sum(one == -math.inf for one in logs.values())
    total = math.fsum(one for one in logs.values() if one > -math.inf)
    scores: dict[str, float | None] = {}
    for source, one in logs.items():
        if n < 2 or (one == -math.inf and impossible > 1):
            scores[source] = None
        elif impossible:
            scores[source] = one if one == -math.inf else math.inf
        else:
            scores[source] = 100.0 * (n * one - total) / (n - 1)
    return scores

"""
Scores adjusted for how hard the questions were, for sources that share some of them but not all.

Each score is taken as what its source and its question add to it, and both are estimated together
by least squares.  What a source adds is known only beside sources that it is linked with through
shared questions; sources without such a link are in different components and are never compared.

The level is that of a source that had answered every question of its component.  One that said 0.5
on all of them would have 0.25 on this scale; it is not put among the sources, where it would link
everything with everything.  A real source that says 0.5 on some of them is adjusted like any other.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from foretrack.core.additive import least_squares, variances_of
from foretrack.core.rules import DECIMALS
from foretrack.core.shrinking import paule_mandel, squared_errors
from foretrack.core.uncertainty import student_t
from foretrack.errors import OutOfRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from foretrack.core.comparison import Scored

FEWEST_TO_RANK: Final = 10
"""
Below this many questions a source is too little known to be ranked.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """
    One source among those it can be compared with.

    Scores are on the scale of the Brier score, smaller is better; an adjusted score may lie
    outside 0 to 1.  From ``standard_error`` to ``tier`` all are None where there is nothing to
    estimate them from: a source alone, or residuals of zero.

    Attributes:
        n: Number of questions.
        shared: How many of them another source answered too; only these compare it.
        clusters: Number of clusters among the shared ones.
        raw: Mean score as it is.
        score: Adjusted for the questions.
        standard_error: Of ``score`` against the others, by cluster, from the pooled variance.
        shrunk: ``score``, moved toward the mean of the component by as much as luck explains.
        interval: Around ``shrunk``.
        too_few: Fewer than ten questions: too few to rank.
        tier: 1 is the best; None where it cannot be ranked.
    """

    source: str
    n: int
    shared: int
    clusters: int
    raw: float
    score: float
    standard_error: float | None
    shrunk: float | None
    interval: tuple[float, float] | None
    too_few: bool
    tier: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """
    Sources that are linked through shared questions.

    Attributes:
        sources: Best first, by ``shrunk`` where there is one, else by ``score``.
        questions: Number of questions that any of them answered.
        mean: What the scores are shrunk toward; None where they are not.
        tau: Standard deviation of true quality among the sources, 0 where luck explains all.
    """

    sources: tuple[Adjusted, ...]
    questions: int
    mean: float | None
    tau: float | None


def adjusted(sources: Mapping[str, Scored], *, level: float = 0.95) -> tuple[Component, ...]:
    """
    Difficulty-adjusted scores, shrunk, with intervals and tiers, for each component apart.

    The score of source i on question j is a_i + b_j plus noise.  Eliminating the b_j leaves as
    many equations as sources, with the Laplacian of the graph that links sources through
    questions.  They are solved directly and the solution is refined until the residual no longer
    falls, which takes one or two rounds: there is no iteration that might stop too early.  The
    adjusted score is a_i plus the mean of b_j over all questions of the component.  It is the raw
    mean where every source answered every question, and where a source is alone.

    The variance of a_i is that of sums of residuals by cluster, k/(k - 1) for k clusters.  It is
    pooled: one variance for all sources, which each divides by its own number of questions, as far
    as these link it and as its clusters are even (sum of n_c² over n).  The part common to all
    sources is taken out, so that the variance of a difference is about the sum of the two.

    True qualities are taken to be spread around their mean with variance tau², estimated as Paule
    and Mandel do, and each score is moved toward the mean by v/(v + tau²).  The interval is
    Student's t on the mean squared error of the shrunk score, which counts that mean and tau²
    are estimated too, and is never wider than without shrinking.

    The best source heads the first tier, and whoever's interval overlaps its own belongs there.
    The best of the others heads the next, and so on: a source belongs to the first tier whose head
    it cannot be told from.

    Cost grows with the cube of the number of sources in a component, and with their number times
    that of the scores.

    Args:
        sources: Each source's scores by question, with the question's cluster.
        level: Confidence level of the intervals, above 0 and below 1.

    Returns:
        The components, largest first.  Sources without a question are in none.

    Raises:
        OutOfRange: A score is not finite, sources disagree on a question's cluster, or the level is
            not between 0 and 1.

    Source:
        Abowd, J. M., Creecy, R. H. & Kramarz, F. (2002). Computing person and firm effects using
        linked longitudinal employer-employee data. LEHD Technical Paper 2002-06, US Census Bureau:
        connected groups.  Liang, K.-Y. & Zeger, S. L. (1986). Longitudinal data analysis using
        generalized linear models. Biometrika 73(1), 13-22: the variance by cluster.  Firth, D. & de
        Menezes, R. X. (2004). Quasi-variances. Biometrika 91(1), 65-80.  Paule, R. C. & Mandel, J.
        (1982). Consensus values and weighting factors. Journal of Research of the
        National Bureau of Standards 87(5), 377-385.  Fay, R. E. & Herriot, R. A. (1979). Estimates
        of income for small places. Journal of the American Statistical Association 74(366a),
        269-277: shrinking with the same estimate.  Datta, G. S., Rao, J. N. K. & Smith, D. D.
        (2005). On measuring the variability of small area estimators under a basic area level
        model. Biometrika 92(1), 183-196: the mean squared error.

    >>> easy = {f"easy-{n}": (0.0, None) for n in range(3)}
    >>> hard = {f"hard-{n}": (0.5, None) for n in range(3)}
    >>> both = {question: (score + 0.1, None) for question, (score, _) in (easy | hard).items()}
    >>> (found,) = adjusted({"picks-easy": easy, "picks-hard": hard, "answers-all": both})
    >>> [(one.source, round(one.raw, 2), round(one.score, 2)) for one in found.sources]
    [('picks-easy', 0.0, 0.25), ('picks-hard', 0.5, 0.25), ('answers-all', 0.35, 0.35)]
    """
    if not 0.0 < level < 1.0:
        raise OutOfRange(f"level {level!r} is not between 0 and 1")
    clusters: dict[str, str | None] = {}
    for source, scored in sources.items():
        for question, (score, cluster) in scored.items():
            if not math.isfinite(score):
                raise OutOfRange(f"{source} has no finite score on question {question}: {score}")
            other = clusters.setdefault(question, cluster)
            if other != cluster:
                raise OutOfRange(f"question {question} is in cluster {other!r} and in {cluster!r}")
    found = [_component(names, sources, level) for names in _linked(sources)]
    return tuple(sorted(found, key=lambda one: (-len(one.sources), one.sources[0].source)))


def _linked(sources: Mapping[str, Scored]) -> list[list[str]]:
    """
    The sources of each component, by name.
    """
    parents = {name: name for name in sources}

    def root(name: str) -> str:
        while parents[name] != name:
            parents[name] = parents[parents[name]]
            name = parents[name]
        return name

    first: dict[str, str] = {}
    for name in sorted(sources):
        for question in sources[name]:
            parents[root(name)] = root(first.setdefault(question, name))
    groups: dict[str, list[str]] = {}
    for name in sorted(sources):
        if sources[name]:
            groups.setdefault(root(name), []).append(name)
    return list(groups.values())


def _component(names: Sequence[str], sources: Mapping[str, Scored], level: float) -> Component:
    rows: dict[str, list[tuple[int, float]]] = {}
    cluster_of: dict[str, str | tuple[str]] = {}
    for place, name in enumerate(names):
        for question in sorted(sources[name]):
            score, cluster = sources[name][question]
            rows.setdefault(question, []).append((place, score))
            # A question of its own must not fall together with a cluster of the same name.
            cluster_of[question] = (question,) if cluster is None else cluster
    fit = least_squares(rows, size=len(names))
    ease = [
        math.fsum(score - fit.effects[place] for place, score in row) / len(row)
        for row in rows.values()
    ]
    typical = math.fsum(ease) / len(ease)
    held: list[Counter[str | tuple[str]]] = [Counter() for _ in names]
    for question, row in rows.items():
        if len(row) > 1:
            for place, _ in row:
                held[place][cluster_of[question]] += 1
    plain = [
        Adjusted(
            source=name,
            n=len(sources[name]),
            shared=held[place].total(),
            clusters=len(held[place]),
            raw=math.fsum(score for score, _ in sources[name].values()) / len(sources[name]),
            score=fit.effects[place] + typical,
            standard_error=None,
            shrunk=None,
            interval=None,
            too_few=len(sources[name]) < FEWEST_TO_RANK,
            tier=None,
        )
        for place, name in enumerate(names)
    ]
    variances, df = variances_of(fit, rows, cluster_of, held)
    if variances is None:
        plain.sort(key=lambda one: (round(one.score, DECIMALS), one.source))
        return Component(sources=tuple(plain), questions=len(rows), mean=None, tau=None)
    mean, tau2 = paule_mandel([one.score for one in plain], variances)
    quantile = student_t(1.0 - (1.0 - level) / 2.0, df)
    ready = [
        _shrunk(one, variance, errors, mean=mean, tau2=tau2, quantile=quantile)
        for one, variance, errors in zip(
            plain, variances, squared_errors(variances, tau2), strict=True
        )
    ]
    ready.sort(key=lambda one: (round(one.shrunk or 0.0, DECIMALS), one.source))
    return Component(
        sources=tuple(_in_tiers(ready)), questions=len(rows), mean=mean, tau=math.sqrt(tau2)
    )


def _shrunk(
    one: Adjusted, variance: float, error: float, *, mean: float, tau2: float, quantile: float
) -> Adjusted:
    shrunk = mean + tau2 / (variance + tau2) * (one.score - mean)
    reach = quantile * math.sqrt(error)
    return replace(
        one,
        standard_error=math.sqrt(variance),
        shrunk=shrunk,
        interval=(shrunk - reach, shrunk + reach),
    )


def _in_tiers(ordered: Iterable[Adjusted]) -> list[Adjusted]:
    """
    The sources, best first, with their tiers.
    """
    heads: list[tuple[float, float]] = []
    placed = []
    for one in ordered:
        if one.too_few or one.interval is None:
            placed.append(one)
            continue
        low, high = one.interval
        tier = next(
            (number for number, head in enumerate(heads, 1) if low <= head[1] and head[0] <= high),
            None,
        )
        if tier is None:
            heads.append(one.interval)
            tier = len(heads)
        placed.append(replace(one, tier=tier))
    return placed

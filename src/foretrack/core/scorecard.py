"""
The finished scorecard, as plain data: each group's score with everything needed to trust it.

``build`` takes items counted anywhere (a database, a list of records) and gives the same figures
to the last bit: the counts are whole numbers or fractions and merge exactly, and the floats are
summed once, at the end.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from foretrack.core.cohort import EVERYTHING, Item, Selection
from foretrack.core.figures import Figures, mean_brier
from foretrack.core.judging import Judge
from foretrack.core.vocabulary import Cohort, Unscorable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from foretrack.core.lexicon import Lexicon
    from foretrack.core.quality import Asked, Quality, Terms
    from foretrack.core.vocabulary import Updates

FEW: Final = 10
"""
Below this many scored questions a source is too little known to be ranked.
"""

ALL: Final = ("overall", "all together")
"""
The key of the row of all, and how a person would read it.
"""

NOT_ITS_OWN: Final = (Unscorable.DUPLICATE, Unscorable.ATTRIBUTED)
"""
Claims that say nothing about how clearly the source itself forecasts.
"""


APART: Final = {"apart": True}
"""
Marks fields that a document holds in a form of their own.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Early:
    """
    Questions resolved yes or no before their window was over, beside the headline.
    """

    n: int
    brier: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """
    One row of a scorecard.

    Scores are mean Brier scores, 0 best, 1 worst; None where nothing can be scored.  Under
    ``time``, ``first`` and ``last`` the counts from ``questions`` on are pairs of a source and a
    question; claims, forecasts and the marks on them count claims.

    Attributes:
        group: The key that it was grouped by.
        label: The key as a person would read it.
        claims: All claims, forecasts and unscorable ones.
        unscorable: Claims that cannot be scored, by reason.
        unscorable_share: Their share among the source's own claims (duplicates and attributed
            claims left out of both), 0 to 1; None without any.
        forecasts: Claims with a question and a phrase or number.
        questions: Questions forecast in time.
        matured: Those whose window is over.
        scored: Those in the headline.
        brier: The headline.
        brier_low: The mean of the smallest Brier over each phrase's band.
        brier_high: The mean of the largest.
        brier_interval: 95% interval of the mean by cluster, where one can be given; never for
            the row of several sources together, whose scores are no sample of anything.
        base_rate: Share of yes among the scored, 0 to 1.
        mean_probability: Mean probability of the scored, 0 to 1.
        early: Resolved before the window was over.
        open: Window not over, not resolved.
        overdue: Window over, not resolved.
        provisional: The headline may move because something is overdue.
        brier_bounds: The headline if everything overdue went for the source, and against it.
        annulled: By reason.
        late: Forecasts made too late to be scored.
        not_in_lexicon: Questions that have no score, or will have none, because the lexicon lacks a
            phrase; they are not counted as open, overdue, early or scored.
        assumed: Forecasts whose window was assumed.
        left_out: Those of them that the choice of windows leaves out of every count from
            ``questions`` on.
        implied: Forecasts by a bare "will".
        assumed_phrases: Forecasts whose phrase was read by assumption.
        inferred_dates: Forecasts whose article's date was inferred.
        hindsight: How many of the scored and early have criteria written after the outcome.
        too_few_to_rank: Fewer than ten scored.
        quality: The figures beside the headline, where they were asked for.
    """

    group: str
    label: str
    claims: int
    unscorable: Mapping[str, int]
    unscorable_share: float | None
    forecasts: int
    questions: int
    matured: int
    scored: int
    brier: float | None
    brier_low: float | None
    brier_high: float | None
    brier_interval: tuple[float, float] | None
    base_rate: float | None
    mean_probability: float | None
    early: Early
    open: int
    overdue: int
    provisional: bool
    brier_bounds: tuple[float, float] | None
    ambiguous: int
    annulled: Mapping[str, int]
    late: int
    not_in_lexicon: int
    assumed: int
    implied: int
    assumed_phrases: int
    inferred_dates: int
    left_out: int = 0
    hindsight: int
    too_few_to_rank: bool
    quality: Quality | None = field(default=None, metadata=APART)


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """
    How the figures were made; every table prints it.

    Attributes:
        lexicon: The lexicon used where a source declares none.
        declared: Sources scored by a lexicon of their own.
        left_out: Forecasts left out by ``basis``.
        only: The part of the record that counts.
        terms: How the figures beside the headline were made, where they were asked for.
    """

    as_of: date
    cohort: Cohort
    updates: Updates
    basis: str
    lexicon: str
    declared: Mapping[str, str]
    left_out: int
    only: Selection = EVERYTHING
    terms: Terms | None = field(default=None, metadata=APART)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """
    The scorecard: a row a group, and one for all of it.

    Attributes:
        source: Whose forecasts they are; None for those of all.
        label: The source as a person would read it.
    """

    by: str
    convention: Convention
    groups: tuple[Group, ...]
    overall: Group
    source: str | None = None
    label: str | None = None


def build(
    items: Iterable[Item],
    unscorable: Iterable[tuple[tuple[str, ...], str, int]],
    *,
    by: str,
    convention: Convention,
    lexicon_of: Callable[[str | None], Lexicon],
    labels: Mapping[str, str],
    groups: Sequence[str] = (),
    asked: Asked | None = None,
) -> Scorecard:
    """
    The scorecard of items and claims.

    Args:
        items: The forecasts, counted.
        unscorable: The claims that are no forecasts: their groups, the reason, how many.
        by: The name of the grouping.
        convention: How the items were chosen; ``left_out`` is added here.
        lexicon_of: The lexicon for what a source declares (None: nothing).
        labels: Group -> how a person would read it.
        groups: Groups that have a row even if nothing was claimed.
        asked: What is wanted beside the headline, if anything.
    """
    if asked is not None:
        from foretrack.core.quality import Rest  # what the headline alone has no need of

    judge = Judge(lexicon_of)
    # Where no two groups share a source, all together are the sum of the groups.
    summed = by == "source"

    def empty() -> Figures:
        rest = None if asked is None else Rest(asked.yardstick)
        return Figures(convention.cohort, convention.updates, judge, rest=rest)

    parts = defaultdict(empty, {key: empty() for key in groups})
    every = empty()
    for keys, reason, n in unscorable:
        for key in keys:
            parts[key].unscorable[reason] += n
        if not summed:
            every.unscorable[reason] += n
    left_out = 0
    sources: set[str] = set()
    alike: Counter[tuple[Any, ...]] = Counter()
    for item in items:
        sources.add(item.source)
        if convention.basis == "stated" and item.assumed:
            left_out += item.n
            for key in item.group:
                parts[key].leave_out(item)
            if not summed:
                every.leave_out(item)
            continue
        for key in item.group:
            parts[key].add(item)
        if summed:
            continue
        if item.question is None and asked is None:
            # all but groups, source and number: what several sources say alike is counted at once
            alike[item[3:]] += item.n
        else:
            every.add(item)
    for rest, n in alike.items():
        every.add(Item((), "", n, *rest))
    for part in parts.values() if summed else ():
        part.settle()
        every.absorb(part)
    return Scorecard(
        by=by,
        convention=replace(convention, left_out=left_out, terms=asked.terms if asked else None),
        groups=tuple(
            row_of(key, labels.get(key, key), parts[key], asked=asked) for key in sorted(parts)
        ),
        overall=row_of(
            *ALL,
            every,
            mixed=len(sources) > 1,
            # By source a cluster is only what the questions name; otherwise the question, too.
            apart=by == "source" and not (asked and asked.named),
            asked=asked,
        ),
    )


def row_of(
    key: str,
    label: str,
    figures: Figures,
    *,
    mixed: bool = False,
    apart: bool = False,
    asked: Asked | None = None,
) -> Group:
    """
    The row of a group; ``mixed`` for the one that puts several sources together.
    """
    figures.settle()
    found = None
    if asked is not None and figures.rest is not None:
        from foretrack.core.quality import quality

        found = quality(figures, figures.rest, asked, mixed=mixed and apart)
    counts, reasons = figures.counts, figures.unscorable
    n, score, low, high = mean_brier(figures.scored)
    early_n, early, _, _ = mean_brier(figures.early)
    vague = sum(k for reason, k in reasons.items() if reason not in NOT_ITS_OWN)
    own = counts["forecasts"] + vague
    scored = counts["scored"]
    if figures.cohort is Cohort.RESOLVED:
        scored += counts["early"]
    yes = sum(weight for (_, y), weight in figures.scored.items() if y)
    p = math.fsum(weight * one.point for (one, _), weight in figures.scored.items())
    return Group(
        group=key,
        label=label,
        claims=counts["forecasts"] + reasons.total(),
        unscorable=dict(sorted(reasons.items())),
        unscorable_share=vague / own if own else None,
        forecasts=counts["forecasts"],
        questions=counts["questions"],
        matured=counts["matured"],
        scored=scored,
        brier=score,
        brier_low=low,
        brier_high=high,
        brier_interval=None if mixed else figures.interval(),
        base_rate=float(yes / n) if n else None,
        mean_probability=p / n if n else None,
        early=Early(n=int(early_n), brier=early),
        open=counts["open"],
        overdue=counts["overdue"],
        provisional=counts["overdue"] > 0,
        brier_bounds=figures.bounds(),
        ambiguous=counts["ambiguous"],
        annulled=dict(sorted(figures.annulled.items())),
        late=counts["late"],
        not_in_lexicon=counts["not_in_lexicon"],
        assumed=counts["assumed"],
        implied=figures.readings["implied"],
        assumed_phrases=figures.readings["assumed"],
        inferred_dates=counts["inferred"],
        left_out=counts["left out"],
        hindsight=counts["hindsight"],
        too_few_to_rank=scored < FEW,
        quality=found,
    )

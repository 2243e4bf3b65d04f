"""
The finished scorecard, as plain data: each group's score with everything needed to trust it.

``build`` takes items counted anywhere (a database, a list of records) and gives the same figures
to the last bit: the counts are whole numbers or fractions and merge exactly, and the floats are
summed once, at the end.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from foretrack.core.cohort import EVERYTHING, Cohort, Item, Selection, Standing, standing
from foretrack.core.lexicon import stance
from foretrack.core.records import Unscorable
from foretrack.core.rules import brier
from foretrack.core.timeline import Updates, segments, weights
from foretrack.core.uncertainty import interval_of_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from foretrack.core.lexicon import Lexicon, Stance
    from foretrack.core.tally import Weight

FEW: Final = 10
"""
Below this many scored questions a source is too little known to be ranked.
"""

NOT_ITS_OWN: Final = (Unscorable.DUPLICATE, Unscorable.ATTRIBUTED)
"""
Claims that say nothing about how clearly the source itself forecasts.
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
        not_in_lexicon: Questions that cannot be scored because the lexicon lacks a phrase.
        assumed: Forecasts whose window was assumed.
        implied: Forecasts by a bare "will".
        assumed_phrases: Forecasts whose phrase was read by assumption.
        inferred_dates: Forecasts whose article's date was inferred.
        hindsight: How many of the scored and early have criteria written after the outcome.
        too_few_to_rank: Fewer than ten scored.
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
    hindsight: int
    too_few_to_rank: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Convention:
    """
    How the figures were made; every table prints it.

    Attributes:
        lexicon: The lexicon used where a source declares none.
        declared: Sources scored by a lexicon of their own.
        left_out: Forecasts left out by ``basis``.
        only: The part of the record that counts.
    """

    as_of: date
    cohort: Cohort
    updates: Updates
    basis: str
    lexicon: str
    declared: Mapping[str, str]
    left_out: int
    only: Selection = EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """
    The scorecard: a row a group, and one for all of it.
    """

    by: str
    convention: Convention
    groups: tuple[Group, ...]
    overall: Group


@dataclass(slots=True)
class _Figures:
    """
    What a group's row is computed from.
    """

    counts: Counter[str] = field(default_factory=Counter)
    annulled: Counter[str] = field(default_factory=Counter)
    scored: dict[tuple[Stance, int], Weight] = field(default_factory=dict)
    early: dict[tuple[Stance, int], Weight] = field(default_factory=dict)
    overdue: dict[Stance, Weight] = field(default_factory=dict)
    singles: Counter[float] = field(default_factory=Counter)
    clusters: dict[str, list[float]] = field(default_factory=dict)
    clustered: Counter[str] = field(default_factory=Counter)
    repeated: dict[tuple[str, str], list[Item]] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)


def build(
    items: Iterable[Item],
    unscorable: Iterable[tuple[tuple[str, ...], str, int]],
    *,
    by: str,
    convention: Convention,
    lexicon_of: Callable[[str | None], Lexicon],
    labels: Mapping[str, str],
    groups: Sequence[str] = (),
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
    """
    parts: dict[str, _Figures] = {key: _Figures() for key in groups}
    every = _Figures()
    reasons: dict[str, Counter[str]] = {}
    all_reasons: Counter[str] = Counter()
    for keys, reason, n in unscorable:
        for key in keys:
            parts.setdefault(key, _Figures())
            reasons.setdefault(key, Counter())[reason] += n
        all_reasons[reason] += n

    lexicons: dict[str | None, Lexicon] = {}
    stances: dict[tuple[str | None, str | None, float | None, bool], Stance | None] = {}

    def stance_of(item: Item) -> Stance | None:
        key = (item.standard, item.phrase, item.probability, item.opposite)
        if key not in stances:
            if item.standard not in lexicons:
                lexicons[item.standard] = lexicon_of(item.standard)
            stances[key] = stance(
                lexicons[item.standard],
                phrase=item.phrase,
                probability=item.probability,
                opposite=item.opposite,
            )
        return stances[key]

    left_out = 0
    for item in items:
        if convention.basis == "stated" and item.assumed:
            left_out += item.n
            continue
        for key in item.group:
            figures = parts.get(key)
            if figures is None:
                figures = parts[key] = _Figures()
            _count(figures, item, convention=convention, stance_of=stance_of)
        _count(every, item, convention=convention, stance_of=stance_of)

    convention = replace(convention, left_out=left_out)
    rows = []
    for key in sorted(parts):
        _settle(parts[key], convention=convention, stance_of=stance_of)
        label = labels.get(key, key)
        rows.append(_row(key, label, parts[key], reasons.get(key, Counter()), convention))
    _settle(every, convention=convention, stance_of=stance_of)
    mixed = len(every.sources) > 1
    overall = _row("overall", "all together", every, all_reasons, convention, mixed=mixed)
    return Scorecard(by=by, convention=convention, groups=tuple(rows), overall=overall)


def _count(
    figures: _Figures,
    item: Item,
    *,
    convention: Convention,
    stance_of: Callable[[Item], Stance | None],
) -> None:
    """
    Add an item; a forecast that has updates waits until all of them are there.
    """
    counts = figures.counts
    figures.sources.add(item.source)
    counts["forecasts"] += item.n
    counts["assumed"] += item.n * item.assumed
    counts[f"read as {item.reading}"] += item.n
    counts["inferred"] += item.n * item.inferred
    how = standing(item)
    if how is Standing.LATE:
        counts["late"] += item.n
    elif item.question is not None and convention.updates is not Updates.EACH:
        figures.repeated.setdefault((item.source, item.question), []).append(item)
    else:
        _add(figures, item, how, [(stance_of(item), 1)], convention=convention)


def _settle(
    figures: _Figures, *, convention: Convention, stance_of: Callable[[Item], Stance | None]
) -> None:
    """
    Add the questions on which a source made several forecasts.
    """
    for items in figures.repeated.values():
        items.sort(key=lambda item: (item.made, item.probability or 0.0, item.phrase or ""))
        stances = [stance_of(item) for item in items]
        end = items[0].ends
        if end is None:
            raise ValueError("an item with a question needs its end")
        days = [(item.made, 0.5) for item in items if item.made is not None]
        shares = weights(segments(days, end=end), updates=convention.updates)
        parts = [(one, share) for one, share in zip(stances, shares, strict=True) if share]
        _add(figures, items[0]._replace(n=1), standing(items[0]), parts, convention=convention)
    figures.repeated.clear()


def _add(
    figures: _Figures,
    item: Item,
    how: Standing,
    parts: Sequence[tuple[Stance | None, Weight]],
    *,
    convention: Convention,
) -> None:
    """
    Count one unit, or several alike, whose forecasts have these shares.
    """
    counts, n = figures.counts, item.n
    counts["questions"] += n
    counts["matured"] += n * item.over
    if how in (Standing.SCORED, Standing.EARLY) and any(one is None for one, _ in parts):
        counts["not_in_lexicon"] += n
        return
    counts[how.value] += n
    if how is Standing.ANNULLED:
        figures.annulled["condition-unmet" if item.unmet else item.reason or ""] += n
    elif how is Standing.OVERDUE:
        for one, share in parts:
            if one is not None:
                figures.overdue[one] = figures.overdue.get(one, 0) + share * n
    elif how in (Standing.SCORED, Standing.EARLY):
        counts["hindsight"] += n * item.hindsight
        y = int(item.outcome == "yes")
        in_headline = how is Standing.SCORED or convention.cohort is Cohort.RESOLVED
        into = [figures.scored] if in_headline else []
        if how is Standing.EARLY:
            into.append(figures.early)
        known = [(one, share) for one, share in parts if one is not None]
        for one, share in known:
            for cells in into:
                cells[one, y] = cells.get((one, y), 0) + share * n
        if in_headline:
            score = math.fsum(share * brier(one.point, y) for one, share in known)
            _cluster(figures, item, score)


def _cluster(figures: _Figures, item: Item, score: float) -> None:
    """
    Keep what the interval of the mean needs: the score of each cluster.
    """
    if item.cluster is None:
        figures.singles[score] += item.n
    else:
        figures.clusters.setdefault(item.cluster, []).append(score * item.n)
        figures.clustered[item.cluster] += item.n


def _row(
    key: str,
    label: str,
    figures: _Figures,
    reasons: Counter[str],
    convention: Convention,
    *,
    mixed: bool = False,
) -> Group:
    """
    The row of a group; ``mixed`` for the one that puts several sources together.
    """
    counts = figures.counts
    n, score, low, high = _mean(figures.scored)
    early_n, early, _, _ = _mean(figures.early)
    vague = sum(k for reason, k in reasons.items() if reason not in NOT_ITS_OWN)
    own = counts["forecasts"] + vague
    scored = counts["scored"]
    if convention.cohort is Cohort.RESOLVED:
        scored += counts["early"]
    clusters = [(times, one, 1) for one, times in figures.singles.items()]
    clusters += [
        (1, math.fsum(sums), figures.clustered[name]) for name, sums in figures.clusters.items()
    ]
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
        brier_interval=None if mixed else interval_of_mean(clusters),
        base_rate=float(Fraction(yes) / n) if n else None,
        mean_probability=p / n if n else None,
        early=Early(n=int(early_n), brier=early),
        open=counts["open"],
        overdue=counts["overdue"],
        provisional=counts["overdue"] > 0,
        brier_bounds=_bounds(figures),
        ambiguous=counts["ambiguous"],
        annulled=dict(sorted(figures.annulled.items())),
        late=counts["late"],
        not_in_lexicon=counts["not_in_lexicon"],
        assumed=counts["assumed"],
        implied=counts["read as implied"],
        assumed_phrases=counts["read as assumed"],
        inferred_dates=counts["inferred"],
        hindsight=counts["hindsight"],
        too_few_to_rank=scored < FEW,
    )


def _mean(
    cells: Mapping[tuple[Stance, int], Weight],
) -> tuple[Weight, float | None, float | None, float | None]:
    """
    Number, mean Brier score, and its means at the kind and at the unkind end of each band.
    """
    n = sum(cells.values())
    if not n:
        return 0, None, None, None
    point, low, high = [], [], []
    for (one, y), weight in cells.items():
        ends = sorted((brier(one.low, y), brier(one.high, y)))
        point.append(weight * brier(one.point, y))
        low.append(weight * ends[0])
        high.append(weight * ends[1])
    return n, math.fsum(point) / n, math.fsum(low) / n, math.fsum(high) / n


def _bounds(figures: _Figures) -> tuple[float, float] | None:
    """
    The headline if everything overdue went for the source, and if all of it went against it.
    """
    if not figures.overdue:
        return None
    kind, unkind = dict(figures.scored), dict(figures.scored)
    for one, weight in figures.overdue.items():
        y = int(one.point >= 0.5)
        kind[one, y] = kind.get((one, y), 0) + weight
        unkind[one, 1 - y] = unkind.get((one, 1 - y), 0) + weight
    best, worst = _mean(kind)[1], _mean(unkind)[1]
    return None if best is None or worst is None else (best, worst)

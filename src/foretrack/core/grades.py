"""
The figures of one group of forecasts of a table.

The definitions are those of ``levels``, ``decomposition``, ``calibration``, ``recalibration`` and
``sample``; here they are put together.  A million forecasts are scored in the time it takes to read
them, because a sample holds counts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from foretrack.core import recalibration
from foretrack.core.bootstrap import bootstrap_of_mean
from foretrack.core.calibration import by_bin
from foretrack.core.comparison import skill
from foretrack.core.decomposition import Corp, Murphy, Rule, corp, murphy, murphy_10
from foretrack.core.levels import BINS, Levels
from foretrack.core.places import SQUARE, UNIT, place, square, whole
from foretrack.core.recalibration import InTheLarge, NotEstimable, Untested
from foretrack.core.sample import interval
from foretrack.core.uncertainty import wilson
from foretrack.core.vocabulary import Updates

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping, Sequence

    from foretrack.core.sample import Sample
    from foretrack.core.skills import Reference


@dataclass(frozen=True, slots=True)
class Skill:
    """
    What share of a reference's Brier score was saved.

    Attributes:
        reference: What was compared with.
        value: At most 1; None where it is undefined.
        n: How many forecasts have a counterpart.
    """

    reference: str
    value: float | None
    n: float


@dataclass(frozen=True, slots=True)
class Bin:
    """
    A row of the calibration table: forecasts from ``low`` up to ``high``.

    Attributes:
        mean_probability: What was said, 0 to 1.
        observed: The share that came true, 0 to 1.
        wilson: 95% interval of that share.
    """

    low: float
    high: float
    n: float
    mean_probability: float
    observed: float
    wilson: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """
    The 95% percentile interval of the mean Brier score, by cluster.

    Attributes:
        replicates: How many samples were drawn.
        interval: None below 30 clusters, where it would cover far too little.
    """

    replicates: int
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """
    The figures of one group.

    Attributes:
        n: Number of forecasts; of questions where updates share the weight of one.
        questions: Number of distinct questions; None where they are not named.
        clusters: Number of clusters, which intervals treat as one each.
        events_occurred: How many of the n came true.
        repeated: Rows that repeat source, question and day of an earlier one; None where those
            are not named.
        base_rate: Share that came true, 0 to 1, weighted.
        mean_probability: What was said on average, 0 to 1, weighted.
        brier: Mean of (p - y)², 0 best, 1 worst.
        brier_interval: 95% interval of the mean, by cluster; None where there is none.
        log_score: Mean in nats, 0 best; infinite where something called impossible happened.
        log_infinite: How many forecasts called impossible what happened, clipped or not.
        corp: Miscalibration, discrimination and uncertainty of the Brier score.
        corp_log: The same of the log score.
        mcb_under_calibration: Mean miscalibration if every forecast were exactly right; None
            where it was not resampled.
        p_value: Chance of as much miscalibration by luck alone; None where it was not resampled.
        murphy: On distinct probabilities.
        murphy_10: In ten bins.
        calibration_10: The ten bins, without the empty ones.
        in_the_large: Whether events were as frequent as said; a test only where outcomes are
            independent, with one forecast for each question and cluster.
        slope: Logistic recalibration, 1 is right, below 1 overconfident; or why there is none.
        skill: Against the reference.
        n_effective: Equally weighted forecasts (or clusters of one size) as informative as these.
        brier_bootstrap: The percentile interval, where it was asked for.
    """

    n: float
    questions: int | None
    clusters: int
    events_occurred: float
    repeated: int | None
    base_rate: float
    mean_probability: float
    brier: float
    brier_interval: tuple[float, float] | None
    log_score: float
    log_infinite: float
    corp: Corp
    corp_log: Corp
    mcb_under_calibration: float | None
    p_value: float | None
    murphy: Murphy
    murphy_10: Murphy
    calibration_10: tuple[Bin, ...]
    in_the_large: InTheLarge
    slope: float | NotEstimable
    skill: Skill
    n_effective: float
    brier_bootstrap: Bootstrap | None = None


ALWAYS: Final = "0.5"
"""
The reference where none is named: always saying 50%.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    What to score, and how.

    Attributes:
        by: The column that makes the groups.
        names: Columns whose name is another than their role.
        table: The name of the table in a database; None for the only one that has the columns.
        sources: Only these; all where it is empty.
        reference: A probability, a source or a column that skill is measured against.
        clip: For the log score and the slope, move p into [clip, 1 - clip] first.
        updates: How several forecasts by one source on one question count.
        resamples: How often calibration is resampled, whatever the size of the group; None for
            the usual number in groups of up to 2,000.
        bootstrap: How many samples the bootstrap draws; 0 for no bootstrap.
        seed: Of the resampling.
        skip_bad: Leave out rows that cannot be scored, and count them.
    """

    by: str = "source"
    names: Mapping[str, str] = field(default_factory=dict)
    table: str | None = None
    sources: tuple[str, ...] = ()
    reference: str = ALWAYS
    clip: float | None = None
    updates: Updates = Updates.EACH
    resamples: int | None = None
    bootstrap: int = 0
    seed: int = 0
    skip_bad: bool = False


@dataclass(frozen=True, slots=True)
class Graded:
    """
    The figures of every group, and what they were made of.

    Attributes:
        choice: How they were made.
        tables: The tables as they were named.
        rows: How many rows were read of the sources that count.
        left_out: How many of them could not be scored.
        bad: The first of those, in words.
        groups: The figures by name of the group, in order.
        overall: The figures of all rows together.
    """

    choice: Choice
    tables: tuple[str, ...]
    rows: int
    left_out: int
    bad: tuple[str, ...]
    groups: Mapping[str, Grade]
    overall: Grade


def grade(
    sample: Sample,
    *,
    against: Skill,
    clip: float | None = None,
    resamples: int = 0,
    rng: random.Random | None = None,
    replicates: int = 0,
    lots: random.Random | None = None,
) -> Grade:
    """
    Every figure of a group.

    Args:
        sample: The group.
        against: The comparison with the reference, made by the caller.
        clip: For the log score and the slope, move p into [clip, 1 - clip] first; above 0, at
            most 0.5.
        resamples: How often calibration is resampled; 0 for not at all.
        rng: The random generator for that.
        replicates: How many samples the bootstrap draws, 40 or more; 0 for no bootstrap.  The
            sample must hold its units, unless each forecast is a cluster.
        lots: The random generator for that.

    Raises:
        NothingResolved: The group is empty.
        OutOfRange: clip is not above 0 and at most 0.5.
    """
    levels = Levels.of(sample.levels())
    of_log = corp(levels, rule=Rule.LOG, clip=clip)
    luck: tuple[float | None, float | None] = (None, None)
    if rng is not None and resamples:
        tested = recalibration.resampled(levels, _units(sample, levels), rng, resamples=resamples)
        luck = tested.under_calibration, tested.p_value
    drawn = None
    if lots is not None and replicates:
        found = bootstrap_of_mean(_kinds(sample, levels), lots, replicates=replicates)
        drawn = Bootstrap(replicates, found)
    fit = recalibration.slope(levels, clip=clip)
    n, events, impossible = _plain(sample, levels)
    return Grade(
        n=whole(n, sample.scale),
        questions=sample.questions,
        clusters=sample.clusters.k,
        events_occurred=whole(events, sample.scale),
        repeated=sample.repeated,
        base_rate=levels.base_rate,
        mean_probability=levels.mean_probability,
        brier=levels.brier,
        brier_interval=interval(sample.clusters),
        log_score=of_log.score,
        log_infinite=whole(impossible, sample.scale),
        corp=corp(levels),
        corp_log=of_log,
        mcb_under_calibration=luck[0],
        p_value=luck[1],
        murphy=murphy(levels),
        murphy_10=murphy_10(levels),
        calibration_10=_bins(sample, levels),
        in_the_large=_in_the_large(sample, levels),
        slope=fit if isinstance(fit, NotEstimable) else fit.value,
        skill=against,
        n_effective=_n_effective(sample, levels),
        brier_bootstrap=drawn,
    )


def compared(name: str, score: int, reference: int, *, n: float) -> Skill:
    """
    Skill against a reference.

    Args:
        name: What the reference is called.
        score: Sum of the Brier scores, whatever the unit.
        reference: Sum of the reference's over the same forecasts, in the same unit.
        n: How many forecasts that is.
    """
    # Divided as whole numbers first, so that equal sums give exactly 0.
    return Skill(name, skill(score / reference, 1.0) if reference else None, n)


def constant(sample: Sample, p: float) -> int:
    """
    Sum of the Brier scores that always saying p would have, in 10⁻²⁴.
    """
    others, events = sample.sides()
    return events * square(place(p, 1)) + others * square(place(p, 0))


def against(reference: Reference, sample: Sample) -> Skill:
    """
    Skill of a sample against always saying one probability.

    Args:
        reference: It must be a constant one.
        sample: The forecasts.
    """
    assert reference.constant is not None
    said = constant(sample, reference.constant)
    return compared(reference.name, sample.clusters.s, said, n=sample.n)


def _plain(sample: Sample, levels: Levels) -> tuple[int, int, int]:
    """
    Forecasts, those that came true, and those that called impossible what happened; unweighted.
    """
    if sample.forecasts is None:
        return levels.n, levels.events, levels.impossible
    counts = sample.forecasts
    events = sum(n for key, n in counts.items() if key & 1)
    impossible = counts.get(place(0.0, 1), 0) + counts.get(place(1.0, 0), 0)
    return sum(counts.values()), events, impossible


def _bins(sample: Sample, levels: Levels) -> tuple[Bin, ...]:
    rows = by_bin(levels)
    if sample.forecasts is None or sample.squares is None:
        return tuple(
            Bin(
                row.low,
                row.high,
                whole(sums.n, sample.scale),
                row.mean_probability,
                row.observed,
                row.wilson,
            )
            for row, (_, sums) in zip(rows, levels.bins, strict=True)
        )
    found = []
    for row, (at, sums) in zip(rows, levels.bins, strict=True):
        # As informative as so many forecasts of equal weight.
        counts = Fraction(sums.n**2, _within(sample.squares, at))
        share = wilson(Fraction(sums.k, sums.n) * counts, counts)
        n = whole(_within(sample.forecasts, at), sample.scale)
        found.append(Bin(row.low, row.high, n, row.mean_probability, row.observed, share))
    return tuple(found)


def _within(counts: Mapping[int, int], at: int) -> int:
    step = UNIT // BINS
    return sum(n for key, n in counts.items() if min((key >> 1) // step, BINS - 1) == at)


def _in_the_large(sample: Sample, levels: Levels) -> InTheLarge:
    if sample.scale != 1 or sample.forecasts is not None:
        return recalibration.difference(levels, Untested.WEIGHTED)
    if sample.clusters.k < levels.n:  # one outcome, or one piece of luck, would be counted twice
        return recalibration.difference(levels, Untested.SHARED)
    return recalibration.in_the_large(levels)


def _units(sample: Sample, levels: Levels) -> Sequence[Sequence[tuple[int, int]]]:
    """
    The forecasts of each cluster by position of their level, in an order of their own.
    """
    if sample.units is None:
        return recalibration.alone(levels)
    at = {p: number for number, p in enumerate(levels.places)}
    placed = ([(at[key >> 1], weight) for key, weight in unit] for unit in sample.units)
    # Whatever the order of the rows, the same numbers are drawn for the same forecasts.
    return sorted(sorted(unit) for unit in placed)


def _kinds(sample: Sample, levels: Levels) -> Iterable[tuple[int, float, int]]:
    """
    How many clusters there are of each sum of scores and each size.
    """
    kinds: Counter[tuple[int, int]] = Counter()
    if sample.units is None or _is_plain(sample, levels):
        for p, n, k in zip(levels.places, levels.ns, levels.hits, strict=True):
            kinds[int(p) ** 2, 1] += int(n - k)
            kinds[(UNIT - int(p)) ** 2, 1] += int(k)
    else:
        for unit in sample.units:
            score = sum(weight * square(key) for key, weight in unit)
            kinds[score, sum(weight for _, weight in unit)] += 1
    return [(times, score / SQUARE, n) for (score, n), times in kinds.items()]


def _is_plain(sample: Sample, levels: Levels) -> bool:
    """
    Whether each forecast is a cluster and counts once.
    """
    return sample.scale == 1 and sample.forecasts is None and sample.clusters.k == levels.n


def _n_effective(sample: Sample, levels: Levels) -> float:
    squares = sample.clusters.nn if sample.squares is None else sum(sample.squares.values())
    return levels.n * levels.n / squares

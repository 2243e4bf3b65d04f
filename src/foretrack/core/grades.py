"""
The figures of one group of forecasts, from whole numbers alone.

A group arrives as counts: how often each (probability, outcome) was given, and the size and score
of each cluster.  All of it is whole numbers, so that counts merge exactly in any order, wherever
they were made; probabilities become whole numbers of 10⁻¹², squares of 10⁻²⁴.  Sums are divided
once, at the end.  The cost grows with the number of distinct probabilities, so that a million
forecasts are scored in the time it takes to read them.

The definitions are those of ``rules``, ``calibration``, ``recalibration`` and ``uncertainty``,
which compute the same figures one tally at a time.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import compress, islice
from operator import eq, mul
from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.core import recalibration
from foretrack.core.calibration import BINS
from foretrack.core.comparison import skill
from foretrack.core.decomposition import Corp, Murphy
from foretrack.core.recalibration import LARGEST_EXACT, InTheLarge, NotEstimable
from foretrack.core.rules import DECIMALS, clipped
from foretrack.core.tally import Tally
from foretrack.core.timeline import Updates
from foretrack.core.uncertainty import expit, logit, student_t, wilson
from foretrack.errors import NothingResolved

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping, Sequence

UNIT: Final = 10**DECIMALS
"""
A probability of 1 as a whole number.
"""
SQUARE: Final = UNIT * UNIT
"""
A Brier score of 1 as a whole number.
"""
RESAMPLED_UP_TO: Final = 2000
"""
Above so many forecasts calibration is resampled only on demand.
"""
RESAMPLES: Final = 499
_SURE: Final = 0.499  # a probability times 10¹² is off by less than a thousandth
_EXACT_BLOCKS: Final = 100  # so many fractions are added exactly before floats take over


def place(p: float, y: int) -> int:
    """
    The key of a probability and an outcome: it sorts by probability, then outcome.

    Args:
        p: Probability of "yes", 0 to 1; pooled to twelve decimals.
        y: What happened, 1 for "yes" and 0 for "no".

    >>> place(0.5, 1)
    1000000000001
    """
    scaled = p * UNIT
    whole_part = int(scaled + 0.5)
    if abs(scaled - whole_part) > _SURE:  # so near to the middle that rounding needs care
        whole_part = round(round(p, DECIMALS) * UNIT)
    return 2 * whole_part + y


def square(key: int) -> int:
    """
    The Brier score (p - y)² of a key as a whole number of 10⁻²⁴.

    >>> square(place(0.2, 1)) / SQUARE
    0.64
    """
    return ((key >> 1) - UNIT * (key & 1)) ** 2


class Spread(NamedTuple):
    """
    What an interval needs to know of the clusters.  Sums of whole numbers: they merge by addition.

    Attributes:
        k: How many clusters.
        n: Sum of their sizes.
        s: Sum of their scores, in 10⁻²⁴.
        nn: Sum of squared sizes.
        sn: Sum of score times size.
        ss: Sum of squared scores.
    """

    k: int
    n: int
    s: int
    nn: int
    sn: int
    ss: int


def spread(sizes: Sequence[int], scores: Sequence[int]) -> Spread:
    """
    The sums over clusters of these sizes and scores.
    """
    return Spread(
        len(sizes),
        sum(sizes),
        sum(scores),
        sum(map(mul, sizes, sizes)),
        sum(map(mul, scores, sizes)),
        sum(map(mul, scores, scores)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """
    One group of forecasts before it is scored.

    Attributes:
        counts: What each key of ``place`` counts for, above 0.
        clusters: Sums over the clusters, with the same weights.
        scale: What one whole forecast counts for, 1 unless forecasts are split over time.
        forecasts: How many forecasts there were of each key, in ``scale``, where weights were
            given that make it another number than ``counts``.
        squares: Sum of the squared weights of each key, where weights were given.
        questions: Number of distinct questions, where they are named.
        repeated: Rows that repeat source, question and day of an earlier one, where those are
            named.
        units: The forecasts (key, weight) of each cluster, where calibration is resampled.
    """

    counts: Mapping[int, int]
    clusters: Spread
    scale: int = 1
    forecasts: Mapping[int, int] | None = None
    squares: Mapping[int, int] | None = None
    questions: int | None = None
    repeated: int | None = None
    units: Sequence[Sequence[tuple[int, int]]] | None = None


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
        in_the_large: Whether events were as frequent as said.
        slope: Logistic recalibration, 1 is right, below 1 overconfident; or why there is none.
        skill: Against the reference.
        n_effective: Equally weighted forecasts (or clusters of one size) as informative as these.
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
        sources: Only these; all where it is empty.
        reference: A probability, a source or a column that skill is measured against.
        clip: For the log score and the slope, move p into [clip, 1 - clip] first.
        updates: How several forecasts by one source on one question count.
        resamples: How often calibration is resampled, whatever the size of the group; None for
            the usual number in groups of up to 2,000.
        seed: Of the resampling.
        skip_bad: Leave out rows that cannot be scored, and count them.
    """

    by: str = "source"
    names: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    reference: str = ALWAYS
    clip: float | None = None
    updates: Updates = Updates.EACH
    resamples: int | None = None
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


class _Levels:
    """
    The counts by probability, lowest first, in columns.
    """

    __slots__ = ("events", "hits", "ns", "places")

    def __init__(self, counts: Mapping[int, int]) -> None:
        keys = sorted(counts)
        ns = list(map(counts.__getitem__, keys))
        hits = [n if key & 1 else 0 for key, n in zip(keys, ns, strict=True)]
        places = [key >> 1 for key in keys]
        twice = [at for at, both in enumerate(map(eq, places, islice(places, 1, None))) if both]
        for at in twice:  # both outcomes of one probability: the second, 1, takes in the first
            ns[at + 1] += ns[at]
        if twice:
            kept = bytearray(b"\1") * len(places)
            for at in twice:
                kept[at] = 0
            places, ns, hits = (list(compress(column, kept)) for column in (places, ns, hits))
        self.places = places
        self.ns = ns
        self.hits = hits

    def probabilities(self) -> list[float]:
        # A whole number of 10⁻¹² divided once gives the double nearest to the decimal.
        return [p / UNIT for p in self.places]


class _Sums(NamedTuple):
    """
    Exact sums over the levels of one bin, or over all of them.
    """

    n: int
    k: int
    np: int
    npp: int
    kp: int

    @property
    def brier(self) -> int:
        """
        Sum of the Brier scores, in 10⁻²⁴.
        """
        return self.npp - 2 * UNIT * self.kp + SQUARE * self.k


def grade(
    sample: Sample,
    *,
    against: Skill,
    clip: float | None = None,
    resamples: int = 0,
    rng: random.Random | None = None,
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

    Raises:
        NothingResolved: The group is empty.
        OutOfRange: clip is not above 0 and at most 0.5.
    """
    if not sample.counts:
        raise NothingResolved("no forecast with an outcome to score")
    levels = _Levels(sample.counts)
    probabilities = levels.probabilities()
    bins = _bins(levels)
    total = _Sums(*map(sum, zip(*(sums for _, sums in bins), strict=True)))
    n, events = total.n, total.k
    brier = total.brier / (SQUARE * n)
    unc = events * (n - events) / (n * n)
    blocks = _pooled(levels.ns, levels.hits)
    plain = sample.forecasts
    corp = _corp_brier(total, blocks)
    luck: tuple[float | None, float | None] = (None, None)
    if rng is not None and resamples:
        luck = _luck(sample, levels, rng, resamples=resamples, observed=corp.mcb)
    log = _mean_log(levels, probabilities, clip) / n
    within = math.fsum(
        hits * (size - hits) / size
        for size, hits in zip(levels.ns, levels.hits, strict=True)
        if 0 < hits < size
    )
    return Grade(
        n=whole(n if plain is None else sum(plain.values()), sample.scale),
        questions=sample.questions,
        clusters=sample.clusters.k,
        events_occurred=whole(
            events if plain is None else sum(n for key, n in plain.items() if key & 1),
            sample.scale,
        ),
        repeated=sample.repeated,
        base_rate=events / n,
        mean_probability=total.np / (UNIT * n),
        brier=brier,
        brier_interval=interval(sample.clusters),
        log_score=log,
        log_infinite=whole(_impossible(sample.counts if plain is None else plain), sample.scale),
        corp=corp,
        corp_log=_corp_log(
            log,
            blocks if clip is None else _pooled(*_merged_by_clip(levels, probabilities, clip)),
            n=n,
            events=events,
        ),
        mcb_under_calibration=luck[0],
        p_value=luck[1],
        murphy=Murphy(max(brier - within / n, 0.0), max(unc - within / n, 0.0), unc),
        murphy_10=_murphy_10(bins, total, unc),
        calibration_10=tuple(_bin(at, sums, sample) for at, sums in bins),
        in_the_large=_in_the_large(sample, total),
        slope=_slope(sample, levels, probabilities, clip),
        skill=against,
        n_effective=_n_effective(sample, n),
    )


def _impossible(counts: Mapping[int, int]) -> int:
    """
    Forecasts of 0 where it happened and of 1 where it did not.
    """
    return counts.get(place(0.0, 1), 0) + counts.get(place(1.0, 0), 0)


def whole(count: int, scale: int) -> float:
    """
    A count in units of a scale: a whole number where it is one.

    >>> whole(3, 1), whole(1, 2)
    (3, 0.5)
    """
    return count // scale if count % scale == 0 else count / scale


def compared(name: str, score: int, reference: int, *, n: float) -> Skill:
    """
    Skill against a reference.

    Args:
        name: What the reference is called.
        score: Sum of the Brier scores, whatever the unit.
        reference: Sum of the reference's over the same forecasts, in the same unit.
        n: How many forecasts that is.
    """
    return Skill(name, _ratio(score, reference), n)


def _ratio(score: int, reference: int) -> float | None:
    # Divided as whole numbers first, so that equal sums give exactly 0.
    return skill(score / reference, 1.0) if reference else None


def constant(counts: Mapping[int, int], p: float) -> int:
    """
    Sum of the Brier scores that always saying p would have, in 10⁻²⁴.
    """
    events = sum(n for key, n in counts.items() if key & 1)
    others = sum(counts.values()) - events
    return events * square(place(p, 1)) + others * square(place(p, 0))


def interval(clusters: Spread, *, level: float = 0.95) -> tuple[float, float] | None:
    """
    Interval of a mean Brier score, by cluster: Student's t on logit(mean).

    The same as :func:`foretrack.core.uncertainty.interval_of_mean`, from sums over the clusters.

    Args:
        clusters: The sums.
        level: Confidence level, above 0 and below 1.

    Returns:
        Lower and upper end, above 0 and below 1; None where no interval can be given.
    """
    k, n, s = clusters.k, clusters.n, clusters.s
    if k < 2 or not 0 < s < n * SQUARE:
        return None
    # Sum over clusters of (S - n m)² with m = s/n, times n²: exact, so that nothing cancels.
    squares = n * n * clusters.ss - 2 * n * s * clusters.sn + s * s * clusters.nn
    if squares <= 0:
        return None
    mean = s / (n * SQUARE)
    variance = k * squares / ((k - 1) * n**4 * SQUARE**2)
    error = math.sqrt(variance) / (mean * (1.0 - mean))
    reach = student_t(1.0 - (1.0 - level) / 2.0, k - 1) * error
    centre = logit(mean)
    return expit(centre - reach), expit(centre + reach)


def _bins(levels: _Levels) -> list[tuple[int, _Sums]]:
    """
    Exact sums of each bin [k/10, (k + 1)/10), the last one closed; without the empty ones.
    """
    places, ns, hits = levels.places, levels.ns, levels.hits
    edges = [bisect_left(places, at * (UNIT // BINS)) for at in range(BINS)] + [len(places)]
    found = []
    for at in range(BINS):
        cut = slice(edges[at], edges[at + 1])
        p, n, k = places[cut], ns[cut], hits[cut]
        if p:
            weighted = list(map(mul, n, p))
            found.append(
                (
                    at,
                    _Sums(
                        sum(n),
                        sum(k),
                        sum(weighted),
                        sum(map(mul, weighted, p)),
                        sum(map(mul, k, p)),
                    ),
                )
            )
    return found


def _bin(at: int, sums: _Sums, sample: Sample) -> Bin:
    counts, k = Fraction(sums.n, sample.scale), Fraction(sums.k, sample.scale)
    n = whole(sums.n, sample.scale)
    if sample.forecasts is not None and sample.squares is not None:
        n = whole(_within(sample.forecasts, at), sample.scale)
        # As informative as so many forecasts of equal weight.
        counts = Fraction(sums.n**2, _within(sample.squares, at))
        k = Fraction(sums.k, sums.n) * counts
    return Bin(
        at / BINS,
        (at + 1) / BINS,
        n,
        sums.np / (UNIT * sums.n),
        sums.k / sums.n,
        wilson(k, counts),
    )


def _within(counts: Mapping[int, int], at: int) -> int:
    step = UNIT // BINS
    return sum(n for key, n in counts.items() if min((key >> 1) // step, BINS - 1) == at)


def _murphy_10(bins: Iterable[tuple[int, _Sums]], total: _Sums, unc: float) -> Murphy:
    base = total.k / total.n
    rel, res, wbv, wbc = [], [], [], []
    for _, sums in bins:
        observed = sums.k / sums.n
        off = (sums.np - UNIT * sums.k) / (UNIT * sums.n)
        rel.append(sums.n * off * off)
        res.append(sums.n * (observed - base) ** 2)
        wbv.append((sums.n * sums.npp - sums.np**2) / (SQUARE * sums.n))
        wbc.append((sums.n * sums.kp - sums.np * sums.k) / (UNIT * sums.n))
    n = total.n
    return Murphy(
        math.fsum(rel) / n, math.fsum(res) / n, unc, math.fsum(wbv) / n, math.fsum(wbc) / n
    )


def _pooled(ns: Sequence[int], hits: Sequence[int]) -> list[tuple[int, int, int]]:
    """
    The steps of the isotonic fit: number of levels, n and events of each.

    As ``calibration.pool``; neighbours that nothing or everything came true of are joined first,
    which is most of them where nearly every probability is new.
    """
    sizes: list[int] = []
    totals: list[int] = []
    events: list[int] = []
    size, n, k = 0, 0, 0  # the step in hand, not yet on the pile
    for level_n, level_k in zip(ns, hits, strict=True):
        if k * level_n >= level_k * n:
            size += 1
            n += level_n
            k += level_k
            while sizes and events[-1] * n >= k * totals[-1]:
                size += sizes.pop()
                n += totals.pop()
                k += events.pop()
        else:
            sizes.append(size)
            totals.append(n)
            events.append(k)
            size, n, k = 1, level_n, level_k
    sizes.append(size)
    totals.append(n)
    events.append(k)
    return list(zip(sizes, totals, events, strict=True))


def _corp_brier(total: _Sums, blocks: Sequence[tuple[int, int, int]]) -> Corp:
    n, k = total.n, total.k
    if len(blocks) <= _EXACT_BLOCKS:
        exact = sum(
            (Fraction(events * (size - events), size) for _, size, events in blocks), Fraction(0)
        )
        mcb = float((Fraction(total.brier, SQUARE) - exact) / n)
        dsc = float((Fraction(k * (n - k), n) - exact) / n)
    else:
        fitted = math.fsum(events * (size - events) / size for _, size, events in blocks)
        mcb = max(total.brier / SQUARE - fitted, 0.0) / n
        dsc = max(k * (n - k) / n - fitted, 0.0) / n
    return Corp(total.brier / (SQUARE * n), mcb, dsc, k * (n - k) / (n * n))


def _corp_log(log: float, blocks: Sequence[tuple[int, int, int]], *, n: int, events: int) -> Corp:
    base = events / n
    fitted = math.fsum(_entropies(blocks)) / n
    unc = math.fsum(_entropies([(1, n, events)])) / n
    gain = math.fsum(size * _gain(k / size, base) for _, size, k in blocks) / n
    return Corp(log, max(log - fitted, 0.0), max(gain, 0.0), unc)


def _merged_by_clip(
    levels: _Levels, probabilities: Sequence[float], clip: float
) -> tuple[list[int], list[int]]:
    ns: list[int] = []
    hits: list[int] = []
    last = -1.0
    for p, n, k in zip(probabilities, levels.ns, levels.hits, strict=True):
        moved = clipped(p, clip)
        if moved == last:
            ns[-1] += n
            hits[-1] += k
        else:
            ns.append(n)
            hits.append(k)
            last = moved
    return ns, hits


def _entropies(blocks: Iterable[tuple[int, int, int]]) -> Iterable[float]:
    for _, n, k in blocks:
        if 0 < k < n:
            yield -k * math.log(k / n)
            yield -(n - k) * math.log((n - k) / n)


def _gain(c: float, base: float) -> float:
    yes = c * math.log(c / base) if c > 0.0 else 0.0
    no = (1.0 - c) * (math.log1p(-c) - math.log1p(-base)) if c < 1.0 else 0.0
    return yes + no


def _mean_log(levels: _Levels, probabilities: Sequence[float], clip: float | None) -> float:
    """
    Sum of the log scores.
    """
    said = probabilities if clip is None else [clipped(p, clip) for p in probabilities]
    ns, hits = levels.ns, levels.hits
    no = list(map(int.__sub__, ns, hits))
    if (hits[0] and said[0] == 0.0) or (no[-1] and said[-1] == 1.0):
        return math.inf
    yes_said, no_said = compress(said, hits), compress(said, no)
    yes = map(mul, filter(None, hits), map(math.log, yes_said))
    nay = map(mul, filter(None, no), map(math.log1p, map(float.__neg__, no_said)))
    return -math.fsum((math.fsum(yes), math.fsum(nay))) + 0.0


def _in_the_large(sample: Sample, total: _Sums) -> InTheLarge:
    surplus = UNIT * total.k - total.np
    difference = surplus / (UNIT * total.n)
    if sample.scale != 1 or sample.forecasts is not None:
        return InTheLarge(difference)
    if total.n <= LARGEST_EXACT:
        return recalibration.in_the_large(_tally(sample))
    variance = (UNIT * total.np - total.npp) / SQUARE
    if not variance:
        return InTheLarge(difference, z=math.copysign(math.inf, surplus) if surplus else 0.0)
    return InTheLarge(difference, z=surplus / UNIT / math.sqrt(variance))


def _tally(sample: Sample) -> Tally:
    return Tally.of_counts(
        ((key >> 1) / UNIT, key & 1, weight) for key, weight in sorted(sample.counts.items())
    )


def _luck(
    sample: Sample, levels: _Levels, rng: random.Random, *, resamples: int, observed: float
) -> tuple[float, float]:
    """
    Mean miscalibration if every forecast were exactly right, and the p-value of the observed one.

    The same draws as :func:`foretrack.core.recalibration.miscalibration`.  In each, n times MCB is
    the sum of the Brier scores less that of the isotonic fit, k (n - k)/n for each of its steps.
    """
    at = {p: number for number, p in enumerate(levels.places)}
    said = levels.probabilities()
    units = [
        [(at[key >> 1], weight) for key, weight in unit] for unit in sample.units or _alone(levels)
    ]
    n = sum(levels.ns)
    fixed = math.fsum(map(mul, levels.ns, map(mul, said, said)))
    # What a level adds to the sum of the scores for each of its events.
    gains = [1.0 - 2.0 * p for p in said]
    single = all(len(unit) == 1 for unit in units)
    places = [unit[0][0] for unit in units] if single else []
    weights = [unit[0][1] for unit in units] if single else []
    chances = [said[place] for place in places]
    draw = rng.random
    drawn, as_much = [], 0
    for _ in range(resamples):
        hits = [0] * len(said)
        if single:
            for place, weight in compress(
                zip(places, weights, strict=True), [draw() < p for p in chances]
            ):
                hits[place] += weight
        else:
            for unit in units:
                number = draw()
                for place, weight in unit:
                    if number < said[place]:
                        hits[place] += weight
        fitted = math.fsum(
            k * (size - k) / size for _, size, k in _pooled(levels.ns, hits) if 0 < k < size
        )
        mcb = max(fixed + math.fsum(map(mul, gains, hits)) - fitted, 0.0) / n
        drawn.append(mcb)
        # Rounding alone must not decide between two equal values.
        as_much += mcb >= observed - 1e-12
    return math.fsum(drawn) / resamples, (1 + as_much) / (1 + resamples)


def _alone(levels: _Levels) -> list[list[tuple[int, int]]]:
    return [[(2 * p, 1)] for p, n in zip(levels.places, levels.ns, strict=True) for _ in range(n)]


def _slope(
    sample: Sample, levels: _Levels, probabilities: Sequence[float], clip: float | None
) -> float | NotEstimable:
    if clip is None and (levels.places[0] == 0 or levels.places[-1] == UNIT):
        return NotEstimable.CERTAIN
    if (quick := _newton(levels, probabilities, clip)) is not None:
        return quick
    fit = recalibration.slope(_tally(sample), clip=clip)
    return fit if isinstance(fit, NotEstimable) else fit.value


def _newton(levels: _Levels, probabilities: Sequence[float], clip: float | None) -> float | None:
    """
    The slope by Newton's steps from "calibrated"; None where they do not settle at once.
    """
    ns, hits = levels.ns, levels.hits
    said = probabilities if clip is None else [clipped(p, clip) for p in probabilities]
    if not _overlap(said, ns, hits):
        return None
    xs = [math.log(p / (1.0 - p)) for p in said]
    a, b = 0.0, 1.0
    for _ in range(12):
        try:
            fitted = [1.0 / (1.0 + math.exp(-a - b * x)) for x in xs]
        except OverflowError:
            return None
        weights = [n * q * (1.0 - q) for n, q in zip(ns, fitted, strict=True)]
        left = [k - n * q for k, n, q in zip(hits, ns, fitted, strict=True)]
        total = math.fsum(weights)
        if not total > 0.0:
            return None
        centre = math.fsum(map(mul, weights, xs)) / total
        away = [x - centre for x in xs]
        turned = list(map(mul, weights, away))
        stiff = math.fsum(map(mul, turned, away))
        if not stiff > 0.0:
            return None
        tilt = math.fsum(map(mul, left, away)) / stiff
        shift = math.fsum(left) / total - tilt * centre
        if max(abs(tilt), abs(shift)) > 5.0:
            return None
        a, b = a + shift, b + tilt
        if abs(tilt) <= 1e-13 * max(1.0, abs(b)) and abs(shift) <= 1e-12 * max(1.0, abs(a)):
            return b
    return None


def _overlap(said: Sequence[float], ns: Sequence[int], hits: Sequence[int]) -> bool:
    """
    Whether a finite fit exists: yes and no overlap, and no forecast is certain.
    """
    first_yes = next((p for p, k in zip(said, hits, strict=True) if k), None)
    last_no = next(
        (p for p, n, k in zip(reversed(said), reversed(ns), reversed(hits), strict=True) if n > k),
        None,
    )
    first_no = next((p for p, n, k in zip(said, ns, hits, strict=True) if n > k), None)
    last_yes = next((p for p, k in zip(reversed(said), reversed(hits), strict=True) if k), None)
    if first_yes is None or last_yes is None or first_no is None or last_no is None:
        return False
    return said[0] > 0.0 and said[-1] < 1.0 and first_yes < last_no and first_no < last_yes


def _n_effective(sample: Sample, n: int) -> float:
    squares = sample.clusters.nn if sample.squares is None else sum(sample.squares.values())
    return n * n / squares

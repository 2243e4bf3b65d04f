"""
The reliability diagram: the isotonic curve of what was said, its histogram, and what luck makes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.core.calibration import binned, isotonic
from foretrack.core.closing import ends
from foretrack.core.cohort import Standing
from foretrack.core.consistency import LEVEL, Consistency, beyond_each_end, consistency
from foretrack.core.decomposition import Corp, corp
from foretrack.core.levels import BINS
from foretrack.core.luck import RESAMPLES
from foretrack.core.tally import Tally
from foretrack.core.timeline import segments, weights
from foretrack.core.vocabulary import Cohort, Outcome, Updates

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping, Sequence

    from foretrack.core.figures import Figures
    from foretrack.core.page import Line
    from foretrack.core.scorecard import Convention
    from foretrack.core.tally import Weight

DIAGRAM_FROM: Final = 10
"""
Below this many scored questions a reliability diagram shows luck and nothing else.
"""

BAND_FROM: Final = 20
"""
Below this many scored questions the consistency band would hold nearly everything.
"""

BARS: Final = 20
"""
Up to so many distinct probabilities the histogram has a bar for each.
"""


@dataclass(frozen=True, slots=True)
class Said:
    """
    All forecasts of one probability, and what they should have been.

    Attributes:
        p: Probability of "yes", 0 to 1.
        n: How many, or their weight.
        events: How many came true.
        recalibrated: The isotonic fit: the share that came true here and around, 0 to 1.
    """

    p: float
    n: float
    events: float
    recalibrated: float


@dataclass(frozen=True, slots=True)
class Bar:
    """
    A bar of the histogram: forecasts from ``low`` to ``high``; equal ends are one probability.
    """

    low: float
    high: float
    n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """
    The reliability diagram (CORP) of a source, or of all of them together.

    Attributes:
        source: None for all together.
        n: Scored questions, for each source that forecast them.
        units: What their luck is independent in: clusters, and questions outside any.
        said: The curve, a point for each distinct probability; empty where ``n`` is too small.
        histogram: How often which probability was said; empty alike.
        parts: The Brier score in its three parts; None alike.
        luck: The consistency band and what luck gives; None below ``BAND_FROM``, and where so many
            questions that it takes long were to be left without.
    """

    source: str | None
    n: float
    units: int
    said: tuple[Said, ...] = ()
    histogram: tuple[Bar, ...] = ()
    parts: Corp | None = None
    luck: Consistency | None = None


class Counted(NamedTuple):
    """
    What a diagram is drawn of.

    Attributes:
        tally: The forecasts that make the headline, weighted as it weights them.
        units: The same by what shares its luck.
    """

    tally: Tally
    units: Sequence[Sequence[tuple[float, Weight]]]


def of_figures(figures: Figures) -> Counted:
    """
    What a diagram is drawn of, from settled figures that keep what shares its luck.
    """
    points = ((one.point, y, weight) for (one, y), weight in figures.scored.items())
    return Counted(Tally.of_counts(points), figures.rest.units() if figures.rest else ())


def of_lines(
    lines: Iterable[Line], how: Convention, *, clusters: Mapping[str, str | None]
) -> Counted:
    """
    What a diagram is drawn of, from forecasts one by one.

    Args:
        lines: As ``page.lines`` gives them; late ones and those without a score are left out.
        how: Which forecasts count.
        clusters: Question -> its cluster: what shares its luck.
    """
    tally = Tally()
    units: dict[tuple[bool, str], list[tuple[float, Weight]]] = defaultdict(list)
    for question, y, parts in _scored(lines, how):
        cluster = clusters.get(question)
        unit = units[cluster is not None, cluster or question]
        for p, weight in parts:
            tally.add(p, y, weight=weight)
            unit.append((p, weight))
    return Counted(tally, list(units.values()))


def reliability(
    counted: Counted,
    *,
    source: str | None,
    rng: random.Random,
    resamples: int = RESAMPLES,
    band_up_to: float | None = None,
) -> Reliability:
    """
    The reliability diagram of forecasts.

    Args:
        counted: The forecasts.
        source: Whose they are; None for several sources together.
        rng: For the consistency band.
        resamples: How many times outcomes are drawn; no band where these are too few for one.
        band_up_to: No consistency band beyond so many questions, which takes long; None for always.
    """
    tally, units = counted
    n = _plain(tally.n)
    if n < DIAGRAM_FROM:
        return Reliability(source=source, n=n, units=len(units))
    levels = tally.levels()
    fitted = [
        block.value
        for block in isotonic(levels)
        for level in levels
        if block.low <= level.p <= block.high
    ]
    if len(levels) <= BARS:
        bars = [Bar(level.p, level.p, _plain(level.n)) for level in levels]
    else:
        bars = [
            Bar(place / BINS, (place + 1) / BINS, _plain(sum(one.n for one in members)))
            for place, members in binned(levels)
        ]
    return Reliability(
        source=source,
        n=n,
        units=len(units),
        said=tuple(
            Said(level.p, _plain(level.n), _plain(level.events), value)
            for level, value in zip(levels, fitted, strict=True)
        ),
        histogram=tuple(bars),
        parts=corp(tally),
        luck=(
            consistency(tally, rng, units=units, resamples=resamples, level=LEVEL)
            if n >= BAND_FROM
            and beyond_each_end(resamples, LEVEL)
            and (band_up_to is None or n <= band_up_to)
            else None
        ),
    )


def _scored(
    lines: Iterable[Line], how: Convention
) -> Iterable[tuple[str, int, list[tuple[float, Weight]]]]:
    """
    What the headline is made of: question, outcome, and (probability, weight) of each forecast.

    The weights are those of ``figures``, as exact fractions; a question of which one forecast has
    no probability in the lexicon does not count.
    """
    counting = {Standing.SCORED}
    if how.cohort is Cohort.RESOLVED:
        counting.add(Standing.EARLY)
    together: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        if line.standing in counting:
            together[line.source, line.question].append(line)
    for (_, question), said in together.items():
        y = int(said[0].outcome is Outcome.YES)
        if how.updates is Updates.EACH:
            for line in said:
                if line.probability is not None:
                    yield question, y, [(line.probability, 1)]
            continue
        said.sort(key=lambda line: (line.made, line.probability or 0.0, line.words))
        end = ends(said[0].closes, settled=said[0].settled)
        stood = segments([(line.made, 0.5) for line in said], end=end)
        shares = weights(stood, updates=how.updates)
        parts = [(line.probability, w) for line, w in zip(said, shares, strict=True) if w]
        known: list[tuple[float, Weight]] = [(p, w) for p, w in parts if p is not None]
        if len(known) == len(parts):
            yield question, y, known


def _plain(weight: Weight) -> float:
    return int(weight) if weight.denominator == 1 else float(weight)

"""
All that is handed out at once, as plain data: the report.

Nothing here is a new score.  A scorecard, forecasts, questions and their ledgers go in; what comes
out is put together so that a page, a document and a program read the same figures.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from foretrack.core.calibration import BINS, binned, isotonic
from foretrack.core.cohort import Cohort, Standing, ends, is_over
from foretrack.core.consistency import LEVEL, RESAMPLES, Consistency, consistency
from foretrack.core.decomposition import Corp, corp
from foretrack.core.ledger import state
from foretrack.core.lexicon import normal
from foretrack.core.page import hits
from foretrack.core.records import ConditionIs, Outcome, Resolution
from foretrack.core.tally import Tally
from foretrack.core.timeline import Updates, segments, weights

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from foretrack.core.agenda import Queue, Voice
    from foretrack.core.page import Hit, LeftOut, Line
    from foretrack.core.records import Evidence, LedgerEntry, Question
    from foretrack.core.scorecard import Convention, Group, Scorecard
    from foretrack.core.tally import Weight

DIAGRAM_FROM: Final = 10
"""
Below this many scored questions a reliability diagram shows luck and nothing else.
"""

BAND_FROM: Final = 20
"""
Below this many scored questions the consistency band would hold nearly everything.
"""

VERDICT_FROM: Final = 50
"""
Below this many scored questions nobody is called calibrated or miscalibrated.
"""

BARS: Final = 20
"""
Up to so many distinct probabilities the histogram has a bar for each.
"""

MISSES: Final = 10
"""
So many misses are named.
"""

NO_BETTER: Final = 0.25
"""
The Brier score of always saying 50%; a forecast that scores more is a miss.
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
        luck: The consistency band and what luck gives; None below ``BAND_FROM``.
    """

    source: str | None
    n: float
    units: int
    said: tuple[Said, ...] = ()
    histogram: tuple[Bar, ...] = ()
    parts: Corp | None = None
    luck: Consistency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """
    One source beyond its row of the scorecard.

    Attributes:
        lines: Its forecasts, worst miss first, then those without a score by closing date.
        left_out: Its claims that are no forecasts.
    """

    source: str
    label: str
    reliability: Reliability
    hits: tuple[Hit, ...]
    lines: tuple[Line, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """
    How often one source's use of a phrase came true.
    """

    source: str
    label: str
    hit: Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """
    One phrase or number: what came true of it, all together and source by source.
    """

    words: str
    together: Hit
    used: tuple[Used, ...]


class Ending(StrEnum):
    """
    What became of a window.
    """

    YES = "yes"
    NO = "no"
    AMBIGUOUS = "ambiguous"
    ANNULLED = "annulled"
    OVERDUE = "overdue"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """
    A question's window and what happened.

    Attributes:
        opens: First day.
        closes: Last day; it belongs to the window.
        settled: The day of the event, or of its impossibility, if any.
        decided: The day the outcome was decided.
        condition: The state of its condition, where it has one.
        reason: Why it was annulled.
        evidence: What the outcome rests on.
        voices: What was said about it, by day.
    """

    question: str
    statement: str
    opens: date
    closes: date
    ending: Ending
    settled: date | None
    decided: date | None
    condition: ConditionIs | None
    reason: str | None
    evidence: tuple[Evidence, ...]
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """
    The journal's last entry: what the report was made from.
    """

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """
    The report.

    Attributes:
        groups: A row for each source.
        overall: All together.
        together: The reliability diagram of all together; None where there is one source only.
        phrases: By what the lexicon says, lowest first.
        windows: By closing date.
        misses: The worst forecasts that did worse than saying 50%, worst first.
        missed: How many did.
    """

    convention: Convention
    head: Head
    groups: tuple[Group, ...]
    overall: Group
    profiles: tuple[Profile, ...]
    together: Reliability | None
    phrases: tuple[Phrase, ...]
    windows: tuple[Window, ...]
    queue: Queue
    misses: tuple[Line, ...]
    missed: int


def build(
    card: Scorecard,
    *,
    lines: Sequence[Line],
    left_out: Mapping[str, Sequence[LeftOut]],
    windows: Iterable[Window],
    clusters: Mapping[str, str | None],
    queue: Queue,
    head: Head,
    rng: random.Random,
) -> Dossier:
    """
    The report from its parts.

    Args:
        card: By source.
        lines: Every forecast, as ``page.lines`` gives them.
        left_out: Source -> its claims that are no forecasts.
        windows: Of the questions in ``lines``.
        clusters: Question -> its cluster, if any.
        queue: What waits.
        head: The journal's.
        rng: For the consistency bands; the same seed gives the same report.
    """
    how = card.convention
    by_source: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_source[line.source].append(line)
    profiles = tuple(
        Profile(
            source=group.group,
            label=group.label,
            reliability=reliability(
                by_source[group.group], how, source=group.group, clusters=clusters, rng=rng
            ),
            hits=hits(by_source[group.group], cohort=how.cohort),
            lines=tuple(by_source[group.group]),
            left_out=tuple(left_out.get(group.group, ())),
        )
        for group in card.groups
    )
    worse = sorted(
        (line for line in lines if line.brier is not None and line.brier > NO_BETTER),
        key=lambda line: (-(line.brier or 0.0), line.closes, line.claim),
    )
    several = sum(profile.reliability.n > 0 for profile in profiles) > 1
    return Dossier(
        convention=how,
        head=head,
        groups=card.groups,
        overall=card.overall,
        profiles=profiles,
        together=(
            reliability(lines, how, source=None, clusters=clusters, rng=rng) if several else None
        ),
        phrases=phrases(lines, profiles, cohort=how.cohort),
        windows=tuple(sorted(windows, key=lambda one: (one.closes, one.opens, one.question))),
        queue=queue,
        misses=tuple(worse[:MISSES]),
        missed=len(worse),
    )


def reliability(
    lines: Iterable[Line],
    how: Convention,
    *,
    source: str | None,
    clusters: Mapping[str, str | None],
    rng: random.Random,
    resamples: int = RESAMPLES,
) -> Reliability:
    """
    The reliability diagram of forecasts: those that make the headline, weighted as it weights them.

    Args:
        lines: As ``page.lines`` gives them; late ones and those without a score are left out.
        how: Which forecasts count.
        source: Whose they are; None for several sources together.
        clusters: Question -> its cluster: what shares its luck.
        rng: For the consistency band.
        resamples: How many times outcomes are drawn.
    """
    tally = Tally()
    units: dict[tuple[bool, str], list[tuple[float, Weight]]] = defaultdict(list)
    for question, y, parts in _scored(lines, how):
        cluster = clusters.get(question)
        unit = units[cluster is not None, cluster or question]
        for p, weight in parts:
            tally.add(p, y, weight=weight)
            unit.append((p, weight))
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
            consistency(tally, rng, units=units.values(), resamples=resamples, level=LEVEL)
            if n >= BAND_FROM
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


def phrases(
    lines: Sequence[Line], profiles: Iterable[Profile], *, cohort: Cohort
) -> tuple[Phrase, ...]:
    """
    The dictionary: each phrase with what came true of it, all together and by source.
    """
    used: dict[str, list[Used]] = defaultdict(list)
    for profile in profiles:
        for hit in profile.hits:
            used[normal(hit.words)].append(
                Used(source=profile.source, label=profile.label, hit=hit)
            )
    return tuple(
        Phrase(words=hit.words, together=hit, used=tuple(used[normal(hit.words)]))
        for hit in hits(lines, cohort=cohort)
    )


def window(
    question: Question,
    *,
    said: tuple[Voice, ...],
    ledger: Sequence[LedgerEntry],
    as_of: date,
) -> Window:
    """
    A question's window and what happened by a day.
    """
    now = state(ledger, as_of=as_of)
    held = now.resolution
    condition = now.condition_is if question.condition else None
    return Window(
        question=question.id,
        statement=question.statement,
        opens=question.opens,
        closes=question.closes,
        ending=_ending(question, held, condition, as_of),
        settled=(held.happened or held.impossible) if held else None,
        decided=held.decided if held else None,
        condition=condition,
        reason=_reason(held, condition),
        evidence=held.evidence if held else (),
        voices=said,
    )


def _ending(
    question: Question, held: Resolution | None, condition: ConditionIs | None, as_of: date
) -> Ending:
    if condition is ConditionIs.UNMET:
        return Ending.ANNULLED
    if held is not None:
        return Ending(held.outcome.value)
    return Ending.OVERDUE if is_over(question.closes, as_of=as_of) else Ending.OPEN


def _reason(held: Resolution | None, condition: ConditionIs | None) -> str | None:
    if condition is ConditionIs.UNMET:
        return "condition-unmet"
    return held.reason.value if held and held.reason else None


def _plain(weight: Weight) -> float:
    return int(weight) if weight.denominator == 1 else float(weight)

"""
Everything about one source.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from foretrack.core.cohort import Standing
from foretrack.core.scorecard import NOT_ITS_OWN
from foretrack.core.vocabulary import Cohort, HorizonBasis, Polarity, Reading
from foretrack.report import wording
from foretrack.report.outlines.blocks import (
    Block,
    Column,
    Entries,
    Entry,
    Fields,
    Heading,
    Table,
    joined,
    paragraph,
    row,
)
from foretrack.report.outlines.calibration import hit_rates
from foretrack.report.outlines.quality import quality_blocks
from foretrack.report.outlines.scorecard import BESIDE, MARKS, drawn
from foretrack.report.text import Span
from foretrack.report.wording import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from foretrack.core.page import LeftOut, Line, Page
    from foretrack.core.scorecard import Convention, Group

BAD_MISS: Final = 0.5
"""
From this Brier score on a miss is marked.
"""


def page_blocks(one: Page, *, drawings: bool = False) -> Iterator[Block]:
    """
    Everything about one source: figures, hit rates, forecasts, and what was left out.

    Args:
        one: The page.
        drawings: Draw the score too, which needs a font of fixed width.
    """
    group, how = one.group, one.convention
    name = group.label if group.label == group.group else f"{group.label} ({group.group})"
    yield Heading(f"{name}, as of {how.as_of}")
    yield Fields(tuple(_figures(group, how)))
    if drawings:
        yield from drawn([group])
    if words := wording.narrow([group]):
        yield paragraph(words)
    yield from quality_blocks(group, how.terms)
    if one.hits:
        yield Heading("How often its words came true", 2)
        yield from hit_rates(one.hits, items=False, bars=False)
    graded = [line for line in one.lines if line.brier is not None]
    if graded:
        yield Heading("Forecasts with an outcome, worst miss first", 2)
        yield _graded(graded)
    for standing, title in ((Standing.OVERDUE, "Overdue"), (Standing.OPEN, "Still open")):
        waiting = [line for line in one.lines if line.standing is standing]
        if waiting:
            waiting.sort(key=lambda line: (line.closes, line.claim))
            yield Heading(f"{title} ({len(waiting)})", 2)
            yield _waiting(waiting, how)
    rest = [line for line in one.lines if line.brier is None and line.standing not in _WAITING]
    if rest:
        yield Heading(f"Forecasts without a score ({len(rest)})", 2)
        yield _rest(rest)
    if one.left_out:
        yield Heading(f"Claims that are no forecasts ({len(one.left_out)})", 2)
        yield left_out(one.left_out)
    yield paragraph(wording.convention(how))


_WAITING: Final = (Standing.OVERDUE, Standing.OPEN)


def _figures(group: Group, how: Convention) -> Iterator[tuple[str, str]]:
    unscorable = sum(group.unscorable.values())
    claims = f"{group.claims:,}: {wording.counted(group.forecasts, 'forecast')}"
    if unscorable:
        claims += f", {unscorable:,} unscorable ({wording.reasons(group.unscorable)})"
    if group.unscorable_share is not None:
        claims += f"; unscorable share {wording.share(group.unscorable_share)}"
        claims += f": {_own(group)} of its own"
    yield "Claims", claims
    if not group.forecasts:
        yield "Brier", f"{NONE}; {wording.ranking(group)}"
        return
    matured = how.cohort is Cohort.MATURED
    of = f"{group.scored:,} scored" + (f" of {group.matured:,} matured" if matured else "")
    if group.brier is None:
        headline = f"{NONE}; {of}"
    else:
        headline = f"{wording.score(group.brier)}; {of}"
        if not group.brier_low == group.brier == group.brier_high:
            ends = wording.score_range((group.brier_low, group.brier_high))
            headline += f"; lexicon band {ends}"
    if group.brier_interval:
        headline += f"; 95% interval {wording.score_range(group.brier_interval)}"
    elif group.brier is not None:
        alike = "one score" if group.scored == 1 else "one cluster, or from scores all alike"
        headline += f"; no interval from {alike}"
    yield "Brier", "; ".join(part for part in (headline, wording.ranking(group)) if part)
    if group.scored:
        rate, mean = wording.share(group.base_rate), wording.share(group.mean_probability)
        yield "Base rate", f"{rate} yes; mean probability {mean}"
    if group.early.n:
        at = wording.score(group.early.brier)
        yield "Early", f"{group.early.n:,} resolved before the window was over, Brier {at}"
    others = [f"{count(group):,} {head}" for head, count in BESIDE[2:] if count(group)]
    waiting = f"{group.open:,} open, {group.overdue:,} overdue"
    yield "Waiting", "; ".join(part for part in (waiting, wording.provisional(group)) if part)
    if others:
        yield "No score", ", ".join(others)
    marks = [f"{count(group):,} with {head}" for head, count in MARKS if count(group)]
    if marks:
        yield "Marks", ", ".join(marks)
    if wording.settled(group, how.cohort):
        written = wording.hindsight(group, how.cohort)
        yield "Hindsight", f"criteria of {written} written after the outcome"


def _own(group: Group) -> str:
    """
    How many of a source's own claims cannot be scored: without duplicates and attributed ones.
    """
    vague = sum(n for reason, n in group.unscorable.items() if reason not in NOT_ITS_OWN)
    return f"{vague:,} of {group.forecasts + vague:,}"


_Part = tuple[Column, "Callable[[Line], str | Span]"]

_PROBABILITY: Final[_Part] = (
    Column("p of yes", figure=True),
    lambda line: wording.probability(line.probability),
)
_WORDS: Final[_Part] = (
    Column("in words", wraps=True),
    lambda line: wording.stance(line.words, line.polarity),
)


def _table(lines: Iterable[Line], *parts: _Part) -> Table:
    """
    A row for each forecast, with what it is about below it.
    """
    return Table(
        tuple(column for column, _ in parts),
        tuple(row(*(cell(line) for _, cell in parts), notes=_about(line)) for line in lines),
        remarks="forecast",
    )


def _closes(line: Line) -> str:
    return line.closes.isoformat()


def _graded(lines: Iterable[Line]) -> Table:
    def score(line: Line) -> Span:
        bad = line.brier is not None and line.brier >= BAD_MISS
        return Span(wording.score(line.brier), "bad" if bad else "")

    return _table(
        lines,
        (Column("Brier", figure=True), score),
        _PROBABILITY,
        _WORDS,
        (Column("outcome", wraps=True), _outcome),
        (Column("closes"), _closes),
    )


def _outcome(line: Line) -> str:
    outcome = line.outcome.value if line.outcome else NONE
    day = f" {line.settled}" if line.settled else ""
    return f"{outcome}{day}{', early' if line.standing is Standing.EARLY else ''}"


def _waiting(lines: Sequence[Line], how: Convention) -> Table:
    overdue = lines[0].standing is Standing.OVERDUE

    def until(line: Line) -> Span:
        days = abs((line.closes - how.as_of).days)
        return Span(wording.counted(days, "day"), "warn" if overdue else "")

    return _table(
        lines,
        (Column("closed" if overdue else "closes"), _closes),
        (Column("overdue" if overdue else "left", figure=True), until),
        _PROBABILITY,
        _WORDS,
    )


def _rest(lines: Iterable[Line]) -> Table:
    why = (Column("why", wraps=True), _why)
    return _table(lines, why, _PROBABILITY, _WORDS, (Column("closes"), _closes))


def _why(line: Line) -> str:
    match line.standing:
        case Standing.ANNULLED:
            return f"annulled: {line.reason}" if line.reason else "annulled"
        case Standing.LATE:
            return "late: made when it was settled or over"
        case Standing.AMBIGUOUS:
            return "ambiguous"
        case _:
            return f"{_outcome(line)}: phrase not in the lexicon"


def _about(line: Line) -> list[list[Span]]:
    """
    The statement, and what identifies and qualifies the forecast.
    """
    parts = [Span(line.claim, "quiet")]
    if line.polarity is Polarity.OPPOSITE:
        parts.append(Span(f"claimed: {line.says}", "quiet"))
    if line.horizon is HorizonBasis.ASSUMED:
        parts.append(Span("window assumed", "quiet"))
    if line.reading is Reading.IMPLIED:
        parts.append(Span("certainty implied by a bare “will”", "quiet"))
    elif line.reading is Reading.ASSUMED:
        parts.append(Span("phrase read by assumption", "quiet"))
    if line.inferred:
        parts.append(Span("date inferred", "quiet"))
    if line.joint:
        parts.append(Span(f"joint reading {line.joint}", "quiet"))
    if line.weight is not None and line.weight < 1 and line.standing is not Standing.LATE:
        parts.append(Span(f"weight {wording.share(line.weight)}", "quiet"))
    if line.coverage is not None and line.coverage < 1:
        parts.append(Span(f"covers {wording.share(line.coverage)} of the window", "quiet"))
    return [[Span(line.statement)], joined(parts, "; ")]


def left_out(claims: Sequence[LeftOut]) -> Entries:
    """
    Claims that are no forecasts by reason, most frequent first.
    """
    order = Counter(claim.reason for claim in claims)
    found = []
    for reason, n in sorted(order.items(), key=lambda pair: (-pair[1], pair[0])):
        why = wording.WHY_UNSCORABLE.get(reason)
        found.append(
            Entry(
                (Span(reason, "strong"), Span(f" ({n})" + (f": {why}" if why else ""))),
                tuple(_said(claim) for claim in claims if claim.reason == reason),
            )
        )
    return Entries(tuple(found), loose=True)


def _said(claim: LeftOut) -> tuple[Span, ...]:
    words = f"“{claim.words}”: " if claim.words else ""
    note = f" – {claim.note}" if claim.note else ""
    return (Span(f"{words}{claim.says} "), Span(f"({claim.claim})", "quiet"), Span(note))

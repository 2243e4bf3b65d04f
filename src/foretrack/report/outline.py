"""
What is shown and in which order, as blocks that know nothing of a terminal or of Markdown.

Text in a block is what the record holds; whoever shows a block makes it inert.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from foretrack.core.cohort import Cohort, Standing
from foretrack.core.page import VERDICT_FROM
from foretrack.core.records import ConditionIs, HorizonBasis, Polarity
from foretrack.core.scorecard import NOT_ITS_OWN
from foretrack.report import wording
from foretrack.report.text import Span
from foretrack.report.wording import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from foretrack.core.agenda import Due, Queue
    from foretrack.core.page import Calibration, Hit, LeftOut, Line, Page
    from foretrack.core.scorecard import Convention, Group, Scorecard

BAD_MISS: Final = 0.5
"""
From this Brier score on a miss is marked.
"""

_BAR = 20  # cells of a bar, 5% each


@dataclass(frozen=True, slots=True)
class Heading:
    """
    A title, or with level 2 a subtitle.
    """

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """
    Running text.
    """

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """
    Names with their values.
    """

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One thing in a list: a head, and lines below it.
    """

    head: tuple[Span, ...]
    lines: tuple[tuple[Span, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Entries:
    """
    A list; a loose one has a blank line between its entries.
    """

    items: tuple[Entry, ...]
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a table.

    Attributes:
        figure: Right-aligned and never broken.
        wraps: Broken between words where there is too little room.
        spare: Said in a note below the row where there is too little room.
    """

    head: str
    figure: bool = False
    wraps: bool = False
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """
    One row of a table, with remarks that belong to the whole of it.
    """

    cells: tuple[Span, ...]
    notes: tuple[tuple[Span, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """
    Rows of figures.

    Attributes:
        remarks: What the notes are called where they need a column of their own.
        total: A last row set apart.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    remarks: str = "remarks"
    total: Row | None = None


Block = Heading | Paragraph | Fields | Entries | Table


def row(*cells: str | Span, notes: Iterable[Sequence[str | Span]] = ()) -> Row:
    """
    A row of plain text and of spans.
    """
    return Row(_spans(cells), tuple(_spans(note) for note in notes if note))


def paragraph(*parts: str | Span) -> Paragraph:
    """
    A paragraph of plain text and of spans.
    """
    return Paragraph(_spans(parts))


def _spans(parts: Iterable[str | Span]) -> tuple[Span, ...]:
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


# The scorecard


def scorecard(card: Scorecard) -> Iterator[Block]:
    """
    The scores, what stands beside them, and how they were made.
    """
    yield Heading(f"Scorecard by {card.by}, as of {card.convention.as_of}")
    if not card.groups:
        yield paragraph("No claim is recorded by that day.")
    else:
        several = len(card.groups) > 1
        yield _scores(card, several=several)
        yield from _beside(card)
        yield from _marks(card)
        yield from _unscorable(card)
        if any(group.brier is not None for group in card.groups):
            yield paragraph(
                "In brackets: the score at the kind and at the unkind end of each phrase's band"
                " in the lexicon."
            )
    yield _how(card.convention)


def _scores(card: Scorecard, *, several: bool) -> Table:
    matured = card.convention.cohort is Cohort.MATURED
    intervals = any(group.brier_interval for group in card.groups)
    columns = [
        Column(card.by, wraps=True),
        Column("claims", figure=True),
        Column("forecasts", figure=True),
        Column("scored/matured" if matured else "scored", figure=True),
        Column("Brier [band]"),
    ]
    if intervals:
        columns.append(Column("95% interval", spare=True))
    columns += [Column("base rate", figure=True), Column("mean p", figure=True)]

    def line(group: Group, notes: Sequence[Sequence[str | Span]]) -> Row:
        cells: list[str | Span] = [
            Span(group.label, "strong"),
            f"{group.claims:,}",
            f"{group.forecasts:,}" if group.forecasts else NONE,
            _scored_of(group, matured=matured),
            wording.banded(group),
        ]
        if intervals:
            cells.append(wording.score_range(group.brier_interval))
        cells += [wording.share(group.base_rate), wording.share(group.mean_probability)]
        return row(*cells, notes=notes)

    return Table(
        columns=tuple(columns),
        rows=tuple(line(group, [_remarks(group)]) for group in card.groups),
        total=line(card.overall, [_bounds(card.overall)]) if several else None,
    )


def _scored_of(group: Group, *, matured: bool) -> str:
    if not group.forecasts:
        return NONE
    return f"{group.scored:,} of {group.matured:,}" if matured else f"{group.scored:,}"


def _remarks(group: Group) -> list[Span]:
    parts = [
        Span(group.group if group.group != group.label else "", "quiet"),
        Span(wording.provisional(group), "warn"),
        Span(wording.ranking(group), "quiet"),
    ]
    return _joined(parts, "; ")


def _bounds(group: Group) -> list[Span]:
    words = wording.provisional(group)
    return [Span(words, "warn")] if words else []


def _joined(parts: Sequence[Span], mark: str) -> list[Span]:
    """
    The parts that hold something, each but the last with the mark behind it.
    """
    full = [part for part in parts if part.text]
    return [Span(part.text + mark, part.tone) for part in full[:-1]] + full[-1:]


_Count = tuple[str, "Callable[[Group], int]"]

_BESIDE: Final[tuple[_Count, ...]] = (
    ("open", lambda group: group.open),
    ("overdue", lambda group: group.overdue),
    ("ambiguous", lambda group: group.ambiguous),
    ("annulled", lambda group: sum(group.annulled.values())),
    ("late", lambda group: group.late),
    ("not in lexicon", lambda group: group.not_in_lexicon),
)

_MARKS: Final[tuple[_Count, ...]] = (
    ("assumed windows", lambda group: group.assumed),
    ('bare "will"', lambda group: group.implied),
    ("assumed phrases", lambda group: group.assumed_phrases),
    ("inferred dates", lambda group: group.inferred_dates),
)


def _beside(card: Scorecard) -> Iterator[Block]:
    """
    Questions that are not in the headline; columns and rows without any are left out.
    """
    counts = [
        (head, count) for head, count in _BESIDE if any(count(group) for group in card.groups)
    ]
    has_early = any(group.early.n for group in card.groups)
    groups = [g for g in card.groups if g.early.n or any(count(g) for _, count in counts)]
    if not groups:
        return
    columns = [Column(card.by, wraps=True)]
    if has_early:
        columns.append(Column("early (Brier)", figure=True))
    columns += [Column(head, figure=True) for head, _ in counts]

    def line(group: Group) -> Row:
        cells: list[str | Span] = [group.label]
        if has_early:
            cells.append(wording.early(group))
        for head, count in counts:
            n = count(group)
            cells.append(Span(f"{n:,}", "warn" if head == "overdue" and n else ""))
        annulled = wording.reasons(group.annulled)
        return row(*cells, notes=[[Span(f"annulled: {annulled}", "quiet")]] if annulled else [])

    yield Heading("Beside the headline", 2)
    yield Table(
        tuple(columns),
        tuple(line(group) for group in groups),
        total=line(card.overall) if len(groups) > 1 else None,
    )
    absent = [head for head, count in _BESIDE if (head, count) not in counts]
    words = [] if has_early else ["resolved early"]
    if words := words + absent:
        yield paragraph(Span(f"None is {_either(words)}.", "quiet"))


def _either(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _marks(card: Scorecard) -> Iterator[Block]:
    """
    What the reader should know about how the forecasts were recorded.
    """
    cohort = card.convention.cohort
    counts = [(head, count) for head, count in _MARKS if any(count(g) for g in card.groups)]
    has_hindsight = any(group.hindsight for group in card.groups)
    groups = [g for g in card.groups if g.hindsight or any(count(g) for _, count in counts)]
    if not groups:
        return
    columns = [Column(card.by, wraps=True), Column("forecasts", figure=True)]
    columns += [Column(head, figure=True) for head, _ in counts]
    if has_hindsight:
        columns.append(Column("criteria after outcome", figure=True))

    def line(group: Group) -> Row:
        cells = [group.label, f"{group.forecasts:,}"]
        cells += [f"{count(group):,}" for _, count in counts]
        if has_hindsight:
            cells.append(wording.hindsight(group, cohort))
        return row(*cells)

    yield Heading("What the forecasts rest on", 2)
    yield Table(
        tuple(columns),
        tuple(line(group) for group in groups),
        total=line(card.overall) if len(groups) > 1 else None,
    )


def _unscorable(card: Scorecard) -> Iterator[Block]:
    groups = [group for group in card.groups if group.unscorable]
    if not groups:
        return
    yield Heading("Claims that cannot be scored", 2)
    yield Table(
        (
            Column(card.by, wraps=True),
            Column("claims", figure=True),
            Column("unscorable", figure=True),
            Column("share", figure=True),
            Column("reasons", wraps=True),
        ),
        tuple(
            row(
                group.label,
                f"{group.claims:,}",
                f"{sum(group.unscorable.values()):,}",
                wording.share(group.unscorable_share),
                wording.reasons(group.unscorable),
            )
            for group in groups
        ),
    )
    if any(reason in group.unscorable for group in groups for reason in NOT_ITS_OWN):
        yield paragraph(
            Span(
                "The share is that of own claims, without duplicates and attributed ones.", "quiet"
            )
        )


def _how(how: Convention) -> Paragraph:
    return paragraph(wording.convention(how))


# One source


def page(one: Page) -> Iterator[Block]:
    """
    Everything about one source: figures, hit rates, forecasts, and what was left out.
    """
    group, how = one.group, one.convention
    name = group.label if group.label == group.group else f"{group.label} ({group.group})"
    yield Heading(f"{name}, as of {how.as_of}")
    yield Fields(tuple(_figures(group, how)))
    if one.hits:
        yield Heading("How often its words came true", 2)
        yield from _hit_rates(one.hits, items=False, bars=False)
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
        yield _left_out(one.left_out)
    yield _how(how)


_WAITING: Final = (Standing.OVERDUE, Standing.OPEN)


def _figures(group: Group, how: Convention) -> Iterator[tuple[str, str]]:
    unscorable = sum(group.unscorable.values())
    claims = f"{group.claims:,}: {wording.counted(group.forecasts, 'forecast')}"
    if unscorable:
        claims += f", {unscorable:,} unscorable ({wording.reasons(group.unscorable)})"
    if group.unscorable_share is not None:
        claims += f"; unscorable share {wording.share(group.unscorable_share)}"
    yield "Claims", claims
    if not group.forecasts:
        yield "Brier", f"{NONE}; {wording.ranking(group)}"
        return
    matured = how.cohort is Cohort.MATURED
    of = f"{group.scored:,} scored" + (f" of {group.matured:,} matured" if matured else "")
    if group.brier is None:
        headline = f"{NONE}; {of}"
    else:
        ends = wording.score_range((group.brier_low, group.brier_high))
        headline = f"{wording.score(group.brier)}; {of}; lexicon band {ends}"
    if group.brier_interval:
        headline += f"; 95% interval {wording.score_range(group.brier_interval)}"
    yield "Brier", "; ".join(part for part in (headline, wording.ranking(group)) if part)
    if group.scored:
        rate, mean = wording.share(group.base_rate), wording.share(group.mean_probability)
        yield "Base rate", f"{rate} yes; mean probability {mean}"
    if group.early.n:
        at = wording.score(group.early.brier)
        yield "Early", f"{group.early.n:,} resolved before the window was over, Brier {at}"
    others = [f"{count(group):,} {head}" for head, count in _BESIDE[2:] if count(group)]
    waiting = f"{group.open:,} open, {group.overdue:,} overdue"
    yield "Waiting", "; ".join(part for part in (waiting, wording.provisional(group)) if part)
    if others:
        yield "No score", ", ".join(others)
    marks = [f"{count(group):,} with {head}" for head, count in _MARKS if count(group)]
    if marks:
        yield "Marks", ", ".join(marks)
    if wording.settled(group, how.cohort):
        written = wording.hindsight(group, how.cohort)
        yield "Hindsight", f"criteria of {written} written after the outcome"


def _graded(lines: Sequence[Line]) -> Table:
    return Table(
        (
            Column("Brier", figure=True),
            Column("p of yes", figure=True),
            Column("in words", wraps=True),
            Column("outcome", wraps=True),
            Column("closes"),
        ),
        tuple(
            row(
                Span(
                    wording.score(line.brier),
                    "bad" if line.brier is not None and line.brier >= BAD_MISS else "",
                ),
                wording.probability(line.probability),
                wording.stance(line.words, line.polarity),
                _outcome(line),
                line.closes.isoformat(),
                notes=_about(line),
            )
            for line in lines
        ),
        remarks="forecast",
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

    return Table(
        (
            Column("closed" if overdue else "closes"),
            Column("overdue" if overdue else "left", figure=True),
            Column("p of yes", figure=True),
            Column("in words", wraps=True),
        ),
        tuple(
            row(
                line.closes.isoformat(),
                until(line),
                wording.probability(line.probability),
                wording.stance(line.words, line.polarity),
                notes=_about(line),
            )
            for line in lines
        ),
        remarks="forecast",
    )


def _rest(lines: Sequence[Line]) -> Table:
    return Table(
        (
            Column("why", wraps=True),
            Column("p of yes", figure=True),
            Column("in words", wraps=True),
            Column("closes"),
        ),
        tuple(
            row(
                _why(line),
                wording.probability(line.probability),
                wording.stance(line.words, line.polarity),
                line.closes.isoformat(),
                notes=_about(line),
            )
            for line in lines
        ),
        remarks="forecast",
    )


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
    if line.weight is not None and line.weight < 1 and line.standing is not Standing.LATE:
        parts.append(Span(f"weight {wording.share(line.weight)}", "quiet"))
    return [[Span(line.statement)], _joined(parts, "; ")]


def _left_out(claims: Sequence[LeftOut]) -> Entries:
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


# Calibration


def calibration(found: Calibration, *, items: bool, bars: bool = True) -> Iterator[Block]:
    """
    How often what was said came true, phrase by phrase.

    Args:
        found: The hit rates.
        items: List the claims behind each row.
        bars: Draw a bar in each row, which needs a font of fixed width.
    """
    whose = "all sources together" if found.source is None else found.source
    yield Heading(f"Calibration of {whose}, as of {found.convention.as_of}")
    if found.hits:
        yield from _hit_rates(found.hits, items=items, bars=bars)
    else:
        yield paragraph("No forecast has an outcome that counts yet.")
    yield _how(found.convention)


def _hit_rates(hits: Sequence[Hit], *, items: bool, bars: bool) -> Iterator[Block]:
    judged = any(hit.agrees is not None or hit.n >= VERDICT_FROM for hit in hits)
    columns = [
        Column("in words", wraps=True),
        Column("lexicon says"),
        Column("came true", figure=True),
        Column("observed", figure=True),
        Column("95% interval", figure=True),
    ]
    if bars:
        columns.append(Column(_axis()))
    if judged:
        columns.append(Column("verdict", wraps=True, spare=True))

    def line(hit: Hit) -> Row:
        cells: list[str | Span] = [
            hit.words,
            wording.band(hit.point, hit.low, hit.high),
            f"{hit.hits:,} of {hit.n:,}",
            wording.share(hit.observed),
            wording.interval_of_share(hit.wilson),
        ]
        if bars:
            cells.append(bar(hit))
        if judged:
            cells.append(Span(wording.verdict(hit), "bad" if hit.agrees is False else ""))
        return row(*cells, notes=[[Span(claim, "quiet")] for claim in hit.claims] if items else [])

    yield Table(tuple(columns), tuple(line(hit) for hit in hits), remarks="claims")
    if bars:
        yield paragraph(
            Span(
                "Bars from 0 to 100%: █▓ what came true, ▓▒ its 95% interval,"
                " │ what the lexicon says.",
                "quiet",
            )
        )
    if not judged:
        yield paragraph(Span(f"No verdict below n = {VERDICT_FROM}.", "quiet"))


def _axis() -> str:
    return f"0%{'50%':^{_BAR - 6}}100%"


def bar(hit: Hit) -> str:
    """
    The observed share, its interval and the lexicon's point on a line from 0 to 100%.
    """
    low, high = (round(end * _BAR) for end in hit.wilson)
    seen = round(hit.observed * _BAR)
    cells = ["█"] * low + ["▓"] * (seen - low) + ["▒"] * (high - seen)
    cells += [" "] * (_BAR - len(cells))
    if hit.point is not None:
        cells[min(int(hit.point * _BAR), _BAR - 1)] = "│"
    return "".join(cells)


# What is due


def queue(waiting: Queue, *, more: int = 0) -> Iterator[Block]:
    """
    What is overdue, oldest first, then what closes soon.

    Args:
        waiting: The questions.
        more: How many were left out of them at the end.
    """
    overdue = [item for item in waiting.items if item.overdue]
    soon = [item for item in waiting.items if not item.overdue]
    ahead = wording.counted(waiting.within, "day")
    yield Heading(f"Due as of {waiting.as_of}")
    for title, items in (("Overdue", overdue), (f"Closing within {ahead}", soon)):
        if items:
            yield Heading(f"{title} ({len(items):,})", 2)
            yield Entries(tuple(_due(item) for item in items), loose=True)
    if more:
        yield paragraph(f"... and {wording.counted(more, 'question')} more.")
        return
    if not overdue and not soon:
        yield paragraph(f"Nothing is overdue, and no window closes within {ahead}.")
    elif not soon:
        yield paragraph(f"No window closes within {ahead}.")
    elif not overdue:
        yield paragraph("Nothing is overdue.")
    if not soon:
        yield paragraph(
            f"The next window closes on {waiting.later}."
            if waiting.later
            else "No other window is open."
        )


def _due(item: Due) -> Entry:
    closing = f"{'closed' if item.overdue else 'on'} {item.closes}"
    head = [
        Span(item.question, "strong"),
        Span("  "),
        Span(wording.when(item), "warn" if item.overdue else ""),
        Span(f", {closing}"),
    ]
    if item.condition is not None:
        state = {
            ConditionIs.PENDING: "condition pending",
            ConditionIs.MET: "condition met",
            ConditionIs.UNMET: "condition unmet, which annuls it",
        }[item.condition]
        head.append(Span(f"; {state}"))
    said = "; ".join(wording.voice(voice) for voice in item.voices)
    lines = [(Span(item.statement),), (Span(said or "no forecast on it", "quiet"),)]
    return Entry(tuple(head), tuple(lines))

"""
The scorecard.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from foretrack.core.scorecard import NOT_ITS_OWN
from foretrack.core.vocabulary import Cohort
from foretrack.report import wording
from foretrack.report.outlines.blocks import (
    Block,
    Column,
    Drawing,
    Heading,
    Row,
    Table,
    joined,
    paragraph,
    row,
)
from foretrack.report.terminal import strips
from foretrack.report.text import Span
from foretrack.report.wording import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from foretrack.core.scorecard import Group, Scorecard


DRAWN: Final = 60
"""
The scores of so many rows are drawn below the table; more would only make it longer.
"""


def scorecard_blocks(card: Scorecard, *, drawings: bool = False) -> Iterator[Block]:
    """
    The scores, what stands beside them, and how they were made.

    Args:
        card: The scorecard.
        drawings: Draw the scores too, which needs a font of fixed width.
    """
    whose = f" of {card.label or card.source}" if card.source is not None else ""
    yield Heading(f"Scorecard{whose} by {card.by}, as of {card.convention.as_of}")
    if not card.groups:
        yield paragraph(wording.nothing(card.convention))
    else:
        several = len(card.groups) > 1
        yield _scores(card, several=several)
        if drawings:
            yield from drawn(card.groups)
        if card.convention.terms is not None:
            from foretrack.report.outlines.quality import quality_table

            yield from quality_table(card)
        yield from beside(card)
        yield from marks(card)
        yield from unscorable(card)
        if any(group.brier_low != group.brier_high for group in card.groups):
            yield paragraph(
                "In brackets: the score at the kind and at the unkind end of each phrase's band"
                " in the lexicon."
            )
        if words := wording.narrow(card.groups):
            yield paragraph(words)
    yield paragraph(wording.convention(card.convention))


def drawn(groups: Sequence[Group]) -> Iterator[Block]:
    """
    Dot and whisker of each row, on a terminal that has room for them.
    """
    if len(groups) > DRAWN:
        yield paragraph(Span(f"Scores are drawn for up to {DRAWN} rows.", "quiet"))
    elif strips.any_drawn(groups):
        yield Drawing(partial(strips.rows, groups))


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
        Span(wording.left_out(group), "quiet"),
        Span(wording.ranking(group), "quiet"),
    ]
    return joined(parts, "; ")


def _bounds(group: Group) -> list[Span]:
    words = wording.provisional(group)
    return [Span(words, "warn")] if words else []


_Count = tuple[str, "Callable[[Group], int]"]

BESIDE: Final[tuple[_Count, ...]] = (
    ("open", lambda group: group.open),
    ("overdue", lambda group: group.overdue),
    ("ambiguous", lambda group: group.ambiguous),
    ("annulled", lambda group: sum(group.annulled.values())),
    ("late", lambda group: group.late),
    ("not in lexicon", lambda group: group.not_in_lexicon),
)

MARKS: Final[tuple[_Count, ...]] = (
    ("assumed windows", lambda group: group.assumed),
    ('bare "will"', lambda group: group.implied),
    ("assumed phrases", lambda group: group.assumed_phrases),
    ("inferred dates", lambda group: group.inferred_dates),
)


def beside(card: Scorecard) -> Iterator[Block]:
    """
    Questions that are not in the headline; columns and rows without any are left out.
    """
    counts = [(head, count) for head, count in BESIDE if any(count(group) for group in card.groups)]
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
    absent = [head for head, count in BESIDE if (head, count) not in counts]
    words = [] if has_early else ["resolved early and scored"]
    if words := words + absent:
        yield paragraph(Span(f"None is {_either(words)}.", "quiet"))


def _either(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def marks(card: Scorecard) -> Iterator[Block]:
    """
    What the reader should know about how the forecasts were recorded.
    """
    cohort = card.convention.cohort
    counts = [(head, count) for head, count in MARKS if any(count(g) for g in card.groups)]
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


def unscorable(card: Scorecard) -> Iterator[Block]:
    """
    How many claims of each source are no forecasts, and why.
    """
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

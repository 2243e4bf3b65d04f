"""
How often what was said came true, phrase by phrase.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from foretrack.core.page import VERDICT_FROM
from foretrack.core.reliability import DIAGRAM_FROM
from foretrack.report import captions, verdicts, wording
from foretrack.report.outlines.bins import bins
from foretrack.report.outlines.blocks import (
    Block,
    Column,
    Drawing,
    Heading,
    Row,
    Table,
    paragraph,
    row,
)
from foretrack.report.outlines.quality import quality_blocks
from foretrack.report.terminal import reliability
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foretrack.core.page import Calibration, Hit
    from foretrack.core.reliability import Reliability
    from foretrack.core.scorecard import Convention, Group

_BAR = 20  # cells of a bar, 5% each


def calibration_blocks(found: Calibration, *, items: bool, bars: bool = True) -> Iterator[Block]:
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
        yield from hit_rates(found.hits, items=items, bars=bars)
    else:
        yield paragraph("No forecast has an outcome that counts yet.")
    if found.group is not None:
        yield from _figures(found.group, found.convention)
    if found.reliability is not None:
        yield Heading("Reliability", 2)
        quality = found.group.quality if found.group is not None else None
        told = quality is not None and quality.luck is not None
        yield from reliability_blocks(found.reliability, drawn=bars, luck=not told)
    yield paragraph(wording.convention(found.convention))


def _figures(group: Group, how: Convention) -> Iterator[Block]:
    """
    The figures beside the hit rates, and the ten bins.
    """
    if group.scored:
        on = wording.counted(group.scored, "question")
        happened, said = wording.share(group.base_rate), wording.share(group.mean_probability)
        yield paragraph(
            f"Brier {wording.banded(group)} on {on}: {happened} happened, {said} was said on"
            " average."
        )
    yield from quality_blocks(group, how.terms)
    if group.quality is not None and group.quality.calibration_10:
        yield Heading("How often it happened, by what was said", 2)
        yield bins(group.quality.calibration_10)


def hit_rates(hits: Sequence[Hit], *, items: bool, bars: bool) -> Iterator[Block]:
    """
    The table alone, and how to read it.
    """
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
            cells.append(Span(verdicts.verdict(hit), "bad" if hit.agrees is False else ""))
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
    words = "" if judged else f" No verdict below n = {VERDICT_FROM}."
    yield paragraph(
        Span(f"Each question counts once for each source, by its last forecast.{words}", "quiet")
    )


def reliability_blocks(found: Reliability, *, drawn: bool, luck: bool = True) -> Iterator[Block]:
    """
    The reliability diagram in words and figures, or why there is none.

    Args:
        found: The diagram.
        drawn: Draw it, which needs a font of fixed width.
        luck: Tell the parts of the score, and what luck explains of them.
    """
    if found.parts is None:
        yield paragraph(
            f"No reliability diagram below n = {DIAGRAM_FROM}: {verdicts.undrawn(found)}."
        )
        return
    units = ""
    if found.units != found.n:
        units = f", in {wording.counted(found.units, 'independent group')}"
    told = f"{wording.number(found.n)} scored{units}"
    if luck:
        score, mcb, dsc, unc = (
            wording.score(part)
            for part in (found.parts.score, found.parts.mcb, found.parts.dsc, found.parts.unc)
        )
        told += f". Brier {score} = miscalibration {mcb} - discrimination {dsc} + uncertainty {unc}"
    if luck or found.luck is None:
        told += f"; {verdicts.miscalibrated(found)}"
    yield paragraph(f"{told}.")
    if drawn:
        yield Drawing(partial(reliability.diagram, found))
    yield paragraph(Span("In words: " + captions.reliability(found), "quiet"))


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

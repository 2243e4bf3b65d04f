"""
How often what was said came true, phrase by phrase.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack.core.page import VERDICT_FROM
from foretrack.report import wording
from foretrack.report.outlines.blocks import Block, Column, Heading, Row, Table, paragraph, row
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foretrack.core.page import Calibration, Hit

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
    yield paragraph(wording.convention(found.convention))


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

"""
How often what was said came true, group by group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack.report import wording
from foretrack.report.outlines.blocks import Block, Heading, Table, paragraph
from foretrack.report.outlines.calibration import hit_rates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foretrack.core.rates import RatesBy


def rates_blocks(found: RatesBy, *, bars: bool) -> Iterator[Block]:
    """
    The hit rates of each group.

    Args:
        found: The hit rates.
        bars: Draw a bar in each row, which needs a font of fixed width.
    """
    whose = found.label or "all sources"
    yield Heading(f"Calibration of {whose} by {found.by}, as of {found.convention.as_of}")
    notes: dict[Block, None] = {}
    for one in found.groups:
        yield Heading(one.label, 2)
        for block in hit_rates(one.hits, items=False, bars=bars):
            if isinstance(block, Table):
                yield block
            else:
                notes[block] = None
    # How to read a table is said once for all of them.
    yield from notes
    if not found.groups:
        yield paragraph("No forecast has an outcome that counts yet.")
    yield paragraph(wording.convention(found.convention, updates=False))

"""
What was corrected or withdrawn since the last review.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from foretrack.report.outlines.blocks import Block, Entries, Entry, Heading, paragraph
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foretrack.core.revisions import Edited, Revision

WHOLE: Final = 40
"""
So many are given in full, what was decided already first; the rest is counted.
"""


def revisions_blocks(found: Sequence[Revision]) -> Iterator[Block]:
    """
    Each record with what it said and says, or that it is gone.
    """
    yield Heading(f"Corrected or withdrawn since the last review ({len(found):,})", 2)
    about = "`foretrack log ID` says who did it, when and why."
    yield paragraph(Span(about, "quiet"))
    yield Entries(tuple(_entry(one) for one in found[:WHOLE]))
    if len(found) > WHOLE:
        yield paragraph(f"... and {len(found) - WHOLE:,} more; `--format json` has them all.")


def _entry(one: Revision) -> Entry:
    head = [Span(one.id, "strong")]
    if one.names:
        head.append(Span(f"  {', '.join(one.names)}"))
    head.append(Span(f": {one.kind} {'withdrawn' if one.withdrawn else 'corrected'}"))
    if one.decided:
        head.append(Span(" after its question was decided", "warn"))
    lines = [_edit(each) for each in one.edited] or [(Span(one.words, "quiet"),)]
    return Entry(tuple(head), tuple(lines))


def _edit(one: Edited) -> tuple[Span, ...]:
    return (Span(f"{one.field}: ", "quiet"), _value(one.old), Span(" → "), _value(one.new))


def _value(text: str | None) -> Span:
    return Span("nothing", "quiet") if text is None else Span(text)

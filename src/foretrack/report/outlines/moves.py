"""
Which headlines a change moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack.report import wording
from foretrack.report.outlines.blocks import Block, Entries, Entry, paragraph
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foretrack.core.moves import Figure, Move


def moves_blocks(found: Sequence[Move], *, why: str = "") -> Iterator[Block]:
    """
    A line for each headline, then and now.

    Args:
        found: The headlines that moved.
        why: Why none did, where that is known.
    """
    if found:
        yield Entries(tuple(_entry(one) for one in found))
    else:
        yield paragraph(f"no headline moved{f': {why}' if why else ''}")


def _entry(one: Move) -> Entry:
    scores = f"{_score(one.before, one.after)} → {_score(one.after, one.before)}"
    scored = f"{one.before.scored:,} → " if one.before.scored != one.after.scored else ""
    said = f": Brier {scores} ({scored}{one.after.scored:,} scored)"
    return Entry((Span(one.name, "strong"), Span(said)))


def _score(one: Figure, other: Figure) -> str:
    """
    The score, with more digits where another would look the same.
    """
    alike = one.scored == other.scored and wording.score(one.brier) == wording.score(other.brier)
    return f"{one.brier:.6f}" if alike and one.brier is not None else wording.score(one.brier)

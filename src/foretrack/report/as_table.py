"""
For a terminal and for a pipe.

What lays out a score loads what scores: each outline is imported where it is shown, so that the
queue and the lists start fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from foretrack.report.outlines.blocks import (
    Column,
    Entries,
    Entry,
    Fields,
    Heading,
    Table,
    paragraph,
    row,
)
from foretrack.report.sheet import Sheet
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from rich.console import RenderableType

    from foretrack.core.agenda import Queue
    from foretrack.core.dossier import Dossier
    from foretrack.core.minutes import Changes
    from foretrack.core.moves import Move
    from foretrack.core.page import Calibration, Page
    from foretrack.core.review import Agenda
    from foretrack.core.scorecard import Scorecard
    from foretrack.report.outlines.blocks import Block

FILE_WIDTH: Final = 100
"""
Columns of a table that goes into a file.
"""


def scorecard(card: Scorecard) -> RenderableType:
    """
    The scorecard, a row a group.
    """
    from foretrack.report.outlines.scorecard import scorecard_blocks

    return Sheet(scorecard_blocks(card, drawings=True))


def page(one: Page) -> RenderableType:
    """
    Everything about one source.
    """
    from foretrack.report.outlines.page import page_blocks

    return Sheet(page_blocks(one, drawings=True))


def calibration(found: Calibration, *, items: bool = False) -> RenderableType:
    """
    Hit rates by phrase with bars.

    Args:
        found: The hit rates.
        items: List the claims behind each row.
    """
    from foretrack.report.outlines.calibration import calibration_blocks

    return Sheet(calibration_blocks(found, items=items))


def queue(waiting: Queue) -> RenderableType:
    """
    What is due.
    """
    from foretrack.report.outlines.queue import queue_blocks

    return Sheet(queue_blocks(waiting))


def report(one: Dossier) -> RenderableType:
    """
    The report, with its diagrams.
    """
    from foretrack.report.outlines.dossier import dossier_blocks

    return Sheet(dossier_blocks(one, drawings=True))


def agenda(one: Agenda) -> RenderableType:
    """
    What a review goes through.
    """
    from foretrack.report.outlines.agenda import agenda_blocks

    return Sheet(agenda_blocks(one))


def minutes(document: Mapping[str, Any], changes: Changes) -> RenderableType:
    """
    The stored minutes of a review, and what has changed since.
    """
    from foretrack.report.outlines.minutes import minutes_blocks

    return Sheet(minutes_blocks(document, changes))


def moves(found: Sequence[Move], *, why: str = "") -> RenderableType:
    """
    Which headlines a change moved.

    Args:
        found: The headlines that moved.
        why: Why none did, where that is known.
    """
    from foretrack.report.outlines.moves import moves_blocks

    return Sheet(moves_blocks(found, why=why))


def text(shown: RenderableType) -> str:
    """
    What would be printed, as plain text for a file.
    """
    from io import StringIO

    from rich.console import Console

    file = StringIO()
    Console(
        file=file, width=FILE_WIDTH, color_system=None, markup=False, highlight=False, emoji=False
    ).print(shown, crop=False)
    return file.getvalue()


def outline(blocks: Iterable[Block]) -> RenderableType:
    """
    Any outline.
    """
    return Sheet(blocks)


def listing(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    empty: str,
    figures: Sequence[str] = (),
    fixed: Sequence[str] = (),
    spare: Sequence[str] = (),
    below: Sequence[Sequence[str]] = (),
    title: str | None = None,
    note: str | None = None,
) -> RenderableType:
    """
    Rows of text.  The last column, where there is little room for it, runs below its row.

    Args:
        columns: The heads; cells of the first column are never broken.
        rows: As many texts as there are columns in each.
        empty: What to say when there is no row.
        figures: Heads of right-aligned columns.
        fixed: Heads of other columns whose cells are never broken.
        spare: Heads of other columns that run below their row where there is little room.
        below: For each row the lines below it, if any.
        title: A heading.
        note: A remark below.
    """
    blocks: list[Block] = [Heading(title)] if title else []
    if rows:
        solid = {columns[0], *figures, *fixed}
        heads = tuple(
            Column(
                head,
                figure=head in figures,
                wraps=head not in solid,
                spare=head not in solid and (head == columns[-1] or head in spare),
            )
            for head in columns
        )
        notes = below or [()] * len(rows)
        set_rows = (
            row(*cells, notes=[(line,) for line in lines])
            for cells, lines in zip(rows, notes, strict=True)
        )
        blocks.append(Table(heads, tuple(set_rows)))
    else:
        blocks.append(paragraph(empty))
    if note:
        blocks.append(paragraph(Span(note, "quiet")))
    return Sheet(blocks)


def details(
    title: str,
    fields: Sequence[tuple[str, str]],
    *,
    sections: Sequence[tuple[str, Sequence[str | Sequence[str]]]] = (),
) -> RenderableType:
    """
    One thing with its fields; those without a value are left out.

    Args:
        title: What it is.
        fields: Names and values.
        sections: Headings, each with the lines below it; of several that belong together those
            after the first stand further in.
    """
    blocks: list[Block] = [Heading(title)]
    if pairs := tuple((name, value) for name, value in fields if value):
        blocks.append(Fields(pairs))
    for heading, lines in sections:
        if lines:
            blocks.append(Heading(heading, 2))
            blocks.append(Entries(tuple(_entry(line) for line in lines)))
    return Sheet(blocks)


def _entry(line: str | Sequence[str]) -> Entry:
    head, *rest = [line] if isinstance(line, str) else line
    return Entry((Span(head),), tuple((Span(one),) for one in rest))

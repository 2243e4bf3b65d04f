"""
For a mail or a pull request: Markdown that reads well as it is written, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from foretrack.report.outlines.agenda import agenda_blocks
from foretrack.report.outlines.blocks import (
    Column,
    Entries,
    Fields,
    Heading,
    Paragraph,
    Row,
    Table,
)
from foretrack.report.outlines.calibration import calibration_blocks
from foretrack.report.outlines.dossier import dossier_blocks
from foretrack.report.outlines.minutes import minutes_blocks
from foretrack.report.outlines.page import page_blocks
from foretrack.report.outlines.queue import queue_blocks
from foretrack.report.outlines.scorecard import scorecard_blocks
from foretrack.report.text import Span, inert, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from foretrack.core.agenda import Queue
    from foretrack.core.dossier import Dossier
    from foretrack.core.minutes import Changes
    from foretrack.core.page import Calibration, Page
    from foretrack.core.review import Agenda
    from foretrack.core.scorecard import Scorecard
    from foretrack.report.outlines.blocks import Block

_MARKS: Final = re.compile(
    r"[\\`*<|]"  # what always means something
    r"|~(?=~)|(?<=~)~"
    r"|(?<![^\W_])_|_(?![^\W_])"  # inside a word it is only a letter
    r"|\](?=[(\[:])"  # links
    r"|&(?=#?\w+;)"
)
_LEADING: Final = re.compile(r"(?=[-+=#>\[])|(?P<digits>\d{1,9})(?=[.)](\s|$))")


def scorecard(card: Scorecard) -> str:
    """
    The scorecard, a row a group.
    """
    return _document(scorecard_blocks(card))


def page(one: Page) -> str:
    """
    Everything about one source.
    """
    return _document(page_blocks(one))


def calibration(found: Calibration, *, items: bool = False) -> str:
    """
    Hit rates by phrase.

    Args:
        found: The hit rates.
        items: List the claims behind each row.
    """
    return _document(calibration_blocks(found, items=items, bars=False))


def queue(waiting: Queue) -> str:
    """
    What is due.
    """
    return _document(queue_blocks(waiting))


def report(one: Dossier) -> str:
    """
    The report.
    """
    return _document(dossier_blocks(one))


def agenda(one: Agenda) -> str:
    """
    What a review goes through.
    """
    return _document(agenda_blocks(one))


def minutes(document: Mapping[str, Any], changes: Changes) -> str:
    """
    The stored minutes of a review, and what has changed since.
    """
    return _document(minutes_blocks(document, changes))


def outline(blocks: Iterable[Block]) -> str:
    """
    Any outline.
    """
    return _document(blocks)


def escaped(text: str, *, leading: bool = True) -> str:
    r"""
    The text such that Markdown shows it as it is, on one line.

    Args:
        text: Anything.
        leading: It begins a line, where more characters have a meaning.

    >>> escaped("*a* | <b>"), escaped("# 1"), escaped("snake_case [0.1-0.2]")
    ('\\*a\\* \\| &lt;b>', '\\# 1', 'snake_case [0.1-0.2]')
    """
    found = _MARKS.sub(lambda match: _ENTITIES.get(match[0], f"\\{match[0]}"), inert(text))
    if leading and (match := _LEADING.match(found)):
        digits = match["digits"] or ""
        found = f"{digits}\\{found[len(digits) :]}"
    return found


_ENTITIES: Final = {"<": "&lt;", "&": "&amp;"}


def _document(blocks: Iterable[Block]) -> str:
    return "\n".join("\n".join(_block(block)) + "\n" for block in blocks)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * (block.level + 1)} {escaped(block.text)}"
        case Paragraph():
            yield _running(block.spans)
        case Fields():
            for name, value in block.pairs:
                yield f"- **{escaped(name)}:** {escaped(value)}"
        case Entries():
            for entry in block.items:
                yield f"- {_running(entry.head)}"
                yield from (f"  - {_running(line)}" for line in entry.lines)
        case Table():
            yield from _table(block)


def _running(spans: Sequence[Span], *, leading: bool = True) -> str:
    """
    Spans in a line; what is strong stays so.
    """
    parts: list[str] = []
    plain = ""
    for span in spans:
        if span.tone == "strong" and span.text.strip():
            parts += [_plain(plain, leading=leading and not parts), f"**{escaped(span.text)}**"]
            plain = ""
        else:
            plain += span.text
    parts.append(_plain(plain, leading=leading and not parts))
    return re.sub(r" {2,}", " ", "".join(parts)).strip()


def _plain(text: str, *, leading: bool) -> str:
    return escaped(text.lstrip(" ") if leading else text, leading=leading)


def _table(block: Table) -> Iterator[str]:
    rows = [*block.rows, *([block.total] if block.total else [])]
    columns = list(block.columns)
    has_notes = any(row.notes for row in rows)
    if has_notes:
        columns.append(Column(block.remarks))
    cells = [[escaped(column.head, leading=False) for column in columns]]
    cells += [_cells(row, notes=has_notes) for row in rows]
    widths = [max(3, *(width(line[at]) for line in cells)) for at in range(len(columns))]
    for at, line in enumerate(cells):
        padded = (
            _pad(text, room, right=column.figure)
            for text, room, column in zip(line, widths, columns, strict=True)
        )
        yield f"| {' | '.join(padded)} |"
        if at == 0:
            rules = (
                "-" * (room - 1) + (":" if column.figure else "-")
                for room, column in zip(widths, columns, strict=True)
            )
            yield f"| {' | '.join(rules)} |"


def _cells(row: Row, *, notes: bool) -> list[str]:
    found = [_running([Span(cell.text)], leading=False) for cell in row.cells]
    if notes:
        lines = ("".join(span.text for span in note) for note in row.notes)
        found.append(" · ".join(escaped(line, leading=False) for line in lines))
    return found


def _pad(text: str, room: int, *, right: bool) -> str:
    blank = " " * (room - width(text))
    return blank + text if right else text + blank

"""
What is due.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack.core.vocabulary import ConditionIs
from foretrack.report import wording
from foretrack.report.outlines.blocks import Block, Entries, Entry, Heading, paragraph
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foretrack.core.agenda import Due, Queue


def queue_blocks(waiting: Queue) -> Iterator[Block]:
    """
    What is overdue, oldest first, then what closes soon.
    """
    overdue = [item for item in waiting.items if item.overdue]
    soon = [item for item in waiting.items if not item.overdue]
    ahead = wording.counted(waiting.within, "day")
    yield Heading(f"Due as of {waiting.as_of}")
    closing = len(waiting.items) + waiting.more - waiting.overdue
    groups = (("Overdue", overdue, waiting.overdue), (f"Closing within {ahead}", soon, closing))
    for title, items, n in groups:
        if items:
            yield Heading(f"{title} ({n:,})", 2)
            yield Entries(tuple(_due(item) for item in items), loose=True)
    if waiting.more:
        total = len(waiting.items) + waiting.more
        yield paragraph(
            f"... and {wording.counted(waiting.more, 'question')} more, {total:,} in all."
        )
    elif not overdue and not soon:
        yield paragraph(f"Nothing is overdue, and no window closes within {ahead}.")
    elif not soon:
        yield paragraph(f"No window closes within {ahead}.")
    elif not overdue:
        yield paragraph("Nothing is overdue.")
    if not soon and not waiting.more:
        yield paragraph(
            f"The next window closes on {waiting.later}."
            if waiting.later
            else "No other window is open."
        )
    if waiting.conditions:
        conditions = len(waiting.conditions) + waiting.more_conditions
        yield Heading(f"Conditions to check ({conditions:,})", 2)
        yield Entries(tuple(_due(item) for item in waiting.conditions), loose=True)
        if waiting.more_conditions:
            yield paragraph(
                f"... and {wording.counted(waiting.more_conditions, 'condition')} more."
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
    lines = [(Span(item.statement),)]
    if item.condition_statement:
        lines.append((Span(f"if: {item.condition_statement}"),))
    lines.append((Span(said or "no forecast on it", "quiet"),))
    return Entry(tuple(head), tuple(lines))

"""
What has changed since the minutes of a review were stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from foretrack.report import wording
from foretrack.report.outlines.blocks import (
    Block,
    Column,
    Entries,
    Entry,
    Heading,
    Table,
    paragraph,
    row,
)
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foretrack.core.minutes import Changes, Figure

_SHOWN = 40  # figures that differ, before the rest are counted

HEADLINE: Final = ("brier", "scored")
"""
The figures that a reader looks for first.
"""

FIGURES: Final = {
    "brier": "Brier",
    "scored": "scored (n)",
    "overdue": "overdue",
    "early.n": "early",
    "early.brier": "Brier of the early",
    "open": "open",
    "provisional": "provisional",
    "brier_low": "Brier, lowest over the bands",
    "brier_high": "Brier, highest over the bands",
    "brier_interval": "Brier, 95% interval",
    "brier_bounds": "Brier, bounds from the overdue",
    "base_rate": "share of yes",
    "mean_probability": "mean probability",
    "claims": "claims",
    "forecasts": "forecasts",
    "questions": "questions",
    "matured": "window over",
    "unscorable_share": "share unscorable",
    "ambiguous": "ambiguous",
    "late": "made too late",
    "not_in_lexicon": "phrase not in the lexicon",
    "assumed": "window assumed",
    "left_out": "left out for their window",
    "implied": "implied by a bare will",
    "assumed_phrases": "phrase assumed",
    "inferred_dates": "date inferred",
    "hindsight": "criteria after the outcome",
    "too_few_to_rank": "too few to rank",
}
"""
Field of a scorecard's row -> what people call it.
"""


def pointed_out(changes: Changes) -> str:
    """
    What is no longer so, in a line for the top.
    """
    if changes.unknown:
        return "these figures cannot be computed again"
    said = []
    if n := len(changes.overturned):
        said.append(
            f"{wording.counted(n, 'resolution')} no longer {'stands' if n == 1 else 'stand'}"
        )
    if n := len(changes.figures):
        said.append(f"{wording.counted(n, 'figure')} would differ")
    said += ["made with other tools than today's"] if changes.tools and not said else []
    return ", ".join(said)


def changes_blocks(changes: Changes) -> Iterator[Block]:
    """
    What a recomputation would change now.
    """
    yield Heading("Since then", 2)
    if changes.unknown:
        yield paragraph(f"It cannot be computed again: {changes.unknown}.")
        return
    if not changes:
        yield paragraph("Computed again today, every figure would be the same.")
        return
    if changes.overturned:
        yield Entries(
            tuple(
                Entry(
                    (
                        Span(one.question, "strong"),
                        Span("  was "),
                        Span(one.then),
                        Span(", is now "),
                        Span(one.now, "warn"),
                    ),
                    ((Span(one.statement),),),
                )
                for one in changes.overturned
            )
        )
    if changes.figures:
        yield paragraph(
            "Computed again for the same day, with what is known today of what was resolved then:"
        )
        shown = _ordered(changes.figures)[:_SHOWN]
        columns = (
            Column("source", wraps=True),
            Column("figure", wraps=True),
            Column("stored", figure=True),
            Column("would be", figure=True),
        )
        yield Table(columns, tuple(_figure(one) for one in shown))
        if len(changes.figures) > _SHOWN:
            yield paragraph(f"... and {len(changes.figures) - _SHOWN:,} more.")
    if changes.tools:
        yield paragraph(Span("; ".join(changes.tools) + ".", "quiet"))


def _ordered(figures: Sequence[Figure]) -> list[Figure]:
    """
    The Brier and n of each source first, then the rest, each source by source.
    """
    rows = list(dict.fromkeys(one.row for one in figures))

    def place(one: Figure) -> tuple[bool, int, int]:
        first = one.field in HEADLINE
        return (not first, rows.index(one.row), HEADLINE.index(one.field) if first else 0)

    return sorted(figures, key=place)


def _figure(one: Figure) -> Any:
    return row(one.label, figure_name(one.field), _value(one.then), _value(one.now))


def figure_name(field: str) -> str:
    """
    What people call a figure.

    >>> figure_name("brier"), figure_name("early.n"), figure_name("annulled.criteria-defect")
    ('Brier', 'early', 'annulled: criteria-defect')
    """
    return FIGURES.get(field) or field.replace("_", " ").replace(".", ": ")


def _value(value: Any) -> str:
    if value is None:
        return wording.NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        return " to ".join(_value(each) for each in value)
    return f"{value:,}" if isinstance(value, int) else str(value)

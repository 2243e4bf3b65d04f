"""
Sources beside each other: pair by pair, or all adjusted for how hard their questions were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack.core.duel import verdict
from foretrack.core.scorecard import FEW
from foretrack.core.significance import MOST_EXACT
from foretrack.report import wording
from foretrack.report.outlines.blocks import (
    Block,
    Column,
    Entries,
    Entry,
    Heading,
    Table,
    joined,
    paragraph,
    row,
)
from foretrack.report.outlines.quality import p_value
from foretrack.report.text import Span
from foretrack.report.wording import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foretrack.core.difficulty import Adjusted
    from foretrack.core.duel import Duel, Duels, Field
    from foretrack.report.outlines.blocks import Row


def duels_blocks(found: Duels) -> Iterator[Block]:
    """
    Every pair: the scores on shared questions, whether luck explains it, and what decided it.
    """
    labels = {one.source: one.label for one in found.contenders}
    yield Heading(f"Head to head on shared questions, as of {found.convention.as_of}")
    yield Table(
        (
            Column("better", wraps=True),
            Column("than", wraps=True),
            Column("shared", figure=True),
            Column("clusters", figure=True),
            Column("Brier", figure=True),
            Column("Brier", figure=True),
            Column("difference", figure=True),
            Column("p", figure=True),
            Column("Holm", figure=True),
        ),
        tuple(_pair(one, labels) for one in found.pairs),
    )
    yield paragraph(_reading(found))
    yield from _grouped(found.by)
    for one in found.pairs:
        if one.decided_by:
            yield Heading(f"What decided {labels[one.a]} and {labels[one.b]}", 2)
            yield Entries(tuple(_deciding(one, labels)))
    yield paragraph(wording.convention(found.convention))


def _grouped(by: str) -> Iterator[Block]:
    """
    What a group's score on a question is.
    """
    if by == "source":
        return
    words = f"Compared by {by}: on each question the mean score of its sources."
    if by == "tag":
        words += " Tags belong to questions: on a question that two share they score the same."
    yield paragraph(words)


def _pair(one: Duel, labels: dict[str, str]) -> Row:
    a, b = Span(labels[one.a], "strong"), Span(labels[one.b], "strong")
    if one.difference is None:
        return row(
            a, b, "0", "0", *[NONE] * 5, notes=[[Span("no shared question that counts", "quiet")]]
        )
    scores = [wording.score(one.brier_a), wording.score(one.brier_b)]
    if one.difference > 0:
        a, b = b, a
        scores.reverse()
    remarks = [
        Span("equal" if not one.difference else "", "quiet"),
        Span("too few to tell" if one.n < FEW else "", "quiet"),
    ]
    return row(
        a,
        b,
        f"{one.n:,}",
        f"{one.clusters:,}",
        *scores,
        f"{abs(one.difference):.3f}",
        p_value(one.p_value or 0.0)[2:].removeprefix("= "),
        p_value(one.holm or 0.0)[2:].removeprefix("= "),
        notes=[joined(remarks, "; ")],
    )


def _reading(found: Duels) -> str:
    drawn = [one.flips for one in found.pairs if one.flips is not None]
    how = "p: sign flips of whole clusters, every one counted"
    if drawn:
        how += f" up to {MOST_EXACT} clusters, {drawn[0]:,} drawn above"
    tested = sum(one.p_value is not None for one in found.pairs)
    words = f"{how}; two-sided."
    if tested > 1:
        words += f" Holm: adjusted for all {tested} pairs shown."
    return words + " With k clusters p is never below 2^(1 - k): fewer than six decide nothing."


def _deciding(one: Duel, labels: dict[str, str]) -> Iterator[Entry]:
    for question in one.decided_by:
        gained = labels[one.a] if question.share < 0 else labels[one.b]
        scores = f"{wording.score(question.a)} against {wording.score(question.b)}"
        yield Entry(
            (Span(question.statement),),
            (
                (
                    Span(f"{scores}: {abs(question.share):.3f} for {gained} "),
                    Span(f"({question.question})", "quiet"),
                ),
            ),
        )


def field_blocks(found: Field) -> Iterator[Block]:
    """
    All sources, component by component, in tiers.
    """
    yield Heading(f"All {found.by}s, adjusted for difficulty, as of {found.convention.as_of}")
    linked = [one for one in found.components if len(one.sources) > 1]
    alone = [one.sources[0] for one in found.components if len(one.sources) == 1]
    for number, component in enumerate(linked, 1):
        if len(linked) > 1:
            yield Heading(f"Group {number} of {len(linked)}", 2)
        yield _adjusted(component.sources, found, shrunk=component.mean is not None)
    if alone:
        yield Heading("Nobody to compare with", 2)
        yield _adjusted(sorted(alone, key=lambda one: one.source), found, shrunk=False)
    if len(found.components) > 1:
        yield paragraph(
            f"{found.by.capitalize()}s that share no question, directly or through others, cannot"
            " be compared."
        )
    yield paragraph(
        f"Adjusted: as if every {found.by} of a group had answered all of its questions; saying"
        " 50% on all of them would be 0.25. Shrunk: moved toward the mean by as much as luck"
        " explains, with its 95% interval. A tier holds those that cannot be told from its best"
        f" one. Below {FEW} questions: too few to rank."
    )
    yield from _grouped(found.by)
    if found.without:
        names = ", ".join(found.labels[name] for name in found.without)
        yield paragraph(Span(f"No question that counts: {names}.", "quiet"))
    yield paragraph(wording.convention(found.convention))


def _range(ends: tuple[float, float] | None) -> str:
    """
    Two scores that may be below 0, where a hyphen would be taken for a sign.
    """
    return NONE if ends is None else f"{ends[0]:.3f} to {ends[1]:.3f}"


def _adjusted(sources: Sequence[Adjusted], found: Field, *, shrunk: bool) -> Table:
    columns = [
        Column(found.by, wraps=True),
        Column("questions", figure=True),
        Column("shared", figure=True),
        Column("Brier", figure=True),
        Column("adjusted", figure=True),
    ]
    if shrunk:
        columns += [Column("shrunk", figure=True), Column("95% interval", figure=True)]
    columns.append(Column("tier", wraps=True))

    def line(one: Adjusted) -> Row:
        cells: list[str | Span] = [
            Span(found.labels[one.source], "strong"),
            f"{one.n:,}",
            f"{one.shared:,}",
            wording.score(one.raw),
            wording.score(one.score),
        ]
        if shrunk:
            cells += [wording.score(one.shrunk), _range(one.interval)]
        return row(*cells, verdict(one))

    return Table(tuple(columns), tuple(line(one) for one in sources))

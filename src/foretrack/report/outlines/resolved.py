"""
What was resolved since the last review, with what it did to each source's score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from foretrack.core.cohort import Standing
from foretrack.report import wording
from foretrack.report.outlines.blocks import Block, Entries, Entry, Heading, paragraph
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foretrack.core.effects import Effect, Resolved
    from foretrack.core.records import Evidence

WITHOUT: Final = (
    "A headline without a question leaves out that one question and counts all others as they"
    " stand now; the steps do not add up."
)

WHOLE: Final = 40
"""
So many questions are given in full, the most surprising ones.
"""

LISTED: Final = 400
"""
So many more are named, in a line each; the rest is counted.
"""


def resolved_blocks(found: Sequence[Resolved], *, title: str) -> Iterator[Block]:
    """
    What was resolved, the biggest surprise first.
    """
    yield Heading(f"{title} ({len(found):,})", 2)
    yield paragraph(Span(WITHOUT, "quiet"))
    yield Entries(tuple(_whole(one) for one in found[:WHOLE]), loose=True)
    if rest := found[WHOLE : WHOLE + LISTED]:
        yield paragraph(Span("Less surprising; `foretrack show QUESTION` has each whole:", "quiet"))
        yield Entries(tuple(_named(one) for one in rest))
    if len(found) > WHOLE + LISTED:
        more = len(found) - WHOLE - LISTED
        yield paragraph(f"... and {more:,} more; `--format json` has them all.")


def _named(found: Resolved) -> Entry:
    worst = "" if found.surprise is None else f", Brier {wording.score(found.surprise)} at most"
    return Entry((Span(found.question, "strong"), Span(f"  {_outcome(found)}{worst}")))


def _outcome(found: Resolved) -> str:
    return f"{found.outcome} ({found.reason})" if found.reason else f"{found.outcome}"


def _whole(found: Resolved) -> Entry:
    day = f", {found.settled}" if found.settled else ""
    head = (
        Span(found.question, "strong"),
        Span(f"  {_outcome(found)}{day}"),
        Span(f", decided {found.decided}", "quiet"),
    )
    lines: list[tuple[Span, ...]] = [(Span(found.statement),)]
    lines += [_effect(effect) for effect in found.effects]
    if found.evidence:
        lines.append((Span("evidence: ", "quiet"), Span(cited(found.evidence))))
    if found.note:
        lines.append((Span("note: ", "quiet"), Span(found.note)))
    return Entry(head, tuple(lines))


def _effect(effect: Effect) -> tuple[Span, ...]:
    said = f"{effect.name}: {wording.stance(effect.words, effect.polarity)}"
    if effect.brier is None:
        return (Span(said), Span(f", {effect.standing}, not scored", "quiet"))
    score = f", p = {wording.probability(effect.probability)}, Brier {wording.score(effect.brier)}"
    if effect.standing is Standing.EARLY and effect.before == effect.after:
        return (Span(said + score), Span(", early, beside the headline", "quiet"))
    before = "none" if effect.before is None else wording.score(effect.before)
    moves = f"; headline {before} without it, {wording.score(effect.after)} with it"
    return (Span(said + score + moves),)


def cited(evidence: Sequence[Evidence]) -> str:
    """
    Citations with their addresses.
    """
    return "; ".join(" ".join(filter(None, (one.citation, one.url))) for one in evidence)

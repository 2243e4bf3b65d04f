"""
What words came to, and how far the scores hang on who reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from foretrack.core.page import VERDICT_FROM
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
from foretrack.report.wording import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foretrack.core.dictionary import Dictionary, Meaning, Word
    from foretrack.core.rereading import Lacking, Placed, Reading, Rereading
    from foretrack.report.outlines.blocks import Row

MOST: Final = 10
"""
So many sources, phrases and flips are named before the rest are counted.
"""


def phrases_blocks(found: Dictionary) -> Iterator[Block]:
    """
    A source's own dictionary: a row a phrase; or one for each group.
    """
    whose = found.label or "all sources together"
    by = f" by {found.by}" if found.by else ""
    yield Heading(f"The words of {whose}{by}, as of {found.convention.as_of}")
    if found.by:
        for one in found.groups:
            yield Heading(one.label, 2)
            yield from _vocabulary(one.words, one.numbers)
    if not found.by or not found.groups:
        yield from _vocabulary(found.words, found.numbers)
    if found.words:
        yield paragraph(
            Span(
                "Uses: all claims, also those that cannot be scored. Came true: in the claim's own"
                " frame, each question by the last forecast."
                f" No verdict below n = {VERDICT_FROM}.",
                "quiet",
            )
        )
    yield paragraph(wording.convention(found.convention, updates=False))


def _vocabulary(words: Sequence[Word], numbers: int) -> Iterator[Block]:
    if words:
        yield _dictionary(words)
    else:
        yield paragraph("No claim that counts uses an estimative phrase.")
    if numbers:
        one = wording.counted(numbers, "claim")
        yield paragraph(Span(f"{one} with a number in place of words.", "quiet"))


def _dictionary(words: Sequence[Word]) -> Table:
    def line(word: Word) -> Row:
        scored = word.n > 0 and word.observed is not None and word.wilson is not None
        verdict = {True: "meets the band", False: "misses the band", None: NONE}[word.agrees]
        return row(
            Span(word.phrase, "strong"),
            f"{word.uses:,}",
            f"{word.hits:,} of {word.n:,}" if scored else NONE,
            wording.share(word.observed),
            wording.interval_of_share(word.wilson) if word.wilson else NONE,
            _meaning(word.readers),
            Span(verdict, "bad" if word.agrees is False else ""),
            notes=[[Span(line, "quiet")] for line in _standards(word.standards)],
        )

    return Table(
        (
            Column("phrase", wraps=True),
            Column("uses", figure=True),
            Column("came true", figure=True),
            Column("observed", figure=True),
            Column("95% interval", figure=True),
            Column("readers take it as"),
            Column("verdict", wraps=True, spare=True),
        ),
        tuple(line(word) for word in words),
        remarks="standards",
    )


def _meaning(one: Meaning | None) -> str:
    if one is None:
        return "not surveyed"
    if one.point is None:
        return "no probability"
    shown = wording.band(one.point, one.low, one.high)
    return shown if one.scored else f"{shown}, not scored"


def _standards(found: Sequence[Meaning]) -> list[str]:
    """
    The standards that say the same together.
    """
    alike: dict[str, list[str]] = {}
    for one in found:
        alike.setdefault(_meaning(one), []).append(one.lexicon)
    if not alike:
        return []
    return ["; ".join(f"{', '.join(names)} {says}" for says, names in alike.items())]


def reread_blocks(found: Rereading) -> Iterator[Block]:
    """
    The order of the sources under each lexicon, the pairs that flip, and what each lexicon lacks.
    """
    yield Heading(f"The same forecasts under each lexicon, as of {found.convention.as_of}")
    yield Table(
        (
            Column("lexicon"),
            Column("scored", figure=True),
            Column(f"Brier by {found.by}, best first", wraps=True),
        ),
        tuple(_reading(one, found) for one in (found.in_use, *found.readings)),
        remarks="lacks",
    )
    yield Heading("Pairs that change places", 2)
    if found.flips:
        yield Entries(tuple(_flips(found)))
    else:
        yield paragraph(f"None: no lexicon turns the order of two {found.by}s around.")
    yield paragraph(
        Span(
            "Looked for on the questions that both the lexicon and the reading in use can score, so"
            " that a phrase which a lexicon lacks makes no flip.",
            "quiet",
        )
    )
    yield paragraph(wording.convention(found.convention))


def _reading(one: Reading, found: Rereading) -> Row:
    placed = [_placed(each, found) for each in one.order[:MOST]]
    if len(one.order) > MOST:
        placed.append(f"and {len(one.order) - MOST:,} more")
    return row(
        Span(one.lexicon or "in use", "strong"),
        f"{sum(each.n for each in one.order):,}",
        ", ".join(placed) or NONE,
        notes=[[Span(f"lacks {_lacks(one.lacks)}", "warn")]] if one.lacks else [],
    )


def _placed(one: Placed, found: Rereading) -> str:
    return f"{found.labels.get(one.source, one.source)} {wording.score(one.brier)} ({one.n:,})"


def _lacks(found: Sequence[Lacking]) -> str:
    named = [f"“{one.phrase}” ({one.forecasts:,})" for one in found[:MOST]]
    if len(found) > MOST:
        named.append(f"and {len(found) - MOST:,} more")
    return ", ".join(named)


def _flips(found: Rereading) -> Iterator[Entry]:
    for flip in found.flips[:MOST]:
        a, b = (found.labels.get(one, one) for one in (flip.a, flip.b))
        in_use, under = (
            f"{wording.score(scores[0])} against {wording.score(scores[1])}"
            for scores in (flip.in_use, flip.under)
        )
        few = "; too few to rank either way" if flip.few else ""
        words = f"{b} overtakes {a}: {in_use} for {a} in use, {under} there{few}"
        yield Entry((Span(f"{flip.lexicon}: ", "strong"), Span(words)))
    if len(found.flips) > MOST:
        yield Entry((Span(f"and {len(found.flips) - MOST:,} more", "quiet"),))

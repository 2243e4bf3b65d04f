"""
The report: everything about every source.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.core.calibration import FEWEST_FOR_A_VERDICT
from foretrack.core.cohort import EVERYTHING, Standing
from foretrack.core.dossier import NO_BETTER, Ending
from foretrack.core.reliability import DIAGRAM_FROM
from foretrack.core.scorecard import Scorecard
from foretrack.report import captions, verdicts, wording
from foretrack.report.outlines.blocks import (
    Block,
    Column,
    Drawing,
    Entries,
    Entry,
    Heading,
    Table,
    joined,
    paragraph,
    row,
)
from foretrack.report.outlines.method import method_blocks
from foretrack.report.outlines.page import left_out
from foretrack.report.outlines.queue import queue_blocks
from foretrack.report.outlines.scorecard import scorecard_blocks
from foretrack.report.terminal import reliability
from foretrack.report.text import Span
from foretrack.report.wording import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foretrack.core.dossier import Dossier, Phrase, Window
    from foretrack.core.page import Hit, Line
    from foretrack.core.reliability import Reliability
    from foretrack.report.outlines.blocks import Row

CLAIMS: Final = 20
"""
So many claims that are no forecasts are told for each source; the scorecard of the source has all.
"""


class Part(NamedTuple):
    """
    A section of the report.
    """

    title: str
    blocks: tuple[Block, ...]


def dossier_blocks(one: Dossier, *, drawings: bool = False) -> Iterator[Block]:
    """
    The report from top to bottom.

    Args:
        one: What it shows.
        drawings: Draw scores and reliability too, which needs a font of fixed width.
    """
    yield Heading(f"Forecast report as of {one.convention.as_of}")
    yield paragraph(counts(one))
    for part in (
        Part("Scorecard", tuple(_body(scorecard_blocks(card_of(one), drawings=drawings)))),
        Part("Reliability", tuple(calibration(one, drawings=drawings))),
        Part("What the words meant", tuple(dictionary(one))),
        Part("Windows, and what happened", tuple(timeline(one))),
        Part("Waiting for a decision", tuple(queue(one))),
        Part("Worst misses", tuple(misses(one))),
        Part("Claims that are no forecasts", tuple(no_forecasts(one))),
        Part("Method", tuple(method_blocks())),
    ):
        yield Heading(part.title, 2)
        yield from part.blocks
    yield paragraph(Span(made_from(one), "quiet"))


def card_of(one: Dossier) -> Scorecard:
    """
    The scorecard in the report.
    """
    return Scorecard(by="source", convention=one.convention, groups=one.groups, overall=one.overall)


def counts(one: Dossier) -> str:
    """
    How much the report is about.
    """
    overall = one.overall
    parts = [
        wording.counted(len(one.groups), "source"),
        wording.counted(overall.claims, "claim"),
        wording.counted(overall.forecasts, "forecast"),
        wording.counted(len(one.windows), "question"),
    ]
    return f"{', '.join(parts[:-1])} on {parts[-1]}."


def made_from(one: Dossier) -> str:
    """
    What the report was made from, for whoever wants to make it again.
    """
    head = f", head {one.head.hash}" if one.head.hash else ""
    return f"Made from a journal of {one.head.sequence:,} entries{head}."


def _body(blocks: Iterator[Block]) -> Iterator[Block]:
    """
    The blocks of another outline under a heading of this one.
    """
    next(blocks, None)
    for block in blocks:
        yield Heading(block.text, 3) if isinstance(block, Heading) else block


def calibration(one: Dossier, *, drawings: bool = False) -> Iterator[Block]:
    """
    The parts of each source's Brier score, and why some have none.

    Args:
        one: The report.
        drawings: Draw the diagrams, too.
    """
    drawn = [(label, found) for label, found in diagrams(one) if found.said]
    if drawn:
        yield Table(
            (
                Column("source", wraps=True),
                Column("scored", figure=True),
                Column("Brier", figure=True),
                Column("miscalibration", figure=True),
                Column("discrimination", figure=True),
                Column("uncertainty", figure=True),
            ),
            tuple(_parts(label, found) for label, found in drawn),
        )
    for label, found in drawn if drawings else ():
        yield Heading(label, 3)
        yield Drawing(partial(reliability.diagram, found))
        yield paragraph(Span("In words: " + captions.reliability(found), "quiet"))
    yield from undrawn(one)


def _parts(label: str, found: Reliability) -> Row:
    if found.parts is None:
        raise ValueError("a diagram that is drawn has its parts")
    figures = (found.parts.score, found.parts.mcb, found.parts.dsc, found.parts.unc)
    return row(
        Span(label, "strong"),
        wording.number(found.n),
        *(wording.score(value) for value in figures),
        notes=[[verdicts.miscalibrated(found)]],
    )


def diagrams(one: Dossier) -> Iterator[tuple[str, Reliability]]:
    """
    The reliability diagram of each source with its name, all together first.
    """
    if one.together is not None:
        yield "All sources together", one.together
    for profile in one.profiles:
        yield profile.label, profile.reliability


def undrawn(one: Dossier) -> Iterator[Block]:
    """
    Whose diagram is missing, and why.
    """
    missing = [(label, found) for label, found in diagrams(one) if not found.said]
    if not missing:
        return
    yield paragraph(
        f"A reliability diagram needs {DIAGRAM_FROM} scored questions: with fewer, the curve shows"
        " luck and nothing else. None is drawn for:"
    )
    yield Entries(
        tuple(
            Entry((Span(label, "strong"), Span(f": {verdicts.undrawn(found)}")))
            for label, found in missing
        )
    )


def dictionary(one: Dossier) -> Iterator[Block]:
    """
    How often each phrase came true, all together and by source.
    """
    if not one.phrases:
        yield paragraph("No forecast has an outcome that counts yet.")
        return
    yield Table(
        (
            Column("in words", wraps=True),
            Column("source", wraps=True),
            Column("lexicon says"),
            Column("came true", figure=True),
            Column("observed", figure=True),
            Column("95% interval", figure=True),
            Column("verdict", wraps=True),
        ),
        tuple(line for phrase in one.phrases for line in _phrase(phrase)),
    )
    yield paragraph(Span(f"No verdict below n = {FEWEST_FOR_A_VERDICT}.", "quiet"))


def _phrase(phrase: Phrase) -> Iterator[Row]:
    if len(phrase.used) != 1:
        yield _rate(Span(phrase.words, "strong"), "all together", phrase.together)
    for used in phrase.used:
        yield _rate(Span(phrase.words, "strong"), used.label, used.hit)


def _rate(words: Span, who: str, hit: Hit) -> Row:
    return row(
        words,
        who,
        wording.band(hit.point, hit.low, hit.high),
        f"{hit.hits:,} of {hit.n:,}",
        wording.share(hit.observed),
        wording.interval_of_share(hit.wilson),
        verdicts.verdict(hit),
    )


def timeline(one: Dossier) -> Iterator[Block]:
    """
    Each window with what happened.
    """
    if not one.windows:
        yield paragraph("No question is forecast yet.")
        return
    yield Table(
        (
            Column("opens"),
            Column("closes"),
            Column("what happened", wraps=True),
        ),
        tuple(
            row(
                window.opens.isoformat(),
                window.closes.isoformat(),
                Span(verdicts.ending(window), "warn" if window.ending is Ending.OVERDUE else ""),
                notes=[[Span(window.statement)], [Span(voices(window), "quiet")]],
            )
            for window in one.windows
        ),
        remarks="question",
    )


def voices(window: Window) -> str:
    """
    What was said about a question, in one line.
    """
    return "; ".join(wording.voice(voice) for voice in window.voices)


def queue(one: Dossier) -> Iterator[Block]:
    """
    What waits, under a heading of the report.
    """
    yield from _body(queue_blocks(one.queue))
    if one.convention.only != EVERYTHING:
        yield paragraph(Span("This list is that of the whole record.", "quiet"))


def misses(one: Dossier) -> Iterator[Block]:
    """
    The forecasts that did worst.
    """
    if not one.misses:
        yield paragraph(
            f"No forecast with an outcome did worse than saying 50% (Brier {NO_BETTER})."
        )
        return
    names = {profile.source: profile.label for profile in one.profiles}
    yield Table(
        (
            Column("Brier", figure=True),
            Column("said", wraps=True),
            Column("p of yes", figure=True),
            Column("outcome", wraps=True),
            Column("source", wraps=True),
        ),
        tuple(_miss(line, names) for line in one.misses),
        remarks="forecast",
    )
    more = one.missed - len(one.misses)
    told = f"Forecasts that did worse than saying 50% (Brier above {NO_BETTER})"
    yield paragraph(Span(f"{told}; {more:,} more did." if more else f"{told}.", "quiet"))


def _miss(line: Line, names: dict[str, str]) -> Row:
    outcome = line.outcome.value if line.outcome else NONE
    day = f", {line.settled}" if line.settled else ""
    early = ", early" if line.standing is Standing.EARLY else ""
    about = [Span(line.claim, "quiet"), Span(f"said {line.made}, closes {line.closes}", "quiet")]
    return row(
        Span(wording.score(line.brier), "bad"),
        wording.stance(line.words, line.polarity),
        wording.probability(line.probability),
        f"{outcome}{day}{early}",
        names.get(line.source, line.source),
        notes=[[Span(line.statement)], joined(about, "; ")],
    )


def no_forecasts(one: Dossier) -> Iterator[Block]:
    """
    What was claimed and cannot be scored, source by source.
    """
    if not any(profile.left_out for profile in one.profiles):
        yield paragraph("Every claim is a forecast.")
    for profile in one.profiles:
        if profile.left_out:
            told = profile.left_out[:CLAIMS]
            more = len(profile.left_out) - len(told)
            yield Heading(f"{profile.label} ({len(profile.left_out)})", 3)
            yield left_out(told)
            if more:
                yield paragraph(
                    f"... and {more:,} more: `foretrack scorecard {profile.source}` has all."
                )

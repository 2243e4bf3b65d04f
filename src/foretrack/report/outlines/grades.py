"""
The scores of a table of forecasts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from foretrack.core.bootstrap import FEWEST
from foretrack.core.luck import RESAMPLED_UP_TO, RESAMPLES
from foretrack.core.recalibration import NotEstimable, Untested
from foretrack.core.vocabulary import Updates
from foretrack.report import wording
from foretrack.report.outlines.bins import bins, number
from foretrack.report.outlines.blocks import Column, Heading, Table, paragraph, row
from foretrack.report.quality import undefined
from foretrack.report.text import Span
from foretrack.report.wording import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from foretrack.core.grades import Choice, Grade, Graded
    from foretrack.core.recalibration import InTheLarge
    from foretrack.report.outlines.blocks import Block, Row

VERDICT_FROM: Final = 50
"""
Below so many forecasts nothing is said about calibration.
"""
_NARROW: Final = 20  # intervals of fewer clusters cover less than they say

_UPDATES: Final = {
    Updates.EACH: "Each row counts as one forecast",
    Updates.FIRST: "Only the first forecast of a source on a question",
    Updates.LAST: "Only the last forecast of a source on a question",
    Updates.TIME: "Forecasts weighted by the time they stood, so that n counts questions",
}


def blocks(found: Graded) -> Iterator[Block]:
    """
    The scores, whether they can be told from luck, and how they were made.
    """
    yield Heading(f"Scores by {found.choice.by} of {_few(found.tables)}")
    yield _scores(found)
    yield Heading("Calibration and log score", 2)
    yield _calibration(found)
    yield from _remarks(found)
    if _is_uneven(found):
        yield Heading("What the figures rest on", 2)
        yield _basis(found)
    yield Heading("How often it happened, all together", 2)
    yield from _bins(found.overall)
    yield from _left_out(found)
    yield paragraph(line(found))


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) < 4 else f"{names[0]} and {len(names) - 1} more tables"


def _scores(found: Graded) -> Table:
    drawn = found.choice.bootstrap > 0

    def one(name: str | Span, grade: Grade) -> Row:
        corp = grade.corp
        lots = None if grade.brier_bootstrap is None else grade.brier_bootstrap.interval
        return row(
            name,
            number(grade.n),
            f"{grade.brier:.3f}",
            f"{corp.mcb:.4f}",
            f"{corp.dsc:.4f}",
            f"{corp.unc:.3f}",
            wording.score_range(grade.brier_interval),
            *([wording.score_range(lots)] if drawn else []),
            wording.share(grade.base_rate),
            wording.share(grade.mean_probability),
            NONE if grade.skill.value is None else f"{grade.skill.value:.3f}",
        )

    return Table(
        (
            Column(found.choice.by, wraps=True),
            Column("n", figure=True),
            Column("Brier", figure=True),
            Column("MCB", figure=True),
            Column("DSC", figure=True),
            Column("UNC", figure=True),
            Column("95% interval", spare=True),
            *([Column("bootstrap", spare=True)] if drawn else []),
            Column("base rate", figure=True, spare=True),
            Column("mean p", figure=True, spare=True),
            Column("skill", figure=True),
        ),
        tuple(one(Span(_named(name), "strong"), grade) for name, grade in found.groups.items()),
        total=one("all", found.overall) if len(found.groups) > 1 else None,
    )


def _named(group: str) -> str:
    return group or "(blank)"


def _calibration(found: Graded) -> Table:
    def one(name: str | Span, grade: Grade) -> Row:
        verdict = NONE
        if grade.p_value is not None and grade.n >= VERDICT_FROM:
            verdict = f"{grade.p_value:.3f}"
        usual = grade.mcb_under_calibration
        return row(
            name,
            NONE if usual is None else f"{usual:.4f}",
            verdict,
            f"{grade.in_the_large.difference:+.3f}",
            _test(grade.in_the_large),
            _slope(grade.slope),
            f"{grade.log_score:.3f}" if grade.log_score < float("inf") else "infinite",
            Span(number(grade.log_infinite), "warn" if grade.log_infinite else "quiet"),
        )

    return Table(
        (
            Column(found.choice.by, wraps=True),
            Column("MCB by luck", figure=True),
            Column("p of MCB", figure=True),
            Column("happened - said", figure=True),
            Column("test"),
            Column("slope", figure=True),
            Column("log score", figure=True),
            Column("infinite", figure=True),
        ),
        tuple(one(Span(_named(name), "strong"), grade) for name, grade in found.groups.items()),
        total=one("all", found.overall) if len(found.groups) > 1 else None,
    )


def _test(found: InTheLarge) -> str:
    if found.p_value is not None:
        return f"p = {found.p_value:.3f}" if found.p_value >= 0.0005 else "p < 0.001"
    return NONE if found.z is None else f"z = {found.z:.2f}"


def _slope(value: float | NotEstimable) -> str:
    return NONE if isinstance(value, NotEstimable) else f"{value:.2f}"


def _remarks(found: Graded) -> Iterator[Block]:
    grades = [*found.groups.values(), found.overall]
    words = []
    if any(grade.mcb_under_calibration is not None for grade in grades):
        words.append(
            "MCB by luck: what a calibrated source gets on average; p of MCB: how often luck gives"
            " it as much."
        )
    if any(grade.n < VERDICT_FROM for grade in grades):
        words.append(f"No verdict on calibration below n = {VERDICT_FROM}.")
    if any(grade.mcb_under_calibration is None for grade in grades) and found.choice.resamples != 0:
        words.append(
            f"Luck is resampled up to n = {RESAMPLED_UP_TO:,}; --resamples {RESAMPLES} does it"
            " for larger groups."
        )
    if any(1 < grade.clusters < _NARROW for grade in grades):
        words.append(f"Intervals are too narrow below {_NARROW} clusters.")
    if any(one.brier_bootstrap and not one.brier_bootstrap.interval for one in grades):
        words.append(f"No bootstrap below {FEWEST} clusters.")
    words += _reasons("No test", (grade.in_the_large.untested for grade in grades))
    words += _reasons(
        "No slope",
        (grade.slope if isinstance(grade.slope, NotEstimable) else None for grade in grades),
    )
    words += _reasons(
        "No skill",
        (undefined(grade.skill) if grade.skill.value is None else None for grade in grades),
    )
    if words:
        yield paragraph(Span(" ".join(words), "quiet"))


def _reasons(what: str, found: Iterable[str | None]) -> list[str]:
    reasons = sorted({reason for reason in found if reason is not None})
    return [f"{what}: {'; '.join(reasons)}."] if reasons else []


def _is_uneven(found: Graded) -> bool:
    return any(
        grade.clusters != grade.n or grade.repeated or (grade.questions or grade.n) != grade.n
        for grade in [*found.groups.values(), found.overall]
    )


def _basis(found: Graded) -> Table:
    def one(name: str | Span, grade: Grade) -> Row:
        return row(
            name,
            number(grade.n),
            NONE if grade.questions is None else f"{grade.questions:,}",
            f"{grade.clusters:,}",
            f"{grade.n_effective:,.1f}",
            NONE if grade.repeated is None else f"{grade.repeated:,}",
            number(grade.events_occurred),
        )

    return Table(
        (
            Column(found.choice.by, wraps=True),
            Column("n", figure=True),
            Column("questions", figure=True),
            Column("clusters", figure=True),
            Column("effective n", figure=True),
            Column("repeated", figure=True),
            Column("happened", figure=True),
        ),
        tuple(one(Span(_named(name), "strong"), grade) for name, grade in found.groups.items()),
        total=one("all", found.overall) if len(found.groups) > 1 else None,
    )


def _bins(grade: Grade) -> Iterator[Block]:
    yield bins(grade.calibration_10)
    if grade.clusters < grade.n:
        yield paragraph(
            Span(
                f"These intervals take {number(grade.n)} forecasts as independent; with"
                f" {wording.counted(grade.clusters, 'cluster')} they are too narrow.",
                "quiet",
            )
        )


def _left_out(found: Graded) -> Iterator[Block]:
    if found.left_out:
        rows = wording.counted(found.left_out, "row")
        yield paragraph(Span(f"{rows} of {found.rows:,} left out as bad.", "warn"))


def line(found: Graded) -> str:
    """
    How the figures were made, in a line.
    """
    choice = found.choice
    parts = [_UPDATES[choice.updates]]
    if found.overall.in_the_large.untested is Untested.WEIGHTED and (
        choice.updates is not Updates.TIME
    ):
        parts.append("means are weighted, n counts rows")
    if choice.sources:
        parts.append(f"only {', '.join(choice.sources)}")
    parts.append(_against(choice))
    if choice.bootstrap:
        parts.append(f"bootstrap: percentiles of {choice.bootstrap:,} samples of clusters")
    if choice.clip is not None:
        parts.append(f"log score with p moved into [{choice.clip:g}, {1 - choice.clip:g}]")
    return (
        "Brier: mean of (p - y)², 0 best, 1 worst, 0.25 for always saying 50%; it is"
        " MCB - DSC + UNC, miscalibration, discrimination and uncertainty by the isotonic fit. "
        f"{'; '.join(parts)}."
    )


def _against(choice: Choice) -> str:
    try:
        return f"skill against always saying {wording.probability(float(choice.reference))}"
    except ValueError:
        return f"skill against {choice.reference}, where both have a forecast"

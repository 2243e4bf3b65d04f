"""
What is luck, and what is skill: the figures beside a headline with a few words each.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from foretrack.core.quality import VERDICT_FROM
from foretrack.core.recalibration import NotEstimable
from foretrack.report import wording
from foretrack.report.outlines.blocks import (
    Block,
    Column,
    Fields,
    Heading,
    Row,
    Table,
    paragraph,
    row,
)
from foretrack.report.quality import undefined
from foretrack.report.text import Span
from foretrack.report.wording import NONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foretrack.core.quality import Quality, Terms
    from foretrack.core.recalibration import InTheLarge, Miscalibration, Slope
    from foretrack.core.scorecard import Group, Scorecard

TITLE = "What is luck, what is skill"


def quality_blocks(group: Group, terms: Terms | None) -> Iterator[Block]:
    """
    For one source: each figure in a line.
    """
    found = group.quality
    if found is None or terms is None or (found.corp is None and found.open_bounds is None):
        return
    yield Heading(TITLE, 2)
    yield Fields(tuple(_lines(found, group, terms)))
    if found.corp is not None and group.scored < VERDICT_FROM:
        yield paragraph(Span(f"No verdict on calibration below n = {VERDICT_FROM}.", "quiet"))


def _lines(found: Quality, group: Group, terms: Terms) -> Iterator[tuple[str, str]]:
    corp = found.corp
    if corp is not None:
        yield "Miscalibration", f"MCB {wording.score(corp.mcb)}; {_by_luck(found, group, terms)}"
        yield (
            "Discrimination",
            (
                f"DSC {wording.score(corp.dsc)} of the uncertainty UNC {wording.score(corp.unc)};"
                " Brier = MCB - DSC + UNC"
            ),
        )
    if found.in_the_large is not None:
        yield "In the large", in_the_large(found.in_the_large, judged=group.scored >= VERDICT_FROM)
    if found.slope is not None:
        yield "Slope", slope(found.slope, judged=group.scored >= VERDICT_FROM)
    yield "Skill", skill(found)
    if found.log_score is not None:
        yield "Log score", log_score(found, terms)
    if found.clusters is not None and found.n_effective and found.clusters < group.scored:
        yield (
            "Clusters",
            (
                f"{group.scored:,} questions in {wording.counted(found.clusters, 'cluster')}, worth"
                f" {found.n_effective:,.1f} of one size"
            ),
        )
    if found.open_bounds is not None:
        low, high = map(wording.score, found.open_bounds)
        undecided = wording.counted(group.open + group.overdue, "undecided question")
        yield "Still possible", f"Brier {low} to {high}, as the {undecided} may go"


def _by_luck(found: Quality, group: Group, terms: Terms) -> str:
    if found.luck is None:
        if terms.resamples and terms.resampled_up_to is not None:
            return f"luck is drawn up to n = {terms.resampled_up_to:,}, or with --resamples"
        return "luck alone not drawn"
    return luck(found.luck, judged=group.scored >= VERDICT_FROM)


def luck(found: Miscalibration, *, judged: bool) -> str:
    """
    The miscalibration beside what luck alone gives.
    """
    words = f"luck alone gives {wording.score(found.under_calibration)} on average"
    words += f", as much with {p_value(found.p_value)}"
    if not judged:
        return words
    return words + (": more than luck explains" if found.p_value < 0.05 else ": luck explains it")


def p_value(p: float) -> str:
    """
    A p-value to three decimals.

    >>> p_value(0.0312), p_value(0.0001)
    ('p = 0.031', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.0005 else f"p = {p:.3f}"


def in_the_large(found: InTheLarge, *, judged: bool) -> str:
    """
    Whether events were as frequent as said.
    """
    points = 100.0 * found.difference
    words = f"happened {abs(points):.1f} points {'more' if points >= 0 else 'less'} often than said"
    if abs(points) < 0.05:
        words = "happened as often as said"
    chance = found.p_value
    if found.untested is not None:
        words += f"; no test: {found.untested}"
    elif found.z is not None:
        chance = math.erfc(abs(found.z) / math.sqrt(2.0))
        words += f" (z = {found.z:.2f}, {p_value(chance)})"
    elif chance is not None:
        words += f" ({p_value(chance)})"
    if not judged or chance is None:
        return words
    return words + ("" if chance < 0.05 else ": luck explains it")


def slope(found: Slope | NotEstimable, *, judged: bool) -> str:
    """
    Whether what is said is too extreme.
    """
    if isinstance(found, NotEstimable):
        return f"not estimable: {found.value}"
    words = f"{found.value:.2f} ± {found.standard_error:.2f}, 1 is right"
    if judged and abs(found.value - 1.0) > 1.96 * found.standard_error:
        words += "; overconfident" if found.value < 1.0 else "; underconfident"
    return words


def skill(found: Quality) -> str:
    """
    What share of a reference's score was saved.
    """
    one = found.skill
    if one.value is None:
        return f"undefined: {undefined(one)}"
    on = wording.counted(one.n, "question")
    than = "better than" if one.value > 0 else "worse than" if one.value < 0 else "as good as"
    return f"{one.value:+.3f} on {on}: {than} {against(one.reference)}"


def against(reference: str) -> str:
    """
    What skill is measured against, in words.
    """
    named = {"base-rate": "the recorded base rates", "status-quo": "nothing changing"}
    if reference in named:
        return named[reference]
    try:
        return f"always saying {wording.probability(float(reference))}"
    except ValueError:
        return reference


def log_score(found: Quality, terms: Terms) -> str:
    """
    The log score, with how often it is infinite.
    """
    words = f"{wording.score(found.log_score)}, 0 best, 0.693 for always saying 50%"
    if found.log_infinite:
        words += f"; called impossible what happened: {wording.number(found.log_infinite)}"
    if terms.clip is not None:
        words += f"; p moved into [{terms.clip:g}, {1 - terms.clip:g}]"
    return words


def quality_table(card: Scorecard) -> Iterator[Block]:
    """
    For a scorecard: a row a group.
    """
    terms = card.convention.terms
    groups = [one for one in card.groups if one.quality is not None and one.quality.corp]
    if terms is None or not groups:
        return
    columns = (
        Column(card.by, wraps=True),
        Column("MCB", figure=True),
        Column("by luck", figure=True),
        Column("p", figure=True),
        Column("DSC", figure=True),
        Column("UNC", figure=True),
        Column("happened - said", figure=True),
        Column("slope", figure=True),
        Column("skill", figure=True),
        Column("log score", figure=True),
    )
    yield Heading(TITLE, 2)
    yield Table(
        columns,
        tuple(_row(one) for one in groups),
        total=_row(card.overall) if len(card.groups) > 1 else None,
    )
    yield paragraph(Span(" ".join(_remarks(card, groups, terms)), "quiet"))


def _remarks(card: Scorecard, groups: Sequence[Group], terms: Terms) -> Iterator[str]:
    every = [one.quality for one in (*groups, card.overall) if one.quality is not None]
    if any(one.luck for one in every):
        yield (
            "By luck: the MCB that a calibrated source gets on average; p: how often luck gives it"
            " as much."
        )
    elif terms.resamples:
        yield f"Luck is drawn up to n = {terms.resampled_up_to or 0:,}, or with --resamples."
    yield f"No verdict on calibration below n = {VERDICT_FROM}."
    lacking = sorted({undefined(one.skill) for one in every if one.skill.value is None})
    if all(one.skill.value is None for one in every):
        yield f"No skill: {'; '.join(lacking)}."
    else:
        yield f"Skill against {against(terms.reference)}."


def _row(group: Group) -> Row:
    found = group.quality
    if found is None or found.corp is None:
        return row(group.label, *[NONE] * 9)
    fit, large = found.slope, found.in_the_large
    return row(
        group.label,
        wording.score(found.corp.mcb),
        wording.score(found.luck.under_calibration if found.luck else None),
        f"{found.luck.p_value:.3f}" if found.luck and group.scored >= VERDICT_FROM else NONE,
        wording.score(found.corp.dsc),
        wording.score(found.corp.unc),
        f"{large.difference:+.3f}" if large else NONE,
        NONE if fit is None or isinstance(fit, NotEstimable) else f"{fit.value:.2f}",
        NONE if found.skill.value is None else f"{found.skill.value:+.3f}",
        wording.score(found.log_score),
    )

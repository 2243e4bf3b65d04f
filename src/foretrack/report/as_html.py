"""
For a desk and a meeting: one page that needs nothing but itself.

No script, no network, no font of its own; light and dark, on a screen and on paper.  Everything
that comes from the record is escaped by Jinja2, after ``inert`` has made visible what a browser
would act on.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import jinja2
from markupsafe import Markup, escape

from foretrack.core.dossier import Ending
from foretrack.core.page import VERDICT_FROM
from foretrack.core.reliability import BAND_FROM
from foretrack.report import axes, charts, diagram, folds, verdicts, wording
from foretrack.report.outlines import blocks, dossier, scorecard
from foretrack.report.outlines.method import METHOD
from foretrack.report.outlines.minutes import minutes_blocks
from foretrack.report.svg import Svg
from foretrack.report.text import inert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from foretrack.core.dossier import Dossier
    from foretrack.core.minutes import Changes


def report(one: Dossier, *, version: str) -> str:
    """
    The report as a page.

    Args:
        one: What it shows.
        version: The program's version.
    """
    card = dossier.card_of(one)
    top, axis = axes.scores([*one.groups, one.overall])
    begin, end, years = axes.years(one.windows, as_of=one.convention.as_of)
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            one=one,
            version=version,
            convention=wording.convention(one.convention),
            counts=dossier.counts(one),
            made_from=dossier.made_from(one),
            several=len(one.groups) > 1,
            top=top,
            axis=axis,
            begin=begin,
            end=end,
            years=years,
            periods=folds.periods(one.windows),
            by_phrase=folds.by_phrase(one.phrases),
            diagrams=[pair for pair in dossier.diagrams(one) if pair[1].said],
            judged=any(phrase.together.agrees is not None for phrase in one.phrases),
            undrawn=list(dossier.undrawn(one)),
            beside=list(scorecard.beside(card)),
            rests=list(scorecard.marks(card)),
            queue=list(dossier.queue(one)),
            misses=list(dossier.misses(one)),
            no_forecasts=list(dossier.no_forecasts(one)),
        )
    )


def minutes(document: Mapping[str, Any], changes: Changes, *, version: str) -> str:
    """
    The stored minutes of a review, and what has changed since, as a page.

    Args:
        document: The minutes as they were stored.
        changes: What a recomputation would change now.
        version: The program's version.
    """
    first, *rest = minutes_blocks(document, changes)
    title = first.text if isinstance(first, blocks.Heading) else "Minutes"
    page = _environment().get_template("minutes.html.jinja")
    return page.render(title=title, found=rest, version=version)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("foretrack.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finished,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {
        "axes": axes,
        "charts": charts,
        "diagram": diagram,
        "folds": folds,
        "verdicts": verdicts,
        "wording": wording,
        "method": METHOD,
        "endings": charts.ENDINGS,
        "overdue": Ending.OVERDUE,
        "band_from": BAND_FROM,
        "verdict_from": VERDICT_FROM,
        "voices": dossier.voices,
    }
    environment.filters["dated"] = _dated
    environment.tests |= {
        "a_heading": lambda block: isinstance(block, blocks.Heading),
        "a_paragraph": lambda block: isinstance(block, blocks.Paragraph),
        "fields": lambda block: isinstance(block, blocks.Fields),
        "a_list": lambda block: isinstance(block, blocks.Entries),
        "a_table": lambda block: isinstance(block, blocks.Table),
    }
    return environment


def _dated(text: str) -> Markup:
    """
    Text in which no day is broken at the end of a line.
    """
    return Markup(_DAY.sub(r'<span class="solid">\g<0></span>', str(escape(inert(text)))))  # noqa: S704 - escaped


_DAY: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b", re.ASCII)


def _finished(value: Any) -> Any:
    """
    What an expression of a template gives, before it is escaped.
    """
    if isinstance(value, Svg):
        return Markup(value)  # noqa: S704 - what makes one escapes what it is given
    if isinstance(value, str) and not isinstance(value, Markup):
        return inert(value)
    return value

"""
Commands that show scores.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from foretrack.cli.app import App, Command, pass_app
from foretrack.cli.options import (
    Id,
    by_option,
    choice_options,
    choose,
    clip_option,
    format_option,
    seed_option,
)
from foretrack.cli.waiting import working

if TYPE_CHECKING:
    from collections.abc import Callable

    from foretrack.core.page import Calibration
    from foretrack.core.quality import Terms
    from foretrack.evaluate import Choice

_TERMS = (
    seed_option,
    clip_option,
    click.option(
        "--resamples",
        type=click.IntRange(0, 1_000_000),
        metavar="N",
        help="Draw luck so often, whatever the size; 0 for never.  [default: 499, up to n = 2,000]",
    ),
    click.option(
        "--reference",
        metavar="P|base-rate|status-quo|SOURCE",
        help="What skill is measured against.  [default: 0.5]",
    ),
)


def terms_options(function: Callable[..., None]) -> Callable[..., None]:
    """
    The options that say how the figures beside the headline are made.
    """
    for option in _TERMS:
        function = option(function)
    return function


@click.command("scorecard", cls=Command)
@click.argument("source", required=False, type=Id("source"))
@by_option("What makes a row, of all forecasts or of those of SOURCE.")
@terms_options
@choice_options
@format_option("json", "csv", "markdown")
@pass_app
def scorecard_command(app: App, source: str | None, by: str, form: str, **chosen: Any) -> None:
    """
    How good each source was: a row a source, or one source's page, or that source's rows.

    What is luck and what is skill is left out of the table of a large record, unless --reference,
    --clip or --resamples asks for it.

    \b
    foretrack scorecard
    foretrack scorecard gruzer
    foretrack scorecard gruzer --by horizon
    foretrack scorecard --as-of 2025-12-31 --lexicon icd-203
    foretrack scorecard --reference base-rate --format json
    """  # fmt: skip
    named = app.source(source) if source is not None else None
    asked = _terms_of(chosen)
    is_asked = any(value is not None for name, value in asked.items() if name != "seed")
    choice = choose(app, **chosen)
    if named is not None and by == "source":
        _page(app, choice, source=named, form=form, terms=_terms(app, **asked))
    elif is_asked or named is not None or form != "table":
        _card(app, choice, source=named, by=by, form=form, terms=_terms(app, **asked))
    else:
        _card(app, choice, by=by, form=form, if_small=partial(_terms, app, **asked))


def _terms_of(chosen: dict[str, Any]) -> dict[str, Any]:
    """
    What the options say of the figures beside the headline, taken out of them.
    """
    return {name: chosen.pop(name) for name in ("reference", "clip", "resamples", "seed")}


def _terms(
    app: App,
    *,
    reference: str | None,
    clip: float | None,
    resamples: int | None,
    seed: int,
) -> Terms:
    """
    How the figures beside the headline are made.
    """
    from foretrack.core.luck import RESAMPLED_UP_TO, RESAMPLES
    from foretrack.core.quality import ALWAYS, Terms

    return Terms(
        reference=ALWAYS.name if reference is None else _reference(app, reference),
        clip=clip,
        resamples=RESAMPLES if resamples is None else resamples,
        resampled_up_to=RESAMPLED_UP_TO if resamples is None else None,
        seed=seed,
    )


def _reference(app: App, named: str) -> str:
    from foretrack.core.cohort import Recorded
    from foretrack.yardstick import number

    named = named.strip()
    constant = number(named)
    if constant is not None and not 0.0 <= constant <= 1.0:
        message = f"{named} is not a probability between 0 and 1"
        raise click.BadParameter(message, param_hint="'--reference'")
    if named in list(Recorded) or constant is not None:
        return named
    return app.source(named)


def _card(
    app: App,
    choice: Choice,
    *,
    by: str,
    form: str,
    source: str | None = None,
    terms: Terms | None = None,
    if_small: Callable[[], Terms] | None = None,
) -> None:
    from foretrack import evaluate

    with working("scoring"):
        card = evaluate.score(
            app.engine, choice, by=by, source=source, terms=terms, if_small=if_small
        )
    if form == "json":
        from foretrack.report import as_json

        click.echo(as_json.text(as_json.scorecard(card, version=app.version)))
    elif form == "csv":
        from foretrack.report import as_csv

        click.echo(as_csv.scorecard(card), nl=False)
    elif form == "markdown":
        from foretrack.report import as_markdown

        click.echo(as_markdown.scorecard(card))
    else:
        from foretrack.report import as_table

        app.show(as_table.scorecard(card))


def _page(app: App, choice: Choice, *, source: str, form: str, terms: Terms | None) -> None:
    from foretrack import itemize

    with working("scoring"):
        page = itemize.source_page(app.engine, choice, source=source, terms=terms)
    if form == "json":
        from foretrack.report import as_json

        click.echo(as_json.text(as_json.page(page, version=app.version)))
    elif form == "markdown":
        from foretrack.report import as_markdown

        click.echo(as_markdown.page(page))
    elif form == "csv":
        from foretrack.report import as_csv

        click.echo(as_csv.page(page), nl=False)
    else:
        from foretrack.report import as_table

        app.show(as_table.page(page))


@click.command("calibration", cls=Command)
@click.argument("source", required=False, type=Id("source"))
@by_option("Hit rates alone, for each source, each outlet, ...", default=None)
@click.option("--items", is_flag=True, help="Name the claims behind each row.")
@click.option(
    "--diagram/--no-diagram",
    default=None,
    help="Draw the reliability diagram.  [default: for a SOURCE]",
)
@terms_options
@choice_options
@format_option("json", "csv", "markdown")
@pass_app
def calibration_command(
    app: App,
    source: str | None,
    by: str | None,
    items: bool,
    diagram: bool | None,
    form: str,
    **chosen: Any,
) -> None:
    """
    How often what was called likely, unlikely, ... happened, and what of it is luck.

    By words each question counts once for each source, by its last forecast, in the claim's own
    frame: did what was called unlikely happen?  In tenths of probability --updates says what
    counts.

    \b
    foretrack calibration
    foretrack calibration gruzer --items
    foretrack calibration --diagram
    foretrack calibration --by outlet
    """
    if by is not None:
        if items or diagram:
            raise click.UsageError("--items and --diagram are for one table; leave --by out.")
        _rates(app, source, by=by, form=form, chosen=chosen)
        return
    claims = items or form in ("json", "csv")
    beside = form != "csv"  # which holds the hit rates alone
    drawn = diagram if beside else False
    found = _calibration(app, source, claims=claims, beside=beside, diagram=drawn, chosen=chosen)
    _hit_rates(app, found, form=form, items=items)


def _hit_rates(app: App, found: Calibration, *, form: str, items: bool) -> None:
    if form == "json":
        from foretrack.report import as_json

        click.echo(as_json.text(as_json.calibration(found, version=app.version)))
    elif form == "csv":
        from foretrack.report import as_csv

        click.echo(as_csv.calibration(found), nl=False)
    elif form == "markdown":
        from foretrack.report import as_markdown

        click.echo(as_markdown.calibration(found))
    else:
        from foretrack.report import as_table

        app.show(as_table.calibration(found, items=items))


def _rates(app: App, source: str | None, *, by: str, form: str, chosen: dict[str, Any]) -> None:
    """
    The hit rates of each group.
    """
    from foretrack import words
    from foretrack.cli.compare import present
    from foretrack.report import comparisons
    from foretrack.report.outlines.rates import rates_blocks

    _terms_of(chosen)  # which hit rates alone have no use for
    named = app.source(source) if source is not None else None
    found = words.rates(app.engine, choose(app, **chosen), source=named, by=by)
    if form == "csv":
        from foretrack.report import as_csv

        click.echo(as_csv.rates(found), nl=False)
        return
    blocks = rates_blocks(found, bars=form == "table")
    present(app, form, blocks=blocks, document=comparisons.rates(found, version=app.version))


def _calibration(
    app: App,
    source: str | None,
    *,
    claims: bool,
    beside: bool,
    diagram: bool | None,
    chosen: dict[str, Any],
) -> Calibration:
    """
    The hit rates.

    Args:
        beside: With the figures beside them.
        diagram: With the reliability diagram; None where there is one source.
    """
    from foretrack import evaluate

    named = app.source(source) if source is not None else None
    asked = _terms(app, **_terms_of(chosen))
    terms = asked if beside else None
    with working("calibrating"):
        return evaluate.calibration(
            app.engine,
            choose(app, **chosen),
            source=named,
            terms=terms,
            claims=claims,
            diagram=diagram or (diagram is None and named is not None),
            band_up_to=None if diagram else asked.resampled_up_to,
        )

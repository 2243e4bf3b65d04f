"""
Commands that show scores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from foretrack.cli.app import App, Command, pass_app
from foretrack.cli.options import (
    Id,
    choice_options,
    choose,
    clip_option,
    format_option,
    seed_option,
)

if TYPE_CHECKING:
    from foretrack.core.quality import Terms
    from foretrack.evaluate import Choice

GROUPINGS = ["source", "author", "outlet", "article", "horizon", "phrase", "tag"]


@click.command("scorecard", cls=Command)
@click.argument("source", required=False, type=Id("source"))
@click.option("--by", type=click.Choice(GROUPINGS), default="source", show_default=True,
              help="What makes a row.")  # fmt: skip
@click.option(
    "--reference",
    metavar="P|base-rate|status-quo|SOURCE",
    help="What skill is measured against.  [default: 0.5]",
)
@click.option(
    "--resamples",
    type=click.IntRange(0, 1_000_000),
    metavar="N",
    help="Draw luck so often, whatever the size; 0 for never."
    "  [default: 499 on a source's page, up to n = 2,000]",
)
@clip_option
@seed_option
@choice_options
@format_option("json", "csv", "markdown")
@pass_app
def scorecard_command(app: App, source: str | None, by: str, form: str, **chosen: Any) -> None:
    """
    How good each source was: a row a source, or one source's page.

    What is luck and what is skill stands on a source's page and in JSON; for all sources at once
    where --reference, --clip or --resamples asks for it.

    \b
    foretrack scorecard
    foretrack scorecard gruzer
    foretrack scorecard --as-of 2025-12-31 --lexicon icd-203
    foretrack scorecard --reference base-rate --format json
    """  # fmt: skip
    named = app.source(source) if source is not None else None
    terms = _terms(app, chosen, page=named is not None, form=form)
    choice = choose(app, **chosen)
    if named is None:
        _card(app, choice, by=by, form=form, terms=terms)
    elif by != "source":
        raise click.UsageError("--by makes rows of the whole record; leave SOURCE out.")
    else:
        _page(app, choice, source=named, form=form, terms=terms)


def _terms(app: App, chosen: dict[str, Any], *, page: bool, form: str) -> Terms | None:
    """
    How the figures beside the headline are made, taken out of the options; None without them.
    """
    names = ("reference", "clip", "resamples", "seed")
    reference, clip, resamples, seed = (chosen.pop(name) for name in names)
    asked = any(value is not None for value in (reference, clip, resamples))
    if not (asked or page or form == "json"):
        return None
    from foretrack.core.quality import ALWAYS, RESAMPLED_UP_TO, RESAMPLES, Terms

    usual = RESAMPLES if page else 0
    return Terms(
        reference=ALWAYS.name if reference is None else _reference(app, reference),
        clip=clip,
        resamples=usual if resamples is None else resamples,
        resampled_up_to=RESAMPLED_UP_TO if resamples is None and page else None,
        seed=seed,
    )


def _reference(app: App, named: str) -> str:
    from foretrack.core.cohort import Recorded
    from foretrack.yardstick import number

    named = named.strip()
    if named in list(Recorded) or number(named) is not None:
        return named
    return app.source(named)


def _card(app: App, choice: Choice, *, by: str, form: str, terms: Terms | None) -> None:
    from foretrack import evaluate

    card = evaluate.score(app.engine, choice, by=by, terms=terms)
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
    from foretrack import evaluate

    page = evaluate.source_page(app.engine, choice, source=source, terms=terms)
    if form == "json":
        from foretrack.report import as_json

        click.echo(as_json.text(as_json.page(page, version=app.version)))
    elif form == "markdown":
        from foretrack.report import as_markdown

        click.echo(as_markdown.page(page))
    elif form == "csv":
        raise click.UsageError("csv holds the rows of the whole record; leave SOURCE out.")
    else:
        from foretrack.report import as_table

        app.show(as_table.page(page))


@click.command("calibration", cls=Command)
@click.argument("source", required=False, type=Id("source"))
@click.option("--items", is_flag=True, help="Name the claims behind each row.")
@choice_options
@format_option("json", "markdown")
@pass_app
def calibration_command(
    app: App, source: str | None, items: bool, form: str, **chosen: Any
) -> None:
    """
    How often what was called likely, unlikely, ... happened.

    Each question counts once for each source, by its last forecast.  The rates are in the claim's
    own frame: did what was called unlikely happen?

    \b
    foretrack calibration
    foretrack calibration gruzer --items
    """
    from foretrack import evaluate

    named = app.source(source) if source is not None else None
    found = evaluate.calibration(app.engine, choose(app, **chosen), source=named)
    if form == "json":
        from foretrack.report import as_json

        click.echo(as_json.text(as_json.calibration(found, version=app.version)))
    elif form == "markdown":
        from foretrack.report import as_markdown

        click.echo(as_markdown.calibration(found))
    else:
        from foretrack.report import as_table

        app.show(as_table.calibration(found, items=items))

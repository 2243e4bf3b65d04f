"""
Commands that show scores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from foretrack.cli.app import App, Command, pass_app
from foretrack.cli.options import Id, choice_options, choose, format_option

if TYPE_CHECKING:
    from foretrack.evaluate import Choice

GROUPINGS = ["source", "author", "outlet", "article", "horizon", "phrase", "tag"]


@click.command("scorecard", cls=Command)
@click.argument("source", required=False, type=Id("source"))
@click.option("--by", type=click.Choice(GROUPINGS), default="source", show_default=True,
              help="What makes a row.")  # fmt: skip
@choice_options
@format_option("json", "csv", "markdown")
@pass_app
def scorecard_command(app: App, source: str | None, by: str, form: str, **chosen: Any) -> None:
    """
    How good each source was: a row a source, or one source's page.

    \b
    foretrack scorecard
    foretrack scorecard gruzer
    foretrack scorecard --as-of 2025-12-31 --lexicon icd-203
    """
    choice = choose(app, **chosen)
    if source is None:
        _card(app, choice, by=by, form=form)
    elif by != "source":
        raise click.UsageError("--by makes rows of the whole record; leave SOURCE out.")
    else:
        _page(app, choice, source=app.source(source), form=form)


def _card(app: App, choice: Choice, *, by: str, form: str) -> None:
    from foretrack import evaluate
    from foretrack.report import as_csv, as_json, as_markdown, as_table

    card = evaluate.score(app.engine, choice, by=by)
    if form == "json":
        click.echo(as_json.text(as_json.scorecard(card, version=app.version)))
    elif form == "csv":
        click.echo(as_csv.scorecard(card), nl=False)
    elif form == "markdown":
        click.echo(as_markdown.scorecard(card))
    else:
        app.show(as_table.scorecard(card))


def _page(app: App, choice: Choice, *, source: str, form: str) -> None:
    from foretrack import evaluate
    from foretrack.report import as_json, as_markdown, as_table

    page = evaluate.source_page(app.engine, choice, source=source)
    if form == "json":
        click.echo(as_json.text(as_json.page(page, version=app.version)))
    elif form == "markdown":
        click.echo(as_markdown.page(page))
    elif form == "csv":
        raise click.UsageError("csv holds the rows of the whole record; leave SOURCE out.")
    else:
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
    """
    from foretrack import evaluate
    from foretrack.report import as_json, as_markdown, as_table

    named = app.source(source) if source else None
    found = evaluate.calibration(app.engine, choose(app, **chosen), source=named)
    if form == "json":
        click.echo(as_json.text(as_json.calibration(found, version=app.version)))
    elif form == "markdown":
        click.echo(as_markdown.calibration(found))
    else:
        app.show(as_table.calibration(found, items=items))

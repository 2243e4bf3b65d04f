"""
The command that hands out.
"""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foretrack.cli.app import App, Command, pass_app
from foretrack.cli.options import choice_options, choose
from foretrack.cli.waiting import working

if TYPE_CHECKING:
    from foretrack.core.dossier import Dossier


@click.command("report", cls=Command)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "table", "markdown", "json"]),
    default="html",
    show_default=True,
    help="A page, text for a terminal or for a mail, or the data.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="Where to write it.  [default: standard output]",
)
@choice_options
@pass_app
def report_command(app: App, form: str, output: Path | None, **chosen: Any) -> None:
    """
    One page with everything, to hand out: it needs no network and no script.

    \b
    foretrack report --output report.html
    foretrack report --format table
    foretrack report --as-of 2025-12-31 --format markdown
    foretrack report --format json --lexicon icd-203
    """
    from foretrack import publish

    with working("making the report"):
        new_rng = partial(random.Random, SEED)
        one = publish.report(app.engine, choose(app, **chosen), new_rng=new_rng)
    printed = output is None or str(output) == "-"
    if form == "table" and printed:
        from foretrack.report import as_table

        app.show(as_table.report(one))
        return
    with working("setting the report"):
        text = _written(one, form, version=app.version)
    if output is None or printed:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        publish.save(text, output)
        app.say(f"wrote {output}")


SEED = 0
"""
Of the consistency bands: the same record gives the same report.
"""


def _written(one: Dossier, form: str, *, version: str) -> str:
    if form == "json":
        from foretrack.report import as_json

        return as_json.text(as_json.report(one, version=version)) + "\n"
    if form == "table":
        from foretrack.report import as_table

        return as_table.text(as_table.report(one))
    if form == "markdown":
        from foretrack.report import as_markdown

        return as_markdown.report(one)
    from foretrack.report import as_html

    return as_html.report(one, version=version)

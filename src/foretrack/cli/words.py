"""
Commands about estimative words: a source's own dictionary, and the lexicons beside each other.
"""

from __future__ import annotations

from typing import Any

import click

from foretrack.cli.app import App, Command, pass_app
from foretrack.cli.compare import present
from foretrack.cli.options import (
    Id,
    LexiconName,
    by_option,
    choice_options,
    choose,
    format_option,
)
from foretrack.cli.waiting import working


@click.command("phrases", cls=Command)
@click.argument("source", required=False, type=Id("source"))
@by_option("A dictionary for each source, each outlet, ...", default=None)
@choice_options
@format_option("json", "markdown")
@pass_app
def phrases_command(app: App, source: str | None, by: str | None, form: str, **chosen: Any) -> None:
    """
    A source's own dictionary: what its words came to, and what others take them to mean.

    \b
    foretrack phrases
    foretrack phrases gruzer
    foretrack phrases gruzer --tag elections --format markdown
    foretrack phrases --by outlet
    """
    from foretrack import words
    from foretrack.report import comparisons
    from foretrack.report.outlines.words import phrases_blocks

    named = app.source(source) if source else None
    with working("reading the phrases"):
        found = words.phrases(app.engine, choose(app, **chosen), source=named, by=by)
    told = comparisons.phrases(found, version=app.version)
    present(app, form, blocks=phrases_blocks(found), document=told)


@click.command("compare", cls=Command)
@click.argument("lexicons", nargs=-1, metavar="[LEXICON...]", type=LexiconName())
@by_option("What is put in order: sources, outlets, ...")
@choice_options
@format_option("json", "markdown")
@pass_app
def lexicon_compare_command(
    app: App, lexicons: tuple[str, ...], by: str, form: str, **chosen: Any
) -> None:
    """
    Score every source under each lexicon: the order, who changes places, and phrases it lacks.

    The reading in use is that of `foretrack scorecard`; --lexicon names another one.

    \b
    foretrack lexicon compare
    foretrack lexicon compare icd-203 phia
    foretrack lexicon compare --by outlet
    """
    from foretrack import words
    from foretrack.report import comparisons
    from foretrack.report.outlines.words import reread_blocks

    with working("reading the phrases again"):
        once = tuple(dict.fromkeys(lexicons))
        found = words.reread(app.engine, choose(app, **chosen), lexicons=once, by=by)
    told = comparisons.reread(found, version=app.version)
    present(app, form, blocks=reread_blocks(found), document=told)

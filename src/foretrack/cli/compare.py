"""
Commands that put sources beside each other, and watch them week by week.
"""

from __future__ import annotations

import random
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
    part_options,
    seed_option,
)
from foretrack.cli.waiting import working

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foretrack.report.outlines.blocks import Block


def present(app: App, form: str, *, blocks: Iterable[Block], document: dict[str, Any]) -> None:
    """
    Show a finished answer as a table, as Markdown or as a document.
    """
    from foretrack.report import as_json, as_markdown, as_table

    if form == "json":
        click.echo(as_json.text(document))
    elif form == "markdown":
        click.echo(as_markdown.outline(blocks))
    else:
        app.show(as_table.outline(blocks))


def named(app: App, sources: Iterable[str]) -> list[str]:
    """
    The sources that are meant, each once.
    """
    return list(dict.fromkeys(app.source(one) for one in sources))


@click.command("compare", cls=Command)
@click.argument("sources", nargs=-1, type=Id("source"), metavar="NAME...")
@click.option(
    "--all", "everyone", is_flag=True, help="Every source, adjusted for how hard questions were."
)
@by_option("What is compared; of an outlet, an author, ... each question counts its sources' mean.")
@seed_option
@choice_options
@format_option("json", "markdown")
@pass_app
def compare_command(
    app: App, sources: tuple[str, ...], everyone: bool, by: str, seed: int, form: str, **chosen: Any
) -> None:
    """
    Who was better, on the questions that both answered; or all, adjusted for difficulty.

    Only shared questions make a fair comparison: whoever took the easier ones scores better.

    \b
    foretrack compare gruzer jordan
    foretrack compare gruzer jordan rinna --tag elections
    foretrack compare --all
    foretrack compare --by outlet "The Herald" Wire
    """
    from foretrack import compare
    from foretrack.report import comparisons
    from foretrack.report.outlines.compare import duels_blocks, field_blocks

    if everyone and sources:
        raise click.UsageError(f"--all compares every {by}; leave NAME out.")
    if everyone:
        with working("comparing all"):
            found = compare.field(app.engine, choose(app, **chosen), by=by)
        told = comparisons.field(found, version=app.version)
        present(app, form, blocks=field_blocks(found), document=told)
        return
    names = named(app, sources) if by == "source" else list(dict.fromkeys(sources))
    if len(names) < 2:
        raise click.UsageError("Name at least two sources, or give --all.")
    rng = random.Random(seed)  # noqa: S311 - no secret
    with working("comparing"):
        pairs = compare.duels(app.engine, choose(app, **chosen), sources=names, rng=rng, by=by)
    told = comparisons.duels(pairs, version=app.version, seed=seed)
    present(app, form, blocks=duels_blocks(pairs), document=told)


@click.command("watch", cls=Command)
@click.argument("sources", nargs=-1, type=Id("source"), metavar="[NAME...]")
@click.option(
    "--all",
    "everyone",
    is_flag=True,
    help="Every two sources that share five questions or more.",
)
@by_option("What is watched: every source, every outlet, ...")
@clip_option
@part_options
@format_option("json", "markdown")
@pass_app
def watch_command(
    app: App,
    sources: tuple[str, ...],
    everyone: bool,
    by: str,
    clip: float | None,
    form: str,
    **chosen: Any,
) -> None:
    """
    Evidence week by week, that may be looked at as often as one likes.

    Is a source calibrated, or of two the one better?  First forecasts, windows that are over; an
    alarm at E = 20, and among many the ones to believe (e-BH).  A group is calibrated as its
    sources are; against another it says their mean.

    \b
    foretrack watch                      every source: is it calibrated?
    foretrack watch gruzer               one source week by week
    foretrack watch gruzer jordan rinna  every two of these: which is better?
    foretrack watch --all                every two of all
    foretrack watch --by outlet          every outlet: is it calibrated?
    """
    from foretrack import watch
    from foretrack.report import comparisons
    from foretrack.report.outlines.watch import watch_blocks

    names = named(app, sources) if by == "source" else list(dict.fromkeys(sources))
    if everyone and sources:
        raise click.UsageError("--all takes every two; leave NAME out.")
    if len(names) < len(sources):
        raise click.UsageError("Name each source once.")
    choice = choose(app, updates="first", **chosen)
    if everyone or len(names) > 1:
        if clip is not None:
            raise click.UsageError("--clip is for calibration: name one source, or none for all.")
        with working("watching every two"):
            found = watch.pairs(app.engine, choice, sources=names or None, by=by)
    else:
        source = names[0] if names else None
        with working("watching"):
            found = watch.calibration(app.engine, choice, source=source, by=by, clip=clip)
    told = comparisons.watch(found, version=app.version)
    present(app, form, blocks=watch_blocks(found), document=told)

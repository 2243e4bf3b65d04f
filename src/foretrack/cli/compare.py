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
    choice_options,
    choose,
    clip_option,
    format_option,
    part_options,
    seed_option,
)

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
@click.argument("sources", nargs=-1, type=Id("source"), metavar="SOURCE...")
@click.option(
    "--all", "everyone", is_flag=True, help="Every source, adjusted for how hard questions were."
)
@seed_option
@choice_options
@format_option("json", "markdown")
@pass_app
def compare_command(
    app: App, sources: tuple[str, ...], everyone: bool, seed: int, form: str, **chosen: Any
) -> None:
    """
    Who was better, on the questions that both answered; or all, adjusted for difficulty.

    Only shared questions make a fair comparison: whoever took the easier ones scores better.

    \b
    foretrack compare gruzer jordan
    foretrack compare gruzer jordan rinna --tag elections
    foretrack compare --all
    """
    from foretrack import compare
    from foretrack.report import comparisons
    from foretrack.report.outlines.compare import duels_blocks, field_blocks

    if everyone and sources:
        raise click.UsageError("--all compares every source; leave SOURCE out.")
    if everyone:
        found = compare.field(app.engine, choose(app, **chosen))
        told = comparisons.field(found, version=app.version)
        present(app, form, blocks=field_blocks(found), document=told)
        return
    names = named(app, sources)
    if len(names) < 2:
        raise click.UsageError("Name at least two sources, or give --all.")
    rng = random.Random(seed)  # noqa: S311 - no secret
    pairs = compare.duels(app.engine, choose(app, **chosen), sources=names, rng=rng)
    told = comparisons.duels(pairs, version=app.version, seed=seed)
    present(app, form, blocks=duels_blocks(pairs), document=told)


@click.command("watch", cls=Command)
@click.argument("sources", nargs=-1, type=Id("source"), metavar="[SOURCE | A B]")
@clip_option
@part_options
@format_option("json", "markdown")
@pass_app
def watch_command(
    app: App, sources: tuple[str, ...], clip: float | None, form: str, **chosen: Any
) -> None:
    """
    Evidence week by week, that may be looked at as often as one likes.

    Is a source calibrated, or of two the one better?  First forecasts, windows that are over; an
    alarm at E = 20.

    \b
    foretrack watch                 every source, with e-BH among them
    foretrack watch gruzer          one source week by week
    foretrack watch gruzer jordan   which of two is better
    """
    from foretrack import watch
    from foretrack.report import comparisons
    from foretrack.report.outlines.watch import watch_blocks

    names = named(app, sources)
    if len(names) > 2 or (clip is not None and len(names) == 2) or len(names) < len(sources):
        raise click.UsageError("Name one source, or two others without --clip, or none for all.")
    choice = choose(app, updates="first", **chosen)
    if len(names) == 2:
        found = watch.pair(app.engine, choice, sources=names)
    else:
        source = names[0] if names else None
        found = watch.calibration(app.engine, choice, source=source, clip=clip)
    told = comparisons.watch(found, version=app.version)
    present(app, form, blocks=watch_blocks(found), document=told)

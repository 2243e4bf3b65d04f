"""
Score any table of forecasts; no database is needed.
"""

from __future__ import annotations

import gc
import importlib
import sys
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import click

from foretrack.cli.app import App, Command, pass_app
from foretrack.cli.options import clip, format_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from rich.progress import Progress


def _names(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in value:
        role, mark, column = pair.partition("=")
        if not mark or not role.strip():
            raise click.BadParameter(f"{pair!r} is not ROLE=COLUMN", ctx=ctx, param=param)
        if role.strip() in found:
            raise click.BadParameter(f"{role.strip()!r} is named twice", ctx=ctx, param=param)
        found[role.strip()] = column.strip()
    return found


def _several(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...]:
    del ctx, param
    return tuple(dict.fromkeys(name.strip() for name in (value or "").split(",") if name.strip()))


@click.command("score", cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--map",
    "names",
    multiple=True,
    metavar="ROLE=COLUMN",
    callback=_names,
    help="The column that holds the probability, the outcome, ...; nothing for none.",
)
@click.option(
    "--table", metavar="NAME", help="The table of a SQLite database, where it has several."
)
@click.option(
    "--by", default="source", show_default=True, metavar="COLUMN", help="What makes a row."
)
@click.option("--sources", metavar="A,B", callback=_several, help="Only these sources.")
@click.option(
    "--reference",
    default="0.5",
    show_default=True,
    metavar="SOURCE|P|COLUMN",
    help="What skill is measured against.",
)
@click.option(
    "--clip",
    type=float,
    callback=clip,
    metavar="E",
    help="For log score and slope, move probabilities into [E, 1 - E].",
)
@click.option(
    "--updates",
    type=click.Choice(["each", "first", "last", "time"]),
    default="each",
    show_default=True,
    help="How several forecasts by one source on one question count.",
)
@click.option(
    "--resamples",
    type=click.IntRange(0, 1_000_000),
    metavar="N",
    help="Resample calibration so often, whatever the size; 0 for never."
    "  [default: 499, up to n = 2,000]",
)
@click.option(
    "--bootstrap",
    type=click.IntRange(40, 1_000_000),
    metavar="N",
    help="Also the percentile interval of N samples of clusters, from 30 clusters on.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the resampling.")
@click.option("--skip-bad", is_flag=True, help="Leave out bad rows, and say how many.")
@format_option("json", "csv", "markdown")
@pass_app
def score_command(app: App, files: tuple[str, ...], form: str, **chosen: Any) -> None:
    """
    Score a table of forecasts: CSV, TSV or JSON lines, packed or not; - reads standard input.

    Also one in a SQLite database, and Parquet with the extra `archive`.

    Columns: source, probability, outcome; where they exist also question_id, forecast_date,
    resolve_date, cluster, weight.  One row is one forecast.

    \b
    foretrack score forecasts.csv
    foretrack score forecasts.csv --map probability=p --map outcome=happened
    foretrack score *.csv.gz --by league --reference 0.3 --format json
    """  # fmt: skip
    from foretrack import grade
    from foretrack.core.grades import Choice
    from foretrack.core.vocabulary import Updates

    chosen["updates"] = Updates(chosen["updates"])
    chosen["bootstrap"] = chosen["bootstrap"] or 0
    with _Bar() as bar, _uncollected():
        ready = partial(_ready, app, form)
        found = grade.score(files, Choice(**chosen), progress=bar.show, meanwhile=ready)
    from foretrack.report import grades

    if found.left_out:
        _warn(found.bad, left_out=found.left_out, rows=found.rows)
    if form == "json":
        from foretrack.report.as_json import text

        click.echo(text(grades.document(found, version=app.version)))
    elif form == "csv":
        click.echo(grades.sheet(found), nl=False)
    elif form == "markdown":
        click.echo(grades.markdown(found))
    else:
        app.show(grades.table(found))


def _ready(app: App, form: str) -> None:
    """
    Load what shows the figures.
    """
    importlib.import_module("foretrack.report.grades")
    if form == "table":
        _ = app.console


def _warn(bad: tuple[str, ...], *, left_out: int, rows: int) -> None:
    from foretrack.report.text import inert

    for line in bad:
        click.echo(inert(line), err=True)
    noun = "row" if rows == 1 else "rows"
    click.echo(f"foretrack: left out {left_out:,} of {rows:,} {noun}", err=True)


@contextmanager
def _uncollected() -> Iterator[None]:
    """
    Without looking for cycles: there are millions of values and no cycle among them.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _Bar:
    """
    A bar on standard error once the work has taken a second, where somebody can see it.
    """

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._seen = sys.stderr is not None and sys.stderr.isatty()
        self._progress: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def show(self, share: float) -> None:
        """
        Say which share of the work is done.
        """
        if not self._seen or time.monotonic() - self._begun < 1.0:
            return
        if self._progress is None:
            from rich.console import Console
            from rich.progress import Progress

            self._progress = Progress(console=Console(stderr=True), transient=True)
            self._progress.add_task("scoring", total=1.0)
            self._progress.start()
        self._progress.update(self._progress.task_ids[0], completed=share)

"""
Commands that move records between files and the database.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foretrack.cli.app import App, Command, pass_app
from foretrack.cli.options import format_option
from foretrack.cli.waiting import working

if TYPE_CHECKING:
    from collections.abc import Mapping

    from foretrack.cli.moving import Headlines
    from foretrack.errors import Problem
    from foretrack.ingest import Imported

PATHS = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False)
)


@click.command("check", cls=Command)
@PATHS
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the files for editors.",
              is_eager=True, expose_value=False,
              callback=lambda ctx, _, value: _schema(ctx, asked=value))  # fmt: skip
@format_option("json")
@pass_app
def check_command(app: App, paths: tuple[Path, ...], form: str) -> None:
    """
    Find every problem in files or folders, all at once.

    \b
    foretrack check forecasts/
    foretrack check forecasts/articles/gruzer-2024.yaml
    """
    from foretrack import ingest
    from foretrack.errors import InvalidInput
    from foretrack.report.wording import counted

    with working("reading the files"):
        found = ingest.check(paths, library=app.library, today=app.today)
    if form == "json":
        app.document(
            "check", files=found.files, records=found.counts, problems=list(found.problems)
        )
    else:
        _warn([problem for problem in found.problems if problem.warning])
    if found.errors:
        raise InvalidInput(found.errors)
    if form == "table":
        app.say(
            f"no problem in {counted(found.files, 'file')}: {_counted(found.counts) or 'nothing'}"
        )


def _schema(ctx: click.Context, *, asked: bool) -> None:
    if asked:
        import json

        from foretrack.files.schema import json_schema

        click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
        ctx.exit()


@click.command("import", cls=Command)
@PATHS
@click.option("--accept-changes", is_flag=True, help="Record what changed as corrections.")
@click.option("--reason", help="Why, for each correction; the journal keeps it."
                               "  [default: changed in the files]")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@format_option("json")
@pass_app
def import_command(
    app: App,
    paths: tuple[Path, ...],
    accept_changes: bool,
    reason: str | None,
    dry_run: bool,
    form: str,
) -> None:
    """
    Bring files or folders into the database: all of it, or nothing.

    It may be repeated: what is unchanged is left alone.  A changed record is shown and refused
    unless --accept-changes; a record missing from the files is reported, never deleted.  After
    corrections each source whose headline moved is named.

    \b
    foretrack import forecasts/
    foretrack import forecasts/ --dry-run
    foretrack import forecasts/ --accept-changes --reason "the horizon was misread"
    """
    from foretrack import ingest
    from foretrack.cli.moving import Headlines

    _hold(reason, accept_changes=accept_changes)
    with working("importing"):
        headlines = Headlines(app) if accept_changes and not dry_run else None
        done = ingest.bring_in(
            app.engine,
            paths,
            library=app.library,
            accept_changes=accept_changes,
            reason=reason,
            actor=app.actor,
            now=app.now,
            dry_run=dry_run,
            today=app.today,
        )
    if form == "json":
        moved = _moved(done, headlines)
        app.document("import", dry_run=dry_run, **_content(done), moved=moved)
    else:
        # What is stored is said first: nothing that comes after can make it untrue.
        _report(app, done, headlines, dry_run=dry_run)
        _warn(done.warnings)


def _hold(reason: str | None, *, accept_changes: bool) -> None:
    """
    Refuse a reason that is none, or that nothing takes.
    """
    from foretrack import resolve

    if reason is not None:
        if not accept_changes:
            raise click.UsageError("--reason is that of corrections: it needs --accept-changes.")
        resolve.worded(reason)


def _moved(done: Imported, headlines: Headlines | None) -> list[dict[str, Any]] | None:
    """
    The headlines that corrections moved; None where they were not compared.
    """
    if not done.changed:
        return []
    found = headlines.moved() if headlines else None
    if found is None:
        return None
    return [{"source": one.source, "before": one.before, "after": one.after} for one in found]


def _content(done: Imported) -> dict[str, Any]:
    sequence, head = done.head
    return {
        "added": [{"kind": kind, "id": name} for kind, name in done.added],
        "changed": list(done.changed),
        "unchanged": done.unchanged,
        "superseded": list(done.superseded),
        "withdrawn": [{"kind": kind, "id": name} for kind, name in done.withdrawn],
        "missing": [{"kind": kind, "id": name} for kind, name in done.missing],
        "warnings": list(done.warnings),
        "sequence": sequence,
        "head": head,
    }


_LISTED = 8  # names below a count; the others are counted


def _report(app: App, done: Imported, headlines: Headlines | None, *, dry_run: bool) -> None:
    from collections import Counter

    from foretrack.db.tables import Entity

    counts = {
        "would add" if dry_run else "added": len(done.added),
        "corrected": len({(one.entity, one.id) for one in done.changed}),
        "unchanged": done.unchanged,
    }
    lists = {
        "superseded": done.superseded,
        "withdrawn": [" ".join(one) for one in done.withdrawn],
        "missing": [" ".join(one) for one in done.missing],
    }
    lists = {what: names for what, names in lists.items() if names}
    room = max(map(len, (*counts, *lists)))
    added = _counted(Counter(kind.value for kind, _ in done.added))
    for place, (what, n) in enumerate(counts.items()):
        app.say(f"{what:<{room}}  {n:>6}  {'' if place else added}".rstrip())
        if what == "corrected":
            _corrections(app, done)
    for what, names in lists.items():
        app.say(f"{what:<{room}}  {len(names):>6}")
        for name in names[:_LISTED]:
            app.say(f"    {name}")
        if len(names) > _LISTED:
            app.say(f"    ... and {len(names) - _LISTED:,} more; `--format json` has them all")
    if done.changed and headlines:
        headlines.tell()
    elif done.changed:
        app.say("which headlines move is not computed in a dry run")
    if done.missing:
        app.say(
            "missing from the files, kept in the database: `foretrack export` writes them there"
        )
        if any(kind is not Entity.LEDGER for kind, _ in done.missing):
            app.say("`foretrack withdraw` takes a record out (decisions stay: `foretrack reopen`)")


def _corrections(app: App, done: Imported) -> None:
    """
    Say what was corrected.
    """
    from foretrack.cli import corrected

    for one in done.changed:
        for place, line in enumerate(corrected.lines([one])):
            name = "  " if place else f"{one.entity.value} {one.id}: "
            app.say(f"    {name}{line}")


def _counted(counts: Mapping[str, int]) -> str:
    """
    How many records of each kind, in words.
    """
    from foretrack.report.wording import counted

    names = {"ledger": "decision"}
    return ", ".join(counted(n, names.get(kind, kind)) for kind, n in counts.items() if n)


def _warn(warnings: list[Problem] | tuple[Problem, ...]) -> None:
    from foretrack.report.text import inert

    for warning in warnings:
        click.echo(inert(f"warning: {warning}", lines=True), err=True)


@click.command("export", cls=Command)
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--prune", is_flag=True, help="Delete files there that belong to nothing any more.")
@click.option("--overwrite", is_flag=True, help="Also where that loses what was never imported.")
@pass_app
def export_command(app: App, directory: Path, prune: bool, overwrite: bool) -> None:
    """
    Write the whole record as canonical files into a folder.

    Exporting twice gives the same bytes, and files that would not change are not touched.  A
    question moves into the one article that still forecasts it, a withdrawn record leaves: the
    file that held it is named, and deleted with --prune.  What the files hold and the record never
    held, comments below a file's first line, and any in a file that --prune would delete, would be
    lost: then nothing is written.  The order of claims is the one they were recorded in.

    \b
    foretrack export forecasts/
    foretrack export forecasts/ --prune
    """
    from foretrack import ingest
    from foretrack.report.wording import counted

    with working("exporting"):
        done = ingest.export(app.engine, directory, prune=prune, overwrite=overwrite)
    app.say(f"wrote {counted(len(done.written), 'file')}, {len(done.unchanged):,} the same already")
    for path in done.stale:
        app.say(f"    {'deleted' if prune else 'no longer part of the record:'} {path}")
    if done.stale and not prune:
        app.say("an import may stumble over them; `foretrack export --prune` deletes them")

"""
Commands about the database itself.
"""

from __future__ import annotations

from typing import Any

import click

from foretrack.cli.app import App, Command, pass_app
from foretrack.cli.options import format_option
from foretrack.cli.waiting import working


@click.command("init", cls=Command)
@pass_app
def init_command(app: App) -> None:
    """
    Make a new database where `foretrack where` says it belongs.

    \b
    foretrack init
    foretrack --db team.sqlite init
    """
    from foretrack.db import migrate, place

    migrate.create(app.url)
    app.say(f"made {place.shown(app.url)} ({app.settings.why})")
    app.say("next: `foretrack import forecasts/`, or `foretrack add article FILE.txt`")


@click.command("where", cls=Command)
@format_option("json")
@pass_app
def where_command(app: App, form: str) -> None:
    """
    Say which database is used, and why.

    \b
    foretrack where
    foretrack --db team.sqlite where
    """
    from foretrack.db import place

    exists = place.exists(app.url)
    path = place.path_of(app.url)
    nowhere = place.leads_nowhere(path) if path is not None and not exists else None
    facts: dict[str, Any] = {
        "database": place.shown(app.url),
        "why": app.settings.why,
        "exists": exists,
        "settings": str(app.settings.file) if app.settings.file else None,
    }
    if form == "json":
        app.document("where", **facts)
        return
    app.say(f"{facts['database']}\n    {facts['why']}")
    if nowhere is not None:
        app.say(f"    {nowhere}")
    elif not exists:
        app.say("    it does not exist yet; `foretrack init` makes it")


@click.group("db")
def db_command() -> None:
    """
    Look at the database's schema, or bring it up to date.

    \b
    foretrack db status
    foretrack db upgrade
    """


@db_command.command("status", cls=Command, short_help="What it holds, and its schema.")
@format_option("json")
@pass_app
def status(app: App, form: str) -> None:
    """
    Say what the database holds and whether its schema is the program's.

    \b
    foretrack db status
    """
    from foretrack import browse
    from foretrack.db import engine, migrate, place
    from foretrack.report.wording import counted

    found = migrate.status(app.url)
    current = found == engine.SCHEMA
    records = browse.census(app.engine) if current else {}
    if form == "json":
        app.document(
            "db-status",
            database=place.shown(app.url),
            schema=found,
            program=engine.SCHEMA,
            current=current,
            records=records,
        )
        return
    told = "up to date" if current else f"this program needs {engine.SCHEMA}"
    app.say(f"{place.shown(app.url)}: schema {found}, {told}")
    for kind, n in records.items():
        app.say(f"    {counted(n, 'decision' if kind == 'ledger' else kind):>16}")
    if not current:
        engine.refuse(found, app.url)


@db_command.command("upgrade", cls=Command, short_help="Bring an older database up to date.")
@pass_app
def upgrade(app: App) -> None:
    """
    Bring an older database up to date; a SQLite file is copied aside first.

    \b
    foretrack db upgrade
    """
    from foretrack.db import engine, migrate, place

    found, copy = migrate.upgrade(app.url, now=app.now)
    if found == engine.SCHEMA:
        app.say(f"{place.shown(app.url)} is up to date (schema {found}); nothing was changed")
        return
    app.say(f"{place.shown(app.url)}: schema {found} -> {engine.SCHEMA}")
    if copy is not None:
        app.say(f"the database as it was is in {copy}")


@click.command("verify", cls=Command)
@click.option("--head", metavar="HASH", help="A head that was printed once, or its beginning.")
@format_option("json")
@pass_app
def verify_command(app: App, head: str | None, form: str) -> None:
    """
    Check that the journal is whole and that every record equals its last entry.

    With --head, prove that nothing before a head that was once printed has been rewritten.

    \b
    foretrack verify
    foretrack verify --head 13415f35994d
    """
    from foretrack import browse
    from foretrack.errors import DatabaseError

    with working("verifying the journal"):
        (sequence, digest), wrong = browse.faults(app.engine, printed=head)
    if form == "json":
        app.document("verify", sequence=sequence, head=digest, whole=not wrong, faults=wrong)
    if wrong:
        raise DatabaseError("the record is not whole:\n" + "\n".join(f"    {w}" for w in wrong))
    if form == "table":
        app.say(f"whole: {sequence} entries, head {digest}")

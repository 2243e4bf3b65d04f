"""
What every command needs: the settings, the clock, the database, the console.

The clock is read here and nowhere below.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foretrack import __version__
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import sqlalchemy as sa
    from rich.console import Console, RenderableType

    from foretrack.core.library import Library
    from foretrack.db.tables import Entity
    from foretrack.settings import Settings


class App:
    """
    One run of the program.  Everything is made when first needed.

    Attributes:
        db: The database that the command line names.
        by: Who the command line says does it.
    """

    version = __version__

    def __init__(self, *, db: str | None = None, by: str | None = None) -> None:
        self.db = db
        self.by = by

    @cached_property
    def settings(self) -> Settings:
        """
        Where the database is, and which lexicons there are.
        """
        from foretrack import settings

        try:
            folder = Path.cwd()
        except OSError:  # it was deleted, or may not be looked into
            folder = None
        return settings.find(self.db, environment=os.environ, folder=folder)

    @cached_property
    def library(self) -> Library:
        """
        The lexicons at hand.
        """
        return self.settings.library()

    @cached_property
    def url(self) -> sa.URL:
        """
        The database's address.
        """
        from foretrack.db.place import url_of

        return url_of(self.settings.database)

    @cached_property
    def engine(self) -> sa.Engine:
        """
        The database.
        """
        from foretrack.db.engine import make_engine

        return make_engine(self.url)

    @cached_property
    def today(self) -> date:
        """
        The current day, or the one that ``FORETRACK_TODAY`` names (for demonstrations and tests).
        """
        named = os.environ.get("FORETRACK_TODAY")
        if not named:
            return datetime.now().astimezone().date()
        from foretrack.cli.options import day_of

        day = day_of(named)
        if day is None:
            raise InvalidInput(f"FORETRACK_TODAY is {named!r}; it must be a day such as 2026-11-21")
        return day

    @property
    def now(self) -> datetime:
        """
        The current instant, in UTC.
        """
        return datetime.now(UTC)

    @property
    def actor(self) -> str:
        """
        Who the journal says did it.

        Raises:
            InvalidInput: The name is no line of text.
        """
        named = self.settings.actor or _login_name() if self.by is None else self.by
        if not named.strip() or not named.isprintable():
            raise InvalidInput(f"{named!r} is no name for the journal (--actor, FORETRACK_ACTOR)")
        return named

    @cached_property
    def console(self) -> Console:
        """
        Standard output.  No markup is interpreted: what is shown may come from files.
        """
        from rich.console import Console

        return Console(markup=False, highlight=False, emoji=False, soft_wrap=False)

    @property
    def asks(self) -> bool:
        """
        Whether somebody is there to answer.
        """
        streams = (sys.stdin, sys.stdout)  # None is one that was closed
        return all(stream is not None and stream.isatty() for stream in streams)

    def identify(self, prefix: str, entities: Sequence[Entity] | None = None) -> tuple[Entity, str]:
        """
        The one record that is meant by the beginning of an id.
        """
        from foretrack import browse

        return browse.identify(self.engine, prefix, entities=entities or browse.NAMED)

    def question(self, prefix: str) -> str:
        """
        The id of the question that is meant.
        """
        from foretrack.db.tables import Entity

        return self.identify(prefix, (Entity.QUESTION,))[1]

    def source(self, prefix: str) -> str:
        """
        The id of the source that is meant.
        """
        from foretrack.db.tables import Entity

        return self.identify(prefix, (Entity.SOURCE,))[1]

    def show(self, *parts: RenderableType) -> None:
        """
        Print on standard output.
        """
        for part in parts:
            # Lines are set already; Rich would go through them again, and cut what a narrow
            # terminal wraps.
            self.console.print(part, crop=False)

    def say(self, text: str) -> None:
        """
        Print plain text on standard output, made inert; on a terminal no word is broken.
        """
        from foretrack.cli.fitting import fitted
        from foretrack.report.text import inert

        click.echo(fitted(inert(text, lines=True)))

    def warn(self, warnings: Iterable[object]) -> None:
        """
        Print warnings on standard error, made inert.
        """
        from foretrack.report.text import inert

        for warning in warnings:
            click.echo(inert(f"warning: {warning}", lines=True), err=True)

    def document(self, kind: str, *, as_of: date | None = None, **content: Any) -> None:
        """
        Print a JSON document.
        """
        from foretrack.report import as_json

        click.echo(
            as_json.text(as_json.document(kind, version=__version__, as_of=as_of, **content))
        )


def _login_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


class Command(click.Command):
    """
    A command that takes the database and the actor behind its name too.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params += [
            click.Option(["--db"], metavar="PATH|URL", help="The database.", expose_value=False,
                         callback=_keep),
            click.Option(["--actor"], hidden=True, expose_value=False, callback=_keep),
        ]  # fmt: skip


def _keep(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and param.name is not None:
        ctx.meta[param.name] = value
    return value


def pass_app(function: Callable[..., None]) -> Callable[..., None]:
    """
    Give a command its ``App`` as the first argument.
    """
    from functools import update_wrapper

    def with_app(*args: Any, **values: Any) -> None:
        ctx = click.get_current_context()
        root = ctx.find_root().obj or {}
        app = root.get("app") or App(
            db=ctx.meta.get("db", root.get("db")), by=ctx.meta.get("actor", root.get("actor"))
        )
        function(app, *args, **values)

    return update_wrapper(with_app, function)

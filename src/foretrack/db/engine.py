"""
Opening a database, and the transactions everything else runs in.

All that is SQLite's own stands here.  Its driver's default transactions silently lose updates, a
0-byte file passes its integrity check, and it does not enforce foreign keys unless asked: hence
real BEGINs (immediate ones for writing), pragmas on connect, and a mark in the file's header that
is set at creation and checked on every opening.
"""

from __future__ import annotations

import json
import logging
import re
import reprlib
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.compiler import compiles

from foretrack.db.place import (
    followed,
    is_sealed,
    log_left_behind,
    look_before_opening,
    path_of,
    shown,
)
from foretrack.errors import CannotConnect, SchemaOutOfDate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

APPLICATION_ID = 0x666F7265
"""
"fore" in ASCII: marks a SQLite file as ours (``PRAGMA application_id``).
"""

SCHEMA = "0005"
"""
The schema revision this program reads and writes: the one head of the packaged migrations.
"""

BUSY_SECONDS = 10.0
"""
How long a command waits for another program's transaction before it gives up.
"""

QUIET_SECONDS = 1.0
"""
How long it waits before it says so: a log of this module, which Python prints on standard error.
"""

_REVISION = re.compile(r"[0-9]{4}")

_LOG = logging.getLogger(__name__)


def make_engine(
    url: sa.URL, *, foreign_keys: bool = True, busy_seconds: float = BUSY_SECONDS
) -> sa.Engine:
    """
    An engine whose transactions are real ones.

    Args:
        url: From ``url_of``.
        foreign_keys: Off only while a migration rebuilds tables: with them on, SQLite deletes the
            children of a rebuilt parent without a word.
        busy_seconds: How long to wait for another program's transaction.
    """
    if url.get_backend_name() != "sqlite":
        try:
            return sa.create_engine(url)
        except (ImportError, sa.exc.NoSuchModuleError) as error:
            raise CannotConnect(f"the driver for {url.drivername} is missing: {error}") from error
    path = Path(str(url.database))
    engine = sa.create_engine(
        url, poolclass=sa.pool.NullPool, creator=lambda: _connect(path, busy_seconds)
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # the driver must not open transactions of its own
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        _wait(connection, "PRAGMA synchronous = FULL", url=url, busy_seconds=busy_seconds)

    @event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        if not connection.get_execution_options().get("foretrack_writes", False):
            connection.exec_driver_sql("BEGIN")
            return
        driver: Any = connection.connection.driver_connection
        _wait(driver, "BEGIN IMMEDIATE", url=url, busy_seconds=busy_seconds)

    return engine


def _connect(path: Path, busy_seconds: float) -> sqlite3.Connection:
    if not is_sealed(path):
        return sqlite3.connect(path, timeout=busy_seconds)
    # Beside a file that others write to SQLite keeps two more, which it cannot make here; of a file
    # that nobody changes it needs none.
    sealed = f"{followed(path).as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(sealed, uri=True, timeout=busy_seconds)


def _wait(
    connection: sqlite3.Connection, statement: str, *, url: sa.URL, busy_seconds: float
) -> None:
    """
    Run a statement for which another program may have to let go of the file, not in silence.
    """
    quiet = min(QUIET_SECONDS, busy_seconds)
    connection.execute(f"PRAGMA busy_timeout = {quiet * 1000:.0f}")
    try:
        connection.execute(statement)
    except sqlite3.OperationalError as error:
        rest = busy_seconds - quiet
        if rest <= 0 or "locked" not in str(error):
            raise
        place = shown(url) if shown(url).isprintable() else ascii(shown(url))
        _LOG.warning(
            "foretrack: %s is locked by another program; waiting up to %.0f seconds", place, rest
        )
        connection.execute(f"PRAGMA busy_timeout = {rest * 1000:.0f}")
        connection.execute(statement)
    connection.execute(f"PRAGMA busy_timeout = {busy_seconds * 1000:.0f}")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """
    One consistent view of the record.  Refuses what is not a foretrack database.

    Raises:
        CannotConnect: Missing, unreadable, locked, damaged, or not a foretrack database.
        SchemaOutOfDate: The schema is older or newer than the program.
    """
    with explained(engine.url):
        look_before_opening(engine.url)
        with (
            _unchanged(engine.url),
            engine.connect() as connection,
            connection.begin(),
        ):
            check(connection)
            yield connection


@contextmanager
def _unchanged(url: sa.URL) -> Iterator[None]:
    """
    See to it that a file read without locks was not written to meanwhile, by somebody who may.

    Raises:
        CannotConnect: It was.
    """
    path = path_of(url)
    if path is None or not is_sealed(path):
        yield
        return
    before = path.stat()
    yield
    after = path.stat()
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise CannotConnect(f"{path} was written to while it was read; try again")


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """
    One transaction that may change the record: all of it is kept, or nothing.

    It holds the write lock from its first statement, so that what it reads cannot change before
    it writes.

    Raises:
        CannotConnect: As for ``reading``, or the file or its folder cannot be written.
        SchemaOutOfDate: The schema is older or newer than the program.
    """
    with explained(engine.url):
        look_before_opening(engine.url)
        connecting = engine.execution_options(foretrack_writes=True).connect()
        with connecting as connection, connection.begin():
            check(connection)
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("LOCK TABLE journal IN EXCLUSIVE MODE")
            yield connection


class _Gathered(sa.sql.functions.FunctionElement[str]):
    """
    The values of a column, as a JSON array.
    """

    inherit_cache = True
    type = sa.Text()


@compiles(_Gathered)
def _gathered(element: _Gathered, compiler: Any, **settings: Any) -> str:
    return f"CAST(json_agg({compiler.process(element.clauses, **settings)}) AS TEXT)"


@compiles(_Gathered, "sqlite")
def _gathered_by_sqlite(element: _Gathered, compiler: Any, **settings: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **settings)})"


def columns(connection: sa.Connection, statement: sa.Select[*tuple[Any, ...]]) -> list[list[Any]]:
    """
    The columns of a statement, in one step and each in the same order, whichever that is.

    For tens of thousands of rows, which take several times as long one by one.  Ask for whole
    numbers and text, which every engine writes alike, and for days as text; not for floats, of
    which SQLite writes fifteen digits.
    """
    rows = statement.subquery()
    found = connection.execute(sa.select(*map(_Gathered, rows.c))).one()
    return [json.loads(column or "[]") for column in found]


def check(connection: sa.Connection) -> None:
    """
    Refuse a database that is not foretrack's or whose schema is another program's.
    """
    found = revision(connection)
    url = connection.engine.url
    if found is None:
        fresh = "init" if path_of(url) is None else "--db NEWFILE init"
        raise CannotConnect(
            f"{shown(url)} is not a foretrack database; "
            f"`foretrack where` says how it was chosen, `foretrack {fresh}` makes a new one"
        )
    refuse(found, url)


def refuse(found: str, url: sa.URL) -> None:
    """
    Refuse a schema that is not this program's; nothing happens when it is.

    Raises:
        SchemaOutOfDate: It is older or newer; names the command to run.
    """
    if found < SCHEMA:
        raise SchemaOutOfDate(
            f"{shown(url)} has schema {found}, this program needs {SCHEMA}; "
            "run `foretrack db upgrade` (a SQLite file is copied aside first)"
        )
    if found > SCHEMA:
        raise SchemaOutOfDate(
            f"{shown(url)} has schema {found}, newer than this program's {SCHEMA}; "
            "install a newer foretrack: `pip install --upgrade foretrack`"
        )


def revision(connection: sa.Connection) -> str | None:
    """
    The schema revision of a database, or None when it is not one of ours.

    Raises:
        CannotConnect: Something other than one revision stands where it should.
    """
    if connection.dialect.name == "sqlite":
        mark = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        if mark != APPLICATION_ID:
            return None
    elif not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = (
        connection.exec_driver_sql("SELECT version_num FROM alembic_version LIMIT 4")
        .scalars()
        .all()
    )
    if len(found) == 1 and isinstance(found[0], str) and _REVISION.fullmatch(found[0]):
        return found[0]
    if not found:
        return None
    held = ", ".join(reprlib.repr(one) for one in found[:3])
    raise CannotConnect(
        f"{shown(connection.engine.url)} is damaged, or is not a foretrack database: its table "
        f"alembic_version holds {held}{', ...' if len(found) > 3 else ''} "
        f"and should hold one revision, such as {SCHEMA!r}; restore a copy"
    )


def mark(connection: sa.Connection) -> None:
    """
    Mark a new SQLite file as ours and let readers and a writer work side by side (WAL).
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def guard(connection: sa.Connection, tables: Iterable[sa.Table]) -> None:
    """
    Let SQLite itself refuse to change or delete what was recorded.

    The one change allowed is the stamp that ends a version, once.  Rebuilding a table drops its
    triggers, so this is called after every migration.
    """
    if connection.dialect.name != "sqlite":
        return
    for table in tables:
        name = table.name
        fixed = [column.name for column in table.columns if column.name != "superseded"]
        guards = {
            "deleted": f"BEFORE DELETE ON {name}",
            "changed": f"BEFORE UPDATE OF {', '.join(fixed)} ON {name}",
        }
        if "superseded" in table.c:
            guards["stamped"] = (
                f"BEFORE UPDATE OF superseded ON {name} "
                "WHEN OLD.superseded IS NOT NULL OR NEW.superseded IS NULL"
            )
        for verb, event_of in guards.items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}_not_{verb}")
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name}_not_{verb} {event_of} BEGIN "
                f"SELECT RAISE(ABORT, '{name} is append-only: a row cannot be {verb}'); END"
            )


def copy_aside(path: Path, target: Path) -> None:
    """
    Copy a SQLite file as it stands at one moment, what its write-ahead log holds included.

    Raises:
        CannotConnect: The copy could not be written.
    """
    try:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
    except sqlite3.Error as error:
        raise CannotConnect(f"cannot copy {path} to {target}: {error}") from error


@contextmanager
def explained(url: sa.URL) -> Iterator[None]:
    """
    Turn what the driver says into what a person can act on.
    """
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        text = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error)
        place = shown(url)
        if "locked" in text or "busy" in text:
            message = (
                f"{place} is locked by another program that is writing; nothing was changed, "
                "try again when it has finished"
            )
        elif "readonly" in text or "read-only" in text or "unable to open" in text:
            message = _unwritable(url, text)
        elif "disk is full" in text or "disk I/O" in text:
            message = f"cannot write {place}: {text}; nothing was changed, make room and try again"
        elif "malformed" in text or "not a database" in text:
            message = f"{place} is damaged ({text}); restore a copy of the file"
        elif isinstance(error, sa.exc.OperationalError | sqlite3.OperationalError):
            message = f"cannot use {place}: {text}"
        else:
            raise
        raise CannotConnect(message) from error


def _unwritable(url: sa.URL, said: str) -> str:
    log = log_left_behind(url)
    if log is not None:
        return (
            f"{shown(url)} was not closed properly: its last changes stand in {log}, which can "
            "only be read in a folder that may be written; copy both files to one, or open the "
            "database once as a user who may write there"
        )
    return (
        f"cannot write {shown(url)} or beside it ({said}); nothing was changed, "
        "check the permissions of the file and its folder"
    )

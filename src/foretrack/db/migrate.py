"""
Creating a database and bringing an older one up to date.

The migrations are packaged beside this module and need no ini file.  Alembic is given a
connection, never a URL: a URL as text hides its password, and ``%`` breaks the ini parser.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from foretrack.db import engine as engines
from foretrack.db.place import path_of
from foretrack.db.schema import metadata
from foretrack.errors import CannotConnect, Conflict, SchemaOutOfDate

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"


def config(connection: sa.Connection | None = None) -> Config:
    """
    Alembic's configuration for the packaged migrations.
    """
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    if connection is not None:
        settings.attributes["connection"] = connection
    return settings


def create(url: sa.URL) -> None:
    """
    Make a new database with the newest schema.

    Raises:
        Conflict: There is one already.
        CannotConnect: The place cannot be written, or holds something else.
    """
    path = path_of(url)
    fresh = path is not None and _make_room(path)
    if path is not None and not fresh and path.stat().st_size > 0:
        with engines.reading(engines.make_engine(url)):  # says what it is, if not ours
            raise Conflict(f"{path} is a foretrack database already; nothing was changed")
    try:
        _run(url, engines.SCHEMA)
    except BaseException:
        if path is not None and fresh:  # leave nothing half made behind
            for ending in ("", "-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
        raise


def _make_room(path: Path) -> bool:
    """
    Make the folder and an empty file; False when there is a file already.
    """
    try:
        if path.is_dir():
            raise CannotConnect(f"{path} is a folder; a database is a file, name one in it")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(exist_ok=False)
    except FileExistsError:
        if path.is_file():
            return False
        what = "is no file" if path.exists() else "there is a file where a folder must be"
        raise CannotConnect(f"cannot write {path}: {what}") from None
    except OSError as error:
        raise CannotConnect(f"cannot write {path}: {error.strerror}") from error
    return True


def upgrade(url: sa.URL, *, now: datetime) -> tuple[str, Path | None]:
    """
    Bring an older database up to date, after copying a SQLite file aside.

    Returns:
        The revision found, and where the copy is (None when nothing had to be done, or the
        database is no file).
    """
    found = status(url)
    if found > engines.SCHEMA:
        with engines.reading(engines.make_engine(url)):
            pass  # refuses, and says what to do
    if found == engines.SCHEMA:
        return found, None
    path = path_of(url)
    copy = None
    if path is not None:
        copy = path.with_name(f"{path.name}.{found}.{now:%Y%m%dT%H%M%SZ}.bak")
        engines.copy_aside(path, copy)
    try:
        _run(url, engines.SCHEMA)
    except BaseException:
        if copy is not None and status(url) == found:  # nothing was changed
            copy.unlink(missing_ok=True)
        raise
    return found, copy


def status(url: sa.URL) -> str:
    """
    The schema revision of a database.

    Raises:
        CannotConnect: It is missing or not one of ours.
    """
    engine = engines.make_engine(url)
    try:
        with engines.reading(engine) as connection:
            return engines.revision(connection) or ""
    except SchemaOutOfDate:
        with engine.connect() as connection:
            return engines.revision(connection) or ""


def _run(url: sa.URL, target: str) -> None:
    """
    Run the migrations in one transaction.

    Foreign keys are off meanwhile: a batch migration drops and rebuilds tables, and with them on
    SQLite deletes the children of a rebuilt parent.  They are checked before the commit.
    """
    from alembic import command

    engine = engines.make_engine(url, foreign_keys=False)
    with engines.explained(url):
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection:
                driver = connection.connection.driver_connection
                if driver is not None:
                    driver.execute("PRAGMA journal_mode = WAL")
        connecting = engine.execution_options(foretrack_writes=True).connect()
        with connecting as connection, connection.begin():
            command.upgrade(config(connection), target)
            engines.mark(connection)
            engines.guard(connection, metadata.sorted_tables)
            if connection.dialect.name == "sqlite":
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise CannotConnect(
                        f"the migration would break {len(broken)} references, "
                        f"the first in table {broken[0][0]}; nothing was changed"
                    )

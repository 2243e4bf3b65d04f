"""
Creating a database and bringing an older one up to date.

The migrations are packaged beside this module and need no ini file.  Alembic is given a
connection, never a URL: a URL as text hides its password, and ``%`` breaks the ini parser.
"""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from foretrack.db import engine as engines
from foretrack.db.place import leads_nowhere, look_before_opening, path_of, shown
from foretrack.db.schema import metadata
from foretrack.errors import CannotConnect, Conflict, SchemaOutOfDate

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import sqlalchemy as sa
    from alembic.config import Config

T = TypeVar("T")

_PAUSE = 0.05  # seconds

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

    A file is made whole under another name and only then put in its place: nobody finds a part of
    it, and whatever ends this early takes nothing away that stands there.

    Raises:
        Conflict: There is one already.
        CannotConnect: The place cannot be written, or holds something else.
    """
    path = path_of(url)
    if path is None:
        with engines.explained(url):
            _run(engines.make_engine(url, foreign_keys=False))
        return
    try:
        _make_folder(path)
        if not path.exists():
            if _put_whole(path, url):
                return
            path.touch(exist_ok=False)
        empty = path.is_file() and path.stat().st_size == 0
    except FileExistsError:  # somebody else was faster
        empty = path.is_file() and path.stat().st_size == 0
    except OSError as error:
        raise CannotConnect(f"cannot write {path}: {error.strerror}") from error
    if not empty or not _fill(url):
        _refuse(url)


def _make_folder(path: Path) -> None:
    if path.is_dir():
        raise CannotConnect(f"{path} is a folder; a database is a file, name one in it")
    nowhere = leads_nowhere(path)
    if nowhere is not None:
        raise CannotConnect(f"{nowhere}; remove the link, or name another place (--db)")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise CannotConnect(
            f"cannot write {path}: there is a file where a folder must be"
        ) from None


def _put_whole(path: Path, url: sa.URL) -> bool:
    """
    Make a database beside its place and give it its name; False where that cannot be done at once.

    Raises:
        FileExistsError: There is something at the place by now.
    """
    new = path.with_name(f".foretrack-{secrets.token_hex(8)}.new")
    try:
        new.touch(exist_ok=False)
        with engines.explained(url):
            engine = engines.make_engine(url.set(database=str(new)), foreign_keys=False)
            _keep_a_log(engine)
            _run(engine)
        if new.with_name(f"{new.name}-wal").exists():  # a part of it is still in there
            return False
        try:
            path.hardlink_to(new)  # a renaming would write over what is there
        except FileExistsError:
            raise
        except (OSError, NotImplementedError):  # not every file system has them
            return False
        return True
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            with suppress(OSError):
                new.with_name(new.name + ending).unlink(missing_ok=True)


def _fill(url: sa.URL) -> bool:
    """
    Make a database of an empty file, in one transaction; False when it is not empty any more.

    What fails leaves it empty.  It is not removed then: another program may hold it by now, and
    would write into a file that has no name.
    """
    engine = engines.make_engine(url, foreign_keys=False)
    filled = _patiently(url, lambda: _run(engine, empty=True))
    if filled:  # not before: that would write to the file by itself
        _patiently(url, lambda: _keep_a_log(engine))
    return filled


def _patiently(url: sa.URL, work: Callable[[], T]) -> T:
    """
    Do what SQLite refuses at once, without waiting, while another program begins to keep a log.
    """
    for _ in range(round(engines.BUSY_SECONDS / _PAUSE)):
        try:
            with engines.explained(url):
                return work()
        except CannotConnect as error:
            if "is locked" not in str(error):
                raise
        time.sleep(_PAUSE)
    with engines.explained(url):
        return work()


def _refuse(url: sa.URL) -> NoReturn:
    """
    Say what stands where a new database should be made.
    """
    found = _patiently(url, lambda: _revision(url))
    if found is None:
        raise CannotConnect(
            f"{shown(url)} is not a foretrack database: it is another program's, or was never "
            "finished; nothing was changed, name another place (--db) or move that file away"
        )
    engines.refuse(found, url)
    raise Conflict(f"{shown(url)} is a foretrack database already; nothing was changed")


def _revision(url: sa.URL) -> str | None:
    look_before_opening(url)
    with engines.make_engine(url).connect() as connection:
        return engines.revision(connection)


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
        with engines.explained(url):
            engine = engines.make_engine(url, foreign_keys=False)
            _keep_a_log(engine)
            _run(engine)
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


def _keep_a_log(engine: sa.Engine) -> None:
    """
    Let readers and a writer work side by side: SQLite notes in the file that it has a log (WAL).
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is not None:
                driver.execute("PRAGMA journal_mode = WAL")


def _run(engine: sa.Engine, *, empty: bool = False) -> bool:
    """
    Run the migrations in one transaction.

    Foreign keys are off meanwhile: a batch migration drops and rebuilds tables, and with them on
    SQLite deletes the children of a rebuilt parent.  They are checked before the commit.

    Args:
        engine: Without foreign keys.
        empty: Do nothing, and return False, where a SQLite database holds something.
    """
    from alembic import command

    connecting = engine.execution_options(foretrack_writes=True).connect()
    with connecting as connection, connection.begin():
        if empty and connection.exec_driver_sql("SELECT 1 FROM sqlite_master LIMIT 1").all():
            return False
        command.upgrade(config(connection), engines.SCHEMA)
        engines.mark(connection)
        engines.guard(connection, metadata.sorted_tables)
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise CannotConnect(
                    f"the migration would break {len(broken)} references, "
                    f"the first in table {broken[0][0]}; nothing was changed"
                )
    return True

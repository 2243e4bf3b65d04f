"""
Where a database is, and what can be said of it before it is opened.
"""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa

from foretrack.errors import CannotConnect

_SQLITE_HEADER = b"SQLite format 3\x00"


def url_of(place: str | Path) -> sa.URL:
    """
    The database URL for a path or a URL given as text.

    A bare path means SQLite.  ``postgresql://`` URLs are passed on as they are.

    Raises:
        CannotConnect: It is no address of a database that can be used.
    """
    text = str(place)
    if "://" not in text:
        if "\0" in text or text.strip() in ("", ":memory:"):
            raise CannotConnect(f"{text!r} is no file name; a database is a file, or an address")
        try:
            return sa.URL.create("sqlite", database=str(Path(text).expanduser()))
        except RuntimeError as error:  # ~nobody/x
            raise CannotConnect(f"{text!r} is no file name: {error}") from error
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise CannotConnect(_no_address(text.split("://")[0])) from None
    if url.get_backend_name() == "postgresql":
        return url
    if url.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise CannotConnect(_no_address(url.drivername))
    if url.database in (None, "", ":memory:") or url.query or url.host:
        raise CannotConnect(
            "a SQLite address names a file and nothing else: sqlite:///PATH, or just the path"
        )
    return url


def _no_address(scheme: str) -> str:
    # the rest is left out: it may hold a password
    return (
        f"{scheme}://... is no database address; give a file path, sqlite:///PATH or "
        "postgresql://USER@HOST/NAME"
    )


def path_of(url: sa.URL) -> Path | None:
    """
    The file of a SQLite URL, or None for other databases.
    """
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        return Path(str(url.database))
    return None


def exists(url: sa.URL) -> bool:
    """
    Whether there is something at the place; a server is taken to be there.
    """
    path = path_of(url)
    try:
        return path is None or path.exists()
    except PermissionError:  # nobody can tell from here; opening it says why
        return True
    except OSError:  # such as a name that is too long
        return False


def leads_nowhere(path: Path) -> str | None:
    """
    What to say of a path on which a link points to nothing, or at itself; None of any other.
    """
    try:
        for link in (path, *path.parents):
            if link.is_symlink() and not link.exists():
                return f"{link} is a link that leads nowhere: it points to {link.readlink()}"
    except OSError:  # whatever opens it says why
        pass
    return None


def shown(url: sa.URL) -> str:
    """
    The database as a person would name it: a path, or the URL without its password.
    """
    path = path_of(url)
    return str(path) if path else url.render_as_string(hide_password=True)


def look_before_opening(url: sa.URL) -> None:
    """
    SQLite creates what is missing and accepts what is empty; say so before it does.
    """
    path = path_of(url)
    if path is None:
        return
    try:
        if path.is_dir():
            raise CannotConnect(f"{path} is a folder; a database is a file, name one in it")
        if not path.exists():
            nowhere = leads_nowhere(path)
            if nowhere is not None:
                raise CannotConnect(f"{nowhere}; there is no database")
            raise CannotConnect(
                f"there is no database at {path}; `foretrack init` makes one "
                "(with the same --db, where one was given)"
            )
        if not path.is_file():  # opening a pipe would wait for somebody who writes to it
            raise CannotConnect(f"{path} is a device or a pipe; a database is a file")
        with path.open("rb") as file:
            header = file.read(len(_SQLITE_HEADER))
    except OSError as error:
        raise CannotConnect(f"cannot read {path}: {error.strerror}") from error
    if not header:
        raise CannotConnect(
            f"{path} is empty (0 bytes): it never became a database; `foretrack init` makes one"
        )
    if header != _SQLITE_HEADER:
        raise CannotConnect(
            f"{path} is not a SQLite database; `foretrack where` says how it was chosen"
        )


def is_sealed(path: Path) -> bool:
    """
    Whether a database can be read and not written: it or its folder is read-only.

    Not while another program has it open, whose latest changes are in a file beside it.
    """
    path = followed(path)
    return not _beside(path, "-wal").exists() and not (_writable(path) and _writable(path.parent))


def log_left_behind(url: sa.URL) -> Path | None:
    """
    The log of a database that was not closed properly, where it cannot be taken up; else None.

    To read it SQLite makes a third file beside the two, for which the folder must be writable;
    while another program has the database open, that file is there.
    """
    path = path_of(url)
    if path is None:
        return None
    log = _beside(followed(path), "-wal")
    try:
        left = log.exists() and not _beside(followed(path), "-shm").exists()
    except OSError:
        return None
    return log if left and not _writable(log.parent) else None


def followed(path: Path) -> Path:
    """
    The file that a path leads to: beside it, and not beside a link, SQLite keeps its own.
    """
    return Path(os.path.realpath(path))


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _writable(path: Path) -> bool:
    as_we_are = os.access in os.supports_effective_ids
    return os.access(path, os.W_OK, effective_ids=as_we_are)

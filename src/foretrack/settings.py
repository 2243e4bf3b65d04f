"""
Where the database is and which lexicons are the user's own.

The database is found by, in this order: what the command line names, ``FORETRACK_DB``,
``[tool.foretrack]`` in the nearest ``pyproject.toml`` or the nearest ``foretrack.toml``, going
upward from the working folder, and at last the user's data directory.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foretrack.core.lexicon_file import parse
from foretrack.core.library import DEFAULT, Library
from foretrack.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEYS = ("database", "lexicon", "lexicons", "actor")
FILE_NAME = "foretrack.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    What applies to one run.

    Attributes:
        database: A path or a URL.
        why: How it was chosen, in words.
        file: The settings file that was read, if any.
        lexicon: The lexicon for sources that declare none.
        lexicons: Files of the user's own lexicons.
        actor: Who the journal says did it; None for the login name.
    """

    database: str
    why: str
    file: Path | None = None
    lexicon: str = DEFAULT
    lexicons: tuple[Path, ...] = ()
    actor: str | None = None

    def library(self) -> Library:
        """
        The shipped lexicons and the user's own.

        Raises:
            InvalidInput: A lexicon file is missing or cannot be used.
        """
        return Library(tuple(read_lexicon(path) for path in self.lexicons))


def find(option: str | None, *, environment: Mapping[str, str], folder: Path) -> Settings:
    """
    The settings for a run.

    Args:
        option: The database that the command line names.
        environment: The environment's variables.
        folder: The working folder.

    Raises:
        InvalidInput: A settings file cannot be used.
    """
    file, table = _nearest(folder)
    actor = environment.get("FORETRACK_ACTOR") or table.get("actor")
    if option is not None:
        place, why = option, "named on the command line (--db)"
    elif environment.get("FORETRACK_DB"):
        place, why = environment["FORETRACK_DB"], "named by the environment (FORETRACK_DB)"
    elif file and table.get("database"):
        place = str(table["database"])
        if "://" not in place:
            place = str((file.parent / Path(place).expanduser()).resolve())
        why = f"named in {file}"
    else:
        from platformdirs import user_data_path

        place = str(user_data_path("foretrack", appauthor=False) / FILE_NAME)
        why = "the user's data directory, because nothing names another"
    return Settings(
        database=place,
        why=why,
        file=file,
        lexicon=str(table.get("lexicon", DEFAULT)),
        lexicons=tuple(file.parent / Path(path).expanduser() for path in table.get("lexicons", ()))
        if file
        else (),
        actor=str(actor) if actor else None,
    )


def read_lexicon(path: Path) -> Any:
    """
    A lexicon from a file.

    Raises:
        InvalidInput: It cannot be read or used.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInput([Problem(str(path), 0, "", f"cannot be read: {error.strerror}")]) from (
            error
        )
    return parse(content, path=str(path))


def _nearest(folder: Path) -> tuple[Path | None, dict[str, Any]]:
    """
    The nearest settings file, going upward, and what it says about foretrack.
    """
    for place in (folder, *folder.parents):
        for name in ("foretrack.toml", "pyproject.toml"):
            path = place / name
            if not path.is_file():
                continue
            try:
                content = tomllib.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise InvalidInput([Problem(str(path), 0, "", f"cannot be read: {error}")]) from (
                    error
                )
            tools = content.get("tool")
            table = tools.get("foretrack") if isinstance(tools, dict) else None
            if table is None and name == "foretrack.toml":
                table = content
            if table is not None:
                _check(path, table)
                return path, table
    return None, {}


def _check(path: Path, table: Any) -> None:
    """
    Refuse settings that nothing reads: a misspelt key would be silently ignored.
    """
    if not isinstance(table, dict):
        raise InvalidInput([Problem(str(path), 0, "tool.foretrack", "must be a table")])
    problems = [
        Problem(str(path), 0, key, f"is no setting of foretrack; there are {', '.join(_KEYS)}")
        for key in table
        if key not in _KEYS
    ]
    problems += [
        Problem(str(path), 0, key, "must be text")
        for key in ("database", "lexicon", "actor")
        if key in table and not isinstance(table[key], str)
    ]
    listed = table.get("lexicons", [])
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        problems.append(Problem(str(path), 0, "lexicons", "must be a list of file names"))
    if problems:
        raise InvalidInput(problems)

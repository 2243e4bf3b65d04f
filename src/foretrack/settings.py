"""
Where the database is and which lexicons are the user's own.

The database is found by, in this order: what the command line names, ``FORETRACK_DB``,
``[tool.foretrack]`` in the nearest ``pyproject.toml`` or the nearest ``foretrack.toml``, going
upward from the working folder, and at last the user's data directory.

Nothing is read before it is needed: a settings file that cannot be used is no reason to refuse a
command that needs nothing from it, and a ``pyproject.toml`` without a word of foretrack is
another program's affair, broken or not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foretrack.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from foretrack.core.library import Library

_WEEKS = ("unseen_weeks", "stale_weeks")
_KEYS = ("database", "lexicon", "lexicons", "actor", *_WEEKS)
FILE_NAME = "foretrack.sqlite"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """
    What applies to one run.  Whatever needs the settings file raises where that cannot be used.

    Attributes:
        option: The database that the command line names.
        environment: The environment's variables.
        folder: The working folder; None where there is none any more.
    """

    option: str | None
    environment: Mapping[str, str]
    folder: Path | None

    @cached_property
    def file(self) -> Path | None:
        """
        The settings file that applies, if any, whether or not it can be used.
        """
        return self._nearest[0]

    @cached_property
    def database(self) -> str:
        """
        A path or a URL.

        Raises:
            InvalidInput: Only the settings file could say, and cannot be used.
        """
        return self._place[0]

    @cached_property
    def why(self) -> str:
        """
        How the database was chosen, in words.

        Raises:
            InvalidInput: Only the settings file could say, and cannot be used.
        """
        return self._place[1]

    @cached_property
    def lexicon(self) -> str:
        """
        The lexicon for sources that declare none.

        Raises:
            InvalidInput: The settings file cannot be used.
        """
        from foretrack.core.library import DEFAULT  # lexicons are not every command's business

        return str(self._table.get("lexicon", DEFAULT))

    @cached_property
    def lexicons(self) -> tuple[Path, ...]:
        """
        Files of the user's own lexicons.

        Raises:
            InvalidInput: The settings file cannot be used.
        """
        names = self._table.get("lexicons", ())
        return tuple(_beside(self.file, name) for name in names if self.file)

    @cached_property
    def actor(self) -> str | None:
        """
        Who the journal says did it; None for the login name.

        Raises:
            InvalidInput: Only the settings file could say, and cannot be used.
        """
        named = self.environment.get("FORETRACK_ACTOR") or self._table.get("actor")
        return str(named) if named else None

    @property
    def unseen_weeks(self) -> int | None:
        """
        Weeks without a look after which a review asks about an open question; None for its own.

        Raises:
            InvalidInput: The settings file cannot be used.
        """
        weeks: int | None = self._table.get("unseen_weeks")
        return weeks

    @property
    def stale_weeks(self) -> int | None:
        """
        Weeks without any change after which a review calls a question stale; None for its own.

        Raises:
            InvalidInput: The settings file cannot be used.
        """
        weeks: int | None = self._table.get("stale_weeks")
        return weeks

    def library(self) -> Library:
        """
        The shipped lexicons and the user's own.

        Raises:
            InvalidInput: The settings file, or a lexicon file, is missing or cannot be used.
        """
        from foretrack.core.library import Library

        return Library(tuple(read_lexicon(path) for path in self.lexicons))

    @cached_property
    def _place(self) -> tuple[str, str]:
        """
        The database and how it was chosen.
        """
        if self.option is not None:
            return self.option, "named on the command line (--db)"
        if self.environment.get("FORETRACK_DB"):
            return self.environment["FORETRACK_DB"], "named by the environment (FORETRACK_DB)"
        named = self._table.get("database")
        if self.file and named:
            place = str(named)
            if "://" not in place:
                place = str(_beside(self.file, place).resolve())
            return place, f"named in {self.file}"
        from platformdirs import user_data_path

        place = str(user_data_path("foretrack", appauthor=False) / FILE_NAME)
        return place, "the user's data directory, because nothing names another"

    @cached_property
    def _nearest(self) -> tuple[Path | None, dict[str, Any] | InvalidInput]:
        return _nearest(self.folder)

    @property
    def _table(self) -> dict[str, Any]:
        """
        What the settings file says.
        """
        table = self._nearest[1]
        if isinstance(table, InvalidInput):
            raise table
        return table


def find(option: str | None, *, environment: Mapping[str, str], folder: Path | None) -> Settings:
    """
    The settings for a run.

    Args:
        option: The database that the command line names.
        environment: The environment's variables.
        folder: The working folder; None where there is none any more.
    """
    return Settings(option=option, environment=environment, folder=folder)


def read_lexicon(path: Path) -> Any:
    """
    A lexicon from a file.

    Raises:
        InvalidInput: It cannot be read or used.
    """
    from foretrack.core.lexicon_file import parse

    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidInput([Problem(str(path), 0, "", f"cannot be read: {error.strerror}")]) from (
            error
        )
    return parse(content, path=str(path))


def _nearest(folder: Path | None) -> tuple[Path | None, dict[str, Any] | InvalidInput]:
    """
    The nearest settings file, going upward, and what it says, or why it cannot be used.
    """
    for place in (folder, *folder.parents) if folder else ():
        for name in ("foretrack.toml", "pyproject.toml"):
            path = place / name
            try:
                content = path.read_bytes()
            except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
                continue
            except OSError as error:
                if name == "foretrack.toml":
                    return path, _unusable(path, f"cannot be read: {error.strerror}")
                continue
            # What does not hold our name cannot hold our table: so nobody else's mistakes stop us.
            if name == "foretrack.toml" or b"foretrack" in content:
                found = _read(path, content)
                if found is not None:
                    return path, found
    return None, {}


def _beside(file: Path, name: str) -> Path:
    """
    The path that a settings file names; what is not whole counts from its folder.
    """
    try:
        return file.parent / Path(name).expanduser()
    except RuntimeError:  # ~nobody/x
        return file.parent / name


def _read(path: Path, content: bytes) -> dict[str, Any] | InvalidInput | None:
    """
    The table of ours in a file; None when there is none in it.
    """
    import tomllib

    try:
        whole = tomllib.loads(content.decode())
    except ValueError as error:
        said = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
        return _unusable(path, f"is no TOML: {said}")
    tools = whole.get("tool")
    table = tools.get("foretrack") if isinstance(tools, dict) else None
    if table is None:
        if path.name != "foretrack.toml":
            return None
        table = whole
    problems = _problems(path, table)
    return InvalidInput(problems) if problems else table


def _unusable(path: Path, message: str) -> InvalidInput:
    line = re.search(r" \(at line (\d+), ", message)
    hint = "mend it, or take it away: it may name the database, the lexicons and the actor"
    return InvalidInput([Problem(str(path), int(line[1]) if line else 0, "", f"{message}; {hint}")])


def _problems(path: Path, table: Any) -> list[Problem]:
    """
    What is wrong with settings: a misspelt key would be silently ignored.
    """
    if not isinstance(table, dict):
        return [Problem(str(path), 0, "tool.foretrack", "must be a table")]
    found = {
        key: f"is no setting of foretrack{_near(key)}; there are {', '.join(_KEYS)}"
        for key in table
        if key not in _KEYS
    }
    for key in ("database", "lexicon", "actor"):
        if key in table and not _is_text(table[key]):
            found[key] = "must be text"
    for key in _WEEKS:
        if key in table and (type(table[key]) is not int or table[key] < 1):
            found[key] = "must be a whole number of weeks, 1 or more"
    listed = table.get("lexicons", [])
    if not isinstance(listed, list) or not all(map(_is_text, listed)):
        found["lexicons"] = "must be a list of file names"
    return [Problem(str(path), 0, key, message) for key, message in found.items()]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value


def _near(key: str) -> str:
    from foretrack.files.wording import near  # costs time, and is seldom needed

    return near(key, _KEYS)

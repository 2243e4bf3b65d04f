"""
Which files are meant by the paths that a user names.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from foretrack.errors import InvalidInput, Problem
from foretrack.files.reading import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable


def gather(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """
    The YAML files among and below the paths: sorted within a directory, each once.

    Hidden files and directories are skipped; a file named outright is taken as it is.  What cannot
    be read is among them: reading it says why.

    Raises:
        InvalidInput: A path is missing, or a directory has no YAML file.
    """
    found: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in map(Path, paths):
        if os.path.isdir(path):  # noqa: PTH112 - a Path's own raises where one may not look
            files = below(path)
            if not files:
                problems.append(Problem(str(path), 0, "", "no YAML file (*.yaml, *.yml) in here"))
        elif is_missing(path):
            problems.append(Problem(str(path), 0, "", "no such file or directory"))
            continue
        else:
            files = [path]
        for file in files:
            found.setdefault(identity(file), file)
    if problems:
        raise InvalidInput(problems)
    return list(found.values())


def is_missing(path: Path) -> bool:
    """
    Whether there is nothing at a path; what cannot be looked at may be there.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return not path.is_symlink()
    except OSError:  # something is in the way, and reading it says what
        return False
    return False


def identity(path: Path) -> str:
    """
    What is equal for two paths of one file, also where links lead in a circle.
    """
    return os.path.realpath(path)


def below(directory: Path) -> list[Path]:
    """
    The YAML files in a directory and those below it, sorted, with directories that cannot be read.

    Links to directories are followed, each directory is visited once.
    """
    found: list[Path] = []
    visited: set[str] = set()

    def unreadable(error: OSError) -> None:
        found.append(Path(error.filename or directory))

    starts = [directory]  # links come last, so that what they lead to keeps its own name
    for start in starts:
        for folder, folders, names in os.walk(start, onerror=unreadable):
            here = identity(Path(folder))
            if here in visited:
                folders.clear()
                continue
            visited.add(here)
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            starts += [path for name in folders if (path := Path(folder, name)).is_symlink()]
            found += [
                Path(folder, name)
                for name in names
                if name.endswith(SUFFIXES) and not name.startswith(".")
            ]
    return sorted(found)

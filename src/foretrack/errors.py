"""
Every error that foretrack raises on purpose.

::

    ForetrackError (exit 1)
      InvalidInput (3)      carries every Problem(path, line, where, message)
      DatabaseError (4)
        CannotConnect       missing, unreadable, locked, or not a foretrack database
        SchemaOutOfDate     older or newer than the program; names the command to run
        Conflict            the record holds something that forbids the change
      CannotScore (5)       a score was asked for that cannot be given
        NothingResolved     there is no forecast with an outcome to score
        OutOfRange          a number outside what the score allows; also a ValueError

Usage errors are Click's own (2).  Anything else is a bug and keeps its traceback.
The command line maps the tree to exit codes in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence


def place_of(path: object, line: int = 0) -> str:
    r"""
    A place as messages name it: a file whose name holds a line break cannot forge a line of ours.

    >>> print(place_of("a\nb.yaml", 3))
    a\nb.yaml:3
    """
    name = str(path)
    if not name.isprintable():
        name = "".join(_escaped(mark) for mark in name)
    return f"{name}:{line}" if line else name


def _escaped(mark: str) -> str:
    return mark if mark.isprintable() else mark.encode("unicode_escape").decode()


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing wrong with one place of the input.

    Attributes:
        path: The file as the user named it; "" when the input was no file.
        line: Line of the file, counted from 1; 0 when there is none.
        where: The field, such as ``claims[2].question.closes``; may be "".
        message: What was found, what is allowed, what to do.
        warning: True when the input can be used all the same.
    """

    path: str
    line: int
    where: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        place = place_of(self.path, self.line)
        return ": ".join(part for part in (place, self.where, self.message) if part)


class ForetrackError(Exception):
    """
    Base of all; its text is meant for the user as it is.
    """

    exit_code: ClassVar[int] = 1


class InvalidInput(ForetrackError):
    """
    The input cannot be used.  Carries every problem found, not just the first.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, problems: Sequence[Problem] | str) -> None:
        if isinstance(problems, str):
            problems = [Problem("", 0, "", problems)]
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DatabaseError(ForetrackError):
    """
    The database cannot do what was asked.
    """

    exit_code: ClassVar[int] = 4


class CannotConnect(DatabaseError):
    """
    There is no usable database at the place named.
    """


class SchemaOutOfDate(DatabaseError):
    """
    The database's schema is not the program's.
    """


class Conflict(DatabaseError):
    """
    The record as it stands forbids the change.
    """


class CannotScore(ForetrackError):
    """
    A score was asked for that cannot be given.
    """

    exit_code: ClassVar[int] = 5


class NothingResolved(CannotScore):
    """
    There is no forecast with an outcome to score.
    """


class OutOfRange(CannotScore, ValueError):
    """
    A number lies outside what the score allows.
    """

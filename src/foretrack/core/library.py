"""
The lexicons at hand: those that come with the program and the user's own.

The shipped ones are TOML files in ``lexicons`` beside this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from foretrack.core.lexicon import normal
from foretrack.core.lexicon_file import did_you_mean, parse
from foretrack.core.vocabulary import Reading
from foretrack.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from foretrack.core.lexicon import Lexicon

DEFAULT = "survey-2026.1"
SHIPPED = ("survey-2026.1", "icd-203", "phia", "nato-ajp-2.1", "ipcc", "efsa", "kent")

_FOLDER = Path(__file__).with_name("lexicons")


@cache
def shipped(name: str) -> Lexicon:
    """
    One of the lexicons that come with the program.

    Raises:
        InvalidInput: There is none of that name; the message lists those that are.
    """
    if name not in SHIPPED:
        raise InvalidInput(_no_such_lexicon(name, SHIPPED))
    return parse((_FOLDER / f"{name}.toml").read_bytes(), path=f"{name}.toml")


@dataclass(frozen=True, slots=True)
class Library:
    """
    The lexicons at hand: the shipped ones, each read when first needed, and the user's own.

    Raises:
        InvalidInput: Two lexicons with one id.

    >>> Library().where_scored("realistic possibility")
    ['phia']
    """

    user: tuple[Lexicon, ...] = ()

    def __post_init__(self) -> None:
        taken = dict.fromkeys(SHIPPED, "comes with foretrack")
        problems = []
        for lexicon in self.user:
            if lexicon.id in taken:
                message = f"a lexicon {lexicon.id!r} {taken[lexicon.id]}; choose another id"
                problems.append(Problem(lexicon.path, 0, "id", message))
            else:
                taken[lexicon.id] = f"is in {lexicon.path} already"
        if problems:
            raise InvalidInput(problems)

    def names(self) -> tuple[str, ...]:
        """
        The ids, the default first and the user's own last.
        """
        return (*SHIPPED, *(lexicon.id for lexicon in self.user))

    def get(self, name: str = DEFAULT) -> Lexicon:
        """
        The lexicon of that id.

        Raises:
            InvalidInput: There is none of that id; the message lists those that are.
        """
        for lexicon in self.user:
            if lexicon.id == name:
                return lexicon
        if name not in SHIPPED:
            raise InvalidInput(_no_such_lexicon(name, self.names()))
        return shipped(name)

    def known(self, phrase: str) -> bool:
        """
        Whether some lexicon lists the phrase, scored or not.
        """
        return any(lexicon.look_up(phrase) for lexicon in self._all())

    def scorable(self, phrase: str) -> bool:
        """
        Whether some lexicon gives the phrase a probability to score by.
        """
        return any(_scores(lexicon, phrase) for lexicon in self._all())

    def reading(self, phrase: str) -> Reading:
        """
        How the phrase is taken unless somebody says otherwise, by the first lexicon that lists it.

        >>> Library().reading("is expected to").value, Library().reading("likely").value
        ('assumed', 'explicit')
        """
        found = (lexicon.look_up(phrase) for lexicon in self._all())
        return next((entry.reading for entry in found if entry), Reading.EXPLICIT)

    def where_scored(self, phrase: str) -> list[str]:
        """
        The ids of the lexicons that give the phrase a probability to score by.
        """
        return [lexicon.id for lexicon in self._all() if _scores(lexicon, phrase)]

    def nearest(self, phrase: str, n: int = 3) -> list[str]:
        """
        The known phrases closest to this one, the closest first; [] when none is close.

        Phrases that stand within the given one come before phrases that are merely alike.

        >>> Library().nearest("is not likely to", n=2)
        ['not likely', 'likely']
        """
        import difflib  # what a phrase that is known has no need of

        wanted = normal(phrase)
        known = {key: entry.phrase for each in self._all() for key, entry in each.entries.items()}
        within = [key for key in known if f" {key} " in f" {wanted} "]
        within.sort(key=lambda key: (-len(key), key))
        alike = difflib.get_close_matches(wanted, known, n=n, cutoff=0.6)
        return [known[key] for key in dict.fromkeys([*within, *alike])][:n]

    def _all(self) -> Iterator[Lexicon]:
        return (self.get(name) for name in self.names())


def _scores(lexicon: Lexicon, phrase: str) -> bool:
    entry = lexicon.look_up(phrase)
    return entry is not None and entry.scorable


def _no_such_lexicon(name: str, known: Collection[str]) -> str:
    return f"no lexicon {name!r}{did_you_mean(name, known)}; known are {', '.join(known)}"

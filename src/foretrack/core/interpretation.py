"""
What the lexicons make of a phrase that somebody found in an article.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from foretrack.core.lexicon import Unscored
from foretrack.core.vocabulary import Unscorable

if TYPE_CHECKING:
    from foretrack.core.lexicon import Entry
    from foretrack.core.library import Library

_REASONS: Final = {
    Unscored.HEDGE: Unscorable.HEDGE,
    Unscored.NO_DIRECTION: Unscorable.HEDGE,
    Unscored.DOUBLE_NEGATION: Unscorable.HEDGE,
    Unscored.CHANGE: Unscorable.ORDINAL,
    Unscored.ORDINAL: Unscorable.ORDINAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """
    What the lexicons make of a phrase.

    Attributes:
        phrase: As a lexicon spells it; as given where none knows it.
        lexicon: The lexicon that the source is read by.
        entry: The phrase there, or None.
        scored: The lexicons that give it a probability.
        known: Whether any lexicon lists it.
        nearest: Known phrases like it, where none lists it.
        unscorable: The reason to propose when no lexicon scores it by design, as a hedge.
    """

    phrase: str
    lexicon: str
    entry: Entry | None
    scored: tuple[str, ...] = ()
    known: bool = True
    nearest: tuple[str, ...] = ()
    unscorable: Unscorable | None = None


def interpret(phrase: str, library: Library, *, lexicon: str) -> Interpretation:
    """
    What the lexicons make of a phrase, the source's own or the default one first.

    Raises:
        InvalidInput: There is no lexicon of that name.
    """
    names = (lexicon, *(name for name in library.names() if name != lexicon))
    found = [entry for name in names if (entry := library.get(name).look_up(phrase))]
    if not found:
        nearest = tuple(library.nearest(phrase))
        return Interpretation(
            phrase=phrase, lexicon=lexicon, entry=None, known=False, nearest=nearest
        )
    first = found[0]
    return Interpretation(
        phrase=first.phrase,
        lexicon=lexicon,
        entry=library.get(lexicon).look_up(phrase),
        scored=tuple(library.where_scored(phrase)),
        unscorable=_REASONS[first.reason or Unscored.HEDGE] if not first.scorable else None,
    )

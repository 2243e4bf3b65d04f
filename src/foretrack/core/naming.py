"""
Ids proposed for what is new: short, allowed in the files, and free.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from foretrack.core.vocabulary import SourceKind

if TYPE_CHECKING:
    from collections.abc import Collection

_LONGEST: Final = 80
_LITTLE: Final = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "been", "by", "did", "do", "does", "for", "from",
    "has", "have", "if", "in", "into", "is", "it", "its", "not", "of", "on", "or", "s", "that",
    "the", "their", "there", "this", "to", "was", "were", "will", "with", "would",
})  # fmt: skip


class Ids(NamedTuple):
    """
    Ids that a record gave away, of one kind.

    Attributes:
        ever: Every one there is or was.
        withdrawn: Those of them that were withdrawn, and not brought back.
    """

    ever: frozenset[str] = frozenset()
    withdrawn: frozenset[str] = frozenset()


def slug(text: str) -> str:
    """
    The text as an id: lower-case letters, digits and hyphens; "" when nothing is left.

    >>> slug("Café de l'Europe, 2nd ed.")
    'cafe-de-l-europe-2nd-ed'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")


def source_id(name: str, kind: str, *, taken: Collection[str] = ()) -> str:
    """
    A proposal: a person's last name, the whole name of anything else; "" when there is none.

    Args:
        name: Of the source.
        kind: What it is.
        taken: Ids that no source can have; one that the files hold may be the very one meant.

    >>> source_id("Anthony V. Rinna", "person")
    'rinna'
    """
    words = name.split()
    text = slug(words[-1] if words and kind == SourceKind.PERSON else name)
    return _free(_trimmed(text, 76), taken) if len(text) > 1 else ""


def article_id(source: str, year: int, *, taken: Collection[str]) -> str:
    """
    A proposal: source and year, with a number where that is taken.

    >>> article_id("gruzer", 2024, taken=["gruzer-2024"])
    'gruzer-2024-2'
    """
    return _free(f"{_trimmed(source, 70)}-{year}", taken)


def claim_id(article: str, says: str, *, taken: Collection[str]) -> str:
    """
    A proposal: the article and a few words of the claim.

    >>> claim_id("gruzer-2024", "A military alliance of Russia and North Korea", taken=[])
    'gruzer-2024-military-alliance-russia'
    """
    return _free(_trimmed(f"{article}-{_few(says, 3)}", 76), taken)


def question_id(statement: str, year: int, *, taken: Collection[str]) -> str:
    """
    A proposal: a few words of the statement and the year in which the window closes.

    >>> question_id("Will Russia and the DPRK ally?", 2027, taken=[])
    'russia-dprk-ally-by-2027'
    """
    return _free(f"{_trimmed(_few(statement, 5), 66)}-by-{year}".strip("-"), taken)


def _few(text: str, number: int) -> str:
    words = [word for word in slug(text).split("-") if word and word not in _LITTLE]
    return "-".join(words[:number])


def _trimmed(text: str, longest: int = _LONGEST) -> str:
    return text[:longest].strip("-")


def _free(name: str, taken: Collection[str]) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found

"""
How a problem shows what was found: inert, short, and with the nearest right word.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 60


def shown(text: str) -> str:
    r"""
    Text from a file, safe to print: what a terminal could act on is escaped, and it is cut.

    >>> print(shown("a\x1b[31mb"))
    a\x1b[31mb
    """
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    if cut.isprintable():
        return cut
    return "".join(
        mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in cut
    )


def quoted(text: str) -> str:
    """
    The same in double quotes.

    >>> print(quoted("1,2"))
    "1,2"
    """
    return f'"{shown(text)}"'


def near(word: str, words: Iterable[str]) -> str:
    """
    A question that names the nearest of the words, or nothing.

    >>> near("hegde", ["hedge", "ordinal"])
    '; did you mean hedge?'
    """
    found = get_close_matches(word.lower(), list(words), n=1)
    return f"; did you mean {found[0]}?" if found else ""

"""
Text for people at a terminal, broken between words.
"""

from __future__ import annotations

import shutil
import sys
from typing import Final

from foretrack.report.text import width

TIED: Final = "\xa0"
"""
A space at which no line breaks; it is printed as a plain one.
"""


def fitted(text: str) -> str:
    """
    The text in lines that fit the terminal; as it is where standard output is none.
    """
    if sys.stdout.isatty():
        return broken(text, shutil.get_terminal_size().columns)
    return text.replace(TIED, " ")


def broken(text: str, room: int) -> str:
    """
    The text in lines of at most so many cells, those that follow two further in than the first.

    A word is never folded, so that an id or an address can be copied whole.

    >>> print(broken("  port-strike: likely, so far", 20))
      port-strike:
        likely, so far
    """
    lines = (_broken(line, room) for line in text.split("\n"))
    return "\n".join(lines).replace(TIED, " ")


def _broken(line: str, room: int) -> str:
    if width(line) <= room:
        return line
    bare = line.lstrip(" ")
    indent = " " * (len(line) - len(bare))
    found = indent
    used, fresh = len(indent), True
    for word in bare.split(" "):
        taken = width(word)
        if not fresh and used + 1 + taken > room:
            found = f"{found.rstrip(' ')}\n{indent}  {word}"
            used = len(indent) + 2 + taken
        else:
            found += word if fresh else f" {word}"
            used += taken + (not fresh)
        fresh = False
    return found

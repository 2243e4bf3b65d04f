"""
Text of unknown origin, made harmless, and set in lines of a given width.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_SPACE: Final = re.compile(r"[ \t\r]*[\n\t][ \t\r\n]*")
_BREAKS_AFTER: Final = "-/_.,"
# joiners shape letters in some scripts, and these signs of Arabic, Syriac and Kaithi are visible
_HARMLESS: Final = frozenset("\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")
_UNSEEN: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")


class Span(NamedTuple):
    """
    A run of text in one tone.

    Attributes:
        tone: ``strong``, ``quiet``, ``warn``, ``bad``, or "" for plain text.
    """

    text: str
    tone: str = ""


def inert(text: str, *, lines: bool = False) -> str:
    r"""
    The text with everything that a terminal would act on, or not show, as a visible escape.

    Line breaks and tabs become spaces, and are dropped at either end.  Letters that run from
    right to left stay; the characters that override the direction do not.

    Args:
        text: Anything.
        lines: Keep line breaks, where several lines are expected.

    >>> inert("\x1b[31mred\nalert\u202e")
    '\\x1b[31mred alert\\u202e'
    """
    if text.isprintable():
        return text
    if lines:
        return "\n".join(inert(line) for line in text.replace("\r\n", "\n").split("\n"))
    return "".join(_visible(char) for char in _SPACE.sub(" ", text.strip("\n\r\t")))


def _visible(char: str) -> str:
    if char.isprintable() or not unseen(char):
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def unseen(char: str) -> bool:
    """
    Whether a character controls, reorders or breaks lines rather than show.
    """
    return unicodedata.category(char) in _UNSEEN and char not in _HARMLESS


def width(text: str) -> int:
    """
    How many cells of a fixed-width font the text takes.

    >>> width("Brier"), width("予測")
    (5, 4)
    """
    if text.isascii():
        return len(text)
    return sum(_cells(char) for char in text)


def _cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(
    spans: Sequence[Span], available: int, *, measure: Callable[[str], int] = width
) -> list[list[Span]]:
    """
    The spans in lines no wider than what is available.

    Lines break between words; a word that is too long for any line is folded after a hyphen or
    the like, and nothing is ever cut off.

    Args:
        spans: Their texts follow each other as they are, without a space between.
        available: Cells in a line, at least 2.

    >>> [line[0].text for line in wrap([Span("war-or-peace in our time")], 8)]
    ['war-or-', 'peace in', 'our time']
    """
    if sum(measure(span.text) for span in spans) <= available:
        return [list(spans)]
    available = max(available, 2)
    found: list[list[Span]] = [[]]
    used = 0
    for span in spans:
        for word in re.findall(r" *[^ ]+| +$", span.text):
            taken = measure(word)
            if used + taken > available and used:
                found.append([])
                used, word = 0, word.lstrip(" ")
                taken = measure(word)
            while taken > available:
                place = _fold(word, available, measure)
                _put(found[-1], Span(word[:place], span.tone))
                found.append([])
                word = word[place:]
                taken = measure(word)
            _put(found[-1], Span(word, span.tone))
            used += taken
    return found


def _put(line: list[Span], span: Span) -> None:
    if line and line[-1].tone == span.tone:
        line[-1] = Span(line[-1].text + span.text, span.tone)
    elif span.text:
        line.append(span)


def _fold(word: str, available: int, measure: Callable[[str], int]) -> int:
    """
    Where to fold a word: after the last mark that fits if there is one, at least one character.
    """
    fits, taken = 0, 0
    for char in word:
        taken += measure(char)
        if taken > available:
            break
        fits += 1
    fits = max(fits, 1)
    marks = [place + 1 for place in range(fits // 2, fits) if word[place] in _BREAKS_AFTER]
    return marks[-1] if marks else fits


def longest_word(texts: Iterable[str], *, measure: Callable[[str], int] = width) -> int:
    """
    The width of the widest word.
    """
    return max((measure(word) for text in texts for word in text.split(" ")), default=0)

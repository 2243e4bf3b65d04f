"""
Where the words that a claim quotes stand in its article.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from foretrack.core.lexicon import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

# The lexicons list "is expected to"; articles say that things are, and were.
_IS: Final = re.compile(r"^is (?=\w)")
_FORMS_OF_IS: Final = r"(?:is|are|was|were|be|been|being|'s|'re)"


def standing(phrase: str, paragraphs: Sequence[str]) -> tuple[int, ...]:
    """
    The numbers of the paragraphs in which the words of a phrase stand, counted from 1.

    Case, white space, hyphens and the number and tense of "is" do not matter.  Words that run on
    from one paragraph into the next stand in both: in some texts every line counts as a paragraph.

    >>> standing("almost certainly", ["It is almost", "certainly over.", "It may be."])
    (1, 2)
    """
    wanted = _pattern(phrase)
    plain = [_plain(paragraph) for paragraph in paragraphs]
    found = {number for number, text in enumerate(plain, start=1) if wanted.search(text)}
    for number, (text, following) in enumerate(pairwise(plain), start=1):
        across = wanted.finditer(f"{text} {following}")
        if any(one.start() < len(text) < one.end() for one in across):
            found |= {number, number + 1}
    return tuple(sorted(found))


def _pattern(phrase: str) -> re.Pattern[str]:
    plain = _plain(phrase)
    rest = _IS.sub("", plain)
    words = r"\s+".join(map(re.escape, rest.split()))
    if rest != plain:
        words = rf"{_FORMS_OF_IS}\s+{words}"
        return re.compile(rf"(?:(?<!\w)|(?='s|'re)){words}(?!\w)")
    return re.compile(rf"(?<!\w){words}(?!\w)")


def _plain(text: str) -> str:
    """
    Small letters, single spaces, straight apostrophes, "will not" for "won't".
    """
    return re.sub(r"\bwon't\b", "will not", normal(text.replace("\u2019", "'")))

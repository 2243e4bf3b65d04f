"""
Where claims may stand in a text: the words that forecasts are made in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from foretrack.core import horizons
from foretrack.core.lexicon import normal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foretrack.core.library import Library

# Words that often stand in a forecast and that no lexicon lists.
_FUTURE: Final = (
    "would", "should", "shall", "won't", "going to", "about to", "expect", "expects", "expected",
    "anticipate", "anticipated", "foresee", "forecast", "predict", "predicts", "predicted",
    "promises to", "in the future", "future", "prospects", "outlook",
)  # fmt: skip
_MONTH_OF_MAY: Final = re.compile(
    r"\b(?:in|of|since|until|till|by|from|to|last|this|next|late|early|mid|\d{1,2})[ -]May\b"
    r"|\bMay(?=,? \d)"
)


def spotted(paragraphs: Iterable[str], library: Library) -> list[tuple[str, ...]]:
    """
    For each paragraph the estimative phrases and words of the future in it, in their order.

    They show where claims may stand; many are none, and claims without such words exist.

    >>> from foretrack.core.library import Library
    >>> spotted(["Trade is not likely to grow in May.", "It was large."], Library())
    [('not likely',), ()]
    """
    listed = {key for name in library.names() for key in library.get(name).entries}
    spans = {words for words in horizons.HORIZONS if " " in words}
    wanted = sorted({*listed, *spans, *_FUTURE}, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, wanted))})(?!\w)")
    found = []
    for paragraph in paragraphs:
        plain = normal(_MONTH_OF_MAY.sub(" ", paragraph).replace("\u2019", "'"))
        found.append(tuple(dict.fromkeys(pattern.findall(plain))))
    return found

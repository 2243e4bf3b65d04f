"""
Words that forecasts are made in are found, and others are not.
"""

from __future__ import annotations

import pytest

from foretrack.core.library import Library
from foretrack.core.spotting import spotted


@pytest.mark.parametrize(
    ("paragraph", "found"),
    [
        ("A treaty is not likely, and trade will fall.", ("not likely", "will")),
        ("An alliance is highly\u00a0unlikely in the medium-term.",
         ("highly unlikely", "medium term")),
        ("It was signed in May 2024, on 3 May; May 4 was free.", ()),
        ("May it last? They may.", ("may",)),
        ("The will to go on willingly", ("will",)),
        ("They won\u2019t.", ("won't",)),
        ("They met.", ()),
    ],
)  # fmt: skip
def test_spotted(paragraph: str, found: tuple[str, ...]) -> None:
    """
    The longest phrase counts, whole words only, and the month of May is none.
    """
    assert spotted([paragraph], Library()) == [found]

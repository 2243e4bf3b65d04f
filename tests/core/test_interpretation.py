"""
What the lexicons make of a phrase.
"""

from __future__ import annotations

import pytest

from foretrack.core.interpretation import interpret
from foretrack.core.library import DEFAULT, Library

LIBRARY = Library()


def test_scored() -> None:
    """
    "unlikely" is 0.20 [0.10-0.25] under the pooled surveys.
    """
    found = interpret("Unlikely", LIBRARY, lexicon=DEFAULT)
    assert found.phrase == "unlikely"
    assert found.entry is not None
    assert (found.entry.point, found.entry.low, found.entry.high) == (0.2, 0.1, 0.25)
    assert found.unscorable is None


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [("may", "hedge"), ("increasingly likely", "ordinal"), ("not impossible", "hedge")],
)
def test_not_scored(phrase: str, reason: str) -> None:
    """
    A phrase that is listed and not scored comes with the reason to propose.
    """
    assert interpret(phrase, LIBRARY, lexicon=DEFAULT).unscorable == reason


def test_scored_elsewhere() -> None:
    """
    The lexicons that score a phrase are named where the source's own does not.
    """
    found = interpret("realistic possibility", LIBRARY, lexicon=DEFAULT)
    assert found.scored == ("phia",)


def test_unknown() -> None:
    """
    A misspelt phrase comes with the nearest known ones.
    """
    found = interpret("unlikly", LIBRARY, lexicon=DEFAULT)
    assert not found.known
    assert "unlikely" in found.nearest

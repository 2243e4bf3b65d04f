"""
The words of a phrase are found where they stand, however they are set.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core.quoting import standing

WORDS = st.lists(st.sampled_from(["will", "almost", "certainly", "probably", "not"]), min_size=1)


@pytest.mark.parametrize(
    ("phrase", "paragraphs", "found"),
    [
        ("probably", ["It will PROBABLY rain.", "Probable, not probably?", "Improbably."], (1, 2)),
        ("almost certainly", ["almost\tcertainly", "almost-certainly", "certainly almost"], (1, 2)),
        ("will not", ["It won\u2019t.", "It will\u00a0not.", "It wills nothing."], (1, 2)),
        ("is expected to", ["They are expected to go.", "It's expected to.", "I expected to."],
         (1, 2)),
        ("50/50", ["It is 50/50.", "It is 150/50."], (1,)),
        ("not likely", ["It is not", "likely to end.", "Likely."], (1, 2)),
        ("likely", ["unlikely", "It is likely"], (2,)),
        ("likely", [], ()),
    ],
)  # fmt: skip
def test_standing(phrase: str, paragraphs: list[str], found: tuple[int, ...]) -> None:
    """
    Whole words count, in any case and spacing, and across the end of a line.
    """
    assert standing(phrase, paragraphs) == found


@given(st.lists(WORDS, max_size=5), WORDS, st.sampled_from([" ", "\n", "  ", "-", "\u00a0"]))
def test_a_paragraph_with_the_phrase_is_found(
    others: list[list[str]], phrase: list[str], between: str
) -> None:
    """
    A paragraph that holds the phrase is among those found, whatever stands around it.
    """
    paragraphs = [" ".join(words) for words in others]
    paragraphs.append(f"So it {between.join(phrase).upper()}, they said.")
    assert len(paragraphs) in standing(" ".join(phrase), paragraphs)

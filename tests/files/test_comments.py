"""
Comments in YAML are told from text that looks like them.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core.library import Library
from foretrack.core.records import Source
from foretrack.core.vocabulary import SourceKind
from foretrack.files.comments import has_comments
from foretrack.files.reading import parse
from foretrack.files.validation import validate
from foretrack.files.writing import sources_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b\n", False),
        ("a: b#c\n", False),
        ("a: 'b # c'\n", False),
        ('a: "b # c"\n', False),
        ("a: |\n  b # c\n  # d\n", False),
        ("a: >-\n  b # c\n", False),
        ("a: [b, c]  # d\n", True),
        ("# d\na: b\n", True),
        ("\ufeff# d\na: b\n", True),
        ("a: b\n# d", True),
        ("a: |  # d\n  b\n", True),
        ("a: |\n  b\n# d\nc: e\n", True),
        ("a: b # d\n", True),
    ],
)
def test_found(text: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    """
    A number sign within a value is no comment.
    """
    assert has_comments(text) == expected


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_written_values_are_no_comments(note: str) -> None:
    """
    What the program writes never looks like a comment, and reads back.
    """
    source = Source(id="one", name="One", kind=SourceKind.PERSON, note=note)
    text = sources_text([source])
    assert not has_comments(text)
    if note.strip():
        checked = validate([parse(text, path="x")], phrases=Library())
        assert checked.sources == (source,)

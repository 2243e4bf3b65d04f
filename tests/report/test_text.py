"""
Text of unknown origin comes out inert, and lines never lose a character.
"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.report.text import Span, inert, width, wrap

ANYTHING = st.text(st.characters(), max_size=60)


class TestInert:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("plain – text", "plain – text"),
            ("[bold]red[/bold]", "[bold]red[/bold]"),
            ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
            ("\x9b2Jcleared", "\\x9b2Jcleared"),
            ("bell\x07", "bell\\x07"),
            ("over\rwritten", "over\\x0dwritten"),
            ("one\ntwo\r\nthree\tfour\n", "one two three four"),
            ("evil\u202egnp.exe", "evil\\u202egnp.exe"),
            ("\u2066x\u2069\u200f\u061c", "\\u2066x\\u2069\\u200f\\u061c"),
            ("line\u2028break", "line\\u2028break"),
            ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
            ("half\ud800pair", "half\\ud800pair"),
            ("tag\U000e0041", "tag\\U000e0041"),
            ("שלום, سلام, 予測, é", "שלום, سلام, 予測, é"),
            ("no\u00a0break", "no\u00a0break"),
        ],
    )
    def test_shows_what_would_act(self, text: str, expected: str) -> None:
        """
        Controls, overrides of direction and the like become visible; letters stay.
        """
        assert expected == inert(text)

    def test_keeps_lines_where_they_are_expected(self) -> None:
        """
        With ``lines`` only line breaks are left as they are.
        """
        assert inert("one\r\ntwo\x1b", lines=True) == "one\ntwo\\x1b"

    @given(ANYTHING)
    def test_leaves_nothing_that_acts(self, text: str) -> None:
        """
        What is left can be encoded, has no control or separator of lines, and is inert again.
        """
        result = inert(text)

        assert not {unicodedata.category(char) for char in result} & {"Cc", "Cs", "Zl", "Zp"}
        assert result == result.encode().decode()
        assert result == inert(result)


class TestWrap:
    @given(st.lists(ANYTHING, min_size=1, max_size=3), st.integers(2, 30))
    def test_loses_nothing_and_fits(self, texts: list[str], available: int) -> None:
        """
        Every line fits, and the characters other than spaces come back in their order.
        """
        spans = [Span(inert(text), str(place)) for place, text in enumerate(texts)]

        lines = wrap(spans, available)

        flat = ["".join(span.text for span in line) for line in lines]
        assert all(width(line) <= available for line in flat)
        assert "".join(span.text for span in spans).replace(" ", "") == "".join(flat).replace(
            " ", ""
        )

    def test_folds_an_id_at_a_hyphen(self) -> None:
        """
        A word that fits no line is folded after its last hyphen that does.
        """
        lines = wrap([Span("see russia-dprk-alliance")], 12)

        assert [line[0].text for line in lines] == ["see", "russia-dprk-", "alliance"]

    def test_keeps_tones(self) -> None:
        """
        Each word keeps the tone of its span.
        """
        lines = wrap([Span("one two ", "bad"), Span("three")], 8)

        assert [[Span("one two ", "bad")], [Span("three")]] == [
            [Span(span.text.ljust(8), span.tone) if span.tone else span for span in line]
            for line in lines
        ]

"""
What a lexicon's file holds, and what a bad one gets.
"""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core.lexicon import Lexicon, Stance, stance
from foretrack.core.lexicon_file import parse
from foretrack.errors import InvalidInput

GOOD = """\
id = "house"
title = "House style"
citation = "Our style guide, 2025"

[[entries]]
phrases = ["likely", "on the cards"]
point = 0.7
low = 0.6
high = 0.8

[[entries]]
phrase = "up in the air"
scorable = false
reason = "hedge"

[[forms]]
phrase = "will likely"
form_of = "likely"
note = "The same word."
"""


def house(text: str = GOOD) -> Lexicon:
    return parse(text, path="house.toml")


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        parse(text, path="house.toml")
    return [str(problem) for problem in caught.value.problems]


class TestParse:
    """
    A user's own file.
    """

    def test_good_file(self) -> None:
        """
        Entries, unscored phrases and forms come out as written; text and bytes are the same.
        """
        lexicon = house()
        assert lexicon.id == "house"
        assert lexicon.path == "house.toml"
        assert list(lexicon.entries) == ["likely", "on the cards", "up in the air", "will likely"]
        assert Stance(0.7, 0.6, 0.8) == stance(lexicon, phrase="will likely")
        assert stance(lexicon, phrase="up in the air") is None
        assert lexicon == parse(GOOD.encode(), path="house.toml")
        assert lexicon.checksum == hashlib.sha256(GOOD.encode()).hexdigest()

    def test_byte_order_mark_and_crlf(self) -> None:
        """
        A file saved by a Windows editor is read.
        """
        content = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
        assert house().entries == parse(content, path="house.toml").entries

    def test_midpoints(self) -> None:
        """
        A lexicon of bands gets the midpoint of each.
        """
        text = GOOD.replace("point = 0.7\n", "").replace(
            "[[entries]]", 'point = "midpoint of the band"\n\n[[entries]]', 1
        )
        found = house(text.replace("0.8", "0.9")).look_up("likely")
        assert found is not None
        assert found.point == 0.75

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ('id = "house"\n', "", ["id: missing"]),
            (
                '"house"',
                '"My House"',
                [
                    (
                        "1: id: 'My House' is no id; use lower-case letters, digits, dots "
                        "and hyphens, 80 at most"
                    )
                ],
            ),
            ('citation = "Our style guide, 2025"\n', "", ["citation: missing"]),
            ('"House style"', "7", ["2: title: 7 is no text; put it in quotes"]),
            ('"House style"', '" "', ["2: title: empty"]),
            (
                "title =",
                "titel =",
                [
                    "2: titel: unknown key, did you mean 'title'?",
                    "title: missing",
                ],
            ),
            (
                "point = 0.7",
                "piont = 0.7",
                [
                    "5: entries[0].piont: unknown key, did you mean 'point'?",
                    "5: entries[0].point: missing; a scored phrase needs it",
                ],
            ),
            (
                "point = 0.7",
                "point = 0.9",
                ["5: entries[0].point: 0.9 is outside its band, 0.6 to 0.8"],
            ),
            (
                "point = 0.7",
                "point = 70",
                ["5: entries[0].point: 70 is not between 0 and 1; 70% is 0.7"],
            ),
            (
                "point = 0.7",
                "point = -0.5",
                ["5: entries[0].point: -0.5 is not between 0 and 1"],
            ),
            (
                "point = 0.7",
                'point = "0.7"',
                [("5: entries[0].point: '0.7' is no number; write a probability such as 0.7")],
            ),
            (
                "point = 0.7",
                "point = true",
                [("5: entries[0].point: True is no number; write a probability such as 0.7")],
            ),
            (
                "point = 0.7",
                "point = nan",
                [("5: entries[0].point: nan is no number; write a probability such as 0.7")],
            ),
            (
                "point = 0.7",
                "point = 1" + "0" * 400,
                ["5: entries[0].point: 1" + "0" * 400 + " is not between 0 and 1"],
            ),
            (
                "point = 0.7",
                "point = inf",
                ["5: entries[0].point: inf is not between 0 and 1"],
            ),
            ("low = 0.6", "low = 0.9", ["5: entries[0].low: 0.9 is above high, 0.8"]),
            (
                "high = 0.8\n",
                "",
                ["5: entries[0].high: missing; a scored phrase needs it"],
            ),
            (
                "high = 0.8",
                "high = 0.8\nwide = [0.65, 0.9]",
                ["5: entries[0].wide: 0.65 to 0.9 does not hold the band, 0.6 to 0.8"],
            ),
            (
                "high = 0.8",
                "high = 0.8\nwide = 0.9",
                [("5: entries[0].wide: 0.9 is no band; write two numbers, such as [0.1, 0.3]")],
            ),
            (
                "high = 0.8",
                "high = 0.8\nn = 0",
                ["5: entries[0].n: 0 is no count; write a whole number from 1"],
            ),
            (
                'reason = "hedge"',
                'reason = "hegde"',
                [
                    (
                        "11: entries[1].reason: 'hegde' is not one of hedge, no-direction, "
                        "double-negation, change, ordinal, did you mean 'hedge'?"
                    )
                ],
            ),
            (
                'reason = "hedge"\n',
                "",
                [
                    (
                        "11: entries[1].reason: missing; one of hedge, no-direction, "
                        "double-negation, change, ordinal"
                    )
                ],
            ),
            (
                "high = 0.8",
                'high = 0.8\nreason = "hedge"',
                [("5: entries[0].reason: only a phrase with scorable = false has a reason")],
            ),
            (
                "scorable = false",
                'scorable = "no"',
                [
                    "11: entries[1].scorable: 'no' is neither true nor false",
                    ("11: entries[1].reason: only a phrase with scorable = false has a reason"),
                    "11: entries[1].low: missing; a scored phrase needs it",
                    "11: entries[1].high: missing; a scored phrase needs it",
                    "11: entries[1].point: missing; a scored phrase needs it",
                ],
            ),
            (
                "up in the air",
                "On  the-cards",
                ["11: entries[1]: 'On the-cards' is in entries[0] already"],
            ),
            (
                '"on the cards"',
                '"likely"',
                ["5: entries[0]: 'likely' is in entries[0] already"],
            ),
            (
                '"on the cards"',
                '"-"',
                ["5: entries[0]: '-' is no phrase: it needs printable words"],
            ),
            (
                '"on the cards"',
                '"\\u001b[31mlikely"',
                [("5: entries[0]: '\\x1b[31mlikely' is no phrase: it needs printable words")],
            ),
            ('"on the cards"', "3", ["5: entries[0].phrases[1]: 3 is no text"]),
            (
                'phrases = ["likely", "on the cards"]',
                'phrases = "likely"',
                [
                    '5: entries[0].phrases: \'likely\' is no list; write ["...", "..."]',
                    "16: forms[0].form_of: 'likely' is not among the entries",
                ],
            ),
            (
                'phrase = "up in the air"',
                "",
                [('11: entries[1]: needs either phrase = "..." or phrases = ["...", "..."]')],
            ),
            (
                'form_of = "likely"',
                'form_of = "lickely"',
                [
                    (
                        "16: forms[0].form_of: 'lickely' is not among the entries, did you "
                        "mean 'likely'?"
                    )
                ],
            ),
            ('note = "The same word."', "", ["16: forms[0].note: missing"]),
            (
                "[[forms]]",
                "[forms]",
                ["forms: write each of them as a table headed [[forms]]"],
            ),
            (
                "[[entries]]\nphrases",
                'point = "midpoint of the band"\n[[entries]]\nphrases',
                [
                    (
                        "6: entries[0].point: leave it out: this lexicon's points are the "
                        "midpoint of the band"
                    )
                ],
            ),
            (
                "[[entries]]\nphrases",
                "point = 0.5\n[[entries]]\nphrases",
                [("5: point: 0.5 is not one of given for each phrase, midpoint of the band")],
            ),
        ],
    )
    def test_one_mistake(self, old: str, new: str, expected: list[str]) -> None:
        """
        Each mistake is reported with its file, line, field and what is allowed.
        """
        assert GOOD.count(old) >= 1
        found = problems(GOOD.replace(old, new, 1))
        assert expected == [each.removeprefix("house.toml").lstrip(": ") for each in found]

    def test_several_mistakes_at_once(self) -> None:
        """
        All problems of a file come together.
        """
        text = GOOD.replace('id = "house"\n', "").replace("0.7", "7").replace("hedge", "fog")
        assert [
            problem if "missing" in problem else problem.split(": ")[1]
            for problem in problems(text)
        ] == ["house.toml: id: missing", "entries[0].point", "entries[1].reason"]

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("", "house.toml: the file is empty; a lexicon needs id, title, citation, entries"),
            (" \n", "house.toml: the file is empty; a lexicon needs id, title, citation, entries"),
            (b"id = 1\n\xff\xfe", "house.toml:2: not a text file in UTF-8"),
            ("id = 'a'\nid = 'b'\n", "house.toml:2: not TOML: Cannot overwrite a value"),
            ("claims:\n  - x\n", "house.toml:1: not TOML: Expected '=' after a key in a"),
            ("\x00\x01", "house.toml:1: not TOML: Invalid statement"),
            ("a = " + "[" * 100_000, "house.toml: not usable TOML: nested too deeply"),
            ("a = " + "9" * 5000, "house.toml: not TOML: Exceeds the limit"),
        ],
    )
    def test_not_a_lexicon_at_all(self, content: str | bytes, expected: str) -> None:
        """
        A file that is empty, binary or no TOML is one problem, with the line where there is one.
        """
        found = problems(content)
        assert len(found) == 1
        assert found[0].startswith(expected)

    def test_no_entries(self) -> None:
        """
        A lexicon without phrases is refused.
        """
        assert problems(GOOD.split("[[entries]]")[0]) == [
            "house.toml: entries: none; a lexicon needs at least one [[entries]]"
        ]

    @given(st.binary(max_size=60))
    def test_any_bytes_are_a_lexicon_or_invalid_input(self, content: bytes) -> None:
        """
        No content of a file leads to anything but a lexicon or InvalidInput.
        """
        with pytest.raises(InvalidInput):
            parse(content, path="x.toml")

    @given(
        st.dictionaries(
            st.sampled_from(["point", "low", "high", "wide", "scorable", "reason", "phrases"]),
            st.sampled_from(["1", "0.5", "'x'", "[]", "[0, 1]", "true", "1979-05-27", "{}", "nan"]),
        )
    )
    def test_any_values_are_a_lexicon_or_invalid_input(self, values: dict[str, str]) -> None:
        """
        No type of value leads to anything but a lexicon with sound bands or InvalidInput.
        """
        rows = "".join(f"{key} = {value}\n" for key, value in values.items())
        text = f"id='a-b'\ntitle='t'\ncitation='c'\n[[entries]]\nphrase='likely'\n{rows}"
        try:
            found = parse(text, path="x.toml").look_up("likely")
        except InvalidInput:
            return
        assert found is not None
        if found.scorable:
            assert found.low is not None
            assert found.point is not None
            assert found.high is not None
            assert 0 <= found.low <= found.point <= found.high <= 1

"""
Lexicons: the shipped figures, looking up, stances, and what a bad file gets.

The figures below were typed from the published tables and the pooled surveys, in percent, and not
from the data files.
"""

from __future__ import annotations

import hashlib
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core import lexicon as module
from foretrack.core.lexicon import (
    DEFAULT,
    SHIPPED,
    Entry,
    Lexicon,
    Library,
    Stance,
    Unscored,
    normal,
    parse,
    shipped,
    stance,
)
from foretrack.core.records import Reading
from foretrack.errors import InvalidInput

# For each phrase its band, low and high, in percent.
STANDARDS: dict[str, dict[str, tuple[float, float]]] = {
    "icd-203": {
        "almost no chance": (1, 5),
        "remote": (1, 5),
        "very unlikely": (5, 20),
        "highly improbable": (5, 20),
        "unlikely": (20, 45),
        "improbable": (20, 45),
        "roughly even chance": (45, 55),
        "roughly even odds": (45, 55),
        "likely": (55, 80),
        "probable": (55, 80),
        "very likely": (80, 95),
        "highly probable": (80, 95),
        "almost certain": (95, 99),
        "nearly certain": (95, 99),
    },
    "phia": {
        "remote chance": (0, 5),
        "highly unlikely": (10, 20),
        "unlikely": (25, 35),
        "realistic possibility": (40, 50),
        "likely": (55, 75),
        "probable": (55, 75),
        "highly likely": (80, 90),
        "almost certain": (95, 100),
    },
    "nato-ajp-2.1": {
        "highly unlikely": (0, 10),
        "unlikely": (10, 40),
        "even chance": (40, 60),
        "likely": (60, 90),
        "highly likely": (90, 100),
    },
    "ipcc": {
        "exceptionally unlikely": (0, 1),
        "extremely unlikely": (0, 5),
        "very unlikely": (0, 10),
        "unlikely": (0, 33),
        "about as likely as not": (33, 66),
        "more likely than not": (50, 100),
        "likely": (66, 100),
        "very likely": (90, 100),
        "extremely likely": (95, 100),
        "virtually certain": (99, 100),
    },
    "efsa": {
        "almost impossible": (0, 1),
        "extremely unlikely": (1, 5),
        "very unlikely": (5, 10),
        "unlikely": (10, 33),
        "about as likely as not": (33, 66),
        "more likely than not": (50, 100),
        "likely": (66, 90),
        "very likely": (90, 95),
        "extremely likely": (95, 99),
        "almost certain": (99, 100),
    },
    "kent": {
        "impossible": (0, 0),
        "almost certainly not": (7 - 5, 7 + 5),
        "probably not": (30 - 10, 30 + 10),
        "chances about even": (50 - 10, 50 + 10),
        "probable": (75 - 12, 75 + 12),
        "almost certain": (93 - 6, 93 + 6),
        "certain": (100, 100),
    },
}

# For each row of phrases the point, the band and the wide band, in percent.
SURVEY = {
    "will; is certain to; is bound to; inevitable; inevitably": (97, 95, 99, 90, 99),
    "will not; is certain not to; is bound not to": (3, 1, 5, 1, 10),
    "almost certain; almost certainly; nearly certain; nearly certainly; virtually certain; "
    "virtually certainly": (95, 90, 97, 88, 99),
    "highly likely; very likely; extremely likely; highly probable": (90, 80, 90, 75, 95),
    "very good chance; strong chance": (80, 75, 85, 70, 90),
    "likely; probable; probably; will likely; is expected to; is set to; is poised to; "
    "most likely": (72, 65, 80, 60, 85),
    "somewhat likely; fairly likely": (65, 60, 75, 55, 80),
    "more likely than not; better than even; on balance": (60, 55, 60, 51, 65),
    "even chance; about even; as likely as not; fifty-fifty; 50-50; 50/50": (50, 50, 50, 45, 55),
    "somewhat unlikely": (30, 25, 40, 15, 47),
    "probably not; doubtful": (25, 15, 33, 10, 40),
    "unlikely; not likely; not probable": (20, 10, 25, 5, 30),
    "improbable": (12, 5, 20, 1, 30),
    "little chance; slight chance; slim chance": (10, 5, 15, 5, 20),
    "highly unlikely; very unlikely; highly improbable": (7, 5, 10, 1, 20),
    "remote chance": (5, 3, 10, 1, 20),
    "almost no chance; virtually impossible": (2, 1, 5, 1, 10),
}

UNSCORED = {
    "may": "hedge",
    "might": "hedge",
    "could": "hedge",
    "can": "hedge",
    "perhaps": "hedge",
    "maybe": "hedge",
    "possibly": "hedge",
    "possible": "hedge",
    "a possibility": "hedge",
    "remains a possibility": "hedge",
    "realistic possibility": "hedge",
    "real possibility": "hedge",
    "serious possibility": "hedge",
    "cannot be ruled out": "hedge",
    "remains to be seen": "no-direction",
    "depends on": "no-direction",
    "up to debate": "no-direction",
    "unclear": "no-direction",
    "not unlikely": "double-negation",
    "not impossible": "double-negation",
    "not certain": "double-negation",
    "increasingly likely": "change",
    "more likely": "ordinal",
}


def share(percent: float) -> float:
    return round(percent / 100, 12)


def entry(name: str, phrase: str) -> Entry:
    found = shipped(name).look_up(phrase)
    assert found is not None, f"{name} lacks {phrase!r}"
    return found


class TestShipped:
    """
    The data that comes with the program.
    """

    @pytest.mark.parametrize("name", SHIPPED)
    def test_parses_and_names_its_source(self, name: str) -> None:
        """
        Every shipped lexicon parses, is named as its file, and says where its figures were read.
        """
        lexicon = shipped(name)
        assert name == lexicon.id
        assert lexicon.title
        assert lexicon.citation
        assert lexicon.checked

    def test_seven_with_the_survey_first(self) -> None:
        """
        Seven lexicons ship, each file is listed, and the survey is the default.
        """
        files = {path.stem for path in (Path(module.__file__).parent / "lexicons").iterdir()}
        assert files == set(SHIPPED)
        assert len(SHIPPED) == 7
        assert DEFAULT == "survey-2026.1" == SHIPPED[0]

    @pytest.mark.parametrize("name", STANDARDS)
    def test_standard_has_the_published_bands(self, name: str) -> None:
        """
        A standard has its table's phrases, with their bands and midpoints, and scores them all.
        """
        own = {each.phrase: each for each in shipped(name).entries.values() if not each.form_of}
        expected = {
            phrase: (share(low), share((low + high) / 2), share(high), True)
            for phrase, (low, high) in STANDARDS[name].items()
        }
        actual = {
            phrase: (each.low, each.point, each.high, each.scorable) for phrase, each in own.items()
        }
        assert expected == actual

    def test_survey_has_the_pooled_figures(self) -> None:
        """
        The survey lexicon scores exactly the phrases of its table, with point and both bands.
        """
        expected = {
            phrase: tuple(share(figure) for figure in figures)
            for phrases, figures in SURVEY.items()
            for phrase in phrases.split("; ")
        }
        actual = {
            each.phrase: (each.point, each.low, each.high, *(each.wide or ()))
            for each in shipped(DEFAULT).entries.values()
            if each.scorable
        }
        assert expected == actual

    def test_survey_lists_what_it_does_not_score(self) -> None:
        """
        Hedges and phrases without a direction are listed with their reason and not scored.
        """
        actual = {
            each.phrase: each.reason
            for each in shipped(DEFAULT).entries.values()
            if not each.scorable
        }
        assert {phrase: Unscored(reason) for phrase, reason in UNSCORED.items()} == actual

    @pytest.mark.parametrize(
        ("phrase", "n", "studies"),
        [
            ("will", 5174, 1),
            ("almost certain", 7407, 5),
            ("highly likely", 5739, 5),
            ("likely", 7400, 5),
            ("probable", 7571, 7),
            ("somewhat likely", 198, 1),
            ("better than even", 7203, 4),
            ("probably not", 169, 2),
            ("unlikely", 7402, 5),
            ("improbable", 5343, 3),
            ("remote chance", 5174, 1),
            ("might", 7032, 2),
        ],
    )
    def test_survey_says_how_many_were_asked(self, phrase: str, n: int, studies: int) -> None:
        """
        A surveyed phrase carries the number of answers and of studies.
        """
        found = entry(DEFAULT, phrase)
        assert (n, studies) == (found.n, found.studies)

    def test_unsurveyed_phrases_say_so(self) -> None:
        """
        A scored phrase of the survey has a count of answers or words on where it was set from.
        """
        own = [each for each in shipped(DEFAULT).entries.values() if each.scorable]
        assert [each.phrase for each in own if not each.basis] == []
        unsurveyed = [each.basis or "" for each in own if each.n is None and not each.form_of]
        assert all("no figure" in basis for basis in unsurveyed)

    @pytest.mark.parametrize("name", SHIPPED)
    def test_every_band_holds_its_point(self, name: str) -> None:
        """
        0 <= wide low <= low <= point <= high <= wide high <= 1 wherever they are given.
        """
        for each in shipped(name).entries.values():
            wide = each.wide or (each.low, each.high)
            chain = [0, wide[0], each.low, each.point, each.high, wide[1], 1]
            present = [figure for figure in chain if figure is not None]
            assert sorted(present) == present, each.phrase
            if each.scorable:
                assert len(present) == 7, each.phrase

    @pytest.mark.parametrize("name", [name for name in SHIPPED if name != DEFAULT])
    def test_forms_are_only_grammar_and_plain_negation(self, name: str) -> None:
        """
        A standard is extended by adverbs, "not likely" and "not probable" only, with reasons.
        """
        allowed = {
            "will likely": "likely",
            "probably": "probable",
            "almost certainly": "almost certain",
            "nearly certainly": "nearly certain",
            "virtually certainly": "virtually certain",
            "not likely": "unlikely",
            "not probable": "improbable",
        }
        for each in shipped(name).entries.values():
            if each.form_of:
                assert allowed[each.phrase] == each.form_of
                assert each.note
                whole = entry(name, each.form_of)
                assert (whole.point, whole.low, whole.high) == (each.point, each.low, each.high)

    def test_partitions_touch_without_overlap(self) -> None:
        """
        The bands of ICD 203 and NATO share their range without gap or overlap.
        """
        for name, ends in {"icd-203": (0.01, 0.99), "nato-ajp-2.1": (0.0, 1.0)}.items():
            bands = sorted({(each.low, each.high) for each in shipped(name).entries.values()})
            assert ends == (bands[0][0], bands[-1][1])
            assert [high for _, high in bands[:-1]] == [low for low, _ in bands[1:]]

    def test_ipcc_bands_are_nested(self) -> None:
        """
        The upper terms of the IPCC hold one another.
        """
        upper = ["more likely than not", "likely", "very likely", "extremely likely"]
        lows = [entry("ipcc", phrase).low or 0 for phrase in [*upper, "virtually certain"]]
        assert sorted(set(lows)) == lows

    def test_checksum_is_that_of_the_file(self) -> None:
        """
        The checksum is SHA-256 of the bytes as they stand on disk.
        """
        content = (Path(module.__file__).parent / "lexicons" / "phia.toml").read_bytes()
        assert hashlib.sha256(content).hexdigest() == shipped("phia").checksum

    def test_unknown_name_lists_the_known(self) -> None:
        """
        A misspelt name is answered with the nearest and with all that there are.
        """
        with pytest.raises(InvalidInput, match="no lexicon 'phai', did you mean 'phia'") as caught:
            shipped("phai")
        assert all(name in str(caught.value) for name in SHIPPED)

    def test_read_once(self) -> None:
        """
        A shipped lexicon is the same object every time.
        """
        assert shipped("kent") is shipped("kent")


class TestLookUp:
    """
    Which spellings are one phrase.
    """

    @pytest.mark.parametrize(
        "spelling",
        ["fifty-fifty", "Fifty fifty", "  FIFTY\u2011fifty ", "fifty\u2013fifty", "fifty\nfifty"],
    )
    def test_case_space_and_hyphen_do_not_matter(self, spelling: str) -> None:
        """
        Case, white space and hyphens are forgiven.
        """
        assert entry(DEFAULT, spelling).phrase == "fifty-fifty"

    @pytest.mark.parametrize(
        "phrase", ["a remote chance", "unlikely to", "likelyunlikely", "", "is not certain"]
    )
    def test_words_do_matter(self, phrase: str) -> None:
        """
        No phrase is read from part of itself, and an article counts as a word.
        """
        assert shipped(DEFAULT).look_up(phrase) is None

    def test_not_likely_is_unlikely(self) -> None:
        """
        "Unlikely" and "not likely" are both 0.20 by default, not the complement, 0.28.
        """
        assert 0.2 == entry(DEFAULT, "unlikely").point == entry(DEFAULT, "not likely").point
        for name in SHIPPED:
            if name != "kent":
                assert entry(name, "unlikely").point == entry(name, "not likely").point

    def test_will_not_is_its_own_entry(self) -> None:
        """
        "Will not" is listed by itself, the complement of "will", and both are implied readings.
        """
        yes, no = entry(DEFAULT, "will"), entry(DEFAULT, "will not")
        assert (no.point, no.low, no.high) == (0.03, 0.01, 0.05)
        assert stance(shipped(DEFAULT), phrase="will", opposite=True) == Stance(0.03, 0.01, 0.05)
        assert Reading.IMPLIED == yes.reading == no.reading
        assert entry(DEFAULT, "is bound to").reading == Reading.EXPLICIT

    def test_assumed_readings_are_marked(self) -> None:
        """
        Phrases read as "likely" without a figure are marked as assumed, and no others.
        """
        assumed = {
            each.phrase
            for each in shipped(DEFAULT).entries.values()
            if each.reading == Reading.ASSUMED
        }
        assert {"is expected to", "is set to", "is poised to", "most likely"} == assumed

    def test_virtually_certain_differs_by_lexicon(self) -> None:
        """
        "Virtually certain" is 0.95 to readers and 0.995 to the IPCC; ICD 203 does not have it.
        """
        assert entry(DEFAULT, "virtually certain").point == 0.95
        assert entry("ipcc", "virtually certain").point == 0.995
        assert shipped("icd-203").look_up("virtually certain") is None

    @given(st.text())
    def test_normal_form_is_final(self, text: str) -> None:
        """
        The normal form of a normal form is itself.
        """
        assert normal(text) == normal(normal(text))


PROBABILITIES = st.integers(0, 10**6).map(lambda k: k / 10**6)


class TestStance:
    """
    From words or a number to a probability of "yes".
    """

    def test_a_number_has_no_width(self) -> None:
        """
        A number is the same under every lexicon and is its own band.
        """
        for name in ("phia", DEFAULT):
            assert Stance(0.3, 0.3, 0.3) == stance(shipped(name), probability=0.1 + 0.2)

    def test_opposite_is_the_mirrored_band(self) -> None:
        """
        PHIA "unlikely", 0.25 to 0.35, of the complement is 0.65 to 0.75.
        """
        actual = stance(shipped("phia"), phrase="unlikely", opposite=True)
        assert Stance(0.7, 0.65, 0.75) == actual

    @pytest.mark.parametrize("phrase", ["may", "remains to be seen", "no such phrase"])
    def test_no_stance_without_a_score(self, phrase: str) -> None:
        """
        Neither a hedge, although the lexicon has figures for it, nor an unknown phrase has one.
        """
        assert stance(shipped(DEFAULT), phrase=phrase) is None

    def test_realistic_possibility_only_where_declared(self) -> None:
        """
        "Realistic possibility" is scored by the PHIA yardstick and not by the survey.
        """
        phrase = "realistic possibility"
        assert stance(shipped(DEFAULT), phrase=phrase) is None
        assert Stance(0.45, 0.4, 0.5) == stance(shipped("phia"), phrase=phrase)

    @pytest.mark.parametrize(
        ("phrase", "probability"), [(None, None), ("likely", 0.7), (None, 1.5), (None, -0.1)]
    )
    def test_words_or_a_number(self, phrase: str | None, probability: float | None) -> None:
        """
        Neither, both, or a number outside 0 to 1 is a mistake of the caller.
        """
        with pytest.raises(ValueError, match="probability"):
            stance(shipped(DEFAULT), phrase=phrase, probability=probability)

    def test_not_a_number_is_refused(self) -> None:
        """
        NaN is no probability.
        """
        with pytest.raises(ValueError, match="between 0 and 1"):
            stance(shipped(DEFAULT), probability=float("nan"))

    @given(st.lists(PROBABILITIES, min_size=3, max_size=3))
    def test_opposite_twice_is_nothing(self, figures: list[float]) -> None:
        """
        The opposite of the opposite is the stance itself, to the last bit.
        """
        low, point, high = sorted(figures)
        before = Stance(point, low, high)
        assert before == before.opposite().opposite()

    @pytest.mark.parametrize("name", SHIPPED)
    def test_opposite_of_every_phrase(self, name: str) -> None:
        """
        For every scored phrase the opposite is 1 - p within [1 - high, 1 - low], in order.
        """
        for each in shipped(name).entries.values():
            plain = stance(shipped(name), phrase=each.phrase)
            turned = stance(shipped(name), phrase=each.phrase, opposite=True)
            assert (plain is None) == (not each.scorable) == (turned is None)
            if plain and turned:
                assert plain == turned.opposite()
                assert turned.low <= turned.point <= turned.high
                assert plain.point + turned.point == pytest.approx(1, abs=1e-12)
                assert plain.low + turned.high == pytest.approx(1, abs=1e-12)


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


class TestLibrary:
    """
    All lexicons at hand.
    """

    def test_user_lexicons_join(self) -> None:
        """
        A user's lexicon is found by its id and its phrases are known.
        """
        library = Library((house(),))
        assert (*SHIPPED, "house") == library.names()
        assert library.get("house").title == "House style"
        assert library.get() is shipped(DEFAULT)
        assert library.where_scored("on the cards") == ["house"]
        assert library.known("up in the air")
        assert not library.scorable("up in the air")
        assert not Library().known("on the cards")

    def test_id_of_a_shipped_lexicon_is_taken(self) -> None:
        """
        A user's lexicon cannot stand in for a shipped one, nor for another user's.
        """
        with pytest.raises(InvalidInput) as caught:
            Library((house(GOOD.replace('"house"', '"phia"')), house(), house()))
        assert [str(problem) for problem in caught.value.problems] == [
            "house.toml: id: a lexicon 'phia' comes with foretrack; choose another id",
            "house.toml: id: a lexicon 'house' is in house.toml already; choose another id",
        ]

    def test_unknown_name(self) -> None:
        """
        An unknown name is answered with the nearest, the user's own included.
        """
        with pytest.raises(InvalidInput, match="no lexicon 'hause', did you mean 'house'"):
            Library((house(),)).get("hause")

    def test_where_scored(self) -> None:
        """
        The lexicons that score a phrase are named, the default first.
        """
        library = Library()
        assert library.where_scored("improbable") == [DEFAULT, "icd-203"]
        assert library.where_scored("likely") == [name for name in SHIPPED if name != "kent"]
        assert library.where_scored("may") == []

    def test_known_and_scorable(self) -> None:
        """
        A hedge is known and not scorable; a phrase that one standard alone has is both.
        """
        library = Library()
        assert library.known("may")
        assert not library.scorable("may")
        assert library.known("exceptionally unlikely")
        assert library.scorable("Exceptionally Unlikely")
        assert not library.known("as sure as eggs")

    @pytest.mark.parametrize(
        ("phrase", "expected"),
        [
            ("inprobable", "improbable"),
            ("is likely to", "likely"),
            ("is not likely to", "not likely"),
            ("was expected to", "is expected to"),
            ("bound to", "is bound to"),
            ("probbaly", "probably"),
            ("a remote chance", "remote chance"),
        ],
    )
    def test_nearest(self, phrase: str, expected: str) -> None:
        """
        The first suggestion is the phrase meant.
        """
        assert expected == Library().nearest(phrase)[0]

    def test_nearest_is_short_and_may_be_none(self) -> None:
        """
        At most n suggestions, each once; none for a word unlike any.
        """
        found = Library().nearest("is very likely to be unlikely", n=4)
        assert len(found) == 4
        assert all(one != other for one, other in combinations(found, 2))
        assert Library().nearest("xyzzy") == []

    def test_shipped_lexicons_are_read_when_needed(self) -> None:
        """
        Making a library reads no file.
        """
        shipped.cache_clear()
        Library()
        assert shipped.cache_info().currsize == 0
        Library().get("phia")
        assert shipped.cache_info().currsize == 1

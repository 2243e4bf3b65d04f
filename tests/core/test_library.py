"""
The lexicons at hand: the shipped figures, and a user's own beside them.

The figures below were typed from the published tables and the pooled surveys, in percent, and not
from the data files.
"""

from __future__ import annotations

import hashlib
from itertools import combinations
from pathlib import Path

import pytest

from foretrack.core import library as module
from foretrack.core.lexicon import Entry, Lexicon, Unscored
from foretrack.core.lexicon_file import parse
from foretrack.core.library import DEFAULT, SHIPPED, Library, shipped
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
    "will; is certain to; is bound to; inevitable; inevitably; will inevitably": (
        97,
        95,
        99,
        90,
        99,
    ),
    "will not; is certain not to; is bound not to": (3, 1, 5, 1, 10),
    "almost certain; almost certainly; nearly certain; nearly certainly; virtually certain; "
    "virtually certainly; will almost certainly; will nearly certainly; will virtually certainly": (
        95,
        90,
        97,
        88,
        99,
    ),
    "highly likely; very likely; extremely likely; highly probable; will highly likely; "
    "will very likely; will extremely likely": (90, 80, 90, 75, 95),
    "very good chance; strong chance": (80, 75, 85, 70, 90),
    "likely; probable; probably; will likely; will probably; is expected to; is set to; "
    "is poised to; most likely; will most likely": (72, 65, 80, 60, 85),
    "somewhat likely; fairly likely": (65, 60, 75, 55, 80),
    "more likely than not; better than even; on balance": (60, 55, 60, 51, 65),
    "even chance; about even; as likely as not; fifty-fifty; 50-50; 50/50": (50, 50, 50, 45, 55),
    "somewhat unlikely": (30, 25, 40, 15, 47),
    "probably not; will probably not; doubtful": (25, 15, 33, 10, 40),
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

        An adverb may stand with its verb, "will", which changes nothing.
        """
        allowed = {
            "likely": "likely",
            "probably": "probable",
            "almost certainly": "almost certain",
            "nearly certainly": "nearly certain",
            "virtually certainly": "virtually certain",
            "not likely": "unlikely",
            "not probable": "improbable",
        }
        for each in shipped(name).entries.values():
            if each.form_of:
                bare = each.phrase.removeprefix("will ")
                assert each.form_of in (bare, allowed.get(bare))
                assert each.note
                whole = entry(name, each.form_of)
                assert (whole.point, whole.low, whole.high) == (each.point, each.low, each.high)

    @pytest.mark.parametrize("name", SHIPPED)
    def test_adverbs_stand_with_their_verb(self, name: str) -> None:
        """
        Whatever is listed as an adverb is listed with "will", too, and reads the same.
        """
        adverbs = (
            "likely", "very likely", "highly likely", "extremely likely", "most likely", "probably",
            "probably not", "almost certainly", "nearly certainly", "virtually certainly",
            "almost certainly not", "inevitably",
        )  # fmt: skip
        for adverb in adverbs:
            bare, whole = shipped(name).look_up(adverb), shipped(name).look_up(f"will {adverb}")
            assert (bare is None) == (whole is None), adverb
            if bare is not None and whole is not None:
                figures = (bare.point, bare.low, bare.high, bare.wide, bare.reading)
                assert (whole.point, whole.low, whole.high, whole.wide, whole.reading) == figures

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


HOUSE = """\
id = "house"
title = "House style"
citation = "Our style guide, 2025"
entries = [
    { phrase = "on the cards", point = 0.7, low = 0.6, high = 0.8 },
    { phrase = "up in the air", scorable = false, reason = "hedge" },
]
"""


def house(text: str = HOUSE) -> Lexicon:
    return parse(text, path="house.toml")


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
            Library((house(HOUSE.replace('"house"', '"phia"')), house(), house()))
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

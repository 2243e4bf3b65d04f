"""
Lexicons: looking up, stances.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core.lexicon import Entry, Stance, normal, stance
from foretrack.core.library import DEFAULT, SHIPPED, shipped
from foretrack.core.vocabulary import Reading


def entry(name: str, phrase: str) -> Entry:
    found = shipped(name).look_up(phrase)
    assert found is not None, f"{name} lacks {phrase!r}"
    return found


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
        expected = {"is expected to", "is set to", "is poised to", "most likely"}
        assert expected | {"will most likely"} == assumed

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

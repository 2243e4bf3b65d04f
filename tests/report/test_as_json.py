"""
Documents for other programs: keys that stay, figures to the last digit.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core.vocabulary import Outcome
from foretrack.report import as_json

if TYPE_CHECKING:
    from foretrack.core.agenda import Queue
    from foretrack.core.page import Calibration, Page
    from foretrack.core.scorecard import Scorecard

GROUP = [
    "group",
    "label",
    "claims",
    "unscorable",
    "unscorable_share",
    "forecasts",
    "questions",
    "matured",
    "scored",
    "brier",
    "brier_low",
    "brier_high",
    "brier_interval",
    "base_rate",
    "mean_probability",
    "early",
    "open",
    "overdue",
    "provisional",
    "brier_bounds",
    "ambiguous",
    "annulled",
    "late",
    "not_in_lexicon",
    "assumed",
    "implied",
    "assumed_phrases",
    "inferred_dates",
    "left_out",
    "hindsight",
    "too_few_to_rank",
]
CONVENTION = [
    "as_of",
    "cohort",
    "updates",
    "basis",
    "lexicon",
    "declared",
    "left_out",
    "only",
    "line",
]
HIT = ["words", "point", "low", "high", "n", "hits", "observed", "wilson", "agrees", "claims"]
LINE = [
    "claim",
    "source",
    "question",
    "statement",
    "says",
    "words",
    "polarity",
    "probability",
    "low",
    "high",
    "made",
    "closes",
    "horizon",
    "reading",
    "inferred",
    "joint",
    "standing",
    "outcome",
    "settled",
    "reason",
    "weight",
    "coverage",
    "brier",
]


class TestKeys:
    def test_of_the_scorecard(self, card: Scorecard) -> None:
        """
        The keys that other programs rely on, in order.
        """
        document = as_json.scorecard(card, version="1.2")

        assert list(document) == [
            "kind",
            "foretrack",
            "as_of",
            "by",
            "source",
            "convention",
            "groups",
            "overall",
        ]
        assert [*document.values()][:3] == ["scorecard", "1.2", "2026-11-21"]
        assert list(document["convention"]) == CONVENTION
        assert GROUP == list(document["groups"][0]) == list(document["overall"])
        assert document["groups"][0]["early"] == {"n": 2, "brier": 0.3592}
        assert document["groups"][1]["brier_interval"] == [0.09, 0.52]

    def test_of_the_page(self, one_page: Page) -> None:
        """
        The keys of one source's page.
        """
        document = as_json.page(one_page, version="1.2")

        assert [
            *("kind", "foretrack", "as_of", "source", "convention"),
            *("group", "hits", "lines", "left_out"),
        ] == list(document)
        assert list(document["hits"][0]) == HIT
        assert list(document["lines"][0]) == LINE
        assert list(document["left_out"][0]) == ["claim", "says", "words", "reason", "note"]
        assert document["lines"][0]["settled"] == "2024-06-19"

    def test_of_calibration(self, calibration: Calibration) -> None:
        """
        The keys of calibration; all sources together are null.
        """
        document = as_json.calibration(calibration, version="1.2")

        assert list(document) == [
            "kind", "foretrack", "as_of", "source", "convention", "hits", "group", "reliability",
        ]  # fmt: skip
        assert document["source"] is None

    def test_of_the_queue(self, waiting: Queue) -> None:
        """
        The keys of what is due.
        """
        document = as_json.queue(waiting, version="1.2")

        assert list(document) == [
            "kind",
            "foretrack",
            "as_of",
            "within",
            "overdue",
            "total",
            "more",
            "more_conditions",
            "items",
            "conditions",
            "later",
        ]
        assert [
            *("question", "statement", "criteria", "resolution_source", "opens", "closes"),
            *("days", "overdue", "condition", "condition_statement", "voices"),
        ] == list(document["items"][0])
        assert list(document["items"][0]["voices"][0]) == [
            "claim",
            "source",
            "name",
            "words",
            "polarity",
            "made",
        ]


class TestValues:
    def test_infinite_is_a_word(self) -> None:
        """
        JSON has no infinity: a wrong certainty's log score is said in words.
        """
        assert as_json.value(math.inf) == "infinite"

    def test_nan_is_a_bug(self) -> None:
        """
        A figure that is none is refused, not passed on.
        """
        with pytest.raises(ValueError, match="not a number"):
            as_json.value(math.nan)

    def test_enums_are_their_words(self) -> None:
        """
        Also as keys.
        """
        assert as_json.value({Outcome.YES: (Outcome.NO,)}) == {"yes": ["no"]}

    def test_anything_else_is_refused(self) -> None:
        """
        Nothing is turned into text by accident.
        """
        with pytest.raises(TypeError, match="object has no place"):
            as_json.value(object())


class TestText:
    @given(st.text(st.characters(), max_size=40))
    def test_comes_back_and_is_inert(self, title: str) -> None:
        """
        Whatever the text, reading it again gives the same, and nothing in between acts.
        """
        text = as_json.text({title: [title]})

        assert {title: [title]} == json.loads(text)
        assert text.encode()
        assert not any(char in text for char in "\x1b\x7f\x9b\u202e\u2028")

    def test_hostile_text_is_kept_and_escaped(self, hostile_card: Scorecard, hostile: str) -> None:
        """
        JSON loses nothing: the record's own text comes back.
        """
        text = as_json.text(as_json.scorecard(hostile_card, version="1"))

        assert hostile == json.loads(text)["groups"][0]["label"]
        assert "\x1b" not in text
        assert "\u202e" not in text

    def test_letters_stay_letters(self, card: Scorecard) -> None:
        """
        Names are readable in the document.
        """
        named = replace(card.groups[0], label="Jürgen 予測")

        assert "Jürgen 予測" in as_json.text(
            as_json.scorecard(replace(card, groups=(named,)), version="1")
        )

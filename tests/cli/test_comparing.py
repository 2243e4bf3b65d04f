"""
``compare``, ``watch``, ``phrases``, ``lexicon compare``, and what stands beside the headline.
"""

from __future__ import annotations

import json
import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import contest
from commandline import Shell
from contest import Asked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOSTILE = "\x1b[31mred\u202e [bold]x[/bold] | `y` <script>"
YES, NO = Asked(outcome=True), Asked(outcome=False)
THREE: dict[str, dict[str, float | str]] = {
    "ann-smith": {"q1": 0.8, "q2": 0.7, "q3": "unlikely", "q4": 0.3},
    "bob-jones": {"q1": 0.5, "q2": 0.5, "q3": 0.5},
    "cy-none": {"q9": 0.5},
}
QUESTIONS = {
    "q1": Asked(True, base_rate=0.5, tags=("war",)),
    "q2": YES,
    "q3": Asked(False, words=f"Will {HOSTILE} happen?"),
    "q4": Asked(closes=date(2030, 1, 1)),
    "q9": NO,
}


@pytest.fixture
def made(template: Path, tmp_path: Path) -> Callable[..., Shell]:
    """
    Runs commands on a contest.
    """

    def shell(**settings: Any) -> Shell:
        path = tmp_path / "contest.sqlite"
        shutil.copyfile(template, path)
        contest.put(path, contest.records(THREE, QUESTIONS, **settings))
        return Shell(FORETRACK_DB=str(path))

    return shell


@pytest.fixture
def three(made: Callable[..., Shell]) -> Shell:
    return made(names={"ann-smith": f"Ann {HOSTILE}"})


COMMANDS = [
    "scorecard ann-smith",
    "scorecard --reference base-rate",
    "compare ann bob",
    "compare --all",
    "watch",
    "watch ann",
    "watch ann bob",
    "watch ann bob cy",
    "watch --all",
    "calibration",
    "calibration ann",
    "phrases",
    "phrases ann",
    "lexicon compare",
]


@pytest.mark.parametrize("words", COMMANDS)
class TestEvery:
    def test_hostile_text_is_inert(self, three: Shell, words: str) -> None:
        """
        Names and statements from files are shown and never acted on, in any form.
        """
        for form in ("table", "markdown", "json"):
            shown = three.done(*words.split(), "--format", form)

            assert "\x1b" not in shown
            assert "\u202e" not in shown
            assert form != "markdown" or "<script>" not in shown

    def test_json(self, three: Shell, words: str) -> None:
        """
        The document names its kind, version and day first, and the convention.
        """
        found = json.loads(three.done(*words.split(), "--format", "json"))

        assert list(found)[:3] == ["kind", "foretrack", "as_of"]
        assert found["as_of"] == "2026-11-21"
        assert "Brier: mean of (p - y)²" in found["convention"]["line"]

    def test_part_of_the_record(self, three: Shell, words: str) -> None:
        """
        All of them take a part of the record, and say so.
        """
        tagged = (*words.split(), "--tag", "war", "--since", "2024-01-01", "--until", "2024-01-01")
        shown = " ".join(three.done(*tagged, "--horizon", "within the year").split())

        assert "only questions tagged war" in shown
        assert "only claims since 2024-01-01" in shown
        assert "only the horizon “within the year”" in shown

    def test_by(self, three: Shell, words: str) -> None:
        """
        All of them answer by source, author, outlet, article, horizon, phrase and tag.

        A name that is given is a source; of other groups everything is asked for.
        """
        if words.startswith(("compare", "watch")):
            words = words if words.endswith("--all") else words.split()[0]
            words += " --all" if words == "compare" else ""
        for by in ("source", "author", "outlet", "article", "horizon", "phrase", "tag"):
            if words.startswith("scorecard ann"):
                continue
            found = json.loads(three.done(*words.split(), "--by", by, "--format", "json"))

            assert found["by"] == by
            assert three.done(*words.split(), "--by", by)

    def test_help_has_examples(self, three: Shell, words: str) -> None:
        """
        Help shows how it is typed.
        """
        name = "lexicon compare" if words == "lexicon compare" else words.split()[0]

        assert f"  foretrack {name}" in three.done(*name.split(), "--help")


class TestByGroup:
    @pytest.mark.parametrize(
        "words",
        [
            "scorecard", "calibration", "compare --all", "watch", "watch --all", "phrases",
            "lexicon compare", "compare wire the", "watch wire the",
        ],
    )  # fmt: skip
    def test_names_of_groups_are_inert(self, made: Callable[..., Shell], words: str) -> None:
        """
        An outlet may be called anything: it is shown and never acted on, in any form.
        """
        outlets = {"ann-smith": f"The {HOSTILE}", "bob-jones": "Wire", "cy-none": "Wire"}
        shell = made(outlets=outlets)
        for form in ("table", "markdown", "json"):
            shown = shell.done(*words.split(), "--by", "outlet", "--format", form)

            assert "\x1b" not in shown
            assert "\u202e" not in shown
            assert form != "markdown" or "<script>" not in shown
            assert "Wire" in shown or "--all" in words

    def test_compare(self, made: Callable[..., Shell]) -> None:
        """
        The beginning of a name will do; the same figures as of the only source there.
        """
        shell = made(outlets={"ann-smith": "The Herald", "bob-jones": "Wire"})
        by = json.loads(shell.done("compare", "--by", "outlet", "wi", "the", "--format", "json"))
        own = json.loads(shell.done("compare", "bob", "ann", "--format", "json"))

        assert (by["pairs"][0]["a"], by["pairs"][0]["b"]) == ("The Herald", "Wire")
        assert by["pairs"][0]["difference"] == own["pairs"][0]["difference"]
        assert "mean score of its sources" in shell.done("compare", "--by", "outlet", "wi", "the")

    def test_calibration(self, made: Callable[..., Shell]) -> None:
        """
        Hit rates of each outlet, or of one source's horizons; items belong to one table alone.
        """
        shell = made(outlets={"ann-smith": "The Herald", "bob-jones": "Wire"})
        found = json.loads(shell.done("calibration", "--by", "outlet", "--format", "json"))
        own = json.loads(shell.done("calibration", "ann", "--by", "horizon", "--format", "json"))

        assert [one["group"] for one in found["groups"]] == ["(none)", "The Herald", "Wire"]
        assert [(hit["words"], hit["n"]) for hit in found["groups"][2]["hits"]] == [("0.5", 3)]
        assert own["source"] == "ann-smith"
        assert own["groups"][0]["hits"] == found["groups"][1]["hits"]
        assert "leave --by out" in shell.refused(2, "calibration", "--by", "tag", "--items")


class TestScorecard:
    KEYS = (
        "n", "events_occurred", "repeated", "log_score", "log_infinite", "corp", "corp_log",
        "murphy", "murphy_10", "calibration_10", "in_the_large", "slope", "skill", "n_effective",
        "clusters", "open_bounds",
    )  # fmt: skip

    def test_keys(self, three: Shell) -> None:
        """
        Groups and overall have the figures beside the headline, and so has a source's page.
        """
        card = json.loads(three.done("scorecard", "--format", "json"))
        page = json.loads(three.done("scorecard", "ann", "--format", "json"))

        for group in (*card["groups"], card["overall"], page["group"]):
            assert list(group)[-len(self.KEYS) :] == list(self.KEYS)
        assert set(page["group"]["corp"]) == {
            "mcb",
            "dsc",
            "unc",
            "mcb_under_calibration",
            "p_value",
        }
        assert page["group"]["corp"]["mcb_under_calibration"] > 0
        assert page["group"] == card["groups"][0]
        assert card["overall"]["corp"]["mcb_under_calibration"] > 0
        assert card["convention"]["resamples"] == page["convention"]["resamples"] == 499
        assert card["convention"]["resampled_up_to"] == 2000

    def test_by_hand(self, three: Shell) -> None:
        """
        Ann: .8 yes, .7 yes, unlikely (.2) no: Brier (.04 + .09 + .04)/3; skill 1 - that/.25.

        One question is open at .3: (.17 + .09)/4 to (.17 + .49)/4.
        """
        card = json.loads(three.done("scorecard", "--format", "json"))
        ann = card["groups"][0]

        assert ann["skill"]["value"] == pytest.approx(1 - 0.17 / 0.75)
        assert ann["open_bounds"] == pytest.approx([0.065, 0.165])
        assert ann["slope"] == "not estimable"

    def test_reference(self, three: Shell) -> None:
        """
        Skill against a recorded base rate, any constant, a source by the beginning of its id.
        """

        def skill(*options: str) -> dict[str, object]:
            card = json.loads(three.done("scorecard", "--format", "json", *options))
            found: dict[str, object] = card["groups"][0]["skill"]
            return found

        assert skill("--reference", "base-rate") == {
            "reference": "base-rate", "value": pytest.approx(1 - 0.04 / 0.25), "n": 1,
        }  # fmt: skip
        assert skill("--reference", "bob") == {
            "reference": "bob-jones", "value": pytest.approx(1 - 0.17 / 0.75), "n": 3,
        }  # fmt: skip
        assert skill("--reference", "status-quo") == {
            "reference": "status-quo", "value": "undefined", "n": 0,
            "reason": "no scored question has a status quo on record",
        }  # fmt: skip
        assert "No skill: no scored question has a status quo on record." in three.done(
            "scorecard", "--reference", "status-quo"
        )
        assert skill("--reference", "0.7")["value"] == pytest.approx(
            1 - 0.17 / (0.09 + 0.09 + 0.49)
        )

    def test_errors(self, three: Shell) -> None:
        """
        An unknown reference, a number that is no probability, a clip that is none.
        """
        assert "no source has an id" in three.refused(3, "scorecard", "--reference", "zzz")
        assert "'--reference': 1.5 is not a probability between 0 and 1" in three.refused(
            2, "scorecard", "--reference", "1.5"
        )
        assert "'--clip': 0.7 is not above 0 and at most 0.5" in three.refused(
            2, "scorecard", "--clip", "0.7"
        )

    def test_page_says_it_in_words(self, three: Shell) -> None:
        """
        The page tells luck from skill, with no verdict below 50; the same seed, the same page.
        """
        shown = three.done("scorecard", "bob")

        assert "What is luck, what is skill" in shown
        assert "No verdict on calibration below n = 50." in shown
        assert "luck alone gives" in shown
        assert shown == three.done("scorecard", "bob")
        assert "as good as always saying 50%" in shown

    def test_calibration_has_it_too(self, three: Shell) -> None:
        """
        The group of ``calibration`` is that of the scorecard, for a source and for all together.
        """
        card = three("scorecard", "--format", "json").json()
        options = ("--format", "json")
        ann, every = (three("calibration", *whose, *options).json() for whose in (["ann"], []))
        shown = three.done("calibration", "ann")

        assert {**ann["group"], "label": None} == {**card["groups"][0], "label": None}
        assert {**every["group"], "label": None} == {**card["overall"], "label": None}
        assert ann["convention"]["reference"] == "0.5"
        assert [row["low"] for row in ann["group"]["calibration_10"]] == [0.2, 0.7, 0.8]
        assert "What is luck, what is skill" in shown
        assert "80-90%  1   80.0%    100.0%" in shown
        assert "by its last forecast" in shown

    def test_luck_on_the_scorecard(self, three: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        The table tells luck from skill, that of a large record only if asked; other formats do.
        """
        assert "By luck: the MCB that a calibrated source gets" in three.done("scorecard")
        monkeypatch.setattr("foretrack.evaluate.SMALL", 0)
        assert "What is luck" not in three.done("scorecard")
        assert "What is luck" in three.done("scorecard", "--resamples", "9")
        for form, head in (("csv", "corp_p_value,"), ("markdown", "| by luck |")):
            assert head in three.done("scorecard", "--format", form), form


class TestCompare:
    def test_by_hand(self, three: Shell) -> None:
        """
        Ann against bob: (.04 + .09 + .04)/3 against .25, all three signs alike: p = 2/8.
        """
        found = json.loads(three.done("compare", "bob", "ann", "--format", "json"))
        (pair,) = found["pairs"]

        assert list(found) == [
            "kind", "foretrack", "as_of", "by", "seed", "convention", "sources", "pairs",
        ]  # fmt: skip
        assert (pair["a"], pair["b"], pair["n"], pair["p_value"]) == (
            "ann-smith",
            "bob-jones",
            3,
            0.25,
        )
        assert pair["difference"] == pytest.approx(0.17 / 3 - 0.25)
        assert QUESTIONS["q3"].words in [one["statement"] for one in pair["decided_by"]]

    def test_table(self, three: Shell) -> None:
        """
        The better one first, few questions marked as such, and what decided it.
        """
        shown = " ".join(three.done("compare", "ann", "bob").split())

        assert "too few to tell" in shown
        assert "What decided Ann" in shown
        assert "0.250" in shown

    def test_all(self, three: Shell) -> None:
        """
        Ann and bob are linked, cy is alone, and nobody has ten questions.
        """
        found = json.loads(three.done("compare", "--all", "--format", "json"))

        assert [len(one["sources"]) for one in found["components"]] == [2, 1]
        assert found["components"][1]["sources"][0]["source"] == "cy-none"
        assert {one["verdict"] for part in found["components"] for one in part["sources"]} == {
            "too few to rank"
        }
        assert "cannot be compared" in " ".join(three.done("compare", "--all").split())

    def test_errors(self, three: Shell) -> None:
        """
        Fewer than two sources, one named twice, an unknown one, nothing shared, both ways at once.
        """
        assert "at least two sources" in three.refused(2, "compare", "ann")
        assert "at least two sources" in three.refused(2, "compare", "ann", "ann-smith")
        assert "leave NAME out" in three.refused(2, "compare", "ann", "--all")
        assert "no source has an id" in three.refused(3, "compare", "ann", "zzz")
        assert "no two of these share" in three.refused(5, "compare", "ann", "cy")
        assert "--cohort resolved" in three.refused(5, "compare", "--all", "--as-of", "2024-06-01")


class TestWatch:
    def test_document(self, three: Shell) -> None:
        """
        Every source with its evidence, the path week by week, the assumptions, and no verdict.
        """
        found = json.loads(three.done("watch", "--format", "json"))
        one = found["watched"][0]

        assert list(one) == [
            "source", "than", "label", "e", "floor", "n", "clusters", "pending", "infinite",
            "alarm", "few", "believed", "unread", "path",
        ]  # fmt: skip
        assert (one["n"], one["pending"], one["few"], one["alarm"]) == (3, 1, True, None)
        assert list(one["path"][0]) == ["day", "e", "floor", "n"]
        assert (found["threshold"], found["few_below"]) == (20.0, 100)
        assert len(found["assumptions"]) == 6

    @pytest.mark.parametrize("words", ["watch", "watch bob", "watch ann bob", "watch --all",
                                       "watch ann bob cy", "watch --by outlet"])  # fmt: skip
    @pytest.mark.parametrize("form", ["table", "markdown", "json"])
    def test_assumptions_always(self, three: Shell, words: str, form: str) -> None:
        """
        What the evidence stands on is said each time, in every form, whatever there is to see.
        """
        shown = " ".join(three.done(*words.split(), "--format", form).split())

        assert "independent given all forecasts issued" in shown
        assert "How long a decision takes" in shown
        assert "which share a cluster, does not depend on how they come out" in shown
        assert form == "json" or "no verdict expected" in shown or "--all" in words

    def test_table(self, three: Shell) -> None:
        """
        The table says that no verdict is expected, and what the evidence stands on.
        """
        shown = " ".join(three.done("watch", "bob").split())

        assert "no verdict expected below n = 100" in shown
        assert "What this stands on" in shown
        assert "2025-01-05" in shown

    def test_alarm_with_few(self, template: Path, tmp_path: Path) -> None:
        """
        An alarm takes nothing away: with 30 questions the verdict is still not to be expected.
        """
        days = [date(2024, 1, day) for day in range(1, 31)]
        asked = {f"q{day.day}": Asked(False, closes=day) for day in days}
        said = {"ann": dict.fromkeys(asked, ((date(2023, 12, 1), 0.9),))}
        path = tmp_path / "alarm.sqlite"
        shutil.copyfile(template, path)
        contest.put(path, contest.records(said, asked))
        shown = " ".join(Shell(FORETRACK_DB=str(path), COLUMNS="200").done("watch").split())

        assert "alarm on 2024-01-05; no verdict expected below n = 100" in shown

    def test_every_two(self, three: Shell) -> None:
        """
        Several names, or all: each pair both ways round, with what many hypotheses do to alarms.
        """
        found = json.loads(three.done("watch", "ann", "bob", "cy", "--format", "json"))
        shown = " ".join(three.done("watch", "ann", "bob", "cy").split())

        assert [(one["source"], one["than"]) for one in found["watched"]] == [
            ("ann-smith", "bob-jones"), ("bob-jones", "ann-smith"),
        ]  # fmt: skip
        assert (found["apart"], found["by"]) == (2, "source")
        floors = [one["floor"] for one in found["watched"]]
        assert found["merged"] == pytest.approx(sum(floors) / 2)
        assert "2 pairs left out: no shared question." in shown
        assert "up to 0.10 false alarms are to be expected" in shown
        every = " ".join(three.done("watch", "--all").split())
        assert "3 pairs left out: below 5 shared questions that count no alarm can be." in every

    def test_errors(self, three: Shell) -> None:
        """
        One twice, a clip for two, names beside all, an unknown one, nothing shared.
        """
        assert "Name each source once" in three.refused(2, "watch", "ann", "ann")
        assert "--clip is for calibration" in three.refused(
            2, "watch", "ann", "bob", "--clip", "0.1"
        )
        assert "leave NAME out" in three.refused(2, "watch", "ann", "--all")
        assert "no outlet is called" in three.refused(3, "watch", "--by", "outlet", "zzz")
        assert "no source has an id" in three.refused(3, "watch", "zzz")
        assert "share none" in three.refused(5, "watch", "ann", "cy")


class TestWords:
    def test_phrases(self, three: Shell) -> None:
        """
        "Unlikely" was said once, of what did not happen; three numbers are counted apart.
        """
        found = json.loads(three.done("phrases", "ann", "--format", "json"))
        (word,) = found["phrases"]

        assert list(word) == [
            "phrase", "uses", "forecasts", "n", "hits", "observed", "wilson", "agrees", "readers",
            "standards",
        ]  # fmt: skip
        assert (word["phrase"], word["n"], word["hits"], found["numbers"]) == ("unlikely", 1, 0, 3)
        assert word["readers"] == {
            "lexicon": "survey-2026.1", "point": 0.2, "low": 0.1, "high": 0.25, "scored": True,
        }  # fmt: skip

    def test_lexicon_compare(self, three: Shell) -> None:
        """
        Each lexicon with the order of the sources, or those that are named.
        """
        found = json.loads(three.done("lexicon", "compare", "phia", "--format", "json"))

        assert [one["lexicon"] for one in found["readings"]] == ["phia"]
        assert found["in_use"]["order"][0]["source"] == "ann-smith"
        assert found["flips"] == []
        assert "no lexicon 'phi'" in three.refused(3, "lexicon", "compare", "phi")

    def test_lexicon_is_as_it_was(self, three: Shell) -> None:
        """
        ``lexicon``, ``lexicon NAME`` and ``--phrase`` go on.
        """
        assert "survey-2026.1" in three.done("lexicon")
        assert "almost certain" in three.done("lexicon", "phia")
        assert "icd-203" in three.done("lexicon", "--phrase", "unlikely")
        assert "Usage: foretrack lexicon compare" in three.done("lexicon", "compare", "--help")

"""
What a command that changes the record says it did to the headlines, and to the questions.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from foretrack.cli import moving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from commandline import Shell

    Head = Callable[[Shell], tuple[int, str]]

FROST, DROUGHT = "frost-in-spring", "drought-after-no-snow"
CLAIM = "outlook-2025-frost"
NAME = "The weather office"


def decided(small: Shell) -> None:
    """
    A yes to what was called likely, which is 0.72: (0.72 - 1)^2 = 0.0784.
    """
    small.done("resolve", FROST, "yes", "--happened", "2025-03-01", "--evidence", "Table")


def last(shown: str) -> str:
    return shown.splitlines()[-1]


class TestDecisions:
    def test_there_and_back(self, small: Shell) -> None:
        """
        Resolved, the headline comes, reopened it goes: the last line says so.
        """
        shown = small.done(
            "resolve", FROST, "yes", "--happened", "2025-03-01", "--evidence", "Table"
        )
        again = small.done("reopen", FROST, "--reason", "Wrong table")

        assert last(shown) == f"{NAME}: Brier – → 0.078 (0 → 1 scored)"
        assert last(again) == f"{NAME}: Brier 0.078 → – (1 → 0 scored)"

    def test_as_in_the_scorecard(self, run: Shell) -> None:
        """
        What is said to be the headline now is what the scorecard of that source has.
        """
        shown = run.done("resolve", "dprk-nuclear-test", "no", "--evidence", "CTBTO")
        card = json.loads(run.done("scorecard", "jordan", "--format", "json"))["group"]

        said = f"Brier – → {card['brier']:.3f} (0 → {card['scored']} scored)"
        assert last(shown) == f"Jonathan Jordan: {said}"

    def test_early(self, run: Shell) -> None:
        """
        What comes true before its window is over moves no headline, and that is the reason.
        """
        shown = run.done(
            "resolve", "ru-dprk-nuclear-cooperation", "yes", "--happened", "2026-01-01",
            "--evidence", "IAEA",
        )  # fmt: skip

        assert last(shown) == "no headline moved: the window is open until 2027-05-28: early"

    def test_unmet(self, small: Shell) -> None:
        """
        A condition that is unmet annuls; so it moves nothing.
        """
        shown = small.done("condition", DROUGHT, "unmet", "--evidence", "Snow")

        assert last(shown) == "no headline moved: what is annulled has no score"


class TestWithdrawing:
    def test_there_and_back(self, small: Shell) -> None:
        """
        A scored claim takes its headline with it, and brings it back.
        """
        decided(small)
        gone = small.done("withdraw", CLAIM, "--reason", "Misread").splitlines()
        back = small.done("restore", CLAIM)

        assert gone[1] == f"{NAME}: Brier 0.078 → – (1 → 0 scored)"
        assert last(back) == f"{NAME}: Brier – → 0.078 (0 → 1 scored)"

    def test_no_forecast(self, run: Shell) -> None:
        """
        A hedge moves nothing.
        """
        hedge = run.done("withdraw", "gruzer-2024-pushed-closer", "--reason", "x")

        assert last(hedge) == "no headline moved: no forecast (hedge)"

    def test_open(self, small: Shell) -> None:
        """
        Nor does a forecast whose question is open or overdue, gone or back.
        """
        gone = small.done("withdraw", CLAIM, "--reason", "x").splitlines()
        assert gone[1] == "no headline moved: the question is not decided"
        assert last(small.done("restore", CLAIM)) == gone[1]

    def test_question_without_a_claim(self, small: Shell) -> None:
        """
        Whoever withdraws the last claim of a question is told, and how to take that out too.
        """
        hint = f"`foretrack withdraw {FROST} --reason ...` takes"
        gone = small.done("withdraw", CLAIM, "--reason", "x")

        assert f"question {FROST} has no claims now; {hint} it out too" in gone
        assert f"no claims; {hint} the question out too" in " ".join(
            small.done("show", FROST).split()
        )
        last_line = last(small.done("withdraw", FROST, "--reason", "x"))
        assert last_line == "no headline moved: no forecast goes with it"

    def test_what_was_decided_stays(self, small: Shell) -> None:
        """
        A question that something was decided of cannot be withdrawn: no such advice.
        """
        decided(small)
        gone = small.done("withdraw", CLAIM, "--reason", "x")

        assert last(gone) == (
            f"question {FROST} has no claims now; what was decided or said of it stays"
        )
        assert "\nClaims\nno claims\n" in small.done("show", FROST)

    def test_another_claim(self, run: Shell) -> None:
        """
        A question that somebody else still forecasts is not mentioned.
        """
        claims = json.loads(run.done("list", "claims", "--format", "json"))["items"]
        asked: dict[str, list[str]] = {}
        for one in claims:
            record = json.loads(run.done("show", one["id"], "--format", "json"))["record"]
            asked.setdefault(record.get("question", ""), []).append(one["id"])
        shared = [ids for question, ids in asked.items() if question and len(ids) > 1]

        for ids in shared[:1]:
            assert "no claims now" not in run.done("withdraw", ids[0], "--reason", "x")

    @pytest.mark.parametrize("given", ["outlook-2025-f", "claim/outlook-2025-fro"])
    def test_a_beginning_without_a_terminal(self, small: Shell, head: Head, given: str) -> None:
        """
        Where nobody can be asked, the beginning of an id withdraws nothing, unless --yes.
        """
        before = head(small)
        message = small.refused(3, "withdraw", given, "--reason", "x")

        assert f"is the beginning of claim {CLAIM}" in message
        assert "give the whole id, or --yes" in message
        assert head(small) == before
        assert f"withdrew claim {CLAIM}" in small.done("withdraw", given, "--reason", "x", "--yes")

    @pytest.mark.parametrize("given", [CLAIM, CLAIM.upper(), f"claim/{CLAIM}"])
    def test_a_whole_id(self, small: Shell, given: str) -> None:
        """
        The whole id says what is meant, however it is written.
        """
        assert f"withdrew claim {CLAIM}" in small.done("withdraw", given, "--reason", "x")


class TestImporting:
    def rewrite(self, folder: Path) -> None:
        path = folder / "articles" / "outlook-2025.yaml"
        path.write_text(path.read_text().replace("phrase: likely", "phrase: unlikely"))

    def test_corrections(self, small: Shell, folder: Path) -> None:
        """
        Unlikely is 0.2, so the correction makes it (0.2 - 1)^2 = 0.64.
        """
        decided(small)
        self.rewrite(folder)
        shown = small.done("import", folder, "--accept-changes")

        assert f"\n{NAME}: Brier 0.078 → 0.640 (1 scored)\n" in shown

    def test_json(self, small: Shell, folder: Path) -> None:
        """
        In JSON, too: nothing where nothing was corrected, null where nothing was compared.
        """
        decided(small)
        assert json.loads(small.done("import", folder, "--format", "json"))["moved"] == []
        self.rewrite(folder)
        given = ("import", folder, "--accept-changes", "--format", "json")
        dry = json.loads(small.done(*given, "--dry-run"))
        (move,) = json.loads(small.done(*given))["moved"]

        assert dry["moved"] is None
        assert move["source"] == "weather-office"
        assert {key: round(value, 12) for key, value in move["before"].items()} == {
            "brier": 0.0784, "scored": 1,
        }  # fmt: skip
        assert {key: round(value, 12) for key, value in move["after"].items()} == {
            "brier": 0.64, "scored": 1,
        }  # fmt: skip

    def test_only_corrections(self, small: Shell, folder: Path) -> None:
        """
        An import that corrects nothing says nothing of headlines.
        """
        assert "headline" not in small.done("import", folder, "--accept-changes")

    def test_dry_run(self, small: Shell, folder: Path) -> None:
        """
        A dry run stores nothing that could move one, and says that it does not compare.
        """
        self.rewrite(folder)
        shown = small.done("import", folder, "--accept-changes", "--dry-run")

        assert "which headlines move is not computed in a dry run" in shown


def test_many_claims(small: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Where the sources have very many claims, that nothing was compared is said.
    """
    monkeypatch.setattr(moving, "MANY", 1)
    shown = small.done("resolve", FROST, "no", "--evidence", "Table")

    assert last(shown) == (
        "the headlines of 2 claims are not compared; `foretrack scorecard` shows them"
    )
    TestImporting().rewrite(folder)
    given = ("import", folder, "--accept-changes", "--format", "json")
    assert json.loads(small.done(*given))["moved"] is None


def test_what_cannot_be_scored_stops_nothing(small: Shell, tmp_path: Path) -> None:
    """
    A lexicon that is not there is no reason to refuse a withdrawal.
    """
    (tmp_path / "foretrack.toml").write_text('lexicon = "nobody-has-it"\n')
    said = small("withdraw", CLAIM, "--reason", "x")

    assert (said.code, f"withdrew claim {CLAIM}" in said.out) == (0, True)
    assert "the headlines cannot be compared" in said.out

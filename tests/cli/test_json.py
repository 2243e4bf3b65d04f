"""
``--format json``: every command that reads has it, with stable keys.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from foretrack import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from commandline import Shell

READING = {
    "due": [
        "kind", "foretrack", "as_of", "within", "overdue", "total", "more", "more_conditions",
        "items", "conditions",
        "later",
    ],
    "list sources": ["kind", "foretrack", "as_of", "of", "items"],
    "list articles": ["kind", "foretrack", "as_of", "of", "items"],
    "list questions": ["kind", "foretrack", "as_of", "of", "items"],
    "list claims": ["kind", "foretrack", "as_of", "of", "items"],
    "show gruzer-2024-alliance": [
        "kind", "foretrack", "as_of", "entity", "state", "record", "related", "journal",
    ],
    "log": ["kind", "foretrack", "as_of", "entries"],
    "scorecard": ["kind", "foretrack", "as_of", "by", "source", "convention", "groups", "overall"],
    "scorecard gruzer": [
        "kind", "foretrack", "as_of", "source", "convention", "group", "hits", "lines", "left_out",
    ],
    "calibration": [
        "kind", "foretrack", "as_of", "source", "convention", "hits", "group", "reliability",
    ],
    "calibration gruzer": [
        "kind", "foretrack", "as_of", "source", "convention", "hits", "group", "reliability",
    ],
    "compare --all": [
        "kind", "foretrack", "as_of", "by", "convention", "components", "without",
    ],
    "watch": [
        "kind", "foretrack", "as_of", "by", "convention", "threshold", "rate", "clip",
        "hypotheses", "merged", "apart", "few_below", "assumptions", "watched",
    ],
    "phrases": [
        "kind", "foretrack", "as_of", "source", "by", "convention", "phrases", "numbers", "groups",
    ],
    "lexicon compare": [
        "kind", "foretrack", "as_of", "by", "convention", "labels", "in_use", "readings", "flips",
    ],
    "lexicon": ["kind", "foretrack", "as_of", "lexicons"],
    "where": ["kind", "foretrack", "as_of", "database", "why", "exists", "settings"],
    "db status": [
        "kind", "foretrack", "as_of", "database", "schema", "program", "current", "records",
    ],
    "verify": ["kind", "foretrack", "as_of", "sequence", "head", "whole", "faults"],
    "review agenda": [
        "kind", "foretrack", "as_of", "week", "basis", "held", "convention", "previous",
        "previous_day", "tasks", "alarms", "watched", "moved", "patience", "items", "resolved",
        "claims", "revisions",
    ],
    "report": [
        "kind", "foretrack", "as_of", "convention", "head", "groups", "overall", "profiles",
        "together", "phrases", "windows", "queue", "misses", "missed",
    ],
    "review list": ["kind", "foretrack", "as_of", "reviews"],
}  # fmt: skip

GROUP = {
    "group", "claims", "unscorable", "forecasts", "matured", "scored", "brier", "brier_low",
    "brier_high", "brier_interval", "base_rate", "mean_probability", "early", "open", "overdue",
    "provisional", "ambiguous", "annulled", "late", "assumed", "hindsight",
}  # fmt: skip


def keys(value: Any) -> set[str]:
    assert isinstance(value, dict)
    return set(value)


class TestDocuments:
    @pytest.mark.parametrize("words", READING)
    def test_keys(self, run: Shell, words: str) -> None:
        """
        The keys of each document, in order: kind, version and as-of date come first.
        """
        document = json.loads(run.done(*words.split(), "--format", "json"))

        assert list(document) == READING[words]
        assert document["foretrack"] == __version__

    @pytest.mark.parametrize("words", READING)
    def test_as_of(self, run: Shell, words: str) -> None:
        """
        The as-of date is a day where a day matters, and null elsewhere.
        """
        document = json.loads(run.done(*words.split(), "--format", "json"))
        timeless = ("log", "lexicon", "where", "db-status", "verify", "reviews")

        assert document["as_of"] == (None if document["kind"] in timeless else "2026-11-21")

    def test_every_reading_command_has_it(self, run: Shell) -> None:
        """
        No command that reads is without: those that write are the ones left.
        """
        from foretrack.cli import COMMANDS

        writing = {"resolve", "condition", "reopen", "withdraw", "restore", "init", "add", "export"}
        for name in set(COMMANDS) - writing - {"db", "review"}:
            assert "json" in run.done(name, "--help"), name

    def test_due(self, run: Shell) -> None:
        """
        An item of the queue with its voices.
        """
        item = json.loads(run.done("due", "--format", "json"))["items"][0]

        assert list(item) == [
            "question", "statement", "criteria", "resolution_source", "opens", "closes", "days",
            "overdue", "condition", "condition_statement", "voices",
        ]  # fmt: skip
        assert item["days"] < 0
        assert item["overdue"] is True
        assert {"name", "words", "made"} <= keys(item["voices"][0])

    def test_scorecard(self, run: Shell) -> None:
        """
        A group has the keys of the issue, and so has the whole.
        """
        card = json.loads(run.done("scorecard", "--format", "json"))

        assert len(card["groups"]) == 5
        for group in (*card["groups"], card["overall"]):
            assert keys(group) >= GROUP
            assert keys(group["early"]) == {"n", "brier"}
        assert "Brier: mean of (p - y)²" in card["convention"]["line"]

    def test_treaty(self, run: Shell) -> None:
        """
        Unlikely is 0.2 in the default lexicon, and the treaty was signed: (0.2 - 1)^2 = 0.64.
        """
        page = json.loads(run.done("scorecard", "gruzer", "--format", "json"))
        (line,) = [line for line in page["lines"] if line["claim"] == "gruzer-2024-alliance"]

        assert (line["probability"], round(line["brier"], 12), line["standing"]) == (
            0.2, 0.64, "early",
        )  # fmt: skip

    def test_show(self, run: Shell) -> None:
        """
        The record of a claim has the names of the file format.
        """
        document = json.loads(run.done("show", "gruzer-2024-alliance", "--format", "json"))

        assert (document["entity"], document["record"]["phrase"]) == ("claim", "unlikely")
        assert [one["is"] for one in document["related"]] == ["Question", "Resolution", "Article"]
        assert keys(document["journal"][0]) == {
            "sequence", "at", "actor", "action", "entity", "entity_id", "body", "reason",
            "previous", "hash",
        }  # fmt: skip

    def test_check(self, run: Shell, repository: Path) -> None:
        """
        What a check found.
        """
        document = json.loads(run.done("check", repository / "forecasts", "--format", "json"))

        assert list(document) == ["kind", "foretrack", "as_of", "files", "records", "problems"]
        assert (document["records"]["source"], document["problems"]) == (5, [])

    def test_import(self, small: Shell, folder: Path) -> None:
        """
        What an import did, with the journal's head.
        """
        document = json.loads(small.done("import", folder, "--format", "json"))

        assert list(document) == [
            "kind", "foretrack", "as_of", "dry_run", "added", "changed", "unchanged", "superseded",
            "withdrawn", "missing", "warnings", "sequence", "head", "moved",
        ]  # fmt: skip
        assert (document["unchanged"], document["sequence"]) == (6, 6)


class TestErrors:
    def test_stdout_stays_empty(self, run: Shell) -> None:
        """
        An error goes to stderr: who reads JSON from stdout never reads half of it.
        """
        for words in READING:
            if words not in ("lexicon", "where"):
                said = run(*words.split(), "--format", "json", "--db", "missing.sqlite")
                assert (said.code, said.out) == (4, ""), words

    def test_problems_of_a_check(self, run: Shell, folder: Path) -> None:
        """
        A check prints its problems as JSON on stdout, and as lines on stderr; exit 3.
        """
        path = folder / "articles" / "outlook-2025.yaml"
        path.write_text(path.read_text().replace("phrase: likely", "phrase: liekly"))
        said = run("check", folder, "--format", "json")
        (problem,) = said.json()["problems"]

        assert said.code == 3
        assert list(problem) == ["path", "line", "where", "message", "warning"]
        assert (problem["line"], problem["where"]) == (9, "claims[0].phrase")
        assert f"{path}:9: claims[0].phrase: " in said.err

    def test_colour(self, run: Shell) -> None:
        """
        No document is ever coloured.
        """
        assert "\x1b" not in run.done("scorecard", "--format", "json", FORCE_COLOR="1")

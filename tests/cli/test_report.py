"""
The report from the command line: formats, files, choices.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from commandline import Shell
from dossiers import crowd as records
from dossiers import write
from foretrack.cli.publish import SEED
from foretrack.db.engine import make_engine
from foretrack.db.place import url_of
from pages import read


@pytest.fixture(scope="module")
def crowded(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A database with 60 questions and 5 sources.
    """
    path = tmp_path_factory.mktemp("crowd") / "crowd.sqlite"
    shutil.copyfile(template, path)
    write(make_engine(url_of(path)), records(questions=60, sources=5)).dispose()
    return path


@pytest.fixture
def crowd(crowded: Path) -> Shell:
    """
    Looks into the database of the crowd.
    """
    return Shell(FORETRACK_DB=str(crowded))


def assert_within(report: dict[str, Any], card: dict[str, Any]) -> None:
    """
    The report has the scorecard's rows and convention; the scorecard may say more about each.
    """
    rows = [(report["overall"], card["overall"]), (report["convention"], card["convention"])]
    for mine, other in [*rows, *zip(report["groups"], card["groups"], strict=True)]:
        assert mine == {key: other[key] for key in mine}


class TestFormats:
    def test_table(self, crowd: Shell, tmp_path: Path) -> None:
        """
        For a terminal: the sections of the page, with the diagrams drawn; the same in a file.
        """
        shown = crowd.done("report", "--format", "table")
        crowd.done("report", "--format", "table", "--output", tmp_path / "report.txt")
        titles = (
            "Forecast report as of", "Scorecard", "● Brier score", "Reliability",
            "All sources together", "In words: ", "What the words meant",
            "Windows, and what happened", "Waiting for a decision", "Worst misses",
            "Claims that are no forecasts", "Method",
        )  # fmt: skip
        places = [shown.index(title) for title in titles]

        assert places == sorted(places)
        assert max(map(len, shown.splitlines())) <= 100
        assert (tmp_path / "report.txt").read_text(encoding="utf-8") == shown

    def test_page(self, run: Shell) -> None:
        """
        A page is what one gets without asking for anything.
        """
        text = run.done("report")

        assert text.startswith("<!DOCTYPE html>\n")
        assert text.endswith("</html>\n")
        assert read(text).one("h1").text == "Forecast report as of 2026-11-21"
        assert run.done("report", "--format", "html") == text

    def test_json(self, run: Shell) -> None:
        """
        The data under stable keys; the figures are those of the scorecard.
        """
        found = json.loads(run.done("report", "--format", "json"))
        card = json.loads(run.done("scorecard", "--format", "json"))

        assert list(found) == [
            "kind", "foretrack", "as_of", "convention", "head", "groups", "overall", "profiles",
            "together", "phrases", "windows", "queue", "misses", "missed",
        ]  # fmt: skip
        assert found["kind"] == "report"
        assert found["as_of"] == card["as_of"]
        assert_within(found, card)
        queue = json.loads(run.done("due", "--within", "28d", "--format", "json"))
        assert found["queue"]["items"] == queue["items"]
        whole = json.loads(run.done("verify", "--format", "json"))
        assert found["head"] == {"sequence": whole["sequence"], "hash": whole["head"]}
        for profile in found["profiles"]:
            page = json.loads(run.done("scorecard", profile["source"], "--format", "json"))
            for key in ("hits", "lines", "left_out"):
                assert profile[key] == page[key]

    def test_markdown(self, run: Shell) -> None:
        """
        Text for a mail with the same sections.
        """
        text = run.done("report", "--format", "markdown")

        assert text.startswith("## Forecast report as of 2026-11-21\n")
        assert [line for line in text.splitlines() if line.startswith("### ")] == [
            "### Scorecard",
            "### Reliability",
            "### What the words meant",
            "### Windows, and what happened",
            "### Waiting for a decision",
            "### Worst misses",
            "### Claims that are no forecasts",
            "### Method",
        ]

    def test_real_record(self, run: Shell) -> None:
        """
        On the shipped record no source has enough for a diagram, and one forecast was a miss.
        """
        page = read(run.done("report"))

        assert page.every("figure") == []
        assert "Unnamed research site (2025): nothing scored yet" in page.one("main").text
        (miss,) = page.one("section", id="misses").one("tbody").every("tr")
        assert "defend each other" in miss.text
        assert miss.every("td")[0].text == "0.640"


class TestTerminal:
    def test_same_figures(self, crowd: Shell) -> None:
        """
        The diagram of the terminal is that of the report, band and all, to the last digit.
        """
        report = json.loads(crowd.done("report", "--format", "json"))
        assert report["together"]["luck"] is not None

        for profile in report["profiles"]:
            one = crowd.done("calibration", profile["source"], "--format", "json")
            assert json.loads(one)["reliability"] == profile["reliability"]
        together = json.loads(crowd.done("calibration", "--diagram", "--format", "json"))
        assert together["reliability"] == report["together"]

    def test_asked_for(self, crowd: Shell) -> None:
        """
        A source's diagram is drawn unless it is not wanted, that of all together where it is.
        """
        assert "100% ┤" in crowd.done("calibration", "s0")
        assert "100% ┤" not in crowd.done("calibration", "s0", "--no-diagram")
        assert "100% ┤" not in crowd.done("calibration")
        assert "100% ┤" in crowd.done("calibration", "--diagram")
        quiet = json.loads(crowd.done("calibration", "--format", "json"))
        assert quiet["reliability"] is None

    def test_too_few(self, run: Shell) -> None:
        """
        On the shipped record no source has enough for a diagram, and that is said.
        """
        said = run.done("calibration", "gruzer")

        assert "No reliability diagram below n = 10: 1 scored." in said
        assert "┤" not in said

    def test_piped(self, run: Shell, crowd: Shell) -> None:
        """
        Into a pipe goes no colour, and where the locale has no Unicode plain ASCII.
        """
        for shell, command in ((run, "scorecard"), (crowd, "calibration")):
            rest = () if command == "scorecard" else ("s0",)
            piped = shell.program(command, *rest, PYTHONIOENCODING="ascii")
            assert (piped.code, piped.err) == (0, "")
            assert piped.out.isascii()
            assert "\x1b" not in piped.out
            assert "O Brier score" in piped.out or "o what came true" in piped.out

    @pytest.mark.parametrize("columns", ["80", "120"])
    def test_on_a_terminal(self, crowd: Shell, columns: str) -> None:
        """
        On a terminal it is in colour, without NO_COLOR, and takes no more than its columns.
        """
        environment = {"COLUMNS": columns, "PYTHONIOENCODING": "utf-8"}
        with crowd.terminal("calibration", "s0", **environment) as coloured:
            text = coloured.end().out
        with crowd.terminal("calibration", "s0", NO_COLOR="1", **environment) as plain:
            without = plain.end().out

        assert "\x1b[36m░" in text
        assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", without)
        escapes = re.compile(r"\x1b\[[0-9;]*m")
        assert escapes.sub("", text) == escapes.sub("", without)
        assert max(len(line) for line in escapes.sub("", text).splitlines()) <= int(columns)


class TestFiles:
    @pytest.mark.parametrize("form", ["html", "markdown", "json"])
    def test_output(self, run: Shell, tmp_path: Path, form: str) -> None:
        """
        --output writes what would be printed, says so, and replaces what was there.
        """
        path = tmp_path / "out" / "report"

        assert f"wrote {path}" in run.done("report", "--format", form, "--output", path)
        first = path.read_text(encoding="utf-8")
        path.write_text("old")
        run.done("report", "--format", form, "--output", path)

        assert path.read_text(encoding="utf-8") == first
        assert run.done("report", "--format", form, "--output", "-") == first
        assert [one.name for one in path.parent.iterdir()] == ["report"]

    def test_same_bytes(self, run: Shell) -> None:
        """
        The same record and day give the same bytes: the seed is fixed.
        """
        assert SEED == 0
        assert run.done("report") == run.done("report")

    def test_no_regular_file(self, run: Shell) -> None:
        """
        A device takes the page and stays a device.
        """
        run.done("report", "--output", "/dev/null")

        assert Path("/dev/null").is_char_device()

    def test_cannot_be_written(self, run: Shell, tmp_path: Path) -> None:
        """
        What cannot be written is named.
        """
        (tmp_path / "file").write_text("")

        message = run.refused(1, "report", "--output", tmp_path / "file" / "report.html")

        assert "report.html: cannot be written" in " ".join(message.split())
        assert "is a directory" in run.refused(2, "report", "--output", tmp_path)


class TestChoices:
    def test_as_of(self, run: Shell) -> None:
        """
        A day in the past shows what was known then.
        """
        found = json.loads(run.done("report", "--as-of", "2024-06-01", "--format", "json"))

        assert found["as_of"] == "2024-06-01"
        assert {one["ending"] for one in found["windows"]} <= {"open", "overdue"}

    def test_the_usual_choices(self, run: Shell) -> None:
        """
        The options of the scorecard are those of the report.
        """
        chosen = ("--cohort", "resolved", "--updates", "last", "--basis", "stated", "--lexicon",
                  "phia", "--since", "2024-01-01", "--until", "2026-01-01")  # fmt: skip
        found = json.loads(run.done("report", *chosen, "--format", "json"))
        card = json.loads(run.done("scorecard", *chosen, "--format", "json"))

        assert_within(found, card)

    def test_part_of_the_record(self, run: Shell) -> None:
        """
        A part of the record is named in the page, and the queue says that it is the whole one's.
        """
        text = read(run.done("report", "--horizon", "medium-term")).one("body").text

        assert "only the horizon “medium-term”" in text
        assert "This list is that of the whole record." in text

    def test_unknown_format(self, run: Shell) -> None:
        """
        A format that does not exist is a usage error.
        """
        assert "'pdf' is not one of" in run.refused(2, "report", "--format", "pdf")


LOADED = """\
import sys
from foretrack.cli import main
main(sys.argv[1:], standalone_mode=False)
print([name for name in ("jinja2", "rich", "numpy", "alembic") if name in sys.modules],
      file=sys.stderr)
"""


class TestLoading:
    @pytest.mark.parametrize(
        ("form", "loaded"), [("html", "['jinja2']"), ("markdown", "[]"), ("json", "[]")]
    )
    def test_little(self, run: Shell, form: str, loaded: str) -> None:
        """
        The templates are loaded for the page alone, and what prints tables for none.
        """
        said = run.program("report", "--format", form, wrapper=(sys.executable, "-c", LOADED))

        assert (said.code, said.err.strip()) == (0, loaded)

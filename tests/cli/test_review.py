"""
``foretrack review`` and ``foretrack`` alone, as commands.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from commandline import Shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Head = Callable[[Shell], tuple[int, str]]

FROST = "frost-in-spring"
NEXT = {"FORETRACK_TODAY": "2026-11-27"}


class TestAgenda:
    def test_shipped_record(self, run: Shell) -> None:
        """
        On the five articles each question stands in the group it belongs to.
        """
        found = json.loads(run.done("review", "agenda", "--format", "json"))
        topics: dict[str, list[str]] = {}
        for item in found["items"]:
            topics.setdefault(item["topic"], []).append(item["question"])

        assert topics == {
            "overdue": ["dprk-nuclear-test-by-2026-10"],
            "early": [
                "ru-dprk-nuclear-cooperation-by-2027",
                "ru-dprk-energy-supply-to-2029",
                "ru-dprk-food-supply-to-2029",
                "ru-west-ties-repaired-by-2029",
            ],
            "condition": ["ru-dprk-closer-if-west-worse-by-2029"],
        }
        assert found["resolved"][0]["question"] == "ru-dprk-alliance-by-2027"
        assert (found["week"], found["as_of"]) == ("2026-w47", "2026-11-21")

    def test_writes_nothing(self, run: Shell, head: Head) -> None:
        """
        It can be looked at as often as one likes.
        """
        before = head(run)
        run.done("review", "agenda")
        run.done("review", "agenda", "--format", "markdown")

        assert head(run) == before

    def test_order(self, run: Shell) -> None:
        """
        The groups stand in the order of the meeting.
        """
        shown = run.done("review", "agenda")
        titles = (
            "Alarms and figures that moved", "Overdue (1)", "Probably decided early (4)",
            "Conditions to check (1)", "Resolved so far (9)", "New claims (72)",
        )  # fmt: skip
        places = [shown.index(title) for title in titles]

        assert places == sorted(places)
        assert "An open question stands once, in the first group that fits" in shown

    @pytest.mark.parametrize(
        ("arguments", "day", "week"),
        [
            ((), "2026-11-21", "2026-w47"),
            (("--as-of", "2026-10-01"), "2026-10-01", "2026-w40"),
            (("--week", "2026-W47"), "2026-11-21", "2026-w47"),
            (("--week", "2026-W48"), "2026-11-23", "2026-w48"),
            (("--week", "2026-W46"), "2026-11-15", "2026-w46"),
            (("--week", "2026-w46", "--as-of", "2026-11-10"), "2026-11-10", "2026-w46"),
        ],
    )
    def test_week_and_day(
        self, run: Shell, arguments: tuple[str, ...], day: str, week: str
    ) -> None:
        """
        The week is the day's; the day of another week is its day nearest to today.
        """
        found = json.loads(run.done("review", "agenda", *arguments, "--format", "json"))

        assert (found["as_of"], found["week"]) == (day, week)

    @pytest.mark.parametrize("day", ["2026-11-15", "2026-11-23"])
    def test_day_of_another_week(self, run: Shell, day: str) -> None:
        """
        A day that is not in the week is refused, with both named.
        """
        told = run.refused(2, "review", "agenda", "--week", "2026-W47", "--as-of", day)

        assert f"{day} is in 2026-W4" in told
        assert "not in 2026-W47" in told

    def test_patience(self, small: Shell) -> None:
        """
        After how many weeks an open question is asked about is for the user to say.

        The drought's condition was met on 1 October 2026: seven weeks before the day.
        """
        small.done(
            "condition", "drought", "met", "--since", "2026-10-01", "--decided", "2026-10-01",
            "--evidence", "No snow",
        )  # fmt: skip

        def groups(*arguments: str) -> dict[str, str]:
            found = small("review", "agenda", *arguments, "--format", "json").json()
            return {one["question"]: one["topic"] for one in found["items"]}

        assert groups() == {FROST: "overdue"}
        assert groups("--unseen", "7")["drought-after-no-snow"] == "early"
        assert groups("--unseen", "8", "--stale", "7")["drought-after-no-snow"] == "stale"
        shown = small.done("review", "agenda", "--unseen", "7")
        assert "nobody has looked for 7 weeks" in shown
        stale = small.done("review", "agenda", "--stale", "7")
        assert "drought-after-no-snow  nothing changed in 7 weeks" in stale
        assert "0 is not in the range" in small.refused(2, "review", "agenda", "--unseen", "0")

    def test_patience_of_the_settings(self, small: Shell, tmp_path: Path) -> None:
        """
        The settings keep it, for the agenda and for what the minutes say was not reached.
        """
        small.done(
            "condition", "drought", "met", "--since", "2026-10-01", "--decided", "2026-10-01",
            "--evidence", "No snow",
        )  # fmt: skip
        (tmp_path / "foretrack.toml").write_text("unseen_weeks = 7\n", encoding="utf-8")
        found = small("review", "agenda", "--format", "json").json()
        small.done("review", "start")
        small.done("review", "close")
        minutes = small("review", "show", "2026-W47", "--format", "json").json()

        assert [one["topic"] for one in found["items"]] == ["overdue", "early"]
        assert [one["topic"] for one in minutes["left"]] == ["overdue", "early"]

    def test_what_was_said(self, small: Shell) -> None:
        """
        Notes and dissent of earlier meetings stand with the question that they are about.
        """
        small.done("review", "start")
        small.done("review", "note", "The station moved.", "--question", FROST)
        small.done("review", "note", "It is plain.", "--question", FROST, "--dissent", "Bo")
        small.done("review", "close")
        shown = small.done("review", "agenda", **NEXT)

        assert "  so far, 2026-11-21: note – The station moved.\n" in shown
        assert "  so far, 2026-11-21: dissent of Bo – It is plain.\n" in shown

    def test_new_claims(self, run: Shell) -> None:
        """
        Every new claim is there: each forecast with its question, the others by the reason.
        """
        shown = " ".join(run.done("review", "agenda").split())
        found = json.loads(run.done("review", "agenda", "--format", "json"))["claims"]
        listed = shown[shown.index("New claims (72)") :]

        assert len(found) == 72
        for one in found:
            said = f"“{one['words']}”: " if one["words"] else ""
            assert f"{said}{' '.join(one['says'].split()[:4])}" in listed
            assert one["name"] in listed
            if one["question"]:
                assert f"[{one['question']}]" in listed
        for reason in ("hedge (5)", "no-criteria (4)", "attributed (1)"):
            assert f"not scored, {reason}: " in listed

    def test_few_new_claims(self, small: Shell) -> None:
        """
        A few are given in full.
        """
        shown = " ".join(small.done("review", "agenda").split())

        assert "“likely”: There is frost in spring. [question frost-in-spring]" in shown

    def test_without_history(self, run: Shell) -> None:
        """
        An item that nobody looked at says that there is no evidence.
        """
        shown = run.done("review", "agenda")

        assert shown.count("  evidence so far: none\n") == 6

    def test_what_a_resolution_did(self, run: Shell) -> None:
        """
        A headline without and with a question says which is which; the report is 0.97 and so on.

        Rinna has two: "will" (0.97) and "will likely" (0.72) that came true score 0.0009 and
        0.0784, on average 0.0397.
        """
        shown = " ".join(run.done("review", "agenda").split())

        assert "Brier 0.078; headline 0.001 without it, 0.040 with it" in shown
        assert "Brier 0.078; headline none without it, 0.078 with it" in shown
        assert "leaves out that one question" in shown

    def test_as_held(self, small: Shell) -> None:
        """
        The agenda of a week whose review was held is the one it went through, and says so.
        """
        small.done("review", "start")
        small.done("resolve", "frost", "no", "--evidence", "Table")
        begun = small.done("review", "agenda")
        small.done("review", "close")
        held = small.done("review", "agenda", "--week", "2026-W47", **NEXT)
        after = small.done("review", "agenda")
        day = small.done("review", "agenda", "--as-of", "2026-11-21", **NEXT)

        assert "What the review that was held on 2026-11-21 went through" in held
        assert "at entry 6 of the journal" in " ".join(held.split())
        assert "frost-in-spring  325 days overdue" in held
        assert "The review of 2026-W47 has begun" in begun
        assert "The review of 2026-W47 has ended" in after
        assert "the record as it is now, read as of 2026-11-21" in " ".join(day.split())
        for shown in (begun, after, day):
            assert "frost-in-spring  325 days" not in shown
            assert "`foretrack review agenda --week 2026-W47`" in " ".join(shown.split())

    def test_week_without_a_review(self, small: Shell) -> None:
        """
        Of an earlier week without one it says that this is today's record.
        """
        shown = " ".join(small.done("review", "agenda", "--week", "2026-W46").split())

        assert "the record as it is now, read as of 2026-11-15" in shown
        assert "no review began in 2026-W46" in shown

    def test_no_such_week(self, run: Shell) -> None:
        """
        A week that is none is a usage error.
        """
        for text in ("2025-W53", "W47", "2026-11-21"):
            assert "write it as 2026-W47" in run.refused(2, "review", "agenda", "--week", text)


class TestMeeting:
    def test_from_start_to_show(self, small: Shell) -> None:
        """
        The commands of a meeting follow one another, each naming the next.
        """
        assert "`foretrack review run`" in small.done("review", "start", "--attending", "Ann, Bo")
        small.done("resolve", "frost", "no", "--evidence", "Table")
        small.done("review", "note", "Bo disagrees.", "--question", "frost")
        assert "2026-w47-task-1" in small.done("review", "action", "Ask", "--who", "Ann")
        assert "1 decision\n" in small.done("review", "close")
        shown = small.done("review", "show", "2026-W47")

        for part in (
            "Ann, Bo", "Will there be frost in spring?  no\n", "Bo disagrees.",
            "frost-in-spring, decided 2026-11-21 (frost-in-spring-1)",
            "questions: 1 decided, 1 not reached; tasks: 1 to be done",
            "2026-w47-task-1  Ask – Ann", "Brier 0.518", "every figure would be the same",
        ):  # fmt: skip
            assert part in shown
        assert "2026-W47  2026-11-21  2026-11-21" in small.done("review", "list")
        assert "done: 2026-w47-task-1, Ask" in small.done("review", "done", "task-1")
        assert small.done("verify").startswith("whole")

    def test_reopened(self, small: Shell) -> None:
        """
        The stored figures stay after a reopening, and the difference is pointed out.
        """
        small.done("review", "start")
        small.done("resolve", "frost", "no", "--evidence", "Table")
        small.done("review", "close")
        before = small("review", "show", "2026-W47", "--format", "json").json()
        small.done("reopen", "frost", "--reason", "Wrong table", "--yes", **NEXT)
        after = small("review", "show", "2026-W47", "--format", "json", **NEXT).json()
        shown = small.done("review", "show", "2026-W47", **NEXT)

        changes = before.pop("changes"), after.pop("changes")
        assert before == after
        assert changes[0]["overturned"] == []
        assert changes[1]["overturned"][0]["now"] == "open again"
        assert "was no (frost-in-spring-1), is now open again" in shown
        assert "0.518" in shown
        said = "Since then: 1 resolution no longer stands, "
        assert said in shown[: shown.index("Decisions (1)")]

    def test_before_and_after(self, small: Shell) -> None:
        """
        What the review changed stands with an arrow, what it left as it was once.

        The office said likely, 0.72, and it was a no: 0.5184.
        """
        small.done("review", "start")
        small.done("resolve", "frost", "no", "--evidence", "Table")
        small.done("review", "close")
        shown = small.done("review", "show", "2026-W47")
        (line,) = (one for one in shown.splitlines() if one.startswith("The weather office  "))

        assert line.split()[3:] == ["0", "→", "1", "–", "→", "0.518", "0", "1", "→", "0"]

    def test_moved_between_reviews(self, small: Shell) -> None:
        """
        What moved a headline between two meetings is in the minutes of the second.
        """
        small.done("review", "start")
        small.done("review", "close")
        small.done("resolve", "frost", "no", "--evidence", "Table")
        small.done("review", "start", **NEXT)
        small.done("review", "close", **NEXT)
        shown = small.done("review", "show", "2026-W48", **NEXT)

        assert "The weather office: Brier – (n = 0) → Brier 0.518 (n = 1)" in shown

    def test_without_a_source(self, database: Path) -> None:
        """
        Minutes of an empty record have no empty table.
        """
        run = Shell(FORETRACK_DB=str(database))
        run.done("review", "start")
        run.done("review", "close")
        shown = run.done("review", "show", "2026-W47")

        assert "There was no source yet." in shown
        assert "no question was gone through" in shown

    def test_attending(self, small: Shell) -> None:
        """
        Who is there can be corrected until the review ends.
        """
        small.done("review", "start", "--attending", "Ann, Bo")
        assert small.done("review", "attend", "Ann, Cy") == "attending: Ann, Cy\n"
        small.done("review", "close")
        assert "`foretrack review start`" in small.refused(4, "review", "attend", "Ann")

        assert "attending  Ann, Cy" in small.done("review", "show", "2026-W47")
        assert "who is there" in small.done("log", "2026-w47")

    def test_dissent(self, small: Shell) -> None:
        """
        Who dissents stands by name beside the decision; one who is not there is pointed out.
        """
        small.done("review", "start", "--attending", "Ann, Bo")
        small.done("resolve", "frost", "no", "--evidence", "Table", "--dissent", "bo")
        told = small.done("review", "note", "Too early.", "--question", "frost",
                          "--dissent", "Ann, Cy")  # fmt: skip
        small.done("review", "close")
        shown = small.done("review", "show", "2026-W47")
        document = small("review", "show", "2026-W47", "--format", "json").json()

        assert "Cy: not among those attending" in told
        assert "2026-w47-note-1 [dissent of bo]: no reason given" in small.done("show", FROST)
        assert "dissent: bo: no reason given\n" in shown
        assert "dissent: Ann, Cy: Too early.\n" in shown
        assert document["decisions"][0]["dissent"] == [
            {"who": ["bo"], "text": "no reason given"},
            {"who": ["Ann", "Cy"], "text": "Too early."},
        ]
        assert document["decisions"][0]["notes"] == []

    def test_dissent_needs_a_review(self, small: Shell, head: Head) -> None:
        """
        A dissent without a review, or without what it is about, is refused before anything else.
        """
        before = head(small)
        given = ("resolve", "frost", "no", "--evidence", "Table", "--dissent", "Bo")

        assert "no review has begun" in small.refused(4, *given)
        assert "--question" in small.refused(2, "review", "note", "x", "--dissent", "Bo")
        assert "TEXT" in small.refused(2, "review", "note")
        assert head(small) == before

    def test_refusals(self, small: Shell) -> None:
        """
        What needs a review says how to begin one.
        """
        for arguments in (("close",), ("note", "x"), ("action", "x"), ("run",)):
            assert "`foretrack review start`" in small.refused(4, "review", *arguments)
        assert "there was none so far" in small.refused(3, "review", "show", "2026-W47")
        assert "no open task is" in small.refused(3, "review", "done", "task-1")

    def test_run_needs_a_terminal(self, small: Shell) -> None:
        """
        Where nobody can press a key it is a usage error that names what prints.
        """
        small.done("review", "start")
        assert "`foretrack review agenda`" in small.refused(2, "review", "run")

    def test_output(self, small: Shell, tmp_path: Path) -> None:
        """
        Minutes go to a file as Markdown, unless JSON is asked for.
        """
        small.done("review", "start")
        small.done("review", "close")
        small.done("review", "show", "2026-W47", "--output", "minutes.md")
        small.done("review", "show", "2026-W47", "--format", "json", "--output", "minutes.json")

        text = (tmp_path / "minutes.md").read_text(encoding="utf-8")
        assert text.startswith("## Minutes of the review of 2026-W47")
        small.done("review", "show", "2026-W47", "--format", "table", "--output", "minutes.txt")
        table = (tmp_path / "minutes.txt").read_text(encoding="utf-8")
        assert table == small.done("review", "show", "2026-W47")
        assert json.loads((tmp_path / "minutes.json").read_text())["kind"] == "minutes"

    def test_export(self, small: Shell, tmp_path: Path) -> None:
        """
        Reviews are exported, checked, and imported unchanged.
        """
        small.done("review", "start")
        small.done("review", "close")
        small.done("export", "out")

        assert (tmp_path / "out" / "reviews" / "2026-w47.yaml").exists()
        assert "1 review" in small.done("check", "out")
        assert "corrected       0" in small.done("import", "out")


class TestToday:
    def test_without_a_database(self, tmp_path: Path) -> None:
        """
        Without a database it says how to begin.
        """
        shown = Shell(FORETRACK_DB=str(tmp_path / "none.sqlite")).done()

        assert "There is no database yet" in shown
        assert "foretrack init" in shown

    def test_empty(self, database: Path) -> None:
        """
        An empty record wants files.
        """
        shown = Shell(FORETRACK_DB=str(database)).done()

        assert "foretrack import forecasts/" in shown
        assert "none: the record is empty" in shown

    def test_small(self, small: Shell) -> None:
        """
        Next review, overdue, due, last change and three commands, on one screen.
        """
        shown = small.done()

        assert "Saturday, 2026-11-21" in shown
        assert "`foretrack review start` begins the first" in shown
        assert "1: frost-in-spring (325 days)" in shown
        assert "nothing within 14 days; the next window closes on 2027-12-31" in shown
        assert "add claim outlook-2025-drought" in shown
        assert shown.count("\nforetrack ") == 3
        assert len(shown.splitlines()) <= 24

    def test_while_a_review_lasts(self, small: Shell) -> None:
        """
        A review that has begun comes first.
        """
        small.done("review", "start")
        small.done("review", "action", "Ask", "--due", "2026-11-20")
        shown = small.done()

        assert "2026-W47 has begun on 2026-11-21 and is open" in shown
        assert "1 task, late" in shown
        assert shown.index("foretrack review run") < shown.index("foretrack review close")

    def test_between_reviews(self, small: Shell) -> None:
        """
        The next one is a week after the last.
        """
        small.done("review", "start")
        small.done("review", "close")

        assert "2026-W48, Saturday 2026-11-28, the last was 2026-W47" in small.done()

    def test_old_schema(self, tmp_path: Path, repository: Path) -> None:
        """
        An older database names the command to run.
        """
        path = tmp_path / "old.sqlite"
        path.write_bytes((repository / "tests" / "db" / "old" / "0001.sqlite").read_bytes())

        assert "`foretrack db upgrade`" in Shell(FORETRACK_DB=str(path)).refused(4)


class TestPage:
    def test_minutes_as_a_page(self, run: Shell) -> None:
        """
        The stored minutes are one page that needs nothing else, with every text escaped.
        """
        run.done("review", "start", "--attending", "Ann, <b>Bob</b>")
        run.done("review", "note", "a <script>note</script>")
        run.done("review", "close")
        page = run.done("review", "show", "2026-W47", "--format", "html")

        assert page.startswith("<!DOCTYPE html>")
        assert "<h1>Minutes of the review of 2026-W47</h1>" in page
        assert "a &lt;script&gt;note&lt;/script&gt;" in page
        assert "<script" not in page
        assert "<b>Bob" not in page
        assert page.count("<h2>") >= 2
        assert "http" not in page.replace("http-equiv", "")

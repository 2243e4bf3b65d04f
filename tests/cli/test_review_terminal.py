"""
``foretrack review run`` at a real terminal.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from commandline import Shell, Terminal

    Head = Callable[[Shell], tuple[int, str]]

FROST, DROUGHT = "frost-in-spring", "drought-after-no-snow"
EVENT = "Did the event happen?"
CONDITION = "Was the condition met?"
KEYS = "q quit"
DAY = "On which day did it happen?"
CITATION = "What shows it?"
ADDRESS = "At which address?"
NOTE = "A note?"
CONFIRM = "Record this?"
WHO = "Who dissents?"
CTRL_C, CTRL_D = "\x03", "\x04"


@pytest.fixture
def begun(small: Shell) -> Shell:
    """
    A review with two items: frost is overdue, and the drought's condition is pending.
    """
    small.done("review", "start")
    return small


def shown(at: Terminal, key: str) -> str:
    """
    Press a key at the next item; gives what stood before it.
    """
    return at.answer(KEYS, key)


def no(at: Terminal, *, confirm: str = "y\n") -> str:
    """
    All that a no asks for an overdue question; gives what stood before the key.
    """
    told = shown(at, "n")
    at.answer(CITATION, "The table\n")
    at.answer(ADDRESS, "\n")
    at.answer(NOTE, "\n")
    at.answer(CONFIRM, confirm)
    return told


def back(at: Terminal, key: str) -> str:
    """
    Answer a prompt that is on the screen, and stop; gives what stood before the next key.
    """
    at.answer("", key)
    return shown(at, "q")


def related(run: Shell) -> list[Any]:
    found: list[Any] = run("show", FROST, "--format", "json").json()["related"]
    return found


def items(run: Shell) -> list[Any]:
    return [one for one in related(run) if one["is"] in ("Resolution", "Postponement")]


class TestKeys:
    def test_the_whole_way(self, begun: Shell) -> None:
        """
        Each item is shown whole, the score stands before the confirmation, and the end is named.

        Likely is 0.72, so a no gives 0.5184.
        """
        with begun.terminal("review", "run") as at:
            told = shown(at, "n")
            at.answer(CITATION, "The table\n")
            at.answer(ADDRESS, "https://example.org/t\n")
            at.answer(NOTE, "Bo would have waited.\n")
            echo = at.answer(CONFIRM, "y\n")
            second = shown(at, "s")
            ended = at.end()

        flat = " ".join(told.split())
        for part in (
            "Review of 2026-W47", "[1 of 2] Overdue: frost-in-spring", "325 days overdue",
            "Will there be frost in spring?", "Yes if the station reports", "The weather office",
            "likely", "2025-01-01 to 2025-12-31",
        ):  # fmt: skip
            assert part in flat
        assert "Will there be frost in spring?" in echo
        assert "weather-office (likely): p = 0.72, Brier 0.5184, in the headline" in echo
        assert "[2 of 2] Conditions to check" in second
        assert "The snow stays away." in second
        assert (ended.code, "1 item done, 1 skipped, 0 left" in ended.out) == (0, True)
        assert "`foretrack review close`" in ended.out
        (held,) = items(begun)
        assert (held["outcome"], held["note"]) == ("no", "Bo would have waited.")
        assert held["evidence"] == [{"citation": "The table", "url": "https://example.org/t"}]

    def test_yes(self, begun: Shell) -> None:
        """
        A yes asks for its day, again where it cannot be, and for evidence.
        """
        with begun.terminal("review", "run") as at:
            shown(at, "y")
            at.answer(DAY, "2024-01-01\n")
            assert "is outside the window" in at.answer(DAY, "2025-03-01\n")
            at.answer(CITATION, "The table\n")
            at.answer(ADDRESS, "javascript:alert(1)\n")
            assert "no web address" in at.answer(ADDRESS, "\n")
            at.answer(NOTE, "\n")
            assert "Brier 0.0784" in at.answer(f"{CONFIRM} [Y/n]", "\n")
            shown(at, "q")
            assert at.end().code == 0

        assert items(begun)[0]["happened"] == "2025-03-01"

    def test_not_yet(self, begun: Shell) -> None:
        """
        Not yet asks when to look again and why, and is kept at once.
        """
        with begun.terminal("review", "run") as at:
            shown(at, "l")
            at.answer("Look again on which day?", "2026-11-21\n")
            told = at.answer("Look again on which day?", "2027-01-09\n")
            at.answer("Why not yet?", "No table yet\n")
            at.answer(f"{CONFIRM} [Y/n]", "\n")
            shown(at, "q")
            ended = at.end()

        assert "is not after today" in told
        assert (ended.code, "1 item done, 1 left" in ended.out) == (0, True)
        (held,) = items(begun)
        assert (held["again"], held["note"]) == ("2027-01-09", "No table yet")

    def test_not_yet_by_default(self, begun: Shell) -> None:
        """
        Unless another day is named it is four weeks from today.
        """
        with begun.terminal("review", "run") as at:
            shown(at, "l")
            at.answer("Look again on which day? [2026-12-19]", "\n")
            at.answer("Why not yet?", "\n")
            at.answer(f"{CONFIRM} [Y/n]", "\n")
            shown(at, "q")
            at.end()

        assert items(begun)[0]["again"] == "2026-12-19"

    def test_ambiguous(self, begun: Shell) -> None:
        """
        Ambiguous needs evidence or a note, and is not scored.
        """
        with begun.terminal("review", "run") as at:
            shown(at, "a")
            at.answer(CITATION, "\n")
            at.answer(NOTE, "Two stations disagree\n")
            assert "ambiguous, not scored" in at.answer(f"{CONFIRM} [y/N]", "y\n")
            shown(at, "q")
            at.end()

        assert items(begun)[0]["outcome"] == "ambiguous"

    def test_annulled(self, begun: Shell) -> None:
        """
        Annulling asks why; a reason that does not hold is said, and the item stays.
        """
        with begun.terminal("review", "run") as at:
            shown(at, "x")
            at.answer("Why?", "condition\n")
            at.answer(CITATION, "The rules\n")
            at.answer(ADDRESS, "\n")
            at.answer(NOTE, "\n")
            told = shown(at, "x")
            at.answer("Why?", "crit\n")
            at.answer(CITATION, "The rules\n")
            at.answer(ADDRESS, "\n")
            at.answer(NOTE, "\n")
            at.answer(CONFIRM, "y\n")
            shown(at, "q")
            at.end()

        assert "has no condition that could be unmet" in " ".join(told.split())
        assert items(begun)[0]["reason"] == "criteria-defect"

    def test_condition(self, begun: Shell) -> None:
        """
        A pending condition is asked for first; unmet annuls the question.
        """
        with begun.terminal("review", "run") as at:
            shown(at, "s")
            assert CONDITION in shown(at, "n")
            at.answer(CITATION, "It snowed\n")
            at.answer(ADDRESS, "\n")
            at.answer(NOTE, "\n")
            assert "annulled, not scored" in at.answer(CONFIRM, "y\n")
            assert at.end().code == 0

        assert "annulled (condition-unmet)" in begun.done("show", DROUGHT)

    def test_condition_of_an_overdue_question(self, small: Shell) -> None:
        """
        Where the window is over a condition that was met is not enough: the event is asked next.
        """
        later = {"FORETRACK_TODAY": "2028-02-01"}
        small.done("resolve", FROST, "no", "--evidence", "Table", **later)
        small.done("review", "start", **later)
        with small.terminal("review", "run", **later) as at:
            assert CONDITION in shown(at, "y")
            at.answer(CITATION, "No snow\n")
            at.answer(ADDRESS, "\n")
            at.answer(NOTE, "\n")
            at.answer(CONFIRM, "y\n")
            assert EVENT in shown(at, "q")
            at.end()
        with small.terminal("review", "run", **later) as at:
            assert EVENT in no(at)
            assert at.end().code == 0

        assert "closed 2027-12-31" in at.text

    def test_skip_and_back(self, begun: Shell, head: Head) -> None:
        """
        Going back stores nothing, skipping only that; before the first item there is none.
        """
        before = head(begun)
        with begun.terminal("review", "run") as at:
            assert "[1 of 2]" in shown(at, "b")
            assert "[1 of 2]" in shown(at, "s")
            assert "[2 of 2]" in shown(at, "b")
            assert "[1 of 2]" in shown(at, "s")
            assert "[2 of 2]" in shown(at, "s")
            ended = at.end()

        assert (ended.code, "0 items done, 2 skipped, 0 left" in ended.out) == (0, True)
        assert head(begun)[0] == before[0] + 2
        assert items(begun) == []

    def test_back_to_what_was_decided(self, begun: Shell) -> None:
        """
        A resolved item can only be passed, and says how to take it back; one put off changes.
        """
        with begun.terminal("review", "run") as at:
            no(at)
            shown(at, "b")
            told = shown(at, "y")
            shown(at, "q")
            at.end()

        assert f"`foretrack reopen {FROST}`" in " ".join(told.split())
        assert "please press d, r, t, s, b, q" in at.text

    def test_other_keys(self, begun: Shell, head: Head) -> None:
        """
        A key that means nothing, an arrow among them, is asked for again; capitals count.
        """
        before = head(begun)
        with begun.terminal("review", "run") as at:
            shown(at, "z")
            shown(at, "\x1b[A")
            shown(at, "é")
            shown(at, "Q")
            ended = at.end()

        assert at.text.count("please press") >= 3
        assert (ended.code, head(begun)) == (0, before)

    def test_declining(self, begun: Shell, head: Head) -> None:
        """
        A no to the confirmation stores nothing, and the item stays.
        """
        before = head(begun)
        with begun.terminal("review", "run") as at:
            no(at, confirm="n\n")
            told = shown(at, "q")
            at.end()

        assert "not recorded" in told
        assert EVENT in told
        assert head(begun) == before


class TestDissent:
    def test_with_the_decision(self, begun: Shell) -> None:
        """
        One who does not agree is asked for before anything is stored, and kept by name.
        """
        begun.done("review", "attend", "Ann, Bo")
        with begun.terminal("review", "run") as at:
            no(at, confirm="d\n")
            at.answer(WHO, ",\n")
            assert "please name somebody" in at.answer(WHO, "Bo, Cy\n")
            at.answer("Why?", "Too early\n")
            told = shown(at, "q")
            at.end()
        (held,) = (one for one in related(begun) if one["is"] == "Remark")

        assert "recorded frost-in-spring-1" in told
        assert "Cy: not among those attending" in told
        assert (held["dissent"], held["text"]) == (["Bo", "Cy"], "Too early")
        assert items(begun)[0]["outcome"] == "no"

    def test_led_back(self, begun: Shell, head: Head) -> None:
        """
        Going back from it stores nothing, the decision included.
        """
        before = head(begun)
        with begun.terminal("review", "run") as at:
            no(at, confirm="d\n")
            at.answer(WHO, "b\n")
            assert "back to the item; nothing was stored" in shown(at, "q")
            at.end()

        assert head(begun) == before

    def test_afterwards(self, begun: Shell) -> None:
        """
        What was decided or put off can be dissented from later; what is open cannot.
        """
        with begun.terminal("review", "run") as at:
            assert "d dissent" not in shown(at, "l")
            at.answer("Look again on which day?", "\n")
            at.answer("Why not yet?", "\n")
            at.answer(f"{CONFIRM} [Y/n]", "\n")
            shown(at, "b")
            assert "this review" in shown(at, "d")
            at.answer(WHO, "Bo\n")
            at.answer("Why?", "\n")
            shown(at, "q")
            at.end()
        (held,) = (one for one in related(begun) if one["is"] == "Remark")

        assert (held["dissent"], held["text"]) == (["Bo"], "no reason given")

    def test_with_not_yet(self, begun: Shell) -> None:
        """
        Who would have decided is kept with what was put off, and it is shown before it is stored.
        """
        with begun.terminal("review", "run") as at:
            shown(at, "l")
            at.answer("Look again on which day?", "2027-01-09\n")
            at.answer("Why not yet?", "No table yet\n")
            echo = at.answer(CONFIRM, "d\n")
            at.answer(WHO, "Bo\n")
            at.answer("Why?", "It is plain\n")
            shown(at, "q")
            at.end()
        (held,) = (one for one in related(begun) if one["is"] == "Remark")

        assert "Will there be frost in spring?" in echo
        assert "not yet, look again on 2027-01-09" in echo
        assert (held["dissent"], held["text"]) == (["Bo"], "It is plain")
        assert items(begun)[0]["again"] == "2027-01-09"

    def test_not_yet_declined(self, begun: Shell, head: Head) -> None:
        """
        A no stores nothing, and the item stays.
        """
        before = head(begun)
        with begun.terminal("review", "run") as at:
            shown(at, "l")
            at.answer("Look again on which day?", "\n")
            at.answer("Why not yet?", "\n")
            at.answer(CONFIRM, "n\n")
            assert "not recorded" in shown(at, "q")
            at.end()

        assert head(begun) == before


class TestAsides:
    def test_kept_at_once(self, begun: Shell) -> None:
        """
        A remark and a task are kept while the item stays on the screen, undecided.
        """
        with begun.terminal("review", "run") as at:
            shown(at, "r")
            at.answer("What is to be kept?", "The station moved.\n")
            assert "noted 2026-w47-note-1" in shown(at, "t")
            at.answer("What is to be done?", "Ask the station\n")
            at.answer("Who is to do it?", "Bo\n")
            at.answer("By when?", "soon\n")
            at.answer("By when?", "2026-11-28\n")
            assert "noted 2026-w47-task-1" in shown(at, "q")
            assert "0 items done, 2 left" in at.end().out
        begun.done("review", "close")
        told = begun.done("review", "show", "2026-W47")

        assert "The station moved." in told
        assert "2026-w47-task-1  Ask the station – Bo, due 2026-11-28" in told

    @pytest.mark.parametrize("key", ["b\n", "\n", CTRL_C])
    @pytest.mark.parametrize("aside", ["r", "t"])
    def test_led_back(self, begun: Shell, head: Head, aside: str, key: str) -> None:
        """
        Saying nothing, b and Ctrl-C lead back to the item and store nothing.
        """
        before = head(begun)
        asked = {"r": "What is to be kept?", "t": "What is to be done?"}[aside]
        with begun.terminal("review", "run") as at:
            shown(at, aside)
            at.answer(asked, "")
            time.sleep(0.2)
            assert "back to the item; nothing was stored" in back(at, key)
            assert at.end().code == 0

        assert head(begun) == before


class TestTasks:
    @pytest.fixture
    def owed(self, small: Shell) -> Shell:
        """
        A review of the week after one that agreed two tasks, the first of them late by then.
        """
        small.done("review", "start")
        small.done("review", "action", "Ask the station", "--who", "Bo", "--due", "2026-11-25")
        small.done("review", "action", "Read the table")
        small.done("review", "close")
        small.environment["FORETRACK_TODAY"] = "2026-11-27"
        small.done("review", "start")
        return small

    def test_one_key_each(self, owed: Shell) -> None:
        """
        Open tasks of the last meeting come first, with who and by when, and y ticks one off.
        """
        with owed.terminal("review", "run") as at:
            first = shown(at, "y")
            second = shown(at, "n")
            third = shown(at, "b")
            again = shown(at, "b")
            done = shown(at, "q")
            ended = at.end()
        flat = " ".join(first.split())

        assert "[1 of 4] Still to be done: 2026-w47-task-1" in flat
        for part in ("Ask the station", "Bo", "2026-11-25, late", "2026-W47", "Is it done?"):
            assert part in flat
        assert "[2 of 4] Still to be done: 2026-w47-task-2" in second
        assert "nobody was named" in second
        assert "[3 of 4] Overdue: frost-in-spring" in third
        assert "[2 of 4]" in again
        assert "[1 of 4]" in done
        assert "Already done." in done
        assert (ended.code, "2 items done, 2 left" in ended.out) == (0, True)
        tasks = owed("review", "agenda", "--format", "json").json()["tasks"]
        assert [one["id"] for one in tasks] == ["2026-w47-task-2"]

    def test_resumed(self, owed: Shell) -> None:
        """
        Before the first question what is open comes again; behind it only when the rest is done.
        """
        with owed.terminal("review", "run") as at:
            shown(at, "y")
            shown(at, "q")
            at.end()
        with owed.terminal("review", "run") as at:
            told = shown(at, "s")
            no(at)
            shown(at, "q")
            at.end()
        with owed.terminal("review", "run") as at:
            later = shown(at, "s")
            at.end()
        with owed.terminal("review", "run") as at:
            last = shown(at, "q")
            at.end()

        assert "1 item done, 3 left" in told
        assert "[2 of 4]" in told
        assert "2 items done, 1 skipped, 1 left" in later
        assert "[4 of 4]" in later
        assert "[2 of 4]" in last

    def test_ticked_off_elsewhere(self, owed: Shell) -> None:
        """
        A task that somebody ticked off meanwhile is no longer open, and that is said.
        """
        with owed.terminal("review", "run") as at:
            at.answer("Is it done?", "")
            owed.done("review", "done", "2026-w47-task-1")
            shown(at, "y")
            told = shown(at, "q")
            at.end()

        assert "no open task is '2026-w47-task-1'" in told

    def test_in_the_minutes(self, owed: Shell) -> None:
        """
        What was ticked off is told from what is still to be done.
        """
        with owed.terminal("review", "run") as at:
            shown(at, "y")
            shown(at, "q")
            at.end()
        owed.done("review", "close")
        told = owed.done("review", "show", "2026-W48")

        assert "Done (1)\n2026-w47-task-1  Ask the station" in told
        assert "To be done (1)\n2026-w47-task-2  Read the table" in told


class TestSkipped:
    def test_in_the_minutes(self, begun: Shell) -> None:
        """
        What was passed over is told from what nobody came to.
        """
        with begun.terminal("review", "run") as at:
            shown(at, "s")
            shown(at, "q")
            at.end()
        begun.done("review", "close")
        told = begun.done("review", "show", "2026-W47")

        assert f"Skipped (1)\nWill there be frost in spring?  overdue\n  {FROST}\n" in told
        asked = "Will there be a drought?  conditions to check"
        assert f"Not reached (1)\n{asked}\n  {DROUGHT}\n" in told

    def test_resumed(self, begun: Shell) -> None:
        """
        Run again it goes on behind what was skipped; once nothing else is left that comes again.
        """
        with begun.terminal("review", "run") as at:
            shown(at, "s")
            shown(at, "q")
            at.end()
        with begun.terminal("review", "run") as at:
            told = shown(at, "s")
            assert "comes to what was skipped" in at.end().out
        with begun.terminal("review", "run") as at:
            again = shown(at, "q")
            at.end()

        assert "0 items done, 1 skipped, 1 left" in told
        assert "[2 of 2]" in told
        assert "0 items done, 2 skipped, 0 left" in again
        assert "[1 of 2]" in again
        assert "skipped" in again[again.index("[1 of 2]") :]


class TestNarrow:
    def test_lines_break_between_words(self, begun: Shell) -> None:
        """
        On a narrow terminal no line is wider than it, and words stay whole.
        """
        with begun.terminal("review", "run", COLUMNS="44") as at:
            no(at)
            shown(at, "q")
            at.end()
        plain = re.sub(r"\x1b\[[0-9;]*m", "", at.text)

        assert "a ambiguous, x annulled,\n" in plain
        for line in plain.splitlines():
            typed = any(line.startswith(asked) for asked in (CITATION, ADDRESS, CONFIRM, "  "))
            assert len(line) <= 44 or typed or "> " in line

    @pytest.mark.parametrize("columns", [94, 98, 102, 106, 110, 114, 118, 122])
    def test_the_answer_fits(self, begun: Shell, columns: int) -> None:
        """
        What a key means stands behind the keys, on a line that has room for it.
        """
        with begun.terminal("review", "run", COLUMNS=str(columns)) as at:
            shown(at, "a")
            at.answer(CITATION, "b\n")
            shown(at, "q")
            at.end()
        plain = re.sub(r"\x1b\[[0-9;]*m", "", at.text)
        (line,) = (one for one in plain.splitlines() if "> ambiguous" in one)

        assert len(line) <= columns


class TestStopping:
    def test_quit_and_resume(self, begun: Shell) -> None:
        """
        Run again it goes on with what is left; what was skipped comes again.
        """
        with begun.terminal("review", "run") as at:
            no(at)
            shown(at, "q")
            stopped = at.end()
        with begun.terminal("review", "run") as at:
            told = shown(at, "s")
            at.end()

        assert "`foretrack review run` goes on" in stopped.out
        assert "going on with the review of 2026-W47: 1 item done, 1 left" in told
        assert "[2 of 2]" in told
        assert FROST not in told

    def test_decided_elsewhere(self, begun: Shell) -> None:
        """
        What another command decided meanwhile is done, too.
        """
        begun.done("resolve", FROST, "no", "--evidence", "Table")
        with begun.terminal("review", "run") as at:
            assert "[2 of 2]" in shown(at, "q")
            at.end()

    def test_decided_elsewhere_while_on_the_screen(self, begun: Shell) -> None:
        """
        A colleague who was faster is named, and nothing is stored twice.
        """
        with begun.terminal("review", "run") as at:
            shown(at, "a")
            begun.done("resolve", FROST, "no", "--evidence", "Table")
            at.answer(CITATION, "\n")
            at.answer(NOTE, "Two stations disagree\n")
            at.answer(CONFIRM, "y\n")
            told = shown(at, "q")
            at.end()

        assert "Already resolved." in told
        assert "is already resolved no" in told
        assert len(items(begun)) == 1

    @pytest.mark.parametrize("key", ["b\n", CTRL_C])
    @pytest.mark.parametrize(
        "answers",
        [
            [("y",), (DAY,)],
            [("y",), (DAY, "2025-03-01\n"), (CITATION,)],
            [("n",), (CITATION, "The table\n"), (ADDRESS,)],
            [("n",), (CITATION, "The table\n"), (ADDRESS, "\n"), (NOTE,)],
            [("n",), (CITATION, "The table\n"), (ADDRESS, "\n"), (NOTE, "\n"), (CONFIRM,)],
            [("x",), ("Why?",)],
            [("a",), (CITATION,)],
            [("a",), (CITATION, "\n"), (NOTE,)],
            [("l",), ("Look again on which day?",)],
            [("l",), ("Look again on which day?", "\n"), ("Why not yet?",)],
            [("l",), ("Look again on which day?", "\n"), ("Why not yet?", "\n"), (CONFIRM,)],
        ],
    )
    def test_back_to_the_item(
        self, begun: Shell, head: Head, key: str, answers: list[tuple[str, ...]]
    ) -> None:
        """
        ``b`` and Ctrl-C at any prompt lead back to the item and store nothing; it is said once.
        """
        before = head(begun)
        with begun.terminal("review", "run") as at:
            shown(at, answers[0][0])
            for prompt, keys in answers[1:-1]:
                at.answer(prompt, keys)
            at.answer(answers[-1][0], "")
            time.sleep(0.2)  # until it reads: an interrupt before that would be of the prompt
            assert "back to the item; nothing was stored" in back(at, key)
            ended = at.end()

        assert at.text.count("b or Ctrl-C at a prompt") == 1
        assert (ended.code, "[2 of 2]" in at.text, head(begun)) == (0, False, before)

    @pytest.mark.parametrize(
        "answers",
        [
            [("y",), (DAY,)],
            [("n",), (CITATION,)],
            [("x",), ("Why?",)],
            [("a",), (CITATION, "\n"), (NOTE,)],
        ],
    )
    def test_nothing_said(self, begun: Shell, head: Head, answers: list[tuple[str, ...]]) -> None:
        """
        An empty answer to what is required leads back to the item.
        """
        before = head(begun)
        with begun.terminal("review", "run") as at:
            shown(at, answers[0][0])
            for prompt, keys in answers[1:-1]:
                at.answer(prompt, keys)
            at.answer(answers[-1][0], "")
            assert "back to the item; nothing was stored" in back(at, "\n")
            assert at.end().code == 0

        assert head(begun) == before

    @pytest.mark.parametrize("key", ["b\n", "\n", CTRL_C])
    def test_back_from_the_day_of_impossibility(self, small: Shell, head: Head, key: str) -> None:
        """
        An event that can still happen is left open.
        """
        later = {"FORETRACK_TODAY": "2027-12-28"}
        small.done("condition", "drought", "met", "--evidence", "None", "--since", "2026-03-01")
        small.done("review", "start", **later)
        before = head(small)
        with small.terminal("review", "run", **later) as at:
            shown(at, "s")
            assert "Due this week" in shown(at, "n")
            at.answer("On which day did it become impossible?", "")
            time.sleep(0.2)
            assert "back to the item; nothing was stored" in back(at, key)
            assert at.end().code == 0

        assert head(small)[0] == before[0] + 1  # that frost was skipped

    def test_unscored_by_default_no(self, begun: Shell, head: Head) -> None:
        """
        What takes a question out of the score is not recorded by a mere Enter.
        """
        before = head(begun)
        with begun.terminal("review", "run") as at:
            shown(at, "a")
            at.answer(CITATION, "Two tables\n")
            at.answer(ADDRESS, "https://example.org/t\n")
            at.answer(NOTE, "\n")
            echo = at.answer(CONFIRM, "\n")
            assert "not recorded" in shown(at, "q")
            at.end()

        for part in (
            "outcome: ambiguous", "decided: 2026-11-21", "evidence: Two tables https://example.org/t",
        ):  # fmt: skip
            assert part in echo
        assert head(begun) == before

    @pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
    def test_giving_up(self, begun: Shell, head: Head, key: str) -> None:
        """
        Ctrl-C and Ctrl-D at a key store nothing, and end with 130.
        """
        before = head(begun)
        with begun.terminal("review", "run") as at:
            ended = at.give_up(KEYS, key)

        assert (ended.code, "interrupted" in ended.out, "Traceback" in ended.out) == (
            130, True, False,
        )  # fmt: skip
        assert head(begun) == before

    @pytest.mark.parametrize("prompts", range(4))
    def test_killed(self, begun: Shell, head: Head, prompts: int) -> None:
        """
        A kill loses the item on the screen and nothing before it.
        """
        answers = [(KEYS, "n"), (CITATION, "It snowed\n"), (ADDRESS, "\n"), (NOTE, "\n")]
        with begun.terminal("review", "run") as at:
            no(at)
            for prompt, keys in answers[:prompts]:
                at.answer(prompt, keys)
            at.answer([*(prompt for prompt, _ in answers), CONFIRM][prompts], "")
            os.kill(at._program.pid, signal.SIGKILL)
            assert at.end().code == -signal.SIGKILL

        assert [one["outcome"] for one in items(begun)] == ["no"]
        assert head(begun)[0] == 8  # six records, the review, the decision
        assert begun.done("verify").startswith("whole")
        with begun.terminal("review", "run") as at:
            assert "[2 of 2]" in shown(at, "q")
            assert at.end().code == 0

    def test_terminal_is_left_as_it_was(self, begun: Shell) -> None:
        """
        After Ctrl-C at a key the terminal echoes and reads lines again.
        """
        import termios

        with begun.terminal("review", "run") as at:
            before = termios.tcgetattr(at._terminal)[3]
            at.give_up(KEYS, CTRL_C)
            after = termios.tcgetattr(at._terminal)[3]

        assert after & termios.ECHO
        assert after & termios.ICANON
        assert before & termios.ISIG


class TestEndToEnd:
    def test_meeting_of_the_five_articles(self, run: Shell) -> None:
        """
        A meeting on the shipped record, stopped half way and gone on with, to its minutes.
        """
        run.done("review", "start", "--attending", "Ann, Bo")
        with run.terminal("review", "run") as at:
            assert "[1 of 6]" in no(at)
            shown(at, "q")
            at.end()
        with run.terminal("review", "run") as at:
            shown(at, "l")
            at.answer("Look again on which day?", "\n")
            at.answer("Why not yet?", "\n")
            at.answer(f"{CONFIRM} [Y/n]", "\n")
            for _ in range(4):
                shown(at, "s")
            assert at.end().code == 0
        run.done("review", "close")
        document = json.loads(run.done("review", "show", "2026-W47", "--format", "json"))

        assert [one["question"] for one in document["decisions"]] == [
            "dprk-nuclear-test-by-2026-10"
        ]
        assert [one["question"] for one in document["postponed"]] == [
            "ru-dprk-nuclear-cooperation-by-2027"
        ]
        assert [one["skipped"] for one in document["left"]] == [True] * 4

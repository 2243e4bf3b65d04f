"""
``foretrack resolve`` and its like at a real terminal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from commandline import Shell, Terminal

    Head = Callable[[Shell], tuple[int, str]]

FROST = "frost-in-spring"
HAPPENED = "Did the event happen?"
DAY = "On which day did it happen?"
CITATION = "What shows it?"
ADDRESS = "At which address?"
CONFIRM = "Record this?"
CTRL_C, CTRL_D = "\x03", "\x04"


def plain(text: str) -> str:
    """
    The text without its colours.
    """
    return re.sub("\x1b\\[[0-9;]*m", "", text)


def to_the_end(at: Terminal, *, day: str = "2025-03-01") -> None:
    """
    Answer all that a yes asks.
    """
    at.answer(HAPPENED, "yes\n")
    at.answer(DAY, f"{day}\n")
    at.answer(CITATION, "The station's table\n")
    at.answer(ADDRESS, "https://example.org/table\n")


class TestResolve:
    def test_pick_by_number(self, small: Shell, head: Head) -> None:
        """
        Without arguments it offers what is due; the Brier stands before the confirmation.

        Likely is 0.72, so a yes gives (0.72 - 1)^2 = 0.0784.
        """
        with small.terminal("resolve") as at:
            offered = at.answer("Which one?", "1\n")
            to_the_end(at)
            shown = at.answer(CONFIRM, "y\n")
            ended = at.end()

        assert f"1  {FROST}" in offered
        assert "325 days overdue" in offered
        assert "drought" not in offered
        assert "Brier 0.0784" in shown
        for part in (
            "outcome: yes", "happened on: 2025-03-01", "decided: 2026-11-21",
            "evidence: The station's table https://example.org/table",
        ):  # fmt: skip
            assert part in shown
        assert (ended.code, f"recorded {FROST}-1" in ended.out) == (0, True)
        assert head(small)[0] == 7
        body = small.done("log", "-n", "1", "--format", "json")
        assert '"happened\\":\\"2025-03-01' in body
        assert "https://example.org/table" in body

    def test_pick_by_prefix(self, small: Shell) -> None:
        """
        The beginning of an id picks too, and what picks nothing is asked for again.
        """
        with small.terminal("resolve") as at:
            at.answer("Which one?", "9\n")
            refused = at.answer("Which one?", "fro\n")
            told = at.answer(HAPPENED, "not yet\n")
            ended = at.end()

        assert "no question has an id that begins with '9'" in refused
        assert "Will there be frost in spring?" in told
        assert "The weather office, 2025-01-01: likely" in told
        assert (ended.code, "nothing was stored" in ended.out) == (0, True)

    def test_words_before_the_question(self, small: Shell) -> None:
        """
        Statement, criteria, window and each source's words stand before it asks what happened.
        """
        with small.terminal("resolve", FROST) as at:
            told = at.answer(HAPPENED, "not yet\n")

        for part in (
            "Will there be frost in spring?",
            "Yes if the station reports less than 0 degrees",
            "2025-01-01 to 2025-12-31",
            "The weather office, 2025-01-01: likely",
        ):
            assert part in told

    def test_no(self, small: Shell) -> None:
        """
        A no after the window asks for evidence only: (0.72 - 0)^2 = 0.5184.
        """
        with small.terminal("resolve", FROST) as at:
            at.answer(HAPPENED, "no\n")
            at.answer(CITATION, "No frost in the table\n")
            at.answer(ADDRESS, "\n")
            assert "Brier 0.5184" in at.answer(CONFIRM, "\n")
            assert at.end().code == 0

        assert "[no, decided 2026-11-21]: No frost in the table" in small.done("show", FROST)

    def test_unusable_answers_are_asked_again(self, small: Shell) -> None:
        """
        A slip costs one answer, not the conversation.
        """
        with small.terminal("resolve", FROST) as at:
            at.answer(HAPPENED, "perhaps\n")
            assert "please answer yes, no," in at.answer(HAPPENED, "y\n")
            at.answer(DAY, "yesterday\n")
            assert "'yesterday' is not a day" in at.answer(DAY, "2024-12-31\n")
            assert "is outside the window 2025-01-01 to 2025-12-31" in at.answer(
                DAY, "2025-03-01\n"
            )
            at.answer(CITATION, "   \n")
            assert "is empty" in at.answer(CITATION, "The table\n")
            at.answer(ADDRESS, "javascript:alert(1)\n")
            assert "no web address" in at.answer(ADDRESS, "\n")
            at.answer(CONFIRM, "y\n")
            assert at.end().code == 0

    def test_declining(self, small: Shell, head: Head) -> None:
        """
        A no to the confirmation stores nothing, says so, and is no success.
        """
        before = head(small)
        with small.terminal("resolve", FROST) as at:
            to_the_end(at)
            at.answer(CONFIRM, "n\n")
            ended = at.end()

        assert (ended.code, "nothing was stored" in ended.out) == (1, True)
        assert head(small) == before

    @pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
    @pytest.mark.parametrize("prompts", range(6))
    def test_giving_up(self, small: Shell, head: Head, key: str, prompts: int) -> None:
        """
        Ctrl-C and Ctrl-D at any prompt store nothing and end with 130.
        """
        before = head(small)
        answers = [
            ("Which one?", "1\n"),
            (HAPPENED, "yes\n"),
            (DAY, "2025-03-01\n"),
            (CITATION, "The table\n"),
            (ADDRESS, "\n"),
            (CONFIRM, "y\n"),
        ]
        with small.terminal("resolve") as at:
            for prompt, keys in answers[:prompts]:
                at.answer(prompt, keys)
            ended = at.give_up(answers[prompts][0], key)

        assert (ended.code, "interrupted" in ended.out, "Traceback" in ended.out) == (
            130, True, False,
        )  # fmt: skip
        assert head(small) == before

    def test_nothing_due(self, small: Shell) -> None:
        """
        With an empty queue there is nothing to pick from.
        """
        with small.terminal("resolve", FORETRACK_TODAY="2025-02-01") as at:
            ended = at.end()

        assert (ended.code, "nothing is due" in ended.out) == (0, True)

    def test_resolved_already(self, small: Shell) -> None:
        """
        What is resolved is refused before anything is asked.
        """
        small.done("resolve", FROST, "no", "--evidence", "Table")
        with small.terminal("resolve", FROST) as at:
            ended = at.end()

        assert (ended.code, f"`foretrack reopen {FROST} ...` first" in ended.out) == (4, True)
        assert HAPPENED not in ended.out

    def test_condition_pending(self, small: Shell) -> None:
        """
        A yes whose condition is pending is refused before it asks for day and evidence.
        """
        with small.terminal("resolve", "drought") as at:
            at.answer(HAPPENED, "yes\n")
            ended = at.end()
            flat = " ".join(ended.out.split())

        assert (ended.code, "foretrack condition drought-after-no-snow met" in flat) == (
            3, True,
        )  # fmt: skip

    def test_no_before_the_window_is_over(self, small: Shell) -> None:
        """
        A no in an open window needs the day of impossibility, and says how to leave it open.
        """
        small.done("condition", "drought", "met", "--evidence", "No snow", "--since", "2026-03-01")
        with small.terminal("resolve", "drought") as at:
            at.answer(HAPPENED, "no\n")
            told = at.answer("On which day did it become impossible?", "2026-05-01\n")
            at.answer(CITATION, "Floods\n")
            at.answer(ADDRESS, "\n")
            shown = at.answer(CONFIRM, "y\n")
            ended = at.end()

        assert "The window is open until 2027-12-31" in told
        assert "impossible since: 2026-05-01" in shown
        # unlikely is 0.2, and 0.2^2 = 0.04; the window closes in 2027
        assert "Brier 0.0400, early, beside the headline" in shown
        assert ended.code == 0

    def test_annulled(self, small: Shell) -> None:
        """
        Annulling asks why, and the beginning of a reason will do.
        """
        with small.terminal("resolve", FROST, "annulled") as at:
            at.answer("Why?", "crit\n")
            assert "annulled, not scored" in at.answer(CONFIRM, "y\n")
            assert at.end().code == 0

        assert "annulled (criteria-defect)" in small.done("show", FROST)

    def test_without_a_terminal(self, small: Shell) -> None:
        """
        Where nobody can answer, what is missing is a usage error.
        """
        assert "Missing QUESTION" in small.refused(2, "resolve")
        assert "Missing OUTCOME" in small.refused(2, "resolve", FROST)
        assert "Missing STATE" in small.refused(2, "condition", "drought")
        assert "Missing --reason" in small.refused(2, "reopen", _resolved(small))


def _resolved(small: Shell) -> str:
    small.done("resolve", FROST, "no", "--evidence", "Table")
    return FROST


class TestOthers:
    def test_reopen(self, small: Shell) -> None:
        """
        Reopening offers what is resolved, newest decision first, and shows which score goes.
        """
        small.done("condition", "drought", "unmet", "--evidence", "Snow")
        small.done("resolve", "drought", "annulled", "--reason", "condition-unmet",
                   "--decided", "2026-11-21")  # fmt: skip
        small.done("resolve", FROST, "no", "--evidence", "Table", "--decided", "2026-01-02")
        with small.terminal("reopen") as at:
            offered = at.answer("Which one?", "3\n")
            assert "no question has an id that begins with '3'" in at.answer("Which one?", "2\n")
            at.answer("Why does it no longer hold?", "Wrong table\n")
            shown = at.answer(CONFIRM, "y\n")
            ended = at.end()

        offered = plain(offered)
        assert "1  drought-after-no-snow  annulled (condition-unmet), decided 2026" in offered
        assert f"2  {FROST}  no, decided 2026-01-02\n  Will there be frost in spring?" in offered
        assert "Brier 0.5184 no longer counts" in shown
        assert (ended.code, f"recorded {FROST}-2" in ended.out) == (0, True)

    def test_reopen_nothing(self, small: Shell) -> None:
        """
        Where nothing is resolved, nothing is asked.
        """
        with small.terminal("reopen") as at:
            ended = at.end()

        assert (ended.code, "there is nothing to reopen" in ended.out) == (0, True)

    def test_earlier_decisions(self, small: Shell) -> None:
        """
        Before it asks what happened, resolve shows what was decided so far, as the agenda does.
        """
        small.done("resolve", FROST, "no", "--evidence", "Table", "--note", "By hand")
        small.done("reopen", FROST, "--reason", "Wrong table")
        with small.terminal("resolve", FROST) as at:
            told = plain(at.answer(HAPPENED, "not yet\n"))

        assert "so far      2026-11-21: no: Table – By hand\n" in told
        assert "so far      2026-11-21: reopened – Wrong table\n" in told

    def test_condition(self, small: Shell) -> None:
        """
        The condition's state and its evidence are asked for.
        """
        with small.terminal("condition", "drought") as at:
            assert "The snow stays away. [pending]" in at.answer(
                "Was the condition met?", "unmet\n"
            )
            at.answer(CITATION, "It snowed\n")
            at.answer(ADDRESS, "\n")
            assert "annulled, not scored" in at.answer(CONFIRM, "y\n")
            assert at.end().code == 0

    @pytest.mark.parametrize("answer", ["n", ""])
    def test_withdraw(self, small: Shell, head: Head, answer: str) -> None:
        """
        Withdrawing asks first; a no stores nothing, nor does an empty answer.
        """
        before = head(small)
        with small.terminal("withdraw", "outlook-2025-f", "--reason", "Misread") as at:
            at.answer("Withdraw claim outlook-2025-frost? [y/N]", f"{answer}\n")
            ended = at.end()

        assert (ended.code, "nothing was stored" in ended.out) == (1, True)
        assert head(small) == before

    def test_yes(self, small: Shell, tmp_path: Path) -> None:
        """
        With --yes nothing is asked that is given.
        """
        del tmp_path
        with small.terminal("resolve", FROST, "no", "--evidence", "Table", "--yes") as at:
            ended = at.end()

        assert (ended.code, CONFIRM in ended.out) == (0, False)

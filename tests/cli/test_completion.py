"""
Completion in the shell: commands, options and ids.
"""

from __future__ import annotations

import pytest

from commandline import Shell


def offered(run: Shell, line: str) -> list[str]:
    """
    What bash is offered at the end of a line.
    """
    words = line.split(" ")
    said = run.program(
        _FORETRACK_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1)
    )
    assert said.err == ""
    return [row.partition(",")[2] for row in said.out.splitlines() if row]


def test_commands(run: Shell) -> None:
    """
    Commands by their beginning, and the commands of a group.
    """
    assert offered(run, "foretrack cal") == ["calibration"]
    assert set(offered(run, "foretrack db ")) == {"status", "upgrade"}


def test_options(run: Shell) -> None:
    """
    Options by their beginning, and the values of a choice.
    """
    assert "--within" in offered(run, "foretrack due --")
    assert offered(run, "foretrack scorecard --by a") == ["author", "article"]
    assert offered(run, "foretrack resolve ru-dprk-alliance y") == ["yes"]


def test_ids(run: Shell) -> None:
    """
    Ids of the kind that the argument takes, by their beginning.
    """
    assert offered(run, "foretrack scorecard g") == ["gruzer"]
    assert offered(run, "foretrack resolve dprk") == ["dprk-nuclear-test-by-2026-10"]
    assert offered(run, "foretrack resolve gruzer") == []
    assert "gruzer-2024" in offered(run, "foretrack show gruzer")


def test_weeks_and_tasks(small: Shell) -> None:
    """
    Weeks that had a review, in either case, and tasks that are still to be done.
    """
    small.done("review", "start")
    small.done("review", "action", "Ask the station")
    small.done("review", "action", "Wait")
    small.done("review", "done", "task-2")

    assert offered(small, "foretrack review show 20") == ["2026-W47"]
    assert offered(small, "foretrack review agenda --week 2026-w") == ["2026-w47"]
    assert offered(small, "foretrack review show 2025") == []
    assert offered(small, "foretrack review done 2026") == ["2026-w47-task-1"]
    nowhere = Shell(FORETRACK_DB="/nowhere/at.all")
    assert offered(nowhere, "foretrack review done 2") == []
    assert offered(nowhere, "foretrack review show 2") == []


def test_ids_of_the_database_named(record: str) -> None:
    """
    The database that the line names is the one that is looked into.
    """
    elsewhere = Shell(FORETRACK_DB="/nowhere/at.all")

    assert offered(elsewhere, f"foretrack --db {record} scorecard g") == ["gruzer"]
    assert offered(elsewhere, f"foretrack scorecard --db {record} g") == ["gruzer"]


def test_without_a_database() -> None:
    """
    Where there is no database nothing is offered, and nothing is printed.
    """
    for place in ("/nowhere/at.all", "foo://bar", "~nobody-of-this-name/x"):
        assert offered(Shell(FORETRACK_DB=place), "foretrack scorecard g") == []


def test_with_broken_settings(run: Shell, tmp_path: object) -> None:
    """
    A settings file that cannot be used breaks no prompt.
    """
    from pathlib import Path

    Path("foretrack.toml").write_text("colour = 1\n", encoding="utf-8")
    del tmp_path
    assert offered(run, "foretrack scorecard g") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts(run: Shell, shell: str) -> None:
    """
    The script that a shell reads is generated.
    """
    said = run.program(_FORETRACK_COMPLETE=f"{shell}_source")

    assert (said.code, said.err) == (0, "")
    assert "_FORETRACK_COMPLETE" in said.out
    assert "foretrack" in said.out


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells(run: Shell, shell: str) -> None:
    """
    The other shells are offered ids with a few words about each.
    """
    said = run.program(
        _FORETRACK_COMPLETE=f"{shell}_complete",
        COMP_WORDS="foretrack scorecard g", COMP_CWORD="2" if shell == "zsh" else "g",
    )  # fmt: skip

    assert said.err == ""
    assert "gruzer" in said.out
    assert "Marina Gruzer" in said.out

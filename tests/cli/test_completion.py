"""
Completion in the shell: commands, options and ids.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from commandline import Shell, Terminal
from dossiers import hostile, write
from foretrack.db.engine import make_engine
from foretrack.db.place import url_of
from foretrack.report.text import unseen


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


def test_lexicons(run: Shell) -> None:
    """
    The lexicons at hand by their beginning; where none begins so, the shell offers files.
    """
    assert offered(run, "foretrack scorecard --lexicon ic") == ["icd-203"]
    assert offered(run, "foretrack lexicon p") == ["phia"]
    assert offered(run, "foretrack lexicon compare kent e") == ["efsa"]
    assert offered(run, "foretrack scorecard --lexicon house.t") == ["house.t"]


def test_articles_in_the_files(small: Shell, tmp_path: Path) -> None:
    """
    ``add claim`` works on files, so what stands in them is offered, with no database at all.
    """
    record = tmp_path / "forecasts"
    small.done("export", record)
    nowhere = Shell(FORETRACK_DB="/nowhere/at.all")
    (name,) = offered(nowhere, f"foretrack add claim --into {record} ")

    assert (record / "articles" / f"{name}.yaml").exists()
    assert offered(nowhere, f"foretrack add claim --into {record} {name[:3]}") == [name]
    assert offered(nowhere, f"foretrack add claim --into {tmp_path / 'none'} ") == []


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


def test_with_broken_settings(run: Shell) -> None:
    """
    A settings file that cannot be used breaks no prompt, and matters only where it is needed.
    """
    Path("foretrack.toml").write_text("colour = 1\n", encoding="utf-8")
    assert offered(Shell(), "foretrack scorecard g") == []
    assert offered(run, "foretrack scorecard g") == ["gruzer"]


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


PROMPT = "ready> "

SHELLS = {
    "bash": (
        "bash --norc --noprofile -i",
        "bind 'set show-all-if-ambiguous on'; bind 'set completion-query-items 0'",
    ),
    "zsh": ("zsh -f -i", "autoload -Uz compinit && compinit -D; setopt no_prompt_cr no_beep"),
}
"""
How to start each shell without anybody's settings, and what it is told first.
"""


def installed(shell: str) -> Any:
    """
    A parameter that is skipped, saying so, where the shell is not installed.
    """
    missing = shutil.which(shell) is None
    return pytest.param(
        shell, marks=pytest.mark.skipif(missing, reason=f"{shell} is not installed")
    )


@pytest.fixture
def path(tmp_path: Path) -> str:
    """
    A search path with the program as ``foretrack`` before all others.
    """
    program = tmp_path / "bin" / "foretrack"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m foretrack "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return f"{program.parent}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture
def at(run: Shell, path: str) -> Callable[[str], AbstractContextManager[Terminal]]:
    """
    Opens a terminal with a shell that completes.
    """

    @contextmanager
    def opened(shell: str) -> Iterator[Terminal]:
        command, first = SHELLS[shell]
        environment = run.whole(TERM="xterm", PS1=PROMPT, PATH=path, HISTFILE="", COLUMNS="120")
        program, *rest = command.split()
        found = shutil.which(program)
        assert found is not None
        with Terminal([found, *rest], environment) as terminal:
            terminal.answer(PROMPT, f"{first}\n")
            asked = f'eval "$(_FORETRACK_COMPLETE={shell}_source foretrack)"'
            terminal.answer(PROMPT, f"{asked}\n")
            yield terminal

    return opened


At = Callable[[str], AbstractContextManager[Terminal]]


@pytest.mark.parametrize("shell", [installed("bash"), installed("zsh")])
class TestTyped:
    """
    Tab is pressed in a real shell at a pseudo-terminal, set up as the README says.
    """

    def test_id(self, at: At, shell: str) -> None:
        """
        The beginning of an id becomes the id.
        """
        with at(shell) as terminal:
            terminal.answer(PROMPT, "foretrack resolve ru-dprk-all\t")

            terminal.answer("ru-dprk-alliance-by-2027", "")

    def test_command_and_value(self, at: At, shell: str) -> None:
        """
        A command, an option and its value, one after the other.
        """
        with at(shell) as terminal:
            terminal.answer(PROMPT, "foretrack scor")
            terminal.answer("scor", "ec\t")
            terminal.answer("ecard", "--coh\t")
            terminal.answer("ort", "res\t")

            terminal.answer("olved", "")

    def test_several(self, at: At, shell: str) -> None:
        """
        What begins alike is listed.
        """
        with at(shell) as terminal:
            terminal.answer(PROMPT, "foretrack show gruzer-2024-\t\t")

            terminal.answer("gruzer-2024-alliance", "")
            terminal.answer("gruzer-2024-trade", "")

    def test_file(self, at: At, shell: str, tmp_path: Path) -> None:
        """
        Where a file is meant, files are offered.
        """
        (tmp_path / "handout.html").touch()

        with at(shell) as terminal:
            terminal.answer(PROMPT, "foretrack report --output hand\t")

            terminal.answer("handout.html", "")

    def test_nothing(self, at: At, shell: str) -> None:
        """
        Where nothing fits nothing is printed, and the line can be typed on.
        """
        with at(shell) as terminal:
            terminal.answer(PROMPT, "foretrack scorecard nobody\t --help")
            terminal.answer("--help", "\n")

            assert "Traceback" not in terminal.answer("Usage: foretrack scorecard", "")


@pytest.mark.parametrize("shell", [installed("zsh")])
def test_described_in_zsh(at: At, shell: str) -> None:
    """
    Ids are listed with what they stand for.
    """
    with at(shell) as terminal:
        terminal.answer(PROMPT, "foretrack scorecard \t\t")

        terminal.answer("-- Marina Gruzer", "")


def in_fish(run: Shell, path: str, line: str) -> dict[str, str]:
    """
    What fish offers at the end of a line, with what it says about each.
    """
    script = "_FORETRACK_COMPLETE=fish_source foretrack | source; complete -C $argv[1]"
    done = subprocess.run(
        ["fish", "--no-config", "-c", script, line],
        env=run.whole(PATH=path),
        capture_output=True,
        encoding="utf-8",
        check=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    assert done.stderr == ""
    return dict((row + "\t").split("\t")[:2] for row in done.stdout.splitlines())


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
class TestFish:
    """
    fish itself is asked what it would offer, set up as the README says.
    """

    def test_ids(self, run: Shell, path: str) -> None:
        """
        Ids by their beginning, with what each stands for.
        """
        found = in_fish(run, path, "foretrack resolve ru-dprk-all")

        assert list(found) == ["ru-dprk-alliance-by-2027"]
        assert found["ru-dprk-alliance-by-2027"].startswith("Will Russia and North Korea sign a")
        assert in_fish(run, path, "foretrack scorecard gru") == {"gruzer": "Marina Gruzer"}
        assert in_fish(run, path, "foretrack scorecard nobody") == {}

    def test_commands_and_options(self, run: Shell, path: str) -> None:
        """
        Descriptions come whole, whatever commas they have.
        """
        (about,) = in_fish(run, path, "foretrack cal").values()
        assert about.startswith("How often what was called likely,")
        assert "too, which is biased" in in_fish(run, path, "foretrack scorecard --co")["--cohort"]
        assert list(in_fish(run, path, "foretrack scorecard --by a")) == ["article", "author"]

    def test_files(self, run: Shell, path: str, tmp_path: Path) -> None:
        """
        Where a file is meant, files are offered.
        """
        (tmp_path / "handout.html").touch()

        assert list(in_fish(run, path, "foretrack report --output hand")) == ["handout.html"]

    def test_open_quote(self, run: Shell, path: str) -> None:
        """
        A quote that is still open breaks nothing.
        """
        assert "gruzer" in in_fish(run, path, 'foretrack scorecard "gru').popitem()[0]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_hostile(template: Path, tmp_path: Path, shell: str) -> None:
    """
    What is said about an id acts on no terminal.
    """
    path = tmp_path / "hostile.sqlite"
    shutil.copyfile(template, path)
    write(make_engine(url_of(path)), hostile()).dispose()
    said = Shell(FORETRACK_DB=str(path)).program(
        _FORETRACK_COMPLETE=f"{shell}_complete",
        COMP_WORDS="foretrack scorecard s", COMP_CWORD="2" if shell == "zsh" else "s",
    )  # fmt: skip

    assert said.err == ""
    assert "<script>" in said.out
    assert not any(unseen(char) for char in said.out.replace("\n", "").replace("\t", ""))

"""
Help, usage errors, near matches, the version.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
import pytest

from foretrack import __version__
from foretrack.cli import COMMANDS, SECTIONS, main

if TYPE_CHECKING:
    from commandline import Shell


def commands() -> list[tuple[str, click.Command]]:
    """
    Every command with the words that call it.
    """
    found: list[tuple[str, click.Command]] = []
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", one) for sub, one in command.commands.items()]
    return found


@pytest.mark.parametrize(("words", "command"), commands(), ids=lambda one: str(one)[:20])
class TestEach:
    def test_help(self, run: Shell, words: str, command: click.Command) -> None:
        """
        Every command has help, and its first line says what it does in a sentence.
        """
        shown = run.done(*words.split(), "--help")

        assert shown.startswith(f"Usage: foretrack {words}")
        first = (command.help or "").strip().splitlines()[0]
        assert first
        assert first[0].isupper()

    def test_example(self, run: Shell, words: str, command: click.Command) -> None:
        """
        Every command's help shows how it is called, beside its usage line.
        """
        del command

        assert run.done(*words.split(), "--help").count(f"foretrack {words.split()[0]}") >= 2

    def test_options(self, run: Shell, words: str, command: click.Command) -> None:
        """
        Every option that is shown says what it is for.
        """
        del run
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.help, f"{words} {parameter.name}"

    def test_unknown_option(self, run: Shell, words: str, command: click.Command) -> None:
        """
        An unknown option is a usage error, for every command.
        """
        del command
        assert "No such option '--bananas'" in run.refused(2, *words.split(), "--bananas")


class TestRoot:
    def test_sections(self, run: Shell) -> None:
        """
        The list has every command once, under its section.
        """
        shown = run.done("--help")

        for title, section in SECTIONS.items():
            assert f"{title}:" in shown
            for name, listed in section.items():
                assert shown.count(f"\n  {name} ") == 1
                assert listed.help in shown

    def test_exit_codes(self, run: Shell) -> None:
        """
        The exit codes are in the help.
        """
        shown = " ".join(run.done("--help").split())

        for code in ("0 done", "2 usage", "3 bad input", "4 database", "5 no score", "130"):
            assert code in shown

    def test_listed_help_agrees(self) -> None:
        """
        The line in the list is not longer than a line, and ends as a sentence.
        """
        for listed in COMMANDS.values():
            assert listed.help.endswith(".")
            assert len(listed.help) <= 60

    def test_subcommands_are_not_cut(self, run: Shell) -> None:
        """
        What ``db --help`` says about its commands ends as sentences do.
        """
        shown = run.done("db", "--help").partition("Commands:")[2]

        assert len(shown.split("\n")) > 2
        assert "..." not in shown

    def test_version(self, run: Shell) -> None:
        """
        --version names the program and its version.
        """
        assert run.done("--version") == f"foretrack, version {__version__}\n"

    def test_near_match(self, run: Shell) -> None:
        """
        A misspelt command names the nearest one.
        """
        assert "Did you mean 'scorecard'?" in run.refused(2, "scorcard")
        assert "`foretrack --help` lists them" in run.refused(2, "xyzzy")

    def test_near_match_of_an_option(self, run: Shell) -> None:
        """
        A misspelt option names the nearest one.
        """
        assert "--within" in run.refused(2, "due", "--withn", "14d")

    def test_as_a_module(self, run: Shell) -> None:
        """
        ``python -m foretrack`` is the same program under the same name.
        """
        shown = run.program("--version", wrapper=(sys.executable, "-m", "foretrack"))
        helped = run.program("due", "--help", wrapper=(sys.executable, "-m", "foretrack"))

        assert (shown.code, shown.out) == (0, f"foretrack, version {__version__}\n")
        assert helped.out.startswith("Usage: foretrack due ")

"""
The documents name what there is.
"""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from foretrack import __version__
from foretrack.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"


def every() -> list[str]:
    """
    Every command as it is typed.
    """
    context, found = click.Context(main), []
    for name in COMMANDS:
        command = main.get_command(context, name)
        subs = list(command.commands) if isinstance(command, click.Group) else [""]
        found += [f"foretrack {name} {sub}".strip() for sub in subs]
    return found


def mentions(text: str, words: str) -> bool:
    return re.search(rf"{re.escape(words)}(?![\w-])", text) is not None


@pytest.mark.parametrize("words", every())
def test_readme_names_every_command(words: str) -> None:
    """
    Every command is in the README.
    """
    assert mentions(README.read_text(encoding="utf-8"), words)


def test_readme_names_no_other_command() -> None:
    """
    What the README calls a command of foretrack is one.
    """
    text = README.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^\$ |`)foretrack (?:--db \S+ )?([a-z]+)", text, re.MULTILINE))

    assert named <= set(COMMANDS), named - set(COMMANDS)


def test_messages_name_commands_that_exist() -> None:
    """
    What a message tells to run can be run.
    """
    known = set(COMMANDS)
    for path in sorted((ROOT / "src").rglob("*.py")):
        for name in re.findall(r"`foretrack ([a-z]+)", path.read_text(encoding="utf-8")):
            assert name in known, f"{path.name}: foretrack {name}"


def test_exit_codes() -> None:
    """
    The README has the exit codes.
    """
    text = README.read_text(encoding="utf-8").lower()

    assert "exit code" in text
    for code in ("130", "usage", "bad input"):
        assert code in text


def test_changelog_has_this_version() -> None:
    """
    The changelog knows the version that this is.
    """
    assert __version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    """
    A link to a file of the repository leads to one.
    """
    for target in re.findall(r"\]\(([^)#\s]+)", (ROOT / name).read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (ROOT / target).exists(), target

"""
The README's console examples: running them, comparing them, and writing them anew.

``python tests/readme.py --write`` replaces the outputs in README.md by what the commands print.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
TODAY = "2026-11-21"
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\dZ|\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b")


class Example(NamedTuple):
    """
    A command and what README.md says it prints.
    """

    command: str
    output: str


def examples(text: str) -> list[list[Example]]:
    """
    The console blocks of a text, each a list of examples.
    """
    blocks = []
    for block in _BLOCK.findall(text):
        parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        blocks.append([Example(*part.split("\n", 1)) for part in parts])
    return blocks


def run(command: str, folder: Path) -> str:
    """
    What a command prints on a terminal 100 columns wide, errors included.

    Instants, hashes and the folder differ from run to run: an ellipsis or a fixed name stands
    for them.
    """
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("FORETRACK_") and key not in ("NO_COLOR", "FORCE_COLOR")
    }
    scripts = Path(sys.executable).parent
    environment |= {
        "PATH": f"{scripts}{os.pathsep}{environment['PATH']}",
        "COLUMNS": "100",
        "FORETRACK_TODAY": TODAY,
        "FORETRACK_ACTOR": "you",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    shown = done.stdout.replace(str(folder.resolve()), "~/tour")
    return _STAMP.sub("…", "".join(f"{line.rstrip()}\n" for line in shown.splitlines()))


def prepare(folder: Path) -> None:
    """
    What the tour starts with.
    """
    shutil.copytree(ROOT / "forecasts", folder / "forecasts")


def rewritten(text: str, folder: Path) -> str:
    """
    The text with every output as it is now.
    """

    def block(match: re.Match[str]) -> str:
        parts = re.split(r"^\$ ", match[1], flags=re.MULTILINE)[1:]
        commands = [part.split("\n", 1)[0] for part in parts]
        shown = "".join(f"$ {command}\n{run(command, folder)}" for command in commands)
        return f"```console\n{shown}```"

    return _BLOCK.sub(block, text)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        prepare(Path(made))
        new = rewritten(README.read_text(encoding="utf-8"), Path(made))
    if "--write" in sys.argv:
        README.write_text(new, encoding="utf-8")
    else:
        sys.stdout.write(new)

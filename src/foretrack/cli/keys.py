"""
One key at a time, from a terminal.
"""

from __future__ import annotations

import os
import select
import sys
from typing import TYPE_CHECKING

import click

from foretrack.cli.fitting import TIED, fitted

if TYPE_CHECKING:
    from collections.abc import Mapping

_ESCAPE, _END = "\x1b", "\x04"


def pressed(prompt: str, words: Mapping[str, str]) -> str:
    """
    The key that a person presses; any other than those offered is asked for again.

    Args:
        prompt: What is asked.
        words: Key -> what it means; that is printed once it is pressed.

    Raises:
        Abort: The input ends.
    """
    offered = ", ".join(f"{key}{TIED}{word.replace(' ', TIED)}" for key, word in words.items())
    answer = TIED * (len("  > ") + max(map(len, words.values())))  # it stands on the same line
    while True:
        asked = fitted(f"{prompt}  {offered}{answer}").rstrip()
        click.echo(f"{asked} ", nl=False)
        key = _one().lower()
        if key == _END:
            raise click.Abort
        if key in words:
            click.echo(f"> {words[key]}")
            return key
        click.echo(f"\nplease press {', '.join(words)}")


def _one() -> str:
    """
    One key, as it is pressed; Ctrl-C interrupts as everywhere.

    What was typed ahead stays where it is, and an arrow or a function key, which sends several
    characters, counts as one that means nothing.
    """
    try:
        import termios
        import tty
    except ImportError:  # not on Windows
        return click.getchar()
    place = sys.stdin.fileno()
    before = termios.tcgetattr(place)
    try:
        tty.setcbreak(place, termios.TCSANOW)
        found = os.read(place, 1).decode(errors="replace")
        if found == _ESCAPE and select.select([place], [], [], 0.05)[0]:
            os.read(place, 64)
    finally:
        termios.tcsetattr(place, termios.TCSADRAIN, before)
    return found or _END

"""
The sign of life of long work, and lines that fit a terminal.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandline import Shell, Terminal
from foretrack.cli.fitting import TIED, broken, fitted
from foretrack.cli.waiting import working

if TYPE_CHECKING:
    from pathlib import Path

WORK = """
import sys, time
from foretrack.cli.waiting import working
with working("making [bold]the agenda", after={after}):
    time.sleep({takes})
print("done")
"""


def at_a_terminal(*, after: float, takes: float) -> str:
    command = [sys.executable, "-c", WORK.format(after=after, takes=takes)]
    with Terminal(command, Shell().whole(TERM="xterm", COLUMNS="80")) as at:
        assert at.end().code == 0
        return at.text


class TestWorking:
    def test_long(self) -> None:
        """
        What takes long is named with its time, and the line is taken back.
        """
        told = at_a_terminal(after=0.0, takes=1.0)

        assert "making [bold]the agenda ..." in told
        assert "0:00:0" in told
        assert told.endswith("done\n")
        assert told.index("\x1b[2K") < told.index("done")
        assert told.count("\x1b[?25l") == told.count("\x1b[?25h")  # the cursor is shown again

    def test_short(self) -> None:
        """
        Of what is over soon nothing is said.
        """
        assert at_a_terminal(after=5.0, takes=0.0) == "done\n"

    def test_piped(self, capsys: pytest.CaptureFixture[str]) -> None:
        """
        Where standard error is no terminal, nothing is said either.
        """
        with working("making the agenda", after=0.0):
            pass

        assert capsys.readouterr() == ("", "")

    def test_errors_go_on(self) -> None:
        """
        What goes wrong meanwhile is not kept.
        """
        with pytest.raises(ZeroDivisionError), working("dividing"):
            raise ZeroDivisionError

    def test_on_a_terminal_with_a_pipe(self, tmp_path: Path) -> None:
        """
        It is written on standard error, so that what is piped holds the result alone.
        """
        target = tmp_path / "out.txt"
        command = ["/bin/sh", "-c", f'"$0" -c "$1" > {target}', sys.executable,
                   WORK.format(after=0.0, takes=0.5)]  # fmt: skip
        with Terminal(command, Shell().whole(TERM="xterm", COLUMNS="80")) as at:
            assert at.end().code == 0

        assert target.read_text() == "done\n"
        assert "the agenda ..." in at.text


class TestFitting:
    def test_words_stay_whole(self) -> None:
        """
        Lines break between words, those that follow stand further in, and long words stick out.
        """
        long = "https://example.org/a-long-address"

        assert broken(f"  see {long} now", 20) == f"  see\n    {long}\n    now"
        assert broken("one\ntwo three four", 9) == "one\ntwo three\n  four"

    def test_tied(self) -> None:
        """
        A tied pair stands on one line, with a plain space.
        """
        assert broken(f"y yes, n{TIED}no", 8) == "y yes,\n  n no"

    def test_piped(self) -> None:
        """
        Where there is no terminal, lines stay as long as they are.
        """
        assert fitted("word " * 50) == "word " * 50

    @given(st.text(alphabet="abc -\n", max_size=80), st.integers(10, 40))
    def test_nothing_is_lost(self, text: str, room: int) -> None:
        """
        Breaking changes nothing but space, and only a single word is wider than the room.
        """
        found = broken(text, room)

        assert found.split() == text.split()
        for line in found.split("\n"):
            assert len(line.rstrip()) <= room or len(line.split()) == 1

"""
Running foretrack as people do: in this process, as a program of its own, and at a terminal.
"""

from __future__ import annotations

import codecs
import json
import os
import pty
import select
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from click.testing import CliRunner

from foretrack.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PATIENCE = 20.0
"""
Seconds until a program that says nothing more is taken to hang.
"""

TRACEBACK = "Traceback (most recent call last)"


@dataclass(frozen=True, slots=True)
class Said:
    """
    What a run printed, and its exit code.
    """

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """
        Standard output as JSON.
        """
        return json.loads(self.out)


class Shell:
    """
    Runs commands with one environment.
    """

    def __init__(self, **environment: str) -> None:
        self.environment = environment

    def __call__(self, *arguments: str | Path, **environment: str) -> Said:
        """
        Run in this process.  An exception that is no exit code is a bug and goes on.
        """
        result = CliRunner().invoke(
            main,
            [str(argument) for argument in arguments],
            prog_name="foretrack",
            env={**self.environment, **environment},
            catch_exceptions=False,
            color=True,  # take nothing out: what is hostile must be seen
        )
        return Said(result.exit_code, result.stdout, result.stderr)

    def done(self, *arguments: str | Path, **environment: str) -> str:
        """
        Run what must succeed without a word on stderr; gives standard output.
        """
        said = self(*arguments, **environment)
        assert (said.code, said.err) == (0, "")
        return said.out

    def refused(self, code: int, *arguments: str | Path, **environment: str) -> str:
        """
        Run what must be refused with an exit code and a message; gives the message.
        """
        said = self(*arguments, **environment)
        assert said.code == code, said
        assert said.err.strip()
        assert TRACEBACK not in said.err
        return said.err

    def program(
        self, *arguments: str | Path, wrapper: tuple[str, ...] = (), **environment: str
    ) -> Said:
        """
        Run as a program of its own.
        """
        done = subprocess.run(
            [*(wrapper or (sys.executable, "-m", "foretrack")), *map(str, arguments)],
            env=self.whole(**environment),
            capture_output=True,
            encoding="utf-8",
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def whole(self, **environment: str) -> dict[str, str]:
        """
        The environment of a program.
        """
        return {**os.environ, **self.environment, **environment}

    def terminal(self, *arguments: str | Path, **environment: str) -> Terminal:
        """
        Run at a terminal of its own.
        """
        command = [sys.executable, "-m", "foretrack", *map(str, arguments)]
        return Terminal(command, self.whole(TERM="xterm", **environment))


# A program gets Ctrl-C only from the terminal that controls it: this makes standard input that.
_TAKE_CONTROL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)


class Terminal:
    """
    A program at a pseudo-terminal.
    """

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self.text = ""
        self._seen = 0
        # a character may come in two parts, and so may the end of a line
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._terminal, inner = pty.openpty()
        self._program = subprocess.Popen(
            [sys.executable, "-c", _TAKE_CONTROL, *command],
            env=environment,
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
        )
        os.close(inner)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._program.poll() is None:
            self._program.kill()
            self._program.wait()
        os.close(self._terminal)

    def answer(self, prompt: str, keys: str) -> str:
        """
        Wait for a prompt and type; gives what was printed up to it.
        """
        start = self._seen
        until = time.monotonic() + PATIENCE
        while prompt not in self.text[start:]:
            if time.monotonic() > until or not self._read():
                raise AssertionError(f"no {prompt!r} in {self.text[start:]!r}")
        self._seen = self.text.index(prompt, start) + len(prompt)
        os.write(self._terminal, keys.encode())
        return self.text[start : self._seen]

    def give_up(self, prompt: str, key: str) -> Said:
        """
        Wait for a prompt and press Ctrl-C or Ctrl-D, again where the first press was too early.

        One that falls between the prompt and the reading of the answer waits for the next key.
        """
        self.answer(prompt, "")
        for _ in range(10):
            with suppress(OSError):
                os.write(self._terminal, key.encode())
            until = time.monotonic() + 1
            while time.monotonic() < until:
                if not self._read():
                    return self.end()
        raise AssertionError(f"still running after {self.text[self._seen :]!r}")

    def end(self) -> Said:
        """
        Wait for the end; gives the exit code and what was printed after the last answer.
        """
        until = time.monotonic() + PATIENCE
        while self._read():
            if time.monotonic() > until:
                raise AssertionError(f"still running after {self.text[self._seen :]!r}")
        return Said(self._program.wait(PATIENCE), self.text[self._seen :], "")

    def _read(self) -> bool:
        """
        Take what is there; False at the end of the program.
        """
        ready, _, _ = select.select([self._terminal], [], [], 0.2)
        if not ready:
            return True
        try:
            found = os.read(self._terminal, 65536)
        except OSError:  # how Linux says that the other end is closed
            return False
        self.text = (self.text + self._decoder.decode(found)).replace("\r\n", "\n")
        return bool(found)

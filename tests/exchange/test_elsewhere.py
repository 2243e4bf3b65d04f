"""
Two processes give what one gives.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from foretrack.exchange import elsewhere
from foretrack.exchange.elsewhere import Elsewhere

if TYPE_CHECKING:
    from pathlib import Path

# In a program of its own: pytest may have threads, and then nothing is forked.
IN_PARTS = """
import sys
from foretrack import grade
from foretrack.exchange import archive, elsewhere, plain, reading
parts = sys.argv[2] == "parts"
archive.available = lambda: False
if sys.argv[3] == "by row":
    plain._LARGE = float("inf")
if parts:
    reading._LARGE = grade._LARGE = 1
possible = elsewhere.possible()
elsewhere.possible = grade.possible = lambda: parts and possible
from foretrack.cli import main
main(["score", sys.argv[1], "--format", "json"])
"""


def scored(path: Path, how: str, read: str) -> str:
    """
    What is printed.
    """
    done = subprocess.run(
        [sys.executable, "-c", IN_PARTS, str(path), how, read],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("late", ["", '"a, b",q,0.5,1\n', "a,q,0.5\n", "a,q,x,1\n"])
def test_two_parts_are_one_table(tmp_path: Path, late: str) -> None:
    """
    Clean, with a quotation mark, with a short row or a bad value in the second part.
    """
    rng = random.Random(1)
    path = tmp_path / "t.csv"
    # One of the sources has so few rows that luck is drawn for it, and they are in both parts.
    lines = [
        f"{f's{rng.randrange(5)}' if at % 300 else 'few'},q{at % 999},0.{rng.randrange(1, 999)},"
        f"{int(at % 999 % 3 == 0)}\n"
        for at in range(150_000)
    ]
    lines[140_000] = late or lines[140_000]
    path.write_text("source,question_id,probability,outcome\n" + "".join(lines))

    expected = scored(path, "whole", "by row")
    assert expected == scored(path, "parts", "by row")
    assert expected == scored(path, "parts", "counted")
    if late.count(",") == 3 and "x" not in late:
        assert json.loads(expected)["overall"]["n"] == 150_000


def test_failure_is_seen_here() -> None:
    """
    What fails elsewhere is done again here, and fails here.
    """

    def fail() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Elsewhere(fail).result()


def test_inline_where_it_is_not_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without a second process the work is done when its result is asked for.
    """
    monkeypatch.setattr(elsewhere, "possible", lambda: False)
    one = Elsewhere(lambda: 7)

    assert one.result() == 7
    one.drop()


LONG = """
import time
from foretrack.exchange.elsewhere import Elsewhere
second = Elsewhere(lambda: time.sleep(600))
print("begun" if second._pid else "not possible", flush=True)
second.result()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no second process here")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGKILL"])
def test_nothing_is_left_behind(name: str) -> None:
    """
    Where the program is ended from outside the second process ends with it.

    Both hold standard output, which comes to its end with the last of them.
    """
    command = [sys.executable, "-c", LONG]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        begun = running.stdout.readline()
        if begun != "begun\n":
            running.kill()
            pytest.skip("a second processor is not there")
        running.send_signal(getattr(signal, name))
        rest, _ = running.communicate(timeout=60)

    assert rest == ""
    assert running.returncode == -getattr(signal, name)

"""
Running commands in turn and measuring them as whole processes.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Timing:
    """
    What the runs of one command took.

    Attributes:
        seconds: Wall-clock time of each run.
        megabytes: Peak memory of the largest run.
    """

    seconds: tuple[float, ...]
    megabytes: float

    @property
    def best(self) -> float:
        """
        The fastest run, which noise disturbs least.
        """
        return min(self.seconds)

    @property
    def median(self) -> float:
        """
        The middle run.
        """
        return statistics.median(self.seconds)


def in_turn(
    commands: Mapping[str, Sequence[str]],
    *,
    runs: int,
    folder: Path | None = None,
    warm: bool = True,
) -> dict[str, Timing]:
    """
    Time several commands, one run of each after the other.

    Args:
        commands: The commands by name.
        runs: How many runs of each count.
        folder: Where they run.
        warm: Whether one run of each comes before those that count.

    Raises:
        RuntimeError: A command failed; what is measured must work.
    """
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    peaks = dict.fromkeys(commands, 0.0)
    for number in range(0 if warm else 1, runs + 1):
        for name, command in commands.items():
            took, peak = _run(command, folder)
            if number:
                seconds[name].append(took)
                peaks[name] = max(peaks[name], peak)
    return {name: Timing(tuple(seconds[name]), peaks[name]) for name in commands}


def _run(command: Sequence[str], folder: Path | None) -> tuple[float, float]:
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return took, usage.ru_maxrss / scale


def table(title: str, timings: Mapping[str, Timing], *, against: str) -> str:
    """
    The timings as text, each with its ratio to one of them, by the fastest and the middle runs.
    """
    peer = timings[against]
    width = max(len(name) for name in timings)
    rows = [title, f"{'':{width}}   fastest    median   peak MB   ratio (fastest, median)"]
    rows += [
        f"{name:{width}}  {one.best:7.3f} s {one.median:7.3f} s {one.megabytes:8.0f}"
        f"   {one.best / peer.best:5.2f}  {one.median / peer.median:5.2f}"
        for name, one in timings.items()
    ]
    return "\n".join(rows)

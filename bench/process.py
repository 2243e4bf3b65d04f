"""
Running Python and foretrack as processes of their own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PYTHON = sys.executable
FORETRACK = str(Path(PYTHON).with_name("foretrack"))
ROOT = Path(__file__).resolve().parents[1]

PLAIN = "import sys; sys.modules['duckdb'] = None; from foretrack.cli import main; main()"
"""
foretrack as if DuckDB were not installed.
"""


def made(what: str, path: Path, **sizes: int) -> None:
    """
    Make an input by a function of ``bench.making``.

    In a process of its own: what this one has used would count as the children's peak.
    """
    call = f"from pathlib import Path; from bench import making; making.{what}(Path({str(path)!r})"
    call += "".join(f", {name}={size}" for name, size in sizes.items()) + ")"
    subprocess.run([PYTHON, "-c", call], check=True, cwd=ROOT)


def apart(module: str) -> str:
    """
    What a module of the benchmarks prints, run in a process of its own, for the same reason.
    """
    command = [PYTHON, "-m", module]
    return subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout

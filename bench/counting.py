"""
``foretrack score`` on a large table in SQLite, beside the bare grouping through sqlite3.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from bench.process import FORETRACK, PYTHON, made
from bench.timing import in_turn, table

if TYPE_CHECKING:
    from pathlib import Path

SOURCES = 1_000

BARE = """
import sqlite3, sys
columns = 'source, probability, outcome'
statement = f'SELECT {columns}, count(*) FROM forecast GROUP BY {columns}'
rows = sqlite3.connect(sys.argv[1]).execute(statement).fetchall()
"""

# foretrack uses a second processor where there is one, the bare statement does not.
ALONE = """
import os
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
from foretrack.cli import main
main()
"""


def counting(place: Path, *, rows: int, runs: int = 2) -> str:
    """
    The table of timings.
    """
    path = place / "forecasts.sqlite"
    made("tables", path, rows=rows, sources=SOURCES)
    bare = "bare GROUP BY through sqlite3"
    commands = {
        bare: [PYTHON, "-c", BARE, str(path)],
        "foretrack score": [FORETRACK, "score", str(path)],
    }
    if sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1:
        commands["foretrack score, one processor"] = [PYTHON, "-c", ALONE, "score", str(path)]
    timings = in_turn(commands, runs=runs, warm=False)
    path.unlink()
    title = f"{rows:,} rows of {SOURCES:,} sources in SQLite (aim: within 1.5 of the bare GROUP BY)"
    return table(title, timings, against=bare)

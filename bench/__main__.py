"""
``make bench``: what foretrack costs, beside what its parts cost alone.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.timing import in_turn, table

PYTHON = sys.executable
AS_OF = "2025-06-01"  # the day that the large database is made for: bench.making.AS_OF
FORETRACK = str(Path(PYTHON).with_name("foretrack"))

# The peer of `due`: importing what it stands on, and the bare query through sqlite3.
BARE_DUE = """
import sqlalchemy, rich.console, rich.table, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute('''
    SELECT q.id, q.statement, q.closes FROM question q
    LEFT JOIN ledger l ON l.question = q.id AND l.superseded IS NULL
    WHERE q.superseded IS NULL AND l.question IS NULL AND q.closes <= date(?, '+14 days')
    ORDER BY q.closes''', (sys.argv[2],)).fetchall()
"""

# The peer of `import`: PyYAML's C loader reading the same files into plain data, nothing else.
BARE_YAML = """
import pathlib, sys, yaml
for path in sorted(pathlib.Path(sys.argv[1]).rglob('*.yaml')):
    yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
"""


def _made(what: str, path: Path, **sizes: int) -> None:
    """
    Make an input in a process of its own: what this one has used counts as the children's peak.
    """
    call = f"from pathlib import Path; from bench import making; making.{what}(Path({str(path)!r})"
    call += "".join(f", {name}={size}" for name, size in sizes.items()) + ")"
    subprocess.run([PYTHON, "-c", call], check=True, cwd=Path(__file__).parent.parent)


def start() -> str:
    """
    The cost of starting, beside bare Python.
    """
    commands = {"python -c pass": [PYTHON, "-c", "pass"], "foretrack --help": [FORETRACK, "--help"]}
    return table("Start", in_turn(commands, runs=25), against="python -c pass")


def reading(place: Path) -> str:
    """
    ``due`` and ``scorecard`` on 100,000 forecasts in 500 sources.
    """
    path = place / "large.sqlite"
    _made("database", path, forecasts=100_000, sources=500)
    day = AS_OF
    bare = "imports and bare query"
    commands = {
        bare: [PYTHON, "-c", BARE_DUE, str(path), day],
        "foretrack due": [FORETRACK, "--db", str(path), "due", "--as-of", day],
        "foretrack scorecard": [FORETRACK, "--db", str(path), "scorecard", "--as-of", day],
    }
    timings = in_turn(commands, runs=9)
    title = (
        "100,000 forecasts in 500 sources (aims: due within 1.2 of bare, scorecard within 2 due)"
    )
    ratio = timings["foretrack scorecard"].best / timings["foretrack due"].best
    return f"{table(title, timings, against=bare)}\nscorecard / due by fastest runs: {ratio:.2f}"


def bringing_in(place: Path) -> str:
    """
    ``import`` of 20,000 claims in 400 files, beside PyYAML reading them.
    """
    files = place / "record"
    _made("folder", files, claims=20_000, articles=400)
    path = place / "import.sqlite"
    again = f"""
import pathlib, subprocess, sys
for old in pathlib.Path({str(place)!r}).glob('import.sqlite*'):
    old.unlink()
for command in (['init'], ['import', {str(files)!r}]):
    subprocess.run([{FORETRACK!r}, '--db', {str(path)!r}, *command], check=True,
                   stdout=subprocess.DEVNULL)
"""
    commands = {
        "PyYAML reads the files": [PYTHON, "-c", BARE_YAML, str(files)],
        "foretrack check": [FORETRACK, "check", str(files)],
        "foretrack init and import": [PYTHON, "-c", again],
        "foretrack import, again": [FORETRACK, "--db", str(path), "import", str(files)],
    }
    title = "20,000 claims in 400 files"
    return table(title, in_turn(commands, runs=3), against="PyYAML reads the files")


def main() -> None:
    """
    Run everything and print tables.
    """
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    print(start(), flush=True)
    with tempfile.TemporaryDirectory(prefix="foretrack-bench-") as folder:
        place = Path(folder)
        print(f"\n{reading(place)}", flush=True)
        print(f"\n{bringing_in(place)}", flush=True)


if __name__ == "__main__":
    main()

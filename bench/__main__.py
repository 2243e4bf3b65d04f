"""
``make bench``: what foretrack costs, beside what its parts cost alone.

``python -m bench NAME...`` runs some of it.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench import scoring
from bench.counting import counting
from bench.growth import LARGEST, growth
from bench.process import FORETRACK, PYTHON, apart, made
from bench.timing import in_turn, table

if TYPE_CHECKING:
    from collections.abc import Callable

AS_OF = "2025-06-01"  # the day that the large database is made for: bench.making.AS_OF

# The peer of `due`: importing what it stands on, and the bare query, through what was imported or
# past it.
_QUERY = """
    SELECT q.id, q.statement, q.closes FROM question q
    LEFT JOIN ledger l ON l.question = q.id AND l.superseded IS NULL
    WHERE q.superseded IS NULL AND l.question IS NULL AND q.closes <= date(?, '+14 days')
    ORDER BY q.closes
"""
BARE_DUE = f"""
import sqlalchemy, rich.console, rich.table, sys
with sqlalchemy.create_engine("sqlite:///" + sys.argv[1]).connect() as connection:
    rows = connection.exec_driver_sql('''{_QUERY}''', (sys.argv[2],)).all()
"""
BARER_DUE = f"""
import sqlalchemy, rich.console, rich.table, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute('''{_QUERY}''', (sys.argv[2],)).fetchall()
"""

# The peer of `import`: PyYAML's C loader reading the same files into plain data, nothing else.
BARE_YAML = """
import pathlib, sys, yaml
for path in sorted(pathlib.Path(sys.argv[1]).rglob('*.yaml')):
    yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
"""


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
    made("database", path, forecasts=100_000, sources=500)
    day = AS_OF
    bare = "imports and bare query"
    commands = {
        bare: [PYTHON, "-c", BARE_DUE, str(path), day],
        "the query through sqlite3": [PYTHON, "-c", BARER_DUE, str(path), day],
        "foretrack due": [FORETRACK, "--db", str(path), "due", "--as-of", day],
        "foretrack scorecard": [FORETRACK, "--db", str(path), "scorecard", "--as-of", day],
    }
    timings = in_turn(commands, runs=11)
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
    made("folder", files, claims=20_000, articles=400)
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
    Run everything, or what is named, and print tables.
    """
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows in SQLite")
    parser.add_argument("--most", type=int, default=LARGEST, help="rows that `growth` goes up to")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="`growth` as SVG")
    parser.add_argument("names", nargs="*", metavar="NAME", help="what to run; else everything")
    chosen = parser.parse_args()
    parts: dict[str, Callable[[Path], str]] = {
        "start": lambda _: start(),
        "record": reading,
        "import": bringing_in,
        "score": scoring.scoring,
        "sqlite": lambda place: counting(place, rows=chosen.rows),
        "bootstrap": lambda _: apart("bench.resampling").rstrip(),
        "growth": lambda place: growth(place, most=chosen.most, drawing=chosen.plot),
    }
    if unknown := set(chosen.names) - parts.keys():
        parser.error(f"no {', '.join(sorted(unknown))}; there are: {', '.join(parts)}")
    print(f"Python {platform.python_version()}, {platform.machine()}", flush=True)
    begun = time.perf_counter()
    for name, part in parts.items():
        if not chosen.names or name in chosen.names:
            before = time.perf_counter()
            # Of its own for each, so that what one has made is gone before the next begins.
            with tempfile.TemporaryDirectory(prefix="foretrack-bench-") as folder:
                shown = part(Path(folder))
            took = time.perf_counter() - before
            print(f"\n[{name}: {took:.0f} s]\n{shown}", flush=True)
    print(f"\nAll in {time.perf_counter() - begun:.0f} s.")


if __name__ == "__main__":
    main()

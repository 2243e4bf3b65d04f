"""
``foretrack score`` on 1.2 million rows, beside pandas and scikit-learn computing a part of it.

Run by ``python -m bench score``, or ``python -m bench.scoring TABLE``.  The table is
``perf_538_long.csv.gz`` in the folder that ``FORETRACK_SHARED`` names or in ``../shared``, and made
here where there is none.  The rows of pandas and of DuckDB are left out, by name, where those are
not installed; ``FORETRACK_PEER`` names another Python that has pandas and scikit-learn.
"""

from __future__ import annotations

import gzip
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.process import FORETRACK, PLAIN, PYTHON, ROOT
from bench.timing import Timing, in_turn, table
from foretrack.exchange import archive

# What counting takes in DuckDB alone, without a score.
BARE = """
import duckdb, sys
table = "read_parquet(?)" if sys.argv[1].endswith(".parquet") else "read_csv(?)"
duckdb.execute("SELECT count(*), sum(n) FROM (SELECT source, probability, outcome, count(*) AS n"
               f" FROM {table} GROUP BY ALL)", [sys.argv[1]]).fetchall()
"""

# What somebody would write who has both: Brier, log score, isotonic decomposition and ten bins.
PEER = """
import sys
import numpy as np
import pandas as pd
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss
path = sys.argv[1]
frame = pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path)
frame["probability"] = frame["probability"].round(12)
rows = {}
for source, part in [*frame.groupby("source"), ("all", frame)]:
    p, y = part["probability"].to_numpy(), part["outcome"].to_numpy()
    fitted = IsotonicRegression(y_min=0.0, y_max=1.0).fit_transform(p, y)
    best, flat = np.mean((fitted - y) ** 2), y.mean() * (1.0 - y.mean())
    brier = brier_score_loss(y, p)
    log = log_loss(y, p, labels=[0, 1])
    bins = np.minimum(np.floor(np.round(p * 10, 11)), 9)
    ten = part.assign(bin=bins).groupby("bin").agg(
        n=("outcome", "size"), said=("probability", "mean"), observed=("outcome", "mean"))
    rows[source] = len(p), brier, log, brier - best, flat - best, flat, ten
for source, row in rows.items():
    print(source, *row[:6])
"""


def made(path: Path, rows: int = 1_224_500) -> None:
    """
    A table of the same kind: 28 sources of uneven size, many questions with many updates.
    """
    rng = random.Random(538)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        file.write("source,question_id,forecast_date,probability,outcome\n")
        for at in range(rows):
            source = int(28 * (at / rows) ** 2)
            question = at % (40 + 150 * source)
            # In all some 135,000 different ones, as there.
            p = round(rng.betavariate(0.4, 1.1), 12 if source % 7 == 6 else 4)
            day = f"20{10 + at % 12}-{1 + at % 11:02}-{1 + at % 28:02}"
            outcome = int(random.Random(31 * source + question).random() < 0.26)
            file.write(f"source-{source:02},question-{source}-{question},{day},{p},{outcome}\n")


def _has(python: str, *modules: str) -> bool:
    done = subprocess.run([python, "-c", f"import {', '.join(modules)}"], capture_output=True)
    return done.returncode == 0


def compared(path: Path, *, runs: int = 5) -> str:
    """
    The table of timings.
    """
    peer = os.environ.get("FORETRACK_PEER", PYTHON)
    notes = []
    commands = {"foretrack, plain install": [PYTHON, "-c", PLAIN, "score", str(path)]}
    if archive.available():
        commands["foretrack, DuckDB, gzip"] = [FORETRACK, "score", str(path)]
        parquet = path.with_name("forecasts.parquet")
        _to_parquet(path, parquet)
        commands["foretrack, DuckDB, Parquet"] = [FORETRACK, "score", str(parquet)]
        commands["DuckDB counts, gzip"] = [PYTHON, "-c", BARE, str(path)]
        commands["DuckDB counts, Parquet"] = [PYTHON, "-c", BARE, str(parquet)]
    else:
        notes.append("No rows with DuckDB and numpy (extra `archive`): not installed.")
    if _has(peer, "pandas", "sklearn"):
        commands["pandas, scikit-learn"] = [peer, "-c", PEER, str(path)]
    else:
        notes.append(
            "No row for pandas and scikit-learn: not installed; FORETRACK_PEER=/path/to/python"
            " names a Python that has them."
        )
    timings = in_turn(commands, runs=runs)
    lines = [table(f"Scoring {path.name}", timings, against="foretrack, plain install"), *notes]
    if theirs := timings.get("pandas, scikit-learn"):
        lines += [
            _ratio(name, ours, theirs)
            for name, ours in timings.items()
            if name.startswith("foretrack")
        ]
    return "\n".join(lines)


def _to_parquet(path: Path, target: Path) -> None:
    # In a process of its own: what this one once held would count as its children's peak, too.
    statement = (
        "COPY (SELECT * REPLACE (probability::DOUBLE AS probability, outcome::INTEGER AS outcome)"
        f" FROM read_csv('{path}', all_varchar = true)) TO '{target}' (FORMAT parquet)"
    )
    code = "import duckdb, sys; duckdb.execute(sys.argv[1])"
    subprocess.run([PYTHON, "-c", code, statement], check=True)


def _ratio(name: str, ours: Timing, theirs: Timing) -> str:
    return (
        f"{name}: {theirs.best / ours.best:.2f} times as fast,"
        f" {ours.megabytes / theirs.megabytes:.2f} of the memory"
    )


def scoring(place: Path, *, given: Path | None = None) -> str:
    """
    The table of timings of a table that is there, or is made.

    Args:
        place: Where it is made.
        given: Where it is, if anywhere.
    """
    shared = Path(os.environ.get("FORETRACK_SHARED") or ROOT.parent / "shared")
    path = place / "forecasts.csv.gz"
    real = given or shared / "data" / "perf_538_long.csv.gz"
    if given is not None or real.exists():
        path.symlink_to(real.resolve())
    else:
        made(path)
    return compared(path)


def main() -> None:
    """
    Measure and print.
    """
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory(prefix="foretrack-bench-") as folder:
        print(scoring(Path(folder), given=given))


if __name__ == "__main__":
    main()

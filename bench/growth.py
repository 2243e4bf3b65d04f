"""
What ``foretrack score`` costs against the number of rows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bench import plot
from bench.process import FORETRACK, PLAIN, PYTHON, made
from bench.timing import in_turn
from foretrack.exchange import archive

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bench.timing import Timing

SOURCES = 100
SMALLEST = 1_000
LARGEST = 10_000_000
_STEEP = 100_000  # rows from which on reading them is what a run costs


def growth(place: Path, *, most: int, drawing: Path | None = None) -> str:
    """
    A table and a plot of time against rows, from 1,000 on by powers of ten.

    Args:
        place: Where tables are made.
        most: The largest number of rows.
        drawing: Where to write the plot as SVG.
    """
    found: dict[str, dict[int, Timing]] = {}
    path = place / "growth.csv"
    rows = SMALLEST
    while rows <= most:
        made("table", path, rows=rows, sources=SOURCES)
        scored = ["score", str(path), "--resamples", "0"]
        commands = {"plain install": [PYTHON, "-c", PLAIN, *scored]}
        if archive.available():
            commands["with DuckDB"] = [FORETRACK, *scored]
        small = rows <= _STEEP
        timings = in_turn(commands, runs=5 if small else 2 if rows <= 1_000_000 else 1, warm=small)
        for name, timing in timings.items():
            found.setdefault(name, {})[rows] = timing
        rows *= 10
    path.unlink()
    lines = [
        f"foretrack score --resamples 0 on CSV of {SOURCES} sources: fastest run and peak memory",
        "(else groups of up to 2,000 rows are resampled, which costs more than reading them)",
    ]
    lines.append(f"{'rows':>12}" + "".join(f"{name:>31}" for name in found))
    lines.append(f"{'':>12}" + f"{'seconds':>12}{'MB':>9}{'slope':>10}" * len(found))
    lines += [
        (f"{rows:12,}" + "".join(_shown(one, rows) for one in found.values())).rstrip()
        for rows in next(iter(found.values()))
    ]
    curves = {name: [(rows, one.best) for rows, one in at.items()] for name, at in found.items()}
    for name, points in curves.items():
        steep = [one for one in points if one[0] >= _STEEP]
        if len(steep) > 1:
            lines.append(
                f"{name}: seconds grow with rows to the {plot.slope(steep):.2f}"
                f" from {_STEEP:,} rows on"
            )
    if not archive.available():
        lines.append("No column with DuckDB and numpy (extra `archive`): not installed.")
    if most < LARGEST:
        lines.append(f"{LARGEST:,} rows are left out: --most {LARGEST} measures them.")
    lines += ["", plot.text(curves, x="rows", y="seconds")]
    if drawing is not None:
        drawing.write_text(plot.svg(curves, x="rows", y="seconds"), encoding="utf-8")
        lines.append(f"written to {drawing}")
    return "\n".join(lines)


def _shown(timings: Mapping[int, Timing], rows: int) -> str:
    """
    The timing of so many rows, and the slope from a tenth of them.
    """
    here, before = timings[rows], timings.get(rows // 10)
    steep = f"{math.log10(here.best / before.best):.2f}" if before else ""
    return f"{here.best:12.3f}{here.megabytes:9.0f}{steep:>10}"

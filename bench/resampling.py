"""
The bootstrap from counts, beside the loop that resamples row by row.
"""

from __future__ import annotations

import importlib.util
import random
import time
from collections import Counter
from functools import partial
from math import fsum
from typing import TYPE_CHECKING

from foretrack.core.bootstrap import bootstrap_of_mean
from foretrack.core.places import SQUARE, place, square

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 1_000_000
REPLICATES = 2_000


def resampling() -> str:
    """
    A table: how long all replicates take, and what share of each loop that is.
    """
    lines = [
        f"{REPLICATES:,} bootstrap replicates at {ROWS:,} rows (aim: under 1/200 of the loop)",
        "Loops over all rows are measured for a few replicates and scaled up.",
        f"{'':11}  {'scores':>7}  {'counts':>8}  {'random.choices':>16}  {'numpy':>16}",
    ]
    for decimals in (1, 2, 3):
        kinds, scores = _scores(decimals)
        best = min(_timed(partial(_bootstrap, kinds)) for _ in range(5))
        loops = [_python(scores), _numpy(scores)]
        shown = "  ".join(f"{_share(loop, best):>16}" for loop in loops)
        name = "1 decimal" if decimals == 1 else f"{decimals} decimals"
        lines.append(f"{name:11}  {len(kinds):7,}  {best:6.3f} s  {shown}")
    if importlib.util.find_spec("numpy") is None:
        lines.append("No loop in numpy: not installed.")
    return "\n".join(lines)


def _share(loop: float | None, best: float) -> str:
    return "-" if loop is None else f"{loop:,.0f} s, 1/{loop / best:,.0f}"


def _scores(decimals: int) -> tuple[list[tuple[int, float, int]], list[float]]:
    """
    How often each Brier score occurs, and the scores of all rows.
    """
    rng = random.Random(2000)
    counts: Counter[int] = Counter()
    for _ in range(ROWS):
        p = round(rng.betavariate(0.8, 1.4), decimals)
        counts[square(place(p, int(rng.random() < p)))] += 1
    kinds = [(n, score / SQUARE, 1) for score, n in counts.items()]
    return kinds, [score for n, score, _ in kinds for _ in range(n)]


def _bootstrap(kinds: list[tuple[int, float, int]]) -> None:
    bootstrap_of_mean(kinds, random.Random(1), replicates=REPLICATES)


def _python(scores: list[float]) -> float:
    rng = random.Random(1)
    took = min(_timed(lambda: fsum(rng.choices(scores, k=ROWS)) / ROWS) for _ in range(3))
    return took * REPLICATES


def _numpy(scores: list[float]) -> float | None:
    if importlib.util.find_spec("numpy") is None:
        return None
    import numpy as np

    column, rng = np.array(scores), np.random.default_rng(1)
    return min(_timed(lambda: rng.choice(column, ROWS).mean()) for _ in range(20)) * REPLICATES


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


if __name__ == "__main__":
    print(resampling())

"""
Random numbers that the standard library has only in newer Pythons.
"""

from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_MANY = 10.0  # successes to expect from which on rejection is faster than inversion


def binomial(n: int, p: float, rng: random.Random) -> int:
    """
    How many of n independent trials succeed, each with probability p.

    Exact, in time that does not grow with n: by transformed rejection where many successes are to
    be expected, by adding up geometric waiting times where few are.

    Args:
        n: Number of trials, 0 or more.
        p: Probability of success in each, 0 to 1.
        rng: The random generator.

    Source:
        Hörmann, W. (1993). The generation of binomial random variates. Journal of Statistical
        Computation and Simulation 46(1-2), 101-110 (algorithm BTRS).  Devroye, L. (1986).
        Non-uniform random variate generation, X.4 (waiting times).
    """
    if p > 0.5:
        return n - binomial(n, 1.0 - p, rng)
    if n <= 0 or p <= 0.0:
        return 0
    return _rejected(n, p, rng) if n * p >= _MANY else _waited(n, p, rng)


def distribution(n: int, p: float) -> list[float]:
    """
    The distribution function of the number of n independent events of probability p.

    Returns:
        The chance of at most 0, 1, ... n events, increasing to 1.

    >>> [round(chance, 12) for chance in distribution(2, 0.5)]
    [0.25, 0.75, 1.0]
    """
    if p in (0.0, 1.0):
        return [*[float(p == 0.0)] * n, 1.0]
    odds, all_ways = math.log(p), math.lgamma(n + 1)
    against = math.log1p(-p)
    chances = [
        math.exp(
            all_ways - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * odds + (n - k) * against
        )
        for k in range(n + 1)
    ]
    total = math.fsum(chances)
    return [*(min(part / total, 1.0) for part in accumulate(chances[:-1])), 1.0]


def _waited(n: int, p: float, rng: random.Random) -> int:
    failing = math.log1p(-p)
    found, trials = 0, 0
    while True:
        waited = math.log(1.0 - rng.random()) / failing
        if waited >= n - trials:
            return found
        trials += 1 + int(waited)
        found += 1


def _rejected(n: int, p: float, rng: random.Random) -> int:
    draw = rng.random
    deviation = math.sqrt(n * p * (1.0 - p))
    b = 1.15 + 2.53 * deviation
    a = -0.0873 + 0.0248 * b + 0.01 * p
    c = n * p + 0.5
    squeeze = 0.92 - 4.2 / b
    mode: int | None = None
    while True:
        u = draw() - 0.5
        edge = 0.5 - abs(u)
        if edge == 0.0:
            continue
        k = math.floor((2.0 * a / edge + b) * u + c)
        if not 0 <= k <= n:
            continue
        v = draw()
        if edge >= 0.07 and v <= squeeze:
            return k
        if mode is None:
            mode = math.floor((n + 1) * p)
            odds = math.log(p / (1.0 - p))
            height = math.lgamma(mode + 1) + math.lgamma(n - mode + 1)
            alpha = (2.83 + 5.1 / b) * deviation
        v *= alpha / (a / (edge * edge) + b)
        if v <= 0.0 or math.log(v) <= (
            height - math.lgamma(k + 1) - math.lgamma(n - k + 1) + (k - mode) * odds
        ):
            return k

"""
Random numbers have the distribution that they should have.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from foretrack.core.draws import binomial


class TestBinomial:
    @pytest.mark.parametrize(
        ("n", "p"),
        [
            (1, 0.3), (7, 0.5), (40, 0.02), (50, 0.9), (99, 0.1), (100, 0.1), (25, 0.41),
            (200, 0.5), (1_000, 0.97), (1_000_000, 0.00002), (1_000_000, 0.3),
        ],
    )  # fmt: skip
    def test_distribution(self, n: int, p: float) -> None:
        """
        The counts of 20,000 draws agree with the probabilities that SciPy gives (chi-square).
        """
        rng, size = random.Random(1993), 20_000
        drawn = Counter(binomial(n, p, rng) for _ in range(size))
        # The sorted support in classes in each of which 50 draws or more are expected.
        edges = sorted({int(stats.binom.ppf(k / 100, n, p)) for k in range(1, 100)})
        observed, expected, before = [], [], -1
        for edge in [*edges, n]:
            observed.append(sum(times for k, times in drawn.items() if before < k <= edge))
            expected.append(size * (stats.binom.cdf(edge, n, p) - stats.binom.cdf(before, n, p)))
            before = edge
        kept = [(o, e) for o, e in zip(observed, expected, strict=True) if e > 5]
        total = sum(o for o, _ in kept) / sum(e for _, e in kept)
        if len(kept) > 1:
            found = stats.chisquare([o for o, _ in kept], [e * total for _, e in kept])
            assert found.pvalue > 0.001

    @given(st.integers(0, 10_000), st.floats(0, 1), st.integers(0, 2**32))
    def test_range(self, n: int, p: float, seed: int) -> None:
        """
        Between 0 and n, and certain at the ends.
        """
        assert 0 <= binomial(n, p, random.Random(seed)) <= n
        assert binomial(n, 0.0, random.Random(seed)) == 0
        assert binomial(n, 1.0, random.Random(seed)) == n

    def test_chance_next_to_nothing(self) -> None:
        """
        A probability below the resolution of floats beside 1 neither divides by zero nor hangs.
        """
        rng = random.Random(1)
        assert binomial(10, 5e-324, rng) == 0
        assert binomial(10, 1e-17, rng) == 0
        assert binomial(10**6, 1.0 - 1e-16, rng) == 10**6

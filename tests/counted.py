"""
Tallies of every kind: on and off the grid of tenths, in whole numbers and in fractions.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from foretrack.core.tally import Tally

grid = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.6, 0.7, 0.9, 1.0])
inner = st.integers(1, 99).map(lambda whole: whole / 100)
anywhere = st.floats(0, 1)
tallies = st.lists(
    st.tuples(st.one_of(grid, inner, anywhere), st.integers(0, 1)), min_size=1, max_size=60
).map(Tally.of)
weighted = st.lists(
    st.tuples(inner, st.integers(0, 1), st.fractions(Fraction(1, 50), 3, max_denominator=50)),
    min_size=1,
    max_size=20,
).map(Tally.of_counts)

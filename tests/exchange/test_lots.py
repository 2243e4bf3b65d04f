"""
Luck in arrays: the same numbers as without them.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core import luck
from foretrack.core.places import UNIT
from foretrack.exchange import lots

PLACES = [0, UNIT // 10, UNIT // 3, UNIT // 2, UNIT - 1, UNIT]

forecasts = st.tuples(st.integers(0, len(PLACES) - 1), st.integers(1, 3))
units = st.lists(st.lists(forecasts, min_size=1, max_size=4), min_size=1, max_size=30)


@given(st.integers(0, 1 << 64), st.integers(0, 50), st.integers(0, 9))
def test_numbers(seed: int, n: int, before: int) -> None:
    """
    They are those that the generator gives one by one, and it goes on behind them.
    """
    one, other = random.Random(seed), random.Random(seed)
    for rng in (one, other):
        for _ in range(before):
            rng.getrandbits(32)

    expected = [one.random() for _ in range(n)]

    assert expected == lots.uniforms(other, n).tolist()
    assert one.random() == other.random()


def drawn(found: list[list[list[int]]]) -> list[tuple[int, ...]]:
    """
    Columns of blocks as rows.
    """
    return [row for columns in found for row in zip(*columns, strict=True)]


@given(units, st.integers(0, 99), st.integers(1, 40))
def test_draws(units: list[list[tuple[int, int]]], seed: int, resamples: int) -> None:
    """
    Draw by draw the same comes true, whether forecasts stand alone, alike or together.
    """
    expected = drawn(
        [list(map(list, columns)) for columns in
         luck.blocks(PLACES, units, random.Random(seed), resamples=resamples)]
    )  # fmt: skip

    blocks = lots.blocks(PLACES, units, random.Random(seed), resamples=resamples)

    assert expected == [tuple(row) for block in blocks for row in block.tolist()]


@pytest.mark.parametrize("n", [2, luck.TABLED, luck.TABLED + 1])
def test_many_alike(n: int) -> None:
    """
    A table of chances, and what is drawn without one.
    """
    units = [[(2, 1)]] * n + [[(3, 2)]]
    rows = luck.rows(PLACES, units, random.Random(5), resamples=20)
    expected = [list(row) for row in rows]

    found = next(lots.blocks(PLACES, units, random.Random(5), resamples=20))

    assert expected == found.tolist()


@given(units, st.integers(0, 99))
def test_in_blocks(units: list[list[tuple[int, int]]], seed: int) -> None:
    """
    The same in several blocks, and in several parts of a block.
    """
    with pytest.MonkeyPatch.context() as patch:
        for module in (luck, lots):
            patch.setattr(module, "AT_ONCE", 3 * len(PLACES))
        expected = [list(row) for row in luck.rows(PLACES, units, random.Random(seed), resamples=8)]

        blocks = list(lots.blocks(PLACES, units, random.Random(seed), resamples=8))

    assert [len(block) for block in blocks] == [3, 3, 2]
    assert expected == [row for block in blocks for row in block.tolist()]

"""
Which headlines a change moved, and how it is said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from foretrack.core.moves import Figure, moves
from foretrack.report import as_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from foretrack.core.scorecard import Scorecard

    Show = Callable[..., str]


def changed(card: Scorecard, source: str, **figures: Any) -> Scorecard:
    return replace(
        card,
        groups=tuple(
            replace(one, **figures) if one.group == source else one for one in card.groups
        ),
    )


def test_only_what_moved(card: Scorecard) -> None:
    """
    A source whose headline is the same is not named, whatever else of it is another.
    """
    after = changed(changed(card, "gruzer", brier=0.04, scored=2), "jordan", overdue=0, early=7)
    (move,) = moves(card, after)

    assert (move.source, move.name) == ("gruzer", "Marina Gruzer")
    assert (move.before, move.after) == (Figure(0.0784, 1), Figure(0.04, 2))
    assert moves(card, card) == ()


def test_the_same_sum_in_another_order(card: Scorecard) -> None:
    """
    0.1 + 0.2 is not 0.3 in floating point, and is no move.
    """
    three, sum_of = changed(card, "gruzer", brier=0.3), changed(card, "gruzer", brier=0.1 + 0.2)

    assert moves(three, sum_of) == ()


def test_a_source_that_is_gone(card: Scorecard) -> None:
    """
    A scorecard that has no row for a source scores nothing of it.
    """
    without = replace(card, groups=tuple(one for one in card.groups if one.group != "gruzer"))
    (gone,) = moves(card, without)
    (come,) = moves(without, card)

    assert (gone.after, come.before) == (Figure(None, 0), Figure(None, 0))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((None, 0), (0.0784, 1), "Brier – → 0.078 (0 → 1 scored)"),
        ((0.0784, 1), (None, 0), "Brier 0.078 → – (1 → 0 scored)"),
        ((0.0784, 3), (0.01, 3), "Brier 0.078 → 0.010 (3 scored)"),
        ((0.0784, 3), (0.0784, 4), "Brier 0.078 → 0.078 (3 → 4 scored)"),
        ((0.0784, 3), (0.0781, 3), "Brier 0.078400 → 0.078100 (3 scored)"),
    ],
)
def test_as_printed(
    card: Scorecard,
    show: Show,
    before: tuple[float | None, int],
    after: tuple[float | None, int],
    said: str,
) -> None:
    """
    Then and now, with the count where it is another, and enough digits to see the move.
    """
    was, now = (changed(card, "gruzer", brier=b, scored=n) for b, n in (before, after))

    assert show(as_table.moves(moves(was, now))) == f"Marina Gruzer: {said}\n"


def test_in_ascii(card: Scorecard, show: Show) -> None:
    """
    A stream that has no more than ASCII gets an arrow and a dash that it has.
    """
    found = moves(changed(card, "gruzer", brier=None, scored=0), card)

    assert show(as_table.moves(found), encoding="ascii") == (
        "Marina Gruzer: Brier - -> 0.078 (0 -> 1 scored)\n"
    )


def test_none(show: Show) -> None:
    """
    That nothing moved is said, with the reason where there is one.
    """
    assert show(as_table.moves(())) == "no headline moved\n"
    assert show(as_table.moves((), why="early")) == "no headline moved: early\n"

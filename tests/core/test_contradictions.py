"""
Questions whose rows do not agree on how they ended.
"""

from __future__ import annotations

from array import array
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from foretrack.core.contradictions import contradictions
from foretrack.core.places import place
from foretrack.core.sheet import Cell, Sheet, Stance

Row = tuple[str, str, int, int]


def sheet(*rows: Row) -> Sheet:
    """
    Rows of source, question, outcome and the day of January on which the question was settled.
    """
    cells = list(
        dict.fromkeys(Cell(source, question, "", source) for source, question, _, _ in rows)
    )
    return Sheet(
        cells=cells,
        keys=[place(0.3, 0), place(0.3, 1)],
        cell=array("i", [cells.index(Cell(one[0], one[1], "", one[0])) for one in rows]),
        level=array("i", [y for _, _, y, _ in rows]),
        stances=[Stance(None, datetime(2024, 1, one[3], tzinfo=UTC)) for one in rows],
        stance=array("i", range(len(rows))),
    )


def test_of_one_source() -> None:
    """
    A question that both happened and did not, by two rows of one source; the rest is free of it.
    """
    one = sheet(("a", "q", 1, 9), ("a", "q", 0, 9), ("a", "r", 0, 9))
    found = contradictions(one)

    assert found.outcomes == {"q"}
    assert found.free(one) == [False, False, True]


def test_between_sources() -> None:
    """
    One source cannot say that it happened and another that it did not.
    """
    one = sheet(("a", "q", 1, 9), ("b", "q", 0, 9), ("b", "r", 0, 9), ("a", "r", 0, 9))
    found = contradictions(one)

    assert bool(found)
    assert found.outcomes == {"q"}
    assert found.free(one) == [False, False, True, True]


def test_without_questions() -> None:
    """
    Rows that name no question are about questions of their own.
    """
    one = sheet(("a", "", 1, 9), ("a", "", 0, 8))

    assert not contradictions(one, timed=True)


def test_ends() -> None:
    """
    Where times count, a source has one day for the end of a question; others may have another.
    """
    one = sheet(("a", "q", 1, 9), ("a", "q", 1, 8), ("b", "r", 1, 8), ("c", "r", 1, 9))

    assert contradictions(one, timed=True).ends == {("a", "q")}
    assert not contradictions(one)


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from(["", "q", "r"]), st.integers(0, 1),
                  st.integers(1, 3)),
        min_size=1,
    )
)  # fmt: skip
def test_what_is_left_agrees(rows: list[Row]) -> None:
    """
    The rows that are free of contradictions have none, and every other row is part of one.
    """
    one = sheet(*rows)
    found = contradictions(one, timed=True)
    free = found.free(one)

    assert not contradictions(one.only(free), timed=True)
    for (source, question, _, _), kept in zip(rows, free, strict=True):
        told = {y for _, name, y, _ in rows if name == question}
        ended = {day for who, name, _, day in rows if (who, name) == (source, question)}
        assert kept == (not question or (len(told) == 1 and len(ended) == 1))

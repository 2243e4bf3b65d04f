"""
Groups made of the rows of a table.
"""

from __future__ import annotations

from array import array
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from foretrack.core.grades import Grade, grade
from foretrack.core.groups import groups
from foretrack.core.places import place
from foretrack.core.sheet import Cell, Sheet, Stance
from foretrack.core.skills import Reference
from foretrack.core.vocabulary import Updates

HALF = Reference("0.5", constant=0.5)


def day(number: int) -> datetime:
    """
    A day of January.
    """
    return datetime(2024, 1, number, tzinfo=UTC)


def sheet(*rows: tuple[Any, ...], **more: Any) -> Sheet:
    """
    Rows of source, question, p, y, and optionally the days on which it was made and settled.
    """
    return Sheet(
        cells=[Cell(row[0], row[1], "", row[0]) for row in rows],
        keys=[place(row[2], row[3]) for row in rows],
        cell=array("i", range(len(rows))),
        level=array("i", range(len(rows))),
        stances=[Stance(day(row[4]), day(row[5])) for row in rows if len(row) > 4],
        stance=array("i", range(len(rows))),
        **more,
    )


def graded(one: Sheet, **how: Any) -> dict[str, Grade]:
    """
    The figures of each group and, as "", of all.
    """
    found = groups(one, **{"reference": HALF, **how})
    figures = {
        name: grade(sample, against=found.skills[name]) for name, sample in found.samples.items()
    }
    return {**figures, "": grade(found.overall, against=found.skill)}


class TestUpdates:
    ROWS = (
        ("a", "q", 0.2, 1, 1, 11),
        ("a", "q", 0.6, 1, 3, 11),
        ("a", "r", 0.5, 0, 1, 5),
        ("b", "q", 0.9, 1, 2, 11),
    )

    def test_each(self) -> None:
        """
        Every row counts: a's three rows score (0.64 + 0.16 + 0.25)/3.
        """
        found = graded(sheet(*self.ROWS))

        assert (found["a"].n, found["a"].questions, found["a"].clusters) == (3, 2, 2)
        assert found["a"].brier == pytest.approx(0.35)

    @pytest.mark.parametrize(("updates", "expected"), [(Updates.FIRST, 0.64), (Updates.LAST, 0.16)])
    def test_first_and_last(self, updates: Updates, expected: float) -> None:
        """
        One forecast on each question: the mean of its score and r's 0.25.
        """
        found = graded(sheet(*self.ROWS), updates=updates)

        assert (found["a"].n, found[""].n) == (2, 3)
        assert found["a"].brier == pytest.approx((expected + 0.25) / 2)

    def test_time(self) -> None:
        """
        0.2 stood 2 of 10 days, 0.6 the other 8; n counts questions.
        """
        found = graded(sheet(*self.ROWS), updates=Updates.TIME)

        assert (found["a"].n, found[""].n, found["a"].events_occurred) == (2, 3, 1)
        assert found["a"].brier == pytest.approx((0.2 * 0.64 + 0.8 * 0.16 + 0.25) / 2)
        assert sum(row.n for row in found["a"].calibration_10) == pytest.approx(2)

    def test_several_on_one_day(self) -> None:
        """
        The one given last stands; the other has no time.
        """
        rows = (("a", "q", 0.2, 1, 1, 11), ("a", "q", 0.6, 1, 1, 11))

        assert graded(sheet(*rows), updates=Updates.TIME)["a"].brier == pytest.approx(0.16)
        assert graded(sheet(*rows), updates=Updates.LAST)["a"].brier == pytest.approx(0.16)
        assert graded(sheet(*rows), updates=Updates.FIRST)["a"].brier == pytest.approx(0.64)

    def test_thirds_add_up(self) -> None:
        """
        Shares that no decimal holds still make one question.
        """
        rows = [("a", "q", p, 1, n, 4) for p, n in ((0.2, 1), (0.3, 2), (0.4, 3))]
        found = graded(sheet(*rows), updates=Updates.TIME)["a"]

        assert found.n == 1
        assert found.brier == pytest.approx((0.64 + 0.49 + 0.36) / 3)


class TestWeights:
    def test_weights_are_row_counts(self) -> None:
        """
        A weight of 3 scores as three rows do; n still counts the rows.
        """
        rows = [("a", "q", 0.2, 1), ("a", "r", 0.6, 0)]
        once = graded(sheet(*rows, weights=[Fraction(3), Fraction(1)], weight=array("i", [0, 1])))[
            "a"
        ]
        thrice = graded(sheet(rows[0], rows[0], rows[0], rows[1]))["a"]

        assert (once.brier, once.corp, once.log_score) == (
            thrice.brier,
            thrice.corp,
            thrice.log_score,
        )
        assert (once.n, once.events_occurred) == (2, 1)
        assert once.n_effective == pytest.approx(1.6)

    def test_scale_does_not_matter(self) -> None:
        """
        Weights of 0.1 and 0.3 score as 1 and 3 do.
        """
        rows = [("a", "q", 0.2, 1), ("a", "r", 0.6, 0), ("a", "s", 0.7, 1)]
        both = [
            graded(sheet(*rows, weights=[unit, 3 * unit], weight=array("i", [0, 1, 1])))["a"]
            for unit in (Fraction(1, 10), Fraction(1))
        ]

        assert both[0] == both[1]


class TestClusters:
    def test_rows_of_a_question_are_one(self) -> None:
        """
        The same question asked of two sources is one cluster of all together.
        """
        found = graded(sheet(("a", "q", 0.2, 1), ("b", "q", 0.3, 1), ("b", "r", 0.1, 0)))

        assert (found["a"].clusters, found["b"].clusters, found[""].clusters) == (1, 2, 2)
        assert found[""].n_effective == pytest.approx(9 / 5)

    def test_rows_without_a_question(self) -> None:
        """
        Each is a cluster of its own, and no number of questions is given.
        """
        found = graded(sheet(("a", "", 0.2, 1), ("a", "", 0.3, 0)))["a"]

        assert (found.clusters, found.questions, found.repeated) == (2, None, None)
        assert found.brier_interval is not None


class TestReference:
    ROWS = (
        ("a", "q", 0.2, 0),
        ("a", "r", 0.6, 1),
        ("a", "s", 0.6, 1),
        ("b", "q", 0.4, 0),
        ("b", "r", 0.2, 1),
    )

    def test_source(self) -> None:
        """
        Only shared questions: (0.04 + 0.16) against (0.16 + 0.64).
        """
        found = graded(sheet(*self.ROWS), reference=Reference("b", source="b"))

        assert found["a"].skill.value == pytest.approx(1 - 0.2 / 0.8)
        assert (found["a"].skill.n, found["b"].skill.value) == (2, 0.0)

    def test_source_that_is_not_shown(self) -> None:
        """
        The reference need not be among the sources that are scored.
        """
        found = graded(
            sheet(*self.ROWS),
            reference=Reference("b", source="b"),
            shown=lambda cell: cell.source == "a",
        )

        assert set(found) == {"a", ""}
        assert found[""].n == 3
        assert found[""].skill.value == pytest.approx(0.75)

    def test_nothing_shared(self) -> None:
        """
        Undefined.
        """
        rows = [("a", "q", 0.2, 0), ("b", "r", 0.2, 0)]
        found = graded(sheet(*rows), reference=Reference("b", source="b"))

        assert (found["a"].skill.value, found["a"].skill.n) == (None, 0)

    def test_column(self) -> None:
        """
        A base rate of 0.5, 0.5, 0.9 beside each row: 1 - (0.04 + 0.16 + 0.16)/(0.25 + 0.25 + 0.01).
        """
        one = sheet(*self.ROWS[:3], references=[0.5, 0.9], reference=array("i", [0, 0, 1]))
        found = graded(one, reference=Reference("base"))

        assert found["a"].skill.value == pytest.approx(1 - 0.36 / 0.51)


def test_repeated() -> None:
    """
    Rows with an earlier row's source, question and day count, and are reported.
    """
    rows = [("a", "q", 0.2, 1), ("a", "q", 0.2, 1), ("b", "q", 0.2, 1)]
    found = graded(sheet(*rows, stamp=array("q", [7, 7, 8])))

    assert (found["a"].n, found["a"].repeated, found["b"].repeated, found[""].repeated) == (
        2,
        1,
        0,
        1,
    )

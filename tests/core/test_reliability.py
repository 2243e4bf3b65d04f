"""
The reliability diagram: by hand, and the same from forecasts one by one and counted.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from dossiers import AS_OF
from foretrack.core.cohort import Standing
from foretrack.core.quality import VERDICT_FROM
from foretrack.core.reliability import (
    BAND_FROM,
    DIAGRAM_FROM,
    Bar,
    Said,
    of_lines,
    reliability,
)
from foretrack.core.scorecard import Convention
from foretrack.core.vocabulary import Cohort, Updates
from lines import OPENS, line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from foretrack.core.page import Line


def how(**given: Any) -> Convention:
    plain: dict[str, Any] = {
        "as_of": AS_OF,
        "cohort": Cohort.MATURED,
        "updates": Updates.TIME,
        "basis": "all",
        "lexicon": "survey-2026.1",
        "declared": {},
        "left_out": 0,
    }
    return Convention(**{**plain, **given})


def said(counts: Sequence[tuple[float, int, int]]) -> list[Line]:
    """
    So many forecasts of each probability, of which so many came true.
    """
    outcomes = [(p, int(k < events)) for p, n, events in counts for k in range(n)]
    return [line(number, p, y) for number, (p, y) in enumerate(outcomes)]


def diagram(
    lines: Sequence[Line],
    convention: Convention | None = None,
    clusters: Mapping[str, str | None] | None = None,
    **given: Any,
) -> Any:
    counted = of_lines(lines, convention or how(), clusters=clusters or {})
    return reliability(counted, **{"source": "s", "rng": random.Random(1), **given})


class TestReliability:
    def test_by_hand(self) -> None:
        """
        Six times 20% with one event, six times 80% with five: shares of 1/6 and 5/6.

        Brier = (10 · 0.04 + 2 · 0.64)/12 = 0.14; miscalibration (1/30)², discrimination (1/3)²,
        uncertainty 1/4.
        """
        found = diagram(said([(0.2, 6, 1), (0.8, 6, 5)]))

        assert (found.n, found.units) == (12, 12)
        assert found.said == (Said(0.2, 6, 1, 1 / 6), Said(0.8, 6, 5, 5 / 6))
        assert found.histogram == (Bar(0.2, 0.2, 6), Bar(0.8, 0.8, 6))
        parts = found.parts
        assert (parts.score, parts.mcb, parts.dsc, parts.unc) == pytest.approx(
            (0.14, 1 / 900, 1 / 9, 1 / 4)
        )

    def test_pooled(self) -> None:
        """
        Where more said less, the fit pools: 2 of 5 at 30% and 1 of 5 at 60% are 3 of 10.
        """
        found = diagram(said([(0.3, 5, 2), (0.6, 5, 1)]))

        assert [one.recalibrated for one in found.said] == [0.3, 0.3]
        assert [one.events for one in found.said] == [2, 1]

    @pytest.mark.parametrize(
        ("n", "drawn", "banded"), [(0, False, False), (9, False, False), (10, True, False),
                                   (19, True, False), (20, True, True)],
    )  # fmt: skip
    def test_enough(self, n: int, *, drawn: bool, banded: bool) -> None:
        """
        No diagram below 10 questions, no consistency band below 20; the number is always told.
        """
        found = diagram(said([(0.5, n, n // 2)]))

        assert found.n == n
        assert bool(found.said) is bool(found.histogram) is (found.parts is not None) is drawn
        assert (found.luck is not None) is banded

    def test_only_what_counts(self) -> None:
        """
        The headline's forecasts: early ones only where the cohort says so, others never.
        """
        lines = said([(0.5, 10, 5)])
        lines.append(line(20, 0.9, 1, standing=Standing.EARLY))
        lines += [
            line(30 + place, 0.9, 1, standing=how, outcome=None)
            for place, how in enumerate((Standing.OPEN, Standing.OVERDUE, Standing.LATE))
        ]

        assert diagram(lines).n == 10
        assert diagram(lines, how(cohort=Cohort.RESOLVED)).n == 11

    def test_updates_share_a_question(self) -> None:
        """
        20% for a third of the time and 80% for the rest are one question, by their weights.
        """
        lines = said([(0.5, 9, 4)])
        end = OPENS + timedelta(days=90)
        lines += [
            line(50, p, 1, question="q", made=made, settled=end)
            for p, made in ((0.2, OPENS), (0.8, OPENS + timedelta(days=30)))
        ]

        counts = {
            updates: [(one.p, one.n) for one in diagram(lines, how(updates=updates)).said]
            for updates in Updates
        }

        assert diagram(lines).n == 10
        assert counts[Updates.TIME] == [(0.2, 1 / 3), (0.5, 9), (0.8, 2 / 3)]
        assert counts[Updates.FIRST] == [(0.2, 1), (0.5, 9)]
        assert counts[Updates.LAST] == [(0.5, 9), (0.8, 1)]
        assert counts[Updates.EACH] == [(0.2, 1), (0.5, 9), (0.8, 1)]

    def test_not_in_the_lexicon(self) -> None:
        """
        A question of which one forecast has no probability does not count.
        """
        later = OPENS + timedelta(days=9)
        lines = [*said([(0.5, 10, 5)]), line(40, None, 1)]
        lines.append(line(41, 0.9, 1, question="q40", made=later))

        assert diagram(lines).n == 10

    def test_clusters(self) -> None:
        """
        Questions of a cluster share their luck, whoever forecast them; the others do not.
        """
        lines = said([(0.5, 20, 10)])
        clusters = {f"q{number}": "event" for number in range(5)} | {"q9": None}

        found = diagram(lines, clusters=clusters)

        assert (found.n, found.units) == (20, 16)
        alone = diagram(lines)
        assert found.luck.edges[0].high > alone.luck.edges[0].high

    def test_many_probabilities(self) -> None:
        """
        Above twenty distinct probabilities the histogram has ten bins, which add up.
        """
        found = diagram(said([(k / 100, 1, k % 2) for k in range(5, 95, 3)]))

        assert len(found.said) == 30
        assert [(bar.low, bar.high) for bar in found.histogram[:2]] == [(0.0, 0.1), (0.1, 0.2)]
        assert sum(bar.n for bar in found.histogram) == 30


class TestHowLong:
    def test_without_the_band(self) -> None:
        """
        Where the band would take too long the diagram goes without it, and is the same otherwise.
        """
        lines = said([(0.2, 20, 4), (0.8, 20, 16)])

        whole, quick = diagram(lines), diagram(lines, band_up_to=39)
        assert (whole.n, whole.luck is None, quick.luck) == (40, False, None)
        assert (quick.said, quick.parts, quick.histogram) == (
            whole.said, whole.parts, whole.histogram,
        )  # fmt: skip
        assert diagram(lines, band_up_to=40) == whole

    def test_without_enough_draws(self) -> None:
        """
        Too few draws leave none beyond the ends of a band, and so no band.
        """
        lines = said([(0.2, 20, 4), (0.8, 20, 16)])

        assert [diagram(lines, resamples=n).luck is None for n in (0, 18, 19)] == [
            True, True, False,
        ]  # fmt: skip

    def test_verdicts_wait_longest(self) -> None:
        """
        A diagram needs fewer questions than its band, and a band fewer than a verdict.
        """
        assert DIAGRAM_FROM < BAND_FROM < VERDICT_FROM

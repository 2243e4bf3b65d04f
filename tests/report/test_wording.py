"""
The words that every format shares.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from foretrack.core.vocabulary import Cohort, Unscorable, Updates
from foretrack.report import verdicts, wording

if TYPE_CHECKING:
    from foretrack.core.page import Hit
    from foretrack.core.scorecard import Convention, Group


class TestConvention:
    def test_says_all_of_it(self, convention: Convention) -> None:
        """
        The rule, its ends, who counts, as of when, by which lexicon.
        """
        expected = (
            "Brier: mean of (p - y)², 0 best, 1 worst, 0.25 for always saying 50%."
            " Matured windows only, as of 2026-11-21; lexicon survey-2026.1 (phia for a and b);"
            " updates weighted by the time they stood; assumed windows counted."
        )

        assert expected == wording.convention(
            replace(convention, declared={"b": "phia", "a": "phia"})
        )

    def test_warns_of_the_resolved_cohort(self, convention: Convention) -> None:
        """
        Counting everything resolved is biased, and the line says to which side.
        """
        assert "biased toward yes" in wording.convention(
            replace(convention, cohort=Cohort.RESOLVED)
        )

    def test_counts_what_basis_left_out(self, convention: Convention) -> None:
        """
        Leaving assumed windows out is said with the number of forecasts it cost.
        """
        line = wording.convention(replace(convention, basis="stated", left_out=3))

        assert line.endswith("; 3 forecasts with assumed windows left out.")

    @pytest.mark.parametrize("updates", Updates)
    def test_knows_every_way_of_updates(self, convention: Convention, updates: Updates) -> None:
        """
        Each way that updates can count has its words.
        """
        assert wording.convention(replace(convention, updates=updates))

    def test_does_not_list_a_crowd(self, convention: Convention) -> None:
        """
        Of many sources with a lexicon of their own only some are named.
        """
        many = {f"s{number}": "icd-203" for number in range(9)}

        assert "icd-203 for s0, s1, s2, s3 and 5 more" in wording.convention(
            replace(convention, declared=many)
        )


def test_updates_where_they_matter(convention: Convention) -> None:
    """
    Where each question counts by its last forecast nothing is said of --updates.
    """
    assert "updates weighted" in wording.convention(convention)
    assert "updates" not in wording.convention(convention, updates=False)


def test_numbers_have_no_band(gruzer: Group) -> None:
    """
    A band is named where phrases have one, not where every forecast is a number.
    """
    numbers = replace(gruzer, brier=0.321, brier_low=0.321, brier_high=0.321)

    assert wording.banded(numbers) == "0.321"
    assert wording.banded(replace(numbers, brier_high=0.4)) == "0.321 [0.321-0.400]"


def test_every_reason_has_its_words() -> None:
    """
    No claim is left out without saying why.
    """
    assert set(Unscorable) == set(wording.WHY_UNSCORABLE)


def test_hindsight_is_out_of_what_was_scored(gruzer: Group) -> None:
    """
    Early ones stand beside the matured headline and inside the resolved one: never counted twice.
    """
    assert wording.hindsight(gruzer, Cohort.MATURED) == "3 of 3"
    assert wording.hindsight(replace(gruzer, scored=3), Cohort.RESOLVED) == "3 of 3"


def test_verdicts(hits: tuple[Hit, ...]) -> None:
    """
    A verdict needs ten and a band, and says which way it went.
    """
    few, enough, _ = hits

    assert verdicts.verdict(few) == "none below n = 10"
    assert verdicts.verdict(enough) == "misses the band"
    assert verdicts.verdict(replace(enough, agrees=True)) == "meets the band"
    assert verdicts.verdict(replace(enough, agrees=None, point=None)) == "none without a band"


def test_provisional(gruzer: Group) -> None:
    """
    The range that overdue questions leave open is said with their number.
    """
    overdue = replace(gruzer, overdue=1, provisional=True, brier_bounds=(0.0312, 0.3099))

    assert wording.provisional(gruzer) == ""
    assert wording.provisional(overdue) == "provisional while 1 overdue: 0.031 to 0.310"
    assert (
        wording.provisional(replace(overdue, brier=None))
        == "no score while 1 overdue: 0.031 to 0.310"
    )

"""
What a terminal shows.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from foretrack.core.vocabulary import Cohort
from foretrack.report import as_table
from foretrack.report.outlines.calibration import bar

if TYPE_CHECKING:
    from collections.abc import Callable

    from syrupy.assertion import SnapshotAssertion

    from foretrack.core.agenda import Queue
    from foretrack.core.page import Calibration, Hit, Page
    from foretrack.core.scorecard import Scorecard

    Show = Callable[..., str]

CONVENTION = "Brier: mean of (p - y)²"


def test_rich_is_loaded_only_to_show() -> None:
    """
    Importing the module does not import Rich, so that a command can import it and start fast.
    """
    code = "import sys, foretrack.report.as_table; print('rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


class TestScorecard:
    @pytest.mark.parametrize("width", [80, 100])
    def test_as_printed(
        self, card: Scorecard, show: Show, snapshot: SnapshotAssertion, width: int
    ) -> None:
        """
        Five sources, one of them without any forecast, at two widths.
        """
        assert show(as_table.scorecard(card), width=width) == snapshot

    @pytest.mark.parametrize("width", [30, 40, 60, 80, 100, 120, 200])
    def test_fits_and_cuts_nothing(self, card: Scorecard, show: Show, width: int) -> None:
        """
        At any width no line is too long, nothing trails, and every figure is there.
        """
        shown = show(as_table.scorecard(card), width=width)

        assert all(len(line) <= width for line in shown.splitlines())
        assert all(line == line.rstrip() for line in shown.splitlines())
        assert shown.endswith("\n")
        for figure in ("0.078 [0.040-0.122]", "2 at 0.359", "0.090-0.520", "ir-students-blog"):
            assert figure in " ".join(shown.split())

    def test_a_source_without_forecasts_has_no_score(self, card: Scorecard, show: Show) -> None:
        """
        Its claims and their reasons are there, and a dash for the score.
        """
        shown = show(as_table.scorecard(card))
        rows = [line.split() for line in shown.splitlines() if "research site" in line]

        assert ["Unnamed", "research", "site", "19", *"––––––"] == rows[0]
        assert "research-site; no forecast that could be scored" in shown
        assert "12 hedge, 4 no-horizon, 2" in shown

    def test_leaves_out_columns_without_figures(self, card: Scorecard, show: Show) -> None:
        """
        What nobody has is said in a sentence, not in a column of zeros.
        """
        shown = show(as_table.scorecard(card))

        assert "None is ambiguous or not in lexicon." in shown
        assert "ambiguous  " not in shown

    def test_one_group_needs_no_total(self, card: Scorecard, show: Show) -> None:
        """
        A single row is not repeated as a total.
        """
        shown = show(as_table.scorecard(replace(card, groups=card.groups[:1])))

        assert "all together" not in shown

    def test_without_any_group(self, card: Scorecard, show: Show) -> None:
        """
        An empty record says so, and how it would be scored.
        """
        shown = show(as_table.scorecard(replace(card, groups=())))

        assert "No claim is recorded by 2026-11-21." in shown
        assert CONVENTION in shown

    def test_resolved_cohort_is_not_called_matured(self, card: Scorecard, show: Show) -> None:
        """
        Where early ones are in the headline the column says only how many were scored.
        """
        how = replace(card.convention, cohort=Cohort.RESOLVED)
        shown = show(as_table.scorecard(replace(card, convention=how)))

        assert "matured" not in shown
        assert "biased toward yes" in " ".join(shown.split())

    def test_hostile_text_is_inert(self, hostile_card: Scorecard, show: Show) -> None:
        """
        Nothing that a terminal acts on comes through, and markup is shown as it was written.
        """
        shown = show(as_table.scorecard(hostile_card))

        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "[bold]red[/bold]" in shown
        assert r"\x1b[31m" in shown
        assert r"next\u202e" in shown

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
    def test_shows_where_letters_are_missing(
        self, card: Scorecard, show: Show, encoding: str
    ) -> None:
        """
        A console without Unicode gets plain substitutes, never an error.
        """
        shown = show(as_table.scorecard(card), encoding=encoding)

        assert shown.isascii()
        assert "(p - y)^2" in shown


class TestPage:
    def test_as_printed(self, one_page: Page, show: Show, snapshot: SnapshotAssertion) -> None:
        """
        One source: worst miss first, then what waits, then what has no score and why.
        """
        assert show(as_table.page(one_page)) == snapshot

    def test_hostile_text_is_inert(self, hostile_page: Page, show: Show) -> None:
        """
        As on the scorecard.
        """
        shown = show(as_table.page(hostile_page))

        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "[bold]red[/bold]" in shown


class TestCalibration:
    @pytest.mark.parametrize("items", [False, True])
    def test_as_printed(
        self, calibration: Calibration, show: Show, snapshot: SnapshotAssertion, *, items: bool
    ) -> None:
        """
        A row a phrase with a bar, and the claims behind it if wanted.
        """
        assert show(as_table.calibration(calibration, items=items)) == snapshot

    def test_bars_in_ascii(self, calibration: Calibration, show: Show) -> None:
        """
        Where blocks cannot be shown the bars are drawn with other marks, as long as before.
        """
        shown = show(as_table.calibration(calibration), encoding="ascii")

        assert "###====.....  |" in shown

    def test_bar_by_hand(self, hits: tuple[Hit, ...]) -> None:
        """
        4 of 12, interval 14 to 61%, lexicon 72%: on twenty cells 3, 7, 12 and the fifteenth.
        """
        assert bar(hits[1]) == "███▓▓▓▓▒▒▒▒▒  │     "

    def test_without_outcomes(self, calibration: Calibration, show: Show) -> None:
        """
        Nothing to show is said, with the convention.
        """
        shown = show(as_table.calibration(replace(calibration, hits=())))

        assert "No forecast has an outcome that counts yet." in shown
        assert CONVENTION in shown


class TestQueue:
    def test_as_printed(self, waiting: Queue, show: Show, snapshot: SnapshotAssertion) -> None:
        """
        Overdue first with days, then due soon, with everybody's words.
        """
        assert show(as_table.queue(waiting)) == snapshot

    def test_empty_says_when_the_next_closes(self, waiting: Queue, show: Show) -> None:
        """
        An empty queue is an answer: nothing now, and the next day to look.
        """
        shown = show(as_table.queue(replace(waiting, items=())))

        assert "Nothing is overdue, and no window closes within 14 days." in shown
        assert "The next window closes on 2027-05-28." in shown

    def test_empty_for_good(self, waiting: Queue, show: Show) -> None:
        """
        Without any open window there is no next day.
        """
        shown = show(as_table.queue(replace(waiting, items=(), later=None)))

        assert "No other window is open." in shown

    def test_says_what_the_caller_left_out(self, waiting: Queue, show: Show) -> None:
        """
        A queue cut short says by how many, and nothing about what it does not show.
        """
        shown = show(as_table.queue(replace(waiting, items=waiting.items[:2], more=4998)))

        assert shown.endswith("... and 4,998 questions more, 5,000 in all.\n")
        assert "No window closes" not in shown

    def test_hostile_text_is_inert(self, hostile_queue: Queue, show: Show) -> None:
        """
        As on the scorecard.
        """
        shown = show(as_table.queue(hostile_queue))

        assert "\x1b" not in shown
        assert "[bold]red[/bold]" in shown


class TestListing:
    ID = "north-korea-nuclear-test-before-2026-01-13"

    @pytest.mark.parametrize("width", [50, 80, 110])
    def test_keeps_ids_whole(self, show: Show, width: int) -> None:
        """
        An id that fits a line is never broken, however wide the other columns would like to be.
        """
        listing = as_table.listing(
            ["id", "closes", "statement"],
            [[self.ID, "2026-01-13", "Something is tested somewhere by somebody. " * 3]],
            empty="",
            fixed=["closes"],
        )
        shown = show(listing, width=width)

        assert self.ID in shown
        assert "2026-01-13\n" in shown or "2026-01-13  " in shown
        assert 3 == " ".join(shown.split()).count("Something") == shown.count("somebody.")

    def test_folds_an_id_that_fits_no_line(self, show: Show) -> None:
        """
        Only then is it folded, and nothing of it is lost.
        """
        shown = show(as_table.listing(["id"], [[self.ID * 2]], empty=""), width=50)

        assert self.ID * 2 in shown.replace("\n", "")

    def test_empty(self, show: Show) -> None:
        """
        No rows is said in the caller's words.
        """
        assert show(as_table.listing(["id"], [], empty="No source.")) == "No source.\n"

    def test_wide_letters_stay_in_line(self, show: Show) -> None:
        """
        Letters that take two cells count as two.
        """
        shown = show(as_table.listing(["a", "b"], [["予測", "x"], ["four", "y"]], empty=""))
        lines = shown.splitlines()

        assert lines[2:] == ["予測  x", "four  y"]


class TestDetails:
    def test_as_printed(self, show: Show, hostile: str) -> None:
        """
        Names, values over several lines, and sections; what has no value is left out.
        """
        shown = show(
            as_table.details(
                "some-question",
                [("statement", "One\nTwo"), ("note", ""), ("title", hostile)],
                sections=[("Ledger", ["2026-11-21  yes"]), ("Nothing", [])],
            )
        )
        expected = r"""some-question

statement  One
           Two
title      [bold]red[/bold] \x1b[31m
           next\u202e =cmd() <script>alert(1)</script> | `x` **b** "q"

Ledger
2026-11-21  yes
"""

        assert expected == shown

"""
Rows for a spreadsheet: they come back as they were, and nothing in them is a formula.
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core.rates import GroupRates, RatesBy
from foretrack.report import as_csv, as_json
from foretrack.report.text import inert

if TYPE_CHECKING:
    from foretrack.core.page import Calibration, Page
    from foretrack.core.scorecard import Scorecard


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


class TestScorecard:
    def test_figures_come_back_to_the_last_digit(self, card: Scorecard) -> None:
        """
        Reading the cells again gives the figures of the JSON document.
        """
        rows = read(as_csv.scorecard(card))
        document = as_json.scorecard(card, version="1")

        assert len(rows) == 6
        assert [row["row"] for row in rows] == ["group"] * 5 + ["overall"]
        for row, group in zip(rows, [*document["groups"], document["overall"]], strict=True):
            for key in ("claims", "scored", "open", "overdue", "late", "assumed", "hindsight"):
                assert group[key] == int(row[key])
            for key in ("brier", "brier_low", "brier_high", "base_rate", "mean_probability"):
                assert group[key] == (float(row[key]) if row[key] else None)
            assert group["early"]["n"] == int(row["early_n"])
            assert sum(group["unscorable"].values()) == int(row["unscorable"])
            assert group["unscorable"].get("no-horizon", 0) == int(row["unscorable_no_horizon"])
            assert sum(group["annulled"].values()) == int(row["annulled"])

    def test_says_how_it_was_made(self, card: Scorecard) -> None:
        """
        Each row carries its convention, so that a row copied elsewhere still says it.
        """
        row = read(as_csv.scorecard(card))[0]

        assert row["as_of"] == "2026-11-21"
        assert row["lexicon"] == "survey-2026.1"
        assert row["convention"].startswith("Brier: mean of (p - y)²")

    def test_hostile_text_is_inert(self, hostile_card: Scorecard) -> None:
        """
        No escape reaches whoever prints the file, and the rows keep their shape.
        """
        text = as_csv.scorecard(hostile_card)

        assert "\x1b" not in text
        assert r"\x1b[31m" in text
        assert len(read(text)) == 3


class TestCell:
    @pytest.mark.parametrize(
        "text",
        ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "\n+1"],
    )
    def test_text_is_no_formula(self, text: str) -> None:
        """
        What a spreadsheet would compute begins with an apostrophe or a visible escape.
        """
        assert as_csv.cell(text)[0] in "'\\"

    def test_figures_are_not_touched(self) -> None:
        """
        A negative figure is a figure.
        """
        assert [as_csv.cell(it) for it in (-0.5, 3, None, False)] == ["-0.5", "3", "", "false"]

    @given(st.text(max_size=20))
    def test_text_comes_back(self, text: str) -> None:
        """
        But for what was made inert and the apostrophe, text is kept.
        """
        cell = as_csv.cell(text)

        assert inert(text) in (cell, cell[1:])
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


class TestPage:
    def test_fields_are_those_of_the_document(self, one_page: Page) -> None:
        """
        Every field of a forecast and of a claim left out has its column, as in JSON.
        """
        rows = read(as_csv.page(one_page))
        document = as_json.page(one_page, version="1")

        for row, item in zip(rows, [*document["lines"], *document["left_out"]], strict=True):
            for name, value in item.items():
                assert row[name] == as_csv.cell(value), name

    def test_hostile_text_is_inert(self, hostile_page: Page) -> None:
        """
        No escape reaches whoever prints the file, and the rows keep their shape.
        """
        text = as_csv.page(hostile_page)

        assert "\x1b" not in text
        assert r"\x1b[31m" in text
        assert len(read(text)) == len(hostile_page.lines) + len(hostile_page.left_out)


class TestHits:
    def test_fields_are_those_of_the_document(self, calibration: Calibration) -> None:
        """
        Every field of a row has its column, as in JSON; the interval has two.
        """
        rows = read(as_csv.calibration(calibration))
        document = as_json.calibration(calibration, version="1")

        assert len(rows) == len(document["hits"]) > 0
        for row, hit in zip(rows, document["hits"], strict=True):
            low, high = hit.pop("wilson")
            assert (float(row["wilson_low"]), float(row["wilson_high"])) == (low, high)
            assert row["claims"].split("; ") == hit.pop("claims")
            for name, value in hit.items():
                assert row[name] == as_csv.cell(value), name
            assert row["convention"].startswith("Brier: mean of (p - y)²")

    def test_groups_follow_each_other(self, calibration: Calibration) -> None:
        """
        The rows of each group say whose they are.
        """
        groups = tuple(
            GroupRates(group=name, label=name.title(), hits=calibration.hits) for name in ("a", "b")
        )
        found = RatesBy(
            convention=calibration.convention, source=None, label=None, by="outlet", groups=groups
        )
        rows = read(as_csv.rates(found))

        whose = [(row["by"], row["group"], row["label"]) for row in rows]
        n = len(calibration.hits)
        assert whose == [("outlet", "a", "A")] * n + [("outlet", "b", "B")] * n

    def test_no_rows(self, calibration: Calibration) -> None:
        """
        Where nothing is scored there are the names of the columns.
        """
        text = as_csv.calibration(replace(calibration, hits=()))

        assert text.startswith("source,by,group,label,words,point")
        assert read(text) == []

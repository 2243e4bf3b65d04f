"""
The scorecard of one source's forecasts, row by row.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from commandline import Shell


@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_rows_of_one_source(run: Shell, form: str) -> None:
    """
    A source and a grouping: the rows of its own forecasts, in every format.
    """
    shown = run.done("scorecard", "gruz", "--by", "tag", "--format", form)

    assert "treaty" in shown
    assert "treaty" not in run.done("scorecard", "gruzer", "--by", "horizon", "--format", form)
    if form == "json":
        assert json.loads(shown)["source"] == "gruzer"
    elif form == "csv":
        assert {row["source"] for row in csv.DictReader(io.StringIO(shown))} == {"gruzer"}
    else:
        assert "Scorecard of Marina Gruzer by tag" in shown


def test_a_part_of_one_source(run: Shell) -> None:
    """
    Every choice goes with it: only forecasts on questions with a tag.
    """
    shown = json.loads(
        run.done("scorecard", "gruzer", "--by", "horizon", "--tag", "trade", "--format", "json")
    )

    assert shown["overall"]["forecasts"] == 1
    assert shown["convention"]["only"]["tag"] == "trade"


def test_of_all(run: Shell) -> None:
    """
    Without a source it is nobody's in particular.
    """
    assert json.loads(run.done("scorecard", "--format", "json"))["source"] is None


def test_bounds(run: Shell) -> None:
    """
    What is overdue leaves the score open, for each source that it concerns and for all together.
    """
    as_of = "2031-01-01"  # when every window of the record is over
    card = json.loads(run.done("scorecard", "--as-of", as_of, "--format", "json"))
    lines = run.done("scorecard", "--as-of", as_of).splitlines()

    rows = [one for one in (*card["groups"], card["overall"]) if one["overdue"]]
    assert len(rows) > 2
    for one in rows:
        low, high = one["brier_bounds"]
        told = f"{one['overdue']} overdue: {low:.3f} to {high:.3f}"
        assert sum(told in line for line in lines) >= 1

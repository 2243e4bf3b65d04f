"""
The benchmarks' own figures and drawings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from bench import plot
from bench.counting import counting
from bench.growth import growth
from bench.timing import Timing

if TYPE_CHECKING:
    from pathlib import Path

CURVES = {"one": [(1e3, 0.1), (1e4, 1.0), (1e5, 10.0)], "<two>": [(1e3, 0.2), (1e5, 0.2)]}


def test_slope() -> None:
    """
    A tenfold of x makes y a hundredfold: the second power.
    """
    assert plot.slope([(1, 5), (10, 500), (100, 50_000)]) == pytest.approx(2.0)


def test_text() -> None:
    """
    Each decade is a line of the grid, and a straight line lies on its diagonal.
    """
    lines = plot.text(CURVES, x="rows", y="seconds").splitlines()

    assert lines[0] == "seconds against rows: o one, * <two>"
    assert lines[1] == "      10 +-----------+-----------o"
    assert lines[6] == "       1 +-----------o-----------+"
    assert lines[11] == "     0.1 o-----------+-----------+"
    assert lines[12] == "         1e3         1e4         1e5"
    # 0.2 is 0.3 decades above 0.1, one and a half of five lines
    assert [at for at, line in enumerate(lines[1:]) if "*" in line] == [8]


def test_svg() -> None:
    """
    The drawing is XML, with a curve for each name, and names are only text.
    """
    root = ET.fromstring(plot.svg(CURVES, x="rows", y="seconds"))
    inside = "{http://www.w3.org/2000/svg}"

    assert len(root.findall(f"{inside}polyline")) == 2
    words = [one.text for one in root.findall(f"{inside}text")]
    assert {"one", "<two>", "1e3", "1e5", "0.1", "10", "rows", "seconds"} <= {*words}
    straight = root.findall(f"{inside}polyline")[0].attrib["points"].split()
    assert straight == ["60.0,360.0", "320.0,210.0", "580.0,60.0"]


def test_counting(tmp_path: Path) -> None:
    """
    The commands that are compared run, and what was made for them is gone.
    """
    lines = counting(tmp_path, rows=1000, runs=1).splitlines()

    assert lines[0].startswith("1,000 rows of 1,000 sources in SQLite")
    assert lines[2].startswith("bare GROUP BY through sqlite3")
    assert lines[2].split()[-2:] == ["1.00", "1.00"]
    assert lines[3].startswith("foretrack score ")
    assert not list(tmp_path.iterdir())


def test_growth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A line for each size with the slope from the one before, and what was left out.
    """
    seconds = iter([0.5, 1.0, 10.0])

    def timed(commands: dict[str, list[str]], **_: object) -> dict[str, Timing]:
        took = next(seconds)
        return {name: Timing((took,), 50.0) for name in commands}

    monkeypatch.setattr("bench.growth.in_turn", timed)
    monkeypatch.setattr("bench.growth.archive.available", lambda: False)
    drawing = tmp_path / "growth.svg"
    lines = growth(tmp_path, most=100_000, drawing=drawing).splitlines()
    figures = [line.split() for line in lines if line.startswith("  ") and "," in line[:12]]

    assert figures == [
        ["1,000", "0.500", "50"],
        ["10,000", "1.000", "50", "0.30"],
        ["100,000", "10.000", "50", "1.00"],
    ]
    assert "10,000,000 rows are left out: --most 10000000 measures them." in lines
    assert "No column with DuckDB and numpy (extra `archive`): not installed." in lines
    assert drawing.read_text(encoding="utf-8").startswith("<svg")

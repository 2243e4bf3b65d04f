"""
Parquet and counting through DuckDB: the same figures to the last bit.
"""

from __future__ import annotations

import importlib.util
import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from commandline import Shell
from foretrack.core.sheet import Counts
from foretrack.core.timeline import Updates
from foretrack.exchange import archive, reading
from foretrack.exchange.coding import Plan

if TYPE_CHECKING:
    from pathlib import Path

run = Shell()
needs_duckdb = pytest.mark.skipif(
    importlib.util.find_spec("duckdb") is None, reason="the extra `archive` is not installed"
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """
    A clean table with whatever may be rounded in two ways.
    """
    rng = random.Random(7)
    written = ["0.5", ".25", "1", "0", "5e-05", "0.6221640188525", "0.1234567890125", "0.30000001"]
    lines = ["source,question_id,forecast_date,probability,outcome\n"]
    for at in range(3000):
        source = rng.choice(["a", "b", "b", "b", "b", "é, f"])
        p = rng.choice(written) if rng.random() < 0.3 else repr(rng.random())
        day = f"2024-01-{rng.randrange(1, 29):02}"
        quoted = f'"{source}"' if "," in source else source
        lines.append(f"{quoted},q{at % 700},{day},{p},{rng.choice(['0', '1', 'no', 'Yes'])}\n")
    path = tmp_path / "t.csv"
    path.write_text("".join(lines), encoding="utf-8")
    return path


def figures(path: Path) -> Any:
    """
    The document without the table's own name.
    """
    found = json.loads(run.done("score", path, "--format", "json", "--resamples", "9"))
    del found["convention"]["tables"]
    return found


@needs_duckdb
def test_counted_there_and_here(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    DuckDB counts, and not a bit of any figure changes.
    """
    here = figures(table)
    monkeypatch.setattr(archive, "_LARGE", 0)
    counted: list[Counts | None] = []
    counts = archive.counts

    def noted(*args: Any, **named: Any) -> Counts | None:
        counted.append(counts(*args, **named))
        return counted[-1]

    monkeypatch.setattr(archive, "counts", noted)

    assert figures(table) == here
    assert isinstance(counted[0], Counts)


@needs_duckdb
def test_parquet(table: Path) -> None:
    """
    The same rows in Parquet have the same figures.
    """
    import duckdb

    packed = table.with_suffix(".parquet")
    duckdb.sql(
        f"COPY (SELECT * REPLACE (CAST(probability AS DOUBLE) AS probability) "
        f"FROM read_csv('{table}', all_varchar = true)) TO '{packed}' (FORMAT parquet)"
    )

    assert figures(packed) == figures(table)


@needs_duckdb
@pytest.mark.parametrize("dirt", [
    "a,q,2024-01-01,20%,1\n", "a,q,2024-01-01,0.2,maybe\n", ",q,2024-01-01,0.2,1\n",
    "a,q,2024-01-01\n", '"a"x,q,2024-01-01,0.2,1\n', "a,,2024-01-01,0.2,1\n",
    " a,q,2024-01-01,0.2,1\n", "a,q,2024-01-01, 0.2,1\n",
])  # fmt: skip
def test_dirt_is_left_to_the_rows(table: Path, dirt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What is not clean is not counted there.
    """
    monkeypatch.setattr(archive, "_LARGE", 0)
    with table.open("a", encoding="utf-8") as file:
        file.write(dirt)
    found = reading.identify(str(table))

    assert archive.counts(found, Plan(names={}), units_up_to=0) is None


def test_what_is_not_plain(table: Path) -> None:
    """
    Updates by time, groups by another column and chosen sources take the rows.
    """
    found = reading.identify(str(table))
    for plan in (
        Plan(names={}, updates=Updates.LAST),
        Plan(names={}, by="forecast_date"),
        Plan(names={}, sources=frozenset("a")),
    ):
        assert archive.counts(found, plan, units_up_to=0) is None


@pytest.mark.skipif(importlib.util.find_spec("duckdb") is not None, reason="DuckDB is installed")
def test_parquet_without_duckdb(tmp_path: Path) -> None:
    """
    The message says what to install.
    """
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1")

    assert "pip install 'foretrack[archive]'" in run.refused(3, "score", path)


def test_no_parquet(tmp_path: Path) -> None:
    """
    A file that only says so.
    """
    path = tmp_path / "t.parquet"
    path.write_text("source,probability,outcome\n")

    assert "is no Parquet table" in run.refused(3, "score", path)

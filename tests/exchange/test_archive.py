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
from foretrack.core.groups import Groups
from foretrack.core.skills import Reference
from foretrack.core.timeline import Updates
from foretrack.exchange import archive, reading
from foretrack.exchange.coding import Plan

if TYPE_CHECKING:
    from pathlib import Path

run = Shell()
needs_duckdb = pytest.mark.skipif(
    not archive.available(), reason="the extra `archive` is not installed"
)
HALF = Reference("0.5", constant=0.5)


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
        y = rng.choice(["1", "Yes"] if at % 700 % 3 else ["0", "no"])
        lines.append(f"{quoted},q{at % 700},{day},{p},{y}\n")
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
    assert counted(table, monkeypatch) == here


@needs_duckdb
@pytest.mark.parametrize(
    ("head", "rows"),
    [
        # days of more than twelve characters, some of them twice
        (
            "source,question_id,forecast_date,probability,outcome",
            [
                f"s{at % 3},q{at % 50},2024-01-0{1 + at % 9}T12:00:{at % 60:02}+00:00,"
                f"0.{at % 97},{int(at % 50 % 3 == 0)}"
                for at in range(2000)
            ],
        ),
        (
            "source,question_id,probability,outcome",
            [f"s{at % 3},q{at % 50},0.{at % 97},{int(at % 50 % 3 == 0)}" for at in range(900)],
        ),
        ("source,probability,outcome", [f"s{at % 3},0.{at % 97},{at % 2}" for at in range(900)]),
        (
            "source,cluster,probability,outcome",
            [f"s{at % 3},c{at % 40},0.{at % 97},{at % 2}" for at in range(900)],
        ),
        (
            "outcome,cluster,source,question_id,forecast_date,probability",
            [
                f"{int(at % 50 % 3 == 0)},{'' if at % 4 else f'q{at % 7}'},s{at % 3},q{at % 50},"
                f"2024-01-0{1 + at % 9},0.{at % 97}"
                for at in range(900)
            ],
        ),
        (
            "source,question_id,probability,outcome",
            [
                f"s,q{at},{p},{y}"
                for at, (p, y) in enumerate(
                    [
                        (" 0.2", "1 "),
                        ("+.5", "TRUE"),
                        ("1.", "1.0"),
                        ("2E-3", "false"),
                        ("-0.0", "0e0"),
                        ("-0", "1"),
                        ("1e-400", "0"),
                        ("0.0000000000005", "0"),
                        ("00.5", "+1"),
                    ]
                )
            ],
        ),
    ],
    ids=["long days", "no days", "no questions", "clusters alone", "clusters", "ways to write"],
)
def test_every_kind_of_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str, rows: list[str]
) -> None:
    """
    Whatever columns there are, the figures are those of the rows.
    """
    path = tmp_path / "t.csv"
    path.write_text("\n".join((head, *rows)) + "\n")
    here = figures(path)

    assert counted(path, monkeypatch) == here


def counted(path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """
    The figures as DuckDB counts them.
    """
    monkeypatch.setattr(archive, "_LARGE", 0)
    found: list[Groups | None] = []
    groups = archive.groups

    def noted(*args: Any, **named: Any) -> Groups | None:
        found.append(groups(*args, **named))
        return found[-1]

    monkeypatch.setattr(archive, "groups", noted)
    done = figures(path)
    assert isinstance(found[0], Groups)
    return done


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
    " a,q,2024-01-01,0.2,1\n", "a,q ,2024-01-01,0.2,1\n", "a,q\u2003,2024-01-01,0.2,1\n",
    "a,q,2024-01-01,0.2_5,1\n", "a,q,2024-01-01,1e-0005,1\n", "a,q,2024-01-01,+-0,1\n",
    "a,q,2024-01-01,nan,1\n", "a,q,2024-01-01,1.0000001,1\n", "a,q,2024-01-01,-1e-9,1\n",
    "a,q,2024-01-01,0.2,2\n", "a,q,2024-01-01,0.2,\n", "a,q,2024-01-01,,1\n",
    "a,q1,2024-01-01,0.2,0\n",
])  # fmt: skip
def test_dirt_is_left_to_the_rows(table: Path, dirt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What is not clean is not counted there.
    """
    monkeypatch.setattr(archive, "_LARGE", 0)
    with table.open("a", encoding="utf-8") as file:
        file.write(dirt)
    found = reading.identify(str(table))

    assert archive.groups(found, Plan(names={}), reference=HALF, units_up_to=0) is None


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
        assert archive.groups(found, plan, reference=HALF, units_up_to=0) is None


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

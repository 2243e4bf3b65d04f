"""
Parquet and counting through DuckDB: the same figures to the last bit.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandline import Shell
from foretrack.core.groups import Groups
from foretrack.core.skills import Reference
from foretrack.core.vocabulary import Updates
from foretrack.exchange import archive, reading, unpacking
from foretrack.exchange.database import Database
from foretrack.exchange.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable
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


def in_parquet(table: Path, columns: str) -> Path:
    """
    A table in Parquet, with some columns replaced.
    """
    import duckdb

    path = table.with_suffix(".parquet")
    duckdb.sql(
        f"COPY (SELECT * REPLACE ({columns}) FROM read_csv('{table}', all_varchar = true))"
        f" TO '{path}' (FORMAT parquet)"
    )
    return path


HAPPENED = "lower(outcome) IN ('1', 'yes')"


@needs_duckdb
@pytest.mark.parametrize("kind", ["BOOLEAN", "TINYINT", "INTEGER", "BIGINT", "UINTEGER", "DOUBLE"])
def test_kinds_of_outcome(table: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Outcomes as numbers or truth values are those of the texts.
    """
    path = in_parquet(table, f"CAST({HAPPENED} AS INTEGER)::{kind} AS outcome")

    assert counted(path, monkeypatch) == figures(table)


@needs_duckdb
@pytest.mark.parametrize(
    "columns",
    [
        "nullif(source, 'a') AS source",
        "nullif(question_id, 'q7') AS question_id",
        "if(question_id = 'q7', NULL, outcome) AS outcome",
        "if(question_id = 'q7', 2, 0) AS outcome",
        "if(question_id = 'q7', NULL, 0) AS outcome",
        "if(question_id = 'q7', NULL, 0.5::DOUBLE) AS probability",
        "if(question_id = 'q7', 'nan', '0.5')::DOUBLE AS probability",
    ],
)
def test_nothing_in_parquet(table: Path, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What is missing, and what is no outcome, is left to the rows.
    """
    monkeypatch.setattr(archive, "_LARGE", 0)
    found = reading.identify(str(in_parquet(table, columns)))

    assert archive.groups(found, Plan(names={}), reference=HALF, units_up_to=0) is None


@needs_duckdb
def test_no_day_and_no_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A null is the same as an empty text.
    """
    rows = [
        f"s{at % 3},q{at % 40},{at % 5 or ''},{at % 4 or ''},0.{at % 97},{int(at % 40 % 3 == 0)}\n"
        for at in range(900)
    ]
    path = tmp_path / "t.csv"
    path.write_text(
        "source,question_id,forecast_date,cluster,probability,outcome\n" + "".join(rows)
    )
    half = "if(source = 's1', coalesce({0}, ''), nullif({0}, '')) AS {0}"
    names = ("forecast_date", "cluster")
    packed = in_parquet(path, ", ".join(half.format(name) for name in names))

    assert counted(packed, monkeypatch) == figures(path)


@needs_duckdb
def test_packed(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A packed table has the same figures, and where there is no unpacked copy it is left to the rows.
    """
    here = figures(table)
    packed = table.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(table.read_bytes()))

    with monkeypatch.context() as patch:
        assert counted(packed, patch) == here
    monkeypatch.setattr(archive, "_LARGE", 0)
    monkeypatch.setattr(unpacking, "_OPEN", "/nowhere/{}")
    found = reading.identify(str(packed))
    assert archive.groups(found, Plan(names={}), reference=HALF, units_up_to=0) is None
    assert figures(packed) == here


@needs_duckdb
@pytest.mark.parametrize("kept", [0.3, 0.999])
def test_packed_and_damaged(table: Path, monkeypatch: pytest.MonkeyPatch, kept: float) -> None:
    """
    What is cut off is refused in the same words, and leaves no file.
    """
    packed = table.with_suffix(".csv.gz")
    data = gzip.compress(table.read_bytes())
    packed.write_bytes(data[: int(len(data) * kept)])
    refused = run.refused(3, "score", packed)
    assert "its gzip data end too early" in refused

    folder = table.with_name("temporary")
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(archive, "_LARGE", 0)

    assert run.refused(3, "score", packed) == refused
    assert list(folder.iterdir()) == []


@needs_duckdb
@pytest.mark.parametrize("opened", ["/dev/fd/{}", "/nowhere/{}"], ids=["room", "no room"])
def test_wrong_checksum(table: Path, monkeypatch: pytest.MonkeyPatch, opened: str) -> None:
    """
    One digit that is not the one packed is found, whether or not there is an unpacked copy.
    """
    text = table.read_bytes()
    data = gzip.compress(text, compresslevel=0)  # as it is, with a checksum
    at = data.index(b"0.6221640188525") + 2
    packed = table.with_suffix(".csv.gz")
    packed.write_bytes(data[:at] + b"7" + data[at + 1 :])
    monkeypatch.setattr(archive, "_LARGE", 0)
    monkeypatch.setattr(unpacking, "_OPEN", opened)

    assert "its gzip data cannot be unpacked" in run.refused(3, "score", packed)


LONG = "SELECT sum(a.range % 7) FROM range(1000000) a, range(1000000) b"


@needs_duckdb
@pytest.mark.parametrize("step", ["read", "is_clean"], ids=["in a thread", "in the main thread"])
def test_interrupted(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """
    Ctrl-C while DuckDB counts ends the command as everywhere, and leaves no thread and no file.
    """
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(archive, "_LARGE", 0)

    def endless(counted: archive._Counted) -> bool:
        [(spilled,)] = counted.database.rows("SELECT current_setting('temp_directory')")
        (folder / spilled).mkdir()
        assert len(list(folder.iterdir())) == 1
        timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()
        try:
            counted.database.run(LONG)
        finally:
            timer.join()
        return False

    monkeypatch.setattr(archive._Counted, step, endless)

    assert "interrupted" in run.refused(130, "score", table)
    assert threading.active_count() == 1
    assert list(folder.iterdir()) == []


@needs_duckdb
def test_database_is_let_go(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What it kept on the disk goes with it, and with nothing else.
    """
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = reading.identify(str(table))
    asked = "SELECT current_setting('temp_directory')"

    with Database(found) as first, Database(found) as second:
        folders = [tmp_path / one.rows(asked)[0][0] for one in (first, second)]
        for folder in folders:
            folder.mkdir()
            (folder / "block").write_bytes(b"1")
        with first.beside() as third:
            assert third.rows("SELECT 1") == [(1,)]
        second.__exit__()
        assert [folder.exists() for folder in folders] == [True, False]

    assert [folder.exists() for folder in folders] == [False, False]


@needs_duckdb
@pytest.mark.parametrize("skip", [[], ["--skip-bad"]])
def test_nothing_else_is_said(tmp_path: Path, skip: list[str]) -> None:
    """
    A table that DuckDB cannot read leaves nothing open for it to complain of at the end.
    """
    path = tmp_path / "t.csv"
    path.write_text("source,probability,outcome\n" + "a,0.5,1\n" * 140_000 + "a,0.5\n")
    assert path.stat().st_size > archive._LARGE

    done = subprocess.run(
        [sys.executable, "-m", "foretrack", "score", str(path), *skip],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == (0 if skip else 3)
    assert len(done.stderr.splitlines()) == 2, done.stderr


@needs_duckdb
def test_meanwhile(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Something else is made ready while the table is read, and its error is not lost.
    """
    monkeypatch.setattr(archive, "_LARGE", 0)
    found = reading.identify(str(table))

    def counted(meanwhile: Callable[[], None]) -> Groups | None:
        return archive.groups(
            found, Plan(names={}), reference=HALF, units_up_to=0, meanwhile=meanwhile
        )

    done: list[bool] = []
    assert isinstance(counted(lambda: done.append(True)), Groups)
    assert done == [True]

    def fails() -> None:
        raise RuntimeError("not ready")

    with pytest.raises(RuntimeError, match="not ready"):
        counted(fails)
    assert threading.active_count() == 1


@needs_duckdb
@given(st.lists(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=9),
                min_size=1, max_size=20))  # fmt: skip
def test_repeated(said: list[list[tuple[int, int]]]) -> None:
    """
    Rows of one source, question and day beyond the first, however the cells lie.
    """
    import numpy as np

    from foretrack.exchange.cells import Alike, Cells

    together: dict[tuple[int, int, int], list[int]] = {}
    for at, cell in enumerate(said):
        for q, day in sorted(cell):
            together.setdefault((at, at % 2, q), []).append(day)
    first: dict[int, int] = {}
    alike = [first.setdefault(q, cell) for cell, (_, _, q) in enumerate(together)]
    days = [day for days in together.values() for day in days]
    cells = Cells(
        names=["a", "b"],
        source=np.array([source for _, source, _ in together]),
        rows=np.array([len(days) for days in together.values()]),
        said=np.full(len(days), 0.5),
        days=np.array(days, np.uint64),
        question=Alike(np.arange(len(together)), np.array(alike)),
        cluster=None,
    )
    own = [(source, q, day) for (_, source, q), some in together.items() for day in some]

    expected = [
        sum(n - 1 for (at, _, _), n in Counter(own).items() if at == source) for source in (0, 1)
    ]

    assert expected == cells.repeated


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

"""
Tables in SQLite databases: the same figures and the same words as for the table as text.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commandline import Shell
from foretrack.core.skills import Reference
from foretrack.core.vocabulary import Updates
from foretrack.exchange import grouped, reading, sqlite
from foretrack.exchange.database import quoted
from foretrack.exchange.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Sequence

run = Shell()
HALF = Reference("0.5", constant=0.5)

Value = str | int | float | None
Columns = dict[str, str]


def stored(path: Path, columns: Columns, rows: Sequence[Sequence[object]], name: str = "t") -> Path:
    """
    A table in a database; columns by name with their declaration.
    """
    with closing(sqlite3.connect(path)) as connection, connection:
        declared = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
        connection.execute(f"CREATE TABLE {quoted(name)} ({declared})")
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {quoted(name)} VALUES ({marks})", rows)
    return path


def written(path: Path, columns: Columns, rows: Sequence[Sequence[Value]]) -> Path:
    """
    The same table as CSV.
    """
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(columns)
    writer.writerows(rows)
    path.write_text(target.getvalue(), encoding="utf-8", newline="")
    return path


def figures(path: Path, *options: str) -> Any:
    """
    The document without the table's own name.
    """
    shown = run.done("score", path, "--format", "json", "--resamples", "9", *options)
    found = json.loads(shown)
    del found["convention"]["tables"]
    return found


PLAIN = {"source": "TEXT", "probability": "REAL", "outcome": "INTEGER"}


@st.composite
def tables(draw: st.DrawFn) -> tuple[Columns, list[list[Value]]]:
    """
    A clean table: text, real and whole numbers, with and without further columns.
    """
    kind = draw(st.sampled_from(["REAL", "TEXT", "", "NUMERIC"]))
    whole = draw(st.sampled_from(["INTEGER", "TEXT", "REAL", ""]))
    numbered = draw(st.booleans())
    columns = {
        "source": draw(st.sampled_from(["INTEGER", "TEXT"])) if numbered else "TEXT COLLATE NOCASE",
        "probability": kind,
        "outcome": whole,
        "league": draw(st.sampled_from(["TEXT", ""])),
    }
    extra = draw(st.booleans())
    if extra:
        columns |= {"question_id": "TEXT", "forecast_date": "TEXT", "weight": "REAL"}
    names: st.SearchStrategy[Value] = (
        st.integers(-3, 3) if numbered else st.sampled_from(["a", "A", "é, f", 'q"', "a ", "b\nc"])
    )
    probability = st.one_of(
        st.sampled_from([0.0, 1.0, 0.25, 0.1 + 0.2, 1e-7]), st.floats(0, 1, width=64)
    )
    rows = []
    for at in range(draw(st.integers(1, 30))):
        row: list[Value] = [
            draw(names),
            draw(probability),
            at % 3 % 2,
            draw(st.sampled_from(["one", "two", ""])),
        ]
        if extra:
            day = f"2024-01-0{draw(st.integers(1, 3))}"
            row += [f"q{at % 3}", day, draw(st.sampled_from([0.25, 1.5]))]
        rows.append(row)
    return columns, rows


@settings(max_examples=60, deadline=None)
@given(made=tables(), by=st.sampled_from(["source", "league"]))
def test_the_same_as_text(made: tuple[Columns, list[list[Value]]], by: str) -> None:
    """
    Whatever the columns are declared as, each figure is the one of the same table as CSV.
    """
    columns, rows = made
    with tempfile.TemporaryDirectory() as folder:
        there = stored(Path(folder) / "t.sqlite", columns, rows)
        here = written(Path(folder) / "t.csv", columns, rows)

        assert figures(there, "--by", by) == figures(here, "--by", by)


@settings(max_examples=20, deadline=None)
@given(made=tables())
def test_counted_as_read(made: tuple[Columns, list[list[Value]]]) -> None:
    """
    In two parts, by an index, or row by row, the figures are those of one statement.
    """
    columns, rows = made
    columns = dict(list(columns.items())[:3])
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = stored(Path(folder) / "t.db", columns, [row[:3] for row in rows])
        once = figures(path)
        patch.setattr(sqlite, "LARGE", 2)
        halved = figures(path)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE INDEX i ON t (source, probability, outcome)")
        by_index = figures(path)
        patch.setattr(grouped, "groups", lambda *_, **__: None)
        in_rows = figures(path)

    assert once == halved == by_index == in_rows


def test_counts_are_taken_where_they_suffice(tmp_path: Path) -> None:
    """
    With questions, or with updates by day, rows are read; without them nothing but counts.
    """
    rows = [["a", 0.5, 1, "q"], ["b", 0.5, 1, "q"]]
    table = stored(tmp_path / "t.sqlite", {**PLAIN, "question_id": "TEXT"}, rows)
    found = reading.settled(reading.identify(str(table)), names={}, within=None)

    def counted(plan: Plan) -> bool:
        return grouped.groups(found, plan, reference=HALF, units_up_to=0) is not None

    assert counted(Plan(names={"question_id": ""}))
    assert not counted(Plan(names={}))
    assert not counted(Plan(names={"question_id": ""}, sources=frozenset("a")))
    assert not counted(Plan(names={}, updates=Updates.LAST))


@settings(max_examples=40, deadline=None)
@given(made=tables(), clusters=st.booleans())
def test_packed_as_read(*, made: tuple[Columns, list[list[Value]]], clusters: bool) -> None:
    """
    Questions and clusters in arrays have the figures that they have row by row.
    """
    columns, rows = made
    columns = {**dict(list(columns.items())[:3]), "question_id": "TEXT", "forecast_date": "TEXT"}
    table: list[list[Value]] = [
        [*row[:3], f"q{at % 3}", f"2024-01-0{1 + at // 3 % 2}"] for at, row in enumerate(rows)
    ]
    if clusters:
        columns |= {"cluster": "TEXT"}
        table = [[*row, f"c{at % 2}"] for at, row in enumerate(table)]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = stored(Path(folder) / "t.db", columns, table)
        in_rows = figures(path), figures(path, "--map", "question_id=")
        patch.setattr(sqlite, "LARGE", 2)
        packed = figures(path), figures(path, "--map", "question_id=")

    assert packed == in_rows


def test_one_and_one_point_nought(tmp_path: Path) -> None:
    """
    In a column of no kind 1 and 1.0 are two names, as they are in a table of text.
    """
    columns = {"source": "", "probability": "REAL", "outcome": "INTEGER"}
    rows: list[list[Value]] = [[1, 0.5, 1], [1.0, 0.25, 0], [1, 0.5, 0]]
    there = figures(stored(tmp_path / "t.sqlite", columns, rows))

    assert [group["group"] for group in there["groups"]] == ["1", "1.0"]
    assert there == figures(written(tmp_path / "t.csv", columns, rows))


@pytest.mark.parametrize("updates", ["first", "last", "time"])
@pytest.mark.parametrize("more", [(), ("--sources", "a"), ("--reference", "b")])
def test_updates(tmp_path: Path, updates: str, more: tuple[str, ...]) -> None:
    """
    Several forecasts on one question count as they do for other tables.
    """
    columns = {
        **PLAIN, "question_id": "TEXT", "forecast_date": "TEXT", "resolve_date": "TEXT"
    }  # fmt: skip
    rows: list[list[Value]] = [
        ["a", 0.2, 1, "q", "2024-01-01", "2024-02-01"],
        ["a", 0.7, 1, "q", "2024-01-11", "2024-02-01"],
        ["b", 0.7, 1, "q", "2024-01-05", "2024-02-01"],
        ["a", 0.4, 0, "r", "2024-01-01", "2024-03-01"],
        ["b", 0.1, 0, "r", "2024-01-01", "2024-03-01"],
    ]
    there = stored(tmp_path / "t.sqlite", columns, rows)
    here = written(tmp_path / "t.csv", columns, rows)

    assert figures(there, "--updates", updates, *more) == figures(here, "--updates", updates, *more)


BAD: list[list[Value]] = [
    ["a", 0.5, 1],
    ["a", 1.5, 1],
    ["a", None, 1],
    [None, 0.5, 0],
    ["b", "50%", 0],
    ["b", 0.5, "maybe"],
    ["b", 0.5, 0.5],
    ["b", 0.25, 1],
]  # fmt: skip


def test_bad_rows(tmp_path: Path) -> None:
    """
    What cannot be scored is named in the words for other tables, with the number of the row.
    """
    path = stored(tmp_path / "t.sqlite", PLAIN, BAD)
    said = run.refused(3, "score", path)

    assert said.splitlines() == [
        f'foretrack: {path}: row 2: probability "1.5" is not a number between 0 and 1',
        f"{path}: row 3: probability is missing",
        f"{path}: row 4: source is missing",
        f'{path}: row 5: probability "50%" is not a number between 0 and 1; write 0.5',
        f'{path}: row 6: outcome "maybe" is none of 0, 1, no, yes, false, true',
        f'{path}: row 7: outcome "0.5" is none of 0, 1, no, yes, false, true',
        "6 of 8 rows cannot be scored; --skip-bad leaves them out and scores the rest",
    ]
    skipped = run("score", path, "--skip-bad", "--format", "json")
    assert skipped.json()["overall"]["n"] == 2
    assert skipped.err.endswith("foretrack: left out 6 of 8 rows\n")


def test_the_number_of_a_row_is_its_rowid(tmp_path: Path) -> None:
    """
    By it the row is found again; in a view or a table that has none, it is the place.
    """
    path = stored(tmp_path / "t.sqlite", PLAIN, BAD)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM t WHERE rowid < 6")
        connection.execute("CREATE VIEW v AS SELECT * FROM t")
        connection.execute(
            "CREATE TABLE w (n PRIMARY KEY, source, probability, outcome) WITHOUT ROWID"
        )
        connection.execute("INSERT INTO w SELECT rowid, * FROM t")

    assert "row 6: outcome" in run.refused(3, "score", path, "--table", "t")
    assert "row 1: outcome" in run.refused(3, "score", path, "--table", "v")
    assert "row 1: outcome" in run.refused(3, "score", path, "--table", "w")


def test_two_outcomes(tmp_path: Path) -> None:
    """
    A contradiction is told by the numbers of both rows.
    """
    rows = [["a", 0.5, 1, "q"], ["b", 0.5, 0, "q"]]
    path = stored(tmp_path / "t.sqlite", {**PLAIN, "question_id": "TEXT"}, rows)

    assert (
        f'{path}: row 2: question "q" has outcome "0", but "1" in row 1'
        in run.refused(3, "score", path)
    )  # fmt: skip


def test_which_table(tmp_path: Path) -> None:
    """
    The only table with the columns is taken; among several, or without one, the user chooses.
    """
    path = stored(tmp_path / "t.sqlite", {"id": "INTEGER"}, [[1]], name="other")
    none = run.refused(3, "score", path, "--table", "forecasts")
    assert 'no table "forecasts"; there are: other' in none
    stored(path, {"who": "TEXT", "p": "REAL", "y": "INTEGER"}, [["a", 0.5, 1]], name="forecast")
    lacking = run.refused(3, "score", path)
    assert "no table has columns source, probability, outcome" in lacking
    assert "there are: forecast (who, p, y); other (id)" in lacking
    mapped = ("--map", "source=who", "--map", "probability=p", "--map", "outcome=y")
    assert figures(path, *mapped)["overall"]["brier"] == 0.25
    stored(path, PLAIN, [["a", 0.0, 0]])
    stored(path, PLAIN, [["a", 0.0, 1]], name="two words")
    both = run.refused(3, "score", path)
    assert "has several tables with columns source, probability, outcome" in both
    assert "choose one with --table: t, two words" in both
    assert figures(path, "--table", "t")["overall"]["brier"] == 0.0
    assert figures(path, "--table", "two words")["overall"]["brier"] == 1.0
    assert 'did you mean "two words"?' in run.refused(3, "score", path, "--table", "two_words")


def test_what_is_no_table(tmp_path: Path) -> None:
    """
    A record is pointed to its own command, and other files are told apart by their beginning.
    """
    record = tmp_path / "record.sqlite"
    run.done("--db", record, "init")
    assert f"`foretrack --db {record} scorecard`" in run.refused(3, "score", record)
    empty = tmp_path / "empty.sqlite"
    with closing(sqlite3.connect(empty)) as connection:
        connection.execute("PRAGMA user_version = 1")
    assert "is a SQLite database without tables" in run.refused(3, "score", empty)
    text = tmp_path / "text.db"
    text.write_text("source,probability,outcome\na,0.5,1\n")
    assert "is no SQLite database" in run.refused(3, "score", text)
    torn = tmp_path / "torn.sqlite"
    torn.write_bytes(b"SQLite format 3\0" + b"x" * 200)
    assert "cannot be read: file is not a database" in run.refused(3, "score", torn)
    plain = tmp_path / "plain.csv"
    plain.write_text("source,probability,outcome\na,0.5,1\n")
    assert "none is given" in run.refused(3, "score", plain, "--table", "t")


def test_any_name_will_do(tmp_path: Path) -> None:
    """
    The beginning of the file says what it is, and names of columns and tables are only names.
    """
    columns = {"source": "TEXT", 'p"; --': "REAL", "rowid": "INTEGER"}
    path = stored(tmp_path / "data", columns, [["a", 0.5, 1], ["a", 2, 1]], name='t"; DROP')
    said = run.refused(3, "score", path, "--map", 'probability=p"; --', "--map", "outcome=rowid")

    assert "row 2: probability" in said


def test_nothing_is_written(tmp_path: Path) -> None:
    """
    The database stays as it is, byte for byte, and nothing lies beside it.
    """
    path = stored(tmp_path / "t.sqlite", PLAIN, [["a", 0.5, 1]])
    before = path.read_bytes()
    path.chmod(0o444)
    run.done("score", path)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]

"""
Large plain tables counted as they are read: the same figures to the last bit as row by row.
"""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foretrack import grade
from foretrack.core.grades import Choice
from foretrack.core.places import SQUARE, UNIT, place
from foretrack.core.skills import Reference
from foretrack.core.vocabulary import Updates
from foretrack.exchange import archive, plain, reading
from foretrack.exchange.batches import Batch
from foretrack.exchange.piles import Piles, Told, Unfit
from foretrack.exchange.plan import Plan

if TYPE_CHECKING:
    from foretrack.core.groups import Groups

HALF = Reference("0.5", constant=0.5)
HEADER = "source,question_id,forecast_date,probability,outcome"


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    No table is too small, and DuckDB is not there.
    """
    monkeypatch.setattr(plain, "_LARGE", 0)
    monkeypatch.setattr(archive, "available", lambda: False)


def table(path: Path, header: str, lines: list[str]) -> Path:
    """
    A table in a file.
    """
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


def counted(
    path: Path, plan: Plan | None = None, reference: Reference = HALF, units_up_to: float = 10
) -> Groups | None:
    """
    What is counted; None where the rows have to be looked at.
    """
    found = reading.identify(str(path))
    return plain.groups(found, plan or Plan(names={}), reference=reference, units_up_to=units_up_to)


WRITTEN = st.sampled_from(
    ["0", "1", "0.0", "1.", ".5", "0.5", "0.50", "5e-1", "0.1234567890125", "0.30000000000000004"]
)


@st.composite
def rows(draw: st.DrawFn) -> tuple[str, list[str]]:
    """
    A header and lines in any order, with ties, repeated days and shared questions and clusters.
    """
    optional = draw(st.sets(st.sampled_from(["question_id", "forecast_date", "cluster"])))
    names = ["source", *sorted(optional), "probability", "outcome"]
    happened = draw(st.lists(st.booleans(), min_size=6, max_size=6))
    lines = []
    for _ in range(draw(st.integers(1, 40))):
        question = draw(st.integers(0, 5))
        value = {
            "source": draw(st.sampled_from(["a", "b", "é"])),
            "question_id": f"q{question}",
            "forecast_date": f"2024-01-0{draw(st.integers(1, 3))}",
            # A cluster may be called as a question is, and is another thing all the same.
            "cluster": draw(st.sampled_from(["x", "q1"] + [""] * ("question_id" in optional))),
            "probability": draw(WRITTEN),
            "outcome": draw(st.sampled_from(["1", "yes"] if happened[question] else ["0", "no"])),
        }
        lines.append(",".join(value[name] for name in names))
    return ",".join(names), lines


slow = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@slow
@given(rows=rows(), data=st.data())
def test_counted_as_row_by_row(rows: tuple[str, list[str]], data: st.DataObject) -> None:
    """
    Every figure is the one that the rows give, the luck of small groups included.
    """
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = table(Path(folder) / "t.csv", *rows)
        choice = Choice(reference=data.draw(st.sampled_from(["0.5", "0.2"])))
        assert counted(path) is not None
        found = grade.score([str(path)], choice)
        patch.setattr(plain, "_LARGE", float("inf"))
        expected = grade.score([str(path)], choice)

    assert expected == found
    assert list(expected.groups) == list(found.groups)


@slow
@given(rows=rows(), data=st.data())
def test_parted_anywhere(rows: tuple[str, list[str]], data: st.DataObject) -> None:
    """
    The rows before and after any line come to what all of them do.
    """
    header, lines = rows
    cut = data.draw(st.integers(0, len(lines)))
    kept = data.draw(st.sampled_from([0, 5, 100]))
    whole = told(header, lines, kept)
    first, second = told(header, lines[:cut], kept), told(header, lines[cut:], kept)
    for source, one in second.items():
        if source in first:
            first[source].absorb(one, held_up_to=kept)
        else:
            first[source] = one

    assert {name: summed(one) for name, one in whole.items()} == {
        name: summed(one) for name, one in first.items()
    }


def told(header: str, lines: list[str], kept: int) -> dict[bytes, Told]:
    """
    What the sources said in some lines.
    """
    piles = Piles(held_up_to=kept)
    columns = zip(*(line.encode().split(b",") for line in lines), strict=True)
    piles.add(Batch(len(lines), dict(zip(header.split(","), columns, strict=False)), 0))
    return piles.told()


def summed(one: Told) -> list[object]:
    """
    The same without an order of the rows.
    """
    sums = zip(one.sizes, one.scores, one.events, strict=True)
    questions = one.questions or [b""] * len(one.clusters)
    return [
        one.levels.places,
        one.levels.ns,
        one.levels.hits,
        dict(zip(zip(questions, one.clusters, strict=True), sums, strict=True)),
        one.repeated,
        sorted(one.stamps),
        None if one.rows is None else sorted(one.rows, key=repr),
    ]


def test_told_by_hand() -> None:
    """
    Two questions, one of them twice on a day: counts, sizes, scores and what is repeated.
    """
    lines = ["a,q,2024-01-01,0.5,1", "a,r,2024-01-01,0.25,0", "a,q,2024-01-01,1,1"]
    one = told(HEADER, lines, 2)[b"a"]

    assert [one.levels.places, one.levels.ns, one.levels.hits] == [
        [UNIT // 4, UNIT // 2, UNIT],
        [1, 1, 1],
        [0, 1, 1],
    ]
    assert one.questions == one.clusters == [b"q", b"r"]
    assert one.sizes == [2, 1]
    assert one.scores == [SQUARE // 4, SQUARE // 16]
    assert one.events == [2, 0]
    assert one.repeated == 1
    assert one.rows is None  # three are more than two
    assert told(HEADER, lines, 3)[b"a"].rows == [
        (b"q", place(0.5, 1)),
        (b"r", place(0.25, 0)),
        (b"q", place(1.0, 1)),
    ]


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (HEADER, "a,q9,2024-01-01,x,1"),
        (HEADER, "a,q9,2024-01-01,1.5,1"),
        (HEADER, "a,q9,2024-01-01,,1"),
        (HEADER, "a,q9,2024-01-01,0.5,maybe"),
        (HEADER, "a,q9,2024-01-01,0.5,é"),
        (HEADER, "a,q9,2024-01-01,0.5"),
        (HEADER, ",q9,2024-01-01,0.5,1"),
        (HEADER, "a ,q9,2024-01-01,0.5,1"),
        (HEADER, "a,,2024-01-01,0.5,1"),
        (HEADER, "a, q9,2024-01-01,0.5,1"),
        (HEADER, "a,q1,2024-01-01,0.5,0"),  # it came true above
        ("source,question_id,cluster,probability,outcome", "a,,c,0.5,1"),
        ("source,question_id,cluster,probability,outcome", "a,q9,c ,0.5,1"),
        ("source,cluster,forecast_date,probability,outcome", "a,,2024-01-01,0.5,1"),
        ("source,question_id,weight,probability,outcome", "a,q9,2,0.5,1"),
        ("source,question_id,resolve_date,probability,outcome", "a,q9,2024-01-01,0.5,1"),
        ("source,question_id,forecast_date,probability,result", "a,q9,2024-01-01,0.5,1"),
    ],
)
def test_left_to_the_rows(tmp_path: Path, header: str, line: str) -> None:
    """
    A table with anything unusual in it is not counted, wherever that is.
    """
    lines = [f"a,q{at % 9},2024-01-01,0.{at % 7},1" for at in range(50)]
    assert counted(table(tmp_path / "good.csv", HEADER, lines)) is not None
    lines.insert(40, line)

    assert counted(table(tmp_path / "t.csv", header, lines)) is None


def test_other_bytes_are_left_to_the_rows(tmp_path: Path) -> None:
    """
    So is one that is not UTF-8.
    """
    path = tmp_path / "t.csv"
    path.write_bytes(f"{HEADER}\na,q\xe9,2024-01-01,0.5,1\n".encode("latin-1"))

    assert counted(path) is None


@pytest.mark.parametrize(
    "plan",
    [
        Plan(names={}, by="league"),
        Plan(names={}, sources=frozenset({"a"})),
        Plan(names={}, reference="league"),
        Plan(names={}, updates=Updates.LAST),
    ],
)
def test_other_plans_are_left_to_the_rows(tmp_path: Path, plan: Plan) -> None:
    """
    Other groups, some sources only, a reference in a column and a rule for updates.
    """
    path = table(tmp_path / "t.csv", f"{HEADER},league", ["a,q,2024-01-01,0.5,1,0.5"] * 9)
    assert counted(path) is not None

    assert counted(path, plan) is None


def test_other_wishes_are_left_to_the_rows(tmp_path: Path) -> None:
    """
    A source as the reference, luck for groups of any size, and small files.
    """
    path = table(tmp_path / "t.csv", HEADER, ["a,q,2024-01-01,0.5,1"] * 9)

    assert counted(path, reference=Reference("a", source="a")) is None
    assert counted(path, units_up_to=float("inf")) is None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain, "_LARGE", 1 << 20)
        assert counted(path) is None


def test_too_many_sources_at_a_time() -> None:
    """
    Sources that take turns are told apart; not where there are more of them than is worth it.
    """
    few = [f"s{at % 20},q,2024-01-01,0.5,1" for at in range(20_000)]
    assert {len(one.stamps) for one in told(HEADER, few, 0).values()} == {1000}

    many = [f"s{at % 2000},q,2024-01-01,0.5,1" for at in range(20_000)]
    with pytest.raises(Unfit):
        told(HEADER, many, 0)


def test_cut_off(tmp_path: Path) -> None:
    """
    A damaged file is left to the reading row by row, which says what is wrong.
    """
    path = tmp_path / "t.csv.gz"
    path.write_bytes(b"\x1f\x8b" + random.Random(1).randbytes(99))

    assert counted(path) is None

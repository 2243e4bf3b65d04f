"""
Tables nobody has seen, scored as scikit-learn and model-diagnostics score them.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import random
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_diagnostics.scoring import LogLoss, SquaredError, decompose
from scipy.special import xlog1py, xlogy
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss

from foretrack import grade
from foretrack.core.grades import Choice
from foretrack.core.vocabulary import Updates

if TYPE_CHECKING:
    from foretrack.core.grades import Grade

DAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """
    A forecast as it is meant; days are counted from the first of January.
    """

    source: str
    question: str
    made: int
    settled: int
    p: float
    y: int
    weight: float
    league: str


def near(value: float) -> Any:
    """
    Equal to 1e-9.
    """
    return pytest.approx(value, abs=1e-9, rel=1e-9)


names = st.text(alphabet="aZé日ß,;\"'\n=\t 0.🦉", min_size=1, max_size=4).filter(
    lambda name: name == name.strip()
)
written = st.sampled_from(["repr", "exponent", "point", "zeros", "plus"])


@st.composite
def tables(draw: st.DrawFn) -> list[Row]:
    """
    Forecasts with ties, certainties, updates, one class or two, one row or many.
    """
    sources = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    questions = draw(
        st.lists(st.tuples(st.integers(0, 1), st.integers(20, 40)), min_size=1, max_size=8)
    )
    probability = st.one_of(
        st.sampled_from([0.0, 1.0, 0.1, 0.3, 0.5, 0.7, 1e-7]),
        st.floats(0, 1).map(lambda p: round(p, 6)),
    )
    found = []
    for _ in range(draw(st.integers(1, 25))):
        at = draw(st.integers(0, len(questions) - 1))
        found.append(
            Row(
                source=draw(st.sampled_from(sources)),
                question=f"q{at}",
                made=draw(st.integers(0, 19)),
                settled=questions[at][1],
                p=draw(probability),
                y=questions[at][0],
                weight=draw(st.sampled_from([0.25, 1.0, 1.5, 3.0])),
                league=draw(st.sampled_from(["one", "two"])),
            )
        )
    return found


def spelled(p: float, how: str) -> str:
    """
    One of the ways to write a probability.
    """
    if how == "exponent":
        return f"{p:.17e}"
    if how == "zeros":
        return f"{p:.20f}"
    if how == "plus":
        return f"+{p!r}"
    if how == "point":
        return repr(p).removeprefix("0") if 0.0001 < p < 1 else repr(p)
    return repr(p)


def stored(rows: list[Row], folder: Path, how: random.Random, *, columns: dict[str, str]) -> Path:
    """
    The rows in a file of some kind: CSV, TSV or JSON lines, packed or not, with any line ends.

    Args:
        rows: The rows.
        folder: Where to.
        how: Decides on everything that must not matter.
        columns: The name of each column that is written.
    """
    words = {0: ["0", "no", "FALSE", "0.0"], 1: ["1", "Yes", "true", "1.0"]}
    spellings = ["repr", "exponent", "point", "zeros", "plus"]
    values = [
        {
            "source": row.source,
            "question_id": row.question,
            "forecast_date": str(DAY + timedelta(row.made)),
            "resolve_date": str(DAY + timedelta(row.settled)),
            "probability": spelled(row.p, how.choice(spellings)),
            "outcome": how.choice(words[row.y]),
            "weight": repr(row.weight),
            "league": row.league,
        }
        for row in rows
    ]
    records = [{name: one[role] for role, name in columns.items()} for one in values]
    kind = how.choice(["csv", "csv", "tsv", "jsonl"])
    if kind == "jsonl":
        text = "".join(json.dumps(one, ensure_ascii=how.random() < 0.5) + "\n" for one in records)
    else:
        target = io.StringIO()
        writer = csv.writer(
            target,
            delimiter="\t" if kind == "tsv" else ",",
            lineterminator=how.choice(["\n", "\r\n"]),
            quoting=how.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
        )
        writer.writerow(columns.values())
        writer.writerows(one.values() for one in records)
        text = target.getvalue()
    data = (b"\xef\xbb\xbf" if how.random() < 0.3 else b"") + text.encode()
    path = folder / f"t.{kind}"
    if how.random() < 0.3:
        path = folder / f"t.{kind}.gz"
        data = gzip.compress(data)
    path.write_bytes(data)
    return path


def counted(rows: list[Row], updates: Updates) -> list[tuple[Row, float]]:
    """
    The rows that count, each with its share, worked out in the plainest way.
    """
    if updates is Updates.EACH:
        return [(row, 1.0) for row in rows]
    found = []
    for key in dict.fromkeys((row.source, row.question) for row in rows):
        mine = sorted(
            (row for row in rows if (row.source, row.question) == key), key=lambda row: row.made
        )
        if updates is Updates.FIRST:
            found.append((mine[0], 1.0))
        elif updates is Updates.LAST:
            found.append((mine[-1], 1.0))
        else:
            ends = [*(row.made for row in mine[1:]), mine[0].settled]
            life = mine[0].settled - mine[0].made
            found += [(row, (end - row.made) / life) for row, end in zip(mine, ends, strict=True)]
    return [(row, share) for row, share in found if share]


def check(found: Grade, rows: list[tuple[Row, float]]) -> None:
    """
    Every figure that others have, too.
    """
    p = np.array([row.p for row, _ in rows])
    y = np.array([row.y for row, _ in rows])
    w = np.array([share for _, share in rows])

    assert found.brier == near(np.average((p - y) ** 2, weights=w))
    if len(set(y)) == 2:
        assert found.brier == near(brier_score_loss(y, p, sample_weight=w))
    recalibrated = IsotonicRegression().fit_transform(p, y, sample_weight=w)
    after = np.average((recalibrated - y) ** 2, weights=w)
    base = np.average(y, weights=w)
    assert found.corp.mcb == near(found.brier - after)
    assert found.corp.dsc == near(base * (1 - base) - after)
    assert found.corp.unc == near(base * (1 - base))
    assert found.corp.mcb - found.corp.dsc + found.corp.unc == near(found.brier)
    assert found.base_rate == near(base)
    assert found.mean_probability == near(np.average(p, weights=w))
    if len(rows) > 1:  # of a single row model-diagnostics makes no array
        theirs = decompose(y_obs=y, y_pred=p, weights=w, scoring_function=SquaredError())
        assert found.corp.mcb == near(theirs["miscalibration"][0])
        assert found.corp.dsc == near(theirs["discrimination"][0])
    impossible = ((p == 0) & (y == 1)) | ((p == 1) & (y == 0))
    if impossible.any():
        assert math.isinf(found.log_score)
        assert math.isinf(found.corp_log.mcb)
    else:
        inside = np.clip(p, 1e-300, 1.0)
        said = np.where(y == 1, np.log(inside), np.log1p(-np.where(p == 1.0, 0.0, p)))
        assert found.log_score == near(-np.average(said, weights=w))
        after = np.average(-xlogy(y, recalibrated) - xlog1py(1 - y, -recalibrated), weights=w)
        unc = -float(xlogy(base, base) + xlog1py(1 - base, -base))
        assert found.corp_log.mcb == near(found.log_score - after)
        assert found.corp_log.dsc == near(unc - after)
        assert found.corp_log.unc == near(unc)
    if ((p > 0) & (p < 1)).all():
        assert found.log_score == near(log_loss(y, p, sample_weight=w, labels=[0, 1]))
        if len(rows) > 1 and ((recalibrated > 0) & (recalibrated < 1)).all():
            logs = decompose(y_obs=y, y_pred=p, weights=w, scoring_function=LogLoss())
            assert found.corp_log.mcb == near(logs["miscalibration"][0])
            assert found.corp_log.dsc == near(logs["discrimination"][0])


slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(rows=tables(), how=st.integers(0, 2**32), updates=st.sampled_from(Updates))
def test_updates(rows: list[Row], how: int, updates: Updates) -> None:
    """
    Whatever the table looks like, each source and all together have the figures of others.
    """
    columns = {
        name: name
        for name in ("source", "question_id", "forecast_date", "resolve_date", "probability",
                     "outcome")
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = stored(rows, Path(folder), random.Random(how), columns=columns)
        found = grade.score([str(path)], Choice(updates=updates, resamples=0))
    expected = counted(rows, updates)

    check(found.overall, expected)
    assert set(found.groups) == {row.source for row in rows}
    for source, figures in found.groups.items():
        check(figures, [(row, share) for row, share in expected if row.source == source])


@slow
@given(rows=tables(), how=st.integers(0, 2**32))
def test_weights_and_groups(rows: list[Row], how: int) -> None:
    """
    So have weighted forecasts, by another column, under other names, from standard input.
    """
    columns = {
        "league": "division", "weight": "stake", "probability": "p", "outcome": "result",
        "source": "who",
    }  # fmt: skip
    choice = Choice(
        by="division",
        names={role: columns[role] for role in ("weight", "probability", "outcome", "source")},
        resamples=0,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = stored(rows, Path(folder), random.Random(how), columns=columns)
        named = grade.score([str(path)], choice)
        if ".csv" in path.name:
            with path.open("rb") as stdin:
                assert grade.score(["-"], choice, stdin=stdin).overall == named.overall

    check(named.overall, [(row, row.weight) for row in rows])
    assert named.overall.n == len(rows)
    for league, figures in named.groups.items():
        mine = [(row, row.weight) for row in rows if row.league == league]
        check(figures, mine)
        assert figures.n_effective == near(
            sum(one for _, one in mine) ** 2 / sum(one * one for _, one in mine)
        )

"""
Every figure computed outside this project, on real forecasts, to 1e-9.

Two sets come with the tests; the others are looked for beside the project, in the folder that
``FORETRACK_SHARED`` names or in ``../shared``.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import os
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from foretrack.core.calibration import by_bin, isotonic
from foretrack.core.comparison import skill
from foretrack.core.decomposition import Rule, corp, murphy, murphy_10
from foretrack.core.tally import Tally
from foretrack.core.timeline import segments, weights
from foretrack.core.vocabulary import Updates

HERE = Path(__file__).parents[1] / "data"
BESIDE = Path(os.environ.get("FORETRACK_SHARED", Path(__file__).parents[3] / "shared")) / "data"
OURS = ("worked_examples", "niamey2016")
OTHERS = (
    "fte_games",
    "fte_governors_final",
    "fte_governors_updates",
    "finland_pop2003",
    "perf_538_long",
)

Forecast = tuple[str, str, str, float, int]


def folder(name: str) -> Path:
    """
    Where a set is, or a skip that names it.
    """
    place = HERE if name in OURS else BESIDE
    if not (place / "expected" / f"{name}.json").exists():
        pytest.skip(f"{name} is not on this machine")
    return place


@cache
def read(name: str) -> list[Forecast]:
    """
    The rows of a set: source, question, day, probability, outcome.
    """
    packed = folder(name) / f"{name}.csv.gz"
    plain = folder(name) / f"{name}.csv"
    with (
        gzip.open(packed, "rt", encoding="utf-8", newline="")
        if packed.exists()
        else plain.open(encoding="utf-8", newline="")
    ) as lines:
        rows = csv.reader(lines)
        next(rows)
        return [(source, question, day, float(p), int(y)) for source, question, day, p, y in rows]


@cache
def expected(name: str) -> dict[str, Any]:
    """
    The figures of a set.
    """
    text = (folder(name) / "expected" / f"{name}.json").read_text(encoding="utf-8")
    figures: dict[str, Any] = json.loads(text)
    return figures


@cache
def tallies(name: str) -> dict[str, Tally]:
    """
    The tally of each source.
    """
    found: dict[str, Tally] = {}
    counts = Counter((source, p, y) for source, _, _, p, y in read(name))
    for (source, p, y), n in counts.items():
        found.setdefault(source, Tally()).add(p, y, weight=n)
    return found


def number(value: float | str) -> Any:
    """
    The figure to compare with, to 1e-9.
    """
    return math.inf if value == "inf" else pytest.approx(value, abs=1e-9, rel=1e-9)


def check(tally: Tally, figures: dict[str, Any]) -> None:
    """
    One group against all its figures.
    """
    assert figures["n"] == tally.n
    assert figures["n_events"] == tally.events
    assert number(figures["base_rate"]) == tally.base_rate
    assert number(figures["mean_probability"]) == tally.mean_probability
    assert number(figures["brier"]) == tally.brier
    assert number(figures["brier_two_sided_0_2"]) == 2 * tally.brier
    check_log(tally, figures)
    check_parts(tally, figures)
    check_bins(tally, figures["calibration_10bins_left_closed"])
    n, base = float(tally.n), tally.base_rate
    assert number(figures["bss_vs_0.5"]) == skill(n * tally.brier, n * 0.25)
    assert number(figures["bss_vs_insample_climatology"]) == skill(tally.brier, base * (1 - base))


def check_log(tally: Tally, figures: dict[str, Any]) -> None:
    assert number(figures["log_loss"]) == tally.log_score()
    assert figures["n_infinite_log"] == tally.log_infinite
    for name, clip in (
        ("eps64", 2.0**-52),
        ("1e-15", 1e-15),
        ("1e-6", 1e-6),
        ("0.01", 0.01),
    ):
        assert number(figures[f"log_loss_clip_{name}"]) == tally.log_score(clip=clip)


def check_parts(tally: Tally, figures: dict[str, Any]) -> None:
    for rule in Rule:
        parts, published = corp(tally, rule=rule), figures[f"corp_{rule}"]
        assert number(published["MCB"]) == parts.mcb
        assert number(published["DSC"]) == parts.dsc
        assert number(published["UNC"]) == parts.unc
    assert figures["corp_brier"]["n_pav_levels"] == len(isotonic(tally.levels()))
    binned, ten = murphy_10(tally), figures["murphy_10bins_left_closed"]
    assert [number(ten[name]) for name in ("REL", "RES", "UNC", "WBV", "WBC")] == [
        binned.rel,
        binned.res,
        binned.unc,
        binned.wbv,
        binned.wbc,
    ]
    distinct, published = murphy(tally), figures["murphy_distinct_values"]
    assert published["n_distinct"] == len(tally.levels())
    if "REL" in published:
        assert [number(published[name]) for name in ("REL", "RES", "UNC")] == [
            distinct.rel,
            distinct.res,
            distinct.unc,
        ]


def check_bins(tally: Tally, rows: list[dict[str, Any]]) -> None:
    ours = by_bin(tally)
    assert [row["bin"] for row in rows] == [
        f"[{row.low:.1f},{row.high:.1f}{']' if row.high == 1 else ')'}" for row in ours
    ]
    assert [row["n"] for row in rows] == [row.n for row in ours]
    assert [number(row["mean_p"]) for row in rows] == [row.mean_probability for row in ours]
    assert [number(row["obs_freq"]) for row in rows] == [row.observed for row in ours]


@pytest.mark.parametrize("name", [*OURS, *OTHERS])
class TestFigures:
    def test_of_all_rows(self, name: str) -> None:
        """
        All sources together: the merged tallies give every figure.
        """
        check(Tally.sum(tallies(name).values()), expected(name)["overall"])

    def test_of_each_source(self, name: str) -> None:
        """
        Each source by itself.
        """
        by_source = expected(name)["by_source"]

        assert set(by_source) == set(tallies(name))
        for source, figures in by_source.items():
            check(tallies(name)[source], figures)


@pytest.mark.parametrize("name", ["niamey2016", "fte_governors_final", "finland_pop2003"])
def test_skill_of_pairs(name: str) -> None:
    """
    Skill of one source against another on the questions that both answered.
    """
    answers: dict[str, dict[str, tuple[float, int]]] = {}
    for source, question, _, p, y in read(name):
        answers.setdefault(source, {})[question] = (p, y)
    for pair in expected(name)["paired_skill"]:
        one, other = answers[pair["source"]], answers[pair["reference"]]
        common = one.keys() & other.keys()
        score = Tally.of(one[question] for question in common).brier
        reference = Tally.of(other[question] for question in common).brier

        assert pair["n_common"] == len(common)
        assert number(pair["brier_source"]) == score
        assert number(pair["brier_reference"]) == reference
        assert number(pair["brier_skill"]) == skill(score, reference)


@pytest.mark.parametrize("updates", [Updates.FIRST, Updates.LAST])
def test_first_and_last_forecast_of_each_question(updates: Updates) -> None:
    """
    The weights of the timeline pick the figures' own first and last forecasts.
    """
    name = "fte_governors_updates"
    asked: dict[tuple[str, str], list[tuple[date, float]]] = {}
    outcomes: dict[tuple[str, str], int] = {}
    for source, question, day, p, y in read(name):
        asked.setdefault((source, question), []).append((date.fromisoformat(day), p))
        outcomes[source, question] = y
    by_source: dict[str, Tally] = {}
    for key, stances in asked.items():
        parts = segments(stances, end=date(2100, 1, 1))
        for part, weight in zip(parts, weights(parts, updates=updates), strict=True):
            by_source.setdefault(key[0], Tally()).add(part.p, outcomes[key], weight=weight)
    figures = expected(name)[f"{updates}_forecast_per_source_question"]

    check(Tally.sum(by_source.values()), figures["overall"])
    for source, group in figures["by_source"].items():
        check(by_source[source], group)


@pytest.mark.parametrize(
    ("source", "score", "mcb", "dsc"),
    [
        ("Logistic", 0.206, 0.0171, 0.0555),
        ("EMOS", 0.232, 0.0183, 0.0305),
        ("ENS", 0.266, 0.0661, 0.0441),
        ("EPC", 0.234, 0.0223, 0.0323),
    ],
)
def test_published_table_of_niamey(source: str, score: float, mcb: float, dsc: float) -> None:
    """
    The table that reliabilitydiag prints for its Niamey data, to its three digits.
    """
    parts = corp(tallies("niamey2016")[source])

    assert (score, mcb, dsc, 0.244) == (
        round(parts.score, 3),
        round(parts.mcb, 4),
        round(parts.dsc, 4),
        round(parts.unc, 3),
    )


@pytest.mark.parametrize(
    ("source", "figures"),
    [
        ("fmi-24h-pop", (0.144, 0.025, 0.060, 0.179, 0.194)),
        ("fmi-24h-pophi", (0.037, 0.003, 0.020, 0.054, 0.312)),
        ("fmi-48h-pop", (0.178, 0.027, 0.036, 0.187, 0.047)),
        ("fmi-48h-pophi", (0.044, 0.003, 0.011, 0.052, 0.146)),
    ],
)
def test_published_table_of_finland(source: str, figures: tuple[float, ...]) -> None:
    """
    Brier, REL, RES, UNC and skill as the WWRP verification page prints them for Finland 2003.
    """
    tally = tallies("finland_pop2003")[source]
    parts = murphy(tally)

    assert figures == pytest.approx(
        (
            tally.brier,
            parts.rel,
            parts.res,
            parts.unc,
            skill(tally.brier, parts.unc),
        ),
        abs=5.1e-4,
    )

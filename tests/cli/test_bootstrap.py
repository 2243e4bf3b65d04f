"""
``foretrack score --bootstrap``: the percentile interval beside the one of Student's t.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from commandline import Shell

if TYPE_CHECKING:
    from collections.abc import Sequence

NIAMEY = Path(__file__).parents[1] / "data" / "niamey2016.csv"

run = Shell()


def scored(path: Path, *options: str) -> dict[str, Any]:
    """
    The figures of all rows together.
    """
    found = json.loads(run.done("score", path, "--format", "json", *options))
    overall: dict[str, Any] = found["overall"]
    return overall


def stored(path: Path, rows: Sequence[str], *, head: str = "source,probability,outcome") -> Path:
    """
    A table of these lines.
    """
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return path


def test_off_by_default() -> None:
    """
    Nobody who does not ask for it gets it, and nothing else changes for those who do.
    """
    asked = scored(NIAMEY, "--bootstrap", "100")
    del asked["brier_bootstrap"]

    assert asked == scored(NIAMEY)


def test_near_the_other_interval() -> None:
    """
    With 92 forecasts both intervals are nearly the same, and the mean lies inside.
    """
    found = scored(NIAMEY, "--sources", "EMOS", "--bootstrap", "2000")
    low, high = found["brier_bootstrap"]["interval"]

    assert found["brier_interval"] == pytest.approx([low, high], abs=0.005)
    assert low < found["brier"] < high
    assert found["brier_bootstrap"]["replicates"] == 2000


def test_seeded() -> None:
    """
    The same seed draws the same samples, another one others.
    """
    once, again, other = (
        scored(NIAMEY, "--bootstrap", "100", "--seed", seed)["brier_bootstrap"]["interval"]
        for seed in ("1", "1", "2")
    )

    assert once == again
    assert once != other


def test_too_few_clusters(tmp_path: Path) -> None:
    """
    Below 30 clusters there is none, with the reason, however many rows there are.
    """
    head = "source,probability,outcome,question_id"
    rows = [f"a,0.{1 + at % 9},{at % 29 % 2},q{at % 29}" for at in range(290)]
    path = stored(tmp_path / "t.csv", rows, head=head)

    assert scored(path, "--bootstrap", "100")["brier_bootstrap"] == {
        "replicates": 100,
        "interval": None,
        "reason": "fewer than 30 clusters",
    }
    assert "No bootstrap below 30 clusters." in " ".join(
        run.done("score", path, "--bootstrap", "100").split()
    )
    lines = run.done("score", path, "--bootstrap", "100", "--format", "csv").splitlines()
    names, values = (line.split(",") for line in lines[:2])
    shown = dict(zip(names, values, strict=False))
    assert (shown["brier_bootstrap_low"], shown["brier_bootstrap_high"]) == ("", "")


def test_by_cluster(tmp_path: Path) -> None:
    """
    Each row written ten times, in one cluster: the interval of the rows written once.
    """
    rng = random.Random(5)
    rows = [f"a,{rng.randrange(1, 100) / 100},{rng.randrange(2)}" for _ in range(60)]
    once = stored(tmp_path / "once.csv", rows)
    many = [f"{row},c{at}" for at, row in enumerate(rows) for _ in range(10)]
    rng.shuffle(many)
    often = stored(tmp_path / "often.csv", many, head="source,probability,outcome,cluster")
    expected = scored(once, "--bootstrap", "200")["brier_bootstrap"]["interval"]

    found = scored(often, "--bootstrap", "200")
    assert (found["n"], found["clusters"]) == (600, 60)
    assert found["brier_bootstrap"]["interval"] == pytest.approx(expected, abs=1e-12)


def test_shares_of_questions(tmp_path: Path) -> None:
    """
    Of a question's updates each counts for its time: half and half is one score of their mean.
    """
    head = "source,probability,outcome,question_id,forecast_date,resolve_date"
    rows = []
    halves = []
    for at in range(40):
        y = at % 3 % 2
        first, second = 0.1 + at / 100, 0.9 - at / 200
        rows.append(f"a,{first:.3f},{y},q{at},2024-01-01,2024-01-21")
        rows.append(f"a,{second:.3f},{y},q{at},2024-01-11,2024-01-21")
        halves += [f"a,{first:.3f},{y},q{at},1", f"a,{second:.3f},{y},q{at},1"]
    by_time = stored(tmp_path / "time.csv", rows, head=head)
    both = stored(tmp_path / "both.csv", halves, head="source,probability,outcome,cluster,weight")
    options = ("--bootstrap", "100")
    expected = scored(both, *options)["brier_bootstrap"]["interval"]

    found = scored(by_time, *options, "--updates", "time")
    assert found["n"] == 40
    assert found["brier_bootstrap"]["interval"] == pytest.approx(expected, abs=1e-12)


def test_calibration_is_not_resampled_for_it(tmp_path: Path) -> None:
    """
    What the bootstrap needs of a large group does not make it one whose calibration is resampled.
    """
    rows = [f"a,0.{1 + at % 9},{at // 2 % 2},q{at // 2}" for at in range(2001)]
    path = stored(tmp_path / "t.csv", rows, head="source,probability,outcome,question_id")
    found = scored(path, "--bootstrap", "40")

    assert found["corp"]["p_value"] is None
    assert found["brier_bootstrap"]["interval"] is not None


@pytest.mark.parametrize("n", ["0", "39", "many"])
def test_too_few_samples(n: str) -> None:
    """
    The 2.5% percentile needs 39 samples; 40 is the least.
    """
    assert "--bootstrap" in run.refused(2, "score", NIAMEY, "--bootstrap", n)

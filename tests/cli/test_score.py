"""
``foretrack score``: any table of forecasts, no database.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from commandline import Said, Shell

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
HEAD = "source,probability,outcome\n"

run = Shell()


def flat(shown: str) -> str:
    """
    What was printed, on one line.
    """
    return " ".join(shown.split())


def folder(name: str) -> Path:
    """
    Where a set is, or a skip that names it.
    """
    place = HERE if name in OURS else BESIDE
    if not (place / "expected" / f"{name}.json").exists():
        pytest.skip(f"{name} is not on this machine")
    return place


def table(name: str) -> Path:
    """
    The file of a set.
    """
    packed = folder(name) / f"{name}.csv.gz"
    return packed if packed.exists() else folder(name) / f"{name}.csv"


@cache
def scored(name: str, *options: str) -> dict[str, Any]:
    """
    The document that is printed for a set.
    """
    found: dict[str, Any] = json.loads(
        run.done("score", table(name), "--format", "json", "--resamples", "0", *options)
    )
    return found


def expected(name: str) -> dict[str, Any]:
    """
    The figures that others computed.
    """
    text = (folder(name) / "expected" / f"{name}.json").read_text(encoding="utf-8")
    figures: dict[str, Any] = json.loads(text)
    return figures


def number(value: float | str) -> Any:
    """
    The figure to compare with, to 1e-9.
    """
    return "infinite" if value == "inf" else pytest.approx(value, abs=1e-9, rel=1e-9)


def check(ours: dict[str, Any], figures: dict[str, Any]) -> None:
    """
    One group against all its figures.
    """
    for theirs, name in (
        ("n", "n"),
        ("n_events", "events_occurred"),
        ("base_rate", "base_rate"),
        ("mean_probability", "mean_probability"),
        ("brier", "brier"),
        ("log_loss", "log_score"),
        ("n_infinite_log", "log_infinite"),
    ):
        assert ours[name] == number(figures[theirs]), name
    for theirs, name in (
        ("corp_brier", "corp"),
        ("corp_log", "corp_log"),
        ("murphy_distinct_values", "murphy"),
        ("murphy_10bins_left_closed", "murphy_10"),
    ):
        for part, value in ours[name].items():
            if part.upper() in figures[theirs]:
                assert value == number(figures[theirs][part.upper()]), (name, part)
    assert ours["skill"]["value"] == number(figures["bss_vs_0.5"])
    bins = figures["calibration_10bins_left_closed"]
    assert len(bins) == len(ours["calibration_10"])
    for row, one in zip(bins, ours["calibration_10"], strict=True):
        assert row["bin"].startswith(f"[{one['low']:.1f},{one['high']:.1f}")
        assert one["n"] == row["n"]
        assert one["mean_probability"] == number(row["mean_p"])
        assert one["observed"] == number(row["obs_freq"])


@pytest.mark.parametrize("name", [*OURS, *OTHERS])
class TestFigures:
    def test_of_all_rows(self, name: str) -> None:
        """
        All sources together have every figure that others computed.
        """
        check(scored(name)["overall"], expected(name)["overall"])

    def test_of_each_source(self, name: str) -> None:
        """
        So has each source.
        """
        groups = {group["group"]: group for group in scored(name)["groups"]}
        by_source = expected(name)["by_source"]

        assert set(groups) == set(by_source)
        for source, figures in by_source.items():
            check(groups[source], figures)


@pytest.mark.parametrize("clip", ["1e-15", "1e-6", "0.01"])
@pytest.mark.parametrize("name", ["niamey2016", "finland_pop2003"])
def test_clipped(name: str, clip: str) -> None:
    """
    The log score with a named clip.
    """
    figures = expected(name)
    found = scored(name, "--clip", clip)

    assert found["convention"]["clip"] == float(clip)
    assert found["overall"]["log_score"] == number(figures["overall"][f"log_loss_clip_{clip}"])
    for group in found["groups"]:
        theirs = figures["by_source"][group["group"]]
        assert group["log_score"] == number(theirs[f"log_loss_clip_{clip}"])


@pytest.mark.parametrize("name", ["niamey2016", "fte_governors_final", "finland_pop2003"])
def test_skill_against_each_source(name: str) -> None:
    """
    On the questions that both answered.
    """
    pairs = {(pair["source"], pair["reference"]): pair for pair in expected(name)["paired_skill"]}
    for reference in sorted({reference for _, reference in pairs}):
        found = scored(name, "--reference", reference)
        for group in found["groups"]:
            pair = pairs.get((group["group"], reference))
            if pair is not None:
                shared = found["convention"]["shared_with_reference"]
                assert shared[group["group"]] == pair["n_common"]
                assert group["skill"]["value"] == number(pair["brier_skill"])


@pytest.mark.parametrize("updates", ["first", "last"])
def test_first_and_last(updates: str) -> None:
    """
    One forecast for each source and question.
    """
    figures = expected("fte_governors_updates")[f"{updates}_forecast_per_source_question"]
    found = scored("fte_governors_updates", "--updates", updates)

    check(found["overall"], figures["overall"])
    for group in found["groups"]:
        check(group, figures["by_source"][group["group"]])


def test_published_table_of_niamey() -> None:
    """
    The table that reliabilitydiag prints for its Niamey data.
    """
    lines = run.done("score", table("niamey2016"), "--resamples", "0").splitlines()
    rows = {line.split()[0]: line.split()[2:6] for line in lines[3:9] if len(line.split()) > 6}

    assert rows["Logistic"] == ["0.206", "0.0171", "0.0555", "0.244"]
    assert rows["EMOS"] == ["0.232", "0.0183", "0.0305", "0.244"]
    assert rows["ENS"] == ["0.266", "0.0661", "0.0441", "0.244"]
    assert rows["EPC"] == ["0.234", "0.0223", "0.0323", "0.244"]


GROUP = [
    "n", "questions", "clusters", "events_occurred", "repeated", "base_rate", "mean_probability",
    "brier", "brier_interval", "log_score", "log_infinite", "corp", "corp_log", "murphy",
    "murphy_10", "calibration_10", "in_the_large", "slope", "skill", "n_effective",
]  # fmt: skip


class TestDocument:
    def test_keys(self) -> None:
        """
        The keys that other programs rely on.
        """
        found = json.loads(run.done("score", table("niamey2016"), "--format", "json"))
        overall = found["overall"]

        assert list(found) == [
            "kind", "foretrack", "convention", "updates", "by", "overall", "groups",
        ]  # fmt: skip
        assert (found["kind"], found["updates"], found["by"]) == ("score", "each", "source")
        assert list(overall) == GROUP
        assert [list(group) for group in found["groups"]] == [["group", *GROUP]] * 4
        assert list(overall["corp"]) == ["mcb", "dsc", "unc", "mcb_under_calibration", "p_value"]
        assert list(overall["corp_log"]) == ["mcb", "dsc", "unc"]
        assert list(overall["murphy"]) == ["rel", "res", "unc"]
        assert list(overall["murphy_10"]) == ["rel", "res", "unc", "wbv", "wbc"]
        assert list(overall["calibration_10"][0]) == [
            "low", "high", "n", "mean_probability", "observed", "wilson",
        ]  # fmt: skip
        assert list(overall["in_the_large"]) == ["difference", "p_value", "reason"]
        assert list(found["groups"][0]["in_the_large"]) == ["difference", "p_value"]
        assert list(overall["skill"]) == ["reference", "value"]
        assert (overall["log_score"], overall["corp_log"]["mcb"]) == ("infinite", "infinite")
        assert overall["slope"] == "not estimable"

    def test_resampling(self) -> None:
        """
        Seeded: the same seed gives the same, another another; each group by itself.
        """
        one, again, other, alone = (
            json.loads(run.done("score", table("niamey2016"), "--format", "json", *options))
            for options in ((), (), ("--seed", "1"), ("--sources", "ENS"))
        )
        corp = [found["groups"][1]["corp"] for found in (one, other)]

        assert one == again
        assert corp[0]["mcb_under_calibration"] != corp[1]["mcb_under_calibration"]
        assert alone["groups"][0] == one["groups"][1]
        assert 0.0 < corp[0]["p_value"] < 0.05

    def test_resampling_on_demand(self, tmp_path: Path) -> None:
        """
        Up to 2,000 forecasts, above only when asked.
        """
        path = tmp_path / "t.csv"
        path.write_text(HEAD + "a,0.3,1\na,0.3,0\na,0.4,0\n" * 700)
        usual, asked, never = (
            json.loads(run.done("score", path, "--format", "json", *options))["overall"]["corp"]
            for options in ((), ("--resamples", "9"), ("--resamples", "0"))
        )

        assert (usual["p_value"], never["p_value"]) == (None, None)
        assert 10 * asked["p_value"] == pytest.approx(round(10 * asked["p_value"]))

    def test_undefined_skill(self, tmp_path: Path) -> None:
        """
        A reference that is never wrong leaves nothing to save.
        """
        path = tmp_path / "t.csv"
        path.write_text("source,probability,outcome,truth\na,0.3,1,1\n")
        found = json.loads(run.done("score", path, "--format", "json", "--reference", "truth"))

        assert found["overall"]["skill"] == {
            "reference": "truth", "value": "undefined", "reason": "truth is never wrong",
        }  # fmt: skip
        shown = flat(run.done("score", path, "--reference", "truth"))
        assert "No skill: truth is never wrong." in shown


class TestOptions:
    def test_map_and_by(self, tmp_path: Path) -> None:
        """
        Other names, other groups.
        """
        path = tmp_path / "t.csv"
        path.write_text("model,p,hit,league\nm,0.2,yes,A\nm,0.4,no,B\nm,0.3,no,B\n")
        found = json.loads(
            run.done("score", path, "--map", "source=model", "--map", "probability=p", "--map",
                     "outcome=hit", "--by", "league", "--format", "json")
        )  # fmt: skip

        assert [(group["group"], group["n"]) for group in found["groups"]] == [("A", 1), ("B", 2)]
        assert found["groups"][0]["brier"] == pytest.approx(0.64)

    def test_several_files_of_several_formats(self, tmp_path: Path) -> None:
        """
        They are scored as one table.
        """
        (tmp_path / "a.csv").write_text(HEAD + "a,0.2,1\n")
        (tmp_path / "b.tsv.gz").write_bytes(
            gzip.compress((HEAD + "a,0.4,0\n").replace(",", "\t").encode())
        )
        (tmp_path / "c.jsonl").write_text('{"source":"b","probability":0.5,"outcome":true}\n')
        found = json.loads(run.done("score", *sorted(tmp_path.iterdir()), "--format", "json"))

        assert (found["overall"]["n"], found["groups"][0]["n"]) == (3, 2)
        assert found["overall"]["brier"] == pytest.approx((0.64 + 0.16 + 0.25) / 3)

    def test_standard_input(self) -> None:
        """
        ``-`` reads it, in a program of its own.
        """
        import subprocess
        import sys

        done = subprocess.run(
            [sys.executable, "-m", "foretrack", "score", "-", "--format", "csv"],
            input=HEAD + "a,0.2,1\n", capture_output=True, text=True, check=True,
        )  # fmt: skip
        rows = list(csv.DictReader(io.StringIO(done.stdout)))

        assert [row["row"] for row in rows] == ["group", "overall"]
        assert float(rows[0]["brier"]) == pytest.approx(0.64)

    def test_sources(self, tmp_path: Path) -> None:
        """
        Only those are read; what is wrong with others does not matter.
        """
        path = tmp_path / "t.csv"
        path.write_text(HEAD + "a,0.2,1\nb,likely,1\nc,0.3,0\n")
        found = json.loads(run.done("score", path, "--sources", "a,c", "--format", "json"))

        assert [group["group"] for group in found["groups"]] == ["a", "c"]
        assert 'no source is called "A"; did you mean "a"?' in run.refused(
            3, "score", path, "--sources", "A"
        )

    def test_markdown_and_csv(self) -> None:
        """
        Both hold every group and all together.
        """
        markdown = run.done("score", table("worked_examples"), "--format", "markdown")
        rows = list(
            csv.DictReader(
                io.StringIO(run.done("score", table("worked_examples"), "--format", "csv"))
            )
        )

        assert "| brier1950-rain " in markdown
        assert [row["group"] for row in rows] == [
            "brier1950-rain", "reliabilitydiag-toy", "sklearn-brier-doc", "",
        ]  # fmt: skip
        assert float(rows[0]["brier"]) == pytest.approx(0.095)

    def test_time(self, tmp_path: Path) -> None:
        """
        0.2 stood one day, 0.6 three: (0.64 + 3 · 0.16)/4.
        """
        path = tmp_path / "t.csv"
        path.write_text(
            "source,probability,outcome,question_id,forecast_date,resolve_date\n"
            "a,0.2,1,q,2024-01-01,2024-01-05\na,0.6,1,q,2024-01-02,2024-01-05\n"
        )
        found = json.loads(run.done("score", path, "--updates", "time", "--format", "json"))

        assert found["overall"]["n"] == 1
        assert found["overall"]["brier"] == pytest.approx((0.64 + 3 * 0.16) / 4)

    def test_wrong_use(self, tmp_path: Path) -> None:
        """
        Usage errors say what was expected.
        """
        path = tmp_path / "t.csv"
        path.write_text(HEAD + "a,0.2,1\n")

        assert "is not ROLE=COLUMN" in run.refused(2, "score", path, "--map", "p")
        assert 'did you mean "probability"?' in run.refused(3, "score", path, "--map", "prob=p")
        named = tmp_path / "named.csv"
        named.write_text("source,probability,outcome,question_id\na,0.2,1,q\n")
        for clip in ("0.7", "0", "-1", "nan"):
            assert f"'--clip': {clip} is not above 0 and at most 0.5" in run.refused(
                2, "score", path, "--clip", clip
            )
        assert (
            'no source or column is called "1.5", and a probability is between 0 and 1'
            in run.refused(3, "score", named, "--reference", "1.5")
        )
        assert '"1.5" is not a probability between 0 and 1' in run.refused(
            3, "score", path, "--reference", "1.5"
        )
        problems = run.refused(3, "score", path, "--sources", "x,y")
        assert problems.endswith("2 problems\n")
        assert 'no column "region"' in run.refused(3, "score", path, "--by", "region")
        assert 'no column "question_id"' in run.refused(3, "score", path, "--updates", "last")
        assert 'no column "question_id"' in run.refused(3, "score", path, "--reference", "a")


class TestInTheLarge:
    HEAD = "source,probability,outcome,question_id,cluster,weight,forecast_date,resolve_date\n"

    @pytest.mark.parametrize(
        ("rows", "options", "reason"),
        [
            (["a,0.2,0,q,,", "a,0.6,1,r,,"], "", None),
            (["a,0.2,0,q,,", "a,0.6,0,q,,"], "", "several forecasts share a question or a cluster"),
            (["a,0.2,0,q,c,", "a,0.6,1,r,c,"], "",
             "several forecasts share a question or a cluster"),
            (["a,0.2,0,q,,1", "a,0.6,1,r,,2"], "", "forecasts are weighted"),
            (["a,0.2,0,q,,", "a,0.6,0,r,,"], "--updates time", "forecasts are weighted"),
            (["a,0.2,0,q,,", "a,0.6,0,r,,"], "--updates last", None),
        ],
    )  # fmt: skip
    def test_where_it_is_honest(
        self, tmp_path: Path, rows: list[str], options: str, reason: str | None
    ) -> None:
        """
        A test needs one forecast for each question and cluster, and whole ones; else the reason.
        """
        path = tmp_path / "t.csv"
        head = self.HEAD if rows[0][-1] != "," else self.HEAD.replace("weight", "note")
        path.write_text(head + "".join(f"{row},2024-01-01,2024-02-01\n" for row in rows))
        found = json.loads(run.done("score", path, "--format", "json", *options.split()))
        large = found["overall"]["in_the_large"]

        assert large.get("reason") == reason
        assert (large["p_value"] is None) == (reason is not None)
        shown = flat(run.done("score", path, *options.split()))
        assert (f"No test: {reason}." in shown) == bool(reason)

    def test_several_sources(self) -> None:
        """
        Each of four sources on the same questions is tested, all four together are not.
        """
        found = json.loads(run.done("score", table("niamey2016"), "--format", "json"))

        assert found["overall"]["in_the_large"]["p_value"] is None
        assert all(group["in_the_large"]["p_value"] is not None for group in found["groups"])
        shown = flat(run.done("score", table("niamey2016")))
        assert "with 92 clusters they are too narrow" in shown


class TestDirt:
    ROWS = (
        ('b,"1,2",1', 'line 3: probability "1,2" is not a number between 0 and 1'),
        ("b,20%,1", 'line 4: probability "20%" is not a number between 0 and 1; write 0.2'),
        ("b,NaN,1", 'line 5: probability "NaN" is not a number between 0 and 1'),
        ("b,,1", "line 6: probability is missing"),
        ("b,0.2,0.5", 'line 7: outcome "0.5" is none of 0, 1, no, yes, false, true'),
        ("b,0.2,maybe", 'line 8: outcome "maybe" is none of 0, 1, no, yes, false, true'),
        (",0.2,1", "line 9: source is missing"),
        ("b,0.2", "line 10: 2 values where the header names 3 columns"),
        ("b,-1,", 'line 11: probability "-1" is not a number between 0 and 1; outcome is missing'),
    )

    def dirty(self, tmp_path: Path) -> Path:
        """
        A table with one good row before and one after.
        """
        path = tmp_path / "t.csv"
        lines = ["a,0.2,1", *(row for row, _ in self.ROWS), "a,0.4,0"]
        path.write_text(HEAD + "\n".join(lines) + "\n")
        return path

    def test_each_is_named(self, tmp_path: Path) -> None:
        """
        Line, column, value and reason of every bad row, and how many of how many there are.
        """
        said = run("score", self.dirty(tmp_path))

        assert (said.code, said.out) == (3, "")
        for _, message in self.ROWS:
            assert f"t.csv: {message}\n" in said.err
        assert "9 of 11 rows cannot be scored; --skip-bad" in said.err

    def test_left_out_when_asked(self, tmp_path: Path) -> None:
        """
        The rest is scored; how many were left out stands in every format and on stderr.
        """
        path = self.dirty(tmp_path)
        said = {form: run("score", path, "--skip-bad", "--format", form)
                for form in ("json", "table", "csv", "markdown")}  # fmt: skip
        found = said["json"].json()

        assert (found["overall"]["n"], found["overall"]["brier"]) == (2, pytest.approx(0.4))
        assert (found["convention"]["rows"], found["convention"]["left_out"]) == (11, 9)
        assert all("left out 9 of 11 rows" in one.err for one in said.values())
        assert all(one.code == 0 for one in said.values())
        assert "9 rows of 11 left out" in said["table"].out
        assert "9 rows of 11 left out" in said["markdown"].out
        assert next(csv.DictReader(io.StringIO(said["csv"].out)))["left_out"] == "9"

    def test_first_twenty(self, tmp_path: Path) -> None:
        """
        Of many bad rows the first 20 are shown, with the count.
        """
        path = tmp_path / "t.csv"
        path.write_text(HEAD + "a,x,1\n" * 1234 + "a,0.5,1\n")
        message = run.refused(3, "score", path)

        assert message.count('probability "x"') == 20
        assert "line 21:" in message
        assert "and 1,214 more" in message
        assert "1,234 of 1,235 rows cannot be scored" in message

    def test_nothing_left(self, tmp_path: Path) -> None:
        """
        No row at all, or none that can be scored, is no score of 0.
        """
        path = tmp_path / "t.csv"
        path.write_text(HEAD)
        assert "a header and no rows" in run.refused(5, "score", path)
        path.write_text(HEAD + "a,x,1\n")
        assert "no forecast with an outcome" in run.refused(5, "score", path, "--skip-bad")

    @pytest.mark.parametrize("name", ["Müller".encode("latin-1"), b"\xff\xfeab"])
    def test_not_utf8(self, tmp_path: Path, name: bytes) -> None:
        """
        A name in another encoding is a bad row, not another source.
        """
        path = tmp_path / "t.csv"
        path.write_bytes(HEAD.encode() + b"a,0.2,1\n" + name + b",0.2,1\n")

        assert "line 3: source is not UTF-8" in run.refused(3, "score", path)

    def test_escapes_are_inert(self, tmp_path: Path) -> None:
        """
        Nothing in a table reaches the terminal as a command.
        """
        path = tmp_path / "t.csv"
        path.write_text(HEAD + "\x1b[31mred,0.2,1\n")
        assert "\x1b" not in run.done("score", path)
        path.write_text(HEAD + "a,\x1b[31m,1\n")
        assert "\x1b" not in run.refused(3, "score", path)

    def test_late(self, tmp_path: Path) -> None:
        """
        A forecast from after its question was settled is none.
        """
        path = tmp_path / "t.csv"
        head = "source,probability,outcome,question_id,forecast_date,resolve_date\n"
        path.write_text(head + "a,0.2,1,q,2024-02-01,2024-01-31\n")

        assert (
            'line 2: forecast_date "2024-02-01" is after resolve_date "2024-01-31"'
            in run.refused(3, "score", path)
        )
        path.write_text(head + "a,0.2,1,q,2024-01-31,2024-01-31\n")
        assert run("score", path).code == 0
        assert "is not before resolve_date" in run.refused(3, "score", path, "--updates", "time")

    def test_twice_and_repeated(self, tmp_path: Path) -> None:
        """
        A row that repeats another counts, and is reported.
        """
        path = tmp_path / "t.csv"
        head = "source,probability,outcome,question_id,forecast_date\n"
        path.write_text(head + "a,0.2,1,q,2024-01-01\n" * 3)
        found = json.loads(run.done("score", path, "--format", "json"))["overall"]

        assert (found["n"], found["repeated"], found["questions"]) == (3, 2, 1)


class TestContradictions:
    HEAD = "source,probability,outcome,question_id,forecast_date,resolve_date,base\n"
    ROWS = (
        "ann,0.8,1,q,2024-01-01,2024-02-01,0.4\n"
        "ann,0.5,0,r,2024-01-01,2024-02-01,0.4\n"
        "bob,0.3,no,q,2024-01-01,2024-02-01,0.4\n"
        "bob,0.4,no,r,2024-01-01,2024-02-01,0.4\n"
        "bob,0.2,no,r,2024-01-09,2024-02-01,0.4\n"
    )

    def torn(self, tmp_path: Path) -> Path:
        """
        Two sources that disagree on whether ``q`` happened.
        """
        path = tmp_path / "t.csv"
        path.write_text(self.HEAD + self.ROWS)
        return path

    @pytest.mark.parametrize(
        "options",
        ["", "--reference bob", "--reference base", "--by base", "--updates last",
         "--updates time --sources ann,bob"],
    )  # fmt: skip
    def test_between_sources(self, tmp_path: Path, options: str) -> None:
        """
        Question, both lines and both values are named, whatever is asked for, and what to do.
        """
        message = run.refused(3, "score", self.torn(tmp_path), *options.split())

        assert 't.csv: line 4: question "q" has outcome "no", but "1" on line 2\n' in message
        assert "1 question ends in two ways" in message
        assert "--skip-bad" in message
        assert "--map question_id=" in message

    def test_between_tables(self, tmp_path: Path) -> None:
        """
        Both tables are named.
        """
        one, other = tmp_path / "a.csv", tmp_path / "b.csv"
        one.write_text("source,probability,outcome,question_id\nann,0.8,yes,q\n")
        other.write_text("source,probability,outcome,question_id\nbob,0.8,false,q\n")
        message = run.refused(3, "score", one, other)

        assert f'b.csv: line 2: question "q" has outcome "false", but "yes" in {one}' in message

    def test_nobody_disagrees_alone(self, tmp_path: Path) -> None:
        """
        Sources that are not read contradict nobody.
        """
        found = run("score", self.torn(tmp_path), "--sources", "bob", "--format", "json").json()

        assert found["overall"]["n"] == 3

    def test_skipped(self, tmp_path: Path) -> None:
        """
        All rows about the question are left out, counted and named.
        """
        said = run("score", self.torn(tmp_path), "--skip-bad", "--format", "json")
        found = said.json()

        assert (found["overall"]["n"], found["convention"]["left_out"]) == (3, 2)
        assert found["overall"]["brier"] == pytest.approx((0.25 + 0.16 + 0.04) / 3)
        assert 'line 4: question "q" has outcome "no", but "1" on line 2' in said.err
        assert "left out 2 of 5 rows" in said.err

    def test_without_questions(self, tmp_path: Path) -> None:
        """
        Where ids are each source's own, saying that no column names questions scores every row.
        """
        path = self.torn(tmp_path)
        found = run("score", path, "--map", "question_id=", "--format", "json").json()["overall"]

        assert (found["n"], found["questions"], found["clusters"]) == (5, None, 5)
        assert "no score without a column for question_id" in run.refused(
            3, "score", path, "--map", "question_id=", "--updates", "last"
        )

    def test_of_ends(self, tmp_path: Path) -> None:
        """
        Under a rule for updates a question of a source was settled on one day.
        """
        path = tmp_path / "t.csv"
        row = "ann,0.8,1,q,2024-01-0{0},2024-02-0{0},0.4\n"
        path.write_text(self.HEAD + row.format(1) + row.format(2))
        message = run.refused(3, "score", path, "--updates", "last")

        assert run("score", path).code == 0
        assert (
            'line 3: question "q" of "ann" has resolve_date "2024-02-02", but "2024-02-01" on line'
            " 2" in message
        )

    def test_first_twenty(self, tmp_path: Path) -> None:
        """
        Of many such questions twenty are named, with the count.
        """
        path = tmp_path / "t.csv"
        rows = "".join(f"ann,0.5,1,q{n}\nbob,0.5,0,q{n}\n" for n in range(23))
        path.write_text("source,probability,outcome,question_id\n" + rows)
        message = run.refused(3, "score", path)

        assert message.count('but "1" on line') == 20
        assert "and 3 more questions" in message
        assert "23 questions end in two ways" in message


class TestBar:
    def test_none_where_nobody_sees_it(self) -> None:
        """
        Standard error of a pipe stays empty.
        """
        assert run("score", table("worked_examples")).err == ""

    def test_shown_at_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        After a second of work, and only then.
        """
        import sys

        from foretrack.cli import score

        clock = iter([0.0, 0.5, 2.0, 2.1])
        monkeypatch.setattr("foretrack.cli.score.time.monotonic", lambda: next(clock))
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        with score._Bar() as bar:
            bar.show(0.1)
            before = bar._progress
            bar.show(0.5)
            after = bar._progress

        assert before is None
        assert after is not None
        assert after.tasks[0].completed == 0.5


def shell(script: str, *arguments: str | Path) -> Said:
    """
    A program that a shell starts with its own redirections; ``"$@"`` are program and arguments.
    """
    wrapper = ("sh", "-c", script, "sh", sys.executable, "-m", "foretrack")
    return run.program(*arguments, wrapper=wrapper)


class TestPlumbing:
    @pytest.fixture
    def small(self, tmp_path: Path) -> Path:
        """
        A table of one row.
        """
        path = tmp_path / "small.csv"
        path.write_text(f"{HEAD}ann,0.5,1\n", encoding="utf-8")
        return path

    def test_a_pipe_by_name(self, small: Path) -> None:
        """
        What can be read but once is read like standard input, by whatever name.
        """
        done = shell(f'cat "{small}" | "$@" /dev/stdin --format json', "score")

        assert (done.code, json.loads(done.out)["overall"]["brier"]) == (0, 0.25)

    def test_closed_input(self) -> None:
        """
        Standard input that is closed is named.
        """
        done = shell('"$@" <&-', "score", "-")

        assert done.code == 3
        assert done.err == "foretrack: standard input: is closed\n"

    def test_closed_errors(self, small: Path) -> None:
        """
        Where nobody hears of errors the scores come all the same.
        """
        done = shell('"$@" 2>&-', "score", small, "--format", "json")

        assert (done.code, json.loads(done.out)["overall"]["n"]) == (0, 1)

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
    def test_full_disk(self, small: Path) -> None:
        """
        An answer that cannot be written is one message.
        """
        done = shell('"$@" > /dev/full', "score", small)

        assert done.code == 1
        assert done.err == "foretrack: cannot write what was asked for: No space left on device\n"


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003", " "])
def test_blanks_round_numbers(tmp_path: Path, blank: str) -> None:
    """
    Blanks round a number do not matter, whichever they are; no row is lost for them.
    """
    path = tmp_path / "x.csv"
    path.write_text(f"{HEAD}ann,{blank}0.5{blank},{blank}1\nann,0.5,1\n", encoding="utf-8")
    found = json.loads(run.done("score", path, "--format", "json"))
    how = found["convention"]

    assert (how["rows"], how["left_out"], found["overall"]["n"]) == (2, 0, 2)


def test_line_ends_within_quotes(tmp_path: Path) -> None:
    """
    A quoted name keeps its line ends wherever in the table it stands.
    """
    path = tmp_path / "x.csv"
    rows = ["ann,0.5,1"] * 30_000
    rows[10] = rows[-10] = '"a\r\nn",0.5,1'
    path.write_bytes("\r\n".join([HEAD.strip(), *rows, ""]).encode())
    found = json.loads(run.done("score", path, "--format", "json"))

    assert {one["group"]: one["n"] for one in found["groups"]} == {"a\r\nn": 2, "ann": 29_998}


def test_progress_is_told_while_scoring(tmp_path: Path) -> None:
    """
    Reading is half of the work: resampling may take longer, and is not done in silence.
    """
    from foretrack import grade
    from foretrack.core.grades import Choice

    table = tmp_path / "t.csv"
    rows = [f"{source},q{n},0.{n % 9 + 1},{n % 2}" for source in "abc" for n in range(40)]
    table.write_text("\n".join(["source,question_id,probability,outcome", *rows]))
    told: list[float] = []
    grade.score([str(table)], Choice(resamples=5), progress=told.append)

    assert told == sorted(told)
    assert 0.5 in told
    assert 0.5 < told[-1] < 1


def test_agrees_with_scikit_learn(tmp_path: Path) -> None:
    """
    A table made up here: Brier and log score as scikit-learn computes them, with weights.
    """
    import random

    from sklearn.metrics import brier_score_loss, log_loss

    rng = random.Random(5)
    rows = [
        (rng.choice("abc"), rng.randrange(1, 1000) / 1000, rng.randrange(2), rng.randrange(1, 9))
        for _ in range(500)
    ]
    path = tmp_path / "t.csv"
    lines = [f"{source},{p},{y},{weight / 4}\n" for source, p, y, weight in rows]
    path.write_text("source,probability,outcome,weight\n" + "".join(lines))
    said: Said = run("score", path, "--format", "json", "--resamples", "0")
    for group in said.json()["groups"]:
        mine = [row for row in rows if row[0] == group["group"]]
        p, y, w = [row[1] for row in mine], [row[2] for row in mine], [row[3] for row in mine]

        assert group["n"] == len(mine)
        assert group["brier"] == pytest.approx(brier_score_loss(y, p, sample_weight=w), abs=1e-12)
        assert group["log_score"] == pytest.approx(log_loss(y, p, sample_weight=w), abs=1e-12)
        assert math.isclose(group["n_effective"], sum(w) ** 2 / sum(one * one for one in w))

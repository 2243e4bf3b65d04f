"""
What fits a screen: tables fold rather than cut, ids stay whole, the summary needs one screen.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from commandline import Shell
from dossiers import crowd, write
from foretrack.db.engine import make_engine
from foretrack.db.place import url_of

if TYPE_CHECKING:
    from pathlib import Path

WIDTHS = ["80", "100", "120"]

COMMANDS = (
    "due", "due --within 9999d", "scorecard", "scorecard --by horizon", "scorecard jordan",
    "scorecard unnamed-blog", "calibration", "calibration rinna --items", "compare --all",
    "compare gruzer jordan", "watch", "watch gruzer", "phrases", "phrases gruzer", "lexicon",
    "lexicon compare", "lexicon icd-203", "lexicon --phrase unlikely", "list sources",
    "list articles", "list questions", "list claims", "show gruzer", "show gruzer-2024",
    "show ru-dprk-alliance", "show gruzer-2024-alliance", "log", "log ru-dprk-alliance",
    "review agenda", "review list", "where",
)  # fmt: skip
"""
Commands that print tables or lists.
"""


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("command", COMMANDS)
def test_fits(run: Shell, command: str, columns: str) -> None:
    """
    No line is wider than the screen.
    """
    said = run(*command.split(), COLUMNS=columns)

    for line in said.out.splitlines():
        assert len(line) <= int(columns) or len(line.split()) == 1, line


@pytest.mark.parametrize("columns", ["60", *WIDTHS])
@pytest.mark.parametrize("kind", ["sources", "articles", "questions", "claims"])
def test_ids_are_whole(run: Shell, kind: str, columns: str) -> None:
    """
    An id can be copied from a list, however narrow the screen is.
    """
    items = json.loads(run.done("list", kind, "--format", "json"))["items"]
    shown = run.done("list", kind, COLUMNS=columns)

    for item in items:
        assert item["id"] in shown


@pytest.mark.parametrize("command", ["show gruzer", "show gruzer-2024", "scorecard", "due"])
def test_nothing_is_cut(run: Shell, command: str) -> None:
    """
    Where a screen is too narrow for any layout its lines run over, and hold what wider ones hold.
    """
    narrow, wide = (run.done(*command.split(), COLUMNS=columns) for columns in ("10", "20"))

    assert narrow == wide
    assert max(map(len, narrow.splitlines())) > 10


@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize("questions", [0, 12, 500])
def test_summary(template: Path, tmp_path: Path, questions: int, columns: str) -> None:
    """
    The day at a glance takes one screen of 24 lines, whatever the size of the record.
    """
    path = tmp_path / "record.sqlite"
    shutil.copyfile(template, path)
    if questions:
        write(make_engine(url_of(path)), crowd(questions=questions, sources=3)).dispose()
    shown = Shell(FORETRACK_DB=str(path)).done(COLUMNS=columns)

    lines = shown.splitlines()
    assert len(lines) < 24
    assert all(len(line) <= int(columns) for line in lines)
    assert sum(line.startswith("foretrack ") for line in lines) == 3


def test_summary_on_the_shipped_record(run: Shell) -> None:
    """
    It names the next meeting, what is overdue and due, the last change, and what to do, in order.
    """
    lines = run.done(COLUMNS="80").splitlines()

    heads = ["next review", "overdue", "due", "last change"]
    assert [head for line in lines for head in heads if line.startswith(f"{head}  ")] == heads
    assert [line.split("  ")[0] for line in lines if line.startswith("foretrack ")] == [
        "foretrack review agenda",
        "foretrack review start",
        "foretrack resolve",
    ]

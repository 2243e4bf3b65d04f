"""
What a start loads: the heavy libraries only where they are needed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from commandline import Shell

HEAVY = ("sqlalchemy", "alembic", "numpy", "rich", "yaml", "jinja2")

LOADED = """\
import json, sys
sys.argv = ["foretrack", *sys.argv[1:]]
from foretrack.cli import main
try:
    main()
except SystemExit as end:
    code = end.code
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


def modules(run: Shell, *arguments: str) -> list[str]:
    """
    The modules that a run loads, in an interpreter of its own.
    """
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        env=run.whole(), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    code, found = json.loads(done.stderr.splitlines()[-1])
    assert not code, done.stderr
    return list(found)


def loaded(run: Shell, *arguments: str) -> list[str]:
    """
    The packages that a run loads, in an interpreter of its own.
    """
    return sorted({module.split(".")[0] for module in modules(run, *arguments)})


@pytest.mark.parametrize(
    "arguments", [("--help",), ("--version",), ("resolve", "--help"), ("scorecard", "--help")]
)
def test_help_loads_nothing_heavy(run: Shell, arguments: tuple[str, ...]) -> None:
    """
    Help is there at once: none of the heavy libraries is loaded for it.
    """
    assert [name for name in loaded(run, *arguments) if name in HEAVY] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("due",),
        ("list",),
        ("show", "gruzer"),
        ("resolve", "dprk-nuclear-test", "no", "--evidence", "CTBTO"),
        ("scorecard", "--format", "json"),
    ],
)
def test_daily_commands_load_little(run: Shell, arguments: tuple[str, ...]) -> None:
    """
    The commands of every day load neither numpy nor alembic.
    """
    found = loaded(run, *arguments)

    assert [name for name in found if name in ("numpy", "alembic", "jinja2")] == []
    assert "sqlalchemy" in found


@pytest.mark.parametrize(
    ("arguments", "rooms"),
    [
        (("due",), ["core.records", "core.ledger", "core.lexicon", "db.store"]),
        (("scorecard", "--resamples", "0"), ["core.records", "core.page", "db.store"]),
    ],
)
def test_what_reads_little_loads_little(
    run: Shell, arguments: tuple[str, ...], rooms: list[str]
) -> None:
    """
    The queue makes no records, nor does a scorecard: neither loads what does.
    """
    found = modules(run, *arguments)

    assert "foretrack.db.engine" in found
    assert [room for room in rooms if f"foretrack.{room}" in found] == []


def test_json_needs_no_rich(run: Shell) -> None:
    """
    Rich is for tables: what prints JSON does without it.
    """
    for arguments in (("due", "--format", "json"), ("list", "--format", "json")):
        assert "rich" not in loaded(run, *arguments)

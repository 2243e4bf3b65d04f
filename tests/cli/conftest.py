"""
What the tests of the command line share: the shipped record in a database, and a way to run.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from commandline import Shell
from foretrack.db import journal
from foretrack.db.engine import make_engine, reading
from foretrack.db.place import url_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TODAY = "2026-11-21"

SMALL = {
    "sources.yaml": """\
sources:
  - id: weather-office
    name: The weather office
    kind: organisation
""",
    "articles/outlook-2025.yaml": """\
article:
  id: outlook-2025
  title: Outlook
  source: weather-office
  published: {date: 2025-01-01}
claims:
  - id: outlook-2025-frost
    says: There is frost in spring.
    phrase: likely
    horizon: {words: within the year, basis: stated}
    question:
      id: frost-in-spring
      statement: Will there be frost in spring?
      criteria: Yes if the station reports less than 0 degrees on a day of the window.
      criteria_written: 2025-01-01
      resolution_source: The station
      opens: 2025-01-01
      closes: 2025-12-31
  - id: outlook-2025-drought
    says: If the snow stays away, there is a drought.
    phrase: unlikely
    horizon: {words: within three years, basis: stated}
    question:
      id: drought-after-no-snow
      statement: Will there be a drought?
      criteria: Yes if the office declares one.
      criteria_written: 2025-01-01
      resolution_source: The office
      opens: 2025-01-01
      closes: 2027-12-31
      condition: {statement: The snow stays away., criteria: Met if none falls.}
""",
}


@pytest.fixture(autouse=True)
def quiet_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A working folder, a home and a day of the test's own.
    """
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("FORETRACK_TODAY", TODAY)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture(scope="session")
def shipped(template: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A database with the shipped record, made once.
    """
    path = tmp_path_factory.mktemp("shipped") / "shipped.sqlite"
    shutil.copyfile(template, path)
    run = Shell(FORETRACK_DB=str(path), FORETRACK_TODAY=TODAY)
    run.done("import", repository / "forecasts")
    return path


@pytest.fixture
def record(shipped: Path, tmp_path: Path) -> Path:
    """
    The file of a database with the shipped record.
    """
    path = tmp_path / "record.sqlite"
    shutil.copyfile(shipped, path)
    return path


@pytest.fixture
def run(record: Path) -> Shell:
    """
    Runs commands on the shipped record.
    """
    return Shell(FORETRACK_DB=str(record))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """
    Files of a small record: a source, an article, an open question and a conditional one.
    """
    return write(tmp_path / "small")


def write(folder: Path) -> Path:
    """
    Put the files of the small record into a folder.
    """
    for name, text in SMALL.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def small_record(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A database with the small record, made once.
    """
    folder = tmp_path_factory.mktemp("small")
    path = folder / "small.sqlite"
    shutil.copyfile(template, path)
    write(folder)
    Shell(FORETRACK_DB=str(path), FORETRACK_TODAY=TODAY).done("import", folder)
    return path


@pytest.fixture
def small(small_record: Path, tmp_path: Path) -> Shell:
    """
    Runs commands on the small record.
    """
    path = tmp_path / "small.sqlite"
    shutil.copyfile(small_record, path)
    return Shell(FORETRACK_DB=str(path))


@pytest.fixture
def head() -> Callable[[Shell], tuple[int, str]]:
    """
    Gives the head of the journal: equal before and after means that nothing was stored.
    """

    def found(shell: Shell) -> tuple[int, str]:
        with reading(make_engine(url_of(shell.environment["FORETRACK_DB"]))) as connection:
            return journal.head(connection)

    return found

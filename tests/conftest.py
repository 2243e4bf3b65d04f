"""
What all tests share: a clean environment, databases that cost little, a fixed clock.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import event

from foretrack.core.library import Library
from foretrack.db import migrate
from foretrack.db.engine import make_engine
from foretrack.db.place import url_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import sqlalchemy as sa

REPOSITORY = Path(__file__).resolve().parents[1]

_shared = Path(os.environ.get("FORETRACK_SHARED") or REPOSITORY.parent / "shared")

# "steady" finds the same examples in every run; "search" looks for new ones.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", parent=settings.get_profile("steady"), derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Iterator[None]:
    """
    No colour and no setting of whoever runs the tests gets in.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name in ("NO_COLOR", "FORCE_COLOR") or name.startswith("FORETRACK_"):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """
    The folder with the articles and the reference data, where there is one.
    """
    if not (_shared / "articles").is_dir():
        pytest.skip("the articles' texts and the larger data are not here (FORETRACK_SHARED)")
    return _shared


@pytest.fixture(scope="session")
def library() -> Library:
    return Library()


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime(2026, 11, 21, 12, 30, 15, 250_000, tzinfo=UTC)


@pytest.fixture(scope="session")
def today() -> date:
    return date(2026, 11, 21)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    An empty database, made once: running the migrations costs more than most tests.
    """
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    migrate.create(url_of(path))
    return path


@pytest.fixture(scope="session")
def new_engine(
    template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., sa.Engine]:
    """
    Makes the empty databases that a property test needs, one for each example.

    An engine is used again with a fresh file, because it remembers the statements it compiled,
    and its commits need not reach the disk: that is most of the time.  Where a test needs
    several at once it numbers them.
    """
    folder = tmp_path_factory.mktemp("databases")
    engines: dict[int, sa.Engine] = {}

    def new(number: int = 1) -> sa.Engine:
        path = folder / f"{number}.sqlite"
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        shutil.copyfile(template, path)
        if number not in engines:
            engines[number] = make_engine(url_of(path))
            event.listen(
                engines[number], "connect", lambda one, _: one.execute("PRAGMA synchronous = OFF")
            )
        return engines[number]

    return new


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Path:
    """
    The file of an empty database.
    """
    path = tmp_path / "record.sqlite"
    shutil.copyfile(template, path)
    return path


@pytest.fixture
def engine(database: Path) -> sa.Engine:
    return make_engine(url_of(database))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """
    A folder that other users can reach; pytest's own are closed to them.
    """
    path = Path(tempfile.mkdtemp(prefix="foretrack-test-"))
    path.chmod(0o777)
    yield path
    for below in (path, *path.rglob("*")):
        if below.is_dir():
            below.chmod(0o777)
    shutil.rmtree(path)

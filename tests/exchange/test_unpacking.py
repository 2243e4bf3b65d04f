"""
Packed tables unpacked into a file without a name.
"""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foretrack.errors import InvalidInput
from foretrack.exchange import elsewhere, reading, unpacking
from foretrack.exchange.unpacking import Unpacked

if TYPE_CHECKING:
    from foretrack.exchange.tables import Table

TEXT = b"source,probability,outcome\n" + b"a,0.5,1\n" * 20_000

needs_files = pytest.mark.skipif(
    not Path("/dev/fd").exists(), reason="files without a name cannot be opened again here"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    The folder of temporary files.
    """
    found = tmp_path / "temporary"
    found.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(found))
    return found


@pytest.fixture
def packed(tmp_path: Path) -> Table:
    """
    A packed table.
    """
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(TEXT))
    return reading.identify(str(path))


@pytest.fixture(params=["here", "elsewhere"])
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    In this process, and in a second one where there can be one.
    """
    if request.param == "here":
        monkeypatch.setattr(elsewhere, "possible", lambda: False)


@needs_files
@pytest.mark.usefixtures("where")
def test_copy(packed: Table, folder: Path) -> None:
    """
    The copy holds the same bytes under the same name, and lies in no folder.
    """
    with Unpacked(packed) as unpacked:
        copy = unpacked.table()
        assert copy is not None
        assert copy.path is not None
        assert (copy.name, copy.packed, copy.size) == (packed.name, False, len(TEXT))
        assert copy.path.read_bytes() == TEXT
        assert list(folder.iterdir()) == []

    assert list(folder.iterdir()) == []


@needs_files
@pytest.mark.usefixtures("where")
@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: data[: len(data) // 2], "is cut off: its gzip data end too early"),
        (lambda data: data[:-6] + b"\0" * 6, "is damaged: its gzip data cannot be unpacked"),
        (lambda data: data[:20] + b"\xff" * 20 + data[40:], "is damaged: its gzip data"),
    ],
)
def test_damage(packed: Table, folder: Path, damage: object, words: str) -> None:
    """
    What cannot be unpacked is said as everywhere, and nothing is left behind.
    """
    assert packed.path is not None
    assert callable(damage)
    packed.path.write_bytes(damage(packed.path.read_bytes()))

    with Unpacked(packed) as unpacked, pytest.raises(InvalidInput, match=words):
        unpacked.table()

    assert list(folder.iterdir()) == []


@needs_files
@pytest.mark.usefixtures("where")
def test_no_room(packed: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Where it would take more than half of what is free there is no copy.
    """
    usage = shutil.disk_usage(tempfile.gettempdir())

    for free, is_copied in ((2 * len(TEXT), True), (2 * len(TEXT) - 2, False)):
        now = usage._replace(free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _, now=now: now)
        with Unpacked(packed) as unpacked:
            assert (unpacked.table() is not None) == is_copied


@pytest.mark.usefixtures("where")
def test_no_files(packed: Table, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    Where a file without a name cannot be made, or not be opened again, there is no copy.
    """
    monkeypatch.setattr(unpacking, "_OPEN", str(tmp_path / "nowhere{}"))
    with Unpacked(packed) as unpacked:
        assert unpacked.table() is None

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with Unpacked(packed) as unpacked:
        assert unpacked.table() is None


@pytest.mark.usefixtures("where")
def test_given_up(packed: Table, folder: Path) -> None:
    """
    Nobody has to wait for it.
    """
    with Unpacked(packed):
        pass

    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("where")
def test_interrupted(
    packed: Table, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Ctrl-C while it is waited for is what comes out of it, and no process and no file is left.
    """
    note = tmp_path / "process"

    def endless(_: Unpacked) -> None:
        note.write_text(str(os.getpid()))
        time.sleep(10)

    def wait() -> None:
        with Unpacked(packed) as unpacked:
            timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
            timer.start()
            unpacked.table()

    monkeypatch.setattr(Unpacked, "_unpack", endless)
    with pytest.raises(KeyboardInterrupt):
        wait()

    assert list(folder.iterdir()) == []
    if (process := int(note.read_text())) != os.getpid():
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)

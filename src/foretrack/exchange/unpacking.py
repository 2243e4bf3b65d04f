"""
A large packed table unpacked into a temporary file, by a second process where there can be one.

DuckDB unpacks slower than zlib, does nothing else meanwhile, and can read what it unpacks in one
thread only.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Self, cast

from foretrack.exchange.chunks import chunks
from foretrack.exchange.elsewhere import Elsewhere

if TYPE_CHECKING:
    from foretrack.exchange.tables import Table

_OPEN: Final = "/dev/fd/{}"  # where a file without a name can be opened once more
_SHARE: Final = 2  # of so many free bytes of the disk one is taken at most


class Unpacked:
    """
    The unpacked copy of a table, in a file without a name that is gone with whoever holds it.

    It is begun at once.  There is none where the system has no such files, or too little room.

    Args:
        table: The table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._file = _nameless()
        self._size = Elsewhere(self._unpack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._size.drop()
        if self._file is not None:
            self._file.close()

    def table(self) -> Table | None:
        """
        The copy as a table, once it is whole; None where there is none.

        Raises:
            InvalidInput: The table is damaged.
        """
        size = self._size.result()
        if self._file is None or size is None:
            return None
        path = Path(_OPEN.format(self._file.fileno()))
        return replace(self._table, packed=False, size=size, path=path)

    def _unpack(self) -> int | None:
        """
        How many bytes it takes.
        """
        if self._file is None:
            return None
        size = 0
        try:
            room = shutil.disk_usage(tempfile.gettempdir()).free // _SHARE
            self._file.seek(0)
            self._file.truncate()
            for piece in chunks(self._table, None):
                size += len(piece)
                if size > room:
                    return None
                self._file.write(piece)
            self._file.flush()
        except OSError:
            return None
        return size


def _nameless() -> BinaryIO | None:
    try:
        file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - as long as the copy is
    except OSError:
        return None
    if Path(_OPEN.format(file.fileno())).exists():
        return file
    file.close()
    return None

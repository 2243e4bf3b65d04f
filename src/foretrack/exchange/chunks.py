"""
The bytes of a table: unpacked, cut after line ends, or as lines of text.
"""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from foretrack.exchange.tables import BOM, fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from foretrack.exchange.tables import Table

_READ: Final = 1 << 15  # packed bytes at a time
# Unpacked bytes at a time: what they are split into still lies close to the processor.
_UNPACKED: Final = 1 << 17
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")


def chunks(table: Table, done: Callable[[int], None] | None) -> Iterator[bytes]:
    """
    The unpacked bytes, in pieces of some size, without a mark of their order.
    """
    with table.open() as file:
        pieces = _unpacked(table, file) if table.packed else iter(lambda: file.read(_UNPACKED), b"")
        first = True
        for piece in pieces:
            if first:
                first = False
                if piece.startswith(_WIDE):
                    raise fault(table.name, "is in UTF-16; save it as UTF-8")
                yield piece.removeprefix(BOM)
            else:
                yield piece
            if done is not None:
                done(file.tell())
    if first:
        raise fault(table.name, "is empty")


def _unpacked(table: Table, file: BinaryIO) -> Iterator[bytes]:
    stream = zlib.decompressobj(31)
    try:
        while data := file.read(_READ):
            while data:
                if stream.eof:  # another member, or padding
                    data = data.lstrip(b"\0")
                    if not data:
                        break
                    stream = zlib.decompressobj(31)
                if piece := stream.decompress(data, _UNPACKED):
                    yield piece
                data = stream.unused_data if stream.eof else stream.unconsumed_tail
    except zlib.error as error:
        raise fault(table.name, f"is damaged: its gzip data cannot be unpacked ({error})") from (
            error
        )
    if not stream.eof:
        raise fault(table.name, "is cut off: its gzip data end too early")


def blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """
    The same bytes cut after line ends.
    """
    rest: list[bytes] = []
    for chunk in chunks:
        cut = chunk.rfind(b"\n") + 1
        if cut:
            yield b"".join((*rest, chunk[:cut]))
            rest = [chunk[cut:]] if cut < len(chunk) else []
        else:
            rest.append(chunk)
    if last := b"".join(rest):
        yield last


class _Joined(io.RawIOBase):
    """
    Pieces of bytes as a file.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        n = min(len(buffer), len(self._rest))
        buffer[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n


def text(pieces: Iterable[bytes]) -> io.TextIOWrapper:
    """
    The bytes as a file of text.
    """
    # What is not UTF-8 comes through as surrogates, and is found with the row that holds it.
    return io.TextIOWrapper(
        io.BufferedReader(_Joined(pieces), 1 << 16),
        encoding="utf-8",
        errors="surrogateescape",
        newline="",
    )


def as_bytes(value: str) -> bytes:
    """
    A value of such a file as it was in the table.
    """
    return value.encode("utf-8", "surrogateescape")

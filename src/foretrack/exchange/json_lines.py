"""
JSON lines: an object for each row.
"""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

from foretrack.exchange import columns
from foretrack.exchange.chunks import text as lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from foretrack.exchange.columns import Wanted
    from foretrack.exchange.tables import Table


def objects(
    table: Table, pieces: Iterable[bytes], wanted: Wanted
) -> Iterator[tuple[int, dict[str, bytes] | str]]:
    """
    Line and values of each row, or why it is none.
    """
    names: dict[str, str] = {}  # by role
    with lines_of(pieces) as lines:
        for line, text in zip(count(1), lines, strict=False):
            if not text.strip():
                continue
            try:
                found = parsed(text)
            except (ValueError, RecursionError) as error:
                yield line, f"is no JSON object: {reason(error)}"
                continue
            if not names:
                columns.find(list(found), wanted, path=table.name)
                names = {role: wanted.name(role) for role in columns.ROLES}
                names |= {other: other for other in wanted.others if other not in names}
            yield (
                line,
                {role: _value(found[name]) for role, name in names.items() if name in found},
            )


def parsed(text: str) -> dict[str, Any]:
    """
    The object of a line, numbers as they are written.

    Raises:
        ValueError: It is none, or a key stands twice.
    """
    found = json.loads(
        text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once
    )
    if not isinstance(found, dict):
        raise ValueError("it is another kind of value")  # noqa: TRY004 - reported like bad syntax
    return {name.strip(): value for name, value in found.items()}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'"{twice}" stands twice')
    return found


def reason(error: Exception) -> str:
    """
    Why a line is no object.
    """
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.colno}"
    return str(error) if isinstance(error, ValueError) else "it is nested too deeply"


def _value(value: Any) -> bytes:
    if value is None:
        return b""
    if isinstance(value, bool):
        return b"true" if value else b"false"
    text = value if isinstance(value, str) else json.dumps(value)
    # A lone surrogate becomes bytes that are no UTF-8, which is found with the row that holds them.
    return text.encode("utf-8", "surrogatepass")

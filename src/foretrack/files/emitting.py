"""
Plain data as YAML text in one canonical form.

Block style, two spaces, lists of plain values between brackets, text in quotes only where it
would read back as something else, long text folded (``>-``) near a hundred columns.  Written
here, and not by the YAML library, because its two emitters fold and quote differently and
canonical bytes must not depend on which one is installed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Data = str | list["Data"] | dict[str, "Data"]


WIDTH = 100
_STEP = "  "
_NULL = frozenset({"~", "null", "Null", "NULL"})
# What can stand in a file as it is; the rest needs an escape.
_RAW = re.compile(
    r"[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*"
)
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_NOT_PLAIN = re.compile(r": |:$| #")
_NOT_IN_FLOW = re.compile(r"[,\[\]{}:?]")
_BREAK = re.compile(r"(?<=[^ ]) (?=[^ ])")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


class Inline(dict[str, Data]):
    """
    Keys and values that stand on one line, between braces.
    """


def emit(data: Mapping[str, Data]) -> str:
    """
    The text of a file; it ends with a newline.

    >>> print(emit({"tags": ["a", "b"], "note": "null"}), end="")
    tags: [a, b]
    note: 'null'
    """
    return "".join(f"{line}\n" for line in _mapping(data, ""))


def _mapping(data: Mapping[str, Data], indent: str) -> list[str]:
    lines: list[str] = []
    for key, value in data.items():
        head = f"{indent}{key}:"
        match value:
            case str():
                lines += _scalar(value, head, indent + _STEP)
            case Inline():
                pairs = [f"{name}: {_inline(item)}" for name, item in value.items()]
                lines += _between("{}", pairs, head, indent + _STEP)
            case dict():
                lines += [head, *_mapping(value, indent + _STEP)]
            case [] | [str(), *_]:
                lines += _between("[]", [*map(_inline, value)], head, indent + _STEP)
            case _:
                lines += [head, *_items(value, indent + _STEP)]
    return lines


def _items(items: Sequence[Data], indent: str) -> list[str]:
    lines: list[str] = []
    for item in items:
        if isinstance(item, dict):
            first, *rest = _mapping(item, indent + _STEP)
            lines += [f"{indent}- {first.removeprefix(indent + _STEP)}", *rest]
    return lines


def _inline(item: Data) -> str:
    return _quoted(item if isinstance(item, str) else "", flow=True)


def _between(brackets: str, texts: Sequence[str], head: str, indent: str) -> list[str]:
    """
    Values between brackets, in as few lines as the width allows.
    """
    if not texts:
        return [f"{head} {brackets}"]
    pieces = [f"{text}," for text in texts[:-1]] + [f"{texts[-1]}{brackets[1]}"]
    pieces[0] = f"{brackets[0]}{pieces[0]}"
    return _fill(pieces, f"{head} ", indent)


def _scalar(text: str, head: str, indent: str) -> list[str]:
    if "\n" in text:
        if not _literal(text):
            return [f"{head} {_escaped(text)}"]
        mark = "|" if text.endswith("\n") else "|-"
        body = text.removesuffix("\n").split("\n")
        return [f"{head} {mark}", *(f"{indent}{line}" if line else "" for line in body)]
    line = f"{head} {_quoted(text, flow=False)}"
    pieces = _BREAK.split(text)
    if len(line) <= WIDTH or len(pieces) == 1 or not _literal(text):
        return [line]
    return [f"{head} >-", *_fill(pieces, indent, indent)]


def _literal(text: str) -> bool:
    """
    Whether the lines can stand as they are: nothing to escape, no space at an end or at the start.
    """
    return bool(
        _RAW.fullmatch(text)
        and not text.startswith((" ", "\n"))
        and not text.endswith("\n\n")
        and not any(line.endswith(" ") for line in text.split("\n"))
    )


def _fill(pieces: Sequence[str], head: str, indent: str) -> list[str]:
    """
    The pieces behind the head, in as few lines as the width allows.
    """
    lines = [f"{head}{pieces[0]}"]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) <= WIDTH:
            lines[-1] += f" {piece}"
        else:
            lines.append(f"{indent}{piece}")
    return lines


def _quoted(text: str, *, flow: bool) -> str:
    """
    One line of text with the quotes it needs.
    """
    if "\n" in text or not _RAW.fullmatch(text):
        return _escaped(text)
    plain = (
        text not in _NULL
        and text == text.strip(" ")
        and text != ""
        and text[0] not in _INDICATORS
        and not _NOT_PLAIN.search(text)
        and not (flow and _NOT_IN_FLOW.search(text))
    )
    if plain:
        return text
    if "'" in text and not set(text) & {'"', "\\"}:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _escaped(text: str) -> str:
    """
    Text between double quotes, on one line whatever it holds.
    """
    return '"' + "".join(_escape(mark) for mark in text) + '"'


def _escape(mark: str) -> str:
    if mark in _ESCAPES:
        return _ESCAPES[mark]
    if _RAW.fullmatch(mark):
        return mark
    code = ord(mark)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

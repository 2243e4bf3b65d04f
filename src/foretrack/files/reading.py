"""
YAML files as trees of text, each part with its line.

A YAML library that converts values turns ``no`` into False and ``12:30`` into 750, and keeps the
last of two equal keys.  So only the parser's events are used: every scalar stays the text that
was written, and a repeated key is a problem that names both lines.  The tree is built in a loop,
not by recursion, and to a limited depth: no file can exhaust the stack or the memory.
"""

from __future__ import annotations

import os
import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from foretrack.errors import Problem
from foretrack.files.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST = 5_000_000
DEEPEST = 30
SUFFIXES = (".yaml", ".yml")

# The parser in C is about ten times as fast; both read the same language.
_Loader: Any = getattr(yaml, "CLoader", yaml.Loader)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_FORBIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_TABS = "indent with spaces, not with tabs"
# What the parser says (the one in C and the one in Python word it differently), in our words.
_HINTS = (
    ("mapping values", "a value with a colon and a space needs quotes, or the indentation is off"),
    ("cannot start any token", "a value that starts with this character needs quotes"),
    ("end of stream", "a quotation mark is not closed"),
    ("flow sequence", "a list in [ ] is not closed or lacks a comma"),
    ("flow mapping", "keys in { } are not closed or lack a comma"),
    ("escape", "unknown escape in double quotes: use single quotes"),
    ("block", "check the indentation of this line and the one before"),
    ("simple key", "a key without its colon, or a line out of place"),
)

Trail = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """
    One value.

    Attributes:
        plain: Written without quotes.
    """

    value: str
    line: int
    plain: bool = True

    @property
    def absent(self) -> bool:
        """
        Nothing, ``~`` or ``null`` without quotes.
        """
        return self.plain and self.value in _NULL


@dataclass(frozen=True, slots=True)
class Items:
    """
    A list.
    """

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Entries:
    """
    Keys and values.

    Attributes:
        entries: For each key its own line and its value.
    """

    line: int
    entries: dict[str, tuple[int, Node]] = field(default_factory=dict)


Node = Text | Items | Entries


@dataclass(frozen=True, slots=True)
class Document:
    """
    What one file holds.

    Attributes:
        path: The file as the user named it.
        root: The tree; None when the file cannot be used at all.
        problems: What the reading found.
    """

    path: str
    root: Entries | None = None
    problems: tuple[Problem, ...] = ()

    def line(self, trail: Trail) -> int:
        """
        The line of the part that the trail leads to, or of the last part that exists.
        """
        node: Node | None = self.root
        found = node.line if node else 0
        for step in trail:
            if isinstance(node, Entries) and step in node.entries:
                found, node = node.entries[str(step)]
            elif isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
                found = node.line
            else:
                break
        return found


def read(path: str | os.PathLike[str]) -> Document:
    """
    The document in a file.  Never raises: what is wrong is among its problems.
    """
    name = str(path)
    try:
        return parse(_text(Path(path)), path=name)
    except _Unusable as refusal:
        return Document(name, None, (Problem(name, refusal.line, "", refusal.reason),))


def parse(text: str, *, path: str) -> Document:
    """
    The document in a text.  Never raises: what is wrong is among its problems.
    """
    builder = _Builder(path)
    text = text.removeprefix("\ufeff")
    try:
        _refuse_unprintable(text)
        builder.feed(yaml.parse(text, Loader=_Loader))
        root = builder.finish()
    except _Unusable as refusal:
        return Document(path, None, (*builder.problems, refusal.at(path)))
    except yaml.MarkedYAMLError as error:
        return Document(path, None, (*builder.problems, _broken(error, text).at(path)))
    except yaml.YAMLError as error:
        broken = Problem(path, 0, "", f"broken YAML: {shown(str(error))}")
        return Document(path, None, (*builder.problems, broken))
    return Document(path, root, tuple(builder.problems))


class _Unusable(Exception):
    """
    The file cannot be used at all.
    """

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason

    def at(self, path: str) -> Problem:
        return Problem(path, self.line, "", self.reason)


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            os.scandir(path).close()  # one that may not be listed says so
            raise _Unusable(0, "is a directory, not a file")
        if path.exists() and not path.is_file():
            raise _Unusable(0, "is not a regular file")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise _Unusable(0, f"cannot be read: {error.strerror}") from error
    if len(data) > LARGEST:
        raise _Unusable(
            0,
            f"{size / 1e6:.1f} MB is more than the {LARGEST / 1e6:.0f} MB allowed:"
            " split it, one article to a file",
        )
    if b"\0" in data:
        raise _Unusable(0, "is a binary file, not YAML text (it holds zero bytes)")
    data = data.removeprefix(BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Unusable(
            line, f"is not UTF-8 text (byte 0x{data[error.start]:02x}): save it as UTF-8"
        ) from error


def _refuse_unprintable(text: str) -> None:
    # The two parsers report this differently, so it is found before either sees the text.
    found = _FORBIDDEN.search(text)
    if found is None:
        return
    start = found.start()
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    code = f"U+{ord(found[0]):04X}"
    raise _Unusable(
        line, f"column {column}: the control character {code} is not allowed: remove it"
    )


def _broken(error: yaml.MarkedYAMLError, text: str) -> _Unusable:
    mark = error.problem_mark or error.context_mark
    said = ", ".join(part for part in (error.context, error.problem) if part)
    hint = next((hint for part, hint in _HINTS if part in said), "the parser gave up here")
    if mark is not None and text[mark.index : mark.index + 1] == "\t":
        hint = _TABS
    at = "" if mark is None else f" at column {mark.column + 1}"
    line = 0 if mark is None else mark.line + 1
    return _Unusable(line, f"broken YAML{at}: {hint} ({shown(str(error.problem or said))})")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


class _Open:
    """
    A list or mapping whose end has not come yet.
    """

    __slots__ = ("key", "node")

    def __init__(self, node: Items | Entries) -> None:
        self.node = node
        self.key: Text | None = None


class _Builder:
    """
    Puts the parser's events together.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0
        self.unusable = False

    def problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.path, line, "", message))

    def feed(self, events: Iterable[Any]) -> None:
        """
        Take every event.
        """
        for event in events:
            match event:
                case yaml.ScalarEvent():
                    self.check(event)
                    line = _line(event)
                    self.add(Text(event.value, line, not event.style))
                case yaml.MappingStartEvent():
                    self.check(event)
                    self.enter(Entries(_line(event)))
                case yaml.SequenceStartEvent():
                    self.check(event)
                    self.enter(Items(_line(event)))
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self.add(self.open.pop().node)
                case yaml.AliasEvent():
                    line = _line(event)
                    self.unusable = True
                    self.problem(
                        line, f"the alias *{shown(str(event.anchor))} is not allowed: write it out"
                    )
                    self.add(Text("", line))
                case yaml.DocumentStartEvent():
                    self.documents += 1
                    if self.documents > 1:
                        line = _line(event)
                        raise _Unusable(line, "a second document starts here: one to a file")

    def check(self, event: Any) -> None:
        """
        Report anchors and tags: what they stand for could not be read as plain text.
        """
        if event.anchor is not None:
            line = _line(event)
            self.problem(line, f"the anchor &{shown(event.anchor)} is not allowed: remove it")
        if event.tag is not None:
            line = _line(event)
            self.unusable = True
            self.problem(line, f"the tag {shown(event.tag)} is not allowed: write the plain value")

    def enter(self, node: Items | Entries) -> None:
        """
        Start a list or mapping.
        """
        if len(self.open) >= DEEPEST:
            raise _Unusable(node.line, f"nested more than {DEEPEST} deep")
        self.open.append(_Open(node))

    def add(self, node: Node) -> None:
        """
        Put a finished part where it belongs.
        """
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent.node, Items):
            parent.node.items.append(node)
        elif parent.key is not None:
            self.put(parent.node, parent.key, node)
            parent.key = None
        elif isinstance(node, Text):
            parent.key = node
        else:
            raise _Unusable(node.line, "a key must be text, here it is a list or mapping")

    def put(self, parent: Entries, key: Text, node: Node) -> None:
        """
        Keep the first of two equal keys and report the second.
        """
        if key.value in parent.entries:
            first = parent.entries[key.value][0]
            self.problem(
                key.line, f"the key {shown(key.value)} stands here again, first in line {first}"
            )
        else:
            parent.entries[key.value] = (key.line, node)

    def finish(self) -> Entries | None:
        """
        The tree of the one document.
        """
        if self.root is None or (isinstance(self.root, Text) and self.root.absent):
            raise _Unusable(0, "the file is empty")
        if not isinstance(self.root, Entries):
            kind = "a list" if isinstance(self.root, Items) else "plain text"
            raise _Unusable(self.root.line, f"needs keys and values at the top, found {kind}")
        return None if self.unusable else self.root

"""
YAML as a tree of text with lines, by both parsers, and files that cannot be used.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from foretrack.errors import InvalidInput
from foretrack.files import reading
from foretrack.files.gathering import gather
from foretrack.files.reading import Document, Entries, Items, Text, parse, read
from permissions import unprivileged

if TYPE_CHECKING:
    from pathlib import Path


def messages(document: Document) -> list[str]:
    return [str(problem) for problem in document.problems]


@pytest.fixture(params=["fast", "pure"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The parser in C where it is installed, and the one in Python.
    """
    if request.param == "pure":
        monkeypatch.setattr(reading, "_Loader", yaml.Loader)


class TestTree:
    def test_text(self) -> None:
        """
        Every value stays the text that was written, on its own line.
        """
        document = parse("a: no\nb: 12:30\nc: 2024-05-28\nd: 'null'\ne: 0x1F\n", path="x")

        expected = Entries(
            1,
            {
                "a": (1, Text("no", 1)),
                "b": (2, Text("12:30", 2)),
                "c": (3, Text("2024-05-28", 3)),
                "d": (4, Text("null", 4, plain=False)),
                "e": (5, Text("0x1F", 5)),
            },
        )
        assert Document("x", expected) == document

    def test_nested(self) -> None:
        """
        Lists and mappings keep their order and lines.
        """
        document = parse("a:\n  - b: {c: d}\n  - [e]\n", path="x")

        inner = Entries(2, {"b": (2, Entries(2, {"c": (2, Text("d", 2))}))})
        expected = Entries(1, {"a": (1, Items(2, [inner, Items(3, [Text("e", 3)])]))})
        assert expected == document.root

    @pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
    def test_absent(self, text: str) -> None:
        """
        Nothing, ~ and null are absent unless they stand in quotes.
        """
        root = parse(f"a: {text}\nb: '{text}'\n", path="x").root
        assert root is not None
        plain, quoted = root.entries["a"][1], root.entries["b"][1]

        assert isinstance(plain, Text)
        assert isinstance(quoted, Text)
        assert (plain.absent, quoted.absent) == (True, False)

    def test_line(self) -> None:
        """
        A trail leads to the line of its last part that exists.
        """
        document = parse("a:\n  - b: 1\n    c:\n      d: 2\n", path="x")

        assert document.line(()) == 1
        assert document.line(("a",)) == 1
        assert document.line(("a", 0, "c", "d")) == 4
        assert document.line(("a", 0, "c", "e")) == 3
        assert document.line(("a", 7)) == 1

    def test_byte_order_mark(self, tmp_path: Path) -> None:
        """
        A byte order mark and Windows line ends make no difference.
        """
        path = tmp_path / "x.yaml"
        path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")

        assert read(path).root == parse("a: 1\nb: 2\n", path="x").root


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", ["x: the file is empty"]),
            ("# only this\n", ["x: the file is empty"]),
            ("---\n", ["x: the file is empty"]),
            ("a\n", ["x:1: needs keys and values at the top, found plain text"]),
            ("\n- a\n", ["x:2: needs keys and values at the top, found a list"]),
            ("a: 1\nb: 2\na: 3\n", ["x:3: the key a stands here again, first in line 1"]),
            ("a: &b 1\n", ["x:1: the anchor &b is not allowed: remove it"]),
            ("a: *b\n", ["x:1: the alias *b is not allowed: write it out"]),
            ("a: !b 1\n", ["x:1: the tag !b is not allowed: write the plain value"]),
            ("a: 1\n---\nb: 2\n", ["x:2: a second document starts here: one to a file"]),
            ("? [a]\n: b\n", ["x:1: a key must be text, here it is a list or mapping"]),
            (
                "a: b\nc: \x1b[31m\n",
                ["x:2: column 4: the control character U+001B is not allowed: remove it"],
            ),
        ],
    )
    def test_text(self, text: str, expected: list[str]) -> None:
        """
        Each has its line and says what to do.
        """
        assert expected == messages(parse(text, path="x"))

    @pytest.mark.parametrize(
        ("text", "beginning"),
        [
            ("a: b: c\n", "x:1: broken YAML at column 5: a value with a colon and a space needs"),
            ("a: 'b\n", "x:2: broken YAML at column 1: a quotation mark is not closed ("),
            ("a: @b\n", "x:1: broken YAML at column 4: a value that starts with this character"),
            ("a: [b\nc: d", "x:2: broken YAML at column 2: a list in [ ] is not closed or lacks"),
        ],
    )
    def test_broken(self, text: str, beginning: str) -> None:
        """
        Broken YAML is one problem with line and column, in words that help.
        """
        (problem,) = messages(parse(text, path="x"))

        assert problem.startswith(beginning)

    @pytest.mark.parametrize(
        "text",
        [
            "article:\n\tid: b1\n",
            "a: b\n\tc: d\n",
            "a:\n  b: 1\n\tc: 2\n",
            "a:\n  \tb: 1\n",
            "a:\n  - b\n\t- c\n",
            "é: ü\nb:\n\tc: 1\n",
        ],
    )
    def test_tabs(self, text: str) -> None:
        """
        Indentation by tabs is called that, however the parser words it.
        """
        (problem,) = messages(parse(text, path="x"))

        assert ": indent with spaces, not with tabs (" in problem

    @pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000])
    def test_depth(self, text: str) -> None:
        """
        Hostile nesting is refused and does not exhaust the stack.
        """
        assert messages(parse(text, path="x")) == ["x:1: nested more than 30 deep"]

    def test_keys_are_inert(self) -> None:
        """
        What a message quotes cannot reach the terminal.
        """
        document = parse('"\\e[31m": 1\n"\\e[31m": 2\n', path="x")

        assert messages(document) == ["x:2: the key \\x1b[31m stands here again, first in line 1"]

    @given(st.text(st.characters(codec="utf-8"), max_size=200))
    def test_anything(self, text: str) -> None:
        """
        Whatever the text, reading gives a tree or a problem and never raises.
        """
        document = parse(text, path="x")

        assert document.root is not None or document.problems


class TestFiles:
    def test_binary(self, tmp_path: Path) -> None:
        """
        Zero bytes and other encodings are named.
        """
        zero, latin = tmp_path / "zero.yaml", tmp_path / "latin.yaml"
        zero.write_bytes(b"a: \x00\n")
        latin.write_bytes(b"a: 1\nb: caf\xe9\n")

        assert messages(read(zero)) == [
            f"{zero}: is a binary file, not YAML text (it holds zero bytes)"
        ]
        assert messages(read(latin)) == [
            f"{latin}:2: is not UTF-8 text (byte 0xe9): save it as UTF-8"
        ]

    def test_large(self, tmp_path: Path) -> None:
        """
        A file over the limit is refused with its size, the limit and what to do.
        """
        path = tmp_path / "large.yaml"
        path.write_bytes(b"")
        os.truncate(path, 50_000_000)

        assert messages(read(path)) == [
            f"{path}: 50.0 MB is more than the 5 MB allowed: split it, one article to a file"
        ]

    def test_no_file(self, tmp_path: Path) -> None:
        """
        A directory, a missing file and a pipe are no files to read.
        """
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)

        assert messages(read(tmp_path)) == [f"{tmp_path}: is a directory, not a file"]
        assert messages(read(tmp_path / "x")) == [
            f"{tmp_path / 'x'}: cannot be read: No such file or directory"
        ]
        assert messages(read(pipe)) == [f"{pipe}: is not a regular file"]

    def test_forbidden(self, open_folder: Path) -> None:
        """
        A file that must not be read says so.
        """
        path = open_folder / "x.yaml"
        path.touch(mode=0)

        with unprivileged():
            found = read(path)
        assert messages(found) == [f"{path}: cannot be read: Permission denied"]


class TestGather:
    def test_directory(self, tmp_path: Path) -> None:
        """
        YAML files below a directory, sorted, without what is hidden; each once.
        """
        for name in ("b/x.yaml", "b/y.yml", "a.yaml", ".hidden/z.yaml", "b/.z.yaml", "c.txt"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).touch()

        expected = [tmp_path / "a.yaml", tmp_path / "b/x.yaml", tmp_path / "b/y.yml"]
        assert expected == gather([tmp_path])
        assert expected == gather([tmp_path / "a.yaml", tmp_path])
        assert [tmp_path / "c.txt"] == gather([tmp_path / "c.txt"])

    def test_links_to_directories(self, tmp_path: Path) -> None:
        """
        They are followed, in circles, too; each file comes once, by its own name where it has one.
        """
        for name in ("in/b/x.yaml", "out/y.yaml", "out/deep/z.yaml"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        top = tmp_path / "in"
        (top / "a").symlink_to(top / "b")
        (top / "b" / "up").symlink_to(top)
        (top / "articles").symlink_to(tmp_path / "out")
        (tmp_path / "out" / "back").symlink_to(tmp_path / "out")
        (top / ".hidden").symlink_to(tmp_path)

        expected = [top / "articles/deep/z.yaml", top / "articles/y.yaml", top / "b/x.yaml"]
        assert expected == gather([top])
        assert expected == gather([top, tmp_path / "out"])

    def test_a_link_to_itself(self, tmp_path: Path) -> None:
        """
        A file that is a link in a circle is among the files, and reading it says what it is.
        """
        path = tmp_path / "x.yaml"
        path.symlink_to(path)

        assert [path] == gather([tmp_path])
        assert [path] == gather([path])
        assert messages(read(path)) == [
            f"{path}: cannot be read: Too many levels of symbolic links"
        ]

    def test_what_may_not_be_looked_at(self, open_folder: Path) -> None:
        """
        A file in a folder that may not be entered, and a folder that may not be listed.
        """
        closed = open_folder / "closed"
        closed.mkdir(mode=0)

        with unprivileged():
            (file,) = gather([closed / "x.yaml"])
            (folder,) = gather([open_folder])
            said = [*messages(read(file)), *messages(read(folder))]
        assert said == [
            f"{closed / 'x.yaml'}: cannot be read: Permission denied",
            f"{closed}: cannot be read: Permission denied",
        ]

    def test_long_name(self, tmp_path: Path) -> None:
        """
        A name that no file can have is refused with the system's reason.
        """
        path = tmp_path / f"{'a' * 300}.yaml"

        assert [path] == gather([path])
        assert messages(read(path)) == [f"{path}: cannot be read: File name too long"]

    def test_nothing(self, tmp_path: Path) -> None:
        """
        A missing path and a directory without YAML are both named.
        """
        (tmp_path / "empty").mkdir()

        with pytest.raises(InvalidInput) as raised:
            gather([tmp_path / "empty", tmp_path / "missing"])

        assert [str(problem) for problem in raised.value.problems] == [
            f"{tmp_path / 'empty'}: no YAML file (*.yaml, *.yml) in here",
            f"{tmp_path / 'missing'}: no such file or directory",
        ]

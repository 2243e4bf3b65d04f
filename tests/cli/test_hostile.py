"""
Names that are attacks, through every command in every format: shown, and inert.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import click
import pytest
from icalendar import Calendar

from commandline import Shell
from dossiers import HOSTILE, hostile, write
from foretrack.cli import main
from foretrack.db.engine import make_engine
from foretrack.db.place import url_of
from foretrack.report.text import inert, unseen
from pages import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WEEK = "2026-W47"

READING: tuple[tuple[str, ...], ...] = (
    ("due",), ("due", "--within", "9999d", "--all"),
    ("scorecard",), ("scorecard", "s0"), ("scorecard", "--by", "horizon"),
    ("calibration",), ("calibration", "s0"), ("calibration", "s0", "--items"),
    ("calibration", "--by", "horizon"),
    ("compare", "s0", "s1"), ("compare", "--all"), ("watch",), ("watch", "s0"),
    ("phrases",), ("phrases", "s0"), ("report",),
    ("review agenda",), ("review list",), ("review show", WEEK),
    ("list", "sources"), ("list", "articles"), ("list", "questions"), ("list", "claims"),
    ("show", "s0"), ("show", "a0"), ("show", "q0"), ("show", "c0-0"), ("show", "u0"),
    ("log",), ("log", "q0"), ("verify",), ("where",), ("db status",), ("lexicon",),
    ("check", "files"), ("import", "files", "--dry-run"), ("score", "table.csv"),
)  # fmt: skip
"""
Commands that read, with what they are given.  All have --format.
"""

NAMED = (
    ("due", "--all"), ("scorecard",), ("scorecard", "s0"), ("compare", "s0", "s1"), ("watch",),
    ("report",), ("review agenda",), ("list", "sources"), ("list", "questions"),
    ("list", "claims"), ("show", "s0"), ("show", "q0"), ("show", "c0-0"), ("score", "table.csv"),
)  # fmt: skip
"""
Commands that certainly print a name or a statement of the record.
"""

REFUSING = ("check", "import")
"""
Commands that refuse such names, and say so.
"""

PAGES = {("scorecard", "s0", "csv")}
"""
What has no such format: a page is no table of rows.
"""


def formats() -> dict[str, list[str]]:
    """
    Command -> its formats.
    """
    return {
        name: list(option.type.choices)
        for name, command in _commands(main, "")
        for option in command.params
        if option.name == "form" and isinstance(option.type, click.Choice)
    }


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command, info_name=name)
    for each in command.list_commands(context):
        found = command.get_command(context, each)
        assert found is not None
        yield from _commands(found, f"{name} {each}".strip())


CASES = [
    pytest.param(words, form, id=f"{' '.join(words)} as {form}")
    for words in READING
    for form in formats()[words[0]]
    if (*words, form) not in PAGES
]


@pytest.fixture(scope="module")
def place(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A folder with a hostile record in a database, in files, and in a table.
    """
    folder = tmp_path_factory.mktemp("hostile")
    path = folder / "hostile.sqlite"
    shutil.copyfile(template, path)
    write(make_engine(url_of(path)), hostile()).dispose()
    run = Shell(FORETRACK_DB=str(path), FORETRACK_TODAY="2026-11-21")
    run("review", "start", "--attending", HOSTILE)
    run.done("review", "list")
    if "no review" in run.done("review", "list"):  # a name that acts may be refused
        run.done("review", "start", "--attending", "=cmd() <script>")
    run("review", "note", "=cmd() <script> \u202e")
    run.done("review", "action", "=cmd() <script>", "--who", "=cmd()")
    run.done("review", "close")
    run.done("export", folder / "files")
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(["source", "probability", "outcome"])
        rows.writerows([[name, p, y] for name in (HOSTILE, "=cmd()") for p, y in
                        ((0.8, "yes"), (0.3, "no"), (0.6, "no"))])  # fmt: skip
    return folder


@pytest.fixture
def attacked(place: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """
    Runs commands on the hostile record.
    """
    monkeypatch.chdir(place)
    return Shell(FORETRACK_DB=str(place / "hostile.sqlite"))


def acting(text: str) -> set[str]:
    """
    The characters that a terminal, a browser or an editor would act on.
    """
    return {char for char in text if unseen(char) and char != "\n"}


def strings(document: Any) -> Iterator[str]:
    """
    Every text in a document.
    """
    if isinstance(document, str):
        yield document
    elif isinstance(document, dict):
        for key, value in document.items():
            yield key
            yield from strings(value)
    elif isinstance(document, list):
        for value in document:
            yield from strings(value)


def assert_inert(text: str, form: str) -> None:
    """
    Nothing in an output acts on whatever usually shows it.
    """
    if form == "ics":
        assert acting(text.replace("\r\n", "\n")) == set()
        assert Calendar.from_ical(text)
        return
    assert acting(text) == set()
    if form == "json":
        json.loads(text)
    elif form == "html":
        page = read(text)
        for name in ("script", "img", "iframe", "object", "form", "link"):
            assert page.every(name) == []
        for one in page.walk():
            assert not [key for key in one.attributes if key.startswith("on")]
            assert not one.attributes.get("href", "").startswith(("javascript:", "data:"))
    elif form == "markdown":
        assert "<" not in text.replace("\\<", "").replace("&lt;", "")
    elif form == "csv":
        for line in csv.reader(io.StringIO(text)):
            for cell in line:
                formula = cell.lstrip().startswith(("=", "+", "-", "@"))
                assert not formula or re.fullmatch(r"-?[0-9.e+-]+", cell), cell


class TestReading:
    def test_every_command(self) -> None:
        """
        No command that has formats is left out.
        """
        assert {words[0] for words in READING} == set(formats())

    @pytest.mark.parametrize(("words", "form"), CASES)
    def test_inert(self, attacked: Shell, words: tuple[str, ...], form: str) -> None:
        """
        The output is what its format promises, and nothing in it acts.
        """
        command, *rest = words
        said = attacked(*command.split(), *rest, "--format", form)

        assert said.code == (3 if command in REFUSING else 0), said.err[:500]
        assert acting(said.err) == set()
        if said.out or command not in REFUSING:
            assert_inert(said.out, form)

    @pytest.mark.parametrize("words", NAMED)
    def test_shown(self, attacked: Shell, words: tuple[str, ...]) -> None:
        """
        The attack did arrive, in every format, as text.
        """
        command, *rest = words
        for form in formats()[command]:
            if (*words, form) in PAGES or form == "ics":
                continue
            out = attacked.done(*command.split(), *rest, "--format", form)
            assert "cmd()" in "".join(out.split()), form

    def test_to_the_letter(self, attacked: Shell) -> None:
        """
        A program gets the very name; only its spelling in the document is harmless.
        """
        for words in (("list", "sources"), ("scorecard",), ("due", "--all")):
            out = attacked.done(*words, "--format", "json")
            assert any(HOSTILE in text for text in strings(json.loads(out)))

    def test_not_to_the_letter(self, attacked: Shell) -> None:
        """
        A person gets the name with its control characters spelled out.
        """
        escaped = inert("\x1b[31mred \u202etxt.exe")
        for words in (("list", "sources"), ("show", "s0")):
            assert escaped in " ".join(attacked.done(*words).split())


class TestElsewhere:
    def test_summary(self, attacked: Shell) -> None:
        """
        The day at a glance.
        """
        assert acting(attacked.done()) == set()

    def test_calendar(self, attacked: Shell) -> None:
        """
        The calendar's entries have the escapes and no line of their own.
        """
        out = attacked.done("review", "calendar")

        assert_inert(out, "ics")
        events = Calendar.from_ical(out).walk("VEVENT")
        assert any(r"\x1b[31mred \u202etxt.exe" in str(one["summary"]) for one in events)

    def test_writing(self, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        What commands that write say, on either stream, whether they do it or refuse.
        """
        monkeypatch.chdir(tmp_path)
        path = tmp_path / "copy.sqlite"
        shutil.copyfile(place / "hostile.sqlite", path)
        run = Shell(FORETRACK_DB=str(path))
        shown = []
        for words in (
            ("resolve", "q29", "no", "--evidence", HOSTILE, "--yes"),
            ("resolve", "q28", "no", "--evidence", "Table", "--note", HOSTILE, "--yes"),
            ("resolve", HOSTILE, "no"),
            ("reopen", "q0", "--reason", HOSTILE, "--yes"),
            ("withdraw", "u0", "--reason", HOSTILE, "--yes"),
            ("review", "start", "--attending", HOSTILE),
            ("review", "note", HOSTILE),
            ("review", "action", HOSTILE, "--who", HOSTILE),
            ("review", "close"),
            ("export", "out"),
            ("check", "out"),
            ("import", "out"),
            ("scorecard", HOSTILE),
            ("show", HOSTILE),
            ("lexicon", "--phrase", HOSTILE),
            (HOSTILE,),
        ):
            said = run(*words)
            assert acting(said.out) == set(), words
            assert acting(said.err) == set(), words
            shown.append(said.out + said.err)
        assert "cmd()" in "".join(shown)

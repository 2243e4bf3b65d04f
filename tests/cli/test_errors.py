"""
What bad input gets: one clear message on stderr, the documented exit code, nothing stored.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from commandline import TRACEBACK, Said, Shell
from foretrack.db import engine as engines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Head = Callable[[Shell], tuple[int, str]]

_DROP = """\
import os, sys
from contextlib import redirect_stderr, redirect_stdout
from foretrack.cli import main
copy, closed, *arguments = sys.argv[1:]
with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
    os.chdir(copy)
    try:
        main(arguments, prog_name="foretrack")
    except SystemExit:
        pass
os.chdir(closed)
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
main(arguments, prog_name="foretrack")
"""


def change(folder: Path, old: str, new: str) -> Path:
    """
    Change the small record's article.
    """
    path = folder / "articles" / "outlook-2025.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


class TestFiles:
    MISTAKES = (
        ("broken", "title: Outlook", "title: 'Outlook", "a quotation mark is not closed"),
        ("unknown key", "phrase: likely", "phrse: likely", "phrase"),
        ("repeated key", "phrase: likely", "phrase: likely\n    phrase: will", "again"),
        (
            "repeated id", "id: outlook-2025-drought", "id: outlook-2025-frost",
            "claim outlook-2025-frost stands in",
        ),
        ("impossible date", "closes: 2025-12-31", "closes: 2025-02-29", "2025-02-29"),
        ("no date", "closes: 2025-12-31", "closes: soon", "soon"),
        ("closes before it opens", "closes: 2025-12-31", "closes: 2024-12-31", "2024-12-31"),
        ("probability", "phrase: likely", "probability: 1.5", "1.5"),
        ("negative probability", "phrase: likely", "probability: -0.1", "-0.1"),
        ("unknown phrase", "phrase: likely", "phrase: liekly", "likely"),
        ("unknown source", "source: weather-office", "source: wether-office", "weather-office"),
        ("escape", "title: Outlook", 'title: "\\x1b[31mOutlook"', "control character"),
    )  # fmt: skip

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [mistake[1:] for mistake in MISTAKES],
        ids=[mistake[0] for mistake in MISTAKES],
    )
    def test_mistake(
        self, small: Shell, folder: Path, head: Head, old: str, new: str, message: str
    ) -> None:
        """
        Check and import refuse it alike, name file and line, and store nothing.
        """
        before = head(small)
        path = change(folder, old, new)
        said = small.refused(3, "check", folder)

        assert f"{path}:" in said
        assert message in said
        refused = small.refused(3, "import", folder, "--accept-changes")
        assert refused.startswith(said.rstrip())  # and that nothing was stored
        assert head(small) == before

    def test_closes_before_publication(self, small: Shell, folder: Path) -> None:
        """
        A window that is over before the article appeared.
        """
        change(folder, "closes: 2025-12-31", "closes: 2024-06-30")
        change(folder, "opens: 2025-01-01", "opens: 2024-01-01")

        assert "2024-06-30" in small.refused(3, "import", folder)

    def test_every_bad_file(self, run: Shell, repository: Path, head: Head) -> None:
        """
        Whatever the tests of the files hold to be wrong, the import refuses without a trace.
        """
        before = head(run)
        paths = sorted((repository / "tests" / "files" / "bad").glob("*.yaml"))
        assert len(paths) > 20
        for path in paths:
            said = run("import", path)
            assert said.code in (0, 3, 4), said  # 0: warnings only
            assert TRACEBACK not in said.err
            if said.code:
                assert (said.out, said.err.startswith("foretrack: ")) == ("", True), path
                assert head(run) == before, path
            else:
                assert said.err.startswith("warning: "), path
                before = head(run)

    CONTENTS = (
        ("empty", b"", "the file is empty"),
        ("comment", b"# nothing\n", "the file is empty"),
        ("binary", bytes(range(256)) * 8, "binary file"),
        ("image", b"\x89PNG\r\n\x1a\n" + bytes(50), "binary file"),
        ("other encoding", "title: é".encode("latin-1"), "not UTF-8"),
        ("text", b"just words", "plain text"),
        ("list", b"- 1\n- 2\n", "a list"),
        ("deep", b"[" * 100_000, "nested"),
        ("laughs", b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "not allowed"),
        ("object", b"article: !!python/object/apply:os.system [ls]\n", "not allowed"),
        ("two documents", b"a: 1\n---\nb: 2\n", "second document"),
    )

    @pytest.mark.parametrize(
        ("content", "message"),
        [content[1:] for content in CONTENTS],
        ids=[content[0] for content in CONTENTS],
    )
    def test_content(
        self, run: Shell, tmp_path: Path, head: Head, content: bytes, message: str
    ) -> None:
        """
        What is no record at all.
        """
        before = head(run)
        path = tmp_path / "x.yaml"
        path.write_bytes(content)

        assert message in run.refused(3, "check", path)
        assert message in run.refused(3, "import", path)
        assert head(run) == before

    def test_large(self, run: Shell, tmp_path: Path) -> None:
        """
        50 MB are refused by their size, before they are read.
        """
        path = tmp_path / "x.yaml"
        with path.open("wb") as file:
            file.truncate(50_000_000)

        message = run.refused(3, "check", path)
        assert "50.0 MB is more than the 5 MB allowed" in message
        assert run.refused(3, "import", path) == message

    def test_paths(self, run: Shell, tmp_path: Path) -> None:
        """
        A folder without YAML, and a path that is not there, both named at once.
        """
        (tmp_path / "empty").mkdir()
        message = run.refused(3, "import", "empty", "missing")

        assert "empty: no YAML file" in message
        assert "missing: no such file or directory" in message
        assert "2 problems; nothing was stored" in message
        assert "PATHS" in run.refused(2, "check")

    def test_special_files(self, run: Shell, tmp_path: Path) -> None:
        """
        A pipe that nobody writes to is not waited for.
        """
        os.mkfifo(tmp_path / "pipe.yaml")

        said = run.program("check", tmp_path / "pipe.yaml")
        assert (said.code, TRACEBACK in said.err) == (3, False)

    def test_export_onto_a_file(self, run: Shell, tmp_path: Path) -> None:
        """
        An export goes into a folder.
        """
        (tmp_path / "file").write_text("x")
        run.refused(2, "export", tmp_path / "file")
        assert "cannot be written" in run.refused(1, "export", tmp_path / "file" / "below")


class TestDatabase:
    READERS = ("due", "list", "show gruzer", "log", "scorecard", "scorecard gruzer", "calibration",
               "verify", "db status", "db upgrade", "resolve x no", "reopen x", "import .",
               "condition x met", "withdraw x --reason y", "export out")  # fmt: skip

    @pytest.mark.parametrize("words", READERS)
    def test_missing(self, run: Shell, words: str, repository: Path, tmp_path: Path) -> None:
        """
        Every command refuses a database that is not there, says how to make it, and makes none.
        """
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(repository / "forecasts")
            message = run.refused(4, *words.split(), "--db", tmp_path / "missing.sqlite")

        assert "`foretrack init` makes one" in message
        assert not Path(tmp_path / "missing.sqlite").exists()
        assert not (repository / "forecasts" / "out").exists()

    def test_files_that_are_none(self, run: Shell, tmp_path: Path) -> None:
        """
        Text, an empty file, a folder, somebody else's database: each is told apart.
        """
        text, empty, other = (tmp_path / name for name in ("text", "empty", "other.sqlite"))
        text.write_text("hello")
        empty.touch()
        connection = sqlite3.connect(other)
        connection.execute("CREATE TABLE mine (x)")
        connection.commit()
        connection.close()

        assert "is not a SQLite database" in run.refused(4, "due", "--db", text)
        assert "is empty (0 bytes)" in run.refused(4, "due", "--db", empty)
        assert "is a folder" in run.refused(4, "due", "--db", tmp_path)
        assert "is not a foretrack database" in run.refused(4, "due", "--db", other)
        for path in (text, other, tmp_path):
            run.refused(4, "init", "--db", path)
        assert text.read_text() == "hello"

    def test_init_does_not_lead_back_to_init(self, run: Shell, tmp_path: Path) -> None:
        """
        Who asks for a database where there is another file is told what to do instead.
        """
        unfinished = tmp_path / "unfinished.sqlite"
        connection = sqlite3.connect(unfinished)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.close()

        message = run.refused(4, "init", "--db", unfinished)
        assert "name another place (--db) or move that file away" in message
        assert "`foretrack init`" not in message
        assert "`foretrack --db NEWFILE init` makes a new one" in run.refused(
            4, "due", "--db", unfinished
        )

    def test_links_that_lead_nowhere(self, run: Shell, tmp_path: Path) -> None:
        """
        A link to nothing is no file in the way: it is named with where it points.
        """
        (tmp_path / "gone.sqlite").symlink_to("nobody/here.sqlite")
        (tmp_path / "one.sqlite").symlink_to("other.sqlite")
        (tmp_path / "other.sqlite").symlink_to("one.sqlite")
        for name, target in (("gone", "nobody/here"), ("one", "other")):
            said = f"{name}.sqlite is a link that leads nowhere: it points to {target}.sqlite"
            for words in ("init", "due", "db status", "db upgrade"):
                assert f"foretrack: {said}; " in run.refused(
                    4, *words.split(), "--db", f"{name}.sqlite"
                )
            assert said in run.done("where", "--db", f"{name}.sqlite")
            told = run("where", "--db", f"{name}.sqlite", "--format", "json").json()
            assert told["exists"] is False
        assert not (tmp_path / "nobody").exists()

    @pytest.mark.parametrize("words", ["due", "init", "db upgrade", "verify", ""])
    def test_pipe(self, run: Shell, tmp_path: Path, words: str) -> None:
        """
        A pipe is not waited for.
        """
        os.mkfifo(tmp_path / "pipe")
        said = run.program("--db", tmp_path / "pipe", *words.split())

        assert (said.code, TRACEBACK in said.err) == (4, False)
        assert "is a device or a pipe" in said.err or "is no file" in said.err

    def test_damaged(self, run: Shell, record: Path) -> None:
        """
        A file that is cut off is said to be damaged.
        """
        record.write_bytes(record.read_bytes()[:20_000])

        run.refused(4, "list", "claims")

    ADDRESSES = (
        "foo://bar",
        "mysql://me:secret@host/x",
        "http://[",
        "sqlite://",
        "sqlite:///:memory:",
        ":memory:",
        "sqlite:///record.sqlite?mode=ro",
        "sqlite:///file:record.sqlite?uri=true",
        "postgresql://me:secret@host:port/x",
        "postgresql+nothing://me:secret@host/x",
        "~nobody-of-this-name/x",
        "x" * 300,
        "",
    )

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_addresses(self, run: Shell, address: str) -> None:
        """
        What is no address is refused, without its password.
        """
        for words in ("due", "init", "db status", "db upgrade"):
            assert "secret" not in run.refused(4, *words.split(), "--db", address)
        said = run("where", "--db", address)
        assert said.code in (0, 4)
        assert "secret" not in said.out + said.err

    def test_locked(
        self, run: Shell, record: Path, head: Head, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        While another program writes, a reader reads and a writer is refused after a while.
        """
        before = head(run)
        monkeypatch.setattr(engines, "make_engine", partial(engines.make_engine, busy_seconds=0.1))
        other = sqlite3.connect(record, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        assert run.done("due")
        message = run.refused(4, "resolve", "dprk-nuclear", "no", "--evidence", "E")
        assert "is locked by another program" in message
        other.execute("ROLLBACK")
        other.close()
        assert head(run) == before

    def test_waiting(self, run: Shell, record: Path, head: Head) -> None:
        """
        A writer that waits for a lock says so after a second, and goes on when it is let in.
        """
        other = sqlite3.connect(record, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(2.5, lambda: other.execute("ROLLBACK"))
        release.start()
        words = ("resolve", "dprk-nuclear", "no", "--evidence", "E")
        said = run.program(*words)
        release.join()
        other.close()

        assert (said.code, "recorded dprk-nuclear-test-by-2026-10-1\n" in said.out) == (0, True)
        assert said.err == (
            f"foretrack: {record} is locked by another program; waiting up to 9 seconds\n"
        )

    def test_locked_for_good(self, run: Shell, record: Path, head: Head) -> None:
        """
        Then comes the error; whoever locks everything is waited for by readers too.
        """
        before = head(run)
        script = (
            "import sys; from foretrack.db import engine; engine.BUSY_SECONDS = 2.0;"
            "engine.make_engine.__kwdefaults__['busy_seconds'] = 2.0;"
            "from foretrack.cli import main; main(sys.argv[1:])"
        )
        for mode, words in (
            ("BEGIN IMMEDIATE", ("resolve", "dprk-nuclear", "no", "--evidence", "E")),
            ("BEGIN EXCLUSIVE", ("due",)),
        ):
            other = sqlite3.connect(record, isolation_level=None)
            if mode == "BEGIN EXCLUSIVE":
                other.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.execute(mode)
            other.execute("SELECT * FROM journal").fetchall()
            said = run.program(*words, wrapper=(sys.executable, "-c", script))
            other.close()

            waiting, error = said.err.splitlines()
            assert said.code == 4
            assert waiting.endswith("is locked by another program; waiting up to 1 seconds")
            assert "is locked by another program that is writing; nothing was changed" in error
        assert head(run) == before

    def test_tables_are_missing(self, run: Shell, record: Path) -> None:
        """
        A database of ours without its tables gives a message, not a trace.
        """
        connection = sqlite3.connect(record)
        connection.execute("DROP TABLE claim")
        connection.commit()
        connection.close()

        assert "claim" in run.refused(4, "list", "claims")


class TestPermissions:
    """
    Who may do everything is refused nothing: these run as somebody else.
    """

    @pytest.fixture
    def closed(self, record: Path) -> Iterator[Path]:
        """
        The record in a folder where a stranger may look and change nothing.
        """
        with tempfile.TemporaryDirectory(prefix="foretrack-closed-") as name:
            top = Path(name)
            shutil.copyfile(record, top / "record.sqlite")
            (top / "record.sqlite").chmod(0o444)
            top.chmod(0o555)
            yield top
            top.chmod(0o755)

    @pytest.fixture
    def stranger(self, run: Shell, closed: Path, tmp_path: Path) -> Callable[..., Said]:
        """
        Runs a command in that folder as a user without rights.

        It runs first by itself in a copy of the folder: so all modules are loaded before the
        rights are gone, wherever Python is installed.
        """
        if os.geteuid() != 0:
            pytest.skip("only root can become somebody without rights")

        def as_stranger(*arguments: str) -> Said:
            copy = tmp_path / "copy"
            shutil.rmtree(copy, ignore_errors=True)
            copy.mkdir()
            for path in closed.iterdir():
                shutil.copyfile(path, copy / path.name)
            return run.program(
                *arguments, wrapper=(sys.executable, "-c", _DROP, str(copy), str(closed))
            )

        return as_stranger

    def test_read_only_folder(self, stranger: Callable[..., Said], closed: Path) -> None:
        """
        Nothing can be written: the message says where, and nothing was changed.
        """
        held = (closed / "record.sqlite").read_bytes()
        for arguments in (
            ("resolve", "dprk-nuclear", "no", "--evidence", "E", "--db", "record.sqlite"),
            ("init", "--db", "new.sqlite"),
            ("init", "--db", "new/folder/x.sqlite"),
        ):
            said = stranger(*arguments)
            assert (said.code, said.err.count("\n")) == (4, 1), said
            assert "cannot write" in said.err
        said = stranger("export", "out", "--db", "record.sqlite")
        assert said.code in (1, 4)
        assert TRACEBACK not in said.err
        assert (closed / "record.sqlite").read_bytes() == held
        assert [path.name for path in closed.iterdir()] == ["record.sqlite"]

    def test_files_in_a_read_only_folder(self, stranger: Callable[..., Said], closed: Path) -> None:
        """
        Nor can an article be added there: the file is named, and nothing is half written.
        """
        closed.chmod(0o755)
        (closed / "essay.txt").write_text("Rain is likely.")
        closed.chmod(0o555)
        said = stranger("add", "article", "essay.txt", "--source", "ann", "--source-name", "Ann",
                        "--published", "2025")  # fmt: skip

        assert (said.code, said.out) == (1, ""), said
        assert "forecasts/sources.yaml: cannot be written: Permission denied" in said.err
        assert sorted(path.name for path in closed.iterdir()) == ["essay.txt", "record.sqlite"]

    def test_unreadable(self, stranger: Callable[..., Said], closed: Path) -> None:
        """
        What may not be read is named.
        """
        (closed / "record.sqlite").chmod(0o000)
        (closed / "x.yaml").write_text("x: 1")
        (closed / "x.yaml").chmod(0o000)

        said = stranger("due", "--db", "record.sqlite")
        assert (said.code, "cannot read" in said.err) == (4, True), said
        said = stranger("check", "x.yaml")
        assert (said.code, "cannot be read" in said.err) == (3, True), said


class TestInterrupted:
    def test_import(self, small: Shell, tmp_path: Path, head: Head) -> None:
        """
        Ctrl-C during an import stores nothing: exit 130 and one line.
        """
        before = head(small)
        large = tmp_path / "large"
        (large / "articles").mkdir(parents=True)
        claims = "".join(
            f"  - {{id: c-{n}, says: It rains., phrase: may, unscorable: hedge}}\n"
            for n in range(15_000)
        )
        (large / "articles" / "rain.yaml").write_text(
            "article: {id: rain, title: R, source: weather-office, published: {date: 2025-01-01}}\n"
            f"claims:\n{claims}"
        )
        child = subprocess.Popen(
            [sys.executable, "-m", "foretrack", "import", str(large)],
            env=small.whole(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        time.sleep(1.0)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)

        assert (child.returncode, out) == (130, "")
        assert "foretrack: interrupted; what was not confirmed as stored is not stored" in err
        assert TRACEBACK not in err
        assert head(small) == before
        assert "whole" in small.done("verify")

    def test_closed_pipe(self, run: Shell) -> None:
        """
        A reader that has seen enough, as ``head`` has, is no error worth a trace.
        """
        script = f"{sys.executable} -m foretrack list claims | head -n 1"
        done = subprocess.run(
            ["bash", "-c", script], env=run.whole(), capture_output=True, text=True, check=False
        )

        assert done.stdout.count("\n") == 1
        assert TRACEBACK not in done.stderr

    def test_full_disk(self, run: Shell) -> None:
        """
        A device that is full is said so, or at least fails without pretending.
        """
        if not Path("/dev/full").exists():
            pytest.skip("no /dev/full here")
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "foretrack", "scorecard"],
                env=run.whole(), stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            )  # fmt: skip

        assert done.returncode != 0


class TestStreams:
    """
    Standard streams that were closed, or that take nothing.
    """

    CLOSED = ("<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-")

    COMMANDS = (
        (0, "where"), (0, ""), (0, "due"), (0, "db status"), (0, "--help"), (0, "--version"),
        (2, "nosuch"), (2, "db"), (2, "resolve"), (3, "import nope"), (3, "score -"),
        (4, "due --db missing.sqlite"), (2, "add article essay.txt"),
    )  # fmt: skip

    @pytest.fixture
    def redirected(self, run: Shell, tmp_path: Path) -> Callable[[str, str], Said]:
        """
        Runs a command as a shell does that redirects its streams.
        """
        (tmp_path / "essay.txt").write_text("Rain is likely.")

        def as_said(words: str, streams: str) -> Said:
            script = f"{sys.executable} -m foretrack {words} </dev/null {streams}"
            return run.program("-c", script, wrapper=("/bin/sh",))

        return as_said

    @pytest.mark.parametrize(("code", "words"), COMMANDS)
    def test_closed(self, redirected: Callable[[str, str], Said], code: int, words: str) -> None:
        """
        Whichever is closed, the exit code is the documented one and the others say the same.
        """
        whole = redirected(words, "")
        assert (whole.code, TRACEBACK in whole.err) == (code, False), whole
        for streams in self.CLOSED:
            said = redirected(words, streams)
            assert said.code == code, (streams, said)
            assert TRACEBACK not in said.err, streams
            assert said.out == ("" if ">&-" in streams.split() else whole.out), streams
            if words != "score -":  # which says that there is nothing to read from
                assert said.err == ("" if "2>&-" in streams else whole.err), streams

    def test_standard_input_is_closed(self, redirected: Callable[[str, str], Said]) -> None:
        """
        Whoever was to read from a closed one says so.
        """
        assert "standard input: is closed" in redirected("score -", "<&-").err

    def test_import_with_nowhere_to_say_so(
        self, redirected: Callable[[str, str], Said], run: Shell, folder: Path, head: Head
    ) -> None:
        """
        What is stored is stored, and the exit code says so.
        """
        before, _ = head(run)
        assert redirected(f"import {folder}", ">&- 2>&-") == Said(0, "", "")
        assert head(run)[0] > before

    def test_stored_and_not_said(
        self, redirected: Callable[[str, str], Said], run: Shell, folder: Path, head: Head
    ) -> None:
        """
        Where only the word of it is lost, the error says where to look.
        """
        if not Path("/dev/full").exists():
            pytest.skip("no /dev/full here")
        before, _ = head(run)
        said = redirected(f"import {folder}", ">/dev/full")

        assert said.code == 1
        assert said.err.endswith("; `foretrack log` says whether it was stored\n")
        assert head(run)[0] > before

    @pytest.mark.parametrize(("code", "words"), COMMANDS)
    def test_full(self, redirected: Callable[[str, str], Said], code: int, words: str) -> None:
        """
        Output that cannot be written is an error in one line; an error that cannot be, its code.
        """
        if not Path("/dev/full").exists():
            pytest.skip("no /dev/full here")
        whole = redirected(words, "")
        prints = bool(whole.out)
        full = "foretrack: cannot write what was asked for: No space left on device\n"

        assert redirected(words, ">/dev/full") == (
            Said(1, "", full) if prints else Said(code, "", whole.err)
        )
        assert redirected(words, "2>/dev/full") == Said(code, whole.out, "")
        assert redirected(words, ">/dev/full 2>/dev/full") == Said(1 if prints else code, "", "")

    def test_open_for_reading_only(self, redirected: Callable[[str, str], Said]) -> None:
        """
        So is output into what was opened to be read.
        """
        for words in ("where", "--help", "due"):
            said = redirected(words, "1</dev/null")
            assert (said.code, said.err.count("\n")) == (1, 1), said
            assert said.err.startswith("foretrack: cannot write what was asked for: ")


class TestSettings:
    def test_broken(self, run: Shell, tmp_path: Path) -> None:
        """
        A settings file that cannot be used is named; a misspelt key too.
        """
        path = tmp_path / "foretrack.toml"
        for text in ("database = ", 'databse = "x"', "database = 1", "lexicons = 'x'"):
            path.write_text(text)
            assert str(path) in run.refused(3, "scorecard"), text
            assert str(path) in run.refused(3, "due", FORETRACK_DB=""), text

    def test_broken_and_not_needed(self, run: Shell, record: Path, tmp_path: Path) -> None:
        """
        Whoever names the database is not stopped by a settings file that nothing is asked of.
        """
        whole = {words: run.done(*words.split()) for words in ("due", "list", "where", "verify")}
        path = tmp_path / "pyproject.toml"
        path.write_text("[tool.foretrack]\ndatabase = \n")

        for words, said in whole.items():
            assert run.done(*words.split()) == said
            run.done(*words.split(), "--db", record, FORETRACK_DB="")
        assert f"{path}:2: is no TOML" in run.refused(3, "where", FORETRACK_DB="")
        withdraw = ("withdraw", "rinna-2023-reciprocate", "--reason", "R")
        assert f"{path}:2: is no TOML" in run.refused(3, *withdraw)
        run.done(*withdraw, "--actor", "ann")

    def test_others_broken_project_file(self, run: Shell, tmp_path: Path) -> None:
        """
        Another program's broken ``pyproject.toml`` stops nothing at all.
        """
        whole = run.done("scorecard")
        (tmp_path / "pyproject.toml").write_text("[tool.other\n")

        assert run.done("scorecard") == whole

    def test_no_working_folder(self, run: Shell, tmp_path: Path) -> None:
        """
        A working folder that was deleted is no crash.
        """
        script = f"mkdir gone && cd gone && rmdir ../gone && {sys.executable} -m foretrack due"
        done = subprocess.run(
            ["bash", "-c", script], env=run.whole(), cwd=tmp_path, capture_output=True, text=True,
            check=False,
        )  # fmt: skip

        assert (done.returncode, done.stderr) == (0, "")

    def test_missing_lexicon(self, run: Shell, tmp_path: Path) -> None:
        """
        A lexicon that the settings name and that is not there.
        """
        (tmp_path / "foretrack.toml").write_text('lexicons = ["own.toml"]')

        assert "own.toml: cannot be read" in run.refused(3, "scorecard")

    @pytest.mark.parametrize("day", ["tomorrow", "20261121", "2026-W47-6", "2026-02-30"])
    def test_today(self, run: Shell, day: str) -> None:
        """
        FORETRACK_TODAY is a day, or refused.
        """
        assert "must be a day such as" in run.refused(3, "due", FORETRACK_TODAY=day)


HOSTILE = {
    "sources.yaml": """\
sources:
  - id: evil
    name: "[bold red]Evil[/] [link=https://example.org]x[/link] :smile: \\u202eabc"
    kind: person
""",
    "articles/evil-2024.yaml": """\
article:
  id: evil-2024
  title: "[blink]T[/blink] <script>alert(1)</script> | `x` {{7*7}}"
  source: evil
  published: {date: 2024-01-01}
claims:
  - id: evil-1
    says: "[red]says[/red] \\u202e and \\u200b"
    phrase: likely
    horizon: {words: short-term, basis: stated}
    question:
      id: evil-q
      statement: "[/bold] = cmd|' /C calc'!A0"
      criteria: "c [/] first\\nsecond [red]"
      criteria_written: 2024-01-01
      resolution_source: "[x]"
      opens: 2024-01-01
      closes: 2025-01-01
  - id: evil-2
    says: "[b]hedged[/b]"
    phrase: may
    unscorable: hedge
    note: "[i]note[/i]"
""",
}


class TestHostileText:
    SHOWING = (
        "due", "due --format markdown", "list", "list sources", "list articles", "list claims",
        "show evil", "show evil-2024", "show evil-q", "show evil-1", "show evil-2", "log",
        "scorecard", "scorecard evil", "scorecard --format markdown", "scorecard --format csv",
        "scorecard evil --format markdown", "scorecard --by article", "scorecard --by phrase",
        "calibration --items", "scorecard --format json", "scorecard evil --format json",
    )  # fmt: skip

    @pytest.fixture
    def evil(self, template: Path, tmp_path: Path) -> Shell:
        """
        Runs commands on a record full of markup.
        """
        for name, text in HOSTILE.items():
            path = tmp_path / "evil" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        shutil.copyfile(template, tmp_path / "evil.sqlite")
        run = Shell(FORETRACK_DB=str(tmp_path / "evil.sqlite"))
        run.done("import", tmp_path / "evil")
        return run

    def test_inert(self, evil: Shell) -> None:
        """
        No command passes on a character that a terminal acts on, or interprets markup.
        """
        evil_words = ["resolve", "evil-q", "yes", "--happened", "2024-02-02", "--evidence", "[b]x"]
        for stage in ("open", "resolved"):
            for words in self.SHOWING:
                shown = evil.done(*words.split())
                assert "\x1b" not in shown, (stage, words)
                assert "\u202e" not in shown, (stage, words)
                assert "\u200b" not in shown, (stage, words)
            if stage == "open":
                assert "[bold red]Evil[/]" in evil.done(*evil_words)

    def test_markup_is_shown(self, evil: Shell) -> None:
        """
        What looks like markup is text, to the letter.
        """
        assert "[bold red]Evil[/] [link=https://example.org]x[/link] :smile:" in evil.done(
            "list", "sources"
        )
        assert "[/bold] = cmd|' /C calc'!A0" in evil.done("due")

    def test_at_a_terminal(self, evil: Shell) -> None:
        """
        With colours on, the only escapes are our own styles.
        """
        import re

        with evil.terminal("show", "evil-q") as at:
            shown = at.end().out

        assert "[/bold]" in shown
        assert set(re.findall(r"\x1b\[[0-9;]*[a-zA-Z]", shown)) <= {"\x1b[1m", "\x1b[2m", "\x1b[0m"}
        assert shown.count("\x1b") == len(re.findall(r"\x1b\[[0-9;]*m", shown))

    def test_in_messages(self, run: Shell) -> None:
        """
        What the user typed comes back inert.
        """
        hostile = "\x1b]0;owned\x07\x1b[31m"
        for arguments in (
            ("show", hostile), ("log", hostile), ("lexicon", hostile), ("check", hostile),
            ("scorecard", "--lexicon", hostile), ("due", "--db", hostile),
            ("lexicon", "--phrase", hostile), ("verify", "--head", hostile),
        ):  # fmt: skip
            said = run(*arguments)
            assert "\x1b" not in said.out + said.err, arguments
            assert "\x07" not in said.out + said.err, arguments

    def test_in_usage_errors(self, run: Shell) -> None:
        """
        Click's own messages quote what was typed without acting on it.
        """
        hostile = "\x1b[31m"
        for arguments in (
            (hostile,), (f"--{hostile}",), (f"--db{hostile}", "due"), ("due", "--within", hostile),
            ("due", hostile), ("scorecard", "--by", hostile),
            ("resolve", "x", hostile), ("due", f"--{hostile}"), ("db", hostile),
            ("due", "--as-of", hostile), ("list", hostile), ("due", "--limit", hostile),
        ):  # fmt: skip
            said = run(*arguments)
            assert said.code == 2, arguments
            assert "\x1b" not in said.out + said.err, arguments


class TestAtATerminal:
    def test_messages_are_set_to_the_width(self, small: Shell, folder: Path) -> None:
        """
        A long message is broken between words at a terminal, and in one line elsewhere.
        """
        change(folder, "    criteria: Yes if the station", "    criteria: Yes only if the station")
        with small.terminal("import", folder, COLUMNS="60") as at:
            shown = at.end().out

        assert max(len(line) for line in shown.splitlines() if "/" not in line) <= 60
        old = "Yes if the station reports less than 0 degrees on a day of the window."
        assert f"      - {old}\n" in small.refused(4, "import", folder)

    def test_colours(self, run: Shell) -> None:
        """
        Styles at a terminal, none where NO_COLOR asks for none or the output goes elsewhere.
        """
        with run.terminal("due") as at:
            assert "\x1b[1m" in at.end().out
        with run.terminal("due", NO_COLOR="1") as at:
            assert "\x1b[3" not in at.end().out
        assert "\x1b" not in run.program("due").out

    @pytest.mark.parametrize("width", ["40", "60", "80", "120"])
    @pytest.mark.parametrize("words", ["due", "list", "list claims", "show gruzer", "log"])
    def test_widths(self, run: Shell, words: str, width: str) -> None:
        """
        No line is longer than the terminal is wide.
        """
        for line in run.done(*words.split(), COLUMNS=width).splitlines():
            assert len(line) <= int(width), line

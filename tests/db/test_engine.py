"""
What SQLite does when nobody looks, and that it does not do it here.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from foretrack.core.records import Source
from foretrack.core.vocabulary import SourceKind
from foretrack.db import engine as engines
from foretrack.db import journal, migrate, place, store, tables
from foretrack.db.engine import make_engine, reading, writing
from foretrack.db.place import url_of
from foretrack.db.schema import metadata
from foretrack.db.store import Change
from foretrack.db.tables import Action
from foretrack.errors import CannotConnect, SchemaOutOfDate
from permissions import unprivileged

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

PROCESSES, ROUNDS = 4, 12

COUNTER = f"""
import sys
from datetime import UTC, datetime
from foretrack.core.records import Source
from foretrack.core.vocabulary import SourceKind
from foretrack.db import store
from foretrack.db.engine import make_engine, writing
from foretrack.db.place import url_of
from foretrack.db.store import Change
from foretrack.db.tables import Action, Entity

engine = make_engine(url_of(sys.argv[1]), busy_seconds=60)
for _ in range({ROUNDS}):
    with writing(engine) as connection:
        (found,) = store.fetch(connection, Entity.SOURCE)
        counted = Source(
            id=found.id, name=found.name, kind=found.kind, note=str(int(found.note) + 1)
        )
        change = Change(Action.CORRECT, counted, "counted")
        store.write(connection, [change], actor="test", at=datetime.now(UTC))
"""


def source(name: str = "somebody", *, note: str | None = None) -> Source:
    return Source(id=name, name="Somebody", kind=SourceKind.PERSON, note=note)


def add(engine: sa.Engine, now: datetime, *records: Source) -> None:
    with writing(engine) as connection:
        changes = [Change(Action.ADD, record) for record in records]
        store.write(connection, changes, actor="test", at=now)


def names(engine: sa.Engine) -> list[str]:
    with reading(engine) as connection:
        return list(store.load(connection).sources)


def bytes_of(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}


class TestTransactions:
    def test_no_update_is_lost(self, database: Path, engine: sa.Engine, now: datetime) -> None:
        """
        Several programs count in one record at once, and the count is right.
        """
        add(engine, now, source(note="0"))
        command = [sys.executable, "-c", COUNTER, str(database)]
        running = [subprocess.Popen(command) for _ in range(PROCESSES)]

        assert [one.wait(timeout=120) for one in running] == [0] * PROCESSES
        with reading(engine) as connection:
            contents = store.load(connection)
            assert str(PROCESSES * ROUNDS) == contents.sources["somebody"].note
            assert journal.head(connection)[0] == 1 + PROCESSES * ROUNDS
            assert store.faults(connection) == []

    def test_the_drivers_own_transactions_would_lose_one(
        self, database: Path, engine: sa.Engine, now: datetime
    ) -> None:
        """
        Two writers read, then both write: under the driver's default nobody notices.

        This is why ``writing`` takes the lock before it reads.
        """
        add(engine, now, source())
        with closing(sqlite3.connect(database)) as raw:
            raw.executescript("CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0)")
        with (
            closing(sqlite3.connect(database)) as one,
            closing(sqlite3.connect(database)) as other,
        ):
            seen = [each.execute("SELECT n FROM counter").fetchone()[0] for each in (one, other)]
            for each, n in zip((one, other), seen, strict=True):
                each.execute("UPDATE counter SET n = ?", (n + 1,))
                each.commit()

            assert one.execute("SELECT n FROM counter").fetchone() == (1,)

    def test_a_writer_holds_the_lock_before_it_reads(
        self, database: Path, engine: sa.Engine
    ) -> None:
        """
        While one writes, another is told to wait before it has seen anything.
        """
        hasty = make_engine(url_of(database), busy_seconds=0.05)
        locked = pytest.raises(CannotConnect, match="locked by another program")
        with writing(engine), locked, writing(hasty):
            pytest.fail("two writers at once")

    def test_readers_do_not_wait_and_see_one_moment(
        self, database: Path, engine: sa.Engine, now: datetime
    ) -> None:
        """
        A reader keeps its view while a writer commits; the next reader sees the change.
        """
        hasty = make_engine(url_of(database), busy_seconds=0.05)
        with reading(hasty) as connection:
            before = list(store.load(connection).sources)
            add(engine, now, source())
            after = list(store.load(connection).sources)

        assert (before, after) == ([], [])
        assert names(hasty) == ["somebody"]

    def test_statements(self, engine: sa.Engine) -> None:
        """
        Writers begin with BEGIN IMMEDIATE, readers with BEGIN, and each ends once.
        """
        said: list[str] = []

        @event.listens_for(engine, "connect")
        def trace(connection: sqlite3.Connection, _: Any) -> None:
            connection.set_trace_callback(said.append)

        with reading(engine):
            pass
        with writing(engine):
            pass
        with pytest.raises(ZeroDivisionError), writing(engine):
            _ = 1 / 0

        brackets = [one for one in said if one.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]
        assert (brackets) == [
            "BEGIN",
            "COMMIT",
            "BEGIN IMMEDIATE",
            "COMMIT",
            "BEGIN IMMEDIATE",
            "ROLLBACK",
        ]

    def test_pragmas(self, engine: sa.Engine) -> None:
        """
        Foreign keys are enforced, commits reach the disk, readers and a writer work side by side.
        """
        with reading(engine) as connection:
            found = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("foreign_keys", "synchronous", "journal_mode", "application_id")
            }

        assert found == {
            "foreign_keys": 1,
            "synchronous": 2,  # FULL
            "journal_mode": "wal",
            "application_id": 0x666F7265,
        }

    def test_the_driver_opens_no_transaction_of_its_own(self, engine: sa.Engine) -> None:
        """
        Its isolation level is none: every BEGIN is one of ours.
        """
        with reading(engine) as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            assert driver.isolation_level is None

    def test_foreign_keys_are_enforced(self, engine: sa.Engine) -> None:
        """
        A version that names no journal entry is refused.
        """
        row = {"id": "somebody", "recorded": 99, "name": "x", "kind": SourceKind.PERSON}
        with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"), writing(engine) as one:
            one.execute(sa.insert(tables.source), [row])

    def test_what_fails_is_not_stored(self, engine: sa.Engine, now: datetime) -> None:
        """
        An error after the writing takes the writing back.
        """

        def fail() -> None:
            with writing(engine) as connection:
                store.write(connection, [Change(Action.ADD, source())], actor="test", at=now)
                _ = 1 / 0

        with pytest.raises(ZeroDivisionError):
            fail()
        assert names(engine) == []


class TestOpening:
    @pytest.mark.parametrize("use", [reading, writing])
    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (None, "there is no database at .*`foretrack init` makes one"),
            (b"", r"is empty \(0 bytes\)"),
            (b"sources: []\n", "is not a SQLite database"),
            (b"SQLite format 3\x00" + b"rubbish" * 300, "is damaged"),
        ],
        ids=["missing", "0 bytes", "text", "only a header"],
    )
    def test_no_database(
        self, tmp_path: Path, use: Any, content: bytes | None, message: str
    ) -> None:
        """
        What is no database is refused in words, and left as it is.
        """
        path = tmp_path / "record.sqlite"
        if content is not None:
            path.write_bytes(content)

        with pytest.raises(CannotConnect, match=message), use(make_engine(url_of(path))):
            pytest.fail("opened")

        assert (content is None) == (not path.exists())
        assert content is None or path.read_bytes() == content

    def test_folder(self, tmp_path: Path) -> None:
        """
        A folder is refused as what it is.
        """
        with (
            pytest.raises(CannotConnect, match="is a folder"),
            reading(make_engine(url_of(tmp_path))),
        ):
            pytest.fail("opened")

    @pytest.mark.parametrize("use", [reading, writing])
    def test_foreign_file(self, tmp_path: Path, use: Any) -> None:
        """
        Another program's SQLite file is refused, even with a table of migrations.
        """
        path = tmp_path / "other.sqlite"
        with closing(sqlite3.connect(path)) as raw:
            raw.executescript(
                "CREATE TABLE alembic_version (version_num TEXT);"
                f"INSERT INTO alembic_version VALUES ('{engines.SCHEMA}')"
            )

        refused = pytest.raises(CannotConnect, match="is not a foretrack database")
        with refused, use(make_engine(url_of(path))):
            pytest.fail("opened")

    def test_marked_but_empty(self, tmp_path: Path) -> None:
        """
        Our mark alone makes no record.
        """
        path = tmp_path / "marked.sqlite"
        with closing(sqlite3.connect(path)) as raw:
            raw.execute(f"PRAGMA application_id = {engines.APPLICATION_ID}")

        with (
            pytest.raises(CannotConnect, match="alembic_version"),
            reading(make_engine(url_of(path))),
        ):
            pytest.fail("opened")

    @pytest.mark.parametrize(
        ("step", "message"),
        [(-1, "run `foretrack db upgrade`"), (1, "newer than this program's .*pip install")],
    )
    @pytest.mark.parametrize("use", [reading, writing])
    def test_other_schema(
        self, database: Path, engine: sa.Engine, use: Any, step: int, message: str
    ) -> None:
        """
        An older or newer schema is refused with the command to run.
        """
        other = f"{int(engines.SCHEMA) + step:04}"
        with closing(sqlite3.connect(database)) as raw:
            raw.execute("UPDATE alembic_version SET version_num = ?", (other,))
            raw.commit()

        with pytest.raises(SchemaOutOfDate, match=f"has schema {other}.*{message}"), use(engine):
            pytest.fail("opened")
        assert migrate.status(engine.url) == other

    @pytest.mark.parametrize(
        ("held", "shown"),
        [
            (["0004", "0005"], "holds '0004', '0005' and"),
            (["1", "2", "3", "4", "5"], "holds '1', '2', '3', ... and"),
            ([5], "holds 5 and"),
            ([None], "holds None and"),
            ([b"0005"], "holds b'0005' and"),
            (["ae1027a6acf"], "holds 'ae1027a6acf' and"),
            (["0005\n"], r"holds '0005\\n' and"),
            (["9" * 5000], r"holds '9+\.\.\.9+' and"),
        ],
    )
    def test_odd_schema(
        self, database: Path, engine: sa.Engine, now: datetime, held: list[Any], shown: str
    ) -> None:
        """
        What stands where one revision should is named, by whatever opens it.
        """
        with closing(sqlite3.connect(database)) as raw:
            raw.executescript(
                "DROP TABLE alembic_version; CREATE TABLE alembic_version (version_num)"
            )
            raw.executemany("INSERT INTO alembic_version VALUES (?)", [(one,) for one in held])
            raw.commit()

        opening = (
            lambda: names(engine),
            lambda: add(engine, now, source()),
            lambda: migrate.status(engine.url),
            lambda: migrate.upgrade(engine.url, now=now),
            lambda: migrate.create(engine.url),
        )
        for one in opening:
            with pytest.raises(CannotConnect, match=f"is damaged, or is not a .* {shown}"):
                one()

    @pytest.mark.parametrize("use", [reading, writing])
    @pytest.mark.parametrize("target", ["gone/x.sqlite", "record.sqlite"], ids=["gone", "itself"])
    def test_link_that_leads_nowhere(self, tmp_path: Path, use: Any, target: str) -> None:
        """
        A link to nothing, or to itself, is said to be one, and where it points.
        """
        link = tmp_path / "record.sqlite"
        link.symlink_to(target)

        wanted = f"record.sqlite is a link that leads nowhere: it points to {target}; "
        with pytest.raises(CannotConnect, match=wanted), use(make_engine(url_of(link))):
            pytest.fail("opened")
        with pytest.raises(CannotConnect, match=wanted):
            migrate.create(url_of(link))
        assert [link] == list(tmp_path.iterdir())

    def test_folder_that_leads_nowhere(self, tmp_path: Path) -> None:
        """
        So is a link that stands for a folder on the way.
        """
        (tmp_path / "folder").symlink_to("gone")
        path = tmp_path / "folder" / "below" / "record.sqlite"

        wanted = "folder is a link that leads nowhere: it points to gone; "
        with pytest.raises(CannotConnect, match=wanted):
            names(make_engine(url_of(path)))
        with pytest.raises(CannotConnect, match=wanted):
            migrate.create(url_of(path))

    @pytest.mark.parametrize("use", [reading, writing])
    def test_damaged(self, database: Path, engine: sa.Engine, use: Any) -> None:
        """
        A file whose pages were overwritten behind a sound header is refused.
        """
        content = database.read_bytes()
        database.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))

        with pytest.raises(CannotConnect, match=r"is damaged .*restore a copy"), use(engine):
            pytest.fail("opened")

    def test_damage_further_in_is_found_by_verifying(
        self, database: Path, engine: sa.Engine, now: datetime
    ) -> None:
        """
        Damage that opening does not touch is an error, not a shorter record.
        """
        add(engine, now, *(source(f"somebody-{n}", note="x" * 900) for n in range(60)))
        with closing(sqlite3.connect(database)) as raw:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = raw.execute("PRAGMA page_size").fetchone()[0]
        content = bytearray(database.read_bytes())
        last = len(content) - 2 * size
        content[last:] = b"\xff" * (2 * size)
        database.write_bytes(bytes(content))

        def verify() -> None:
            with reading(engine) as connection:
                store.load(connection)
                store.faults(connection)

        with pytest.raises(CannotConnect, match="is damaged"):
            verify()

    @pytest.mark.parametrize("name", ["100% of #1 (?).sqlite", "ü & ;'\".sqlite", "%41.sqlite"])
    def test_odd_paths(self, tmp_path: Path, now: datetime, name: str) -> None:
        """
        A path with signs that mean something in addresses is just a path, in its copy too.
        """
        path = tmp_path / "a b#c%20" / name
        migrate.create(url_of(path))
        engine = make_engine(url_of(path))
        add(engine, now, source())
        copy = path.with_suffix(".bak")
        engines.copy_aside(path, copy)

        assert names(engine) == ["somebody"]
        assert names(make_engine(url_of(copy))) == ["somebody"]
        assert {path.name, copy.name} == {one.name for one in path.parent.iterdir()}

    def test_unknown_address(self) -> None:
        """
        An address that is none is refused in words.
        """
        with pytest.raises(CannotConnect, match="is no database address"):
            url_of("://nothing")

    def test_password_is_not_shown(self) -> None:
        """
        What is shown of an address hides its password.
        """
        url = url_of("postgresql://ann:secret@host/record")

        assert "secret" not in place.shown(url)


class TestWritingFails:
    def test_locked(self, database: Path, engine: sa.Engine, now: datetime) -> None:
        """
        A database that another program keeps locked is reported after the wait, unchanged.
        """
        hasty = make_engine(url_of(database), busy_seconds=0.05)
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(CannotConnect, match="nothing was changed, try again"):
                add(hasty, now, source())
            other.execute("ROLLBACK")

        assert names(engine) == []

    def test_full_disk(self, engine: sa.Engine, now: datetime) -> None:
        """
        When there is no room for a change, nothing of it is kept and what was there stays.
        """
        add(engine, now, source())

        @event.listens_for(engine, "connect")
        def no_room(connection: sqlite3.Connection, _: Any) -> None:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")

        many = [source(f"somebody-{n}", note="x" * 900) for n in range(200)]
        with pytest.raises(CannotConnect, match="disk is full; nothing was changed"):
            add(engine, now, *many)

        assert names(engine) == ["somebody"]
        with reading(engine) as connection:
            assert store.faults(connection) == []

    def test_read_only_file(self, open_folder: Path, template: Path, now: datetime) -> None:
        """
        A file that may not be written is named with what to check.
        """
        path = open_folder / "record.sqlite"
        shutil.copyfile(template, path)
        path.chmod(0o444)
        with unprivileged(), pytest.raises(CannotConnect, match=r"cannot write .*permissions"):
            add(make_engine(url_of(path)), now, source())

    def test_read_only_folder(self, open_folder: Path, template: Path, now: datetime) -> None:
        """
        So is a folder: SQLite writes beside the file.
        """
        path = open_folder / "record.sqlite"
        shutil.copyfile(template, path)
        path.chmod(0o666)
        open_folder.chmod(0o555)
        with unprivileged(), pytest.raises(CannotConnect, match=r"cannot write .*permissions"):
            add(make_engine(url_of(path)), now, source())

    @pytest.mark.parametrize("modes", [(0o444, 0o777), (0o666, 0o555), (0o444, 0o555)])
    def test_read_only_and_read(
        self, open_folder: Path, template: Path, now: datetime, modes: tuple[int, int]
    ) -> None:
        """
        What may not be written can be read all the same, and nothing is left beside it.
        """
        path = open_folder / "record.sqlite"
        shutil.copyfile(template, path)
        add(make_engine(url_of(path)), now, source())
        path.chmod(modes[0])
        open_folder.chmod(modes[1])
        with unprivileged():
            assert names(make_engine(url_of(path))) == ["somebody"]
        assert [one.name for one in open_folder.iterdir()] == ["record.sqlite"]

    def test_read_only_and_written_to_by_another(self, open_folder: Path, template: Path) -> None:
        """
        A file that is read without locks must not change meanwhile.
        """
        path = open_folder / "record.sqlite"
        shutil.copyfile(template, path)
        path.chmod(0o666)
        open_folder.chmod(0o555)
        with (
            unprivileged(),
            pytest.raises(CannotConnect, match="was written to while it was read; try again"),
            reading(make_engine(url_of(path))),
        ):
            path.touch()

    def test_open_elsewhere_is_not_sealed(self, open_folder: Path) -> None:
        """
        Where another program keeps its latest changes beside the file, these are looked at.
        """
        path = open_folder / "record.sqlite"
        path.touch(mode=0o444)
        with unprivileged():
            assert place.is_sealed(path)
            (open_folder / "record.sqlite-wal").touch()
            assert not place.is_sealed(path)

    def test_a_link_to_what_is_open_elsewhere(
        self, open_folder: Path, template: Path, now: datetime
    ) -> None:
        """
        Through a link a reader finds what stands in the log beside the file it leads to.
        """
        shared, mine = open_folder / "shared", open_folder / "mine"
        shared.mkdir()
        mine.mkdir()
        path, link = shared / "record.sqlite", mine / "link.sqlite"
        shutil.copyfile(template, path)
        (mine / "far.sqlite").symlink_to("../shared/record.sqlite")
        link.symlink_to("far.sqlite")
        with closing(sqlite3.connect(path)) as keeps_the_log:
            keeps_the_log.execute("PRAGMA wal_autocheckpoint = 0")
            keeps_the_log.execute("SELECT * FROM journal").fetchall()
            add(make_engine(url_of(path)), now, source())
            for one in shared.iterdir():
                one.chmod(0o444)
            shared.chmod(0o555)
            with unprivileged():
                assert not place.is_sealed(link)
                assert names(make_engine(url_of(path))) == ["somebody"]
                assert names(make_engine(url_of(link))) == ["somebody"]

    def test_a_link_to_what_is_read_only(
        self, open_folder: Path, template: Path, now: datetime
    ) -> None:
        """
        It is the folder of the file that must be writable, not the folder of the link.
        """
        shared, mine = open_folder / "shared", open_folder / "mine"
        shared.mkdir()
        mine.mkdir()
        shutil.copyfile(template, shared / "record.sqlite")
        add(make_engine(url_of(shared / "record.sqlite")), now, source())
        (shared / "record.sqlite").chmod(0o666)
        shared.chmod(0o555)
        mine.chmod(0o777)
        (mine / "link.sqlite").symlink_to(shared / "record.sqlite")
        with unprivileged():
            assert place.is_sealed(mine / "link.sqlite")
            assert names(make_engine(url_of(mine / "link.sqlite"))) == ["somebody"]

    @pytest.mark.parametrize("linked", [False, True], ids=["itself", "through a link"])
    def test_log_left_behind(
        self, open_folder: Path, template: Path, now: datetime, *, linked: bool
    ) -> None:
        """
        A log that nobody closed is named, where it cannot be read: the record is not cut short.
        """
        path, left = open_folder / "record.sqlite", open_folder / "left"
        shutil.copyfile(template, path)
        left.mkdir()
        with closing(sqlite3.connect(path)) as keeps_the_log:
            keeps_the_log.execute("PRAGMA wal_autocheckpoint = 0")
            keeps_the_log.execute("SELECT * FROM journal").fetchall()
            add(make_engine(url_of(path)), now, source())
            for ending in ("", "-wal"):
                shutil.copyfile(f"{path}{ending}", left / f"record.sqlite{ending}")
                (left / f"record.sqlite{ending}").chmod(0o444)
        left.chmod(0o555)
        asked = left / "record.sqlite"
        if linked:
            asked = open_folder / "link.sqlite"
            asked.symlink_to(left / "record.sqlite")
        log = re.escape(str(left / "record.sqlite-wal"))
        wanted = f"{asked.name} was not closed properly: .* stand in {log}, which"
        with unprivileged(), pytest.raises(CannotConnect, match=wanted):
            names(make_engine(url_of(asked)))

        copy = open_folder / "copy"
        copy.mkdir()
        for ending in ("", "-wal"):  # as it says
            shutil.copyfile(left / f"record.sqlite{ending}", copy / f"record.sqlite{ending}")
        assert names(make_engine(url_of(copy / "record.sqlite"))) == ["somebody"]

    def test_unreadable_file(self, open_folder: Path, template: Path) -> None:
        """
        A file that may not be read is refused before SQLite sees it.
        """
        path = open_folder / "record.sqlite"
        shutil.copyfile(template, path)
        path.chmod(0o000)
        with unprivileged(), pytest.raises(CannotConnect, match=r"cannot read .*Permission denied"):
            names(make_engine(url_of(path)))

    def test_creating_in_a_read_only_folder(self, open_folder: Path) -> None:
        """
        Where nothing may be written no database is made, and the message says so.
        """
        open_folder.chmod(0o555)
        with unprivileged(), pytest.raises(CannotConnect, match="cannot write"):
            migrate.create(url_of(open_folder / "below" / "record.sqlite"))

    def test_creating_in_a_closed_folder(self, open_folder: Path) -> None:
        """
        A folder that may not even be looked into is an error in words, not a traceback.
        """
        closed = open_folder / "closed"
        closed.mkdir(mode=0o000)
        with unprivileged(), pytest.raises(CannotConnect, match="Permission denied"):
            migrate.create(url_of(closed / "record.sqlite"))
        with unprivileged(), pytest.raises(CannotConnect, match="Permission denied"):
            names(make_engine(url_of(closed / "record.sqlite")))


class TestAppendOnly:
    @pytest.fixture
    def engine(self, engine: sa.Engine, now: datetime) -> sa.Engine:
        """
        A record with one corrected source: an ended version and a live one.
        """
        add(engine, now, source(note="first"))
        with writing(engine) as connection:
            change = Change(Action.CORRECT, source(note="second"), "why")
            store.write(connection, [change], actor="test", at=now)
        return engine

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM journal WHERE sequence = 2",
            "UPDATE journal SET actor = 'nobody' WHERE sequence = 1",
            "UPDATE journal SET hash = previous WHERE sequence = 1",
            "DELETE FROM source",
            "UPDATE source SET note = 'third'",
            "UPDATE source SET recorded = 2 WHERE recorded = 1",
            "UPDATE source SET superseded = NULL WHERE recorded = 1",
            "UPDATE source SET superseded = 3 WHERE recorded = 1",
            "UPDATE source SET superseded = 2, note = 'third' WHERE recorded = 1",
        ],
    )
    def test_refused(self, engine: sa.Engine, statement: str) -> None:
        """
        The database itself refuses to change or delete what was recorded.
        """
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), writing(engine) as one:
            one.exec_driver_sql(statement)
        with reading(engine) as connection:
            assert store.faults(connection) == []

    @pytest.mark.parametrize("table", sorted(metadata.tables))
    def test_every_table_is_guarded(self, engine: sa.Engine, table: str) -> None:
        """
        No table was forgotten.
        """
        with reading(engine) as connection:
            found = set(
                connection.exec_driver_sql(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?",
                    (table,),
                ).scalars()
            )

        expected = {f"{table}_not_deleted", f"{table}_not_changed"}
        expected |= {f"{table}_not_stamped"} if "superseded" in metadata.tables[table].c else set()
        assert expected == found

    def test_a_version_is_ended_once(self, engine: sa.Engine) -> None:
        """
        The one change allowed is the stamp that ends a live version.
        """
        with writing(engine) as connection:
            row = {
                "sequence": 3,
                "at": "2026-11-21 00:00:00.000000",
                "actor": "test",
                "action": "withdraw",
                "entity": "source",
                "entity_id": "somebody",
                "previous": "0",
                "hash": "1",
            }
            columns, marks = ", ".join(row), ", ".join("?" * len(row))
            connection.exec_driver_sql(
                f"INSERT INTO journal ({columns}) VALUES ({marks})", tuple(row.values())
            )
            connection.exec_driver_sql("UPDATE source SET superseded = 3 WHERE recorded = 2")

        assert names(engine) == []


class TestColumns:
    CHOSEN = sa.select(tables.source.c.id, tables.source.c.note, tables.source.c.recorded).where(
        tables.standing(tables.source)
    )

    @settings(max_examples=40, deadline=None)
    @given(notes=st.lists(st.none() | st.text(st.characters(codec="utf-8")), max_size=6))
    def test_rows_turned(
        self, new_engine: Callable[..., sa.Engine], now: datetime, notes: list[str | None]
    ) -> None:
        """
        Columns are the rows, turned, whatever is written in them; and as many where there are none.
        """
        engine = new_engine()
        add(engine, now, *(source(f"s{at}", note=note) for at, note in enumerate(notes)))
        with reading(engine) as connection:
            columns = engines.columns(connection, self.CHOSEN)
            rows = [tuple(row) for row in connection.execute(self.CHOSEN)]

        assert len(columns) == 3
        assert sorted(rows) == sorted(zip(*columns, strict=True))

    def test_the_statement_counts_as_it_is(self, engine: sa.Engine, now: datetime) -> None:
        """
        What groups, drops repetitions or ends early does so here, too.
        """
        add(engine, now, *(source(f"s{at}") for at in range(4)))
        kind, name = tables.source.c.kind, tables.source.c.name
        with reading(engine) as connection:
            assert engines.columns(connection, sa.select(name).distinct()) == [["Somebody"]]
            assert engines.columns(connection, sa.select(name).limit(2)) == [["Somebody"] * 2]
            grouped = sa.select(kind, sa.func.count()).group_by(kind)
            assert engines.columns(connection, grouped) == [["person"], [4]]

    @pytest.mark.parametrize(
        ("name", "written"),
        [
            ("sqlite", "json_group_array(source.id)"),
            ("postgresql", "CAST(json_agg(source.id) AS TEXT)"),
        ],
    )
    def test_each_engine_has_its_own_word(self, name: str, written: str) -> None:
        """
        An array has a name of its own in each engine.
        """
        dialect: sa.Dialect = sa.dialects.registry.load(name)()
        gathered = sa.select(engines._Gathered(tables.source.c.id))

        assert written in str(gathered.compile(dialect=dialect))

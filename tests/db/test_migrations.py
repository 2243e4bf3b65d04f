"""
Schemas follow one another without losing anything.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from foretrack.core.library import DEFAULT, Library
from foretrack.core.records import Review, Source, plain
from foretrack.core.vocabulary import SourceKind
from foretrack.db import engine as engines
from foretrack.db import journal, migrate, store
from foretrack.db.engine import make_engine, reading, writing
from foretrack.db.place import url_of
from foretrack.db.schema import metadata
from foretrack.db.store import Change
from foretrack.db.tables import Action, Entity
from foretrack.errors import CannotConnect, Conflict, SchemaOutOfDate
from foretrack.evaluate import Choice, score

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from foretrack.core.records import AnyRecord

OLD = Path(__file__).parent / "old"

NEXT = f"{int(engines.SCHEMA) + 1:04}"

SCRIPT = f"""
import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{engines.SCHEMA}"


def upgrade():
"""

REBUILD = """
    with op.batch_alter_table("journal", recreate="always") as batch:
        batch.add_column(sa.Column("extra", sa.Text()))
"""

FAMILY = """
    op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "child",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("of", sa.Integer, sa.ForeignKey("parent.id", ondelete="CASCADE")),
    )
    op.execute("INSERT INTO parent (id) VALUES (1), (2)")
    op.execute("INSERT INTO child (id, of) VALUES (1, 1), (2, 1), (3, 2)")
    with op.batch_alter_table("parent", recreate="always") as batch:
        batch.add_column(sa.Column("extra", sa.Text()))
"""

HALF = """
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO half (id) VALUES (1)")
    op.drop_index("ix_journal_entity_entity_id", table_name="journal")
    raise ZeroDivisionError("half way")
"""

ORPHANS = """
    op.execute("DROP TRIGGER journal_not_deleted")
    op.execute("DELETE FROM journal WHERE sequence = 1")
"""

_WITHOUT_LINKS = """
import sys
from pathlib import Path
from foretrack.db import engine, migrate
from foretrack.db.place import url_of
from foretrack.errors import Conflict

def refuse(*_):
    raise PermissionError(1, "Operation not permitted")

if sys.argv[2] == "0":
    Path.hardlink_to = refuse
"""

CREATED = f"""{_WITHOUT_LINKS}
try:
    migrate.create(url_of(sys.argv[1]))
    print("made")
except Conflict:
    print("Conflict")
"""

KILLED = f"""{_WITHOUT_LINKS}
import os, signal
engine.guard = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
migrate.create(url_of(sys.argv[1]))
"""


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as raw:
        return list(raw.iterdump())


def one_source(engine: sa.Engine, now: datetime) -> None:
    record = Source(id="somebody", name="Somebody", kind=SourceKind.PERSON)
    with writing(engine) as connection:
        store.write(connection, [Change(Action.ADD, record)], actor="test", at=now)


@pytest.fixture
def next_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """
    Pretends that the program is one migration further, whose body is given.
    """

    def pretend(body: str) -> None:
        folder = tmp_path / "a #1 50% folder" / "migrations"
        shutil.copytree(
            migrate.SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__", "__init__.py")
        )
        (folder / "versions" / f"{NEXT}_next.py").write_text(SCRIPT + body, encoding="utf-8")
        monkeypatch.setattr(migrate, "SCRIPTS", folder)
        monkeypatch.setattr(engines, "SCHEMA", NEXT)

    return pretend


class TestScripts:
    def test_one_head(self) -> None:
        """
        There is exactly one newest schema, and it is the one the program names.
        """
        assert list(ScriptDirectory.from_config(migrate.config()).get_heads()) == [engines.SCHEMA]

    def test_numbered_by_hand(self) -> None:
        """
        File names begin with the revision, so that a folder lists them in order.
        """
        for script in ScriptDirectory.from_config(migrate.config()).walk_revisions():
            assert Path(script.path).name.startswith(f"{script.revision}_")

    def test_models_equal_migrations(self, engine: sa.Engine) -> None:
        """
        Autogenerate finds nothing to do.
        """
        with reading(engine) as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []

    def test_models_equal_migrations_to_the_letter(self, database: Path) -> None:
        """
        Autogenerate overlooks CHECKs and partial indexes; the SQL itself does not.
        """
        direct = sa.create_engine("sqlite://")
        metadata.create_all(direct)
        query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'"
        with direct.connect() as connection:
            expected = {name: _parts(sql) for name, sql in connection.exec_driver_sql(query)}
        with closing(sqlite3.connect(database)) as raw:
            actual = {name: _parts(sql) for name, sql in raw.execute(query)}
        del actual["alembic_version"]

        assert expected == actual


def _parts(sql: str) -> list[str]:
    # a table that was built again and renamed has its name in quotes
    sql = re.sub(r'^CREATE TABLE "(\w+)"', r"CREATE TABLE \1", sql)
    return sorted(line.strip().rstrip(",") for line in sql.splitlines())


class TestCreating:
    def test_over_an_existing_one(self, database: Path, engine: sa.Engine, now: datetime) -> None:
        """
        A record is never written over.
        """
        one_source(engine, now)
        before = dump(database)

        with pytest.raises(Conflict, match="is a foretrack database already; nothing was changed"):
            migrate.create(engine.url)
        assert before == dump(database)

    def test_over_something_else(self, tmp_path: Path) -> None:
        """
        Nor is a file that is something else.
        """
        path = tmp_path / "notes.txt"
        path.write_text("my notes", encoding="utf-8")

        with pytest.raises(CannotConnect, match="is not a SQLite database"):
            migrate.create(url_of(path))
        with pytest.raises(CannotConnect, match="is a folder"):
            migrate.create(url_of(tmp_path))
        with pytest.raises(CannotConnect, match="cannot write"):
            migrate.create(url_of(path / "below.sqlite"))
        assert path.read_text(encoding="utf-8") == "my notes"

    @pytest.mark.parametrize(
        "script", ["PRAGMA journal_mode = WAL", "CREATE TABLE mine (x)"], ids=["begun", "another's"]
    )
    def test_over_an_unfinished_one(self, tmp_path: Path, script: str) -> None:
        """
        A SQLite file that is not ours is left alone, and the message does not lead back here.
        """
        path = tmp_path / "record.sqlite"
        with closing(sqlite3.connect(path)) as raw:
            raw.executescript(script)
        before = path.read_bytes()

        wanted = r"is not a foretrack database: .*, name another place \(--db\) or move that file"
        with pytest.raises(CannotConnect, match=wanted) as refused:
            migrate.create(url_of(path))
        assert "foretrack init" not in str(refused.value)
        assert before == path.read_bytes()

    def test_over_an_older_one(self, tmp_path: Path) -> None:
        """
        An older database is not made anew either: it is brought up to date.
        """
        path = tmp_path / "record.sqlite"
        shutil.copyfile(OLD / "0001.sqlite", path)

        with pytest.raises(SchemaOutOfDate, match="run `foretrack db upgrade`"):
            migrate.create(url_of(path))

    def test_in_an_empty_file(self, tmp_path: Path) -> None:
        """
        An empty file is room for a database.
        """
        path = tmp_path / "empty.sqlite"
        path.touch()
        migrate.create(url_of(path))

        assert migrate.status(url_of(path)) == engines.SCHEMA

    def test_failure_leaves_nothing(self, tmp_path: Path, next_schema: Any) -> None:
        """
        What could not be made whole is not there.
        """
        next_schema(HALF)
        path = tmp_path / "new" / "record.sqlite"

        with pytest.raises(ZeroDivisionError):
            migrate.create(url_of(path))
        assert list(path.parent.iterdir()) == []


class Stopped(BaseException):
    """
    Somebody ends the program, as Ctrl-C does.
    """


@pytest.fixture(params=["hard links", "no hard links"])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """
    File systems that have hard links, and such as have none.
    """

    def refuse(*_: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    has_them: bool = request.param == "hard links"
    if not has_them:
        monkeypatch.setattr(Path, "hardlink_to", refuse)
    return has_them


@pytest.mark.usefixtures("links")
class TestCreatingAtOnce:
    @pytest.fixture
    def meanwhile(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
        """
        Does something while the first database is being made.
        """
        mark = engines.mark

        def arrange(what: Callable[[], None]) -> None:
            def marking(connection: sa.Connection) -> None:
                monkeypatch.setattr(engines, "mark", mark)
                what()
                mark(connection)

            monkeypatch.setattr(engines, "mark", marking)

        return arrange

    def test_a_record_is_there(self, tmp_path: Path) -> None:
        """
        A new database has its log and nothing beside it.
        """
        path = tmp_path / "record.sqlite"
        migrate.create(url_of(path))

        with closing(sqlite3.connect(path)) as raw:
            assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert migrate.status(url_of(path)) == engines.SCHEMA
        assert [path] == list(tmp_path.iterdir())
        assert path.stat().st_nlink == 1

    def test_rights_are_those_of_any_new_file(self, tmp_path: Path) -> None:
        """
        Who shares a folder shares the database in it.
        """
        before = os.umask(0o002)
        try:
            migrate.create(url_of(tmp_path / "record.sqlite"))
        finally:
            os.umask(before)

        assert (tmp_path / "record.sqlite").stat().st_mode & 0o777 == 0o664

    def test_interrupted_while_another_makes_one(
        self, tmp_path: Path, now: datetime, meanwhile: Callable[[Callable[[], None]], None]
    ) -> None:
        """
        Whoever is interrupted takes away nothing that another has made and filled.
        """
        path = tmp_path / "record.sqlite"

        def other() -> None:
            migrate.create(url_of(path))
            one_source(make_engine(url_of(path)), now)
            raise Stopped

        meanwhile(other)
        with pytest.raises(Stopped):
            migrate.create(url_of(path))

        with reading(make_engine(url_of(path))) as connection:
            assert list(store.load(connection).sources) == ["somebody"]
        assert [path] == list(tmp_path.iterdir())

    def test_slower_than_another(
        self, tmp_path: Path, now: datetime, meanwhile: Callable[[Callable[[], None]], None]
    ) -> None:
        """
        Whoever comes second is told so, and writes over nothing.
        """
        path = tmp_path / "record.sqlite"

        def other() -> None:
            migrate.create(url_of(path))
            one_source(make_engine(url_of(path)), now)

        meanwhile(other)
        with pytest.raises(Conflict, match=r"record.sqlite is a foretrack database already"):
            migrate.create(url_of(path))

        with reading(make_engine(url_of(path))) as connection:
            assert list(store.load(connection).sources) == ["somebody"]
        assert [path] == list(tmp_path.iterdir())

    @pytest.mark.parametrize("empty", [False, True], ids=["nothing there", "an empty file"])
    def test_killed(self, tmp_path: Path, *, empty: bool, links: bool) -> None:
        """
        What is killed half way leaves nothing at the place that stops the next.
        """
        path = tmp_path / "record.sqlite"
        if empty:
            path.touch()
        assert subprocess.run(
            [sys.executable, "-c", KILLED, str(path), str(int(links))], check=False
        ).returncode == -signal.SIGKILL  # fmt: skip

        assert not path.exists() or path.stat().st_size == 0
        migrate.create(url_of(path))
        assert migrate.status(url_of(path)) == engines.SCHEMA

    @pytest.mark.parametrize("empty", [False, True], ids=["nothing there", "an empty file"])
    def test_many(self, tmp_path: Path, *, empty: bool, links: bool) -> None:
        """
        Of many at once one makes it, and each other is told that there is one.
        """
        path = tmp_path / "record.sqlite"
        if empty:
            path.touch()
        command = [sys.executable, "-c", CREATED, str(path), str(int(links))]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(5)]
        said = sorted(one.communicate(timeout=60)[0].strip() for one in running)

        assert said == ["Conflict"] * 4 + ["made"]
        assert migrate.status(url_of(path)) == engines.SCHEMA
        assert [path] == list(tmp_path.iterdir())

    def test_an_empty_file_stays_when_it_fails(self, tmp_path: Path, next_schema: Any) -> None:
        """
        A file that was there is not taken away, nor left half filled.
        """
        next_schema(HALF)
        path = tmp_path / "new" / "record.sqlite"
        path.parent.mkdir()
        path.touch()

        with pytest.raises(ZeroDivisionError):
            migrate.create(url_of(path))
        assert [(path, 0)] == [(one, one.stat().st_size) for one in path.parent.iterdir()]


class TestUpgrading:
    def test_nothing_to_do(self, database: Path, engine: sa.Engine, now: datetime) -> None:
        """
        An up-to-date database is left alone, without a copy.
        """
        assert migrate.upgrade(engine.url, now=now) == (engines.SCHEMA, None)
        assert [database] == list(database.parent.glob("record*"))

    def test_newer_is_refused(self, database: Path, engine: sa.Engine, now: datetime) -> None:
        """
        A newer program's database is not touched.
        """
        with closing(sqlite3.connect(database)) as raw:
            raw.execute("UPDATE alembic_version SET version_num = ?", (NEXT,))
            raw.commit()

        with pytest.raises(SchemaOutOfDate, match="install a newer foretrack"):
            migrate.upgrade(engine.url, now=now)

    def test_copies_the_file_aside(
        self, database: Path, engine: sa.Engine, now: datetime, next_schema: Any
    ) -> None:
        """
        Before the first change the file is copied, what its write-ahead log holds included.
        """
        with closing(sqlite3.connect(database)) as keeps_the_log:
            keeps_the_log.execute("BEGIN")
            keeps_the_log.execute("SELECT * FROM journal").fetchall()
            one_source(engine, now)  # stays in the log while that one looks
            before = dump(database)
            next_schema(REBUILD)
            found, copy = migrate.upgrade(engine.url, now=now)

        assert found < engines.SCHEMA
        assert copy == database.with_name(f"record.sqlite.{found}.20261121T123015Z.bak")
        assert copy is not None
        assert before == dump(copy)
        assert migrate.status(engine.url) == engines.SCHEMA

    def test_refused_it_leaves_no_copy(
        self, database: Path, engine: sa.Engine, now: datetime, next_schema: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        """
        Where another program does not let go nothing is changed, and no copy stays.
        """
        next_schema(REBUILD)
        monkeypatch.setattr(engines, "BUSY_SECONDS", 0.05)
        monkeypatch.setattr(engines.make_engine, "__kwdefaults__", {
            "foreign_keys": True, "busy_seconds": 0.05,
        })  # fmt: skip
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(CannotConnect, match="locked"):
                migrate.upgrade(engine.url, now=now)
            other.execute("ROLLBACK")

        assert list(database.parent.glob("*.bak")) == []
        assert migrate.upgrade(engine.url, now=now)[1] is not None

    def test_children_survive_the_rebuilding_of_their_parent(
        self, engine: sa.Engine, now: datetime, next_schema: Any
    ) -> None:
        """
        Every version names its journal entry; rebuilding the journal keeps them all, guarded.
        """
        one_source(engine, now)
        next_schema(REBUILD + FAMILY)
        migrate.upgrade(engine.url, now=now)

        with reading(engine) as connection:
            assert list(store.load(connection).sources) == ["somebody"]
            assert journal.head(connection)[0] == 1
            assert connection.exec_driver_sql("SELECT extra FROM journal").all() == [(None,)]
            children = connection.exec_driver_sql("SELECT id FROM child ORDER BY id")
            assert list(children.scalars()) == [1, 2, 3]
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), writing(engine) as one:
            one.exec_driver_sql("DELETE FROM journal")

    def test_with_foreign_keys_on_they_would_not(
        self, engine: sa.Engine, now: datetime, next_schema: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        The same migration with foreign keys on deletes every child without a word.

        So the test above tests what it claims.
        """
        next_schema(FAMILY)
        monkeypatch.setattr(
            engines, "make_engine", lambda url, **_: make_engine(url, foreign_keys=True)
        )
        migrate.upgrade(engine.url, now=now)

        with reading(engine) as connection:
            assert connection.exec_driver_sql("SELECT id FROM child").all() == []

    def test_failure_changes_nothing(
        self, database: Path, engine: sa.Engine, now: datetime, next_schema: Any
    ) -> None:
        """
        A migration that fails half way leaves no half behind.
        """
        one_source(engine, now)
        before = dump(database)
        next_schema(HALF)

        with pytest.raises(ZeroDivisionError):
            migrate.upgrade(engine.url, now=now)
        assert before == dump(database)

    def test_broken_references_change_nothing(
        self, database: Path, engine: sa.Engine, now: datetime, next_schema: Any
    ) -> None:
        """
        A migration that would leave orphans is taken back before it is kept.
        """
        one_source(engine, now)
        before = dump(database)
        next_schema(ORPHANS)

        with pytest.raises(CannotConnect, match=r"would break 1 references.*nothing was changed"):
            migrate.upgrade(engine.url, now=now)
        assert before == dump(database)


class TestOldDatabases:
    @pytest.fixture(params=sorted(path.stem for path in OLD.glob("*.json")))
    def schema(self, request: pytest.FixtureRequest) -> str:
        found: str = request.param
        return found

    @pytest.fixture
    def engine(self, schema: str, tmp_path: Path, now: datetime) -> sa.Engine:
        """
        The stored database of one schema, brought up to date.
        """
        path = tmp_path / "old.sqlite"
        shutil.copyfile(OLD / f"{schema}.sqlite", path)
        assert migrate.status(url_of(path)) == schema
        migrate.upgrade(url_of(path), now=now)
        return make_engine(url_of(path))

    def test_nothing_is_lost(self, schema: str, engine: sa.Engine) -> None:
        """
        Every record that went in comes out, corrected and withdrawn ones as they should.
        """
        given = json.loads((OLD / f"{schema}.json").read_text(encoding="utf-8"))
        expected = {values["id"]: values for _, values in given["written"]}
        expected |= {values["id"]: values for _, values in given["corrected"]}
        withdrawn = {(Entity(kind), name) for kind, name in given["withdrawn"]}
        for _, name in withdrawn:
            del expected[name]

        with reading(engine) as connection:
            contents = store.load(connection)
            before = store.load(connection, at_sequence=len(given["written"]))
            assert store.faults(connection) == []

        assert expected == _by_id(contents)
        assert withdrawn == contents.withdrawn
        assert {values["id"]: values for _, values in given["written"]} == _by_id(before)

    def test_order_is_kept(self, schema: str, engine: sa.Engine) -> None:
        """
        Claims keep their order in the article, entries theirs in the ledger.
        """
        with reading(engine) as connection:
            contents = store.load(connection)

        said = [one.id for one in contents.claims.values() if one.article == "gazette-2024"]
        assert said == ["gazette-2024-first", "gazette-2024-says"]
        assert ([entry.id for entry in contents.ledger["first-by-2025"]]) == [
            "first-by-2025-1",
            "first-by-2025-2",
            "first-by-2025-3",
        ]

    def test_takes_what_is_new(self, engine: sa.Engine, now: datetime) -> None:
        """
        An upgraded journal names every kind of record there is now, and is guarded as before.
        """
        record = Review(
            id="2026-w47", started=now.date(), as_of=now.date(), lexicon="phia", cohort="matured",
            sequence=0, head="0" * 64,
        )  # fmt: skip
        with writing(engine) as connection:
            store.write(connection, [Change(Action.ADD, record)], actor="test", at=now)

        with reading(engine) as connection:
            assert store.load(connection).reviews["2026-w47"] == record
            assert store.faults(connection) == []
        for statement in ("DELETE FROM journal", "UPDATE review SET lexicon = 'kent'"):
            with pytest.raises(sa.exc.IntegrityError, match="append-only"), writing(engine) as one:
                one.exec_driver_sql(statement)

    def test_stored(self) -> None:
        """
        Each stored database has beside it what went into it.
        """
        stored = {path.stem for path in OLD.glob("*.sqlite")}

        assert {f"{number:04}" for number in range(1, int(engines.SCHEMA))} <= stored
        assert {path.stem for path in OLD.glob("*.json")} == stored

    def test_opened_as_it_is(self, schema: str, tmp_path: Path) -> None:
        """
        One of the newest schema is read and verified; an older one is refused, not half read.

        Neither is changed by being opened.
        """
        path = tmp_path / "stored.sqlite"
        shutil.copyfile(OLD / f"{schema}.sqlite", path)
        before = path.read_bytes()

        if schema == engines.SCHEMA:
            with reading(make_engine(url_of(path))) as connection:
                assert store.faults(connection) == []
                assert store.load(connection).sources
        else:
            wanted = f"has schema {schema}, .* run `foretrack db upgrade`"
            with (
                pytest.raises(SchemaOutOfDate, match=wanted),
                reading(make_engine(url_of(path))),
            ):
                pass
        assert path.read_bytes() == before

    def test_figures(self, engine: sa.Engine) -> None:
        """
        Whatever schema it comes from, the record gives the scores worked out by hand.

        The Gazette declares the PHIA yardstick, where "highly unlikely" is 10 to 20 percent, and
        what it spoke of did not happen: 0.15 squared, between 0.1 and 0.2 squared.  The condition
        of the other forecast was not met.
        """
        choice = Choice(as_of=date(2026, 11, 21), default=DEFAULT, library=Library())
        gazette, somebody = score(engine, choice).groups

        assert (gazette.group, gazette.claims, gazette.scored) == ("gazette", 2, 1)
        assert gazette.brier == pytest.approx(0.0225)
        assert (gazette.brier_low, gazette.brier_high) == pytest.approx((0.01, 0.04))
        assert (somebody.group, somebody.claims, somebody.scored) == ("somebody", 2, 0)
        assert somebody.annulled == {"condition-unmet": 1}

    def test_schema_is_todays(self, engine: sa.Engine, database: Path) -> None:
        """
        An upgraded database and a new one are built alike, guards included.
        """
        query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        with closing(sqlite3.connect(database)) as raw:
            expected = {name: _parts(sql) for name, sql in raw.execute(query)}
        with reading(engine) as connection:
            actual = {name: _parts(sql) for name, sql in connection.exec_driver_sql(query)}

        assert expected == actual


def _by_id(contents: store.Contents) -> dict[str, Any]:
    found: list[AnyRecord] = []
    for entity in Entity:
        found += contents.of(entity).values()
    return {record.id: plain(record) for record in found}

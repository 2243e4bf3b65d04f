"""
The chain: what was written cannot be rewritten without being noticed.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack.core.records import Evidence, Question, Reopening, Resolution, Source
from foretrack.core.vocabulary import Outcome, SourceKind
from foretrack.db import journal, store
from foretrack.db.engine import reading, writing
from foretrack.db.store import Change
from foretrack.db.tables import Action
from foretrack.errors import InvalidInput
from strategies import BASE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import sqlalchemy as sa

SOMEBODY = Source(id="somebody", name="Somebody", kind=SourceKind.PERSON)
QUESTION = Question(
    id="some-question",
    statement="Will it?",
    criteria="Yes if it does.",
    criteria_written=BASE,
    resolution_source="The press",
    opens=BASE,
    closes=BASE,
)
YES = Resolution(
    id="some-question-1",
    question="some-question",
    outcome=Outcome.YES,
    happened=BASE,
    decided=BASE,
    evidence=(Evidence(citation="The press"),),
)
OPEN = Reopening(
    id="some-question-2",
    question="some-question",
    reopens="some-question-1",
    decided=BASE,
    reason="Not it.",
)


@pytest.fixture
def engine(engine: sa.Engine, now: datetime) -> sa.Engine:
    """
    A record of six entries: additions, a correction, a ledger.
    """
    changes = [
        Change(Action.ADD, SOMEBODY),
        Change(Action.ADD, replace(SOMEBODY, id="another")),
        Change(Action.ADD, QUESTION),
        Change(Action.CORRECT, replace(SOMEBODY, note="noted"), "a note"),
        Change(Action.ADD, YES),
        Change(Action.ADD, OPEN),
    ]
    with writing(engine) as connection:
        for change in changes:
            store.write(connection, [change], actor="ann", at=now)
    return engine


def faults(engine: sa.Engine, *, printed: str | None = None) -> list[str]:
    with reading(engine) as connection:
        return store.faults(connection, printed=printed)


def tamper(path: Path, *statements: str) -> None:
    """
    Edit the file as somebody would who knows SQLite: without its guards.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for (name,) in raw.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)


class TestHash:
    def test_by_hand(self, new_engine: Callable[..., sa.Engine]) -> None:
        """
        The hash of the first entry is SHA-256 of this text, which anybody can check.
        """
        text = (
            '{"action":"add","actor":"änn","at":"2026-11-21T12:00:00+00:00",'
            '"body":"{\\"id\\":\\"somebody\\",\\"kind\\":\\"person\\",\\"name\\":\\"Somebody\\"}",'
            '"entity":"source","id":"somebody",'
            '"previous":"0000000000000000000000000000000000000000000000000000000000000000",'
            '"reason":null,"sequence":1}'
        )
        expected = hashlib.sha256(text.encode("utf-8")).hexdigest()

        with writing(new_engine()) as connection:
            at = datetime(2026, 11, 21, 12, tzinfo=UTC)
            head = store.write(connection, [Change(Action.ADD, SOMEBODY)], actor="änn", at=at)
        assert head == (1, expected)

    def test_each_names_the_one_before(self, engine: sa.Engine) -> None:
        """
        The first entry follows 64 zeros, each later one the hash before it.
        """
        with reading(engine) as connection:
            found = list(journal.entries(connection))

        assert ["0" * 64, *(one.hash for one in found[:-1])] == [one.previous for one in found]

    @given(hours=st.integers(-12, 14), microseconds=st.sampled_from((0, 1, 250_000)))
    def test_any_zone_verifies(
        self, new_engine: Callable[..., sa.Engine], hours: int, microseconds: int
    ) -> None:
        """
        The zone of the clock does not matter: the instant is kept, and the chain is whole.
        """
        zone = timezone(timedelta(hours=hours))
        at = datetime(2026, 11, 21, 12, 0, 0, microseconds, tzinfo=zone)
        engine = new_engine()
        with writing(engine) as connection:
            store.write(connection, [Change(Action.ADD, SOMEBODY)], actor="ann", at=at)

        assert faults(engine) == []
        with reading(engine) as connection:
            assert [at] == [one.at for one in journal.entries(connection)]


class TestReading:
    def test_newest(self, engine: sa.Engine) -> None:
        """
        The newest entries come in order; those of one record alone can be had.
        """
        with reading(engine) as connection:
            newest = [one.sequence for one in journal.entries(connection, newest=2)]
            of_one = [one.sequence for one in journal.entries(connection, entity_id="somebody")]
            both = list(journal.entries(connection, entity_id="somebody", newest=1))

        assert newest == [5, 6]
        assert of_one == [1, 4]
        assert [one.sequence for one in both] == [4]

    def test_empty(self, new_engine: Callable[..., sa.Engine]) -> None:
        """
        An empty journal has a head too, and is whole.
        """
        engine = new_engine()
        with reading(engine) as connection:
            assert journal.head(connection) == (0, journal.GENESIS)
        assert faults(engine) == []
        assert faults(engine, printed=journal.GENESIS) == []


class TestVerifying:
    def test_whole(self, engine: sa.Engine) -> None:
        """
        Nothing is wrong with what nobody touched.
        """
        assert faults(engine) == []

    @pytest.mark.parametrize("sequence", [1, 3, 6])
    @pytest.mark.parametrize(
        "change",
        [
            "sequence = sequence + 100",
            "at = '2026-11-21 12:30:15.250001'",
            "actor = 'bo'",
            "action = 'correct'",
            "entity = 'claim'",
            "entity_id = 'other'",
            "body = replace(body, 'some', 'none')",
            "body = NULL",
            "reason = 'because'",
            f"previous = '{'1' * 64}'",
            f"hash = '{'1' * 64}'",
        ],
    )
    def test_one_field_changed(
        self, database: Path, engine: sa.Engine, sequence: int, change: str
    ) -> None:
        """
        A change of any field of any entry is noticed.
        """
        tamper(database, f"UPDATE journal SET {change} WHERE sequence = {sequence}")

        assert faults(engine) != []

    def test_a_field_changed_and_sealed_again(self, database: Path, engine: sa.Engine) -> None:
        """
        Sealing the changed entry again breaks the chain behind it.
        """
        with reading(engine) as connection:
            third = list(journal.entries(connection))[2]
        again = journal.seal(
            third.sequence,
            third.previous,
            at=third.at,
            actor="bo",
            action=third.action,
            entity=third.entity,
            entity_id=third.entity_id,
            body=third.body,
            reason=third.reason,
        )
        tamper(
            database, f"UPDATE journal SET actor = 'bo', hash = '{again.hash}' WHERE sequence = 3"
        )

        assert faults(engine) == ["entry 4 does not continue the entry before it"]

    def test_entry_removed(self, database: Path, engine: sa.Engine) -> None:
        """
        A gap is noticed, and so is the chain that no longer holds.
        """
        tamper(database, "DELETE FROM journal WHERE sequence = 2")

        assert faults(engine) == [
            "entry 2 is missing: entry 3 follows",
            "entry 3 does not continue the entry before it",
            "source another is live but not in the journal",
        ]

    def test_entry_removed_and_renumbered(self, database: Path, engine: sa.Engine) -> None:
        """
        Closing the gap does not hide it.
        """
        tamper(
            database,
            "DELETE FROM journal WHERE sequence = 2",
            *(f"UPDATE journal SET sequence = {n - 1} WHERE sequence = {n}" for n in range(3, 7)),
        )

        assert "entry 2 was changed after it was written" in faults(engine)

    def test_entries_swapped(self, database: Path, engine: sa.Engine) -> None:
        """
        So is another order.
        """
        tamper(
            database,
            "UPDATE journal SET sequence = 99 WHERE sequence = 1",
            "UPDATE journal SET sequence = 1 WHERE sequence = 2",
            "UPDATE journal SET sequence = 2 WHERE sequence = 99",
        )

        found = faults(engine)
        assert "entry 1 was changed after it was written" in found
        assert "entry 2 was changed after it was written" in found

    def test_last_entry_removed(self, database: Path, engine: sa.Engine) -> None:
        """
        Cutting the end off leaves rows that no entry explains.
        """
        tamper(database, "DELETE FROM journal WHERE sequence = 6")

        assert faults(engine) == ["ledger some-question-2 is live but not in the journal"]

    @pytest.mark.parametrize(
        ("statement", "message"),
        [
            (
                "UPDATE source SET name = 'Nobody' WHERE id = 'another'",
                "source another differs from its last journal entry",
            ),
            (
                "UPDATE question SET closes = '2024-01-02'",
                "question some-question differs from its last journal entry",
            ),
            (
                "UPDATE source SET name = 'Nobody' WHERE recorded = 1",
                "source somebody differs from journal entry 1",
            ),
            (
                "DELETE FROM source WHERE id = 'another'",
                "source another is in the journal but has no live row",
            ),
            (
                "DELETE FROM source WHERE recorded = 1",
                "source somebody is in the journal but has no row 1",
            ),
            (
                "UPDATE source SET superseded = 5 WHERE id = 'another'",
                "source another does not end where the journal says",
            ),
            (
                "UPDATE source SET superseded = 6 WHERE recorded = 1",
                "source somebody does not end where the journal says",
            ),
            (
                "INSERT INTO source (id, recorded, name, kind) VALUES ('new', 1, 'N', 'person')",
                "source new is live but not in the journal",
            ),
            (
                "UPDATE ledger SET position = 3 WHERE recorded = 5",
                "the ledger of some-question is not in the order it was recorded in",
            ),
        ],
    )
    def test_rows_that_differ(
        self, database: Path, engine: sa.Engine, statement: str, message: str
    ) -> None:
        """
        A row that says something else than its journal entry is named, a past one too.
        """
        tamper(database, statement)

        assert faults(engine) == [message]


class TestPrintedHead:
    def test_every_head_that_ever_was(self, engine: sa.Engine) -> None:
        """
        Any hash of the chain proves what came before it, whole or by its beginning.
        """
        with reading(engine) as connection:
            hashes = [one.hash for one in journal.entries(connection)]

        for one in hashes:
            for printed in (one, one[:12], one[:20].upper(), f" {one}\n"):
                assert faults(engine, printed=printed) == []

    def test_a_rewritten_record(
        self, engine: sa.Engine, new_engine: Callable[..., sa.Engine], now: datetime
    ) -> None:
        """
        A record written anew from the start is whole in itself, but not the one that was printed.
        """
        with reading(engine) as connection:
            printed = journal.head(connection)[1]
        other = new_engine()
        with writing(other) as connection:
            changes = [Change(Action.ADD, replace(SOMEBODY, name="Nobody"))]
            store.write(connection, changes, actor="ann", at=now)

        assert faults(other) == []
        assert faults(other, printed=printed) == [
            f"no entry has the hash {printed}: what it covered was rewritten or removed"
        ]

    def test_entries_cut_off(self, database: Path, engine: sa.Engine) -> None:
        """
        A record whose end was cut off cleanly is whole; only the printed head shows it.
        """
        with reading(engine) as connection:
            printed = journal.head(connection)[1]
        tamper(
            database,
            "DELETE FROM ledger WHERE recorded = 6",
            "DELETE FROM journal WHERE sequence = 6",
        )

        assert faults(engine) == []
        assert len(faults(engine, printed=printed)) == 1

    @pytest.mark.parametrize("printed", ["", "0", "abcdef01234", "not a hash at all", "a" * 65])
    def test_no_head(self, engine: sa.Engine, printed: str) -> None:
        """
        A few digits prove nothing: too many records have them.
        """
        with pytest.raises(InvalidInput, match="is no head"):
            faults(engine, printed=printed)

"""
What was withdrawn comes back as it was, where it still fits; and nothing else is taken for it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from foretrack import browse, resolve
from foretrack.core.records import Article, Claim, Horizon, Published, Question, Source
from foretrack.core.vocabulary import SourceKind, Unscorable
from foretrack.db import journal, store
from foretrack.db.engine import reading, writing
from foretrack.db.store import Change
from foretrack.db.tables import Action, Entity
from foretrack.errors import Conflict, InvalidInput

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa

    from foretrack.core.records import AnyRecord

DAY = date(2024, 6, 1)
ANN = Source(id="ann", name="Ann", kind=SourceKind.PERSON)
OUTLOOK = Article(
    id="a1", title="Outlook", source="ann", published=Published(earliest=DAY, latest=DAY)
)
TREATY = Question(
    id="q1",
    statement="Will they sign?",
    criteria="Yes if they do.",
    criteria_written=DAY,
    resolution_source="The press",
    opens=DAY,
    closes=date(2024, 12, 31),
)
SIGNS = Claim(
    id="c1", article="a1", source="ann", says="They sign.", phrase="likely", question="q1",
    horizon=Horizon(words="this year"),
)  # fmt: skip
AGAIN = Claim(
    id="c10", article="a1", source="ann", says="They sign.", unscorable=Unscorable.DUPLICATE,
    duplicate_of="c1",
)  # fmt: skip


@pytest.fixture
def record(engine: sa.Engine, now: datetime) -> Record:
    found = Record(engine, now)
    found.write(Action.ADD, ANN, OUTLOOK, TREATY, SIGNS, AGAIN)
    return found


class Record:
    """
    A record and what is done to it.
    """

    def __init__(self, engine: sa.Engine, now: datetime) -> None:
        self.engine = engine
        self.now = now

    def write(self, action: Action, *records: AnyRecord) -> None:
        with writing(self.engine) as connection:
            changes = [Change(action, one, "why") for one in records]
            store.write(connection, changes, actor="ann", at=self.now)

    def withdraw(self, entity: Entity, name: str) -> None:
        resolve.withdraw(self.engine, entity, name, reason="x", actor="ann", now=self.now)

    def restore(self, entity: Entity, name: str, reason: str | None = None) -> None:
        resolve.restore(self.engine, entity, name, reason=reason, actor="ann", now=self.now)

    def contents(self) -> store.Contents:
        with reading(self.engine) as connection:
            assert store.faults(connection) == []
            return store.load(connection)


def test_as_it_was(record: Record) -> None:
    """
    The record is what it was before, in its place; the journal says that it was brought back.
    """
    before = record.contents()
    record.withdraw(Entity.CLAIM, "c10")
    record.withdraw(Entity.CLAIM, "c1")
    record.restore(Entity.CLAIM, "c1")
    record.restore(Entity.CLAIM, "c10", "by mistake")
    after = record.contents()

    assert list(after.claims.values()) == list(before.claims.values())
    assert after.withdrawn == set()
    with reading(record.engine) as connection:
        said = [one.reason for one in journal.entries(connection)][-2:]
    assert said == ["restored", "by mistake"]


def test_what_it_needs_comes_first(record: Record) -> None:
    """
    A claim does not come back without its question.
    """
    for entity, name in ((Entity.CLAIM, "c10"), (Entity.CLAIM, "c1"), (Entity.QUESTION, "q1")):
        record.withdraw(entity, name)

    with pytest.raises(Conflict, match="claim c1 needs question q1; bring that back first"):
        record.restore(Entity.CLAIM, "c1")
    record.restore(Entity.QUESTION, "q1")
    record.restore(Entity.CLAIM, "c1")


class TestNoLongerFits:
    """
    What has come since may leave no room; an export of it could not be imported.
    """

    def refused(self, record: Record, name: str, why: str) -> None:
        before = record.contents()
        with pytest.raises(Conflict, match=why):
            record.restore(Entity.CLAIM, name)
        assert record.contents() == before

    def test_the_same_stance(self, record: Record) -> None:
        """
        Another claim says it of the question on that day.
        """
        record.withdraw(Entity.CLAIM, "c10")
        record.withdraw(Entity.CLAIM, "c1")
        record.write(Action.ADD, replace(SIGNS, id="c2", phrase="unlikely"))

        self.refused(record, "c1", "ann forecasts q1 on 2024-06-01 already in c2")

    def test_a_window_over_before(self, record: Record) -> None:
        """
        The article is dated after the window now.
        """
        record.withdraw(Entity.CLAIM, "c10")
        record.withdraw(Entity.CLAIM, "c1")
        late = date(2025, 3, 1)
        record.write(
            Action.CORRECT, replace(OUTLOOK, published=Published(earliest=late, latest=late))
        )

        self.refused(record, "c1", "closes 2024-12-31, which is before the article's date")

    def test_a_duplicate_of_a_duplicate(self, record: Record) -> None:
        """
        What it repeats is a duplicate itself now.
        """
        record.withdraw(Entity.CLAIM, "c10")
        record.write(
            Action.ADD, replace(SIGNS, id="c2", unscorable=Unscorable.HEDGE, question=None)
        )
        duplicate = replace(AGAIN, id="c1", duplicate_of="c2")
        record.write(Action.CORRECT, duplicate)

        self.refused(record, "c10", "c1 is a duplicate itself")


class TestPrefix:
    """
    c1 is an id and the beginning of another.
    """

    def test_withdrawn_twice(self, record: Record) -> None:
        """
        The whole id of what is gone does not name what begins with it.
        """
        record.write(Action.CORRECT, replace(AGAIN, unscorable=Unscorable.HEDGE, duplicate_of=None))
        record.withdraw(Entity.CLAIM, "c1")

        with pytest.raises(InvalidInput, match="claim c1 was withdrawn; `foretrack log c1`"):
            browse.identify(record.engine, "c1")
        assert browse.identify(record.engine, "c1", withdrawn=True) == (Entity.CLAIM, "c1")
        assert browse.identify(record.engine, "c10") == (Entity.CLAIM, "c10")

    def test_restored_twice(self, record: Record) -> None:
        """
        Nor the whole id of what is there what was withdrawn.
        """
        record.withdraw(Entity.CLAIM, "c10")

        with pytest.raises(InvalidInput, match="claim c1 is there: it was not withdrawn"):
            browse.identify(record.engine, "c1", withdrawn=True)
        assert browse.identify(record.engine, "c10", withdrawn=True) == (Entity.CLAIM, "c10")

    def test_nothing(self, record: Record) -> None:
        """
        What nobody withdrew cannot be brought back.
        """
        with pytest.raises(InvalidInput, match="nothing was withdrawn whose id begins with 'c2'"):
            browse.identify(record.engine, "c2", withdrawn=True)
        with pytest.raises(InvalidInput, match="no claim c1 was withdrawn"):
            record.restore(Entity.CLAIM, "c1")

"""
What was recorded comes back, as it is and as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from foretrack.core.records import Claim, Source, plain
from foretrack.core.vocabulary import SourceKind
from foretrack.db import journal, store, tables
from foretrack.db.engine import reading, writing
from foretrack.db.schema import metadata
from foretrack.db.store import Change, Contents
from foretrack.db.tables import Action, Entity
from foretrack.errors import Conflict
from strategies import Everything, everything

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from foretrack.core.records import AnyRecord

SOMEBODY = Source(id="somebody", name="Somebody", kind=SourceKind.PERSON)


def write(engine: sa.Engine, changes: Sequence[Change], now: datetime) -> tuple[int, str]:
    with writing(engine) as connection:
        return store.write(connection, changes, actor="test", at=now)


def load(engine: sa.Engine, *, at_sequence: int | None = None) -> Contents:
    with reading(engine) as connection:
        return store.load(connection, at_sequence=at_sequence)


def entries(engine: sa.Engine) -> list[journal.Entry]:
    with reading(engine) as connection:
        return list(journal.entries(connection))


class TestRoundTrip:
    @settings(max_examples=40)
    @given(record=everything())
    def test_write_then_load(
        self, new_engine: Callable[..., sa.Engine], now: datetime, record: Everything
    ) -> None:
        """
        Every kind of record is read back equal, and the journal agrees with every row.
        """
        engine = new_engine()
        write(engine, record.changes, now)

        assert record.contents == load(engine)
        with reading(engine) as connection:
            assert store.faults(connection) == []

    @settings(max_examples=40)
    @given(record=everything())
    def test_one_entry_for_each_change(
        self, new_engine: Callable[..., sa.Engine], now: datetime, record: Everything
    ) -> None:
        """
        The journal holds one entry for each change, in order, with the record's canonical JSON.
        """
        engine = new_engine()
        head = write(engine, record.changes, now)
        found = entries(engine)

        assert [change.record.id for change in record.changes] == [one.entity_id for one in found]
        assert list(range(1, len(found) + 1)) == [one.sequence for one in found]
        assert head == (found[-1].sequence, found[-1].hash)
        for change, entry in zip(record.changes, found, strict=True):
            values = plain(change.record)
            if entry.entity is Entity.LEDGER:
                kinds = {"Resolution": "resolution", "Reopening": "reopening"}
                values["kind"] = kinds.get(type(change.record).__name__, "condition")
            assert journal.canonical(values) == entry.body
            assert (entry.action, entry.actor, entry.at) == (Action.ADD, "test", now)

    @settings(max_examples=40)
    @given(record=everything())
    def test_order_is_kept(
        self, new_engine: Callable[..., sa.Engine], now: datetime, record: Everything
    ) -> None:
        """
        Claims come back in the order of their article, entries in the order of their ledger.
        """
        engine = new_engine()
        write(engine, record.changes, now)
        contents = load(engine)

        for article in record.articles:
            said = [one.id for one in record.claims if one.article == article.id]
            assert said == [one.id for one in contents.claims.values() if one.article == article.id]
        for question in record.questions:
            decided = [one.id for one in record.ledger if one.question == question.id]
            assert decided == [one.id for one in contents.ledger.get(question.id, [])]

    @settings(max_examples=40)
    @given(record=everything(), data=st.data())
    def test_fetching_and_matching(
        self,
        new_engine: Callable[..., sa.Engine],
        now: datetime,
        record: Everything,
        data: st.DataObject,
    ) -> None:
        """
        Part of the record is the part of the whole.
        """
        engine = new_engine()
        write(engine, record.changes, now)
        question = data.draw(st.sampled_from(record.questions)).id

        with reading(engine) as connection:
            said = store.fetch(connection, Entity.CLAIM, tables.claim.c.question == question)
            matched = store.matching(connection, "question-", [Entity.QUESTION, Entity.CLAIM])
            limited = store.matching(connection, "", [Entity.QUESTION], limit=1)
            wild = store.matching(connection, "question_", [Entity.QUESTION])

        expected = {one.id for one in record.claims if one.question == question}
        assert expected == {one.id for one in said}
        assert [(Entity.QUESTION, one.id, one.statement) for one in record.questions] == matched
        assert len(limited) == 1
        assert wild == []


class TestVersions:
    def test_correct(self, engine: sa.Engine, now: datetime) -> None:
        """
        A correction replaces the live version; the old one stays in the past.
        """
        write(engine, [Change(Action.ADD, SOMEBODY)], now)
        other = replace(SOMEBODY, name="Somebody Else", note="misspelt")
        write(engine, [Change(Action.CORRECT, other, "a typo")], now)

        assert load(engine).sources == {"somebody": other}
        assert load(engine, at_sequence=1).sources == {"somebody": SOMEBODY}
        assert ([(one.action.value, one.reason) for one in entries(engine)]) == [
            ("add", None),
            ("correct", "a typo"),
        ]

    def test_withdraw(self, engine: sa.Engine, now: datetime) -> None:
        """
        A withdrawn record is gone from the live record and known to be.

        Its journal entry has a reason and no body.
        """
        write(engine, [Change(Action.ADD, SOMEBODY)], now)
        write(engine, [Change(Action.WITHDRAW, SOMEBODY, "a mistake")], now)

        assert load(engine) == Contents(withdrawn={(Entity.SOURCE, "somebody")})
        assert load(engine, at_sequence=1) == Contents(sources={"somebody": SOMEBODY})
        last = entries(engine)[-1]
        assert (last.action, last.body, last.reason) == (Action.WITHDRAW, None, "a mistake")

    def test_withdraw_and_add_again(self, engine: sa.Engine, now: datetime) -> None:
        """
        What was withdrawn may be recorded again, and is no longer withdrawn.
        """
        write(engine, [Change(Action.ADD, SOMEBODY)], now)
        write(engine, [Change(Action.WITHDRAW, SOMEBODY, "a mistake")], now)
        write(engine, [Change(Action.ADD, SOMEBODY)], now)

        assert load(engine) == Contents(sources={"somebody": SOMEBODY})
        assert load(engine, at_sequence=2) == Contents(withdrawn={(Entity.SOURCE, "somebody")})
        with reading(engine) as connection:
            assert store.faults(connection) == []

    def test_a_corrected_claim_keeps_its_place(self, engine: sa.Engine, now: datetime) -> None:
        """
        Correcting the first of two claims does not move it behind the second.
        """
        first, second = (
            Claim(id=name, article="some-article", source="somebody", says="x", unscorable=None)
            for name in ("first", "second")
        )
        first, second = (
            replace(one, question="some-question", phrase="likely") for one in (first, second)
        )
        write(engine, [Change(Action.ADD, first), Change(Action.ADD, second)], now)
        write(engine, [Change(Action.CORRECT, replace(first, says="y"), "clearer")], now)

        assert list(load(engine).claims) == ["first", "second"]

    def test_several_changes_of_one_record_at_once(self, engine: sa.Engine, now: datetime) -> None:
        """
        Changes in one transaction are written in order, also when they concern one record.
        """
        other = replace(SOMEBODY, name="Somebody Else")
        write(
            engine,
            [
                Change(Action.ADD, SOMEBODY),
                Change(Action.CORRECT, other, "a typo"),
                Change(Action.WITHDRAW, other, "a mistake"),
                Change(Action.ADD, SOMEBODY),
            ],
            now,
        )

        assert load(engine) == Contents(sources={"somebody": SOMEBODY})
        assert load(engine, at_sequence=2) == Contents(sources={"somebody": other})
        with reading(engine) as connection:
            assert store.faults(connection) == []

    @settings(max_examples=40)
    @given(record=everything(most_claims=4), data=st.data())
    def test_the_past_can_be_read_exactly(
        self,
        new_engine: Callable[..., sa.Engine],
        now: datetime,
        record: Everything,
        data: st.DataObject,
    ) -> None:
        """
        At each sequence the record reads as it did then.

        Whatever was corrected, withdrawn and recorded again since.
        """
        engine = new_engine()
        write(engine, record.changes, now)
        live: dict[str, Claim] = {one.id: one for one in record.claims}
        gone: dict[str, Claim] = {}
        seen = {len(record.changes): load(engine)}
        for step in range(data.draw(st.integers(0, 6))):
            changes: list[Change] = []
            for name in (
                data.draw(st.lists(st.sampled_from(sorted({*live, *gone})), max_size=3))
                if (live or gone)
                else ()
            ):
                if name in gone:
                    live[name] = gone.pop(name)
                    changes.append(Change(Action.ADD, live[name]))
                elif data.draw(st.booleans()):
                    live[name] = replace(live[name], note=f"changed {step}")
                    changes.append(Change(Action.CORRECT, live[name], "why"))
                else:
                    gone[name] = live.pop(name)
                    changes.append(Change(Action.WITHDRAW, gone[name], "why"))
            sequence, _ = write(engine, changes, now)
            seen[sequence] = load(engine)
            assert seen[sequence].claims == live
            assert seen[sequence].withdrawn == {(Entity.CLAIM, name) for name in gone}

        for sequence, then in seen.items():
            assert then == load(engine, at_sequence=sequence)
        assert load(engine, at_sequence=0) == Contents()
        with reading(engine) as connection:
            assert store.faults(connection) == []


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ([Change(Action.ADD, SOMEBODY)], "source somebody exists already"),
            ([Change(Action.CORRECT, replace(SOMEBODY, id="nobody"), "x")], "is not in the record"),
            (
                [Change(Action.WITHDRAW, replace(SOMEBODY, id="nobody"), "x")],
                "is not in the record",
            ),
            (
                [Change(Action.ADD, replace(SOMEBODY, id="other"))] * 2,
                "source other exists already",
            ),
            (
                [
                    Change(Action.WITHDRAW, SOMEBODY, "x"),
                    Change(Action.CORRECT, SOMEBODY, "x"),
                ],
                "source somebody is not in the record",
            ),
        ],
        ids=["twice", "correct nothing", "withdraw nothing", "twice at once", "after withdrawing"],
    )
    def test_conflict_writes_nothing_at_all(
        self, engine: sa.Engine, now: datetime, changes: list[Change], message: str
    ) -> None:
        """
        A change that cannot be made takes all that came with it along.
        """
        write(engine, [Change(Action.ADD, SOMEBODY)], now)
        new = Change(Action.ADD, replace(SOMEBODY, id="new"))

        with pytest.raises(Conflict, match=message):
            write(engine, [new, *changes], now)
        assert load(engine) == Contents(sources={"somebody": SOMEBODY})
        assert len(entries(engine)) == 1

    @pytest.mark.parametrize(
        "record",
        [
            Claim(
                id="both",
                article="a",
                source="s",
                says="x",
                phrase="likely",
                probability=0.7,
                question="q",
            ),
            Claim(id="neither", article="a", source="s", says="x", question="q"),
            Claim(id="no-reason", article="a", source="s", says="x"),
            Claim(id="above", article="a", source="s", says="x", probability=1.2, question="q"),
        ],
        ids=lambda record: record.id,
    )
    def test_the_database_checks_too(
        self, engine: sa.Engine, now: datetime, record: AnyRecord
    ) -> None:
        """
        What the rules forbid the constraints refuse, should anything get past the rules.

        The journal entry written before goes with it.
        """
        with pytest.raises(sa.exc.IntegrityError, match="CHECK constraint"):
            write(engine, [Change(Action.ADD, record)], now)
        assert entries(engine) == []

    def test_naive_instants(self, engine: sa.Engine, now: datetime) -> None:
        """
        An instant without a zone is a mistake of the program.
        """
        with pytest.raises(ValueError, match="has no time zone"):
            write(engine, [Change(Action.ADD, SOMEBODY)], now.replace(tzinfo=None))

    def test_nothing_to_write(self, engine: sa.Engine, now: datetime) -> None:
        """
        No change leaves the head where it is.
        """
        assert write(engine, [], now) == (0, journal.GENESIS)


def test_utc_date_time_refuses_naive_values(engine: sa.Engine, now: datetime) -> None:
    """
    The one type for instants takes none without a zone, and gives UTC back.
    """
    kind = tables.UtcDateTime()
    dialect: Any = engine.dialect

    assert kind.process_bind_param(None, dialect) is None
    assert kind.process_bind_param(now, dialect) == now
    with pytest.raises(ValueError, match="has no time zone"):
        kind.process_bind_param(now.replace(tzinfo=None), dialect)


def test_no_score_is_stored() -> None:
    """
    The only fractions in the database are those that somebody stated: scores are derived on read.
    """
    fractions = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.Float | sa.Numeric)
    }

    assert fractions == {"claim.probability", "question.base_rate"}

"""
Ids stay given away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack.core.naming import Ids
from foretrack.core.records import Source
from foretrack.core.vocabulary import SourceKind
from foretrack.db import store
from foretrack.db.engine import reading, writing
from foretrack.db.ids import ids
from foretrack.db.store import Change
from foretrack.db.tables import Action, Entity

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import sqlalchemy as sa


def source(name: str) -> Source:
    return Source(id=name, name=name.title(), kind=SourceKind.PERSON)


def test_every_id_there_ever_was(new_engine: Callable[..., sa.Engine], now: datetime) -> None:
    """
    Live, withdrawn and restored ids are told apart, once each, whatever their versions.
    """
    engine = new_engine()
    changes = [
        *(Change(Action.ADD, source(name)) for name in ("live", "gone", "back")),
        Change(Action.WITHDRAW, source("gone"), "wrong"),
        Change(Action.WITHDRAW, source("back"), "wrong"),
        Change(Action.ADD, source("back")),
    ]
    with writing(engine) as connection:
        store.write(connection, changes, actor="test", at=now)
    with reading(engine) as connection:
        found = ids(connection, (Entity.SOURCE, Entity.CLAIM))
    assert found == {
        "source": Ids(frozenset({"live", "gone", "back"}), frozenset({"gone"})),
        "claim": Ids(),
    }

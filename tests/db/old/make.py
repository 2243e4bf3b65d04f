"""
Makes the stored database of a schema: ``python tests/db/old/make.py``.

Run it once for each schema that is released, while that schema is the newest; afterwards the
file is only read.  What goes in stands in the JSON file of the same name.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foretrack.core import records
from foretrack.db import engine as engines
from foretrack.db import migrate, place, store
from foretrack.db.store import Change
from foretrack.db.tables import Action

if TYPE_CHECKING:
    from foretrack.core.records import AnyRecord

FOLDER = Path(__file__).parent

KINDS: dict[str, type[AnyRecord]] = {
    "source": records.Source,
    "article": records.Article,
    "question": records.Question,
    "claim": records.Claim,
    "resolution": records.Resolution,
    "reopening": records.Reopening,
    "condition": records.ConditionState,
    "review": records.Review,
    "postponement": records.Postponement,
    "remark": records.Remark,
    "task": records.Task,
}


def record(kind: str, values: dict[str, Any]) -> AnyRecord:
    """
    One record of the JSON file.
    """
    return records.from_plain(KINDS[kind], values)


def make(schema: str) -> Path:
    """
    Write, correct, withdraw; then pack the file small.
    """
    given = json.loads((FOLDER / f"{schema}.json").read_text(encoding="utf-8"))
    path = FOLDER / f"{schema}.sqlite"
    path.unlink(missing_ok=True)
    url = place.url_of(path)
    migrate.create(url)
    written = [record(*item) for item in given["written"]]
    gone = {name for _, name in given["withdrawn"]}
    steps = [
        [Change(Action.ADD, one) for one in written],
        [Change(Action.CORRECT, record(*item), "misread") for item in given["corrected"]],
        [Change(Action.WITHDRAW, one, "not needed") for one in written if one.id in gone],
    ]
    for hour, changes in enumerate(steps):
        with engines.writing(engines.make_engine(url)) as connection:
            at = datetime(2026, 11, 21, hour, 30, 15, 250_000, tzinfo=UTC)
            store.write(connection, changes, actor="ann", at=at)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in ("journal_mode = DELETE", "page_size = 512"):
            connection.execute(f"PRAGMA {statement}")
        connection.execute("VACUUM")
        connection.execute("PRAGMA journal_mode = WAL")
    return path


if __name__ == "__main__":
    made = make(engines.SCHEMA)
    print(made, made.stat().st_size, "bytes")

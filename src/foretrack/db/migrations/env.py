"""
What Alembic runs: once from the program, with a connection, and once for developers, without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from alembic import context

from foretrack.db.engine import make_engine
from foretrack.db.place import url_of
from foretrack.db.schema import metadata
from foretrack.db.tables import UtcDateTime

if TYPE_CHECKING:
    import sqlalchemy as sa


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """
    Write our types as SQLAlchemy's own, so that history needs no application code.
    """
    del autogen
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: sa.Connection) -> None:
    """
    Run what was asked for on one connection, in the transaction it is in.
    """
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=render_item,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("foretrack's migrations run on a database only, not as an SQL script")

given: sa.Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    place = context.get_x_argument(as_dictionary=True).get("db", "foretrack-dev.sqlite")
    with (
        make_engine(url_of(str(place)), foreign_keys=False)
        .execution_options(foretrack_writes=True)
        .connect() as own,
        own.begin(),
    ):
        run(own)

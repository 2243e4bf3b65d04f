"""
The ids that the database gave away, for commands that do without a database where there is none.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from foretrack.errors import ForetrackError

if TYPE_CHECKING:
    from foretrack.cli.app import App
    from foretrack.core.naming import Ids

_PATIENCE: Final = 0.5  # seconds for another program's transaction
_CONNECTING: Final = 3  # seconds for a server


def given_away(app: App) -> dict[str, Ids]:
    """
    The ids of sources, articles, claims and questions in the database that the settings name.

    A database that is missing, or cannot be read, says nothing and stops nobody.
    """
    with suppress(ForetrackError, OSError):
        place = app.settings.database
        if "://" not in place and not _there(place):
            return {}  # without loading what reads one
        from foretrack.db.engine import make_engine, reading
        from foretrack.db.ids import ids
        from foretrack.db.tables import Entity

        url = app.url
        if url.get_backend_name() != "sqlite" and "connect_timeout" not in url.query:
            url = url.update_query_dict({"connect_timeout": str(_CONNECTING)})
        with reading(make_engine(url, busy_seconds=_PATIENCE)) as connection:
            kinds = (Entity.SOURCE, Entity.ARTICLE, Entity.CLAIM, Entity.QUESTION)
            return ids(connection, kinds)
    return {}


def _there(place: str) -> bool:
    try:
        return Path(place).expanduser().is_file()
    except (OSError, RuntimeError, ValueError):  # not to be looked at, ~nobody/x, or no name
        return False

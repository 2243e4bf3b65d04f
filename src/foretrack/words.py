"""
The use cases about words: what sources make of them, and how far scores hang on who reads them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from foretrack import evaluate
from foretrack.compare import chosen_items
from foretrack.core import dictionary, rereading
from foretrack.core.judging import stances
from foretrack.core.library import DEFAULT
from foretrack.core.rates import rates_by
from foretrack.db import tallies, usage
from foretrack.db.engine import reading
from foretrack.errors import NothingResolved

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from foretrack.core.cohort import Item
    from foretrack.core.dictionary import Dictionary
    from foretrack.core.rates import RatesBy
    from foretrack.core.rereading import Rereading
    from foretrack.core.scorecard import Convention
    from foretrack.evaluate import Choice


def reread(
    engine: sa.Engine, choice: Choice, *, lexicons: Sequence[str] = (), by: str = "source"
) -> Rereading:
    """
    Every source, or every group, under every lexicon.

    Args:
        engine: The database.
        choice: Which forecasts count, and the reading in use.
        lexicons: Only these; all at hand by default.
        by: What is put in order, one of ``evaluate.GROUPINGS``.

    Raises:
        InvalidInput: There is no lexicon of that name.
        NothingResolved: No forecast by any source has an outcome that counts.
    """
    chosen = [choice.library.get(name) for name in lexicons or choice.library.names()]
    with reading(engine) as connection:
        items, convention = chosen_items(connection, choice, sources=None, by=by)
        labels = evaluate.labels_of(connection, by)
    found = rereading.reread(
        items,
        by=by,
        convention=convention,
        labels=labels,
        lexicon_of=choice.lexicon_of,
        lexicons=chosen,
    )
    if not any(one.order for one in (found.in_use, *found.readings)):
        raise NothingResolved(
            "no forecast has an outcome that counts;"
            " `foretrack due` shows what waits for a decision"
        )
    return found


def phrases(
    engine: sa.Engine, choice: Choice, *, source: str | None, by: str | None = None
) -> Dictionary:
    """
    The dictionary of a source, or of all together, and of each group of it.

    Args:
        engine: The database.
        choice: Which forecasts count.
        source: Whose; None for all together.
        by: What has a dictionary of its own, one of ``evaluate.GROUPINGS``; None for no groups.
    """
    grouping = by or "source"
    with reading(engine) as connection:
        names = evaluate.labels_of(connection, "source")
        labels = evaluate.labels_of(connection, grouping)
        uses = list(
            usage.uses(
                connection, by=grouping, as_of=choice.as_of, only=choice.only,
                basis=choice.basis, sources=None if source is None else [source],
            )
        )  # fmt: skip
        items, convention = _counted(connection, choice, source=source, by=grouping)
    library = choice.library
    return dictionary.dictionary(
        uses,
        items,
        convention=convention,
        source=source,
        label=None if source is None else names.get(source, source),
        by=by,
        labels=labels,
        stance_of=stances(choice.lexicon_of),
        readers=library.get(DEFAULT),
        standards=[library.get(name) for name in library.names() if name != DEFAULT],
    )


def rates(engine: sa.Engine, choice: Choice, *, source: str | None, by: str) -> RatesBy:
    """
    How often each phrase or number came true, group by group.

    Args:
        engine: The database.
        choice: Which forecasts count.
        source: Only this one's; None for those of all.
        by: What the groups are, one of ``evaluate.GROUPINGS``.
    """
    with reading(engine) as connection:
        names = evaluate.labels_of(connection, "source")
        labels = evaluate.labels_of(connection, by)
        items, convention = _counted(connection, choice, source=source, by=by)
    return rates_by(
        items,
        convention=convention,
        source=source,
        label=None if source is None else names.get(source, source),
        by=by,
        labels=labels,
        stance_of=stances(choice.lexicon_of),
    )


def _counted(
    connection: sa.Connection, choice: Choice, *, source: str | None, by: str
) -> tuple[list[Item], Convention]:
    """
    The forecasts of a source, or of all, counted by the database, and how they were chosen.
    """
    convention = evaluate.convention_of(connection, choice, only=source)
    found = list(
        tallies.counts(connection, by=by, as_of=choice.as_of, only=choice.only)
        if source is None
        else tallies.each(connection, by=by, as_of=choice.as_of, only=choice.only, sources=[source])
    )
    kept = [item for item in found if not (choice.basis == "stated" and item.assumed)]
    left_out = sum(item.n for item in found) - sum(item.n for item in kept)
    return kept, replace(convention, left_out=left_out)

"""
The use case that watches: evidence week by week, of calibration or of every two sources.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from foretrack.compare import chosen_items, meant
from foretrack.core import pairings, vigil
from foretrack.core.judging import stances
from foretrack.core.rules import clipped
from foretrack.db.engine import reading
from foretrack.errors import CannotScore
from foretrack.evaluate import labels_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    import sqlalchemy as sa

    from foretrack.core.scorecard import Convention
    from foretrack.core.vigil import Heard, Vigil
    from foretrack.evaluate import Choice


def calibration(
    engine: sa.Engine,
    choice: Choice,
    *,
    source: str | None,
    by: str = "source",
    clip: float | None = None,
) -> Vigil:
    """
    Evidence that a source is not calibrated, or that each of them, or each group, is not.

    Args:
        engine: The database.
        choice: Which forecasts count.
        source: Only this one, or this group; None for each of them.
        by: What is watched, one of ``evaluate.GROUPINGS``.
        clip: Move every p into [clip, 1 - clip] first; above 0, at most 0.5.

    Raises:
        InvalidInput: There is no such group.
        OutOfRange: The clip is not above 0 and at most 0.5.
    """
    if clip is not None:
        clipped(0.5, clip)
    heard = _heard(engine, choice, sources=None if source is None else [source], by=by)
    return vigil.calibrations(
        heard.found,
        by=by,
        convention=heard.convention,
        labels=heard.labels,
        unread=heard.unread,
        clip=clip,
    )


def pairs(
    engine: sa.Engine, choice: Choice, *, sources: Sequence[str] | None, by: str = "source"
) -> Vigil:
    """
    Evidence that either of two is better, for every two of these, or of all.

    Args:
        engine: The database.
        choice: Which forecasts count.
        sources: At least two sources or groups; None for all that share enough questions.
        by: What is watched, one of ``evaluate.GROUPINGS``.

    Raises:
        InvalidInput: There is no such group.
        CannotScore: No two of them share a question, decided or not.
    """
    heard = _heard(engine, choice, sources=sources, by=by)
    found = vigil.voices(heard.found)
    if sources is not None and not any(
        a.keys() & b.keys() for a, b in combinations(found.values(), 2)
    ):
        named = ", ".join(f"{name} ({len(said)} questions)" for name, said in found.items())
        raise CannotScore(
            f"{named} share none, decided or not; `foretrack watch NAME` watches one by itself"
        )
    return vigil.pairs(
        found,
        by=by,
        convention=heard.convention,
        labels=heard.labels,
        unread=heard.unread,
        fewest=pairings.FEWEST_SHARED if sources is None else 0,
    )


class _Heard(NamedTuple):
    """
    First forecasts with what is needed to tell of them.
    """

    found: Heard
    unread: Counter[str]
    convention: Convention
    labels: dict[str, str]


def _heard(engine: sa.Engine, choice: Choice, *, sources: Sequence[str] | None, by: str) -> _Heard:
    """
    The first forecasts of these sources or groups, in the order of their names; None for all.
    """
    plain = by == "source"
    with reading(engine) as connection:
        items, convention = chosen_items(
            connection, choice, sources=sources if plain else None, by=by
        )
        labels = labels_of(connection, by)
    found, unread = vigil.heard(items, stance_of=stances(choice.lexicon_of))
    if sources is not None:
        names = sources if plain else meant(sources, found, by=by)
        found = {name: found.get(name, {}) for name in names}
    return _Heard(found, unread, convention, labels)

"""
The use case that watches: evidence week by week, of calibration or of two sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack.compare import chosen_items
from foretrack.core import vigil
from foretrack.core.figures import stances
from foretrack.core.rules import clipped
from foretrack.db.engine import reading
from foretrack.errors import CannotScore
from foretrack.evaluate import labels_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    import sqlalchemy as sa

    from foretrack.core.scorecard import Convention
    from foretrack.core.vigil import Firsts, Vigil
    from foretrack.evaluate import Choice


def calibration(
    engine: sa.Engine, choice: Choice, *, source: str | None, clip: float | None = None
) -> Vigil:
    """
    Evidence that a source, or each of them, is not calibrated.

    Raises:
        OutOfRange: The clip is not above 0 and at most 0.5.
    """
    if clip is not None:
        clipped(0.5, clip)
    found, unread, convention, labels = _firsts(
        engine, choice, sources=None if source is None else [source]
    )
    if source is not None:
        found.setdefault(source, {})
    return vigil.calibrations(found, convention=convention, labels=labels, unread=unread, clip=clip)


def pair(engine: sa.Engine, choice: Choice, *, sources: Sequence[str]) -> Vigil:
    """
    Evidence that either of two sources is better.

    Raises:
        CannotScore: They share no question, decided or not.
    """
    found, unread, convention, labels = _firsts(engine, choice, sources=sources)
    a, b = (found.setdefault(name, {}) for name in sources)
    if not a.keys() & b.keys():
        raise CannotScore(
            f"{sources[0]} ({len(a)} questions) and {sources[1]} ({len(b)}) share none, decided or"
            f" not; `foretrack watch {sources[0]}` watches one by itself"
        )
    return vigil.pair(found, convention=convention, labels=labels, unread=unread)


def _firsts(
    engine: sa.Engine, choice: Choice, *, sources: Sequence[str] | None
) -> tuple[Firsts, Counter[str], Convention, dict[str, str]]:
    with reading(engine) as connection:
        items, convention = chosen_items(connection, choice, sources=sources)
        labels = labels_of(connection, "source")
    return *vigil.firsts(items, stance_of=stances(choice.lexicon_of)), convention, labels

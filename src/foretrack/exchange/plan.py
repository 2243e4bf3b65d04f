"""
What a run takes from its tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foretrack.core.vocabulary import Updates
from foretrack.exchange.columns import ROLES, Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    What a run takes from its tables.

    Attributes:
        by: The column that makes the groups.
        sources: The sources that are read; None for all.
        names: Columns whose name is another than their role.
        reference: The column that holds the reference's probability, if there is one.
        reference_source: Whether the reference is a source, which questions must be named for.
        updates: How several forecasts by one source on one question count.
    """

    by: str = "source"
    sources: frozenset[str] | None = None
    names: Mapping[str, str]
    reference: str | None = None
    reference_source: bool = False
    updates: Updates = Updates.EACH

    @property
    def needed(self) -> tuple[str, ...]:
        """
        Optional roles that cannot be done without.
        """
        if self.updates is Updates.TIME:
            return ("question_id", "forecast_date", "resolve_date")
        if self.updates is not Updates.EACH:
            return ("question_id", "forecast_date")
        return ("question_id",) if self.reference_source else ()

    @property
    def is_plain(self) -> bool:
        """
        Whether each row counts by itself: the order of rows does not matter then.
        """
        return self.updates is Updates.EACH and self.reference is None

    @property
    def wanted(self) -> Wanted:
        """
        The columns to look for.
        """
        others = [name for name in (self.by, self.reference) if name is not None]
        return Wanted(
            names=self.names,
            others=tuple(name for name in others if name not in ROLES),
            needed=tuple(
                dict.fromkeys((*self.needed, *(name for name in others if name in ROLES)))
            ),
        )

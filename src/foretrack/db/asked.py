"""
How each question stands by a day.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property, lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import sqlalchemy as sa

from foretrack.core.closing import ends
from foretrack.core.cohort import Recorded, alone
from foretrack.db.engine import columns
from foretrack.db.tables import Kind, as_text, ledger, question, standing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Stands(NamedTuple):
    """
    How a question stands, as many others may: all that a forecast made in time depends on.

    Below the tags these are fields of an item, in its order.

    Attributes:
        tags: Its tags, as they are stored, where those were asked for.
        over: The last day of the window is over.
        outcome: As recorded by the day: yes, no, ambiguous, annulled, or None.
        reason: Why it was annulled.
        unmet: Its condition was not met, which annuls it.
        hindsight: The criteria were written after the day that settled it.
        cluster: Label of questions that stand or fall together.
        reference: What its record says of it, 0 to 1, where that was asked for.
    """

    tags: str | None
    over: bool
    outcome: str | None
    reason: str | None
    unmet: bool
    hindsight: bool
    cluster: str | None
    reference: float | None


_Stands: TypeAlias = (
    "tuple[str | None, bool, str | None, str | None, bool, bool, str | None, float | None]"
)
"""
The values of ``Stands``: there may be tens of thousands.
"""


class Days(NamedTuple):
    """
    The days of a question, as ISO text: they are mostly compared.

    Attributes:
        closes: Last day of the window.
        ends: The first day on which a forecast no longer counts.
        decided: The day the outcome was decided.
    """

    closes: str
    ends: str
    decided: str | None


class Questions:
    """
    Questions by a day, in columns of one length.

    Attributes:
        ids: What each is called.
        ends: The first day on which a forecast on it no longer counts, as ISO text.
        ways: The ways they stand, each once.
        place: Question -> the place of the way it stands.
    """

    def __init__(
        self,
        ids: Sequence[str],
        closes: Sequence[str],
        decided: Sequence[str | None],
        ends: Sequence[str],
        stands: Sequence[_Stands],
    ) -> None:
        self.ids = ids
        self.ends = ends
        self._closes = closes
        self._decided = decided
        places: dict[_Stands, int] = {}
        self.place = dict(
            zip(ids, [places.setdefault(one, len(places)) for one in stands], strict=True)
        )
        self.ways = list(map(Stands._make, places))

    @cached_property
    def days(self) -> Mapping[str, Days]:
        """
        The days of each question.
        """
        return dict(zip(self.ids, map(Days, self._closes, self.ends, self._decided), strict=True))


_Held: TypeAlias = "tuple[str | None, str | None, str | None, str | None]"
"""
Of a resolution: its outcome, its reason, the day that settled the question, the day it was decided.
"""

_NOTHING: _Held = (None, None, None, None)


def asked(
    connection: sa.Connection,
    *,
    as_of: date,
    recorded: Recorded | None = None,
    among: sa.Select[tuple[str | None]] | None = None,
    tagged: bool = False,
    own_cluster: bool = False,
) -> Questions:
    """
    The questions, with what was decided by a day.

    Args:
        connection: One view of the record.
        as_of: What was decided by this day.
        recorded: What to take from the record of each question.
        among: Only the questions whose ids this selects.
        tagged: With their tags.
        own_cluster: A question that names no cluster is one for itself.
    """
    held, unmet = _decided(connection, as_of, among)
    wanted = [standing(question)]
    if among is not None:
        wanted.append(question.c.id.in_(among))
    chosen = sa.select(
        question.c.id,
        question.c.cluster,
        question.c.tags if tagged else sa.cast(sa.null(), sa.Text),
        _day(question.c.closes),
        _day(question.c.criteria_written),
        question.c.condition_statement.is_not(None),
    ).where(*wanted)
    ids, clusters, tags, closes, written, conditional = columns(connection, chosen)
    references = _recorded(connection, recorded, wanted)
    if own_cluster:
        clusters = [
            alone(name) if cluster is None else cluster
            for name, cluster in zip(ids, clusters, strict=True)
        ]
    # In columns: there may be tens of thousands of questions.
    holding = list(map(held.get, ids, repeat(_NOTHING)))
    today = as_of.isoformat()
    return Questions(
        ids,
        closes,
        [decided for _, _, _, decided in holding],
        [
            settled or _day_after(close)
            for close, (_, _, settled, _) in zip(closes, holding, strict=True)
        ],
        [
            (
                tag, close < today, outcome, reason,
                bool(has_condition) and name in unmet,
                wrote > (settled or close),
                cluster, references.get(name),
            )
            for name, cluster, tag, close, wrote, has_condition, (outcome, reason, settled, _)
            in zip(ids, clusters, tags, closes, written, conditional, holding, strict=True)
        ],
    )  # fmt: skip


def _day(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    return sa.cast(column, sa.Text)


@lru_cache(maxsize=4096)
def _day_after(closes: str) -> str:
    """
    The first day on which a forecast on a question that nothing settled no longer counts.
    """
    return ends(date.fromisoformat(closes), settled=None).isoformat()


def _recorded(
    connection: sa.Connection, recorded: Recorded | None, wanted: list[sa.ColumnElement[bool]]
) -> Mapping[str, float]:
    """
    What the record of each question says of it, as ``Recorded.of`` does.

    In a statement of its own, because ``columns`` gives no exact floats.
    """
    if recorded is None:
        return {}
    says = as_text(question.c.status_quo)
    told: sa.ColumnElement[Any] = (
        question.c.base_rate
        if recorded is Recorded.BASE_RATE
        else sa.case((says == "yes", 1.0), (says == "no", 0.0), else_=None)
    )
    found = connection.execute(sa.select(question.c.id, told).where(*wanted, told.is_not(None)))
    return {name: float(value) for name, value in found}


def _decided(
    connection: sa.Connection, as_of: date, among: sa.Select[tuple[str | None]] | None
) -> tuple[Mapping[str, _Held], set[str]]:
    """
    The resolution that holds for each question, and the questions whose condition is not met.

    A resolution holds until another is recorded, or a reopening.
    """
    chosen = sa.select(
        ledger.c.position,
        ledger.c.question,
        as_text(ledger.c.kind),
        as_text(ledger.c.state),
        as_text(ledger.c.outcome),
        ledger.c.reason,
        _day(sa.func.coalesce(ledger.c.happened, ledger.c.impossible)),
        _day(ledger.c.decided),
    ).where(standing(ledger), ledger.c.decided <= as_of)
    if among is not None:
        chosen = chosen.where(ledger.c.question.in_(among))
    positions, names, kinds, states, *said = columns(connection, chosen)
    # Positions count within a question: sorted all together each ledger is in its order.
    in_order = sorted(range(len(names)), key=positions.__getitem__)
    entries = list(zip(*said, strict=True))
    of_condition = Kind.CONDITION.value
    last = {names[at]: entries[at] for at in in_order if kinds[at] != of_condition}
    condition = {names[at]: states[at] for at in in_order if kinds[at] == of_condition}
    return (
        {name: entry for name, entry in last.items() if entry[0] is not None},
        {name for name, state in condition.items() if state == "unmet"},
    )

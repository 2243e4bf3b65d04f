"""
Evidence week by week, with what it stands on.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from foretrack.core.watching import FEWEST_FOR_A_VERDICT
from foretrack.report import wording
from foretrack.report.outlines.blocks import (
    Block,
    Column,
    Entries,
    Entry,
    Heading,
    Table,
    joined,
    paragraph,
    row,
)
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foretrack.core.vigil import Vigil, Watched
    from foretrack.report.outlines.blocks import Row

WEEKS: Final = 12
"""
So many weeks are listed; a document has all of them.
"""

ASSUMPTIONS: Final = (
    "Outcomes of different clusters are independent given all forecasts issued.",
    "How long a decision takes does not depend on how it comes out.",
    (
        "Only questions whose window is over count, from the day after it, or from the day they"
        " were decided if that is later."
    ),
    "Each source's first forecast on a question counts, whatever it said later.",
    (
        "Questions annulled or ambiguous are left out, for reasons that have nothing to do with how"
        " they would have come out."
    ),
)
"""
What the evidence stands on.
"""


def watch_blocks(found: Vigil) -> Iterator[Block]:
    """
    The e-values now, the way there for one source or pair, and what they stand on.
    """
    pair = any(one.than is not None for one in found.watched)
    about = "Which is better" if pair else "Calibration"
    yield Heading(f"{about}, week by week, as of {found.convention.as_of}")
    if found.watched:
        yield _now(found, pair=pair)
        yield paragraph(_reading(found))
        if pair or len(found.watched) == 1:
            for one in found.watched:
                yield from _way(one, found)
    else:
        yield paragraph("No source has a forecast by that day.")
    yield Heading("What this stands on", 2)
    yield Entries(tuple(Entry((Span(words),)) for words in ASSUMPTIONS))
    yield paragraph(wording.convention(found.convention))


def named(one: Watched, found: Vigil) -> str:
    """
    What the evidence is for.
    """
    label = found.labels.get(one.source, one.source)
    if one.than is None:
        return label
    return f"{label} better than {found.labels.get(one.than, one.than)}"


def _now(found: Vigil, *, pair: bool) -> Table:
    def line(one: Watched) -> Row:
        watch = one.watch
        remarks = [
            Span(
                f"called impossible what happened: {watch.infinite:,}" if watch.infinite else "",
                "bad",
            ),
            Span(f"{one.unread:,} not in the lexicon" if one.unread else "", "quiet"),
        ]
        return row(
            Span(named(one, found), "strong"),
            f"{watch.n:,}",
            f"{watch.clusters:,}",
            f"{watch.pending:,}",
            e_value(watch.e),
            e_value(watch.floor),
            _verdict(one),
            notes=[joined(remarks, "; ")],
        )

    return Table(
        (
            Column("hypothesis" if pair else "source", wraps=True),
            Column("questions", figure=True),
            Column("clusters", figure=True),
            Column("pending", figure=True),
            Column("E", figure=True),
            Column("floor", figure=True),
            Column("verdict", wraps=True),
        ),
        tuple(line(one) for one in found.watched),
    )


def _verdict(one: Watched) -> Span:
    watch = one.watch
    if watch.alarm is not None:
        words = f"alarm on {watch.alarm}"
        return Span(words if one.believed else f"{words}; not believed among all now", "bad")
    if watch.few:
        return Span(f"no verdict expected below n = {FEWEST_FOR_A_VERDICT}", "quiet")
    return Span("no alarm")


def _reading(found: Vigil) -> str:
    words = (
        f"E: what a bet against {'being no better' if _is_pair(found) else 'calibration'} has grown"
        f" to from a stake of 1. Alarm at a floor of {found.threshold:g}: a chance of at most 1 in"
        f" {found.threshold:g} if nothing is wrong, however often one looks. Floor: with all that"
        " is undecided in a cluster at its worst."
    )
    if len(found.watched) > 1:
        words += (
            f" Believed: among {len(found.watched):,} hypotheses, with at most"
            f" {wording.share(found.rate)} false ones expected (e-BH)."
        )
    if found.clip is not None:
        words += f" p moved into [{found.clip:g}, {1 - found.clip:g}]."
    return words


def _is_pair(found: Vigil) -> bool:
    return any(one.than is not None for one in found.watched)


def _way(one: Watched, found: Vigil) -> Iterator[Block]:
    path = one.watch.path
    if not path:
        return
    title = named(one, found)
    shown = path[-WEEKS:]
    last = f", the last {len(shown)} of {len(path):,} weeks" if len(path) > len(shown) else ""
    yield Heading(f"{title}{last}", 2)
    yield Table(
        (
            Column("until"),
            Column("questions", figure=True),
            Column("E", figure=True),
            Column("floor", figure=True),
        ),
        tuple(
            row(week.day.isoformat(), f"{week.n:,}", e_value(week.e), e_value(week.floor))
            for week in shown
        ),
    )


def e_value(e: float) -> str:
    """
    An e-value to three digits.

    >>> e_value(1.0), e_value(123.4), e_value(2.5e9), e_value(float("inf"))
    ('1.00', '123', '2.5e+09', 'infinite')
    """
    if e > sys.float_info.max:
        return "infinite"
    if e >= 100_000 or 0 < e < 0.001:
        return f"{e:.1e}"
    digits = 0 if e >= 100 else 1 if e >= 10 else 2 if e >= 0.1 else 3
    return f"{e:.{digits}f}"

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
    from collections.abc import Iterator, Sequence

    from foretrack.core.vigil import Vigil, Watched
    from foretrack.report.outlines.blocks import Row

WEEKS: Final = 12
"""
So many weeks are listed; a document has all of them.
"""

MOST: Final = 20
"""
So many hypotheses about pairs are listed, those nearest an alarm; a document has all of them.
"""

ASSUMPTIONS: Final = (
    "Outcomes of different clusters are independent given all forecasts issued.",
    "How long a decision takes does not depend on how it comes out.",
    (
        "Which questions are recorded, and which share a cluster, does not depend on how they come"
        " out."
    ),
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
    about = "Which is better" if pair or found.apart else "Calibration"
    by = "" if found.by == "source" else f" by {found.by}"
    yield Heading(f"{about}{by}, week by week, as of {found.convention.as_of}")
    shown = _nearest(found) if pair else found.watched
    if shown:
        yield _now(shown, found, pair=pair)
        if len(shown) < len(found.watched):
            rest = len(found.watched) - len(shown)
            alarms = sum(one.watch.alarm is not None for one in found.watched) - sum(
                one.watch.alarm is not None for one in shown
            )
            yield paragraph(
                f"And {rest:,} more, {alarms:,} of them with an alarm: --format json has them all."
            )
        yield paragraph(_reading(found, pair=pair))
        if found.hypotheses > 1:
            yield paragraph(_together(found))
        if len(found.watched) == (2 if pair else 1):
            for one in found.watched:
                yield from _way(one, found)
    elif not found.apart:
        yield paragraph(f"No {found.by} has a forecast by that day.")
    if found.apart:
        share = (
            f"below {found.fewest} shared questions that count no alarm can be"
            if found.fewest
            else "no shared question"
        )
        yield paragraph(f"{wording.counted(found.apart, 'pair')} left out: {share}.")
    yield Heading("What this stands on", 2)
    yield Entries(tuple(Entry((Span(words),)) for words in assumptions(found)))
    yield paragraph(wording.convention(found.convention))


def assumptions(found: Vigil) -> tuple[str, ...]:
    """
    What the evidence stands on; of groups, with what stands for one.
    """
    if found.by == "source":
        return ASSUMPTIONS
    if any(one.than is not None for one in found.watched):
        return (*ASSUMPTIONS, f"On each question the sources of one {found.by} say their mean.")
    return (
        *ASSUMPTIONS,
        f"Sources of one {found.by} that answered the same question count as one cluster.",
    )


def _nearest(found: Vigil) -> list[Watched]:
    """
    Those with an alarm, and those that are nearest to one, best known first.
    """
    order = sorted(
        found.watched,
        key=lambda one: (
            not one.believed, one.watch.alarm is None, -one.watch.floor, one.source, one.than or "",
        ),
    )  # fmt: skip
    return order[:MOST] if len(order) > MOST else list(found.watched)


def named(one: Watched, found: Vigil) -> str:
    """
    What the evidence is for.
    """
    label = found.labels.get(one.source, one.source)
    if one.than is None:
        return label
    return f"{label} better than {found.labels.get(one.than, one.than)}"


def _now(shown: Sequence[Watched], found: Vigil, *, pair: bool) -> Table:
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
            Column("hypothesis" if pair else found.by, wraps=True),
            Column("questions", figure=True),
            Column("clusters", figure=True),
            Column("pending", figure=True),
            Column("E", figure=True),
            Column("floor", figure=True),
            Column("verdict", wraps=True),
        ),
        tuple(line(one) for one in shown),
    )


def _verdict(one: Watched) -> Span:
    watch = one.watch
    few = f"no verdict expected below n = {FEWEST_FOR_A_VERDICT}" if watch.few else ""
    if watch.alarm is None:
        return Span(few, "quiet") if few else Span("no alarm")
    words = [f"alarm on {watch.alarm}", "" if one.believed else "not believed among all now", few]
    return Span("; ".join(filter(None, words)), "bad")


def _reading(found: Vigil, *, pair: bool) -> str:
    against = "being no better on any question" if pair else "calibration"
    words = (
        f"E: what a bet against {against} has grown"
        f" to from a stake of 1. Alarm at a floor of {found.threshold:g}: a chance of at most 1 in"
        f" {found.threshold:g} if nothing is wrong, however often one looks. Floor: with all that"
        " is undecided in a cluster at its worst."
    )
    if found.clip is not None:
        words += f" p moved into [{found.clip:g}, {1 - found.clip:g}]."
    return words


def _together(found: Vigil) -> str:
    """
    What many hypotheses at once do to their alarms.
    """
    k = found.hypotheses
    false = k / found.threshold
    most = f"{false:,.0f}" if false >= 10 else f"{false:.2f}"
    words = (
        f"{k:,} hypotheses: if nothing is wrong with any, up to {most} false alarms are to be"
        " expected. Believed are those that e-BH gives up, with at most"
        f" {wording.share(found.rate)} false ones expected among them."
    )
    if found.merged is not None:
        words += (
            f" The mean of all floors is {e_value(found.merged)}; at {found.threshold:g} it says"
            " that something is wrong somewhere, with a chance of error of at most 1 in"
            f" {found.threshold:g}."
        )
    return words


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

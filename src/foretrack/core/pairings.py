"""
Every two of many sources side by side, week after week: which of them is better.

With 40 sources there are 1,560 hypotheses, most of them far from any alarm: what all of them have
in common is worked out once, and a quick look tells the pairs that need a second one.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final, TypeAlias

from foretrack.core.evidence import Book, may_reach, watch
from foretrack.core.rules import probability
from foretrack.core.watching import ALARM, FEWEST_FOR_A_VERDICT, row, second_better

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from foretrack.core.evidence import Row, Watch
    from foretrack.core.watching import Seen

FEWEST_SHARED: Final = 5
"""
Below this many shared questions no alarm can be: the bet doubles with each at most, four give 16.
"""

Pair: TypeAlias = tuple[str, str]
"""
The one that may be better, and the other.
"""


def watches(
    found: Mapping[str, Mapping[str, Seen]], *, as_of: date | None, fewest: int = FEWEST_SHARED
) -> dict[Pair, Watch]:
    """
    The evidence that either of two sources is better, for all that share enough questions.

    Args:
        found: Source -> question -> its forecast; day, cluster and outcome are the question's.
        as_of: Count what was decided by that day; everything decided by default.
        fewest: Only pairs that share so many questions which count; never those that share none.

    Returns:
        For each pair what ``watching.comparison`` finds, by name.

    Raises:
        OutOfRange: As ``watching.comparison``.
    """
    book = Book(second_better)
    made = {
        pair: watch(rows, book, as_of=as_of, threshold=ALARM, few=FEWEST_FOR_A_VERDICT)
        for pair, rows in _pairs(found, as_of=as_of, fewest=fewest)
    }
    return {pair: made[pair] for pair in sorted(made)}


def alarms(
    found: Mapping[str, Mapping[str, Seen]], *, as_of: date | None
) -> tuple[int, dict[Pair, Watch]]:
    """
    Those of the ``watches`` that raised an alarm, and how many there are in all.

    It costs a few per cent of them where alarms are rare.
    """
    book = Book(second_better)
    asked = 0
    raised: dict[Pair, Watch] = {}
    for pair, rows in _pairs(found, as_of=as_of, fewest=FEWEST_SHARED):
        asked += 1
        if may_reach(rows, book, as_of=as_of, threshold=ALARM):
            seen = watch(rows, book, as_of=as_of, threshold=ALARM, few=FEWEST_FOR_A_VERDICT)
            if seen.alarm is not None:
                raised[pair] = seen
    return asked, {pair: raised[pair] for pair in sorted(raised)}


def _pairs(
    found: Mapping[str, Mapping[str, Seen]], *, as_of: date | None, fewest: int
) -> Iterator[tuple[Pair, list[Row]]]:
    """
    Every pair both ways round, with the questions that both answered, in the order of their days.
    """
    rows: dict[str, list[tuple[str, Row]]] = {}
    stated: dict[str, dict[str, float]] = {}
    for name in sorted(found):
        own = [
            (question, row(one.when, one.cluster, (probability(one.p),), one.y))
            for question, one in found[name].items()
        ]
        own.sort(key=lambda pair: (pair[1], pair[0]))
        rows[name] = own
        stated[name] = {question: said[0] for question, (_, _, said, _) in own}
    for a, b in combinations(rows, 2):
        others = stated[b]
        both: list[Row] = [
            (when, cluster, (said[0], others[question]), y)
            for question, (when, cluster, said, y) in rows[a]
            if question in others
        ]
        counted = sum(y >= 0 and (as_of is None or when <= as_of) for when, _, _, y in both)
        if not both or counted < fewest:
            continue
        yield (b, a), both
        yield (a, b), [(when, cluster, said[::-1], y) for when, cluster, said, y in both]

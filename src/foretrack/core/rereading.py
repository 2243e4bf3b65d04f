"""
The same forecasts read by one lexicon after another: does the order of the sources depend on it?
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foretrack.core.answers import apart
from foretrack.core.judging import stances
from foretrack.core.lexicon import normal
from foretrack.core.scorecard import FEW
from foretrack.core.sensitivity import sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from foretrack.core.answers import Answer
    from foretrack.core.cohort import Item
    from foretrack.core.lexicon import Lexicon
    from foretrack.core.scorecard import Convention
    from foretrack.core.vocabulary import Cohort, Updates


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """
    A source, or another group, under one lexicon.

    Attributes:
        n: Questions that the lexicon can score; of a group, pairs of a source and a question.
        brier: Their mean Brier score, 0 best, 1 worst.
    """

    source: str
    n: int
    brier: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """
    A phrase that a lexicon gives no probability.

    Attributes:
        forecasts: How many forecasts use it.
    """

    phrase: str
    forecasts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """
    All sources under one lexicon.

    Attributes:
        lexicon: Its id; None for the reading in use, by what each source declares.
        order: Best first; equal ones by name.
        lacks: Most used first.
    """

    lexicon: str | None
    order: tuple[Placed, ...]
    lacks: tuple[Lacking, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """
    Two sources that change places: on the questions that both readings can score.

    Attributes:
        a: The better one in the reading in use.
        b: The better one under the lexicon.
        in_use: Their mean Brier scores in the reading in use.
        under: Their mean Brier scores under the lexicon.
        n: Their numbers of questions.
        few: One of them has too few to be ranked at all.
    """

    lexicon: str
    a: str
    b: str
    in_use: tuple[float, float]
    under: tuple[float, float]
    n: tuple[int, int]
    few: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """
    Every reading.

    Attributes:
        by: What is put in order.
        convention: Which forecasts count.
        labels: Group -> how a person would read it.
        in_use: The reading that scorecards use.
        readings: One for each lexicon.
        flips: By lexicon, then by name.
    """

    by: str
    convention: Convention
    labels: Mapping[str, str]
    in_use: Reading
    readings: tuple[Reading, ...]
    flips: tuple[Flip, ...]


def reread(
    items: Sequence[Item],
    *,
    by: str = "source",
    convention: Convention,
    labels: Mapping[str, str],
    lexicon_of: Callable[[str | None], Lexicon],
    lexicons: Sequence[Lexicon],
) -> Rereading:
    """
    The same forecasts under every lexicon.

    The order under a lexicon is that of everything it can score.  A flip is looked for only among
    the questions that the lexicon and the reading in use can both score, so that it is never the
    phrases that a lexicon lacks which make one.

    Args:
        items: The forecasts, each naming its question.
        by: What their groups are.
        convention: How they were chosen.
        labels: Group -> how a person would read it.
        lexicon_of: The reading in use.
        lexicons: The others.
    """
    cohort, updates = convention.cohort, convention.updates
    base, in_use = _read(items, None, lexicon_of, cohort=cohort, updates=updates)
    readings: list[Reading] = []
    flips: list[Flip] = []
    for lexicon in lexicons:

        def always(declared: str | None, one: Lexicon = lexicon) -> Lexicon:
            del declared
            return one

        found, reading = _read(items, lexicon.id, always, cohort=cohort, updates=updates)
        readings.append(reading)
        flips += _flips(base, found, lexicon=lexicon.id)
    return Rereading(
        by=by,
        convention=convention,
        labels=labels,
        in_use=in_use,
        readings=tuple(readings),
        flips=tuple(flips),
    )


def _read(
    items: Sequence[Item],
    name: str | None,
    lexicon_of: Callable[[str | None], Lexicon],
    *,
    cohort: Cohort,
    updates: Updates,
) -> tuple[dict[str, dict[tuple[str, str], Answer]], Reading]:
    stance_of = stances(lexicon_of)
    found = apart(items, cohort=cohort, updates=updates, stance_of=stance_of)
    placed = [
        Placed(source=source, n=len(given), brier=_mean([one.score for one in given.values()]))
        for source, given in found.items()
        if given
    ]
    spelt: dict[str, str] = {}
    uses: Counter[str] = Counter()
    for item in items:
        if item.phrase is not None and stance_of(item) is None:
            key = normal(item.phrase)
            spelt[key] = min(spelt.get(key, item.phrase), item.phrase)
            uses[key] += item.n
    lacks = sorted(uses.items(), key=lambda pair: (-pair[1], pair[0]))
    return found, Reading(
        lexicon=name,
        order=tuple(sorted(placed, key=lambda one: (round(one.brier, 12), one.source))),
        lacks=tuple(Lacking(phrase=spelt[key], forecasts=n) for key, n in lacks),
    )


def _flips(
    base: Mapping[str, Mapping[tuple[str, str], Answer]],
    found: Mapping[str, Mapping[tuple[str, str], Answer]],
    *,
    lexicon: str,
) -> list[Flip]:
    both = {
        source: sorted(given.keys() & found[source].keys())
        for source, given in base.items()
        if given.keys() & found[source].keys()
    }

    def means(read: Mapping[str, Mapping[tuple[str, str], Answer]]) -> dict[str, float]:
        return {
            source: _mean([read[source][question].score for question in questions])
            for source, questions in both.items()
        }

    before, after = means(base), means(found)
    flips = []
    for flip in sensitivity({"in use": before, "other": after}).flips:
        a, b = (flip.a, flip.b) if flip.a_better == ("in use",) else (flip.b, flip.a)
        flips.append(
            Flip(
                lexicon=lexicon,
                a=a,
                b=b,
                in_use=(before[a], before[b]),
                under=(after[a], after[b]),
                n=(len(both[a]), len(both[b])),
                few=min(len(both[a]), len(both[b])) < FEW,
            )
        )
    return flips


def _mean(scores: Sequence[float]) -> float:
    return math.fsum(scores) / len(scores)

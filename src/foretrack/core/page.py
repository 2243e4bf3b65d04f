"""
One source's page and the calibration of phrases, as plain data.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foretrack.core.agenda import words_of
from foretrack.core.cohort import Standing, settled_as, standing
from foretrack.core.lexicon import normal, stance
from foretrack.core.rules import brier
from foretrack.core.timeline import coverage, segments, weights
from foretrack.core.uncertainty import wilson
from foretrack.core.vocabulary import Cohort, Polarity, Updates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from foretrack.core.cohort import Item
    from foretrack.core.lexicon import Lexicon, Stance
    from foretrack.core.records import Claim, Question
    from foretrack.core.reliability import Reliability
    from foretrack.core.scorecard import Convention, Group
    from foretrack.core.vocabulary import HorizonBasis, Outcome, Reading

VERDICT_FROM = 10
"""
Below this many observations a hit rate gets no verdict.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """
    One forecast with how it stands.

    Attributes:
        words: The phrase, or the number as text.
        probability: What it says for the question's yes, 0 to 1; None when the lexicon lacks it.
        weight: Its share in its question's score, 0 to 1; less than 1 where there are updates.
        coverage: Share of the window's life, up to the event, during which a forecast of the source
            stood, 0 to 1; None for a late one.
        brier: Its own Brier score, 0 best, 1 worst; None unless resolved yes or no.
        inferred: The article's date was inferred.
        joint: Label shared with claims split from the same sentence, which may not have failed
            when this one did.
        settled: The day of the event or of its impossibility.
        reason: Why the question was annulled.
    """

    claim: str
    source: str
    question: str
    statement: str
    says: str
    words: str
    polarity: Polarity
    probability: float | None
    low: float | None
    high: float | None
    made: date
    closes: date
    horizon: HorizonBasis | None
    reading: Reading
    inferred: bool
    joint: str | None
    standing: Standing
    outcome: Outcome | None
    settled: date | None
    reason: str | None
    weight: float | None
    coverage: float | None
    brier: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """
    How often what was called by one phrase or number came true, in the claim's own frame.

    Attributes:
        words: The phrase, or the number as text.
        point: What the lexicon says, 0 to 1; None when it lacks the phrase.
        n: Questions scored, each by the source's last forecast.
        hits: How many of the claims' propositions came true.
        observed: Their share, 0 to 1.
        wilson: 95% interval of the share.
        agrees: Whether the interval meets the lexicon's band; None below ten or without a band.
        claims: The claims behind the row.
    """

    words: str
    point: float | None
    low: float | None
    high: float | None
    n: int
    hits: int
    observed: float
    wilson: tuple[float, float]
    agrees: bool | None
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """
    A claim that is no forecast, and why.
    """

    claim: str
    says: str
    words: str
    reason: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    Everything about one source.

    Attributes:
        lines: Its forecasts, worst miss first, then those without a score by closing date.
    """

    convention: Convention
    group: Group
    hits: tuple[Hit, ...]
    lines: tuple[Line, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """
    Hit rates of one source, or of all together.

    Attributes:
        group: The figures of the scorecard, where they were asked for.
        reliability: The reliability diagram, where one was asked for.
    """

    convention: Convention
    source: str | None
    hits: tuple[Hit, ...]
    group: Group | None = None
    reliability: Reliability | None = None


def lines(
    pairs: Iterable[tuple[Claim, Item]],
    *,
    questions: Mapping[str, Question],
    lexicon_of: Callable[[str | None], Lexicon],
    updates: Updates = Updates.TIME,
) -> tuple[Line, ...]:
    """
    Each forecast with its score, worst miss first.

    Args:
        pairs: From ``itemizing.items``.
    """
    together: dict[tuple[str, str], list[tuple[Claim, Item]]] = {}
    for claim, item in pairs:
        together.setdefault((item.source, claim.question or ""), []).append((claim, item))
    found: list[Line] = []
    for group in together.values():
        shares = _shares([item for _, item in group], updates)
        covered = _covered([item for _, item in group], questions[group[0][0].question or ""])
        for (claim, item), share in zip(group, shares, strict=True):
            question = questions[claim.question or ""]
            said = _stance(item, lexicon_of)
            how = standing(item)
            graded = how in (Standing.SCORED, Standing.EARLY) and said is not None
            early_end = item.ends if item.ends and item.ends <= question.closes else None
            found.append(
                Line(
                    claim=claim.id,
                    source=claim.source,
                    question=question.id,
                    statement=question.statement,
                    says=claim.says,
                    words=words_of(claim),
                    polarity=claim.polarity,
                    probability=said.point if said else None,
                    low=said.low if said else None,
                    high=said.high if said else None,
                    made=item.made or question.opens,
                    closes=question.closes,
                    horizon=claim.horizon.basis if claim.horizon else None,
                    reading=claim.reading,
                    inferred=item.inferred,
                    joint=claim.joint,
                    standing=how,
                    outcome=settled_as(item),
                    settled=early_end,
                    reason="condition-unmet" if item.unmet else item.reason,
                    weight=share,
                    coverage=covered if share is not None else None,
                    brier=brier(said.point, item.outcome == "yes") if graded and said else None,
                )
            )
    return tuple(sorted(found, key=_worst_first))


def hits(
    found: Iterable[Line],
    *,
    cohort: Cohort = Cohort.MATURED,
) -> tuple[Hit, ...]:
    """
    Hit rates by phrase or number: did what was called unlikely happen?

    Each pair of a source and a question counts once, by the source's last forecast.

    Args:
        found: From ``lines``.
    """
    counting = (Standing.SCORED,) if cohort is Cohort.MATURED else (Standing.SCORED, Standing.EARLY)
    record: dict[tuple[str, str], Line] = {}
    for line in found:
        key = (line.source, line.question)
        if line.standing in counting and (key not in record or line.made >= record[key].made):
            record[key] = line
    rows: dict[str, list[Line]] = {}
    for line in record.values():
        rows.setdefault(normal(line.words), []).append(line)
    return tuple(sorted((_hit(row) for row in rows.values()), key=_by_point))


def most_used(spelt: Mapping[str, int]) -> str:
    """
    The spelling that is used most, the first by letters of those used alike.

    >>> most_used({"Likely": 2, "likely": 2, "LIKELY": 1})
    'Likely'
    """
    return min(spelt, key=lambda one: (-spelt[one], one))


def _hit(row: Sequence[Line]) -> Hit:
    bands = {_own_frame(line) for line in row}
    band = bands.pop() if len(bands) == 1 else None
    came_true = sum((line.outcome == "yes") == (line.polarity is Polarity.SAME) for line in row)
    n = len(row)
    low, high = wilson(came_true, n)
    agrees = None
    if n >= VERDICT_FROM and band is not None:
        agrees = low <= band[2] and band[1] <= high
    return Hit(
        words=most_used(Counter(line.words for line in row)),
        point=band[0] if band else None,
        low=band[1] if band else None,
        high=band[2] if band else None,
        n=n,
        hits=came_true,
        observed=came_true / n,
        wilson=(low, high),
        agrees=agrees,
        claims=tuple(sorted(line.claim for line in row)),
    )


def _own_frame(line: Line) -> tuple[float, float, float] | None:
    if line.probability is None or line.low is None or line.high is None:
        return None
    if line.polarity is Polarity.SAME:
        return line.probability, line.low, line.high
    return round(1 - line.probability, 12), round(1 - line.high, 12), round(1 - line.low, 12)


def _shares(items: Sequence[Item], updates: Updates) -> list[float | None]:
    """
    The weight of each forecast of one source on one question; None for late ones.
    """
    timely = [
        (item.made, place)
        for place, item in enumerate(items)
        if not item.late and item.made is not None
    ]
    shares: list[float | None] = [None] * len(items)
    end = items[0].ends
    if timely and end is not None:
        order = [place for _, place in sorted(timely)]
        parts = segments([(day, 0.5) for day, _ in sorted(timely)], end=end)
        for place, weight in zip(order, weights(parts, updates=updates), strict=True):
            shares[place] = float(weight)
    return shares


def _covered(items: Sequence[Item], question: Question) -> float | None:
    """
    The coverage of one source's forecasts on one question; None when all of them are late.
    """
    days = [(item.made, 0.5) for item in items if not item.late and item.made is not None]
    end = items[0].ends
    if not days or end is None:
        return None
    parts = segments(days, end=end)
    return float(coverage(parts, opens=question.opens, closes=question.closes))


def _stance(item: Item, lexicon_of: Callable[[str | None], Lexicon]) -> Stance | None:
    return stance(
        lexicon_of(item.standard),
        phrase=item.phrase,
        probability=item.probability,
        opposite=item.opposite,
    )


def _worst_first(line: Line) -> tuple[float, date, str]:
    return (-line.brier if line.brier is not None else 1.0, line.closes, line.claim)


def _by_point(hit: Hit) -> tuple[float, str]:
    return (2.0 if hit.point is None else hit.point, hit.words)

"""
How often what was said came true, counted: from forecasts that are alike, wherever they came from.

``page.hits`` does the same from one forecast after another, and names them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from foretrack.core.answers import counts
from foretrack.core.lexicon import normal
from foretrack.core.page import VERDICT_FROM, Hit, most_used
from foretrack.core.uncertainty import wilson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from foretrack.core.cohort import Item
    from foretrack.core.lexicon import Stance
    from foretrack.core.scorecard import Convention
    from foretrack.core.vocabulary import Cohort


class Band(NamedTuple):
    """
    What a lexicon says of a phrase, in the claim's own frame; 0 to 1.
    """

    point: float
    low: float
    high: float


class Rate(NamedTuple):
    """
    What came of a phrase, or of a number.

    Attributes:
        words: As it is said most.
        n: Questions scored, each by the source's last forecast.
        hits: How many of the claims' propositions came true.
        band: What the lexicon says of it; None where it lacks the phrase, or lexicons differ.
        claims: The claims behind it, where they came one by one.
    """

    words: str
    n: int
    hits: int
    band: Band | None
    claims: tuple[str, ...]

    @property
    def wilson(self) -> tuple[float, float]:
        """
        95% interval of the share that came true.
        """
        return wilson(self.hits, self.n)

    @property
    def agrees(self) -> bool | None:
        """
        Whether the interval meets the band; None below ten or without a band.
        """
        if self.n < VERDICT_FROM or self.band is None:
            return None
        low, high = self.wilson
        return low <= self.band.high and self.band.low <= high


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRates:
    """
    The hit rates of one group.

    Attributes:
        hits: By what the lexicon says, lowest first; without the claims behind them.
    """

    group: str
    label: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesBy:
    """
    Hit rates group by group.

    Attributes:
        source: Whose forecasts they are; None for those of all.
        by: What the groups are.
        groups: By name; those without an outcome are not there.
    """

    convention: Convention
    source: str | None
    label: str | None
    by: str
    groups: tuple[GroupRates, ...]


class Rates:
    """
    Hit rates on the way: forecasts are added in any order, those that have updates one by one.

    Args:
        cohort: Which questions count.
        stance_of: What an item says.
    """

    __slots__ = ("_bands", "_claims", "_cohort", "_hits", "_n", "_spelt", "_stance_of", "_waiting")

    def __init__(self, cohort: Cohort, stance_of: Callable[[Item], Stance | None]) -> None:
        self._cohort = cohort
        self._stance_of = stance_of
        self._n: Counter[str] = Counter()
        self._hits: Counter[str] = Counter()
        self._spelt: dict[str, Counter[str]] = {}
        self._bands: dict[str, set[Band | None]] = {}
        self._claims: dict[str, list[str]] = {}
        self._waiting: dict[tuple[str, str], Item] = {}

    def add(self, item: Item) -> None:
        """
        Count forecasts by what came of them; of updates only the last one counts.
        """
        if not counts(item, self._cohort):
            return
        if item.question is None:
            self._count(item)
            return
        key = item.source, item.question
        held = self._waiting.get(key)
        if held is None or _last(item) >= _last(held):
            self._waiting[key] = item

    def found(self) -> dict[str, Rate]:
        """
        What came of each phrase or number, by its normal spelling.
        """
        for item in self._waiting.values():
            self._count(item)
        self._waiting.clear()
        return {
            key: Rate(
                most_used(self._spelt[key]),
                n,
                self._hits[key],
                _only(self._bands[key]),
                tuple(sorted(self._claims.get(key, ()))),
            )
            for key, n in self._n.items()
        }

    def _count(self, item: Item) -> None:
        words = item.phrase
        if words is None:
            words = "" if item.probability is None else f"{item.probability:.12g}"
        key = normal(words)
        said = self._stance_of(item)
        self._n[key] += item.n
        self._hits[key] += item.n * ((item.outcome == "yes") != item.opposite)
        self._spelt.setdefault(key, Counter())[words] += item.n
        self._bands.setdefault(key, set()).add(_own(said, opposite=item.opposite) if said else None)
        if item.claim is not None:
            self._claims.setdefault(key, []).append(item.claim)


def rates_by(
    items: Iterable[Item],
    *,
    convention: Convention,
    source: str | None,
    label: str | None,
    by: str,
    labels: Mapping[str, str],
    stance_of: Callable[[Item], Stance | None],
) -> RatesBy:
    """
    The hit rates of each group.

    Args:
        items: The forecasts, counted; those that have updates one by one.
        convention: How they were chosen.
        source: Whose they are; None for all.
        label: How a person would read that.
        by: What their groups are.
        labels: Group -> how a person would read it.
        stance_of: What an item says.
    """
    parts: dict[str, Rates] = {}
    for item in items:
        for key in item.group:
            parts.setdefault(key, Rates(convention.cohort, stance_of)).add(item)
    groups = [
        GroupRates(group=key, label=labels.get(key, key), hits=hits(part, claims=False))
        for key, part in sorted(parts.items())
    ]
    return RatesBy(
        convention=convention,
        source=source,
        label=label,
        by=by,
        groups=tuple(one for one in groups if one.hits),
    )


def hits(rates: Rates, *, claims: bool = True) -> tuple[Hit, ...]:
    """
    The rows of what was counted, by what the lexicon says, lowest first.

    Args:
        rates: All of it was added.
        claims: With the claims behind each row.
    """
    found = [
        Hit(
            words=rate.words,
            point=rate.band.point if rate.band else None,
            low=rate.band.low if rate.band else None,
            high=rate.band.high if rate.band else None,
            n=rate.n,
            hits=rate.hits,
            observed=rate.hits / rate.n,
            wilson=rate.wilson,
            agrees=rate.agrees,
            claims=rate.claims if claims else (),
        )
        for rate in rates.found().values()
    ]
    return tuple(
        sorted(found, key=lambda hit: (2.0 if hit.point is None else hit.point, hit.words))
    )


def _last(item: Item) -> tuple[date, str]:
    if item.made is None:
        raise ValueError("an item with a question needs its day")
    return item.made, item.phrase or ""


def _own(said: Stance, *, opposite: bool) -> Band:
    if opposite:
        point, low, high = (round(1 - one, 12) for one in (said.point, said.high, said.low))
        return Band(point, low, high)
    return Band(said.point, said.low, said.high)


def _only(bands: set[Band | None]) -> Band | None:
    return next(iter(bands)) if len(bands) == 1 else None

"""
A source's own dictionary: what came of its words, beside what others take them to mean.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from foretrack.core.lexicon import normal
from foretrack.core.page import most_used
from foretrack.core.rates import Rates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from foretrack.core.cohort import Item
    from foretrack.core.lexicon import Lexicon, Stance
    from foretrack.core.rates import Rate
    from foretrack.core.scorecard import Convention
    from foretrack.core.vocabulary import Cohort


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """
    What one lexicon takes a phrase to mean.  Probabilities run from 0 to 1.

    Attributes:
        point: What it is scored by; None where the lexicon gives none.
        scored: False for a hedge and the like, whose figures serve no score.
    """

    lexicon: str
    point: float | None
    low: float | None
    high: float | None
    scored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """
    One phrase.

    Attributes:
        phrase: As it is used most.
        uses: Claims that use it, those that cannot be scored too.
        forecasts: Those of them that are forecasts.
        n: Questions scored, each by the source's last forecast.
        hits: How many of the claims' propositions came true.
        observed: Their share, 0 to 1; None without any.
        wilson: 95% interval of the share; None without any.
        agrees: Whether the interval meets the band of the lexicon in use; None below ten.
        readers: What readers take it to mean, by the survey; None where it was not asked.
        standards: What the other lexicons say, those that list it.
    """

    phrase: str
    uses: int
    forecasts: int
    n: int
    hits: int
    observed: float | None
    wilson: tuple[float, float] | None
    agrees: bool | None
    readers: Meaning | None
    standards: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """
    The phrases of one group.

    Attributes:
        words: By what readers take them to mean, lowest first, then those nobody was asked about.
        numbers: Claims that give a number in place of a phrase; they are not listed.
    """

    group: str
    label: str
    words: tuple[Word, ...]
    numbers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    """
    All phrases of a source, or of all together, and of each group where groups were asked for.

    Attributes:
        source: None for all together.
        by: What the groups are; None without any.
        words: As in ``Vocabulary``, of everything.
        numbers: As in ``Vocabulary``, of everything.
        groups: By name.
    """

    convention: Convention
    source: str | None
    label: str | None
    by: str | None
    words: tuple[Word, ...]
    numbers: int
    groups: tuple[Vocabulary, ...]


class Use(NamedTuple):
    """
    How often a phrase was used, counted anywhere.

    Attributes:
        group: The groups that the claims belong to.
        phrase: As it is spelt; None for claims without one.
        forecast: Whether they are forecasts.
        number: Whether they give a probability.
        n: How many claims.
    """

    group: tuple[str, ...]
    phrase: str | None
    forecast: bool
    number: bool
    n: int


def dictionary(
    uses: Iterable[Use],
    items: Iterable[Item],
    *,
    convention: Convention,
    source: str | None,
    label: str | None,
    by: str | None,
    labels: Mapping[str, str],
    stance_of: Callable[[Item], Stance | None],
    readers: Lexicon,
    standards: Sequence[Lexicon],
) -> Dictionary:
    """
    The phrases of some claims, with what came of the forecasts among them.

    Args:
        uses: The claims that count, forecasts or not.
        items: The forecasts among them, counted; those that have updates one by one.
        convention: How they were chosen.
        source: Whose they are; None for all together.
        label: How a person would read that.
        by: What their groups are; None where the groups do not matter.
        labels: Group -> how a person would read it.
        stance_of: What an item says.
        readers: The lexicon that tells what readers take phrases to mean.
        standards: The others.
    """
    every = _Part(convention.cohort, stance_of)
    parts: dict[str, _Part] = {}

    def of(group: tuple[str, ...]) -> Iterator[_Part]:
        yield every
        for key in group:
            if key not in parts:
                parts[key] = _Part(convention.cohort, stance_of)
            yield parts[key]

    for use in uses:
        for part in of(use.group):
            part.use(use)
    for item in items:
        for part in of(item.group):
            part.rates.add(item)

    def listed(part: _Part) -> tuple[Word, ...]:
        came = part.rates.found()
        found = [
            _word(spelt, part.forecasts[key], came.get(key), readers=readers, standards=standards)
            for key, spelt in part.spelt.items()
        ]
        return tuple(sorted(found, key=_by_reading))

    groups = () if by is None else sorted(parts.items())
    return Dictionary(
        convention=convention,
        source=source,
        label=label,
        by=by,
        words=listed(every),
        numbers=every.numbers,
        groups=tuple(
            Vocabulary(
                group=key, label=labels.get(key, key), words=listed(part), numbers=part.numbers
            )
            for key, part in groups
        ),
    )


class _Part:
    """
    The phrases of a group on the way; a phrase goes by its normal spelling.

    Attributes:
        numbers: Claims that give a number.
        spelt: How often each spelling is used.
        forecasts: How many forecasts use it.
        rates: What came of them.
    """

    __slots__ = ("forecasts", "numbers", "rates", "spelt")

    def __init__(self, cohort: Cohort, stance_of: Callable[[Item], Stance | None]) -> None:
        self.numbers = 0
        self.spelt: dict[str, Counter[str]] = {}
        self.forecasts: Counter[str] = Counter()
        self.rates = Rates(cohort, stance_of)

    def use(self, use: Use) -> None:
        """
        Count claims.
        """
        self.numbers += use.n * use.number
        if use.phrase is not None:
            key = normal(use.phrase)
            self.spelt.setdefault(key, Counter())[use.phrase] += use.n
            self.forecasts[key] += use.n * use.forecast


def _word(
    spelt: Counter[str],
    forecasts: int,
    came: Rate | None,
    *,
    readers: Lexicon,
    standards: Sequence[Lexicon],
) -> Word:
    phrase = most_used(spelt)
    meanings = (meaning(one, phrase) for one in standards)
    return Word(
        phrase=phrase,
        uses=spelt.total(),
        forecasts=forecasts,
        n=came.n if came else 0,
        hits=came.hits if came else 0,
        observed=came.hits / came.n if came else None,
        wilson=came.wilson if came else None,
        agrees=came.agrees if came else None,
        readers=meaning(readers, phrase),
        standards=tuple(one for one in meanings if one is not None),
    )


def meaning(lexicon: Lexicon, phrase: str) -> Meaning | None:
    """
    What a lexicon takes a phrase to mean; None where it does not list it.

    >>> from foretrack.core.library import shipped
    >>> found = meaning(shipped("phia"), "realistic possibility")
    >>> found.point, found.low, found.high, found.scored
    (0.45, 0.4, 0.5, True)
    """
    entry = lexicon.look_up(phrase)
    if entry is None:
        return None
    return Meaning(
        lexicon=lexicon.id,
        point=entry.point,
        low=entry.low,
        high=entry.high,
        scored=entry.scorable,
    )


def _by_reading(word: Word) -> tuple[float, float, str]:
    known = word.readers or (word.standards[0] if word.standards else None)
    point = known.point if known else None
    return (2.0 if point is None else point, -word.uses, word.phrase)

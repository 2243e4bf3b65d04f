"""
What stands beside the headline: calibration, discrimination and skill of a group of forecasts.

The definitions are those of ``tally``, ``decomposition``, ``recalibration`` and ``comparison``;
here they meet the conventions of the record.  Under ``time`` the weights of one source on one
question sum to 1, so that every figure counts questions.  Where a test needs outcomes that are
independent it gets one forecast for each question, the mean over the time that it stood; where
luck is drawn again, the forecasts of a question, and of a cluster, share theirs.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from foretrack.core import recalibration
from foretrack.core.calibration import Row, by_bin
from foretrack.core.comparison import skill
from foretrack.core.decomposition import Corp, Murphy, Rule, corp, murphy, murphy_10
from foretrack.core.judging import brier
from foretrack.core.recalibration import (
    InTheLarge,
    Miscalibration,
    NotEstimable,
    Slope,
    Untested,
)
from foretrack.core.tally import Tally
from foretrack.core.uncertainty import n_effective

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from foretrack.core.cohort import Item
    from foretrack.core.figures import Figures
    from foretrack.core.lexicon import Stance
    from foretrack.core.tally import Weight

VERDICT_FROM: Final = 50
"""
Below this many scored questions nobody is called calibrated or miscalibrated.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """
    What skill is measured against.

    Attributes:
        name: As it is called: a probability, ``base-rate``, ``status-quo`` or a source.
        constant: The probability that it always says, 0 to 1; None where it says others.
        scores: Question -> the mean Brier score of the source that it is, where it is one.
            Without either it is what the record of each question says.
    """

    name: str
    constant: float | None = None
    scores: Mapping[str, float] | None = None

    def score(self, item: Item, y: int) -> float | None:
        """
        Its Brier score on the question of an item; None where it says nothing.
        """
        if self.constant is not None:
            return brier(self.constant, y)
        if self.scores is not None:
            return self.scores.get(item.question or "")
        return None if item.reference is None else brier(item.reference, y)


ALWAYS: Final = Yardstick(name="0.5", constant=0.5)
"""
The yardstick where none is named: always saying 50%.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """
    How the figures beside the headline are made.

    Attributes:
        reference: What skill is measured against.
        clip: For the log score and the slope, move p into [clip, 1 - clip] first.
        resamples: How often luck is drawn; 0 for never.
        resampled_up_to: Above so many questions it is not; None for no such limit.
        seed: Of the drawing.
    """

    reference: str = ALWAYS.name
    clip: float | None = None
    resamples: int = 0
    resampled_up_to: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    The terms with what they need.

    Attributes:
        new_rng: A random generator for each group, seeded alike: figures depend on the forecasts
            alone.
        named: Every forecast comes with its question, so that it is known which share one.
    """

    terms: Terms
    yardstick: Yardstick = ALWAYS
    new_rng: Callable[[], random.Random]
    named: bool = False


@dataclass(frozen=True, slots=True)
class Skill:
    """
    What share of the reference's Brier score was saved.

    Attributes:
        reference: What it is measured against.
        value: At most 1, larger is better, below 0 is worse than the reference; None where it is
            undefined.
        n: Questions on which the reference says something.
    """

    reference: str
    value: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """
    The figures beside the headline.  None where nothing is scored, or where it is said.

    Attributes:
        n: What the figures count: questions, unless every update counts in full.
        events_occurred: How many of the n came true.
        repeated: Forecasts with the source, question and day of an earlier one.
        log_score: Mean in nats, 0 best; infinite where something called impossible happened.
        log_infinite: How many questions (or what share of them) that was, clipped or not.
        corp: Miscalibration, discrimination and uncertainty of the Brier score.
        luck: The miscalibration beside what luck alone gives; None where it was not drawn.
        corp_log: The parts of the log score.
        murphy: On distinct probabilities.
        murphy_10: In ten bins.
        calibration_10: The ten bins, without the empty ones.
        in_the_large: Whether events were as frequent as said.  Without a test where one outcome
            or one cluster counts several times: for several sources together, or for each update.
        slope: Logistic recalibration, 1 is right, below 1 overconfident; or why there is none.
        clusters: What is independent: clusters, and questions outside of any; None where several
            sources were counted together without their questions.
        n_effective: Clusters of one size that are as informative; None likewise.
        open_bounds: The headline if every undecided question, open or overdue, goes for the source
            and if every one goes against it; None where there is none.
    """

    n: float
    events_occurred: float
    repeated: int
    log_score: float | None
    log_infinite: float
    corp: Corp | None
    luck: Miscalibration | None
    corp_log: Corp | None
    murphy: Murphy | None
    murphy_10: Murphy | None
    calibration_10: tuple[Row, ...]
    in_the_large: InTheLarge | None
    slope: Slope | NotEstimable | None
    skill: Skill
    clusters: int | None
    n_effective: float | None
    open_bounds: tuple[float, float] | None


@dataclass(slots=True)
class Rest:
    """
    What the figures beside the headline need and the headline does not.

    Attributes:
        means: (mean probability, outcome) -> how many questions.
        against: (own score, the reference's) -> how many questions.
        undecided: (score at best, at worst) -> how many questions.
        alone: What was said on a question outside of any cluster -> how many such questions.
        single: The same for a question that is named -> what was said on it.
        together: Cluster -> what was said on its questions.
    """

    yardstick: Yardstick
    means: Counter[tuple[float, int]] = field(default_factory=Counter)
    against: Counter[tuple[float, float]] = field(default_factory=Counter)
    undecided: Counter[tuple[float, float]] = field(default_factory=Counter)
    alone: Counter[tuple[tuple[float, Weight], ...]] = field(default_factory=Counter)
    single: dict[str, list[tuple[float, Weight]]] = field(default_factory=dict)
    together: dict[str, list[tuple[float, Weight]]] = field(default_factory=dict)

    def settle(
        self, item: Item, y: int, parts: Sequence[tuple[Stance, Weight]], *, score: float
    ) -> None:
        """
        Count what is in the headline: one question, or several alike, with its shares.
        """
        said = [(one.point, share) for one, share in parts]
        mean = said[0][0] if len(said) == 1 else math.fsum(share * p for p, share in said)
        self.means[min(mean, 1.0), y] += item.n
        other = self.yardstick.score(item, y)
        if other is not None:
            self.against[score, other] += item.n
        if item.cluster is not None:
            unit = self.together.setdefault(item.cluster, [])
            unit += [(p, share * item.n) for p, share in said]
        elif item.question is not None or item.questions:
            for name in item.questions or (item.question or "",):
                self.single.setdefault(name, []).extend(said)
        else:
            self.alone[tuple(said)] += item.n

    def wait(self, item: Item, parts: Sequence[tuple[Stance | None, Weight]]) -> None:
        """
        Count what is undecided; a phrase that the lexicon lacks is never scored.
        """
        known = [(one.point, share) for one, share in parts if one is not None]
        if len(known) == len(parts):
            no, yes = (math.fsum(share * brier(p, y) for p, share in known) for y in (0, 1))
            self.undecided[min(no, yes), max(no, yes)] += item.n

    def absorb(self, other: Rest) -> None:
        """
        Add what was counted of a source of which there was nothing here.
        """
        self.means.update(other.means)
        self.against.update(other.against)
        self.undecided.update(other.undecided)
        self.alone.update(other.alone)
        for mine, theirs in ((self.single, other.single), (self.together, other.together)):
            for name, said in theirs.items():
                mine.setdefault(name, []).extend(said)

    def skill(self) -> Skill:
        """
        Against the yardstick, on the questions that it says something on.
        """
        own = math.fsum(n * score for (score, _), n in self.against.items())
        other = math.fsum(n * score for (_, score), n in self.against.items())
        # Divided first, so that equal sums give exactly 0.
        value = skill(own / other, 1.0) if other else None
        return Skill(self.yardstick.name, value, self.against.total())

    def units(self) -> list[Sequence[tuple[float, Weight]]]:
        """
        What shares its luck.
        """
        found: list[Sequence[tuple[float, Weight]]] = []
        for said, n in self.alone.items():
            found += [said] * n
        return [*found, *self.single.values(), *self.together.values()]

    def sizes(self) -> list[Weight]:
        """
        How many questions there are in each of what shares its luck.
        """
        units = [*self.single.values(), *self.together.values()]
        return [1] * self.alone.total() + [sum(share for _, share in unit) for unit in units]


def quality(figures: Figures, rest: Rest, asked: Asked, *, mixed: bool) -> Quality:
    """
    The figures beside a headline.

    Args:
        figures: Those of the headline, settled.
        rest: What else was counted.
        asked: What is wanted.
        mixed: The row puts several sources together, whose questions were counted apart: one
            question is there several times, and what shares its luck is not known.
    """
    clip = asked.terms.clip
    tally = Tally.of_counts((one.point, y, weight) for (one, y), weight in figures.scored.items())
    sizes = rest.sizes()
    if not tally.n:
        return Quality(
            n=0,
            events_occurred=0,
            repeated=0,
            log_score=None,
            log_infinite=0,
            corp=None,
            luck=None,
            corp_log=None,
            murphy=None,
            murphy_10=None,
            calibration_10=(),
            in_the_large=None,
            slope=None,
            skill=rest.skill(),
            clusters=0,
            n_effective=0.0,
            open_bounds=_bounds(figures, rest),
        )
    tested = not mixed and all(size <= 1 for size in sizes)
    large = recalibration.in_the_large(
        Tally.of_counts((p, y, n) for (p, y), n in rest.means.items())
    )
    return Quality(
        n=_plain(tally.n),
        events_occurred=_plain(tally.events),
        repeated=figures.counts["repeated"],
        log_score=tally.log_score(clip=clip),
        log_infinite=_plain(tally.log_infinite),
        corp=corp(tally),
        luck=None if mixed else _luck(tally, rest, asked),
        corp_log=corp(tally, rule=Rule.LOG, clip=clip),
        murphy=murphy(tally),
        murphy_10=murphy_10(tally),
        calibration_10=tuple(by_bin(tally)),
        in_the_large=large if tested else InTheLarge(large.difference, untested=Untested.SHARED),
        slope=recalibration.slope(tally, clip=clip),
        skill=rest.skill(),
        clusters=None if mixed else len(sizes),
        n_effective=None if mixed else n_effective(sizes),
        open_bounds=_bounds(figures, rest),
    )


def _luck(tally: Tally, rest: Rest, asked: Asked) -> Miscalibration | None:
    terms = asked.terms
    most = terms.resampled_up_to
    if not terms.resamples or (most is not None and tally.n > most):
        return None
    return recalibration.miscalibration(
        tally, asked.new_rng(), resamples=terms.resamples, units=rest.units()
    )


def _bounds(figures: Figures, rest: Rest) -> tuple[float, float] | None:
    waiting = rest.undecided.total()
    if not waiting:
        return None
    n = sum(figures.scored.values()) + waiting
    known = [weight * brier(one.point, y) for (one, y), weight in figures.scored.items()]
    best, worst = (
        _mean(known, (times * ends[end] for ends, times in rest.undecided.items()), n)
        for end in (0, 1)
    )
    return best, worst


def _mean(known: Iterable[float], waiting: Iterable[float], n: Weight) -> float:
    return math.fsum((*known, *waiting)) / n


def _plain(weight: Weight) -> float:
    return int(weight) if weight.denominator == 1 else float(weight)

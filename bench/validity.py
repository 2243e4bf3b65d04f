"""
Do the statistics keep what they promise?  Simulations with fixed seeds; ``make validity`` runs all.

Every figure is a share or a mean over the runs named beside it: with 1,000 runs a share of 5% is
known to about 1.4 points (two standard errors), with 4,000 to 0.7.
"""

from __future__ import annotations

import math
import os
import platform
import random
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from statistics import fmean
from typing import TYPE_CHECKING, Final

from foretrack.core import watching
from foretrack.core.closing import is_over
from foretrack.core.decomposition import corp
from foretrack.core.difficulty import adjusted
from foretrack.core.library import DEFAULT, shipped
from foretrack.core.recalibration import miscalibration
from foretrack.core.tally import Tally
from foretrack.core.uncertainty import expit, interval_of_mean, logit
from foretrack.core.watching import Both, Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SEED: Final = 20260301
BEGIN: Final = date(2020, 1, 6)

# What a commentator says, and how often.
PHRASES: Final = {
    "likely": 45,
    "unlikely": 20,
    "almost certain": 12,
    "very unlikely": 13,
    "even chance": 10,
}


def numeric(rng: random.Random) -> float:
    """
    A probability in whole per cent, any as likely as another.
    """
    return rng.randrange(2, 99) / 100


def verbal(rng: random.Random) -> float:
    """
    The default lexicon's point for one of five phrases.
    """
    (phrase,) = rng.choices(list(PHRASES), weights=list(PHRASES.values()))
    return _point(phrase)


def one_phrase(_: random.Random) -> float:
    """
    Always "likely".
    """
    return _point("likely")


def _point(phrase: str) -> float:
    entry = shipped(DEFAULT).look_up(phrase)
    if entry is None or entry.point is None:
        raise ValueError(f"the default lexicon has no point for {phrase!r}")
    return entry.point


KINDS: Final[dict[str, Callable[[random.Random], float]]] = {
    "numeric": numeric,
    "verbal": verbal,
    "one phrase": one_phrase,
}


def cohorts(seed: int, runs: int = 1000) -> str:
    """
    A calibrated source, looked at while windows are open: closed windows only, or all resolved.

    Over two years it forecasts 300 events in windows of three months to two years.  Half of them
    come about, each on any day of its window; the others are decided when the window is over.
    """
    rng = random.Random(seed)
    as_of = BEGIN + timedelta(days=730)
    excess: dict[str, list[float]] = {"matured": [], "as they resolve": []}
    beyond = dict.fromkeys(excess, 0)
    alarms = dict.fromkeys(excess, 0)
    sizes: dict[str, list[int]] = {name: [] for name in excess}
    for _ in range(runs):
        rows = []
        for _ in range(300):
            opens = BEGIN + timedelta(days=rng.randrange(730))
            length = rng.choice((90, 180, 365, 730))
            closes = opens + timedelta(days=length)
            p = numeric(rng)
            y = int(rng.random() < p)
            decided = opens + timedelta(days=rng.randrange(1, length)) if y else closes
            rows.append((p, y, closes, decided))
        chosen = {
            "matured": [
                Seen(closes + timedelta(days=1), None, p, y)
                for p, y, closes, _ in rows
                if is_over(closes, as_of=as_of)
            ],
            "as they resolve": [
                Seen(decided, None, p, y) for p, y, _, decided in rows if decided < as_of
            ],
        }
        for name, forecasts in chosen.items():
            sizes[name].append(len(forecasts))
            excess[name].append(fmean((one.y or 0) - one.p for one in forecasts))
            beyond[name] += abs(_z(forecasts)) > 1.96
            alarms[name] += watching.calibration(forecasts).alarm is not None
    lines = [
        "Which forecasts count: a calibrated source, 300 forecasts over two years, as of their end",
        f"seed {seed}, {runs:,} runs",
        f"{'':18}{'scored':>8}{'mean(y - p)':>13}{'|z| > 1.96':>12}{'watch alarms':>14}",
    ]
    lines += [
        f"{name:18}{fmean(sizes[name]):8.0f}{fmean(values):+13.3f}"
        f"{beyond[name] / runs:12.1%}{alarms[name] / runs:14.1%}"
        for name, values in excess.items()
    ]
    return "\n".join(lines)


def _z(forecasts: Sequence[Seen]) -> float:
    spread = math.sqrt(math.fsum(one.p * (1.0 - one.p) for one in forecasts))
    return math.fsum((one.y or 0) - one.p for one in forecasts) / spread if spread else 0.0


def watch(seed: int, runs: int = 1000) -> str:
    """
    How often the calibration watch raises its alarm, looking after each of 200 questions.
    """
    rng = random.Random(seed)
    days = [BEGIN + timedelta(days=7 * number) for number in range(200)]

    def drawn(
        kind: Callable[[random.Random], float], truth: Callable[[float], float]
    ) -> list[Seen]:
        said = [kind(rng) for _ in days]
        return [
            Seen(day, None, p, int(rng.random() < truth(p)))
            for day, p in zip(days, said, strict=True)
        ]

    def moved(shift: float, slope: float) -> Callable[[float], float]:
        return lambda p: expit(shift + slope * logit(p))

    truths = {
        "calibrated": moved(0.0, 1.0),
        "slope 0.5 (too bold)": moved(0.0, 0.5),
        "slope 2 (too timid)": moved(0.0, 2.0),
        "0.5 too high in log odds": moved(-0.5, 1.0),
        "1 too high in log odds": moved(-1.0, 1.0),
    }
    lines = [
        f"Watching calibration: share of runs with an alarm within {len(days)} questions",
        f"seed {seed}, {runs:,} runs",
        f"{'':28}{'numeric':>10}{'verbal':>10}{'z peeked at, numeric':>23}",
    ]
    for name, truth in truths.items():
        shares = []
        peeked = 0
        for kind in (numeric, verbal):
            found = 0
            for _ in range(runs):
                forecasts = drawn(kind, truth)
                found += watching.calibration(forecasts).alarm is not None
                peeked += kind is numeric and _peeked(forecasts)
            shares.append(found / runs)
        lines.append(f"{name:28}{shares[0]:10.1%}{shares[1]:10.1%}{peeked / runs:23.1%}")
    return "\n".join(lines)


def _peeked(forecasts: Sequence[Seen]) -> bool:
    """
    Whether a z-test after each question was ever significant at 5%, from the fifth on.
    """
    off = spread = 0.0
    for number, one in enumerate(forecasts, 1):
        off += (one.y or 0) - one.p
        spread += one.p * (1.0 - one.p)
        if number >= 5 and abs(off) > 1.96 * math.sqrt(spread):
            return True
    return False


def clusters(seed: int, runs: int = 1000) -> str:
    """
    False alarms where questions stand or fall together.
    """
    rng = random.Random(seed)
    together = straight = 0
    for _ in range(runs):
        same, apart = [], []
        for number in range(40):
            day = BEGIN + timedelta(days=7 * number)
            luck = rng.random()
            for member in range(5):
                p = numeric(rng)
                seen = Seen(day, f"event-{number}", p, int(luck < p))
                same.append(seen)
                apart.append(seen._replace(cluster=None, when=day + timedelta(days=member)))
        together += watching.calibration(same).alarm is not None
        straight += watching.calibration(apart).alarm is not None
    return "\n".join(
        [
            "Watching in clusters: a calibrated source, 40 events of 5 questions with one luck",
            f"seed {seed}, {runs:,} runs; share of runs with a false alarm",
            f"averaged within an event, then multiplied  {together / runs:6.1%}",
            f"multiplied straight                        {straight / runs:6.1%}",
        ]
    )


def contests(seed: int, runs: int = 1000) -> str:
    """
    How often the comparison of two sources raises its alarm.
    """
    rng = random.Random(seed)

    def near(p: float, noise: float) -> float:
        return min(max(expit(logit(p) + rng.gauss(0.0, noise)), 0.01), 0.99)

    def run(n: int, noise_a: float, noise_b: float, *, equal: bool = False) -> bool:
        rows = []
        for number in range(n):
            truth = numeric(rng)
            a, b = near(truth, noise_a), near(truth, noise_b)
            if equal:
                truth = (a + b) / 2.0
            day = BEGIN + timedelta(days=7 * number)
            rows.append(Both(day, None, a, b, int(rng.random() < truth)))
        return watching.comparison(rows).alarm is not None

    lines = [
        "Watching two sources: share of runs with an alarm that the second is better",
        f"seed {seed}, {runs:,} runs; noise is the standard deviation in log odds",
        f"{'':44}{'n = 100':>10}{'n = 200':>10}",
    ]
    cases = {
        "as good on every question": (1.0, 1.0, True),
        "second worse: noise 0.5 against 1": (0.5, 1.0, False),
        "second better: noise 1 against 0.5": (1.0, 0.5, False),
        "second better: noise 1 against 0": (1.0, 0.0, False),
    }
    for name, (a, b, equal) in cases.items():
        shares = [sum(run(n, a, b, equal=equal) for _ in range(runs)) / runs for n in (100, 200)]
        lines.append(f"{name:44}{shares[0]:10.1%}{shares[1]:10.1%}")
    return "\n".join(lines)


def intervals(seed: int, runs: int = 4000) -> str:
    """
    How often the 95% interval of the mean Brier score holds its expectation.

    The source is calibrated, so that the expectation is the mean of p(1 - p) over what it says.
    """
    rng = random.Random(seed)
    sizes = (3, 5, 10, 20, 50)
    lines = [
        "The 95% interval of the mean Brier score: coverage where it is given (share without one)",
        f"seed {seed}, {runs:,} runs",
        f"{'':12}" + "".join(f"{f'n = {n}':>16}" for n in sizes),
    ]
    for name, kind in KINDS.items():
        said = [kind(random.Random(number)) for number in range(100_000)]
        expected = fmean(p * (1.0 - p) for p in said)
        cells = []
        for n in sizes:
            given = held = 0
            for _ in range(runs):
                scores = []
                for _ in range(n):
                    p = kind(rng)
                    scores.append((p - (rng.random() < p)) ** 2)
                interval = interval_of_mean([(1, score, 1) for score in scores])
                if interval is not None:
                    given += 1
                    held += interval[0] <= expected <= interval[1]
            cells.append(f"{held / given:.1%} ({1 - given / runs:.1%})")
        lines.append(f"{name:12}" + "".join(f"{cell:>16}" for cell in cells))
    return "\n".join(lines)


def miscalibrations(seed: int, runs: int = 2000) -> str:
    """
    The MCB of a calibrated source, which should be 0, and how often its p-value is below 5%.
    """
    rng = random.Random(seed)
    lines = [
        "CORP miscalibration of a calibrated source: its mean, and p <= 5%",
        f"seed {seed}, {runs:,} runs, 99 resamples",
        f"{'':12}{'MCB, n = 10':>14}{'MCB, n = 50':>14}{'p, n = 10':>12}{'p, n = 50':>12}",
    ]
    for name, kind in list(KINDS.items())[:2]:
        means, shares = [], []
        for n in (10, 50):
            values = []
            low = 0
            for _ in range(runs):
                said = [kind(rng) for _ in range(n)]
                tally = Tally.of((p, int(rng.random() < p)) for p in said)
                values.append(corp(tally).mcb)
                low += miscalibration(tally, rng, resamples=99).p_value <= 0.05
            means.append(fmean(values))
            shares.append(low / runs)
        lines.append(f"{name:12}{means[0]:14.3f}{means[1]:14.3f}{shares[0]:12.1%}{shares[1]:12.1%}")
    return "\n".join(lines)


def tiers(seed: int, runs: int = 1000) -> str:
    """
    Difficulty-adjusted scores: coverage, false tiers, and whether the best comes out first.

    So many sources answer so many of 60 questions each, picked at random.  A score is what the
    source adds (standard deviation ``spread``), what the question adds (0.15) and noise (0.2).
    """
    rng = random.Random(seed)
    lines = [
        "Difficulty-adjusted scores of sources that answer some of 60 questions each",
        f"seed {seed}, {runs:,} runs, {runs // 4} of those with 20 sources",
        "a false tier puts a source behind the head of one that is no better",
        (
            f"{'sources, n, spread':24}{'in interval':>12}{'se/sd':>8}"
            f"{'false tier':>12}{'several tiers':>15}{'best first':>12}"
        ),
    ]
    cases = [
        (number, n, spread) for number in (2, 5, 20) for n in (10, 30) for spread in (0.0, 0.05)
    ]
    for number, n, spread in cases:
        held = several = first = wrong = total = split = 0
        errors, claimed = [], []
        for _ in range(runs if number < 20 else runs // 4):
            truth = {f"source-{one}": rng.gauss(0.0, spread) for one in range(number)}
            ease = {f"q{one}": rng.gauss(0.25, 0.15) for one in range(60)}
            scored = {
                name: {
                    question: (truth[name] + ease[question] + rng.gauss(0.0, 0.2), None)
                    for question in rng.sample(list(ease), n)
                }
                for name in truth
            }
            found = adjusted(scored)[0]
            if found.tau is None:
                continue
            split += 1
            # The level is common to all: only what is left of it is an error.
            level = fmean(one.score - truth[one.source] for one in found.sources)
            for one in found.sources:
                value = truth[one.source] + level
                low, high = one.interval or (math.nan, math.nan)
                held += low <= value <= high
                errors.append(one.score - value)
                claimed.append(one.standard_error or math.nan)
                total += 1
            heads: dict[int, float] = {}
            for one in found.sources:
                heads.setdefault(one.tier or 0, truth[one.source])
            several += len(heads) > 1
            wrong += any(
                tier < (one.tier or 0) and truth[one.source] <= head
                for one in found.sources
                for tier, head in heads.items()
            )
            first += found.sources[0].source == min(truth, key=lambda name: truth[name])
        # The errors are taken around their own mean, which takes one of so many away.
        spread_of_errors = math.sqrt(fmean(e * e for e in errors) * number / (number - 1))
        label = f"{number}, {n}, {spread}"
        best = f"{first / split:12.1%}" if spread else ""
        lines.append(
            f"{label:24}{held / total:12.1%}{fmean(claimed) / spread_of_errors:8.2f}"
            f"{wrong / split:12.1%}{several / split:15.1%}{best}"
        )
    return "\n".join(lines)


SECTIONS: Final = (cohorts, watch, clusters, contests, intervals, miscalibrations, tiers)


def _timed(number: int) -> tuple[str, float]:
    start = time.perf_counter()
    return SECTIONS[number](SEED + number), time.perf_counter() - start


def main() -> None:
    """
    Run every simulation, two at a time, and print the tables.
    """
    print(f"Python {platform.python_version()}, {platform.machine()}; seeds from {SEED}\n")
    start = time.perf_counter()
    with ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for text, seconds in pool.map(_timed, range(len(SECTIONS))):
            print(f"{text}\n({seconds:.0f} s)\n", flush=True)
    print(f"{time.perf_counter() - start:.0f} s in all")


if __name__ == "__main__":
    main()

"""
Large plain tables scored from counts, where nothing but Python is installed.

A table that is not clean and plain is left to the reading row by row, which can say what is wrong
with it.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain, compress
from operator import sub
from typing import TYPE_CHECKING, Final

from foretrack.core.counting import alike
from foretrack.core.grades import against
from foretrack.core.groups import Groups
from foretrack.core.levels import Levels
from foretrack.core.sample import Sample, Spread, spread
from foretrack.errors import InvalidInput
from foretrack.exchange import columns, elsewhere, reading
from foretrack.exchange.elsewhere import Elsewhere
from foretrack.exchange.piles import Piles, Unfit
from foretrack.exchange.reading import Part
from foretrack.exchange.tables import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from foretrack.core.skills import Reference
    from foretrack.exchange.piles import Cluster, Told
    from foretrack.exchange.plan import Plan
    from foretrack.exchange.tables import Table

_LARGE: Final = 1 << 20  # bytes of a file: a smaller one is read row by row in no time
_FEW: Final = 100_000  # single rows of a source that are kept at most
_KINDS: Final = (Kind.CSV, Kind.TSV)


def groups(
    table: Table,
    plan: Plan,
    *,
    reference: Reference,
    units_up_to: float,
    done: Callable[[int], None] = lambda _: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Groups | None:
    """
    The groups of a large table that is clean and plain, by source.

    Args:
        table: The table.
        plan: What the run takes from it.
        reference: What to compare with.
        units_up_to: Keep the single forecasts of groups with no more rows than this, to resample
            calibration.
        done: Told, now and then, how many bytes of the file are read.
        meanwhile: What else can be made ready while a second process reads.

    Returns:
        None where the rows have to be looked at one by one.
    """
    if not plan.is_plain or plan.by != "source" or plan.sources is not None:
        return None
    if reference.constant is None or units_up_to > _FEW:
        return None
    if table.kind not in _KINDS or table.path is None or table.size < _LARGE:
        return None
    try:
        places = columns.find(reading.header(table), plan.wanted, path=table.name)
        if places.keys() & {"weight", "resolve_date"}:
            return None
        told = _read(table, plan, units_up_to, done, meanwhile)
    except InvalidInput:  # reading row by row says more
        return None
    if not told:
        return None
    yes, no = _questions(told.values())
    if not yes.isdisjoint(no):
        return None
    by_name = {source.decode(): told[source] for source in told}
    samples, overall = _samples(
        {name: by_name[name] for name in sorted(by_name)},
        asks="question_id" in places,
        questions=len(yes) + len(no),
        units_up_to=units_up_to,
    )
    skills = {name: against(reference, one) for name, one in samples.items()}
    return Groups(samples, overall, skills, against(reference, overall))


def _read(
    table: Table,
    plan: Plan,
    held_up_to: float,
    done: Callable[[int], None] | None,
    meanwhile: Callable[[], None],
) -> dict[bytes, Told] | None:
    """
    What each source said, the second half of a very large table counted in a second process.

    None where the rows have to be looked at one by one.
    """

    def told(part: Part | None, done: Callable[[int], None] | None) -> dict[bytes, Told] | None:
        piles = Piles(held_up_to=held_up_to)
        try:
            for batch in reading.batches(table, plan.wanted, part=part, done=done):
                piles.add(batch)
        except Unfit:
            return None
        return piles.told()

    middle = reading.middle(table)
    if middle is None or not elsewhere.possible():
        return told(None, done)
    second = Elsewhere(lambda: told(Part(middle, first=False), None))
    try:
        part = Part(middle, first=True)
        found = told(part, None if done is None else lambda at: done(int(at / reading.FIRST)))
        if found is None or part.whole:
            return found
        meanwhile()
        other = second.result()
    finally:
        second.drop()
    if other is None:
        return None
    for source, one in other.items():
        if source in found:
            found[source].absorb(one, held_up_to=held_up_to)
        else:
            found[source] = one
    return found


def _questions(told: Iterable[Told]) -> tuple[set[Cluster], set[Cluster]]:
    """
    The questions of which something, and of which something did not come true.
    """
    yes: set[Cluster] = set()
    no: set[Cluster] = set()
    for one in told:
        yes.update(compress(one.questions, one.events))
        no.update(compress(one.questions, map(sub, one.sizes, one.events)))
    return yes, no


def _samples(
    told: Mapping[str, Told], *, asks: bool, questions: int, units_up_to: float
) -> tuple[dict[str, Sample], Sample]:
    """
    Each source, and all together.

    Args:
        told: What each source said.
        asks: Whether the table names questions.
        questions: How many different ones.
        units_up_to: Keep the single forecasts of groups with no more rows than this.
    """
    samples = {
        name: Sample(
            counts=one.levels,
            clusters=_spread(one),
            questions=_distinct(one) if asks else None,
            repeated=one.repeated if asks else None,
            units=_units([one], units_up_to),
        )
        for name, one in told.items()
    }
    every = told.values()
    overall = Sample(
        counts=Levels.merged(one.levels for one in every),
        clusters=_united(every, [one.clusters for one in samples.values()]),
        questions=questions if asks else None,
        repeated=sum(one.repeated for one in every) if asks else None,
        units=_units(every, units_up_to),
    )
    return samples, overall


def _distinct(told: Told) -> int:
    """
    How many different questions there are.
    """
    if told.clusters is told.questions:
        return len(told.questions)
    return len(set(told.questions))


def _spread(told: Told) -> Spread:
    """
    The sums over the clusters of a source.
    """
    if not told.clusters:
        return _alone(told.levels)
    if told.clusters is told.questions:
        return spread(told.sizes, told.scores)
    return _together([told])


def _alone(levels: Levels) -> Spread:
    """
    The sums over rows that are a cluster each.
    """
    events = zip(levels.places, levels.hits, strict=True)
    others = zip(levels.places, map(sub, levels.ns, levels.hits), strict=True)
    return alike([(1, 2 * p + 1, n) for p, n in events] + [(1, 2 * p, n) for p, n in others])


def _united(told: Collection[Told], spreads: Iterable[Spread]) -> Spread:
    """
    The sums over the clusters of all sources: those of each add up where none is in several.
    """
    times = Counter(chain.from_iterable(one.clusters for one in told))
    shared = {cluster for cluster, n in times.items() if n > 1}
    apart: list[Spread] = []
    tangled: list[Told] = []
    for one, alone in zip(told, spreads, strict=True):
        if shared.isdisjoint(one.clusters):
            apart.append(alone)
        else:
            tangled.append(one)
    return Spread(*map(sum, zip(*apart, _together(tangled), strict=True)))


def _together(told: Iterable[Told]) -> Spread:
    sizes: dict[Cluster, int] = {}
    scores: dict[Cluster, int] = {}
    for one in told:
        for cluster, size, score in zip(one.clusters, one.sizes, one.scores, strict=True):
            sizes[cluster] = sizes.get(cluster, 0) + size
            scores[cluster] = scores.get(cluster, 0) + score
    return spread(list(sizes.values()), list(scores.values()))


def _units(told: Iterable[Told], up_to: float) -> list[list[tuple[int, int]]] | None:
    """
    Key and weight of each row by cluster; None where there are too many.
    """
    alone: list[list[tuple[int, int]]] = []
    units: dict[Cluster, list[tuple[int, int]]] = {}
    n = 0
    for one in told:
        n += one.n
        if one.rows is None or n > up_to:
            return None
        for cluster, key in one.rows:
            if cluster is None:
                alone.append([(key, 1)])
            else:
                units.setdefault(cluster, []).append((key, 1))
    return alone + list(units.values())

"""
The groups of a table that are to be scored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from foretrack.core.counting import Basis, Count
from foretrack.core.shares import shares_of
from foretrack.core.skills import Skills
from foretrack.core.vocabulary import Updates

if TYPE_CHECKING:
    from collections.abc import Callable

    from foretrack.core.grades import Skill
    from foretrack.core.sample import Sample
    from foretrack.core.sheet import Cell, Sheet
    from foretrack.core.skills import Reference

Aside: TypeAlias = "Callable[[Callable[[], list[Basis]]], Callable[[], list[Basis]]]"
"""
Begins a piece of work, and gives what waits for its result.
"""


class Groups(NamedTuple):
    """
    What is to be scored.

    Attributes:
        samples: By group.
        overall: All rows together.
        skills: The comparison of each group with the reference.
        skill: That of all rows together.
    """

    samples: dict[str, Sample]
    overall: Sample
    skills: dict[str, Skill]
    skill: Skill


def groups(
    sheet: Sheet,
    *,
    reference: Reference,
    updates: Updates = Updates.EACH,
    shown: Callable[[Cell], bool] = lambda _: True,
    units_up_to: float = 0,
    aside: Aside = lambda work: work,
) -> Groups:
    """
    Count the rows of each group, and of all together.

    Args:
        sheet: The rows.
        reference: What to compare with.
        updates: How several forecasts by one source on one question count.
        shown: Which cells are scored; others serve as the reference only.
        units_up_to: Keep the single forecasts of groups with no more rows than this, to resample
            calibration.
        aside: Begins a piece of work and gives what waits for its result: it may be done at the
            same time as the rest.
    """
    stood = shares_of(sheet, updates)
    everything = Count(sheet, stood, [True] * len(sheet.cells))
    chosen = [shown(cell) for cell in sheet.cells]
    counted = everything if all(chosen) else Count(sheet, stood, chosen)
    return _grouped(counted, reference, units_up_to, everything=everything, aside=aside)


def _grouped(
    counted: Count,
    reference: Reference,
    units_up_to: float,
    *,
    everything: Count | None = None,
    aside: Aside = lambda work: work,
) -> Groups:
    bases = aside(counted.bases)
    counted.levels()
    counted.units(units_up_to)
    skills = Skills(counted, everything or counted, reference)
    *by_group, all_together = bases()
    samples = {
        group: counted.sample(at, basis)
        for at, (group, basis) in enumerate(zip(counted.names, by_group, strict=True))
        if counted.counts[at]
    }
    overall = counted.sample(-1, all_together)
    return Groups(
        samples,
        overall,
        {
            group: skills.of(at, samples[group])
            for at, group in enumerate(counted.names)
            if group in samples
        },
        skills.of(-1, overall),
    )

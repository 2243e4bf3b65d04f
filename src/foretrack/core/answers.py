"""
What each source, or each group of them, answered to each question: what comparisons go by.

A scorecard needs counts alone; pairs need to know who said what to which question.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from foretrack.core.cohort import Standing, standing
from foretrack.core.judging import shared
from foretrack.core.rules import brier
from foretrack.core.vocabulary import Cohort

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from foretrack.core.cohort import Item
    from foretrack.core.lexicon import Stance
    from foretrack.core.vocabulary import Updates


class Answer(NamedTuple):
    """
    A forecast on one question that counts.

    Attributes:
        score: Its Brier score, 0 best, 1 worst; over several forecasts the weighted mean.
        cluster: Label of questions that stand or fall together; None for one of its own.
    """

    score: float
    cluster: str | None


def answers(
    items: Iterable[Item],
    *,
    cohort: Cohort,
    updates: Updates,
    stance_of: Callable[[Item], Stance | None],
) -> dict[str, dict[str, Answer]]:
    """
    Group -> question -> its answer, for the questions that make the headline.

    Where several sources of a group answered a question, the group's score is the mean of theirs.

    Args:
        items: In any order; every one names its question.
        cohort: Which questions count.
        updates: How several forecasts of a source on one question count.
        stance_of: What an item says; a question with a phrase that the lexicon lacks is left out.

    Returns:
        The answers; a group without any is there too.
    """
    found: dict[str, dict[str, Answer]] = {}
    for group, given in apart(items, cohort=cohort, updates=updates, stance_of=stance_of).items():
        together: dict[str, list[Answer]] = {}
        for (_, question), one in sorted(given.items()):
            together.setdefault(question, []).append(one)
        found[group] = {
            question: Answer(math.fsum(one.score for one in said) / len(said), said[0].cluster)
            for question, said in together.items()
        }
    return found


def apart(
    items: Iterable[Item],
    *,
    cohort: Cohort,
    updates: Updates,
    stance_of: Callable[[Item], Stance | None],
) -> dict[str, dict[tuple[str, str], Answer]]:
    """
    Group -> source and question -> the source's answer: what a headline of the group counts.

    Args:
        items: As for ``answers``.
        cohort: As for ``answers``.
        updates: As for ``answers``.
        stance_of: As for ``answers``.
    """
    waiting: dict[tuple[str, str, str], list[Item]] = defaultdict(list)
    found: dict[str, dict[tuple[str, str], Answer]] = {}
    for item in items:
        counted = counts(item, cohort) and item.question is not None
        for group in item.group:
            found.setdefault(group, {})
            if counted:
                waiting[group, item.source, item.question or ""].append(item)
    for (group, source, question), said in waiting.items():
        y = int(said[0].outcome == "yes")
        parts = shared(said, updates=updates, stance_of=stance_of)
        known = [(one.point, share) for one, share in parts if one is not None]
        if len(known) == len(parts):
            total = sum(share for _, share in known)
            score = math.fsum(share * brier(p, y) for p, share in known) / total
            found[group][source, question] = Answer(score, said[0].cluster)
    return found


def counts(item: Item, cohort: Cohort) -> bool:
    """
    Whether the question of an item makes the headline, by this forecast.
    """
    how = standing(item)
    return how is Standing.SCORED or (how is Standing.EARLY and cohort is Cohort.RESOLVED)

"""
The use case that compares: sources with each other, on shared questions or all together.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from foretrack.core import answers, duel
from foretrack.core.cohort import Cohort
from foretrack.core.figures import stances
from foretrack.db import store, tables, tallies
from foretrack.db.engine import reading
from foretrack.errors import CannotScore, NothingResolved
from foretrack.evaluate import convention_of, labels_of

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Iterator, Sequence

    from foretrack.core.answers import Answer
    from foretrack.core.cohort import Item
    from foretrack.core.duel import Duels, Field
    from foretrack.core.scorecard import Convention
    from foretrack.evaluate import Choice

FLIPS: Final = 10_000
"""
So many sign vectors are drawn above 20 clusters.
"""

SHOWN: Final = 5
"""
So many of the questions that decided a pair are named.
"""


def duels(
    engine: sa.Engine, choice: Choice, *, sources: Sequence[str], rng: random.Random
) -> Duels:
    """
    Every pair of these sources on the questions that both answered.

    Args:
        engine: The database.
        choice: Which forecasts count.
        sources: At least two.
        rng: The random generator, for more than 20 clusters.

    Raises:
        CannotScore: No two of them share a question that counts.
    """
    with reading(engine) as connection:
        given, convention = _answers(connection, choice, sources=sources)
        labels = labels_of(connection, "source")
        questions = duel.shared(given)
        if not questions:
            raise CannotScore(_nothing_shared(given, choice))
        statements = statements_of(connection, questions)
    return duel.Duels(
        convention=convention,
        contenders=duel.contenders(given, labels=labels),
        pairs=duel.duels(given, statements=statements, rng=rng, flips=FLIPS, show=SHOWN),
    )


def field(engine: sa.Engine, choice: Choice) -> Field:
    """
    All sources, adjusted for how hard their questions were.

    Raises:
        NothingResolved: No source has a question that counts.
    """
    with reading(engine) as connection:
        given, convention = _answers(connection, choice, sources=None)
        labels = labels_of(connection, "source")
    if not any(given.values()):
        raise NothingResolved(f"no source has a question that counts; {_what_helps(choice)}")
    return duel.field(given, convention=convention, labels=labels)


def chosen_items(
    connection: sa.Connection, choice: Choice, *, sources: Sequence[str] | None
) -> tuple[list[Item], Convention]:
    """
    The forecasts of a choice one by one, and how they were chosen.

    Args:
        sources: Only theirs; None for all.
    """
    found = list(tallies.each(connection, as_of=choice.as_of, only=choice.only, sources=sources))
    kept = [one for one in found if not (choice.basis == "stated" and one.assumed)]
    convention = convention_of(connection, choice)
    if sources is not None:
        declared = {name: one for name, one in convention.declared.items() if name in sources}
        convention = replace(convention, declared=declared)
    return kept, replace(convention, left_out=len(found) - len(kept))


def statements_of(connection: sa.Connection, questions: Collection[str]) -> dict[str, str]:
    """
    Question -> its words.
    """
    table = tables.question
    return {
        row.id: row.statement
        for some in _batches(sorted(questions))
        for row in connection.execute(
            sa.select(table.c.id, table.c.statement).where(
                store.standing(table), table.c.id.in_(some)
            )
        )
    }


def _batches(names: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    return (names[start : start + size] for start in range(0, len(names), size))


def _answers(
    connection: sa.Connection, choice: Choice, *, sources: Sequence[str] | None
) -> tuple[dict[str, dict[str, Answer]], Convention]:
    items, convention = chosen_items(connection, choice, sources=sources)
    found = answers.answers(
        items,
        cohort=choice.cohort,
        updates=choice.updates,
        stance_of=stances(choice.lexicon_of),
    )
    names = sorted(found) if sources is None else sources
    return {name: found.get(name, {}) for name in names}, convention


def _nothing_shared(given: dict[str, dict[str, Answer]], choice: Choice) -> str:
    names = ", ".join(f"{name} ({len(one)})" for name, one in given.items())
    start = f"no two of these share a question that counts: {names}"
    if all(given.values()):
        return f"{start}; `foretrack scorecard` shows each by itself"
    return f"{start}; {_what_helps(choice)}"


def _what_helps(choice: Choice) -> str:
    words = "`foretrack due` shows what waits for a decision"
    if choice.cohort is Cohort.MATURED:
        words += ", --cohort resolved counts what was resolved early"
    return words

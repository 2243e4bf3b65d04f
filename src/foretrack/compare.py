"""
The use case that compares: sources, or groups of them, on shared questions or all together.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from foretrack.core import answers, duel
from foretrack.core.judging import stances
from foretrack.core.vocabulary import Cohort
from foretrack.db import tables, tallies
from foretrack.db.engine import reading
from foretrack.errors import CannotScore, InvalidInput, NothingResolved
from foretrack.evaluate import convention_of, labels_of

if TYPE_CHECKING:
    import random
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from foretrack.core.answers import Answer
    from foretrack.core.cohort import Item
    from foretrack.core.duel import Duels, Field
    from foretrack.core.scorecard import Convention
    from foretrack.evaluate import Choice

FLIPS: Final = 10_000
"""
So many sign vectors are drawn above 20 clusters.
"""

NAMED: Final = 12
"""
So many groups are named where none is meant.
"""

SHOWN: Final = 5
"""
So many of the questions that decided a pair are named.
"""


def duels(
    engine: sa.Engine,
    choice: Choice,
    *,
    sources: Sequence[str],
    rng: random.Random,
    by: str = "source",
) -> Duels:
    """
    Every pair of these sources on the questions that both answered.

    Args:
        engine: The database.
        choice: Which forecasts count.
        sources: At least two; of groups, the beginnings of their names will do.
        rng: The random generator, for more than 20 clusters.
        by: What is compared, one of ``evaluate.GROUPINGS``.

    Raises:
        InvalidInput: There is no such group, or several begin so.
        CannotScore: No two of them share a question that counts.
    """
    with reading(engine) as connection:
        items, convention = chosen_items(
            connection, choice, sources=sources if by == "source" else None, by=by
        )
        labels = labels_of(connection, by)
        found = _answers(items, choice)
        names = sources if by == "source" else meant(sources, found, by=by)
        given = {name: found.get(name, {}) for name in names}
        questions = duel.shared(given)
        if not questions:
            raise CannotScore(_nothing_shared(given, choice))
        statements = statements_of(connection, questions)
    return duel.Duels(
        by=by,
        convention=convention,
        contenders=duel.contenders(given, labels=labels),
        pairs=duel.duels(given, statements=statements, rng=rng, flips=FLIPS, show=SHOWN),
    )


def field(engine: sa.Engine, choice: Choice, *, by: str = "source") -> Field:
    """
    All sources, adjusted for how hard their questions were.

    Args:
        engine: The database.
        choice: Which forecasts count.
        by: What is compared, one of ``evaluate.GROUPINGS``.

    Raises:
        NothingResolved: No source has a question that counts.
    """
    with reading(engine) as connection:
        items, convention = chosen_items(connection, choice, sources=None, by=by)
        labels = labels_of(connection, by)
    found = _answers(items, choice)
    given = {name: found[name] for name in sorted(found)}
    if not any(given.values()):
        raise NothingResolved(f"no {by} has a question that counts; {_what_helps(choice)}")
    return duel.field(given, by=by, convention=convention, labels=labels)


def chosen_items(
    connection: sa.Connection, choice: Choice, *, sources: Sequence[str] | None, by: str = "source"
) -> tuple[list[Item], Convention]:
    """
    The forecasts of a choice one by one, and how they were chosen.

    Args:
        connection: One view of the record.
        choice: Which forecasts count.
        sources: Only theirs; None for all.
        by: What their groups are, one of ``evaluate.GROUPINGS``.
    """
    found = list(
        tallies.each(connection, by=by, as_of=choice.as_of, only=choice.only, sources=sources)
    )
    kept = [one for one in found if not (choice.basis == "stated" and one.assumed)]
    convention = convention_of(connection, choice)
    if sources is not None:
        declared = {name: one for name, one in convention.declared.items() if name in sources}
        convention = replace(convention, declared=declared)
    return kept, replace(convention, left_out=len(found) - len(kept))


def meant(typed: Sequence[str], groups: Iterable[str], *, by: str) -> list[str]:
    """
    The groups that are meant by their names or the beginnings of them, each once.

    Raises:
        InvalidInput: None begins so, or several do.

    >>> meant(["the her", "wire"], ["The Herald", "The Hill", "Wire", "Wireless"], by="outlet")
    ['The Herald', 'Wire']
    """
    names = sorted(groups)
    found = []
    for one in typed:
        wanted = one.strip().casefold()
        alike = [name for name in names if name.casefold() == wanted]
        alike = alike or [name for name in names if name.casefold().startswith(wanted)]
        if len(alike) != 1:
            among = ", ".join((alike or names)[:NAMED]) + (
                ", ..." if len(alike or names) > NAMED else ""
            )
            problem = "several begin so" if alike else "there are"
            raise InvalidInput(f"no {by} is called {one!r}; {problem}: {among or 'none'}")
        found.append(alike[0])
    return list(dict.fromkeys(found))


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
                tables.standing(table), table.c.id.in_(some)
            )
        )
    }


def _batches(names: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    return (names[start : start + size] for start in range(0, len(names), size))


def _answers(items: Iterable[Item], choice: Choice) -> dict[str, dict[str, Answer]]:
    return answers.answers(
        items,
        cohort=choice.cohort,
        updates=choice.updates,
        stance_of=stances(choice.lexicon_of),
    )


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

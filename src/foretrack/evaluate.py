"""
The use cases that score: scorecards, one source's page, calibration.

Each opens one consistent view of the record, counts, and hands plain data back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from foretrack.core import scorecard
from foretrack.core.cohort import EVERYTHING, Selection
from foretrack.core.figures import Figures
from foretrack.core.judging import Judge, stances
from foretrack.core.vocabulary import Cohort, Updates
from foretrack.db import groupings, tables, tallies, unscored
from foretrack.db.engine import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    import sqlalchemy as sa

    from foretrack.core.cohort import Item
    from foretrack.core.lexicon import Lexicon
    from foretrack.core.library import Library
    from foretrack.core.page import Calibration, Hit
    from foretrack.core.quality import Terms
    from foretrack.core.scorecard import Convention, Scorecard
    from foretrack.yardstick import Wanted

GROUPINGS = tuple(groupings.GROUPINGS)
SMALL: Final = 2000
"""
In a record of so many claims the figures beside the headline take no time to speak of.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    Which forecasts a score is taken over, and how.

    Attributes:
        lexicon: One named for this run, which goes before what a source declares.
        default: The lexicon for sources that declare none.
        only: The part of the record that counts.
        basis: ``all``, or ``stated`` to leave assumed windows out.
    """

    as_of: date
    cohort: Cohort = Cohort.MATURED
    updates: Updates = Updates.TIME
    basis: str = "all"
    lexicon: str | None = None
    only: Selection = EVERYTHING
    default: str
    library: Library

    def lexicon_of(self, declared: str | None) -> Lexicon:
        """
        The lexicon for a source that declares this one, or none.
        """
        return self.library.get(self.lexicon or declared or self.default)


def score(
    engine: sa.Engine,
    choice: Choice,
    *,
    by: str = "source",
    source: str | None = None,
    terms: Terms | None = None,
    if_small: Callable[[], Terms] | None = None,
) -> Scorecard:
    """
    The scorecard of the whole record, or of one source's part of it.

    Args:
        engine: The database.
        choice: Which forecasts count.
        by: One of ``GROUPINGS``.
        source: Only this one's forecasts; None for those of all.
        terms: For the figures beside the headline; without them there are none.
        if_small: Makes the terms where none are given and the record is small.
    """
    with reading(engine) as connection:
        if terms is None and if_small is not None and _is_small(connection):
            terms = if_small()
        return card_of(connection, choice, by=by, source=source, terms=terms)


def _is_small(connection: sa.Connection) -> bool:
    """
    Whether the record holds so few claims that luck is drawn for all of it in no time.
    """
    import sqlalchemy as sa

    few = sa.select(tables.claim.c.id).limit(SMALL + 1).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(few)).scalar_one() <= SMALL


def card_of(
    connection: sa.Connection,
    choice: Choice,
    *,
    by: str,
    source: str | None = None,
    terms: Terms | None = None,
) -> Scorecard:
    """
    What ``score`` gives, within a view of the record that is open already.
    """
    how = convention_of(connection, choice, only=source)
    labels = labels_of(connection, by)
    named = None if source is None else labels_of(connection, "source").get(source, source)
    wanted = wanted_by(connection, choice, terms)
    sources = None if source is None else [source]
    card = scorecard.build(
        tallies.counts(
            connection,
            by=by,
            as_of=choice.as_of,
            only=choice.only,
            sources=sources,
            recorded=wanted.recorded if wanted else None,
            apart=wanted.apart if wanted else None,
            named=wanted is not None and wanted.asked.named,
        ),
        unscored.unscorable(
            connection, by=by, as_of=choice.as_of, only=choice.only, sources=sources
        ),
        by=by,
        convention=how,
        lexicon_of=choice.lexicon_of,
        labels=labels,
        asked=wanted.asked if wanted else None,
    )
    return replace(card, source=source, label=named)


def wanted_by(connection: sa.Connection, choice: Choice, terms: Terms | None) -> Wanted | None:
    """
    What the terms ask for beside the headline, if anything.
    """
    if terms is None:
        return None
    from foretrack import yardstick  # what the headline alone has no need of

    return yardstick.wanted(connection, choice, terms)


def calibration(
    engine: sa.Engine,
    choice: Choice,
    *,
    source: str | None,
    terms: Terms | None = None,
    claims: bool = True,
    diagram: bool = False,
    band_up_to: float | None = None,
) -> Calibration:
    """
    Hit rates by phrase or number, of one source or of all together.

    Args:
        engine: The database.
        choice: Which forecasts count.
        source: Whose; None for all together.
        terms: For the figures beside the hit rates, and for the diagram; without them there are
            none.
        claims: With the claims behind each row, which take longer.
        diagram: With the reliability diagram, as in the report.
        band_up_to: No consistency band beyond so many scored questions, which takes long; None for
            always.
    """
    from foretrack.core import page  # what the scorecard has no need of

    sources = None if source is None else [source]
    with reading(engine) as connection:
        how = convention_of(connection, choice, only=source)
        labels = {} if source is None else labels_of(connection, "source")
        wanted = wanted_by(connection, choice, terms)
        recorded = wanted.recorded if wanted else None
        items = list(
            tallies.each(
                connection, as_of=choice.as_of, only=choice.only, sources=sources,
                recorded=recorded,
            )
            if claims
            else tallies.counts(
                connection, by="source", as_of=choice.as_of, only=choice.only, sources=sources,
                recorded=recorded, apart=wanted.apart if wanted else None, named=True,
            )
        )  # fmt: skip
        left_out = list(
            unscored.unscorable(
                connection, by="source", as_of=choice.as_of, only=choice.only, sources=sources
            )
        )
    found = page.Calibration(
        convention=how, source=source, hits=_hits(items, choice, claims=claims)
    )
    if wanted is None:
        return found
    from foretrack.core import reliability  # what hit rates alone have no need of
    from foretrack.core.quality import Rest

    asked = wanted.asked
    rest = Rest(asked.yardstick)
    figures = Figures(choice.cohort, choice.updates, Judge(choice.lexicon_of), rest=rest)
    several = figures.gather(items, left_out, basis=choice.basis)
    name, label = scorecard.ALL if source is None else (source, labels.get(source, source))
    group = scorecard.row_of(name, label, figures, mixed=several, asked=asked)
    return replace(
        found,
        convention=replace(how, left_out=group.left_out, terms=asked.terms),
        group=group,
        reliability=(
            reliability.reliability(
                reliability.of_figures(figures),
                source=source,
                rng=asked.new_rng(),
                resamples=asked.terms.resamples,
                band_up_to=band_up_to,
            )
            if diagram
            else None
        ),
    )


def _hits(items: Iterable[Item], choice: Choice, *, claims: bool) -> tuple[Hit, ...]:
    from foretrack.core import rates  # what the scorecard has no need of

    counted = rates.Rates(choice.cohort, stances(choice.lexicon_of))
    for item in items:
        if not (choice.basis == "stated" and item.assumed):
            counted.add(item)
    return rates.hits(counted, claims=claims)


def convention_of(
    connection: sa.Connection, choice: Choice, *, only: str | None = None
) -> Convention:
    """
    How figures are made by a choice.

    Args:
        only: The source whose lexicon matters; None for all.
    """
    declared = {} if choice.lexicon else tallies.lexicons(connection, source=only)
    return convention(choice, declared)


def convention(choice: Choice, declared: Mapping[str, str]) -> Convention:
    """
    How figures are made by a choice.

    Args:
        declared: Source -> the lexicon that it declares.
    """
    return scorecard.Convention(
        as_of=choice.as_of,
        cohort=choice.cohort,
        updates=choice.updates,
        basis=choice.basis,
        lexicon=choice.library.get(choice.lexicon or choice.default).id,
        declared=declared,
        left_out=0,
        only=choice.only,
    )


def labels_of(connection: sa.Connection, by: str) -> dict[str, str]:
    """
    Group -> how a person would read it, where that is not its key.
    """
    import sqlalchemy as sa

    columns = {"source": tables.source.c.name, "article": tables.article.c.title}
    if by not in columns:
        return {}
    table = tables.source if by == "source" else tables.article
    chosen = sa.select(table.c.id, columns[by]).where(tables.standing(table))
    return {row[0]: row[1] for row in connection.execute(chosen)}

"""
The use cases that score: scorecards, one source's page, calibration.

Each opens one consistent view of the record, counts, and hands plain data back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from foretrack import excerpt
from foretrack.core import agenda, cohort, page, scorecard
from foretrack.core.cohort import EVERYTHING, Cohort, Selection
from foretrack.core.figures import Figures, stances
from foretrack.core.records import Claim, Source
from foretrack.core.timeline import Updates
from foretrack.db import groupings, store, tables, tallies, unscored
from foretrack.db.engine import reading
from foretrack.db.tables import Entity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    import sqlalchemy as sa

    from foretrack.core.cohort import Item
    from foretrack.core.lexicon import Lexicon
    from foretrack.core.library import Library
    from foretrack.core.page import Calibration, Page
    from foretrack.core.quality import Terms
    from foretrack.core.scorecard import Convention, Scorecard
    from foretrack.excerpt import Part
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
) -> Scorecard:
    """
    The scorecard of the whole record, or of one source's part of it.

    Args:
        engine: The database.
        choice: Which forecasts count.
        by: One of ``GROUPINGS``.
        source: Only this one's forecasts; None for those of all.
        terms: For the figures beside the headline; without them there are none.
    """
    with reading(engine) as connection:
        return card_of(connection, choice, by=by, source=source, terms=terms)


def is_small(engine: sa.Engine) -> bool:
    """
    Whether the record holds so few claims that luck is drawn for all of it in no time.
    """
    import sqlalchemy as sa

    few = sa.select(tables.claim.c.id).limit(SMALL + 1).subquery()
    with reading(engine) as connection:
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
    convention = convention_of(connection, choice, only=source)
    labels = labels_of(connection, by)
    named = None if source is None else labels_of(connection, "source").get(source, source)
    wanted = _wanted(connection, choice, terms)
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
        convention=convention,
        lexicon_of=choice.lexicon_of,
        labels=labels,
        asked=wanted.asked if wanted else None,
    )
    return replace(card, source=source, label=named)


def _wanted(connection: sa.Connection, choice: Choice, terms: Terms | None) -> Wanted | None:
    if terms is None:
        return None
    from foretrack import yardstick  # what the headline alone has no need of

    return yardstick.wanted(connection, choice, terms)


def card_from(part: Part, choice: Choice) -> Scorecard:
    """
    The scorecard by source of a part of the record that was read already.
    """
    declared = {one.id: one.lexicon for one in part.sources.values() if one.lexicon}
    return scorecard.build(
        [item for _, item in _items(part, choice)],
        _left_out(part, choice),
        by="source",
        convention=_chosen(choice, {} if choice.lexicon else declared),
        lexicon_of=choice.lexicon_of,
        labels={one.id: one.name for one in part.sources.values()},
    )


def source_page(
    engine: sa.Engine, choice: Choice, *, source: str, terms: Terms | None = None
) -> Page:
    """
    Everything about one source.

    Args:
        terms: For the figures beside the headline; without them there are none.
    """
    with reading(engine) as connection:
        part = excerpt.of_source(connection, source)
        named = store.fetch(connection, Entity.SOURCE, tables.source.c.id == source)
        convention = convention_of(connection, choice, only=source)
        wanted = _wanted(connection, choice, terms)
    pairs = list(_items(part, choice, recorded=wanted.recorded if wanted else None))
    left_out = left_out_of(part, choice)
    card = scorecard.build(
        [item for _, item in pairs],
        [((source,), claim.reason, 1) for claim in left_out],
        by="source",
        convention=convention,
        lexicon_of=choice.lexicon_of,
        labels={one.id: one.name for one in named if isinstance(one, Source)},
        groups=(source,),
        asked=wanted.asked if wanted else None,
    )
    found = _lines(part, pairs, choice)
    return page.Page(
        convention=card.convention,
        group=card.groups[0],
        hits=page.hits(found, cohort=choice.cohort),
        lines=found,
        left_out=left_out,
    )


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
    sources = None if source is None else [source]
    with reading(engine) as connection:
        convention = convention_of(connection, choice, only=source)
        wanted = _wanted(connection, choice, terms)
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
        convention=convention, source=source, hits=_hits(items, choice, claims=claims)
    )
    if wanted is None:
        return found
    from foretrack.core import reliability  # what hit rates alone have no need of
    from foretrack.core.quality import Rest

    asked = wanted.asked
    rest = Rest(asked.yardstick)
    figures = Figures(choice.cohort, choice.updates, stances(choice.lexicon_of), rest=rest)
    several = figures.gather(items, left_out, basis=choice.basis)
    name, label = scorecard.ALL if source is None else (source, source)
    group = scorecard.row_of(name, label, figures, mixed=several, asked=asked)
    return replace(
        found,
        convention=replace(convention, left_out=group.left_out, terms=asked.terms),
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


def _hits(items: Iterable[Item], choice: Choice, *, claims: bool) -> tuple[page.Hit, ...]:
    from foretrack.core import rates  # what the scorecard has no need of

    counted = rates.Rates(choice.cohort, stances(choice.lexicon_of))
    for item in items:
        if not (choice.basis == "stated" and item.assumed):
            counted.add(item)
    return rates.hits(counted, claims=claims)


def lines_of(part: Part, choice: Choice) -> tuple[page.Line, ...]:
    """
    Each forecast of a part of the record with how it stands and scores.
    """
    return _lines(part, list(_items(part, choice)), choice)


def left_out_of(part: Part, choice: Choice) -> tuple[page.LeftOut, ...]:
    """
    The claims of a part of the record that are no forecasts.
    """
    return tuple(
        page.LeftOut(
            claim=claim.id,
            says=claim.says,
            words=agenda.words_of(claim),
            reason=claim.unscorable.value,
            note=claim.note,
        )
        for claim in part.claims
        if claim.unscorable and _is_in(claim, part, choice)
    )


def _left_out(part: Part, choice: Choice) -> list[tuple[tuple[str, ...], str, int]]:
    sources = {claim.id: claim.source for claim in part.claims}
    return [((sources[one.claim],), one.reason, 1) for one in left_out_of(part, choice)]


def _items(
    part: Part, choice: Choice, *, recorded: cohort.Recorded | None = None
) -> list[tuple[Claim, cohort.Item]]:
    return list(
        cohort.items(
            part.claims,
            articles=part.articles,
            questions=part.questions,
            sources=part.sources,
            ledger=part.ledger,
            as_of=choice.as_of,
            group=lambda claim: (claim.source,),
            only=choice.only,
            recorded=recorded,
        )
    )


def _is_in(claim: Claim, part: Part, choice: Choice) -> bool:
    """
    Whether a claim that is no forecast was made by the day and belongs to the part chosen.
    """
    made = part.articles[claim.article].published.latest
    return made <= choice.as_of and choice.only.admits(claim, made=made, tags=())


def _lines(
    part: Part, pairs: Sequence[tuple[Claim, cohort.Item]], choice: Choice
) -> tuple[page.Line, ...]:
    return page.lines(
        [pair for pair in pairs if not (choice.basis == "stated" and pair[1].assumed)],
        questions=part.questions,
        lexicon_of=choice.lexicon_of,
        updates=choice.updates,
    )


def convention_of(
    connection: sa.Connection, choice: Choice, *, only: str | None = None
) -> Convention:
    """
    How figures are made by a choice.

    Args:
        only: The source whose lexicon matters; None for all.
    """
    declaring: list[sa.ColumnElement[bool]] = [tables.source.c.lexicon.is_not(None)]
    declaring += [] if only is None else [tables.source.c.id == only]
    declared: dict[str, str] = {}
    if choice.lexicon is None:
        for found in store.fetch(connection, Entity.SOURCE, *declaring):
            if isinstance(found, Source) and found.lexicon:
                declared[found.id] = found.lexicon
    return _chosen(choice, declared)


def _chosen(choice: Choice, declared: Mapping[str, str]) -> Convention:
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

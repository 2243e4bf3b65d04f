"""
The use cases that go claim by claim: one source's page, and the lines of any part of the record.

What they put together equals what ``evaluate`` counts in the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack import evaluate, excerpt
from foretrack.core import agenda, itemizing, page, scorecard
from foretrack.core.records import Source
from foretrack.db import store, tables
from foretrack.db.engine import reading
from foretrack.db.tables import Entity

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from foretrack.core.cohort import Item, Recorded
    from foretrack.core.page import Page
    from foretrack.core.quality import Terms
    from foretrack.core.records import Claim
    from foretrack.core.scorecard import Scorecard
    from foretrack.evaluate import Choice
    from foretrack.excerpt import Part


def card_from(part: Part, choice: Choice) -> Scorecard:
    """
    The scorecard by source of a part of the record that was read already.
    """
    declared = {one.id: one.lexicon for one in part.sources.values() if one.lexicon}
    return scorecard.build(
        [item for _, item in _items(part, choice)],
        _left_out(part, choice),
        by="source",
        convention=evaluate.convention(choice, {} if choice.lexicon else declared),
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
        convention = evaluate.convention_of(connection, choice, only=source)
        wanted = evaluate.wanted_by(connection, choice, terms)
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
    part: Part, choice: Choice, *, recorded: Recorded | None = None
) -> list[tuple[Claim, Item]]:
    return list(
        itemizing.items(
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
    part: Part, pairs: Sequence[tuple[Claim, Item]], choice: Choice
) -> tuple[page.Line, ...]:
    return page.lines(
        [pair for pair in pairs if not (choice.basis == "stated" and pair[1].assumed)],
        questions=part.questions,
        lexicon_of=choice.lexicon_of,
        updates=choice.updates,
    )

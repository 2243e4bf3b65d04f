"""
The use cases about words: what sources make of them, and how far scores hang on who reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack import evaluate, excerpt
from foretrack.compare import chosen_items
from foretrack.core import dictionary, rereading
from foretrack.core.library import DEFAULT
from foretrack.core.page import hits
from foretrack.core.records import HorizonBasis
from foretrack.db.engine import reading
from foretrack.errors import NothingResolved

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlalchemy as sa

    from foretrack.core.dictionary import Dictionary
    from foretrack.core.records import Claim
    from foretrack.core.rereading import Rereading
    from foretrack.evaluate import Choice
    from foretrack.excerpt import Part


def reread(engine: sa.Engine, choice: Choice, *, lexicons: Sequence[str] = ()) -> Rereading:
    """
    Every source under every lexicon.

    Args:
        engine: The database.
        choice: Which forecasts count, and the reading in use.
        lexicons: Only these; all at hand by default.

    Raises:
        InvalidInput: There is no lexicon of that name.
        NothingResolved: No forecast by any source has an outcome that counts.
    """
    chosen = [choice.library.get(name) for name in lexicons or choice.library.names()]
    with reading(engine) as connection:
        items, convention = chosen_items(connection, choice, sources=None)
        labels = evaluate.labels_of(connection, "source")
    found = rereading.reread(
        items,
        convention=convention,
        labels=labels,
        lexicon_of=choice.lexicon_of,
        lexicons=chosen,
    )
    if not any(one.order for one in (found.in_use, *found.readings)):
        raise NothingResolved(
            "no forecast has an outcome that counts;"
            " `foretrack due` shows what waits for a decision"
        )
    return found


def phrases(engine: sa.Engine, choice: Choice, *, source: str | None) -> Dictionary:
    """
    The dictionary of a source, or of all together.
    """
    with reading(engine) as connection:
        part = excerpt.of_source(connection, source)
        convention = evaluate.convention_of(connection, choice, only=source)
        labels = evaluate.labels_of(connection, "source")
    chosen = list(_chosen(part, choice))
    library = choice.library
    return dictionary.Dictionary(
        convention=convention,
        source=source,
        label=None if source is None else labels.get(source, source),
        words=dictionary.words(
            chosen,
            hits=hits(evaluate.lines_of(part, choice), cohort=choice.cohort),
            readers=library.get(DEFAULT),
            standards=[library.get(name) for name in library.names() if name != DEFAULT],
        ),
        numbers=sum(claim.probability is not None for claim in chosen),
    )


def _chosen(part: Part, choice: Choice) -> Iterator[Claim]:
    for claim in part.claims:
        made = part.articles[claim.article].published.latest
        tags = part.questions[claim.question].tags if claim.question else ()
        assumed = claim.horizon is not None and claim.horizon.basis is HorizonBasis.ASSUMED
        if choice.basis == "stated" and assumed and claim.question:
            continue
        if made <= choice.as_of and choice.only.admits(claim, made=made, tags=tags):
            yield claim

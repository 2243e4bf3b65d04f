"""
Forecasts one by one, from records that were read already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack.core.closing import ends, is_over
from foretrack.core.cohort import EVERYTHING, Item, Recorded, Selection
from foretrack.core.ledger import state
from foretrack.core.vocabulary import ConditionIs, DateBasis, HorizonBasis, Polarity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from foretrack.core.records import Article, Claim, LedgerEntry, Question, Source


def items(
    claims: Sequence[Claim],
    *,
    articles: Mapping[str, Article],
    questions: Mapping[str, Question],
    sources: Mapping[str, Source],
    ledger: Mapping[str, Sequence[LedgerEntry]],
    as_of: date,
    group: Callable[[Claim], tuple[str, ...]],
    only: Selection = EVERYTHING,
    recorded: Recorded | None = None,
) -> Iterator[tuple[Claim, Item]]:
    """
    Each forecast among the claims with its item, one by one; what a database counts at once.

    Every item names its question.  Claims of articles that appeared after the as-of date, and
    claims that are no forecasts, are left out.

    Args:
        claims: In any order.
        group: The groups a claim belongs to.
        only: The part of the record that counts.
        recorded: What to take from the record of each question.
    """
    for claim in claims:
        article = articles[claim.article]
        if claim.question is None or article.published.latest > as_of:
            continue
        question = questions[claim.question]
        if not only.admits(claim, made=article.published.latest, tags=question.tags):
            continue
        now = state(ledger.get(question.id, ()), as_of=as_of)
        held = now.resolution
        settled = (held.happened or held.impossible) if held else None
        end = ends(question.closes, settled=settled)
        made = article.published.latest
        yield (
            claim,
            Item(
                group=group(claim),
                source=claim.source,
                question=question.id,
                standard=sources[claim.source].lexicon,
                phrase=claim.phrase,
                probability=claim.probability,
                opposite=claim.polarity is Polarity.OPPOSITE,
                outcome=held.outcome.value if held else None,
                reason=held.reason.value if held and held.reason else None,
                unmet=now.condition_is is ConditionIs.UNMET,
                over=is_over(question.closes, as_of=as_of),
                late=made >= end,
                hindsight=question.criteria_written > (settled or question.closes),
                assumed=claim.horizon is not None and claim.horizon.basis is HorizonBasis.ASSUMED,
                reading=claim.reading.value,
                inferred=article.published.basis is DateBasis.INFERRED,
                cluster=question.cluster,
                made=made,
                ends=end,
                n=1,
                reference=recorded.of(question) if recorded else None,
                closes=question.closes,
                decided=held.decided if held else None,
                claim=claim.id,
            ),
        )

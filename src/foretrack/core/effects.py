"""
What was settled since the last review, and what each resolution did to each source's headline.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foretrack.core.cohort import Standing
from foretrack.core.ledger import state
from foretrack.core.vocabulary import Cohort, ConditionIs, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from foretrack.core.page import Line
    from foretrack.core.records import Evidence
    from foretrack.core.scorecard import Scorecard
    from foretrack.core.since import Record, Since
    from foretrack.core.vocabulary import Polarity


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """
    What a resolution did to one source's headline.

    Attributes:
        brier: Of this forecast, 0 best, 1 worst; None where it is not scored.
        before: The headline without this question; None without any other.
        after: The headline with it.
    """

    claim: str
    source: str
    name: str
    words: str
    polarity: Polarity
    probability: float | None
    standing: Standing
    brier: float | None
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """
    A question that was settled since the last review.

    Attributes:
        settled: The day of the event or of its impossibility, if any.
        surprise: The largest Brier score of a forecast on it; None where none is scored.
    """

    question: str
    statement: str
    outcome: Outcome
    reason: str | None
    settled: date | None
    decided: date
    closes: date
    evidence: tuple[Evidence, ...]
    note: str | None
    effects: tuple[Effect, ...]
    surprise: float | None


def resolved(
    record: Record, *, card: Scorecard, lines: Sequence[Line], since: Since
) -> tuple[Resolved, ...]:
    """
    The questions that were settled since the last review, the biggest surprise first.

    Args:
        record: As it stands.
        card: By source; its as-of date is the agenda's.
        lines: Every forecast, as ``page.lines`` gives them for that day.
        since: The last review.
    """
    as_of = card.convention.as_of
    by_question: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_question[line.question].append(line)
    scores = _scores(lines, card.convention.cohort)
    headlines = {group.group: group.brier for group in card.groups}
    found = []
    for question in record.questions.values():
        entries = record.ledger.get(question.id, ())
        now = state(entries, as_of=as_of)
        unmet = now.condition_is is ConditionIs.UNMET
        entry = now.condition if unmet else now.resolution
        if entry is None or not since.lacks(entry):
            continue
        held = None if unmet else now.resolution
        effects = tuple(
            _effect(line, scores, headlines, record)
            for line in sorted(
                by_question[question.id], key=lambda one: (-(one.brier or 0), one.claim)
            )
        )
        reason = "condition-unmet" if unmet else held.reason if held else None
        found.append(
            Resolved(
                question=question.id,
                statement=question.statement,
                outcome=held.outcome if held else Outcome.ANNULLED,
                reason=str(reason) if reason else None,
                settled=(held.happened or held.impossible) if held else None,
                decided=entry.decided,
                closes=question.closes,
                evidence=entry.evidence,
                note=entry.note,
                effects=effects,
                surprise=max((one.brier for one in effects if one.brier is not None), default=None),
            )
        )
    return tuple(
        sorted(
            found,
            key=lambda one: (one.surprise is None, -(one.surprise or 0), one.decided, one.question),
        )
    )


def _scores(lines: Iterable[Line], cohort: Cohort) -> dict[str, dict[str, float]]:
    """
    The score of each question in a source's headline: source -> question -> score.
    """
    counting = {Standing.SCORED}
    if cohort is Cohort.RESOLVED:
        counting.add(Standing.EARLY)
    parts: dict[tuple[str, str], list[float | None]] = defaultdict(list)
    for line in lines:
        if line.standing in counting and line.weight:
            score = None if line.brier is None else line.weight * line.brier
            parts[line.source, line.question].append(score)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for (source, question), scores in parts.items():
        known = [score for score in scores if score is not None]
        if len(known) == len(scores):
            found[source][question] = math.fsum(known)
    return found


def _effect(
    line: Line,
    scores: Mapping[str, Mapping[str, float]],
    headlines: Mapping[str, float | None],
    record: Record,
) -> Effect:
    own = scores.get(line.source, {})
    after = headlines.get(line.source)
    before = after
    if line.question in own:
        others = [score for question, score in own.items() if question != line.question]
        before = math.fsum(others) / len(others) if others else None
    return Effect(
        claim=line.claim,
        source=line.source,
        name=record.sources[line.source].name,
        words=line.words,
        polarity=line.polarity,
        probability=line.probability,
        standing=line.standing,
        brier=line.brier,
        before=before,
        after=after,
    )

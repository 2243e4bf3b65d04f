"""
All that is handed out at once, as plain data: the report.

Nothing here is a new score.  A scorecard, forecasts, questions and their ledgers go in; what comes
out is put together so that a page, a document and a program read the same figures.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from foretrack.core.closing import is_over
from foretrack.core.ledger import state
from foretrack.core.lexicon import normal
from foretrack.core.page import hits
from foretrack.core.reliability import Reliability, of_lines, reliability
from foretrack.core.vocabulary import ConditionIs

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from foretrack.core.agenda import Queue, Voice
    from foretrack.core.page import Hit, LeftOut, Line
    from foretrack.core.records import Evidence, LedgerEntry, Question, Resolution
    from foretrack.core.scorecard import Convention, Group, Scorecard
    from foretrack.core.vocabulary import Cohort

MISSES: Final = 10
"""
So many misses are named.
"""

NO_BETTER: Final = 0.25
"""
The Brier score of always saying 50%; a forecast that scores more is a miss.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """
    One source beyond its row of the scorecard.

    Attributes:
        lines: Its forecasts, worst miss first, then those without a score by closing date.
        left_out: Its claims that are no forecasts.
    """

    source: str
    label: str
    reliability: Reliability
    hits: tuple[Hit, ...]
    lines: tuple[Line, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """
    How often one source's use of a phrase came true.
    """

    source: str
    label: str
    hit: Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """
    One phrase or number: what came true of it, all together and source by source.
    """

    words: str
    together: Hit
    used: tuple[Used, ...]


class Ending(StrEnum):
    """
    What became of a window.
    """

    YES = "yes"
    NO = "no"
    AMBIGUOUS = "ambiguous"
    ANNULLED = "annulled"
    OVERDUE = "overdue"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """
    A question's window and what happened.

    Attributes:
        opens: First day.
        closes: Last day; it belongs to the window.
        settled: The day of the event, or of its impossibility, if any.
        decided: The day the outcome was decided.
        condition: The state of its condition, where it has one.
        reason: Why it was annulled.
        evidence: What the outcome rests on.
        voices: What was said about it, by day.
    """

    question: str
    statement: str
    opens: date
    closes: date
    ending: Ending
    settled: date | None
    decided: date | None
    condition: ConditionIs | None
    reason: str | None
    evidence: tuple[Evidence, ...]
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """
    The journal's last entry: what the report was made from.
    """

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """
    The report.

    Attributes:
        groups: A row for each source.
        overall: All together.
        together: The reliability diagram of all together; None where there is one source only.
        phrases: By what the lexicon says, lowest first.
        windows: By closing date.
        misses: The worst forecasts that did worse than saying 50%, worst first.
        missed: How many did.
    """

    convention: Convention
    head: Head
    groups: tuple[Group, ...]
    overall: Group
    profiles: tuple[Profile, ...]
    together: Reliability | None
    phrases: tuple[Phrase, ...]
    windows: tuple[Window, ...]
    queue: Queue
    misses: tuple[Line, ...]
    missed: int


def build(
    card: Scorecard,
    *,
    lines: Sequence[Line],
    left_out: Mapping[str, Sequence[LeftOut]],
    windows: Iterable[Window],
    clusters: Mapping[str, str | None],
    queue: Queue,
    head: Head,
    new_rng: Callable[[], random.Random],
) -> Dossier:
    """
    The report from its parts.

    Args:
        card: By source.
        lines: Every forecast, as ``page.lines`` gives them.
        left_out: Source -> its claims that are no forecasts.
        windows: Of the questions in ``lines``.
        clusters: Question -> its cluster, if any.
        queue: What waits.
        head: The journal's.
        new_rng: A random generator for each consistency band, seeded alike: the same forecasts
            have the same band wherever it is shown.
    """
    how = card.convention
    by_source: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_source[line.source].append(line)
    profiles = tuple(
        Profile(
            source=group.group,
            label=group.label,
            reliability=reliability(
                of_lines(by_source[group.group], how, clusters=clusters),
                source=group.group,
                rng=new_rng(),
            ),
            hits=hits(by_source[group.group], cohort=how.cohort),
            lines=tuple(by_source[group.group]),
            left_out=tuple(left_out.get(group.group, ())),
        )
        for group in card.groups
    )
    worse = sorted(
        (line for line in lines if line.brier is not None and line.brier > NO_BETTER),
        key=lambda line: (-(line.brier or 0.0), line.closes, line.claim),
    )
    several = sum(profile.reliability.n > 0 for profile in profiles) > 1
    return Dossier(
        convention=how,
        head=head,
        groups=card.groups,
        overall=card.overall,
        profiles=profiles,
        together=(
            reliability(of_lines(lines, how, clusters=clusters), source=None, rng=new_rng())
            if several
            else None
        ),
        phrases=phrases(lines, profiles, cohort=how.cohort),
        windows=tuple(sorted(windows, key=lambda one: (one.closes, one.opens, one.question))),
        queue=queue,
        misses=tuple(worse[:MISSES]),
        missed=len(worse),
    )


def phrases(
    lines: Sequence[Line], profiles: Iterable[Profile], *, cohort: Cohort
) -> tuple[Phrase, ...]:
    """
    The dictionary: each phrase with what came true of it, all together and by source.
    """
    used: dict[str, list[Used]] = defaultdict(list)
    for profile in profiles:
        for hit in profile.hits:
            used[normal(hit.words)].append(
                Used(source=profile.source, label=profile.label, hit=hit)
            )
    return tuple(
        Phrase(words=hit.words, together=hit, used=tuple(used[normal(hit.words)]))
        for hit in hits(lines, cohort=cohort)
    )


def window(
    question: Question,
    *,
    said: tuple[Voice, ...],
    ledger: Sequence[LedgerEntry],
    as_of: date,
) -> Window:
    """
    A question's window and what happened by a day.
    """
    now = state(ledger, as_of=as_of)
    held = now.resolution
    condition = now.condition_is if question.condition else None
    return Window(
        question=question.id,
        statement=question.statement,
        opens=question.opens,
        closes=question.closes,
        ending=_ending(question, held, condition, as_of),
        settled=(held.happened or held.impossible) if held else None,
        decided=held.decided if held else None,
        condition=condition,
        reason=_reason(held, condition),
        evidence=held.evidence if held else (),
        voices=said,
    )


def _ending(
    question: Question, held: Resolution | None, condition: ConditionIs | None, as_of: date
) -> Ending:
    if condition is ConditionIs.UNMET:
        return Ending.ANNULLED
    if held is not None:
        return Ending(held.outcome.value)
    return Ending.OVERDUE if is_over(question.closes, as_of=as_of) else Ending.OPEN


def _reason(held: Resolution | None, condition: ConditionIs | None) -> str | None:
    if condition is ConditionIs.UNMET:
        return "condition-unmet"
    return held.reason.value if held and held.reason else None

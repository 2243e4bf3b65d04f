"""
The weekly review as plain data: what a meeting goes through, in its order.

First what is owed (the last meeting's open tasks), then what the figures say (alarms, headlines
that moved), then questions by how urgent they are.  An open question stands once, in the first
group that fits it.  Nothing here decides anything.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from foretrack.core import vigil
from foretrack.core.agenda import words_of
from foretrack.core.cohort import Standing
from foretrack.core.effects import resolved
from foretrack.core.ledger import state
from foretrack.core.revisions import revisions
from foretrack.core.since import Headline
from foretrack.core.topics import Patience, items
from foretrack.core.vocabulary import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foretrack.core.effects import Resolved
    from foretrack.core.page import Line
    from foretrack.core.records import Task
    from foretrack.core.revisions import Revision
    from foretrack.core.scorecard import Convention, Scorecard
    from foretrack.core.since import Record, Since
    from foretrack.core.topics import Item, Topic
    from foretrack.core.vocabulary import Unscorable
    from foretrack.core.watching import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """
    A claim that was recorded since the last review.
    """

    claim: str
    article: str
    title: str
    source: str
    name: str
    made: date
    says: str
    words: str
    question: str | None
    unscorable: Unscorable | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """
    Evidence that reached the threshold: of miscalibration, or that ``other`` is better.

    Attributes:
        other: The better source of a comparison; None for calibration.
        since: The day it was raised; an alarm stands.
        e: The e-value now.
        floor: What the alarm goes by.
        n: Questions counted.
        few: Too few to expect a verdict.
        believed: Whether it stands among all that is watched (e-BH, false discovery rate 5%).
        new: Raised since the last review.
    """

    source: str
    name: str
    other: str | None
    other_name: str | None
    since: date
    e: float
    floor: float
    n: int
    few: bool
    believed: bool
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """
    A headline that is no longer what the last review said.
    """

    source: str
    name: str
    then: Headline
    now: Headline


class Basis(StrEnum):
    """
    Which record an agenda is made from.
    """

    NOW = "now"
    """
    The record as it is, on the day or before it.
    """

    LATER = "later"
    """
    The record as it is, which may know more than it did on the day.
    """

    MEETING = "meeting"
    """
    The record as it stood when the review of the week began.
    """

    ELSEWHERE = "elsewhere"
    """
    The record as it is, because the review was held with another journal.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """
    The review of an agenda's week.

    Attributes:
        began: The day it began.
        ended: The day it ended; None while it lasts.
        sequence: The journal's last entry when it began.
    """

    began: date
    ended: date | None
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """
    What a review goes through.

    Attributes:
        basis: Which record it is made from.
        held: The review of that week, if there was one.
        previous: The last review, and the day it ended.
        tasks: What is still to be done, from earlier reviews.
        watched: How many hypotheses the alarms are among.
        patience: How long an open question may rest before it is an item.
        items: Open questions by topic, each once.
        resolved: Biggest surprise first.
        claims: By article.
        revisions: What was decided already first.
    """

    week: str
    as_of: date
    basis: Basis
    held: Held | None
    convention: Convention
    previous: str | None
    previous_day: date | None
    tasks: tuple[Task, ...]
    alarms: tuple[Alarm, ...]
    watched: int
    moved: tuple[Moved, ...]
    patience: Patience
    items: tuple[Item, ...]
    resolved: tuple[Resolved, ...]
    claims: tuple[New, ...]
    revisions: tuple[Revision, ...] = ()

    def of(self, topic: Topic) -> tuple[Item, ...]:
        """
        The open questions of one topic.
        """
        return tuple(item for item in self.items if item.topic is topic)


def build(
    record: Record,
    *,
    week: str,
    card: Scorecard,
    lines: Sequence[Line],
    tasks: Iterable[Task],
    since: Since,
    basis: Basis = Basis.NOW,
    held: Held | None = None,
    patience: Patience | None = None,
) -> Agenda:
    """
    The agenda of a week.

    Args:
        record: As it stands.
        week: The ISO week: what is due within it, and what comes in the four after it.
        card: By source; its as-of date is the agenda's.
        lines: Every forecast, as ``page.lines`` gives them for that day.
        tasks: Those still to be done.
        since: The last review.
        basis: Which record this is.
        held: The review of that week, if there was one.
        patience: How long an open question may rest.
    """
    patience = patience or Patience()
    as_of = card.convention.as_of
    alarms, watched = _alarms(record, lines, as_of=as_of, since=since)
    return Agenda(
        week=week,
        as_of=as_of,
        basis=basis,
        held=held,
        convention=card.convention,
        previous=since.review,
        previous_day=since.day,
        tasks=tuple(sorted(tasks, key=lambda task: (task.due or date.max, task.id))),
        alarms=alarms,
        watched=watched,
        moved=_moved(card, since),
        items=items(record, week=week, as_of=as_of, patience=patience),
        patience=patience,
        resolved=resolved(record, card=card, lines=lines, since=since),
        claims=_claims(record, as_of=as_of, since=since),
        revisions=revisions(record, since),
    )


def _claims(record: Record, *, as_of: date, since: Since) -> tuple[New, ...]:
    found = []
    for claim in record.claims.values():
        article = record.articles[claim.article]
        made = article.published.latest
        if made <= as_of and since.lacks_claim(claim, made=made):
            found.append(
                New(
                    claim=claim.id,
                    article=article.id,
                    title=article.title,
                    source=claim.source,
                    name=record.sources[claim.source].name,
                    made=made,
                    says=claim.says,
                    words=words_of(claim),
                    question=claim.question,
                    unscorable=claim.unscorable,
                )
            )
    return tuple(sorted(found, key=lambda one: (one.made, one.article)))


def _moved(card: Scorecard, since: Since) -> tuple[Moved, ...]:
    if since.headlines is None:
        return ()
    found = []
    for group in card.groups:
        then = since.headlines.get(group.group, Headline(0, None, 0))
        now = Headline(group.scored, group.brier, group.early.n)
        if then != now:
            found.append(Moved(source=group.group, name=group.label, then=then, now=now))
    return tuple(found)


def _alarms(
    record: Record, lines: Iterable[Line], *, as_of: date, since: Since
) -> tuple[tuple[Alarm, ...], int]:
    """
    The alarms, and how many hypotheses were watched.
    """
    alarms = vigil.alarms(watched(record, lines, as_of=as_of), as_of=as_of)
    found = []
    for hypothesis, watch in alarms.raised.items():
        if watch.alarm is None:
            continue
        better, than = hypothesis
        source, other = (better, None) if than is None else (than, better)
        found.append(
            Alarm(
                source=source,
                name=record.sources[source].name,
                other=other,
                other_name=record.sources[other].name if other else None,
                since=watch.alarm,
                e=watch.e,
                floor=watch.floor,
                n=watch.n,
                few=watch.few,
                believed=hypothesis in alarms.believed,
                new=since.day is None or watch.alarm > since.day,
            )
        )
    found.sort(key=lambda one: (not one.new, not one.believed, one.source, one.other or ""))
    return tuple(found), alarms.hypotheses


def watched(record: Record, lines: Iterable[Line], *, as_of: date) -> dict[str, dict[str, Seen]]:
    """
    What is watched: source -> question -> the source's first forecast on it.

    Annulled and ambiguous questions are left out, and so are phrases that the lexicon lacks.
    """
    first: dict[tuple[str, str], Line] = {}
    for line in lines:
        if line.standing in (Standing.LATE, Standing.ANNULLED, Standing.AMBIGUOUS):
            continue
        key = (line.source, line.question)
        if key not in first or (line.made, line.claim) < (first[key].made, first[key].claim):
            first[key] = line
    found: dict[str, dict[str, Seen]] = defaultdict(dict)
    for (source, name), line in first.items():
        if line.probability is None:
            continue
        question = record.questions[name]
        held = state(record.ledger.get(name, ()), as_of=as_of).resolution
        found[source][name] = vigil.seen(
            closes=question.closes,
            decided=held.decided if held else None,
            cluster=question.cluster,
            p=line.probability,
            y=int(held.outcome is Outcome.YES) if held else None,
        )
    return found

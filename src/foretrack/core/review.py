"""
The weekly review as plain data: what a meeting goes through, in its order.

First what is owed (the last meeting's open tasks), then what the figures say (alarms, headlines
that moved), then questions by how urgent they are.  An open question stands once, in the first
group that fits it.  Nothing here decides anything.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from foretrack.core.agenda import voices, words_of
from foretrack.core.cohort import Cohort, Standing, is_over
from foretrack.core.ledger import state
from foretrack.core.records import ConditionIs, ConditionState, Outcome, Reopening, Resolution
from foretrack.core.watching import Both, Seen, calibration, comparison, e_bh
from foretrack.core.weeks import sunday

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from foretrack.core.agenda import Voice
    from foretrack.core.page import Line
    from foretrack.core.records import (
        Article,
        Claim,
        Evidence,
        LedgerEntry,
        Polarity,
        Postponement,
        Question,
        Source,
        Task,
        Unscorable,
    )
    from foretrack.core.scorecard import Convention, Scorecard
    from foretrack.core.watching import Watch

UNSEEN: Final = 8
"""
Weeks without a look after which an open question may have been decided unnoticed.
"""

STALE: Final = 26
"""
Weeks without any change after which a question is stale.
"""

AHEAD: Final = 4
"""
Weeks that the agenda looks ahead, after this one.
"""

_FEWEST_SHARED: Final = 5  # a comparison doubles with each question at most: four give 16


class Record(Protocol):
    """
    What an agenda is made from.
    """

    @property
    def sources(self) -> Mapping[str, Source]:
        """
        By id, as all that follow.
        """

    @property
    def articles(self) -> Mapping[str, Article]:
        """
        The documents.
        """

    @property
    def questions(self) -> Mapping[str, Question]:
        """
        What is asked.
        """

    @property
    def claims(self) -> Mapping[str, Claim]:
        """
        What was said.
        """

    @property
    def ledger(self) -> Mapping[str, Sequence[LedgerEntry]]:
        """
        What was decided, by question.
        """

    @property
    def postponements(self) -> Mapping[str, Postponement]:
        """
        What was left open.
        """


class Topic(StrEnum):
    """
    Why an open question is on the agenda, most urgent first.
    """

    OVERDUE = "overdue"
    DUE = "due"
    EARLY = "early"
    CONDITION = "condition"
    STALE = "stale"
    COMING = "coming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    What was decided or left open about a question so far.

    Attributes:
        what: ``yes``, ``no``, ``reopened``, ``condition met``, ``not yet``, ...
    """

    what: str
    decided: date
    evidence: tuple[Evidence, ...]
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """
    An open question with all that is needed to decide it.

    Attributes:
        days: Days from the as-of date to the last day of the window; negative once it is over.
        condition: The "if" of a conditional question.
        condition_is: Its state.
        voices: What each source said.
        steps: What was decided or left open so far, with the evidence.
        looked: The last day that somebody looked at it; None if nobody did.
        unseen: Days since then, or since the window opened.
        again: The day it was put off to, if it was.
    """

    topic: Topic
    question: str
    statement: str
    criteria: str
    resolution_source: str
    opens: date
    closes: date
    days: int
    condition: str | None
    condition_criteria: str | None
    condition_is: ConditionIs | None
    voices: tuple[Voice, ...]
    steps: tuple[Step, ...]
    looked: date | None
    unseen: int
    again: date | None


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


@dataclass(frozen=True, slots=True)
class Headline:
    """
    What a review said of a source.

    Attributes:
        scored: Questions in the headline.
        brier: The headline.
        early: Questions resolved early, beside it.
    """

    scored: int
    brier: float | None
    early: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """
    A headline that is no longer what the last review said.
    """

    source: str
    name: str
    then: Headline
    now: Headline


class Since(NamedTuple):
    """
    The last review: what "since" means.

    Attributes:
        review: Its id; None when there was none.
        day: The day it ended.
        record: The record as it stood then; None where that cannot be read any more.
        headlines: What it said of each source.
    """

    review: str | None = None
    day: date | None = None
    record: Record | None = None
    headlines: Mapping[str, Headline] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """
    What a review goes through.

    Attributes:
        previous: The last review, and the day it ended.
        tasks: What is still to be done, from earlier reviews.
        watched: How many hypotheses the alarms are among.
        items: Open questions by topic, each once.
        resolved: Biggest surprise first.
        claims: By article.
    """

    week: str
    as_of: date
    convention: Convention
    previous: str | None
    previous_day: date | None
    tasks: tuple[Task, ...]
    alarms: tuple[Alarm, ...]
    watched: int
    moved: tuple[Moved, ...]
    items: tuple[Item, ...]
    resolved: tuple[Resolved, ...]
    claims: tuple[New, ...]

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
    unseen: int = UNSEEN,
    stale: int = STALE,
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
        unseen: Weeks without a look after which an open question may have been decided.
        stale: Weeks without any change after which a question is stale.
    """
    as_of = card.convention.as_of
    alarms, watched = _alarms(record, lines, as_of=as_of, since=since)
    said: dict[str, list[Claim]] = defaultdict(list)
    for claim in record.claims.values():
        if claim.question and record.articles[claim.article].published.latest <= as_of:
            said[claim.question].append(claim)
    looks: dict[str, list[Postponement]] = defaultdict(list)
    for look in record.postponements.values():
        if look.decided <= as_of:
            looks[look.question].append(look)
    last = sunday(week)
    found = []
    for question in record.questions.values():
        case = _Case(
            question,
            [entry for entry in record.ledger.get(question.id, ()) if entry.decided <= as_of],
            sorted(looks[question.id], key=lambda look: (look.decided, look.id)),
            [record.articles[claim.article].published.latest for claim in said[question.id]],
            as_of,
        )
        topic = case.topic(last, unseen=unseen, stale=stale)
        if topic is not None:
            heard = voices(said[question.id], articles=record.articles, sources=record.sources)
            found.append(case.item(topic, heard))
    order = list(Topic)
    found.sort(key=lambda item: (order.index(item.topic), item.closes, item.question))
    return Agenda(
        week=week,
        as_of=as_of,
        convention=card.convention,
        previous=since.review,
        previous_day=since.day,
        tasks=tuple(sorted(tasks, key=lambda task: (task.due or date.max, task.id))),
        alarms=alarms,
        watched=watched,
        moved=_moved(card, since),
        items=tuple(found),
        resolved=_resolved(record, card, lines, since),
        claims=_claims(record, as_of=as_of, since=since),
    )


class _Case(NamedTuple):
    """
    One question with what happened to it by the as-of date.
    """

    question: Question
    entries: Sequence[LedgerEntry]
    looks: Sequence[Postponement]
    said: Sequence[date]
    as_of: date

    @property
    def looked(self) -> date | None:
        """
        The last day that somebody looked.
        """
        days = [one.decided for one in (*self.entries, *self.looks)]
        return max(days, default=None)

    @property
    def again(self) -> date | None:
        """
        The day it was put off to, unless somebody decided something since.
        """
        if not self.looks:
            return None
        last = self.looks[-1]
        later = any(entry.decided > last.decided for entry in self.entries)
        return None if later else last.again

    def topic(self, last: date, *, unseen: int, stale: int) -> Topic | None:
        """
        The first topic that fits; None for a question that needs nobody.

        Args:
            last: The last day of the week.
        """
        now = state(self.entries, as_of=None)
        question, as_of = self.question, self.as_of
        if now.resolution is not None or now.condition_is is ConditionIs.UNMET:
            return None
        if is_over(question.closes, as_of=as_of):
            return Topic.OVERDUE
        if question.closes <= last:
            return Topic.DUE
        again = self.again
        put_off = again is not None and again > as_of
        pending = question.condition is not None and now.condition_is is ConditionIs.PENDING
        begun = question.opens <= as_of
        if not put_off and not pending and begun and self.unseen >= 7 * unseen:
            return Topic.EARLY
        if not put_off and pending and begun:
            return Topic.CONDITION
        if not put_off and (again is not None or self.unchanged >= 7 * stale):
            return Topic.STALE
        return Topic.COMING if question.closes <= last + timedelta(weeks=AHEAD) else None

    @property
    def unseen(self) -> int:
        """
        Days since somebody looked, or since the window opened.
        """
        return (self.as_of - (self.looked or min(self.question.opens, self.as_of))).days

    @property
    def unchanged(self) -> int:
        """
        Days since anything about the question changed.
        """
        days = [*self.said, *([self.looked] if self.looked else [])]
        written = self.question.criteria_written
        days += [written] if written <= self.as_of else []
        return (self.as_of - max(days, default=min(self.question.opens, self.as_of))).days

    def item(self, topic: Topic, said: tuple[Voice, ...]) -> Item:
        """
        The question on the agenda.
        """
        question = self.question
        condition = question.condition
        return Item(
            topic=topic,
            question=question.id,
            statement=question.statement,
            criteria=question.criteria,
            resolution_source=question.resolution_source,
            opens=question.opens,
            closes=question.closes,
            days=(question.closes - self.as_of).days,
            condition=condition.statement if condition else None,
            condition_criteria=condition.criteria if condition else None,
            condition_is=state(self.entries, as_of=None).condition_is if condition else None,
            voices=said,
            steps=steps(self.entries, self.looks),
            looked=self.looked,
            unseen=self.unseen,
            again=self.again,
        )


def steps(entries: Iterable[LedgerEntry], looks: Iterable[Postponement]) -> tuple[Step, ...]:
    """
    What was decided and left open about a question, by day.
    """
    found = []
    for entry in entries:
        note = entry.reason if isinstance(entry, Reopening) else entry.note
        evidence = () if isinstance(entry, Reopening) else entry.evidence
        step = Step(what=what(entry), decided=entry.decided, evidence=evidence, note=note)
        found.append(step)
    for look in looks:
        words = f"not yet, look again on {look.again}"
        found.append(Step(what=words, decided=look.decided, evidence=(), note=look.note))
    return tuple(sorted(found, key=lambda step: step.decided))


def what(entry: LedgerEntry) -> str:
    """
    What an entry of the ledger says, in a word or two.
    """
    match entry:
        case Resolution():
            reason = f" ({entry.reason})" if entry.reason else ""
            return f"{entry.outcome}{reason}"
        case Reopening():
            return "reopened"
        case ConditionState():
            return f"condition {entry.state}"


def _resolved(
    record: Record, card: Scorecard, lines: Sequence[Line], since: Since
) -> tuple[Resolved, ...]:
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
        if entry is None or not _is_new(entry, question.id, since):
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


def _is_new(entry: LedgerEntry, question: str, since: Since) -> bool:
    if since.record is not None:
        return all(entry.id != one.id for one in since.record.ledger.get(question, ()))
    return since.day is None or entry.decided > since.day


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


def _claims(record: Record, *, as_of: date, since: Since) -> tuple[New, ...]:
    found = []
    for claim in record.claims.values():
        article = record.articles[claim.article]
        made = article.published.latest
        if since.record is not None:
            new = claim.id not in since.record.claims
        else:
            new = since.day is None or made > since.day
        if new and made <= as_of:
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
    seen = watched(record, lines, as_of=as_of)
    hypotheses = dict(_hypotheses(seen, as_of=as_of))
    believed = set(
        e_bh({_key(pair): watch.floor for pair, watch in hypotheses.items()}) if hypotheses else ()
    )
    found = []
    for (source, other), watch in hypotheses.items():
        if watch.alarm is None:
            continue
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
                believed=_key((source, other)) in believed,
                new=since.day is None or watch.alarm > since.day,
            )
        )
    found.sort(key=lambda one: (not one.new, not one.believed, one.source, one.other or ""))
    return tuple(found), len(hypotheses)


def _key(pair: tuple[str, str | None]) -> str:
    return " < ".join(filter(None, pair))


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
        over = question.closes + timedelta(days=1)
        found[source][name] = Seen(
            when=max(over, held.decided) if held else over,
            cluster=question.cluster,
            p=line.probability,
            y=int(held.outcome is Outcome.YES) if held else None,
        )
    return found


def _hypotheses(
    seen: Mapping[str, Mapping[str, Seen]], *, as_of: date
) -> Iterator[tuple[tuple[str, str | None], Watch]]:
    counted = {
        source: {name for name, one in said.items() if one.y is not None and one.when <= as_of}
        for source, said in seen.items()
    }
    for source in sorted(seen):
        if counted[source]:
            yield (source, None), calibration(seen[source].values(), as_of=as_of)
    for source in sorted(seen):
        for other in sorted(seen):
            shared = seen[source].keys() & seen[other].keys()
            if source != other and len(shared & counted[source]) >= _FEWEST_SHARED:
                both = [_both(seen[source][name], seen[other][name]) for name in shared]
                yield (source, other), comparison(both, as_of=as_of)


def _both(one: Seen, other: Seen) -> Both:
    return Both(when=one.when, cluster=one.cluster, p_a=one.p, p_b=other.p, y=one.y)

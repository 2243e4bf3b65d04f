"""
Random records: small, consistent, and crowded, so that days coincide and rules meet.

All days lie within a few weeks of ``BASE``.  A record drawn here could have been imported from
files: references lead somewhere, every ledger is valid, and no source forecasts one question
twice on one day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from foretrack.core.ledger import next_id, objections, state
from foretrack.core.records import (
    Article,
    Claim,
    Condition,
    ConditionState,
    Evidence,
    Fingerprint,
    Horizon,
    Published,
    Question,
    Reopening,
    Resolution,
    Source,
    Where,
)
from foretrack.core.vocabulary import (
    Annulment,
    ConditionIs,
    DateBasis,
    HorizonBasis,
    Outcome,
    Polarity,
    Precision,
    Reading,
    SourceKind,
    Unscorable,
)
from foretrack.db.store import Change, Contents
from foretrack.db.tables import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from foretrack.core.records import AnyRecord, LedgerEntry

BASE = date(2024, 1, 1)

PHRASES = ("unlikely", "not likely", "likely", "will not", "even chance", "realistic possibility")
"""
Known to some lexicon each; "even chance" is not in phia, "realistic possibility" only there.
"""

NUMBERS = (0.0, 0.05, 0.2, 0.3, 0.72, 1.0)

days = st.integers(0, 9).map(lambda offset: BASE + timedelta(days=offset))
words = st.sampled_from(
    (
        "plain words",
        "Müller's [bold]x[/]",
        "a: b # c",
        "'quoted' \"twice\"",
        "no",
        "~",
        "- 0x1F",
        "%s",
    )
)
notes = st.none() | words
_usually = st.sampled_from((True, True, True, True, False))
_evidence = st.lists(
    st.builds(Evidence, citation=words, url=st.none() | st.just("https://example.org/a?b=%20#c")),
    min_size=1,
    max_size=2,
).map(tuple)


@dataclass(frozen=True, slots=True)
class Everything:
    """
    A whole record, each kind in the order it would be recorded.
    """

    sources: tuple[Source, ...]
    articles: tuple[Article, ...]
    questions: tuple[Question, ...]
    claims: tuple[Claim, ...]
    ledger: tuple[LedgerEntry, ...]

    @property
    def changes(self) -> list[Change]:
        """
        What writes it.
        """
        every: list[AnyRecord] = [*self.sources, *self.articles, *self.questions]
        every += [*self.claims, *self.ledger]
        return [Change(Action.ADD, record) for record in every]

    @property
    def contents(self) -> Contents:
        """
        What should be read back.
        """
        ledger: dict[str, list[LedgerEntry]] = {}
        for entry in self.ledger:
            ledger.setdefault(entry.question, []).append(entry)
        return Contents(
            sources={one.id: one for one in self.sources},
            articles={one.id: one for one in self.articles},
            questions={one.id: one for one in self.questions},
            claims={one.id: one for one in self.claims},
            ledger=ledger,
        )


@st.composite
def everything(draw: st.DrawFn, *, most_claims: int = 8) -> Everything:
    sources = tuple(
        Source(
            id=f"source-{number}",
            name=draw(words),
            kind=draw(st.sampled_from(SourceKind)),
            lexicon=draw(st.sampled_from((None, None, "phia", "icd-203"))),
            note=draw(notes),
        )
        for number in range(1, draw(st.integers(1, 3)) + 1)
    )
    source_ids = st.sampled_from([one.id for one in sources])
    articles = tuple(
        draw(_articles(f"article-{number}", source_ids))
        for number in range(1, draw(st.integers(1, 4)) + 1)
    )
    questions = tuple(
        draw(_questions(f"question-{number}")) for number in range(1, draw(st.integers(1, 4)) + 1)
    )
    claims: list[Claim] = []
    taken: set[tuple[str, str, date]] = set()
    sizes = st.sampled_from((most_claims, most_claims - 1, most_claims // 2, 0))
    for number in range(1, draw(sizes) + 1):
        article = draw(st.sampled_from(articles))
        source = draw(st.one_of(st.just(article.source), source_ids))
        free = [
            one.id
            for one in questions
            if one.closes >= article.published.earliest
            and (source, one.id, article.published.latest) not in taken
        ]
        if draw(_usually) and free:
            claim = draw(_forecasts(f"claim-{number}", article.id, source, st.sampled_from(free)))
            taken.add((source, claim.question or "", article.published.latest))
        else:
            others = [one.id for one in claims if one.unscorable is not Unscorable.DUPLICATE]
            claim = draw(_unscorable(f"claim-{number}", article.id, source, others))
        claims.append(claim)
    ledger = [entry for question in questions for entry in draw(ledgers(question))]
    return Everything(sources, articles, questions, tuple(claims), tuple(ledger))


@st.composite
def _articles(draw: st.DrawFn, name: str, source_ids: st.SearchStrategy[str]) -> Article:
    earliest = draw(days)
    precision = draw(st.sampled_from((Precision.DAY, Precision.DAY, Precision.RANGE)))
    latest = earliest
    if precision is Precision.RANGE:
        latest += timedelta(days=draw(st.integers(0, 4)))
    return Article(
        id=name,
        title=draw(words),
        source=draw(source_ids),
        outlet=draw(st.sampled_from((None, "Gazette", "Herald"))),
        authors=tuple(
            draw(st.lists(st.sampled_from(("Ann", "Bo", "Cy")), max_size=2, unique=True))
        ),
        published=Published(
            earliest=earliest,
            latest=latest,
            precision=precision,
            basis=draw(st.sampled_from(DateBasis)),
        ),
        address=draw(st.sampled_from((None, "https://example.org/a"))),
        text=draw(st.sampled_from((None, Fingerprint(sha256="ab" * 32, words=812)))),
        note=draw(notes),
    )


@st.composite
def _questions(draw: st.DrawFn, name: str) -> Question:
    opens = draw(days)
    return Question(
        id=name,
        statement=draw(words),
        criteria=draw(words),
        criteria_written=draw(days),
        resolution_source=draw(words),
        opens=opens,
        closes=opens + timedelta(days=draw(st.integers(0, 12))),
        condition=draw(
            st.none()
            | st.none()
            | st.none()
            | st.builds(Condition, statement=words, criteria=words)
        ),
        base_rate=draw(st.sampled_from((None, 0.1, 0.123456789012))),
        status_quo=draw(st.sampled_from((None, Outcome.YES, Outcome.NO))),
        cluster=draw(st.sampled_from((None, None, "cluster-1", "cluster-2"))),
        tags=tuple(draw(st.lists(st.sampled_from(("ab", "cd", "ef")), max_size=2, unique=True))),
        note=draw(notes),
    )


@st.composite
def _horizons(draw: st.DrawFn) -> Horizon:
    basis = draw(st.sampled_from(HorizonBasis))
    known = st.sampled_from(("short-term", "medium-term"))
    return Horizon(
        words=draw(st.none() | known if basis is HorizonBasis.ASSUMED else known), basis=basis
    )


@st.composite
def _forecasts(
    draw: st.DrawFn, name: str, article: str, source: str, questions: st.SearchStrategy[str]
) -> Claim:
    phrase = draw(st.none() | st.sampled_from(PHRASES) | st.sampled_from(PHRASES))
    return Claim(
        id=name,
        article=article,
        source=source,
        where=draw(
            st.sampled_from(
                (
                    None,
                    Where(section="Forecast", paragraph=3),
                    Where(section="X"),
                    Where(paragraph=1),
                )
            )
        ),
        says=draw(words),
        phrase=phrase,
        probability=draw(st.sampled_from(NUMBERS)) if phrase is None else None,
        reading=draw(st.sampled_from(Reading)),
        polarity=draw(st.sampled_from(Polarity)),
        horizon=draw(_horizons()),
        question=draw(questions),
        joint=draw(st.sampled_from((None, "joint-1"))),
        note=draw(notes),
    )


@st.composite
def _unscorable(draw: st.DrawFn, name: str, article: str, source: str, others: list[str]) -> Claim:
    reasons = [one for one in Unscorable if others or one is not Unscorable.DUPLICATE]
    reason = draw(st.sampled_from(reasons))
    return Claim(
        id=name,
        article=article,
        source=source,
        says=draw(words),
        phrase=draw(st.sampled_from((None, "may", "likely"))),
        horizon=draw(st.none() | _horizons()),
        unscorable=reason,
        attributed_to=draw(words) if reason is Unscorable.ATTRIBUTED else None,
        duplicate_of=draw(st.sampled_from(others)) if reason is Unscorable.DUPLICATE else None,
        note=draw(notes),
    )


@st.composite
def ledgers(draw: st.DrawFn, question: Question, *, most: int = 4) -> list[LedgerEntry]:
    """
    A valid ledger of one question, reopenings and conditions included.
    """
    entries: list[LedgerEntry] = []
    decided = BASE
    for _ in range(draw(st.integers(0, most))):
        if state(entries, as_of=None).resolution is not None and draw(_usually):
            break
        decided += timedelta(days=draw(st.integers(0, 14)))
        entry = draw(_entries(question, entries, decided))
        if not objections(question, entries, entry, today=None):
            entries.append(entry)
    return entries


@st.composite
def _entries(
    draw: st.DrawFn, question: Question, entries: list[LedgerEntry], decided: date
) -> LedgerEntry:
    now = state(entries, as_of=None)
    name = next_id(question.id, entries)
    if now.resolution is not None and (question.condition is None or draw(st.booleans())):
        return Reopening(
            id=name,
            question=question.id,
            reopens=now.resolution.id,
            decided=decided,
            reason=draw(words),
        )
    if question.condition is not None and draw(st.booleans()):
        what = draw(st.sampled_from(ConditionIs))
        return ConditionState(
            id=name,
            question=question.id,
            state=what,
            since=draw(st.none() | st.just(decided)) if what is not ConditionIs.PENDING else None,
            decided=decided,
            evidence=draw(_evidence) if what is not ConditionIs.PENDING else (),
            note=draw(notes),
        )
    return draw(_resolutions(question, name, decided))


@st.composite
def _resolutions(draw: st.DrawFn, question: Question, name: str, decided: date) -> Resolution:
    outcome = draw(st.sampled_from((Outcome.YES, Outcome.NO, Outcome.YES, *Outcome)))
    last = min(question.closes, decided)
    inside = st.integers(0, max((last - question.opens).days, 0)).map(
        lambda offset: question.opens + timedelta(days=offset)
    )
    early = outcome is Outcome.NO and (decided <= question.closes or draw(st.booleans()))
    return Resolution(
        id=name,
        question=question.id,
        outcome=outcome,
        happened=draw(inside) if outcome is Outcome.YES else None,
        impossible=draw(inside) if early else None,
        decided=decided,
        reason=draw(st.sampled_from(Annulment)) if outcome is Outcome.ANNULLED else None,
        evidence=draw(_evidence) if outcome in (Outcome.YES, Outcome.NO) else (),
        note=draw(notes),
    )


def telling_days(record: Everything) -> st.SearchStrategy[date]:
    """
    The days on which something may change, and their neighbours: the as-of dates worth trying.
    """
    found = [one.published.latest for one in record.articles]
    found += [one.closes for one in record.questions]
    found += [one.decided for one in record.ledger]
    last = max(found)
    near = {day + timedelta(days=step) for day in found for step in (-1, 0, 1)}
    return st.sampled_from(sorted(near, reverse=True)) | st.just(last + timedelta(days=1))


def keys_of(by: str, everything: Everything) -> Callable[[Claim], tuple[str, ...]]:
    """
    The groups of a claim, said a second time and without a database.
    """
    articles = {one.id: one for one in everything.articles}
    questions = {one.id: one for one in everything.questions}

    def keys(claim: Claim) -> tuple[str, ...]:
        article = articles[claim.article]
        question = questions.get(claim.question or "")
        found: tuple[object, ...]
        match by:
            case "source":
                found = (claim.source,)
            case "article":
                found = (claim.article,)
            case "author":
                found = article.authors
            case "outlet":
                found = (article.outlet,)
            case "tag":
                found = question.tags if question else ()
            case "phrase":
                phrase = claim.phrase if claim.phrase is None else claim.phrase.lower()
                number = claim.probability
                found = (phrase if number is None else f"{number:.12g}",)
            case "horizon":
                horizon = claim.horizon
                words = (horizon.words or horizon.basis.value) if horizon else None
                found = (words if words is None else words.replace("-", " "),)
            case _:
                raise ValueError(by)
        return tuple("(none)" if one is None else str(one) for one in found) or ("(none)",)

    return keys

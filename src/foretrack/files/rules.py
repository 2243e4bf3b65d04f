"""
Rules across fields, records and files: references, forecasts, windows and the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from foretrack.core import horizons
from foretrack.core.ledger import objections
from foretrack.core.records import Reopening, Resolution
from foretrack.core.sameness import asked_before
from foretrack.core.vocabulary import HorizonBasis, Reading, Unscorable
from foretrack.core.windows import proposed
from foretrack.errors import place_of
from foretrack.files.across import repeats, stance, too_late, twice
from foretrack.files.assembly import ARTICLE, CLAIM, LEDGER, QUESTION, SOURCE, Kept, problem
from foretrack.files.meetings import broken_meetings
from foretrack.files.wording import near, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from foretrack.core.records import Article, Claim, LedgerEntry, Published, Question, Source
    from foretrack.errors import Problem
    from foretrack.files.across import Stance
    from foretrack.files.assembly import Assembly, Placed

_GUESSES = 50  # looking for near matches is slow; thousands of them help nobody


class Phrases(Protocol):
    """
    What the lexicons at hand know.
    """

    def known(self, phrase: str) -> bool:
        """
        Whether some lexicon lists the phrase.
        """

    def scorable(self, phrase: str) -> bool:
        """
        Whether some lexicon gives it a probability.
        """

    def reading(self, phrase: str) -> Reading:
        """
        How it is taken unless somebody says otherwise; explicit where no lexicon lists it.
        """

    def nearest(self, phrase: str, n: int = 3) -> Sequence[str]:
        """
        The listed phrases that are most like it.
        """

    def names(self) -> Collection[str]:
        """
        The names of the lexicons.
        """


@dataclass(frozen=True, slots=True)
class Known:
    """
    Records that exist outside the documents, each by its id; the ledger in its order.

    Where a document has a record of the same id, the document's counts.
    """

    sources: Mapping[str, Source] = field(default_factory=dict)
    articles: Mapping[str, Article] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    ledger: Mapping[str, LedgerEntry] = field(default_factory=dict)


def future(assembly: Assembly, *, today: date) -> Iterator[Problem]:
    """
    Warnings about days to come: a slip of one digit hides a decision for ten years.
    """
    dated: list[tuple[Placed[Any], str, date]] = [
        *((one, "published", one.record.published.earliest) for one in assembly.articles),
        *((one, "criteria_written", one.record.criteria_written) for one in assembly.questions),
        *((one, "decided", one.record.decided) for one in assembly.ledger),
    ]
    for placed, name, day in dated:
        if day > today:
            message = f"{day} is in the future, today is {today}: it does not count until then"
            yield placed.problem(name, message, warning=True)


def broken_rules(assembly: Assembly, *, phrases: Phrases, known: Known) -> Iterator[Problem]:
    """
    Every problem that concerns more than one field.
    """
    rules = _Rules(assembly, phrases, known)
    yield from rules.loose()
    yield from rules.sources()
    yield from rules.articles()
    yield from rules.questions()
    yield from rules.claims()
    yield from rules.joints()
    yield from rules.twice()
    yield from rules.ledger()
    yield from broken_meetings(assembly, unknown=rules.unknown)


class _Rules:
    """
    The rules, with what they look up.
    """

    def __init__(self, assembly: Assembly, phrases: Phrases, known: Known) -> None:
        self.assembly = assembly
        self.phrases = phrases
        self.known = known
        self.articles_by_id = {**known.articles, **_by_id(assembly.articles)}
        self.questions_by_id = {**known.questions, **_by_id(assembly.questions)}
        self.claims_by_id = {**known.claims, **_by_id(assembly.claims)}
        self.ids: dict[str, set[str]] = {
            SOURCE: set(known.sources),
            ARTICLE: set(known.articles),
            CLAIM: set(known.claims),
            QUESTION: set(known.questions),
            LEDGER: set(known.ledger),
        }
        for kind, name in assembly.places:
            self.ids.setdefault(kind, set()).add(name)
        self.inline = {
            (placed.document.path, placed.trail[:-1])
            for placed in assembly.questions
            if len(placed.trail) > 1
        }
        self.guesses: dict[tuple[str, str], str] = {}
        self.unmarked: set[tuple[str, str]] = set()

    def unknown(self, kind: str, name: str, *, own: str | None = None) -> str | None:
        """
        What to say of a reference that leads nowhere; None when it leads somewhere.

        Nothing is said while part of the input cannot be read: it might be there.

        Args:
            kind: What is referred to.
            name: Its id.
            own: An id that cannot be meant.
        """
        ids = self.ids[kind]
        if name in ids or self.assembly.partial:
            return None
        guess = self.guess(kind, name, ids)
        if own is not None and guess.endswith(f" {own}?"):
            guess = self.guess(f"{kind} but {own}", name, (one for one in ids if one != own))
        return f"no {kind} has the id {name}{guess}"

    def guess(self, kind: str, word: str, words: Iterable[str]) -> str:
        """
        The near match of a word, looked up once and not for ever.
        """
        if (kind, word) not in self.guesses:
            found = near(word, words) if len(self.guesses) < _GUESSES else ""
            self.guesses[kind, word] = found
        return self.guesses[kind, word]

    def loose(self) -> Iterator[Problem]:
        for kind, name, document, trail in self.assembly.loose:
            if message := self.unknown(kind, name):
                yield problem(document, trail, message)

    def sources(self) -> Iterator[Problem]:
        names = self.phrases.names()
        for placed in self.assembly.sources:
            lexicon = placed.record.lexicon
            if lexicon is not None and lexicon not in names:
                guess = self.guess("lexicon", lexicon, names)
                message = f"no lexicon is called {quoted(lexicon)}{guess}; {', '.join(names)} exist"
                yield placed.problem("lexicon", message)

    def articles(self) -> Iterator[Problem]:
        for placed in self.assembly.articles:
            message = self.unknown(SOURCE, placed.record.source)
            if message:
                yield placed.problem("source", message)

    def questions(self) -> Iterator[Problem]:
        repeated = asked_before(self.questions_by_id.values())
        for placed in self.assembly.questions:
            question = placed.record
            if (other := repeated.get(question.id)) is not None:
                message = f"asks the same as {other.id} in the same window: use that one question"
                yield placed.problem("statement", message, warning=True)
            if question.closes < question.opens:
                message = f"{question.closes} is before the window opens, {question.opens}"
                yield placed.problem("closes", message)

    def claims(self) -> Iterator[Problem]:
        for placed in self.assembly.claims:
            yield from self.references(placed)
            if placed.record.unscorable is None:
                yield from self.forecast(placed)
            else:
                yield from _unscorable(placed)
            yield from _either_way(placed)

    def references(self, placed: Placed[Claim]) -> Iterator[Problem]:
        claim = placed.record
        article = self.articles_by_id.get(claim.article)
        if article is None or claim.source != article.source:
            message = self.unknown(SOURCE, claim.source)
            if message and claim.article not in self.articles_by_id:
                message = None  # said of the article already
            if message:
                yield placed.problem("source", message)
        if claim.question is not None:
            message = self.unknown(QUESTION, claim.question)
            if message:
                yield placed.problem("question", message)
        paragraph = claim.where.paragraph if claim.where else None
        text = article.text if article else None
        if paragraph and text and paragraph > text.words:
            message = f"there is no paragraph {paragraph} in a text of {text.words} words"
            yield placed.problem("where.paragraph", message, warning=True)
        if claim.duplicate_of is not None:
            message = self.unknown(CLAIM, claim.duplicate_of, own=claim.id)
            message = repeats(claim, self.claims_by_id.get(claim.duplicate_of)) or message
            if message:
                yield placed.problem("duplicate_of", message)

    def forecast(self, placed: Placed[Claim]) -> Iterator[Problem]:
        claim = placed.record
        missing = [
            name
            for name, there in (
                ("a question", claim.question is not None),
                ("a phrase or a probability", bool(claim.phrase) or claim.probability is not None),
                ("a horizon", claim.horizon is not None),
            )
            if not there
        ]
        if missing:
            message = f"a forecast needs {' and '.join(missing)}; if it is none, say `unscorable:`"
            yield placed.problem("", f"{message} with the reason")
        if claim.phrase is not None:
            yield from self.phrase(placed, claim.phrase)
        question = self.questions_by_id.get(claim.question or "")
        article = self.articles_by_id.get(claim.article)
        if question is not None and article is not None:
            yield from self.window(placed, question, article)

    def phrase(self, placed: Placed[Claim], phrase: str) -> Iterator[Problem]:
        if self.phrases.scorable(phrase):
            yield from self.reading(placed, phrase)
            return
        if self.phrases.known(phrase):
            message = f"{quoted(phrase)} is a hedge, no probability: mark it `unscorable: hedge`"
        else:
            if ("phrase", phrase) not in self.guesses:
                few = len(self.guesses) < _GUESSES
                nearest = self.phrases.nearest(phrase) if few else ()
                guess = f"; the nearest are {', '.join(map(quoted, nearest))}" if nearest else ""
                self.guesses["phrase", phrase] = guess
            message = f"no lexicon knows {quoted(phrase)}{self.guesses['phrase', phrase]}"
        yield placed.problem("phrase", message)

    def reading(self, placed: Placed[Claim], phrase: str) -> Iterator[Problem]:
        """
        A warning where nothing marks a phrase as taken by assumption: once a file, for each phrase.
        """
        key = (placed.document.path, phrase.casefold())
        if placed.record.reading is not Reading.EXPLICIT or key in self.unmarked:
            return
        usual = self.phrases.reading(phrase)
        if usual is Reading.EXPLICIT:
            return
        self.unmarked.add(key)
        message = f"{quoted(phrase)} gives no estimate in so many words: mark it `reading: {usual}`"
        yield placed.problem("phrase", f"{message}, or the card counts it as one", warning=True)

    def window(
        self, placed: Placed[Claim], question: Question, article: Article
    ) -> Iterator[Problem]:
        inline = (placed.document.path, placed.trail) in self.inline
        steps = "question.closes" if inline else "question"
        published, closes = article.published, question.closes
        if late := too_late(question, article, inline=inline):
            yield placed.problem(steps, late)
            return
        if closes < published.latest:
            what = str(closes) if inline else f"{question.id} closes {closes}, which"
            message = (
                f"{what} is before the latest possible day of the article, {published.latest}:"
                " the forecast will count as late"
            )
            yield placed.problem(steps, message, warning=True)
        yield from _horizon(placed, question, inline=inline, published=published)

    def joints(self) -> Iterator[Problem]:
        shared: dict[str, set[str]] = {}
        for claim in self.claims_by_id.values():
            if claim.joint is not None:
                shared.setdefault(claim.joint, set()).add(claim.id)
        for placed in self.assembly.claims:
            joint = placed.record.joint
            if joint is not None and len(shared[joint]) == 1 and not self.assembly.partial:
                message = f"no other claim carries {joint}: it joins claims split from one sentence"
                yield placed.problem("joint", message, warning=True)

    def twice(self) -> Iterator[Problem]:
        first: dict[Stance, str] = {}
        own = {placed.record.id for placed in self.assembly.claims}
        for claim in self.known.claims.values():
            key = self.stance(claim)
            if key and claim.id not in own:
                first.setdefault(key, claim.id)
        for placed in self.assembly.claims:
            claim = placed.record
            key = self.stance(claim)
            if key is None or first.setdefault(key, claim.id) == claim.id:
                continue
            found = self.assembly.places.get((CLAIM, first[key]))
            place = f" ({place_of(*found)})" if found else ""
            yield placed.problem("question", twice(key, f"{first[key]}{place}"))

    def stance(self, claim: Claim) -> Stance | None:
        return stance(claim, self.articles_by_id.get(claim.article))

    def ledger(self) -> Iterator[Problem]:
        own = {(each.record.question, each.record.id): each.record for each in self.assembly.ledger}
        earlier: dict[str, list[LedgerEntry]] = {}
        for name, recorded in self.known.ledger.items():
            entry = own.get((recorded.question, name), recorded)
            earlier.setdefault(recorded.question, []).append(entry)
        for placed in self.assembly.ledger:
            entry = placed.record
            before = earlier.setdefault(entry.question, [])
            held = self.known.ledger.get(entry.id)
            if held is not None and held.question == entry.question:
                before = before[: [each.id for each in before].index(entry.id)]
            message = self.unknown(QUESTION, entry.question)
            question = self.questions_by_id.get(entry.question)
            if message:
                yield placed.problem(_head(entry), message)
            elif question is not None and entry.question not in self.assembly.adrift:
                for objection in objections(question, before, entry, today=None):
                    yield placed.problem(objection.field or _head(entry), objection.reason)
            if held is None:
                before.append(entry)


def _by_id(placed: Iterable[Placed[Kept]]) -> dict[str, Kept]:
    return {each.record.id: each.record for each in placed}


def _unscorable(placed: Placed[Claim]) -> Iterator[Problem]:
    claim = placed.record
    if claim.question is not None:
        message = "an unscorable claim has no question: take out the question or `unscorable`"
        yield placed.problem("question", message)
    if claim.unscorable is Unscorable.ATTRIBUTED and claim.attributed_to is None:
        message = "attributed needs `attributed_to`: who holds the view"
        yield placed.problem("unscorable", message)
    if claim.unscorable is Unscorable.DUPLICATE and claim.duplicate_of is None:
        message = "duplicate needs `duplicate_of`: the claim that says the same"
        yield placed.problem("unscorable", message)


def _either_way(placed: Placed[Claim]) -> Iterator[Problem]:
    claim = placed.record
    if claim.phrase is not None and claim.probability is not None:
        message = "a claim has a phrase or a probability, not both: keep what the article says"
        yield placed.problem("probability", message)
    if claim.attributed_to is not None and claim.unscorable is not Unscorable.ATTRIBUTED:
        message = "stands with `unscorable: attributed` only"
        yield placed.problem("attributed_to", message)
    if claim.duplicate_of is not None and claim.unscorable is not Unscorable.DUPLICATE:
        message = "stands with `unscorable: duplicate` only"
        yield placed.problem("duplicate_of", message)
    horizon = claim.horizon
    if horizon and horizon.words is None and horizon.basis is not HorizonBasis.ASSUMED:
        message = f"needs `words` where the basis is {horizon.basis}; without words it is assumed"
        yield placed.problem("horizon", message)


def _horizon(
    placed: Placed[Claim], question: Question, *, inline: bool, published: Published
) -> Iterator[Problem]:
    horizon = placed.record.horizon
    if horizon is None or (horizon.words is None and horizon.basis is not HorizonBasis.ASSUMED):
        return
    usual = proposed(horizon.words, published.latest)
    if usual is None or usual.allows(question.closes):
        return
    tabled = horizons.span(horizon.words) is not None
    early = proposed(horizon.words, published.earliest)
    if not tabled and early is not None and early.allows(question.closes):
        return  # "by the end of the year", of an article that may be from this one or the last
    words = quoted(horizon.words) if horizon.words else "an assumed horizon"
    what = str(question.closes) if inline else f"{question.id} closes {question.closes}, which"
    by = "the horizon table" if tabled else "the horizon's words"
    message = f"{what} differs from {by}: {words} from {published.latest} closes {usual.closes}"
    yield placed.problem("question.closes" if inline else "question", message, warning=True)


def _head(entry: LedgerEntry) -> str:
    if isinstance(entry, Reopening):
        return "reopen"
    return "resolve" if isinstance(entry, Resolution) else "condition"

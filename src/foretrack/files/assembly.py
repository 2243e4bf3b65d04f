"""
Documents as records, each with its place.

A part with a flaw becomes no record, but its id still counts as taken and known, so that one
mistake does not make every reference to it a mistake as well.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from foretrack.core.records import (
    AnyRecord,
    Article,
    Claim,
    Condition,
    ConditionState,
    Evidence,
    Fingerprint,
    Horizon,
    LedgerEntry,
    MeetingRecord,
    Postponement,
    Published,
    Question,
    Remark,
    Reopening,
    Resolution,
    Review,
    Source,
    Task,
    Where,
)
from foretrack.core.vocabulary import Precision
from foretrack.errors import Problem, place_of
from foretrack.files.layout import FILE
from foretrack.files.shapes import BROKEN, sound
from foretrack.files.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foretrack.files.reading import Document, Trail
    from foretrack.files.shapes import Flaw

SOURCE, ARTICLE, CLAIM, QUESTION, LEDGER = "source", "article", "claim", "question", "ledger"
REVIEW, POSTPONEMENT, REMARK, TASK = "review", "postponement", "remark", "task"

_PARTS: dict[str, tuple[str, type[Postponement | Remark | Task]]] = {
    "postponements": (POSTPONEMENT, Postponement),
    "remarks": (REMARK, Remark),
    "tasks": (TASK, Task),
}

Kept = TypeVar("Kept", bound=AnyRecord, covariant=True)


@dataclass(frozen=True, slots=True)
class Placed(Generic[Kept]):
    """
    A record and where it stands.
    """

    record: Kept
    document: Document
    trail: Trail

    def problem(self, steps: str, message: str, *, warning: bool = False) -> Problem:
        """
        A problem with one field, given as ``field`` or ``field.field``; "" is the whole record.
        """
        trail = (*self.trail, *steps.split(".")) if steps else self.trail
        return problem(self.document, trail, message, warning=warning)

    @property
    def place(self) -> tuple[str, int]:
        """
        Path and line.
        """
        return self.document.path, self.document.line(self.trail)


class Loose(NamedTuple):
    """
    A reference that stands in a part with a flaw, which is no record.

    Attributes:
        kind: Of what it refers to.
    """

    kind: str
    name: str
    document: Document
    trail: Trail


@dataclass(slots=True)
class Assembly:
    """
    What the documents hold, in their order.

    Attributes:
        places: For each kind and id, broken ones too, the first path and line.
        partial: Whether something could not be read whose ids nobody knows.
        adrift: Questions of whose ledger an entry is broken.
        loose: References from parts that are broken.
    """

    sources: list[Placed[Source]] = field(default_factory=list)
    articles: list[Placed[Article]] = field(default_factory=list)
    claims: list[Placed[Claim]] = field(default_factory=list)
    questions: list[Placed[Question]] = field(default_factory=list)
    ledger: list[Placed[LedgerEntry]] = field(default_factory=list)
    meetings: list[Placed[MeetingRecord]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    partial: bool = False
    adrift: set[str] = field(default_factory=set)
    loose: list[Loose] = field(default_factory=list)


def problem(document: Document, trail: Trail, message: str, *, warning: bool = False) -> Problem:
    """
    A problem at the line that the trail leads to.
    """
    return Problem(document.path, document.line(trail), spelled(trail), message, warning)


def spelled(trail: Trail) -> str:
    """
    A trail as people write it.

    >>> spelled(("claims", 2, "question", "closes"))
    'claims[2].question.closes'
    """
    parts = [f"[{step}]" if isinstance(step, int) else f".{shown(step)}" for step in trail]
    return "".join(parts).removeprefix(".")


def assemble(documents: Iterable[Document]) -> Assembly:
    """
    The records of the documents with every flaw of form.
    """
    assembly = Assembly()
    for document in documents:
        assembly.problems.extend(document.problems)
        if document.root is None:
            assembly.partial = True
            continue
        flaws: list[Flaw] = []
        data = FILE.read(document.root, (), flaws)
        assembly.problems.extend(
            Problem(document.path, flaw.line, spelled(flaw.trail), flaw.message) for flaw in flaws
        )
        _Assembler(assembly, document).file(data)
    return assembly


class _Assembler:
    """
    Adds the records of one document.
    """

    def __init__(self, assembly: Assembly, document: Document) -> None:
        self.assembly = assembly
        self.document = document

    def file(self, data: Any) -> None:
        """
        Whatever kind of file it is.
        """
        match data:
            case {"sources": list(items)}:
                for index, item in enumerate(items):
                    self.source(item, ("sources", index))
            case {"article": article, "claims": claims}:
                self.article(article, ("article",))
                for index, item in enumerate(claims if isinstance(claims, list) else ()):
                    self.claim(item, ("claims", index), article=article)
                self.assembly.partial |= claims is BROKEN
            case {"question": item}:
                self.question(item, ("question",))
            case {"ledger": list(items)}:
                for index, item in enumerate(items):
                    self.entry(item, ("ledger", index))
            case {"review": item}:
                self.review(item, data)
            case _:
                self.assembly.partial = True

    def take(self, kind: str, item: Any, trail: Trail) -> bool:
        """
        Take note of an id; False when the item has none or it stands elsewhere already.
        """
        if not isinstance(item, dict) or not isinstance(item["id"], str):
            self.assembly.partial = True
            return False
        key, place = (kind, item["id"]), (self.document.path, self.document.line(trail))
        first = self.assembly.places.setdefault(key, place)
        if first is place:
            return True
        what = "ledger entry" if kind == LEDGER else kind
        advice = (
            "; give its id instead of the whole question"
            if "claims" in trail and kind == QUESTION
            else ""
        )
        self.problem(
            (*trail, "id"),
            f"the {what} {item['id']} stands in {place_of(*first)} already{advice}",
        )
        return False

    def loose(self, item: Any, trail: Trail, **kinds: str) -> None:
        """
        Take note of where a part with a flaw refers to, so that this is looked up all the same.

        Args:
            kinds: The kind of what each of its keys refers to.
        """
        for key, kind in kinds.items():
            if isinstance(item, dict) and isinstance(name := item.get(key), str):
                found = Loose(kind, name, self.document, (*trail, key))
                self.assembly.loose.append(found)

    def problem(self, trail: Trail, message: str) -> None:
        self.assembly.problems.append(problem(self.document, trail, message))

    def source(self, item: Any, trail: Trail) -> None:
        if self.take(SOURCE, item, trail) and sound(item):
            self.assembly.sources.append(Placed(Source(**item), self.document, trail))

    def article(self, item: Any, trail: Trail) -> None:
        taken = self.take(ARTICLE, item, trail)
        published = None
        if taken and sound(item):
            published = self.published(item["published"], (*trail, "published"))
        if published is None:
            self.loose(item, trail, source=SOURCE)
            return
        values = item | {"published": published, "authors": tuple(item.get("authors", ()))}
        if "text" in values:
            values["text"] = Fingerprint(**values["text"])
        self.assembly.articles.append(Placed(Article(**values), self.document, trail))

    def published(self, item: dict[str, Any], trail: Trail) -> Published | None:
        """
        The earliest and the latest day; None after a problem.
        """
        if "date" not in item:
            if item["earliest"] > item["latest"]:
                message = f"{item['earliest']} is after the latest day, {item['latest']}"
                self.problem((*trail, "earliest"), message)
                return None
            return Published(**item | {"precision": Precision.RANGE})
        values = dict(item)
        text = values.pop("date")
        earliest, latest, precision = span_of(text)
        given = values.setdefault("precision", precision)
        if given is not precision:
            message = f"{given} does not fit the date {text}, whose precision is {precision}"
            self.problem((*trail, "precision"), message)
            return None
        return Published(earliest=earliest, latest=latest, **values)

    def claim(self, item: Any, trail: Trail, *, article: Any) -> None:
        taken = self.take(CLAIM, item, trail)
        if not isinstance(item, dict):
            return
        values = dict(item)
        question = values.get("question")
        if isinstance(question, dict):
            self.question(question, (*trail, "question"))
            values["question"] = question["id"]
        if not isinstance(article, dict):
            return
        values["article"] = article["id"]
        values.setdefault("source", article["source"])
        if not taken or not sound(values):
            self.loose(item, trail, source=SOURCE, question=QUESTION, duplicate_of=CLAIM)
            return
        values["where"] = Where(**values["where"]) if values.get("where") else None
        values["horizon"] = Horizon(**values["horizon"]) if "horizon" in values else None
        self.assembly.claims.append(Placed(Claim(**values), self.document, trail))

    def question(self, item: Any, trail: Trail) -> None:
        if not self.take(QUESTION, item, trail) or not sound(item):
            return
        values = item | {"tags": tuple(item.get("tags", ()))}
        if "condition" in values:
            values["condition"] = Condition(**values["condition"])
        self.assembly.questions.append(Placed(Question(**values), self.document, trail))

    def entry(self, item: Any, trail: Trail) -> None:
        taken = self.take(LEDGER, item, trail)
        if taken and sound(item):
            self.assembly.ledger.append(Placed(entry_of(item), self.document, trail))
        elif isinstance(item, dict):
            # Without this entry the later ones of the same question cannot be judged.
            named = (item.get(key) for key in ("resolve", "reopen", "condition"))
            self.assembly.adrift.update(name for name in named if isinstance(name, str))
            self.loose(item, trail, resolve=QUESTION, reopen=QUESTION, condition=QUESTION)

    def review(self, item: Any, data: dict[str, Any]) -> None:
        if self.take(REVIEW, item, ("review",)) and sound(item):
            values = item | {
                "cohort": str(item["cohort"]),
                "attending": tuple(item.get("attending", ())),
                "skipped": tuple(item.get("skipped", ())),
            }
            self.assembly.meetings.append(Placed(Review(**values), self.document, ("review",)))
        for part, (kind, made) in _PARTS.items():
            parts = data.get(part, ())
            self.assembly.partial |= parts is BROKEN
            for index, each in enumerate(parts if isinstance(parts, list) else ()):
                trail = (part, index)
                taken = self.take(kind, each, trail)
                if taken and sound(each) and isinstance(item, dict) and sound(item["id"]):
                    values = {k: tuple(v) if isinstance(v, list) else v for k, v in each.items()}
                    record = made(review=item["id"], **values)
                    self.assembly.meetings.append(Placed(record, self.document, trail))


def entry_of(item: dict[str, Any]) -> LedgerEntry:
    """
    The entry of the ledger that the key at its head announces.
    """
    values = dict(item)
    if "reopen" in values:
        return Reopening(question=values.pop("reopen"), **values)
    values["evidence"] = tuple(Evidence(**each) for each in values.get("evidence", ()))
    if "resolve" in values:
        return Resolution(question=values.pop("resolve"), **values)
    return ConditionState(question=values.pop("condition"), **values)


def span_of(text: str) -> tuple[date, date, Precision]:
    """
    First day, last day and precision of a date in one of its three forms.

    >>> span_of("2024-02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29), <Precision.MONTH: 'month'>)
    """
    year, *rest = map(int, text.split("-"))
    if not rest:
        return date(year, 1, 1), date(year, 12, 31), Precision.YEAR
    if len(rest) == 1:
        last = monthrange(year, rest[0])[1]
        return date(year, rest[0], 1), date(year, rest[0], last), Precision.MONTH
    day = date(year, *rest)
    return day, day, Precision.DAY

"""
The use case of the curator: a text becomes an article's file, a statement in it becomes a claim.

Everything is worked out as a :class:`Plan`, checked beside the other files of the folder, before
anything is written; what the result would break is refused with every problem.  A file that
changed while the curator was thinking is refused too.

Two kinds of file are touched.  An article's file is written anew in the canonical form, so
comments in it are lost and a warning says so.  ``sources.yaml`` belongs to every article: where
it holds comments the new source is added at its end and the rest stays as it is.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from foretrack.core import horizons
from foretrack.core.lexicon import Unscored, normal
from foretrack.core.records import (
    Claim,
    DateBasis,
    Fingerprint,
    Precision,
    Published,
    Question,
    Source,
    SourceKind,
    Unscorable,
)
from foretrack.errors import ForetrackError, InvalidInput, Problem
from foretrack.files import layout
from foretrack.files.assembly import span_of
from foretrack.files.reading import SUFFIXES, gather, parse, read
from foretrack.files.scalars import DayOrPart, Refused, Scalar, day_of
from foretrack.files.shapes import Keys, ListOf, Shape, ValueOrKeys
from foretrack.files.validation import Checked, validate
from foretrack.files.writing import SOURCES, article_text, sources_text, write
from foretrack.report.text import unseen

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from foretrack.core.lexicon import Entry, Library
    from foretrack.core.records import Article
    from foretrack.files.reading import Document

LARGEST: Final = 5_000_000
_LONGEST_ID: Final = 80
_LONGEST_TITLE: Final = 300

_PARTS: Final = {
    "source": layout.SOURCE,
    "article": layout.ARTICLE,
    "claim": layout.CLAIM,
    "question": layout.QUESTION,
}

# Words that often stand in a forecast and that no lexicon lists.
_FUTURE: Final = (
    "would", "should", "shall", "won't", "going to", "about to", "expect", "expects", "expected",
    "anticipate", "anticipated", "foresee", "forecast", "predict", "predicts", "predicted",
    "promises to", "in the future", "future", "prospects", "outlook",
)  # fmt: skip
_MONTH_OF_MAY: Final = re.compile(
    r"\b(?:in|of|since|until|till|by|from|to|last|this|next|late|early|mid|\d{1,2})[ -]May\b"
    r"|\bMay(?=,? \d)"
)
_LITTLE: Final = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "been", "by", "did", "do", "does", "for", "from",
    "has", "have", "if", "in", "into", "is", "it", "its", "not", "of", "on", "or", "s", "that",
    "the", "their", "there", "this", "to", "was", "were", "will", "with", "would",
})  # fmt: skip
_REASONS: Final = {
    Unscored.HEDGE: Unscorable.HEDGE,
    Unscored.NO_DIRECTION: Unscorable.HEDGE,
    Unscored.DOUBLE_NEGATION: Unscorable.HEDGE,
    Unscored.CHANGE: Unscorable.ORDINAL,
    Unscored.ORDINAL: Unscorable.ORDINAL,
}


# --- the text --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """
    The text of an article.

    Attributes:
        paragraphs: Its non-empty lines; the first is number 1.
    """

    fingerprint: Fingerprint
    paragraphs: tuple[str, ...]

    @property
    def title(self) -> str:
        """
        A proposal: the first line, without marks of headings and what cannot be seen.
        """
        seen = (" " if unseen(char) else char for char in self.paragraphs[0])
        return " ".join("".join(seen).split()).lstrip("#*=> ")[:_LONGEST_TITLE].strip()


def read_text(path: Path) -> Text:
    """
    The text in a file.

    Raises:
        InvalidInput: It is missing, empty, binary, not UTF-8, or above 5 MB.
    """
    try:
        if path.exists() and not path.is_file():
            raise _unusable(path, "is a folder or a device, not a text file")
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise _unusable(path, f"cannot be read: {error.strerror}") from error
    if size > LARGEST:
        limit = f"{LARGEST / 1e6:.0f} MB are allowed"
        raise _unusable(path, f"{size / 1e6:.1f} MB are too much for one article; {limit}")
    if b"\0" in content:
        raise _unusable(path, "is a binary file, not text (it holds zero bytes): save it as text")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{content[error.start]:02x}"
        raise _unusable(path, f"is not UTF-8 text ({found}): save it as UTF-8", line) from error
    lines = re.split("\r\n|\n|\r", text)
    paragraphs = tuple(line for line in lines if line.strip())
    if not paragraphs:
        raise _unusable(path, "is empty: there is no text in it")
    words = len(text.split())
    return Text(Fingerprint(sha256=hashlib.sha256(content).hexdigest(), words=words), paragraphs)


def _unusable(path: Path, message: str, line: int = 0) -> InvalidInput:
    return InvalidInput([Problem(str(path), line, "", message)])


def candidates(text: Text, library: Library) -> list[tuple[str, ...]]:
    """
    For each paragraph the estimative phrases and words of the future in it, in their order.

    They show where claims may stand; many are none, and claims without such words exist.
    """
    listed = {key for name in library.names() for key in library.get(name).entries}
    spans = {words for words in horizons.HORIZONS if " " in words}
    wanted = sorted({*listed, *spans, *_FUTURE}, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, wanted))})(?!\w)")
    found = []
    for paragraph in text.paragraphs:
        plain = normal(_MONTH_OF_MAY.sub(" ", paragraph).replace("\u2019", "'"))
        found.append(tuple(dict.fromkeys(pattern.findall(plain))))
    return found


# --- values and proposals --------------------------------------------------------------------


def value(part: str, key: str, text: str) -> Any:
    """
    What the file format makes of a text.

    Args:
        part: source, article, claim or question.
        key: Name of the field, ``field.field`` further down; of a list it is one item.

    Raises:
        InvalidInput: The format does not allow it; says what it allows.

    >>> value("claim", "where.paragraph", "15")
    15
    """
    shape: Shape = _PARTS[part]
    for step in key.split("."):
        if isinstance(shape, Keys):
            shape = shape.by_name[step].shape
    if isinstance(shape, ListOf):
        shape = shape.item
    elif isinstance(shape, ValueOrKeys):
        shape = shape.value
    if not isinstance(shape, Scalar):
        raise TypeError(f"{part}.{key} is no single value")
    try:
        return shape.convert(text)
    except Refused as refusal:
        raise InvalidInput(str(refusal)) from None


def published(text: str) -> Published:
    """
    The day, month, year or range of days that a text names, taken as stated.

    Raises:
        InvalidInput: It names none.

    >>> published("2024-05").latest
    datetime.date(2024, 5, 31)
    >>> published("2024-06-20..2024-10-15").precision.value
    'range'
    """
    try:
        if ".." in text:
            first, last = (day_of(part.strip()) for part in text.split("..", 1))
            if last < first:
                raise InvalidInput(f"{last} is before {first}: write the earliest day first")
            return Published(earliest=first, latest=last, precision=Precision.RANGE)
        first, last, precision = span_of(DayOrPart().convert(text.strip()))
    except Refused as refusal:
        hint = "; a range is written 2024-06-20..2024-10-15"
        raise InvalidInput(f"{refusal}{hint}") from None
    return Published(earliest=first, latest=last, precision=precision, basis=DateBasis.STATED)


def slug(text: str) -> str:
    """
    The text as an id: lower-case letters, digits and hyphens; "" when nothing is left.

    >>> slug("Café de l'Europe, 2nd ed.")
    'cafe-de-l-europe-2nd-ed'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")


def source_id(name: str, kind: str) -> str:
    """
    A proposal: a person's last name, the whole name of anything else; "" when there is none.

    >>> source_id("Anthony V. Rinna", "person")
    'rinna'
    """
    words = name.split()
    text = slug(words[-1] if words and kind == SourceKind.PERSON else name)
    return _trimmed(text) if len(text) > 1 else ""


def article_id(source: str, dated: Published, *, taken: Collection[str]) -> str:
    """
    A proposal: source and year, with a number where that is taken.

    >>> article_id("gruzer", published("2024-05"), taken=["gruzer-2024"])
    'gruzer-2024-2'
    """
    return _free(f"{_trimmed(source, 70)}-{dated.latest.year}", taken)


def claim_id(article: str, says: str, *, taken: Collection[str]) -> str:
    """
    A proposal: the article and a few words of the claim.

    >>> claim_id("gruzer-2024", "A military alliance of Russia and North Korea", taken=[])
    'gruzer-2024-military-alliance-russia'
    """
    return _free(_trimmed(f"{article}-{_few(says, 3)}", 76), taken)


def question_id(statement: str, closes: date, *, taken: Collection[str]) -> str:
    """
    A proposal: a few words of the statement and the year in which the window closes.

    >>> closes = published("2027-05-28").latest
    >>> question_id("Will Russia and the DPRK ally?", closes, taken=[])
    'russia-dprk-ally-by-2027'
    """
    return _free(f"{_trimmed(_few(statement, 5), 66)}-by-{closes.year}".strip("-"), taken)


def _few(text: str, number: int) -> str:
    words = [word for word in slug(text).split("-") if word and word not in _LITTLE]
    return "-".join(words[:number])


def _trimmed(text: str, longest: int = _LONGEST_ID) -> str:
    return text[:longest].strip("-")


def _free(name: str, taken: Collection[str]) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found


# --- reading a phrase ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """
    What the lexicons make of a phrase.

    Attributes:
        phrase: As a lexicon spells it; as given where none knows it.
        lexicon: The lexicon that the source is read by.
        entry: The phrase there, or None.
        scored: The lexicons that give it a probability.
        known: Whether any lexicon lists it.
        nearest: Known phrases like it, where none lists it.
        unscorable: The reason to propose when no lexicon scores it by design, as a hedge.
    """

    phrase: str
    lexicon: str
    entry: Entry | None
    scored: tuple[str, ...] = ()
    known: bool = True
    nearest: tuple[str, ...] = ()
    unscorable: Unscorable | None = None


def interpret(phrase: str, library: Library, *, lexicon: str) -> Interpretation:
    """
    What the lexicons make of a phrase, the source's own or the default one first.

    Raises:
        InvalidInput: There is no lexicon of that name.
    """
    names = (lexicon, *(name for name in library.names() if name != lexicon))
    found = [entry for name in names if (entry := library.get(name).look_up(phrase))]
    if not found:
        nearest = tuple(library.nearest(phrase))
        return Interpretation(
            phrase=phrase, lexicon=lexicon, entry=None, known=False, nearest=nearest
        )
    first = found[0]
    return Interpretation(
        phrase=first.phrase,
        lexicon=lexicon,
        entry=library.get(lexicon).look_up(phrase),
        scored=tuple(library.where_scored(phrase)),
        unscorable=_REASONS[first.reason or Unscored.HEDGE] if not first.scorable else None,
    )


# --- the folder of records -------------------------------------------------------------------


@dataclass(frozen=True)
class Folder:
    """
    A folder of records as its files hold it.

    Attributes:
        path: The folder as the user named it.
    """

    path: Path
    documents: tuple[Document, ...]
    checked: Checked

    @cached_property
    def sources(self) -> dict[str, Source]:
        """
        The sources by id.
        """
        return {source.id: source for source in self.checked.sources}

    @cached_property
    def articles(self) -> dict[str, Article]:
        """
        The articles by id.
        """
        return {article.id: article for article in self.checked.articles}

    @cached_property
    def questions(self) -> dict[str, Question]:
        """
        The questions by id.
        """
        return {question.id: question for question in self.checked.questions}

    def taken(self, kind: str) -> set[str]:
        """
        The ids of one kind that stand somewhere in the folder, in broken parts too.
        """
        return {name for one, name in self.checked.places if one == kind}

    def find(self, kind: str, prefix: str) -> str:
        """
        The id that is meant by its beginning.

        Args:
            kind: article or question.

        Raises:
            InvalidInput: None or several begin so.
        """
        known = sorted(self.articles if kind == "article" else self.questions)
        fits = [prefix] if prefix in known else [name for name in known if name.startswith(prefix)]
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise InvalidInput(f"{prefix!r} is the beginning of several: {', '.join(fits[:20])}")
        there = f"; there are {', '.join(known[:20])}" if known else ""
        raise InvalidInput(f"{self.path} holds no {kind} that begins with {prefix!r}{there}")


def open_folder(path: Path, *, library: Library, new: bool = False) -> Folder:
    """
    The folder of records at a path.

    Args:
        path: A folder.
        library: The lexicons at hand.
        new: Whether it may be missing, or hold no file yet.

    Raises:
        InvalidInput: There is no such folder, or nothing in it where that is not allowed.
    """
    if path.exists() and not path.is_dir():
        raise _unusable(path, "is a file; name the folder of records, such as forecasts")
    empty = not path.is_dir() or not any(
        file.suffix in SUFFIXES and not file.name.startswith(".") for file in path.rglob("*")
    )
    documents = () if new and empty else tuple(read(file) for file in gather([path]))
    return Folder(path, documents, validate(documents, phrases=library))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    What would be written.

    Attributes:
        files: Relative path and new text.
        before: Relative path and present bytes; None where there is no file.
        shown: The new part of the record as it will stand in its file.
        warnings: What does not forbid it.
    """

    folder: Path
    files: dict[str, str]
    before: dict[str, bytes | None]
    shown: str
    warnings: tuple[Problem, ...]


def plan_article(
    folder: Folder, article: Article, *, source: Source | None, library: Library
) -> Plan:
    """
    The file of a new article without claims, and its source where that is new.

    Args:
        folder: Where it belongs.
        article: The article.
        source: The article's source, when the folder does not hold it yet.
        library: The lexicons at hand.

    Raises:
        InvalidInput: The id or the file is taken, or something does not fit; nothing is written.
    """
    name = f"articles/{article.id}.yaml"
    place = folder.checked.places.get(("article", article.id))
    if place is not None:
        there = f"{place[0]}:{place[1]}"
        raise InvalidInput(f"the article {article.id} stands in {there} already; choose another id")
    if (folder.path / name).exists():
        raise _unusable(folder.path / name, "exists already and is left alone; choose another id")
    text = article_text(article, (), {})
    files = {name: text}
    if source is not None:
        files = {SOURCES: _with_source(folder, source, library=library), **files}
    more = [
        Problem(str(folder.path / name), 0, "", f"{other.id} has the very same text", warning=True)
        for other in folder.articles.values()
        if other.text is not None and other.text == article.text
    ]
    return _plan(folder, files, library=library, shown=text, more=more)


def plan_claim(
    folder: Folder, claim: Claim, *, question: Question | None, library: Library
) -> Plan:
    """
    The file of an article with one more claim at its end.

    Args:
        folder: Where the article stands.
        claim: The claim.
        question: The question that it opens, if it opens one.
        library: The lexicons at hand.

    Raises:
        InvalidInput: The file has problems, or would have; nothing is written.
    """
    target = folder.checked.places["article", claim.article][0]
    _refuse_broken(folder, target)
    checked, article = folder.checked, folder.articles[claim.article]
    claims = [one for one in checked.claims if one.article == article.id]
    here = {
        one.id: one for one in checked.questions if checked.places["question", one.id][0] == target
    }
    opened = {question.id: question} if question else {}
    name = Path(target).relative_to(folder.path).as_posix()
    text = article_text(article, [*claims, claim], here | opened)
    shown = article_text(article, [claim], opened).partition("\nclaims:\n")[2]
    more = []
    if has_comments(Path(target).read_text(encoding="utf-8-sig")):
        message = "holds comments, which are not carried over: make them a `note:`"
        more.append(Problem(target, 0, "", message, warning=True))
    return _plan(folder, {name: text}, library=library, shown=shown, more=more)


def carry_out(plan: Plan) -> None:
    """
    Write the files of a plan, each of them whole or not at all.

    Raises:
        ForetrackError: A file changed since the plan was made, or cannot be written.
    """
    for name, before in plan.before.items():
        if _content(plan.folder / name) != before:
            path = plan.folder / name
            raise ForetrackError(f"{path} was changed meanwhile; nothing was written, run it again")
    write(plan.folder, plan.files)


def _plan(
    folder: Folder, files: dict[str, str], *, library: Library, shown: str, more: list[Problem]
) -> Plan:
    """
    The plan, refused when its files would break something.
    """
    documents = {document.path: document for document in folder.documents}
    before = {}
    for name, text in files.items():
        path = folder.path / name
        before[name] = _content(path)
        documents[str(path)] = parse(text, path=str(path))
    after = validate(list(documents.values()), phrases=library)
    touched = {str(folder.path / name) for name in files}
    old = set(map(_gist, folder.checked.problems))
    # What was wrong elsewhere before is no reason to refuse.
    new = [each for each in after.problems if each.path in touched or _gist(each) not in old]
    if errors := [each for each in new if not each.warning]:
        raise InvalidInput(errors)
    for was, now in (
        (folder.checked.sources, after.sources),
        (folder.checked.articles, after.articles),
        (folder.checked.questions, after.questions),
        (folder.checked.claims, after.claims),
    ):
        if not set(was) <= set(now):
            raise ForetrackError("other records would change; nothing was written: a fault of ours")
    warnings = [each for each in new if _gist(each) not in old]
    return Plan(
        folder=folder.path,
        files=files,
        before=before,
        shown=shown,
        warnings=(*more, *warnings),
    )


def _gist(problem: Problem) -> tuple[str, str, str]:
    """
    A problem without its line, which moves when something is added.
    """
    return problem.path, problem.where, problem.message


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.exists() else None
    except OSError as error:
        raise _unusable(path, f"cannot be read: {error.strerror}") from error


def _refuse_broken(folder: Folder, path: str) -> None:
    """
    Refuse to write a file anew that was not read whole.
    """
    if errors := [problem for problem in folder.checked.errors if problem.path == path]:
        raise InvalidInput(errors)


def _with_source(folder: Folder, source: Source, *, library: Library) -> str:
    """
    The text of ``sources.yaml`` with one more source.
    """
    path = folder.path / SOURCES
    content = _content(path)
    if content is None:
        return sources_text([source])
    _refuse_broken(folder, str(path))
    held = [
        one for one in folder.sources.values()
        if folder.checked.places["source", one.id][0] == str(path)
    ]  # fmt: skip
    text = content.decode("utf-8-sig")
    if not has_comments(text):
        return sources_text(sorted([*held, source], key=lambda one: one.id))
    longer = _appended(text, sources_text([source]))
    again = validate([parse(longer, path=str(path))], phrases=library)
    if again.sources != (*held, source):
        item = sources_text([source]).partition("\n")[2]
        message = f"holds comments, and its form leaves no room at its end; put this in:\n{item}"
        raise _unusable(path, message)
    return longer


def _appended(text: str, addition: str) -> str:
    """
    The text with the addition's list item at its end, indented as its own items are.
    """
    first = re.search(r"^( *)- ", text, re.MULTILINE)
    indent = first[1] if first else "  "
    lines = addition.splitlines()[1:]
    item = "".join(f"{indent}{line.removeprefix('  ')}\n" for line in lines)
    return f"{text}{'' if text.endswith(chr(10)) else chr(10)}{item}"


def has_comments(text: str) -> bool:
    """
    Whether a YAML text holds comments.

    >>> has_comments("note: 'issue #2'"), has_comments("note: x  # why")
    (False, True)
    """
    text = text.removeprefix("\ufeff")
    if "#" not in text:
        return False
    end = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        start = token.start_mark.index
        if "#" in text[end:start] or (_is_block(token) and "#" in text[start:].split("\n", 1)[0]):
            return True
        end = token.end_mark.index
    return "#" in text[end:]


def _is_block(token: Any) -> bool:
    return getattr(token, "style", None) in ("|", ">")

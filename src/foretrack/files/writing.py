"""
Records as files: the canonical text, the canonical place, and the way onto the disk.

Writing what was read gives the same text, and reading what was written gives the same records.
Values that follow from others (a default, the precision of a date, the article's own source) are
left out.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from foretrack.core.records import (
    Article,
    Claim,
    Postponement,
    Published,
    Question,
    Remark,
    Reopening,
    Resolution,
    Review,
    Source,
    Task,
    plain,
)
from foretrack.core.vocabulary import DateBasis, Polarity, Precision, Reading
from foretrack.errors import ForetrackError, place_of
from foretrack.files.comments import parted
from foretrack.files.emitting import Inline, emit
from foretrack.files.reading import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from foretrack.core.records import LedgerEntry, MeetingRecord
    from foretrack.files.emitting import Data

SOURCES = "sources.yaml"
FOLDERS = ("articles", "questions", "resolutions", "reviews")


def sources_text(sources: Sequence[Source]) -> str:
    """
    The file of the sources.
    """
    return emit({"sources": [_data(source) for source in sources]})


def article_text(
    article: Article, claims: Sequence[Claim], questions: Mapping[str, Question]
) -> str:
    """
    The file of an article.

    Args:
        article: The article.
        claims: Its claims, in the order to write.
        questions: The questions that stand here, each at its first claim, by id.
    """
    values = _data(article)
    values["published"] = _published(article.published)
    written: set[str] = set()
    items: list[Data] = []
    for claim in claims:
        item = _claim(claim, article)
        question = questions.get(claim.question) if claim.question is not None else None
        if question is not None and question.id not in written:
            written.add(question.id)
            item["question"] = _data(question)
        items.append(item)
    return emit({"article": values, "claims": items})


def question_text(question: Question) -> str:
    """
    The file of a question.
    """
    return emit({"question": _data(question)})


def ledger_text(entries: Sequence[LedgerEntry]) -> str:
    """
    The file of one question's ledger.
    """
    return emit({"ledger": [_entry(entry) for entry in entries]})


def review_text(review: Review, parts: Sequence[Postponement | Remark | Task]) -> str:
    """
    The file of a review with its parts, in the order of their numbers.
    """
    content: dict[str, Data] = {"review": _data(review)}
    kinds = (("postponements", Postponement), ("remarks", Remark), ("tasks", Task))
    for name, kind in kinds:
        found = sorted((one for one in parts if isinstance(one, kind)), key=_by_number)
        if found:
            content[name] = [_part(one) for one in found]
    return emit(content)


def _by_number(part: Postponement | Remark | Task) -> tuple[int, str]:
    number = part.id.rpartition("-")[2]
    return (int(number) if number.isdecimal() else 0, part.id)


def _part(part: Postponement | Remark | Task) -> dict[str, Data]:
    values = _data(part)
    del values["review"]  # the file's
    return values


def layout(
    *,
    sources: Iterable[Source] = (),
    articles: Iterable[Article] = (),
    claims: Iterable[Claim] = (),
    questions: Iterable[Question] = (),
    ledger: Iterable[LedgerEntry] = (),
    meetings: Iterable[MeetingRecord] = (),
) -> dict[str, str]:
    """
    Every file of a record directory: relative path and text.

    A question that claims of exactly one article refer to stands there, any other in a file of
    its own.  Claims and entries of the ledger keep the order given; the rest is sorted by id.
    """
    articles = list(articles)
    ids = {article.id for article in articles}
    by_article: dict[str, list[Claim]] = {}
    users: dict[str, set[str]] = {}
    for claim in claims:
        by_article.setdefault(claim.article, []).append(claim)
        if claim.question is not None:
            users.setdefault(claim.question, set()).add(claim.article)
    homes: dict[str, dict[str, Question]] = {}
    own: list[Question] = []
    for question in questions:
        home, *others = users.get(question.id, {""})
        if home in ids and not others:
            homes.setdefault(home, {})[question.id] = question
        else:
            own.append(question)
    by_question: dict[str, list[LedgerEntry]] = {}
    for entry in ledger:
        by_question.setdefault(entry.question, []).append(entry)
    files: dict[str, str] = {}
    if everybody := sorted(sources, key=lambda source: source.id):
        files[SOURCES] = sources_text(everybody)
    for article in articles:
        text = article_text(article, by_article.get(article.id, ()), homes.get(article.id, {}))
        files[f"articles/{article.id}.yaml"] = text
    files |= {f"questions/{question.id}.yaml": question_text(question) for question in own}
    files |= {f"resolutions/{name}.yaml": ledger_text(rows) for name, rows in by_question.items()}
    files |= _reviews(list(meetings))
    return dict(sorted(files.items()))


def _reviews(meetings: Sequence[MeetingRecord]) -> dict[str, str]:
    parts: dict[str, list[Postponement | Remark | Task]] = {}
    for one in meetings:
        if not isinstance(one, Review):
            parts.setdefault(one.review, []).append(one)
    return {
        f"reviews/{one.id}.yaml": review_text(one, parts.get(one.id, ()))
        for one in meetings
        if isinstance(one, Review)
    }


@dataclass(frozen=True, slots=True)
class Report:
    """
    What writing did, as relative paths.

    Attributes:
        unchanged: Files that held the same bytes and were not touched.
        stale: YAML files in the canonical places that this writing does not produce; they are
            left where they are.
    """

    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()


def beneath(directory: str | os.PathLike[str], files: Mapping[str, str]) -> dict[str, str]:
    """
    The files with the comments that stand above the first line of those that are there.
    """
    return {name: f"{_above(Path(directory) / name)}{text}" for name, text in files.items()}


def _above(path: Path) -> str:
    try:
        return parted(path.read_text(encoding="utf-8"))[0]
    except (OSError, UnicodeDecodeError):
        return ""


def differing(
    directory: str | os.PathLike[str], files: Mapping[str, str], *, stale: bool
) -> list[Path]:
    """
    The files that are there and would not stay as they are.

    Args:
        stale: With those that ``write`` leaves alone and ``remove`` may delete.
    """
    top = Path(directory)
    found = [top / name for name, text in files.items() if _differs(top / name, text)]
    return [*found, *(top / name for name in spare(top, files))] if stale else found


def _differs(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() != text.encode()
    except OSError:  # where it is not even there, writing it will say what is wrong
        return os.path.lexists(path)


def write(directory: str | os.PathLike[str], files: Mapping[str, str]) -> Report:
    """
    Put the files into a directory, each of them whole or not at all.

    Raises:
        ForetrackError: A file or folder cannot be written; the message names it and says why.
    """
    top = Path(directory)
    written: list[str] = []
    unchanged: list[str] = []
    for name, text in files.items():
        path, content = top / name, text.encode()
        try:
            if path.is_file() and path.read_bytes() == content:
                unchanged.append(name)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, content)
        except OSError as error:
            raise ForetrackError(
                f"{place_of(path)}: cannot be written: {error.strerror}"
            ) from error
        written.append(name)
    return Report(tuple(written), tuple(unchanged), spare(top, files))


def remove(directory: str | os.PathLike[str], names: Sequence[str]) -> None:
    """
    Delete files, such as the stale ones of a report.

    Raises:
        ForetrackError: One cannot be deleted; the message names it and says why.
    """
    for name in names:
        path = Path(directory) / name
        try:
            path.unlink()
        except OSError as error:
            raise ForetrackError(
                f"{place_of(path)}: cannot be deleted: {error.strerror}"
            ) from error


def _replace(path: Path, content: bytes) -> None:
    # Renaming is atomic: whoever reads sees the old file or the new one, never half of it.
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def spare(top: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """
    The YAML files in the canonical places that are none of these files.
    """
    found = [SOURCES] if os.path.isfile(top / SOURCES) else []  # noqa: PTH113 - never raises
    for folder in FOLDERS:
        # What cannot be listed cannot have been written to either, and that is said already.
        with suppress(OSError):
            names = (path.name for path in (top / folder).iterdir() if path.suffix in SUFFIXES)
            found += [f"{folder}/{name}" for name in names if not name.startswith(".")]
    return tuple(sorted(name for name in found if name not in files))


def _data(record: Any) -> dict[str, Data]:
    return {name: _text(value) for name, value in plain(record).items() if value != {}}


def _text(value: Any) -> Data:
    match value:
        case dict():
            return {name: _text(item) for name, item in value.items()}
        case list():
            return [_text(item) for item in value]
        case float():
            return f"{value:.12f}".rstrip("0").rstrip(".")
    return str(value)


def _published(published: Published) -> dict[str, Data]:
    precision, latest = published.precision, published.latest
    values: dict[str, Data]
    if precision is Precision.RANGE:
        values = {"earliest": published.earliest.isoformat(), "latest": latest.isoformat()}
    else:
        length = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[precision]
        values = {"date": latest.isoformat()[:length]}
    if published.basis is not DateBasis.STATED:
        values["basis"] = published.basis.value
    return values


def _claim(claim: Claim, article: Article) -> dict[str, Data]:
    values = _data(claim)
    del values["article"]
    if claim.source == article.source:
        del values["source"]
    if claim.reading is Reading.EXPLICIT:
        del values["reading"]
    if claim.polarity is Polarity.SAME:
        del values["polarity"]
    for name in ("where", "horizon"):
        if isinstance(item := values.get(name), dict):
            values[name] = Inline(item)
    return values


def _entry(entry: LedgerEntry) -> dict[str, Data]:
    values = _data(entry)
    if isinstance(entry, Reopening):
        head = "reopen"
    else:
        head = "resolve" if isinstance(entry, Resolution) else "condition"
    return {head: values.pop("question"), **values}

"""
The use case of the curator: a text becomes an article's file, a statement in it becomes a claim.

Everything is worked out as a :class:`Plan`, checked beside the other files of the folder, before
anything is written; what the result would break is refused with every problem.  A file that
changed while the curator was thinking is refused too.

Two kinds of file are touched.  An article's file is written anew in the canonical form: comments
above its first line stay, and with comments below it nothing is written.  ``sources.yaml`` belongs
to every article: where it holds comments the new source is added at its end and the rest stays as
it is.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from foretrack.core.records import Fingerprint
from foretrack.errors import ForetrackError, InvalidInput, Problem
from foretrack.files.comments import appended, has_comments, parted
from foretrack.files.reading import parse
from foretrack.files.validation import validate
from foretrack.files.writing import SOURCES, article_text, sources_text, write
from foretrack.report.text import unseen

if TYPE_CHECKING:
    from foretrack.core.library import Library
    from foretrack.core.records import Article, Claim, Question, Source
    from foretrack.files.folder import Folder

LARGEST: Final = 5_000_000
_LONGEST_TITLE: Final = 300
_TEXTS: Final = (".txt", ".text", ".md")
_MOST_TEXTS: Final = 200


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


def text_of(article: Article, given: Path | None, *, near: Path) -> Text | None:
    """
    The text that an article was made from, where it is at hand: its paragraphs can be looked up.

    Args:
        article: The article, with the checksum of its text.
        given: The file that is said to hold it; None to look for it.
        near: A folder whose text files are looked through by their checksum.

    Raises:
        InvalidInput: The file that was given cannot be read, or holds another text.
    """
    if given is not None:
        text = read_text(given)
        if article.text is not None and article.text.sha256 != text.fingerprint.sha256:
            wanted, found = article.text.sha256, text.fingerprint.sha256
            message = f"is not the text of {article.id}: its checksum is {found}, not {wanted}"
            raise _unusable(given, message)
        return text
    if article.text is None:
        return None
    with suppress(OSError):
        files = sorted(path for path in near.iterdir() if path.suffix in _TEXTS)
        for path in files[:_MOST_TEXTS]:
            with suppress(InvalidInput):
                text = read_text(path)
                if text.fingerprint == article.text:
                    return text
    return None


def _unusable(path: Path, message: str, line: int = 0) -> InvalidInput:
    return InvalidInput([Problem(str(path), line, "", message)])


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
    folder: Folder,
    article: Article,
    *,
    source: Source | None,
    library: Library,
    same_text: bool = False,
) -> Plan:
    """
    The file of a new article without claims, and its source where that is new.

    Args:
        folder: Where it belongs.
        article: The article.
        source: The article's source, when the folder does not hold it yet.
        library: The lexicons at hand.
        same_text: Whether the folder may hold an article with this text already.

    Raises:
        InvalidInput: The id or the file is taken, the text is there, or something does not fit;
            nothing is written.
    """
    name = f"articles/{article.id}.yaml"
    folder.refuse_taken("article", article.id, field="id")
    if article.text is not None and not same_text:
        folder.refuse_same_text(article.text)
    if _content(folder.path / name) is not None:
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
    own = (str(folder.path / name), "article")
    return _plan(folder, files, library=library, shown=text, more=more, own=own)


def plan_claim(
    folder: Folder,
    claim: Claim,
    *,
    question: Question | None,
    source: Source | None = None,
    library: Library,
) -> Plan:
    """
    The file of an article with one more claim at its end.

    Args:
        folder: Where the article stands.
        claim: The claim.
        question: The question that it opens, if it opens one.
        source: The claim's own source, when the folder does not hold it yet.
        library: The lexicons at hand.

    Raises:
        InvalidInput: The file has problems, or would have, or comments that would be lost, or
            something would count twice; nothing is written.  What is wrong with the claim itself
            is said of no file.
    """
    folder.refuse_taken("claim", claim.id, field="id")
    folder.refuse_same_claim(claim, question)
    if question is not None:
        folder.refuse_taken("question", question.id, field="question.id")
        folder.refuse_same_question(question)
    target = folder.checked.places["article", claim.article][0]
    _refuse_broken(folder, target)
    above = comments_above(target)
    checked, article = folder.checked, folder.articles[claim.article]
    claims = [one for one in checked.claims if one.article == article.id]
    here = {
        one.id: one for one in checked.questions if checked.places["question", one.id][0] == target
    }
    opened = {question.id: question} if question else {}
    name = Path(target).relative_to(folder.path).as_posix()
    text = article_text(article, [*claims, claim], here | opened)
    shown = article_text(article, [claim], opened).partition("\nclaims:\n")[2]
    files = {name: f"{above}{text}"}
    if source is not None:
        files = {SOURCES: _with_source(folder, source, library=library), **files}
    own = (target, f"claims[{len(claims)}]")
    return _plan(folder, files, library=library, shown=shown, more=[], own=own)


def comments_above(path: str) -> str:
    """
    The comments above the first line of an article's file, which stay when it is written anew.

    Raises:
        InvalidInput: There are comments below it, which would be lost.
    """
    above, rest = parted(Path(path).read_text(encoding="utf-8-sig"))
    if has_comments(rest):
        message = (
            "comments below the first line would be lost; make them a `note:`, or put them above"
            " the first line, and run it again"
        )
        raise _unusable(Path(path), message)
    return above


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
    folder: Folder,
    files: dict[str, str],
    *,
    library: Library,
    shown: str,
    more: list[Problem],
    own: tuple[str, str],
) -> Plan:
    """
    The plan, refused when its files would break something.

    Args:
        own: File and place of what is new: its lines do not exist yet, so problems name none.
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
        raise InvalidInput([_told(each, *own) for each in errors])
    for was, now in (
        (folder.checked.sources, after.sources),
        (folder.checked.articles, after.articles),
        (folder.checked.questions, after.questions),
        (folder.checked.claims, after.claims),
    ):
        if not set(was) <= set(now):
            raise ForetrackError("other records would change; nothing was written: a fault of ours")
    warnings = [_told(each, *own) for each in new if _gist(each) not in old]
    return Plan(
        folder=folder.path,
        files=files,
        before=before,
        shown=shown,
        warnings=(*more, *warnings),
    )


def _told(problem: Problem, path: str, place: str) -> Problem:
    """
    A problem; without a file, and by its field alone, where it is one of what is new.
    """
    head, found, rest = problem.where.partition(place)
    if problem.path != path or not found or head or rest[:1] not in ("", "."):
        return problem
    return replace(problem, path="", line=0, where=rest[1:])


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
    longer = appended(text, sources_text([source]))
    again = validate([parse(longer, path=str(path))], phrases=library)
    if again.sources != (*held, source):
        item = sources_text([source]).partition("\n")[2]
        message = f"holds comments, and its form leaves no room at its end; put this in:\n{item}"
        raise _unusable(path, message)
    return longer

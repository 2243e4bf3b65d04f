"""
The conversation of ``foretrack add article``: what is not given is asked for on a terminal.

Elsewhere what is required must be given, and what has a sensible default takes it.  What is
optional is asked for only where something required was missing: who gives everything is asked
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from foretrack.cli.fields import Dated, Field, Fitting
from foretrack.cli.pointing import pointed, warn_of_withdrawn
from foretrack.cli.source_answers import new_source
from foretrack.cli.talking import Talk
from foretrack.core.naming import article_id, source_id
from foretrack.core.records import Article, Published, Source
from foretrack.core.vocabulary import DateBasis, Precision, SourceKind

if TYPE_CHECKING:
    from foretrack.cli.app import App
    from foretrack.curate import Plan, Text
    from foretrack.files.folder import Folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """
    What the command line gave about an article.
    """

    id: str | None = None
    title: str | None = None
    source: str | None = None
    source_name: str | None = None
    source_kind: str | None = None
    outlet: str | None = None
    author: tuple[str, ...] = ()
    published: Published | None = None
    inferred: bool = False
    address: str | None = None
    note: str | None = None


def planned(
    app: App, text: Text, folder: Folder, given: Given, *, same_text: bool
) -> tuple[Plan, Article, Source | None]:
    """
    What would be written, the article that the answers make, and its source where that is new.

    Args:
        app: The run.
        text: The article's text.
        folder: The files.
        given: What the command line gave.
        same_text: Whether the files may hold this text already.
    """
    from foretrack import curate

    talk = Talk(app, eager=app.asks and (given.source is None or given.published is None))

    def made() -> tuple[Plan, Article, Source | None]:
        one, source = article(talk, text, folder, given)
        with pointed(talk):
            plan = curate.plan_article(
                folder, one, source=source, library=app.library, same_text=same_text
            )
        return plan, one, source

    return talk.through(made)


def article(talk: Talk, text: Text, folder: Folder, given: Given) -> tuple[Article, Source | None]:
    """
    The article that the answers make, and its source where the folder does not hold it.
    """
    title = talk.needed(
        given.title, "--title", "Title", Field("article", "title"), default=text.title or None
    )
    authors = talk.several(given.author, "Authors", Field("article", "authors"))
    outlet = talk.wanted(given.outlet, "Outlet", Field("article", "outlet"))
    name, new = _source(talk, folder, given, authors)
    published = _published(talk, given)
    address = talk.wanted(given.address, "Address", Field("article", "address"))
    proposed = article_id(name, published.latest.year, taken=folder.used("article"))
    drafted = Article(
        id=talk.needed(
            given.id,
            "--id",
            "Id",
            Fitting(Field("article", "id"), partial(folder.free, "article")),
            default=proposed,
        ),
        title=title,
        source=name,
        outlet=outlet,
        authors=authors,
        published=published,
        address=address,
        text=text.fingerprint,
        note=given.note,
    )
    warn_of_withdrawn(talk, folder, "article", drafted.id)
    return drafted, new


def _source(
    talk: Talk, folder: Folder, given: Given, authors: tuple[str, ...]
) -> tuple[str, Source | None]:
    """
    Id of the source, and the source itself where it is new.
    """
    name, known = given.source, folder.sources
    if name is None:
        if talk.app.asks and known:
            talk.say(f"the files hold the sources {', '.join(known)}")
        proposed = given.source_name or (authors[0] if authors else "")
        kind, gone = given.source_kind or SourceKind.PERSON, folder.withdrawn("source")
        default = source_id(proposed, kind, taken=gone) or None
        prompt = "Source: who is scored? (an id; a new one adds a source)"
        name = str(talk.required("--source", prompt, Field("article", "source"), default=default))
    new = new_source(
        talk, folder, name, full=given.source_name, kind=given.source_kind,
        proposed=authors[0] if authors else None,
    )  # fmt: skip
    return name, new


def _published(talk: Talk, given: Given) -> Published:
    """
    When the article appeared, and whether it says so itself.
    """
    found, inferred = given.published, given.inferred
    if found is None:
        prompt = "Published (2024-05-28, 2024-05, 2024, or 2024-06-20..2024-10-15)"
        found = talk.required("--published", prompt, Dated())
        if not inferred:
            stated = found.precision is not Precision.RANGE
            inferred = not talk.confirm("Does the article itself state it?", default=stated)
    if found.earliest > talk.app.today:
        talk.warn(f"{found.earliest} is in the future")
    return replace(found, basis=DateBasis.INFERRED) if inferred else found

"""
The conversation of ``foretrack add``: what is not given is asked for on a terminal.

Elsewhere what is required must be given, and what has a sensible default takes it.  What is
optional is asked for only where something required was missing: who gives everything is asked
nothing.
"""

from __future__ import annotations

import shlex
import shutil
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from foretrack.cli.fields import (
    Dated,
    Estimate,
    Field,
    Prefix,
    one_of,
    optional,
    required,
    several,
)
from foretrack.core import horizons
from foretrack.core.records import (
    Article,
    Claim,
    DateBasis,
    Horizon,
    HorizonBasis,
    Polarity,
    Precision,
    Published,
    Question,
    Reading,
    Source,
    SourceKind,
    Unscorable,
    Where,
)
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from enum import StrEnum

    from foretrack.cli.app import App
    from foretrack.curate import Folder, Interpretation, Plan, Text
    from foretrack.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class OfArticle:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OfClaim:
    """
    What the command line gave about a claim and its question.
    """

    id: str | None = None
    says: str | None = None
    paragraph: int | None = None
    section: str | None = None
    phrase: str | None = None
    probability: float | None = None
    reading: str | None = None
    polarity: str | None = None
    horizon: str | None = None
    horizon_basis: str | None = None
    question: str | None = None
    statement: str | None = None
    criteria: str | None = None
    resolution_source: str | None = None
    opens: date | None = None
    closes: date | None = None
    question_id: str | None = None
    cluster: str | None = None
    tag: tuple[str, ...] = ()
    unscorable: str | None = None
    attributed_to: str | None = None
    duplicate_of: str | None = None
    joint: str | None = None
    note: str | None = None

    @property
    def opening(self) -> list[str]:
        """
        The options given that belong to a new question.
        """
        names = ("statement", "criteria", "resolution_source", "opens", "closes", "question_id",
                 "cluster", "tag")  # fmt: skip
        return [f"--{name.replace('_', '-')}" for name in names if getattr(self, name)]


# --- an article ------------------------------------------------------------------------------


def article(
    app: App, text: Text, folder: Folder, given: OfArticle
) -> tuple[Article, Source | None]:
    """
    The article that the answers make, and its source where the folder does not hold it.
    """
    from foretrack import curate

    talk = app.asks and (given.source is None or given.published is None)
    title = given.title or text.title
    if given.title is None and (talk or not title):
        title = required(app, "--title", "Title", kind=Field("article", "title"),
                          default=title or None)  # fmt: skip
    authors, outlet, address = tuple(dict.fromkeys(given.author)), given.outlet, given.address
    if talk:
        authors = authors or several("Authors", Field("article", "authors"))
        outlet = outlet or optional("Outlet", Field("article", "outlet"))
    name, new = _source(app, folder, given, authors)
    published = _published(app, given)
    if talk:
        address = address or optional("Address", Field("article", "address"))
    taken = folder.taken("article")
    proposed = curate.article_id(name, published, taken=taken)
    identity = given.id
    if identity is None:
        kind = Field("article", "id")
        identity = click.prompt("Id", type=kind, default=proposed) if talk else proposed
    drafted = Article(
        id=identity,
        title=title,
        source=name,
        outlet=outlet,
        authors=authors,
        published=published,
        address=address,
        text=text.fingerprint,
        note=given.note,
    )
    return drafted, new


def _source(
    app: App, folder: Folder, given: OfArticle, authors: tuple[str, ...]
) -> tuple[str, Source | None]:
    """
    Id of the source, and the source itself where it is new.
    """
    from foretrack import curate

    name, known = given.source, folder.sources
    if name is None:
        if app.asks and known:
            app.say(f"the files hold the sources {', '.join(known)}")
        proposed = given.source_name or (authors[0] if authors else "")
        default = curate.source_id(proposed, given.source_kind or SourceKind.PERSON) or None
        prompt = "Source: who is scored? (an id; a new one adds a source)"
        name = str(
            required(app, "--source", prompt, kind=Field("article", "source"), default=default)
        )
    if name in folder.taken("source"):
        held = known.get(name)
        if given.source_name and held and held.name != given.source_name:
            raise click.UsageError(
                f"The source {name} is there already, with another name than --source-name gives; "
                "leave that out, or choose another --source."
            )
        return name, None
    full = given.source_name
    if full is None:
        near = get_close_matches(name, list(known), n=3)
        hint = f"; the nearest are {', '.join(near)}" if near else ""
        if not app.asks:
            raise click.UsageError(
                f"Missing --source-name: {folder.path} holds no source {name} yet{hint}."
            )
        app.say(f"{name} is new{hint}")
        full = click.prompt("Name of the source", type=Field("source", "name"),
                            default=authors[0] if authors else None)  # fmt: skip
    kind = given.source_kind
    if kind is None:
        kind = SourceKind.PERSON.value
        if app.asks and given.source_name is None:
            kind = one_of("What is it?", list(SourceKind), default=kind)
    return name, Source(id=name, name=full, kind=SourceKind(kind))


def _published(app: App, given: OfArticle) -> Published:
    """
    When the article appeared, and whether it says so itself.
    """
    found, inferred = given.published, given.inferred
    if found is None:
        prompt = "Published (2024-05-28, 2024-05, 2024, or 2024-06-20..2024-10-15)"
        found = required(app, "--published", prompt, kind=Dated())
        if not inferred:
            stated = found.precision is not Precision.RANGE
            inferred = not click.confirm("Does the article itself state it?", default=stated)
    if found.earliest > app.today:
        _warn(f"{found.earliest} is in the future")
    return replace(found, basis=DateBasis.INFERRED) if inferred else found


def show_paragraphs(app: App, text: Text) -> None:
    """
    Print the numbered paragraphs, each in one line, with the words that may make a claim.
    """
    from foretrack import curate
    from foretrack.report.text import inert

    columns = shutil.get_terminal_size((100, 24)).columns
    digits = len(str(len(text.paragraphs)))
    found = curate.candidates(text, app.library)
    for number, (paragraph, phrases) in enumerate(zip(text.paragraphs, found, strict=True), 1):
        head = f"{number:>{digits}} {'*' if phrases else ' '} "
        more = ", ..." if len(phrases) > 3 else ""
        tail = f"  [{', '.join(phrases[:3])}{more}]" if phrases else ""
        click.echo(f"{head}{_cut(inert(paragraph).strip(), columns - len(head) - len(tail))}{tail}")


def _cut(text: str, cells: int) -> str:
    """
    As much of the text as fits, at least a few characters.
    """
    from foretrack.report.text import width

    cells = max(cells, 12)
    if len(text) <= cells and width(text) <= cells:
        return text
    text = text[: cells - 3]
    while width(text) > cells - 3:
        text = text[:-1]
    return f"{text.rstrip()}..."


def report_article(app: App, plan: Plan, article: Article, source: Source | None) -> None:
    """
    Say what was written and what to do next.
    """
    _warnings(plan.warnings)
    path = plan.folder / "articles" / f"{article.id}.yaml"
    app.say("")
    if source is not None:
        app.say(f"added {source.id} ({source.name}, {source.kind}) to {plan.folder}/sources.yaml")
    words = article.text.words if article.text else 0
    app.say(f"wrote {path}: {words} words, no claims yet")
    app.say(f"next: {_add_claim(article.id, plan)}, once for each statement about the future")
    app.say(f"then: {_import(plan)}")


# --- a claim ---------------------------------------------------------------------------------


def pick_article(app: App, folder: Folder, given: str | None) -> Article:
    """
    The article that is meant; without one, the person picks.
    """
    if given is None:
        if not app.asks:
            raise click.UsageError("Missing ARTICLE-ID: there is no terminal to ask on.")
        held = list(folder.articles.values())
        if not held:
            raise InvalidInput(f"{folder.path} holds no article; run `foretrack add article FILE`")
        for number, one in enumerate(held, start=1):
            app.say(f"{number:>3}  {one.id}  {one.title}")
        given = str(click.prompt("Which article? (number, or the beginning of an id)")).strip()
        if given.isdecimal() and 1 <= int(given) <= len(held):
            given = held[int(given) - 1].id
    return folder.articles[folder.find("article", given)]


def claim(
    app: App, folder: Folder, article: Article, given: OfClaim
) -> tuple[Claim, Question | None]:
    """
    The claim that the answers make, and the question that it opens.
    """
    from foretrack import curate

    _exclude(given)
    talk = app.asks and given.says is None
    says = given.says or required(app, "--says", "What does the source say, in your own words?",
                                   kind=Field("claim", "says"))  # fmt: skip
    paragraph, section = given.paragraph, given.section
    if talk:
        place = Field("claim", "where.paragraph")
        paragraph = paragraph or optional("Number of its paragraph", place)
        section = section or optional("Heading above it", Field("claim", "where.section"))
    draft = Claim(
        id=given.id or curate.claim_id(article.id, says, taken=folder.taken("claim")),
        article=article.id,
        source=article.source,
        where=Where(section=section, paragraph=paragraph) if paragraph or section else None,
        says=says,
        phrase=given.phrase,
        probability=given.probability,
        reading=Reading(given.reading or Reading.EXPLICIT),
        polarity=Polarity(given.polarity or Polarity.SAME),
        joint=given.joint,
        note=given.note,
    )
    draft, found = _phrased(app, folder, draft, given, talk=talk)
    reason = _reason(draft, given, found, talk=talk)
    if reason is not None:
        draft, question = _no_forecast(app, draft, given, reason), None
    else:
        draft, question = _forecast(app, folder, draft, given, talk=talk)
    if talk and given.id is None:
        draft = replace(draft, id=click.prompt("Id of the claim", type=Field("claim", "id"),
                                               default=draft.id))  # fmt: skip
    return draft, question


def _exclude(given: OfClaim) -> None:
    """
    Refuse options that contradict each other.
    """
    if given.phrase is not None and given.probability is not None:
        raise click.UsageError("Give --phrase or --probability, as the article has it, not both.")
    opening = given.opening
    if given.question is not None and opening:
        names = ", ".join(opening)
        raise click.UsageError(f"--question names a question that exists; leave out {names}.")
    if given.unscorable is not None and (given.question is not None or opening):
        names = ", ".join([*(["--question"] if given.question else []), *opening])
        raise click.UsageError(f"An unscorable claim has no question; leave out {names}.")


def _phrased(
    app: App, folder: Folder, draft: Claim, given: OfClaim, *, talk: bool
) -> tuple[Claim, Interpretation | None]:
    """
    The claim with its estimative words and their reading, and what the lexicons make of them.
    """
    from foretrack import curate

    source = folder.sources.get(draft.source)
    lexicon = (source.lexicon if source else None) or app.settings.lexicon
    while True:
        said: str | float | None = draft.phrase
        if said is None and draft.probability is None:
            said = _words(app, given, talk=talk)
        if said is None or isinstance(said, float):
            return (draft if said is None else replace(draft, probability=said)), None
        found = curate.interpret(said, app.library, lexicon=lexicon)
        if found.known or given.unscorable is not None:
            break
        if given.phrase is not None:
            raise InvalidInput(_unknown(found))
        app.say(_unknown(found))
    if app.asks or found.scored or found.unscorable is None:
        app.say(_interpretation(found))
    reading = draft.reading
    if given.reading is None and found.entry is not None:
        reading = found.entry.reading
        if talk and found.scored:
            reading = Reading(one_of("How is it taken?", list(Reading), default=reading))
    return replace(draft, phrase=found.phrase, reading=reading), found


def _words(app: App, given: OfClaim, *, talk: bool) -> str | float | None:
    """
    The estimative words or the number, from a person.
    """
    if not app.asks or (given.unscorable is not None and not talk):
        return None
    said: str | float | None = optional(
        "Its estimative words, or the number that it gives", Estimate()
    )
    return said


def _unknown(found: Interpretation) -> str:
    nearest = ", ".join(f'"{phrase}"' for phrase in found.nearest)
    hint = f"; the nearest are {nearest}" if nearest else "; `foretrack lexicon` lists the phrases"
    return f'no lexicon knows "{found.phrase}"{hint}'


def _interpretation(found: Interpretation) -> str:
    """
    What the lexicons make of the phrase, in words.
    """
    entry = found.entry
    others = ", ".join(name for name in found.scored if name != found.lexicon)
    if entry is not None and entry.scorable and entry.point is not None:
        band = f"{entry.point:.2f} [{entry.low:.2f}-{entry.high:.2f}]"
        how = "" if entry.reading is Reading.EXPLICIT else f", read as {entry.reading}"
        return f"{found.phrase}: {band} under {found.lexicon}{how}"
    lacks = "does not list it"
    if entry is not None:
        lacks = f"lists it without a number ({entry.reason})"
    if others:
        return f"{found.phrase}: {found.lexicon} {lacks}; scored under {others}"
    if found.unscorable is None:
        return _unknown(found)
    return f"{found.phrase}: {found.lexicon} {lacks}; proposed: unscorable, {found.unscorable}"


def _reason(
    draft: Claim, given: OfClaim, found: Interpretation | None, *, talk: bool
) -> Unscorable | None:
    """
    Why the claim is no forecast; None when it is one.
    """
    if given.unscorable is not None:
        return Unscorable(given.unscorable)
    bare = draft.phrase is None and draft.probability is None
    if talk and given.question is None and not given.opening:
        proposed = Unscorable.NO_CRITERIA if bare else None
        if found is not None and found.lexicon not in found.scored:
            proposed = found.unscorable
        answer = one_of("Can it be scored?", ["yes", *Unscorable], default=proposed or "yes")
        return None if answer == "yes" else Unscorable(answer)
    if bare:
        raise click.UsageError("Missing --phrase or --probability, or --unscorable with a reason.")
    if found is not None and not found.scored:
        raise click.UsageError(
            f"No lexicon gives {found.phrase!r} a probability: "
            f"give --unscorable {found.unscorable or Unscorable.HEDGE}."
        )
    return None


def _no_forecast(app: App, draft: Claim, given: OfClaim, reason: Unscorable) -> Claim:
    """
    The claim with the reason why it cannot be scored.
    """
    holder, other = given.attributed_to, given.duplicate_of
    if reason is Unscorable.ATTRIBUTED and holder is None:
        holder = required(app, "--attributed-to", "Who holds the view?",
                           kind=Field("claim", "attributed_to"))  # fmt: skip
    if reason is Unscorable.DUPLICATE and other is None:
        other = required(app, "--duplicate-of", "Which claim says the same already? (id)",
                          kind=Field("claim", "duplicate_of"))  # fmt: skip
    horizon = None
    if given.horizon is not None or given.horizon_basis is not None:
        basis = HorizonBasis(given.horizon_basis or HorizonBasis.STATED)
        horizon = Horizon(words=given.horizon, basis=basis)
    return replace(
        draft, unscorable=reason, attributed_to=holder, duplicate_of=other, horizon=horizon
    )


def _forecast(
    app: App, folder: Folder, draft: Claim, given: OfClaim, *, talk: bool
) -> tuple[Claim, Question | None]:
    """
    The claim with its horizon and question, and the question where it is new.
    """
    if draft.phrase is None and draft.probability is None:
        raise InvalidInput("a forecast needs estimative words or a number; nothing was written")
    if given.attributed_to or given.duplicate_of:
        raise click.UsageError("--attributed-to and --duplicate-of stand with --unscorable.")
    article = folder.articles[draft.article]
    horizon = _horizon(app, article, given, talk=talk)
    draft = replace(draft, horizon=horizon)
    name, question = given.question, None
    if name is None and not given.opening and app.asks:
        name = optional("Question in the files already: the beginning of its id", Prefix())
    if name is not None:
        name = folder.find("question", name)
        held = folder.questions[name]
        app.say(f"{name}: {held.statement} ({held.opens} to {held.closes})")
    else:
        question = _question(app, folder, horizon, given, published=article.published, talk=talk)
        name = question.id
    polarity = draft.polarity
    if talk and given.polarity is None:
        prompt = "Does the claim say what the question asks, or the opposite?"
        polarity = Polarity(one_of(prompt, list(Polarity), default=polarity))
    return replace(draft, question=name, polarity=polarity), question


def _horizon(app: App, article: Article, given: OfClaim, *, talk: bool) -> Horizon:
    """
    By when, in the article's words; none are an assumed horizon.
    """
    words, basis = given.horizon, given.horizon_basis
    if words is None and basis is None and talk:
        prompt = "By when, in the article's words (24 months are assumed without)"
        words = optional(prompt, Field("claim", "horizon.words"))
        if words is not None:
            bases: list[StrEnum] = list(HorizonBasis)
            basis = one_of("Where is that from?", bases, default=HorizonBasis.STATED)
    if basis is None:
        basis = HorizonBasis.ASSUMED if words is None else HorizonBasis.STATED
    found = horizons.window(words, article.published.latest)
    if words is None:
        app.say("horizon: none in the article; 24 months are assumed, and counted as such")
    elif found is None:
        app.say(f'horizon: the table does not know "{words}"; it knows {_table()}')
    else:
        app.say(f'horizon: "{words}" closes {found[1]}')
    return Horizon(words=words, basis=HorizonBasis(basis))


def _table() -> str:
    """
    A few of the words that the horizon table knows.
    """
    return "imminent, coming weeks, short term, coming months, medium term, long term"


def _question(
    app: App,
    folder: Folder,
    horizon: Horizon,
    given: OfClaim,
    *,
    published: Published,
    talk: bool,
) -> Question:
    """
    The new question that the answers make.
    """
    from foretrack import curate
    from foretrack.cli.options import DAY

    asked = {"statement": "The question, to be answered yes or no",
             "criteria": "Criteria: what exactly makes it yes?",
             "resolution_source": "Where will the answer be found?"}  # fmt: skip
    missing = [f"--{key.replace('_', '-')}" for key in asked if not getattr(given, key)]
    if missing and not app.asks:
        raise click.UsageError(
            f"Missing {', '.join(missing)} of a new question, or --question for one in the files."
        )
    words = {
        key: getattr(given, key)
        or required(app, f"--{key.replace('_', '-')}", prompt, kind=Field("question", key))
        for key, prompt in asked.items()
    }
    usual = horizons.window(horizon.words, published.latest)
    opens, closes = given.opens or published.latest, given.closes
    if talk and given.opens is None:
        opens = click.prompt("First day of the window", type=DAY, default=opens.isoformat())
    if closes is None and usual is not None and not talk:
        closes = usual[1]
    if closes is None:
        default = usual[1].isoformat() if usual else None
        closes = required(app, "--closes", "Last day of the window", kind=DAY, default=default)
    taken = folder.taken("question")
    name = given.question_id or curate.question_id(words["statement"], closes, taken=taken)
    cluster, tags = given.cluster, tuple(dict.fromkeys(given.tag))
    if talk:
        if given.question_id is None:
            name = click.prompt("Id of the question", type=Field("question", "id"), default=name)
        cluster = cluster or optional("Cluster: one event settles several questions",
                                       Field("question", "cluster"))  # fmt: skip
        tags = tags or several("Tags", Field("question", "tags"))
    return Question(
        id=name,
        **words,
        criteria_written=app.today,
        opens=opens,
        closes=closes,
        cluster=cluster,
        tags=tags,
    )


def show_claim(app: App, plan: Plan) -> None:
    """
    Print the claim as it will stand in its file, and what to know before it does.
    """
    app.say("")
    app.say(plan.shown.rstrip("\n"))
    app.say("")
    _warnings(plan.warnings)


def report_claim(app: App, plan: Plan, claim: Claim) -> None:
    """
    Say what was written and what to do next.
    """
    path = plan.folder / next(iter(plan.files))
    app.say(f"wrote {path}: claim {claim.id}")
    app.say(f"next: {_add_claim(claim.article, plan)} for the next one")
    app.say(f"then: {_import(plan)}")


def _add_claim(article: str, plan: Plan) -> str:
    into = "" if str(plan.folder) == "forecasts" else f" --into {shlex.quote(str(plan.folder))}"
    return f"foretrack add claim {article}{into}"


def _import(plan: Plan) -> str:
    return f"foretrack import {shlex.quote(f'{plan.folder}/')}"


def _warnings(warnings: Iterable[Problem]) -> None:
    for warning in warnings:
        _warn(str(warning))


def _warn(text: str) -> None:
    from foretrack.report.text import inert

    click.echo(inert(f"warning: {text}", lines=True), err=True)

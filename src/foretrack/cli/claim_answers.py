"""
The conversation of ``foretrack add claim``: what is not given is asked for on a terminal.

As with an article, who gives everything is asked nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from foretrack.cli import paragraph_answers, phrase_answers, question_answers
from foretrack.cli.added import show_claim
from foretrack.cli.fields import Field, Fitting
from foretrack.cli.pointing import pointed, warn_of_withdrawn
from foretrack.cli.source_answers import new_source
from foretrack.cli.talking import Talk
from foretrack.core.naming import claim_id
from foretrack.core.records import Claim, Horizon, Question, Where
from foretrack.core.vocabulary import HorizonBasis, Polarity, Reading, Unscorable
from foretrack.errors import InvalidInput, Problem
from foretrack.report.wording import WHY_UNSCORABLE

if TYPE_CHECKING:
    from datetime import date

    from foretrack.cli.app import App
    from foretrack.core.interpretation import Interpretation
    from foretrack.core.records import Article, Source
    from foretrack.curate import Plan, Text
    from foretrack.files.folder import Folder


_SCORABLE: Final = {"yes": "words or a number say how likely, by a day, and it can be settled",
                    **WHY_UNSCORABLE}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """
    What the command line gave about a claim and its question.
    """

    id: str | None = None
    source: str | None = None
    source_name: str | None = None
    source_kind: str | None = None
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
    condition: str | None = None
    condition_criteria: str | None = None
    base_rate: float | None = None
    status_quo: str | None = None
    question_id: str | None = None
    cluster: str | None = None
    tag: tuple[str, ...] = ()
    question_note: str | None = None
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
        names = ("statement", "criteria", "resolution_source", "opens", "closes", "condition",
                 "condition_criteria", "base_rate", "status_quo", "question_id", "cluster", "tag",
                 "question_note")  # fmt: skip
        return [
            question_answers.option(name) for name in names if getattr(self, name) not in (None, ())
        ]


def planned(
    app: App, folder: Folder, given: Given, *, article: str | None, text: Path | None, yes: bool
) -> tuple[Plan, Claim, Source | None]:
    """
    What would be written, the claim that the answers make, and its source where that is new.

    Args:
        app: The run.
        folder: The files.
        given: What the command line gave about the claim.
        article: The beginning of the article's id, if the command line gave it.
        text: The file that is said to hold the article's text.
        yes: Whether to go on without asking.

    Raises:
        Abort: The person does not want it written.
    """
    from foretrack import curate

    talk = Talk(app, eager=app.asks and given.says is None)

    def made() -> tuple[Plan, Claim, Source | None]:
        found = pick_article(talk, folder, article)
        curate.comments_above(folder.checked.places["article", found.id][0])  # before any answer
        one, question, source = claim(
            talk, folder, found, given, text=curate.text_of(found, text, near=Path())
        )
        with pointed(talk):
            plan = curate.plan_claim(
                folder, one, question=question, source=source, library=app.library
            )
        show_claim(app, plan)
        if app.asks and not yes and not talk.confirm("Write this?", default=True):
            raise click.Abort
        return plan, one, source

    return talk.through(made)


def pick_article(talk: Talk, folder: Folder, given: str | None) -> Article:
    """
    The article that is meant; without one, the person picks.
    """
    if given is None:
        if not talk.app.asks:
            raise click.UsageError("Missing ARTICLE-ID: there is no terminal to ask on.")
        held = list(folder.articles.values())
        if not held:
            raise InvalidInput(f"{folder.path} holds no article; run `foretrack add article FILE`")

        def offer() -> None:
            for number, one in enumerate(held, start=1):
                talk.app.say(f"{number:>3}  {one.id}  {one.title}")

        def meant(answer: str) -> str:
            if answer.isdecimal() and 1 <= int(answer) <= len(held):
                return held[int(answer) - 1].id
            return folder.find("article", answer)

        prompt = "Which article? (number, or the beginning of an id)"
        kind = Fitting(click.STRING, meant)
        given = str(talk.required("ARTICLE-ID", prompt, kind, before=offer))
    return folder.articles[folder.find("article", given)]


def claim(
    talk: Talk, folder: Folder, article: Article, given: Given, *, text: Text | None
) -> tuple[Claim, Question | None, Source | None]:
    """
    The claim that the answers make, the question that it opens, and its source where that is new.

    Args:
        talk: The conversation.
        folder: The files.
        article: Where the claim was found.
        given: What the command line gave.
        text: The article's text, where it is at hand: the paragraph is looked up in it.

    Raises:
        InvalidInput: Something does not fit, or is there already.
    """
    _exclude(given)
    source, new = _source(talk, folder, article, given)
    paragraph = paragraph_answers.paragraph(talk, article, given.paragraph, text)
    section = talk.wanted(given.section, "Heading above it", Field("claim", "where.section"))
    says = talk.needed(
        given.says, "--says", "What does the source say, in your own words?", Field("claim", "says")
    )
    draft = Claim(
        id=given.id or claim_id(article.id, says, taken=folder.used("claim")),
        article=article.id,
        source=source,
        where=Where(section=section, paragraph=paragraph) if paragraph or section else None,
        says=says,
        phrase=given.phrase,
        probability=given.probability,
        reading=Reading(given.reading or Reading.EXPLICIT),
        polarity=Polarity(given.polarity or Polarity.SAME),
        joint=given.joint,
        note=given.note,
    )
    draft, found = phrase_answers.phrased(talk, folder, draft, given, text=text)
    reason = _reason(talk, draft, given, found)
    if reason is not None:
        draft, question = _no_forecast(talk, folder, draft, given, reason), None
    else:
        draft, question = _forecast(talk, folder, draft, given)
    try:
        folder.refuse_same_claim(draft, question)
    except InvalidInput as refusal:
        talk.refuse(refusal)
    free = Fitting(Field("claim", "id"), partial(folder.free, "claim"))
    name = talk.needed(given.id, "--id", "Id of the claim", free, default=draft.id)
    warn_of_withdrawn(talk, folder, "claim", name)
    if question is not None:
        warn_of_withdrawn(talk, folder, "question", question.id)
    return replace(draft, id=name), question, new


def _source(
    talk: Talk, folder: Folder, article: Article, given: Given
) -> tuple[str, Source | None]:
    """
    Id of who is scored, the article's source unless another is given; and that, where it is new.
    """
    if given.source is None:
        if given.source_name or given.source_kind:
            raise click.UsageError("--source-name and --source-kind stand with --source.")
        return article.source, None
    new = new_source(
        talk, folder, given.source, full=given.source_name, kind=given.source_kind, proposed=None
    )
    return given.source, new


def _exclude(given: Given) -> None:
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
    if given.condition is None and given.condition_criteria is not None:
        raise click.UsageError("--condition-criteria stands with --condition, which they settle.")


def _reason(
    talk: Talk, draft: Claim, given: Given, found: Interpretation | None
) -> Unscorable | None:
    """
    Why the claim is no forecast; None when it is one.
    """
    if given.unscorable is not None:
        return Unscorable(given.unscorable)
    bare = draft.phrase is None and draft.probability is None
    if talk.eager and given.question is None and not given.opening:
        proposed = Unscorable.NO_CRITERIA if bare else None
        if found is not None and found.lexicon not in found.scored:
            proposed = found.unscorable
        answer = talk.one_of(
            "Can it be scored?", _SCORABLE, default=proposed or "yes", meaning=_SCORABLE
        )
        return None if answer == "yes" else Unscorable(answer)
    if bare:
        raise click.UsageError("Missing --phrase or --probability, or --unscorable with a reason.")
    if found is not None and not found.scored:
        raise click.UsageError(
            f"No lexicon gives {found.phrase!r} a probability: "
            f"give --unscorable {found.unscorable or Unscorable.HEDGE}."
        )
    return None


def _no_forecast(
    talk: Talk, folder: Folder, draft: Claim, given: Given, reason: Unscorable
) -> Claim:
    """
    The claim with the reason why it cannot be scored.
    """
    holder, other = given.attributed_to, given.duplicate_of
    if reason is Unscorable.ATTRIBUTED and holder is None:
        holder = talk.required(
            "--attributed-to", "Who holds the view?", Field("claim", "attributed_to")
        )
    if reason is Unscorable.DUPLICATE and other is None:
        other = talk.required(
            "--duplicate-of",
            "Which claim says the same already? (the beginning of its id)",
            Fitting(click.STRING, partial(folder.find, "claim")),
        )
    horizon = None
    if given.horizon is not None or given.horizon_basis is not None:
        basis = HorizonBasis(given.horizon_basis or HorizonBasis.STATED)
        horizon = Horizon(words=given.horizon, basis=basis)
    return replace(
        draft, unscorable=reason, attributed_to=holder, duplicate_of=other, horizon=horizon
    )


def _forecast(
    talk: Talk, folder: Folder, draft: Claim, given: Given
) -> tuple[Claim, Question | None]:
    """
    The claim with its horizon and question, and the question where it is new.
    """
    if draft.phrase is None and draft.probability is None:
        raise InvalidInput("a forecast needs estimative words or a number; nothing was written")
    if given.attributed_to or given.duplicate_of:
        raise click.UsageError("--attributed-to and --duplicate-of stand with --unscorable.")
    article = folder.articles[draft.article]
    horizon = question_answers.horizon(talk, article, given)
    draft = replace(draft, horizon=horizon)
    name, question = given.question, None
    if name is None and not given.opening and talk.app.asks:
        name = talk.optional(
            "Question in the files already: the beginning of its id",
            Fitting(click.STRING, partial(folder.find, "question")),
        )
    if name is not None:
        try:
            name = folder.find("question", name)
        except InvalidInput as refusal:
            raise InvalidInput([Problem("", 0, "--question", str(refusal))]) from refusal
        held = folder.questions[name]
        talk.say(f"{name}: {held.statement} ({held.opens} to {held.closes})")
    else:
        question = question_answers.question(
            talk, folder, given, horizon, published=article.published
        )
        name = question.id
        if question is folder.questions.get(name):
            question = None
    polarity = draft.polarity
    if talk.eager and given.polarity is None:
        prompt = "Does the claim say what the question asks, or the opposite?"
        polarity = Polarity(talk.one_of(prompt, list(Polarity), default=polarity))
    return replace(draft, question=name, polarity=polarity), question

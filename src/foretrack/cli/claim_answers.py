"""
The conversation of ``foretrack add claim``: what is not given is asked for on a terminal.

As with an article, who gives everything is asked nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from foretrack.cli import question_answers
from foretrack.cli.added import first_words, show_paragraphs
from foretrack.cli.fields import Estimate, Field, Fitting, Talk, one_of, optional
from foretrack.cli.source_answers import new_source
from foretrack.core.interpretation import interpret
from foretrack.core.naming import claim_id
from foretrack.core.records import Claim, Horizon, Question, Where
from foretrack.core.vocabulary import HorizonBasis, Polarity, Reading, Unscorable
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import date

    from foretrack.cli.app import App
    from foretrack.core.interpretation import Interpretation
    from foretrack.core.records import Article, Fingerprint, Source
    from foretrack.curate import Folder, Text


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

        def meant(answer: str) -> str:
            if answer.isdecimal() and 1 <= int(answer) <= len(held):
                return held[int(answer) - 1].id
            return folder.find("article", answer)

        prompt = "Which article? (number, or the beginning of an id)"
        given = str(click.prompt(prompt, type=Fitting(click.STRING, meant)))
    return folder.articles[folder.find("article", given)]


def claim(
    app: App, folder: Folder, article: Article, given: Given, *, text: Text | None
) -> tuple[Claim, Question | None, Source | None]:
    """
    The claim that the answers make, the question that it opens, and its source where that is new.

    Args:
        app: The run.
        folder: The files.
        article: Where the claim was found.
        given: What the command line gave.
        text: The article's text, where it is at hand: the paragraph is looked up in it.
    """
    _exclude(given)
    talk = Talk(app, eager=app.asks and given.says is None)
    source, new = _source(app, folder, article, given)
    says = talk.needed(
        given.says, "--says", "What does the source say, in your own words?", Field("claim", "says")
    )
    paragraph = _paragraph(talk, article, given.paragraph, text)
    section = talk.wanted(given.section, "Heading above it", Field("claim", "where.section"))
    draft = Claim(
        id=given.id or claim_id(article.id, says, taken=folder.taken("claim")),
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
    draft, found = _phrased(talk, folder, draft, given)
    reason = _reason(talk, draft, given, found)
    if reason is not None:
        draft, question = _no_forecast(talk, folder, draft, given, reason), None
    else:
        draft, question = _forecast(talk, folder, draft, given)
    free = Fitting(Field("claim", "id"), partial(folder.free, "claim"))
    name = talk.needed(given.id, "--id", "Id of the claim", free, default=draft.id)
    return replace(draft, id=name), question, new


def _source(app: App, folder: Folder, article: Article, given: Given) -> tuple[str, Source | None]:
    """
    Id of who is scored, the article's source unless another is given; and that, where it is new.
    """
    if given.source is None:
        if given.source_name or given.source_kind:
            raise click.UsageError("--source-name and --source-kind stand with --source.")
        return article.source, None
    new = new_source(
        app, folder, given.source, full=given.source_name, kind=given.source_kind, proposed=None
    )
    return given.source, new


def _paragraph(talk: Talk, article: Article, given: int | None, text: Text | None) -> int | None:
    """
    The number of the paragraph, one that the text has.
    """
    kind = Numbered(text, article.text)
    if text is not None and talk.eager and given is None:
        show_paragraphs(talk.app, text)
    if given is None:
        found: int | None = talk.wanted(None, "Number of its paragraph", kind)
        return found
    kind.check(given)
    if text is not None:
        talk.app.say(f"paragraph {given}: {first_words(text.paragraphs[given - 1])}")
    return given


class Numbered(Field):
    """
    The number of a paragraph.

    Args:
        text: The text, where it is at hand.
        fingerprint: What is known of the text without it: no text has more paragraphs than words.
    """

    def __init__(self, text: Text | None, fingerprint: Fingerprint | None) -> None:
        super().__init__("claim", "where.paragraph")
        self.text = text
        self.fingerprint = fingerprint

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """
        The number, or a usage error that says how many paragraphs there are.
        """
        number: int = super().convert(value, param, ctx)
        try:
            self.check(number)
        except InvalidInput as refusal:
            self.fail(str(refusal), param, ctx)
        return number

    def check(self, number: int) -> None:
        """
        Refuse a number that no paragraph has.

        Raises:
            InvalidInput: There are fewer paragraphs.
        """
        if self.text is not None and number > len(self.text.paragraphs):
            there = f"the text has {len(self.text.paragraphs)}"
        elif self.fingerprint is not None and number > self.fingerprint.words:
            there = f"the text has {self.fingerprint.words} words"
        else:
            return
        raise InvalidInput(f"there is no paragraph {number}: {there}")


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


def _phrased(
    talk: Talk, folder: Folder, draft: Claim, given: Given
) -> tuple[Claim, Interpretation | None]:
    """
    The claim with its estimative words and their reading, and what the lexicons make of them.
    """
    app, source = talk.app, folder.sources.get(draft.source)
    lexicon = (source.lexicon if source else None) or app.settings.lexicon
    while True:
        said: str | float | None = draft.phrase
        if said is None and draft.probability is None:
            said = _words(talk, given)
        if said is None or isinstance(said, float):
            return (draft if said is None else replace(draft, probability=said)), None
        found = interpret(said, app.library, lexicon=lexicon)
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
        if talk.eager and found.scored:
            reading = Reading(one_of("How is it taken?", list(Reading), default=reading))
    return replace(draft, phrase=found.phrase, reading=reading), found


def _words(talk: Talk, given: Given) -> str | float | None:
    """
    The estimative words or the number, from a person.
    """
    if not talk.app.asks or (given.unscorable is not None and not talk.eager):
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
        name = optional(
            "Question in the files already: the beginning of its id",
            Fitting(click.STRING, partial(folder.find, "question")),
        )
    if name is not None:
        name = folder.find("question", name)
        held = folder.questions[name]
        talk.app.say(f"{name}: {held.statement} ({held.opens} to {held.closes})")
    else:
        question = question_answers.question(
            talk, folder, given, horizon, published=article.published
        )
        name = question.id
    polarity = draft.polarity
    if talk.eager and given.polarity is None:
        prompt = "Does the claim say what the question asks, or the opposite?"
        polarity = Polarity(one_of(prompt, list(Polarity), default=polarity))
    return replace(draft, question=name, polarity=polarity), question

"""
Commands that add an article or a claim to the files.  They need no database.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foretrack.cli import added, article_answers, claim_answers
from foretrack.cli.app import App, Command, pass_app
from foretrack.cli.fields import Dated, Field
from foretrack.cli.ids import given_away
from foretrack.cli.options import DAY, FiledArticle
from foretrack.core.vocabulary import (
    HorizonBasis,
    Outcome,
    Polarity,
    Reading,
    SourceKind,
    Unscorable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from enum import StrEnum

INTO = click.option("--into", type=click.Path(path_type=Path), default="forecasts",
                    show_default=True, metavar="FOLDER", help="The folder of records.")  # fmt: skip


def _field(name: str, part: str, key: str, about: str, **more: Any) -> Callable[[Any], Any]:
    """
    An option that holds a field of the files, checked as the files are.
    """
    return click.option(name, type=Field(part, key), help=about, **more)


def _choice(name: str, words: Iterable[StrEnum], about: str, **more: Any) -> Callable[[Any], Any]:
    return click.option(name, type=click.Choice([word.value for word in words]), help=about, **more)


@click.group("add")
def add_command() -> None:
    """
    Add an article or a claim to the files.

    \b
    foretrack add article essay.txt    make the article's file from its text
    foretrack add claim                add a statement about the future to it
    """


@add_command.command("article", cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@INTO
@_field("--id", "article", "id", "Id of the article.  [default: source and year]")
@_field("--title", "article", "title", "Its title.  [default: the first line]")
@_field("--source", "article", "source", "Id of who is scored.")
@_field("--source-name", "source", "name", "Name of a source that is new.")
@_choice("--source-kind", SourceKind, "What a new source is.  [default: person]")
@_field("--outlet", "article", "outlet", "Where it appeared.")
@_field("--author", "article", "authors", "Who wrote it; may be given again.", multiple=True)
@click.option("--published", type=Dated(), metavar="DATE",
              help="2024-05-28, 2024-05, 2024, or 2024-06-20..2024-10-15.")  # fmt: skip
@click.option("--inferred", is_flag=True, help="The article does not state its date.")
@_field("--address", "article", "address", "Where it can be read.")
@_field("--note", "article", "note", "What else must last, such as how the date was inferred.")
@click.option("--same-text", is_flag=True, help="Although an article with this text is there.")
@click.option("--paragraphs", is_flag=True, help="Only print the paragraphs; write nothing.")
@pass_app
def article_command(
    app: App, file: Path, into: Path, paragraphs: bool, same_text: bool, **given: Any
) -> None:
    """
    Make an article's file from its text.

    Checksum and number of words are put in; the text itself is not kept.  Prints the numbered
    paragraphs; a * marks those with estimative words or words of the future.  On a terminal it asks
    for what is not given.

    \b
    foretrack add article essay.txt
    foretrack add article essay.txt --source gruzer --published 2024-05-28
    """
    from foretrack import curate
    from foretrack.files.folder import open_folder

    text = curate.read_text(file)
    if paragraphs:
        added.show_paragraphs(app, text)
        return
    folder = open_folder(into, library=app.library, new=True, recorded=given_away(app))
    if not same_text:
        folder.refuse_same_text(text.fingerprint)
    plan, article, source = article_answers.planned(
        app, text, folder, article_answers.Given(**given), same_text=same_text
    )
    curate.carry_out(plan)
    added.show_paragraphs(app, text)
    added.report_article(app, plan, article, source)


@add_command.command("claim", cls=Command)
@click.argument("article", required=False, metavar="[ARTICLE-ID]", type=FiledArticle())
@INTO
@click.option("--text", type=click.Path(path_type=Path), metavar="FILE",
              help="The article's text, to look the paragraph up.  "
              "[default: the file in this folder with its checksum]")  # fmt: skip
@_field("--id", "claim", "id", "Id of the claim.  [default: article and a few words]")
@_field("--source", "claim", "source", "Who is scored, if not the article's source.")
@_field("--source-name", "source", "name", "Name of a source that is new.")
@_choice("--source-kind", SourceKind, "What a new source is.  [default: person]")
@_field("--says", "claim", "says", "What the source says, in your own words.")
@_field("--paragraph", "claim", "where.paragraph", "Number of the paragraph it stands in.")
@_field("--section", "claim", "where.section", "Heading it stands under.")
@_field("--phrase", "claim", "phrase", "The article's estimative words.")
@_field("--probability", "claim", "probability", "The number that the article gives.")
@_choice("--reading", Reading, "How the phrase is taken.  [default: as the lexicon says]")
@_choice("--polarity", Polarity, "opposite: the claim is the question's complement.")
@_field("--horizon", "claim", "horizon.words", "By when, in the article's words.", metavar="WORDS")
@_choice("--horizon-basis", HorizonBasis, "Where the horizon is from.  [default: stated]")
@_field("--question", "claim", "question", "Id of a question that is in the files already.")
@_field("--statement", "question", "statement", "A new question, to be answered yes or no.")
@_field("--criteria", "question", "criteria", "What exactly makes it yes.")
@_field("--resolution-source", "question", "resolution_source", "Where the answer will be found.")
@click.option("--opens", type=DAY, help="First day.  [default: the article's latest]")
@click.option("--closes", type=DAY, help="Last day.  [default: by the words of the horizon]")
@_field("--condition", "question", "condition.statement", 'For "if A, then B": A.')
@_field("--condition-criteria", "question", "condition.criteria", "What exactly makes A met.")
@_field("--base-rate", "question", "base_rate", "Probability of yes by a reference class.")
@_choice("--status-quo", (Outcome.YES, Outcome.NO), "The answer if nothing changes.")
@_field("--question-id", "question", "id", "Id of the new question.  [default: a few words]")
@_field("--cluster", "question", "cluster", "Shared by questions that one event would settle.")
@_field("--tag", "question", "tags", "A topic; may be given again.", multiple=True)
@_field("--question-note", "question", "note", "What else must last about the question.")
@_choice("--unscorable", Unscorable, "Why the claim is no forecast.")
@_field("--attributed-to", "claim", "attributed_to", "attributed: who holds the view.")
@_field("--duplicate-of", "claim", "duplicate_of", "duplicate: the claim that says the same.")
@_field("--joint", "claim", "joint", "Shared by claims split from one sentence.")
@_field("--note", "claim", "note", "What else must last about the claim.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask for confirmation.")
@pass_app
def claim_command(
    app: App, article: str | None, into: Path, text: Path | None, yes: bool, **given: Any
) -> None:
    """
    Add a statement about the future to an article's file.

    With a question, words or a number, and a horizon it is a forecast; otherwise it is
    --unscorable with the reason.  On a terminal it asks for what is not given, and proposes the
    reading of the words, the window and the ids.

    \b
    foretrack add claim gruzer-2024
    foretrack add claim gruzer-2024 --says "The equidistance weakens." --phrase may \\
        --unscorable hedge
    """
    from foretrack import curate
    from foretrack.files.folder import open_folder

    folder = open_folder(into, library=app.library, recorded=given_away(app))
    plan, claim, source = claim_answers.planned(
        app, folder, claim_answers.Given(**given), article=article, text=text, yes=yes
    )
    curate.carry_out(plan)
    added.report_claim(app, plan, claim, source)

"""
What ``foretrack add`` shows: paragraphs, what will be written, what was, and what to do next.
"""

from __future__ import annotations

import shlex
import shutil
from typing import TYPE_CHECKING, Final

import click

from foretrack.cli.pointing import by_option

if TYPE_CHECKING:
    from foretrack.cli.app import App
    from foretrack.core.records import Article, Claim, Source
    from foretrack.curate import Plan, Text

_LINES: Final = 5  # of a paragraph that is only offered


def show_paragraphs(app: App, text: Text) -> None:
    """
    Print the numbered paragraphs, each in one line, with the words that may make a claim.
    """
    from foretrack.core.spotting import spotted
    from foretrack.report.text import inert

    columns = shutil.get_terminal_size((100, 24)).columns
    digits = len(str(len(text.paragraphs)))
    found = spotted(text.paragraphs, app.library)
    for number, (paragraph, phrases) in enumerate(zip(text.paragraphs, found, strict=True), 1):
        head = f"{number:>{digits}} {'*' if phrases else ' '} "
        more = ", ..." if len(phrases) > 3 else ""
        tail = f"  [{', '.join(phrases[:3])}{more}]" if phrases else ""
        click.echo(f"{head}{_cut(inert(paragraph).strip(), columns - len(head) - len(tail))}{tail}")


def offer_paragraphs(app: App, text: Text) -> None:
    """
    Print the numbered paragraphs to choose from.

    Those with words that may make a claim have several lines, so that a horizon at the end of a
    sentence can be read; the others have one.
    """
    from foretrack.core.spotting import spotted
    from foretrack.report.text import Span, inert, width, wrap

    columns = shutil.get_terminal_size((100, 24)).columns
    digits = len(str(len(text.paragraphs)))
    room = max(columns - digits - len(" * "), 12)
    found = spotted(text.paragraphs, app.library)
    for number, (paragraph, phrases) in enumerate(zip(text.paragraphs, found, strict=True), 1):
        words = inert(paragraph).strip()
        if not phrases:
            click.echo(f"{number:>{digits}}   {_cut(words, room)}")
            continue
        lines = ["".join(span.text for span in line).rstrip() for line in wrap([Span(words)], room)]
        if len(lines) > _LINES:
            last = lines[_LINES - 1]
            lines = [*lines[: _LINES - 1], _cut(f"{last} {lines[_LINES]}", room)]
        tail = f"[{', '.join(phrases[:3])}{', ...' if len(phrases) > 3 else ''}]"
        if width(lines[-1]) + 2 + width(tail) <= room:
            lines[-1] += f"  {tail}"
        else:
            lines.append(_cut(tail, room))
        click.echo(f"{number:>{digits}} * {lines[0]}")
        for line in lines[1:]:
            click.echo(f"{' ' * (digits + 3)}{line}")


def first_words(paragraph: str) -> str:
    """
    The beginning of a paragraph, made inert, in less than a line.
    """
    from foretrack.report.text import inert

    return _cut(inert(paragraph).strip(), shutil.get_terminal_size((100, 24)).columns - 20)


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
    app.warn(map(by_option, plan.warnings))
    path = plan.folder / "articles" / f"{article.id}.yaml"
    app.say("")
    if source is not None:
        app.say(f"added {source.id} ({source.name}, {source.kind}) to {plan.folder}/sources.yaml")
    words = article.text.words if article.text else 0
    app.say(f"wrote {path}: {words} words, no claims yet")
    app.say(f"next: {_add_claim(article.id, plan)}, once for each statement about the future")
    app.say(f"then: {_import(plan)}")


def show_claim(app: App, plan: Plan) -> None:
    """
    Print the claim as it will stand in its file, and what to know before it does.
    """
    app.say("")
    app.say(plan.shown.rstrip("\n"))
    app.say("")
    app.warn(map(by_option, plan.warnings))


def report_claim(app: App, plan: Plan, claim: Claim, source: Source | None) -> None:
    """
    Say what was written and what to do next.
    """
    if source is not None:
        app.say(f"added {source.id} ({source.name}, {source.kind}) to {plan.folder}/sources.yaml")
    path = plan.folder / list(plan.files)[-1]
    app.say(f"wrote {path}: claim {claim.id}")
    app.say(f"next: {_add_claim(claim.article, plan)} for the next one")
    app.say(f"then: {_import(plan)}")


def _add_claim(article: str, plan: Plan) -> str:
    into = "" if str(plan.folder) == "forecasts" else f" --into {shlex.quote(str(plan.folder))}"
    return f"foretrack add claim {article}{into}"


def _import(plan: Plan) -> str:
    return f"foretrack import {shlex.quote(f'{plan.folder}/')}"

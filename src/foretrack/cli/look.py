"""
Commands that look things up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from foretrack.cli import corrected
from foretrack.cli.app import App, Command, pass_app
from foretrack.cli.options import Id, LexiconName, as_of_option, format_option
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from rich.console import RenderableType

    from foretrack.browse import Listed, Shown
    from foretrack.changes import Difference
    from foretrack.core.lexicon import Lexicon
    from foretrack.core.records import AnyRecord
    from foretrack.db.journal import Entry

_KINDS = {"sources": "source", "articles": "article", "questions": "question", "claims": "claim"}
_DECISIONS = {"Resolution": "", "Reopening": "reopened", "ConditionState": "condition"}
_FOLDED = ("source", "phrase or reason")  # where there is little room
_HEADINGS = {
    "source": ("id", "kind", "lexicon", "name"),
    "article": ("id", "date", "basis", "source", "title"),
    "question": ("id", "closes", "state", "statement"),
    "claim": ("id", "date", "source", "phrase or reason", "says"),
}


@click.command("list", cls=Command)
@click.argument("kind", type=click.Choice(list(_KINDS)), default="questions")
@click.option("--source", type=Id("source"), help="Only what belongs to this source.")
@as_of_option
@format_option("json")
@pass_app
def list_command(app: App, kind: str, source: str | None, as_of: date | None, form: str) -> None:
    """
    List sources, articles, questions or claims.

    \b
    foretrack list
    foretrack list claims --source gruzer
    """
    from foretrack import browse
    from foretrack.db.tables import Entity
    from foretrack.report import as_table

    named = app.source(source) if source else None
    entity = Entity(_KINDS[kind])
    found = browse.listing(app.engine, entity, as_of=as_of or app.today, source=named)
    if form == "json":
        app.document("list", as_of=as_of or app.today, of=kind, items=found)
        return
    rows = [_row(one) for one in found]
    app.show(
        as_table.listing(
            _HEADINGS[entity.value],
            rows,
            empty=f"there are no {kind} yet; `foretrack import forecasts/` brings some in",
            fixed=tuple(head for head in _HEADINGS[entity.value][:-1] if head not in _FOLDED),
        )
    )


def _row(one: Listed) -> tuple[str, ...]:
    day = one.day.isoformat() if one.day else ""
    rows = {
        "source": (one.id, one.state, one.of or "", one.words),
        "article": (one.id, day, one.state, one.of or "", one.words),
        "question": (one.id, day, one.state, one.words),
        "claim": (one.id, day, one.of or "", one.state, one.words),
    }
    return rows[one.entity.value]


@click.command("show", cls=Command)
@click.argument("record", type=Id("source", "article", "question", "claim"))
@as_of_option
@format_option("json")
@pass_app
def show_command(app: App, record: str, as_of: date | None, form: str) -> None:
    """
    Show one record whole, with what belongs to it and its history.

    \b
    foretrack show ru-dprk-alliance
    foretrack show gruzer-2024 --format json
    """
    from foretrack import browse
    from foretrack.core.records import plain
    from foretrack.report import as_table

    entity, name = app.identify(record)
    day = as_of or app.today
    found = browse.show(app.engine, entity, name, as_of=day)
    if form == "json":
        app.document(
            "show",
            as_of=day,
            entity=entity.value,
            state=found.state,
            record=plain(found.record),
            related=[{"is": type(one).__name__, **plain(one)} for one in found.related],
            journal=[_entry(one) for one in found.entries],
        )
        return
    fields, sections = _details(found, browse.corrections(app.engine, found.entries))
    app.show(as_table.details(f"{entity.value} {name}", fields, sections=sections))


def _details(
    found: Shown, corrections: Mapping[int, Sequence[Difference]]
) -> tuple[list[tuple[str, str]], list[tuple[str, list[Sequence[str]]]]]:
    from foretrack.core.records import plain
    from foretrack.db.tables import Entity

    fields = list(_flat(plain(found.record)))
    if found.state:
        fields.insert(1, ("state", found.state))
    related: dict[str, list[Sequence[str]]] = {}
    if found.entity is Entity.QUESTION and not any(_is_claim(one) for one in found.related):
        related["Claims"] = [[_unasked(found)]]
    for one in found.related:
        kind = type(one).__name__
        values = plain(one)
        if kind in _DECISIONS:
            values = {"stance": f"{_DECISIONS[kind]} {values.pop('state', '')}".strip(), **values}
        heading = "Decisions" if kind in _DECISIONS else f"{kind}s"
        related.setdefault(heading, []).append([_related(values)])
    history: list[Sequence[str]] = [
        (_told(entry, found), *corrected.lines(corrections.get(entry.sequence, ())))
        for entry in found.entries
    ]
    return fields, [*related.items(), ("Journal", history)]


def _is_claim(one: AnyRecord) -> bool:
    from foretrack.core.records import Claim

    return isinstance(one, Claim)


def _unasked(found: Shown) -> str:
    """
    What a question without a claim is told.
    """
    name = found.record.id
    if found.related:  # what was decided or said about it is never withdrawn, nor is it then
        return "no claims"
    return f"no claims; `foretrack withdraw {name} --reason ...` takes the question out too"


def _told(entry: Entry, found: Shown) -> str:
    return (
        f"{entry.sequence}  {entry.at:%Y-%m-%d %H:%M}Z  {entry.actor}  {entry.action}"
        + (f" {entry.entity_id}" if entry.entity_id != found.record.id else "")
        + (f": {entry.reason}" if entry.reason else "")
    )


def _related(values: dict[str, Any]) -> str:
    """
    A record that belongs to the one shown, in one line.
    """
    stance = next(
        (f"{values[key]}" for key in ("unscorable", "phrase", "probability", "outcome", "stance")
         if key in values), "")  # fmt: skip
    days = [f"{name} {values[name]}"
            for name in ("happened", "impossible", "since", "decided", "closes")
            if name in values]  # fmt: skip
    words = next((values[key] for key in ("says", "statement", "title", "reason", "note", "text")
                  if key in values), "")  # fmt: skip
    shown = "; ".join(item["citation"] for item in values.get("evidence", ()))
    against = f"dissent of {' and '.join(values['dissent'])}" if "dissent" in values else ""
    head = ", ".join(filter(None, (stance, against, *days)))
    about = f"{values['id']} [{head}]" if head else f"{values['id']}"
    return f"{about}: {shown or words}" if shown or words else about


def _flat(values: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for name, value in values.items():
        title = f"{prefix}{name}".replace("_", " ")
        if isinstance(value, dict):
            flat += _flat(value, f"{title} ")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            flat += [(title, " ".join(str(part) for part in item.values())) for item in value]
        elif isinstance(value, list):
            flat.append((title, ", ".join(str(item) for item in value)))
        else:
            flat.append((title, f"{value:.12g}" if isinstance(value, float) else str(value)))
    return flat


def _entry(entry: Any) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__slots__}


@click.command("log", cls=Command)
@click.argument("record", required=False, type=Id("source", "article", "question", "claim"))
@click.option("--newest", "-n", type=click.IntRange(min=1), default=20, show_default=True,
              help="Only this many entries.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="All entries.")
@format_option("json")
@pass_app
def log_command(app: App, record: str | None, newest: int, everything: bool, form: str) -> None:
    """
    Show the journal: every change, who made it, when and why.

    With RECORD, what happened to it, and what each correction changed; a question with its
    decisions, a withdrawn record too.

    \b
    foretrack log
    foretrack log ru-dprk-alliance
    foretrack log --all --format json
    """
    from foretrack import browse

    ids = None if record is None else browse.recorded(app.engine, record)
    found = browse.log(app.engine, entity_id=ids, newest=None if everything else newest)
    if form == "json":
        app.document("log", entries=[_entry(one) for one in found])
        return
    app.show(_journal(found, browse.corrections(app.engine, found), whole=record is None))


def _journal(
    found: Sequence[Entry], corrections: Mapping[int, Sequence[Difference]], *, whole: bool
) -> RenderableType:
    """
    The journal, or the part of it that one record has, which says what each correction changed.
    """
    from foretrack.report import as_table

    changed = [corrections.get(one.sequence, ()) for one in found]
    rows = [
        (str(one.sequence), f"{one.at:%Y-%m-%d %H:%M}Z", one.actor, one.action.value, one.hash[:12],
         _what(one, differences if whole else ()), one.reason or "")
        for one, differences in zip(found, changed, strict=True)
    ]  # fmt: skip
    return as_table.listing(
        ("#", "when", "who", "did", "hash", "what", "why"),
        rows,
        empty="the journal is empty",
        figures=("#",),
        fixed=("when", "did", "hash"),
        spare=("what",),
        below=[() if whole else list(corrected.lines(differences)) for differences in changed],
    )


def _what(entry: Entry, differences: Iterable[Difference]) -> str:
    """
    The record of an entry with the names of the fields that it changed.
    """
    names = ", ".join(one.field for one in differences)
    return f"{entry.entity.value} {entry.entity_id}{f': {names}' if names else ''}"


class _Lexicon(Command):
    """
    ``lexicon``, of which the word ``compare`` makes a command of its own.
    """

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """
        The context of the command that is meant.
        """
        if args and args[0] == "compare":
            from foretrack.cli.words import lexicon_compare_command

            name = f"{info_name} compare"
            return lexicon_compare_command.make_context(name, args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command("lexicon", cls=_Lexicon)
@click.argument("name", required=False, type=LexiconName())
@click.option("--phrase", help="What every lexicon makes of one phrase.")
@format_option("json")
@pass_app
def lexicon_command(app: App, name: str | None, phrase: str | None, form: str) -> None:
    """
    Show the lexicons of estimative words: all of them, one whole, or one phrase in each.

    \b
    foretrack lexicon
    foretrack lexicon icd-203
    foretrack lexicon --phrase unlikely
    foretrack lexicon compare              every source under each of them; has its own --help
    """
    from foretrack.report import as_table

    chosen = [app.library.get(one) for one in ([name] if name else app.library.names())]
    if phrase is not None and not any(one.look_up(phrase) for one in chosen):
        near = ", ".join(app.library.nearest(phrase)) or "none is close"
        raise InvalidInput(f"no lexicon knows {phrase!r}; nearest known: {near}")
    if form == "json":
        app.document("lexicon", lexicons=[_lexicon(one, phrase) for one in chosen])
    elif phrase is not None or name is not None:
        about = (chosen[0].title, chosen[0].citation, chosen[0].note) if name is not None else ()
        note = ". ".join(words.rstrip(".") for words in about if words)
        app.show(
            as_table.listing(
                *_entries(chosen, phrase, many=name is None),
                empty="",
                note=f"{note}." if note else None,
            )
        )
    else:
        rows = [(one.id, one.title, str(len(one.entries)), one.citation) for one in chosen]
        app.show(as_table.listing(("id", "title", "entries", "source"), rows, empty=""))


def _lexicon(one: Lexicon, phrase: str | None) -> dict[str, Any]:
    entry = one.look_up(phrase) if phrase else None
    entries = list(one.entries.values()) if phrase is None else [entry] if entry else []
    return {
        "id": one.id,
        "title": one.title,
        "citation": one.citation,
        "checksum": one.checksum,
        "entries": entries,
    }


def _entries(
    chosen: list[Lexicon], phrase: str | None, *, many: bool
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    headings: tuple[str, ...] = ("phrase", "point", "band", "scored", "basis")
    rows: list[tuple[str, ...]] = []
    for one in chosen:
        entry = one.look_up(phrase) if phrase else None
        for each in [entry] if entry else [] if phrase else one.entries.values():
            point = "" if each.point is None else f"{each.point:.12g}"
            known = each.low is not None and each.high is not None
            band = f"{each.low:.12g} to {each.high:.12g}" if known else ""
            scored = "yes" if each.scorable else f"no ({each.reason})"
            row = (each.phrase, point, band, scored, each.basis or each.form_of or "")
            rows.append((one.id, *row) if many else row)
    return ("lexicon", *headings) if many else headings, rows

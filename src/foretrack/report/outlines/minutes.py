"""
The minutes of a review, from the document as it was stored, and what has changed since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from foretrack.core.topics import Topic
from foretrack.report import wording
from foretrack.report.outlines.agenda import TITLES
from foretrack.report.outlines.blocks import (
    Block,
    Column,
    Entries,
    Entry,
    Fields,
    Heading,
    Table,
    paragraph,
    row,
)
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from foretrack.core.minutes import Changes, Figure

_SHOWN = 40  # figures that differ, before the rest are counted

HEADLINE: Final = ("brier", "scored")
"""
The figures that a reader looks for first.
"""

FIGURES: Final = {
    "brier": "Brier",
    "scored": "scored (n)",
    "overdue": "overdue",
    "early.n": "early",
    "early.brier": "Brier of the early",
    "open": "open",
    "provisional": "provisional",
    "brier_low": "Brier, lowest over the bands",
    "brier_high": "Brier, highest over the bands",
    "brier_interval": "Brier, 95% interval",
    "brier_bounds": "Brier, bounds from the overdue",
    "base_rate": "share of yes",
    "mean_probability": "mean probability",
    "claims": "claims",
    "forecasts": "forecasts",
    "questions": "questions",
    "matured": "window over",
    "unscorable_share": "share unscorable",
    "ambiguous": "ambiguous",
    "late": "made too late",
    "not_in_lexicon": "phrase not in the lexicon",
    "assumed": "window assumed",
    "left_out": "left out for their window",
    "implied": "implied by a bare will",
    "assumed_phrases": "phrase assumed",
    "inferred_dates": "date inferred",
    "hindsight": "criteria after the outcome",
    "too_few_to_rank": "too few to rank",
}
"""
Field of a scorecard's row -> what people call it.
"""


def minutes_blocks(document: Mapping[str, Any], changes: Changes) -> Iterator[Block]:
    """
    What was stored, to the digit, and below it what a recomputation would change now.
    """
    yield Heading(f"Minutes of the review of {document['week']}")
    yield Fields(tuple(_facts(document)))
    if alarms := document["alarms"]:
        yield Heading(f"Alarms ({len(alarms):,})", 2)
        yield Entries(tuple(_alarm(one) for one in alarms))
    yield from _decisions(document["decisions"])
    if postponed := document["postponed"]:
        yield Heading(f"Not yet ({len(postponed):,})", 2)
        yield Entries(tuple(_postponed(one) for one in postponed))
    decided = {one["question"] for one in document["decisions"]}
    if remarks := [one for one in document["remarks"] if one["question"] not in decided]:
        yield Heading("Notes", 2)
        yield Entries(tuple(_remark(one) for one in remarks))
    if tasks := document["tasks"]:
        yield Heading(f"To be done ({len(tasks):,})", 2)
        yield Entries(tuple(_task(one) for one in tasks))
    yield from _left(document["left"])
    yield Heading("Scorecards before and after", 2)
    yield _cards(document["before"], document["after"])
    lines = {"Before": _line(document["before"]), "After": _line(document["after"])}
    if document["after"]["groups"] and all(
        one["too_few_to_rank"] for one in document["after"]["groups"]
    ):
        yield paragraph(Span("Too few questions to rank any source.", "quiet"))
    if lines["Before"] == lines["After"]:
        lines = {"Before and after": lines["After"]}
    for when, line in lines.items():
        yield paragraph(Span(f"{when}: {line}", "quiet"))
    yield paragraph(
        Span(
            "These figures are as they were stored when the review ended;"
            f" foretrack {document['foretrack']}, lexicon {document['lexicon']['id']}"
            f" (checksum {document['lexicon']['checksum']}).",
            "quiet",
        )
    )
    yield from changes_blocks(changes)


def _facts(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "held", _span(document["started"], document["closed"])
    yield "as of", document["as_of"]
    if document["attending"]:
        yield "attending", ", ".join(document["attending"])
    for name in ("start", "end"):
        head = document[name]
        yield f"journal, {name}", f"{head['sequence']:,}  {head['hash']}"


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _line(card: Mapping[str, Any]) -> str:
    return str(card["convention"]["line"])


def _alarm(one: Mapping[str, Any]) -> Entry:
    said = f": {one['other_name']} is better" if one["other"] else " is not calibrated"
    more = f", since {one['since']}; n = {one['n']:,}"
    doubt = "" if one["believed"] else "; not believed among all that is watched"
    return Entry((Span(one["name"], "strong"), Span(f"{said}{more}{doubt}")))


def _decisions(decisions: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    yield Heading(f"Decisions ({len(decisions):,})", 2)
    if not decisions:
        yield paragraph("Nothing was decided.")
        return
    yield Entries(tuple(_decision(one) for one in decisions), loose=True)


def _decision(one: Mapping[str, Any]) -> Entry:
    day = f", {one['happened']}" if one["happened"] else ""
    head = (
        Span(one["question"], "strong"),
        Span(f"  {one['what']}{day}"),
        Span(f", decided {one['decided']} ({one['entry']})", "quiet"),
    )
    lines: list[tuple[Span, ...]] = [(Span(one["statement"]),)]
    lines += [(Span(_forecast(said)),) for said in one["forecasts"]]
    for shown in one["evidence"]:
        words = " ".join(filter(None, (shown["citation"], shown["url"])))
        lines.append((Span("evidence: ", "quiet"), Span(words)))
    if one["note"]:
        lines.append((Span("note: ", "quiet"), Span(one["note"])))
    lines += [_dissent(said) for said in one["dissent"]]
    lines += [(Span("said: ", "quiet"), Span(text)) for text in one.get("notes", ())]
    return Entry(head, tuple(lines))


def _dissent(said: Mapping[str, Any] | str) -> tuple[Span, ...]:
    """
    Who does not agree, and why; minutes of schema 0002 did not tell dissent from a note.
    """
    if isinstance(said, str):
        return (Span("dissent or note: ", "quiet"), Span(said))
    return (Span("dissent: ", "warn"), Span(", ".join(said["who"]), "strong"),
            Span(f": {said['text']}"))  # fmt: skip


def _forecast(said: Mapping[str, Any]) -> str:
    turned = " (complement)" if said["polarity"] == "opposite" else ""
    head = f"{said['name']}: {said['words']}{turned}"
    if said["brier"] is None:
        return f"{head}, {said['standing']}, not scored"
    p = wording.probability(said["probability"])
    return f"{head}, p = {p}, Brier {wording.score(said['brier'])}, {said['standing']}"


def _postponed(one: Mapping[str, Any]) -> Entry:
    note = f" – {one['note']}" if one["note"] else ""
    head = (Span(one["question"], "strong"), Span(f"  look again on {one['again']}{note}"))
    statement = one.get("statement")  # older minutes have none
    return Entry(head, ((Span(statement),),) if statement else ())


def _remark(one: Mapping[str, Any]) -> Entry:
    about = f"{one['question']}  " if one["question"] else ""
    who = ", ".join(one.get("dissent", ()))
    dissent = (Span("dissent: ", "warn"), Span(f"{who}: ")) if who else ()
    return Entry((Span(about, "strong"), *dissent, Span(one["text"])))


def _task(one: Mapping[str, Any]) -> Entry:
    who = f" – {one['who']}" if one["who"] else ""
    due = f", due {one['due']}" if one["due"] else ""
    done = f", done {one['done']}" if one["done"] else ""
    return Entry((Span(one["id"], "strong"), Span(f"  {one['text']}{who}{due}{done}")))


def _left(left: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    """
    What was passed over, and what nobody came to.
    """
    for title, wanted in (("Skipped", True), ("Not reached", False)):
        found = [one for one in left if one.get("skipped", False) is wanted]
        if found:
            yield Heading(f"{title} ({len(found):,})", 2)
            yield Entries(
                tuple(
                    Entry(
                        (
                            Span(one["question"], "strong"),
                            Span(f"  {TITLES[Topic(one['topic'])].lower()}", "quiet"),
                        ),
                        ((Span(one["statement"]),),),
                    )
                    for one in found
                )
            )


def _cards(before: Mapping[str, Any], after: Mapping[str, Any]) -> Table:
    then = {one["group"]: one for one in before["groups"]}
    columns = (
        Column("source", wraps=True),
        Column("scored before", figure=True),
        Column("Brier before", figure=True),
        Column("scored after", figure=True),
        Column("Brier after", figure=True),
        Column("early", figure=True),
        Column("overdue", figure=True),
    )
    few = not all(one["too_few_to_rank"] for one in after["groups"])  # said of all at once below
    rows = [_card_row(then.get(one["group"]), one, few=few) for one in after["groups"]]
    total = _card_row(before["overall"], after["overall"], few=False) if len(rows) > 1 else None
    return Table(columns, tuple(rows), total=total)


def _card_row(before: Mapping[str, Any] | None, after: Mapping[str, Any], *, few: bool) -> Any:
    """
    A source before and after.

    Args:
        few: Say where there are too few to rank.
    """
    marks = [Span("too few to rank", "quiet")] if few and after["too_few_to_rank"] else []
    if after["provisional"]:
        marks.insert(0, Span("provisional; " if marks else "provisional", "warn"))
    return row(
        Span(after["label"], "strong"),
        f"{before['scored']:,}" if before else wording.NONE,
        wording.score(before["brier"]) if before else wording.NONE,
        f"{after['scored']:,}",
        wording.score(after["brier"]),
        f"{after['early']['n']:,}",
        f"{after['overdue']:,}",
        notes=[marks],
    )


def changes_blocks(changes: Changes) -> Iterator[Block]:
    """
    What a recomputation would change now.
    """
    yield Heading("Since then", 2)
    if changes.unknown:
        yield paragraph(f"It cannot be computed again: {changes.unknown}.")
        return
    if not changes:
        yield paragraph("Computed again today, every figure would be the same.")
        return
    if changes.overturned:
        yield Entries(
            tuple(
                Entry(
                    (
                        Span(one.question, "strong"),
                        Span("  was "),
                        Span(one.then),
                        Span(", is now "),
                        Span(one.now, "warn"),
                    ),
                    ((Span(one.statement),),),
                )
                for one in changes.overturned
            )
        )
    if changes.figures:
        yield paragraph(
            "Computed again for the same day, with what is known today of what was resolved then:"
        )
        shown = _ordered(changes.figures)[:_SHOWN]
        columns = (
            Column("source", wraps=True),
            Column("figure", wraps=True),
            Column("stored", figure=True),
            Column("would be", figure=True),
        )
        yield Table(columns, tuple(_figure(one) for one in shown))
        if len(changes.figures) > _SHOWN:
            yield paragraph(f"... and {len(changes.figures) - _SHOWN:,} more.")
    if changes.tools:
        yield paragraph(Span("; ".join(changes.tools) + ".", "quiet"))


def _ordered(figures: Sequence[Figure]) -> list[Figure]:
    """
    The Brier and n of each source first, then the rest, each source by source.
    """
    rows = list(dict.fromkeys(one.row for one in figures))

    def place(one: Figure) -> tuple[bool, int, int]:
        first = one.field in HEADLINE
        return (not first, rows.index(one.row), HEADLINE.index(one.field) if first else 0)

    return sorted(figures, key=place)


def _figure(one: Figure) -> Any:
    return row(one.label, figure_name(one.field), _value(one.then), _value(one.now))


def figure_name(field: str) -> str:
    """
    What people call a figure.

    >>> figure_name("brier"), figure_name("early.n"), figure_name("annulled.criteria-defect")
    ('Brier', 'early', 'annulled: criteria-defect')
    """
    return FIGURES.get(field) or field.replace("_", " ").replace(".", ": ")


def _value(value: Any) -> str:
    if value is None:
        return wording.NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    if isinstance(value, list):
        return " to ".join(_value(each) for each in value)
    return f"{value:,}" if isinstance(value, int) else str(value)

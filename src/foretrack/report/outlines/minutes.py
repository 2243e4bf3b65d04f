"""
The minutes of a review, from the document as it was stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from foretrack.report.outlines.changes import changes_blocks, pointed_out
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from foretrack.core.minutes import Changes


def minutes_blocks(document: Mapping[str, Any], changes: Changes) -> Iterator[Block]:
    """
    What was stored, to the digit, and below it what a recomputation would change now.
    """
    yield Heading(f"Minutes of the review of {document['week']}")
    yield Fields(tuple(_facts(document)))
    if changes:
        yield paragraph(Span(f"Since then: {pointed_out(changes)}; see the end.", "warn"))
    if alarms := document["alarms"]:
        yield Heading(f"Alarms ({len(alarms):,})", 2)
        yield Entries(tuple(_alarm(one) for one in alarms))
    if moved := document.get("moved"):
        yield Heading("Moved since the review before", 2)
        yield Entries(tuple(_headline(one) for one in moved))
    yield from _decisions(document["decisions"])
    if postponed := document["postponed"]:
        yield Heading(f"Not yet ({len(postponed):,})", 2)
        yield Entries(tuple(_postponed(one) for one in postponed))
    decided = {one["question"] for one in document["decisions"]}
    if remarks := [one for one in document["remarks"] if one["question"] not in decided]:
        yield Heading("Notes", 2)
        yield Entries(tuple(_remark(one) for one in remarks))
    for title, wanted in (("To be done", False), ("Done", True)):
        if tasks := [one for one in document["tasks"] if bool(one["done"]) is wanted]:
            yield Heading(f"{title} ({len(tasks):,})", 2)
            yield Entries(tuple(_task(one) for one in tasks))
    yield from _scorecards(document)
    yield paragraph(
        Span(
            "These figures are as they were stored when the review ended;"
            f" foretrack {document['foretrack']}, lexicon {document['lexicon']['id']}"
            f" (checksum {document['lexicon']['checksum']}).",
            "quiet",
        )
    )
    yield from _left(document["left"])
    yield Heading("Journal", 2)
    yield Fields(tuple(_journal(document)))
    yield from changes_blocks(changes)


def _scorecards(document: Mapping[str, Any]) -> Iterator[Block]:
    yield Heading("Scorecards before and after", 2)
    if not document["after"]["groups"]:
        yield paragraph("There was no source yet.")
        return
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


def _facts(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "held", _span(document["started"], document["closed"])
    if document["as_of"] != document["started"]:
        yield "as of", document["as_of"]
    if document["attending"]:
        yield "attending", ", ".join(document["attending"])
    yield "in short", _short(document)


def _short(document: Mapping[str, Any]) -> str:
    """
    How much was done, in a line.

    Decisions are counted by question: one that was reopened and decided again is one.
    """
    left, tasks = document["left"], document["tasks"]
    skipped = sum(bool(one.get("skipped")) for one in left)
    done = sum(bool(one["done"]) for one in tasks)
    counts = {
        "decided": len({one["question"] for one in document["decisions"]}),
        "put off": len(document["postponed"]),
        "skipped": skipped,
        "not reached": len(left) - skipped,
    }
    agenda = [f"{n:,} {words}" for words, n in counts.items() if n]
    questions = f"questions: {', '.join(agenda)}" if agenda else "no question was gone through"
    owed = [f"{len(tasks) - done:,} to be done"] if len(tasks) > done else []
    owed += [f"{done:,} done"] if done else []
    return f"{questions}; tasks: {', '.join(owed)}" if owed else questions


def _journal(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("start", "end"):
        head = document[name]
        yield name, f"entry {head['sequence']:,}  {head['hash']}"


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _line(card: Mapping[str, Any]) -> str:
    return str(card["convention"]["line"])


def _alarm(one: Mapping[str, Any]) -> Entry:
    said = f": {one['other_name']} is better" if one["other"] else " is not calibrated"
    more = f", since {one['since']}; n = {one['n']:,}"
    doubt = "" if one["believed"] else "; not believed among all that is watched"
    return Entry((Span(one["name"], "strong"), Span(f"{said}{more}{doubt}")))


def _headline(one: Mapping[str, Any]) -> Entry:
    then, now = (
        f"Brier {wording.score(each['brier'])} (n = {each['scored']:,}"
        + (f", {each['early']:,} early)" if each["early"] else ")")
        for each in (one["then"], one["now"])
    )
    return Entry((Span(one["name"], "strong"), Span(f": {then} → {now}")))


def _decisions(decisions: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    yield Heading(f"Decisions ({len(decisions):,})", 2)
    if not decisions:
        yield paragraph("Nothing was decided.")
        return
    yield Entries(tuple(_decision(one) for one in decisions), loose=True)


def _decision(one: Mapping[str, Any]) -> Entry:
    day = f", {one['happened']}" if one["happened"] else ""
    head = (Span(one["statement"]), Span("  "), Span(f"{one['what']}{day}", "strong"))
    lines: list[tuple[Span, ...]] = [(Span(_forecast(said)),) for said in one["forecasts"]]
    for shown in one["evidence"]:
        words = " ".join(filter(None, (shown["citation"], shown["url"])))
        lines.append((Span("evidence: ", "quiet"), Span(words)))
    if one["note"]:
        lines.append((Span("note: ", "quiet"), Span(one["note"])))
    lines += [_dissent(said) for said in one["dissent"]]
    lines += [(Span("said: ", "quiet"), Span(text)) for text in one.get("notes", ())]
    named = f"{one['question']}, decided {one['decided']} ({one['entry']})"
    lines.append((Span(named, "quiet"),))
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
    again = Span(f"look again on {one['again']}", "strong")
    note = Span(f" – {one['note']}" if one["note"] else "")
    statement = one.get("statement")  # older minutes have none
    if not statement:
        return Entry((Span(one["question"]), Span("  "), again, note))
    return Entry((Span(statement), Span("  "), again, note), ((Span(one["question"], "quiet"),),))


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
                            Span(one["statement"]),
                            Span(f"  {TITLES[Topic(one['topic'])].lower()}", "quiet"),
                        ),
                        ((Span(one["question"], "quiet"),),),
                    )
                    for one in found
                )
            )


def _cards(before: Mapping[str, Any], after: Mapping[str, Any]) -> Table:
    then = {one["group"]: one for one in before["groups"]}
    columns = (
        Column("source", wraps=True),
        Column("scored", figure=True),
        Column("Brier", figure=True),
        Column("early", figure=True),
        Column("overdue", figure=True),
    )
    few = not all(one["too_few_to_rank"] for one in after["groups"])  # said of all at once below
    rows = [_card_row(then.get(one["group"]), one, few=few) for one in after["groups"]]
    total = _card_row(before["overall"], after["overall"], few=False) if len(rows) > 1 else None
    return Table(columns, tuple(rows), total=total)


def _card_row(before: Mapping[str, Any] | None, after: Mapping[str, Any], *, few: bool) -> Any:
    """
    A source; what the review changed with an arrow.

    Args:
        few: Say where there are too few to rank.
    """
    marks = [Span("too few to rank", "quiet")] if few and after["too_few_to_rank"] else []
    if after["provisional"]:
        marks.insert(0, Span("provisional; " if marks else "provisional", "warn"))
    was: Mapping[str, Any] = before or {"scored": None, "early": {"n": None}, "overdue": None}
    return row(
        Span(after["label"], "strong"),
        _moved(_count(was["scored"]), _count(after["scored"])),
        _moved(wording.score(was.get("brier")), wording.score(after["brier"])),
        _moved(_count(was["early"]["n"]), _count(after["early"]["n"])),
        _moved(_count(was["overdue"]), _count(after["overdue"])),
        notes=[marks],
    )


def _count(n: int | None) -> str:
    return wording.NONE if n is None else f"{n:,}"


def _moved(then: str, now: str) -> str:
    """
    A figure before and after; once where it stayed.

    >>> _moved("0.035", "0.104"), _moved("2", "2")
    ('0.035 → 0.104', '2')
    """
    return now if then == now else f"{then} → {now}"

"""
The claims that were recorded since the last review: all of them, shorter where they are many.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from foretrack.report import wording
from foretrack.report.outlines.blocks import Block, Entries, Entry, Heading, paragraph
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from foretrack.core.review import New

WHOLE: Final = 24
"""
So many claims are given in full; of more, what each says is cut short, and those without a
question stand together by the reason.
"""

LISTED: Final = 400
"""
So many claims are named one by one; of more, each article's are counted.
"""

_SHORT: Final = 60  # characters of what a claim says where it is cut short


def news_blocks(claims: Sequence[New]) -> Iterator[Block]:
    """
    New claims by article: source, words, what is said, and the question or why there is none.
    """
    yield Heading(f"New claims ({len(claims):,})", 2)
    if len(claims) > LISTED:
        about = "Too many to list here: `foretrack show ARTICLE` lists those of an article."
        yield paragraph(Span(about, "quiet"))
    elif len(claims) > WHOLE:
        about = "What a claim says is cut short here; `foretrack show ARTICLE` has it whole."
        yield paragraph(Span(about, "quiet"))
    entries = (
        _article(list(group), among=len(claims))
        for _, group in groupby(claims, key=lambda new: new.article)
    )
    yield Entries(tuple(entries), loose=len(claims) <= LISTED)


def _article(claims: Sequence[New], *, among: int) -> Entry:
    first = claims[0]
    forecasts = sum(new.question is not None for new in claims)
    names = list(dict.fromkeys(new.name for new in claims))
    head = (
        Span(first.article, "strong"),
        Span(f"  {first.title}, {', '.join(names)}, {first.made}: "),
        Span(f"{wording.counted(len(claims), 'claim')}, "),
        Span(f"{wording.counted(forecasts, 'forecast')}"),
    )
    if among > LISTED:
        return Entry(head)
    named = len(names) > 1
    if among <= WHOLE:
        return Entry(head, tuple(_whole(new, named=named) for new in claims))
    lines = [_forecast(new, named=named) for new in claims if new.unscorable is None]
    reasons: dict[str, list[New]] = {}
    for new in claims:
        if new.unscorable is not None:
            reasons.setdefault(new.unscorable.value, []).append(new)
    lines += [_unscorable(reason, found, named=named) for reason, found in reasons.items()]
    return Entry(head, tuple(lines))


def _whole(new: New, *, named: bool) -> tuple[Span, ...]:
    rest = f"not scored, {new.unscorable}" if new.unscorable else f"question {new.question}"
    return (Span(_said(new, new.says, named=named)), Span(f"  [{rest}]", "quiet"))


def _forecast(new: New, *, named: bool) -> tuple[Span, ...]:
    said = _said(new, shortened(new.says, _SHORT), named=named)
    return (Span(said), Span(f"  [{new.question}]", "quiet"))


def _unscorable(reason: str, claims: Sequence[New], *, named: bool) -> tuple[Span, ...]:
    said = (_said(new, shortened(new.says, _SHORT), named=named) for new in claims)
    return (Span(f"not scored, {reason} ({len(claims):,}): ", "quiet"), Span(" · ".join(said)))


def _said(new: New, says: str, *, named: bool) -> str:
    source = f"{new.name}, " if named else ""
    words = f"“{new.words}”: " if new.words else ""
    return f"{source}{words}{says}"


def shortened(text: str, room: int) -> str:
    """
    The beginning of a text, cut between words.

    >>> shortened("Peace will come in our time.", 20), shortened("Peace.", 20)
    ('Peace will come in…', 'Peace.')
    """
    text = " ".join(text.split())
    if len(text) <= room:
        return text
    return text[:room].rpartition(" ")[0].rstrip(" ,;:.–-") + "…"

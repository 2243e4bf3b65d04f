"""
What a meeting is told of since the last one: all of it, shorter where it is much.
"""

from __future__ import annotations

from datetime import date

import pytest

from foretrack.core.cohort import Standing
from foretrack.core.effects import Effect, Resolved
from foretrack.core.review import New
from foretrack.core.vocabulary import Outcome, Polarity, Unscorable
from foretrack.report.outlines import news, resolved
from foretrack.report.outlines.blocks import Entries, Heading, Paragraph

DAY = date(2026, 11, 20)
SAYS = "In the coming years the frost keeps coming back, year after year, without an end."


def claims(n: int, *, sources: int = 1) -> list[New]:
    """
    Claims of one article: of three one is a forecast, the others are none for two reasons.
    """
    reasons = (None, Unscorable.HEDGE, Unscorable.ORDINAL)
    return [
        New(
            claim=f"c{at}",
            article="outlook",
            title="Outlook",
            source=f"s{at % sources}",
            name=f"Source {at % sources}",
            made=DAY,
            says=SAYS,
            words="likely" if at % 2 == 0 else "",
            question=None if reasons[at % 3] else f"question-{at}",
            unscorable=reasons[at % 3],
        )
        for at in range(n)
    ]


def lines(found: list[New]) -> tuple[str, list[str]]:
    """
    The head of the one article, and the lines below it.
    """
    *_, entries = news.news_blocks(found)
    assert isinstance(entries, Entries)
    (entry,) = entries.items
    texts = ["".join(span.text for span in line) for line in (entry.head, *entry.lines)]
    return texts[0], texts[1:]


def settled(n: int) -> list[Resolved]:
    effect = Effect(
        claim="c", source="s", name="Ann", words="likely", polarity=Polarity.SAME,
        probability=0.72, standing=Standing.SCORED, brier=0.0784, before=None, after=0.0784,
    )  # fmt: skip
    return [
        Resolved(
            question=f"question-{at}", statement="Will it?", outcome=Outcome.YES, reason=None,
            settled=DAY, decided=DAY, closes=DAY, evidence=(), note=None, effects=(effect,),
            surprise=0.0784,
        )
        for at in range(n)
    ]  # fmt: skip


class TestClaims:
    def test_few(self) -> None:
        """
        A few stand in full, in the order of the article.
        """
        head, found = lines(claims(3))

        assert head == "outlook  Outlook, Source 0, 2026-11-20: 3 claims, 1 forecast"
        assert found == [
            f"“likely”: {SAYS}  [question question-0]",
            f"{SAYS}  [not scored, hedge]",
            f"“likely”: {SAYS}  [not scored, ordinal]",
        ]

    def test_many(self) -> None:
        """
        Of many each is there, cut between words; those without a question stand by the reason.
        """
        head, found = lines(claims(news.WHOLE + 1))
        short = "In the coming years the frost keeps coming back, year after…"

        assert "25 claims, 9 forecasts" in head
        assert found[0] == f"“likely”: {short}  [question-0]"
        assert len(found) == 9 + 2
        assert found[-2].startswith(f"not scored, hedge (8): {short} · “likely”: {short}")
        assert found[-1].count(short) == 8

    def test_very_many(self) -> None:
        """
        Of very many only how many each article has.
        """
        head, found = lines(claims(news.LISTED + 1))

        assert "401 claims" in head
        assert found == []

    @pytest.mark.parametrize("n", [2, news.WHOLE + 2])
    def test_several_sources(self, n: int) -> None:
        """
        Where an article has claims of several sources, each line says whose it is.
        """
        head, found = lines(claims(n, sources=2))

        assert "Source 0, Source 1" in head
        assert found[0].startswith("Source 0, “likely”: ")


class TestResolved:
    def test_headline(self) -> None:
        """
        What the headline is without the question and with it is said in so many words.
        """
        heading, legend, entries = resolved.resolved_blocks(settled(1), title="Resolved so far")
        assert isinstance(heading, Heading)
        assert isinstance(legend, Paragraph)
        assert isinstance(entries, Entries)
        told = "".join(span.text for span in entries.items[0].lines[1])

        assert heading.text == "Resolved so far (1)"
        assert told == (
            "Ann: likely, p = 72%, Brier 0.078; headline none without it, 0.078 with it"
        )
        assert "leaves out that one question" in legend.spans[0].text

    @pytest.mark.parametrize(("n", "whole", "named", "more"), [(40, 40, 0, 0), (500, 40, 400, 60)])
    def test_many(self, n: int, whole: int, named: int, more: int) -> None:
        """
        The most surprising ones in full, the next in a line each, the rest counted.
        """
        blocks = list(resolved.resolved_blocks(settled(n), title="Resolved"))
        listed = [len(block.items) for block in blocks if isinstance(block, Entries)]

        assert listed == [whole, named][: 2 if named else 1]
        assert (f"... and {more} more" in str(blocks[-1])) == bool(more)

"""
Markdown: tables keep their shape, and text means nothing but itself.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from foretrack.report import as_json, as_markdown, wording
from foretrack.report.text import inert

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from foretrack.core.agenda import Queue
    from foretrack.core.page import Calibration, Page
    from foretrack.core.scorecard import Scorecard

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tables(text: str) -> list[list[list[str]]]:
    """
    The tables of a text as a reader of Markdown sees them.
    """
    found: list[list[list[str]]] = []
    inside = False
    for token in READER.parse(text):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in ("td_open", "th_open"):
            inside = True
        elif token.type == "inline" and inside:
            children = token.children or []
            found[-1][-1].append("".join(child.content for child in children))
            inside = False
    return found


class TestShape:
    def test_scorecard(self, card: Scorecard, snapshot: SnapshotAssertion) -> None:
        """
        The scorecard as it is mailed.
        """
        assert as_markdown.scorecard(card) == snapshot

    def test_page(self, one_page: Page, snapshot: SnapshotAssertion) -> None:
        """
        One source as it is mailed.
        """
        assert as_markdown.page(one_page) == snapshot

    def test_calibration(self, calibration: Calibration, snapshot: SnapshotAssertion) -> None:
        """
        Without bars, which need a font of fixed width.
        """
        assert as_markdown.calibration(calibration, items=True) == snapshot

    def test_queue(self, waiting: Queue, snapshot: SnapshotAssertion) -> None:
        """
        What is due as a list.
        """
        assert as_markdown.queue(waiting) == snapshot

    def test_every_row_has_as_many_cells(
        self, card: Scorecard, hostile_card: Scorecard, hostile_page: Page
    ) -> None:
        """
        Also with bars and line breaks in titles.
        """
        for text, number in (
            (as_markdown.scorecard(card), 4),
            (as_markdown.scorecard(hostile_card), 4),
            (as_markdown.page(hostile_page), 5),
        ):
            found = tables(text)
            assert number == len(found)
            for table in found:
                assert len({len(row) for row in table}) == 1
            lines = [line for line in text.splitlines() if line.startswith("|")]
            assert all(line.endswith("|") for line in lines)

    def test_figures_are_those_of_the_document(self, card: Scorecard) -> None:
        """
        Each score is the JSON's to three decimals, each share to a percent.
        """
        document = as_json.scorecard(card, version="1")
        rows = tables(as_markdown.scorecard(card))[0]

        assert rows[0][4:8] == ["Brier [band]", "95% interval", "base rate", "mean p"]
        for row, group in zip(rows[1:], [*document["groups"], document["overall"]], strict=True):
            shown = [float(number) for number in re.findall(r"\d\.\d{3}", row[4])]
            exact = [group[key] for key in ("brier", "brier_low", "brier_high")]
            assert shown == pytest.approx([x for x in exact if x is not None], abs=0.000501)
            assert str(group["claims"]) == row[1]
            assert wording.share(group["base_rate"]) == row[6]

    def test_convention_is_there(
        self, card: Scorecard, one_page: Page, calibration: Calibration
    ) -> None:
        """
        Under everything that holds a score.
        """
        line = wording.convention(card.convention)

        assert as_markdown.scorecard(card).endswith(f"{line}\n")
        assert as_markdown.page(one_page).endswith(f"{line}\n")
        assert as_markdown.calibration(calibration).endswith(f"{line}\n")


class TestHostile:
    def test_document_has_no_html_and_no_escape(
        self, hostile_card: Scorecard, hostile_page: Page, hostile_queue: Queue
    ) -> None:
        """
        A reader of Markdown sees the text that was written, and no tag, link or code of it.
        """
        for text in (
            as_markdown.scorecard(hostile_card),
            as_markdown.page(hostile_page),
            as_markdown.queue(hostile_queue),
        ):
            rendered = READER.render(text)
            assert "<script" not in text
            assert "<script" not in rendered
            assert "<code>" not in rendered
            assert "<strong>b</strong>" not in rendered
            assert "\x1b" not in text
            assert "&lt;script&gt;alert(1)&lt;/script&gt; | `x` **b**" in rendered

    @given(st.text(st.characters(exclude_categories=["Cn", "Co"]), min_size=1, max_size=30))
    @example("[a](http://b)")
    @example("[a]: http://b")
    @example("![a](b)")
    @example("# heading")
    @example("1. one")
    @example("- item")
    @example("***")
    @example("&copy; &#42;")
    @example("~~gone~~")
    @example("__b__ snake_case _i_")
    @example("a\\|b")
    @example("===")
    @example("``` x")
    @example("<!-- x -->")
    def test_text_means_itself(self, text: str) -> None:
        """
        Escaped text on a line of its own is read back as it was.
        """
        rendered = READER.render(as_markdown.escaped(inert(text).strip()))
        seen = re.sub(r"^<p>|</p>$", "", rendered.strip())

        assert inert(text).strip() == html.unescape(seen)

    def test_a_name_cannot_add_columns(self, card: Scorecard) -> None:
        """
        A bar in a name stays in its cell.
        """
        named = replace(card.groups[0], label="a | b \\| c")
        found = tables(as_markdown.scorecard(replace(card, groups=(named,))))

        assert found[0][1][0] == "a | b \\| c"

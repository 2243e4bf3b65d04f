"""
The page: whole in itself, open to everybody, with the figures of the JSON and nothing that acts.
"""

from __future__ import annotations

import json
import re
import time
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from dossiers import AS_OF, HOSTILE, crowd, dossier, hostile, write
from foretrack.core.cohort import Cohort
from foretrack.report import as_html, as_json, as_markdown, wording
from foretrack.report.text import unseen
from pages import Element, read

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy as sa

    from foretrack.core.dossier import Dossier

SECTIONS = [
    "scorecard", "reliability", "words", "timeline", "queue", "misses", "left-out", "method",
]  # fmt: skip


@pytest.fixture
def whole(engine: sa.Engine) -> Dossier:
    """
    A report in which everything occurs.
    """
    return dossier(write(engine, crowd(questions=80, sources=4)))


@pytest.fixture
def page(whole: Dossier) -> Element:
    return read(as_html.report(whole, version="1.0"))


def rows(page: Element, table: str) -> list[list[str]]:
    """
    The cells of a table's body and foot.
    """
    (found,) = page.every("table", class_=table)
    return [
        [one.text for one in line.parts if isinstance(one, Element)]
        for part in found.parts
        if isinstance(part, Element) and part.name in ("tbody", "tfoot")
        for line in part.every("tr")
    ]


class TestWhole:
    def test_needs_nothing(self, page: Element) -> None:
        """
        No script, no frame, no image, no font, no style sheet of elsewhere; a policy forbids them.
        """
        for name in ("script", "iframe", "object", "embed", "link", "img", "form", "base"):
            assert page.every(name) == []
        policy = page.one("meta", **{"http-equiv": "Content-Security-Policy"})
        assert policy.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'"
        style = page.one("style").text
        assert "url(" not in style
        assert "@import" not in style
        for one in page.walk():
            assert not [key for key in one.attributes if key.startswith("on")]
            assert "src" not in one.attributes

    def test_links(self, page: Element) -> None:
        """
        Links lead to places of the page that exist, or to evidence on the web.
        """
        ids = [one.attributes["id"] for one in page.walk() if "id" in one.attributes]
        assert len(ids) == len(set(ids))
        for one in page.walk():
            for key in ("href", "aria-labelledby", "aria-describedby"):
                for target in one.attributes.get(key, "").split():
                    if target.startswith("https://"):
                        assert one.attributes["rel"] == "noreferrer"
                    else:
                        assert target.removeprefix("#") in ids

    def test_landmarks(self, page: Element) -> None:
        """
        A language, a title, one main, one first heading, a way past the head.
        """
        assert page.one("html").attributes["lang"] == "en"
        assert page.one("head").one("title").text == f"Forecast report as of {AS_OF}"
        for name in ("h1", "main", "header", "nav", "footer"):
            assert len(page.every(name)) == 1
        assert page.one("a", class_="skip").attributes["href"] == "#content"
        assert page.one("main").attributes["id"] == "content"

    def test_headings(self, page: Element) -> None:
        """
        Headings go down one level at a time, and each section has its own.
        """
        levels = [int(one.name[1]) for one in page.walk() if re.fullmatch("h[1-6]", one.name)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        for section in page.every("section"):
            (heading,) = section.every("h2")
            assert heading.attributes["id"] == section.attributes["aria-labelledby"]

    def test_tables(self, page: Element) -> None:
        """
        Every table has a caption, every head its scope, every row as many cells as there are heads.
        """
        tables = page.every("table")
        assert len(tables) > 5
        for table in tables:
            assert table.one("caption").text
            heads = table.one("thead").every("th")
            assert all(head.attributes["scope"] == "col" for head in heads)
            assert all(head.text for head in heads)
            for line in table.every("tr")[1:]:
                cells = [one for one in line.parts if isinstance(one, Element)]
                assert len(cells) == len(heads)
                assert cells[0].name == "th"
                assert cells[0].attributes["scope"] == "row"

    def test_sections_in_order(self, page: Element) -> None:
        """
        From the scores to the method.
        """
        assert [one.attributes["id"] for one in page.every("section")] == SECTIONS
        assert [one.attributes["href"][1:] for one in page.one("nav").every("a")] == [
            one.attributes["id"] for one in page.every("section")
        ]

    @pytest.mark.parametrize(
        "given",
        [
            {"cohort": Cohort.RESOLVED},
            {"basis": "stated"},
            {"lexicon": "phia"},
            {"as_of": date(2024, 6, 1)},
            {"as_of": date(2023, 6, 1)},
        ],
    )
    def test_every_choice(self, engine: sa.Engine, given: dict[str, Any]) -> None:
        """
        Whatever was chosen, the page is whole and says what was.
        """
        whole = dossier(write(engine, crowd(questions=40, sources=3)), **given)

        page = read(as_html.report(whole, version="1.0"))

        assert wording.convention(whole.convention) in page.one("header").text

    def test_empty(self, engine: sa.Engine) -> None:
        """
        An empty record makes a page that says so.
        """
        text = read(as_html.report(dossier(engine), version="1.0")).one("main").text

        for words in (
            "No claim is recorded by that day.",
            "No forecast has an outcome that counts yet.",
            "No question is forecast yet.",
            "Nothing is overdue",
            "Every claim is a forecast.",
        ):
            assert words in text


class TestFigures:
    """
    The page against the JSON document of the same report.
    """

    @pytest.fixture
    def document(self, whole: Dossier) -> Any:
        return json.loads(as_json.text(as_json.report(whole, version="1.0")))

    def test_scorecard(self, page: Element, document: Any) -> None:
        """
        Every row of the scorecard has the figures of its group.
        """
        found = rows(page, "forest")

        assert len(found) == len(document["groups"]) + 1
        for cells, group in zip(found, [*document["groups"], document["overall"]], strict=True):
            band = wording.score_range((group["brier_low"], group["brier_high"]))
            ends = group["brier_interval"]
            assert cells[0].startswith(group["label"])
            assert cells[1] == f"{group['scored']} of {group['matured']}"
            assert cells[2] == f"{wording.score(group['brier'])} [{band}]"
            assert cells[4] == wording.score_range(ends and (ends[0], ends[1]))
            assert cells[5] == wording.share(group["base_rate"])
            assert cells[6] == wording.share(group["mean_probability"])
            assert wording.score(group["brier"]) in cells[3]

    def test_dictionary(self, page: Element, document: Any) -> None:
        """
        Every row of the dictionary has the figures of its phrase, all together and by source.
        """
        expected = []
        for phrase in document["phrases"]:
            expected.append((f"“{phrase['words']}”", phrase["together"]))
            if len(phrase["used"]) > 1:
                expected += [(used["label"], used["hit"]) for used in phrase["used"]]

        found = rows(page, "words")

        for cells, (who, hit) in zip(found, expected, strict=True):
            assert cells[0].startswith(who)
            assert cells[1:3] == [f"{hit['hits']} of {hit['n']}", wording.share(hit["observed"])]
            assert cells[4] == wording.interval_of_share((hit["wilson"][0], hit["wilson"][1]))
            assert cells[5] == wording.band(hit["point"], hit["low"], hit["high"])

    def test_timeline(self, page: Element, document: Any) -> None:
        """
        Every window has its row with its days, what happened, and what was said.
        """
        found = rows(page, "timeline")

        assert len(found) == len(document["windows"]) == 80
        for cells, window in zip(found, document["windows"], strict=True):
            assert cells[0].startswith(window["statement"])
            assert all(voice["words"] in cells[0] for voice in window["voices"])
            assert cells[2] == f"{window['opens']} to {window['closes']}"
            assert cells[3].startswith(window["ending"])
            assert (window["settled"] or "") in cells[3]
            assert all(shown["citation"] in cells[3] for shown in window["evidence"])
        assert {window["ending"] for window in document["windows"]} >= {
            "yes", "no", "annulled", "open", "overdue",
        }  # fmt: skip

    def test_reliability(self, page: Element, document: Any) -> None:
        """
        Every diagram that the data hold is drawn, with a table of its points.
        """
        drawn = [document["together"], *(one["reliability"] for one in document["profiles"])]
        figures = page.every("figure")

        assert len(figures) == len([one for one in drawn if one["said"]]) == 5
        for figure, one in zip(figures, drawn, strict=True):
            parts = one["parts"]
            reading = figure.one("p", class_="reading").text
            assert f"Brier {wording.score(parts['score'])} =" in reading
            assert f"miscalibration {wording.score(parts['mcb'])} " in reading
            assert f"discrimination {wording.score(parts['dsc'])} " in reading
            assert f"uncertainty {wording.score(parts['unc'])};" in reading
            lines = [
                [cell.text for cell in line.parts if isinstance(cell, Element)]
                for line in figure.one("tbody").every("tr")
            ]
            edges = one["luck"]["edges"]
            for cells, said, edge in zip(lines, one["said"], edges, strict=True):
                assert cells == [
                    wording.probability(said["p"]),
                    f"{wording.number(said['events'])} of {wording.number(said['n'])}",
                    wording.share(said["recalibrated"]),
                    wording.interval_of_share((edge["low"], edge["high"])),
                ]

    def test_misses(self, page: Element, document: Any) -> None:
        """
        The worst misses in their order.
        """
        lines = page.one("section", id="misses").one("tbody").every("tr")

        assert [line.every("td")[0].text for line in lines] == [
            wording.score(miss["brier"]) for miss in document["misses"]
        ]

    def test_unscorable(self, page: Element, document: Any) -> None:
        """
        How much could not be scored, and why.
        """
        found = rows(page, "unscorable")

        for cells, group in zip(found, [*document["groups"], document["overall"]], strict=True):
            assert cells[0] == group["label"]
            assert cells[1:4] == [
                str(group["claims"]),
                str(sum(group["unscorable"].values())),
                wording.share(group["unscorable_share"]),
            ]
            assert cells[5] == (wording.reasons(group["unscorable"]) or "–")

    def test_head(self, page: Element, document: Any) -> None:
        """
        The journal's head, which says what the page was made from.
        """
        assert document["head"]["hash"] in page.one("footer").text


class TestWhyNot:
    def test_too_few(self, engine: sa.Engine) -> None:
        """
        A source with too few questions has no diagram, and the page says how many it has.
        """
        whole = dossier(write(engine, crowd(questions=8, sources=4, voices=2)))

        section = read(as_html.report(whole, version="1.0")).one("section", id="reliability")

        assert section.every("figure") == []
        assert "needs 10 scored questions" in section.text
        for profile in whole.profiles:
            assert f"{profile.label}: {wording.undrawn(profile.reliability)}" in section.text


class TestHostile:
    @pytest.fixture
    def text(self, engine: sa.Engine) -> str:
        return as_html.report(dossier(write(engine, hostile())), version="1.0")

    def test_inert(self, text: str) -> None:
        """
        What looks like markup is text, and no character acts.
        """
        page = read(text)

        assert page.every("script") == page.every("img") == []
        assert not [char for char in set(text) if unseen(char) and char != "\n"]
        shown = page.one("table", class_="forest").text
        assert "<script>document.title='owned'</script>" in shown
        assert r"\x1b[31mred \u202etxt.exe\u2066" in shown
        assert "{{ 7*7 }}" in shown
        for one in page.walk():
            assert not [key for key in one.attributes if key.startswith("on")]

    def test_addresses(self, text: str) -> None:
        """
        Only addresses on the web become links.
        """
        for one in read(text).every("a"):
            assert one.attributes["href"].startswith("#")

    def test_everywhere(self, text: str) -> None:
        """
        The attack stands in every section, so that every section was tested.
        """
        page = read(text)

        for name in (
            "scorecard",
            "reliability",
            "words",
            "timeline",
            "queue",
            "misses",
            "left-out",
        ):
            assert HOSTILE[:30] in page.one("section", id=name).text, name

    def test_markdown(self, engine: sa.Engine) -> None:
        """
        In Markdown it is inert, too.
        """
        text = as_markdown.report(dossier(write(engine, hostile())))

        assert "<" not in text.replace("\\<", "")
        assert not [char for char in set(text) if unseen(char) and char != "\n"]


class TestSize:
    def test_large_record(
        self, engine: sa.Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """
        500 questions and 40 sources make a page under 2 MB in under 3 seconds.
        """
        write(engine, crowd(questions=500, sources=40))
        begun = time.perf_counter()

        text = as_html.report(dossier(engine), version="1.0")

        took, size = time.perf_counter() - begun, len(text.encode())
        with capsys.disabled():
            print(f"\n500 questions, 40 sources: {size / 1e6:.2f} MB in {took:.2f} s")
        assert size < 2_000_000
        assert took < 3.0
        assert len(rows(read(text), "timeline")) == 500

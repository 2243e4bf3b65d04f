"""
The page: whole in itself, open to everybody, with the figures of the JSON and nothing that acts.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from dossiers import AS_OF, HOSTILE, crowd, dossier, hostile, write
from foretrack.core.vocabulary import Cohort
from foretrack.report import as_html, as_json, as_markdown, verdicts, wording
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
    The cells of a table's body and foot, or of several tables of one kind.
    """
    return [
        [one.text for one in line.parts if isinstance(one, Element)]
        for found in page.every("table", class_=table)
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
        names = {one["group"]: one["label"] for one in document["groups"]}

        for line, miss in zip(lines, document["misses"], strict=True):
            about = line.one("th").text
            assert miss["statement"] in about
            assert f"said {miss['made']}, closes {miss['closes']}" in about
            score, said, p, outcome, source = (cell.text for cell in line.every("td"))
            assert score == wording.score(miss["brier"])
            assert said == miss["words"]
            assert p == wording.probability(miss["probability"])
            assert outcome.startswith(f"{miss['outcome']}, {miss['settled']}"[: len(outcome)])
            assert source == names[miss["source"]]

    def test_drawn_figures(self, page: Element, document: Any) -> None:
        """
        The strips themselves are where the figures of the document put them.
        """
        ticks = page.every("table", class_="forest")[0].one("thead").every("span", class_="axis")
        top = float(ticks[0].every("span")[-1].text)
        strips = page.one("table", class_="forest").every("svg", class_="strip")

        for strip, group in zip(strips, [*document["groups"], document["overall"]], strict=True):
            (dot,) = strip.every("use", class_="score")
            assert float(dot.attributes["x"][:-1]) == pytest.approx(
                100 * group["brier"] / top, rel=1e-3
            )
            (band,) = strip.every("rect", class_="band")
            ends = [float(band.attributes[key][:-1]) * top / 100 for key in ("x", "width")]
            assert ends == pytest.approx(
                [group["brier_low"], group["brier_high"] - group["brier_low"]], rel=1e-3
            )

    def test_hits_drawn(self, page: Element, document: Any) -> None:
        """
        The dictionary's strips, too.
        """
        strips = page.every("svg", class_="rates")
        rates = [
            hit
            for phrase in document["phrases"]
            for hit in [phrase["together"], *(used["hit"] for used in phrase["used"])][
                : None if len(phrase["used"]) > 1 else 1
            ]
        ]

        for strip, hit in zip(strips, rates, strict=True):
            (dot,) = strip.every("use", class_="score")
            assert float(dot.attributes["x"][:-1]) == pytest.approx(100 * hit["observed"], rel=1e-3)

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

    def test_tiles(self, page: Element, document: Any) -> None:
        """
        The tiles at the top have the figures of all together.
        """
        tiles = {
            one.one("dt").text: one.one("dd") for one in page.one("dl", class_="tiles").every("div")
        }
        overall = document["overall"]
        bounds = overall["brier_bounds"]

        assert [(name, tile.one("b").text) for name, tile in tiles.items()] == [
            ("Brier score, all together", wording.score(overall["brier"])),
            ("Scored", f"{overall['scored']:,}"),
            ("Overdue", f"{overall['overdue']:,}"),
            ("Open", f"{overall['open']:,}"),
            ("Unscorable", wording.share(overall["unscorable_share"])),
        ]
        band = wording.score_range((overall["brier_low"], overall["brier_high"]))
        early = overall["early"]
        assert [tile.one("small").text for tile in tiles.values()] == [
            f"{band} by the lexicon's bands",
            f"of {overall['matured']:,} whose window is over",
            f"could move the score to {wording.score_range((bounds[0], bounds[1]))}",
            f"resolved early: {early['n']} at {wording.score(early['brier'])}",
            "of the sources' own claims",
        ]

    def test_beside(self, page: Element, document: Any) -> None:
        """
        What stands beside the headline has the counts of its group.
        """
        (table,) = [
            one for one in page.every("table") if one.one("caption").text == "Beside the headline"
        ]
        heads = [one.text for one in table.one("thead").every("th")][1:]
        found = [
            [one.text for one in line.parts if isinstance(one, Element)]
            for line in table.every("tr")[1:]
        ]

        groups = [*document["groups"], document["overall"]]
        assert heads == ["early (Brier)", "open", "overdue", "ambiguous", "annulled"]
        for cells, group in zip(found, groups, strict=True):
            early = group["early"]
            assert cells[0].startswith(group["label"])
            assert cells[1:] == [
                f"{early['n']} at {wording.score(early['brier'])}",
                *(str(group[name]) for name in ("open", "overdue", "ambiguous")),
                str(sum(group["annulled"].values())),
            ]

    def test_queue(self, page: Element, document: Any) -> None:
        """
        What waits, question by question, with its days and what each source said.
        """
        section = page.one("section", id="queue")
        items = [*document["queue"]["items"], *document["queue"]["conditions"]]
        entries = section.every("li")

        assert f"Overdue ({document['queue']['overdue']})" in section.text
        assert len(entries) == len(items) > 2
        for entry, item in zip(entries, items, strict=True):
            assert entry.text.startswith(item["question"])
            assert item["statement"] in entry.text
            assert item["closes"] in entry.text
            if item["overdue"]:
                assert f"{-item['days']:,} days overdue" in entry.text
            for voice in item["voices"]:
                assert f"{voice['name']}: {voice['words']}" in entry.text

    def test_head(self, page: Element, document: Any) -> None:
        """
        The journal's head, which says what the page was made from.
        """
        assert document["head"]["hash"] in page.one("footer").text


class TestDays:
    def test_unbroken(self, page: Element) -> None:
        """
        A day in a sentence is not broken at the end of a line.
        """
        queue = page.one("section", id="queue")
        days = [one.text for one in queue.every("span", class_="solid")]

        assert days
        assert days == re.findall(
            r"\d{4}-\d\d-\d\d", " ".join(one.text for one in queue.every("li"))
        )


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
            assert f"{profile.label}: {verdicts.undrawn(profile.reliability)}" in section.text


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


class TestFolds:
    """
    What a long page folds, for a telephone; without script, and nothing is left out.
    """

    @pytest.fixture
    def large(self, engine: sa.Engine) -> Element:
        whole = dossier(write(engine, crowd(questions=150, sources=20)))
        return read(as_html.report(whole, version="1.0"))

    def test_short(self, engine: sa.Engine) -> None:
        """
        What is short is shown as it is, but for the method, the evidence and the claims.
        """
        whole = dossier(write(engine, crowd(questions=30, sources=3)))

        assert read(as_html.report(whole, version="1.0")).every("details", class_="group") == []

    def test_years(self, large: Element) -> None:
        """
        The windows are folded by year; the fold says what became of them.
        """
        folds = large.one("section", id="timeline").every("details", class_="group")
        years = [one.every("summary")[0].one("b").text for one in folds]

        assert years == sorted(years)
        assert years[0] == "Closing in 2024"
        for one in folds:
            told = one.every("summary")[0].text
            lines = one.one("tbody").every("tr")
            assert f"{len(lines)} window" in told
            kinds = [line.every("td")[-1].text.split(",")[0].split(":")[0] for line in lines]
            n = sum(kind.split()[0] == "yes" for kind in kinds)
            assert f"{n} yes" in told
        assert len(rows(large, "timeline")) == 150

    def test_sources(self, large: Element) -> None:
        """
        With many sources their diagrams, phrases and counts are folded, the scores are not.
        """
        n = len(rows(large, "forest")) - 1
        assert n > 12
        reliability = large.one("section", id="reliability")
        assert len(reliability.every("figure")) == n + 1
        assert len(reliability.every("details", class_="group")) == n
        words = large.one("section", id="words")
        first, *others = words.every("table", class_="words")
        assert len(first.every("tbody")) == len(others) == len(words.every("details"))
        folded = large.one("section", id="scorecard").every("details", class_="group")
        assert [one.one("summary").one("b").text for one in folded] == ["Beside the headline"]

    def test_queue(self, engine: sa.Engine) -> None:
        """
        Of a long queue the first ten stand open.
        """
        whole = dossier(write(engine, crowd(questions=300, sources=2)), as_of=date(2026, 11, 21))
        waiting = replace(whole.queue, items=whole.queue.items * 9)
        page = read(as_html.report(replace(whole, queue=waiting), version="1.0"))
        overdue, *_ = page.one("section", id="queue").every("details", class_="group")
        n = sum(item.overdue for item in waiting.items)

        assert overdue.one("summary").text == f"{n - 10} more"
        assert len(overdue.every("li")) == n - 10
        assert len(page.one("section", id="queue").every("li")) == len(waiting.items) + len(
            waiting.conditions
        )


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

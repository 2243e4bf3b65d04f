"""
Diagrams: marks where the figures are, words for whoever does not see them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers import HOSTILE
from foretrack.core.consistency import Consistency, Edge
from foretrack.core.decomposition import Corp
from foretrack.core.dossier import Ending, Window
from foretrack.core.page import Hit
from foretrack.core.reliability import Bar, Reliability, Said
from foretrack.core.scorecard import Early, Group
from foretrack.report import axes, captions, charts, diagram
from foretrack.report.text import unseen

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

STYLE = Path(charts.__file__).parent / "templates" / "page.css"


def drawn(svg: str) -> Element:
    """
    The diagram as XML, which is stricter than HTML.
    """
    return ET.fromstring(svg)


def places(svg: str, kind: str, attribute: str = "x") -> list[str]:
    """
    Where the marks of a kind are.
    """
    return [
        one.get(attribute, "") for one in drawn(svg).iter() if kind in one.get("class", "").split()
    ]


def group(**given: Any) -> Group:
    plain: dict[str, Any] = {
        "group": "s", "label": "Somebody", "claims": 9, "unscorable": {}, "unscorable_share": 0.0,
        "forecasts": 9, "questions": 9, "matured": 4, "scored": 4, "brier": 0.2, "brier_low": 0.1,
        "brier_high": 0.3, "brier_interval": (0.05, 0.45), "base_rate": 0.5,
        "mean_probability": 0.5, "early": Early(n=0, brier=None), "open": 0, "overdue": 0,
        "provisional": False, "brier_bounds": None, "ambiguous": 0, "annulled": {}, "late": 0,
        "not_in_lexicon": 0, "assumed": 0, "implied": 0, "assumed_phrases": 0,
        "inferred_dates": 0, "hindsight": 0, "too_few_to_rank": True,
    }  # fmt: skip
    return Group(**{**plain, **given})


def hit(**given: Any) -> Hit:
    plain: dict[str, Any] = {
        "words": "likely", "point": 0.72, "low": 0.65, "high": 0.8, "n": 4, "hits": 1,
        "observed": 0.25, "wilson": (0.0456, 0.6994), "agrees": None, "claims": (),
    }  # fmt: skip
    return Hit(**{**plain, **given})


def window(ending: Ending = Ending.OPEN, **given: Any) -> Window:
    plain: dict[str, Any] = {
        "question": "q", "statement": "Does it happen?", "opens": date(2020, 1, 1),
        "closes": date(2022, 12, 31), "ending": ending, "settled": None, "decided": None,
        "condition": None, "reason": None, "evidence": (), "voices": (),
    }  # fmt: skip
    return Window(**{**plain, **given})


BAND = Consistency(
    edges=(Edge(0.2, 0.1, 0.4), Edge(0.8, 0.6, 0.9)),
    level=0.9,
    resamples=499,
    under_calibration=0.01,
    p_value=0.03,
)


def reliability(**given: Any) -> Reliability:
    plain: dict[str, Any] = {
        "source": "s", "n": 60, "units": 60,
        "said": (Said(0.2, 40, 8, 0.2), Said(0.8, 20, 10, 0.5)),
        "histogram": (Bar(0.2, 0.2, 40), Bar(0.8, 0.8, 20)),
        "parts": Corp(0.2, 0.03, 0.02, 0.21), "luck": BAND,
    }  # fmt: skip
    return Reliability(**{**plain, **given})


EVERY = [
    charts.marks(),
    charts.grid("score", axes.PERCENT),
    charts.score_strip(group(), top=0.5),
    charts.score_strip(group(brier_bounds=(0.1, 0.4), early=Early(n=1, brier=0.3)), top=0.5),
    charts.score_strip(group(brier=None, brier_low=None, brier_high=None), top=1.0),
    charts.rate_strip(hit(), whose="Somebody"),
    charts.rate_strip(hit(agrees=False), whose="Somebody"),
    charts.rate_strip(hit(point=None, low=None, high=None), whose="Somebody"),
    charts.share_strip(0.4, "Somebody: 40%"),
    diagram.reliability(reliability(), label="Somebody", name="r1"),
    diagram.reliability(reliability(luck=None), label="Somebody", name="r1"),
    *(
        charts.window_strip(window(ending), begin=date(2020, 1, 1), end=date(2023, 12, 31))
        for ending in Ending
    ),
    *(charts.key(shape, kind) for shape, kind in charts.ENDINGS.values()),
    charts.key("bar", "band"),
    charts.key("whisker", "interval"),
    charts.key("line", "curve"),
    charts.key("upright", "marked"),
]


class TestEvery:
    @pytest.mark.parametrize("svg", EVERY)
    def test_inert(self, svg: str) -> None:
        """
        Well-formed, no script, nothing from elsewhere, references to this page alone.
        """
        for one in drawn(svg).iter():
            assert one.tag in {
                "svg", "defs", "g", "symbol", "use", "title", "desc", "text", "circle", "path",
                "line", "rect", "polygon", "polyline",
            }  # fmt: skip
            assert not [name for name in one.attrib if name.startswith("on") or ":" in name]
            assert one.get("href", "#").startswith("#")
            assert "style" not in one.attrib

    @pytest.mark.parametrize("svg", EVERY)
    def test_told(self, svg: str) -> None:
        """
        A diagram says what it shows; what only repeats the text beside it is hidden.
        """
        top = drawn(svg)

        if top.get("role") == "img":
            title = top.find("title")
            assert title is not None
            assert title.text
        else:
            assert top.get("aria-hidden") == "true"

    def test_shapes_exist(self) -> None:
        """
        Every shape that is used is among those that the page holds.
        """
        known = {one.get("id") for one in drawn(charts.marks()).iter()}
        used = {
            one.get("href", "").removeprefix("#") for svg in EVERY for one in drawn(svg).iter("use")
        }

        assert {name for name in used if name.startswith("m-")} <= known
        assert {name for name in used if name.startswith("g-")} == {"g-score", "g-rate", "g-time"}

    def test_styles_exist(self) -> None:
        """
        Every class has its place in the style sheet, or stands beside one that has.
        """
        styled = set(re.findall(r"\.([a-z]+)", STYLE.read_text(encoding="utf-8")))

        for svg in EVERY:
            for one in drawn(svg).iter():
                names = one.get("class", "").split()
                assert not names or styled & set(names), names

    def test_endings_differ_without_colour(self) -> None:
        """
        Each ending of a window has a shape of its own.
        """
        assert set(charts.ENDINGS) == set(Ending)
        assert len({shape for shape, _ in charts.ENDINGS.values()}) == len(Ending)

    @given(st.text(st.characters(exclude_characters="\ufffe\uffff")))
    def test_any_text(self, text: str) -> None:
        """
        Whatever a name is, the diagram stays well-formed and shows no character that acts.
        """
        for svg in (
            charts.score_strip(group(label=text), top=0.5),
            charts.rate_strip(hit(words=text), whose=text),
            diagram.reliability(reliability(), label=text, name="r"),
        ):
            title = drawn(svg).find("title")
            assert title is not None
            assert not any(unseen(char) for char in title.text or "")

    def test_hostile(self) -> None:
        """
        A name that is an attack is only a name.
        """
        svg = charts.score_strip(group(label=HOSTILE), top=0.5)

        assert "<script" not in svg
        assert "\u202e" not in svg
        assert [one.tag for one in drawn(svg).iter() if one.tag in ("script", "img")] == []


class TestScores:
    def test_places(self) -> None:
        """
        On an axis to 0.5 a score of 0.2 is at 40%, its band from 20 to 60%, its interval at 10-90%.
        """
        svg = charts.score_strip(group(), top=0.5)

        assert places(svg, "score") == ["40%"]
        assert places(svg, "band") == ["20%"]
        assert places(svg, "band", "width") == ["40%"]
        whisker = next(one for one in drawn(svg).iter("g") if "interval" in one.get("class", ""))
        assert (whisker[0].get("x1"), whisker[0].get("x2")) == ("10%", "90%")

    def test_without(self) -> None:
        """
        What is not known is not drawn.
        """
        nothing = charts.score_strip(
            group(brier=None, brier_low=None, brier_high=None, brier_interval=None), top=1.0
        )
        lone = charts.score_strip(group(brier_interval=None), top=1.0)

        assert [places(nothing, kind) for kind in ("score", "band", "whisker", "early")] == [[]] * 4
        assert places(lone, "whisker") == []

    def test_words(self) -> None:
        """
        The title has the figures as the table prints them.
        """
        found = captions.score(group(brier_bounds=(0.1, 0.4), early=Early(n=2, brier=0.36)))

        assert found == (
            "Somebody: Brier 0.200, lexicon band 0.100-0.300, 95% interval 0.050-0.450,"
            " with what is overdue 0.100 to 0.400, early resolutions 0.360"
        )

    @pytest.mark.parametrize(
        ("most", "top"), [(0.2, 0.5), (0.5, 0.5), (0.51, 0.75), (0.76, 1.0), (1.0, 1.0)]
    )
    def test_axis(self, most: float, top: float) -> None:
        """
        The axis holds everything that is drawn, and always begins at 0.
        """
        found, axis = axes.scores([group(brier_interval=(0.0, most), brier_high=0.2)])

        assert found == top
        assert axis.ticks[0] == (0.0, "0")
        assert axis.ticks[-1][0] == 1.0
        assert axis.marked is not None
        assert axis.marked[0] == 0.25 / top

    def test_no_group(self) -> None:
        """
        Without a source there is an axis all the same.
        """
        assert axes.scores([])[0] == 0.5


class TestRates:
    def test_places(self) -> None:
        """
        A share of 25% is at 25%, the lexicon's band of 65 to 80% where it belongs.
        """
        svg = charts.rate_strip(hit(), whose="Somebody")

        assert places(svg, "score") == ["25%"]
        assert places(svg, "band") == ["65%"]
        assert places(svg, "band", "width") == ["15%"]

    def test_miss(self) -> None:
        """
        A band that is missed is marked, one without a verdict is not.
        """
        assert places(charts.rate_strip(hit(agrees=False), whose="x"), "off") == ["65%"]
        assert places(charts.rate_strip(hit(agrees=None), whose="x"), "off") == []


class TestTime:
    def test_places(self) -> None:
        """
        A window is drawn from its opening to its close, the event where it happened.
        """
        begin, end = date(2020, 1, 1), date(2023, 12, 31)  # 1460 days apart
        svg = charts.window_strip(
            window(Ending.YES, opens=date(2021, 1, 1), settled=date(2022, 1, 1)),
            begin=begin, end=end,
        )  # fmt: skip

        assert places(svg, "window") == [f"{100 * 366 / 1460:.4g}%"]
        assert places(svg, "window", "width") == [f"{100 * 729 / 1460:.4g}%"]
        assert places(svg, "mark") == [f"{100 * 731 / 1460:.4g}%"]

    def test_mark_at_the_close(self) -> None:
        """
        What has no day of its own is marked where the window closes.
        """
        begin, end = date(2020, 1, 1), date(2022, 12, 31)

        for ending in (Ending.NO, Ending.OPEN, Ending.OVERDUE, Ending.AMBIGUOUS):
            svg = charts.window_strip(window(ending), begin=begin, end=end)
            assert places(svg, "mark") == ["100%"]

    def test_years(self) -> None:
        """
        Whole years with room for their labels, today among them.
        """
        begin, end, axis = axes.years([window()], as_of=date(2024, 6, 1))

        assert (begin, end) == (date(2020, 1, 1), date(2024, 12, 31))
        assert [label for _, label in axis.ticks] == ["2020", "2021", "2022", "2023", "2024"]
        assert axis.marked is not None
        assert axis.marked[1] == "today, 2024-06-01"

    @given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 60_000))
    def test_few_labels(self, opens: date, days: int) -> None:
        """
        However long the record, at most nine years are named, and all are on the axis.
        """
        closes = date.fromordinal(opens.toordinal() + days)
        begin, end, axis = axes.years([window(opens=opens, closes=closes)], as_of=closes)

        assert begin <= opens <= closes <= end
        assert 0 < len(axis.ticks) <= 9
        assert all(0.0 <= place <= 1.0 for place, _ in axis.ticks)

    def test_no_window(self) -> None:
        """
        Without a window the axis is this year's.
        """
        begin, end, _ = axes.years([], as_of=date(2026, 11, 21))

        assert (begin, end) == (date(2026, 1, 1), date(2026, 12, 31))


class TestReliability:
    def test_curve(self) -> None:
        """
        The square is 250 wide with its corner at (40, 258): 20% said and true is at (90, 208).
        """
        (curve,) = places(
            diagram.reliability(reliability(), label="x", name="r"), "curve", "points"
        )

        assert curve == "90,208 240,133"

    def test_band(self) -> None:
        """
        The band runs along its upper ends and back along its lower ones.
        """
        (band,) = places(diagram.reliability(reliability(), label="x", name="r"), "luck", "points")

        assert band == "90,158 240,33 240,108 90,233"

    def test_outside(self) -> None:
        """
        A point outside the band has another shape, and the words say so.
        """
        svg = diagram.reliability(reliability(), label="x", name="r")

        assert (places(svg, "outside"), places(svg, "point", "cx")) == (["240"], ["90"])
        assert captions.reliability(reliability()) == (
            "60 scored questions. said 20%, came true 20%; said 80%, came true 50% (outside the"
            " consistency band). The others lie inside the consistency band."
        )

    def test_steps(self) -> None:
        """
        Probabilities that came true alike are told as one, and how many of them lie outside.
        """
        edges = (Edge(0.2, 0.1, 0.4), Edge(0.3, 0.5, 0.6), Edge(0.8, 0.2, 0.9))
        said = (Said(0.2, 5, 1, 0.3), Said(0.3, 5, 2, 0.3), Said(0.8, 9, 8, 0.8))
        found = reliability(said=said, luck=replace(BAND, edges=edges))

        assert "said 20% to 30%, came true 30% (1 of 2 outside the consistency band); said 80%" in (
            captions.reliability(found)
        )
        every = reliability(said=said[::2], luck=replace(BAND, edges=edges[::2]))
        assert captions.reliability(every).endswith(" All lie inside the consistency band.")

    def test_without_band(self) -> None:
        """
        Without a band nothing is inside or outside.
        """
        svg = diagram.reliability(reliability(luck=None), label="x", name="r")

        assert places(svg, "luck") == places(svg, "outside") == []
        assert "band" not in captions.reliability(reliability(luck=None))

    def test_histogram(self) -> None:
        """
        Twice as many forecasts make a bar twice as high.
        """
        svg = diagram.reliability(reliability(), label="x", name="r")

        high, low = (float(height) for height in places(svg, "count", "height"))
        assert high == 2 * low
        assert [one.text for one in drawn(svg).iter("text") if one.get("class") == "n"] == [
            "40", "20",
        ]  # fmt: skip

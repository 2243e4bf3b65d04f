"""
Diagrams in the cells of a terminal.
"""

from __future__ import annotations

import io
import random
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from foretrack.core.consistency import Consistency, Edge
from foretrack.core.decomposition import Corp
from foretrack.core.page import Calibration
from foretrack.core.reliability import Bar, Reliability, Said
from foretrack.core.scorecard import Convention, Early, Group
from foretrack.core.vocabulary import Cohort, Updates
from foretrack.report import as_markdown, as_table, axes, charts
from foretrack.report.outlines.blocks import Block, Drawing, Surface, paragraph
from foretrack.report.sheet import Sheet
from foretrack.report.terminal import reliability, strips
from foretrack.report.terminal.canvas import Canvas, Glyph
from foretrack.report.text import inert, width

if TYPE_CHECKING:
    from collections.abc import Callable

    from syrupy.assertion import SnapshotAssertion

    from foretrack.core.scorecard import Scorecard

    Show = Callable[..., str]


def surface(cells: int, *, unicode: bool = True) -> Surface:
    return Surface(cells, unicode, inert, width)


def texts(drawn: Any) -> list[str]:
    """
    The lines of a drawing without their tones.
    """
    return ["".join(span.text for span in line) for line in drawn]


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


BAND = Consistency(
    edges=(Edge(0.2, 0.1, 0.4), Edge(0.8, 0.6, 0.9)),
    level=0.9,
    resamples=499,
    under_calibration=0.01,
    p_value=0.03,
)


def found(**given: Any) -> Reliability:
    plain: dict[str, Any] = {
        "source": "s", "n": 60, "units": 60,
        "said": (Said(0.2, 40, 8, 0.2), Said(0.8, 20, 10, 0.5)),
        "histogram": (Bar(0.2, 0.2, 40), Bar(0.8, 0.8, 20)),
        "parts": Corp(0.2, 0.03, 0.02, 0.21), "luck": BAND,
    }  # fmt: skip
    return Reliability(**{**plain, **given})


def many() -> Reliability:
    """
    A source that says all percentages.
    """
    luck = random.Random(4)
    ps = [percent / 100 for percent in range(1, 100)]
    edges = tuple(Edge(p, max(0.0, p - 0.15), min(1.0, p + 0.15)) for p in ps)
    shares = [min(1.0, max(0.0, 0.25 + 0.5 * int(p * 10) / 10)) for p in ps]
    return found(
        n=990, units=990,
        said=tuple(Said(p, 10, round(10 * y), y) for p, y in zip(ps, shares, strict=True)),
        histogram=tuple(Bar(at / 10, (at + 1) / 10, luck.randrange(1, 200)) for at in range(10)),
        luck=replace(BAND, edges=edges),
    )  # fmt: skip


def calibration(drawn: Reliability | None) -> Calibration:
    how = Convention(
        as_of=date(2026, 11, 21), cohort=Cohort.MATURED, updates=Updates.TIME, basis="all",
        lexicon="survey-2026.1", declared={}, left_out=0,
    )  # fmt: skip
    return Calibration(convention=how, source="s", hits=(), reliability=drawn)


DIAGRAMS = {
    "two": found(),
    "few": found(n=12, units=9, luck=None),
    "many": many(),
}


class TestCanvas:
    def test_on_top(self) -> None:
        """
        What is drawn last is seen; neighbours of one tone are one span; nothing trails.
        """
        canvas = Canvas(5, 2, unicode=True)
        canvas.write(0, 0, "abcd", tone="quiet")
        canvas.put(1, 0, Glyph("●", "o", "mark"))

        assert canvas.lines() == [[("a", "quiet"), ("●", "mark"), ("cd", "quiet")], []]

    def test_ascii(self) -> None:
        """
        Without Unicode the other character of a mark is drawn.
        """
        canvas = Canvas(1, 1, unicode=False)
        canvas.put(0, 0, Glyph("●", "o"))

        assert texts(canvas.lines()) == ["o"]


class TestStrips:
    def test_places(self) -> None:
        """
        On 51 cells up to 0.5, each mark lies at its hundredth.

        Whiskers at 5 and 45, the band from 10 to 30, the dot at 20; the reference of 0.25 is hidden
        in the band.
        """
        head, line, *_ = texts(strips.rows([group()], surface(8 + 2 + 51 + 2 + 5)))

        assert line == f"Somebody  {' ' * 5}├────{'▒' * 10}●{'▒' * 10}{'─' * 14}┤{' ' * 5}  0.200"
        assert head == f"{' ' * 10}0{' ' * 23}0.25{' ' * 20}0.5"

    def test_reference(self) -> None:
        """
        The score of always saying 50% is marked on the axis, and where a whisker runs over it.
        """
        plain = {"brier_interval": None, "brier_low": 0.1, "brier_high": 0.1, "brier": 0.1}
        _, alone, *_ = texts(strips.rows([group(**plain)], surface(68)))
        _, crossed, *_ = texts(
            strips.rows([group(**plain | {"brier_interval": (0.05, 0.45)})], surface(68))
        )

        assert alone.index("┊") == crossed.index("┼") == 10 + 25

    def test_bounds_and_early(self) -> None:
        """
        Without a score the bounds are drawn, and what was resolved early in any case.
        """
        one = group(
            brier=None, brier_low=None, brier_high=None, brier_interval=None,
            brier_bounds=(0.1, 0.2), early=Early(n=1, brier=0.4),
        )  # fmt: skip
        _, line, *rest = texts(strips.rows([one], surface(68)))

        assert line == f"Somebody  {' ' * 10}‹{'·' * 9}›{' ' * 4}┊{' ' * 14}◇"
        assert "● Brier score" not in "\n".join(rest)

    def test_bounds_stay_in_sight(self) -> None:
        """
        The ends of what the overdue can make of a score are not hidden by its interval or band.
        """
        _, line, *_ = texts(strips.rows([group(brier_bounds=(0.15, 0.4))], surface(68)))

        assert (line.index("‹") - 10, line.index("›") - 10) == (15, 40)

    def test_without_a_score(self) -> None:
        """
        A row that has nothing to draw has no strip, and where none has there is no drawing.
        """
        nothing = group(brier=None, brier_low=None, brier_high=None, brier_interval=None)

        assert list(strips.rows([nothing], surface(80))) == []
        assert not strips.any_drawn([nothing])
        assert len(texts(strips.rows([nothing, group()], surface(80)))) == len(
            texts(strips.rows([group()], surface(80)))
        )

    def test_no_room(self) -> None:
        """
        On fewer cells than tell anything nothing is drawn.
        """
        assert list(strips.rows([group()], surface(30))) == []

    def test_long_names(self) -> None:
        """
        A long name folds below its strip; nothing of it is cut off.
        """
        name = "The institute of very long names and their abbreviations"
        lines = texts(strips.rows([group(label=name)], surface(80)))

        folded = " ".join(line[:26].strip() for line in lines[1:4])
        assert folded == name

    @given(
        st.lists(st.floats(0, 1), min_size=5, max_size=5),
        st.text(max_size=40),
        st.integers(20, 140),
        st.sampled_from(["utf-8", "ascii"]),
    )
    def test_laws(self, scores: list[float], name: str, cells: int, encoding: str) -> None:
        """
        No line is too long or trails, the dot lies in the cell of its score, ASCII stays ASCII.
        """
        ends, unicode = sorted(scores), encoding == "utf-8"
        one = group(
            label=name, brier=ends[2], brier_low=ends[1], brier_high=ends[3],
            brier_interval=(ends[0], ends[4]),
        )  # fmt: skip
        given = Surface(
            cells, unicode, lambda text: inert(text).encode("ascii", "replace").decode(), width
        )
        lines = texts(strips.rows([one], given))

        assert all(width(line) <= cells for line in lines)
        assert all(line == line.rstrip(" ") for line in lines)
        assert all(line.isascii() for line in lines) or unicode
        if lines:
            top, _ = axes.scores([one])
            room = min(width(given.clean(name)), 28, cells // 3)
            length = min(cells - room - 9, 101)
            at = lines[1][room + 2 :].index("●" if unicode else "O")
            assert abs(at / (length - 1) - ends[2] / top) <= 0.5 / (length - 1) + 1e-9

    def test_where_the_page_draws_it(self) -> None:
        """
        The page and the terminal put a score in the same place of the same axis.
        """
        one = group(brier=0.31, brier_high=0.32)
        top, _ = axes.scores([one])
        (dot,) = re.findall(
            r'class="mark score"[^>]* x="([0-9.]+)%"', charts.score_strip(one, top=top)
        )
        _, line, *_ = texts(strips.rows([one], surface(8 + 2 + 101 + 2 + 5)))

        assert line[10:].index("●") == round(float(dot))


class TestReliability:
    def test_square(self) -> None:
        """
        At 80 columns the square has 41 by 21 cells, its first line on top.

        20% said and true is the ninth cell of the fifth line from the floor.
        """
        lines = texts(reliability.diagram(found(), surface(80)))

        assert lines[20 - 4][6:][8] == "●"
        assert lines[20 - 10][6:][32] == "◆"
        assert lines[0].startswith("100% ┤")
        assert lines[20].startswith("  0% ┤")

    def test_diagonal(self) -> None:
        """
        The diagonal runs from corner to corner.
        """
        lines = texts(reliability.diagram(found(luck=None), surface(80)))

        assert lines[20][6] == "·"
        assert lines[0][46] == "·"

    def test_band(self) -> None:
        """
        The band runs from the lowest probability said to the highest.

        At 20% it goes from 10 to 40%, at 80% from 60 to 90%, where the point lies below it.
        """
        rows = texts(reliability.diagram(found(), surface(80)))[20::-1]
        column = {x: [row for row in range(21) if rows[row][6 + x : 7 + x] in "░·●◆─╱"
                      and rows[row][6 + x : 7 + x]] for x in (8, 32)}  # fmt: skip

        assert column[8] == list(range(2, 9))
        assert column[32] == [10, *range(12, 19)]
        assert not any("░" in row[6:14] or "░" in row[39:47] for row in rows)

    def test_without_a_band(self) -> None:
        """
        Below twenty questions there is no band, no point outside it, and no word of either.
        """
        shown = "\n".join(texts(reliability.diagram(found(luck=None), surface(80))))

        assert "░" not in shown
        assert "◆" not in shown
        assert "nine in ten" not in shown

    def test_too_few(self) -> None:
        """
        Below ten questions nothing is drawn, and the reason is given.
        """
        few = Reliability(source="s", n=3, units=3)

        assert list(reliability.diagram(few, surface(80))) == []
        assert "No reliability diagram below n = 10: 3 scored." in shown(few, cells=80)
        assert "●" not in shown(few, cells=80)

    def test_histogram(self) -> None:
        """
        Twice as many forecasts make a bar twice as high, and the least bar still shows.
        """
        bars = (Bar(0.2, 0.2, 1000), Bar(0.8, 0.8, 500), Bar(0.5, 0.5, 1))
        lines = texts(reliability.diagram(found(histogram=bars), surface(80)))[-3:]

        assert [line[6 + 8 : 7 + 8] for line in lines] == ["█", "█", "█"]
        assert [line[6 + 32 : 7 + 32].strip() for line in lines] == ["", "▄", "█"]
        assert [line[6 + 20 : 7 + 20].strip() for line in lines] == ["", "", "▁"]

    @pytest.mark.parametrize("cells", [20, 31, 40, 55, 80, 88, 120, 200])
    @pytest.mark.parametrize("name", DIAGRAMS)
    @pytest.mark.parametrize("unicode", [True, False])
    def test_fits(self, name: str, cells: int, *, unicode: bool) -> None:
        """
        At any width no line is too long and nothing trails; ASCII stays ASCII.
        """
        lines = texts(reliability.diagram(DIAGRAMS[name], surface(cells, unicode=unicode)))

        assert bool(lines) == (cells >= 31)
        assert all(len(line) <= cells and line == line.rstrip() for line in lines)
        assert unicode or "".join(lines).isascii()

    def test_marks_differ_without_colour(self) -> None:
        """
        Each mark has a character of its own, in Unicode and in ASCII.
        """
        for unicode in (True, False):
            lines = texts(reliability.diagram(found(), surface(40, unicode=unicode)))
            below = lines[lines.index("") + 1 :]
            marks = [line[0] for line in below if not line.startswith(" ")]
            assert len(marks) == len(set(marks)) == 5

    @given(
        st.lists(
            st.tuples(st.integers(0, 100), st.floats(0, 1)),
            min_size=1, max_size=30, unique_by=lambda one: one[0],
        ),
        st.integers(31, 130),
    )  # fmt: skip
    def test_points(self, given: list[tuple[int, float]], cells: int) -> None:
        """
        Whatever was said, each point is drawn in the cell of its figures.
        """
        ps, ys = sorted(p / 100 for p, _ in given), sorted(y for _, y in given)
        one = found(
            said=tuple(Said(p, 1, y, y) for p, y in zip(ps, ys, strict=True)),
            luck=Consistency(
                edges=tuple(Edge(p, 2.0, 2.0) for p in ps), level=0.9, resamples=9,
                under_calibration=0.0, p_value=1.0,
            ),
        )  # fmt: skip
        lines = texts(reliability.diagram(replace(one, luck=None), surface(cells)))
        height = next(at for at, line in enumerate(lines) if "└" in line)
        side = lines[height].rindex("┬") - 6

        for p, y in zip(ps, ys, strict=True):
            line = lines[height - 1 - int(y * (height - 1) + 0.5)]
            assert line[6 + int(p * side + 0.5)] in ("●" if len(ps) <= 20 else "─╱│")


def shown(drawn: Reliability | None, *, cells: int, **given: Any) -> str:
    """
    What a console prints of the calibration, with colour if wanted.
    """
    target = io.StringIO()
    console = Console(
        **{"width": cells, "file": target, "legacy_windows": False, "color_system": None, **given}
    )
    console.print(as_table.calibration(calibration(drawn)))
    return target.getvalue()


class TestPrinted:
    @pytest.mark.parametrize("cells", [80, 120])
    @pytest.mark.parametrize("name", DIAGRAMS)
    def test_plain(self, name: str, cells: int, snapshot: SnapshotAssertion) -> None:
        """
        The diagram with its words, as it is piped, at two widths.
        """
        assert shown(DIAGRAMS[name], cells=cells) == snapshot

    @pytest.mark.parametrize("cells", [80, 120])
    def test_in_ascii(self, cells: int, show: Show, snapshot: SnapshotAssertion) -> None:
        """
        The same where the encoding has nothing else.
        """
        text = show(as_table.calibration(calibration(found())), width=cells, encoding="ascii")

        assert text == snapshot

    @pytest.mark.parametrize("cells", [80, 120])
    def test_in_colour(self, cells: int, snapshot: SnapshotAssertion) -> None:
        """
        On a terminal with colours; without its colours it is the plain one.
        """
        text = shown(found(), cells=cells, force_terminal=True, color_system="standard")

        assert text.replace("\x1b", "␛") == snapshot
        assert re.sub(r"\x1b\[[0-9;]*m", "", text) == shown(found(), cells=cells)

    def test_no_color(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        NO_COLOR takes the colours away; bold and dim are none.
        """
        monkeypatch.setenv("NO_COLOR", "1")
        text = shown(found(), cells=80, force_terminal=True, color_system="standard")

        assert set(re.findall(r"\x1b\[([0-9;]*)m", text)) <= {"0", "1", "2"}

    @pytest.mark.parametrize("cells", [80, 120])
    def test_strips(self, card: Scorecard, cells: int, show: Show) -> None:
        """
        The strips stand below the table of the scorecard, within its width.
        """
        text = show(as_table.scorecard(card), width=cells)

        head, _, strip = text.partition("all together")
        assert "●" not in head
        assert strip.count("●") == sum(one.brier is not None for one in card.groups) + 1

    def test_many_rows(self, card: Scorecard, show: Show) -> None:
        """
        A scorecard of hundreds of rows is not drawn.
        """
        text = show(as_table.scorecard(replace(card, groups=card.groups * 20)))

        assert "●" not in text
        assert "Scores are drawn for up to 60 rows." in text

    def test_elsewhere(self, card: Scorecard) -> None:
        """
        Markdown, which no font of fixed width is promised, has the words and no drawing.
        """
        text = as_markdown.calibration(calibration(found()))

        assert "In words: 60 scored questions" in text
        assert "░" not in text
        assert "●" not in as_markdown.scorecard(card)

    def test_no_gap_where_nothing_is_drawn(self, show: Show) -> None:
        """
        A drawing without room leaves no second blank line.
        """
        blocks: list[Block] = [paragraph("a"), Drawing(lambda _: []), paragraph("b")]

        assert show(Sheet(blocks)) == "a\n\nb\n"

    def test_no_band(self) -> None:
        """
        Why there is no band is said: too few questions, or so many that it takes long.
        """
        few = " ".join(shown(found(n=12, luck=None), cells=80).split())
        many_ = " ".join(shown(found(n=9000, luck=None), cells=80).split())

        assert "too few for a consistency band, or for any verdict." in few
        assert "no consistency band; `--diagram` draws it for any number" in many_

    def test_words(self) -> None:
        """
        Whoever cannot see the drawing hears each step of it, and what lies outside the band.
        """
        text = " ".join(shown(found(), cells=80).split())

        assert (
            "In words: 60 scored questions. said 20%, came true 20%; said 80%, came true 50%"
            " (outside the consistency band). The others lie inside the consistency band."
        ) in text


def test_snapshots_are_there() -> None:
    """
    Snapshots of both widths, plain, in ASCII and in colour.
    """
    folder = Path(__file__).parent / "__snapshots__" / "test_terminal"

    assert len(list(folder.iterdir())) == 10

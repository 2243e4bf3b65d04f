"""
The page in a real browser: layout, paper, dark mode, accessibility, nothing from elsewhere.
"""

from __future__ import annotations

import os
import shutil
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from commandline import Shell
from dossiers import AS_OF, crowd, dossier, hostile, write
from foretrack.db.engine import make_engine
from foretrack.db.place import url_of
from foretrack.report import as_html

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
WIDTHS = (360, 800, 1400)
PAGES = ("shipped", "crowd", "large", "hostile", "empty")

found = next((path for path in CHROMIUM if Path(path).exists()), None)
pytestmark = pytest.mark.skipif(
    found is None, reason=f"no Chromium: none of {', '.join(CHROMIUM)} is installed"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """
    Chromium, without its sandbox where it runs as root.
    """
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def folder(template: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The pages: of the shipped record, of crowds, of a hostile record, of none.
    """
    folder = tmp_path_factory.mktemp("pages")
    for name in (*PAGES, "huge"):
        path = folder / f"{name}.sqlite"
        shutil.copyfile(template, path)
        engine = make_engine(url_of(path))
        if name == "shipped":
            run = Shell(FORETRACK_DB=str(path), FORETRACK_TODAY=AS_OF.isoformat())
            run.done("import", repository / "forecasts")
        elif name == "crowd":
            write(engine, crowd(questions=60, sources=5))
        elif name == "large":
            write(engine, crowd(questions=80, sources=14))
        elif name == "huge":
            write(engine, crowd(questions=500, sources=40))
        elif name == "hostile":
            write(engine, hostile())
        text = as_html.report(dossier(engine), version="1.0")
        engine.dispose()
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return folder


class Visit:
    """
    A page that is open, with what the browser had to say about it.
    """

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", lambda dialog: self.said.append(dialog.message))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(path.as_uri())

    def open_folds(self) -> None:
        """
        Open everything that is folded.
        """
        self.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Callable[..., Visit]]:
    """
    Opens a page by name, with scripts allowed, at a width and in a colour scheme.
    """
    contexts = []

    def opened(name: str, *, width: int = 1400, scheme: Any = "light", **given: Any) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **given
        )
        contexts.append(context)
        return Visit(context.new_page(), folder / f"{name}.html")

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", PAGES)
class TestEvery:
    @pytest.mark.parametrize("width", WIDTHS)
    def test_layout(self, visit: Callable[..., Visit], name: str, width: int) -> None:
        """
        Nothing sticks out sideways, folded or not, and the main blocks follow each other.
        """
        seen = visit(name, width=width)

        for _ in range(2):
            assert seen.page.evaluate("document.documentElement.scrollWidth") == width
            assert seen.page.evaluate(STICKING_OUT) == []
            boxes = seen.page.evaluate(BOXES)
            assert len(boxes) >= 11
            for above, below in pairwise(boxes):
                assert above["bottom"] <= below["top"] + 0.5, (above, below)
            seen.open_folds()

    @pytest.mark.parametrize("width", WIDTHS)
    def test_cells_do_not_overlap(self, visit: Callable[..., Visit], name: str, width: int) -> None:
        """
        No text of a table runs into the next cell.
        """
        seen = visit(name, width=width)
        seen.open_folds()

        assert seen.page.evaluate(OVERLAPPING) == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_quiet(self, visit: Callable[..., Visit], name: str, scheme: str) -> None:
        """
        No word on the console, no dialog, no request but for the page itself.
        """
        seen = visit(name, scheme=scheme)
        seen.open_folds()
        seen.page.keyboard.press("Tab")
        seen.page.wait_for_load_state("networkidle")

        assert seen.said == []
        assert seen.asked == [seen.page.url]
        assert seen.page.url.startswith("file://")

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [360, 1400])
    def test_accessible(
        self, visit: Callable[..., Visit], name: str, width: int, scheme: str
    ) -> None:
        """
        Axe finds nothing serious or critical, contrast of colours included.
        """
        axe = pytest.importorskip("axe_playwright_python.sync_playwright")

        seen = visit(name, width=width, scheme=scheme)
        seen.open_folds()

        problems = axe.Axe().run(seen.page).response["violations"]

        assert [
            (one["id"], one["impact"], one["nodes"][0]["html"][:200])
            for one in problems
            if one["impact"] in ("serious", "critical")
        ] == []

    def test_without_scripts(self, visit: Callable[..., Visit], name: str) -> None:
        """
        Where scripts are switched off everything is there, and a fold opens by keyboard.
        """
        seen = visit(name, java_script_enabled=False)
        fold = seen.page.locator("#method summary")

        fold.focus()
        seen.page.keyboard.press("Enter")

        assert seen.page.locator("main > section").count() == 8
        assert seen.page.get_by_text("From words to numbers").is_visible()

    def test_paper(self, visit: Callable[..., Visit], name: str, tmp_path: Path) -> None:
        """
        On paper: A4, numbered, with the method unfolded and no navigation.
        """
        from pypdf import PdfReader

        path = tmp_path / "page.pdf"
        visit(name).page.pdf(path=path, prefer_css_page_size=True, print_background=True)

        reader = PdfReader(path)
        pages = reader.pages
        assert len(pages) > 0
        for page in pages:
            size = (float(page.mediabox.width), float(page.mediabox.height))
            assert size == pytest.approx((595.3, 841.9), abs=1.5)
        text = "".join(page.extract_text() for page in pages)
        assert "Forecast report" in text
        assert "What was left out, and why" in text
        assert "From words to numbers" in text
        assert "Skip to the content" not in text
        assert f"1 / {len(pages)}" in " ".join(pages[0].extract_text().split())
        reader.close()


class TestTelephone:
    def test_navigation(self, visit: Callable[..., Visit]) -> None:
        """
        The list of sections stays on top in one line, and leads to headings that it does not hide.
        """
        page = visit("huge", width=360).page
        nav = page.locator("nav")
        box = nav.bounding_box()
        assert box is not None
        assert box["height"] < 60

        page.locator("nav a", has_text="Method").focus()
        page.keyboard.press("Enter")
        page.wait_for_function("scrollY > 1000")

        bar, heading = nav.bounding_box(), page.locator("#method-h").bounding_box()
        assert bar is not None
        assert heading is not None
        assert bar["y"] == 0
        assert heading["y"] >= bar["height"]

    def test_length(self, visit: Callable[..., Visit]) -> None:
        """
        Folded, 500 questions of 40 sources take a tenth of what they take unfolded.
        """
        seen = visit("huge", width=360)
        folded = seen.page.evaluate("document.documentElement.scrollHeight")
        seen.open_folds()
        unfolded = seen.page.evaluate("document.documentElement.scrollHeight")

        assert folded < 20_000
        assert folded < unfolded / 8

    def test_folds_without_scripts(self, visit: Callable[..., Visit]) -> None:
        """
        A year of windows opens by keyboard where scripts are switched off.
        """
        page = visit("huge", width=360, java_script_enabled=False).page
        fold = page.locator("#timeline details.group").first
        assert not fold.locator("table").is_visible()

        fold.locator("summary").first.focus()
        page.keyboard.press("Enter")

        assert fold.locator("table").is_visible()


class TestPaper:
    def test_folds_are_open(self, visit: Callable[..., Visit], tmp_path: Path) -> None:
        """
        On paper every window, diagram and phrase is there, with the title of its fold.
        """
        from pypdf import PdfReader

        path = tmp_path / "page.pdf"
        visit("crowd").page.pdf(path=path, prefer_css_page_size=True, print_background=True)
        reader = PdfReader(path)
        text = "\n".join(page.extract_text() for page in reader.pages)
        reader.close()

        assert "Closing in 2025" in text
        for number in range(60):
            assert f"Will event number {number} come about" in " ".join(text.split())

    def test_evidence(self, visit: Callable[..., Visit]) -> None:
        """
        On paper evidence has a third of the width, and its address is printed.
        """
        page = visit("shipped", width=680).page
        page.emulate_media(media="print")
        table = page.locator("table.timeline").first.bounding_box()
        shown = page.locator("details.evidence").first.bounding_box()
        assert table is not None
        assert shown is not None

        assert shown["width"] > table["width"] / 3
        link = page.locator(".evidence a").first
        printed = link.evaluate("one => getComputedStyle(one, '::after').content")
        assert printed == f'"{link.get_attribute("href")}"'


@pytest.fixture(scope="module")
def minutes(repository: Path, template: Path, folder: Path) -> Path:
    """
    Minutes with a decision, a dissent, tasks, what was not reached, and a later reopening.
    """
    path = folder / "meeting.sqlite"
    shutil.copyfile(template, path)
    run = Shell(FORETRACK_DB=str(path), FORETRACK_TODAY=AS_OF.isoformat())
    run.done("import", repository / "forecasts")
    name = "dprk-nuclear-test-by-2026-10"
    run.done("review", "start", "--attending", "Ann, <b>Bo</b>")
    run.done("resolve", name, "no", "--evidence", "KCNA; " + "x" * 200, "--dissent", "Ann")
    run.done("review", "note", "<script>document.title='owned'</script> \u202etxt.exe")
    run.done("review", "action", "Ask for the table", "--who", "Ann", "--due", "2026-11-27")
    run.done("review", "close")
    run.done("reopen", name, "--reason", "Wrong", "--yes")
    run.done("review", "show", "2026-W47", "--format", "html", "--output", folder / "minutes.html")
    return folder / "minutes.html"


@pytest.mark.usefixtures("minutes")
class TestMinutes:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", WIDTHS)
    def test_page(self, visit: Callable[..., Visit], width: int, scheme: str) -> None:
        """
        Nothing sticks out, nothing is said or asked for, and axe finds nothing serious.
        """
        axe = pytest.importorskip("axe_playwright_python.sync_playwright")
        seen = visit("minutes", width=width, scheme=scheme)
        seen.page.wait_for_load_state("networkidle")

        assert seen.page.evaluate("document.documentElement.scrollWidth") == width
        assert (seen.said, seen.asked) == ([], [seen.page.url])
        assert seen.page.title() == "Minutes of the review of 2026-W47"
        problems = axe.Axe().run(seen.page).response["violations"]
        assert [one["id"] for one in problems if one["impact"] in ("serious", "critical")] == []

    def test_paper(self, visit: Callable[..., Visit], tmp_path: Path) -> None:
        """
        What was decided, what is to be done and that figures changed since is on the first page.
        """
        from pypdf import PdfReader

        path = tmp_path / "minutes.pdf"
        visit("minutes").page.pdf(path=path, prefer_css_page_size=True, print_background=True)
        reader = PdfReader(path)
        first = " ".join(reader.pages[0].extract_text().split())
        reader.close()

        for part in ("Since then: 1 resolution no longer stands", "Decisions (1)", "dissent: Ann",
                     "To be done (1)", "Scorecards before and after"):  # fmt: skip
            assert part in first


class TestDark:
    def test_colours(self, visit: Callable[..., Visit]) -> None:
        """
        In dark mode light text stands on a dark ground, in light mode the other way round.
        """
        dark = visit("shipped", scheme="dark").page.evaluate(COLOURS)
        light = visit("shipped", scheme="light").page.evaluate(COLOURS)

        assert max(dark["ground"]) < 64 < 192 < min(dark["ink"])
        assert max(light["ink"]) < 64 < 192 < min(light["ground"])

    def test_paper_is_white(self, visit: Callable[..., Visit]) -> None:
        """
        Who reads in the dark prints on white.
        """
        seen = visit("shipped", scheme="dark")
        seen.page.emulate_media(media="print", color_scheme="dark")

        found = seen.page.evaluate(COLOURS)

        assert (found["ground"], found["ink"]) == ([255, 255, 255], [0, 0, 0])


class TestKeyboard:
    def test_skip(self, visit: Callable[..., Visit]) -> None:
        """
        The first key leads to the link past the head, which can then be seen; it leads to main.
        """
        page = visit("shipped").page

        page.keyboard.press("Tab")
        box = page.locator(":focus").bounding_box()
        assert page.locator(":focus").inner_text() == "Skip to the content"
        assert box is not None
        assert box["x"] >= 0
        page.keyboard.press("Enter")

        assert page.evaluate("document.activeElement.id") == "content"

    def test_wide_tables_scroll(self, visit: Callable[..., Visit]) -> None:
        """
        A table that is too wide for a telephone scrolls by the arrow keys.
        """
        page = visit("crowd", width=360).page
        table = page.locator("#scorecard .wide").last
        assert table.evaluate("one => one.scrollWidth > one.clientWidth")

        table.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("one => one.scrollLeft > 0", arg=table.element_handle())

        assert table.evaluate("one => one.scrollLeft") > 0


class TestDiagrams:
    def test_marks_are_where_the_figures_are(self, visit: Callable[..., Visit]) -> None:
        """
        On the screen, too, a dot stands where its score is between the ends of the axis.
        """
        page = visit("crowd").page

        for row in page.evaluate(DOTS):
            drawn = (row["dot"] - row["left"]) / (row["right"] - row["left"])
            assert drawn == pytest.approx(row["score"] / row["top"], abs=0.006)

    def test_names_of_diagrams(self, visit: Callable[..., Visit]) -> None:
        """
        Every diagram has a name in the tree that screen readers read.
        """
        seen = visit("crowd")
        seen.open_folds()
        page = seen.page

        drawn = page.locator("svg[role=img]").count()
        named = page.get_by_role("img", name=": ").count()
        assert drawn > 60
        assert named == drawn - 6  # the reliability diagrams have other words
        assert page.get_by_role("img", name="Reliability diagram of").count() == 6

    def test_tables_stay_tables(self, visit: Callable[..., Visit]) -> None:
        """
        Where rows are stacked on a telephone they are still rows for a screen reader.
        """
        page = visit("shipped", width=360).page
        table = page.get_by_role("table", name="Brier score of each source")

        assert table.get_by_role("row").count() == 7
        assert table.get_by_role("rowheader").count() == 6
        assert table.get_by_role("columnheader").count() == 7


class TestHostile:
    def test_inert(self, visit: Callable[..., Visit]) -> None:
        """
        With scripts allowed nothing of the attacks runs, and all of them can be read.
        """
        seen = visit("hostile")
        seen.open_folds()

        assert seen.page.title() == "Forecast report as of 2026-11-21"
        assert seen.page.locator("script, img, iframe").count() == 0
        assert seen.page.evaluate("[...document.querySelectorAll('*')].flatMap("
                                  "one => one.getAttributeNames()).filter("
                                  "name => name.startsWith('on'))") == []  # fmt: skip
        assert "<script>document.title='owned'</script>" in seen.page.inner_text("main")
        assert seen.said == []

    def test_policy(self, visit: Callable[..., Visit]) -> None:
        """
        Even a script that found its way into the page would not run.
        """
        seen = visit("shipped")

        seen.page.evaluate(
            "const one = document.createElement('script'); one.textContent ="
            " \"document.title = 'owned'\"; document.body.append(one)"
        )

        assert seen.page.title() == "Forecast report as of 2026-11-21"


STICKING_OUT = """
[...document.querySelectorAll('body *')].filter(one => {
  if (one.closest('.wide, .unseen, .skip, svg, .defs, thead, nav ul')) return false;
  const box = one.getBoundingClientRect();
  return box.width > 1 && (box.right > innerWidth + 0.5 || box.left < -0.5);
}).map(one => one.outerHTML.slice(0, 120))
"""

BOXES = """
[...document.querySelectorAll('body > header, body > nav, main > section, body > footer')].map(
  one => ({name: one.id || one.localName, top: one.getBoundingClientRect().top,
           bottom: one.getBoundingClientRect().bottom}))
"""

OVERLAPPING = """
[...document.querySelectorAll('tbody tr, tfoot tr')].flatMap(row => {
  const cells = [...row.children].filter(one => !one.querySelector('svg')).map(one => {
    const range = document.createRange(); range.selectNodeContents(one);
    return [one, range.getBoundingClientRect()];
  }).filter(([, box]) => box.width > 1);
  return cells.flatMap(([one, a], place) => cells.slice(place + 1).filter(([, b]) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2
  ).map(([other]) => one.textContent.trim() + ' / ' + other.textContent.trim()));
})
"""

COLOURS = """
(() => {
  const style = getComputedStyle(document.body);
  const parts = text => text.match(/[0-9.]+/g).slice(0, 3).map(Number);
  return {ground: parts(style.backgroundColor), ink: parts(style.color)};
})()
"""

DOTS = """
(() => {
  const ticks = [...document.querySelectorAll('.forest .axis span')];
  const top = Number(ticks.at(-1).textContent);
  return [...document.querySelectorAll('.forest tbody tr')].filter(
    row => row.querySelector('.mark.score')
  ).map(row => {
    const dot = row.querySelector('.mark.score').getBoundingClientRect();
    const axis = document.querySelector('.forest .axis').getBoundingClientRect();
    return {score: Number(row.querySelector('b').textContent), top,
            dot: (dot.left + dot.right) / 2, left: axis.left, right: axis.right};
  });
})()
"""

"""
What the curator's use case promises, without a command line.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack import curate
from foretrack.core.lexicon import DEFAULT, Library
from foretrack.core.records import (
    Article,
    Claim,
    Fingerprint,
    Horizon,
    HorizonBasis,
    Question,
    Source,
    SourceKind,
    Unscorable,
)
from foretrack.errors import ForetrackError, InvalidInput
from foretrack.files.reading import parse
from foretrack.files.validation import validate

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = Library()

SOURCES = """\
sources:
  - id: gruzer
    name: Marina Gruzer
    kind: person
"""

ARTICLE = """\
article:
  id: gruzer-2024
  title: Two peninsulas
  source: gruzer
  published:
    date: 2024-05-28
claims:
  - id: gruzer-2024-treaty
    says: The two sign a treaty.
    phrase: unlikely
    horizon: {words: medium-term, basis: heading}
    question:
      id: treaty-by-2027
      statement: Will the two sign a treaty?
      criteria: Yes if they sign one.
      criteria_written: 2024-06-01
      resolution_source: UN treaty series
      opens: 2024-05-28
      closes: 2027-05-28
    note: kept as it is
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """
    A folder of records in the canonical form.
    """
    top = tmp_path / "forecasts"
    (top / "articles").mkdir(parents=True)
    (top / "sources.yaml").write_text(SOURCES)
    (top / "articles" / "gruzer-2024.yaml").write_text(ARTICLE)
    return top


def article(name: str, *, source: str = "gruzer", text: Fingerprint | None = None) -> Article:
    dated = curate.published("2025-03")
    return Article(id=name, title="Later", source=source, published=dated, text=text)


def hedge(name: str = "gruzer-2024-trade") -> Claim:
    return Claim(
        id=name,
        article="gruzer-2024",
        source="gruzer",
        says="Trade falls.",
        phrase="may",
        unscorable=Unscorable.HEDGE,
    )


def opened(folder: Path) -> curate.Folder:
    return curate.open_folder(folder, library=LIBRARY)


RINNA = Source(id="rinna", name="Anthony V. Rinna", kind=SourceKind.PERSON)


class TestText:
    def test_paragraphs_are_the_non_empty_lines(self, tmp_path: Path) -> None:
        """
        Paragraphs are counted without lines of white space, whichever way lines end.
        """
        file = tmp_path / "a.txt"
        file.write_bytes("\ufeffOne two\r\n \u00a0\t\r\nthree\rfour\n".encode())
        text = curate.read_text(file)
        assert text.paragraphs == ("One two", "three", "four")
        assert text.fingerprint.words == 4

    def test_checksum_is_that_of_the_bytes(self, tmp_path: Path) -> None:
        """
        The checksum is what ``sha256sum FILE`` prints.
        """
        file = tmp_path / "a.txt"
        file.write_bytes(b"abc")
        # the first example of FIPS 180-2
        expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        assert curate.read_text(file).fingerprint.sha256 == expected

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "is empty"),
            (b" \n\t\n\xc2\xa0\n", "is empty"),
            (b"ab\0cd", "is a binary file"),
            (b"one\ntwo \xe9t\xe9\n", ":2: is not UTF-8 text (byte 0xe9)"),
            (b"a" * 5_000_001, "5.0 MB are too much"),
        ],
    )
    def test_unusable(self, tmp_path: Path, content: bytes, message: str) -> None:
        """
        What is no text is refused with the reason, and with the line where there is one.
        """
        file = tmp_path / "a.txt"
        file.write_bytes(content)
        with pytest.raises(InvalidInput) as raised:
            curate.read_text(file)
        assert message in str(raised.value)

    def test_no_file(self, tmp_path: Path) -> None:
        """
        A missing file and a folder are refused by name.
        """
        for path, message in ((tmp_path / "none.txt", "No such file"), (tmp_path, "a folder")):
            with pytest.raises(InvalidInput, match=message) as raised:
                curate.read_text(path)
            assert str(path) in str(raised.value)

    @pytest.mark.parametrize(
        ("line", "title"),
        [
            ("  ## Two peninsulas ##", "Two peninsulas ##"),
            ("Red\x1b[31m alert\u202e", "Red [31m alert"),
            ("x" * 400, "x" * 300),
            ("***", ""),
        ],
    )
    def test_title(self, line: str, title: str) -> None:
        """
        A proposed title can be stored and shown whatever the first line holds.
        """
        assert curate.Text(Fingerprint(sha256="0" * 64, words=1), (line,)).title == title

    @pytest.mark.parametrize(
        ("paragraph", "found"),
        [
            ("A treaty is not likely, and trade will fall.", ("not likely", "will")),
            ("An alliance is highly\u00a0unlikely in the medium-term.",
             ("highly unlikely", "medium term")),
            ("It was signed in May 2024, on 3 May; May 4 was free.", ()),
            ("May it last? They may.", ("may",)),
            ("The will to go on willingly", ("will",)),
            ("They won\u2019t.", ("won't",)),
            ("They met.", ()),
        ],
    )  # fmt: skip
    def test_candidates(self, paragraph: str, found: tuple[str, ...]) -> None:
        """
        The longest phrase counts, whole words only, and the month of May is none.
        """
        text = curate.Text(Fingerprint(sha256="0" * 64, words=1), (paragraph,))
        assert curate.candidates(text, LIBRARY) == [found]


class TestProposals:
    @pytest.mark.parametrize(
        ("text", "earliest", "latest", "precision"),
        [
            ("2024-05-28", date(2024, 5, 28), date(2024, 5, 28), "day"),
            ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
            ("2023", date(2023, 1, 1), date(2023, 12, 31), "year"),
            ("2024-06-20..2024-10-15", date(2024, 6, 20), date(2024, 10, 15), "range"),
        ],
    )
    def test_published(self, text: str, earliest: date, latest: date, precision: str) -> None:
        """
        A date in each of its forms is the span of days in which the article can have appeared.
        """
        found = curate.published(text)
        assert (found.earliest, found.latest) == (earliest, latest)
        assert found.precision.value == precision

    @pytest.mark.parametrize(
        "text", ["", "May 2024", "2023-02-29", "2024-13", "2024-06-20..", "2024-06..2024-07",
                 "2024-10-15..2024-06-20"],
    )  # fmt: skip
    def test_no_date(self, text: str) -> None:
        """
        What names no day, month, year or range is refused.
        """
        with pytest.raises(InvalidInput):
            curate.published(text)

    @given(st.text(), st.text(max_size=200))
    def test_ids_are_ids(self, says: str, statement: str) -> None:
        """
        Every proposed id is one that the files allow, whatever the words.
        """
        claim = curate.claim_id("gruzer-2024", says, taken=[])
        question = curate.question_id(statement, date(2027, 5, 28), taken=[])
        assert curate.value("claim", "id", claim) == claim
        assert curate.value("question", "id", question) == question

    @given(st.text())
    def test_source_ids(self, name: str) -> None:
        """
        A source's proposed id is allowed, or there is none.
        """
        for kind in ("person", "outlet"):
            found = curate.source_id(name, kind)
            assert not found or curate.value("source", "id", found) == found

    def test_taken_ids_get_a_number(self) -> None:
        """
        A proposal is free.
        """
        taken = {"a1-trade-falls", "a1-trade-falls-2"}
        assert curate.claim_id("a1", "The trade falls", taken=taken) == "a1-trade-falls-3"

    def test_values(self) -> None:
        """
        Values on the command line are converted and refused as in the files.
        """
        assert curate.value("claim", "probability", "0.2") == 0.2
        assert curate.value("article", "authors", "A. Name") == "A. Name"
        assert curate.value("claim", "question", "some-id") == "some-id"
        with pytest.raises(InvalidInput, match="must be one line"):
            curate.value("article", "title", "two\nlines")


class TestInterpretation:
    def test_scored(self) -> None:
        """
        "unlikely" is 0.20 [0.10-0.25] under the pooled surveys.
        """
        found = curate.interpret("Unlikely", LIBRARY, lexicon=DEFAULT)
        assert found.phrase == "unlikely"
        assert found.entry is not None
        assert (found.entry.point, found.entry.low, found.entry.high) == (0.2, 0.1, 0.25)
        assert found.unscorable is None

    @pytest.mark.parametrize(
        ("phrase", "reason"),
        [("may", "hedge"), ("increasingly likely", "ordinal"), ("not impossible", "hedge")],
    )
    def test_not_scored(self, phrase: str, reason: str) -> None:
        """
        A phrase that is listed and not scored comes with the reason to propose.
        """
        assert curate.interpret(phrase, LIBRARY, lexicon=DEFAULT).unscorable == reason

    def test_scored_elsewhere(self) -> None:
        """
        The lexicons that score a phrase are named where the source's own does not.
        """
        found = curate.interpret("realistic possibility", LIBRARY, lexicon=DEFAULT)
        assert found.scored == ("phia",)

    def test_unknown(self) -> None:
        """
        A misspelt phrase comes with the nearest known ones.
        """
        found = curate.interpret("unlikly", LIBRARY, lexicon=DEFAULT)
        assert not found.known
        assert "unlikely" in found.nearest


class TestArticle:
    def test_new_source(self, folder: Path) -> None:
        """
        A new source joins the others in the canonical order, and both files are as planned.
        """
        plan = curate.plan_article(
            opened(folder),
            article("anders-2025", source="anders"),
            source=Source(id="anders", name="A", kind=SourceKind.OUTLET),
            library=LIBRARY,
        )
        curate.carry_out(plan)
        expected = "sources:\n  - id: anders\n    name: A\n    kind: outlet\n"
        assert (folder / "sources.yaml").read_text() == expected + SOURCES.partition("\n")[2]
        assert opened(folder).checked.problems == ()

    def test_first_article(self, tmp_path: Path) -> None:
        """
        The folder and its sources are made when there are none.
        """
        top = tmp_path / "new"
        folder = curate.open_folder(top, library=LIBRARY, new=True)
        plan = curate.plan_article(
            folder, article("rinna-2025", source="rinna"), source=RINNA, library=LIBRARY
        )
        assert not top.exists()
        curate.carry_out(plan)
        assert sorted(path.name for path in top.rglob("*.yaml")) == [
            "rinna-2025.yaml",
            "sources.yaml",
        ]

    @pytest.mark.parametrize(
        "sources",
        [
            "# who is scored\n" + SOURCES + "    # not a person after all?\n",
            "sources:   # all of them\n- id: gruzer\n  name: Marina Gruzer\n  kind: person",
        ],
    )
    def test_comments_stay(self, folder: Path, sources: str) -> None:
        """
        A file of sources with comments is only added to: all its bytes stay.
        """
        (folder / "sources.yaml").write_text(sources)
        plan = curate.plan_article(
            opened(folder), article("rinna-2025", source="rinna"), source=RINNA, library=LIBRARY
        )
        curate.carry_out(plan)
        text = (folder / "sources.yaml").read_text()
        assert text.startswith(sources)
        assert list(opened(folder).sources) == ["gruzer", "rinna"]

    def test_comments_without_room(self, folder: Path) -> None:
        """
        Where comments forbid writing anew and the form forbids adding, nothing is written.
        """
        sources = "sources: [{id: gruzer, name: Marina Gruzer, kind: person}]  # flow\n"
        (folder / "sources.yaml").write_text(sources)
        with pytest.raises(InvalidInput, match="id: rinna"):
            curate.plan_article(
                opened(folder), article("rinna-2025", source="rinna"), source=RINNA, library=LIBRARY
            )
        assert (folder / "sources.yaml").read_text() == sources

    def test_broken_sources(self, folder: Path) -> None:
        """
        A file of sources that was not read whole is never written anew.
        """
        (folder / "sources.yaml").write_text(SOURCES + "    colour: red\n")
        with pytest.raises(InvalidInput, match="colour"):
            curate.plan_article(
                opened(folder), article("rinna-2025", source="rinna"), source=RINNA, library=LIBRARY
            )

    def test_taken_id(self, folder: Path) -> None:
        """
        An article's id is taken wherever it stands.
        """
        (folder / "articles" / "gruzer-2024.yaml").rename(folder / "articles" / "other.yaml")
        with pytest.raises(InvalidInput, match=r"other\.yaml:1 already"):
            curate.plan_article(
                opened(folder), article("gruzer-2024"), source=None, library=LIBRARY
            )

    def test_taken_file(self, folder: Path) -> None:
        """
        A file is never overwritten, whatever it holds.
        """
        (folder / "articles" / "gruzer-2025.yaml").write_text("broken: [")
        with pytest.raises(InvalidInput, match="exists already"):
            curate.plan_article(
                opened(folder), article("gruzer-2025"), source=None, library=LIBRARY
            )

    def test_same_text(self, folder: Path) -> None:
        """
        The same text under two ids is a warning.
        """
        text = Fingerprint(sha256=hashlib.sha256(b"x").hexdigest(), words=1)
        for name, count in (("gruzer-2025", 0), ("gruzer-2026", 1)):
            plan = curate.plan_article(
                opened(folder), article(name, text=text), source=None, library=LIBRARY
            )
            curate.carry_out(plan)
            assert len(plan.warnings) == count

    def test_other_files_may_be_broken(self, folder: Path) -> None:
        """
        A problem in a file that is not touched is no reason to refuse.
        """
        (folder / "articles" / "half.yaml").write_text("article:\n  id: half\n")
        plan = curate.plan_article(
            opened(folder), article("gruzer-2025"), source=None, library=LIBRARY
        )
        assert list(plan.files) == ["articles/gruzer-2025.yaml"]


class TestClaim:
    def test_added_at_the_end(self, folder: Path) -> None:
        """
        A canonical file is the same up to its end, where the new claim stands.
        """
        plan = curate.plan_claim(opened(folder), hedge(), question=None, library=LIBRARY)
        curate.carry_out(plan)
        text = (folder / "articles" / "gruzer-2024.yaml").read_text()
        added = (
            "  - id: gruzer-2024-trade\n    says: Trade falls.\n"
            "    phrase: may\n    unscorable: hedge\n"
        )
        assert text == ARTICLE + added
        assert plan.shown == added

    def test_first_claim(self, folder: Path) -> None:
        """
        The scaffold that `add article` writes takes its first claim.
        """
        path = folder / "articles" / "gruzer-2024.yaml"
        path.write_text(ARTICLE.partition("claims:")[0] + "claims: []\n")
        plan = curate.plan_claim(opened(folder), hedge(), question=None, library=LIBRARY)
        curate.carry_out(plan)
        assert [claim.id for claim in opened(folder).checked.claims] == ["gruzer-2024-trade"]

    def test_forecast_that_does_not_fit(self, folder: Path) -> None:
        """
        What the result would break is refused with its problem, and nothing is written.
        """
        question = Question(
            id="trade-by-2023",
            statement="Will trade fall?",
            criteria="Yes if it falls.",
            criteria_written=date(2026, 11, 21),
            resolution_source="Customs",
            opens=date(2023, 1, 1),
            closes=date(2023, 12, 31),
        )
        claim = Claim(
            id="gruzer-2024-trade",
            article="gruzer-2024",
            source="gruzer",
            says="Trade falls.",
            phrase="likely",
            horizon=Horizon(basis=HorizonBasis.ASSUMED),
            question=question.id,
        )
        with pytest.raises(InvalidInput, match="before the article's date 2024-05-28"):
            curate.plan_claim(opened(folder), claim, question=question, library=LIBRARY)
        assert (folder / "articles" / "gruzer-2024.yaml").read_text() == ARTICLE

    def test_taken_id(self, folder: Path) -> None:
        """
        A claim's id is taken once.
        """
        with pytest.raises(InvalidInput, match="already"):
            curate.plan_claim(
                opened(folder), hedge("gruzer-2024-treaty"), question=None, library=LIBRARY
            )

    def test_broken_article(self, folder: Path) -> None:
        """
        An article's file that was not read whole is never written anew.
        """
        path = folder / "articles" / "gruzer-2024.yaml"
        path.write_text(ARTICLE + "  - id: gruzer-2024-lost\n    syas: x\n")
        with pytest.raises(InvalidInput, match="says"):
            curate.plan_claim(opened(folder), hedge(), question=None, library=LIBRARY)

    def test_comments(self, folder: Path) -> None:
        """
        Comments in an article's file are not carried over, and a warning says so.
        """
        path = folder / "articles" / "gruzer-2024.yaml"
        path.write_text(f"# by hand\n{ARTICLE}")
        plan = curate.plan_claim(opened(folder), hedge(), question=None, library=LIBRARY)
        assert [each.message for each in plan.warnings] == [
            "holds comments, which are not carried over: make them a `note:`"
        ]

    def test_changed_meanwhile(self, folder: Path) -> None:
        """
        A file that somebody edited since the plan was made is left alone.
        """
        plan = curate.plan_claim(opened(folder), hedge(), question=None, library=LIBRARY)
        path = folder / "articles" / "gruzer-2024.yaml"
        path.write_text(ARTICLE + "\n")
        with pytest.raises(ForetrackError, match="changed meanwhile"):
            curate.carry_out(plan)
        assert path.read_text() == ARTICLE + "\n"

    def test_file_of_another_name(self, folder: Path) -> None:
        """
        The claim goes where its article stands.
        """
        (folder / "articles" / "gruzer-2024.yaml").rename(folder / "essay.yml")
        plan = curate.plan_claim(opened(folder), hedge(), question=None, library=LIBRARY)
        assert list(plan.files) == ["essay.yml"]


class TestFolder:
    def test_prefix(self, folder: Path) -> None:
        """
        The beginning of an id will do when it is the only one; otherwise the candidates are named.
        """
        (folder / "articles" / "gruzer-2025.yaml").write_text(
            ARTICLE.partition("claims:")[0].replace("gruzer-2024", "gruzer-2025") + "claims: []\n"
        )
        held = opened(folder)
        assert held.find("article", "gruzer-2024") == "gruzer-2024"
        assert held.find("question", "treaty") == "treaty-by-2027"
        with pytest.raises(InvalidInput, match="gruzer-2024, gruzer-2025"):
            held.find("article", "gruz")
        with pytest.raises(InvalidInput, match="no question that begins with 'war'"):
            held.find("question", "war")

    def test_no_folder(self, tmp_path: Path) -> None:
        """
        A claim needs a folder with files; a file is no folder.
        """
        with pytest.raises(InvalidInput, match="no such file or directory"):
            opened(tmp_path / "none")
        with pytest.raises(InvalidInput, match="no YAML file"):
            opened(tmp_path)
        (tmp_path / "x.yaml").write_text(SOURCES)
        with pytest.raises(InvalidInput, match="is a file"):
            opened(tmp_path / "x.yaml")


class TestComments:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a: b\n", False),
            ("a: b#c\n", False),
            ("a: 'b # c'\n", False),
            ('a: "b # c"\n', False),
            ("a: |\n  b # c\n  # d\n", False),
            ("a: >-\n  b # c\n", False),
            ("a: [b, c]  # d\n", True),
            ("# d\na: b\n", True),
            ("\ufeff# d\na: b\n", True),
            ("a: b\n# d", True),
            ("a: |  # d\n  b\n", True),
            ("a: |\n  b\n# d\nc: e\n", True),
            ("a: b # d\n", True),
        ],
    )
    def test_found(self, text: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of pytest
        """
        A number sign within a value is no comment.
        """
        assert curate.has_comments(text) == expected

    @given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
    def test_written_values_are_no_comments(self, note: str) -> None:
        """
        What the program writes never looks like a comment, and reads back.
        """
        from foretrack.files.writing import sources_text

        source = Source(id="one", name="One", kind=SourceKind.PERSON, note=note)
        text = sources_text([source])
        assert not curate.has_comments(text)
        if note.strip():
            checked = validate([parse(text, path="x")], phrases=LIBRARY)
            assert checked.sources == (source,)

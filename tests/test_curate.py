"""
What the curator's use case promises, without a command line.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from foretrack import curate
from foretrack.core.library import Library
from foretrack.core.naming import Ids
from foretrack.core.records import Article, Claim, Condition, Fingerprint, Horizon, Question, Source
from foretrack.core.vocabulary import HorizonBasis, SourceKind, Unscorable
from foretrack.errors import ForetrackError, InvalidInput
from foretrack.files.folder import Folder, open_folder
from foretrack.files.values import published

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
    dated = published("2025-03")
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


def opened(folder: Path) -> Folder:
    return open_folder(folder, library=LIBRARY)


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


class TestTextOf:
    def made(self, path: Path, content: str) -> Article:
        path.write_text(content)
        return article("gruzer-2025", text=curate.read_text(path).fingerprint)

    def test_found_by_its_checksum(self, tmp_path: Path) -> None:
        """
        Among text files the one with the article's checksum is meant, whatever its name.
        """
        (tmp_path / "a.txt").write_text("Something else.")
        (tmp_path / "b.txt").write_bytes(b"\0")
        one = self.made(tmp_path / "c.md", "First.\n\nSecond.\n")
        found = curate.text_of(one, None, near=tmp_path)
        assert found is not None
        assert found.paragraphs == ("First.", "Second.")

    def test_not_at_hand(self, tmp_path: Path) -> None:
        """
        It is not there, or the article has no checksum, or the folder is gone: that is no error.
        """
        one = self.made(tmp_path / "c.md", "First.")
        (tmp_path / "c.md").write_text("First!")
        assert curate.text_of(one, None, near=tmp_path) is None
        assert curate.text_of(one, None, near=tmp_path / "gone") is None
        assert curate.text_of(article("gruzer-2026"), None, near=tmp_path) is None

    def test_named(self, tmp_path: Path) -> None:
        """
        A file that is named must be the article's text, where that is known.
        """
        path = tmp_path / "text"
        one = self.made(path, "First.")
        assert curate.text_of(one, path, near=tmp_path) == curate.read_text(path)
        assert curate.text_of(article("gruzer-2026"), path, near=tmp_path) is not None
        path.write_text("Second.")
        with pytest.raises(InvalidInput, match="is not the text of gruzer-2025: its checksum is"):
            curate.text_of(one, path, near=tmp_path)


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
        folder = open_folder(top, library=LIBRARY, new=True)
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
        A text has one article, unless that is meant; what was written is left alone.
        """
        text = Fingerprint(sha256=hashlib.sha256(b"x").hexdigest(), words=1)
        first, second = article("gruzer-2025", text=text), article("gruzer-2026", text=text)
        curate.carry_out(curate.plan_article(opened(folder), first, source=None, library=LIBRARY))
        with pytest.raises(InvalidInput, match=r"gruzer-2025\.yaml:1: gruzer-2025 has the very"):
            curate.plan_article(opened(folder), second, source=None, library=LIBRARY)
        plan = curate.plan_article(
            opened(folder), second, source=None, library=LIBRARY, same_text=True
        )
        assert [each.message for each in plan.warnings] == ["gruzer-2025 has the very same text"]

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

    def test_source_of_its_own(self, folder: Path) -> None:
        """
        A new source of the claim joins the others, both files or neither.
        """
        claim = replace(hedge(), source="rinna")
        with pytest.raises(InvalidInput, match="no source has the id rinna"):
            curate.plan_claim(opened(folder), claim, question=None, library=LIBRARY)
        plan = curate.plan_claim(
            opened(folder), claim, question=None, source=RINNA, library=LIBRARY
        )
        assert list(plan.files) == ["sources.yaml", "articles/gruzer-2024.yaml"]
        curate.carry_out(plan)
        assert list(opened(folder).sources) == ["gruzer", "rinna"]
        assert opened(folder).checked.problems == ()
        assert plan.shown.startswith("  - id: gruzer-2024-trade\n    source: rinna\n")

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

    def test_same_claim(self, folder: Path) -> None:
        """
        A claim counts once; marked as a duplicate it may stand again, and so may other words.
        """
        curate.carry_out(curate.plan_claim(opened(folder), hedge(), question=None, library=LIBRARY))
        again = replace(hedge("gruzer-2024-again"), says="trade  falls")
        with pytest.raises(InvalidInput, match="gruzer-2024-trade says the same in the same words"):
            curate.plan_claim(opened(folder), again, question=None, library=LIBRARY)
        marked = replace(again, unscorable=Unscorable.DUPLICATE, duplicate_of="gruzer-2024-trade")
        for other in (marked, replace(again, phrase="could"), replace(again, says="Trade ends.")):
            curate.plan_claim(opened(folder), other, question=None, library=LIBRARY)

    def test_the_same_words_of_another_time(self, folder: Path) -> None:
        """
        The same words by a later year are a claim of their own; by the same year they are not.
        """
        held = opened(folder).questions["treaty-by-2027"]
        later = replace(held, id="treaty-by-2030", closes=date(2030, 5, 28))
        claim = replace(
            opened(folder).checked.claims[0], id="gruzer-2024-later", question=later.id,
            horizon=Horizon(words="by 2030", basis=HorizonBasis.STATED),
        )  # fmt: skip
        plan = curate.plan_claim(opened(folder), claim, question=later, library=LIBRARY)
        assert "  - id: gruzer-2024-later\n" in plan.files["articles/gruzer-2024.yaml"]
        usual = Horizon(words="medium-term", basis=HorizonBasis.HEADING)
        again, asked = replace(claim, horizon=usual), replace(held, id=later.id)
        with pytest.raises(InvalidInput, match="gruzer-2024-treaty says the same in the same word"):
            curate.plan_claim(opened(folder), again, question=asked, library=LIBRARY)

    def test_same_question(self, folder: Path) -> None:
        """
        What is asked in a window already is named, not asked again; another window is another one.
        """
        held = opened(folder).questions["treaty-by-2027"]
        again = replace(held, id="treaty-again", statement="Will the two sign a treaty")
        claim = Claim(
            id="gruzer-2024-pact", article="gruzer-2024", source="gruzer", says="A pact.",
            probability=0.2, horizon=Horizon(words="medium-term", basis=HorizonBasis.STATED),
            question=again.id,
        )  # fmt: skip
        with pytest.raises(InvalidInput, match="name it with --question treaty-by-2027"):
            curate.plan_claim(opened(folder), claim, question=again, library=LIBRARY)
        for other in (
            replace(again, closes=date(2027, 5, 27)),
            replace(again, condition=Condition(statement="They meet.", criteria="Met if so.")),
        ):
            curate.plan_claim(opened(folder), claim, question=other, library=LIBRARY)

    def test_what_is_wrong_with_it_names_no_line(self, folder: Path) -> None:
        """
        A problem of a claim that stands in no file yet is said of its field, not of a line.
        """
        claim = replace(hedge(), unscorable=Unscorable.ATTRIBUTED)
        with pytest.raises(InvalidInput) as raised:
            curate.plan_claim(opened(folder), claim, question=None, library=LIBRARY)
        assert (
            str(raised.value) == "unscorable: attributed needs `attributed_to`: who holds the view"
        )

    def test_comments(self, folder: Path) -> None:
        """
        Comments above the first line of an article's file stay where they are.
        """
        path = folder / "articles" / "gruzer-2024.yaml"
        path.write_text(f"# by hand\n\n{ARTICLE}")
        plan = curate.plan_claim(opened(folder), hedge(), question=None, library=LIBRARY)
        assert plan.warnings == ()
        curate.carry_out(plan)
        assert path.read_text().startswith(f"# by hand\n\n{ARTICLE}")
        assert path.read_text().endswith("    unscorable: hedge\n")

    @pytest.mark.parametrize("text", [f"{ARTICLE}# end\n", ARTICLE.replace(":\n", ":  # x\n", 1)])
    def test_comments_below(self, folder: Path, text: str) -> None:
        """
        Comments below it would be lost: that is refused, with what to do.
        """
        path = folder / "articles" / "gruzer-2024.yaml"
        path.write_text(text)
        with pytest.raises(InvalidInput) as raised:
            curate.plan_claim(opened(folder), hedge(), question=None, library=LIBRARY)
        assert str(raised.value) == (
            f"{path}: comments below the first line would be lost; make them a `note:`, or put"
            " them above the first line, and run it again"
        )

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
    def test_ids_of_the_database(self, folder: Path) -> None:
        """
        What the database ever had is used; only what was withdrawn is refused to who names it.
        """
        ids = Ids(ever=frozenset({"a-live", "a-gone"}), withdrawn=frozenset({"a-gone"}))
        held = open_folder(folder, library=LIBRARY, recorded={"claim": ids})
        assert held.used("claim") == {"a-live", "a-gone", "gruzer-2024-treaty"}
        assert held.used("question") == {"treaty-by-2027"}
        assert held.free("claim", "a-live") == "a-live"
        with pytest.raises(InvalidInput, match="the claim a-gone was withdrawn; choose another"):
            held.free("claim", "a-gone")

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

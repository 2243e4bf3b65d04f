"""
The shipped record: valid, canonical, in our own words, and scored as the README says.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foretrack import browse, ingest
from foretrack.core.library import DEFAULT
from foretrack.core.records import plain
from foretrack.db.engine import reading
from foretrack.db.store import load
from foretrack.evaluate import Choice, score
from foretrack.files.gathering import gather
from foretrack.files.reading import read
from foretrack.files.validation import validate
from foretrack.itemize import source_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import sqlalchemy as sa

    from foretrack.core.library import Library
    from foretrack.core.scorecard import Group
    from foretrack.db.store import Contents
    from foretrack.files.validation import Checked

AS_OF = date(2026, 11, 21)

ALLIANCE = "gruzer-2024-alliance"
RESEARCH = "unnamed-research-2025"

RUN = 8


@pytest.fixture(scope="module")
def forecasts(repository: Path) -> Path:
    return repository / "forecasts"


@pytest.fixture(scope="module")
def checked(forecasts: Path, library: Library) -> Checked:
    return validate([read(path) for path in gather([forecasts])], phrases=library)


@pytest.fixture(scope="module")
def shipped(
    forecasts: Path,
    template: Path,
    library: Library,
    now: datetime,
    tmp_path_factory: pytest.TempPathFactory,
) -> sa.Engine:
    """
    A database with the shipped record, imported once.
    """
    from shutil import copyfile

    from foretrack.db.engine import make_engine
    from foretrack.db.place import url_of

    path = tmp_path_factory.mktemp("shipped") / "shipped.sqlite"
    copyfile(template, path)
    engine = make_engine(url_of(path))
    ingest.bring_in(
        engine, [forecasts], library=library, accept_changes=False, actor="test", now=now
    )
    return engine


@pytest.fixture(scope="module")
def contents(shipped: sa.Engine) -> Contents:
    with reading(shipped) as connection:
        return load(connection)


@pytest.fixture(scope="module")
def choice(library: Library) -> Choice:
    return Choice(as_of=AS_OF, default=DEFAULT, library=library)


@pytest.fixture(scope="module")
def rows(shipped: sa.Engine, choice: Choice) -> dict[str, Group]:
    return {group.group: group for group in score(shipped, choice).groups}


@pytest.fixture(scope="module")
def texts(shared: Path) -> dict[str, bytes]:
    found = [path.read_bytes() for path in sorted((shared / "articles").glob("*.txt"))]
    return {hashlib.sha256(content).hexdigest(): content for content in found}


class TestFiles:
    def test_no_problems(self, checked: Checked) -> None:
        """
        Every file is valid.
        """
        assert [str(problem) for problem in checked.errors] == []

    def test_warnings_are_explained(self, checked: Checked) -> None:
        """
        A window that differs from the horizon table says why, in a note.
        """
        questions = {one.id: one for one in checked.questions}
        by_place = {checked.places["claim", one.id]: one for one in checked.claims}
        for problem in checked.warnings:
            before = [
                (place, claim)
                for place, claim in by_place.items()
                if place[0] == problem.path and place[1] <= problem.line
            ]
            _, claim = max(before, key=lambda pair: pair[0][1])
            question = questions[claim.question or ""]
            assert claim.note or question.note, str(problem)

    def test_canonical(self, forecasts: Path, shipped: sa.Engine, tmp_path: Path) -> None:
        """
        The export of the import is the files, byte for byte and file for file.
        """
        ingest.export(shipped, tmp_path)

        assert _files(forecasts) == _files(tmp_path)

    def test_importing_again_changes_nothing(
        self, forecasts: Path, shipped: sa.Engine, library: Library, now: datetime
    ) -> None:
        """
        The second import adds, changes and misses nothing.
        """
        before = browse.faults(shipped)
        done = ingest.bring_in(
            shipped, [forecasts], library=library, accept_changes=False, actor="test", now=now
        )

        assert (done.added, done.changed, done.missing, done.superseded) == ((), (), (), ())
        assert before == browse.faults(shipped)
        assert before[1] == []

    def test_every_resolution_has_evidence(self, contents: Contents) -> None:
        """
        Nothing was guessed: whatever was decided cites something, or gives its reason.
        """
        for entries in contents.ledger.values():
            for entry in entries:
                values = plain(entry)
                assert values.get("evidence") or values.get("reason"), entry.id

    def test_every_unscorable_claim_has_no_question(self, contents: Contents) -> None:
        """
        Claims are one or the other.
        """
        for claim in contents.claims.values():
            assert (claim.question is None) == (claim.unscorable is not None)


class TestScores:
    def test_all_five_sources(self, rows: dict[str, Group], contents: Contents) -> None:
        """
        Each source has a row, and each has an article.
        """
        assert len(rows) == 5
        assert set(rows) == set(contents.sources)
        assert set(rows) == {article.source for article in contents.articles.values()}

    def test_at_least_three_have_a_score(self, rows: dict[str, Group]) -> None:
        """
        Three or more sources have a Brier score in the headline.
        """
        assert sum(row.brier is not None for row in rows.values()) >= 3

    def test_the_treaty_is_an_early_yes(
        self, shipped: sa.Engine, choice: Choice, contents: Contents
    ) -> None:
        """
        "Unlikely" and signed on 19 June 2024: .64, early until the window closes.
        """
        claim = contents.claims[ALLIANCE]
        page = source_page(shipped, choice, source=claim.source)
        (line,) = (one for one in page.lines if one.claim == ALLIANCE)

        assert claim.phrase == "unlikely"
        assert line.settled == date(2024, 6, 19)
        assert line.standing == "early"
        assert line.brier == pytest.approx(0.64, abs=1e-12)
        assert page.group.early.n >= 1

    def test_the_treaty_joins_the_headline(
        self, shipped: sa.Engine, library: Library, contents: Contents
    ) -> None:
        """
        On the day after the window it is scored, with the same .64.
        """
        later = Choice(as_of=date(2027, 5, 29), default=DEFAULT, library=library)
        page = source_page(shipped, later, source=contents.claims[ALLIANCE].source)
        (line,) = (one for one in page.lines if one.claim == ALLIANCE)

        assert line.standing == "scored"
        assert line.brier == pytest.approx(0.64, abs=1e-12)

    def test_the_research_article_has_claims_and_no_score(
        self, rows: dict[str, Group], contents: Contents
    ) -> None:
        """
        All its claims stand there with their reasons; none was forced into a forecast.
        """
        row = rows[contents.articles[RESEARCH].source]

        assert row.claims > 0
        assert row.forecasts == 0
        assert sum(row.unscorable.values()) == row.claims
        assert (row.brier, row.early.brier, row.unscorable_share) == (None, None, 1.0)

    def test_nothing_is_lost(self, rows: dict[str, Group], contents: Contents) -> None:
        """
        Every claim made by the day is on some row.
        """
        made = [
            claim
            for claim in contents.claims.values()
            if contents.articles[claim.article].published.latest <= AS_OF
        ]

        assert sum(row.claims for row in rows.values()) == len(made) == len(contents.claims)


class TestArticles:
    """
    Against the articles themselves, which are not shipped.
    """

    def test_checksums_and_word_counts(self, contents: Contents, texts: dict[str, bytes]) -> None:
        """
        Each article of the record is one of the texts, and each text is in the record.
        """
        given = {
            article.text.sha256: article.text.words
            for article in contents.articles.values()
            if article.text is not None
        }

        assert given == {
            checksum: len(text.decode("utf-8").split()) for checksum, text in texts.items()
        }

    def test_paragraphs_exist(self, contents: Contents, texts: dict[str, bytes]) -> None:
        """
        Every place named lies in its text.
        """
        for claim in contents.claims.values():
            fingerprint = contents.articles[claim.article].text
            if claim.where is None or claim.where.paragraph is None or fingerprint is None:
                continue
            lines = texts[fingerprint.sha256].decode("utf-8").splitlines()
            assert claim.where.paragraph <= sum(bool(line.strip()) for line in lines), claim.id

    def test_phrases_stand_where_they_are_said_to(
        self, contents: Contents, texts: dict[str, bytes]
    ) -> None:
        """
        The words of each phrase that is scored occur, in order, in the paragraph named.

        Or in the next one, where a page break parts a sentence.
        """
        for claim in contents.claims.values():
            fingerprint = contents.articles[claim.article].text
            if claim.question is None or claim.phrase is None:
                continue
            if claim.where is None or fingerprint is None:
                continue
            lines = texts[fingerprint.sha256].decode("utf-8").splitlines()
            paragraphs = [line for line in lines if line.strip()]
            start = (claim.where.paragraph or 1) - 1
            rest = iter(_words(" ".join(paragraphs[start : start + 2])))
            missing = [word for word in _words(claim.phrase) if word not in rest]
            assert missing == [], f"{claim.id}: {claim.phrase}"

    def test_the_digests_are_those_of_the_articles(self, texts: dict[str, bytes]) -> None:
        """
        What stands for the articles' wording, where they are not at hand, was made from them.
        """
        found = {_digest(run) for text in texts.values() for run in _runs(_words(text.decode()))}

        assert found == _digests()


class TestWording:
    def test_our_own_words(self, contents: Contents) -> None:
        """
        No text of the record shares a run of eight or more words with an article.

        The articles are not ours to publish: digests of their runs of words stand for them.
        """
        digests = _digests()
        shared_runs = [
            (name, " ".join(run))
            for name, text in _ours(contents)
            for run in _runs(_words(text))
            if _digest(run) in digests
        ]

        assert len(digests) > 5000
        assert shared_runs == []


def _digest(run: tuple[str, ...]) -> str:
    """
    Ten hexadecimal digits: one run of ours in some hundred million would look alike by chance.
    """
    return hashlib.sha256(" ".join(run).encode()).hexdigest()[:10]


def _digests() -> set[str]:
    path = Path(__file__).parent / "data" / "article-runs.txt"
    return set(path.read_text(encoding="ascii").split())


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold().replace("’", "'"))


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - RUN + 1):
        yield tuple(words[start : start + RUN])


def _ours(contents: Contents) -> Iterator[tuple[str, str]]:
    for claim in contents.claims.values():
        yield claim.id, claim.says
        yield claim.id, claim.note or ""
    for question in contents.questions.values():
        yield question.id, question.statement
        yield question.id, question.criteria
        yield question.id, question.note or ""
    for article in contents.articles.values():
        yield article.id, article.note or ""

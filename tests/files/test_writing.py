"""
The canonical text, the canonical place, and the way onto the disk.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar
from unittest.mock import patch

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foretrack.core.records import (
    Article,
    Claim,
    Condition,
    ConditionState,
    Evidence,
    Fingerprint,
    Horizon,
    Published,
    Question,
    Reopening,
    Resolution,
    Source,
    Where,
)
from foretrack.core.vocabulary import (
    Annulment,
    ConditionIs,
    DateBasis,
    HorizonBasis,
    Outcome,
    Polarity,
    Precision,
    Reading,
    SourceKind,
    Unscorable,
)
from foretrack.errors import ForetrackError
from foretrack.files import reading
from foretrack.files.emitting import WIDTH, emit
from foretrack.files.reading import parse
from foretrack.files.validation import validate
from foretrack.files.writing import (
    article_text,
    layout,
    ledger_text,
    question_text,
    sources_text,
    write,
)
from permissions import unprivileged

if TYPE_CHECKING:
    from pathlib import Path

    from foretrack.core.records import LedgerEntry
    from foretrack.files.validation import Checked, Phrases

Value = TypeVar("Value")

# --- records of every kind, with text that YAML could trip over

HOSTILE = [
    "null",
    "~",
    "Null",
    "yes",
    "2024-05-28",
    "0.2",
    "a: b",
    "a:",
    "a #b",
    "#a",
    "- a",
    "-",
    "---",
    "...",
    "? a",
    "a?b",
    "who? me",
    "a:b",
    "'",
    '"',
    "it's",
    "a \\ 'b' \"c\"",
    "[a]",
    "{a: b}",
    "a, b",
    "&a",
    "*a",
    "!a",
    "|",
    ">-",
    "%a",
    "@a",
    "`a`",
    "=",
    "<<",
    " a",
    "a ",
    "a\tb",
    "\ta",
    "a  b",
    "\ufeffa",
    "\u202ea\u200f",
    "\ufffe",
    "\U0001f600",
    "[bold]a[/bold]",
    "\xa0a\xa0",
    "word " * 50 + "end",
    "two  spaces " * 20 + "end",
    "a" * 150,
    ("it's: # - " * 20).strip(),
]
HOSTILE_LINES = [
    "a\nb",
    "a\n\nb\n",
    "a\n",
    "\na",
    "a\n\n",
    "a \nb",
    " a\nb",
    "a\n  b\n c",
    "a\n \nb",
    "a\n\tb",
    "---\na\n...",
    "# a\n- b\n? c\n: d",
    "\n",
]

marks = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"])
lines = st.one_of(st.sampled_from(HOSTILE), st.text(marks | st.just("\t"), min_size=1)).filter(
    lambda text: text.strip(" \t\n") != "" and len(text) <= 300
)
texts = st.one_of(
    lines,
    st.sampled_from(HOSTILE_LINES),
    st.text(marks | st.sampled_from("\n\t "), min_size=1),
).filter(lambda text: text.strip(" \t\n") != "" and len(text) <= 4000)
slugs = st.from_regex(r"[a-z0-9]{1,5}(-[a-z0-9]{1,5}){1,2}", fullmatch=True)
days = st.dates(date(1000, 1, 1), date(2999, 12, 31))
shares = st.floats(0, 1).map(lambda number: round(number, 12) + 0.0)
addresses = st.sampled_from(["https://example.org/a?b=c#d", "http://example.org/" + "a" * 120])
evidence = st.lists(st.builds(Evidence, citation=lines, url=st.none() | addresses), max_size=2).map(
    tuple
)


def maybe(strategy: st.SearchStrategy[Value]) -> st.SearchStrategy[Value | None]:
    return st.none() | strategy


@st.composite
def publications(draw: st.DrawFn) -> Published:
    basis = draw(st.sampled_from(DateBasis))
    first, second = sorted((draw(days), draw(days)))
    match draw(st.sampled_from(Precision)):
        case Precision.DAY:
            return Published(earliest=first, latest=first, basis=basis)
        case Precision.MONTH:
            month = first.replace(month=1, day=1)
            last = first.replace(month=1, day=31)
            return Published(earliest=month, latest=last, precision=Precision.MONTH, basis=basis)
        case Precision.YEAR:
            year, last = first.replace(month=1, day=1), first.replace(month=12, day=31)
            return Published(earliest=year, latest=last, precision=Precision.YEAR, basis=basis)
    return Published(earliest=first, latest=second, precision=Precision.RANGE, basis=basis)


wheres = st.builds(Where, section=maybe(lines), paragraph=maybe(st.integers(1, 999))).filter(
    lambda where: where != Where()
)
tags = st.lists(slugs, unique=True, max_size=30).map(tuple)


def questions(name: str) -> st.SearchStrategy[Question]:
    return st.builds(
        Question,
        id=st.just(name),
        statement=lines,
        criteria=texts,
        criteria_written=days,
        resolution_source=lines,
        opens=days,
        closes=days,
        condition=maybe(st.builds(Condition, statement=lines, criteria=texts)),
        base_rate=maybe(shares),
        status_quo=maybe(st.sampled_from([Outcome.YES, Outcome.NO])),
        cluster=maybe(slugs),
        tags=tags,
        note=maybe(texts),
    )


def claims(name: str, article: str, source: str, asked: list[str]) -> st.SearchStrategy[Claim]:
    return st.builds(
        Claim,
        id=st.just(name),
        article=st.just(article),
        source=st.sampled_from([source, "somebody-else"]),
        where=maybe(wheres),
        says=lines,
        phrase=maybe(lines.filter(lambda text: len(text) <= 100)),
        probability=maybe(shares),
        reading=st.sampled_from(Reading),
        polarity=st.sampled_from(Polarity),
        horizon=maybe(
            st.builds(
                Horizon,
                words=maybe(lines.filter(lambda text: len(text) <= 100)),
                basis=st.sampled_from(HorizonBasis),
            )
        ),
        question=maybe(st.sampled_from(asked)),
        unscorable=maybe(st.sampled_from(Unscorable)),
        joint=maybe(slugs),
        attributed_to=maybe(lines),
        duplicate_of=maybe(slugs),
        note=maybe(texts),
    )


def entries(name: str, question: str) -> st.SearchStrategy[Any]:
    fixed = {"id": st.just(name), "question": st.just(question), "decided": days}
    return st.one_of(
        st.builds(
            Resolution,
            **fixed,
            outcome=st.sampled_from(Outcome),
            happened=maybe(days),
            impossible=maybe(days),
            reason=maybe(st.sampled_from(Annulment)),
            evidence=evidence,
            note=maybe(texts),
        ),
        st.builds(Reopening, **fixed, reopens=slugs, reason=texts),
        st.builds(
            ConditionState,
            **fixed,
            state=st.sampled_from(ConditionIs),
            since=maybe(days),
            evidence=evidence,
            note=maybe(texts),
        ),
    )


@st.composite
def records(draw: st.DrawFn) -> dict[str, tuple[Any, ...]]:
    """
    A record of two sources, two articles and three questions, with claims and a ledger.
    """
    asked = ["question-a", "question-b", "question-c"]
    names = ["article-a", "article-b"]
    found = [
        draw(
            st.builds(
                Article,
                id=st.just(name),
                title=lines,
                source=st.just("source-a"),
                outlet=maybe(lines),
                authors=st.lists(lines, unique=True, max_size=6).map(tuple),
                published=publications(),
                address=maybe(addresses),
                text=maybe(
                    st.builds(Fingerprint, sha256=st.just("0a" * 32), words=st.integers(0, 9999))
                ),
                note=maybe(texts),
            )
        )
        for name in names
    ]
    return {
        "sources": tuple(
            draw(
                st.builds(
                    Source,
                    id=st.just(name),
                    name=lines,
                    kind=st.sampled_from(SourceKind),
                    lexicon=maybe(st.just("phia")),
                    note=maybe(texts),
                )
            )
            for name in ("somebody-else", "source-a")
        ),
        "articles": tuple(found),
        "claims": tuple(
            draw(claims(f"{name}-{number}", name, "source-a", asked))
            for name in names
            for number in range(draw(st.integers(0, 3)))
        ),
        "questions": tuple(draw(questions(name)) for name in asked),
        "ledger": tuple(
            draw(entries(f"{name}-{number}", name))
            for name in asked[:2]
            for number in range(1, draw(st.integers(1, 3)))
        ),
    }


def as_dict(checked: Checked) -> dict[str, tuple[Any, ...]]:
    return {
        "sources": checked.sources,
        "articles": checked.articles,
        "claims": checked.claims,
        "questions": tuple(sorted(checked.questions, key=lambda each: each.id)),
        "ledger": checked.ledger,
    }


def read_back(files: dict[str, str], phrases: Phrases) -> dict[str, tuple[Any, ...]]:
    documents = [parse(text, path=name) for name, text in files.items()]
    assert [problem for document in documents for problem in document.problems] == []
    return as_dict(validate(documents, phrases=phrases))


class TestRoundTrip:
    @settings(suppress_health_check=list(HealthCheck), deadline=None)
    @given(record=records())
    def test_same_records(self, record: dict[str, tuple[Any, ...]], phrases: Phrases) -> None:
        """
        Reading what was written gives the same records, and writing them the same text.
        """
        files = layout(**record)
        for loader in (reading._Loader, yaml.Loader):
            with patch.object(reading, "_Loader", loader):
                actual = read_back(files, phrases)

                assert record == actual
                assert files == layout(**actual)

    @pytest.mark.parametrize("text", [*HOSTILE, *HOSTILE_LINES[:-1]], ids=ascii)
    @pytest.mark.parametrize("loader", [reading._Loader, yaml.Loader], ids=["fast", "pure"])
    def test_hostile(self, text: str, loader: Any) -> None:
        """
        Each text comes back from each place it can stand in, and no line ends in a space.
        """
        data: dict[str, Any] = {"a": text, "b": [{"c": text, "d": {"e": text}}]}
        if "\n" not in text:
            data["f"] = [text, text]
        written = emit(data)

        with patch.object(reading, "_Loader", loader):
            root = parse(written, path="x").root
        assert data == _plain(root)
        assert not [line for line in written.splitlines() if line.endswith(" ")]


def _plain(node: Any) -> Any:
    match node:
        case reading.Entries():
            return {name: _plain(item) for name, (_, item) in node.entries.items()}
        case reading.Items():
            return [_plain(item) for item in node.items]
    assert not node.absent
    return node.value


class TestText:
    def test_article(self) -> None:
        """
        Keys in their order, defaults left out, the question at its first claim.
        """
        article = Article(
            id="gruzer-2024",
            title="An article: its title",
            source="gruzer",
            authors=("Marina Gruzer", "A. Other"),
            published=Published(
                earliest=date(2024, 5, 1), latest=date(2024, 5, 31), precision=Precision.MONTH
            ),
            text=Fingerprint(sha256="0a" * 32, words=812),
        )
        question = Question(
            id="alliance-by-2027",
            statement="Will they ally?",
            criteria="Yes if they do.\nNo otherwise.",
            criteria_written=date(2026, 11, 21),
            resolution_source="The press",
            opens=date(2024, 5, 31),
            closes=date(2027, 5, 31),
            base_rate=0.1,
            status_quo=Outcome.NO,
            tags=("alliance", "treaty"),
        )
        claim = Claim(
            id="gruzer-2024-alliance",
            article="gruzer-2024",
            source="gruzer",
            where=Where(section="Forecast", paragraph=15),
            says=(
                "They ally, and what they say of it needs so many words that one line of a hundred"
                " is too short."
            ),
            phrase="unlikely",
            horizon=Horizon(words="medium-term", basis=HorizonBasis.HEADING),
            question="alliance-by-2027",
            joint="both",
        )
        second = Claim(
            id="gruzer-2024-again",
            article="gruzer-2024",
            source="other",
            says="They don't.",
            probability=0.00001,
            polarity=Polarity.OPPOSITE,
            horizon=Horizon(basis=HorizonBasis.ASSUMED),
            question="alliance-by-2027",
        )

        expected = """\
article:
  id: gruzer-2024
  title: 'An article: its title'
  source: gruzer
  authors: [Marina Gruzer, A. Other]
  published:
    date: 2024-05
  text:
    sha256: 0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a
    words: 812
claims:
  - id: gruzer-2024-alliance
    where: {section: Forecast, paragraph: 15}
    says: >-
      They ally, and what they say of it needs so many words that one line of a hundred is too
      short.
    phrase: unlikely
    horizon: {words: medium-term, basis: heading}
    question:
      id: alliance-by-2027
      statement: Will they ally?
      criteria: |-
        Yes if they do.
        No otherwise.
      criteria_written: 2026-11-21
      resolution_source: The press
      opens: 2024-05-31
      closes: 2027-05-31
      base_rate: 0.1
      status_quo: no
      tags: [alliance, treaty]
    joint: both
  - id: gruzer-2024-again
    source: other
    says: They don't.
    probability: 0.00001
    polarity: opposite
    horizon: {basis: assumed}
    question: alliance-by-2027
"""
        assert expected == article_text(article, [claim, second], {question.id: question})

    def test_ledger(self) -> None:
        """
        Each entry opens with what it does to which question.
        """
        paper = (Evidence(citation="A paper", url="https://example.org/a#b"),)
        ledger: list[LedgerEntry] = [
            ConditionState(
                id="treaty-1",
                question="treaty",
                state=ConditionIs.MET,
                since=date(2024, 6, 19),
                decided=date(2024, 6, 20),
                evidence=paper,
            ),
            Resolution(
                id="treaty-2",
                question="treaty",
                outcome=Outcome.YES,
                happened=date(2024, 12, 4),
                decided=date(2024, 12, 5),
                evidence=paper,
                note="null",
            ),
            Reopening(
                id="treaty-3",
                question="treaty",
                reopens="treaty-2",
                decided=date(2025, 1, 1),
                reason="A mistake",
            ),
        ]

        expected = """\
ledger:
  - condition: treaty
    id: treaty-1
    state: met
    since: 2024-06-19
    decided: 2024-06-20
    evidence:
      - citation: A paper
        url: https://example.org/a#b
  - resolve: treaty
    id: treaty-2
    outcome: yes
    happened: 2024-12-04
    decided: 2024-12-05
    evidence:
      - citation: A paper
        url: https://example.org/a#b
    note: 'null'
  - reopen: treaty
    id: treaty-3
    reopens: treaty-2
    decided: 2025-01-01
    reason: A mistake
"""
        assert expected == ledger_text(ledger)

    def test_sources(self) -> None:
        """
        Nobody is an empty list.
        """
        assert sources_text([]) == "sources: []\n"

    def test_width(self) -> None:
        """
        Long lists and long text are folded near a hundred columns.
        """
        names = [f"name-{number}" for number in range(40)]
        written = emit({"tags": [*names], "note": "word " * 60 + "end"})

        assert max(map(len, written.splitlines())) <= WIDTH
        assert len(written.splitlines()) == 9


class TestLayout:
    def test_places(self) -> None:
        """
        A question of one article stands there, a shared one and an unused one in their own files.
        """
        published = Published(earliest=date(2024, 5, 28), latest=date(2024, 5, 28))
        articles = [
            Article(id=name, title=name, source="me", published=published)
            for name in ("article-b", "article-a")
        ]
        own, shared, unused = (
            Question(
                id=name,
                statement="Will it?",
                criteria="It does.",
                criteria_written=date(2024, 5, 28),
                resolution_source="The press",
                opens=date(2024, 5, 28),
                closes=date(2025, 5, 28),
            )
            for name in ("own", "shared", "unused")
        )

        def claim(name: str, article: str, question: str) -> Claim:
            return Claim(id=name, article=article, source="me", says="It.", question=question)

        files = layout(
            articles=articles,
            claims=[
                claim("claim-1", "article-a", "own"),
                claim("claim-2", "article-a", "own"),
                claim("claim-3", "article-a", "shared"),
                claim("claim-4", "article-b", "shared"),
            ],
            questions=[own, shared, unused],
            ledger=[
                ConditionState(
                    id="own-1", question="own", state=ConditionIs.PENDING, decided=date(2024, 6, 1)
                )
            ],
        )

        assert list(files) == [
            "articles/article-a.yaml",
            "articles/article-b.yaml",
            "questions/shared.yaml",
            "questions/unused.yaml",
            "resolutions/own.yaml",
        ]
        assert files["articles/article-a.yaml"].count("statement: Will it?") == 1
        assert "    question: own\n" in files["articles/article-a.yaml"]
        assert "    question: shared\n" in files["articles/article-b.yaml"]
        assert question_text(shared) == files["questions/shared.yaml"]

    def test_sources(self) -> None:
        """
        Sources are sorted by id.
        """
        zoe = Source(id="zoe", name="Zoe", kind=SourceKind.PERSON)
        adam = replace(zoe, id="adam", name="Adam")

        assert layout(sources=[zoe, adam]) == {"sources.yaml": sources_text([adam, zoe])}


class TestWrite:
    def test_report(self, tmp_path: Path) -> None:
        """
        New and changed files are written, equal ones not touched, others reported and left.
        """
        files = {"sources.yaml": "a\n", "articles/a.yaml": "b\n"}

        first = write(tmp_path / "new", files)
        stamp = (tmp_path / "new/sources.yaml").stat().st_mtime_ns
        (tmp_path / "new/articles/old.yaml").write_text("x")
        (tmp_path / "new/articles/read.me").write_text("x")
        (tmp_path / "new/other.yaml").write_text("x")
        second = write(tmp_path / "new", files | {"articles/a.yaml": "c\n"})

        assert first.written == ("sources.yaml", "articles/a.yaml")
        assert (second.written, second.unchanged) == (("articles/a.yaml",), ("sources.yaml",))
        assert second.stale == ("articles/old.yaml",)
        assert stamp == (tmp_path / "new/sources.yaml").stat().st_mtime_ns
        assert (tmp_path / "new/articles/a.yaml").read_text() == "c\n"
        assert sorted(path.name for path in (tmp_path / "new/articles").iterdir()) == [
            "a.yaml",
            "old.yaml",
            "read.me",
        ]

    def test_blocked(self, tmp_path: Path) -> None:
        """
        A file where a folder must be is named, with the reason.
        """
        (tmp_path / "articles").write_text("x")

        with pytest.raises(ForetrackError, match=r"articles/a\.yaml: cannot be written: "):
            write(tmp_path, {"articles/a.yaml": "b\n"})

    def test_read_only(self, open_folder: Path) -> None:
        """
        A folder that must not be written to is named, with the reason.
        """
        (open_folder / "articles").mkdir(mode=0o555)

        message = r"a\.yaml: cannot be written: Permission denied"
        with unprivileged(), pytest.raises(ForetrackError, match=message):
            write(open_folder, {"articles/a.yaml": "b\n"})

    def test_failure_leaves_the_old(self, tmp_path: Path) -> None:
        """
        When the disk refuses, the old file stands whole and nothing else is left behind.
        """
        (tmp_path / "sources.yaml").write_text("old\n")

        refusal = OSError(28, "No space left on device")
        with (
            patch("pathlib.Path.replace", side_effect=refusal),
            pytest.raises(ForetrackError, match="No space left on device"),
        ):
            write(tmp_path, {"sources.yaml": "new\n"})

        assert [path.read_text() for path in tmp_path.iterdir()] == ["old\n"]

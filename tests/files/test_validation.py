"""
Documents as records, and rules across files and what is known already.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from foretrack.core.library import Library
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
from foretrack.files.reading import parse
from foretrack.files.validation import Checked, Known, Phrases, validate

SOURCES = """
sources:
  - id: gruzer
    name: Marina Gruzer
    kind: person
    lexicon: phia
"""
ARTICLE = """
article:
  id: gruzer-2024
  title: An article
  source: gruzer
  outlet: ~
  authors: [Marina Gruzer]
  published: {date: 2024-05-28}
  address: https://example.org/a
  text: {sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef, words: 812}
claims:
  - id: gruzer-2024-alliance
    where: {section: Forecast, paragraph: 15}
    says: They ally.
    phrase: unlikely
    polarity: opposite
    reading: assumed
    horizon: {words: medium-term, basis: heading}
    question:
      id: alliance-by-2027
      statement: Will they ally?
      criteria: |
        Yes if they do.
        No otherwise.
      criteria_written: 2026-11-21
      resolution_source: The press
      opens: 2024-05-28
      closes: 2027-05-28
      condition: {statement: Do they meet?, criteria: They meet.}
      base_rate: .10
      status_quo: no
      cluster: treaty
      tags: [alliance]
  - id: gruzer-2024-may
    source: other
    says: They trade.
    phrase: may
    unscorable: attributed
    attributed_to: A general
"""
OTHER = "sources: [{id: other, name: Other, kind: outlet}]\n"
LEDGER = """
ledger:
  - condition: alliance-by-2027
    id: alliance-by-2027-1
    state: met
    since: 2024-06-19
    decided: 2024-06-20
    evidence: [{citation: A paper, url: https://example.org/b}]
  - resolve: alliance-by-2027
    id: alliance-by-2027-2
    outcome: yes
    happened: 2024-12-04
    decided: 2024-12-05
    evidence:
      - citation: A paper
  - reopen: alliance-by-2027
    id: alliance-by-2027-3
    reopens: alliance-by-2027-2
    decided: 2025-01-01
    reason: A mistake
"""


def check(phrases: Phrases, *texts: str, known: Known | None = None) -> Checked:
    documents = [parse(text, path=f"{number}.yaml") for number, text in enumerate(texts)]
    return validate(documents, phrases=phrases, known=known or Known())


def problems(checked: Checked) -> list[str]:
    return [str(problem) for problem in checked.problems]


class TestRecords:
    def test_all(self, phrases: Phrases) -> None:
        """
        Every kind of record is read with all its fields, in any order of files.
        """
        checked = check(phrases, LEDGER, ARTICLE, OTHER, SOURCES)
        question = Question(
            id="alliance-by-2027",
            statement="Will they ally?",
            criteria="Yes if they do.\nNo otherwise.\n",
            criteria_written=date(2026, 11, 21),
            resolution_source="The press",
            opens=date(2024, 5, 28),
            closes=date(2027, 5, 28),
            condition=Condition(statement="Do they meet?", criteria="They meet."),
            base_rate=0.1,
            status_quo=Outcome.NO,
            cluster="treaty",
            tags=("alliance",),
        )
        article = Article(
            id="gruzer-2024",
            title="An article",
            source="gruzer",
            authors=("Marina Gruzer",),
            published=Published(earliest=date(2024, 5, 28), latest=date(2024, 5, 28)),
            address="https://example.org/a",
            text=Fingerprint(sha256="0123456789abcdef" * 4, words=812),
        )
        alliance = Claim(
            id="gruzer-2024-alliance",
            article="gruzer-2024",
            source="gruzer",
            where=Where(section="Forecast", paragraph=15),
            says="They ally.",
            phrase="unlikely",
            reading=Reading.ASSUMED,
            polarity=Polarity.OPPOSITE,
            horizon=Horizon(words="medium-term", basis=HorizonBasis.HEADING),
            question="alliance-by-2027",
        )
        trade = Claim(
            id="gruzer-2024-may",
            article="gruzer-2024",
            source="other",
            says="They trade.",
            phrase="may",
            unscorable=Unscorable.ATTRIBUTED,
            attributed_to="A general",
        )
        ledger = (
            ConditionState(
                id="alliance-by-2027-1",
                question="alliance-by-2027",
                state=ConditionIs.MET,
                since=date(2024, 6, 19),
                decided=date(2024, 6, 20),
                evidence=(Evidence(citation="A paper", url="https://example.org/b"),),
            ),
            Resolution(
                id="alliance-by-2027-2",
                question="alliance-by-2027",
                outcome=Outcome.YES,
                happened=date(2024, 12, 4),
                decided=date(2024, 12, 5),
                evidence=(Evidence(citation="A paper"),),
            ),
            Reopening(
                id="alliance-by-2027-3",
                question="alliance-by-2027",
                reopens="alliance-by-2027-2",
                decided=date(2025, 1, 1),
                reason="A mistake",
            ),
        )

        assert problems(checked) == []
        assert (
            Source(id="other", name="Other", kind=SourceKind.OUTLET),
            Source(id="gruzer", name="Marina Gruzer", kind=SourceKind.PERSON, lexicon="phia"),
        ) == checked.sources
        assert (article,) == checked.articles
        assert (alliance, trade) == checked.claims
        assert (question,) == checked.questions
        assert ledger == checked.ledger

    def test_places(self, phrases: Phrases) -> None:
        """
        Every record has its path and line.
        """
        places = check(phrases, SOURCES, ARTICLE).places

        assert places == {
            ("source", "gruzer"): ("0.yaml", 3),
            ("article", "gruzer-2024"): ("1.yaml", 2),
            ("claim", "gruzer-2024-alliance"): ("1.yaml", 12),
            ("question", "alliance-by-2027"): ("1.yaml", 19),
            ("claim", "gruzer-2024-may"): ("1.yaml", 34),
        }

    @pytest.mark.parametrize(
        ("published", "expected"),
        [
            ("{date: 2024-02-29}", (date(2024, 2, 29), date(2024, 2, 29), Precision.DAY)),
            ("{date: 2024-02}", (date(2024, 2, 1), date(2024, 2, 29), Precision.MONTH)),
            ("{date: 2023-12}", (date(2023, 12, 1), date(2023, 12, 31), Precision.MONTH)),
            ("{date: 2024}", (date(2024, 1, 1), date(2024, 12, 31), Precision.YEAR)),
            (
                "{date: 2024, precision: year}",
                (date(2024, 1, 1), date(2024, 12, 31), Precision.YEAR),
            ),
            (
                "{earliest: 2024-06-20, latest: 2024-10-15}",
                (date(2024, 6, 20), date(2024, 10, 15), Precision.RANGE),
            ),
        ],
    )
    def test_published(
        self, phrases: Phrases, published: str, expected: tuple[date, date, Precision]
    ) -> None:
        """
        The form of the date gives the precision, the earliest and the latest day.
        """
        text = (
            f"article: {{id: an-article, title: A, source: gruzer, published: {published}}}\n"
            "claims: []\n"
        )
        (article,) = check(phrases, SOURCES, text).articles

        days = article.published
        assert expected == (days.earliest, days.latest, days.precision)
        assert DateBasis.STATED is days.basis


class TestNoCascade:
    def test_broken_source(self, phrases: Phrases) -> None:
        """
        A source with a flaw is still known to those who refer to it.
        """
        checked = check(phrases, SOURCES.replace("person", "human"), OTHER, ARTICLE)

        (problem,) = problems(checked)
        assert problem.startswith('0.yaml:5: sources[0].kind: "human" is none of person, outlet,')

    def test_broken_file(self, phrases: Phrases) -> None:
        """
        While a file cannot be read, nothing is said of what it may hold.
        """
        checked = check(phrases, "sources: [", LEDGER, ARTICLE)

        assert [problem.path for problem in checked.problems] == ["0.yaml"]

    def test_misspelt_key(self, phrases: Phrases) -> None:
        """
        A misspelt key is named, and what is missing without it too, in the order of the lines.
        """
        ledger = LEDGER.replace("happened: 2024-12-04", "happend: 2024-12-04")

        assert problems(check(phrases, SOURCES, OTHER, ARTICLE, ledger)) == [
            "3.yaml:9: ledger[1].happened: yes needs the day it happened",
            "3.yaml:12: ledger[1].happend: unknown key; did you mean happened?",
        ]

    def test_unreadable_entry(self, phrases: Phrases) -> None:
        """
        An entry whose outcome cannot be read leaves the reopening behind it alone.
        """
        checked = check(
            phrases, SOURCES, OTHER, ARTICLE, LEDGER.replace("outcome: yes", "outcome: ja")
        )

        assert problems(checked) == [
            '3.yaml:11: ledger[1].outcome: "ja" is none of yes, no, ambiguous, annulled'
        ]

    def test_many_unknown(self, phrases: Phrases) -> None:
        """
        Thousands of unknown references are found in reasonable time, without a guess for each.
        """
        claims = "".join(
            f"  - {{id: claim-{number}, says: It., phrase: likely, horizon: {{basis: assumed}},"
            f" question: unknown-{number}}}\n"
            for number in range(2000)
        )
        text = ARTICLE.split("claims:")[0] + "claims:\n" + claims
        known = Known(questions={f"known-{number}": QUESTION for number in range(2000)})
        checked = check(phrases, SOURCES, text, known=known)

        assert len(checked.problems) == 2000


QUESTION = Question(
    id="alliance-by-2027",
    statement="Will they ally?",
    criteria="Yes if they do.",
    criteria_written=date(2026, 11, 21),
    resolution_source="The press",
    opens=date(2024, 5, 28),
    closes=date(2027, 5, 28),
    condition=Condition(statement="Do they meet?", criteria="They meet."),
)


class TestKnown:
    def test_ledger_alone(self, phrases: Phrases) -> None:
        """
        A ledger file is checked against a question that exists elsewhere.
        """
        known = Known(questions={QUESTION.id: QUESTION})

        assert problems(check(phrases, LEDGER, known=known)) == []

    def test_ledger_continued(self, phrases: Phrases) -> None:
        """
        Entries follow those that exist elsewhere, wherever the file stops.
        """
        known = Known(
            questions={QUESTION.id: QUESTION},
            ledger={each.id: each for each in check(phrases, LEDGER).ledger},
        )
        first = LEDGER.split("  - reopen")[0]
        fourth = """
ledger:
  - resolve: alliance-by-2027
    id: alliance-by-2027-4
    outcome: ambiguous
    decided: 2025-02-01
"""

        assert problems(check(phrases, first, known=known)) == []
        assert problems(check(phrases, fourth, known=known)) == []

    def test_window_of_known_article(self, phrases: Phrases) -> None:
        """
        The document's record counts where the same id is known otherwise.
        """
        known = Known(questions={QUESTION.id: replace(QUESTION, closes=date(2020, 1, 1))})

        assert problems(check(phrases, SOURCES, OTHER, ARTICLE, known=known)) == []

    def test_real_lexicons(self) -> None:
        """
        The shipped lexicons are what the validation asks for.
        """
        checked = check(Library(), SOURCES, OTHER, ARTICLE)

        assert problems(checked) == []


class TestAskedTwice:
    """
    One outcome must not count twice.
    """

    AGAIN = ARTICLE.replace("gruzer-2024", "gruzer-2025").replace("alliance-by", "pact-by")

    def test_warned_of(self, phrases: Phrases) -> None:
        """
        The same statement, condition and window under another id is a warning, here or elsewhere.
        """
        said = "asks the same as alliance-by-2027 in the same window: use that one question"
        together = check(phrases, SOURCES, OTHER, ARTICLE, self.AGAIN)
        apart = check(
            phrases, SOURCES, OTHER, self.AGAIN, known=Known(questions={QUESTION.id: QUESTION})
        )

        for checked in (together, apart):
            (found,) = (one for one in checked.problems if "asks the same" in one.message)
            assert (found.warning, found.message) == (True, said)
            assert found.where == "claims[0].question.statement"

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("Will they ally?", "Will they ally now?"),
            ("Do they meet?", "Do they part?"),
            ("closes: 2027-05-28", "closes: 2027-05-29"),
            ("pact-by-2027", "alliance-by-2027"),
        ],
    )
    def test_something_differs(self, phrases: Phrases, old: str, new: str) -> None:
        """
        Another statement, condition or window is another question; itself is no other one.
        """
        known = Known(questions={QUESTION.id: QUESTION})
        checked = check(phrases, SOURCES, OTHER, self.AGAIN.replace(old, new), known=known)

        assert not any("asks the same" in one.message for one in checked.problems)


class TestFuture:
    def test_a_decision_to_come_is_warned_of(self) -> None:
        """
        A slip in a year would hide a resolution until then; without a day nothing is said.
        """
        text = (
            "question:\n  id: q-1\n  statement: Will it?\n  criteria: Yes if so.\n"
            "  criteria_written: 2062-11-21\n  resolution_source: x\n"
            "  opens: 2026-01-01\n  closes: 2026-06-30\n"
        )
        document = parse(text, path="questions/q-1.yaml")
        phrases = Library()

        quiet = validate([document], phrases=phrases)
        warned = validate([document], phrases=phrases, today=date(2026, 11, 21))

        assert quiet.problems == ()
        (warning,) = warned.problems
        assert (warning.warning, warning.line, warning.where) == (
            True,
            5,
            "question.criteria_written",
        )
        assert "2062-11-21 is in the future, today is 2026-11-21" in warning.message


class TestReading:
    def test_what_is_taken_by_assumption_must_be_marked(self, known: Known) -> None:
        """
        A bare "will" and an "is expected to" without their mark are warned of, once a phrase.
        """
        claims = "".join(
            f"  - id: c-{number}\n    says: x\n    phrase: {phrase}\n"
            f"    horizon: {{words: one year, basis: stated}}\n    question: q-{number}\n{more}"
            for number, (phrase, more) in enumerate(
                [
                    ("will", ""),
                    ("Will", ""),
                    ("will not", "    reading: implied\n"),
                    ("is expected to", ""),
                    ("likely", ""),
                    ("will", ""),
                ]
            )
        )
        text = (
            "article:\n  id: a-1\n  title: T\n  source: gruzer\n  published: {date: 2023-12-31}\n"
            f"claims:\n{claims}"
        )
        asked = {
            f"q-{number}": replace(known.questions["event-2024"], id=f"q-{number}")
            for number in range(6)
        }
        checked = validate(
            [parse(text, path="a.yaml")],
            phrases=Library(),
            known=replace(known, questions=asked),
        )

        assert checked.errors == ()
        marks = [(one.where, one.message) for one in checked.warnings if "reading" in one.message]
        assert [where for where, _ in marks] == ["claims[0].phrase", "claims[3].phrase"]
        assert "`reading: implied`" in marks[0][1]
        assert "`reading: assumed`" in marks[1][1]


class TestReferencesOfBrokenParts:
    def test_article(self, phrases: Phrases) -> None:
        """
        An article whose date is broken has its unknown source named at once.
        """
        text = """\
article:
  id: a1
  title: T
  source: nobody
  published: {date: 2024-13-01}
claims: []
"""
        assert problems(check(phrases, text)) == [
            "0.yaml:4: article.source: no source has the id nobody",
            "0.yaml:5: article.published.date: 2024-13-01 is a day that does not exist",
        ]

    def test_claim(self, phrases: Phrases, known: Known) -> None:
        """
        So has a claim all that it refers to, each at its own line.
        """
        text = """\
article: {id: a1, title: T, source: gruzer, published: {date: 2024-05-01}}
claims:
  - id: c1
    probability: 2
    source: nobody
    question: no-question
    duplicate_of: no-claim
"""
        said = problems(check(phrases, text, known=known))
        assert [line.partition("; did")[0] for line in said] == [
            "0.yaml:3: claims[0].says: is missing",
            '0.yaml:4: claims[0].probability: "2" is not a number from 0 to 1 such as 0.2',
            "0.yaml:5: claims[0].source: no source has the id nobody",
            "0.yaml:6: claims[0].question: no question has the id no-question",
            "0.yaml:7: claims[0].duplicate_of: no claim has the id no-claim",
        ]

    def test_decision(self, phrases: Phrases, known: Known) -> None:
        """
        So has a decision its question; one that is known is no problem.
        """
        text = """\
ledger:
  - {resolve: no-such, id: no-such-1, outcome: maybe, decided: 2025-01-01}
  - {resolve: event-2024, id: event-2024-1, outcome: maybe, decided: 2025-01-01}
"""
        said = problems(check(phrases, text, known=known))
        assert [line.partition(": ")[2].partition(" is")[0] for line in said] == [
            'ledger[0].outcome: "maybe"',
            "ledger[0].resolve: no question has the id no-such",
            'ledger[1].outcome: "maybe"',
        ]

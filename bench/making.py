"""
The inputs of the measurements: made here, the same every time.
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from foretrack.core.records import (
    AnyRecord,
    Article,
    Claim,
    Evidence,
    Horizon,
    Published,
    Question,
    Resolution,
    Source,
)
from foretrack.core.vocabulary import Outcome, Reading, SourceKind
from foretrack.db import engine as engines
from foretrack.db import migrate, place, store
from foretrack.db.tables import Action
from foretrack.files import writing as canonical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEGIN = date(2020, 1, 1)
AS_OF = date(2025, 6, 1)
PHRASES = (
    "likely",
    "unlikely",
    "highly likely",
    "almost certain",
    "improbable",
    "even chance",
    "will",
    "probably",
    "very unlikely",
)


def database(path: Path, *, forecasts: int, sources: int) -> None:
    """
    A database in which five sources forecast each question; 99.5% of what is over is resolved.
    """
    rng = random.Random(20250601)
    records: list[AnyRecord] = []
    day = Published(earliest=BEGIN, latest=BEGIN)
    for s in range(sources):
        records.append(Source(id=f"source-{s}", name=f"Source {s}", kind=SourceKind.PERSON))
        records.append(
            Article(id=f"article-{s}", title=f"Article {s}", source=f"source-{s}", published=day)
        )
    questions = [_question(f"question-{q}", rng) for q in range(forecasts // 5)]
    records += questions
    for number in range(forecasts):
        q, voice = divmod(number, 5)
        s = (q * 7 + voice * (sources // 5 + 1)) % sources
        records.append(
            Claim(
                id=f"claim-{number}",
                article=f"article-{s}",
                source=f"source-{s}",
                says=f"what source {s} says about question {q}",
                phrase=rng.choice(PHRASES),
                horizon=Horizon(words="medium-term"),
                question=f"question-{q}",
            )
        )
    records += [
        _resolution(question, rng)
        for question in questions
        if question.closes < AS_OF and rng.random() < 0.995
    ]
    url = place.url_of(path)
    migrate.create(url)
    with engines.writing(engines.make_engine(url)) as connection:
        changes = [store.Change(Action.ADD, record) for record in records]
        store.write(connection, changes, actor="bench", at=datetime(2025, 6, 1, tzinfo=UTC))


def folder(path: Path, *, claims: int, articles: int) -> None:
    """
    A folder of records: so many articles with as many claims each, every one with its question.
    """
    rng = random.Random(400)
    sources = [
        Source(id=f"source-{s}", name=f"Source {s}", kind=SourceKind.PERSON) for s in range(40)
    ]
    found: list[Article] = []
    said: list[Claim] = []
    asked: list[Question] = []
    day = Published(earliest=BEGIN, latest=BEGIN)
    for a in range(articles):
        article = Article(
            id=f"article-{a}", title=f"Article {a}", source=f"source-{a % 40}", published=day
        )
        found.append(article)
        for number in range(claims // articles):
            question = _question(f"question-{a}-{number}", rng)
            asked.append(question)
            phrase = rng.choice(PHRASES)
            said.append(
                Claim(
                    id=f"claim-{a}-{number}",
                    article=article.id,
                    source=article.source,
                    says=f"that number {number} of article {a} comes about, in our own words",
                    phrase=phrase,
                    reading=Reading.IMPLIED if phrase == "will" else Reading.EXPLICIT,
                    horizon=Horizon(words="within the window"),
                    question=question.id,
                )
            )
    files = canonical.layout(sources=sources, articles=found, claims=said, questions=asked)
    canonical.write(path, files)


def table(path: Path, *, rows: int, sources: int) -> None:
    """
    A table of forecasts as CSV; probabilities of two decimals, no questions.
    """
    with path.open("w", encoding="utf-8") as file:
        file.write("source,probability,outcome\n")
        file.writelines(f"{source},{p},{y}\n" for source, p, y in _rows(rows, sources))


def tables(path: Path, *, rows: int, sources: int) -> None:
    """
    The same in a SQLite database, in a table without an index.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = off")
        connection.execute("PRAGMA synchronous = off")
        connection.execute("CREATE TABLE forecast (source TEXT, probability REAL, outcome INTEGER)")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO forecast VALUES (?, ?, ?)", _rows(rows, sources))
        connection.execute("COMMIT")


def _rows(rows: int, sources: int) -> Iterator[tuple[str, float, int]]:
    draw = random.Random(1000).random
    names = [f"source-{number:04}" for number in range(sources)]
    steps = [step / 100 for step in range(101)]
    for _ in range(rows):
        p = steps[int(draw() * 101)]
        yield names[int(draw() * sources)], p, int(draw() < 0.1 + 0.8 * p)


def _question(name: str, rng: random.Random) -> Question:
    return Question(
        id=name,
        statement=f"Will {name} come about?",
        criteria="Yes if the named source says so before the window is over; otherwise no.",
        criteria_written=BEGIN,
        resolution_source="the named source",
        opens=BEGIN,
        closes=BEGIN + timedelta(days=100 + rng.randrange(2000)),
    )


def _resolution(question: Question, rng: random.Random) -> Resolution:
    shown = (Evidence(citation="the named source"),)
    name = f"{question.id}-1"
    if rng.random() < 0.4:
        day = BEGIN + timedelta(days=rng.randrange(1, (question.closes - BEGIN).days))
        return Resolution(
            id=name, question=question.id, outcome=Outcome.YES, happened=day, decided=day,
            evidence=shown,
        )  # fmt: skip
    decided = question.closes + timedelta(days=1)
    return Resolution(
        id=name, question=question.id, outcome=Outcome.NO, decided=decided, evidence=shown
    )

"""
Counting forecasts.

The database puts together what was said alike, by its index; what each question came to is looked
up once, here.  No sums of floats are made anywhere, so that every engine gives the same figures.
What the counts mean is said in ``core``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from foretrack.core.cohort import EVERYTHING, Item, Recorded, Selection
from foretrack.db.asked import asked
from foretrack.db.groupings import GROUPINGS, articles_of, claims_of
from foretrack.db.tables import article, as_text, claim, question, standing
from foretrack.db.tables import source as declaring

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from foretrack.db.groupings import Grouping

_APART = "\n"  # between the ids of questions, which hold no such thing
_AT_ONCE = 500  # ids in one statement

_NOT_SINGLE = (None,) * 5  # what only single forecasts have: made, ends, closes, decided, claim

_COLUMNS: tuple[sa.ColumnElement[Any], ...] = (
    claim.c.source,
    claim.c.article,
    claim.c.phrase,
    claim.c.probability,
    as_text(claim.c.polarity),
    as_text(claim.c.reading),
    as_text(claim.c.horizon_basis),
)
"""
With the words of the horizon and the question these are the columns of an index, in its order.
"""


class _Said(NamedTuple):
    """
    What a score depends on in a claim, its article and its source.

    Below key and source these are fields of an item, in its order.

    Attributes:
        key: What it is grouped by, unless that is its question's.
        assumed: Its window was assumed.
        inferred: The date of its article was inferred.
        standard: The lexicon that its source declares.
        opposite: It is the complement of the question.
    """

    key: Any
    source: str
    assumed: bool
    reading: str
    inferred: bool
    standard: str | None
    phrase: str | None
    probability: float | None
    opposite: bool


class _Alike(NamedTuple):
    """
    What was said alike on one day, as ISO text.
    """

    said: _Said
    made: str
    questions: list[str]


class _Appeared(NamedTuple):
    """
    What a score depends on in an article.

    Attributes:
        key: What its claims are grouped by, if that is the article's.
    """

    latest: str
    inferred: bool
    key: Any


def counts(
    connection: sa.Connection,
    *,
    by: str,
    as_of: date,
    only: Selection = EVERYTHING,
    sources: Sequence[str] | None = None,
    recorded: Recorded | None = None,
    apart: str | None = None,
    named: bool = False,
) -> Iterator[Item]:
    """
    The forecasts made by a day, counted by everything that a score depends on.

    Forecasts that have updates (others by the same source on the same question) come one by one,
    with their days.

    Args:
        by: One of ``groupings.GROUPINGS``.
        as_of: What was said and decided by this day.
        only: The part of the record that counts.
        sources: Only theirs.
        recorded: What to take from the record of each question.
        apart: A source; forecasts on the questions that it answered come one by one, too.
        named: Those counted together come with their questions.
    """
    record = _Record(connection, by, as_of, only, sources, recorded)
    said = record.said()
    single: dict[str, set[str]] = defaultdict(set)
    if apart is not None:
        answered = set(_answered(connection, apart))
        single.update((one.said.source, answered) for one in said)
    for name, repeated in _repeated(said).items():
        single[name] = single[name] | repeated
    yield from record.together(said, single, named=named)
    if single:
        wanted = sorted(set().union(*single.values()))
        for start in range(0, len(wanted), _AT_ONCE):
            some = claim.c.question.in_(wanted[start : start + _AT_ONCE])
            yield from record.singly(some, single)


def each(
    connection: sa.Connection,
    *,
    by: str = "source",
    as_of: date,
    only: Selection = EVERYTHING,
    sources: Sequence[str] | None = None,
    recorded: Recorded | None = None,
) -> Iterator[Item]:
    """
    The forecasts made by a day one by one, with their groups and questions.

    Args:
        by: One of ``groupings.GROUPINGS``.
        as_of: What was said and decided by this day.
        only: The part of the record that counts.
        sources: Only theirs.
        recorded: What to take from the record of each question.
    """
    yield from _Record(connection, by, as_of, only, sources, recorded).singly()


def _answered(connection: sa.Connection, name: str) -> Iterable[str]:
    chosen = sa.select(claim.c.question).where(
        standing(claim), claim.c.source == name, claim.c.question.is_not(None)
    )
    return connection.scalars(chosen)


def _repeated(said: Iterable[_Alike]) -> dict[str, set[str]]:
    """
    The questions on which a source made several forecasts.
    """
    answered: dict[str, list[list[str]]] = defaultdict(list)
    for one in said:
        answered[one.said.source].append(one.questions)
    return {
        name: {question for question, n in Counter(chain(*lists)).items() if n > 1}
        for name, lists in answered.items()
        if len(set().union(*lists)) < sum(map(len, lists))
    }


class _Record:
    """
    The articles and questions of the forecasts that are wanted, and the ways to read these.
    """

    def __init__(
        self,
        connection: sa.Connection,
        by: str,
        as_of: date,
        only: Selection,
        sources: Sequence[str] | None,
        recorded: Recorded | None,
    ) -> None:
        self.connection = connection
        self.grouping = GROUPINGS[by]
        wanted: list[sa.ColumnElement[bool]] = [
            standing(claim),
            claim.c.question.is_not(None),
            claims_of(connection, only),
        ]
        among = None
        if sources is not None:
            wanted.append(claim.c.source.in_(sources))
            among = sa.select(claim.c.question).where(*wanted)
        self.wanted = wanted
        self.articles = _articles(connection, self.grouping, as_of, only)
        self.tagged = self.grouping.of is question
        self.questions = asked(
            connection,
            as_of=as_of,
            recorded=recorded,
            among=among,
            tagged=self.tagged,
            # A group that mixes sources holds several forecasts that one question settles together.
            own_cluster=by != "source",
        )
        # Of each way that questions stand, what was said in time and, next to it, what was late.
        self.hows: list[tuple[str | None, tuple[Any, ...]]] = [
            (stands.tags, (late, *stands[1:]))
            for stands in self.questions.ways
            for late in (False, True)
        ]
        self.place = {name: 2 * place for name, place in self.questions.place.items()}
        self.standards = lexicons(connection)
        self.keys: dict[Any, tuple[str, ...]] = {}

    def said(self) -> list[_Alike]:
        """
        What was said, when, and on which questions.
        """
        chosen = (
            sa.select(self._key(), *_COLUMNS, sa.func.aggregate_strings(claim.c.question, _APART))
            .where(*self.wanted)
            .group_by(*_COLUMNS, claim.c.horizon_words)
        )
        found = []
        for *words, questions in self.connection.execute(chosen).all():
            if (one := self._made(*words)) is not None:
                found.append(_Alike(*one, questions.split(_APART)))
        return found

    def _key(self) -> sa.ColumnElement[Any]:
        return (self.grouping.column if self.grouping.of is claim else sa.null()).label("key")

    def _made(
        self,
        key: Any,
        name: str,
        where: str,
        phrase: str | None,
        probability: float | None,
        *rest: Any,
    ) -> tuple[_Said, str] | None:
        """
        What was said, and when; None for an article that does not count.
        """
        appeared = self.articles.get(where)
        if appeared is None:
            return None
        if self.grouping.of is article:
            key = appeared.key
        polarity, reading, basis = rest
        standard, opposite = self.standards.get(name), polarity == "opposite"
        said = _Said(
            key, name, basis == "assumed", reading, appeared.inferred,
            standard, phrase, probability, opposite,
        )  # fmt: skip
        return said, appeared.latest

    def together(
        self, said: Iterable[_Alike], single: Mapping[str, Collection[str]], *, named: bool
    ) -> Iterator[Item]:
        """
        What was said, counted; without the questions of each source that come one by one.
        """
        about = self.place
        # By day, so that what ended before it is one set that grows.
        last = max((one.made for one in said), default="")
        ending = [
            (ends, name)
            for ends, name in zip(self.questions.ends, self.questions.ids, strict=True)
            if ends <= last
        ]
        ending.sort(reverse=True)
        ended: set[str] = set()
        alike: dict[_Said, Counter[int]] = defaultdict(Counter)
        names: dict[tuple[_Said, int], list[str]] = defaultdict(list)
        for words, made, questions in sorted(said, key=attrgetter("made")):
            while ending and ending[-1][0] <= made:
                ended.add(ending.pop()[1])
            apart = single.get(words.source)
            asking = [name for name in questions if name not in apart] if apart else questions
            if not named and (not ended or ended.isdisjoint(asking)):
                alike[words].update(map(about.__getitem__, asking))
                continue
            found = [about[name] + (name in ended) for name in asking]
            alike[words].update(found)
            if named:
                for name, place in zip(asking, found, strict=True):
                    names[words, place].append(name)
        for words, counted in alike.items():
            for place, n in counted.items():
                yield self._item(words, place, n, tuple(names[words, place]) if named else ())

    def singly(
        self,
        which: sa.ColumnElement[bool] | None = None,
        single: Mapping[str, Collection[str]] | None = None,
    ) -> Iterator[Item]:
        """
        The forecasts one by one.

        Args:
            which: Only those of which this holds.
            single: Only those on the questions that come one by one, by source.
        """
        chosen = sa.select(self._key(), *_COLUMNS, claim.c.question, claim.c.id).where(
            *self.wanted, *([] if which is None else [which])
        )
        for *words, asking, said in self.connection.execute(chosen).all():
            made = self._made(*words)
            if made is None or (single is not None and asking not in single.get(words[1], ())):
                continue
            days = self.questions.days[asking]
            place = self.place[asking] + (made[1] >= days.ends)
            yield self._item(made[0], place, 1)._replace(
                question=asking,
                claim=said,
                made=_day(made[1]),
                closes=_day(days.closes),
                ends=_day(days.ends),
                decided=_day(days.decided),
            )

    def _item(self, words: _Said, place: int, n: int, questions: tuple[str, ...] = ()) -> Item:
        """
        What was said on questions that stand alike, at a place of ``hows``.
        """
        tags, how = self.hows[place]
        key = tags if self.tagged else words.key
        if key not in self.keys:
            self.keys[key] = self.grouping.keys(key)
        # By place: a large record has tens of thousands of these.
        return Item._make(
            (self.keys[key], words.source, n, None, *words[2:], *how, *_NOT_SINGLE, questions)
        )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _articles(
    connection: sa.Connection, grouping: Grouping, as_of: date, only: Selection
) -> dict[str, _Appeared]:
    """
    The articles that appeared by a day, in a part of the record.
    """
    chosen = sa.select(
        article.c.id,
        sa.cast(article.c.latest, sa.Text),
        as_text(article.c.basis),
        grouping.column if grouping.of is article else sa.null(),
    ).where(standing(article), article.c.latest <= as_of, articles_of(only))
    return {
        name: _Appeared(latest, basis == "inferred", key)
        for name, latest, basis, key in connection.execute(chosen)
    }


def lexicons(connection: sa.Connection, *, source: str | None = None) -> dict[str, str]:
    """
    The lexicon of each source that declares one, or of this source alone.
    """
    chosen = sa.select(declaring.c.id, declaring.c.lexicon).where(
        standing(declaring), declaring.c.lexicon.is_not(None)
    )
    if source is not None:
        chosen = chosen.where(declaring.c.id == source)
    return {row.id: row.lexicon for row in connection.execute(chosen)}

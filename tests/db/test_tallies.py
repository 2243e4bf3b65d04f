"""
Counting in the database, counting in Python, and a scorer that knows neither, agree.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foretrack.core import itemizing, scorecard
from foretrack.core.cohort import EVERYTHING, Item, Selection
from foretrack.core.horizons import months_after
from foretrack.core.library import DEFAULT, Library
from foretrack.core.records import (
    Article,
    Claim,
    Condition,
    ConditionState,
    Evidence,
    Horizon,
    Published,
    Question,
    Reopening,
    Resolution,
    Source,
)
from foretrack.core.uncertainty import interval_of_mean
from foretrack.core.vocabulary import (
    Cohort,
    ConditionIs,
    DateBasis,
    HorizonBasis,
    Outcome,
    Polarity,
    Precision,
    Reading,
    SourceKind,
    Unscorable,
    Updates,
)
from foretrack.db import store, tallies
from foretrack.db.asked import Stands
from foretrack.db.engine import writing
from foretrack.db.groupings import GROUPINGS
from foretrack.due import queue as due
from foretrack.evaluate import Choice, calibration, score
from foretrack.itemize import source_page
from strategies import Everything, days, everything, keys_of, telling_days

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import sqlalchemy as sa

    from foretrack.core.scorecard import Group, Scorecard

LIBRARY = Library()

selections = st.builds(
    Selection,
    tag=st.sampled_from((None, None, None, "ab")),
    since=st.sampled_from((None, None, None)) | days,
    until=st.sampled_from((None, None, None)) | days,
    horizon=st.sampled_from((None, None, None, None, "short-term", "assumed")),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Everything, Choice]:
    """
    A record, and a choice on a day when something may just have changed.
    """
    record = draw(everything(most_claims=10))
    choice = Choice(
        as_of=draw(telling_days(record)),
        cohort=draw(st.sampled_from(Cohort)),
        updates=draw(st.sampled_from(Updates)),
        basis=draw(st.sampled_from(("all", "all", "stated"))),
        lexicon=draw(st.sampled_from((None, None, "phia", "icd-203"))),
        only=draw(st.just(EVERYTHING) | selections),
        default=DEFAULT,
        library=LIBRARY,
    )
    return record, choice


def record_in(engine: sa.Engine, record: Everything, now: datetime) -> sa.Engine:
    with writing(engine) as connection:
        store.write(connection, record.changes, actor="test", at=now)
    return engine


# --- in Python ------------------------------------------------------------------------------


def counted_in_python(record: Everything, choice: Choice, *, by: str) -> Scorecard:
    """
    The scorecard of the items that ``cohort`` makes one by one.
    """
    keys = keys_of(by, record)
    contents = record.contents
    items = [
        item if by == "source" else item._replace(cluster=item.cluster or item.question)
        for _, item in itemizing.items(
            record.claims,
            articles=contents.articles,
            questions=contents.questions,
            sources=contents.sources,
            ledger=contents.ledger,
            as_of=choice.as_of,
            group=keys,
            only=choice.only,
        )
    ]
    labels = {one.id: one.name for one in record.sources} if by == "source" else {}
    if by == "article":
        labels = {one.id: one.title for one in record.articles}
    return scorecard.build(
        items,
        [
            (keys(claim), claim.unscorable.value, 1)
            for claim in record.claims
            if claim.unscorable and _chosen(claim, record, choice)
        ],
        by=by,
        convention=scorecard.Convention(
            as_of=choice.as_of,
            cohort=choice.cohort,
            updates=choice.updates,
            basis=choice.basis,
            lexicon=choice.lexicon or DEFAULT,
            declared={
                one.id: one.lexicon for one in record.sources if one.lexicon and not choice.lexicon
            },
            left_out=0,
            only=choice.only,
        ),
        lexicon_of=choice.lexicon_of,
        labels=labels,
    )


# --- from the definitions -------------------------------------------------------------------


@dataclass
class Figures:
    """
    A row of the scorecard, worked out claim by claim and day by day.
    """

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    annulled: Counter[str] = field(default_factory=Counter)
    headline: list[tuple[Fraction, Fraction, Fraction, Fraction, int]] = field(default_factory=list)
    early: list[Fraction] = field(default_factory=list)
    open_ended: list[tuple[Fraction, Fraction]] = field(default_factory=list)


def brute(claims: list[Claim], record: Everything, choice: Choice) -> Figures:
    """
    SCORING.md said in loops: no tallies, no segments, no sets of alike forecasts.
    """
    figures = Figures()
    articles = {one.id: one for one in record.articles}
    standing: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        article = articles[claim.article]
        made = article.published.latest
        if not _chosen(claim, record, choice):
            continue
        if claim.unscorable is not None:
            figures.reasons[claim.unscorable.value] += 1
            continue
        assumed = claim.horizon is not None and claim.horizon.basis is HorizonBasis.ASSUMED
        if choice.basis == "stated" and assumed:
            figures.counts["left out"] += 1
            figures.counts["forecasts"] += 1
            figures.counts["assumed"] += 1
            continue
        figures.counts["forecasts"] += 1
        figures.counts["assumed"] += assumed
        figures.counts["implied"] += claim.reading is Reading.IMPLIED
        figures.counts["assumed phrases"] += claim.reading is Reading.ASSUMED
        figures.counts["inferred"] += article.published.basis is DateBasis.INFERRED
        question = _question(record, claim)
        if made >= _end(question, record, choice.as_of):
            figures.counts["late"] += 1
        else:
            standing.setdefault((claim.source, question.id), []).append(claim)
    for together in standing.values():
        for unit in [[one] for one in together] if choice.updates is Updates.EACH else [together]:
            _unit(figures, unit, record, choice)
    return figures


def _unit(figures: Figures, unit: list[Claim], record: Everything, choice: Choice) -> None:
    articles = {one.id: one for one in record.articles}
    question = _question(record, unit[0])
    resolution, unmet = _held(question, record, choice.as_of)
    over = choice.as_of > question.closes
    end = _end(question, record, choice.as_of)
    days: Counter[str] = Counter()
    ordered = sorted(unit, key=lambda one: articles[one.article].published.latest)
    day = articles[ordered[0].article].published.latest
    if choice.updates is Updates.FIRST:
        days[ordered[0].id] = 1
    elif choice.updates is Updates.LAST:
        days[ordered[-1].id] = 1
    else:
        while day < end:
            said = [one for one in ordered if articles[one.article].published.latest <= day]
            days[said[-1].id] += 1
            day += timedelta(days=1)
    stances = {one.id: _stance(one, record, choice) for one in unit if days[one.id]}
    shares = {name: Fraction(n, days.total()) for name, n in days.items() if n}

    figures.counts["questions"] += 1
    figures.counts["matured"] += over
    if unmet:
        figures.counts["annulled"] += 1
        figures.annulled["condition-unmet"] += 1
    elif resolution is not None and resolution.outcome is Outcome.ANNULLED:
        figures.counts["annulled"] += 1
        figures.annulled[str(resolution.reason)] += 1
    elif resolution is not None and resolution.outcome is Outcome.AMBIGUOUS:
        figures.counts["ambiguous"] += 1
    elif None in stances.values():
        figures.counts["not in lexicon"] += 1
    elif resolution is None:
        figures.counts["overdue" if over else "open"] += 1
        if over:
            either = [
                sum(
                    (shares[name] * (one[1] - y) ** 2 for name, one in stances.items() if one),
                    Fraction(0),
                )
                for y in (0, 1)
            ]
            figures.open_ended.append((min(either), max(either)))
    else:
        y = 1 if resolution.outcome is Outcome.YES else 0
        figures.counts["scored" if over else "early"] += 1
        settled = resolution.happened or resolution.impossible or question.closes
        figures.counts["hindsight"] += question.criteria_written > settled
        for name, one in stances.items():
            assert one is not None
            low, point, high = one
            if over or choice.cohort is Cohort.RESOLVED:
                figures.headline.append((shares[name], low, point, high, y))
            if not over:
                figures.early.append(shares[name] * (point - y) ** 2)


def _chosen(claim: Claim, record: Everything, choice: Choice) -> bool:
    (article,) = (one for one in record.articles if one.id == claim.article)
    made, only = article.published.latest, choice.only
    if made > choice.as_of or (only.since and made < only.since):
        return False
    if only.until and made > only.until:
        return False
    if only.tag and (claim.question is None or only.tag not in _question(record, claim).tags):
        return False
    words = claim.horizon.words if claim.horizon else None
    basis = claim.horizon.basis.value if claim.horizon else None
    said = words if words is not None else basis
    return only.horizon is None or (
        said is not None and only.horizon.replace("-", " ") == said.replace("-", " ")
    )


def _question(record: Everything, claim: Claim) -> Question:
    (found,) = (one for one in record.questions if one.id == claim.question)
    return found


def _held(question: Question, record: Everything, as_of: date) -> tuple[Resolution | None, bool]:
    resolution, unmet = None, False
    for entry in record.ledger:
        if entry.question != question.id or entry.decided > as_of:
            continue
        if isinstance(entry, Resolution):
            resolution = entry
        elif isinstance(entry, Reopening):
            resolution = None
        else:
            unmet = entry.state is ConditionIs.UNMET
    return resolution, unmet


def _end(question: Question, record: Everything, as_of: date) -> date:
    resolution, _ = _held(question, record, as_of)
    if resolution is not None and resolution.outcome is Outcome.YES:
        assert resolution.happened is not None
        return resolution.happened
    if resolution is not None and resolution.impossible is not None:
        return resolution.impossible
    return question.closes + timedelta(days=1)


def _stance(
    claim: Claim, record: Everything, choice: Choice
) -> tuple[Fraction, Fraction, Fraction] | None:
    (declared,) = (one.lexicon for one in record.sources if one.id == claim.source)
    if claim.probability is not None:
        band = (claim.probability,) * 3
    else:
        entry = LIBRARY.get(choice.lexicon or declared or DEFAULT).look_up(claim.phrase or "")
        if entry is None or entry.point is None or entry.low is None or entry.high is None:
            return None
        band = (entry.low, entry.point, entry.high)
    low, point, high = (Fraction(str(one)) for one in band)
    if claim.polarity is Polarity.OPPOSITE:
        low, point, high = 1 - high, 1 - point, 1 - low
    return low, point, high


def _same(expected: Fraction | None, actual: float | None) -> bool:
    if expected is None or actual is None:
        return expected is None and actual is None
    return abs(float(expected) - actual) < 1e-12


def _compare(figures: Figures, group: Group, choice: Choice) -> None:
    counts = figures.counts
    scored = counts["scored"] + (counts["early"] if choice.cohort is Cohort.RESOLVED else 0)
    vague = sum(
        n for reason, n in figures.reasons.items() if reason not in ("duplicate", "attributed")
    )
    own = counts["forecasts"] + vague
    assert {
        "claims": counts["forecasts"] + figures.reasons.total(),
        "unscorable": dict(figures.reasons),
        "unscorable_share": vague / own if own else None,
        "forecasts": counts["forecasts"],
        "questions": counts["questions"],
        "matured": counts["matured"],
        "scored": scored,
        "early": counts["early"],
        "open": counts["open"],
        "overdue": counts["overdue"],
        "provisional": counts["overdue"] > 0,
        "ambiguous": counts["ambiguous"],
        "annulled": dict(figures.annulled),
        "late": counts["late"],
        "not_in_lexicon": counts["not in lexicon"],
        "left_out": counts["left out"],
        "assumed": counts["assumed"],
        "implied": counts["implied"],
        "assumed_phrases": counts["assumed phrases"],
        "inferred_dates": counts["inferred"],
        "hindsight": counts["hindsight"],
        "too_few_to_rank": scored < 10,
    } == {
        "claims": group.claims,
        "unscorable": group.unscorable,
        "unscorable_share": group.unscorable_share,
        "forecasts": group.forecasts,
        "questions": group.questions,
        "matured": group.matured,
        "scored": group.scored,
        "early": group.early.n,
        "open": group.open,
        "overdue": group.overdue,
        "provisional": group.provisional,
        "ambiguous": group.ambiguous,
        "annulled": group.annulled,
        "late": group.late,
        "not_in_lexicon": group.not_in_lexicon,
        "left_out": group.left_out,
        "assumed": group.assumed,
        "implied": group.implied,
        "assumed_phrases": group.assumed_phrases,
        "inferred_dates": group.inferred_dates,
        "hindsight": group.hindsight,
        "too_few_to_rank": group.too_few_to_rank,
    }
    n = sum((share for share, *_ in figures.headline), Fraction(0))

    def mean(total: Fraction) -> Fraction | None:
        return total / n if n else None

    def total(value: Callable[[Fraction, Fraction, Fraction, int], Fraction | int]) -> Fraction:
        return sum(
            (w * value(low, p, high, y) for w, low, p, high, y in figures.headline), Fraction(0)
        )

    def brier(p: Fraction, y: int) -> Fraction:
        return (p - y) ** 2

    assert n == scored
    assert _same(mean(total(lambda low, p, high, y: brier(p, y))), group.brier)
    assert _same(
        mean(total(lambda low, p, high, y: min(brier(low, y), brier(high, y)))), group.brier_low
    )
    assert _same(
        mean(total(lambda low, p, high, y: max(brier(low, y), brier(high, y)))), group.brier_high
    )
    assert _same(mean(total(lambda low, p, high, y: y)), group.base_rate)
    assert _same(mean(total(lambda low, p, high, y: p)), group.mean_probability)
    early = sum(figures.early) / counts["early"] if counts["early"] else None
    assert _same(None if early is None else Fraction(early), group.early.brier)
    if not figures.open_ended:
        assert group.brier_bounds is None
        return
    assert group.brier_bounds is not None
    waiting = len(figures.open_ended)
    headline = total(lambda low, p, high, y: brier(p, y))
    kind, unkind = headline, headline
    for best, worst in figures.open_ended:
        kind += best
        unkind += worst
    assert _same(kind / (n + waiting), group.brier_bounds[0])
    assert _same(unkind / (n + waiting), group.brier_bounds[1])


# --- laws -----------------------------------------------------------------------------------


class TestLaws:
    @settings(max_examples=150)
    @given(case=cases(), data=st.data())
    def test_counting_in_sql_equals_counting_in_python(
        self,
        new_engine: Callable[..., sa.Engine],
        now: datetime,
        case: tuple[Everything, Choice],
        data: st.DataObject,
    ) -> None:
        """
        The scorecard is the same to the last bit wherever its forecasts were counted.
        """
        record, choice = case
        engine = record_in(new_engine(), record, now)
        by = data.draw(st.sampled_from(sorted(GROUPINGS)))

        assert counted_in_python(record, choice, by=by) == score(engine, choice, by=by)

    @settings(max_examples=150)
    @given(case=cases(), data=st.data())
    def test_both_equal_the_definitions(
        self,
        new_engine: Callable[..., sa.Engine],
        now: datetime,
        case: tuple[Everything, Choice],
        data: st.DataObject,
    ) -> None:
        """
        Every figure of every row is what SCORING.md says, worked out another way.
        """
        record, choice = case
        engine = record_in(new_engine(), record, now)
        by = data.draw(st.sampled_from(sorted(GROUPINGS)))
        keys = keys_of(by, record)
        card = score(engine, choice, by=by)

        members: dict[str, list[Claim]] = {}
        for claim in record.claims:
            for key in keys(claim):
                members.setdefault(key, []).append(claim)
        rows = {group.group: group for group in card.groups}
        for key, claims in members.items():
            figures = brute(claims, record, choice)
            if key in rows:
                _compare(figures, rows.pop(key), choice)
            else:
                assert not figures.reasons
                assert not figures.counts["forecasts"]
        assert rows == {}
        _compare(brute(list(record.claims), record, choice), card.overall, choice)
        assert (
            card.convention.left_out
            == (brute(list(record.claims), record, choice).counts["left out"])
        )

    @settings(max_examples=50)
    @given(case=cases())
    def test_sums(
        self,
        new_engine: Callable[..., sa.Engine],
        now: datetime,
        case: tuple[Everything, Choice],
    ) -> None:
        """
        Nothing is dropped: every question forecast in time stands in exactly one column.
        """
        record, choice = case
        card = score(record_in(new_engine(), record, now), choice)

        for group in (*card.groups, card.overall):
            scored = group.scored + (group.early.n if choice.cohort is Cohort.MATURED else 0)
            parts = [scored, group.open, group.overdue, group.ambiguous]
            parts += [sum(group.annulled.values()), group.not_in_lexicon]
            assert group.questions == sum(parts)
            assert group.claims == group.forecasts + sum(group.unscorable.values())
            counted = group.questions + group.late + group.left_out
            if choice.updates is Updates.EACH:
                assert group.forecasts == counted
            else:
                assert group.forecasts >= counted

    @settings(max_examples=50)
    @given(case=cases())
    def test_before_everything_there_is_nothing(
        self,
        new_engine: Callable[..., sa.Engine],
        now: datetime,
        case: tuple[Everything, Choice],
    ) -> None:
        """
        On the day before the first article no source has a row, and no figure is made up.
        """
        record, choice = case
        first = min(one.published.latest for one in record.articles) - timedelta(days=1)
        card = score(record_in(new_engine(), record, now), replace(choice, as_of=first))

        assert card.groups == ()
        assert card.overall.claims == 0
        assert card.overall.brier is None

    @settings(max_examples=50)
    @given(case=cases())
    def test_a_page_agrees_with_the_card(
        self,
        new_engine: Callable[..., sa.Engine],
        now: datetime,
        case: tuple[Everything, Choice],
    ) -> None:
        """
        A source's own page has its row of the scorecard, and its lines add up to it.
        """
        record, choice = case
        engine = record_in(new_engine(), record, now)
        rows = {group.group: group for group in score(engine, choice).groups}

        for source in record.sources:
            found = source_page(engine, choice, source=source.id)
            if source.id in rows:
                assert rows[source.id] == found.group
            assert found.group.forecasts == len(found.lines)
            assert found.group.claims == len(found.lines) + len(found.left_out)
            known = [one for one in found.lines if one.brier is not None and one.weight is not None]
            if found.group.not_in_lexicon == 0 and choice.cohort is Cohort.RESOLVED and known:
                weight = sum(one.weight or 0 for one in known)
                total = sum((one.weight or 0) * (one.brier or 0) for one in known)
                assert found.group.brier == pytest.approx(total / weight, abs=1e-12)
            if choice.updates is Updates.LAST and not found.group.not_in_lexicon:
                assert found.group.scored == sum(hit.n for hit in found.hits)

    @settings(max_examples=50)
    @given(case=cases())
    def test_calibration_of_all_is_that_of_each(
        self,
        new_engine: Callable[..., sa.Engine],
        now: datetime,
        case: tuple[Everything, Choice],
    ) -> None:
        """
        The hits of all sources together are the sum of each source's.
        """
        record, choice = case
        engine = record_in(new_engine(), record, now)
        together = calibration(engine, choice, source=None).hits
        apart = [
            hit
            for source in record.sources
            for hit in calibration(engine, choice, source=source.id).hits
        ]

        assert sum(hit.n for hit in together) == sum(hit.n for hit in apart)
        assert sum(hit.hits for hit in together) == sum(hit.hits for hit in apart)
        assert sorted(one for hit in together for one in hit.claims) == (
            sorted(one for hit in apart for one in hit.claims)
        )

    @settings(max_examples=50)
    @given(case=cases(), within=st.integers(0, 20))
    def test_what_is_due(
        self,
        new_engine: Callable[..., sa.Engine],
        now: datetime,
        case: tuple[Everything, Choice],
        within: int,
    ) -> None:
        """
        Due is what is unresolved, not called off, and closes in time; the next one is named.
        """
        record, as_of = case[0], case[1].as_of
        queue = due(record_in(new_engine(), record, now), as_of=as_of, within=within)
        waiting = sorted(
            (one.closes, one.id)
            for one in record.questions
            if _held(one, record, as_of) == (None, False)
        )
        until = as_of + timedelta(days=within)

        assert [name for closes, name in waiting if closes <= until] == (
            [one.question for one in queue.items]
        )
        assert queue.later == next((closes for closes, _ in waiting if closes > until), None)
        for item in queue.items:
            assert item.overdue == (item.days < 0) == (item.closes < as_of)
            said = {voice.claim for voice in item.voices}
            assert said == {
                one.id
                for one in record.claims
                if one.question == item.question
                and {a.id: a for a in record.articles}[one.article].published.latest <= as_of
            }


# --- worked by hand -------------------------------------------------------------------------

EVIDENCE = (Evidence(citation="The press"),)
TREATY = Question(
    id="treaty",
    statement="Will there be a treaty?",
    criteria="Yes if it is signed.",
    criteria_written=date(2024, 5, 29),
    resolution_source="The press",
    opens=date(2024, 5, 28),
    closes=date(2027, 5, 28),
)
SIGNED = Resolution(
    id="treaty-1",
    question="treaty",
    outcome=Outcome.YES,
    happened=date(2024, 6, 19),
    decided=date(2026, 11, 21),
    evidence=EVIDENCE,
)


def said(
    phrase: str | None = "unlikely",
    *,
    on: date = date(2024, 5, 28),
    question: str = "treaty",
    source: str = "analyst",
    probability: float | None = None,
    polarity: Polarity = Polarity.SAME,
    horizon: HorizonBasis = HorizonBasis.STATED,
) -> tuple[Article, Claim]:
    name = f"{source}-{on}-{question}"
    article = Article(
        id=name, title="T", source=source, published=Published(earliest=on, latest=on)
    )
    claim = Claim(
        id=f"{name}-claim",
        article=name,
        source=source,
        says="There is a treaty.",
        phrase=phrase,
        probability=probability,
        polarity=polarity,
        horizon=Horizon(words="medium-term", basis=horizon),
        question=question,
    )
    return article, claim


class TestByHand:
    @pytest.fixture
    def card(self, engine: sa.Engine, now: datetime, library: Library) -> Callable[..., Scorecard]:
        """
        Records what is given and scores it.
        """

        def make(
            *forecasts: tuple[Article, Claim],
            questions: tuple[Question, ...] = (TREATY,),
            ledger: tuple[Resolution | Reopening | ConditionState, ...] = (SIGNED,),
            declares: str | None = None,
            as_of: date = date(2026, 11, 21),
            by: str = "source",
            cohort: Cohort = Cohort.MATURED,
            updates: Updates = Updates.TIME,
            basis: str = "all",
            lexicon: str | None = None,
        ) -> Scorecard:
            names = sorted({claim.source for _, claim in forecasts})
            record = Everything(
                tuple(
                    Source(id=name, name=name, kind=SourceKind.PERSON, lexicon=declares)
                    for name in names
                ),
                tuple(article for article, _ in forecasts),
                questions,
                tuple(claim for _, claim in forecasts),
                ledger,
            )
            record_in(engine, record, now)
            choice = Choice(
                as_of=as_of,
                cohort=cohort,
                updates=updates,
                basis=basis,
                lexicon=lexicon,
                default=DEFAULT,
                library=library,
            )
            return score(engine, choice, by=by)

        return make

    def test_an_early_yes_is_beside_the_headline(self, card: Callable[..., Scorecard]) -> None:
        """
        "Unlikely" is .20 and it happened: (.2 - 1)² = .64, early while the window is open.
        """
        (row,) = card(said()).groups

        assert (row.scored, row.brier, row.matured) == (0, None, 0)
        assert row.early.n == 1
        assert row.early.brier == pytest.approx(0.64, abs=1e-12)

    @pytest.mark.parametrize(
        ("as_of", "headline"),
        [(date(2027, 5, 28), 0), (date(2027, 5, 29), 1)],
        ids=["on the last day", "on the day after"],
    )
    def test_it_joins_when_the_window_closes(
        self, card: Callable[..., Scorecard], as_of: date, headline: int
    ) -> None:
        """
        The last day belongs to the window; the day after it the forecast is in the headline.

        Its band, .10 to .25, gives (.1 - 1)² = .81 and (.25 - 1)² = .5625.
        """
        (row,) = card(said(), as_of=as_of).groups

        assert (row.scored, row.early.n) == (headline, 1 - headline)
        if headline:
            assert row.brier == pytest.approx(0.64, abs=1e-12)
            assert row.brier_low == pytest.approx(0.5625, abs=1e-12)
            assert row.brier_high == pytest.approx(0.81, abs=1e-12)
            assert (row.base_rate, row.mean_probability) == (1.0, 0.2)
            assert row.brier_interval is None

    def test_before_it_was_decided(self, card: Callable[..., Scorecard]) -> None:
        """
        The day before the decision the question is open, though the event had happened.
        """
        (row,) = card(said(), as_of=date(2026, 11, 20)).groups

        assert (row.open, row.early.n, row.hindsight) == (1, 0, 0)

    def test_the_resolved_cohort_takes_it_at_once(self, card: Callable[..., Scorecard]) -> None:
        """
        Counting whatever is resolved puts the early yes into the headline.
        """
        (row,) = card(said(), cohort=Cohort.RESOLVED).groups

        assert row.scored == 1
        assert row.brier == pytest.approx(0.64, abs=1e-12)
        assert row.early.n == 1

    def test_opposite_polarity(self, card: Callable[..., Scorecard]) -> None:
        """
        "No treaty is unlikely" says .80 for the treaty, between .75 and .90.

        It happened: (.8 - 1)² = .04, (.9 - 1)² = .01, (.75 - 1)² = .0625.
        """
        as_of = date(2027, 5, 29)
        (row,) = card(said(polarity=Polarity.OPPOSITE), as_of=as_of).groups

        assert row.brier == pytest.approx(0.04, abs=1e-12)
        assert row.brier_low == pytest.approx(0.01, abs=1e-12)
        assert row.brier_high == pytest.approx(0.0625, abs=1e-12)
        assert row.mean_probability == 0.8

    def test_not_likely_is_a_phrase(self, card: Callable[..., Scorecard]) -> None:
        """
        "Not likely" is .20 like "unlikely", and not 1 - .72.
        """
        (row,) = card(said("not likely"), as_of=date(2027, 5, 29)).groups

        assert row.brier == pytest.approx(0.64, abs=1e-12)

    @pytest.mark.parametrize(
        ("updates", "expected", "n"),
        [
            # 1 to 11 January at .2: 10 days; 11 to 31 January at .6: 20 days.
            (Updates.TIME, (10 * 0.64 + 20 * 0.16) / 30, 1),
            (Updates.FIRST, 0.64, 1),
            (Updates.LAST, 0.16, 1),
            (Updates.EACH, (0.64 + 0.16) / 2, 2),
        ],
    )
    def test_updates(
        self, card: Callable[..., Scorecard], updates: Updates, expected: float, n: int
    ) -> None:
        """
        A changed forecast counts for the time that each version stood, up to the event.
        """
        question = replace(TREATY, opens=date(2025, 1, 1), closes=date(2025, 12, 31))
        yes = replace(SIGNED, happened=date(2025, 1, 31))
        (row,) = card(
            said(None, probability=0.2, on=date(2025, 1, 1)),
            said(None, probability=0.6, on=date(2025, 1, 11)),
            questions=(question,),
            ledger=(yes,),
            updates=updates,
        ).groups

        assert row.brier == pytest.approx(expected, abs=1e-12)
        assert (row.scored, row.questions, row.forecasts) == (n, n, 2)

    def test_updates_until_the_close(self, card: Callable[..., Scorecard]) -> None:
        """
        Without an event the last forecast stands to the day after the window.

        10 of 31 days at .2, 21 at .6, and it did not happen: (10 * .04 + 21 * .36) / 31.
        """
        question = replace(TREATY, opens=date(2025, 1, 1), closes=date(2025, 1, 31))
        no = replace(SIGNED, outcome=Outcome.NO, happened=None)
        (row,) = card(
            said(None, probability=0.2, on=date(2025, 1, 1)),
            said(None, probability=0.6, on=date(2025, 1, 11)),
            questions=(question,),
            ledger=(no,),
        ).groups

        assert row.brier == pytest.approx((10 * 0.04 + 21 * 0.36) / 31, abs=1e-12)

    @pytest.mark.parametrize(
        ("on", "late"),
        [(date(2024, 6, 18), 0), (date(2024, 6, 19), 1), (date(2024, 6, 20), 1)],
    )
    def test_late(self, card: Callable[..., Scorecard], on: date, late: int) -> None:
        """
        A forecast of the event's own day, or later, foresees nothing: counted, never scored.
        """
        (row,) = card(said(on=on)).groups

        assert (row.late, row.early.n, row.forecasts) == (late, 1 - late, 1)

    @pytest.mark.parametrize(("on", "late"), [(date(2027, 5, 28), 0), (date(2027, 5, 29), 1)])
    def test_late_after_the_window(
        self, card: Callable[..., Scorecard], on: date, late: int
    ) -> None:
        """
        So is one made after the window closed; on its last day it is in time.
        """
        (row,) = card(said(on=on), ledger=(), as_of=date(2027, 6, 30)).groups

        assert (row.late, row.overdue) == (late, 1 - late)

    def test_a_range_of_dates_counts_from_its_end(self, card: Callable[..., Scorecard]) -> None:
        """
        What may have been written after the event is not credited with having foreseen it.
        """
        article, claim = said()
        published = Published(
            earliest=date(2024, 5, 1),
            latest=date(2024, 6, 19),
            precision=Precision.RANGE,
            basis=DateBasis.INFERRED,
        )
        (row,) = card((replace(article, published=published), claim)).groups

        assert (row.late, row.inferred_dates) == (1, 1)

    def test_an_unmet_condition_annuls(self, card: Callable[..., Scorecard]) -> None:
        """
        "If A, then B" without A is called off, before anybody resolves it.
        """
        question = replace(TREATY, condition=Condition(statement="A?", criteria="A."))
        unmet = ConditionState(
            id="treaty-1",
            question="treaty",
            state=ConditionIs.UNMET,
            decided=date(2025, 1, 1),
            evidence=EVIDENCE,
        )
        (row,) = card(said(), questions=(question,), ledger=(unmet,)).groups

        assert (row.annulled, row.open, row.questions) == ({"condition-unmet": 1}, 0, 1)

    def test_reopened(self, card: Callable[..., Scorecard]) -> None:
        """
        A reopened question is open again, and what it scored is gone.
        """
        reopened = Reopening(
            id="treaty-2",
            question="treaty",
            reopens="treaty-1",
            decided=date(2026, 11, 21),
            reason="Not it.",
        )
        (row,) = card(said(), ledger=(SIGNED, reopened)).groups

        assert (row.open, row.early.n) == (1, 0)

    def test_overdue_is_provisional_with_bounds(self, card: Callable[..., Scorecard]) -> None:
        """
        One scored (.2, no: .04), one overdue at .9: .01 if it went its way, .81 if not.

        The bounds are (.04 + .01) / 2 and (.04 + .81) / 2.
        """
        other = replace(TREATY, id="other", closes=date(2026, 11, 20))
        first = replace(TREATY, closes=date(2025, 5, 28))
        no = replace(SIGNED, outcome=Outcome.NO, happened=None)
        (row,) = card(
            said(None, probability=0.2),
            said(None, probability=0.9, question="other"),
            questions=(first, other),
            ledger=(no,),
        ).groups

        assert (row.scored, row.matured, row.overdue, row.provisional) == (1, 2, 1, True)
        assert row.brier == pytest.approx(0.04, abs=1e-12)
        assert row.brier_bounds == pytest.approx((0.025, 0.425), abs=1e-12)

    @pytest.mark.parametrize(
        ("written", "expected"), [(date(2024, 6, 19), 0), (date(2024, 6, 20), 1)]
    )
    def test_hindsight(self, card: Callable[..., Scorecard], written: date, expected: int) -> None:
        """
        Criteria written after the event are counted.
        """
        (row,) = card(said(), questions=(replace(TREATY, criteria_written=written),)).groups

        assert row.hindsight == expected

    def test_assumed_windows_can_be_left_out(self, card: Callable[..., Scorecard]) -> None:
        """
        The row still says that they were made, and its claims stay as they are.
        """
        stated = card(
            said(),
            said(horizon=HorizonBasis.ASSUMED, source="other"),
            basis="stated",
        )

        kept, left_out = stated.groups
        assert (kept.forecasts, kept.left_out, kept.questions) == (1, 0, 1)
        assert (left_out.claims, left_out.left_out, left_out.questions) == (1, 1, 0)
        assert left_out.unscorable_share == 0
        assert stated.convention.left_out == 1

    def test_assumed_windows_count(self, card: Callable[..., Scorecard]) -> None:
        """
        By default they are scored like others.
        """
        (row,) = card(said(horizon=HorizonBasis.ASSUMED)).groups

        assert (row.assumed, row.early.n) == (1, 1)

    @pytest.mark.parametrize(
        ("declares", "named", "p", "used"),
        [
            (None, None, 0.2, DEFAULT),
            ("phia", None, 0.3, DEFAULT),
            (None, "icd-203", 0.325, "icd-203"),
            ("phia", "icd-203", 0.325, "icd-203"),
        ],
        ids=["default", "declared", "named", "named over declared"],
    )
    def test_lexicons(
        self,
        card: Callable[..., Scorecard],
        declares: str | None,
        named: str | None,
        p: float,
        used: str,
    ) -> None:
        """
        A source's declared standard overrides the default; one named for the run overrides all.

        "Unlikely" is .20 in the survey, .25 to .35 in PHIA's yardstick, .20 to .45 in ICD 203.
        """
        made = card(said(), declares=declares, lexicon=named)
        (row,) = made.groups

        assert row.early.brier == pytest.approx((p - 1) ** 2, abs=1e-12)
        assert made.convention.lexicon == used
        declared = {"analyst": declares} if declares and not named else {}
        assert made.convention.declared == declared

    def test_a_phrase_the_lexicon_lacks_is_counted(self, card: Callable[..., Scorecard]) -> None:
        """
        Only one yardstick knows "realistic possibility"; under another it is counted, not guessed.
        """
        (row,) = card(said("realistic possibility")).groups

        assert (row.not_in_lexicon, row.early.n, row.questions) == (1, 0, 1)

    def test_unscorable_claims(self, card: Callable[..., Scorecard]) -> None:
        """
        Of the two claims of its own, a forecast and a hedge, one cannot be scored.

        A duplicate and a view of somebody else's are claims, but say nothing about the source.
        """
        article, claim = said()
        others = [
            (
                replace(article, id=f"{article.id}-{reason}"),
                Claim(
                    id=f"claim-{reason}",
                    article=article.id,
                    source="analyst",
                    says="x",
                    unscorable=reason,
                ),
            )
            for reason in (Unscorable.HEDGE, Unscorable.DUPLICATE, Unscorable.ATTRIBUTED)
        ]
        (row,) = card((article, claim), *others).groups

        assert (row.claims, row.forecasts) == (4, 1)
        assert row.unscorable == {"attributed": 1, "duplicate": 1, "hedge": 1}
        assert row.unscorable_share == 0.5

    def test_a_cluster_is_one_event(self, card: Callable[..., Scorecard]) -> None:
        """
        Three scores give an interval; the same three settled by one event give none.
        """
        questions = tuple(
            replace(TREATY, id=f"treaty-{n}", closes=date(2025, 1, 1)) for n in range(3)
        )
        entries = tuple(
            replace(SIGNED, id=f"treaty-{n}-1", question=f"treaty-{n}") for n in range(3)
        )
        forecasts = [
            said(None, probability=p, question=f"treaty-{n}") for n, p in enumerate((0.2, 0.5, 0.9))
        ]
        (apart,) = card(*forecasts, questions=questions, ledger=entries).groups
        assert apart.brier_interval is not None
        low, high = apart.brier_interval
        # (.64 + .25 + .01) / 3 = .3
        assert low < 0.3 < high

    def test_one_cluster_has_no_interval(self, card: Callable[..., Scorecard]) -> None:
        """
        The other half of the sentence above.
        """
        questions = tuple(
            replace(TREATY, id=f"treaty-{n}", closes=date(2025, 1, 1), cluster="one")
            for n in range(3)
        )
        entries = tuple(
            replace(SIGNED, id=f"treaty-{n}-1", question=f"treaty-{n}") for n in range(3)
        )
        forecasts = [
            said(None, probability=p, question=f"treaty-{n}") for n, p in enumerate((0.2, 0.5, 0.9))
        ]
        (row,) = card(*forecasts, questions=questions, ledger=entries).groups

        assert row.brier == pytest.approx(0.3, abs=1e-12)
        assert row.brier_interval is None

    @pytest.mark.parametrize("by", ["source", "outlet"])
    def test_several_on_one_question_share_its_luck(
        self, card: Callable[..., Scorecard], by: str
    ) -> None:
        """
        Where each forecast counts the interval is that of questions, as the clusters are.
        """
        questions = tuple(
            replace(TREATY, id=f"treaty-{n}", closes=date(2025, 1, 1)) for n in range(3)
        )
        entries = tuple(
            replace(SIGNED, id=f"treaty-{n}-1", question=f"treaty-{n}") for n in range(3)
        )
        said_of = {0: (0.2, 0.4), 1: (0.5, 0.6), 2: (0.9, 0.7)}
        forecasts = [
            said(None, probability=p, question=f"treaty-{n}", on=date(2024, 5, 1 + day))
            for n, ps in said_of.items()
            for day, p in enumerate(ps)
        ]
        (row,) = card(
            *forecasts, questions=questions, ledger=entries, updates=Updates.EACH, by=by
        ).groups
        # Everything happened: .64 + .36, .25 + .16 and .01 + .09.
        expected = interval_of_mean([(1, 1.0, 2), (1, 0.41, 2), (1, 0.1, 2)])

        assert row.brier_interval == pytest.approx(expected, abs=1e-12)

    @pytest.mark.parametrize("by", ["source", "outlet"])
    def test_a_question_is_no_cluster_of_its_name(
        self, card: Callable[..., Scorecard], by: str
    ) -> None:
        """
        A cluster may be called what another question is: they are two.
        """
        named = {"treaty-0": None, "treaty-1": "treaty-0", "treaty-2": None}
        questions = tuple(
            replace(TREATY, id=name, closes=date(2025, 1, 1), cluster=cluster)
            for name, cluster in named.items()
        )
        entries = tuple(replace(SIGNED, id=f"{name}-1", question=name) for name in named)
        forecasts = [
            said(None, probability=p, question=f"treaty-{n}") for n, p in enumerate((0.2, 0.5, 0.9))
        ]
        (row,) = card(*forecasts, questions=questions, ledger=entries, by=by).groups

        expected = interval_of_mean([(1, 0.64, 1), (1, 0.25, 1), (1, 0.01, 1)])
        assert row.brier_interval == pytest.approx(expected, abs=1e-12)

    @pytest.mark.parametrize(("p", "key"), [(0.00001, "1e-05"), (1.0, "1"), (0.25, "0.25")])
    def test_numbers_as_groups(self, card: Callable[..., Scorecard], p: float, key: str) -> None:
        """
        By phrase, a number is written as a person would, whatever the database writes.
        """
        (row,) = card(said(None, probability=p), by="phrase").groups

        assert row.group == key

    def test_medium_term_is_this_window(self) -> None:
        """
        The treaty's window is 36 months from the article's day.
        """
        assert months_after(TREATY.opens, 36) == TREATY.closes


def test_the_fields_stand_as_an_item_has_them() -> None:
    """
    Words, how a question stands, and what only single forecasts have: put side by side, an item.
    """
    words, stands = tallies._Said._fields[2:], Stands._fields[1:]
    single = ("made", "ends", "closes", "decided", "claim")

    assert Item._fields[:4] == ("group", "source", "n", "question")
    assert Item._fields[4:] == (*words, "late", *stands, *single, "questions")
    assert len(single) == len(tallies._NOT_SINGLE)

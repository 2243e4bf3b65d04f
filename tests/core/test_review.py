"""
The agenda: which question stands where, and what moved since the last review.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foretrack import excerpt, itemize
from foretrack.core import review
from foretrack.core.library import Library
from foretrack.core.records import (
    Article,
    Claim,
    Condition,
    ConditionState,
    Evidence,
    Horizon,
    Postponement,
    Published,
    Question,
    Reopening,
    Resolution,
    Source,
    Task,
)
from foretrack.core.revisions import Edited
from foretrack.core.since import Headline, Since, Step
from foretrack.core.topics import Topic
from foretrack.core.vocabulary import Annulment, ConditionIs, Outcome, SourceKind
from foretrack.core.weeks import sunday, week_of
from foretrack.db.store import Contents
from foretrack.evaluate import Choice
from strategies import BASE, everything

if TYPE_CHECKING:
    from foretrack.core.review import Agenda
    from foretrack.core.revisions import Revision
    from strategies import Everything

TODAY = date(2026, 11, 18)  # a Wednesday of 2026-W47, which ends on the 22nd
LONG_AGO = date(2025, 1, 1)
SHOWN = (Evidence(citation="A table"),)


def choice(as_of: date = TODAY) -> Choice:
    return Choice(as_of=as_of, default="survey-2026.1", library=Library())


def asked(name: str, closes: date, *, opens: date = LONG_AGO, **more: Any) -> Question:
    return Question(
        id=name,
        statement=f"{name}?",
        criteria="Yes if it does.",
        criteria_written=opens,
        resolution_source="The press",
        opens=opens,
        closes=closes,
        **more,
    )


def record(*questions: Question) -> Contents:
    """
    A record with one source that calls each question likely.
    """
    contents = Contents()
    contents.sources["ann"] = Source(id="ann", name="Ann", kind=SourceKind.PERSON)
    contents.articles["ann-2025"] = Article(
        id="ann-2025",
        title="Outlook",
        source="ann",
        published=Published(earliest=LONG_AGO, latest=LONG_AGO),
    )
    for question in questions:
        contents.questions[question.id] = question
        contents.claims[f"says-{question.id}"] = Claim(
            id=f"says-{question.id}",
            article="ann-2025",
            source="ann",
            says="It does.",
            phrase="likely",
            horizon=Horizon(words="soon"),
            question=question.id,
        )
    return contents


def decided(name: str, number: int = 1, **more: Any) -> Resolution:
    values: dict[str, Any] = {"outcome": Outcome.NO, "decided": TODAY, "evidence": SHOWN, **more}
    return Resolution(id=f"{name}-{number}", question=name, **values)


def put_off(name: str, on: date, again: date) -> Postponement:
    return Postponement(
        id=f"2026-w01-later-{name}", question=name, review="2026-w01", decided=on, again=again
    )


def agenda(
    contents: Contents, *, as_of: date = TODAY, week: str | None = None, since: Since | None = None
) -> Agenda:
    part, how = excerpt.whole(contents), choice(as_of)
    return review.build(
        contents,
        week=week or week_of(as_of),
        card=itemize.card_from(part, how),
        lines=itemize.lines_of(part, how),
        tasks=[one for one in contents.tasks.values() if one.done is None],
        since=since or Since(),
    )


def topics(contents: Contents, **more: Any) -> dict[str, str]:
    return {item.question: item.topic.value for item in agenda(contents, **more).items}


class TestTopics:
    @pytest.mark.parametrize(
        ("closes", "expected"),
        [
            (date(2026, 11, 17), "overdue"),
            (date(2026, 11, 18), "due"),  # on the closing day itself it is not over
            (date(2026, 11, 22), "due"),
            (date(2026, 11, 23), "coming"),
            (date(2026, 12, 20), "coming"),
            (date(2026, 12, 21), None),
        ],
    )
    def test_by_closing_date(self, closes: date, expected: str | None) -> None:
        """
        Over, within the week, within the four weeks after it, or no business of this week's.

        Somebody looked yesterday, so that nothing else puts the question on the agenda.
        """
        contents = record(asked("it", closes))
        contents.ledger["it"] = [
            decided("it", decided=date(2026, 11, 16)),
            Reopening(
                id="it-2", question="it", reopens="it-1", decided=date(2026, 11, 17), reason="No"
            ),
        ]

        assert topics(contents) == ({"it": expected} if expected else {})

    @pytest.mark.parametrize(
        ("looked", "expected"),
        [(None, "early"), (date(2026, 9, 23), "early"), (date(2026, 9, 24), None)],
    )
    def test_early(self, looked: date | None, expected: str | None) -> None:
        """
        An open window that nobody looked at for 8 weeks.

        56 days before 18 November is 23 September.
        """
        contents = record(asked("it", date(2028, 1, 1)))
        if looked is not None:
            contents.ledger["it"] = [
                decided("it", decided=looked),
                Reopening(id="it-2", question="it", reopens="it-1", decided=looked, reason="x"),
            ]

        assert topics(contents) == ({"it": expected} if expected else {})

    def test_a_window_that_opened_lately(self) -> None:
        """
        Where nobody looked, the window's first day counts.
        """
        assert topics(record(asked("it", date(2028, 1, 1), opens=date(2026, 9, 24)))) == {}
        assert topics(record(asked("it", date(2028, 1, 1), opens=date(2026, 9, 23)))) == {
            "it": "early"
        }

    def test_condition(self) -> None:
        """
        A pending condition is to be checked; a question is not decided before it is met.
        """
        question = asked("it", date(2028, 1, 1), condition=Condition(statement="If", criteria="So"))
        contents = record(question)
        assert topics(contents) == {"it": "condition"}

        def said(state: ConditionIs, on: date) -> ConditionState:
            return ConditionState(id="it-1", question="it", state=state, decided=on, evidence=SHOWN)

        contents.ledger["it"] = [said(ConditionIs.MET, TODAY)]
        assert topics(contents) == {}
        contents.ledger["it"] = [said(ConditionIs.MET, LONG_AGO)]
        assert topics(contents) == {"it": "early"}
        contents.ledger["it"] = [said(ConditionIs.UNMET, TODAY)]
        assert topics(contents) == {}

    def test_put_off(self) -> None:
        """
        What was put off is left alone until its day; then it is stale, and an overdue one stays.
        """
        contents = record(asked("later", date(2028, 1, 1)), asked("over", date(2026, 11, 1)))
        looked = TODAY - timedelta(weeks=2)
        for again, expected in (
            (TODAY + timedelta(days=1), {"over": "overdue"}),
            (TODAY, {"over": "overdue", "later": "stale"}),
        ):
            contents.postponements = {
                name: put_off(name, looked, again) for name in ("later", "over")
            }
            assert topics(contents) == expected

    def test_stale(self) -> None:
        """
        Nothing changed for 26 weeks: 182 days before 18 November is 20 May.

        The window is not open yet, so nobody can have overlooked the event.
        """
        for written, expected in ((date(2026, 5, 20), {"it": "stale"}), (date(2026, 5, 21), {})):
            question = asked("it", date(2028, 1, 1), opens=date(2027, 1, 1))
            contents = record(replace(question, criteria_written=written))
            assert topics(contents) == expected

    def test_another_week(self) -> None:
        """
        The week may be another than the day's: next Monday's meeting sees its own week.
        """
        contents = record(asked("it", date(2026, 11, 25)))
        contents.postponements["it"] = put_off("it", TODAY, date(2027, 1, 1))

        assert topics(contents) == {"it": "coming"}
        assert topics(contents, week="2026-w48") == {"it": "due"}

    def test_resolved_ones_are_gone(self) -> None:
        """
        What was decided is on no list of open questions, before the day it was decided it is.
        """
        contents = record(asked("it", date(2026, 11, 1)))
        contents.ledger["it"] = [decided("it")]

        assert topics(contents) == {}
        assert topics(contents, as_of=TODAY - timedelta(days=1)) == {"it": "overdue"}

    def test_order(self) -> None:
        """
        By topic in the order of the meeting, the oldest closing date first.
        """
        names = ("b-over", "a-over", "due", "open", "coming")
        days = (date(2026, 1, 1), date(2026, 2, 1), TODAY, date(2028, 1, 1), date(2026, 12, 1))
        contents = record(*(asked(name, day) for name, day in zip(names, days, strict=True)))
        contents.postponements["x"] = put_off("coming", TODAY, date(2027, 1, 1))

        assert list(topics(contents)) == list(names)


class TestItems:
    def test_all_that_is_needed(self) -> None:
        """
        Statement, criteria, source, window, words and the evidence so far, by day.
        """
        contents = record(asked("it", date(2026, 11, 1)))
        contents.ledger["it"] = [
            decided("it", decided=date(2026, 11, 2), note="From the table"),
            Reopening(
                id="it-2", question="it", reopens="it-1", decided=date(2026, 11, 4), reason="Wrong"
            ),
        ]
        contents.postponements["x"] = put_off("it", date(2026, 11, 9), date(2026, 11, 30))
        (item,) = agenda(contents).items

        assert (item.statement, item.criteria) == ("it?", "Yes if it does.")
        assert (item.resolution_source, item.opens) == ("The press", LONG_AGO)
        assert [(voice.name, voice.words) for voice in item.voices] == [("Ann", "likely")]
        assert [(one.what, one.note) for one in item.steps] == [
            ("no", "From the table"),
            ("reopened", "Wrong"),
            ("not yet, look again on 2026-11-30", None),
        ]
        assert item.steps[0].evidence == SHOWN
        assert (item.days, item.looked, item.again) == (
            -17,
            date(2026, 11, 9),
            date(2026, 11, 30),
        )


class TestSince:
    def test_resolved_and_what_it_did(self) -> None:
        """
        Two matured questions called likely (0.72): yes scores 0.0784, no 0.5184, on average 0.2984.

        The no surprises more.
        """
        contents = record(asked("aa", date(2026, 1, 1)), asked("bb", date(2026, 2, 1)))
        contents.ledger["aa"] = [
            decided("aa", outcome=Outcome.YES, happened=date(2025, 6, 1), decided=TODAY)
        ]
        contents.ledger["bb"] = [decided("bb")]
        first, second = agenda(contents).resolved

        assert (first.question, second.question) == ("bb", "aa")
        assert first.surprise == pytest.approx(0.5184)
        (effect,) = first.effects
        assert effect.before == pytest.approx(0.0784)
        assert effect.after == pytest.approx(0.2984)

    def test_early_moves_nothing(self) -> None:
        """
        A resolution before the window is over stands beside the headline.
        """
        contents = record(asked("aa", date(2026, 1, 1)), asked("bb", date(2028, 2, 1)))
        contents.ledger["aa"] = [decided("aa")]
        contents.ledger["bb"] = [decided("bb", outcome=Outcome.YES, happened=date(2026, 6, 1))]
        found = {one.question: one.effects[0] for one in agenda(contents).resolved}

        assert found["bb"].brier == pytest.approx(0.0784)
        assert found["bb"].before == found["bb"].after == pytest.approx(0.5184)
        assert found["aa"].before is None
        assert found["aa"].after == pytest.approx(0.5184)

    def test_annulled(self) -> None:
        """
        What is annulled surprises nobody and comes last.
        """
        contents = record(asked("aa", date(2026, 1, 1)), asked("bb", date(2026, 2, 1)))
        contents.ledger["aa"] = [
            decided("aa", outcome=Outcome.ANNULLED, reason=Annulment.DUPLICATE, evidence=())
        ]
        contents.ledger["bb"] = [decided("bb")]

        assert [(one.question, one.reason) for one in agenda(contents).resolved] == [
            ("bb", None),
            ("aa", "duplicate"),
        ]

    def test_only_what_is_new(self) -> None:
        """
        What the record held when the last review ended is not new, whatever its day.
        """
        then = record(asked("aa", date(2026, 1, 1)))
        then.ledger["aa"] = [decided("aa")]
        now = record(asked("aa", date(2026, 1, 1)), asked("bb", date(2026, 2, 1)))
        now.ledger = {"aa": [decided("aa")], "bb": [decided("bb", decided=date(2026, 3, 1))]}
        known = agenda(now, since=Since("2026-w46", date(2026, 11, 13), then, {}))
        by_day = agenda(now, since=Since("2026-w46", date(2026, 11, 13), None, {}))

        assert [one.question for one in known.resolved] == ["bb"]
        assert [one.claim for one in known.claims] == ["says-bb"]
        assert [one.question for one in by_day.resolved] == ["aa"]
        assert by_day.claims == ()

    def test_moved(self) -> None:
        """
        A headline that is not what the last review said has moved; one that is, has not.
        """
        contents = record(asked("aa", date(2026, 1, 1)))
        contents.ledger["aa"] = [decided("aa")]
        card = itemize.card_from(excerpt.whole(contents), choice())
        same = Headline(1, card.groups[0].brier, 0)

        assert agenda(contents, since=Since("2026-w46", TODAY, None, {"ann": same})).moved == ()
        (moved,) = agenda(contents, since=Since("2026-w46", TODAY, None, {})).moved
        assert (moved.then, moved.now) == (Headline(0, None, 0), same)

    def test_tasks(self) -> None:
        """
        Open tasks come with the first due first, and those without a day last.
        """
        contents = record()
        for name, due in (("c", None), ("b", TODAY), ("a", TODAY + timedelta(days=1))):
            contents.tasks[name] = Task(id=name, review="2026-w46", text="Ask", due=due)
        contents.tasks["d"] = Task(id="d", review="2026-w46", text="Ask", done=TODAY)

        assert [task.id for task in agenda(contents).tasks] == ["b", "a", "c"]


class TestAlarms:
    def many(self, n: int, **more: Any) -> Contents:
        contents = record(
            *(asked(f"q{number:02}", date(2026, 1, 1) + timedelta(days=number))
              for number in range(n))
        )  # fmt: skip
        for name in contents.questions:
            contents.ledger[name] = [decided(name, **more)]
        return contents

    def test_calibration(self) -> None:
        """
        Thirty times "likely" and thirty times no is an alarm; three times is none.
        """
        (alarm,) = agenda(self.many(30)).alarms

        assert (alarm.source, alarm.other, alarm.new, alarm.few) == ("ann", None, True, True)
        assert alarm.since == TODAY  # from the day it was decided, which is after the window
        assert alarm.believed
        assert agenda(self.many(3)).alarms == ()

    def test_comparison(self) -> None:
        """
        A second source that calls them all unlikely is the better one, and not the other way.
        """
        contents = self.many(30)
        contents.sources["bo"] = Source(id="bo", name="Bo", kind=SourceKind.PERSON)
        for name in contents.questions:
            contents.claims[f"bo-{name}"] = replace(
                contents.claims[f"says-{name}"], id=f"bo-{name}", source="bo", phrase="unlikely"
            )
        found = {(alarm.source, alarm.other) for alarm in agenda(contents).alarms}

        assert ("ann", "bo") in found
        assert ("bo", "ann") not in found

    def test_first_forecast_counts(self) -> None:
        """
        What is watched is each source's first forecast on a question, not the last.
        """
        contents = record(asked("it", date(2026, 1, 1)))
        contents.ledger["it"] = [decided("it")]
        contents.articles["ann-2025-b"] = replace(
            contents.articles["ann-2025"],
            id="ann-2025-b",
            published=Published(earliest=date(2025, 3, 1), latest=date(2025, 3, 1)),
        )
        contents.claims["again"] = replace(
            contents.claims["says-it"], id="again", article="ann-2025-b", phrase="unlikely"
        )
        lines = itemize.lines_of(excerpt.whole(contents), choice())
        seen = review.watched(contents, lines, as_of=TODAY)

        assert seen["ann"]["it"].p == 0.72
        assert (seen["ann"]["it"].y, seen["ann"]["it"].when) == (0, TODAY)

    def test_open_members_of_a_cluster_are_pending(self) -> None:
        """
        An undecided question is watched without an outcome, from the day after its window.
        """
        contents = record(asked("it", date(2027, 1, 1), cluster="both"))
        lines = itemize.lines_of(excerpt.whole(contents), choice())
        (seen,) = review.watched(contents, lines, as_of=TODAY)["ann"].values()

        assert (seen.y, seen.when, seen.cluster) == (None, date(2027, 1, 2), "both")


class TestLaws:
    @given(everything(), st.integers(0, 90))
    def test_each_open_question_once(self, drawn: Everything, days: int) -> None:
        """
        An open question stands once at most, a settled one never, an overdue one always.
        """
        as_of = BASE + timedelta(days=days)
        contents = drawn.contents
        found = agenda(contents, as_of=as_of)
        names = [item.question for item in found.items]
        settled = {one.question for one in found.resolved}

        assert len(names) == len(set(names))
        assert not settled & set(names)
        for question in drawn.questions:
            over = question.closes < as_of and question.id not in settled
            item = next((one for one in found.items if one.question == question.id), None)
            assert over == (item is not None and item.topic is Topic.OVERDUE)

    @given(everything(), st.integers(0, 90))
    def test_order(self, drawn: Everything, days: int) -> None:
        """
        Topics stand in the order of the meeting, and by closing date within each.
        """
        as_of = BASE + timedelta(days=days)
        found = agenda(drawn.contents, as_of=as_of)
        order = list(Topic)
        keys = [(order.index(item.topic), item.closes, item.question) for item in found.items]
        surprises = [-math.inf if one.surprise is None else one.surprise for one in found.resolved]

        assert keys == sorted(keys)
        assert surprises == sorted(surprises, reverse=True)

    @given(everything(), st.integers(0, 90))
    def test_headlines_with_and_without(self, drawn: Everything, days: int) -> None:
        """
        What a question did to a headline adds up: n after = (n - 1) before + its own score.
        """
        as_of = BASE + timedelta(days=days)
        contents = drawn.contents
        card = itemize.card_from(excerpt.whole(contents), choice(as_of))
        scored = {group.group: group.scored for group in card.groups}
        for one in agenda(contents, as_of=as_of).resolved:
            for effect in one.effects:
                n = scored[effect.source]
                if effect.before == effect.after or effect.after is None or effect.brier is None:
                    continue
                own = n * effect.after - (n - 1) * (effect.before or 0.0)
                assert -1e-9 <= own <= 1 + 1e-9

    def test_last_day_of_the_week(self) -> None:
        """
        A week ends on its Sunday.
        """
        assert sunday(week_of(TODAY)) == date(2026, 11, 22)


class TestRevisions:
    """
    Ann calls both questions likely; one was decided before the last review.
    """

    def before(self) -> Contents:
        found = record(asked("done", date(2026, 1, 1)), asked("open", date(2027, 1, 1)))
        found.ledger["done"] = [decided("done")]
        return found

    def since(
        self, now: Contents, *steps: Step, then: Contents | None = None
    ) -> tuple[Revision, ...]:
        day = TODAY - timedelta(days=7)
        last = Since("2026-w46", day, then or self.before(), {}, steps)
        return agenda(now, since=last).revisions

    def reworded(self, now: Contents, name: str, **more: Any) -> Step:
        """
        The step that corrects a claim, which the record then has.
        """
        now.claims[name] = replace(now.claims[name], **more)
        return Step("claim", name, now.claims[name])

    def test_nothing(self) -> None:
        """
        What is as it was is not shown, nor what is new or was decided.
        """
        now = self.before()
        more = record(asked("more", date(2027, 1, 1)))
        now.questions |= more.questions
        now.claims |= more.claims
        now.ledger["open"] = [decided("open")]

        assert self.since(now) == ()

    def test_what_was_decided_comes_first(self) -> None:
        """
        A corrected claim and a withdrawn one, each with whether its outcome was known.
        """
        now = self.before()
        del now.claims["says-open"]
        step = self.reworded(now, "says-done", phrase="unlikely", horizon=Horizon(words="late"))
        first, second = self.since(now, Step("claim", "says-open", None), step)

        assert (first.id, first.withdrawn, first.decided) == ("says-done", False, True)
        assert first.names == ("Ann",)
        assert first.edited == (
            Edited(field="phrase", old="likely", new="unlikely"),
            Edited(field="horizon.words", old="soon", new="late"),
        )
        assert (second.id, second.withdrawn, second.decided) == ("says-open", True, False)
        assert (second.words, second.edited) == ("It does.", ())

    def test_a_question_concerns_those_who_forecast_it(self) -> None:
        """
        A corrected question names the sources of its claims; so does no source or article.
        """
        now = self.before()
        now.questions["done"] = replace(now.questions["done"], closes=date(2026, 2, 1))
        now.articles["ann-2025"] = replace(now.articles["ann-2025"], outlet="Daily")
        first, second = self.since(
            now,
            Step("question", "done", now.questions["done"]),
            Step("article", "ann-2025", now.articles["ann-2025"]),
        )

        assert (first.kind, first.names, first.decided) == ("question", ("Ann",), True)
        assert first.edited == (Edited(field="closes", old="2026-01-01", new="2026-02-01"),)
        assert (second.kind, second.names, second.decided) == ("article", (), False)
        assert second.edited == (Edited(field="outlet", old=None, new="Daily"),)

    def test_what_was_decided_since(self) -> None:
        """
        What counts is whether the question was decided when the claim was corrected.

        Not at the last review, and not in the end.
        """
        yes = Step("decision", "open-1", decided("open"))
        no_more = Reopening(
            id="open-2", question="open", reopens="open-1", decided=TODAY, reason="No"
        )
        again = Step("decision", "open-2", no_more)
        now = self.before()
        step = self.reworded(now, "says-open", phrase="unlikely")

        def flags(*steps: Step) -> list[bool]:
            return [one.decided for one in self.since(now, *steps)]

        assert flags(step) == [False]
        assert flags(step, yes) == [False]
        assert flags(yes, step) == [True]
        assert flags(yes, step, again) == [True]
        assert flags(yes, again, step) == [False]
        assert flags(step, yes, step, again, step) == [True]
        del now.claims["says-open"]
        gone = Step("claim", "says-open", None)
        assert flags(gone, yes) == [False]
        assert flags(yes, gone) == [True]

    def test_reopened_before(self) -> None:
        """
        A question that was resolved and reopened by the last review has no outcome.
        """
        then, now = self.before(), self.before()
        for one in (then, now):
            one.ledger["done"].append(
                Reopening(
                    id="done-2", question="done", reopens="done-1", decided=TODAY, reason="No"
                )
            )
        step = self.reworded(now, "says-done", phrase="unlikely")
        (found,) = self.since(now, step, then=then)
        assert (found.id, found.decided) == ("says-done", False)

        renewed = decided("done", 3)
        now.ledger["done"].append(renewed)
        (found,) = self.since(now, Step("decision", "done-3", renewed), step, then=then)
        assert (found.id, found.decided) == ("says-done", True)

    def test_another_question(self) -> None:
        """
        A claim that joins or leaves a decided question moves its score.
        """
        now = self.before()
        joins = self.reworded(now, "says-open", question="done")
        leaves = self.reworded(now, "says-done", question=None)

        assert [(one.id, one.decided) for one in self.since(now, joins, leaves)] == [
            ("says-done", True),
            ("says-open", True),
        ]

    def test_decisions(self) -> None:
        """
        A corrected outcome is told with those who forecast the question, always as decided.
        """
        now = self.before()
        other = decided("done", outcome=Outcome.AMBIGUOUS)
        now.ledger["done"] = [other]
        (found,) = self.since(now, Step("decision", "done-1", other))

        assert (found.kind, found.id, found.names) == ("decision", "done-1", ("Ann",))
        assert (found.words, found.withdrawn, found.decided) == ("done?", False, True)
        assert found.edited == (Edited(field="outcome", old="no", new="ambiguous"),)

    def test_a_reopening(self) -> None:
        """
        Its words are corrected while the question is open: no outcome was known.
        """
        then, now = self.before(), self.before()
        held = Reopening(id="done-2", question="done", reopens="done-1", decided=TODAY, reason="No")
        then.ledger["done"].append(held)
        other = replace(held, reason="Misread")
        now.ledger["done"].append(other)
        (found,) = self.since(now, Step("decision", "done-2", other), then=then)

        assert (found.kind, found.decided) == ("decision", False)
        assert found.edited == (Edited(field="reason", old="No", new="Misread"),)

    @pytest.mark.parametrize("withdrawn", [False, True])
    def test_recorded_since(self, *, withdrawn: bool) -> None:
        """
        What is new is told where it was corrected or withdrawn after the outcome, not before it.
        """
        now = self.before()
        more = record(asked("more", date(2026, 2, 1)))
        now.questions |= more.questions
        now.claims |= more.claims
        result = decided("more")
        now.ledger["more"] = [result]
        added = (
            Step("question", "more", more.questions["more"]),
            Step("claim", "says-more", more.claims["says-more"]),
        )
        yes = Step("decision", "more-1", result)
        step = self.reworded(now, "says-more", phrase="unlikely")
        if withdrawn:
            del now.claims["says-more"]
            step = Step("claim", "says-more", None)

        assert self.since(now, *added, step, yes) == ()
        (found,) = self.since(now, *added, yes, step)
        assert (found.id, found.names, found.withdrawn) == ("says-more", ("Ann",), withdrawn)
        assert found.decided

    def test_what_cannot_be_known(self) -> None:
        """
        Without a review before, or without the record as it stood then, nothing is said.
        """
        now = self.before()
        now.claims.clear()

        assert agenda(now).revisions == ()
        assert agenda(now, since=Since("2026-w46", TODAY, None, {})).revisions == ()

"""
A review from its beginning to its minutes, and minutes read again later.
"""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from foretrack import ingest, meeting, minutes, resolve, schedule, sitting
from foretrack.core.library import Library
from foretrack.core.minutes import Changes
from foretrack.core.records import (
    Evidence,
    Postponement,
    Remark,
    Reopening,
    Resolution,
    Review,
    Task,
    plain,
)
from foretrack.core.review import Basis, Held
from foretrack.core.scorecard import Group
from foretrack.core.vocabulary import Outcome
from foretrack.db import journal, store
from foretrack.db.engine import reading, writing
from foretrack.db.tables import Action, Entity
from foretrack.errors import Conflict, InvalidInput
from foretrack.evaluate import Choice
from foretrack.files import reading as files
from foretrack.files.schema import json_schema
from foretrack.files.validation import validate
from foretrack.report import as_markdown
from foretrack.report.outlines.changes import FIGURES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from foretrack.core.review import Agenda
    from foretrack.db.store import Contents

    Engines = Callable[..., sa.Engine]

DAY = date(2026, 11, 18)
LIBRARY = Library()
FILES = {
    "sources.yaml": "sources:\n  - {id: ann, name: Ann, kind: person}\n",
    "articles/ann-2025.yaml": """\
article: {id: ann-2025, title: Outlook, source: ann, published: {date: 2025-01-01}}
claims:
  - id: ann-2025-frost
    says: There is frost.
    phrase: likely
    horizon: {words: within the year}
    question:
      id: frost
      statement: Will there be frost?
      criteria: Yes if there is.
      criteria_written: 2025-01-01
      resolution_source: The station
      opens: 2025-01-01
      closes: 2025-12-31
  - id: ann-2025-snow
    says: There is snow.
    phrase: unlikely
    horizon: {words: within the year}
    question:
      id: snow
      statement: Will there be snow?
      criteria: Yes if there is.
      criteria_written: 2025-01-01
      resolution_source: The station
      opens: 2025-01-01
      closes: 2025-12-31
""",
}


def choice(as_of: date = DAY) -> Choice:
    return Choice(as_of=as_of, default="survey-2026.1", library=LIBRARY)


def write(folder: Path, content: dict[str, str]) -> Path:
    for name, text in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def engine(engine: sa.Engine, tmp_path: Path, now: datetime) -> sa.Engine:
    """
    Two questions whose windows are over, and nothing decided.
    """
    bring_in(engine, write(tmp_path / "files", FILES), now)
    return engine


def bring_in(engine: sa.Engine, folder: Path, now: datetime, **more: Any) -> ingest.Imported:
    return ingest.bring_in(
        engine,
        [folder],
        library=LIBRARY,
        accept_changes=more.pop("accept_changes", False),
        actor="ann",
        now=now,
    )


def load(engine: sa.Engine) -> Contents:
    with reading(engine) as connection:
        return store.load(connection)


def start(engine: sa.Engine, now: datetime, *, day: date = DAY) -> Review:
    return meeting.start(
        engine, choice=choice(), attending=["Ann", " Bo "], today=day, actor="ann", now=now
    )


def close(engine: sa.Engine, now: datetime, *, day: date = DAY) -> minutes.Shown:
    return minutes.close(engine, choice(), today=day, version="1.0", actor="ann", now=now)


def show(engine: sa.Engine, *, version: str = "1.0") -> minutes.Shown:
    return minutes.show(engine, "2026-w47", choice=choice(), version=version)


def decide(
    engine: sa.Engine, question: str, outcome: str, now: datetime, *, day: date = DAY, **more: Any
) -> None:
    entry = Resolution(
        id=f"{question}-0",
        question=question,
        outcome=Outcome(outcome),
        decided=day,
        evidence=(Evidence(citation="The table", url="https://example.org/t"),),
        **more,
    )
    resolve.record(engine, entry, today=day, actor="ann", now=now)


def reopen(engine: sa.Engine, question: str, now: datetime, *, day: date) -> None:
    entry = Reopening(
        id=f"{question}-0", question=question, reopens=f"{question}-1", decided=day, reason="Wrong"
    )
    resolve.record(engine, entry, today=day, actor="ann", now=now)


def whole(engine: sa.Engine, now: datetime) -> minutes.Shown:
    """
    A review with one of everything.
    """
    start(engine, now)
    decide(engine, "frost", "no", now, note="Bo would have waited.")
    meeting.postpone(
        engine, "snow", again=date(2026, 12, 16), note="Late", today=DAY, actor="ann", now=now
    )
    meeting.remark(engine, "All quiet.", question=None, actor="ann", now=now)
    meeting.remark(engine, "Frost is frost.", question="frost", actor="ann", now=now)
    meeting.remark(engine, "", question="frost", dissent=["Bo"], actor="ann", now=now)
    meeting.action(engine, "Ask", who="Ann", due=date(2026, 11, 25), actor="ann", now=now)
    return close(engine, now)


class TestStart:
    def test_what_is_noted(self, engine: sa.Engine, now: datetime) -> None:
        """
        The week, the day, the head, the lexicon, the cohort and who is there.
        """
        with reading(engine) as connection:
            sequence, head = journal.head(connection)
        made = start(engine, now)

        assert made == Review(
            id="2026-w47",
            started=DAY,
            as_of=DAY,
            lexicon="survey-2026.1",
            cohort="matured",
            sequence=sequence,
            head=head,
            attending=("Ann", "Bo"),
        )
        assert load(engine).reviews == {"2026-w47": made}

    def test_one_at_a_time(self, engine: sa.Engine, now: datetime) -> None:
        """
        A second one waits for the first to end, and a week has one.
        """
        start(engine, now)
        with pytest.raises(Conflict, match="2026-W47 has begun already"):
            start(engine, now, day=DAY + timedelta(days=7))
        close(engine, now)
        with pytest.raises(Conflict, match="2026-W47 has ended"):
            start(engine, now)
        assert start(engine, now, day=DAY + timedelta(days=7)).id == "2026-w48"

    def test_names(self, engine: sa.Engine, now: datetime) -> None:
        """
        A name that no file could hold is refused, and nothing has begun.
        """
        with pytest.raises(InvalidInput, match="control character"):
            meeting.start(
                engine, choice=choice(), attending=["A\x1b[31m"], today=DAY, actor="ann", now=now
            )
        assert load(engine).reviews == {}


class TestParts:
    def test_without_a_review(self, engine: sa.Engine, now: datetime) -> None:
        """
        What belongs to a review is refused where none has begun.
        """
        with pytest.raises(Conflict, match="no review has begun"):
            meeting.remark(engine, "x", question=None, actor="ann", now=now)
        with pytest.raises(Conflict, match="no review has begun"):
            meeting.action(engine, "x", who=None, due=None, actor="ann", now=now)
        with pytest.raises(Conflict, match="no review has begun"):
            close(engine, now)

    def test_put_off_again(self, engine: sa.Engine, now: datetime) -> None:
        """
        Said again in the same review it is corrected: one postponement for a question.
        """
        start(engine, now)
        for day in (date(2026, 12, 1), date(2026, 12, 2)):
            meeting.postpone(engine, "snow", again=day, note=None, today=DAY, actor="ann", now=now)
        (held,) = load(engine).postponements.values()

        assert (held.id, held.again) == ("2026-w47-later-1", date(2026, 12, 2))
        with pytest.raises(InvalidInput, match="is not after today"):
            meeting.postpone(engine, "snow", again=DAY, note=None, today=DAY, actor="a", now=now)

    def test_tasks(self, engine: sa.Engine, now: datetime) -> None:
        """
        A task is done by its id or the end of it; the next agenda begins with the open ones.
        """
        start(engine, now)
        for text in ("Ask", "Look", "Write"):
            meeting.action(engine, text, who=None, due=None, actor="ann", now=now)
        close(engine, now)
        done = meeting.finish(engine, "task-2", today=DAY, actor="ann", now=now)
        with pytest.raises(InvalidInput, match=r"no open task is 'task-2'.*\n.*task-1: Ask"):
            meeting.finish(engine, "task-2", today=DAY, actor="ann", now=now)
        found = sitting.agenda(engine, choice(), week="2026-w47", today=DAY)

        assert (done.id, done.done) == ("2026-w47-task-2", DAY)
        assert [task.text for task in found.tasks] == ["Ask", "Write"]

    def test_attending(self, engine: sa.Engine, now: datetime) -> None:
        """
        Who is there can be corrected while it lasts, and the journal keeps both.

        The same names write nothing.
        """
        start(engine, now)
        made = meeting.attend(engine, ["Ann", " Cy"], actor="bo", now=now)
        meeting.attend(engine, ["Ann", "Cy"], actor="bo", now=now)
        with reading(engine) as connection:
            entries = [
                (one.action, one.actor, one.reason)
                for one in journal.entries(connection)
                if one.entity is Entity.REVIEW
            ]

        assert made.attending == ("Ann", "Cy")
        assert sorted(entries, key=str) == sorted(
            [(Action.ADD, "ann", None), (Action.CORRECT, "bo", "who is there")], key=str
        )
        assert close(engine, now).document["attending"] == ["Ann", "Cy"]
        with pytest.raises(Conflict, match="no review has begun"):
            meeting.attend(engine, ["Ann"], actor="bo", now=now)

    def test_absent(self, engine: sa.Engine, now: datetime) -> None:
        """
        A name that is not at the review is found, however it is capitalised.

        Where nobody said who is there, none is found.
        """
        one = start(engine, now)

        assert meeting.absent(one, ["bo", "Cy"]) == ["Cy"]
        assert meeting.absent(replace(one, attending=()), ["Cy"]) == []

    def test_dissent(self, engine: sa.Engine, now: datetime) -> None:
        """
        Who dissents is kept by name, apart from the note; it needs a question, and no reason.
        """
        start(engine, now)
        made = meeting.remark(
            engine, "Too early.", question="frost", dissent=["Bo", "Cy", "Bo"], actor="ann", now=now
        )
        bare = meeting.remark(engine, "", question="frost", dissent=["Di"], actor="ann", now=now)

        assert load(engine).remarks == {made.id: made, bare.id: bare}
        assert (made.dissent, made.text) == (("Bo", "Cy"), "Too early.")
        assert (bare.dissent, bare.text) == (("Di",), "no reason given")
        with pytest.raises(InvalidInput, match="needs the question"):
            meeting.remark(engine, "x", question=None, dissent=["Bo"], actor="ann", now=now)
        with pytest.raises(InvalidInput):
            meeting.remark(engine, "", question="frost", actor="ann", now=now)

    def test_skip(self, engine: sa.Engine, now: datetime) -> None:
        """
        What was passed over is kept once; a question that a review passed over stays.
        """
        start(engine, now)
        for _ in range(2):
            meeting.skip(engine, "snow", actor="ann", now=now)
        (held,) = load(engine).reviews.values()

        assert held.skipped == ("snow",)
        with pytest.raises(Conflict, match="there is no question hail"):
            meeting.skip(engine, "hail", actor="ann", now=now)
        resolve.withdraw(
            engine, Entity.CLAIM, "ann-2025-snow", reason="Misread", actor="ann", now=now
        )
        with pytest.raises(Conflict, match="review 2026-w47"):
            resolve.withdraw(engine, Entity.QUESTION, "snow", reason="x", actor="ann", now=now)


class TestAgenda:
    def agenda(self, engine: sa.Engine, *, day: date, as_held: bool = False) -> Agenda:
        return sitting.agenda(
            engine, choice(day), week="2026-w47", today=DAY + timedelta(days=7), as_held=as_held
        )

    def test_as_held(self, engine: sa.Engine, now: datetime) -> None:
        """
        The agenda of a review that was held is the one that it went through, to the last field.
        """
        start(engine, now)
        during = sitting.current(engine, choice()).agenda
        decide(engine, "frost", "no", now)
        meeting.action(engine, "Ask", who=None, due=None, actor="ann", now=now)
        close(engine, now)
        decide(engine, "snow", "no", now, day=DAY + timedelta(days=2))
        after = self.agenda(engine, day=DAY, as_held=True)

        assert after.basis is Basis.MEETING
        assert after.held == Held(began=DAY, ended=DAY, sequence=6)
        assert during.held is not None
        assert replace(after, held=replace(after.held, ended=None)) == during
        assert [item.question for item in after.items] == ["frost", "snow"]

    def test_by_day(self, engine: sa.Engine, now: datetime) -> None:
        """
        Asked for by its day the record is read as it is now, and that is said.
        """
        whole(engine, now)
        found = self.agenda(engine, day=DAY)

        assert found.basis is Basis.LATER
        assert found.held is not None
        assert (found.previous, found.items[0].question) == ("2026-w47", "snow")

    def test_another_journal(
        self, engine: sa.Engine, new_engine: Engines, tmp_path: Path, now: datetime
    ) -> None:
        """
        Of a review that was imported the record as it stood cannot be read, and that is said.
        """
        whole(engine, now)
        ingest.export(engine, tmp_path / "out")
        other = new_engine()
        bring_in(other, tmp_path / "out", now + timedelta(hours=1))

        assert self.agenda(other, day=DAY, as_held=True).basis is Basis.ELSEWHERE

    def test_tasks_of_the_day(self, engine: sa.Engine, now: datetime) -> None:
        """
        On an earlier day a task was open that was done since, and one agreed since was not there.
        """
        start(engine, now)
        meeting.action(engine, "Ask", who=None, due=None, actor="ann", now=now)
        meeting.finish(engine, "task-1", today=DAY + timedelta(days=2), actor="ann", now=now)
        days = (-1, 0, 1, 2)
        found = [self.agenda(engine, day=DAY + timedelta(days=one)).tasks for one in days]

        assert [len(tasks) for tasks in found] == [0, 1, 1, 0]


class TestSitting:
    def test_the_agenda_stays(self, engine: sa.Engine, now: datetime) -> None:
        """
        What was decided since it began stays on its agenda, as done.
        """
        start(engine, now)
        decide(engine, "frost", "no", now)
        found = sitting.current(engine, choice(DAY + timedelta(days=1)))

        assert [item.question for item in found.agenda.items] == ["frost", "snow"]
        topics = {item.question: item.topic for item in found.agenda.items}
        assert found.done("frost", topic=topics["frost"]) == "no"
        assert found.done("snow", topic=topics["snow"]) is None

    def test_reopened_at_once(self, engine: sa.Engine, now: datetime) -> None:
        """
        A decision taken back in the meeting leaves the item to be decided.
        """
        start(engine, now)
        decide(engine, "frost", "no", now)
        reopen(engine, "frost", now, day=DAY)
        found = sitting.current(engine, choice())

        assert found.done("frost", topic=found.agenda.items[0].topic) is None

    def test_imported_while_it_lasts(
        self, engine: sa.Engine, new_engine: Engines, tmp_path: Path, now: datetime
    ) -> None:
        """
        A review that goes on in another database cannot read its start there, and goes on.
        """
        start(engine, now)
        decide(engine, "frost", "no", now)
        ingest.export(engine, tmp_path / "out")
        other = new_engine()
        bring_in(other, tmp_path / "out", now + timedelta(hours=1))  # another journal
        found = sitting.current(other, choice())

        assert not found.exact
        assert [item.question for item in found.agenda.items] == ["snow"]
        assert [one["question"] for one in close(other, now).document["decisions"]] == ["frost"]


class TestMinutes:
    def test_content(self, engine: sa.Engine, now: datetime) -> None:
        """
        Decisions with evidence and dissent, what was put off, notes, tasks, and both scorecards.

        Likely is 0.72 and it was a no: 0.5184, from nothing scored before.
        """
        document = whole(engine, now).document
        (decision,) = document["decisions"]

        assert (document["kind"], document["week"], document["foretrack"]) == (
            "minutes",
            "2026-W47",
            "1.0",
        )
        assert document["lexicon"] == {
            "id": "survey-2026.1",
            "checksum": LIBRARY.get("survey-2026.1").checksum,
        }
        assert (decision["question"], decision["what"]) == ("frost", "no")
        assert decision["evidence"] == [{"citation": "The table", "url": "https://example.org/t"}]
        assert decision["note"] == "Bo would have waited."
        assert decision["dissent"] == [{"who": ["Bo"], "text": "no reason given"}]
        assert decision["notes"] == ["Frost is frost."]
        assert [(one["question"], one["statement"]) for one in document["postponed"]] == [
            ("snow", "Will there be snow?")
        ]
        assert [one["text"] for one in document["tasks"]] == ["Ask"]
        assert document["left"] == []
        assert document["before"]["overall"]["brier"] is None
        assert document["after"]["overall"]["brier"] == pytest.approx(0.5184)
        assert document["end"]["sequence"] == document["start"]["sequence"] + 7

    def test_figures_are_the_scorecards(self, engine: sa.Engine, now: datetime) -> None:
        """
        Before and after are what `scorecard` prints on those days, to the bit.
        """
        from foretrack import evaluate
        from foretrack.report import as_json

        before = as_json.value(evaluate.score(engine, choice()).groups)
        document = whole(engine, now).document
        after = as_json.value(evaluate.score(engine, choice()).groups)

        assert (document["before"]["groups"], document["after"]["groups"]) == (before, after)

    def test_the_last_word(self, engine: sa.Engine, now: datetime) -> None:
        """
        What was put off and then decided stands only under the decisions.
        """
        start(engine, now)
        for name in ("frost", "snow"):
            meeting.postpone(
                engine, name, again=date(2026, 12, 16), note=None, today=DAY, actor="ann", now=now
            )
        decide(engine, "frost", "no", now)
        found = sitting.current(engine, choice())
        (listed,) = minutes.listing(engine)
        document = close(engine, now).document

        assert found.done("frost", topic=found.agenda.items[0].topic) == "no"
        assert [one["question"] for one in document["decisions"]] == ["frost"]
        assert [one["question"] for one in document["postponed"]] == ["snow"]
        assert (listed.decisions, listed.postponed) == (1, 1)
        assert minutes.listing(engine)[0].postponed == 1

    def test_taken_back(self, engine: sa.Engine, now: datetime) -> None:
        """
        A decision reopened in the same meeting is shown as reopened; what followed is not.
        """
        start(engine, now)
        decide(engine, "frost", "no", now)
        reopen(engine, "frost", now, day=DAY)
        decide(engine, "frost", "yes", now, happened=date(2025, 3, 1))
        document = close(engine, now).document

        assert [(one["entry"], one["what"]) for one in document["decisions"]] == [
            ("frost-1", "no, then reopened"),
            ("frost-2", "reopened"),
            ("frost-3", "yes"),
        ]

    def test_left(self, engine: sa.Engine, now: datetime) -> None:
        """
        What was neither decided nor put off is named.
        """
        start(engine, now)
        document = close(engine, now).document

        assert [one["question"] for one in document["left"]] == ["frost", "snow"]

    def test_skipped(self, engine: sa.Engine, now: datetime) -> None:
        """
        What was passed over is told from what nobody came to; what was decided after is neither.
        """
        start(engine, now)
        meeting.skip(engine, "frost", actor="ann", now=now)
        meeting.skip(engine, "snow", actor="ann", now=now)
        decide(engine, "frost", "no", now)
        document = close(engine, now).document
        shown = as_markdown.minutes(document, Changes())

        assert [(one["question"], one["skipped"]) for one in document["left"]] == [("snow", True)]
        assert "### Skipped (1)" in shown
        assert "Not reached" not in shown

    def test_dissent_stands_once(self, engine: sa.Engine, now: datetime) -> None:
        """
        It belongs to what was decided last, and is shown with the names.
        """
        start(engine, now)
        decide(engine, "frost", "no", now)
        reopen(engine, "frost", now, day=DAY)
        decide(engine, "frost", "yes", now, happened=date(2025, 3, 1))
        meeting.remark(
            engine, "Too early.", question="frost", dissent=["Bo", "Cy"], actor="ann", now=now
        )
        document = close(engine, now).document
        shown = as_markdown.minutes(document, Changes())

        assert [len(one["dissent"]) for one in document["decisions"]] == [0, 0, 1]
        assert shown.count("dissent: **Bo, Cy**: Too early.") == 1

    def test_alarms(self, engine: sa.Engine, now: datetime) -> None:
        """
        The alarms that the meeting saw are named.
        """
        document = whole(engine, now).document
        told = as_markdown.minutes(document, Changes())
        document["alarms"] = [
            {"name": "Ann", "other": None, "other_name": None, "since": "2026-11-01", "n": 60,
             "believed": True},
            {"name": "Ann", "other": "bo", "other_name": "Bo", "since": "2026-11-02", "n": 60,
             "believed": False},
        ]  # fmt: skip
        alarmed = as_markdown.minutes(document, Changes())

        assert "Alarms" not in told
        assert "- **Ann** is not calibrated, since 2026-11-01; n = 60\n" in alarmed
        assert "- **Ann**: Bo is better, since 2026-11-02; n = 60; not believed" in alarmed

    def test_dissent_of_older_minutes(self, engine: sa.Engine, now: datetime) -> None:
        """
        Minutes that did not tell dissent from a note are shown as they were written.
        """
        document = whole(engine, now).document
        (decision,) = document["decisions"]
        del decision["notes"]
        decision["dissent"] = ["Bo would have waited."]
        for one in document["remarks"]:
            del one["dissent"]
        shown = as_markdown.minutes(document, Changes())

        assert "dissent or note: Bo would have waited." in shown

    def test_unchanged(self, engine: sa.Engine, now: datetime) -> None:
        """
        Right after it nothing would change, and later decisions are no change either.
        """
        made = whole(engine, now)
        assert not show(engine).changes

        decide(engine, "snow", "no", now, day=DAY + timedelta(days=7))
        found = show(engine)
        assert not found.changes
        assert found.document == made.document

    def test_reopened(self, engine: sa.Engine, now: datetime) -> None:
        """
        After a reopening the stored figures are the same, and the difference is pointed out.
        """
        made = whole(engine, now)
        stored = made.review.document
        reopen(engine, "frost", now, day=DAY + timedelta(days=7))
        found = show(engine)
        figures = {(one.row, one.field): (one.then, one.now) for one in found.changes.figures}

        assert found.review.document == stored
        assert found.document["after"]["overall"]["brier"] == pytest.approx(0.5184)
        assert [(one.question, one.then, one.now) for one in found.changes.overturned] == [
            ("frost", "no (frost-1)", "open again")
        ]
        assert figures["ann", "scored"] == (1, 0)
        assert figures["ann", "brier"] == (pytest.approx(0.5184), None)
        shown = as_markdown.minutes(found.document, found.changes)
        assert "**frost** was no (frost-1), is now open again" in shown

    def test_figures_in_words(self, engine: sa.Engine, now: datetime) -> None:
        """
        The Brier and n of each source stand first, and every figure has a name in words.
        """
        whole(engine, now)
        reopen(engine, "frost", now, day=DAY + timedelta(days=7))
        found = show(engine)
        table = as_markdown.minutes(found.document, found.changes).partition("## Since then")[2]
        cells = [line.strip("| ").split("|") for line in table.splitlines() if line[:1] == "|"]
        names = [cell[1].strip() for cell in cells[2:]]

        assert names[:2] == ["Brier", "scored (n)"]
        assert names[2:4] == ["Brier", "scored (n)"]  # of all together
        assert "overdue" in names[4:]
        assert not [name for name in names if "_" in name or "." in name]

    def test_every_figure_has_a_name(self) -> None:
        """
        No field of a row is printed by its own name.
        """
        fields_of = {one.name for one in fields(Group)} - {"group", "label", "quality"}
        by_reason = {"unscorable", "annulled"}
        named = {name.partition(".")[0] for name in FIGURES}

        assert named == fields_of - by_reason

    def test_corrected(self, engine: sa.Engine, now: datetime, tmp_path: Path) -> None:
        """
        A corrected phrase changes what would be computed: unlikely (0.2) and no gives 0.04.
        """
        whole(engine, now)
        text = FILES["articles/ann-2025.yaml"].replace("phrase: likely", "phrase: unlikely")
        folder = write(tmp_path / "again", {**FILES, "articles/ann-2025.yaml": text})
        bring_in(engine, folder, now, accept_changes=True)
        found = show(engine).changes
        figures = {(one.row, one.field): one.now for one in found.figures}

        assert figures["ann", "brier"] == pytest.approx(0.04)
        assert found.overturned == ()

    def test_another_program(self, engine: sa.Engine, now: datetime) -> None:
        """
        What it was made with is compared too.
        """
        whole(engine, now)

        assert show(engine, version="2.0").changes.tools == (
            "made with foretrack 1.0, this is 2.0",
        )

    def test_unknown_weeks(self, engine: sa.Engine, now: datetime) -> None:
        """
        A week without a review, and one whose review has not ended, have no minutes.
        """
        with pytest.raises(InvalidInput, match="there was no review of 2026-W47; there was none"):
            show(engine)
        start(engine, now)
        with pytest.raises(InvalidInput, match="has not ended"):
            show(engine)

    def test_next_agenda(self, engine: sa.Engine, now: datetime) -> None:
        """
        The next agenda sees what moved and what was resolved since the minutes were written.
        """
        whole(engine, now)
        later = DAY + timedelta(days=7)
        decide(engine, "snow", "no", now, day=later)
        found = sitting.agenda(engine, choice(later), week="2026-w48", today=later)

        assert (found.previous, found.previous_day) == ("2026-w47", DAY)
        assert [one.question for one in found.resolved] == ["snow"]
        assert found.claims == ()
        (moved,) = found.moved
        assert moved.then.brier == pytest.approx(0.5184)
        assert moved.now.brier == pytest.approx((0.5184 + 0.04) / 2)

    def test_corrected_after_the_outcome(
        self, engine: sa.Engine, now: datetime, tmp_path: Path
    ) -> None:
        """
        A claim and then the outcome itself are rewritten after a decision made since the review.

        The agenda of a meeting stays as it was when that began.
        """
        whole(engine, now)
        later = DAY + timedelta(days=7)
        hour = timedelta(hours=1)

        def told() -> list[tuple[str, str, tuple[str, ...], bool]]:
            found = sitting.agenda(
                engine, choice(later), week="2026-w48", today=later, as_held=True
            )
            return [(one.kind, one.id, one.names, one.decided) for one in found.revisions]

        def rewrite(path: str, old: str, new: str, at: datetime) -> None:
            ingest.export(engine, folder)
            text = (folder / path).read_text(encoding="utf-8")
            assert text.count(old) == 1
            (folder / path).write_text(text.replace(old, new), encoding="utf-8")
            bring_in(engine, folder, at, accept_changes=True)

        folder = tmp_path / "out"
        article = "articles/ann-2025.yaml"
        rewrite(article, "There is snow.", "Snow falls.", now + hour)
        snow = ("claim", "ann-2025-snow", ("Ann",), False)
        assert told() == [snow]

        decide(engine, "snow", "no", now + 2 * hour, day=later)
        assert told() == [snow]

        rewrite(article, "phrase: unlikely", "phrase: almost no chance", now + 3 * hour)
        late = ("claim", "ann-2025-snow", ("Ann",), True)
        assert told() == [late]

        start(engine, now + 4 * hour, day=later)
        outcomes = "resolutions/snow.yaml"
        rewrite(outcomes, "outcome: no", "outcome: ambiguous", now + 5 * hour)
        assert told() == [late]
        found = sitting.agenda(engine, choice(later), week="2026-w48", today=later)
        assert [(one.kind, one.id, one.decided) for one in found.revisions] == [
            ("claim", "ann-2025-snow", True),
            ("decision", "snow-1", True),
        ]
        assert "decision corrected after its question was decided" in as_markdown.agenda(found)

    def test_corrected_with_the_outcome(
        self, engine: sa.Engine, now: datetime, tmp_path: Path
    ) -> None:
        """
        One import that rewrites a claim and decides its question knew of the outcome.
        """
        whole(engine, now)
        text = FILES["articles/ann-2025.yaml"].replace("There is snow.", "Snow falls.")
        outcome = """\
ledger:
  - resolve: snow
    id: snow-1
    outcome: no
    decided: 2026-11-18
    evidence: [{citation: A table}]
"""
        again = {**FILES, "articles/ann-2025.yaml": text, "resolutions/snow.yaml": outcome}
        folder = write(tmp_path / "again", again)
        bring_in(engine, folder, now + timedelta(hours=1), accept_changes=True)
        later = DAY + timedelta(days=7)
        found = sitting.agenda(engine, choice(later), week="2026-w48", today=later)

        assert [(one.id, one.decided) for one in found.revisions] == [("ann-2025-snow", True)]

    def test_list(self, engine: sa.Engine, now: datetime) -> None:
        """
        The newest first, with what each did.
        """
        whole(engine, now)
        start(engine, now, day=DAY + timedelta(days=7))
        found = [(one.review.id, one.decisions, one.tasks) for one in minutes.listing(engine)]

        assert found == [("2026-w48", 0, 1), ("2026-w47", 1, 1)]

    def test_list_while_one_lasts(self, engine: sa.Engine, now: datetime) -> None:
        """
        Decisions are counted as they are made; closing changes no number.
        """
        whole(engine, now)
        later = DAY + timedelta(days=7)
        start(engine, now, day=later)
        decide(engine, "snow", "no", now, day=later)
        meeting.action(engine, "Ask again", who=None, due=None, actor="ann", now=now)

        def numbers() -> list[tuple[int, int, int]]:
            return [(one.decisions, one.postponed, one.tasks) for one in minutes.listing(engine)]

        lasting = numbers()
        assert lasting == [(1, 0, 2), (1, 1, 1)]
        close(engine, now, day=later)
        assert numbers() == lasting


class TestRecord:
    def test_round_trip(
        self, engine: sa.Engine, new_engine: Engines, tmp_path: Path, now: datetime
    ) -> None:
        """
        An export holds reviews too, and gives the same record and the same bytes again.
        """
        whole(engine, now)
        start(engine, now, day=DAY + timedelta(days=7))
        ingest.export(engine, tmp_path / "out")
        other = new_engine()
        done = bring_in(other, tmp_path / "out", now)

        assert load(other) == load(engine)
        assert ingest.layout(load(other)) == ingest.layout(load(engine))
        assert (tmp_path / "out" / "reviews" / "2026-w47.yaml").exists()
        assert (Entity.REVIEW, "2026-w47") in done.added
        assert bring_in(other, tmp_path / "out", now).unchanged == len(done.added)
        assert minutes.show(other, "2026-w47", choice=choice(), version="1.0").changes == (
            show(engine).changes
        )

    def test_schema(self, engine: sa.Engine, now: datetime) -> None:
        """
        What is exported is good by the JSON Schema and by our own reading.
        """
        from jsonschema import Draft202012Validator

        whole(engine, now)
        text = ingest.layout(load(engine))["reviews/2026-w47.yaml"]
        document = files.parse(text, path="x")
        checked = validate([document], phrases=LIBRARY, known=ingest.known(load(engine)))

        assert checked.problems == ()
        assert [type(one) for one in checked.meetings] == [
            Review, Postponement, Remark, Remark, Remark, Task,
        ]  # fmt: skip
        values = {"review": plain(checked.meetings[0])}
        assert list(Draft202012Validator(json_schema()).iter_errors(values)) == []

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("2026-w47\n", "2025-w53\n", "that year has no such week"),
            ("closed: 2026-11-18", "closed: 2026-11-17", "is before 2026-11-18"),
            ("  closed: 2026-11-18\n", "", "closed and document stand together"),
            ("again: 2026-12-16", "again: 2026-11-18", "is not after 2026-11-18"),
            ("question: snow", "question: hail", "no question has the id hail"),
            ("skipped: [snow]", "skipped: [hail]", "no question has the id hail"),
            ("document: '{", "document: '[", "is no JSON object"),
        ],
    )
    def test_broken_files(
        self, engine: sa.Engine, now: datetime, old: str, new: str, message: str
    ) -> None:
        """
        What cannot be is named with its place.
        """
        start(engine, now)
        meeting.postpone(
            engine, "snow", again=date(2026, 12, 16), note=None, today=DAY, actor="a", now=now
        )
        meeting.skip(engine, "snow", actor="a", now=now)
        contents = load(engine)
        (held,) = contents.reviews.values()
        contents.reviews[held.id] = replace(held, closed=DAY, document='{"kind":"minutes"}')
        text = ingest.layout(contents)["reviews/2026-w47.yaml"]
        assert old in text
        document = files.parse(text.replace(old, new, 1), path="x")
        checked = validate([document], phrases=LIBRARY, known=ingest.known(contents))

        assert [message in problem.message for problem in checked.errors] == [True]

    def test_verify(self, engine: sa.Engine, now: datetime) -> None:
        """
        The journal covers reviews and their parts: a changed one is found.
        """
        whole(engine, now)
        with reading(engine) as connection:
            assert store.faults(connection) == []
        with writing(engine) as connection:
            for name in ("review", "task"):
                connection.exec_driver_sql(f"DROP TRIGGER {name}_not_changed")
            connection.exec_driver_sql("UPDATE task SET who = 'Bo'")
            connection.exec_driver_sql("UPDATE review SET document = '{}' WHERE closed IS NOT NULL")
        with reading(engine) as connection:
            assert store.faults(connection) == [
                "review 2026-w47 differs from its last journal entry",
                "task 2026-w47-task-1 differs from its last journal entry",
            ]

    def test_append_only(self, engine: sa.Engine, now: datetime) -> None:
        """
        The database itself refuses to change minutes.
        """
        whole(engine, now)
        with pytest.raises(sa.exc.IntegrityError, match="append-only"), writing(engine) as one:
            one.exec_driver_sql("UPDATE review SET document = '{}'")

    def test_withdrawing_what_was_put_off(self, engine: sa.Engine, now: datetime) -> None:
        """
        A question that a review looked at stays.
        """
        whole(engine, now)
        resolve.withdraw(
            engine, Entity.CLAIM, "ann-2025-snow", reason="Misread", actor="ann", now=now
        )
        with pytest.raises(Conflict, match="postponement 2026-w47-later-1"):
            resolve.withdraw(engine, Entity.QUESTION, "snow", reason="x", actor="ann", now=now)

    def test_any_meeting(self, engine: sa.Engine, new_engine: Engines, now: datetime) -> None:
        """
        Records as the store writes them come back as they were.
        """
        made: list[Any] = [
            Review(
                id="2026-w01", started=DAY, as_of=DAY, lexicon="phia", cohort="resolved",
                sequence=0, head="0" * 64, attending=("Ä",), closed=DAY, document="{}",
                skipped=("frost",),
            ),
            Postponement(
                id="2026-w01-later-1", question="frost", review="2026-w01", decided=DAY,
                again=DAY + timedelta(days=1), note="n",
            ),
            Remark(id="2026-w01-note-1", review="2026-w01", text="two\nlines", question="frost"),
            Remark(
                id="2026-w01-note-2", review="2026-w01", text="t", question="frost",
                dissent=("Bö", "Cy"),
            ),
            Task(id="2026-w01-task-1", review="2026-w01", text="t", who="w", due=DAY, done=DAY),
        ]  # fmt: skip
        with writing(engine) as connection:
            changes = [store.Change(Action.ADD, one) for one in made]
            store.write(connection, changes, actor="ann", at=now)
        contents = load(engine)

        assert [
            *contents.reviews.values(),
            *contents.postponements.values(),
            *contents.remarks.values(),
            *contents.tasks.values(),
        ] == made


class TestHostile:
    def test_inert(self, engine: sa.Engine, now: datetime) -> None:
        """
        Markup, formulas and directions in names and notes do nothing in Markdown.
        """
        bad = "<script>alert(1)</script> =cmd() *x* \u202e [a](b)"
        meeting.start(engine, choice=choice(), attending=[bad], today=DAY, actor="ann", now=now)
        meeting.remark(engine, bad, question=None, actor="ann", now=now)
        meeting.remark(engine, bad, question="frost", dissent=[bad], actor="ann", now=now)
        decide(engine, "frost", "no", now)
        meeting.action(engine, bad, who=bad, due=None, actor="ann", now=now)
        made = close(engine, now)
        shown = as_markdown.minutes(made.document, made.changes)
        shown += as_markdown.agenda(sitting.agenda(engine, choice(), week="2026-w47", today=DAY))

        assert "<script>" not in shown
        assert "\u202e" not in shown
        assert "[a](b)" not in shown
        assert "*x*" not in shown.replace("\\*x\\*", "")


class TestSchedule:
    def held(self, *days: date) -> list[Review]:
        return [
            Review(
                id=f"2026-w{day.isocalendar()[1]:02}", started=day, as_of=day, lexicon="phia",
                cohort="matured", sequence=0, head="0" * 64, closed=day, document="{}",
            )
            for day in days
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (DAY, date(2026, 11, 25)),
            (date(2026, 11, 25), date(2026, 11, 25)),
            (date(2026, 11, 26), date(2026, 12, 2)),
        ],
    )
    def test_next_meeting(self, day: date, expected: date) -> None:
        """
        On the weekday of the last one, in the first week without a review.
        """
        assert schedule.next_meeting(self.held(DAY), day=day) == expected
        assert schedule.next_meeting([], day=day) is None

    def test_today(self, engine: sa.Engine, now: datetime) -> None:
        """
        What waits, what is to be done, the last change.
        """
        whole(engine, now)
        found = schedule.today(engine, day=date(2026, 11, 26))

        assert found.queue.overdue == 1
        assert (found.tasks, found.late, found.questions) == (1, 1, 2)
        assert found.meeting == date(2026, 12, 2)
        assert found.begun is None
        assert found.held is not None
        assert found.last is not None
        assert found.last.entity is Entity.REVIEW


def test_document_is_canonical(engine: sa.Engine, now: datetime) -> None:
    """
    The stored text is the one text of its content.
    """
    from foretrack.db.journal import canonical

    stored = whole(engine, now).review.document or ""

    assert canonical(json.loads(stored)) == stored

"""
What has changed since minutes were written.
"""

from __future__ import annotations

from datetime import date

from foretrack.core.minutes import Changes, Figure, carried_back, differences, overturned
from foretrack.core.records import Evidence, Question, Reopening, Resolution
from foretrack.core.vocabulary import Outcome

THEN, LATER = date(2026, 11, 20), date(2026, 12, 20)
SHOWN = (Evidence(citation="A table"),)
QUESTION = Question(
    id="it", statement="it?", criteria="So.", criteria_written=THEN, resolution_source="Press",
    opens=date(2025, 1, 1), closes=date(2025, 12, 31),
)  # fmt: skip
NO = Resolution(id="it-1", question="it", outcome=Outcome.NO, decided=THEN, evidence=SHOWN)
REOPENED = Reopening(id="it-2", question="it", reopens="it-1", decided=LATER, reason="Wrong")
YES = Resolution(
    id="it-3", question="it", outcome=Outcome.YES, happened=date(2025, 3, 1), decided=LATER,
    evidence=SHOWN,
)  # fmt: skip


class TestCarriedBack:
    def test_what_still_stands(self) -> None:
        """
        A resolution that still stands is left as it is.
        """
        assert carried_back([NO], as_of=THEN) == [NO]

    def test_reopened_later(self) -> None:
        """
        A resolution that was ended later did not hold then either.
        """
        assert carried_back([NO, REOPENED], as_of=THEN) == []

    def test_decided_otherwise_later(self) -> None:
        """
        What holds today of a question that was resolved then, held then.
        """
        (found,) = carried_back([NO, REOPENED, YES], as_of=THEN)

        assert isinstance(found, Resolution)
        assert (found.outcome, found.decided) == (Outcome.YES, THEN)

    def test_decided_only_later(self) -> None:
        """
        What was open then stays open: that was no mistake.
        """
        assert carried_back([YES], as_of=THEN) == []


class TestOverturned:
    def test_each_way(self) -> None:
        """
        Open again, decided otherwise, or neither.
        """
        again = overturned(QUESTION, [NO], [NO, REOPENED])
        other = overturned(QUESTION, [NO], [NO, REOPENED, YES])

        assert again is not None
        assert other is not None
        assert (again.then, again.now) == ("no (it-1)", "open again")
        assert (other.then, other.now) == ("no (it-1)", "yes (it-3)")
        assert overturned(QUESTION, [NO], [NO]) is None
        assert overturned(QUESTION, [], [NO]) is None


class TestDifferences:
    def test_fields(self) -> None:
        """
        Each field that differs, nested ones by their path, and rows that came or went.
        """
        row = {"group": "ann", "label": "Ann", "brier": 0.5, "early": {"n": 1, "brier": None}}
        then = {"groups": [row], "overall": {"group": "overall", "label": "all", "n": 1}}
        now = {
            "groups": [{**row, "brier": 0.25, "early": {"n": 2, "brier": None}}],
            "overall": {"group": "overall", "label": "all", "n": 1},
        }

        assert list(differences(then, now)) == [
            Figure(row="ann", label="Ann", field="brier", then=0.5, now=0.25),
            Figure(row="ann", label="Ann", field="early.n", then=1, now=2),
        ]
        assert list(differences(then, then)) == []

    def test_nothing_changed(self) -> None:
        """
        Changes without any are false.
        """
        assert not Changes()
        assert Changes(tools=("a lexicon",))

"""
Proposed ids are allowed and free.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from foretrack.core import naming
from foretrack.files.values import value


@given(st.text(), st.text(max_size=200))
def test_ids_are_ids(says: str, statement: str) -> None:
    """
    Every proposed id is one that the files allow, whatever the words.
    """
    claim = naming.claim_id("gruzer-2024", says, taken=[])
    question = naming.question_id(statement, 2027, taken=[])
    assert value("claim", "id", claim) == claim
    assert value("question", "id", question) == question


@given(st.text())
def test_source_ids(name: str) -> None:
    """
    A source's proposed id is allowed, or there is none.
    """
    for kind in ("person", "outlet"):
        found = naming.source_id(name, kind)
        assert not found or value("source", "id", found) == found


def test_taken_ids_get_a_number() -> None:
    """
    A proposal is free.
    """
    taken = {"a1-trade-falls", "a1-trade-falls-2"}
    assert naming.claim_id("a1", "The trade falls", taken=taken) == "a1-trade-falls-3"


def test_a_source_that_was_withdrawn_keeps_its_id() -> None:
    """
    A source's proposal avoids the ids that no source can have any more.
    """
    assert naming.source_id("Anthony V. Rinna", "person", taken={"rinna"}) == "rinna-2"

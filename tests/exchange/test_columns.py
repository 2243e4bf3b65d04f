"""
Which column holds what.
"""

from __future__ import annotations

import pytest

from foretrack.errors import InvalidInput
from foretrack.exchange.columns import Wanted, find


def refused(header: list[str], wanted: Wanted | None = None) -> str:
    """
    The message.
    """
    with pytest.raises(InvalidInput) as caught:
        find(header, wanted or Wanted(), path="t.csv")
    return str(caught.value)


def test_any_order_and_blanks() -> None:
    """
    Names are found wherever they stand, blanks around them aside.
    """
    found = find([" outcome", "x", "probability ", "source"], Wanted(), path="t.csv")

    assert found == {"source": 3, "probability": 2, "outcome": 0}


def test_named_otherwise() -> None:
    """
    A name given for a role goes before the role's own.
    """
    header = ["source", "probability", "p", "outcome"]

    assert find(header, Wanted({"probability": "p"}), path="t.csv")["probability"] == 2


@pytest.mark.parametrize(("name", "meant"), [
    ("Probability", "probability"), ("prob", "probability"), ("p", "probability"),
    ("probabilty", "probability"), ("result", "outcome"), ("y", "outcome"), ("model", "source"),
])  # fmt: skip
def test_near_matches(name: str, meant: str) -> None:
    """
    The message says which option to add.
    """
    header = [name if role == meant else role for role in ("source", "probability", "outcome")]

    assert f'did you mean "{name}"? Then add --map {meant}={name}' in refused(header)


def test_a_column_in_use_is_not_what_was_meant() -> None:
    """
    Taking the day of the forecast for the day of the end is not proposed; a needless --map is.
    """
    header = ["source", "question_id", "forecast_date", "probability", "outcome"]

    assert "did you mean" not in refused(header, Wanted(needed=("resolve_date",)))
    assert "Then leave out --map probability=prob" in refused(
        header, Wanted({"probability": "prob"})
    )


def test_all_that_is_missing_at_once() -> None:
    """
    Every missing column is named, with those there are.
    """
    message = refused(["alpha", "beta"])

    assert [f'no column "{role}"' in message for role in ("source", "probability", "outcome")] == [
        True
    ] * 3
    assert "there are: alpha, beta" in message


def test_semicolons() -> None:
    """
    A table parted by semicolons is told what to change.
    """
    assert "parted by semicolons; write commas" in refused(["source;probability;outcome"])
    assert "parted by tabs; call the file .tsv" in refused(["source\tprobability\toutcome"])
    assert "parted by commas; call the file .csv" in refused(["source,probability,outcome"])


def test_twice() -> None:
    """
    Two columns of one name that is used cannot be told apart; an unused one may stand twice.
    """
    twice = ["source", "probability", "probability", "outcome"]

    assert 'the column "probability" stands 2 times' in refused(twice)
    assert find(["source", "x", "x", "probability", "outcome"], Wanted(), path="t.csv")


def test_mapped_but_absent() -> None:
    """
    An optional role that was mapped must be there.
    """
    header = ["source", "probability", "outcome"]

    assert 'no column "w"' in refused(header, Wanted({"weight": "w"}))

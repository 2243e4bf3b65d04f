"""
Single values are taken and refused as in the files.
"""

from __future__ import annotations

from datetime import date

import pytest

from foretrack.errors import InvalidInput
from foretrack.files.values import published, value


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("2024-05-28", date(2024, 5, 28), date(2024, 5, 28), "day"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "month"),
        ("2023", date(2023, 1, 1), date(2023, 12, 31), "year"),
        ("2024-06-20..2024-10-15", date(2024, 6, 20), date(2024, 10, 15), "range"),
    ],
)
def test_published(text: str, earliest: date, latest: date, precision: str) -> None:
    """
    A date in each of its forms is the span of days in which the article can have appeared.
    """
    found = published(text)
    assert (found.earliest, found.latest) == (earliest, latest)
    assert found.precision.value == precision


@pytest.mark.parametrize(
    "text", ["", "May 2024", "2023-02-29", "2024-13", "2024-06-20..", "2024-06..2024-07",
             "2024-10-15..2024-06-20"],
)  # fmt: skip
def test_no_date(text: str) -> None:
    """
    What names no day, month, year or range is refused.
    """
    with pytest.raises(InvalidInput):
        published(text)


def test_values() -> None:
    """
    Values given one by one are converted and refused as in the files.
    """
    assert value("claim", "probability", "0.2") == 0.2
    assert value("article", "authors", "A. Name") == "A. Name"
    assert value("claim", "question", "some-id") == "some-id"
    with pytest.raises(InvalidInput, match="must be one line"):
        value("article", "title", "two\nlines")

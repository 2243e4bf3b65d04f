"""
What a correction changed, field by field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from foretrack.changes import Difference


def lines(differences: Iterable[Difference]) -> Iterator[str]:
    """
    Each field with what it said and says, as the refusal of an import has them.
    """
    from foretrack import changes

    for one in differences:
        yield from changes.lines(one)

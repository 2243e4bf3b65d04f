"""
What a correction changed, field by field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from foretrack.changes import Difference

SHORT: Final = 60
"""
Characters that two values may have to stand in one line.
"""


def lines(differences: Iterable[Difference]) -> Iterator[str]:
    """
    Each field with what it said and says, as the refusal of an import has them.
    """
    for one in differences:
        old, new = ("(nothing)" if value is None else value for value in (one.old, one.new))
        if len(old) + len(new) <= SHORT:
            yield f"{one.field}: {old} -> {new}"
        else:
            yield from (f"{one.field}:", f"- {old}", f"+ {new}")

"""
Single values as the file format has them, for whoever takes them one at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from foretrack.core.records import Published
from foretrack.core.vocabulary import DateBasis, Precision
from foretrack.errors import InvalidInput
from foretrack.files import layout
from foretrack.files.assembly import span_of
from foretrack.files.scalars import DayOrPart, Refused, Scalar, day_of
from foretrack.files.shapes import Keys, ListOf, ValueOrKeys

if TYPE_CHECKING:
    from foretrack.files.shapes import Shape

_PARTS: Final = {
    "source": layout.SOURCE,
    "article": layout.ARTICLE,
    "claim": layout.CLAIM,
    "question": layout.QUESTION,
}


def value(part: str, key: str, text: str) -> Any:
    """
    What the file format makes of a text.

    Args:
        part: source, article, claim or question.
        key: Name of the field, ``field.field`` further down; of a list it is one item.

    Raises:
        InvalidInput: The format does not allow it; says what it allows.

    >>> value("claim", "where.paragraph", "15")
    15
    """
    shape: Shape = _PARTS[part]
    for step in key.split("."):
        if isinstance(shape, Keys):
            shape = shape.by_name[step].shape
    if isinstance(shape, ListOf):
        shape = shape.item
    elif isinstance(shape, ValueOrKeys):
        shape = shape.value
    if not isinstance(shape, Scalar):
        raise TypeError(f"{part}.{key} is no single value")
    try:
        return shape.convert(text)
    except Refused as refusal:
        raise InvalidInput(str(refusal)) from None


def published(text: str) -> Published:
    """
    The day, month, year or range of days that a text names, taken as stated.

    Raises:
        InvalidInput: It names none.

    >>> published("2024-05").latest
    datetime.date(2024, 5, 31)
    >>> published("2024-06-20..2024-10-15").precision.value
    'range'
    """
    try:
        if ".." in text:
            first, last = (day_of(part.strip()) for part in text.split("..", 1))
            if last < first:
                raise InvalidInput(f"{last} is before {first}: write the earliest day first")
            return Published(earliest=first, latest=last, precision=Precision.RANGE)
        first, last, precision = span_of(DayOrPart().convert(text.strip()))
    except Refused as refusal:
        hint = "; a range is written 2024-06-20..2024-10-15"
        raise InvalidInput(f"{refusal}{hint}") from None
    return Published(earliest=first, latest=last, precision=precision, basis=DateBasis.STATED)

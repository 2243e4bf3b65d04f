"""
Elements of a drawing as markup, with everything in them escaped.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from foretrack.report.text import inert

if TYPE_CHECKING:
    from collections.abc import Mapping


class Svg(str):
    """
    Markup that may stand in a page as it is.
    """

    __slots__ = ()


def tag(name: str, attributes: Mapping[str, object] | None = None, *content: str) -> Svg:
    """
    An element; text in it and in its attributes is escaped, and elements stay.

    >>> tag("text", {"x": 1.5}, "a < b")
    '<text x="1.5">a &lt; b</text>'
    >>> tag("g", None, tag("circle", {"r": 4}))
    '<g><circle r="4"/></g>'
    """
    given = "".join(f' {key}="{_attribute(value)}"' for key, value in (attributes or {}).items())
    inside = "".join(part if isinstance(part, Svg) else _text(part) for part in content)
    return Svg(f"<{name}{given}>{inside}</{name}>" if inside else f"<{name}{given}/>")


def _attribute(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, int | float) else _text(str(value))


def _text(text: str) -> str:
    return escape(inert(text), quote=True)

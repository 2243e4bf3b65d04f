"""
A page of HTML as a tree, read strictly: every element is closed where it must be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

VOID = {"meta", "link", "br", "img", "hr", "input"}


@dataclass(slots=True)
class Element:
    """
    An element with what is in it.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """
        The text in it, with single spaces.
        """
        return " ".join(self._text().split())

    def _text(self) -> str:
        return "".join(part if isinstance(part, str) else part._text() for part in self.parts)

    def every(self, name: str, **attributes: str) -> list[Element]:
        """
        The elements of a name in it, at any depth, in order; ``class_`` is one of the classes.
        """
        return [one for one in self.walk() if one.name == name and one._has(attributes)]

    def one(self, name: str, **attributes: str) -> Element:
        """
        The only such element.
        """
        (found,) = self.every(name, **attributes)
        return found

    def walk(self) -> Iterator[Element]:
        """
        Every element in it.
        """
        for part in self.parts:
            if isinstance(part, Element):
                yield part
                yield from part.walk()

    def _has(self, attributes: dict[str, str]) -> bool:
        return all(
            value in self.attributes.get("class", "").split()
            if key == "class_"
            else self.attributes.get(key) == value
            for key, value in attributes.items()
        )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs})
        assert len(one.attributes) == len(attrs), f"an attribute of {tag} is given twice"
        self.open[-1].parts.append(one)
        if tag not in VOID:
            self.open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        last = self.open.pop()
        assert last.name == tag, f"</{tag}> closes <{last.name}>"

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def read(text: str) -> Element:
    """
    The page of a text.
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [reader.root], [one.name for one in reader.open]
    return reader.root

"""
Shapes that a part of a file can have: each reads a node and describes itself as JSON Schema.

Here stand the shapes made of others; those of a single value are in ``scalars``.  Reading turns
text into values (dates, numbers, members of enumerations) and reports every flaw with its trail
and line; what could not be read becomes ``BROKEN``, so that one mistake does not hide the next.
The schema accepts what an editor makes of the same YAML: a year may be an integer there, where
the reading sees text.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING, Any

from foretrack.files.reading import Entries, Items, Text
from foretrack.files.wording import near, quoted, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from foretrack.files.reading import Node, Trail

Schema = dict[str, Any]


class Broken(Enum):
    """
    In place of a value that could not be read.
    """

    BROKEN = "broken"


BROKEN = Broken.BROKEN

_SHOWN = 8  # keys that a message lists of those found
_GUESSES = 50  # unknown keys of one mapping for which the nearest is looked up: that is slow


@dataclass(frozen=True, slots=True)
class Flaw:
    """
    One thing wrong with one part of a document.
    """

    trail: Trail
    line: int
    message: str


def sound(value: Any) -> bool:
    """
    Whether no part of a value is broken.
    """
    if isinstance(value, dict):
        return all(map(sound, value.values()))
    if isinstance(value, list):
        return all(map(sound, value))
    return value is not BROKEN


def nullable(schema: Schema) -> Schema:
    """
    The schema that allows null as well.
    """
    if "enum" in schema:
        return schema | {"enum": [*schema["enum"], None]}
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return schema | {key: [*schema[key], {"type": "null"}]}
    types = schema["type"]
    return schema | {"type": [*(types if isinstance(types, list) else [types]), "null"]}


class Shape(ABC):
    """
    What a part of a file must look like.
    """

    @abstractmethod
    def read(self, node: Node, trail: Trail, flaws: list[Flaw]) -> Any:
        """
        The value of a node, or ``BROKEN`` after adding to the flaws.
        """

    @abstractmethod
    def schema(self) -> Schema:
        """
        The same as JSON Schema.
        """


@dataclass(frozen=True)
class ListOf(Shape):
    """
    A list.

    Attributes:
        unique: Whether an item may stand only once; it is a single value then.
    """

    item: Shape
    unique: bool = False

    def read(self, node: Node, trail: Trail, flaws: list[Flaw]) -> Any:
        """
        The values as a list.
        """
        if not isinstance(node, Items):
            found = "one value" if isinstance(node, Text) else "keys"
            flaws.append(Flaw(trail, node.line, f"needs a list, found {found}"))
            return BROKEN
        values: list[Any] = []
        seen: set[Any] = set()
        for index, item in enumerate(node.items):
            value = self.item.read(item, (*trail, index), flaws)
            if self.unique and value is not BROKEN:
                if value in seen:
                    message = f"{quoted(str(value))} stands here twice"
                    flaws.append(Flaw((*trail, index), item.line, message))
                    value = BROKEN
                seen.add(value)
            values.append(value)
        return values

    def schema(self) -> Schema:
        """
        An array.
        """
        schema: Schema = {"type": "array", "items": self.item.schema()}
        return schema | {"uniqueItems": True} if self.unique else schema


@dataclass(frozen=True)
class Key:
    """
    One key of a mapping.

    Attributes:
        about: A line for people who write such a file.
    """

    name: str
    shape: Shape
    about: str = ""
    required: bool = False


@dataclass(frozen=True)
class Keys(Shape):
    """
    A mapping with known keys.  The order of the keys is the canonical one.
    """

    keys: tuple[Key, ...]
    by_name: Mapping[str, Key] = field(init=False, repr=False)
    required: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {key.name: key for key in self.keys})
        object.__setattr__(self, "required", tuple(k.name for k in self.keys if k.required))

    def read(self, node: Node, trail: Trail, flaws: list[Flaw]) -> Any:
        """
        The values by key; absent ones are left out, missing ones are broken.
        """
        if not isinstance(node, Entries):
            found = "one value" if isinstance(node, Text) else "a list"
            wanted = shown(", ".join(self.by_name))
            flaws.append(Flaw(trail, node.line, f"needs keys ({wanted}), found {found}"))
            return BROKEN
        values: dict[str, Any] = {}
        unknown = 0
        for name, (line, item) in node.entries.items():
            key = self.by_name.get(name)
            if key is None:
                unknown += 1
                words = self.by_name if unknown <= _GUESSES else ()
                flaws.append(Flaw((*trail, name), line, self._unknown(name, words)))
            elif not (isinstance(item, Text) and item.absent):
                values[name] = key.shape.read(item, (*trail, name), flaws)
        for name in self.required:
            if name not in values:
                line = node.entries[name][0] if name in node.entries else node.line
                flaws.append(Flaw((*trail, name), line, "is missing"))
                values[name] = BROKEN
        return values

    def _unknown(self, name: str, words: Iterable[str]) -> str:
        guess = near(name, words) or f"; the keys here are {', '.join(self.by_name)}"
        return f"unknown key{guess}"

    def schema(self) -> Schema:
        """
        An object without further properties.
        """
        properties = {}
        for key in self.keys:
            schema = key.shape.schema() if key.required else nullable(key.shape.schema())
            properties[key.name] = {"description": key.about, **schema} if key.about else schema
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return schema | {"required": list(self.required)} if self.required else schema


@dataclass(frozen=True)
class ByKey(Shape):
    """
    One of several mappings, told apart by the keys that only one of them has.

    Attributes:
        cases: For each mapping the keys of which any one announces it.
    """

    cases: tuple[tuple[tuple[str, ...], Keys], ...]

    def read(self, node: Node, trail: Trail, flaws: list[Flaw]) -> Any:
        """
        The values of the mapping that the keys announce.
        """
        opening = [name for names, _ in self.cases for name in names]
        if not isinstance(node, Entries):
            found = "one value" if isinstance(node, Text) else "a list"
            message = f"needs keys ({', '.join(opening)}), found {found}"
            flaws.append(Flaw(trail, node.line, message))
            return BROKEN
        found_keys = [name for name in opening if name in node.entries]
        cases = [case for names, case in self.cases if any(name in found_keys for name in names)]
        if len(cases) == 1:
            return cases[0].read(node, trail, flaws)
        if cases:
            message = f"has {' and '.join(found_keys)}, which exclude each other: keep one"
        else:
            few = list(islice(node.entries, _SHOWN))
            guess = next(filter(None, (near(name, opening) for name in few)), "")
            names = [*map(shown, few), *(["..."] if len(node.entries) > _SHOWN else [])]
            message = (
                f"needs one of {', '.join(opening)}; found {', '.join(names) or 'no key'}{guess}"
            )
        flaws.append(Flaw(trail, node.line, message))
        return BROKEN

    def schema(self) -> Schema:
        """
        Exactly one of the objects.
        """
        return {"oneOf": [case.schema() for _, case in self.cases]}


@dataclass(frozen=True)
class ValueOrKeys(Shape):
    """
    Either a single value or a mapping, as the node is.
    """

    value: Shape
    keys: Keys

    def read(self, node: Node, trail: Trail, flaws: list[Flaw]) -> Any:
        """
        What the one or the other reads.
        """
        shape: Shape = self.value if isinstance(node, Text) else self.keys
        return shape.read(node, trail, flaws)

    def schema(self) -> Schema:
        """
        Exactly one of the two.
        """
        return {"oneOf": [self.value.schema(), self.keys.schema()]}

"""
Shapes of large and odd inputs: what they cost, and what is said of them.
"""

from __future__ import annotations

import unicodedata

from foretrack.files.layout import ADDRESS, FILE, LINE, MINUTES
from foretrack.files.reading import Entries, Items, Node, Text
from foretrack.files.scalars import Scalar, Words
from foretrack.files.shapes import BROKEN, Flaw, ListOf, Schema


class Counted(str):
    """
    Text that counts how often it is compared.
    """

    __slots__ = ()
    compared = 0

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


class Counting(Scalar):
    """
    A value that is such text.
    """

    def convert(self, text: str) -> Counted:
        return Counted(text)

    def schema(self) -> Schema:
        return {}


class TestUnique:
    def test_values(self) -> None:
        """
        The second of two equal values is refused at its own line, the first stays.
        """
        flaws: list[Flaw] = []
        nodes: list[Node] = [Text("a", 1), Text("b", 2), Text("a", 3)]
        values = ListOf(Words(), unique=True).read(Items(1, nodes), ("x",), flaws)

        assert values == ["a", "b", BROKEN]
        assert flaws == [Flaw(("x", 2), 3, '"a" stands here twice')]

    def test_cost(self) -> None:
        """
        A long list is not compared each with each: of different values hardly any two are.
        """
        nodes: list[Node] = [Text(f"author {number}", number) for number in range(2000)]
        Counted.compared = 0
        ListOf(Counting(), unique=True).read(Items(1, nodes), (), [])

        assert Counted.compared < 2000


def test_many_unknown_keys() -> None:
    """
    A file of very many keys is told by the first few.
    """
    keys = {f"key-{number}": (number, Text("1", number)) for number in range(1, 300_001)}
    flaws: list[Flaw] = []
    FILE.read(Entries(1, dict(keys)), (), flaws)

    expected = (
        "needs one of sources, article, question, ledger, review; found key-1, key-2, key-3, key-4,"
        " key-5, key-6, key-7, key-8, ..."
    )
    assert [flaw.message for flaw in flaws] == [expected]


class TestComposed:
    name = "José Müller"

    def test_text(self) -> None:
        """
        Text is the same whether its accents were typed as one character or as two.
        """
        apart = unicodedata.normalize("NFD", self.name)

        assert apart != self.name
        assert [LINE.convert(apart), LINE.convert(self.name)] == [self.name, self.name]

    def test_length(self) -> None:
        """
        What is counted against the limit are the characters as they are kept.
        """
        assert Words(longest=4).convert("Jose\N{COMBINING ACUTE ACCENT}") == "José"

    def test_verbatim(self) -> None:
        """
        Addresses and the minutes of a meeting stay as they are.
        """
        apart = unicodedata.normalize("NFD", self.name)

        assert MINUTES.convert(apart) == apart
        assert ADDRESS.convert(f"https://x.org/{apart[:5]}") == f"https://x.org/{apart[:5]}"

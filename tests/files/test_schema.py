"""
The JSON Schema against our own reading: both must say yes, or both no.
"""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from foretrack.files.layout import FILE
from foretrack.files.reading import Entries, Items, Node, Text, parse
from foretrack.files.schema import json_schema

if TYPE_CHECKING:
    from foretrack.files.shapes import Flaw

BAD = {
    path.stem: root
    for path in sorted((Path(__file__).parent / "bad").glob("*.yaml"))
    if (root := parse(path.read_text(), path=path.name).root) is not None
}
VALIDATOR = Draft202012Validator(json_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)

GOOD: dict[str, str] = {
    "sources": """
sources:
  - {id: gruzer, name: Marina Gruzer, kind: person, lexicon: phia, note: A note}
  - {id: "1984", name: 1984, kind: crowd, lexicon: ~}
""",
    "article": """
article:
  id: gruzer-2024
  title: 1984
  source: gruzer
  outlet: null
  authors: [Marina Gruzer, true]
  published: {date: 2024-05-28, precision: day, basis: stated}
  address: https://example.org/a
  text: {sha256: 0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a, words: 812}
claims:
  - id: gruzer-2024-alliance
    where: {section: Forecast, paragraph: 15}
    says: They ally.
    phrase: unlikely
    reading: implied
    polarity: opposite
    horizon: {words: medium-term, basis: heading}
    joint: both
    question:
      id: alliance-by-2027
      statement: Will they ally?
      criteria: |
        Yes if they do.
        No otherwise.
      criteria_written: 2026-11-21
      resolution_source: The press
      opens: 2024-05-28
      closes: 2027-05-28
      condition: {statement: Do they meet?, criteria: They meet.}
      base_rate: 0.1
      status_quo: no
      cluster: treaty
      tags: [alliance, treaty]
  - {id: gruzer-2024-may, says: They may., phrase: may, unscorable: hedge}
  - {id: gruzer-2024-ref, says: They do., probability: 1, question: alliance-by-2027}
""",
    "month": """
article: {id: aa, title: A, source: gruzer, published: {date: 2024-05, precision: month}}
claims: []
""",
    "year": """
article: {id: aa, title: A, source: gruzer, published: {date: 2024, basis: inferred}}
claims: []
""",
    "range": """
article:
  id: aa
  title: A
  source: gruzer
  published: {earliest: 2024-06-20, latest: 2024-10-15, precision: range, basis: inferred}
claims: []
""",
    "question": """
question:
  id: alliance-by-2027
  statement: Will they ally?
  criteria: Yes if they do.
  criteria_written: 2026-11-21
  resolution_source: The press
  opens: 2024-05-28
  closes: 2027-05-28
""",
    "ledger": """
ledger:
  - resolve: treaty
    id: treaty-1
    outcome: yes
    happened: 2024-12-04
    decided: 2024-12-05
    evidence: [{citation: A paper, url: https://example.org/b}]
  - {reopen: treaty, id: treaty-2, reopens: treaty-1, decided: 2025-01-01, reason: A mistake}
  - {condition: treaty, id: treaty-3, state: met, since: 2024-06-19, decided: 2025-01-01}
  - {resolve: treaty, id: treaty-4, outcome: annulled, decided: 2025-01-01, reason: duplicate}
""",
    "review": """
review:
  id: 2026-w47
  started: 2026-11-21
  as_of: 2026-11-21
  lexicon: survey-2026.1
  cohort: matured
  sequence: 12
  head: 0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a
  attending: [Ann, Bo]
  closed: 2026-11-22
  document: '{"kind":"minutes"}'
postponements:
  - id: 2026-w47-later-1
    question: treaty
    decided: 2026-11-21
    again: 2026-12-19
    note: No word yet.
remarks:
  - {id: 2026-w47-note-1, text: A note., question: treaty}
tasks:
  - {id: 2026-w47-task-1, text: Ask., who: Ann, due: 2026-11-28, done: 2026-11-25}
""",
}


def as_text(node: Node) -> Any:
    """
    The tree with every value as text, as the file has it.
    """
    match node:
        case Entries():
            return {name: as_text(item) for name, (_, item) in node.entries.items()}
        case Items():
            return [as_text(item) for item in node.items]
        case Text():
            return None if node.absent else node.value


def as_editor(node: Node) -> Any:
    """
    The tree as an editor sees it, by YAML 1.2's core schema.
    """
    match node:
        case Entries():
            return {name: as_editor(item) for name, (_, item) in node.entries.items()}
        case Items():
            return [as_editor(item) for item in node.items]
        case Text():
            return _typed(node)


def _typed(node: Text) -> Any:
    if node.absent:
        return None
    if not node.plain:
        return node.value
    if node.value in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return node.value.lower() == "true"
    if re.fullmatch("[-+]?[0-9]+", node.value):
        return int(node.value)
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", node.value):
        return float(node.value)
    return node.value


def tree(data: Any) -> Node:
    """
    The tree that a file with this data would give.
    """
    match data:
        case dict():
            return Entries(1, {name: (1, tree(item)) for name, item in data.items()})
        case list():
            return Items(1, [tree(item) for item in data])
        case None:
            return Text("", 1)
    return Text(data, 1, plain=False)


def read_whole(node: Node) -> bool:
    flaws: list[Flaw] = []
    FILE.read(node, (), flaws)
    return not flaws


def good(name: str) -> Any:
    root = parse(GOOD[name], path=name).root
    assert root is not None
    return as_text(root)


def test_valid() -> None:
    """
    The schema is one of its draft.
    """
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("name", GOOD)
def test_good(name: str) -> None:
    """
    A good file is good to both, as text and as an editor sees it.
    """
    root = parse(GOOD[name], path=name).root
    assert root is not None

    assert read_whole(root)
    assert list(VALIDATOR.iter_errors(as_text(root))) == []
    assert list(VALIDATOR.iter_errors(as_editor(root))) == []


@pytest.mark.parametrize("name", BAD)
def test_bad(name: str) -> None:
    """
    What is wrong with the form of a file is wrong to the schema too, and nothing else is.
    """
    assert read_whole(BAD[name]) == VALIDATOR.is_valid(as_text(BAD[name]))


TRICKY = [
    None,
    "",
    " ",
    "x",
    "ab",
    "A b",
    "a--b",
    "-ab",
    "a" * 81,
    "a" * 91,
    "a" * 301,
    "a" * 1001,
    "a" * 4001,
    "two\nlines",
    "one line\n",
    "\n",
    "\x1b[31m",
    "\x85",
    "a\u2028b",
    "tab\tinside",
    "2024-05-28",
    "2023-02-30",
    "2024-13-01",
    "2024-1-1",
    "0999-01-01",
    "3000-01-01",
    "0000-00-00",
    "2024-05",
    "2024-13",
    "2024",
    "999",
    "0",
    "1",
    "1.0",
    "1.1",
    "0.2",
    ".2",
    "0.",
    "00.5",
    "1,2",
    "20%",
    "nan",
    "-0.1",
    "1e-1",
    "٠.٢",
    "15",
    "015",
    "1234567890",
    "yes",
    "no",
    "ambiguous",
    "day",
    "month",
    "range",
    "person",
    "met",
    "hedge",
    "https://example.org",
    "http://",
    "ftp://example.org",
    "https://a b",
    "javascript:alert(1)",
    "0a" * 32,
    "0A" * 32,
    [],
    ["ab"],
    ["ab", "ab"],
    [None],
    {},
    {"id": "ab"},
    {"date": "2024-05-28"},
    {"date": "2024", "latest": "2024-01-01"},
    {"earliest": "2024-05-28"},
    [{"citation": "A paper"}],
    [{"citation": None}],
]


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """
    A good file with one to three parts replaced, removed or added.
    """
    data = copy.deepcopy(good(draw(st.sampled_from(sorted(GOOD)))))
    for _ in range(draw(st.integers(1, 3))):
        part = data
        while True:
            keys = list(part) if isinstance(part, dict) else list(range(len(part)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(part[key], dict | list) and draw(st.integers(0, 4)):
                part = part[key]
                continue
            match draw(st.sampled_from(["replace", "replace", "remove", "add"])):
                case "replace":
                    part[key] = copy.deepcopy(draw(st.sampled_from(TRICKY)))
                case "remove":
                    del part[key]
                case "add" if isinstance(part, dict):
                    name = draw(st.sampled_from(["id", "note", "date", "resolve", "claims", "zz"]))
                    part[name] = copy.deepcopy(draw(st.sampled_from(TRICKY)))
            break
    return data


@settings(max_examples=400, suppress_health_check=list(HealthCheck), deadline=None)
@given(spoiled())
def test_spoiled(data: Any) -> None:
    """
    Whatever is done to a good file, the schema and the reading agree on it.
    """
    assert read_whole(tree(data)) == VALIDATOR.is_valid(data)


@pytest.mark.parametrize("name", GOOD)
def test_each_place(name: str) -> None:
    """
    Each tricky value is judged alike at each place of each good file.
    """
    data = good(name)
    for part, key in _places(data):
        kept = part[key]
        for value in TRICKY:
            part[key] = copy.deepcopy(value)

            assert read_whole(tree(data)) == VALIDATOR.is_valid(data), (key, value)
        part[key] = kept


def _places(data: Any) -> list[tuple[Any, Any]]:
    keys = list(data) if isinstance(data, dict) else list(range(len(data)))
    found = [(data, key) for key in keys]
    for key in keys:
        if isinstance(data[key], dict | list):
            found += _places(data[key])
    return found

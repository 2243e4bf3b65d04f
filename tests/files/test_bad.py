"""
One mistake to a file, and beside it the problems that must be found, written by hand.

A line of ``*.expected`` that ends in `` ...`` gives the beginning only: the rest is the parser's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foretrack.files.reading import parse
from foretrack.files.validation import Known, Phrases, validate

if TYPE_CHECKING:
    from foretrack.errors import Problem

FOLDER = Path(__file__).parent / "bad"
FILES = sorted(FOLDER.glob("*.yaml"))


def line(problem: Problem) -> str:
    return f"warning: {problem}" if problem.warning else str(problem)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_problems(path: Path, phrases: Phrases, known: Known) -> None:
    """
    The mistake is found, with its line, field and message, and nothing else is.
    """
    expected = path.with_suffix(".expected").read_text().splitlines()
    document = parse(path.read_text(), path=path.name)
    actual = [line(each) for each in validate([document], phrases=phrases, known=known).problems]
    for number, (wanted, found) in enumerate(zip(expected, actual, strict=False)):
        if wanted.endswith(" ...") and found.startswith(wanted.removesuffix(" ...")):
            actual[number] = wanted

    assert expected == actual


def test_every_file_has_its_problems() -> None:
    """
    No file lacks the problems beside it, and no problems lack their file.
    """
    assert {path.stem for path in FILES} == {path.stem for path in FOLDER.glob("*.expected")}

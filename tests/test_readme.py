"""
The README's examples print what it says they print.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import readme

if TYPE_CHECKING:
    from pathlib import Path


def test_examples_print_what_the_readme_says(tmp_path: Path) -> None:
    """
    A reader who types the tour, line by line, sees the same.
    """
    readme.prepare(tmp_path)
    blocks = readme.examples(readme.README.read_text(encoding="utf-8"))

    assert len(blocks) > 5
    for block in blocks:
        for example in block:
            assert f"$ {example.command}\n{example.output}" == (
                f"$ {example.command}\n{readme.run(example.command, tmp_path)}"
            )

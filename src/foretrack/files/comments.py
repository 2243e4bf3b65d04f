"""
Comments in YAML, which reading and writing a record does not carry over.
"""

from __future__ import annotations

import re
from typing import Any

import yaml


def has_comments(text: str) -> bool:
    """
    Whether a YAML text holds comments.

    >>> has_comments("note: 'issue #2'"), has_comments("note: x  # why")
    (False, True)
    """
    text = text.removeprefix("\ufeff")
    if "#" not in text:
        return False
    end = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        start = token.start_mark.index
        if "#" in text[end:start] or (_is_block(token) and "#" in text[start:].split("\n", 1)[0]):
            return True
        end = token.end_mark.index
    return "#" in text[end:]


def parted(text: str) -> tuple[str, str]:
    r"""
    The lines above everything else, blank ones and comments, and the rest.

    >>> parted("# by hand\n\nid: x  # why\n")
    ('# by hand\n\n', 'id: x  # why\n')
    """
    text = text.removeprefix("\ufeff")
    above = re.match(r"(?:[ \t]*(?:#[^\n]*)?\n)*", text)
    end = above.end() if above else 0
    return text[:end], text[end:]


def _is_block(token: Any) -> bool:
    return getattr(token, "style", None) in ("|", ">")


def appended(text: str, addition: str) -> str:
    """
    The text with the addition's list item at its end, indented as its own items are.
    """
    first = re.search(r"^( *)- ", text, re.MULTILINE)
    indent = first[1] if first else "  "
    lines = addition.splitlines()[1:]
    item = "".join(f"{indent}{line.removeprefix('  ')}\n" for line in lines)
    return f"{text}{'' if text.endswith(chr(10)) else chr(10)}{item}"

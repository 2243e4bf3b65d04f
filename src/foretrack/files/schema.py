"""
The file format as JSON Schema, for editors and for other programs.

It comes from the same declaration as the reading, and says what one file can say of itself: keys,
forms and enumerations.  What concerns several fields or files only ``foretrack check`` finds.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from foretrack.files.layout import FILE

if TYPE_CHECKING:
    from foretrack.files.shapes import Schema


def json_schema() -> Schema:
    """
    The schema (draft 2020-12) of every kind of file.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "foretrack record",
        "description": "Sources, an article with its claims, a question, a ledger or a review.",
        **FILE.schema(),
    }


def schema_text() -> str:
    """
    The same as JSON text.
    """
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"

"""
Rules across the fields of reviews, and their references.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from foretrack.core.records import Postponement, Remark, Review
from foretrack.core.weeks import monday
from foretrack.files.assembly import QUESTION, Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from foretrack.errors import Problem
    from foretrack.files.assembly import Assembly, Placed


def broken_meetings(
    assembly: Assembly, *, unknown: Callable[[str, str], str | None]
) -> Iterator[Problem]:
    """
    Every problem of the meetings that concerns more than one field.

    Args:
        assembly: What the documents hold.
        unknown: What to say of a reference, by kind and id, that leads nowhere.
    """
    for placed in assembly.meetings:
        record = placed.record
        if isinstance(record, Review):
            yield from _review(placed, record)
            missing = (unknown(QUESTION, name) for name in record.skipped)
            yield from (placed.problem("skipped", one) for one in missing if one)
        if isinstance(record, Postponement) and record.again <= record.decided:
            message = f"{record.again} is not after {record.decided}, when it was looked at"
            yield placed.problem("again", message)
        if isinstance(record, Postponement | Remark) and record.question is not None:
            message = unknown(QUESTION, record.question) or ""
            if message:
                yield placed.problem("question", message)
        if isinstance(record, Remark) and record.dissent and record.question is None:
            yield placed.problem("dissent", "is about a decision: name its `question`")


def _review(placed: Placed[Kept], record: Review) -> Iterator[Problem]:
    if monday(record.id) is None:
        yield placed.problem("id", f"{record.id}: that year has no such week")
    if (record.closed is None) != (record.document is None):
        message = "stand together: a review that has ended has its minutes, and no other has"
        yield placed.problem("closed", f"closed and document {message}")
    if record.closed is not None and record.closed < record.started:
        message = f"{record.closed} is before {record.started}, when it began"
        yield placed.problem("closed", message)
    if record.document is not None and not _is_object(record.document):
        yield placed.problem("document", "is no JSON object; leave it as it was exported")


def _is_object(text: str) -> bool:
    with suppress(ValueError, RecursionError):
        return isinstance(json.loads(text), dict)
    return False

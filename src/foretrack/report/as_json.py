"""
For other programs: documents with stable keys.

Keys are the names of the fields; a figure that cannot be given is null, an infinite one the text
``infinite``; days are ISO dates.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from foretrack.report import wording
from foretrack.report.text import unseen

if TYPE_CHECKING:
    from foretrack.core.agenda import Queue
    from foretrack.core.dossier import Dossier
    from foretrack.core.page import Calibration, Page
    from foretrack.core.review import Agenda
    from foretrack.core.scorecard import Convention, Group, Scorecard


def document(kind: str, *, version: str, as_of: date | None, **content: Any) -> dict[str, Any]:
    """
    A document of one kind.

    Args:
        kind: What it is, for whoever reads it.
        version: The program's version.
        as_of: The last day that counted; None where no day matters.
        content: Records, dataclasses, mappings, sequences, days and figures.

    >>> document("where", version="1.0", as_of=None, worst=math.inf)
    {'kind': 'where', 'foretrack': '1.0', 'as_of': None, 'worst': 'infinite'}
    """
    return {
        "kind": kind,
        "foretrack": version,
        "as_of": None if as_of is None else as_of.isoformat(),
        **{name: value(item) for name, item in content.items()},
    }


def value(item: Any) -> Any:
    """
    What JSON can hold of any plain data.

    Raises:
        TypeError: It is none.
        ValueError: A figure is not a number.
    """
    if item is None or (isinstance(item, bool | int | str) and not isinstance(item, Enum)):
        return item
    if isinstance(item, float):
        return _figure(item)
    if isinstance(item, Enum):
        return value(item.value)
    if isinstance(item, date):
        return item.isoformat()
    if is_dataclass(item) and not isinstance(item, type):
        return {
            one.name: value(getattr(item, one.name))
            for one in fields(item)
            if not one.metadata.get("apart")
        }
    if isinstance(item, Mapping):
        return {str(value(key)): value(held) for key, held in item.items()}
    if isinstance(item, Sequence) and not isinstance(item, bytes):
        return [value(held) for held in item]
    raise TypeError(f"{type(item).__name__} has no place in a document")


def _figure(number: float) -> float | str:
    if math.isnan(number):
        raise ValueError("a figure in a document is not a number")
    if math.isinf(number):
        return "infinite" if number > 0 else "-infinite"
    return number


def text(content: Mapping[str, Any]) -> str:
    r"""
    The document as text, letters as they are and without a character that a terminal acts on.

    >>> print(text({"title": "Ünder \x9b2J"}))
    {
      "title": "Ünder \u009b2J"
    }
    """
    plain = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    # such characters can stand only inside strings, where an escape means the same
    return plain if plain.isascii() and "\x7f" not in plain else _SUSPECT.sub(_escaped, plain)


_SUSPECT = re.compile("[\x7f-\x9f]|[\u00ad-\U0010ffff]")


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    if char.isprintable() or not unseen(char):
        return char
    return json.dumps(char)[1:-1] if ord(char) > 0x7F else f"\\u{ord(char):04x}"


def convention(how: Convention) -> dict[str, Any]:
    """
    How the figures were made, field by field and as the line that tables print.
    """
    return {**value(how), **value(how.terms or {}), "line": wording.convention(how)}


def group(one: Group) -> dict[str, Any]:
    """
    A row: every field under its name, and the figures beside the headline where there are any.
    """
    if one.quality is None:
        return dict(value(one))
    from foretrack.report.quality import document as beside

    return {**value(one), **beside(one.quality)}


def scorecard(card: Scorecard, *, version: str) -> dict[str, Any]:
    """
    The scorecard: ``by``, ``source`` (null for all), ``convention``, ``groups``, ``overall``.
    """
    return document(
        "scorecard",
        version=version,
        as_of=card.convention.as_of,
        by=card.by,
        source=card.source,
        convention=convention(card.convention),
        groups=[group(one) for one in card.groups],
        overall=group(card.overall),
    )


def page(one: Page, *, version: str) -> dict[str, Any]:
    """
    One source: ``source``, ``convention``, ``group``, ``hits``, ``lines``, ``left_out``.
    """
    return document(
        "page",
        version=version,
        as_of=one.convention.as_of,
        source=one.group.group,
        convention=convention(one.convention),
        group=group(one.group),
        hits=one.hits,
        lines=one.lines,
        left_out=one.left_out,
    )


def calibration(found: Calibration, *, version: str) -> dict[str, Any]:
    """
    Hit rates: ``source`` (null for all), ``convention``, ``hits``, ``group``, ``reliability``.
    """
    return document(
        "calibration",
        version=version,
        as_of=found.convention.as_of,
        source=found.source,
        convention=convention(found.convention),
        hits=found.hits,
        group=None if found.group is None else group(found.group),
        reliability=found.reliability,
    )


def agenda(one: Agenda, *, version: str) -> dict[str, Any]:
    """
    The agenda of a review: every field under its name.
    """
    content = {each.name: getattr(one, each.name) for each in fields(one) if each.name != "as_of"}
    content["convention"] = convention(one.convention)
    return document("agenda", version=version, as_of=one.as_of, **content)


def queue(waiting: Queue, *, version: str) -> dict[str, Any]:
    """
    What is due: ``within``, ``overdue``, ``total``, ``items``, ``conditions``, ``later``, ``more``.

    ``total`` is how many wait; ``more`` of them were left out of ``items`` by a limit, and
    ``more_conditions`` out of ``conditions``.
    """
    return document(
        "queue",
        version=version,
        as_of=waiting.as_of,
        within=waiting.within,
        overdue=waiting.overdue,
        total=len(waiting.items) + waiting.more,
        more=waiting.more,
        more_conditions=waiting.more_conditions,
        items=waiting.items,
        conditions=waiting.conditions,
        later=waiting.later,
    )


def report(one: Dossier, *, version: str) -> dict[str, Any]:
    """
    The report: every field of the dossier under its name.
    """
    content = {field.name: getattr(one, field.name) for field in fields(one)}
    content["convention"] = convention(one.convention)
    return document("report", version=version, as_of=one.convention.as_of, **content)

"""
For a spreadsheet: the rows of the scorecard, of a source's page, of hit rates and of the queue.

Nested values have columns of their own.

A cell of text that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Final

from foretrack.core.vocabulary import Annulment, Unscorable
from foretrack.report import wording
from foretrack.report.text import inert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from foretrack.core.agenda import Queue
    from foretrack.core.page import Calibration, Hit, LeftOut, Line, Page
    from foretrack.core.rates import RatesBy
    from foretrack.core.scorecard import Convention, Group, Scorecard

Cell = str | int | float | None

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def scorecard(card: Scorecard) -> str:
    """
    A line for each group and one for all together, told apart by the first column.
    """
    rows = [
        {
            "row": kind,
            "by": card.by,
            **_group(group),
            **_convention(card.convention),
            "source": card.source,
        }
        for kind, groups in (("group", card.groups), ("overall", (card.overall,)))
        for group in groups
    ]
    return _written(tuple(rows[0]), rows)


def page(found: Page) -> str:
    """
    A line for each claim of a source, forecasts first and worst miss first.

    ``row`` tells forecasts from the claims that are none; ``reason`` says why those are none.
    """
    how = _convention(found.convention)
    rows = [
        {**dict.fromkeys(PAGE), "row": kind, "source": found.group.group, **_line(one), **how}
        for kind, members in (("forecast", found.lines), ("unscorable", found.left_out))
        for one in members
    ]
    return _written((*PAGE, *how), rows)


PAGE: Final = (
    "row", "source", "claim", "says", "words", "reason", "note", "question", "statement",
    "polarity", "probability", "low", "high", "made", "closes", "horizon", "reading", "inferred",
    "joint", "standing", "outcome", "settled", "weight", "coverage", "brier",
)  # fmt: skip


def _line(one: Line | LeftOut) -> dict[str, Cell]:
    """
    The fields of a claim on a source's page, those that are days or words as text.
    """
    return {
        part.name: f"{value}" if isinstance(value, date | Enum) else value
        for part in fields(one)
        for value in (getattr(one, part.name),)
    }


def calibration(found: Calibration) -> str:
    """
    A line for each phrase or number, with the claims behind it.
    """
    return _hits(found.convention, [({"source": found.source}, found.hits)])


def rates(found: RatesBy) -> str:
    """
    A line for each group and phrase or number.
    """
    whose: dict[str, Cell] = {"source": found.source, "by": found.by}
    groups = [({**whose, "group": g.group, "label": g.label}, g.hits) for g in found.groups]
    return _hits(found.convention, groups)


HITS: Final = (
    "source", "by", "group", "label", "words", "point", "low", "high", "n", "hits",
    "observed", "wilson_low", "wilson_high", "agrees", "claims",
)  # fmt: skip


def _hits(
    convention: Convention, groups: Iterable[tuple[Mapping[str, Cell], Iterable[Hit]]]
) -> str:
    how = _convention(convention)
    rows = [
        {
            **dict.fromkeys(HITS), **whose,
            "words": hit.words, "point": hit.point, "low": hit.low, "high": hit.high,
            "n": hit.n, "hits": hit.hits, "observed": hit.observed,
            "wilson_low": hit.wilson[0], "wilson_high": hit.wilson[1], "agrees": hit.agrees,
            "claims": "; ".join(hit.claims), **how,
        }
        for whose, hits in groups
        for hit in hits
    ]  # fmt: skip
    return _written((*HITS, *how), rows)


def queue(waiting: Queue) -> str:
    """
    A line for each question that waits, and for each condition; ``total`` says how many wait.
    """
    total = len(waiting.items) + waiting.more
    rows = [
        {
            "row": kind, "number": number, "total": total, "question": item.question,
            "overdue": item.overdue, "days": item.days, "opens": f"{item.opens}",
            "closes": f"{item.closes}", "statement": item.statement, "criteria": item.criteria,
            "resolution_source": item.resolution_source,
            "condition": item.condition.value if item.condition else None,
            "condition_statement": item.condition_statement,
            "said": "; ".join(wording.voice(voice) for voice in item.voices),
            "as_of": f"{waiting.as_of}", "within": waiting.within,
        }
        for kind, items in (("due", waiting.items), ("condition", waiting.conditions))
        for number, item in enumerate(items, 1)
    ]  # fmt: skip
    return _written(QUEUE, rows)


QUEUE: Final = (
    "row", "number", "total", "question", "overdue", "days", "opens", "closes", "statement",
    "criteria", "resolution_source", "condition", "condition_statement", "said", "as_of", "within",
)  # fmt: skip


def _written(names: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> str:
    """
    A line of names, and a line for each row, which has its values in their order.
    """
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([cell(value) for value in row.values()] for row in rows)
    return target.getvalue()


def cell(value: Cell) -> str:
    r"""
    One cell: figures as they are, text that no spreadsheet computes.

    >>> cell("=cmd()"), cell(-0.5), cell("\t@x"), cell(None), cell(True)
    ("'=cmd()", '-0.5', "'@x", '', 'true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = inert(value)
        return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
    return repr(value)


def _group(group: Group) -> dict[str, Cell]:
    interval = group.brier_interval or (None, None)
    bounds = group.brier_bounds or (None, None)
    return {
        "group": group.group,
        "label": group.label,
        "claims": group.claims,
        "unscorable": sum(group.unscorable.values()),
        **{f"unscorable_{_name(why)}": group.unscorable.get(why, 0) for why in Unscorable},
        "unscorable_share": group.unscorable_share,
        "forecasts": group.forecasts,
        "questions": group.questions,
        "matured": group.matured,
        "scored": group.scored,
        "brier": group.brier,
        "brier_low": group.brier_low,
        "brier_high": group.brier_high,
        "brier_interval_low": interval[0],
        "brier_interval_high": interval[1],
        "base_rate": group.base_rate,
        "mean_probability": group.mean_probability,
        "early_n": group.early.n,
        "early_brier": group.early.brier,
        "open": group.open,
        "overdue": group.overdue,
        "provisional": group.provisional,
        "brier_bounds_low": bounds[0],
        "brier_bounds_high": bounds[1],
        "ambiguous": group.ambiguous,
        "annulled": sum(group.annulled.values()),
        **{f"annulled_{_name(why)}": group.annulled.get(why, 0) for why in Annulment},
        "late": group.late,
        "not_in_lexicon": group.not_in_lexicon,
        "assumed": group.assumed,
        "implied": group.implied,
        "assumed_phrases": group.assumed_phrases,
        "inferred_dates": group.inferred_dates,
        "hindsight": group.hindsight,
        "too_few_to_rank": group.too_few_to_rank,
        **_quality(group),
    }


def _quality(group: Group) -> dict[str, Cell]:
    """
    The figures beside the headline where there are any, nested ones joined by an underscore.
    """
    if group.quality is None:
        return {}
    from foretrack.report.quality import flat

    return flat(group.quality)


def _convention(how: Convention) -> dict[str, Cell]:
    return {
        "as_of": how.as_of.isoformat(),
        "cohort": how.cohort.value,
        "updates": how.updates.value,
        "basis": how.basis,
        "lexicon": how.lexicon,
        "left_out": how.left_out,
        "convention": wording.convention(how),
    }


def _name(reason: str) -> str:
    return reason.replace("-", "_")

"""
The scores of a table of forecasts: for a terminal and for a mail, and as plain data.

Keys of the JSON document are stable; a figure that cannot be given is null, an infinite one the
text ``infinite``.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from foretrack.core.bootstrap import FEWEST
from foretrack.core.luck import RESAMPLED_UP_TO, RESAMPLES
from foretrack.core.recalibration import NotEstimable
from foretrack.core.rules import DECIMALS
from foretrack.report import as_json
from foretrack.report.as_csv import cell
from foretrack.report.outlines.grades import blocks, line
from foretrack.report.quality import in_the_large, skill
from foretrack.report.sheet import Sheet

if TYPE_CHECKING:
    from rich.console import RenderableType

    from foretrack.core.decomposition import Corp
    from foretrack.core.grades import Bootstrap, Grade, Graded
    from foretrack.report.as_csv import Cell


def table(found: Graded) -> RenderableType:
    """
    For a terminal.
    """
    return Sheet(blocks(found))


def markdown(found: Graded) -> str:
    """
    For a mail or a pull request.
    """
    from foretrack.report.as_markdown import outline  # loads every outline there is

    return outline(blocks(found))


# JSON


def document(found: Graded, *, version: str) -> dict[str, Any]:
    """
    The figures as a JSON document: ``convention``, ``updates``, ``by``, ``overall``, ``groups``.
    """
    return {
        "kind": "score",
        "foretrack": version,
        "convention": _convention(found),
        "updates": found.choice.updates.value,
        "by": found.choice.by,
        "overall": _figures(found.overall),
        "groups": [{"group": name, **_figures(grade)} for name, grade in found.groups.items()],
    }


def _convention(found: Graded) -> dict[str, Any]:
    choice = found.choice
    shared = {name: as_json.value(grade.skill.n) for name, grade in found.groups.items()}
    return {
        "brier": "mean of (p - y)², 0 best, 1 worst",
        "log_score": "mean of -ln p(outcome), 0 best",
        "decimals": DECIMALS,
        "bins": "[k/10, (k + 1)/10), the last one closed",
        "clip": choice.clip,
        "reference": choice.reference,
        "shared_with_reference": shared,
        "resamples": RESAMPLES if choice.resamples is None else choice.resamples,
        "resampled_up_to": RESAMPLED_UP_TO if choice.resamples is None else None,
        "seed": choice.seed,
        "sources": list(choice.sources) or None,
        "tables": list(found.tables),
        "rows": found.rows,
        "left_out": found.left_out,
        "line": line(found),
    }


def _figures(grade: Grade) -> dict[str, Any]:
    slope = "not estimable" if isinstance(grade.slope, NotEstimable) else grade.slope
    murphy, ten = grade.murphy, grade.murphy_10
    value: dict[str, Any] = as_json.value(
        {
            "n": grade.n,
            "questions": grade.questions,
            "clusters": grade.clusters,
            "events_occurred": grade.events_occurred,
            "repeated": grade.repeated,
            "base_rate": grade.base_rate,
            "mean_probability": grade.mean_probability,
            "brier": grade.brier,
            "brier_interval": grade.brier_interval,
            "log_score": grade.log_score,
            "log_infinite": grade.log_infinite,
            "corp": {
                **_parts(grade.corp),
                "mcb_under_calibration": grade.mcb_under_calibration,
                "p_value": grade.p_value,
            },
            "corp_log": _parts(grade.corp_log),
            "murphy": {"rel": murphy.rel, "res": murphy.res, "unc": murphy.unc},
            "murphy_10": ten,
            "calibration_10": grade.calibration_10,
            "in_the_large": in_the_large(grade.in_the_large),
            "slope": slope,
            "skill": skill(grade.skill),
            "n_effective": grade.n_effective,
        }
    )
    if grade.brier_bootstrap is not None:
        value["brier_bootstrap"] = _bootstrap(grade.brier_bootstrap)
    return value


def _bootstrap(found: Bootstrap) -> dict[str, Any]:
    """
    The interval, or why there is none.
    """
    shown: dict[str, Any] = {"replicates": found.replicates, "interval": found.interval}
    if found.interval is None:
        shown["reason"] = f"fewer than {FEWEST} clusters"
    value: dict[str, Any] = as_json.value(shown)
    return value


def _parts(corp: Corp) -> dict[str, float]:
    return {"mcb": corp.mcb, "dsc": corp.dsc, "unc": corp.unc}


# CSV


def sheet(found: Graded) -> str:
    """
    A line for each group and one for all together, told apart by the first column.
    """
    lines = [
        {"row": kind, "by": found.choice.by, "group": name, **_flat(grade), **_how(found)}
        for kind, groups in (("group", found.groups), ("overall", {"": found.overall}))
        for name, grade in groups.items()
    ]
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(lines[0])
    writer.writerows([cell(value) for value in one.values()] for one in lines)
    return target.getvalue()


def _how(found: Graded) -> dict[str, Cell]:
    return {
        "updates": found.choice.updates.value,
        "clip": found.choice.clip,
        "rows": found.rows,
        "left_out": found.left_out,
        "convention": line(found),
    }


def _flat(grade: Grade) -> dict[str, Cell]:
    """
    The figures of the JSON document, nested ones under names joined by an underscore.
    """
    figures = _figures(grade)
    low, high = figures.pop("brier_interval") or (None, None)
    figures.pop("calibration_10")
    drawn = figures.pop("brier_bootstrap", None)
    empty = dict.fromkeys(("difference", "p_value", "z", "reason"))
    large = {**empty, **figures.pop("in_the_large")}
    saved = {**dict.fromkeys(("reference", "value", "reason")), **figures.pop("skill")}
    flat: dict[str, Cell] = {}
    for name, value in {**figures, "in_the_large": large, "skill": saved}.items():
        if isinstance(value, dict):
            flat |= {f"{name}_{part}": held for part, held in value.items()}
        else:
            flat[name] = value
        if name == "brier":
            flat |= {"brier_interval_low": low, "brier_interval_high": high}
    if drawn is not None:
        low, high = drawn["interval"] or (None, None)
        flat |= {"brier_bootstrap_low": low, "brier_bootstrap_high": high}
    return flat

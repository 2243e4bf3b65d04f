"""
The figures beside a headline, as a document holds them.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from foretrack.core.recalibration import NotEstimable
from foretrack.report.as_json import value

if TYPE_CHECKING:
    from foretrack.core.calibration import Row
    from foretrack.core.decomposition import Corp
    from foretrack.core.grades import Skill as Compared
    from foretrack.core.quality import Quality, Skill
    from foretrack.core.recalibration import InTheLarge

NOT_ESTIMABLE: Final = "not estimable"
UNDEFINED: Final = "undefined"


def document(found: Quality) -> dict[str, Any]:
    """
    The figures under stable keys, the same as those of ``foretrack score`` where both have them.

    A figure that cannot be given is null, an infinite one the text ``infinite``, a slope that does
    not exist ``not estimable`` and a skill without a reference ``undefined``.
    """
    luck, murphy, large, fit = found.luck, found.murphy, found.in_the_large, found.slope
    corp = _parts(found.corp)
    if corp is not None:
        corp["mcb_under_calibration"] = luck.under_calibration if luck else None
        corp["p_value"] = luck.p_value if luck else None
    test: dict[str, Any] | None = None
    if large is not None:
        test = in_the_large(large)
    estimated = NOT_ESTIMABLE if isinstance(fit, NotEstimable) else fit.value if fit else None
    content: dict[str, Any] = value(
        {
            "n": found.n,
            "events_occurred": found.events_occurred,
            "repeated": found.repeated,
            "log_score": found.log_score,
            "log_infinite": found.log_infinite,
            "corp": corp,
            "corp_log": _parts(found.corp_log),
            "murphy": murphy and {"rel": murphy.rel, "res": murphy.res, "unc": murphy.unc},
            "murphy_10": found.murphy_10,
            "calibration_10": [_bin(row) for row in found.calibration_10],
            "in_the_large": test,
            "slope": estimated,
            "skill": {**skill(found.skill), "n": found.skill.n},
            "n_effective": found.n_effective,
            "clusters": found.clusters,
            "open_bounds": found.open_bounds,
        }
    )
    return content


def flat(found: Quality) -> dict[str, str | int | float | None]:
    """
    The figures of the document in one row, the same columns whatever is there.
    """
    figures = document(found)
    low, high = figures.pop("open_bounds") or (None, None)
    figures.pop("calibration_10")  # rows of its own
    nested = {
        "corp": ("mcb", "dsc", "unc", "mcb_under_calibration", "p_value"),
        "corp_log": ("mcb", "dsc", "unc"),
        "murphy": ("rel", "res", "unc"),
        "murphy_10": ("rel", "res", "unc", "wbv", "wbc"),
        "in_the_large": ("difference", "p_value", "z", "reason"),
        "skill": ("reference", "value", "reason", "n"),
    }
    cells: dict[str, str | int | float | None] = {}
    for name, held in figures.items():
        if name in nested:
            cells |= {f"{name}_{part}": (held or {}).get(part) for part in nested[name]}
        else:
            cells[name] = held
    return {**cells, "open_bounds_low": low, "open_bounds_high": high}


def in_the_large(found: InTheLarge) -> dict[str, Any]:
    """
    The difference with its p-value or z, or with a p-value of null and the reason.
    """
    if found.untested is not None:
        return {"difference": found.difference, "p_value": None, "reason": found.untested}
    test = {"p_value": found.p_value} if found.z is None else {"z": found.z}
    return {"difference": found.difference, **test}


def undefined(found: Skill | Compared) -> str:
    """
    Why there is no skill.
    """
    if found.n:
        return f"{found.reference} is never wrong"
    recorded = {"base-rate": "a base rate", "status-quo": "a status quo"}
    if found.reference in recorded:
        return f"no scored question has {recorded[found.reference]} on record"
    with suppress(ValueError):
        float(found.reference)
        return "nothing is scored"
    return f"no question in common with {found.reference}"


def skill(found: Skill | Compared) -> dict[str, Any]:
    """
    The reference and the value, or ``undefined`` with the reason.
    """
    if found.value is None:
        return {"reference": found.reference, "value": UNDEFINED, "reason": undefined(found)}
    return {"reference": found.reference, "value": found.value}


def _bin(row: Row) -> dict[str, Any]:
    return {
        "low": row.low,
        "high": row.high,
        "n": float(row.n) if row.n.denominator != 1 else int(row.n),
        "mean_probability": row.mean_probability,
        "observed": row.observed,
        "wilson": row.wilson,
    }


def _parts(found: Corp | None) -> dict[str, float | None] | None:
    return None if found is None else {"mcb": found.mcb, "dsc": found.dsc, "unc": found.unc}

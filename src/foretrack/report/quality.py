"""
The figures beside a headline, as a document holds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from foretrack.core.recalibration import NotEstimable
from foretrack.report.as_json import value

if TYPE_CHECKING:
    from foretrack.core.decomposition import Corp
    from foretrack.core.quality import Quality

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
    test: dict[str, float | None] | None = None
    if large is not None:
        test = {"difference": large.difference}
        test |= {"p_value": large.p_value} if large.z is None else {"z": large.z}
    estimated = NOT_ESTIMABLE if isinstance(fit, NotEstimable) else fit.value if fit else None
    content: dict[str, Any] = value(
        {
            "log_score": found.log_score,
            "log_infinite": found.log_infinite,
            "corp": corp,
            "corp_log": _parts(found.corp_log),
            "murphy": murphy and {"rel": murphy.rel, "res": murphy.res, "unc": murphy.unc},
            "in_the_large": test,
            "slope": estimated,
            "skill": {
                "reference": found.skill.reference,
                "value": UNDEFINED if found.skill.value is None else found.skill.value,
                "n": found.skill.n,
            },
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
    nested = {
        "corp": ("mcb", "dsc", "unc", "mcb_under_calibration", "p_value"),
        "corp_log": ("mcb", "dsc", "unc"),
        "murphy": ("rel", "res", "unc"),
        "in_the_large": ("difference", "p_value", "z"),
        "skill": ("reference", "value", "n"),
    }
    cells: dict[str, str | int | float | None] = {}
    for name, held in figures.items():
        if name in nested:
            cells |= {f"{name}_{part}": (held or {}).get(part) for part in nested[name]}
        else:
            cells[name] = held
    return {**cells, "open_bounds_low": low, "open_bounds_high": high}


def _parts(found: Corp | None) -> dict[str, float | None] | None:
    return None if found is None else {"mcb": found.mcb, "dsc": found.dsc, "unc": found.unc}

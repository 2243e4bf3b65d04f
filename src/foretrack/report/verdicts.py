"""
Verdicts in words: what became of a window, and whether luck explains a figure.

Apart from the plain words because they load what scores, which the queue does without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack.core.dossier import Ending
from foretrack.core.page import VERDICT_FROM
from foretrack.core.quality import VERDICT_FROM as JUDGED_FROM
from foretrack.core.reliability import BAND_FROM
from foretrack.report.wording import number, score

if TYPE_CHECKING:
    from foretrack.core.dossier import Window
    from foretrack.core.page import Hit
    from foretrack.core.reliability import Reliability


def verdict(hit: Hit) -> str:
    """
    Whether what came true agrees with what the phrase stands for.
    """
    if hit.agrees is not None:
        return "meets the band" if hit.agrees else "misses the band"
    if hit.n < VERDICT_FROM:
        return f"none below n = {VERDICT_FROM}"
    return "none without a band"


def ending(one: Window) -> str:
    """
    What became of a window.
    """
    match one.ending:
        case Ending.YES:
            return f"yes, {one.settled}" if one.settled else "yes"
        case Ending.NO:
            return f"no, impossible from {one.settled}" if one.settled else "no"
        case Ending.ANNULLED:
            return f"annulled: {one.reason}" if one.reason else "annulled"
        case Ending.OPEN | Ending.OVERDUE if one.condition is not None:
            return f"{one.ending.value}, condition {one.condition.value}"
    return one.ending.value


def undrawn(found: Reliability) -> str:
    """
    Why a source has too little for a reliability diagram.
    """
    return f"{number(found.n)} scored" if found.n else "nothing scored yet"


def miscalibrated(found: Reliability) -> str:
    """
    Whether luck explains how far a source's curve is from the diagonal.
    """
    if found.luck is None and found.n >= BAND_FROM:
        return (
            "no consistency band; `--diagram` draws it for any number of forecasts,"
            " --resamples from 19 on"
        )
    if found.luck is None:
        return "too few for a consistency band, or for any verdict"
    by_luck = (
        f"luck alone gives {score(found.luck.under_calibration)} on average and as much with"
        f" p = {found.luck.p_value:.3f}"
    )
    if found.n < JUDGED_FROM:
        return f"{by_luck}; no verdict below n = {JUDGED_FROM}"
    if found.luck.p_value < 0.05:
        return f"{by_luck}: more than luck explains"
    return f"{by_luck}: luck explains it"

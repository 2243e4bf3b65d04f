"""
What a drawing shows, in words: for whoever hears it read, and beside it for everybody.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from foretrack.report import verdicts, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foretrack.core.dossier import Window
    from foretrack.core.page import Hit
    from foretrack.core.reliability import Reliability, Said
    from foretrack.core.scorecard import Group


def score(group: Group) -> str:
    """
    What the strip of a source shows.
    """
    if group.brier is None:
        parts = ["no Brier score"]
    else:
        ends = wording.score_range((group.brier_low, group.brier_high))
        parts = [f"Brier {wording.score(group.brier)}", f"lexicon band {ends}"]
        interval = wording.score_range(group.brier_interval)
        parts.append(f"95% interval {interval}" if group.brier_interval else "no interval")
    if group.brier_bounds:
        low, high = (wording.score(end) for end in group.brier_bounds)
        parts.append(f"with what is overdue {low} to {high}")
    if group.early.brier is not None:
        parts.append(f"early resolutions {wording.score(group.early.brier)}")
    return f"{group.label}: {', '.join(parts)}"


def rate(hit: Hit, *, whose: str) -> str:
    """
    What the strip of a phrase shows.

    Args:
        hit: The row.
        whose: Who used the phrase.
    """
    said = wording.band(hit.point, hit.low, hit.high)
    return (
        f"“{hit.words}”, {whose}: {wording.share(hit.observed)} came true, 95% interval"
        f" {wording.interval_of_share(hit.wilson)}, lexicon {said}"
    )


def window(one: Window) -> str:
    """
    What the strip of a window shows.
    """
    return f"{one.opens} to {one.closes}: {verdicts.ending(one)}"


def outside(found: Reliability) -> set[float]:
    """
    The probabilities whose points lie outside the consistency band; none without a band.
    """
    edges = {edge.p: edge for edge in found.luck.edges} if found.luck else {}
    return {
        said.p
        for said in found.said
        if said.p in edges and not edges[said.p].low <= said.recalibrated <= edges[said.p].high
    }


def reliability(found: Reliability) -> str:
    """
    What a reliability diagram shows, step by step: probabilities that came true alike are one.
    """
    told = f"{wording.number(found.n)} scored questions. " + "; ".join(_steps(found)) + "."
    if found.luck is None:
        return told
    return f"{told} {'The others' if outside(found) else 'All'} lie inside the consistency band."


def _steps(found: Reliability) -> Iterator[str]:
    apart = outside(found)
    for share, members in groupby(found.said, lambda said: said.recalibrated):
        step: list[Said] = list(members)
        ends = [wording.probability(step[at].p) for at in (0, -1)]
        told = f"said {' to '.join(dict.fromkeys(ends))}, came true {wording.share(share)}"
        if n := sum(said.p in apart for said in step):
            where = "" if n == len(step) else f"{n:,} of {len(step):,} "
            told += f" ({where}outside the consistency band)"
        yield told

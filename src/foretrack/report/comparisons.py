"""
Comparisons for other programs: documents with stable keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foretrack.core.duel import verdict
from foretrack.core.watching import FEWEST_FOR_A_VERDICT
from foretrack.report.as_json import convention, document, value
from foretrack.report.outlines.watch import assumptions

if TYPE_CHECKING:
    from foretrack.core.dictionary import Dictionary
    from foretrack.core.duel import Duels, Field
    from foretrack.core.rates import RatesBy
    from foretrack.core.rereading import Rereading
    from foretrack.core.vigil import Vigil


def duels(found: Duels, *, version: str, seed: int) -> dict[str, Any]:
    """
    Pairs: ``by``, ``seed``, ``convention``, ``sources``, ``pairs``.
    """
    return document(
        "compare",
        version=version,
        as_of=found.convention.as_of,
        by=found.by,
        seed=seed,
        convention=convention(found.convention),
        sources=found.contenders,
        pairs=found.pairs,
    )


def field(found: Field, *, version: str) -> dict[str, Any]:
    """
    All sources: ``by``, ``convention``, ``components``, ``without``.
    """
    components = [
        {
            "questions": component.questions,
            "mean": component.mean,
            "tau": component.tau,
            "sources": [
                {"label": found.labels[one.source], **value(one), "verdict": verdict(one)}
                for one in component.sources
            ],
        }
        for component in found.components
    ]
    return document(
        "compare-all",
        version=version,
        as_of=found.convention.as_of,
        by=found.by,
        convention=convention(found.convention),
        components=components,
        without=found.without,
    )


def reread(found: Rereading, *, version: str) -> dict[str, Any]:
    """
    Lexicons: ``by``, ``convention``, ``labels``, ``in_use``, ``readings``, ``flips``.
    """
    return document(
        "lexicon-compare",
        version=version,
        as_of=found.convention.as_of,
        by=found.by,
        convention=convention(found.convention),
        labels=found.labels,
        in_use=found.in_use,
        readings=found.readings,
        flips=found.flips,
    )


def phrases(found: Dictionary, *, version: str) -> dict[str, Any]:
    """
    A dictionary: ``source`` (null for all together), ``phrases``, ``numbers``, and by ``groups``.
    """
    return document(
        "phrases",
        version=version,
        as_of=found.convention.as_of,
        source=found.source,
        by=found.by,
        convention=convention(found.convention),
        phrases=found.words,
        numbers=found.numbers,
        groups=[
            {
                "group": one.group,
                "label": one.label,
                "phrases": one.words,
                "numbers": one.numbers,
            }
            for one in found.groups
        ],
    )


def watch(found: Vigil, *, version: str) -> dict[str, Any]:
    """
    What is watched: ``threshold``, ``rate``, ``merged``, ``assumptions``, and what of ``watched``.
    """
    watched = [
        {
            "source": one.source,
            "than": one.than,
            "label": found.labels.get(one.source, one.source),
            **{name: item for name, item in value(one.watch).items() if name != "path"},
            "believed": one.believed,
            "unread": one.unread,
            "path": [week._asdict() for week in one.watch.path],
        }
        for one in found.watched
    ]
    return document(
        "watch",
        version=version,
        as_of=found.convention.as_of,
        by=found.by,
        convention=convention(found.convention),
        threshold=found.threshold,
        rate=found.rate,
        clip=found.clip,
        hypotheses=found.hypotheses,
        merged=found.merged,
        apart=found.apart,
        few_below=FEWEST_FOR_A_VERDICT,
        assumptions=assumptions(found),
        watched=watched,
    )


def rates(found: RatesBy, *, version: str) -> dict[str, Any]:
    """
    Calibration group by group: ``source`` (null for all), ``by``, ``convention``, ``groups``.
    """
    return document(
        "calibration",
        version=version,
        as_of=found.convention.as_of,
        source=found.source,
        by=found.by,
        convention=convention(found.convention),
        groups=found.groups,
    )

"""
Finished data as the program would hand it over, and a console to show it on.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from foretrack.core.agenda import Due, Queue, Voice
from foretrack.core.cohort import Standing
from foretrack.core.page import Calibration, Hit, LeftOut, Line, Page
from foretrack.core.scorecard import Convention, Early, Group, Scorecard
from foretrack.core.vocabulary import (
    Cohort,
    ConditionIs,
    HorizonBasis,
    Outcome,
    Polarity,
    Reading,
    Updates,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from syrupy.assertion import SnapshotAssertion

AS_OF = date(2026, 11, 21)
HOSTILE = '[bold]red[/bold] \x1b[31m\nnext\u202e =cmd() <script>alert(1)</script> | `x` **b** "q"'


class TextFile(SingleFileSnapshotExtension):
    """
    A snapshot in a text file of its own.
    """

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(TextFile)


@pytest.fixture
def show() -> Callable[..., str]:
    """
    What a console of some width prints, without colour.
    """

    def shown(renderable: Any, *, width: int = 100, encoding: str = "utf-8") -> str:
        target = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
        Console(
            width=width, no_color=True, file=target, force_terminal=False, legacy_windows=False
        ).print(renderable)
        target.flush()
        raw = target.buffer
        assert isinstance(raw, io.BytesIO)
        return raw.getvalue().decode(encoding)

    return shown


@pytest.fixture
def hostile() -> str:
    return HOSTILE


@pytest.fixture
def convention() -> Convention:
    return Convention(
        as_of=AS_OF,
        cohort=Cohort.MATURED,
        updates=Updates.TIME,
        basis="all",
        lexicon="survey-2026.1",
        declared={},
        left_out=0,
    )


def group(key: str, label: str, **figures: Any) -> Group:
    """
    A row in which everything that is not named is nothing.
    """
    nothing: dict[str, Any] = {
        "claims": 0,
        "unscorable": {},
        "unscorable_share": None,
        "forecasts": 0,
        "questions": figures.get("forecasts", 0),
        "matured": 0,
        "scored": 0,
        "brier": None,
        "brier_low": None,
        "brier_high": None,
        "brier_interval": None,
        "base_rate": None,
        "mean_probability": None,
        "early": Early(n=0, brier=None),
        "open": 0,
        "overdue": 0,
        "provisional": figures.get("overdue", 0) > 0,
        "brier_bounds": None,
        "ambiguous": 0,
        "annulled": {},
        "late": 0,
        "not_in_lexicon": 0,
        "assumed": 0,
        "implied": 0,
        "assumed_phrases": 0,
        "inferred_dates": 0,
        "hindsight": 0,
        "too_few_to_rank": figures.get("scored", 0) < 10,
    }
    return Group(group=key, label=label, **{**nothing, **figures})


@pytest.fixture
def gruzer() -> Group:
    return group(
        "gruzer",
        "Marina Gruzer",
        claims=11,
        unscorable={"hedge": 4, "no-horizon": 1},
        unscorable_share=5 / 11,
        forecasts=6,
        matured=1,
        scored=1,
        brier=0.0784,
        brier_low=0.04,
        brier_high=0.1225,
        base_rate=1.0,
        mean_probability=0.72,
        early=Early(n=2, brier=0.3592),
        open=3,
        assumed=1,
        assumed_phrases=1,
        hindsight=3,
    )


@pytest.fixture
def card(convention: Convention, gruzer: Group) -> Scorecard:
    jordan = group(
        "jordan",
        "Jonathan Jordan",
        claims=18,
        unscorable={"hedge": 11, "attributed": 2, "no-criteria": 2},
        unscorable_share=13 / 16,
        forecasts=3,
        matured=1,
        open=2,
        overdue=1,
        brier_bounds=(0.04, 0.64),
        assumed=2,
        implied=1,
    )
    site = group(
        "research-site",
        "Unnamed research site",
        claims=19,
        unscorable={"hedge": 12, "no-horizon": 4, "ordinal": 1, "duplicate": 2},
        unscorable_share=1.0,
    )
    rinna = group(
        "rinna",
        "Anthony V. Rinna",
        claims=9,
        unscorable={"hedge": 7},
        unscorable_share=7 / 9,
        forecasts=2,
        matured=2,
        scored=2,
        brier=0.04,
        brier_low=0.01625,
        brier_high=0.0725,
        brier_interval=(0.0, 0.1),
        base_rate=0.0,
        mean_probability=0.2,
        hindsight=2,
        assumed=2,
    )
    blog = group(
        "ir-students-blog",
        "Unnamed students' blog on international relations",
        claims=12,
        unscorable={"hedge": 5, "no-criteria": 2},
        unscorable_share=7 / 12,
        forecasts=5,
        matured=4,
        scored=2,
        brier=0.305,
        brier_low=0.215,
        brier_high=0.41,
        brier_interval=(0.09, 0.52),
        base_rate=0.5,
        mean_probability=0.6,
        open=0,
        overdue=1,
        brier_bounds=(0.21, 0.42),
        annulled={"condition-unmet": 1},
        late=1,
        assumed=3,
        inferred_dates=5,
        hindsight=2,
    )
    overall = group(
        "overall",
        "all together",
        claims=69,
        unscorable={
            "attributed": 2,
            "duplicate": 2,
            "hedge": 39,
            "no-criteria": 4,
            "no-horizon": 5,
            "ordinal": 1,
        },
        unscorable_share=49 / 65,
        forecasts=16,
        matured=8,
        scored=5,
        brier=0.15368,
        brier_low=0.1005,
        brier_high=0.2175,
        base_rate=0.4,
        mean_probability=0.464,
        early=Early(n=2, brier=0.3592),
        open=5,
        overdue=2,
        brier_bounds=(0.12, 0.29),
        annulled={"condition-unmet": 1},
        late=1,
        assumed=8,
        implied=1,
        assumed_phrases=1,
        inferred_dates=5,
        hindsight=7,
    )
    return Scorecard(
        by="source",
        convention=convention,
        groups=(gruzer, blog, jordan, site, rinna),
        overall=overall,
    )


def line(claim: str, statement: str, **given: Any) -> Line:
    """
    A forecast that is open unless something else is named.
    """
    plain: dict[str, Any] = {
        "source": "gruzer",
        "question": claim.removeprefix("gruzer-2024-"),
        "says": statement,
        "words": "likely",
        "polarity": Polarity.SAME,
        "probability": 0.72,
        "low": 0.65,
        "high": 0.8,
        "made": date(2024, 5, 28),
        "closes": date(2027, 5, 28),
        "horizon": HorizonBasis.HEADING,
        "reading": Reading.EXPLICIT,
        "inferred": False,
        "joint": None,
        "standing": Standing.OPEN,
        "outcome": None,
        "settled": None,
        "reason": None,
        "weight": 1.0,
        "coverage": 1.0,
        "brier": None,
    }
    return Line(claim=claim, statement=statement, **{**plain, **given})


@pytest.fixture
def lines() -> tuple[Line, ...]:
    return (
        line(
            "gruzer-2024-alliance",
            "Russia and North Korea conclude a treaty that obliges each to help the other with"
            " armed force if it is attacked.",
            words="unlikely",
            probability=0.2,
            low=0.1,
            high=0.25,
            standing=Standing.EARLY,
            outcome=Outcome.YES,
            settled=date(2024, 6, 19),
            brier=0.64,
        ),
        line(
            "gruzer-2024-shipments",
            "Container shipments from Rajin to Russian ports go on.",
            closes=date(2025, 5, 28),
            standing=Standing.SCORED,
            outcome=Outcome.YES,
            settled=date(2024, 9, 3),
            brier=0.0784,
            horizon=HorizonBasis.ASSUMED,
        ),
        line(
            "gruzer-2024-no-test",
            "North Korea tests a nuclear device.",
            says="North Korea will not test a nuclear device",
            words="will not",
            polarity=Polarity.OPPOSITE,
            probability=0.03,
            low=0.0,
            high=0.1,
            closes=date(2026, 5, 28),
            standing=Standing.OVERDUE,
        ),
        line(
            "gruzer-2024-summit",
            "The leaders of China, Russia and North Korea meet in one place.",
            weight=0.4,
        ),
        line(
            "gruzer-2024-sanctions",
            "The panel of experts is restored.",
            standing=Standing.ANNULLED,
            outcome=Outcome.ANNULLED,
            reason="condition-unmet",
        ),
        line(
            "gruzer-2024-visit",
            "The president visits Pyongyang.",
            words="a fair shot",
            probability=None,
            low=None,
            high=None,
            standing=Standing.SCORED,
            outcome=Outcome.YES,
            settled=date(2024, 6, 19),
            closes=date(2025, 5, 28),
        ),
    )


@pytest.fixture
def hits() -> tuple[Hit, ...]:
    return (
        Hit(
            words="unlikely",
            point=0.2,
            low=0.1,
            high=0.25,
            n=2,
            hits=1,
            observed=0.5,
            wilson=(0.0945, 0.9055),
            agrees=None,
            claims=("gruzer-2024-alliance", "gruzer-2024-troops"),
        ),
        Hit(
            words="likely",
            point=0.72,
            low=0.65,
            high=0.8,
            n=12,
            hits=4,
            observed=1 / 3,
            wilson=(0.1381, 0.6094),
            agrees=False,
            claims=("gruzer-2024-shipments",),
        ),
        Hit(
            words="0.9",
            point=0.9,
            low=0.9,
            high=0.9,
            n=1,
            hits=1,
            observed=1.0,
            wilson=(0.2065, 1.0),
            agrees=None,
            claims=("gruzer-2024-trade",),
        ),
    )


@pytest.fixture
def one_page(
    convention: Convention, gruzer: Group, lines: tuple[Line, ...], hits: tuple[Hit, ...]
) -> Page:
    return Page(
        convention=convention,
        group=gruzer,
        hits=hits[:1],
        lines=lines,
        left_out=(
            LeftOut(
                claim="gruzer-2024-undermine",
                says="the partnership weakens the sanctions regime",
                words="may",
                reason="hedge",
                note=None,
            ),
            LeftOut(
                claim="gruzer-2024-leverage",
                says="the partnership gives the smaller partner leverage",
                words="could",
                reason="hedge",
                note="said in the summary and in the text",
            ),
            LeftOut(
                claim="gruzer-2024-stability",
                says="the peninsula becomes less stable",
                words="likely",
                reason="no-horizon",
                note=None,
            ),
        ),
    )


@pytest.fixture
def calibration(convention: Convention, hits: tuple[Hit, ...]) -> Calibration:
    return Calibration(convention=convention, source=None, hits=hits)


def due(question: str, statement: str, *, closes: date, **given: Any) -> Due:
    """
    A question with one source's words on it.
    """
    days = (closes - AS_OF).days
    plain: dict[str, Any] = {
        "criteria": "Both governments say so.",
        "resolution_source": "Official gazettes",
        "opens": date(2024, 5, 28),
        "condition": None,
        "voices": (voice("gruzer", "Marina Gruzer", "unlikely"),),
    }
    return Due(
        question=question,
        statement=statement,
        closes=closes,
        days=days,
        overdue=days < 0,
        **{**plain, **given},
    )


def voice(source: str, name: str, words: str, polarity: Polarity = Polarity.SAME) -> Voice:
    return Voice(
        claim=f"{source}-1",
        source=source,
        name=name,
        words=words,
        polarity=polarity,
        made=date(2024, 5, 28),
    )


@pytest.fixture
def waiting() -> Queue:
    return Queue(
        as_of=AS_OF,
        within=14,
        items=(
            due(
                "dprk-nuclear-test-by-2026-01-13",
                "North Korea tests a nuclear device, by the finding of the treaty organisation's"
                " monitoring network or of the government in Seoul.",
                closes=date(2026, 1, 13),
                voices=(
                    voice("gruzer", "Marina Gruzer", "unlikely"),
                    voice("jordan", "Jonathan Jordan", "will not", Polarity.OPPOSITE),
                    voice("crowd", "A crowd", "0.07"),
                ),
            ),
            due(
                "ru-dprk-satellite-2026",
                "Russia launches a satellite for North Korea.",
                closes=date(2026, 11, 20),
                condition=ConditionIs.PENDING,
            ),
            due(
                "dprk-party-congress-2026",
                "The party holds a congress.",
                closes=date(2026, 11, 21),
            ),
            due(
                "ru-dprk-bridge-2026",
                "The road bridge over the Tumen opens to traffic.",
                closes=date(2026, 12, 1),
                condition=ConditionIs.MET,
            ),
        ),
        overdue=2,
        later=date(2027, 5, 28),
    )


@pytest.fixture
def hostile_card(convention: Convention, gruzer: Group) -> Scorecard:
    bad = replace(gruzer, group="gruzer", label=HOSTILE, unscorable={HOSTILE: 1})
    return Scorecard(
        by="article", convention=convention, groups=(bad, gruzer), overall=replace(bad, group="x")
    )


@pytest.fixture
def hostile_page(one_page: Page) -> Page:
    return replace(
        one_page,
        group=replace(one_page.group, label=HOSTILE),
        hits=tuple(replace(hit, words=HOSTILE) for hit in one_page.hits),
        lines=tuple(
            replace(line, statement=HOSTILE, words=HOSTILE, says=HOSTILE) for line in one_page.lines
        ),
        left_out=tuple(
            replace(claim, says=HOSTILE, words=HOSTILE, note=HOSTILE) for claim in one_page.left_out
        ),
    )


@pytest.fixture
def hostile_queue(waiting: Queue) -> Queue:
    return replace(
        waiting,
        items=tuple(
            replace(
                item,
                statement=HOSTILE,
                voices=tuple(replace(said, name=HOSTILE, words=HOSTILE) for said in item.voices),
            )
            for item in waiting.items
        ),
    )

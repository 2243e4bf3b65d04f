"""
How the figures are made, for whoever is handed them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from foretrack.core.calibration import FEWEST_FOR_A_VERDICT
from foretrack.core.quality import VERDICT_FROM
from foretrack.core.reliability import BAND_FROM
from foretrack.core.scorecard import FEW
from foretrack.report.outlines.blocks import Block, paragraph
from foretrack.report.text import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT: Final = f"""
From words to numbers.
The record keeps the words of a forecast. A lexicon gives each phrase a probability and a band; the
number is looked up when a score is asked for, so that the same words can be scored by another
lexicon. A phrase that the lexicon lacks is not scored.

Which questions count.
“By December” can come true on any day and can fail only at the end. Counting questions as they
resolve would therefore count mostly those that came true. The headline is taken over windows that
are over; what was resolved early stands beside it with its own number and joins it when its window
closes.

Brier score.
The mean of (p - y)², where p is the probability given to yes, and y is 1 if it happened and 0 if
not: 0 is best, 1 worst, and always saying 50% scores 0.25. Where a source changed its forecast,
each one counts for the time it stood, and the question counts once.

Band and interval.
The band is the score at the kind and at the unkind end of each phrase's band in the lexicon: it
says how much hangs on the reading of the words. The interval (95%, Student's t on the log odds of
the mean, by cluster of questions that one event would settle) says how much hangs on luck; below 20
questions it is too narrow. Below {FEW} no source is ranked.

Provisional.
While a window is over and undecided, the headline is provisional, and the range tells what it would
become if everything overdue went for the source, and if all of it went against it.

Reliability diagram.
What came true against what was said, by isotonic regression (CORP: Dimitriadis, Gneiting and Jordan
2021), which needs no bins. On the diagonal a source is calibrated; above it more came true than was
said. The consistency band is where nine in ten calibrated sources would lie at each point, by
resampling; it is left out below {BAND_FROM} questions. Brier = miscalibration - discrimination +
uncertainty. Miscalibration is never negative, so that luck alone makes some; nobody is called
miscalibrated below {VERDICT_FROM} questions.

What the words meant.
How often what a source called likely, unlikely, ... came true, in the claim's own frame, with
Wilson's 95% interval beside the lexicon's band; each question counts once, by the last forecast.
There is no verdict below {FEWEST_FOR_A_VERDICT}.

Unscorable.
A claim that says no time, no criterion or no probability cannot be scored. The share is that of a
source's own claims: duplicates and reports of other people's views are left out of it.
"""


def _topics() -> Iterator[tuple[str, str]]:
    for topic in _TEXT.strip().split("\n\n"):
        head, _, text = topic.partition("\n")
        yield head.removesuffix("."), text.replace("\n", " ")


METHOD: Final = tuple(_topics())
"""
Each topic with what there is to say about it.
"""


def method_blocks() -> Iterator[Block]:
    """
    A paragraph for each topic.
    """
    for head, text in METHOD:
        yield paragraph(Span(f"{head}. ", "strong"), text)

"""
The use case that hands out: everything about every source at once, from one view of the record.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from foretrack import due, evaluate, excerpt, itemize
from foretrack.core import agenda, dossier
from foretrack.db import journal
from foretrack.db.engine import reading
from foretrack.errors import ForetrackError
from foretrack.files import writing

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    import sqlalchemy as sa

    from foretrack.core.dossier import Dossier
    from foretrack.core.page import LeftOut
    from foretrack.core.records import Claim
    from foretrack.evaluate import Choice
    from foretrack.excerpt import Part

AHEAD: Final = 28
"""
Days that the report looks ahead.
"""


def report(
    engine: sa.Engine,
    choice: Choice,
    *,
    new_rng: Callable[[], random.Random],
    within: int = AHEAD,
) -> Dossier:
    """
    The report.

    Args:
        engine: The database.
        choice: Which forecasts count.
        new_rng: For each consistency band; the same seed gives the same report.
        within: How many days ahead the queue looks; it is that of the whole record, whatever
            part of it was chosen.
    """
    with reading(engine) as connection:
        card = evaluate.card_of(connection, choice, by="source")
        part = excerpt.of_source(connection, None)
        queue = due.queue_of(connection, as_of=choice.as_of, within=within)
        head = journal.head(connection)
    lines = itemize.lines_of(part, choice)
    return dossier.build(
        card,
        lines=lines,
        left_out=_left_out(part, choice),
        windows=_windows(part, {line.question for line in lines}, choice),
        clusters={name: one.cluster for name, one in part.questions.items()},
        queue=queue,
        head=dossier.Head(*head),
        new_rng=new_rng,
    )


def save(text: str, path: Path) -> None:
    """
    Put the report into a file, whole or not at all.

    Raises:
        ForetrackError: It cannot be written; the message names the file and says why.
    """
    if path.is_file() or not path.exists():
        writing.write(path.parent, {path.name: text})
        return
    try:  # a device or a pipe takes what it is given, and must not be replaced by a file
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ForetrackError(f"{path}: cannot be written: {error.strerror}") from error


def _left_out(part: Part, choice: Choice) -> dict[str, list[LeftOut]]:
    sources = {claim.id: claim.source for claim in part.claims}
    found: dict[str, list[LeftOut]] = defaultdict(list)
    for one in itemize.left_out_of(part, choice):
        found[sources[one.claim]].append(one)
    return found


def _windows(part: Part, questions: set[str], choice: Choice) -> list[dossier.Window]:
    said: dict[str, list[Claim]] = defaultdict(list)
    for claim in part.claims:
        if part.articles[claim.article].published.latest <= choice.as_of:
            said[claim.question or ""].append(claim)
    return [
        dossier.window(
            part.questions[name],
            said=agenda.voices(said[name], articles=part.articles, sources=part.sources),
            ledger=part.ledger.get(name, ()),
            as_of=choice.as_of,
        )
        for name in questions
    ]

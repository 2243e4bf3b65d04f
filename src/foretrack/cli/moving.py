"""
What a command that changes the record did to the headlines.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from foretrack.cli import asking
from foretrack.errors import ForetrackError

if TYPE_CHECKING:
    from collections.abc import Collection

    from foretrack.cli.app import App
    from foretrack.core.moves import Move
    from foretrack.core.scorecard import Scorecard
    from foretrack.db.tables import Entity

MANY: Final = 50_000
"""
Beyond so many claims of the sources concerned a change is not followed by two scorecards.
"""

_FEW: Final = 8
"""
So many sources are scored one by one, more of them all at once.
"""


class Headlines:
    """
    The headlines of some sources before a change, by the choice that ``scorecard`` makes unasked.

    Args:
        sources: Whose; None for all.

    Attributes:
        unknown: Why they are not compared; "" where they are.
    """

    def __init__(self, app: App, sources: Collection[str] | None = None) -> None:
        from foretrack import browse

        self.unknown = ""
        self._app = app
        self._sources = sources if sources is not None and len(sources) <= _FEW else None
        self._nobody = sources is not None and not sources
        n = 0 if self._nobody else browse.claims(app.engine, sources=self._sources)
        if n > MANY:
            self.unknown = (
                f"the headlines of {n:,} claims are not compared; `foretrack scorecard` shows them"
            )
        self._before = self._cards()

    def moved(self) -> tuple[Move, ...] | None:
        """
        The headlines that are different now; None where they are not compared.
        """
        from foretrack.core import moves

        after = self._cards()
        if self.unknown:
            return None
        found = [
            move
            for was, now in zip(self._before, after, strict=True)
            for move in moves.moves(was, now)
        ]
        return tuple(sorted(found, key=lambda move: (move.name, move.source)))

    def tell(self, *, why: str = "") -> None:
        """
        Say which headlines moved.

        Args:
            why: Why none did, where that is known.
        """
        from foretrack.report import as_table

        found = self.moved()
        if found is None:
            asking.say(self.unknown)
        else:
            self._app.show(as_table.moves(found, why=why))

    def _cards(self) -> list[Scorecard]:
        """
        The scorecards; what cannot be scored stops nothing that is to be stored, or was.
        """
        from foretrack import evaluate
        from foretrack.cli.options import choose

        if self.unknown or self._nobody:
            return []
        try:
            choice = choose(self._app)
            if self._sources is None:
                return [evaluate.score(self._app.engine, choice)]
            return [
                evaluate.score(self._app.engine, choice, source=source)
                for source in sorted(self._sources)
            ]
        except ForetrackError as refusal:
            self.unknown = f"the headlines cannot be compared: {refusal}"
            return []


class Touched:
    """
    What a claim that is withdrawn or brought back is for: a question, and a headline.

    Attributes:
        question: The question of the claim, if it is one and has one.
    """

    def __init__(self, app: App, entity: Entity, name: str) -> None:
        from foretrack import resolve
        from foretrack.db import tables

        self._app = app
        claim = resolve.claim(app.engine, name) if entity is tables.Entity.CLAIM else None
        self._why = "no forecast goes with it"
        if claim is not None:
            self._why = f"no forecast ({claim.unscorable})" if claim.unscorable else ""
        self.question = claim.question if claim is not None else None
        self._claim = name
        self._unmoved = self._stands()
        self._headlines = Headlines(app, {claim.source} if claim and self.question else ())

    def tell(self) -> None:
        """
        Say which headline moved.
        """
        self._headlines.tell(why=self._why or self._unmoved or self._stands())

    def _stands(self) -> str:
        """
        Why the claim, where it is live, moves no headline.
        """
        from foretrack import resolve
        from foretrack.cli.options import choose
        from foretrack.core.moves import unmoved

        if self.question is None:
            return ""
        with suppress(ForetrackError):  # a question that is withdrawn, or what cannot be scored
            found = resolve.case(self._app.engine, self.question)
            lines = resolve.lines(found, choose(self._app))
            if own := [line for line in lines if line.claim == self._claim]:
                return unmoved(own, closes=found.question.closes)
        return ""

"""
What the commands of the weekly review are given: weeks, tasks, names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from foretrack.cli.app import App
from foretrack.cli.options import Id
from foretrack.errors import ForetrackError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from foretrack.core.topics import Patience


class Week(click.ParamType[str]):
    """
    An ISO week as 2026-W47.
    """

    name = "week"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """
        How help names it.
        """
        del param, ctx
        return "WEEK"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """
        The week's id, or a usage error.
        """
        from foretrack.core import weeks

        found = weeks.parsed(str(value))
        return found or self.fail(f"{value!r} is no ISO week; write it as 2026-W47", param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """
        The weeks of the reviews so far, written as the beginning is.
        """
        found = Id("review").shell_complete(ctx, param, incomplete.lower())
        if "w" not in incomplete:
            for item in found:
                item.value = item.value.upper()
        return found


class ToDo(click.ParamType[str]):
    """
    A task; completion offers those that are still to be done.
    """

    name = "task"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """
        As it is: which one is meant, the record knows.
        """
        del param, ctx
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """
        Ids that begin with what was typed; nothing when there is no database.
        """
        del param
        from foretrack import meeting
        from foretrack.cli.completion import offer

        app = App(db=ctx.meta.get("db", ctx.find_root().params.get("db")))
        typed = incomplete.lower()
        try:
            tasks = meeting.unfinished(app.engine)
        except ForetrackError:
            return []
        return [offer(one.id, one.text) for one in tasks if one.id.startswith(typed)]


WEEK = Week()

_WEEKS = click.IntRange(min=1)
unseen_option = click.option(
    "--unseen", type=_WEEKS, metavar="WEEKS",
    help="An open question may be decided after so long without a look.  [default: 8]",
)  # fmt: skip
stale_option = click.option(
    "--stale", type=_WEEKS, metavar="WEEKS",
    help="A question is stale after so long without a change.  [default: 26]",
)  # fmt: skip


def patience(app: App, *, unseen: int | None = None, stale: int | None = None) -> Patience:
    """
    How long an open question may rest: what is given, or what the settings say.
    """
    from foretrack.core.topics import STALE, UNSEEN, Patience

    return Patience(
        unseen=unseen or app.settings.unseen_weeks or UNSEEN,
        stale=stale or app.settings.stale_weeks or STALE,
    )


def names_of(text: str) -> list[str]:
    """
    The names in a text with commas between.

    >>> names_of("Ann, Bo,")
    ['Ann', 'Bo']
    """
    return [name.strip() for name in text.split(",") if name.strip()]

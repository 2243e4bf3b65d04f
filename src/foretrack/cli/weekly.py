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

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


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


def names_of(text: str) -> list[str]:
    """
    The names in a text with commas between.

    >>> names_of("Ann, Bo,")
    ['Ann', 'Bo']
    """
    return [name.strip() for name in text.split(",") if name.strip()]

"""
Options and arguments that several commands share.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from foretrack.errors import ForetrackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from foretrack.cli.app import App
    from foretrack.evaluate import Choice


def day_of(text: str) -> date | None:
    """
    The day, or None: ``date.fromisoformat`` alone takes 20261121 and 2026-W47-6 too.

    The years are those of the files, 1000 to 2999, so that no span of days leaves the calendar.

    >>> day_of("2026-11-21"), day_of("2026-02-30"), day_of("20261121"), day_of("9999-12-31")
    (datetime.date(2026, 11, 21), None, None, None)
    """
    with suppress(ValueError):
        if re.fullmatch(r"[12]\d{3}-\d\d-\d\d", text.strip(), re.ASCII):
            return date.fromisoformat(text.strip())
    return None


class Day(click.ParamType[date]):
    """
    A calendar day as 2026-11-21.
    """

    name = "day"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """
        How help names it.
        """
        del param, ctx
        return "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """
        The day, or a usage error.
        """
        if isinstance(value, date):
            return value
        day = day_of(str(value))
        return day or self.fail(f"{value!r} is not a day; write it as 2026-11-21", param, ctx)


DAY = Day()


class Id(click.ParamType[str]):
    """
    An id or the beginning of one; completion offers those that begin so.

    Args:
        kinds: The kinds of record that are meant.
        withdrawn: Those that were withdrawn, not those that are live.
    """

    name = "id"

    def __init__(self, *kinds: str, withdrawn: bool = False) -> None:
        self.kinds = kinds
        self.withdrawn = withdrawn

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """
        Ids that begin with what was typed; nothing when there is no database.
        """
        del param
        from foretrack import browse
        from foretrack.cli.app import App
        from foretrack.cli.completion import offer
        from foretrack.db.tables import Entity

        root = ctx.find_root()
        app = App(db=ctx.meta.get("db", root.params.get("db")))
        entities = tuple(Entity(kind) for kind in self.kinds)
        try:
            found = browse.candidates(
                app.engine, incomplete, entities=entities, withdrawn=self.withdrawn
            )
        except ForetrackError:
            return []
        return [offer(name, words) for name, words in found]


class LexiconName(click.ParamType[str]):
    """
    A lexicon; completion offers those at hand, and files where no name begins so.
    """

    name = "name"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """
        Names that begin with what was typed.
        """
        del ctx, param
        from foretrack.cli.app import App
        from foretrack.cli.completion import a_file, offer

        try:
            library = App().library
        except ForetrackError:
            return []
        names = [name for name in library.names() if name.startswith(incomplete)]
        return [offer(name, library.get(name).title) for name in names] or [a_file(incomplete)]


class FiledArticle(click.ParamType[str]):
    """
    The id of an article in the folder of records, or the beginning of one; completion offers it.
    """

    name = "id"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """
        Ids that begin with what was typed; nothing when there is no folder.
        """
        del param
        from pathlib import Path

        from foretrack.cli.app import App
        from foretrack.cli.completion import offer
        from foretrack.files.folder import open_folder

        try:
            into = Path(ctx.params.get("into") or "forecasts")
            folder = open_folder(into, library=App().library)
        except (ForetrackError, OSError):
            return []
        held = folder.articles.values()
        return [offer(one.id, one.title) for one in held if one.id.startswith(incomplete)]


def format_option(*names: str) -> Callable[[Any], Any]:
    """
    ``--format``: a table for people unless another is asked for.
    """
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", *names]),
        default="table",
        show_default=True,
        help="How to show it.",
    )


as_of_option = click.option(
    "--as-of",
    type=DAY,
    help="What was said and decided by this day.  [default: today]",
)


_PART = (
    click.option("--horizon", metavar="WORDS", help="Only claims with these horizon words."),
    click.option("--until", type=DAY, help="Only claims made on this day or earlier."),
    click.option("--since", type=DAY, help="Only claims made on this day or later."),
    click.option("--tag", help="Only forecasts on questions with this tag."),
    click.option(
        "--lexicon",
        type=LexiconName(),
        metavar="NAME|FILE",
        help="Score every source by this lexicon, whatever it declares.",
    ),
    click.option(
        "--basis",
        type=click.Choice(["all", "stated"]),
        default="all",
        show_default=True,
        help="`stated` leaves out forecasts whose window was assumed.",
    ),
)
_HOW = (
    click.option(
        "--updates",
        type=click.Choice(["time", "first", "last", "each"]),
        default="time",
        show_default=True,
        help="How several forecasts by one source on one question count.",
    ),
    click.option(
        "--cohort",
        type=click.Choice(["matured", "resolved"]),
        default="matured",
        show_default=True,
        help="`resolved` counts early resolutions too, which is biased toward yes.",
    ),
)


def part_options(function: Callable[..., None]) -> Callable[..., None]:
    """
    The options that say which part of the record counts, and by which lexicon.
    """
    for option in (*_PART, as_of_option):
        function = option(function)
    return function


def choice_options(function: Callable[..., None]) -> Callable[..., None]:
    """
    The options that say which forecasts a score is taken over.
    """
    for option in (*_PART, *_HOW, as_of_option):
        function = option(function)
    return function


GROUPINGS = ("source", "author", "outlet", "article", "horizon", "phrase", "tag")


def by_option(words: str, *, default: str | None = "source") -> Callable[[Any], Any]:
    """
    ``--by``: what is grouped together.
    """
    return click.option(
        "--by", type=click.Choice(GROUPINGS), default=default, show_default=True, help=words
    )


seed_option = click.option(
    "--seed", type=int, default=0, show_default=True, help="Of what is drawn by lot."
)


def clip(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    """
    How far probabilities of 0 and 1 are moved: above 0 and at most 0.5.
    """
    if value is not None and not 0.0 < value <= 0.5:
        raise click.BadParameter(f"{value:g} is not above 0 and at most 0.5", ctx=ctx, param=param)
    return value


clip_option = click.option(
    "--clip",
    type=float,
    callback=clip,
    metavar="E",
    help="Move probabilities into [E, 1 - E] where 0 and 1 are rounded figures.",
)


def choose(
    app: App,
    *,
    as_of: date | None = None,
    cohort: str = "matured",
    updates: str = "time",
    basis: str = "all",
    lexicon: str | None = None,
    tag: str | None = None,
    since: date | None = None,
    until: date | None = None,
    horizon: str | None = None,
) -> Choice:
    """
    What the options chose.
    """
    from pathlib import Path

    from foretrack.core.cohort import Selection
    from foretrack.core.library import Library
    from foretrack.core.vocabulary import Cohort, Updates
    from foretrack.evaluate import Choice
    from foretrack.settings import read_lexicon

    library = app.library
    if lexicon is not None and lexicon.endswith(".toml") and lexicon not in library.names():
        own = read_lexicon(Path(lexicon))
        library = Library((*library.user, own))
        lexicon = own.id
    return Choice(
        as_of=as_of or app.today,
        cohort=Cohort(cohort),
        updates=Updates(updates),
        basis=basis,
        lexicon=lexicon,
        # tags are in small letters
        only=Selection(tag=tag and tag.strip().lower(), since=since, until=until, horizon=horizon),
        default=app.settings.lexicon,
        library=library,
    )

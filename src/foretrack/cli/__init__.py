"""
The command line: a thin shell around the use cases.

This module is all that ``foretrack --help`` imports, so it imports click and nothing heavier:
commands are loaded when they are run.  The root group is the one place where errors become
messages and exit codes.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import click

from foretrack import __version__
from foretrack.errors import ForetrackError, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterator


class Listed(NamedTuple):
    """
    Where a command is, and what the list of commands says about it.
    """

    module: str
    help: str


SECTIONS: dict[str, dict[str, Listed]] = {
    "Every week": {
        "due": Listed("queue", "What waits for a decision, overdue first."),
        "resolve": Listed("decide", "Record what happened, with evidence."),
        "review": Listed("review", "The weekly meeting: agenda, decisions, minutes."),
        "scorecard": Listed("scores", "How good each source was, and how sure that is."),
        "calibration": Listed("scores", "How often what was called likely happened."),
        "compare": Listed("compare", "Who was better, on shared questions or all together."),
        "watch": Listed("compare", "Evidence week by week, that bears being looked at."),
        "phrases": Listed("words", "A source's own dictionary: what its words came to."),
        "report": Listed("publish", "One page with everything, to hand out."),
        "score": Listed("score", "Score any table of forecasts; no database needed."),
    },
    "The record": {
        "add": Listed("add", "Add an article or a claim to the files."),
        "check": Listed("record", "Find every problem in the files."),
        "import": Listed("record", "Bring files into the database; may be repeated."),
        "export": Listed("record", "Write the database as canonical files."),
        "list": Listed("look", "List sources, articles, questions or claims."),
        "show": Listed("look", "Show one record whole."),
        "log": Listed("look", "Show the journal of changes."),
    },
    "Second thoughts": {
        "condition": Listed("decide", "Record what became of a question's condition."),
        "reopen": Listed("decide", "End a resolution that no longer holds."),
        "withdraw": Listed("decide", "Take a record out, with a reason."),
        "restore": Listed("decide", "Bring back a record that was withdrawn."),
    },
    "Under the bonnet": {
        "init": Listed("place", "Make a new database."),
        "where": Listed("place", "Say which database is used, and why."),
        "db": Listed("place", "Look at the database's schema, or bring it up to date."),
        "verify": Listed("place", "Check that the journal and the record are whole."),
        "lexicon": Listed("look", "Show the lexicons of estimative words."),
    },
}

COMMANDS = {name: listed for section in SECTIONS.values() for name, listed in section.items()}

if "_FORETRACK_COMPLETE" in os.environ:  # a shell asks, and fish needs more than Click gives it
    importlib.import_module("foretrack.cli.completion")


_UNWRITABLE = (errno.ENOSPC, errno.EIO, errno.EBADF, errno.EFBIG)
"""
What a system says of an output that takes nothing more; a closed pipe is Click's own affair.
"""

_LOOKING = ("check", "score", "scorecard", "calibration", "compare", "watch", "phrases", "lexicon")
"""
Commands that would not store anything anyway.
"""


_STORING = ("resolve", "reopen", "condition", "withdraw", "restore", "import", "review")
"""
Commands that write to the journal, and say so afterwards.
"""


class Failure(click.ClickException):
    """
    An error of ours as click shows it: the message on stderr, and the exit code of its class.

    Args:
        error: The error.
        stores: The command would have stored something.
    """

    def __init__(self, error: ForetrackError, *, stores: bool) -> None:
        super().__init__(str(error))
        self.error = error
        self.stores = stores
        setattr(self, "exit_code", error.exit_code)  # noqa: B010 - a class variable for mypy alone

    def show(self, file: IO[Any] | None = None) -> None:
        """
        Print the message, made inert: it may quote a file.
        """
        from foretrack.report.text import inert

        out = file or sys.stderr
        with _unless_it_cannot_be_said():
            click.echo(_fitted(f"foretrack: {inert(str(self.error), lines=True)}", out), file=out)
            if isinstance(self.error, InvalidInput) and len(self.error.problems) > 1:
                stored = "; nothing was stored" if self.stores else ""
                click.echo(f"{len(self.error.problems)} problems{stored}", file=out)


def _fitted(text: str, file: IO[Any]) -> str:
    """
    The lines broken between words where a terminal would break them within; elsewhere as they are.
    """
    if not file.isatty():
        return text
    import shutil
    from textwrap import wrap

    width = max(shutil.get_terminal_size().columns, 20)
    broken: list[str] = []
    for line in text.split("\n"):
        hanging = line[: len(line) - len(line.lstrip())] + "  "
        broken += wrap(line, width, subsequent_indent=hanging, break_long_words=False,
                       break_on_hyphens=False) or [""]  # fmt: skip
    return "\n".join(broken)


class Interrupted(click.ClickException):
    """
    Ctrl-C, or the end of input where an answer was expected.
    """

    exit_code = 130

    def show(self, file: IO[Any] | None = None) -> None:
        """
        Print the message.
        """
        with _unless_it_cannot_be_said():
            click.echo(f"\nforetrack: {self.message}", file=file or sys.stderr)


class Misused(click.UsageError):
    """
    A usage error as Click shows it, that quotes what was typed without acting on it.

    Args:
        error: Click's own.
    """

    def __init__(self, error: click.UsageError) -> None:
        from foretrack.report.text import inert

        super().__init__(inert(error.format_message(), lines=True), ctx=error.ctx)
        self.error = error

    def show(self, file: IO[Any] | None = None) -> None:
        """
        Print the message, or the help where a command is missing.
        """
        with _unless_it_cannot_be_said():
            if isinstance(self.error, click.exceptions.NoArgsIsHelpError):
                self.error.show(file)
            else:
                super().show(file)


@contextmanager
def _unless_it_cannot_be_said() -> Iterator[None]:
    """
    Go on to the exit code, which still says it, where standard error takes nothing.
    """
    try:
        yield
    except OSError:
        _let_go_of(sys.stderr)


class Root(click.Group):
    """
    The root group: loads commands when needed, and maps errors in one place.
    """

    def main(self, *args: Any, **settings: Any) -> Any:
        """
        Run as a program, whichever of its streams were closed or take nothing.
        """
        _replace_closed_streams()
        return super().main(*args, **settings)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """
        The commands in the order of their sections.
        """
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """
        Load one command.
        """
        del ctx
        listed = COMMANDS.get(cmd_name)
        if listed is None:
            return None
        module = importlib.import_module(f"foretrack.cli.{listed.module}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """
        Name the nearest command when there is none of that name.
        """
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else " `foretrack --help` lists them."
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """
        List the commands by section without loading them.
        """
        del ctx
        for title, section in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, listed.help) for name, listed in section.items()])

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """
        Take the options that stand before the command.
        """
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            raise Misused(error) from None
        except OSError as error:  # --help and --version print here
            raise _unprinted(error) from error

    def invoke(self, ctx: click.Context) -> Any:
        """
        Run a command; what we raise on purpose becomes a message and an exit code.
        """
        try:
            return super().invoke(ctx)
        except ForetrackError as error:
            raise Failure(error, stores=ctx.invoked_subcommand not in _LOOKING) from error
        except click.UsageError as error:
            raise Misused(error) from None
        except (KeyboardInterrupt, click.Abort) as error:
            raise Interrupted("interrupted; what was not confirmed as stored is not stored") from (
                error
            )
        except OSError as error:
            raise _unprinted(error, ctx.invoked_subcommand) from error


def _replace_closed_streams() -> None:
    """
    Let what is printed go nowhere where a stream was closed: Python has None for it.

    Each number is taken again, lest the next file that is opened gets it and is printed into.
    Standard input stays None: whoever reads from it says that it is closed.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if name != "stdin":
                setattr(sys, name, os.fdopen(nowhere, "w", encoding="utf-8", errors="replace"))


def _unprinted(error: OSError, command: str | None = None) -> Failure:
    """
    The failure to print, in words; any other error goes on as it is.

    Args:
        command: What was to be printed; one that stores may have done so before.
    """
    if error.errno not in _UNWRITABLE:
        raise error
    _let_go_of(sys.stdout)
    stored = "; `foretrack log` says whether it was stored" if command in _STORING else ""
    full = ForetrackError(f"cannot write what was asked for: {error.strerror}{stored}")
    return Failure(full, stores=False)


def _let_go_of(stream: IO[Any]) -> None:
    """
    Send what is still to be written nowhere: trying again at the end would fail again.
    """
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


@click.group(cls=Root, invoke_without_command=True, context_settings={"max_content_width": 100})
@click.option(
    "--db", metavar="PATH|URL", help="The database; `foretrack where` says which is used."
)
@click.option("--actor", metavar="NAME", help="Who the journal says did it.")
@click.version_option(__version__, prog_name="foretrack")
@click.pass_context
def main(ctx: click.Context, db: str | None, actor: str | None) -> None:
    """
    Keep forecasts made in words, record what happened, score each source.

    \b
    foretrack                          see the day at a glance
    foretrack init                     make a database
    foretrack import forecasts/        bring files in
    foretrack due                      see what waits for a decision
    foretrack resolve QUESTION yes ... record what happened
    foretrack scorecard                see how good each source was

    Exit codes: 0 done, 1 other, 2 usage, 3 bad input, 4 database, 5 no score, 130 interrupted.
    """
    ctx.obj = {"db": db, "actor": actor}
    if ctx.invoked_subcommand is None:
        from foretrack.cli.app import App
        from foretrack.cli.today import summary

        summary(App(db=db, by=actor))

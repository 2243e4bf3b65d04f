"""
Questions to a person at a terminal: answers that fit, a way back, and lines that break at words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from foretrack.cli.fitting import fitted
from foretrack.errors import ForetrackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from foretrack.cli.app import App
    from foretrack.files.scalars import Scalar


def say(text: str) -> None:
    """
    Print plain text, made inert, in lines that fit the terminal.
    """
    from foretrack.report.text import inert

    click.echo(fitted(inert(text, lines=True)))


def ask(prompt: str, taken: Callable[[str], Any], *, back: bool, empty: str | None = None) -> Any:
    """
    An answer; what cannot be taken is asked for again.

    Args:
        taken: Gives the value, or a usage error.
        back: Whether ``b``, Ctrl-C and an empty answer to what is required lead back.
        empty: What an empty answer stands for; None where an answer is required.

    Raises:
        ForetrackError: The person goes back.
    """
    left = ForetrackError("back to the item; nothing was stored")

    def checked(answer: str) -> Any:
        said = answer.strip()
        if back and (said.lower() == "b" or (not said and empty is None)):
            raise left
        try:
            return taken(said or empty or "")
        except click.UsageError as refusal:  # shown by the prompt, which breaks no lines
            raise click.UsageError(fitted(f"Error: {refusal.message}")[7:]) from refusal

    required = empty is None and not back
    try:
        return click.prompt(
            fitted(prompt),
            default=None if required else "",
            show_default=False,
            value_proc=checked,
            prompt_suffix=" ",
        )
    except click.Abort:
        if not back:
            raise
        click.echo()
        raise left from None


def needed(app: App, value: str | None, name: str, prompt: str | None = None) -> str:
    """
    A value, asked for on a terminal, required elsewhere.
    """
    if value:
        return value
    if not app.asks:
        raise click.UsageError(f"Missing {name}: there is no terminal to ask on.")
    asked = prompt or "Which question? (the beginning of its id)"
    found: str = click.prompt(asked, value_proc=_said, prompt_suffix=" ")
    return found


def _said(answer: str) -> str:
    if not answer.strip():
        raise click.UsageError("say something; Ctrl-C ends without storing anything")
    return answer.strip()


def optional(prompt: str, shape: Scalar, *, back: bool, empty: str = "(empty: none)") -> str | None:
    """
    Text that may be left out.

    Args:
        empty: What the prompt says about an empty answer.
    """

    def taken(answer: str) -> str | None:
        return Shaped(shape).convert(answer, None, None) if answer else None

    found: str | None = ask(f"{prompt} {empty}", taken, back=back, empty="")
    return found


class Shaped(click.ParamType[str]):
    """
    Text that a field of the files can hold.
    """

    name = "text"

    def __init__(self, shape: Scalar) -> None:
        self.shape = shape

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """
        The text without spaces around it, or what the field allows.
        """
        from foretrack.files.scalars import Refused

        try:
            return str(self.shape.convert(str(value).strip()))
        except Refused as refusal:
            self.fail(str(refusal), param, ctx)


def confirmed(app: App, prompt: str) -> None:
    """
    Go on only if the person says so; where nobody is there to answer, go on.

    Raises:
        ForetrackError: The person says no.
    """
    if app.asks and not click.confirm(prompt, default=True):
        raise ForetrackError("nothing was stored")


def choice(prompt: str, options: list[str], *, back: bool = False) -> str:
    """
    One of several words; the beginning of one will do.
    """
    while True:
        answer = ask(f"{prompt} [{' / '.join(options)}]", str, back=back).strip().lower()
        fits = [option for option in options if option == answer] or [
            option for option in options if answer and option.startswith(answer)
        ]
        if len(fits) == 1:
            return fits[0]
        click.echo(f"please answer {', '.join(options[:-1])} or {options[-1]}")

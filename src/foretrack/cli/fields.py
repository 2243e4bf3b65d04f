"""
Values of the files on the command line, and questions for those that are not given.

A value is checked as the files are, so an answer that could not be stored is asked for again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from foretrack.core.records import Published
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from foretrack.cli.app import App


class Field(click.ParamType[Any]):
    """
    A value that a field of the files can hold.

    Args:
        part: source, article, claim or question.
        key: The field.
    """

    name = "text"

    def __init__(self, part: str, key: str) -> None:
        self.part = part
        self.key = key

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """
        How help names it.
        """
        del param, ctx
        ids = ("id", "source", "question", "cluster", "tags", "joint", "duplicate_of")
        numbers = {"where.paragraph": "N", "probability": "P", "base_rate": "P", "address": "URL"}
        return "ID" if self.key in ids else numbers.get(self.key, "TEXT")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """
        The value, or a usage error that says what the field allows.
        """
        from foretrack.files.values import value as converted

        try:
            return converted(self.part, self.key, str(value).strip())
        except InvalidInput as refusal:
            self.fail(str(refusal), param, ctx)


class Dated(click.ParamType[Published]):
    """
    The day, month, year or range of an article.
    """

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Published:
        """
        The span of days, or a usage error.
        """
        from foretrack.files.values import published

        if isinstance(value, Published):
            return value
        try:
            return published(str(value))
        except InvalidInput as refusal:
            self.fail(str(refusal), param, ctx)


class Estimate(click.ParamType[Any]):
    """
    A phrase, or a probability where it looks like a number.
    """

    name = "estimate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """
        Text or a number.
        """
        text = str(value).strip()
        number = text[:1] in "0123456789." and text not in ("50/50", "50-50")
        key = "probability" if number else "phrase"
        return Field("claim", key).convert(text, param, ctx)


class Fitting(click.ParamType[Any]):
    """
    An answer that must fit what is there already; one that does not is asked for again.

    Args:
        kind: What the answer is in itself.
        taken: Gives the value that is meant, or raises ``InvalidInput``.
    """

    name = "answer"

    def __init__(self, kind: click.ParamType[Any], taken: Callable[[Any], Any]) -> None:
        self.kind = kind
        self.taken = taken

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """
        The value, or a usage error that says what it does not fit.
        """
        answer = value.strip() if isinstance(value, str) else value
        try:
            return self.taken(self.kind.convert(answer, param, ctx))
        except InvalidInput as refusal:
            self.fail(str(refusal), param, ctx)


class Talk(NamedTuple):
    """
    Asks for what the command line did not give.

    Attributes:
        eager: Whether what is optional or has a default is asked for, too.
    """

    app: App
    eager: bool

    def required(
        self, option: str, prompt: str, kind: click.ParamType[Any], *, default: Any = None
    ) -> Any:
        """
        A value that must come from a person.
        """
        if not self.app.asks:
            raise click.UsageError(f"Missing {option}: there is no terminal to ask on.")
        return click.prompt(prompt, type=kind, default=default)

    def needed(
        self,
        given: Any,
        option: str,
        prompt: str,
        kind: click.ParamType[Any],
        *,
        default: Any = None,
    ) -> Any:
        """
        A value that must be there.
        """
        if given is not None:
            return given
        if default is not None and not self.eager:
            return default
        return self.required(option, prompt, kind, default=default)

    def wanted(self, given: Any, prompt: str, kind: click.ParamType[Any]) -> Any:
        """
        A value that may be left out.
        """
        return optional(prompt, kind) if given is None and self.eager else given

    def several(
        self, given: tuple[Any, ...], prompt: str, kind: click.ParamType[Any]
    ) -> tuple[Any, ...]:
        """
        Values with semicolons between them, each once.
        """
        if given or not self.eager:
            return tuple(dict.fromkeys(given))

        def converted(answer: str) -> tuple[Any, ...]:
            parts = [part for part in answer.split(";") if part.strip()]
            return tuple(dict.fromkeys(kind.convert(part, None, None) for part in parts))

        found: tuple[Any, ...] = click.prompt(
            f"{prompt} (several with ; between, empty: none)",
            default="",
            show_default=False,
            value_proc=converted,
        )
        return found


def optional(prompt: str, kind: click.ParamType[Any]) -> Any:
    """
    An answer that may be left out.
    """

    def converted(answer: str) -> Any:
        return kind.convert(answer, None, None) if answer.strip() else None

    return click.prompt(
        f"{prompt} (empty: none)", default="", show_default=False, value_proc=converted
    )


def one_of(prompt: str, words: Iterable[str], *, default: str) -> str:
    """
    One of several words.
    """
    # A member of an enumeration would be offered by its name.
    options = [str(word) for word in words]
    found: str = click.prompt(prompt, type=click.Choice(options), default=str(default))
    return found

"""
Values of the files on the command line.

A value is checked as the files are, so an answer that could not be stored is asked for again.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import click

from foretrack.core.records import Published
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable

_SHARES: Final = ("probability", "base_rate")


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

        text = str(value).strip()
        try:
            return converted(self.part, self.key, self._share(text) or text)
        except InvalidInput as refusal:
            hint = ""
            if self.key in _SHARES and _number(text.removesuffix("%")) is not None:
                hint = ", or 20%" if text.endswith("%") else f"; a percentage is written {text}%"
            self.fail(f"{refusal}{hint}", param, ctx)

    def _share(self, text: str) -> str | None:
        """
        A percentage as the share that the files hold; None for what is none, or beyond 100%.
        """
        number = _number(text[:-1]) if text.endswith("%") and self.key in _SHARES else None
        return f"{number.scaleb(-2):f}" if number is not None and number <= 100 else None


def _number(text: str) -> Decimal | None:
    """
    A number in plain digits.

    >>> _number("12.5 "), _number("-1"), _number("1e2")
    (Decimal('12.5'), None, None)
    """
    plain = re.fullmatch(r"(\d+\.?\d*|\.\d+) ?", text, re.ASCII)
    return Decimal(plain[1]) if plain else None


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

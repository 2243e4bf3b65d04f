"""
The conversation about a claim's paragraph: which it is, and whether the claim's words stand there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foretrack.cli.added import first_words, offer_paragraphs
from foretrack.cli.fields import Field
from foretrack.core.quoting import standing
from foretrack.errors import InvalidInput, Problem

if TYPE_CHECKING:
    import click

    from foretrack.cli.talking import Talk
    from foretrack.core.records import Article, Fingerprint
    from foretrack.curate import Text

_SHOWN = 12  # paragraphs that hold the words


def paragraph(talk: Talk, article: Article, given: int | None, text: Text | None) -> int | None:
    """
    The number of the paragraph, one that the text has, where that is at hand.

    Raises:
        InvalidInput: The command line gave one that it does not have.
    """
    kind = Numbered(text, article.text)
    number = given
    if given is not None:
        kind.check(given)
    else:

        def offer() -> None:
            if text is not None:
                offer_paragraphs(talk.app, text)

        number = talk.wanted(None, "Number of its paragraph", kind, before=offer)
    if number is None:
        return None
    if text is None:
        talk.warn(
            "the text was not found, so the paragraph was not checked; `--text FILE` names it"
        )
        return number
    words = text.paragraphs[number - 1]
    talk.say(f"paragraph {number}: {words.strip() if talk.eager else first_words(words)}")
    return number


def look_for(talk: Talk, phrase: str, number: int, text: Text) -> None:
    """
    Warn where the words of a phrase do not stand in the paragraph.
    """
    found = standing(phrase, text.paragraphs)
    if number in found:
        return
    if not found:
        elsewhere = "nor anywhere else in the text"
    elif len(found) == 1:
        elsewhere = f"but in paragraph {found[0]}"
    else:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        elsewhere = f"but in paragraphs {', '.join(map(str, found[:_SHOWN]))}{more}"
    talk.warn(f'"{phrase}" does not stand in paragraph {number}, {elsewhere}')


class Numbered(Field):
    """
    The number of a paragraph.

    Args:
        text: The text, where it is at hand.
        fingerprint: What is known of the text without it: no text has more paragraphs than words.
    """

    def __init__(self, text: Text | None, fingerprint: Fingerprint | None) -> None:
        super().__init__("claim", "where.paragraph")
        self.text = text
        self.fingerprint = fingerprint

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """
        The number, or a usage error that says how many paragraphs there are.
        """
        number: int = super().convert(value, param, ctx)
        try:
            self.check(number)
        except InvalidInput as refusal:
            self.fail(refusal.problems[0].message, param, ctx)
        return number

    def check(self, number: int) -> None:
        """
        Refuse a number that no paragraph has.

        Raises:
            InvalidInput: There are fewer paragraphs.
        """
        if self.text is not None and number > len(self.text.paragraphs):
            there = f"the text has {len(self.text.paragraphs)}"
        elif self.fingerprint is not None and number > self.fingerprint.words:
            there = f"the text has {self.fingerprint.words} words"
        else:
            return
        message = f"there is no paragraph {number}: {there}"
        raise InvalidInput([Problem("", 0, "--paragraph", message)])

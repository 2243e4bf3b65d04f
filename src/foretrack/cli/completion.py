"""
Completion: what is offered, harmless as it stands, and what a shell needs beyond Click.
"""

from __future__ import annotations

from typing import Final

from click.shell_completion import CompletionItem, FishComplete, add_completion_class

from foretrack.report.text import inert

_WORDS: Final = 60  # characters of what is said about something that is offered


def offer(name: str, words: str) -> CompletionItem:
    """
    A name with the beginning of what it stands for, which a shell prints as it is.
    """
    return CompletionItem(name, help=inert(" ".join(words.split()))[:_WORDS])


def a_file(beginning: str) -> CompletionItem:
    """
    Leave it to the shell to offer its files.
    """
    return CompletionItem(beginning, type="file")


class Fish(FishComplete):
    """
    Completion for fish that does not end a description at its first comma.
    """

    name = "fish"
    source_template = FishComplete.source_template.replace(
        'string split ","', 'string split --max 1 ","'
    )


add_completion_class(Fish)

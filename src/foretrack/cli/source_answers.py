"""
The conversation about a source: one that the files hold, or a new one with its name and kind.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from foretrack.cli.fields import Field
from foretrack.core.records import Source
from foretrack.core.vocabulary import SourceKind

if TYPE_CHECKING:
    from foretrack.cli.talking import Talk
    from foretrack.files.folder import Folder


def new_source(
    talk: Talk,
    folder: Folder,
    name: str,
    *,
    full: str | None,
    kind: str | None,
    proposed: str | None,
) -> Source | None:
    """
    The source of this id where the folder does not hold it; None where it does.

    Args:
        talk: The conversation.
        folder: The files.
        name: Its id.
        full: Its name, when the command line gave one.
        kind: What it is, when the command line said so.
        proposed: A name to offer.

    Raises:
        click.UsageError: Its name is missing, or is not the one in the files.
    """
    known = folder.sources
    if name in folder.taken("source"):
        held = known.get(name)
        if full and held and held.name != full:
            raise click.UsageError(
                f"The source {name} is there already, with another name than --source-name gives; "
                "leave that out, or choose another --source."
            )
        if kind and held and held.kind != kind:
            raise click.UsageError(
                f"The source {name} is there already, and is no {kind} but a {held.kind}; "
                "leave --source-kind out, or choose another --source."
            )
        return None
    asked = full is None
    if full is None:
        near = get_close_matches(name, list(known), n=3)
        hint = f"; the nearest are {', '.join(near)}" if near else ""
        if not talk.app.asks:
            raise click.UsageError(
                f"Missing --source-name: {folder.path} holds no source {name} yet{hint}."
            )
        talk.say(f"{name} is new{hint}")
        shape = Field("source", "name")
        full = str(talk.required("--source-name", "Name of the source", shape, default=proposed))
    if kind is None:
        kind = SourceKind.PERSON.value
        if talk.app.asks and asked:
            kind = talk.one_of("What is it?", list(SourceKind), default=kind)
    return Source(id=name, name=full, kind=SourceKind(kind))

"""
The conversation about a claim's estimative words: what the lexicons make of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from foretrack.cli.fields import Estimate
from foretrack.cli.paragraph_answers import look_for
from foretrack.core.interpretation import interpret
from foretrack.core.vocabulary import Reading
from foretrack.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from foretrack.cli.claim_answers import Given
    from foretrack.cli.talking import Talk
    from foretrack.core.interpretation import Interpretation
    from foretrack.core.records import Claim
    from foretrack.curate import Text
    from foretrack.files.folder import Folder

_READINGS: Final = {
    Reading.EXPLICIT: 'the words tell how likely it is: "probably"',
    Reading.IMPLIED: 'a bare "will", which may be prose and no estimate',
    Reading.ASSUMED: 'words that need not mean a probability: "is expected to"',
}


def phrased(
    talk: Talk, folder: Folder, draft: Claim, given: Given, *, text: Text | None
) -> tuple[Claim, Interpretation | None]:
    """
    The claim with its estimative words and their reading, and what the lexicons make of them.

    Args:
        talk: The conversation.
        folder: The files.
        draft: The claim so far.
        given: What the command line gave.
        text: The article's text, where it is at hand: the words are looked up in it.

    Raises:
        InvalidInput: No lexicon knows the words.
    """
    app, source = talk.app, folder.sources.get(draft.source)
    lexicon = (source.lexicon if source else None) or app.settings.lexicon
    while True:
        said: str | float | None = draft.phrase
        if said is None and draft.probability is None:
            said = _words(talk, given)
        if said is None or isinstance(said, float):
            return (draft if said is None else replace(draft, probability=said)), None
        found = interpret(said, app.library, lexicon=lexicon)
        if found.known or given.unscorable is not None:
            break
        if given.phrase is not None:
            raise InvalidInput([Problem("", 0, "--phrase", _unknown(found))])
        talk.say(_unknown(found))
    if app.asks or found.scored or found.unscorable is None:
        talk.say(_interpretation(found))
    if text is not None and draft.where is not None and draft.where.paragraph is not None:
        look_for(talk, found.phrase, draft.where.paragraph, text)
    reading = draft.reading
    if given.reading is None and found.entry is not None:
        reading = found.entry.reading
        if talk.eager and found.scored:
            asked = talk.one_of(
                "How is it taken?", list(Reading), default=reading, meaning=_READINGS
            )
            reading = Reading(asked)
    return replace(draft, phrase=found.phrase, reading=reading), found


def _words(talk: Talk, given: Given) -> str | float | None:
    """
    The estimative words or the number, from a person.
    """
    if not talk.app.asks or (given.unscorable is not None and not talk.eager):
        return None
    said: str | float | None = talk.optional(
        "Its estimative words, or the number that it gives", Estimate()
    )
    return said


def _unknown(found: Interpretation) -> str:
    nearest = ", ".join(f'"{phrase}"' for phrase in found.nearest)
    hint = f"; the nearest are {nearest}" if nearest else "; `foretrack lexicon` lists the phrases"
    return f'no lexicon knows "{found.phrase}"{hint}'


def _interpretation(found: Interpretation) -> str:
    """
    What the lexicons make of the phrase, in words.
    """
    entry = found.entry
    others = ", ".join(name for name in found.scored if name != found.lexicon)
    if entry is not None and entry.scorable and entry.point is not None:
        band = f"{entry.point:.2f} [{entry.low:.2f}-{entry.high:.2f}]"
        how = "" if entry.reading is Reading.EXPLICIT else f", read as {entry.reading}"
        return f"{found.phrase}: {band} under {found.lexicon}{how}"
    lacks = "does not list it"
    if entry is not None:
        lacks = f"lists it without a number ({entry.reason})"
    if others:
        return f"{found.phrase}: {found.lexicon} {lacks}; scored under {others}"
    if found.unscorable is None:
        return _unknown(found)
    return f"{found.phrase}: {found.lexicon} {lacks}; proposed: unscorable, {found.unscorable}"

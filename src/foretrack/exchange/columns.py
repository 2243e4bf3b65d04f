"""
Which column of a table holds what.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from foretrack.errors import InvalidInput, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REQUIRED: Final = ("source", "probability", "outcome")
OPTIONAL: Final = ("question_id", "forecast_date", "resolve_date", "cluster", "weight")
ROLES: Final = REQUIRED + OPTIONAL

_SYNONYMS: Final = {
    "source": ("forecaster", "model", "author", "name", "user", "who"),
    "probability": ("p", "prob", "forecast", "prediction", "predicted", "pred", "confidence"),
    "outcome": ("y", "result", "resolution", "actual", "observed", "target", "label", "event"),
}


_PARTED: Final = {
    ";": "semicolons; write commas, or tabs in a file called .tsv",
    "\t": "tabs; call the file .tsv",
    "|": "bars; write commas, or tabs in a file called .tsv",
    ",": "commas; call the file .csv",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What is looked for in every table.

    Attributes:
        names: The name of the column that plays a role, where it is another than the role's own;
            "" where no column does.
        others: Further columns that must be there, such as the one to group by.
        needed: Optional roles that this run cannot do without.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()

    def name(self, role: str) -> str:
        """
        What the column is called in the tables.
        """
        return self.names.get(role, role)


def find(header: Sequence[str], wanted: Wanted, *, path: str) -> dict[str, int]:
    """
    The position of each column that is used, by role or, for the others, by its own name.

    Args:
        header: The names in the table, in order.
        wanted: What is looked for.
        path: The table, as the user named it.

    Raises:
        InvalidInput: A column is missing, or a name that is used stands twice.

    >>> find(["p", "source", "outcome"], Wanted({"probability": "p"}), path="a.csv")
    {'source': 1, 'probability': 0, 'outcome': 2}
    """
    names = [name.strip() for name in header]
    if len(names) == 1 and (mark := next((one for one in _PARTED if one in names[0]), None)):
        raise InvalidInput([Problem(path, 0, "header", f"values are parted by {_PARTED[mark]}")])
    found: dict[str, int] = {}
    problems: list[Problem] = []
    for role in ROLES:
        name = wanted.name(role)
        if not name:  # the user says that no column is that
            continue
        if name in names:
            found[role] = names.index(name)
        elif role in REQUIRED or role in wanted.needed or role in wanted.names:
            problems.append(_missing(role, name, names, wanted, path))
    for name in wanted.others:
        if name in names:
            found.setdefault(name, names.index(name))
        else:
            problems.append(_missing(name, name, names, wanted, path))
    twice = {names[at] for at in found.values() if names.count(names[at]) > 1}
    problems += [
        Problem(path, 0, "header", f'the column "{name}" stands {names.count(name)} times')
        for name in sorted(twice)
    ]
    if problems:
        raise InvalidInput(problems)
    return found


def _missing(role: str, name: str, names: Sequence[str], wanted: Wanted, path: str) -> Problem:
    message = f'no column "{name}"'
    # What plays another role is not what was meant: forecast_date is no resolve_date.
    taken = {wanted.name(other) for other in ROLES if other != role}
    free = [other for other in names if other not in taken] if role in ROLES else names
    if close := near(name, free, also=_SYNONYMS.get(role, ())):
        message += f'; did you mean "{close}"?'
        if role in ROLES and close != role:
            message += f" Then add --map {role}={close}"
        elif role in ROLES:
            message += f" Then leave out --map {role}={name}"
    else:
        shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        message += f"; there are: {shown}"
    return Problem(path, 0, "header", message)


def near(name: str, names: Sequence[str], *, also: Sequence[str] = ()) -> str | None:
    """
    The name that was probably meant.

    >>> near("probability", ["Probabilty", "outcome"])
    'Probabilty'
    """
    folded = {other.strip().casefold(): other for other in names if other.strip()}
    for candidate in (name, *also):
        if candidate.casefold() in folded:
            return folded[candidate.casefold()]
    start = name.casefold()
    longer = [other for other in folded if start and (other.startswith(start))]
    if len(longer) == 1:
        return folded[longer[0]]
    close = difflib.get_close_matches(start, folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None

"""
Figures, conventions and reasons in the words that every format shares.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from foretrack.core.vocabulary import Cohort, Polarity, Unscorable, Updates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from foretrack.core.agenda import Due, Voice
    from foretrack.core.cohort import Selection
    from foretrack.core.scorecard import Convention, Group

NONE: Final = "–"
"""
What stands where there is no figure.
"""

WHY_UNSCORABLE: Final[Mapping[str, str]] = {
    Unscorable.HEDGE: "says that it is possible, not how likely",
    Unscorable.NO_HORIZON: "says no time, and none was assumed",
    Unscorable.ATTRIBUTED: "reports somebody else's view",
    Unscorable.ORDINAL: "says more or less likely than something else, not how likely",
    Unscorable.NO_CRITERIA: "nothing that can be observed would settle it",
    Unscorable.DUPLICATE: "says again what another claim says",
}

_UPDATES: Final = {
    Updates.TIME: "updates weighted by the time they stood",
    Updates.FIRST: "only the first forecast on a question",
    Updates.LAST: "only the last forecast on a question",
    Updates.EACH: "every update counted in full",
}

_NAMED = 4  # sources named in the convention before the rest are counted


def convention(how: Convention, *, updates: bool = True) -> str:
    """
    How the figures were made, in a line that stands under every table.

    Args:
        how: The choice.
        updates: Say how several forecasts on one question count, where that makes a difference.
    """
    chosen = (
        "Matured windows only"
        if how.cohort is Cohort.MATURED
        else "All resolved questions, also before their window is over: biased toward yes"
    )
    parts = [f"{chosen}, as of {how.as_of}", _lexicons(how)]
    parts += [_UPDATES[how.updates]] if updates else []
    if how.basis != "stated":
        parts.append("assumed windows counted")
    elif how.left_out:
        parts.append(f"{counted(how.left_out, 'forecast')} with assumed windows left out")
    else:
        parts.append("assumed windows left out")
    parts += _only(how.only)
    return (
        "Brier: mean of (p - y)², 0 best, 1 worst, 0.25 for always saying 50%. "
        + "; ".join(parts)
        + "."
    )


def _only(part: Selection) -> list[str]:
    named = (
        ("only questions tagged {}", part.tag),
        ("only claims since {}", part.since),
        ("only claims until {}", part.until),
        ("only the horizon “{}”", part.horizon),
    )
    return [words.format(value) for words, value in named if value is not None]


def _lexicons(how: Convention) -> str:
    users: dict[str, list[str]] = {}
    for source, lexicon in sorted(how.declared.items()):
        users.setdefault(lexicon, []).append(source)
    other = [f"{lexicon} for {_few(names)}" for lexicon, names in sorted(users.items())]
    return f"lexicon {how.lexicon}" + (f" ({', '.join(other)})" if other else "")


def _few(names: list[str]) -> str:
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"


def counted(n: int, noun: str) -> str:
    """
    A number and its noun.

    >>> counted(1, "day"), counted(312, "day")
    ('1 day', '312 days')
    """
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def score(value: float | None) -> str:
    """
    A Brier score to three decimals.

    >>> score(0.0784), score(None)
    ('0.078', '–')
    """
    if value is None:
        return NONE
    # The same figure by two ways of adding up must not be shown as two.
    return f"{round(value, 12):.3f}" if math.isfinite(value) else "infinite"


def score_range(ends: tuple[float | None, float | None] | None) -> str:
    """
    Two scores as the ends of a range.

    >>> score_range((0.04, 0.1225))
    '0.040-0.122'
    """
    if ends is None or ends[0] is None or ends[1] is None:
        return NONE
    return f"{score(ends[0])}-{score(ends[1])}"


def banded(group: Group) -> str:
    """
    A headline with its lexicon band: what it would be at the ends of each phrase's band, if any.
    """
    if group.brier is None:
        return NONE
    if group.brier_low == group.brier == group.brier_high:  # numbers, which have no width
        return score(group.brier)
    return f"{score(group.brier)} [{score_range((group.brier_low, group.brier_high))}]"


def share(value: float | None) -> str:
    """
    A share in whole percent, which says 0% and 100% only where that is exact.

    >>> share(1 / 3), share(0.996), share(0.0), share(None)
    ('33%', '>99%', '0%', '–')
    """
    if value is None:
        return NONE
    whole = f"{100 * value:.0f}"
    if whole == "0" and value > 0:
        return "<1%"
    return ">99%" if whole == "100" and value < 1 else f"{whole}%"


def probability(value: float | None) -> str:
    """
    A probability as it was given, in percent.

    >>> probability(0.2), probability(0.995), probability(0.0125)
    ('20%', '99.5%', '1.25%')
    """
    return NONE if value is None else f"{100 * value:.6g}%"


def band(point: float | None, low: float | None, high: float | None) -> str:
    """
    A probability with its band; a number, which has none, alone.

    >>> band(0.2, 0.1, 0.25), band(0.3, 0.3, 0.3)
    ('20% [10-25%]', '30%')
    """
    if point is None or low is None or high is None:
        return "not in the lexicon"
    if low == high:
        return probability(point)
    return f"{probability(point)} [{probability(low)[:-1]}-{probability(high)}]"


def interval_of_share(ends: tuple[float, float]) -> str:
    """
    The interval of a share in whole percent.

    >>> interval_of_share((0.0945, 0.9055))
    '9-91%'
    """
    return f"{100 * ends[0]:.0f}-{100 * ends[1]:.0f}%"


def early(group: Group) -> str:
    """
    How many were resolved early and their score, which is never shown without that number.
    """
    if not group.early.n:
        return "0"
    at = "" if group.early.brier is None else f" at {score(group.early.brier)}"
    return f"{group.early.n:,}{at}"


def settled(group: Group, cohort: Cohort) -> int:
    """
    How many questions have a score, in the headline or beside it.
    """
    return group.scored + (group.early.n if cohort is Cohort.MATURED else 0)


def hindsight(group: Group, cohort: Cohort) -> str:
    """
    How many of the questions with a score have criteria written after the outcome.
    """
    n = settled(group, cohort)
    return f"{group.hindsight:,} of {n:,}" if n else NONE


def provisional(group: Group) -> str:
    """
    What the overdue questions leave open; "" when nothing is overdue.
    """
    if not group.provisional:
        return ""
    start = f"provisional while {group.overdue:,} overdue"
    if group.brier is None:
        start = f"no score while {group.overdue:,} overdue"
    if group.brier_bounds is None:
        return start
    low, high = (score(end) for end in group.brier_bounds)
    return f"{start}: {low} to {high}"


def ranking(group: Group) -> str:
    """
    Why the source cannot be ranked; "" when it can.
    """
    if not group.forecasts:
        return "no forecast that could be scored"
    if group.left_out == group.forecasts:
        return f"all {counted(group.left_out, 'forecast')} left out: windows assumed"
    return "too few to rank" if group.too_few_to_rank else ""


TOO_NARROW: Final = 20
"""
Below so many scored questions the interval of the mean covers less than it says.
"""


def narrow(groups: Iterable[Group]) -> str:
    """
    What to know about the intervals shown; "" when there is nothing to say.
    """
    if any(group.brier_interval and group.scored < TOO_NARROW for group in groups):
        return f"An interval from fewer than {TOO_NARROW} questions is too narrow, or says nothing."
    return ""


def left_out(group: Group) -> str:
    """
    How many forecasts the choice of windows leaves out; "" for none or all of them.
    """
    if not group.left_out or group.left_out == group.forecasts:
        return ""
    return f"{counted(group.left_out, 'forecast')} left out: windows assumed"


def nothing(how: Convention) -> str:
    """
    Why there is no row at all.
    """
    chosen = _only(how.only)
    if chosen:
        return f"No claim by {how.as_of} fits the choice: {'; '.join(chosen)}."
    return f"No claim is recorded by {how.as_of}."


def reasons(counts: Mapping[str, int]) -> str:
    """
    Counts by reason, most first.

    >>> reasons({"duplicate": 2, "hedge": 10})
    '10 hedge, 2 duplicate'
    """
    order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{n:,} {reason}" for reason, n in order)


def when(due: Due) -> str:
    """
    How a question stands to its last day.
    """
    if due.overdue:
        return f"{counted(-due.days, 'day')} overdue"
    return "closes today" if due.days == 0 else f"closes in {counted(due.days, 'day')}"


def voice(said: Voice) -> str:
    """
    What one source said, by name.
    """
    return f"{said.name}: {stance(said.words, said.polarity)}"


def stance(words: str, polarity: Polarity) -> str:
    """
    The words of a forecast, marked where they are about the question's complement.
    """
    return f"{words} (complement)" if polarity is Polarity.OPPOSITE else words


def number(n: float) -> str:
    """
    A count, which weights may make no whole number.

    >>> number(1234), number(2.5)
    ('1,234', '2.5')
    """
    return f"{n:,}" if isinstance(n, int) or n.is_integer() else f"{n:,.1f}"

"""
The conversation of ``foretrack add claim`` about its horizon and a new question.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import click

from foretrack.cli.fields import Field, Fitting
from foretrack.cli.options import DAY
from foretrack.cli.talking import Back
from foretrack.core import windows
from foretrack.core.naming import question_id
from foretrack.core.records import Condition, Horizon, Question
from foretrack.core.sameness import same_question
from foretrack.core.vocabulary import HorizonBasis, Outcome
from foretrack.errors import InvalidInput

if TYPE_CHECKING:
    from datetime import date

    from foretrack.cli.claim_answers import Given
    from foretrack.cli.talking import Talk
    from foretrack.core.records import Article, Published
    from foretrack.core.windows import Window
    from foretrack.files.folder import Folder

# a few of the words that are known
_KNOWN: Final = (
    "imminent, coming weeks, short term, coming months, medium term, long term, and numbers and "
    'dates such as "within two years" and "by March 2027"'
)

_BASES: Final = {
    HorizonBasis.STATED: "the sentence itself says it",
    HorizonBasis.HEADING: "a heading above it says it",
    HorizonBasis.INHERITED: "another sentence says it of this one, too",
    HorizonBasis.ASSUMED: "nothing says it; the words are yours",
}


def option(name: str) -> str:
    """
    How the command line writes the name of a field.
    """
    return f"--{name.replace('_', '-')}"


def horizon(talk: Talk, article: Article, given: Given) -> Horizon:
    """
    By when, in the article's words; none are an assumed horizon.
    """
    words, basis = given.horizon, given.horizon_basis
    if words is None and basis is None and talk.eager:
        prompt = "By when, in its own words (24 months are assumed without)"
        words = talk.optional(prompt, Field("claim", "horizon.words"))
        if words is not None:
            basis = talk.one_of(
                "Where is that from?", _BASES, default=HorizonBasis.STATED, meaning=_BASES
            )
    if basis is None:
        basis = HorizonBasis.ASSUMED if words is None else HorizonBasis.STATED
    if words is None:
        talk.say("horizon: none in the article; 24 months are assumed, and counted as such")
    else:
        found = windows.proposed(words, article.published.latest)
        talk.say(_told(words, found, published=article.published.latest))
    return Horizon(words=words, basis=HorizonBasis(basis))


def _told(words: str, found: Window | None, *, published: date) -> str:
    """
    What the words of a horizon come to.
    """
    if found is None:
        return f'horizon: "{words}" is not known; known are {_KNOWN}'
    if found.closes < published:
        return f'horizon: "{words}" closed {found.closes}, before the article of {published}'
    opens = "" if found.opens == published else f"opens {found.opens} and "
    readings = " or ".join(map(str, found.otherwise))
    others = f", in another reading {readings}" if readings else ""
    return f'horizon: "{words}" {opens}closes {found.closes}{others}'


def _last(opens: date, published: date, day: date) -> date:
    """
    The last day of a window, which is neither before its first nor before the article.
    """
    if day < opens:
        raise InvalidInput(f"{day} is before the window opens, {opens}")
    if day < published:
        raise InvalidInput(f"{day} is before the article's date {published}")
    return day


def question(
    talk: Talk, folder: Folder, given: Given, horizon: Horizon, *, published: Published
) -> Question:
    """
    The new question that the answers make, or the one in the files that asks the same.
    """
    asked = {"statement": "The question, to be answered yes or no",
             "criteria": "Criteria: what exactly makes it yes?",
             "resolution_source": "Where will the answer be found?"}  # fmt: skip
    missing = [option(key) for key in asked if not getattr(given, key)]
    if missing and not talk.app.asks:
        raise click.UsageError(
            f"Missing {', '.join(missing)} of a new question, or --question for one in the files."
        )
    words = {
        key: talk.needed(getattr(given, key), option(key), prompt, Field("question", key))
        for key, prompt in asked.items()
    }
    usual = windows.proposed(horizon.words, published.latest)
    if usual is not None and usual.closes < published.latest:
        usual = None
    opens = talk.needed(
        given.opens,
        "--opens",
        "First day of the window",
        DAY,
        default=usual.opens if usual else published.latest,
    )
    closes = talk.needed(
        given.closes,
        "--closes",
        "Last day of the window",
        Fitting(DAY, partial(_last, opens, published.latest)),
        default=usual.closes if usual else None,
    )
    condition = _condition(talk, given)
    same = same_question(
        folder.questions.values(), statement=words["statement"], condition=condition,
        opens=opens, closes=closes,
    )  # fmt: skip
    if same is not None and talk.eager:  # elsewhere the plan is refused
        talk.say(f"{same.id} asks the same: {same.statement} ({same.opens} to {same.closes})")
        if talk.confirm("Does the claim belong to it? (n goes back)", default=True):
            return same
        raise Back(2)
    proposed = question_id(words["statement"], closes.year, taken=folder.used("question"))
    return Question(
        id=talk.needed(
            given.question_id,
            "--question-id",
            "Id of the question",
            Fitting(Field("question", "id"), partial(folder.free, "question")),
            default=proposed,
        ),
        **words,
        criteria_written=talk.app.today,
        opens=opens,
        closes=closes,
        condition=condition,
        base_rate=talk.wanted(
            given.base_rate,
            "Base rate: how often does such a thing happen? (0.2, 20%)",
            Field("question", "base_rate"),
        ),
        status_quo=_status_quo(talk, given),
        cluster=talk.wanted(
            given.cluster,
            "Cluster: one event settles several questions",
            Field("question", "cluster"),
        ),
        tags=talk.several(given.tag, "Tags", Field("question", "tags")),
        note=given.question_note,
    )


def _condition(talk: Talk, given: Given) -> Condition | None:
    """
    The "if" of the question, and what would settle it.
    """
    kind = Field("question", "condition.statement")
    statement = talk.wanted(given.condition, 'Condition: the A of "if A, then B"', kind)
    if statement is None:
        return None
    criteria = talk.needed(
        given.condition_criteria,
        "--condition-criteria",
        "What exactly makes the condition met?",
        Field("question", "condition.criteria"),
    )
    return Condition(statement=statement, criteria=criteria)


def _status_quo(talk: Talk, given: Given) -> Outcome | None:
    """
    The answer if nothing changes.
    """
    prompt = "The answer if nothing changes, yes or no"
    found: Outcome | None = talk.wanted(
        Outcome(given.status_quo) if given.status_quo else None,
        prompt,
        Field("question", "status_quo"),
    )
    return found

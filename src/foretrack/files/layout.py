"""
The file format, declared once: reading, checking, writing and the schema all follow from it.

The order of the keys is the order in which they are written.
"""

from __future__ import annotations

from foretrack.core.vocabulary import (
    Annulment,
    Cohort,
    ConditionIs,
    DateBasis,
    HorizonBasis,
    Outcome,
    Polarity,
    Precision,
    Reading,
    SourceKind,
    Unscorable,
)
from foretrack.files.scalars import (
    Address,
    Checksum,
    Day,
    DayOrPart,
    OneOf,
    Share,
    Slug,
    Week,
    Whole,
    Words,
)
from foretrack.files.shapes import ByKey, Key, Keys, ListOf, ValueOrKeys

SLUG = Slug()
ENTRY = Slug(longest=90)  # a question's id and a number
NAME = Words(longest=300)
LINE = Words(longest=1000)
TEXT = Words(lines=True)
ADDRESS = Address()
NOTE = Key("note", TEXT, "What else must last; comments are not kept.")


SOURCE = Keys(
    (
        Key("id", SLUG, "Id of the source.", required=True),
        Key("name", NAME, "Who is scored.", required=True),
        Key("kind", OneOf(tuple(SourceKind)), "What is scored.", required=True),
        Key("lexicon", Words(longest=80), "The standard the source declares."),
        NOTE,
    )
)

PUBLISHED = ByKey(
    (
        (
            ("date",),
            Keys(
                (
                    Key("date", DayOrPart(), "YYYY-MM-DD, YYYY-MM or YYYY.", required=True),
                    Key(
                        "precision",
                        OneOf((Precision.DAY, Precision.MONTH, Precision.YEAR)),
                        "Follows from the form of the date.",
                    ),
                    Key("basis", OneOf(tuple(DateBasis)), "stated (default) or inferred."),
                )
            ),
        ),
        (
            ("earliest", "latest"),
            Keys(
                (
                    Key("earliest", Day(), "The earliest possible day.", required=True),
                    Key("latest", Day(), "The latest possible day.", required=True),
                    Key("precision", OneOf((Precision.RANGE,)), "range."),
                    Key("basis", OneOf(tuple(DateBasis)), "stated (default) or inferred."),
                )
            ),
        ),
    )
)

ARTICLE = Keys(
    (
        Key("id", SLUG, "Id of the article.", required=True),
        Key("title", NAME, "Its title.", required=True),
        Key("source", SLUG, "Id of the source that is scored.", required=True),
        Key("outlet", NAME, "Where it appeared."),
        Key("authors", ListOf(NAME, unique=True), "Who wrote it."),
        Key("published", PUBLISHED, "When it appeared.", required=True),
        Key("address", Address(), "Where it can be read."),
        Key(
            "text",
            Keys(
                (
                    Key("sha256", Checksum(), "Checksum of the text.", required=True),
                    Key("words", Whole(), "Number of words.", required=True),
                )
            ),
            "What identifies the text; `foretrack add article` fills it in.",
        ),
        NOTE,
    )
)

QUESTION = Keys(
    (
        Key("id", SLUG, "Id of the question.", required=True),
        Key("statement", LINE, "A question to be answered yes or no.", required=True),
        Key("criteria", TEXT, "What exactly makes it yes.", required=True),
        Key("criteria_written", Day(), "The day the criteria were written.", required=True),
        Key("resolution_source", LINE, "Where the answer will be found.", required=True),
        Key("opens", Day(), "First day of the window.", required=True),
        Key("closes", Day(), "Last day of the window, which belongs to it.", required=True),
        Key(
            "condition",
            Keys(
                (
                    Key("statement", LINE, "The if of the question.", required=True),
                    Key("criteria", TEXT, "What exactly makes it met.", required=True),
                )
            ),
            'For "if A, then B": A.',
        ),
        Key("base_rate", Share(), "Probability of yes by a reference class."),
        Key("status_quo", OneOf((Outcome.YES, Outcome.NO)), "The answer if nothing changes."),
        Key("cluster", SLUG, "Shared by questions that one event would settle together."),
        Key("tags", ListOf(SLUG, unique=True), "Topics."),
        NOTE,
    )
)

CLAIM = Keys(
    (
        Key("id", SLUG, "Id of the claim, unique in the whole record.", required=True),
        Key("source", SLUG, "Only if the claim is another source's than the article's."),
        Key(
            "where",
            Keys(
                (
                    Key("section", NAME, "Heading."),
                    Key("paragraph", Whole(least=1), "Number of the non-empty line of the text."),
                )
            ),
            "Its place in the article.",
        ),
        Key("says", LINE, "The claim in our own words.", required=True),
        Key("phrase", Words(longest=100), "The article's estimative word or words."),
        Key("probability", Share(), "A number that the article gave."),
        Key("reading", OneOf(tuple(Reading)), "How the phrase was taken."),
        Key("polarity", OneOf(tuple(Polarity)), "opposite: the question's complement."),
        Key(
            "horizon",
            Keys(
                (
                    Key("words", Words(longest=100), "By when, in the article's words."),
                    Key("basis", OneOf(tuple(HorizonBasis)), "Where the horizon was taken from."),
                )
            ),
            "By when.",
        ),
        Key("question", ValueOrKeys(SLUG, QUESTION), "What settles it: an id or a question."),
        Key("unscorable", OneOf(tuple(Unscorable)), "Why the claim is no forecast."),
        Key("joint", SLUG, "Shared by claims split from one sentence."),
        Key("attributed_to", LINE, "Who holds the view, where the article reports it."),
        Key("duplicate_of", SLUG, "The claim that says the same already."),
        NOTE,
    )
)

EVIDENCE = ListOf(
    Keys(
        (
            Key("citation", LINE, "What shows it.", required=True),
            Key("url", Address(), "Where it can be read."),
        )
    )
)
_DECIDED = Key("decided", Day(), "The day it was decided.", required=True)

ENTRY_OF_LEDGER = ByKey(
    (
        (
            ("resolve",),
            Keys(
                (
                    Key("resolve", SLUG, "Id of the question.", required=True),
                    Key("id", ENTRY, "The question's id, a hyphen, a number.", required=True),
                    Key("outcome", OneOf(tuple(Outcome)), "How it ended.", required=True),
                    Key("happened", Day(), "For yes: the day of the event."),
                    Key("impossible", Day(), "For no: the day it became impossible."),
                    _DECIDED,
                    Key("reason", OneOf(tuple(Annulment)), "For annulled."),
                    Key("evidence", EVIDENCE, "Needed for yes and no."),
                    NOTE,
                )
            ),
        ),
        (
            ("reopen",),
            Keys(
                (
                    Key("reopen", SLUG, "Id of the question.", required=True),
                    Key("id", ENTRY, "The question's id, a hyphen, a number.", required=True),
                    Key("reopens", ENTRY, "Id of the resolution that ends.", required=True),
                    _DECIDED,
                    Key("reason", TEXT, "Why.", required=True),
                )
            ),
        ),
        (
            ("condition",),
            Keys(
                (
                    Key("condition", SLUG, "Id of the question.", required=True),
                    Key("id", ENTRY, "The question's id, a hyphen, a number.", required=True),
                    Key("state", OneOf(tuple(ConditionIs)), "State of the if.", required=True),
                    Key("since", Day(), "The day it was met, or became impossible."),
                    _DECIDED,
                    Key("evidence", EVIDENCE, "Needed for met and unmet."),
                    NOTE,
                )
            ),
        ),
    )
)

PART = Slug(longest=90)  # a review's id, what it is and a number
MINUTES = Words(longest=4_000_000, lines=True, verbatim=True)
MET = Words(longest=300)

REVIEW = Keys(
    (
        Key("id", Week(), "Its ISO week.", required=True),
        Key("started", Day(), "The day it began.", required=True),
        Key("as_of", Day(), "The day whose agenda it goes through.", required=True),
        Key("lexicon", Words(longest=80), "Of sources that declare none.", required=True),
        Key("cohort", OneOf(tuple(Cohort)), "What headlines are taken over.", required=True),
        Key("sequence", Whole(), "The journal's last entry when it began.", required=True),
        Key("head", Checksum(), "That entry's hash.", required=True),
        Key("attending", ListOf(MET, unique=True), "Who was there."),
        Key("closed", Day(), "The day it ended."),
        Key("document", MINUTES, "The minutes as JSON, from the day it ended."),
        Key("skipped", ListOf(SLUG, unique=True), "Ids of the questions that were passed over."),
    )
)
POSTPONEMENT = Keys(
    (
        Key("id", PART, "The review's id, -later-, a number.", required=True),
        Key("question", SLUG, "Id of the question that was left open.", required=True),
        Key("decided", Day(), "The day it was looked at.", required=True),
        Key("again", Day(), "The day to look again.", required=True),
        NOTE,
    )
)
REMARK = Keys(
    (
        Key("id", PART, "The review's id, -note-, a number.", required=True),
        Key("text", TEXT, "What was said.", required=True),
        Key("question", SLUG, "Id of the question that it is about."),
        Key("dissent", ListOf(MET, unique=True), "Who dissents from what was decided about it."),
    )
)
TASK = Keys(
    (
        Key("id", PART, "The review's id, -task-, a number.", required=True),
        Key("text", TEXT, "What is to be done.", required=True),
        Key("who", MET, "Who is to do it."),
        Key("due", Day(), "By when."),
        Key("done", Day(), "The day it was done."),
    )
)

SOURCES_FILE = Keys((Key("sources", ListOf(SOURCE), "Who is scored.", required=True),))
ARTICLE_FILE = Keys(
    (
        Key("article", ARTICLE, "The document.", required=True),
        Key("claims", ListOf(CLAIM), "Its forward-looking statements.", required=True),
    )
)
QUESTION_FILE = Keys((Key("question", QUESTION, "What settles a forecast.", required=True),))
LEDGER_FILE = Keys(
    (Key("ledger", ListOf(ENTRY_OF_LEDGER), "In the order things were decided.", required=True),)
)
REVIEW_FILE = Keys(
    (
        Key("review", REVIEW, "A weekly meeting.", required=True),
        Key("postponements", ListOf(POSTPONEMENT), "What it left open."),
        Key("remarks", ListOf(REMARK), "Its notes."),
        Key("tasks", ListOf(TASK), "What somebody is to do."),
    )
)
FILE = ByKey(
    (
        (("sources",), SOURCES_FILE),
        (("article",), ARTICLE_FILE),
        (("question",), QUESTION_FILE),
        (("ledger",), LEDGER_FILE),
        (("review",), REVIEW_FILE),
    )
)

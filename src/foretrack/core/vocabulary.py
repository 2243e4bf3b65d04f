"""
The closed vocabularies: the words that fields of the record may hold, and the choices of a score.
"""

from __future__ import annotations

from enum import StrEnum


class SourceKind(StrEnum):
    """
    What is scored.
    """

    PERSON = "person"
    OUTLET = "outlet"
    ORGANISATION = "organisation"
    MODEL = "model"
    CROWD = "crowd"


class Precision(StrEnum):
    """
    How exactly the date of an article is known.
    """

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    RANGE = "range"


class DateBasis(StrEnum):
    """
    Whether the article states its date or the curator inferred it.
    """

    STATED = "stated"
    INFERRED = "inferred"


class HorizonBasis(StrEnum):
    """
    Where the horizon of a claim was taken from.
    """

    STATED = "stated"
    HEADING = "heading"
    INHERITED = "inherited"
    ASSUMED = "assumed"


class Polarity(StrEnum):
    """
    Whether the claim's proposition is the question's or its complement.
    """

    SAME = "same"
    OPPOSITE = "opposite"


class Reading(StrEnum):
    """
    How the estimative phrase was taken from the text.

    ``implied``: a bare "will", certainty that the prose may not have meant.
    ``assumed``: a phrase such as "is expected to", read as a probability by assumption.
    """

    EXPLICIT = "explicit"
    IMPLIED = "implied"
    ASSUMED = "assumed"


class Unscorable(StrEnum):
    """
    Why a claim is no forecast.
    """

    HEDGE = "hedge"
    NO_HORIZON = "no-horizon"
    ATTRIBUTED = "attributed"
    ORDINAL = "ordinal"
    NO_CRITERIA = "no-criteria"
    DUPLICATE = "duplicate"


class Outcome(StrEnum):
    """
    How a question ended.  Only yes and no are scored.
    """

    YES = "yes"
    NO = "no"
    AMBIGUOUS = "ambiguous"
    ANNULLED = "annulled"


class Annulment(StrEnum):
    """
    Why a question was annulled.
    """

    CONDITION_UNMET = "condition-unmet"
    CRITERIA_DEFECT = "criteria-defect"
    SOURCE_UNAVAILABLE = "source-unavailable"
    DUPLICATE = "duplicate"
    RECORDING_ERROR = "recording-error"


class ConditionIs(StrEnum):
    """
    The state of a question's condition.
    """

    PENDING = "pending"
    MET = "met"
    UNMET = "unmet"


class Cohort(StrEnum):
    """
    What the headline score is taken over.

    ``matured``: resolved yes or no, and the window is over.  ``resolved``: every resolved yes or
    no, which is biased toward yes while windows are open.
    """

    MATURED = "matured"
    RESOLVED = "resolved"


class Updates(StrEnum):
    """
    How several forecasts by one source on one question count.

    ``time``: each for the share of the time that it stood.  ``first``, ``last``: that one alone.
    ``each``: every one in full, so that n counts forecasts and no longer questions.
    """

    TIME = "time"
    FIRST = "first"
    LAST = "last"
    EACH = "each"

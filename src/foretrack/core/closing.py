"""
When a window is over, and when a forecast on it no longer counts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


def is_over(closes: date, *, as_of: date) -> bool:
    """
    Whether a window's last day is over: on the closing day itself it is not.

    >>> from datetime import date
    >>> is_over(date(2027, 5, 28), as_of=date(2027, 5, 28))
    False
    """
    return closes < as_of


def ends(closes: date, *, settled: date | None) -> date:
    """
    The first day on which a forecast no longer counts.

    Args:
        closes: Last day of the window.
        settled: The day of the event or of its impossibility, if any.
    """
    return settled if settled is not None else closes + timedelta(days=1)

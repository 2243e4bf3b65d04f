"""
Two things at once in one process, for work that mostly does without Python.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

S = TypeVar("S")
T = TypeVar("T")


_OFTEN: Final = 0.2  # seconds


def at_once(
    there: Callable[[], S],
    here: Callable[[], T],
    *,
    waiting: Callable[[], None] = lambda: None,
) -> tuple[S, T]:
    """
    The results of two pieces of work, the first one done in a thread.

    Both are over when this returns or raises; where both fail the second one's error is raised.

    Args:
        there: What is done in the thread.
        here: What is done meanwhile.
        waiting: Called a few times a second when that is done and the first is not.

    >>> at_once(lambda: 1, lambda: 2)
    (1, 2)
    """
    found: list[S] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            found.append(there())
        except BaseException as error:  # noqa: BLE001 - raised again below
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        other = here()
        while thread.is_alive():
            thread.join(_OFTEN)
            waiting()
    finally:
        thread.join()
    if failed:
        raise failed[0]
    return found[0], other

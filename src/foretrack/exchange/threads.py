"""
Two things at once in one process, for work that mostly does without Python.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, Generic, TypeVar

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
    interrupt: Callable[[], None] = lambda: None,
) -> tuple[S, T]:
    """
    The results of two pieces of work, the first one done in a thread.

    Both are over when this returns or raises, also where it is interrupted by Ctrl-C; where both
    fail the second one's error is raised.

    Args:
        there: What is done in the thread.
        here: What is done meanwhile.
        waiting: Called a few times a second when that is done and the first is not.
        interrupt: Asks the first to end early, once the second has failed; it may be called more
            than once, and before the first has come to what it ends.

    >>> at_once(lambda: 1, lambda: 2)
    (1, 2)
    """
    work = _Work(there)
    thread = threading.Thread(target=work)
    is_started = False
    try:
        thread.start()
        is_started = True
        other = here()
        while not work.is_over(_OFTEN):
            waiting()
    except BaseException:
        work.end(interrupt, is_coming=is_started)
        raise
    finally:
        if thread.is_alive():  # its last breath
            thread.join()
    return work.result(), other


class _Work(Generic[S]):
    """
    Work in a thread of its own, which whoever waits for it cannot lose sight of.

    In some versions of Python a thread's own ``join`` takes it for over once it was interrupted
    while waiting; an interrupted ``start`` does not say whether there is a thread.
    """

    def __init__(self, work: Callable[[], S]) -> None:
        self._work = work
        self._found: list[S] = []
        self._failed: list[BaseException] = []
        self._state = threading.Lock()
        self._is_wanted = True
        self._has_begun = False
        self._is_over = False
        self._running = threading.Lock()  # held until it is over
        self._running.acquire()

    def __call__(self) -> None:
        with self._state:
            if not self._is_wanted:
                return
            self._has_begun = True
        try:
            self._found.append(self._work())
        except BaseException as error:  # noqa: BLE001 - raised again by ``result``
            self._failed.append(error)
        finally:
            self._is_over = True
            self._running.release()

    def is_over(self, seconds: float) -> bool:
        """
        Whether it is, or is so within some time.
        """
        if not self._is_over:
            self._running.acquire(timeout=seconds)
        return self._is_over

    def end(self, interrupt: Callable[[], None], *, is_coming: bool) -> None:
        """
        See that it is over, however often somebody presses Ctrl-C meanwhile.

        Args:
            interrupt: Asks it to end early.
            is_coming: Whether it has begun or surely will; if not it need not begin.
        """
        while True:
            try:
                if not is_coming:
                    with self._state:
                        self._is_wanted = False
                    if not self._has_begun:
                        return
                while not self._is_over:
                    interrupt()
                    self.is_over(_OFTEN)
            except KeyboardInterrupt:
                continue
            self._failed.clear()  # see ``result``
            return

    def result(self) -> S:
        """
        What came of it.

        An error that is still held here holds this by its traceback: a cycle, in which whatever
        the work had in hand stays alive.
        """
        if self._failed:
            raise self._failed.pop()
        return self._found[0]

"""
Work done in a second process at the same time, where there is a processor for it.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def possible() -> bool:
    """
    Whether a second process can be had and would be of use.

    Only without other threads: a process that is forked while one holds a lock may wait for ever.
    """
    return (
        hasattr(os, "fork")
        and threading.active_count() == 1
        and len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else [0]) > 1
    )


class Elsewhere(Generic[T]):
    """
    A result that is being worked out, by a copy of this process where that is possible.

    The work must only read what it is given.  Where the copy fails for any reason the work is done
    here after all, and fails here if it must.  Where this process ends, however it does, the copy
    ends too.

    Args:
        work: What to do.  Its result must be one that can be pickled.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._pid = 0
        if not possible():
            return
        self._end, writing = os.pipe()
        lasting, self._held = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:  # pragma: no cover - in the copy
            os.close(self._end)
            os.close(self._held)
            _answer(work, writing, lasting)
        os.close(writing)
        os.close(lasting)

    def result(self) -> T:
        """
        Wait for it.
        """
        if not self._pid:
            return self._work()
        with os.fdopen(
            self._end, "rb", closefd=False
        ) as reading:  # ``drop`` may have to, after Ctrl-C
            data = reading.read()
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        self._close()
        if status:
            return self._work()
        found: T = pickle.loads(data)  # noqa: S301 - of our own making
        return found

    def drop(self) -> None:
        """
        Give it up.
        """
        if self._pid:
            self._close()
            with suppress(ProcessLookupError, ChildProcessError):  # waited for, and not yet noted
                os.kill(self._pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)
            self._pid = 0

    def _close(self) -> None:
        os.close(self._end)
        os.close(self._held)


def _answer(work: Callable[[], object], writing: int, lasting: int) -> None:  # pragma: no cover
    """
    Do the work, send its result, and end without touching anything that is this process's too.

    Args:
        work: What to do.
        writing: Where the result goes.
        lasting: Nothing ever comes from here, and no more of it once the other process has ended.
    """
    try:
        threading.Thread(target=_follow, args=(lasting,), daemon=True).start()
        with os.fdopen(writing, "wb") as target:
            pickle.dump(work(), target, pickle.HIGHEST_PROTOCOL)
    except BaseException:  # noqa: BLE001 - the work is done again, and fails again, in the original
        os._exit(1)
    os._exit(0)


def _follow(lasting: int) -> None:  # pragma: no cover - in the copy
    """
    End where the other process has ended.
    """
    os.read(lasting, 1)
    os._exit(1)

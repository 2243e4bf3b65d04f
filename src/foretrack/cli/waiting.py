"""
A sign of life on the terminal while something takes long.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress

PATIENCE: Final = 1.0
"""
Seconds until it is said what takes so long.
"""


@contextmanager
def working(what: str, *, after: float = PATIENCE) -> Iterator[None]:
    """
    Say on standard error what goes on, with the time it takes, and take that back at the end.

    Nothing is said where standard error is no terminal, nor of what is over soon.

    Args:
        what: What goes on, as "making the agenda".
        after: Seconds until it is said.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    sign = _Sign(what)
    timer = Timer(after, sign.show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        sign.hide()


class _Sign:
    """
    The line on the terminal; it is shown from another thread, and never after the end.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.over = False
        self.lock = Lock()
        self.progress: Progress | None = None

    def show(self) -> None:
        """
        Show it, unless it is over by now.
        """
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        with self.lock:
            if self.over:
                return
            columns = (SpinnerColumn("line"), TextColumn("{task.description}", markup=False),
                       TimeElapsedColumn())  # fmt: skip
            self.progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self.progress.add_task(f"{self.what} ...", total=None)
            self.progress.start()

    def hide(self) -> None:
        """
        Take it back.
        """
        with self.lock:
            self.over = True
            if self.progress is not None:
                self.progress.stop()

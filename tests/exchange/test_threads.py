"""
Two things at once.
"""

from __future__ import annotations

import threading

import pytest

from foretrack.exchange.threads import at_once


def test_at_once() -> None:
    """
    Each waits for what the other does, which one after the other would never end.
    """
    first, second = threading.Event(), threading.Event()

    def there() -> bool:
        first.set()
        return second.wait(10)

    def here() -> bool:
        second.set()
        return first.wait(10)

    assert at_once(there, here) == (True, True)


def test_errors() -> None:
    """
    The error of either is raised once both are over, and no thread is left.
    """
    done = []

    def fails() -> None:
        raise ValueError("one")

    with pytest.raises(ValueError, match="one"):
        at_once(fails, lambda: done.append("other"))
    with pytest.raises(ValueError, match="one"):
        at_once(lambda: done.append("first"), fails)

    assert done == ["other", "first"]
    assert threading.active_count() == 1


def test_waiting() -> None:
    """
    Whoever waits says so now and then, until the thread is done.
    """
    over = threading.Event()
    told: list[None] = []

    def waiting() -> None:
        told.append(None)
        if len(told) == 2:
            over.set()

    at_once(lambda: over.wait(10), lambda: None, waiting=waiting)

    assert len(told) >= 2

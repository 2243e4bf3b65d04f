"""
Two things at once.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
import weakref

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


@pytest.mark.parametrize("presses", [1, 3])
def test_interrupted(presses: int) -> None:
    """
    After Ctrl-C, however often it is pressed, the thread is asked to end and waited for.
    """
    asked, done = threading.Event(), []

    def there() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        asked.wait(10)
        done.append("there")

    def interrupt() -> None:
        nonlocal presses
        presses -= 1
        if presses:
            signal.raise_signal(signal.SIGINT)
        asked.set()

    with pytest.raises(KeyboardInterrupt):
        at_once(there, lambda: None, interrupt=interrupt)

    assert done == ["there"]
    assert presses == 0
    assert threading.active_count() == 1


def test_interrupted_here() -> None:
    """
    So it is where what is done meanwhile is interrupted.
    """
    asked, done = threading.Event(), []

    def there() -> None:
        asked.wait(10)
        done.append("there")

    def here() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        at_once(there, here, interrupt=asked.set)

    assert done == ["there"]


def test_interrupted_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What is interrupted before it has a thread is not waited for.
    """

    def start(_: threading.Thread) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", start)

    with pytest.raises(KeyboardInterrupt):
        at_once(lambda: 1, lambda: 2)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_is_kept(error: type[BaseException]) -> None:
    """
    With the error goes what the work had in hand, without a search for cycles.
    """

    class Held:
        pass

    kept: list[weakref.ref[Held]] = []

    def there() -> None:
        held = Held()
        kept.append(weakref.ref(held))
        raise error

    gc.disable()
    try:
        with pytest.raises(error):
            at_once(there, lambda: None)
        assert [one() for one in kept] == [None]
    finally:
        gc.enable()

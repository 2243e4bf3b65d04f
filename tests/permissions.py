"""
What a user may not read or write, for tests that root runs, too.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def unprivileged() -> Iterator[None]:
    """
    Run as nobody where the tests run as root, whom no permission stops.
    """
    if not hasattr(os, "geteuid"):
        pytest.skip("this system has no users to refuse")
    if os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(65534)
    except OSError:
        pytest.skip("root cannot step down here, and no permission stops root")
    try:
        yield
    finally:
        os.seteuid(0)

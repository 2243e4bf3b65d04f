"""
The libraries of the extra ``archive``, loaded without what of them is not used here.

Loading them takes longer than counting a million rows.
"""

from __future__ import annotations

import importlib
import os
from typing import Any, Final

_THREADS: Final = "OPENBLAS_NUM_THREADS"


def duckdb() -> Any:
    """
    DuckDB; its core alone where that stands by itself.

    The package adds types, expressions and helpers in Python to it, which take twice the time.
    """
    try:
        core = importlib.import_module("_duckdb")
    except ImportError:
        return importlib.import_module("duckdb")
    return core if hasattr(core, "connect") else importlib.import_module("duckdb")


def numpy() -> None:
    """
    Load numpy, before anything that uses it is, without threads for linear algebra.

    There is none here, and starting them takes as long as all the rest of numpy.
    """
    before = os.environ.get(_THREADS)
    os.environ.setdefault(_THREADS, "1")
    try:
        importlib.import_module("numpy")
    finally:
        if before is None:
            del os.environ[_THREADS]

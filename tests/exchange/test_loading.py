"""
Libraries loaded in part.
"""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest

from foretrack.exchange import archive, loading

LOADED = """\
import os
from foretrack.exchange import loading
loading.numpy()
import numpy
print(os.environ.get("OPENBLAS_NUM_THREADS"))
"""


@pytest.mark.skipif(not archive.available(), reason="the extra `archive` is not installed")
@pytest.mark.parametrize("before", [None, "2"])
def test_environment(before: str | None) -> None:
    """
    What others are told of threads is as it was.
    """
    named = {} if before is None else {"OPENBLAS_NUM_THREADS": before}
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}

    done = subprocess.run(
        [sys.executable, "-c", LOADED], env=environment | named, capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip

    assert done.stdout.strip() == str(before)


@pytest.mark.parametrize("core", [None, ModuleType("_duckdb")])
def test_package(core: ModuleType | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Where the core of DuckDB is missing, or something else, it is the package.
    """
    package = ModuleType("duckdb")
    there: dict[str, Any] = {"_duckdb": core, "duckdb": package}

    def loaded(name: str) -> ModuleType:
        if there[name] is None:
            raise ImportError(name)
        found: ModuleType = there[name]
        return found

    monkeypatch.setattr(importlib, "import_module", loaded)

    assert loading.duckdb() is package

"""
The shape of the code: who may import whom, names, docstrings, thin commands.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "foretrack"
MODULES = sorted(SOURCE.rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager", "service", "misc"}


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def trees() -> list[tuple[str, ast.Module]]:
    return [(name(path), ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES]


def commands() -> list[tuple[str, ast.FunctionDef]]:
    """
    The functions that are commands of the command line.
    """
    return [
        (f"{module}:{node.name}", node)
        for module, tree in trees()
        if module.startswith("cli/")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(map(_makes_command, node.decorator_list))
    ]


def _makes_command(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr in ("command", "group")


def test_imports_point_one_way() -> None:
    """
    The contracts in pyproject.toml hold: import-linter finds none of them broken.
    """
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=SOURCE.parents[1],
        env={**os.environ, "PYTHONPATH": str(SOURCE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules(path: Path) -> None:
    """
    Every module says what it is for, and is named after that.
    """
    assert path.stem not in VAGUE
    if not path.relative_to(SOURCE).parts[-1].startswith("__init__") or path.read_text().strip():
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_docstrings_stand_apart() -> None:
    """
    The quotes of a docstring stand on lines of their own.
    """
    for module, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                text = ast.get_docstring(node, clean=False)
                if text is not None:
                    place = f"{module}:{getattr(node, 'name', '')}"
                    assert text.startswith("\n"), place
                    assert text.rstrip(" ").endswith("\n"), place


@pytest.mark.parametrize(("place", "node"), commands(), ids=[place for place, _ in commands()])
class TestCommands:
    def test_short(self, place: str, node: ast.FunctionDef) -> None:
        """
        A command parses, calls one use case and shows: at most 25 lines, its docstring aside.
        """
        body = node.body[1:] if ast.get_docstring(node) else node.body
        lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
        assert lines <= 25, place

    def test_no_errors_handled(self, place: str, node: ast.FunctionDef) -> None:
        """
        Errors become messages and exit codes in the root group, nowhere else.
        """
        for part in ast.walk(node):
            assert not isinstance(part, ast.Try), place
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                assert (part.value.id, part.attr) not in (("sys", "exit"), ("os", "_exit")), place

    def test_documented(self, place: str, node: ast.FunctionDef) -> None:
        """
        A command has its help in its docstring.
        """
        assert ast.get_docstring(node), place


def test_there_are_commands() -> None:
    """
    The tests above found what they test.
    """
    assert len(commands()) > 15


def test_no_clock_below_the_command_line() -> None:
    """
    Only the command line asks what day it is.
    """
    asking = {"now", "today", "utcnow", "time", "monotonic"}
    for module, tree in trees():
        if module.startswith("cli/"):
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("datetime", "date", "time")
            ):
                assert node.func.attr not in asking, f"{module}:{node.lineno}"


def test_the_core_reads_no_environment() -> None:
    """
    No environment, no standard streams and no randomness of its own in the core.
    """
    for module, tree in trees():
        if not module.startswith("core/"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert (node.value.id, node.attr) not in (
                    ("os", "environ"), ("sys", "argv"), ("sys", "stdout"), ("random", "random"),
                    ("random", "seed"),
                ), f"{module}:{node.lineno}"  # fmt: skip

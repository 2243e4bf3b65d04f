"""
The journal as it is read: what a correction changed, and ids that can be copied.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from commandline import Shell

    Head = Callable[[Shell], tuple[int, str]]

CLAIM, FROST = "outlook-2025-frost", "frost-in-spring"
LONG = "There is so much frost in spring that the station reports it on each of ten days in a row."


@pytest.fixture
def corrected(small: Shell, folder: Path) -> Shell:
    """
    The small record after a correction of a claim, in two fields, and of its question.
    """
    path = folder / "articles" / "outlook-2025.yaml"
    path.write_text(
        path.read_text().replace("phrase: likely", "phrase: very likely")
        .replace("says: There is frost in spring.", f"says: {LONG}")
        .replace("closes: 2025-12-31", "closes: 2025-12-30")
    )  # fmt: skip
    said = small("import", folder, "--accept-changes", "--reason", "Misread at first")
    assert said.code == 0, said
    return small


class TestCorrections:
    def test_of_one_record(self, corrected: Shell) -> None:
        """
        Under a correction each changed field, a long text as the one before and the one after.
        """
        shown = corrected.done("log", CLAIM)

        assert "  phrase: likely -> very likely\n" in shown
        assert f"  says:\n  - There is frost in spring.\n  + {LONG}\n" in shown

    def test_where_it_is_shown(self, corrected: Shell) -> None:
        """
        So it is in the history of a record that is shown whole.
        """
        history = corrected.done("show", FROST).split("Journal\n")[1]

        assert "correct: Misread at first\n  closes: 2025-12-31 -> 2025-12-30\n" in history

    @pytest.mark.parametrize("columns", ["80", "160"])
    def test_in_the_whole_log(self, corrected: Shell, columns: str) -> None:
        """
        Among all entries the names of the changed fields are enough.
        """
        shown = corrected.done("log", COLUMNS=columns)

        assert f"claim {CLAIM}: says, phrase" in shown
        assert f"question {FROST}: closes" in shown
        assert "very likely" not in shown

    def test_each_by_itself(self, corrected: Shell, folder: Path) -> None:
        """
        Of several corrections of one record each has its own change; what was taken out has it too.
        """
        path = folder / "articles" / "outlook-2025.yaml"
        path.write_text(path.read_text().replace("phrase: very likely", "phrase: unlikely"))
        corrected("import", folder, "--accept-changes")  # it warns of the window
        corrected.done("withdraw", CLAIM, "--reason", "x")
        shown = corrected.done("log", CLAIM)

        first, second = "phrase: likely -> very likely", "phrase: very likely -> unlikely"
        assert 0 < shown.index(first) < shown.index(second)
        assert (shown.count(" -> "), shown.count("very likely")) == (2, 2)

    def test_when_it_is_imported(self, small: Shell, folder: Path) -> None:
        """
        The import says it the same way.
        """
        path = folder / "articles" / "outlook-2025.yaml"
        path.write_text(
            path.read_text().replace("says: There is frost in spring.", f"says: {LONG}")
        )
        shown = small.done("import", folder, "--accept-changes")

        assert (
            f"    claim {CLAIM}: says:\n      - There is frost in spring.\n      + {LONG}\n"
            in shown
        )


class TestReasons:
    def test_kept(self, corrected: Shell) -> None:
        """
        The reason of an import stands with each correction.
        """
        entries = json.loads(corrected.done("log", "--format", "json"))["entries"]

        assert [one["reason"] for one in entries if one["action"] == "correct"] == [
            "Misread at first"
        ] * 2

    def test_unless_told(self, small: Shell, folder: Path) -> None:
        """
        Without one, that it changed in the files.
        """
        (folder / "sources.yaml").write_text(
            (folder / "sources.yaml").read_text().replace("The weather office", "The office")
        )
        small.done("import", folder, "--accept-changes")

        assert "changed in the files" in small.done("log", "-n", "1", COLUMNS="160")

    def test_refused(self, small: Shell, folder: Path, head: Head) -> None:
        """
        A reason that says nothing is none, and one without corrections is a mistake.
        """
        before = head(small)
        small.refused(3, "import", folder, "--accept-changes", "--reason", " ")
        small.refused(3, "import", folder, "--accept-changes", "--reason", "\x1b[2J")
        small.refused(2, "import", folder, "--reason", "x")
        assert head(small) == before


@pytest.mark.parametrize("columns", ["60", "80", "100", "120"])
def test_ids_are_whole(run: Shell, columns: str) -> None:
    """
    An id of the journal can be copied, and what stands below a row is on a line of its own.
    """
    run.done("withdraw", "gruzer-2024-energy", "--reason", "Recorded twice, and once is enough.")
    entries = json.loads(run.done("log", "--all", "--format", "json"))["entries"]
    shown = run.done("log", "--all", COLUMNS=columns)

    for entry in entries:
        assert entry["entity_id"] in shown
    assert all(len(line) <= int(columns) for line in shown.splitlines())

"""
Which database is meant, and why.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from foretrack import settings
from foretrack.core.library import DEFAULT
from foretrack.errors import InvalidInput

LEXICON = """\
id = "house"
title = "Our style guide"
citation = "Style guide, third edition, 2025"

[[entries]]
phrase = "likely"
point = 0.7
low = 0.6
high = 0.8
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """
    A working folder two levels below a project.
    """
    path = tmp_path / "project" / "notes" / "today"
    path.mkdir(parents=True)
    return path


def find(
    folder: Path, option: str | None = None, environment: dict[str, str] | None = None
) -> settings.Settings:
    return settings.find(option, environment=environment or {}, folder=folder)


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


class TestOrder:
    """
    --db, then FORETRACK_DB, then the nearest settings file upward, then the data directory.
    """

    def test_all_of_them(self, folder: Path) -> None:
        """
        Taking the first away uncovers the next, and each says why it was chosen.
        """
        project = put(folder.parents[1] / "foretrack.toml", 'database = "record.sqlite"\n')
        environment = {"FORETRACK_DB": "env.sqlite"}

        named = find(folder, "opt.sqlite", environment)
        assert (named.database, named.why) == ("opt.sqlite", "named on the command line (--db)")
        named = find(folder, None, environment)
        assert named.database == "env.sqlite"
        assert "FORETRACK_DB" in named.why
        named = find(folder)
        assert named.database == str(folder.parents[1] / "record.sqlite")
        assert named.why == f"named in {project}"
        assert named.file == project
        project.unlink()
        named = find(folder)
        assert Path(named.database).name == "foretrack.sqlite"
        assert "data directory" in named.why
        assert named.file is None

    def test_an_empty_variable_names_nothing(self, folder: Path) -> None:
        """
        ``FORETRACK_DB=`` is the same as none.
        """
        assert "data directory" in find(folder, None, {"FORETRACK_DB": ""}).why

    def test_the_nearest_file_counts(self, folder: Path) -> None:
        """
        A file nearer to the working folder hides those above it.
        """
        put(folder.parents[1] / "foretrack.toml", 'database = "far.sqlite"\n')
        put(folder / "pyproject.toml", '[tool.foretrack]\ndatabase = "near.sqlite"\n')

        assert find(folder).database == str(folder / "near.sqlite")

    def test_other_projects_files_are_passed_by(self, folder: Path) -> None:
        """
        A ``pyproject.toml`` that says nothing of foretrack hides nothing.
        """
        put(folder.parents[1] / "foretrack.toml", 'database = "far.sqlite"\n')
        put(folder / "pyproject.toml", '[tool.other]\ndatabase = "near.sqlite"\n')

        assert find(folder).database == str(folder.parents[1] / "far.sqlite")

    def test_foretracks_own_file_before_the_projects(self, folder: Path) -> None:
        """
        In one folder ``foretrack.toml`` goes before ``pyproject.toml``.
        """
        put(folder / "foretrack.toml", '[tool.foretrack]\ndatabase = "own.sqlite"\n')
        put(folder / "pyproject.toml", '[tool.foretrack]\ndatabase = "project.sqlite"\n')

        assert find(folder).database == str(folder / "own.sqlite")

    @pytest.mark.parametrize(
        ("named", "expected"),
        [
            ("postgresql://ann@host/record", "postgresql://ann@host/record"),
            ("/elsewhere/record.sqlite", "/elsewhere/record.sqlite"),
            ("~/record.sqlite", str(Path("~/record.sqlite").expanduser())),
        ],
    )
    def test_places(self, folder: Path, named: str, expected: str) -> None:
        """
        Addresses and whole paths stand as they are; ``~`` is the user's folder.
        """
        put(folder / "foretrack.toml", f'database = "{named}"\n')

        assert find(folder).database == expected


class TestRest:
    def test_defaults(self, folder: Path) -> None:
        """
        Without a file there is the default lexicon and nobody's name.
        """
        found = find(folder)

        assert (found.lexicon, found.lexicons, found.actor) == (DEFAULT, (), None)

    def test_from_the_file(self, folder: Path) -> None:
        """
        Lexicons are found beside the file that names them.
        """
        put(folder.parent / "house.toml", LEXICON)
        put(
            folder.parent / "foretrack.toml",
            'lexicon = "house"\nlexicons = ["house.toml"]\nactor = "ann"\n',
        )
        found = find(folder)

        assert (found.lexicon, found.actor) == ("house", "ann")
        entry = found.library().get("house").look_up("likely")
        assert entry is not None
        assert entry.point == 0.7

    def test_the_environment_names_the_actor(self, folder: Path) -> None:
        """
        ``FORETRACK_ACTOR`` goes before the file.
        """
        put(folder / "foretrack.toml", 'actor = "ann"\n')

        assert find(folder, None, {"FORETRACK_ACTOR": "bo"}).actor == "bo"

    def test_a_lexicon_that_is_not_there(self, folder: Path) -> None:
        """
        It is named when the lexicons are needed.
        """
        put(folder / "foretrack.toml", 'lexicons = ["gone.toml"]\n')

        with pytest.raises(InvalidInput, match=r"gone\.toml: cannot be read"):
            find(folder).library()


class TestBadFiles:
    @pytest.mark.parametrize(
        ("name", "text", "message"),
        [
            ("foretrack.toml", "database = \n", "toml:1: is no TOML: Invalid value"),
            ("pyproject.toml", "x = 1\n[tool.foretrack\n", "toml:2: is no TOML: Expected"),
            ("foretrack.toml", 'databse = "x"\n', "databse: is no setting .*did you mean database"),
            ("foretrack.toml", 'database = "a\\u0000b"\n', "database: must be text"),
            ("foretrack.toml", 'lexicons = ["a\\u0000b"]\n', "lexicons: must be a list"),
            ("foretrack.toml", "database = 1\n", "database: must be text"),
            ("foretrack.toml", 'lexicons = "house.toml"\n', "lexicons: must be a list"),
            ("foretrack.toml", "lexicons = [1]\n", "lexicons: must be a list"),
            (
                "foretrack.toml",
                "unseen_weeks = 0\n",
                "unseen_weeks: must be a whole number of weeks",
            ),
            ("foretrack.toml", "stale_weeks = true\n", "stale_weeks: must be a whole number"),
            ("foretrack.toml", 'stale_weeks = "4"\n', "stale_weeks: must be a whole number"),
            ("foretrack.toml", "tool = 1\n", "tool: is no setting of foretrack"),
            ("pyproject.toml", "[tool]\nforetrack = 1\n", "tool.foretrack: must be a table"),
        ],
    )
    def test_refused(self, folder: Path, name: str, text: str, message: str) -> None:
        """
        A settings file that cannot be used is named, with the key at fault.
        """
        path = put(folder / name, text)

        with pytest.raises(InvalidInput, match=message) as caught:
            find(folder).database  # noqa: B018 - to ask is to read
        assert str(path) in str(caught.value)

    def test_not_text(self, folder: Path) -> None:
        """
        Nor is one that is no text at all, and what to do is said.
        """
        (folder / "foretrack.toml").write_bytes(b"\xff\xfe\x00")

        with pytest.raises(InvalidInput, match="is not UTF-8 text; mend it, or take it away"):
            find(folder).library()

    @pytest.mark.parametrize("ask", ["database", "why", "lexicon", "lexicons", "actor"])
    def test_read_when_needed(self, folder: Path, ask: str) -> None:
        """
        A broken file stops only what nothing before it answers.

        The command line and the environment name database and actor; lexicons only the file names,
        and to take others silently would give other scores.
        """
        path = put(folder.parent / "pyproject.toml", "[tool.foretrack]\ndatabase = \n")
        environment = {"FORETRACK_DB": "env.sqlite", "FORETRACK_ACTOR": "bo"}

        for named in (find(folder, "opt.sqlite", environment), find(folder, None, environment)):
            assert named.file == path
            if ask.startswith("lexicon"):
                with pytest.raises(InvalidInput, match=str(path)):
                    getattr(named, ask)
            else:
                assert getattr(named, ask) in ("opt.sqlite", "env.sqlite", "bo", named.why)
        with pytest.raises(InvalidInput, match=str(path)):
            getattr(find(folder), ask)

    @pytest.mark.parametrize("content", [b"[tool.other\n", b"\xff\xfe\x00", b"= 1"])
    def test_a_broken_file_of_others_is_passed_by(self, folder: Path, content: bytes) -> None:
        """
        A ``pyproject.toml`` that does not even hold our name says nothing to us, broken or not.
        """
        put(folder.parents[1] / "foretrack.toml", 'database = "far.sqlite"\n')
        (folder / "pyproject.toml").write_bytes(content)

        assert find(folder).database == str(folder.parents[1] / "far.sqlite")

    def test_without_a_folder(self) -> None:
        """
        Where the working folder was deleted there is no file to find.
        """
        named = settings.find(None, environment={}, folder=None)

        assert (named.file, named.lexicon, Path(named.database).name) == (
            None, DEFAULT, "foretrack.sqlite",
        )  # fmt: skip

    def test_nobodys_folder(self, folder: Path) -> None:
        """
        ``~nobody/x`` is a name that leads nowhere, and no crash.
        """
        name = "~nobody-of-this-name/x"
        put(folder / "foretrack.toml", f'database = "{name}"\nlexicons = ["{name}.toml"]\n')

        assert find(folder).database == str(folder / name)
        with pytest.raises(InvalidInput, match="No such file"):
            find(folder).library()

    def test_several_mistakes_at_once(self, folder: Path) -> None:
        """
        All of them are named.
        """
        put(folder / "foretrack.toml", "database = 1\nlexicon = 2\nother = 3\n")

        with pytest.raises(InvalidInput) as caught:
            find(folder).library()
        assert {"database", "lexicon", "other"} == {p.where for p in caught.value.problems}

    @pytest.mark.parametrize("text", ["tool = 1\n", 'tool = ["a"]\n'])
    def test_a_strange_project_file_is_passed_by(self, folder: Path, text: str) -> None:
        """
        What is no table of tools says nothing of foretrack.
        """
        put(folder / "pyproject.toml", text)

        assert find(folder).file is None

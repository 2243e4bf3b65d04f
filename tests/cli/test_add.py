"""
``foretrack add`` as a person or a script meets it.
"""

from __future__ import annotations

import hashlib
import os
import pty
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from foretrack.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

TEXT = """\
Two peninsulas

Marina Gruzer

A treaty is unlikely in the medium term.
Trade may fall.
They met in May 2024.
"""

NEW_SOURCE = ("--source", "gruzer", "--source-name", "Marina Gruzer")
FORECAST = (
    *("--says", "The two sign a treaty.", "--phrase", "unlikely"),
    *("--horizon", "medium-term", "--horizon-basis", "heading"),
)
QUESTION = (
    *("--statement", "Will the two sign a treaty?", "--criteria", "Yes if they sign one."),
    *("--resolution-source", "UN treaty series"),
)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    A working folder with a text, on a known day, at a known width.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FORETRACK_TODAY", "2026-11-21")
    monkeypatch.setenv("COLUMNS", "80")
    Path("essay.txt").write_text(TEXT)
    Path("later.txt").write_text(f"Later\n{TEXT}")
    return tmp_path


@pytest.fixture
def record() -> Path:
    """
    A folder of records with one article and no claims.
    """
    done = run("article", "essay.txt", *NEW_SOURCE, "--published", "2024-05-28")
    assert done.exit_code == 0
    return Path("forecasts")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["add", *words])


def held(name: str = "articles/gruzer-2024.yaml") -> str:
    return Path("forecasts", name).read_text()


def check() -> str:
    done = CliRunner().invoke(main, ["check", "forecasts"])
    return done.stdout + done.stderr


class TestArticle:
    def test_scaffold(self) -> None:
        """
        The scaffold is canonical, holds checksum and words, and what comes next is said.
        """
        done = run("article", "essay.txt", *NEW_SOURCE, "--published", "2024-05-28")
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout == (
            "1   Two peninsulas\n"
            "2   Marina Gruzer\n"
            "3 * A treaty is unlikely in the medium term.  [unlikely, medium term]\n"
            "4 * Trade may fall.  [may]\n"
            "5   They met in May 2024.\n"
            "\n"
            "added gruzer (Marina Gruzer, person) to forecasts/sources.yaml\n"
            "wrote forecasts/articles/gruzer-2024.yaml: 20 words, no claims yet\n"
            "next: foretrack add claim gruzer-2024, once for each statement about the future\n"
            "then: foretrack import forecasts/\n"
        )
        checksum = hashlib.sha256(TEXT.encode()).hexdigest()
        assert held() == (
            "article:\n"
            "  id: gruzer-2024\n"
            "  title: Two peninsulas\n"
            "  source: gruzer\n"
            "  published:\n"
            "    date: 2024-05-28\n"
            "  text:\n"
            f"    sha256: {checksum}\n"
            "    words: 20\n"
            "claims: []\n"
        )
        assert check() == "no problem in 2 files: 1 source, 1 article\n"

    def test_everything_given(self) -> None:
        """
        Every field has its option; a range of days can be inferred.
        """
        done = run(
            *("article", "essay.txt", "--into", "my records", "--id", "two-peninsulas"),
            *("--title", "On treaties: a view", "--source", "inadis", "--source-name", "INADIS"),
            *("--source-kind", "organisation", "--outlet", "ISI", "--author", "A. One"),
            *("--author", "B. Two", "--published", "2024-06-20..2024-10-15", "--inferred"),
            *("--address", "https://example.org/a", "--note", "No date in the text."),
        )
        assert done.exit_code == 0
        assert "foretrack add claim two-peninsulas --into 'my records'," in done.stdout
        assert done.stdout.endswith("then: foretrack import 'my records/'\n")
        text = Path("my records", "articles", "two-peninsulas.yaml").read_text()
        assert text.partition("  text:")[0] == (
            "article:\n"
            "  id: two-peninsulas\n"
            "  title: 'On treaties: a view'\n"
            "  source: inadis\n"
            "  outlet: ISI\n"
            "  authors: [A. One, B. Two]\n"
            "  published:\n"
            "    earliest: 2024-06-20\n"
            "    latest: 2024-10-15\n"
            "    basis: inferred\n"
            "  address: https://example.org/a\n"
        )

    def test_known_source(self, record: Path) -> None:
        """
        A source that the files hold needs no name, and the next article gets a free id.
        """
        before = held("sources.yaml")
        done = run("article", "later.txt", "--source", "gruzer", "--published", "2024")
        assert (done.exit_code, done.stderr) == (0, "")
        assert "wrote forecasts/articles/gruzer-2024-2.yaml" in done.stdout
        assert held("sources.yaml") == before

    def test_same_text(self, record: Path) -> None:
        """
        A text that an article has already is refused, and names it; an option adds it once more.
        """
        Path("copy.txt").write_text(TEXT)
        words = ("article", "copy.txt", "--source", "gruzer", "--published", "2025")
        done = run(*words)
        assert (done.exit_code, done.stdout) == (3, "")
        assert done.stderr == (
            "foretrack: forecasts/articles/gruzer-2024.yaml:1: gruzer-2024 has the very same text;"
            " `foretrack add claim gruzer-2024` adds to it, --same-text makes another\n"
        )
        done = run(*words, "--same-text")
        assert done.exit_code == 0
        assert "gruzer-2024 has the very same text" in done.stderr
        assert "text:" in held("articles/gruzer-2025.yaml")

    def test_only_paragraphs(self) -> None:
        """
        --paragraphs prints and writes nothing.
        """
        done = run("article", "essay.txt", "--paragraphs")
        assert done.exit_code == 0
        assert len(done.stdout.splitlines()) == 5
        assert not Path("forecasts").exists()

    @pytest.mark.parametrize("columns", ["40", "80"])
    def test_paragraphs_fit(self, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        A paragraph takes one line of the terminal, wide characters and phrases included.
        """
        monkeypatch.setenv("COLUMNS", columns)
        Path("long.txt").write_text("They will go on. " * 40 + "\n" + "予測" * 90)
        done = run("article", "long.txt", "--paragraphs")
        first, second = done.stdout.splitlines()
        assert len(first) <= int(columns)
        assert first.endswith("...  [will]")
        assert len(second) + second.count("予") + second.count("測") <= int(columns)

    @pytest.mark.parametrize(
        ("words", "missing"),
        [
            ((), "--source"),
            (("--source", "gruzer"), "--source-name"),
            (NEW_SOURCE, "--published"),
        ],
    )
    def test_missing(self, words: tuple[str, ...], missing: str) -> None:
        """
        Without a terminal what is missing is a usage error that names the option.
        """
        done = run("article", "essay.txt", *words)
        assert done.exit_code == 2
        assert f"Missing {missing}:" in done.stderr
        assert not Path("forecasts").exists()

    def test_unknown_source_names_the_nearest(self, record: Path) -> None:
        """
        A misspelt source is not made a new one silently.
        """
        done = run("article", "later.txt", "--source", "gruzr", "--published", "2025")
        assert done.exit_code == 2
        assert "the nearest are gruzer" in done.stderr

    def test_other_name(self, record: Path) -> None:
        """
        The name of a source that exists cannot be changed in passing.
        """
        done = run("article", "later.txt", "--source", "gruzer", "--source-name", "Maria Gruzer",
                   "--published", "2025")  # fmt: skip
        assert done.exit_code == 2
        assert "another name" in done.stderr

    def test_never_overwritten(self, record: Path) -> None:
        """
        An id that is taken is refused, and the file stays.
        """
        before = held()
        done = run("article", "later.txt", "--source", "gruzer", "--published", "2025",
                   "--id", "gruzer-2024")  # fmt: skip
        assert done.exit_code == 3
        assert "forecasts/articles/gruzer-2024.yaml:1 already" in done.stderr
        assert held() == before

    @pytest.mark.parametrize(
        ("option", "value", "message"),
        [
            ("--published", "28 May 2024", "no date"),
            ("--published", "2024-02-30", "does not exist"),
            ("--id", "Gruzer 2024", "such as gruzer-2024"),
            ("--id", "../gruzer", "is no id"),
            ("--title", "two\nlines", "must be one line"),
            ("--title", "\x1b[31mred", "control character U+001B"),
            ("--address", "example.org", "no web address"),
            ("--source-kind", "planet", "person"),
        ],
    )
    def test_wrong_values(self, option: str, value: str, message: str) -> None:
        """
        A value that the files would not allow is a usage error.
        """
        given = {"--published": "2024", "--source": "gruzer", "--source-name": "G", option: value}
        done = run("article", "essay.txt", *(word for pair in given.items() for word in pair))
        assert done.exit_code == 2
        assert message in done.stderr
        assert not Path("forecasts").exists()

    def test_no_text(self) -> None:
        """
        A file that is missing is bad input, and is named.
        """
        done = run("article", "none.txt", *NEW_SOURCE, "--published", "2024")
        assert (done.exit_code, done.stdout) == (3, "")
        assert done.stderr == "foretrack: none.txt: cannot be read: No such file or directory\n"

    def test_hostile_text(self) -> None:
        """
        Markup and escapes of a text reach neither the terminal nor the file.
        """
        Path("essay.txt").write_text(
            "\x1b]0;owned\x07[bold]Title[/bold]\u202e\n\n\x1b[2J will \u2028 happen\n"
        )
        done = run("article", "essay.txt", *NEW_SOURCE, "--published", "2024")
        assert done.exit_code == 0
        assert done.stdout.splitlines()[0] == r"1   \x1b]0;owned\x07[bold]Title[/bold]\u202e"
        assert "\x1b" not in done.stdout
        assert "title: ']0;owned [bold]Title[/bold]'" in held()
        assert "no problem" in check()

    def test_folder_that_is_a_file(self) -> None:
        """
        A file in the place of the folder is one message, and stays.
        """
        Path("forecasts").write_text("not a folder")
        done = run("article", "essay.txt", *NEW_SOURCE, "--published", "2024")
        assert done.exit_code == 3
        assert "forecasts: is a file" in done.stderr

    def test_folder_that_cannot_be_written(self, record: Path) -> None:
        """
        A failure to write is one message that names the file, not a traceback.
        """
        Path("forecasts", "articles").rename(Path("forecasts", "essays"))
        Path("forecasts", "articles").write_text("in the way")
        done = run("article", "later.txt", "--source", "gruzer", "--published", "2025")
        assert done.exit_code == 1
        assert "forecasts/articles/gruzer-2025.yaml: cannot be written" in done.stderr

    def test_future(self) -> None:
        """
        A date that is yet to come is probably a slip, and warned of.
        """
        done = run("article", "essay.txt", *NEW_SOURCE, "--published", "2042-05-28")
        assert done.exit_code == 0
        assert done.stderr == "warning: 2042-05-28 is in the future\n"


class TestClaim:
    def test_forecast(self, record: Path) -> None:
        """
        The lexicon's reading and the window are proposed, and the result is canonical.
        """
        done = run("claim", "gruz", "--paragraph", "3", *FORECAST, *QUESTION, "--tag", "treaty",
                   "--cluster", "treaty-2024")  # fmt: skip
        assert (done.exit_code, done.stderr) == (0, "")
        written = (
            "  - id: gruzer-2024-two-sign-treaty\n"
            "    where: {paragraph: 3}\n"
            "    says: The two sign a treaty.\n"
            "    phrase: unlikely\n"
            "    horizon: {words: medium-term, basis: heading}\n"
            "    question:\n"
            "      id: two-sign-treaty-by-2027\n"
            "      statement: Will the two sign a treaty?\n"
            "      criteria: Yes if they sign one.\n"
            "      criteria_written: 2026-11-21\n"
            "      resolution_source: UN treaty series\n"
            "      opens: 2024-05-28\n"
            "      closes: 2027-05-28\n"
            "      cluster: treaty-2024\n"
            "      tags: [treaty]\n"
        )
        assert done.stdout == (
            "paragraph 3: A treaty is unlikely in the medium term.\n"
            "unlikely: 0.20 [0.10-0.25] under survey-2026.1\n"
            'horizon: "medium-term" closes 2027-05-28\n'
            f"\n{written}\n"
            "wrote forecasts/articles/gruzer-2024.yaml: claim gruzer-2024-two-sign-treaty\n"
            "next: foretrack add claim gruzer-2024 for the next one\n"
            "then: foretrack import forecasts/\n"
        )
        assert held().endswith(f"claims:\n{written}")
        assert check() == "no problem in 2 files: 1 source, 1 article, 1 question, 1 claim\n"

    def test_hedge(self, record: Path) -> None:
        """
        A hedge is unscorable; without that option it is refused with what to give.
        """
        words = ("claim", "gruzer-2024", "--says", "Trade falls.", "--phrase", "May")
        refused = run(*words)
        assert refused.exit_code == 2
        assert "give --unscorable hedge" in refused.stderr
        done = run(*words, "--unscorable", "hedge", "--section", "Outlook")
        assert done.exit_code == 0
        assert held().partition("claims:\n")[2] == (
            "  - id: gruzer-2024-trade-falls\n"
            "    where: {section: Outlook}\n"
            "    says: Trade falls.\n"
            "    phrase: may\n"
            "    unscorable: hedge\n"
        )

    def test_assumed_horizon(self, record: Path) -> None:
        """
        Without horizon words the window is the assumed one, 24 months, and says so.
        """
        done = run("claim", "gruzer-2024", "--says", "A pact.", "--probability", "0.3", *QUESTION)
        assert done.exit_code == 0
        assert "24 months are assumed" in done.stdout
        assert "    probability: 0.3\n    horizon: {basis: assumed}\n" in held()
        assert "      closes: 2026-05-28\n" in held()

    @pytest.mark.parametrize(
        ("words", "told", "window"),
        [
            ("within two years", "closes 2026-05-28", ("2024-05-28", "2026-05-28")),
            (
                "by 2027",
                "closes 2027-12-31, in another reading 2026-12-31",
                ("2024-05-28", "2027-12-31"),
            ),
            ("before March 2027", "closes 2027-02-28", ("2024-05-28", "2027-02-28")),
            ("this year", "closes 2024-12-31", ("2024-05-28", "2024-12-31")),
            ("in 2026", "opens 2026-01-01 and closes 2026-12-31", ("2026-01-01", "2026-12-31")),
        ],
    )
    def test_window_of_the_words(
        self, record: Path, words: str, told: str, window: tuple[str, str]
    ) -> None:
        """
        Numbers and dates in the horizon propose the window, and checking it finds no fault.
        """
        done = run("claim", "gruzer-2024", *FORECAST, *QUESTION, "--horizon", words)
        assert (done.exit_code, done.stderr) == (0, "")
        assert f'horizon: "{words}" {told}\n' in done.stdout
        opens, closes = window
        assert f"      opens: {opens}\n      closes: {closes}\n" in held()
        assert check().startswith("no problem")

    def test_all_of_a_question(self, record: Path) -> None:
        """
        Condition, base rate and status quo have their options, and so has a note of its own.
        """
        done = run(
            *("claim", "gruzer-2024", *FORECAST, *QUESTION, "--condition", "The two meet."),
            *("--condition-criteria", "Met if they meet.", "--base-rate", "0"),
            *(
                "--status-quo",
                "no",
                "--question-note",
                "Of the question.",
                "--note",
                "Of the claim.",
            ),
        )
        assert (done.exit_code, done.stderr) == (0, "")
        assert held().partition("      closes: 2027-05-28\n")[2] == (
            "      condition:\n"
            "        statement: The two meet.\n"
            "        criteria: Met if they meet.\n"
            "      base_rate: 0\n"
            "      status_quo: no\n"
            "      note: Of the question.\n"
            "    note: Of the claim.\n"
        )
        assert check().startswith("no problem")

    def test_source_of_its_own(self, record: Path) -> None:
        """
        A claim may be another source's than the article's, one in the files or a new one.
        """
        kim = ("--source", "kim-institute")
        words = ("claim", "gruzer-2024", "--says", "It ends.", "--unscorable", "ordinal", *kim)
        done = run(*words, "--source-name", "Kim Institute", "--source-kind", "organisation")
        assert (done.exit_code, done.stderr) == (0, "")
        assert (
            "added kim-institute (Kim Institute, organisation) to forecasts/sources" in done.stdout
        )
        assert "    source: kim-institute\n    says: It ends.\n" in held()
        before = held("sources.yaml")
        assert run(*words, "--says", "It goes on.").exit_code == 0
        assert run(*words[:-1], "gruzer", "--id", "gruzer-2024-own").exit_code == 0
        assert held("sources.yaml") == before
        assert held().count("source: kim-institute") == 2
        assert check().startswith("no problem")

    def test_paragraph(self, record: Path) -> None:
        """
        The text is found by its checksum or named; without it the number of words is the limit.
        """
        words = ("claim", "gruzer-2024", "--unscorable", "ordinal", "--says", "x", "--paragraph")
        assert "paragraph 4: Trade may fall.\n" in run(*words, "4").stdout
        Path("essay.txt").rename("elsewhere")
        assert "no paragraph 21: the text has 20 words" in run(*words, "21").stderr
        refused = run(*words, "6", "--text", "elsewhere")
        assert (refused.exit_code, refused.stdout) == (3, "")
        assert "no paragraph 6: the text has 5" in refused.stderr
        Path("other.txt").write_text("Another text.\n" * 9)
        refused = run(*words, "6", "--text", "other.txt")
        assert refused.exit_code == 3
        assert "other.txt: is not the text of gruzer-2024: its checksum is" in refused.stderr
        done = run("claim", "gruzer-2024", "--unscorable", "ordinal", "--says", "y",
                   "--paragraph", "6")  # fmt: skip
        assert done.exit_code == 0  # nobody can tell
        assert done.stderr == (
            "warning: the text was not found, so the paragraph was not checked; `--text FILE`"
            " names it\n"
        )

    @pytest.mark.parametrize(
        ("phrase", "told"),
        [
            ("may", "but in paragraph 4"),
            ("almost certainly", "but in paragraphs 5, 6"),
            ("is expected to", "nor anywhere else in the text"),
        ],
    )
    def test_phrase_stands_elsewhere(self, phrase: str, told: str) -> None:
        """
        Words that do not stand in the paragraph are warned of, with the paragraphs that have them.
        """
        Path("essay.txt").write_text(f"{TEXT}It is almost\nCERTAINLY over.\n".replace(
            "They met in May 2024.\n", ""))  # fmt: skip
        run("article", "essay.txt", *NEW_SOURCE, "--published", "2024-05-28")
        more = ("--unscorable", "no-horizon")
        words = ("claim", "gruzer-2024", "--says", "x", "--phrase", phrase, *more, "--paragraph")
        done = run(*words, "3")
        assert done.exit_code == 0
        assert done.stderr == f'warning: "{phrase}" does not stand in paragraph 3, {told}\n'

    def test_phrase_stands_there(self, record: Path) -> None:
        """
        Case, white space and line breaks make no difference.
        """
        done = run("claim", "gruzer-2024", *FORECAST, *QUESTION, "--phrase", " UNLIKELY ",
                   "--paragraph", "3")  # fmt: skip
        assert (done.exit_code, done.stderr) == (0, "")

    def test_reading_of_the_lexicon(self, record: Path) -> None:
        """
        A bare "will" is implied and "is expected to" assumed unless the curator says otherwise.
        """
        for phrase, reading, given in (
            ("will", "implied", ()),
            ("is expected to", "assumed", ()),
            ("is poised to", "implied", ("--reading", "implied")),
        ):
            done = run("claim", "gruzer-2024", "--says", phrase, "--phrase", phrase, *QUESTION,
                       "--statement", f"Will this {phrase}?", *given)  # fmt: skip
            assert done.exit_code == 0
            assert f"    phrase: {phrase}\n    reading: {reading}\n" in done.stdout

    def test_known_question(self, record: Path) -> None:
        """
        A question of another article is named by the beginning of its id.
        """
        run("claim", "gruzer-2024", *FORECAST, *QUESTION)
        run("article", "later.txt", "--source", "rinna", "--source-name", "R", "--published",
            "2024-06")  # fmt: skip
        done = run("claim", "rinna", "--says", "No treaty.", "--phrase", "likely", "--polarity",
                   "opposite", "--horizon", "by then", "--question", "two-sign")  # fmt: skip
        assert done.exit_code == 0
        assert held("articles/rinna-2024.yaml").endswith(
            "    phrase: likely\n"
            "    polarity: opposite\n"
            "    horizon: {words: by then, basis: stated}\n"
            "    question: two-sign-treaty-by-2027\n"
        )
        assert "no problem" in check()

    def test_not_a_second_time(self, record: Path) -> None:
        """
        What the files would refuse is refused before it is written.
        """
        run("claim", "gruzer-2024", *FORECAST, *QUESTION)
        before = held()
        done = run("claim", "gruzer-2024", *FORECAST, "--question", "two-sign",
                   "--says", "There is a treaty.")  # fmt: skip
        assert done.exit_code == 3
        assert done.stderr.startswith("foretrack: --question: gruzer forecasts two-sign-treaty-by")
        assert "mark one of the two `unscorable: duplicate`" in done.stderr
        assert held() == before

    def test_same_command_twice(self, record: Path) -> None:
        """
        Neither a claim nor a question counts twice: the same is refused, and says what to do.
        """
        run("claim", "gruzer-2024", *FORECAST, *QUESTION, "--yes")
        before = held()
        done = run("claim", "gruzer-2024", *FORECAST, *QUESTION, "--yes")
        assert done.exit_code == 3
        assert "gruzer-2024.yaml:11: gruzer-2024-two-sign-treaty says the same" in done.stderr
        assert "--unscorable duplicate --duplicate-of gruzer-2024-two-sign-treaty" in done.stderr
        done = run("claim", "gruzer-2024", *FORECAST, *QUESTION, "--says", "A pact.", "--yes")
        assert done.exit_code == 3
        assert "gruzer-2024.yaml:15: two-sign-treaty-by-2027 asks the same" in done.stderr
        assert "name it with --question two-sign-treaty-by-2027" in done.stderr
        assert held() == before

    def test_no_claim_repeats_itself(self, record: Path) -> None:
        """
        What a duplicate repeats is never guessed to be the claim that is added.
        """
        words = ("claim", "gruzer-2024", "--says", "It ends.", "--unscorable", "duplicate", "--id",
                 "gruzer-2024-dup", "--duplicate-of")  # fmt: skip
        done = run(*words, "gruzer-2024-du")
        assert done.exit_code == 3
        assert "no claim has the id gruzer-2024-du\n" in done.stderr
        run("claim", "gruzer-2024", *FORECAST, *QUESTION, "--id", "gruzer-2024-due", "--yes")
        assert "did you mean gruzer-2024-due?" in run(*words, "gruzer-2024-dux").stderr

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--closes", "2024-01-01"),
             "--closes: 2024-01-01 is before the window opens, 2024-05-28"),
            (("--opens", "2028-01-01"),
             "--closes: 2027-05-28 is before the window opens, 2028-01-01"),
            (("--id", "gruzer-2024-first"), "--id: the claim gruzer-2024-first stands in"),
            (("--question-id", "first-question"),
             "--question-id: the question first-question stands in"),
            (("--phrase", "unlikly"), '--phrase: no lexicon knows "unlikly"; the nearest are'),
            (("--paragraph", "6"), "--paragraph: there is no paragraph 6: the text has 5"),
            (("--horizon-basis", "assumed", "--joint", "sentence-1", "--closes", "2020-01-01"),
             "--closes: 2020-01-01 is before"),
        ],
    )  # fmt: skip
    def test_the_option_is_named(self, record: Path, words: tuple[str, ...], told: str) -> None:
        """
        What the files would refuse is said of the option, never of a line that is in no file.
        """
        run("claim", "gruzer-2024", *FORECAST, *QUESTION, "--says", "A first.", "--statement",
            "Will there be a first?", "--question-id", "first-question", "--id",
            "gruzer-2024-first")  # fmt: skip
        before = held()
        done = run("claim", "gruzer-2024", *FORECAST, *QUESTION, *words)
        assert done.exit_code == 3
        assert done.stderr.startswith(f"foretrack: {told}")
        done = run("claim", "gruzer-2024", *FORECAST, "--question", "war")
        assert done.stderr.startswith("foretrack: --question: forecasts holds no question")
        assert held() == before

    def test_percentages(self, record: Path) -> None:
        """
        30% is 0.3; 30 is not taken for it, and the refusal says how it is written.
        """
        words = ("claim", "gruzer-2024", "--says", "A pact.", *QUESTION, "--probability")
        refused = run(*words, "30")
        assert refused.exit_code == 2
        assert "is not a number from 0 to 1 such as 0.2; a percentage is written 30%" in (
            refused.stderr
        )
        assert run(*words, "130%").exit_code == 2
        assert run(*words, "30%", "--base-rate", "2.5 %").exit_code == 0
        assert "    probability: 0.3\n" in held()
        assert "      base_rate: 0.025\n" in held()

    def test_attributed_and_duplicate(self, record: Path) -> None:
        """
        Both need whose view it is, or which claim it repeats.
        """
        words = ("claim", "gruzer-2024", "--says", "It ends.", "--unscorable")
        for reason, option, given in (
            ("attributed", "--attributed-to", "A minister"),
            ("duplicate", "--duplicate-of", "gruzer-2024-it-ends"),
        ):
            refused = run(*words, reason)
            assert refused.exit_code == 2
            assert f"Missing {option}" in refused.stderr
            run(*words, reason, option, given)
        assert held().count("attributed_to: A minister") == 1

    @pytest.mark.parametrize(
        ("words", "code", "message"),
        [
            ((), 2, "Missing --says"),
            (("--says", "x"), 2, "Missing --phrase or --probability, or --unscorable"),
            (FORECAST, 2, "Missing --statement, --criteria, --resolution-source"),
            ((*FORECAST, "--question", "war"), 3, "no question that begins with 'war'"),
            ((*FORECAST, "--question", "war", "--tag", "x1"), 2, "leave out --tag"),
            ((*FORECAST, *QUESTION, "--unscorable", "hedge"), 2, "leave out --statement"),
            ((*FORECAST, *QUESTION, "--probability", "0.2"), 2, "not both"),
            ((*FORECAST, *QUESTION, "--probability", "20"), 2, "not a number from 0 to 1"),
            ((*FORECAST, *QUESTION, "--paragraph", "0"), 2, "not a whole number from 1"),
            ((*FORECAST, *QUESTION, "--closes", "2020-01-01"), 3, "before"),
            ((*FORECAST, *QUESTION, "--horizon", "by Christmas"), 2, "Missing --closes"),
            ((*FORECAST, *QUESTION, "--horizon", "in 2023"), 2, "Missing --closes"),
            ((*FORECAST, *QUESTION, "--paragraph", "6"), 3, "no paragraph 6: the text has 5"),
            ((*FORECAST, *QUESTION, "--text", "none.txt"), 3, "none.txt: cannot be read"),
            ((*FORECAST, *QUESTION, "--condition", "A."), 2, "Missing --condition-criteria"),
            ((*FORECAST, *QUESTION, "--condition-criteria", "A."), 2, "stands with --condition"),
            ((*FORECAST, *QUESTION, "--base-rate", "1.1"), 2, "not a number from 0 to 1"),
            ((*FORECAST, *QUESTION, "--status-quo", "ambiguous"), 2, "status-quo"),
            ((*FORECAST, "--question", "x1", "--base-rate", "0"), 2, "leave out --base-rate"),
            ((*FORECAST, "--question", "x1", "--status-quo", "no"), 2, "leave out --status-quo"),
            ((*FORECAST, *QUESTION, "--source", "kim"), 2, "Missing --source-name"),
            ((*FORECAST, *QUESTION, "--source-name", "Kim"), 2, "stand with --source"),
            (
                (*FORECAST, *QUESTION, "--source", "gruzer", "--source-kind", "crowd"),
                2,
                "no crowd but a person",
            ),
            ((*FORECAST, *QUESTION, "--phrase", "unlikly"), 3, 'the nearest are "unlikely"'),
            ((*FORECAST, *QUESTION, "--attributed-to", "x"), 2, "stand with --unscorable"),
        ],
    )
    def test_refused(self, record: Path, words: tuple[str, ...], code: int, message: str) -> None:
        """
        What is missing or contradicts itself is refused with what to do, and nothing is written.
        """
        before = held()
        done = run("claim", "gruzer-2024", *words)
        assert done.exit_code == code
        assert message in done.stderr
        assert held() == before

    def test_article(self, record: Path) -> None:
        """
        Without a terminal the article must be named, and must exist.
        """
        assert "Missing ARTICLE-ID" in run("claim").stderr
        done = run("claim", "rinna", "--says", "x")
        assert done.exit_code == 3
        assert "no article that begins with 'rinna'; there are gruzer-2024" in done.stderr

    def test_comments(self, record: Path) -> None:
        """
        Comments above the file's first line stay; where others would be lost, nothing is written.
        """
        words = ("claim", "gruzer-2024", "--unscorable", "ordinal", "--yes", "--says")
        path = Path("forecasts", "articles", "gruzer-2024.yaml")
        path.write_text(f"# mine\n{path.read_text()}")
        done = run(*words, "x")
        assert done.exit_code == 0
        assert "comments" not in done.stderr
        assert held().startswith("# mine\narticle:\n")
        path.write_text(f"{path.read_text()}# and mine\n")
        before = held()
        done = run(*words, "y")
        assert done.exit_code == 3
        assert done.stderr.startswith(
            "foretrack: forecasts/articles/gruzer-2024.yaml: comments below the first line would be"
            " lost; make them a `note:`, or put them above"
        )
        assert held() == before

    def test_window_beside_the_table(self, record: Path) -> None:
        """
        A window that differs from the horizon table is a warning.
        """
        done = run("claim", "gruzer-2024", *FORECAST, *QUESTION, "--closes", "2027-12-31")
        assert done.exit_code == 0
        assert "differs from the horizon table" in done.stderr

    def test_hostile_words(self, record: Path) -> None:
        """
        Markup is plain text; control characters cannot get in.
        """
        done = run("claim", "gruzer-2024", "--says", "[red]x[/red] \u202e: y", "--unscorable",
                   "ordinal")  # fmt: skip
        assert done.exit_code == 0
        assert "\u202e" not in done.stdout
        assert "[red]x[/red]" in done.stdout
        assert run("claim", "gruzer-2024", "--says", "x\x1b[2J").exit_code == 2
        assert "no problem" in check()


class Terminal:
    """
    The program on a terminal of its own.
    """

    def __init__(self, *words: str) -> None:
        self.master, inner = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "foretrack", "add", *words],
            stdin=inner,
            stdout=inner,
            stderr=inner,
            close_fds=True,
            start_new_session=True,
            env={**os.environ, "TERM": "dumb"},
        )
        os.close(inner)
        self.seen = ""
        self.told = 0

    def expect(self, text: str) -> None:
        """
        Wait until the program has printed this, after what was expected before.
        """
        limit = time.monotonic() + 30
        while (place := self.seen.find(text, self.told)) < 0:
            if time.monotonic() > limit or not self.more():
                raise AssertionError(f"{text!r} did not come in:\n{self.seen[self.told :]}")
        self.told = place + len(text)

    def more(self) -> bool:
        """
        Read what is there; False at the end.
        """
        if not select.select([self.master], [], [], 30)[0]:
            return False
        # Linux reports the end of a terminal's output as an input error.
        with suppress(OSError):
            piece = os.read(self.master, 4096)
            self.seen += piece.decode().replace("\r\n", "\n")
            return bool(piece)
        return False

    def answer(self, prompt: str, line: str = "") -> None:
        """
        Wait for a prompt and type a line.
        """
        self.expect(prompt)
        os.write(self.master, f"{line}\n".encode())

    def interrupt(self) -> None:
        """
        Press Ctrl-C; again when it came between the prompt and the reading of the answer.
        """
        for _ in range(20):
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
                return

    def end(self) -> int:
        """
        Read to the end; the exit code.
        """
        while self.more():
            pass
        return self.process.wait(30)

    def close(self) -> None:
        """
        Leave nothing behind.
        """
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
        os.close(self.master)


@pytest.fixture
def terminal() -> Iterator[list[Terminal]]:
    """
    Terminals that a test opened; closed in any case.
    """
    opened: list[Terminal] = []
    yield opened
    for one in opened:
        one.close()


def talk(terminal: list[Terminal], *words: str) -> Terminal:
    terminal.append(Terminal(*words))
    return terminal[-1]


class TestConversation:
    def test_article(self, terminal: list[Terminal]) -> None:
        """
        It asks for what is missing, with defaults from the text and the answers before.
        """
        screen = talk(terminal, "article", "essay.txt")
        screen.answer("Title [Two peninsulas]: ")
        screen.answer("Authors", "Marina Gruzer; B. Two")
        screen.answer("Outlet")
        screen.answer("new one adds a source) [gruzer]: ")
        screen.answer("Name of the source [Marina Gruzer]: ")
        screen.answer("What is it?", "person")
        screen.answer("Published", "May 2024")
        screen.expect("no date")
        screen.answer("Published", "2024-05")
        screen.answer("Does the article itself state it? [Y/n]: ", "n")
        screen.answer("Address", "example.org")
        screen.answer("Address", "https://example.org/a")
        screen.answer("Id [gruzer-2024]: ")
        screen.expect("3 * A treaty is unlikely")
        assert screen.end() == 0
        assert held().partition("  text:")[0] == (
            "article:\n"
            "  id: gruzer-2024\n"
            "  title: Two peninsulas\n"
            "  source: gruzer\n"
            "  authors: [Marina Gruzer, B. Two]\n"
            "  published:\n"
            "    date: 2024-05\n"
            "    basis: inferred\n"
            "  address: https://example.org/a\n"
        )
        assert "no problem" in check()

    def test_nothing_to_ask(self, terminal: list[Terminal]) -> None:
        """
        Who gives everything is asked nothing, on a terminal too.
        """
        screen = talk(terminal, "article", "essay.txt", *NEW_SOURCE, "--published", "2024-05-28")
        assert screen.end() == 0
        screen = talk(terminal, "claim", "gruzer-2024", *FORECAST, *QUESTION, "--yes")
        assert screen.end() == 0
        assert "no problem" in check()

    def test_forecast(self, record: Path, terminal: list[Terminal]) -> None:
        """
        It asks step by step, proposes reading, window and ids, and shows what it will write.
        """
        screen = talk(terminal, "claim")
        screen.expect("1  gruzer-2024  Two peninsulas")
        screen.answer("Which article?", "1")
        screen.expect("4 * Trade may fall.")
        screen.answer("Number of its paragraph", "three")
        screen.answer("Number of its paragraph", "6")
        screen.expect("there is no paragraph 6: the text has 5")
        screen.answer("Number of its paragraph", "3")
        screen.expect("paragraph 3: A treaty is unlikely in the medium term.")
        screen.answer("Heading above it")
        screen.answer("in your own words?", "The two sign a treaty.")
        screen.answer("estimative words", "unlikly")
        screen.expect('the nearest are "unlikely"')
        screen.answer("estimative words", "unlikely")
        screen.expect("unlikely: 0.20 [0.10-0.25] under survey-2026.1")
        screen.answer("How is it taken?")
        screen.answer("Can it be scored?")
        screen.answer("By when", "medium term")
        screen.answer("Where is that from?", "heading")
        screen.answer("Question in the files already")
        screen.answer("answered yes or no", "Will the two sign a treaty?")
        screen.answer("Criteria", "Yes if they sign one.")
        screen.answer("Where will the answer be found?", "UN treaty series")
        screen.answer("First day of the window [2024-05-28]: ")
        screen.answer("Last day of the window [2027-05-28]: ")
        screen.answer('Condition: the A of "if A, then B"', "The two meet.")
        screen.answer("What exactly makes the condition met?", "Met if they meet.")
        screen.answer("Id of the question [two-sign-treaty-by-2027]: ", "treaty-by-2027")
        screen.answer("Base rate", "20")
        screen.answer("Base rate", "0.2")
        screen.answer("if nothing changes", "maybe")
        screen.answer("if nothing changes", "no")
        screen.answer("Cluster")
        screen.answer("Tags", "treaty; trade")
        screen.answer("or the opposite?")
        screen.answer("Id of the claim [gruzer-2024-two-sign-treaty]: ")
        screen.expect("  - id: gruzer-2024-two-sign-treaty\n")
        screen.answer("Write this? [Y/n]: ")
        screen.expect("foretrack import forecasts/")
        assert screen.end() == 0
        assert held().endswith(
            "    horizon: {words: medium term, basis: heading}\n"
            "    question:\n"
            "      id: treaty-by-2027\n"
            "      statement: Will the two sign a treaty?\n"
            "      criteria: Yes if they sign one.\n"
            "      criteria_written: 2026-11-21\n"
            "      resolution_source: UN treaty series\n"
            "      opens: 2024-05-28\n"
            "      closes: 2027-05-28\n"
            "      condition:\n"
            "        statement: The two meet.\n"
            "        criteria: Met if they meet.\n"
            "      base_rate: 0.2\n"
            "      status_quo: no\n"
            "      tags: [treaty, trade]\n"
        )
        assert "no problem" in check()

    def test_what_does_not_fit_is_asked_for_again(
        self, record: Path, terminal: list[Terminal]
    ) -> None:
        """
        An id that is unknown or taken, or a window that ends too soon, costs one answer, not all.
        """
        run("claim", "gruzer-2024", *FORECAST, *QUESTION, "--id", "taken-claim",
            "--question-id", "taken-question", "--yes")  # fmt: skip
        screen = talk(terminal, "claim")
        screen.answer("Which article?", "nobody")
        screen.expect("Error: forecasts holds no article that begins with 'nobody'")
        screen.answer("Which article?", "gru")
        screen.answer("Number of its paragraph")
        screen.answer("Heading above it")
        screen.answer("in your own words?", "They sign a treaty.")
        screen.answer("estimative words", "unlikely")
        screen.answer("How is it taken?")
        screen.answer("Can it be scored?")
        screen.answer("By when", "medium term")
        screen.answer("Where is that from?")
        screen.answer("Question in the files already", "Will they?")
        screen.expect("Error: forecasts holds no question that begins with 'Will they?'")
        screen.answer("Question in the files already")
        screen.answer("answered yes or no", "Will the two sign a treaty?")
        screen.answer("Criteria", "Yes if they sign one.")
        screen.answer("Where will the answer be found?", "UN treaty series")
        screen.answer("First day of the window", "2024-06-01")
        screen.answer("Last day of the window", "2024-05-31")
        screen.expect("Error: 2024-05-31 is before the window opens, 2024-06-01")
        screen.answer("Last day of the window", "2027-05-28")
        screen.answer("Condition")
        screen.answer("Id of the question", "taken-question")
        screen.expect("Error: forecasts holds the question taken-question already")
        screen.answer("Id of the question")
        for prompt in ("Base rate", "if nothing changes", "Cluster", "Tags", "or the opposite?"):
            screen.answer(prompt)
        screen.answer("Id of the claim", "taken-claim")
        screen.expect("Error: forecasts holds the claim taken-claim already")
        screen.answer("Id of the claim", "second-claim")
        screen.answer("Write this? [Y/n]: ")
        assert screen.end() == 0
        assert "  - id: second-claim\n" in held()

    def test_duplicate_of_a_claim_that_exists(self, record: Path, terminal: list[Terminal]) -> None:
        """
        The beginning of the id names the claim that says the same; an unknown one costs an answer.
        """
        run("claim", "gruzer-2024", *FORECAST, *QUESTION, "--id", "first-claim", "--yes")
        screen = talk(terminal, "claim", "gruzer-2024")
        screen.answer("Number of its paragraph")
        screen.answer("Heading above it")
        screen.answer("in your own words?", "The same.")
        screen.answer("estimative words", "unlikely")
        screen.answer("How is it taken?")
        screen.answer("Can it be scored?", "duplicate")
        screen.answer("Which claim says the same", "other")
        screen.expect("Error: forecasts holds no claim that begins with 'other'")
        screen.answer("Which claim says the same", "first")
        screen.answer("Id of the claim", "second-claim")
        screen.answer("Write this? [Y/n]: ")
        assert screen.end() == 0
        assert held().endswith("    unscorable: duplicate\n    duplicate_of: first-claim\n")

    def test_back(self, record: Path, terminal: list[Terminal]) -> None:
        """
        "<" takes an answer back; what followed from it is worked out anew, what stood before stays.
        """
        screen = talk(terminal, "claim", "gruzer-2024")
        screen.expect("< goes back one question")
        screen.answer("Number of its paragraph", "<")
        screen.expect("Error: this is the first question")
        screen.answer("Number of its paragraph", "4")
        screen.answer("Heading above it", "<")
        screen.expect("4 * Trade may fall.")
        screen.answer("Number of its paragraph", "3")
        screen.answer("Heading above it")
        screen.answer("in your own words?", "Two sign.")
        screen.answer("estimative words", "30%")
        screen.answer("Can it be scored?", "<")
        screen.answer("estimative words", "<")
        screen.answer("in your own words?", "The two sign a treaty.")
        screen.answer("estimative words", "unlikely")
        screen.expect("  explicit  the words tell how likely it is")
        screen.answer("How is it taken?")
        screen.expect("  ordinal      says more or less likely than something else")
        screen.answer("Can it be scored?", "no-horizon")
        screen.answer("Id of the claim")
        screen.answer("Write this? [Y/n]: ", "<")
        screen.answer("Id of the claim", "gruzer-2024-treaty")
        screen.answer("Write this? [Y/n]: ")
        assert screen.end() == 0
        assert held().partition("claims:\n")[2] == (
            "  - id: gruzer-2024-treaty\n"
            "    where: {paragraph: 3}\n"
            "    says: The two sign a treaty.\n"
            "    phrase: unlikely\n"
            "    unscorable: no-horizon\n"
        )

    def test_same_again(self, record: Path, terminal: list[Terminal]) -> None:
        """
        The same claim costs an answer, and the same question is offered for the claim.
        """
        run("claim", "gruzer-2024", *FORECAST, *QUESTION)
        run("article", "later.txt", "--source", "rinna", "--source-name", "R", "--published",
            "2024-05-28")  # fmt: skip
        screen = talk(terminal, "claim", "gruzer-2024", "--paragraph", "3", *FORECAST[2:])
        screen.answer("Heading above it")
        screen.answer("in your own words?", FORECAST[1])
        screen.answer("How is it taken?")
        screen.answer("Can it be scored?")
        screen.answer("Question in the files already", "two-sign")
        screen.answer("or the opposite?")
        screen.expect("gruzer-2024-two-sign-treaty says")
        screen.answer("or the opposite?", "<")
        screen.expect("Question in the files already")
        screen.interrupt()
        screen = talk(terminal, "claim", "rinna-2024", "--paragraph", "4", *FORECAST[2:], *QUESTION)
        screen.answer("Heading above it")
        screen.answer("in your own words?", "A treaty is signed.")
        screen.answer("How is it taken?")
        screen.answer("First day of the window")
        screen.answer("Last day of the window")
        screen.answer("Condition")
        screen.expect("two-sign-treaty-by-2027 asks the same: Will the two sign a treaty?")
        screen.answer("Does the claim belong to it?", "n")
        screen.answer("Condition")
        screen.answer("Does the claim belong to it?")
        screen.answer("or the opposite?")
        screen.answer("Id of the claim")
        screen.answer("Write this?")
        assert screen.end() == 0
        assert held("articles/rinna-2024.yaml").endswith("    question: two-sign-treaty-by-2027\n")
        assert "no problem" in check()

    def test_paragraphs_to_choose_from(self, record: Path, terminal: list[Terminal]) -> None:
        """
        They come first, to the end of a sentence that may be a claim; the chosen one comes whole.
        """
        long = "It will " + "go on and " * 60 + "end."
        Path("long.txt").write_text(
            f"A treaty is likely, as everybody who knows the two of them says, by 2027.\n{long}\n"
        )
        run("article", "long.txt", "--source", "gruzer", "--published", "2025")
        screen = talk(terminal, "claim", "gruzer-2025")
        screen.answer("Number of its paragraph", "2")
        assert "by 2027." in screen.seen
        assert "and end." not in screen.seen
        screen.expect("and end.")
        screen.answer("Heading above it")
        screen.expect("in your own words?")
        screen.interrupt()

    def test_hedge(self, record: Path, terminal: list[Terminal]) -> None:
        """
        For a hedge it proposes to keep the claim as unscorable.
        """
        screen = talk(terminal, "claim", "gruzer-2024")
        screen.answer("Number of its paragraph", "4")
        screen.answer("Heading above it")
        screen.answer("in your own words?", "Trade falls.")
        screen.answer("estimative words", "may")
        screen.expect("lists it without a number (hedge); proposed: unscorable,")
        screen.answer("[hedge]: ")
        screen.answer("Id of the claim")
        screen.answer("Write this?")
        assert screen.end() == 0
        assert held().endswith("    phrase: may\n    unscorable: hedge\n")

    @pytest.mark.parametrize("how", ["no", "interrupt", "end of input"])
    def test_not_confirmed(self, record: Path, terminal: list[Terminal], how: str) -> None:
        """
        Without a yes nothing is written, and the exit code says so.
        """
        before = held()
        screen = talk(terminal, "claim", "gruzer-2024", *FORECAST, *QUESTION)
        screen.expect("Write this? [Y/n]: ")
        if how == "interrupt":
            screen.interrupt()
        else:
            os.write(screen.master, b"n\n" if how == "no" else b"\x04")
        assert screen.end() == 130
        assert "interrupted" in screen.seen
        assert held() == before


class TestIds:
    """
    Proposed ids are those that an import will take.
    """

    @pytest.fixture
    def database(self, record: Path) -> str:
        """
        A database in which a claim and its question were recorded and withdrawn.
        """
        run("claim", "gruzer-2024", *FORECAST, *QUESTION)
        text = held()
        for words in (
            ("init",),
            ("import", "forecasts"),
            ("withdraw", "gruzer-2024-two-sign-treaty", "--reason", "wrong"),
            ("withdraw", "two-sign-treaty-by-2027", "--reason", "wrong"),
        ):
            done = CliRunner().invoke(main, ["--db", "record.sqlite", *words])
            assert done.exit_code == 0, done.stderr
        path = Path("forecasts", "articles", "gruzer-2024.yaml")
        path.write_text(text.partition("claims:")[0] + "claims: []\n")
        return "record.sqlite"

    def test_withdrawn_ids_are_not_proposed(self, database: str) -> None:
        """
        What was withdrawn keeps its ids; the new claim gets others, and the import takes it.
        """
        words = ("claim", "gruzer-2024", *FORECAST, *QUESTION, "--db", database)
        assert run(*words).exit_code == 0
        assert "  - id: gruzer-2024-two-sign-treaty-2\n" in held()
        assert "      id: two-sign-treaty-by-2027-2\n" in held()
        done = CliRunner().invoke(main, ["--db", database, "import", "forecasts"])
        assert (done.exit_code, done.stderr) == (0, "")
        assert "1 question, 1 claim" in done.stdout

    def test_a_withdrawn_id_that_is_given(self, database: str) -> None:
        """
        Whoever names it is warned: the files may be another record's.
        """
        done = run("claim", "gruzer-2024", *FORECAST, *QUESTION, "--db", database, "--id",
                   "gruzer-2024-two-sign-treaty")  # fmt: skip
        assert done.exit_code == 0
        assert done.stderr == (
            "warning: the claim gruzer-2024-two-sign-treaty was withdrawn from the database,"
            " which takes no other by that id\n"
        )

    @pytest.mark.parametrize("kind", ["missing", "folder", "text", "empty", "scheme", "host"])
    def test_no_database_is_no_obstacle(self, record: Path, kind: str) -> None:
        """
        A database that is not there or cannot be read changes nothing, and nothing is said.
        """
        Path("text").write_text("no database, but long enough to look like one")
        Path("empty").touch()
        place = {"folder": "forecasts", "scheme": "mysql://x/y",
                 "host": "postgresql://nobody@127.0.0.1:1/none"}.get(kind, kind)  # fmt: skip
        done = run("claim", "gruzer-2024", *FORECAST, *QUESTION, "--db", place)
        assert (done.exit_code, done.stderr) == (0, "")
        assert "  - id: gruzer-2024-two-sign-treaty\n" in held()
        assert not Path("missing").exists()

"""
Each command does what its help says: standard output, standard error, exit code.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from foretrack.cli import queue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from commandline import Shell

    Head = Callable[[Shell], tuple[int, str]]

FROST, DROUGHT = "frost-in-spring", "drought-after-no-snow"


def flat(text: str) -> str:
    """
    The text in one line, wherever it was wrapped.
    """
    return " ".join(text.split())


class TestWhichDatabase:
    def test_option(self, shipped: Path, tmp_path: Path) -> None:
        """
        --db counts before and after the command's name, and goes before FORETRACK_DB.
        """
        from commandline import Shell

        run = Shell(FORETRACK_DB=str(tmp_path / "other.sqlite"))

        assert "gruzer" in run.done("--db", shipped, "list", "sources")
        assert "gruzer" in run.done("list", "sources", "--db", shipped)
        assert "gruzer" in run.done("list", "sources", "--db", f"sqlite:///{shipped}")

    def test_nearer_option_counts(self, shipped: Path, run: Shell) -> None:
        """
        Given twice, the one behind the command's name counts.
        """
        assert "gruzer" in run.done("--db", "missing.sqlite", "list", "sources", "--db", shipped)

    def test_empty_option(self, run: Shell) -> None:
        """
        --db with nothing, as a variable that is not set gives, never means the default.
        """
        for arguments in (("--db", "", "due"), ("due", "--db", "")):
            assert "is no file name" in run.refused(4, *arguments)

    def test_where(self, run: Shell, record: Path, tmp_path: Path) -> None:
        """
        ``where`` names the database and why: option, environment, settings file, default.
        """
        assert flat(run.done("where")) == flat(f"{record} named by the environment (FORETRACK_DB)")
        assert "(--db)" in run.done("where", "--db", record)
        (tmp_path / "foretrack.toml").write_text('database = "team.sqlite"\n')
        inside = tmp_path / "deep" / "er"
        inside.mkdir(parents=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(inside)
            told = flat(run.done("where", FORETRACK_DB=""))
        assert told.startswith(f"{tmp_path / 'team.sqlite'} named in {tmp_path / 'foretrack.toml'}")
        assert "`foretrack init` makes it" in told
        (tmp_path / "foretrack.toml").unlink()
        assert "the user's data directory" in run.done("where", FORETRACK_DB="")

    def test_init(self, run: Shell, tmp_path: Path) -> None:
        """
        ``init`` makes a database, its folders too, and never touches one that is there.
        """
        place = tmp_path / "new" / "folder" / "record.sqlite"

        assert str(place) in run.done("init", "--db", place)
        assert "up to date" in run.done("db", "status", "--db", place)
        held = place.read_bytes()
        assert "already; nothing was changed" in run.refused(4, "init", "--db", place)
        assert place.read_bytes() == held

    def test_status_and_upgrade(self, run: Shell, repository: Path, tmp_path: Path) -> None:
        """
        A current schema needs nothing; a strange one is refused with what to do.
        """
        import sqlite3

        del repository
        assert "up to date" in run.done("db", "status")
        assert "nothing was changed" in run.done("db", "upgrade")
        newer = tmp_path / "newer.sqlite"
        shutil.copyfile(run.environment["FORETRACK_DB"], newer)
        connection = sqlite3.connect(newer)
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
        connection.close()
        for words in ("due", "db status", "db upgrade"):
            assert "newer than this program's" in run.refused(4, *words.split(), "--db", newer)


class TestPrefixes:
    def test_unique(self, run: Shell) -> None:
        """
        The beginning of an id will do, in capitals too.
        """
        assert run.done("show", "ru-dprk-all").startswith("question ru-dprk-alliance-by-2027\n")
        assert run.done("show", "Ru-DPRK-All") == run.done("show", "ru-dprk-all")

    def test_exact_goes_first(self, run: Shell) -> None:
        """
        An id that begins another id is that record.
        """
        assert run.done("show", "gruzer").startswith("source gruzer\n")

    def test_ambiguous(self, run: Shell) -> None:
        """
        The candidates are listed with their kind, and there are no others.
        """
        message = run.refused(3, "resolve", "ru-dprk-closer", "no")

        assert "    question ru-dprk-closer-relations-by-2029\n" in message
        assert "    question ru-dprk-closer-if-west-worse-by-2029\n" in message
        assert message.count("\n") == 3

    def test_unknown(self, run: Shell) -> None:
        """
        An unknown id names near ones.
        """
        message = run.refused(3, "show", "ru-dprk-allaince-by-2027")
        assert "did you mean ru-dprk-alliance-by-2027" in message

    @pytest.mark.parametrize("nothing", ["", "  ", "é", "\udcff"])
    def test_nothing(self, run: Shell, head: Head, nothing: str) -> None:
        """
        Nothing at all, which begins every id, is no prefix: least of all for ``withdraw``.
        """
        before = head(run)
        for words in ("show", "log", "resolve", "scorecard", "reopen"):
            run.refused(3, words, nothing)
        run.refused(3, "withdraw", nothing, "--reason", "x")
        assert head(run) == before

    @pytest.mark.parametrize("wildcard", ["%", "_", "ru_dprk", "g%"])
    def test_wildcards(self, run: Shell, wildcard: str) -> None:
        """
        The database's wildcards mean nothing.
        """
        run.refused(3, "show", wildcard)

    def test_same_id_twice(self, small: Shell, tmp_path: Path) -> None:
        """
        Where a source and an article have one id, ``kind/id`` tells them apart.
        """
        folder = tmp_path / "more" / "articles"
        folder.mkdir(parents=True)
        (folder / "x.yaml").write_text(
            "article: {id: weather-office, title: T, source: weather-office, "
            "published: {date: 2025-01-01}}\nclaims: []\n"
        )
        small.done("import", folder)

        message = small.refused(3, "show", "weather-office")
        assert "name source/weather-office or article/weather-office" in message
        assert small.done("show", "article/weather-o").startswith("article weather-office\n")
        assert small.done("scorecard", "weather-office")


class TestDue:
    def test_overdue_first(self, run: Shell) -> None:
        """
        Overdue questions come first with their days, then those that close soon.

        Each has source, phrase, statement and closing date.
        """
        shown = flat(run.done("due", "--within", "200d"))

        # 2026-10-15 to 2026-11-21 are 16 + 21 days
        late = shown.index("dprk-nuclear-test-by-2026-10 37 days overdue, closed 2026-10-15")
        soon = shown.index("ru-dprk-nuclear-cooperation-by-2027 closes in 188 days, on 2027-05-28")
        assert late < soon
        assert "Will North Korea carry out a nuclear explosive test?" in shown
        assert "Jonathan Jordan: likely" in shown

    def test_spans(self, small: Shell) -> None:
        """
        Days and weeks: 2w is 14d, and a day is enough to be in or out.
        """
        day = "2025-12-17"  # the window closes 14 days later

        for span in ("14d", "2w", "14", "2 weeks", "14 days"):
            assert "closes in 14 days" in small.done("due", "--as-of", day, "--within", span)
        assert "no window closes" in small.done("due", "--as-of", day, "--within", "13d")

    @pytest.mark.parametrize("span", ["soon", "-1d", "1y", "1.5d", "", "999999d"])
    def test_bad_span(self, run: Shell, span: str) -> None:
        """
        Anything else is a usage error that says how to write it.
        """
        assert "write it as 14d or 2w" in run.refused(2, "due", "--within", span)

    @pytest.mark.parametrize("form", ["table", "markdown", "csv", "json"])
    def test_limit(self, small: Shell, form: str) -> None:
        """
        --limit leaves out in every format, and how many wait is said.
        """
        shown = small.done("due", "--within", "9999d", "--limit", "1", "--format", form)

        assert FROST in shown
        assert DROUGHT not in shown
        if form == "json":
            assert (json.loads(shown)["total"], json.loads(shown)["more"]) == (2, 1)
        elif form == "csv":
            (line,) = csv.DictReader(io.StringIO(shown))
            assert (line["row"], line["number"], line["total"]) == ("due", "1", "2")
            assert (line["question"], line["overdue"], line["days"]) == (FROST, "true", "-325")
        else:
            assert "1 question more, 2 in all." in shown

    def test_limit_of_conditions(
        self, small: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Conditions to check are limited and counted, too.
        """
        monkeypatch.setattr(queue, "LIMIT", 1)
        path = folder / "articles/outlook-2025.yaml"
        first = path.read_text(encoding="utf-8")
        claim = first[first.index("  - id: outlook-2025-drought") :]
        again = claim.replace("outlook-2025-drought", "outlook-2025-again")
        again = again.replace("Will there be a drought?", "Will there be another?")
        path.write_text(first + again.replace(DROUGHT, f"{DROUGHT}-again"), encoding="utf-8")
        small.done("import", folder)
        shown = small.done("due")

        assert "Conditions to check (2)" in shown
        assert "... and 1 condition more." in shown
        found = json.loads(small.done("due", "--format", "json"))
        assert (len(found["conditions"]), found["more_conditions"]) == (1, 1)

    def test_before_anybody_asked(self, small: Shell) -> None:
        """
        On a day before a question was asked it does not wait.
        """
        shown = small.done("due", "--as-of", "2020-01-01", "--within", "9999d")

        assert FROST not in shown
        assert DROUGHT not in shown

    @pytest.mark.parametrize("form", ["table", "markdown", "csv", "json"])
    def test_all(self, small: Shell, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        Without a limit of one's own there is one, whatever the format; --all takes it away.
        """
        monkeypatch.setattr(queue, "LIMIT", 1)
        asked = ("due", "--within", "9999d", "--format", form)

        assert DROUGHT not in small.done(*asked)
        assert DROUGHT in small.done(*asked, "--all")
        assert "--all" in small.refused(2, *asked, "--all", "--limit", "1")
        small.refused(2, *asked, "--limit", "0")

    def test_limit_of_a_calendar(self, small: Shell) -> None:
        """
        A calendar with a part of the closing dates would take the others out: it has no limit.
        """
        asked = ("due", "--within", "9999d", "--format", "ics")

        assert DROUGHT in small.done(*asked)
        assert "calendar" in small.refused(2, *asked, "--limit", "1")

    def test_empty(self, small: Shell, template: Path) -> None:
        """
        An empty queue says so, and when the next window closes.
        """
        shown = small.done("due", "--as-of", "2025-02-01")

        assert "Nothing is" in shown
        assert "2025-12-31" in shown
        assert "Nothing is" in small.done("due", "--db", template)

    def test_markdown(self, run: Shell) -> None:
        """
        As Markdown for a page.
        """
        assert run.done("due", "--format", "markdown").startswith("#")


class TestResolve:
    def test_yes(self, small: Shell) -> None:
        """
        Yes with its day and evidence, and the score it makes: (0.72 - 1)^2 = 0.0784.
        """
        shown = small.done(
            "resolve", "frost", "yes", "--happened", "2025-03-01",
            "--evidence", "Station", "--url", "https://example.org/", "--evidence", "Paper",
            "--note", "Twice",
        )  # fmt: skip

        assert "weather-office (likely): p = 0.72, Brier 0.0784, in the headline" in shown
        assert f"\nrecorded {FROST}-1\n" in shown
        told = flat(small.done("show", FROST))
        assert f"{FROST}-1 [yes, happened 2025-03-01, decided 2026-11-21]: Station; Paper" in told

    def test_no(self, small: Shell) -> None:
        """
        No after the window: (0.72 - 0)^2 = 0.5184.
        """
        shown = small.done("resolve", "frost", "no", "--evidence", "Table")

        assert "Brier 0.5184, in the headline" in shown

    def test_ambiguous(self, small: Shell) -> None:
        """
        Ambiguous needs no evidence and is counted, not scored.
        """
        assert "ambiguous, not scored" in small.done("resolve", "frost", "ambiguous")

    def test_annulled(self, small: Shell) -> None:
        """
        Annulled with its reason.
        """
        small.done("resolve", "frost", "annulled", "--reason", "criteria-defect")

        assert "annulled (criteria-defect)" in small.done("show", FROST)

    REFUSED = (
        (("yes", "--evidence", "E"), "happened: yes needs the day it happened"),
        (
            ("yes", "--evidence", "E", "--happened", "2024-12-31"),
            "outside the window 2025-01-01 to 2025-12-31",
        ),
        (
            ("yes", "--evidence", "E", "--happened", "2026-01-01"),
            "outside the window 2025-01-01 to 2025-12-31",
        ),
        (
            ("yes", "--evidence", "E", "--happened", "2025-06-01", "--decided", "2025-05-31"),
            "is after 2025-05-31, when it was decided",
        ),
        (
            ("yes", "--evidence", "E", "--happened", "2025-06-01", "--decided", "2026-11-22"),
            "is in the future: today is 2026-11-21",
        ),
        (("yes", "--evidence", "E"), "--happened: yes needs the day it happened"),
        (("yes", "--happened", "2025-06-01"), "--evidence: yes needs evidence"),
        (("no",), "--evidence: no needs evidence"),
        (("no", "--evidence", ""), "--evidence: is empty"),
        (("no", "--evidence", "E", "--happened", "2025-06-01"), "only yes takes the day"),
        (
            ("no", "--evidence", "E", "--decided", "2025-12-31"),
            "decide after that day, or give the day the event became impossible (--impossible)",
        ),
        (
            ("no", "--evidence", "E", "--impossible", "2026-01-01"),
            "outside the window 2025-01-01 to 2025-12-31",
        ),
        (
            ("no", "--evidence", "E", "--impossible", "2025-06-01", "--decided", "2025-05-01"),
            "is after 2025-05-01, when it was decided",
        ),
        (("no", "--evidence", "E", "--reason", "duplicate"), "only annulled takes a reason"),
        (("yes", "--impossible", "2025-06-01"), "only no takes the day it became impossible"),
        (("annulled",), "--reason: annulled needs a reason: condition-unmet, criteria-defect"),
        (("annulled", "--reason", "condition-unmet"), "has no condition that could be unmet"),
        (("no", "--evidence", "E", "--url", "ftp://x.org"), "--url: "),
        (("no", "--evidence", "E", "--evidence", ""), "--evidence (2): is empty"),
        (("no", "--evidence", "E\x1b[31m"), "control character U+001B"),
        (("no", "--evidence", "E\nF"), "must be one line"),
        (("no", "--evidence", "E" * 1001), "1001 characters, 1000 are allowed"),
        (("no", "--evidence", "E\udcff"), "no text"),
        (("no", "--evidence", "E", "--note", "\x9b2J"), "control character U+009B"),
        (("no", "--evidence", "E", "--actor", "me\x1b[31m"), "is no name for the journal"),
        (("no", "--evidence", "E", "--actor", ""), "is no name for the journal"),
    )

    @pytest.mark.parametrize(("given", "message"), REFUSED, ids=[text for _, text in REFUSED])
    def test_refused(self, small: Shell, head: Head, given: tuple[str, ...], message: str) -> None:
        """
        What the rules of dates and evidence forbid is refused with what to do, and not stored.

        Nobody can be asked, so what is missing or wrong goes by the name of its option.
        """
        before = head(small)
        assert message in small.refused(3, "resolve", FROST, *given)
        assert head(small) == before

    USAGE = (
        (("perhaps",), "'perhaps' is not one of 'yes', 'no', 'ambiguous', 'annulled'"),
        (("annulled", "--reason", "boredom"), "'boredom' is not one of 'condition-unmet'"),
        (("yes", "--happened", "2025-02-30"), "is not a day; write it as 2026-11-21"),
        (("yes", "--happened", "20250228"), "is not a day"),
        (("yes", "--happened", "2025-2-8"), "is not a day"),
        (("no", "--url", "https://example.org/"), "--url belongs to an --evidence before it"),
    )

    @pytest.mark.parametrize(("given", "message"), USAGE, ids=[text for _, text in USAGE])
    def test_usage(self, small: Shell, head: Head, given: tuple[str, ...], message: str) -> None:
        """
        What is no such value is a usage error, and not stored.
        """
        before = head(small)
        assert message in small.refused(2, "resolve", FROST, *given)
        assert head(small) == before

    def test_second(self, small: Shell, head: Head) -> None:
        """
        A second resolution is refused and names the command that ends the first.
        """
        small.done("resolve", "frost", "no", "--evidence", "Table")
        before = head(small)

        message = small.refused(4, "resolve", "frost", "annulled", "--reason", "criteria-defect")
        assert f"already resolved no ({FROST}-1, decided 2026-11-21)" in message
        assert f"`foretrack reopen {FROST} ...` first" in message
        assert head(small) == before


class TestSecondThoughts:
    def test_reopen(self, small: Shell) -> None:
        """
        Reopened, the score goes and the question is overdue again; then it takes another.
        """
        small.done("resolve", "frost", "no", "--evidence", "Table")
        shown = small.done("reopen", "frost", "--reason", "Wrong table")

        assert "Brier 0.5184 no longer counts" in shown
        assert FROST in small.done("due")
        small.done("resolve", "frost", "yes", "--happened", "2025-03-01", "--evidence", "Table 2")
        told = flat(small.done("show", FROST))
        assert told.index(f"{FROST}-1 [no") < told.index(f"{FROST}-2 [reopened")
        assert told.index(f"{FROST}-2 [reopened") < told.index(f"{FROST}-3 [yes")

    def test_reopen_nothing(self, small: Shell, head: Head) -> None:
        """
        What is not resolved cannot be reopened; nor before the day it was resolved.
        """
        assert "nothing to reopen" in small.refused(4, "reopen", "frost", "--reason", "x")
        small.done("resolve", "frost", "no", "--evidence", "Table")
        before = head(small)
        message = small.refused(3, "reopen", "frost", "--reason", "x", "--decided", "2026-01-01")
        assert "in the order they were decided" in message
        assert "is empty" in small.refused(3, "reopen", "frost", "--reason", " ")
        assert head(small) == before

    def test_condition_pending(self, small: Shell, head: Head) -> None:
        """
        A conditional question takes no yes or no while its condition is pending.
        """
        before = head(small)
        message = small.refused(
            3, "resolve", "drought", "yes", "--happened", "2026-06-01", "--evidence", "E"
        )
        assert f"`foretrack condition {DROUGHT} met ...` first, or annul" in message
        assert head(small) == before

    def test_condition_met(self, small: Shell) -> None:
        """
        Met, it takes them: unlikely is 0.2, so an early yes gives (0.2 - 1)^2 = 0.64.
        """
        small.done("condition", "drought", "met", "--evidence", "No snow", "--since", "2026-03-01")
        shown = small.done(
            "resolve", "drought", "yes", "--happened", "2026-06-01", "--evidence", "E"
        )

        assert "Brier 0.6400, early, beside the headline" in shown

    def test_condition_unmet(self, small: Shell) -> None:
        """
        Unmet annuls the question; pending again opens it.
        """
        shown = small.done("condition", "drought", "unmet", "--evidence", "Snow")

        assert "annulled, not scored" in shown
        assert "annulled (condition-unmet)" in small.done("show", DROUGHT)
        small.done("condition", "drought", "pending")
        assert "annulled" not in small.done("show", DROUGHT).split("Decisions")[0]

    def test_condition_refused(self, small: Shell, head: Head) -> None:
        """
        A condition needs evidence, and a question that has one.
        """
        before = head(small)
        assert "needs evidence" in small.refused(3, "condition", "drought", "met")
        assert "has no condition" in small.refused(4, "condition", "frost", "met")
        assert head(small) == before

    def test_withdraw(self, small: Shell, folder: Path) -> None:
        """
        From the claim to the source: what is still needed is refused, and names what needs it.
        """
        refused = small.refused(4, "withdraw", "weather-office", "--reason", "x")
        assert "still needed by article outlook-2025, claim outlook-2025-frost" in refused
        for name in ("outlook-2025-frost", FROST):
            assert f" {name};" in small.done("withdraw", name, "--reason", "Misread")
        small.refused(3, "show", FROST)
        assert "Misread" in small.done("log", FROST)
        again = small.done("import", folder)
        told = "withdrawn       2\n    question frost-in-spring\n    claim outlook-2025-frost\n"
        assert told in again

    def test_withdraw_what_was_decided(self, small: Shell, head: Head) -> None:
        """
        What was decided is never withdrawn, and the message says what is done instead.
        """
        small.done("resolve", "frost", "no", "--evidence", "Table")
        small.done("withdraw", "outlook-2025-frost", "--reason", "Misread")
        before = head(small)

        assert "annul the question" in small.refused(4, "withdraw", FROST, "--reason", "x")
        assert head(small) == before

    @pytest.mark.parametrize("reason", ["", "  ", "\x1b[2J"])
    def test_withdraw_needs_a_reason(self, small: Shell, head: Head, reason: str) -> None:
        """
        A reason that says nothing is none.
        """
        before = head(small)
        small.refused(3, "withdraw", "outlook-2025-frost", "--reason", reason)
        small.refused(2, "withdraw", "outlook-2025-frost")
        assert head(small) == before


class TestFiles:
    def test_import_again(self, run: Shell, repository: Path, head: Head) -> None:
        """
        The same files again change nothing.
        """
        before = head(run)
        shown = run.done("import", repository / "forecasts")

        assert f"unchanged  {before[0]:>6}" in shown
        assert "missing" not in shown
        assert head(run) == before

    def test_report(self, small: Shell, folder: Path) -> None:
        """
        Added, changed, superseded and missing are each told, by names of their own.
        """
        article = folder / "articles" / "outlook-2025.yaml"
        small.done("resolve", "frost", "no", "--evidence", "Table")
        small.done("export", folder)
        small.done("reopen", "frost", "--reason", "Wrong table")
        (folder / "sources.yaml").write_text(
            (folder / "sources.yaml").read_text()
            + "  - id: other-office\n    name: Other\n    kind: person\n"
        )
        article.write_text(article.read_text().replace("title: Outlook", "title: The outlook"))
        shown = small.done("import", folder, "--accept-changes")

        for line in (
            f"added       {1:>6}  1 source",
            "corrected        1",
            "    article outlook-2025: title: Outlook -> The outlook",
            f"superseded       1\n    {FROST}-1\n",
            f"missing     {1:>6}\n    ledger {FROST}-2\n",
        ):
            assert line in shown
        assert shown.count("unchanged") == 1

    def test_long_lists(self, run: Shell, template: Path, repository: Path, tmp_path: Path) -> None:
        """
        What is missing is listed name by name, eight of them at most, and the rest counted.

        The shipped record holds 106 records, of which a folder with its sources alone has five.
        """
        (tmp_path / "few").mkdir()
        sources = (repository / "forecasts" / "sources.yaml").read_text()
        (tmp_path / "few" / "sources.yaml").write_text(sources)
        lines = run.done("import", tmp_path / "few").splitlines()
        at = lines.index("missing       101")

        assert [line[:12] for line in lines[at + 1 : at + 9]] == ["    article "] * 5 + [
            "    question"[:12]
        ] * 3
        assert lines[at + 9] == "    ... and 93 more; `--format json` has them all"

    def test_changes_are_refused(self, small: Shell, folder: Path, head: Head) -> None:
        """
        A change is shown with its place, refused with exit 4, and accepted only when told.
        """
        before = head(small)
        path = folder / "articles" / "outlook-2025.yaml"
        path.write_text(
            path.read_text().replace("closes: 2025-12-31", "closes: 2025-11-30")
            .replace("phrase: likely", "phrase: unlikely")
        )  # fmt: skip
        message = small.refused(4, "import", folder)

        assert f"{path}:11: question {FROST} differs from the record:" in message
        assert "    closes: 2025-12-31 -> 2025-11-30" in message
        assert "    phrase: likely -> unlikely" in message
        assert "--accept-changes" in message
        assert head(small) == before
        accepted = small("import", folder, "--accept-changes")
        assert (accepted.code, "corrected       2" in accepted.out) == (0, True)
        assert "2025-11-30 differs from the horizon's words" in accepted.err
        assert "correct" in small.done("log", FROST)

    def test_dry_run(self, small: Shell, folder: Path, template: Path, head: Head) -> None:
        """
        --dry-run tells and stores nothing.
        """
        empty = folder.parent / "empty.sqlite"
        shutil.copyfile(template, empty)
        shell = type(small)(FORETRACK_DB=str(empty))

        assert f"would add  {6:>6}" in shell.done("import", folder, "--dry-run")
        assert head(shell)[0] == 0

    def test_single_file(self, small: Shell, folder: Path) -> None:
        """
        One file of a record tells nothing about what the others hold.
        """
        shown = small.done("import", folder / "articles" / "outlook-2025.yaml")

        assert "missing" not in shown
        assert "unchanged       5" in shown

    def test_export(self, run: Shell, repository: Path, tmp_path: Path) -> None:
        """
        The shipped files are canonical: the export has their bytes, and the next writes nothing.
        """
        out = tmp_path / "out"
        shown = run.done("export", out)
        names = sorted(p.relative_to(out) for p in out.rglob("*.yaml"))
        shipped = repository / "forecasts"

        assert f"wrote {len(names)} files, 0 the same already" in shown
        assert names == sorted(p.relative_to(shipped) for p in shipped.rglob("*.yaml"))
        for name in names:
            assert (out / name).read_bytes() == (shipped / name).read_bytes(), name
        assert f"wrote 0 files, {len(names)} the same" in run.done("export", out)
        (out / "articles" / "left-over.yaml").write_bytes((out / names[0]).read_bytes())
        assert "no longer part of the record: articles/left-over.yaml" in run.done("export", out)
        assert (out / "articles" / "left-over.yaml").exists()
        assert "deleted articles/left-over.yaml" in run.done("export", out, "--prune")
        assert not (out / "articles" / "left-over.yaml").exists()

    def test_export_into_an_empty_database(self, run: Shell, tmp_path: Path) -> None:
        """
        An export, imported elsewhere, gives the same scorecard.
        """
        run.done("export", tmp_path / "out")
        other = tmp_path / "other.sqlite"
        run.done("init", "--db", other)
        run.done("import", tmp_path / "out", "--db", other)

        assert run.done("scorecard", "--db", other) == run.done("scorecard")

    def test_what_is_recorded_can_be_exported(self, small: Shell, tmp_path: Path) -> None:
        """
        Hostile but allowed words survive the way into files and back.
        """
        small.done("resolve", "frost", "no", "--evidence", "[b]: # 'x' \"y\" {z}", "--note", "a\nb")
        small.done("export", tmp_path / "out")

        assert "no problem in 3 files" in small.done("check", tmp_path / "out")
        assert "unchanged       7" in small.done("import", tmp_path / "out")

    def test_check(self, run: Shell, folder: Path) -> None:
        """
        Every problem at once with path, line and field; exit 3.
        """
        path = folder / "articles" / "outlook-2025.yaml"
        text = path.read_text().replace("2025-12-31", "2025-02-30", 1)
        path.write_text(text.replace("phrase: likely", "phrase: lieky"))
        message = run.refused(3, "check", folder)

        assert f"{path}:9: claims[0].phrase: " in message
        assert f"{path}:18: claims[0].question.closes: " in message
        assert message.rstrip().endswith("\n2 problems")  # a check stores nothing anyway

    def test_schema(self, run: Shell) -> None:
        """
        The schema for editors needs no files and no database.
        """
        document = json.loads(run.done("check", "--schema", FORETRACK_DB="missing"))

        assert "$schema" in document


class TestScores:
    GROUPINGS = ("source", "author", "outlet", "article", "horizon", "phrase", "tag")

    @pytest.mark.parametrize("by", GROUPINGS)
    @pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
    def test_scorecard(self, run: Shell, by: str, form: str) -> None:
        """
        Every grouping in every form, each with the convention.
        """
        shown = run.done("scorecard", "--by", by, "--format", form)

        if form == "csv":
            rows = list(csv.DictReader(io.StringIO(shown)))
            assert {row["by"] for row in rows} == {by}
            assert rows[-1]["row"] == "overall"
        else:
            assert "0.25 for always saying 50%" in flat(shown)
            assert "survey-2026.1" in shown

    def test_all_sources(self, run: Shell) -> None:
        """
        Every source appears, the one that forecasts nothing too.
        """
        shown = flat(run.done("scorecard"))

        for name in ("Marina Gruzer", "Jonathan Jordan", "Anthony V. Rinna", "Unnamed blog"):
            assert name in shown
        assert "unnamed-research-site; no forecast that could be scored" in shown

    @pytest.mark.parametrize("form", ["table", "json", "markdown"])
    def test_page(self, run: Shell, form: str) -> None:
        """
        One source's page: the treaty at 0.64, (0.2 - 1)^2.
        """
        shown = run.done("scorecard", "gruz", "--format", form)

        assert "gruzer-2024-alliance" in shown
        assert "0.64" in shown

    def test_page_as_rows(self, run: Shell) -> None:
        """
        A row for each claim: forecasts with their Brier, worst miss first, then the others.
        """
        rows = list(csv.DictReader(io.StringIO(run.done("scorecard", "gruzer", "--format", "csv"))))

        assert [row["row"] for row in rows] == ["forecast"] * 6 + ["unscorable"] * 5
        worst = rows[0]
        assert (worst["claim"], worst["standing"]) == ("gruzer-2024-alliance", "early")
        assert float(worst["brier"]) == pytest.approx(0.64)
        assert {row["reason"] for row in rows[6:]} == {"hedge", "no-criteria", "ordinal"}
        assert all(row["convention"].startswith("Brier: mean of (p - y)²") for row in rows)

    def test_lexicon(self, run: Shell, tmp_path: Path) -> None:
        """
        Another lexicon makes another score, and every table names it.
        """
        shown = run.done("scorecard", "gruzer", "--lexicon", "icd-203")

        assert "lexicon icd-203" in flat(shown)
        assert "0.64" not in shown
        message = run.refused(3, "scorecard", "--lexicon", "icd-204")
        assert "icd-203" in message
        assert "cannot be read" in run.refused(3, "scorecard", "--lexicon", tmp_path / "x.toml")

    def test_own_lexicon(self, run: Shell, tmp_path: Path) -> None:
        """
        A lexicon file of one's own.
        """
        path = tmp_path / "own.toml"
        path.write_text(
            'id = "own"\ntitle = "Own"\ncitation = "Me"\n'
            '[[entries]]\nphrase = "unlikely"\nlow = 0.2\npoint = 0.3\nhigh = 0.4\n'
        )
        shown = run.done("scorecard", "gruzer", "--lexicon", path)

        assert "lexicon own" in flat(shown)
        assert "0.490" in shown  # the treaty: (0.3 - 1)^2
        path.write_text("id = ")
        assert str(path) in run.refused(3, "scorecard", "--lexicon", path)

    def test_cohort_and_basis(self, run: Shell) -> None:
        """
        What is chosen stands in the convention line.
        """
        assert "Matured windows only" in flat(run.done("scorecard"))
        resolved = flat(run.done("scorecard", "--cohort", "resolved"))
        assert "Matured windows only" not in resolved
        assert run.done("scorecard", "--basis", "stated") != run.done("scorecard")
        assert run.done("scorecard", "--updates", "last")

    def test_as_of(self, run: Shell) -> None:
        """
        Before anything was said there is nothing to score, and that is no error.
        """
        shown = flat(run.done("scorecard", "--as-of", "2001-01-01"))

        assert "2001-01-01" in shown

    @pytest.mark.parametrize("form", ["table", "json", "markdown"])
    def test_calibration(self, run: Shell, form: str) -> None:
        """
        Hit rates by phrase, of all and of one.
        """
        assert "unlikely" in run.done("calibration", "--format", form)
        assert "likely" in run.done("calibration", "gruzer", "--format", form)

    def test_calibration_items(self, run: Shell) -> None:
        """
        --items names the claims behind each row.
        """
        assert "gruzer-2024-trade" not in run.done("calibration")
        assert "gruzer-2024-trade" in run.done("calibration", "--items")

    def test_nothing_to_score(self, template: Path, run: Shell) -> None:
        """
        An empty record has empty tables.
        """
        for words in ("scorecard", "calibration", "due", "list", "log"):
            assert run.done(words, "--db", template)


class TestLooking:
    @pytest.mark.parametrize("kind", ["sources", "articles", "questions", "claims"])
    def test_list(self, run: Shell, kind: str) -> None:
        """
        Every kind has its list, of all and of one source.
        """
        every, own = run.done("list", kind), run.done("list", kind, "--source", "gruzer")

        assert len(own.splitlines()) < len(every.splitlines())

    @pytest.mark.parametrize(
        ("name", "holds"),
        [
            ("gruzer", ("source gruzer", "Marina Gruzer", "Articles", "gruzer-2024")),
            ("gruzer-2024", ("article gruzer-2024", "2024-05-28", "Claims")),
            ("ru-dprk-alliance", ("question ru-dprk", "Decisions", "yes, happened 2024-06-19")),
            ("gruzer-2024-alliance", ("claim gruzer-2024", "unlikely", "Questions", "Articles")),
        ],
    )
    def test_show(self, run: Shell, name: str, holds: tuple[str, ...]) -> None:
        """
        Every kind is shown with what belongs to it and its history.
        """
        shown = flat(run.done("show", name))

        for part in (*holds, "Journal"):
            assert part in shown

    def test_show_question_with_its_history(self, small: Shell) -> None:
        """
        The history of a question is that of its decisions too.
        """
        small.done("resolve", "frost", "no", "--evidence", "Table")

        assert f"add {FROST}-1" in small.done("show", FROST).split("Journal")[1]

    def test_log(self, small: Shell) -> None:
        """
        The newest entries last; of one record its own, its decisions and its end.
        """
        small.done("--actor", "ana", "resolve", "frost", "no", "--evidence", "Table")
        small.done("withdraw", "outlook-2025-frost", "--reason", "Misread", FORETRACK_ACTOR="bo")
        last = small.done("log", "-n", "1")

        assert ("withdraw" in last, "bo" in last, "Misread" in last) == (True, True, True)
        assert len(json.loads(small.done("log", "--all", "--format", "json"))["entries"]) == 8
        assert "ana" in small.done("log", "frost")
        assert "Misread" in small.done("log", "outlook-2025-fr")
        small.done("log", f"{FROST}-1")
        assert "no id that begins with" in small.refused(3, "log", "zebra")

    def test_log_of_an_ambiguous_beginning(self, run: Shell) -> None:
        """
        A beginning of several ids lists them.
        """
        assert "    ru-dprk-alliance-by-2027\n" in run.refused(3, "log", "ru-dprk")

    def test_lexicon(self, run: Shell) -> None:
        """
        All lexicons, one whole, one phrase in each; an unknown one names those that there are.
        """
        every = run.done("lexicon")
        for name in ("survey-2026.1", "icd-203", "phia", "nato-ajp-2.1", "ipcc", "efsa", "kent"):
            assert name in every
        assert "remote" in run.done("lexicon", "icd-203")
        assert "0.2" in run.done("lexicon", "--phrase", "Unlikely")
        assert "no lexicon knows 'zebra'" in run.refused(3, "lexicon", "--phrase", "zebra")
        assert "known are survey-2026.1" in run.refused(3, "lexicon", "zebra")

    def test_verify(self, run: Shell, head: Head) -> None:
        """
        A whole record, its head, and the proof that a printed head still stands.
        """
        sequence, digest = head(run)

        assert run.done("verify") == f"whole: {sequence} entries, head {digest}\n"
        assert run.done("verify", "--head", digest)
        assert run.done("verify", "--head", digest[:12])
        run.refused(4, "verify", "--head", "f" * 64)
        run.refused(3, "verify", "--head", "f" * 3)

    def test_verify_finds_tampering(self, run: Shell, record: Path) -> None:
        """
        A row changed behind the program's back is named.
        """
        import sqlite3

        connection = sqlite3.connect(record)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE claim SET phrase = 'likely' WHERE id = 'gruzer-2024-alliance'")
        connection.commit()
        connection.close()

        message = run.refused(4, "verify")
        assert "claim gruzer-2024-alliance differs from its last journal entry" in message
        assert run("verify", "--format", "json").json()["whole"] is False

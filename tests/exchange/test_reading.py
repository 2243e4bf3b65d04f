"""
Tables in every format, clean and dirty.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foretrack.errors import InvalidInput
from foretrack.exchange import reading
from foretrack.exchange.columns import Wanted
from foretrack.exchange.tables import Kind, Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = "source,probability,outcome\n"


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Table]:
    """
    A table made of text or bytes.
    """

    def make(content: str | bytes, name: str = "t.csv") -> Table:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return reading.identify(str(path))

    return make


def rows(table: Table) -> list[tuple[str, ...]]:
    """
    All rows as the batches give them.
    """
    found = []
    for batch in reading.batches(table, Wanted()):
        columns = [batch.columns[role] for role in ("source", "probability", "outcome")]
        found += [tuple(value.decode() for value in row) for row in zip(*columns, strict=True)]
    return found


def broken(table: Table) -> list[str]:
    """
    Lines and reasons of the rows that cannot be taken apart, which the batches count too.
    """
    lines = [f"{line}: {row}" for line, row in reading.numbered(table, Wanted()) if
             isinstance(row, str)]  # fmt: skip
    assert sum(batch.broken for batch in reading.batches(table, Wanted())) == len(lines)
    return lines


def refused(table: Table) -> str:
    """
    The message; both ways of reading give the same.
    """
    messages = []
    for read in (reading.batches, reading.numbered):
        with pytest.raises(InvalidInput) as caught:
            list(read(table, Wanted()))
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
    return messages[0].removeprefix(table.name)


EXPECTED = [("a", "0.2", "1"), ("b", "0.4", "no")]
TABBED = "source\tprobability\toutcome\na\t0.2\t1\nb\t0.4\tno\n"
OBJECTS = """
{"source": "a", "probability": 0.2, "outcome": 1}
{"outcome": "no", "source": "b", "probability": "0.4"}
"""


class TestFormats:
    @pytest.mark.parametrize(("name", "kind", "content"), [
        ("t.csv", Kind.CSV, HEAD + "a,0.2,1\nb,0.4,no\n"),
        ("t.tsv", Kind.TSV, TABBED),
        ("t.jsonl", Kind.JSON_LINES, OBJECTS),
        ("nameless", Kind.CSV, HEAD + "a,0.2,1\nb,0.4,no\n"),
        ("nameless", Kind.TSV, TABBED),
        ("t.txt", Kind.JSON_LINES, OBJECTS.rstrip()),
    ])  # fmt: skip
    @pytest.mark.parametrize("packed", [False, True])
    def test_all_read_alike(
        self, made: Callable[..., Table], name: str, kind: Kind, content: str, *, packed: bool
    ) -> None:
        """
        Plain or packed, named or recognised, the rows are the same.
        """
        data = content.encode()
        table = made(gzip.compress(data), f"{name}.gz") if packed else made(data, name)

        assert (table.kind, table.packed) == (kind, packed)
        assert rows(table) == EXPECTED

    def test_standard_input(self) -> None:
        """
        It may be packed too, and is read as often as needed.
        """
        data = gzip.compress((HEAD + "a,0.2,1\nb,0.4,no\n").encode())
        table = reading.identify("-", stdin=io.BytesIO(data))

        assert rows(table) == rows(table) == EXPECTED
        table.close()

    def test_packed_in_pieces(self, made: Callable[..., Table]) -> None:
        """
        Several gzip members are one file.
        """
        data = gzip.compress(HEAD.encode()) + gzip.compress(b"a,0.2,1\nb,0.4,no\n") + b"\0\0"

        assert rows(made(data, "t.csv.gz")) == EXPECTED


class TestOddities:
    @pytest.mark.parametrize("content", [
        HEAD + "a,0.2,1\nb,0.4,0",  # no last line end
        "\ufeff" + HEAD + "a,0.2,1\nb,0.4,0\n",  # a mark of byte order
        HEAD.replace("\n", "\r\n") + "a,0.2,1\r\nb,0.4,0\r\n",
        HEAD.replace("\n", "\r") + "a,0.2,1\rb,0.4,0\r",
        HEAD + "\na,0.2,1\n\n\nb,0.4,0\n\n",  # blank lines
        "\n\n" + HEAD + "a,0.2,1\nb,0.4,0\n",
        '"source","probability",outcome\n"a",0.2,"1"\nb,"0.4",0\n',
        HEAD + 'a,0.2,1\n"b",0.4,0\n',
        "probability,note,outcome,source\n0.2,x,1,a\n0.4,,0,b\n",
        'note,source,probability,outcome\n"one\ntwo, three ""four""",a,0.2,1\n\n"\n",b,0.4,0\n',
        '"source\n",probability,outcome\na,0.2,1\nb,0.4,0\n',
    ])  # fmt: skip
    def test_same_rows(self, made: Callable[..., Table], content: str) -> None:
        """
        However it is written, two rows.
        """
        table = made(content)

        assert rows(table) == [("a", "0.2", "1"), ("b", "0.4", "0")]
        assert broken(table) == []

    def test_ragged(self, made: Callable[..., Table]) -> None:
        """
        Rows of another width are named by line, even where they would add up to whole rows.
        """
        table = made(HEAD + "a,0.2\nb\nc,0.2,1\nd,0.2,1,9\n")

        assert broken(table) == [
            "2: 2 values where the header names 3 columns",
            "3: 1 value where the header names 3 columns",
            "5: 4 values where the header names 3 columns",
        ]
        assert rows(table) == [("c", "0.2", "1")]

    def test_short_rows_that_look_like_long_ones(self, made: Callable[..., Table]) -> None:
        """
        Two rows of one value have as many separators, with their line end, as one of three.
        """
        assert broken(made(HEAD + "a\nb\nc,0.1,0\n")) == [
            "2: 1 value where the header names 3 columns",
            "3: 1 value where the header names 3 columns",
        ]

    def test_line_of_a_row_after_one_of_several_lines(self, made: Callable[..., Table]) -> None:
        """
        A row is named by the line that it begins on.
        """
        table = made(HEAD + '"a\nb\nc",0.2,1\nshort\n')

        assert broken(table) == ["5: 1 value where the header names 3 columns"]

    def test_what_follows_a_quotation_mark(self, made: Callable[..., Table]) -> None:
        """
        A value that goes on after its closing mark is no value.
        """
        found = broken(made(HEAD + '"a"b,0.2,1\nc,0.2,1\n'))

        assert found == ["2: cannot be taken apart: ',' expected after '\"'"]

    def test_not_utf8(self, made: Callable[..., Table]) -> None:
        """
        Bytes of another encoding come through as they are, by either way of reading.
        """
        table = made(HEAD.encode() + "Müller,0.2,1\n".encode("latin-1"))
        quoted = made(HEAD.encode() + '"Müller",0.2,1\n'.encode("latin-1"), "q.csv")

        for one in (table, quoted):
            (batch,) = (batch for batch in reading.batches(one, Wanted()) if batch.n)
            assert list(batch.columns["source"]) == [b"M\xfcller"]

    def test_json_oddities(self, made: Callable[..., Table]) -> None:
        """
        Booleans are words, null is missing, numbers stay as they are written.
        """
        lines = [
            '{"source": "a", "probability": 0.10000000000000000001, "outcome": true}',
            "",
            '{"source": "b", "probability": null, "outcome": false}',
            '{"source": "c", "probability": NaN, "outcome": [1]}',
            '{"source": "d", "outcome": 1}',
        ]

        assert rows(made("\n".join(lines), "t.jsonl")) == [
            ("a", "0.10000000000000000001", "true"),
            ("b", "", "false"),
            ("c", "NaN", '["1"]'),
            ("d", "", "1"),
        ]

    def test_bad_json(self, made: Callable[..., Table]) -> None:
        """
        Each line that is no object is named.
        """
        good = '{"source": "a", "probability": 0.1, "outcome": 1}'
        table = made(
            "\n".join([good, "{nope}", "[1]", '{"source": 1, "source": 2}', "[" * 100_000, good]),
            "t.jsonl",
        )
        found = broken(table)

        assert [line.split(":")[0] for line in found] == ["2", "3", "4", "5"]
        assert "at character 2" in found[0]
        assert found[1] == "3: is no JSON object: it is another kind of value"
        assert found[2] == '4: is no JSON object: "source" stands twice'


class TestRefused:
    def test_empty(self, made: Callable[..., Table]) -> None:
        """
        An empty file, plain or packed, or blank lines alone.
        """
        with pytest.raises(InvalidInput, match="is empty"):
            made("")
        assert refused(made(gzip.compress(b""), "t.csv.gz")) == ": is empty"
        assert refused(made("\n\n\n")) == ": holds nothing but blank lines"

    def test_no_such_file(self, tmp_path: Path) -> None:
        """
        It is named, with the reason.
        """
        with pytest.raises(InvalidInput, match="No such file"):
            reading.identify(str(tmp_path / "none.csv"))
        with pytest.raises(InvalidInput, match="cannot be read"):
            reading.identify(str(tmp_path))

    def test_gzip_that_is_none(self, made: Callable[..., Table]) -> None:
        """
        The name promises what the content does not keep.
        """
        with pytest.raises(InvalidInput, match="is not packed with gzip, although its name says"):
            made(HEAD + "a,0.2,1\n", "t.csv.gz")

    @pytest.mark.parametrize(("pack", "how"), [(bz2.compress, "bzip2"), (lzma.compress, "xz")])
    def test_packed_otherwise(
        self, made: Callable[..., Table], pack: Callable[[bytes], bytes], how: str
    ) -> None:
        """
        Another packing than gzip is named, rather than read as a strange header.
        """
        with pytest.raises(InvalidInput, match=f"is packed with {how}; unpack it, or pack it with"):
            made(pack((HEAD + "a,0.2,1\n").encode()), "t.csv.packed")

    def test_cut_off(self, made: Callable[..., Table]) -> None:
        """
        Half a file is never scored as if it were all.
        """
        data = gzip.compress((HEAD + "a,0.25,1\n" * 1000).encode())

        assert "is cut off" in refused(made(data[:-9], "t.csv.gz"))

    def test_damaged(self, made: Callable[..., Table]) -> None:
        """
        A wrong checksum is noticed.
        """
        data = bytearray(gzip.compress((HEAD + "a,0.25,1\n" * 1000).encode()))
        data[-6] ^= 0xFF

        assert "is damaged" in refused(made(bytes(data), "t.csv.gz"))

    def test_utf16(self, made: Callable[..., Table]) -> None:
        """
        A spreadsheet's other encoding is named.
        """
        assert "is in UTF-16" in refused(made((HEAD + "a,0.2,1\n").encode("utf-16")))

    def test_open_quotation(self, made: Callable[..., Table]) -> None:
        """
        A mark that is never closed swallows the rest of the file: that is no bad row.
        """
        table = made(HEAD + 'a,0.2,1\nb,"0.3,1\nc,0.2,1\n')

        assert refused(table) == ": line 3: a quotation mark is opened and never closed"


values = st.text(st.sampled_from('ab ,"\n\t;é0'), max_size=4)


@settings(max_examples=200)
@given(st.lists(st.tuples(values, values, values), max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_whatever_a_csv_writer_writes(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str, str]], end: str
) -> None:
    """
    Both ways of reading give what Python's own reader gives.
    """
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator=end)
    writer.writerow(["source", "probability", "outcome"])
    writer.writerows(table)
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(target.getvalue().encode())
    found = reading.identify(str(path))
    one_by_one = [
        tuple(row[role].decode() for role in ("source", "probability", "outcome"))
        for _, row in reading.numbered(found, Wanted())
        if isinstance(row, dict)
    ]

    assert table == rows(found) == one_by_one


def test_large_in_blocks(made: Callable[..., Table]) -> None:
    """
    Rows that straddle blocks stay whole, also where a quotation mark turns up late.
    """
    lines = [f"source {n % 7},0.{n % 10},{n % 2}\n" for n in range(300_000)]
    lines[250_000] = '"source, quoted",0.5,1\n'
    expected = [tuple(line.strip().split(",")) for line in lines]
    expected[250_000] = ("source, quoted", "0.5", "1")

    assert rows(made(HEAD + "".join(lines))) == expected


def test_objects_with_a_weight_here_and_there(made: Callable[..., Table]) -> None:
    """
    An object without a weight counts once; a weight of null is missing.
    """
    start = {"source": "a", "probability": 0.1, "outcome": 1}
    lines = [json.dumps({**start, **more}) for more in ({"weight": 2}, {}, {"weight": None})]
    (batch,) = reading.batches(made("\n".join(lines), "t.jsonl"), Wanted())

    assert list(batch.columns["weight"]) == [b"2", b"1", b""]

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.exporting.csv import quote_cell, unquote_cell, write_csv

texts = st.text() | st.from_regex(r"'{0,3}[=+\-@\t'a＝]?.{0,5}", fullmatch=True)


@given(texts)
def test_import_takes_off_exactly_what_export_puts_on(text: str) -> None:
    assert unquote_cell(quote_cell(text)) == text


@given(texts)
def test_no_exported_cell_begins_like_a_formula(text: str) -> None:
    assert not quote_cell(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("-itis", "'-itis"),
        ("=1+2", "'=1+2"),
        ("@home", "'@home"),
        ("\tterm", "'\tterm"),
        ("'-itis", "''-itis"),
        ("'tis", "'tis"),
        ("heart-lung", "heart-lung"),
        ("", ""),
    ],
)
def test_cells(text: str, cell: str) -> None:
    assert quote_cell(text) == cell


@pytest.mark.parametrize(("cell", "text"), [("-itis", "-itis"), ("'-itis", "-itis"), ("''-itis", "'-itis"), ("'", "'")])
def test_one_quote_comes_off_and_no_more(cell: str, text: str) -> None:
    assert unquote_cell(cell) == text


@given(st.lists(st.tuples(texts, st.floats(0, 1), st.integers(0)), max_size=5))
def test_a_written_table_reads_back(rows: list[tuple[str, float, int]]) -> None:
    stream = io.StringIO()
    assert write_csv(stream, ["term", "score", "rank"], rows) == len(rows)
    stream.seek(0)
    header, *read = csv.reader(io.StringIO(stream.getvalue(), newline=""))
    assert header == ["term", "score", "rank"]
    assert [(unquote_cell(term), float(score), int(rank)) for term, score, rank in read] == rows


def test_booleans_are_written_as_numbers() -> None:
    stream = io.StringIO()
    write_csv(stream, ["held_out"], [[True], [False]])
    assert stream.getvalue() == "held_out\n1\n0\n"

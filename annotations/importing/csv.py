"""Terms from CSV and TSV files, one term or one pair a row. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from annotations.importing.rows import (
    MAX_CONTEXT,
    MAX_ID,
    MAX_PART_OF_SPEECH,
    InvalidCell,
    InvalidFile,
    Languages,
    RowError,
    TermRow,
    clean_text,
    family_of_text,
    id_of_text,
    required_text,
)
from annotations.importing.table import Cells, read_table

TERM_COLUMNS = ("concept_id", "family", "language", "term")
PAIR_COLUMNS = ("source", "target")


@dataclass(frozen=True)
class TermFile:
    lines: int  # of the whole file, for progress
    rows: Iterator[TermRow | RowError]


def read_terms(path: Path, languages: Languages, *, target: str | None = None, format: str | None = None) -> TermFile:
    """`target` says in which language the column of that name is, where the project has several."""
    table = read_table(path, (TERM_COLUMNS, PAIR_COLUMNS), format)
    if set(TERM_COLUMNS) <= set(table.columns):
        return TermFile(table.lines, _read(table.file, table.rows, _Terms(languages)))
    return TermFile(table.lines, _read(table.file, table.rows, _Pairs(languages, _target(path, languages, target))))


def _target(path: Path, languages: Languages, target: str | None) -> str:
    if target is None and len(languages.targets) == 1:
        return languages.targets[0]
    if target is None:
        listed = ", ".join(languages.targets)
        raise InvalidFile(f"{path.name} does not say which of {listed} its targets are in: give --target, one of them.")
    try:
        found = languages.find(target)
    except InvalidCell as error:
        raise InvalidFile(f"{path.name}: {error}.") from error
    if found == languages.source:
        raise InvalidFile(f"{path.name}: {target} is the project's source language; give --target another one.")
    return found


@dataclass(frozen=True)
class _Terms:
    languages: Languages

    def row(self, cells: Cells) -> TermRow:
        values = cells.values
        concept_id = required_text(values["concept_id"], "concept_id", MAX_ID)
        family = clean_text(values["family"], "family", MAX_ID)
        language = self.languages.find(required_text(values["language"], "language"))
        text = required_text(values["term"], "term")
        part_of_speech = clean_text(values.get("part_of_speech", ""), "part_of_speech", MAX_PART_OF_SPEECH)
        context = clean_text(values.get("context", ""), "context", MAX_CONTEXT)
        return TermRow(cells.line, concept_id, family, concept_id, ((language, text),), part_of_speech, context)


@dataclass(frozen=True)
class _Pairs:
    languages: Languages
    target: str

    def row(self, cells: Cells) -> TermRow:
        values = cells.values
        source = required_text(values["source"], "source")
        target = required_text(values["target"], "target")
        concept_id = clean_text(values.get("concept_id", ""), "concept_id", MAX_ID) or id_of_text(source)
        family = clean_text(values.get("family", ""), "family", MAX_ID)
        terms = ((self.languages.source, source), (self.target, target))
        return TermRow(cells.line, concept_id, family, family_of_text(source), terms)


def _read(file: str, rows: Iterator[Cells | RowError], layout: _Terms | _Pairs) -> Iterator[TermRow | RowError]:
    for cells in rows:
        if isinstance(cells, RowError):
            yield cells
            continue
        try:
            yield layout.row(cells)
        except InvalidCell as error:
            yield RowError(file, cells.line, str(error))

"""Verdicts from CSV and TSV files, as an export of suspicions with a column `decision` gives them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from annotations.importing.rows import MAX_NOTE, InvalidCell, RowError, VerdictRow, clean_text, required_text
from annotations.importing.table import Cells, read_table

CONFIDENCES = ("1", "2", "3")
COLUMNS = ("source", "target", "decision")
DECISIONS = (
    "equivalent", "not_equivalent", "corrected", "broader", "narrower", "related",
    "antonym", "false_friend", "wrong_form", "wrong_language", "not_a_term", "unsure",
)  # fmt: skip


@dataclass(frozen=True)
class VerdictFile:
    lines: int  # of the whole file, for progress
    rows: Iterator[VerdictRow | RowError | None]  # None: a row whose decision was left empty


def read_verdicts(path: Path, format: str | None = None) -> VerdictFile:
    table = read_table(path, (COLUMNS,), format)
    return VerdictFile(table.lines, _read(table.file, table.rows))


def _read(file: str, rows: Iterator[Cells | RowError]) -> Iterator[VerdictRow | RowError | None]:
    for cells in rows:
        if isinstance(cells, RowError):
            yield cells
        elif not cells.values["decision"].strip():
            yield None
        else:
            try:
                yield _row(cells)
            except InvalidCell as error:
                yield RowError(file, cells.line, str(error))


def _row(cells: Cells) -> VerdictRow:
    values = cells.values
    decision = values["decision"].strip().lower()
    if decision not in DECISIONS:
        raise InvalidCell(f"{decision[:40]!r} is not a decision: write one of {', '.join(DECISIONS)}")
    correction = clean_text(values.get("correction", ""), "correction")
    if decision == "corrected" and not correction:
        raise InvalidCell("the decision is 'corrected', but the column correction is empty: write the right term")
    return VerdictRow(
        line=cells.line,
        source=required_text(values["source"], "source"),
        target=required_text(values["target"], "target"),
        decision=decision,
        correction=correction,
        reviewer=clean_text(values.get("reviewer", ""), "reviewer", 150),
        source_language=clean_text(values.get("source_language", ""), "source_language", 16),
        target_language=clean_text(values.get("target_language", ""), "target_language", 16),
        note=clean_text(values.get("note", ""), "note", MAX_NOTE),
        confidence=_confidence(values.get("confidence", "").strip()),
    )


def _confidence(cell: str) -> int | None:
    if cell and cell not in CONFIDENCES:
        raise InvalidCell(f"{cell[:40]!r} is not a confidence: write 1 (low), 2 (medium), 3 (high), or leave it empty")
    return int(cell) if cell else None

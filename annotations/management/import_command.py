"""What the import commands share: how a report is told to a human and to a machine."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from annotations.actions import ImportReport
from annotations.importing.table import FORMATS, MAX_FILE_BYTES
from annotations.models import Project
from workbench.command import StageCommand

BAD_ROWS_SHOWN = 10
FILE_HELP = f"""
CSV (comma, semicolon or tab, found from the header) or TSV, UTF-8 with or without BOM, up to {MAX_FILE_BYTES:,} bytes.
A cell that begins with an apostrophe and = + - @ loses that one apostrophe: exports put it there.
Every row that can't be read is reported with its line and the reason; the others are imported, all in one transaction.
Exit code 1 when no row could be imported. Importing the same file again changes nothing."""


class ImportCommand(StageCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE")
        self.add_project_argument(parser)
        parser.add_argument(
            "--format", choices=FORMATS, help="needed when the file's name does not end in .csv or .tsv"
        )

    def told(self, project: Project, file: Path, report: ImportReport) -> dict[str, Any]:
        return {
            "project": project.slug,
            "file": file.name,
            "rows": report.rows,
            "imported": report.imported,
            "unchanged": report.unchanged,
            "bad": len(report.errors),
            "errors": [asdict(error) for error in report.errors],
            "notes": report.notes,
            "run": report.run_id,
        }

    def describe(self, result: Mapping[str, Any]) -> str:
        lines = [
            f"{result['file']} → {result['project']}: {result['rows']:,} rows, {result['imported']:,} imported, "
            f"{result['unchanged']:,} there already, {result['bad']:,} left out."
        ]
        if result["unchanged"] and not result["imported"]:
            lines.append("Nothing new: everything that can be read of this file was there already.")
        lines += result["notes"]
        lines += [f"  line {error['line']}: {error['reason']}" for error in result["errors"][:BAD_ROWS_SHOWN]]
        if result["bad"] > BAD_ROWS_SHOWN:
            lines.append(f"  … and {result['bad'] - BAD_ROWS_SHOWN:,} more; --json lists them all.")
        return "\n".join(lines)

    def failure(self, result: Mapping[str, Any]) -> str:
        if result["imported"] or result["unchanged"]:
            return ""
        first = result["errors"][0]
        return f"No row of {result['file']} could be imported: line {first['line']}: {first['reason']}."

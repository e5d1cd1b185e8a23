"""The pairs that the latest scan scored, as a file."""

import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db.models import QuerySet

from annotations.exporting.csv import write_csv
from annotations.models import Suspicion
from annotations.suspicions import latest_scan, suspicions_of
from workbench.command import StageCommand
from workbench.progress import Progress, no_progress

COLUMNS = (
    "source", "target", "source_language", "target_language", "concept_id",
    "score", "rank", "reasons", "held_out", "state",
)  # fmt: skip
CHUNK = 2000  # rows read at once
Row = tuple[str | int | float | bool, ...]


class Command(StageCommand):
    help = f"""Export what the latest scan thinks of each pair, the most suspicious first.

Columns: {", ".join(COLUMNS)}
score is 0..1, higher means more doubt; rank 1 is the most suspicious; reasons are joined by " | "; held_out is 0 or 1.
A cell that begins like a formula (= + - @) gets one leading apostrophe, which the import commands take off again.

With --json and no --output the rows themselves are printed as JSON: {{"project", "encoder", "rows": [...]}}."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        self.add_project_argument(parser)
        parser.add_argument("--format", choices=("csv",), default="csv")
        parser.add_argument("--output", default="-", metavar="FILE", help="default: -, standard output")

    def run(self, **options: Any) -> dict[str, Any]:
        project = self.project(options["project"])
        digest = latest_scan(project)
        if digest is None:
            raise CommandError(
                f"No pair of {project.slug!r} has been scored yet: run `scan --project {project.slug}` first."
            )
        result: dict[str, Any] = {"project": project.slug, "encoder": digest, "output": options["output"]}
        progress = self.progress(options) if options["output"] != "-" else no_progress
        with closing(_cells(suspicions_of(project, digest), progress)) as rows:
            if options["output"] != "-":
                return result | {"rows": _write(Path(options["output"]), rows)}
            if options["json"]:
                return result | {"rows": [dict(zip(COLUMNS, row, strict=True)) for row in rows]}
            return result | {"rows": write_csv(self.stdout, COLUMNS, rows)}

    def describe(self, result: Mapping[str, Any]) -> str:
        return "" if result["output"] == "-" else f"{result['rows']:,} rows written to {result['output']}."


def _cells(rows: QuerySet[Suspicion], progress: Progress) -> Generator[Row, None, None]:
    total = rows.count()
    for done, row in enumerate(rows.iterator(CHUNK), start=1):
        pair = row.pair
        yield (
            pair.source_term.text,
            pair.target_term.text,
            pair.source_language,
            pair.target_language,
            pair.concept.external_id,
            round(row.score, 6),
            row.rank,
            " | ".join(row.reasons),
            pair.concept.held_out,
            pair.state,
        )
        if done % CHUNK == 0 or done == total:
            progress("export", done, total)


def _write(path: Path, rows: Iterator[Row]) -> int:
    """Under another name first, so that a file with this name is always whole."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            written = write_csv(stream, COLUMNS, rows)
        part.replace(path)
    except OSError as error:
        raise CommandError(f"{path} can't be written: {error.strerror}. Choose another --output.") from error
    finally:
        part.unlink(missing_ok=True)
    return written

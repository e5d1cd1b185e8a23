"""Writes imported files to the terminology: sources, concepts, terms and listed pairs, in one transaction."""

from dataclasses import dataclass, field
from pathlib import Path

from annotations.importing.rows import RowError
from annotations.models import Concept, Project
from workbench.progress import Progress, no_progress


@dataclass(frozen=True)
class SourceInfo:
    """Where a file comes from; every export and the review card name it."""

    name: str
    version: str = ""
    licence: str = ""  # SPDX identifier
    attribution: str = ""


@dataclass(frozen=True)
class ImportReport:
    rows: int  # data rows read
    imported: int  # rows that brought something new
    unchanged: int  # rows whose content was there already
    errors: list[RowError]
    run_id: int
    notes: list[str] = field(default_factory=list)


def import_terms(
    project: Project,
    path: Path,
    *,
    format: str | None = None,
    role: str = Concept.Roles.DOMAIN,
    target_language: str | None = None,
    source: SourceInfo | None = None,
    progress: Progress = no_progress,
) -> ImportReport:
    raise NotImplementedError

"""Writes imported terms: source, concepts, terms and listed pairs, in one transaction."""

import hashlib
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from annotations.batches import batches
from annotations.importing.csv import read_terms
from annotations.importing.rows import InvalidFile, Languages, RowError, TermRow
from annotations.models import Concept, ImportRun, Project, Source, Term, TermPair
from workbench.progress import Progress, no_progress

MAX_TERMS_A_CONCEPT = 50  # in each language; more means a wrong concept_id, and pairs grow with the square
MAX_STORED_ERRORS = 1000
READ_STEP = 1000  # rows between two signs of progress

TermKey = tuple[str, str, str]  # concept's external id, language, text


class KnownTerm(NamedTuple):
    pk: int
    state: str


class KnownConcept(NamedTuple):
    pk: int
    held_out: bool


Known = dict[TermKey, KnownTerm]
Pair = tuple[TermKey, TermKey]  # source, target


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
    """Good rows come in, bad ones are reported, and what is there already stays as it is, decisions included.

    `target_language` is that of the column `target`, where the project has several. InvalidFile: nothing can be read.
    """
    rows, errors = _read(project, path, target_language, format, progress)
    total = len(rows) + len(errors)
    with transaction.atomic():
        origin = source_row(project, path, source)
        intake = _Intake(project, role, origin, path.name)
        imported = intake.write(rows, progress)
        errors = sorted([*errors, *intake.errors], key=lambda error: error.line)
        run = record_run(origin, "terms", path, rows=total, imported=imported, errors=errors)
    return ImportReport(total, imported, total - imported - len(errors), errors, run.pk)


def is_held_out(project: Project, family: str) -> bool:
    """By a hash of project and family, so that siblings stay together and a later file changes nothing."""
    digest = hashlib.sha256(f"{project.slug}:{family}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 < project.held_out_share


def source_row(project: Project, path: Path, info: SourceInfo | None) -> Source:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if info is not None:
        return Source.objects.update_or_create(project=project, sha256=digest, defaults=asdict(info))[0]
    return Source.objects.get_or_create(project=project, sha256=digest, defaults={"name": path.name})[0]


def record_run(
    origin: Source, kind: str, path: Path, *, rows: int, imported: int, errors: Sequence[RowError]
) -> ImportRun:
    stored = [asdict(error) for error in errors[:MAX_STORED_ERRORS]]
    if len(errors) > MAX_STORED_ERRORS:
        rest = f"{len(errors) - MAX_STORED_ERRORS:,} more rows could not be read"
        stored.append({"file": path.name, "line": errors[MAX_STORED_ERRORS].line, "reason": rest})
    return ImportRun.objects.create(
        source=origin, kind=kind, file_name=path.name[-255:], rows=rows, imported=imported, errors=stored
    )


def _read(
    project: Project, path: Path, target: str | None, format: str | None, progress: Progress
) -> tuple[list[TermRow], list[RowError]]:
    languages = Languages(project.source_language, (*project.target_languages, *project.zero_shot_languages))
    file = read_terms(path, languages, target=target, format=format)
    rows: list[TermRow] = []
    errors: list[RowError] = []
    for number, row in enumerate(file.rows, start=1):
        if number % READ_STEP == 0:
            progress("read", min(row.line, file.lines), file.lines)
        if isinstance(row, RowError):
            errors.append(row)
        else:
            rows.append(row)
    progress("read", file.lines, file.lines)
    if not rows and not errors:
        raise InvalidFile(f"{path.name} is empty: it has a header and no rows.")
    return rows, errors


class _Intake:
    """One import's rows on their way into the tables; every step is a few statements for all of them."""

    def __init__(self, project: Project, role: str, origin: Source, file: str) -> None:
        self.project, self.role, self.origin, self.file = project, role, origin, file
        self.errors: list[RowError] = []

    def write(self, rows: Sequence[TermRow], progress: Progress) -> int:
        """How many rows brought something new."""
        rows, families = self._accepted(rows)
        concepts = self._concepts(families)
        known = self._terms(concepts)
        rows, new = self._new_terms(rows, known)
        self._write_terms(concepts, new, progress)
        known = self._terms(concepts)
        completed = self._complete_terms(rows, known, new)
        pairs = chain(_pairs_within_rows(rows), _pairs_within_concepts(rows, known, new, self.project.source_language))
        new_pairs = self._write_pairs(pairs, concepts, known, progress)
        return sum(_brought_news(row, new, new_pairs) or _keys(row)[0] in completed for row in rows)

    def _accepted(self, rows: Sequence[TermRow]) -> tuple[list[TermRow], dict[str, str]]:
        """Rows that come for the first time, of concepts that have no other family already; and the families."""
        families: dict[str, str] = {}
        for ids in batches({row.concept_id for row in rows}):
            found = Concept.objects.filter(project=self.project, role=self.role, external_id__in=ids)
            families.update(found.values_list("external_id", "family"))
        first_at: dict[tuple[TermKey, ...], int] = {}
        good = []
        for row in rows:
            family = families.setdefault(row.concept_id, row.family or row.default_family)
            if row.family and row.family != family:
                reason = f"concept {row.concept_id!r} belongs to family {family!r} already, not to {row.family!r}"
                self.errors.append(RowError(self.file, row.line, reason))
            elif (first := first_at.setdefault(_keys(row), row.line)) != row.line:
                self.errors.append(RowError(self.file, row.line, f"duplicate of line {first}"))
            else:
                good.append(row)
        return good, families

    def _concepts(self, families: dict[str, str]) -> dict[str, KnownConcept]:
        new = (self._concept(external_id, family) for external_id, family in families.items())
        for batch in batches(new):
            Concept.objects.bulk_create(batch, ignore_conflicts=True)
        concepts: dict[str, KnownConcept] = {}
        for ids in batches(families):
            found = Concept.objects.filter(project=self.project, role=self.role, external_id__in=ids)
            for external_id, pk, held_out in found.values_list("external_id", "pk", "held_out"):
                concepts[external_id] = KnownConcept(pk, held_out)
        return concepts

    def _concept(self, external_id: str, family: str) -> Concept:
        held_out = is_held_out(self.project, family)
        return Concept(
            project_id=self.project.pk, external_id=external_id, family=family, role=self.role, held_out=held_out
        )

    def _terms(self, concepts: dict[str, KnownConcept]) -> Known:
        names = {concept.pk: external_id for external_id, concept in concepts.items()}
        known: Known = {}
        for ids in batches(names):
            found = Term.objects.filter(concept__in=ids).values_list("concept_id", "language", "text", "pk", "state")
            for concept_id, language, text, pk, state in found:
                known[names[concept_id], language, text] = KnownTerm(pk, state)
        return known

    def _new_terms(self, rows: Sequence[TermRow], known: Known) -> tuple[list[TermRow], dict[TermKey, TermRow]]:
        """Rows within the cap, and the terms to be made, each once and in the file's order."""
        sizes: dict[tuple[str, str], int] = defaultdict(int)
        for concept_id, language, _ in known:
            sizes[concept_id, language] += 1
        new: dict[TermKey, TermRow] = {}
        good = []
        for row in rows:
            keys = [key for key in _keys(row) if key not in known and key not in new]
            full = [language for _, language, _ in keys if sizes[row.concept_id, language] >= MAX_TERMS_A_CONCEPT]
            if full:
                reason = f"concept {row.concept_id!r} has {MAX_TERMS_A_CONCEPT} terms in {full[0]}: is its id right?"
                self.errors.append(RowError(self.file, row.line, reason))
                continue
            for key in keys:
                sizes[key[0], key[1]] += 1
                new[key] = row
            good.append(row)
        return good, new

    def _write_terms(
        self, concepts: dict[str, KnownConcept], new: Mapping[TermKey, TermRow], progress: Progress
    ) -> None:
        terms = (
            Term(
                project_id=self.project.pk,
                concept_id=concepts[name].pk,
                source_id=self.origin.pk,
                language=language,
                text=text,
                part_of_speech=row.part_of_speech,
                context=row.context,
            )
            for (name, language, text), row in new.items()
        )
        written = 0
        for batch in batches(terms):
            Term.objects.bulk_create(batch, ignore_conflicts=True)
            written += len(batch)
            progress("terms", written, len(new))

    def _complete_terms(self, rows: Sequence[TermRow], known: Known, new: Container[TermKey]) -> set[TermKey]:
        """Terms that were there without part of speech or context, and get them now; what they have stays."""
        given = {known[_keys(row)[0]].pk: row for row in rows if row.part_of_speech or row.context}
        completed: set[TermKey] = set()
        for ids in batches(given):
            changed = []
            for term in Term.objects.filter(pk__in=ids):
                row = given[term.pk]
                told = (term.part_of_speech or row.part_of_speech, term.context or row.context)
                if _keys(row)[0] not in new and told != (term.part_of_speech, term.context):
                    term.part_of_speech, term.context = told
                    changed.append(term)
                    completed.add(_keys(row)[0])
            Term.objects.bulk_update(changed, ["part_of_speech", "context"])
        return completed

    def _write_pairs(
        self, pairs: Iterable[Pair], concepts: dict[str, KnownConcept], known: Known, progress: Progress
    ) -> set[Pair]:
        """Those that were not there."""
        present: set[tuple[int, int]] = set()
        for batch in batches(concept.pk for concept in concepts.values()):
            found = TermPair.objects.filter(concept__in=batch)
            present.update(found.values_list("source_term_id", "target_term_id"))
        missing = {pair: None for pair in pairs if (known[pair[0]].pk, known[pair[1]].pk) not in present}
        written = 0
        for lot in batches(missing):
            rows = [self._pair(source, target, concepts[source[0]], known) for source, target in lot]
            TermPair.objects.bulk_create(rows, ignore_conflicts=True)
            written += len(lot)
            progress("pairs", written, len(missing))
        return set(missing)

    def _pair(self, source: TermKey, target: TermKey, concept: KnownConcept, known: Known) -> TermPair:
        return TermPair(
            project_id=self.project.pk,
            concept_id=concept.pk,
            source_term_id=known[source].pk,
            target_term_id=known[target].pk,
            source_language=source[1],
            target_language=target[1],
            state=self._state(concept, target[1]),
        )

    def _state(self, concept: KnownConcept, language: str) -> str:
        if self.role == Concept.Roles.CONTROL or language in self.project.zero_shot_languages:
            return TermPair.States.OBSERVED
        return TermPair.States.HELD_OUT if concept.held_out else TermPair.States.LISTED


def _brought_news(row: TermRow, new: Container[TermKey], new_pairs: Container[Pair]) -> bool:
    keys = _keys(row)
    return any(key in new for key in keys) or keys in new_pairs


def _keys(row: TermRow) -> tuple[TermKey, ...]:
    return tuple((row.concept_id, language, text) for language, text in row.terms)


def _pairs_within_rows(rows: Sequence[TermRow]) -> Iterable[Pair]:
    for row in rows:
        if len(row.terms) == 2:
            source, target = _keys(row)
            yield source, target


def _pairs_within_concepts(
    rows: Sequence[TermRow], known: Known, new: Container[TermKey], source_language: str
) -> Iterable[Pair]:
    """Each source term of a concept with each of its terms in other languages: both from this file, or one new.

    Terms that reviewers have rejected, superseded or retired come into no new pair.
    """
    named = {key for row in rows if len(row.terms) == 1 for key in _keys(row)}
    touched = {key[0] for key in named}
    sides: dict[str, tuple[list[TermKey], list[TermKey]]] = defaultdict(lambda: ([], []))
    for key, term in known.items():
        if key[0] in touched and term.state == Term.States.ACTIVE:
            sides[key[0]][key[1] != source_language].append(key)
    for sources, targets in sides.values():
        for source in sources:
            for target in targets:
                if (source in named and target in named) or source in new or target in new:
                    yield source, target

"""Writes imported verdict files: the same verdicts as from the page, settled in one transaction."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from annotations.answers import NEVER_REVIEWED, Answer, InvalidAnswer, checked
from annotations.batches import batches
from annotations.claims import mark_answered
from annotations.importing.rows import InvalidCell, InvalidFile, Languages, RowError, VerdictRow
from annotations.importing.verdicts import read_verdicts
from annotations.intake import ImportReport, SourceInfo, record_run, source_row
from annotations.models import Membership, Project, TermPair, Verdict
from annotations.settling import mark_surplus, settle_pairs
from annotations.verdicts import standing_verdicts
from workbench.progress import Progress, no_progress

READ_STEP = 1000  # rows between two signs of progress
LOT = 400  # pairs looked up and settled at once


def import_user(project: Project) -> User:
    """Whom verdicts from files belong to when they name no reviewer that exists: an account that can't sign in."""
    user, created = User.objects.get_or_create(username=f"import-{project.slug}", defaults={"is_active": False})
    if created:
        user.set_unusable_password()
        user.save()
    Membership.objects.get_or_create(project=project, user=user, defaults={"role": Membership.Roles.REVIEWER})
    return user


def import_verdicts(
    project: Project,
    path: Path,
    *,
    reviewer_fallback: User,
    format: str | None = None,
    progress: Progress = no_progress,
) -> ImportReport:
    """A row answers every reviewable pair with its texts; a row that is in already changes nothing.

    Rows whose reviewer is empty or unknown are `reviewer_fallback`'s. InvalidFile when nothing can be read.
    """
    rows, errors, left_empty = _read(path, format, progress)
    total = len(rows) + len(errors)
    with transaction.atomic():
        intake = _Intake(project, path.name, reviewer_fallback)
        imported = intake.write(rows, progress)
        errors = sorted([*errors, *intake.errors], key=lambda error: error.line)
        origin = source_row(project, path, SourceInfo(path.name))
        run = record_run(origin, "verdicts", path, rows=total, imported=imported, errors=errors)
    notes = [f"{left_empty:,} rows without a decision were passed over."] if left_empty else []
    notes += intake.notes
    return ImportReport(total, imported, total - imported - len(errors), errors, run.pk, notes)


def _read(path: Path, format: str | None, progress: Progress) -> tuple[list[VerdictRow], list[RowError], int]:
    file = read_verdicts(path, format)
    rows: list[VerdictRow] = []
    errors: list[RowError] = []
    left_empty = 0
    for number, row in enumerate(file.rows, start=1):
        if number % READ_STEP == 0:
            progress("read", min(number, file.lines), file.lines)
        if row is None:
            left_empty += 1
        else:
            errors.append(row) if isinstance(row, RowError) else rows.append(row)
    progress("read", file.lines, file.lines)
    if not rows and not errors:
        what = "no row has a decision" if left_empty else "it has a header and no rows"
        raise InvalidFile(f"{path.name} is empty: {what}.")
    return rows, errors, left_empty


class _Intake:
    """One file's verdicts on their way in: rows to pairs, pairs to verdicts, verdicts to decisions."""

    def __init__(self, project: Project, file: str, fallback: User) -> None:
        self.project, self.file, self.fallback = project, file, fallback
        languages = (*project.target_languages, *project.zero_shot_languages)
        self.languages = Languages(project.source_language, languages)
        self.errors: list[RowError] = []
        self.notes: list[str] = []

    def write(self, rows: Sequence[VerdictRow], progress: Progress) -> int:
        """How many rows brought a new verdict."""
        reviewers = self._reviewers(rows)
        listed = self._listed(rows)
        first_at: dict[tuple[int, int], VerdictRow] = {}
        given: list[tuple[VerdictRow, Verdict]] = []
        for row in rows:
            try:
                verdicts = self._verdicts(row, reviewers.get(row.reviewer, self.fallback), listed)
            except (InvalidAnswer, InvalidCell) as error:
                self._complain(row, str(error).rstrip("."))
                continue
            firsts = [first_at.setdefault((verdict.pair_id, verdict.reviewer_id), row) for verdict in verdicts]
            if all(first is row for first in firsts):
                given += [(row, verdict) for verdict in verdicts]
            else:
                self._complain(row, _twice(row, next(first for first in firsts if first is not row)))
        return self._append(given, progress)

    def _complain(self, row: VerdictRow, reason: str) -> None:
        self.errors.append(RowError(self.file, row.line, reason))

    def _reviewers(self, rows: Sequence[VerdictRow]) -> dict[str, User]:
        names = {row.reviewer for row in rows if row.reviewer}
        users = {user.get_username(): user for lot in batches(names) for user in User.objects.filter(username__in=lot)}
        if unknown := sorted(names - set(users)):
            listed = ", ".join(unknown[:10]) + (", …" if len(unknown) > 10 else "")
            self.notes.append(f"No account for {listed}: their verdicts belong to {self.fallback.get_username()}.")
        return users

    def _listed(self, rows: Sequence[VerdictRow]) -> dict[tuple[str, str], list[TermPair]]:
        """The project's pairs by their texts, locked on PostgreSQL until they are settled."""
        listed: dict[tuple[str, str], list[TermPair]] = defaultdict(list)
        pairs = TermPair.objects.select_for_update(of=("self",), no_key=True).filter(project=self.project)
        for texts in batches(sorted({row.source for row in rows}), LOT):
            found = pairs.filter(source_term__text__in=texts).order_by("pk")
            for pair in found.select_related("project", "source_term", "target_term"):
                listed[pair.source_term.text, pair.target_term.text].append(pair)
        return listed

    def _verdicts(
        self, row: VerdictRow, reviewer: User, listed: dict[tuple[str, str], list[TermPair]]
    ) -> list[Verdict]:
        answer = Answer(row.decision, row.correction, row.note, row.confidence)
        verdicts = []
        for pair in self._reviewable(row, listed[row.source, row.target]):
            given = checked(answer, pair)
            verdicts.append(
                Verdict(
                    pair=pair,
                    reviewer=reviewer,
                    decision=given.decision,
                    correction=given.correction,
                    note=given.note,
                    confidence=given.confidence,
                    origin=Verdict.Origins.FILE,
                )
            )
        return verdicts

    def _reviewable(self, row: VerdictRow, pairs: Sequence[TermPair]) -> list[TermPair]:
        if row.source_language:
            code = self.languages.find(row.source_language)
            pairs = [pair for pair in pairs if pair.source_language == code]
        if row.target_language:
            code = self.languages.find(row.target_language)
            pairs = [pair for pair in pairs if pair.target_language == code]
        if not pairs:
            raise InvalidAnswer(f"the project lists no pair {row.source!r} – {row.target!r}")
        languages = sorted({pair.target_language for pair in pairs})
        if len(languages) > 1:
            raise InvalidAnswer(f"the pair is listed in {', '.join(languages)}: say which in a column target_language")
        reviewable = [pair for pair in pairs if TermPair.States(pair.state) not in NEVER_REVIEWED]
        return reviewable or [pairs[0]]  # `checked` says why that one is never reviewed

    def _append(self, given: Sequence[tuple[VerdictRow, Verdict]], progress: Progress) -> int:
        present = self._present([verdict for _, verdict in given])
        new = [(row, verdict) for row, verdict in given if _key(verdict) not in present]
        done = 0
        for lot in _lots([verdict for _, verdict in new]):
            mark_surplus(lot)
            mark_answered(lot)
            Verdict.objects.bulk_create(lot)
            settle_pairs([verdict.pair for verdict in lot])
            done += len(lot)
            progress("verdicts", done, len(new))
        return len({row.line for row, _ in new})

    def _present(self, verdicts: Sequence[Verdict]) -> set[tuple[int, int, str, str]]:
        """What came in by a file before, or is its reviewer's last word anyway."""
        present: set[tuple[int, int, str, str]] = set()
        for lot in batches([verdict.pair_id for verdict in verdicts], LOT):
            last: dict[tuple[int, int], Verdict] = {}
            for verdict in standing_verdicts().filter(pair__in=lot).order_by("pk"):
                last[verdict.pair_id, verdict.reviewer_id] = verdict
                if verdict.origin == Verdict.Origins.FILE:
                    present.add(_key(verdict))
            present.update(_key(verdict) for verdict in last.values())
        return present


def _lots(verdicts: Sequence[Verdict]) -> Iterator[list[Verdict]]:
    """No pair twice in one: whether an answer is still wanted shows when those before it are settled."""
    turns: dict[int, list[Verdict]] = defaultdict(list)
    earlier: Counter[int] = Counter()
    for verdict in verdicts:
        turns[earlier[verdict.pair_id]].append(verdict)
        earlier[verdict.pair_id] += 1
    for turn in turns.values():
        yield from batches(turn, LOT)


def _key(verdict: Verdict) -> tuple[int, int, str, str]:
    return verdict.pair_id, verdict.reviewer_id, verdict.decision, verdict.correction


def _twice(row: VerdictRow, first: VerdictRow) -> str:
    if (row.decision, row.correction) == (first.decision, first.correction):
        return f"duplicate of line {first.line}"
    return f"line {first.line} already says {first.decision!r} of this pair for the same reviewer"

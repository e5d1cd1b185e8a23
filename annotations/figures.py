"""What pages say of a project's pairs and of the work on them."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
from django.contrib.auth.models import User
from django.db.models import CharField, Count, QuerySet
from django.db.models.functions import Cast, Left
from django.utils import timezone

from annotations import reporting
from annotations.decisions import NO_ANSWER
from annotations.kept import Figure, Shown
from annotations.models import Decision, Project, TermPair, Verdict
from annotations.reporting import Agreement, AnchoringRow, CategoryRow, LanguageRow, ReviewerPair
from annotations.verdicts import standing_verdicts

DAYS = 30
TIMED = 1_000  # the newest answers whose time is looked at
LEAST = 5  # answers that a pace is told from
FEW_PAIRS, FEW_VERDICTS = 200_000, 20_000  # which are counted in less than a tenth of a second


@dataclass(frozen=True)
class Pace:
    """Seconds that a card was open until its answer: the middle, and between what half of them lie."""

    n: int
    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Work:
    pace: Pace | None
    agreement: Agreement
    anchoring: AnchoringRow | None


@dataclass(frozen=True)
class Reviewed:
    listed: int  # pairs that have been put in the queue
    verdicts: int
    reviewers: int
    outcomes: Mapping[str, int]  # pairs decided, by what they were found to be


def pairs_by_state(projects: Collection[Project]) -> dict[int, Shown[Mapping[str, int]]]:
    """By project id."""
    kept = PAIRS.kept(projects)
    counted = _pairs_by_state([project for project in projects if project.pk not in kept])
    return kept | {project: Shown(states) for project, states in counted.items()}


def verdicts_a_day(project: Project) -> Shown[list[tuple[date, int]]]:
    found = VERDICTS.of(project)
    days = [_first_day() + timedelta(days=number) for number in range(DAYS)]
    return Shown([(day, found.value.get(day.isoformat(), 0)) for day in days], found.kept_since)


def work(project: Project) -> Shown[Work]:
    return WORK.of(project)


def reviewed(project: Project) -> Shown[Reviewed]:
    return REVIEWED.of(project)


def keep_figures(project: Project, *others: Figure[Any]) -> None:
    """`others`: figures of apps that build on this one."""
    own: tuple[Figure[Any], ...] = (PAIRS, VERDICTS, WORK, REVIEWED)
    for figure in own + others:
        figure.keep(project)


def keep_all_figures(*others: Figure[Any]) -> None:
    for project in Project.objects.all():
        keep_figures(project, *others)


def _pairs_by_state(projects: Collection[Project]) -> dict[int, Mapping[str, int]]:
    found: dict[int, dict[str, int]] = {project.pk: {} for project in projects}
    rows = TermPair.objects.filter(project__in=projects).order_by().values_list("project", "state")
    for project, state, count in rows.annotate(Count("pk")):
        found[project][state] = count
    return {**found}


def _verdicts_by_day(project: Project) -> Mapping[str, int]:
    since = datetime.combine(_first_day(), time.min, tzinfo=UTC)
    day = Left(Cast("created_at", CharField()), 10)  # in Python, SQLite's TruncDate takes five times as long
    rows = standing_verdicts().filter(pair__project=project, created_at__gte=since).annotate(day=day).order_by()
    return dict(rows.values_list("day").annotate(Count("pk")))


def _first_day() -> date:
    return timezone.now().date() - timedelta(days=DAYS - 1)


def _work(project: Project) -> Work:
    return Work(_pace(project), reporting.agreement(project), reporting.anchoring(project))


def _pace(project: Project) -> Pace | None:
    timed = standing_verdicts().filter(pair__project=project, seconds__isnull=False).order_by("-pk")
    seconds = [value for value in timed.values_list("seconds", flat=True)[:TIMED] if value is not None]
    return Pace(len(seconds), *np.percentile(seconds, [25, 50, 75]).tolist()) if len(seconds) >= LEAST else None


def _reviewed(project: Project) -> Reviewed:
    decided = Decision.objects.filter(pair__project=project).exclude(outcome__in=NO_ANSWER)
    verdicts = standing_verdicts().filter(pair__project=project)
    return Reviewed(
        listed=_pairs(project).filter(position__isnull=False).count(),
        verdicts=verdicts.count(),
        reviewers=verdicts.values("reviewer").distinct().count(),
        outcomes=dict(decided.values_list("outcome").annotate(Count("pk")).order_by()),
    )


def _as_json(found: Work) -> dict[str, Any]:
    agreement = found.agreement
    return {
        "pace": asdict(found.pace) if found.pace else None,
        "overall": asdict(agreement.overall) if agreement.overall else None,
        "languages": [asdict(row) for row in agreement.languages],
        "categories": [asdict(row) for row in agreement.categories],
        "reviewers": [vars(row) | {"a": row.a.pk, "b": row.b.pk} for row in agreement.pairs_of_reviewers],
        "anchoring": asdict(found.anchoring) if found.anchoring else None,
    }


def _read(values: Mapping[str, Any]) -> Work:
    people = User.objects.in_bulk({row[side] for row in values["reviewers"] for side in ("a", "b")})
    agreement = Agreement(
        [
            ReviewerPair(**row | {"a": people[row["a"]], "b": people[row["b"]]})
            for row in values["reviewers"] if row["a"] in people and row["b"] in people
        ],
        [LanguageRow(**row) for row in values["languages"]],
        [CategoryRow(**row) for row in values["categories"]],
        LanguageRow(**values["overall"]) if values["overall"] else None,
    )  # fmt: skip
    return Work(
        Pace(**values["pace"]) if values["pace"] else None,
        agreement,
        AnchoringRow(**values["anchoring"]) if values["anchoring"] else None,
    )


def _pairs(project: Project) -> QuerySet[TermPair]:
    return TermPair.objects.filter(project=project)


def _verdicts(project: Project) -> QuerySet[Verdict]:
    return Verdict.objects.filter(pair__project=project)


PAIRS = Figure("pairs", lambda project: _pairs_by_state([project])[project.pk], _pairs, FEW_PAIRS)
VERDICTS = Figure("verdicts", _verdicts_by_day, _verdicts, FEW_VERDICTS)
WORK = Figure("work", _work, _verdicts, FEW_VERDICTS, _as_json, _read)
REVIEWED = Figure("reviewed", _reviewed, _verdicts, FEW_VERDICTS, asdict, lambda told: Reviewed(**told))

"""Pace, agreement and anchoring of a project: counted at each look while that is quick, else kept from hour to hour."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from time import monotonic
from typing import Any

import numpy as np
from django.contrib.auth.models import User

from annotations import reporting
from annotations.models import Project, WorkFigures
from annotations.queue import standing_verdicts
from annotations.reporting import Agreement, AnchoringRow, CategoryRow, LanguageRow, ReviewerPair

QUICK = 0.1  # seconds that a page may spend on counting
TIMED = 1_000  # the newest answers whose time is looked at
LEAST = 5  # answers that a pace is told from


@dataclass(frozen=True)
class Pace:
    """Seconds that a card was open until its answer: the middle, and between what half of them lie."""

    n: int
    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Figures:
    pace: Pace | None
    agreement: Agreement
    anchoring: AnchoringRow | None
    kept_since: datetime | None = None  # None: counted just now


def figures(project: Project) -> Figures:
    kept = WorkFigures.objects.filter(project=project).first()
    return _counted(project) if kept is None or kept.seconds < QUICK else _read(kept)


def keep_figures(project: Project) -> None:
    started = monotonic()
    found = _counted(project)
    seconds = monotonic() - started
    WorkFigures.objects.update_or_create(project=project, defaults={"values": _as_json(found), "seconds": seconds})


def keep_all_figures() -> None:
    for project in Project.objects.all():
        keep_figures(project)


def _counted(project: Project) -> Figures:
    return Figures(_pace(project), reporting.agreement(project), reporting.anchoring(project))


def _pace(project: Project) -> Pace | None:
    timed = standing_verdicts().filter(pair__project=project, seconds__isnull=False).order_by("-pk")
    seconds = [value for value in timed.values_list("seconds", flat=True)[:TIMED] if value is not None]
    return Pace(len(seconds), *np.percentile(seconds, [25, 50, 75]).tolist()) if len(seconds) >= LEAST else None


def _as_json(found: Figures) -> dict[str, Any]:
    agreement = found.agreement
    return {
        "pace": asdict(found.pace) if found.pace else None,
        "overall": asdict(agreement.overall) if agreement.overall else None,
        "languages": [asdict(row) for row in agreement.languages],
        "categories": [asdict(row) for row in agreement.categories],
        "reviewers": [vars(row) | {"a": row.a.pk, "b": row.b.pk} for row in agreement.pairs_of_reviewers],
        "anchoring": asdict(found.anchoring) if found.anchoring else None,
    }


def _read(kept: WorkFigures) -> Figures:
    values: Mapping[str, Any] = kept.values
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
    return Figures(
        Pace(**values["pace"]) if values["pace"] else None,
        agreement,
        AnchoringRow(**values["anchoring"]) if values["anchoring"] else None,
        kept.counted_at,
    )

"""How many wrong pairs a project has left, estimated from the pairs that its queue draws at random. Reads only."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from annotations.kept import Figure, Shown
from annotations.models import Concept, Project, Suspicion, TermPair
from annotations.ordering import draw
from training import pending
from training.ml.estimate import Estimate, Reviewed, wrong_pairs_left
from training.models import Scan

STEPS = 2000  # a project is estimated anew when another part in 2,000 of its pairs is decided
FEW_PAIRS = 20_000  # which are estimated from in some tenths of a second


def remaining(project: Project) -> Shown[Estimate | None]:
    return REMAINING.of(project)


def _remaining(project: Project) -> Estimate | None:
    """None before a scan, and until a pair that was drawn at random has a verdict."""
    scan = Scan.objects.filter(project=project).values_list("pk", flat=True).first()
    if scan is None:
        return None
    answers = pending.judged(project)
    step = max(_reviewable(project).count() // STEPS, 1)
    key = f"wrong-pairs-left:{project.pk}:{scan}:{len(answers) // step}:{sum(answers.values()) // step}"
    return cache.get_or_set(key, lambda: _estimated(project, answers), timeout=3600)


def _estimated(project: Project, answers: dict[int, bool]) -> Estimate | None:
    latest_last = Suspicion.objects.filter(pair__in=_reviewable(project)).order_by("created_at", "pk")
    scores = dict(latest_last.values_list("pair_id", "score").iterator())
    return wrong_pairs_left([Reviewed(scores[pair], answers.get(pair)) for pair in draw(scores, project.slug)])


def _reviewable(project: Project) -> QuerySet[TermPair]:
    """What is or was up for review: a pair whose term was retired for being wrong still counts."""
    return TermPair.objects.filter(
        project=project,
        correction_of=None,
        concept__role=Concept.Roles.DOMAIN,
        concept__held_out=False,
        source_language=project.source_language,
        target_language__in=project.target_languages,
    )


def _as_json(found: Estimate | None) -> dict[str, Any] | None:
    return asdict(found) if found else None


def _read(values: Mapping[str, Any] | None) -> Estimate | None:
    return Estimate(**values) if values else None


REMAINING = Figure("remaining", _remaining, _reviewable, FEW_PAIRS, _as_json, _read)

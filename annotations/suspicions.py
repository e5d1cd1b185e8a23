"""What a scan leaves: suspicions with ranks, and the review queue in their order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotations.models import Project
from workbench.progress import Progress, no_progress


@dataclass(frozen=True)
class ScoredPair:
    pair_id: int
    score: float  # 0..1, higher = more doubt
    reasons: Sequence[str]  # sentences, the weightiest first
    signals: Mapping[str, float]
    forward: Sequence[tuple[int, float]]  # (target term id, cosine), nearest first
    backward: Sequence[tuple[int, float]]  # (source term id, cosine)


def flag_suspects(
    project: Project, encoder_digest: str, scored: Iterable[ScoredPair], progress: Progress = no_progress
) -> int:
    raise NotImplementedError

"""Whether a project has only grown since its last scan, so that the new pairs alone need a score. Reads only."""

from dataclasses import dataclass

import numpy as np

from annotations.models import Project
from training import lessons, pending, store
from training.ml.scoring.standard import Standard
from training.ml.suspect import IDS
from training.models import Encoder
from training.store import Gauge

GROWN_FROM = 20_000  # pairs; fewer are soon scored anew
GROWN_BY = 0.1  # share of the scored pairs up to which new ones are judged in their neighbourhood


@dataclass(frozen=True)
class Grown:
    """What the last scan knew, and what it measured by."""

    last_term: int
    last_pair: int
    gauge: Gauge

    def standards(self, language: str) -> list[Standard] | None:
        found = self.gauge.standards.get(language)
        return [Standard(*one) for one in found] if found else None


def since_last_scan(project: Project, encoder: Encoder) -> Grown | None:
    """None where all must be scored: another encoder, other weights, or anything but new terms, pairs and verdicts."""
    last = pending.last_scan(project)
    gauge = store.gauge(project.pk)
    if last is None or last.encoder_id != encoder.pk or gauge is None or gauge.ids != IDS:
        return None
    pairs = pending.pairs(project)
    known = pairs.filter(pk__lte=last.last_pair).count()
    if known < GROWN_FROM or pairs.count() - known > GROWN_BY * known:
        return None
    if pending.vocabulary_digest(project, last.last_term, last.last_pair) != last.vocabulary_digest:
        return None
    return Grown(last.last_term, last.last_pair, gauge) if _same_weights(project, gauge) else None


def _same_weights(project: Project, gauge: Gauge) -> bool:
    """Verdicts elsewhere teach this project too."""
    now = lessons.learned(project, IDS, store.doubts(project.pk))
    return bool(np.allclose(now.columns(IDS), gauge.weights.columns(IDS)) and now.intercept == gauge.weights.intercept)

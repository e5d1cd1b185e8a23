"""What reviewers' answers teach the score, across languages and projects: doubts are kept from scan to scan, because a
pair that was found wrong leaves the list, and with it what could be measured of it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from annotations.models import Project
from training import pending, store
from training.ml.scoring.refitting import Lessons, learn
from training.ml.scoring.weighing import Weights
from training.store import Doubts

Measured = tuple[Sequence[int], NDArray[np.float32]]  # ids of p pairs, and their doubts (p, s)


def weights(project: Project, ids: Sequence[str], scored: Sequence[Measured], *, more: bool = False) -> Weights:
    """Weights for the project's pairs, and the doubts of this scan kept for the next.

    `scored` holds what was measured of each list, the signals in the order of `ids`: of all pairs, or with `more` of
    some beside those of the last scan.
    """
    former = store.doubts(project.pk)
    kept = former.pairs.tolist() if more else list(pending.judged(project))
    store.keep_doubts(project.pk, _with_former(_joined(ids, scored), former, kept))
    return learned(project, ids, store.doubts(project.pk))


def learned(project: Project, ids: Sequence[str], found: Doubts) -> Weights:
    """What the answers given so far make of the doubts that were kept, here and in other projects."""
    others = Project.objects.exclude(pk=project.pk).order_by("pk")
    elsewhere = [_lessons(store.doubts(other.pk), ids, pending.judged(other)) for other in others]
    return learn(ids, _lessons(found, ids, pending.judged(project)), elsewhere)


def _joined(ids: Sequence[str], scored: Sequence[Measured]) -> Doubts:
    pairs = np.array([pair for chosen, _ in scored for pair in chosen], dtype=np.int64)
    values = [doubts for _, doubts in scored] or [np.zeros((0, len(ids)), dtype=np.float32)]
    return Doubts(tuple(ids), pairs, np.concatenate(values))


def _with_former(found: Doubts, former: Doubts, kept: Sequence[int]) -> Doubts:
    """And of the former ones those to keep: pairs that were judged, whose doubts only an earlier scan could measure."""
    gone = np.isin(former.pairs, kept) & ~np.isin(former.pairs, found.pairs)
    return Doubts(
        found.ids,
        np.concatenate([found.pairs, former.pairs[gone]]),
        np.concatenate([found.values, former.columns(found.ids)[gone]]),
    )


def _lessons(doubts: Doubts, ids: Sequence[str], answers: dict[int, bool]) -> Lessons:
    known = np.isin(doubts.pairs, list(answers))
    wrong = np.array([answers[pair] for pair in doubts.pairs[known].tolist()], dtype=np.bool_)
    return Lessons(doubts.columns(ids)[known], wrong)

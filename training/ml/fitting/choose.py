"""Choosing after training, on families and texts that trained nothing: how much of the child, how strong a map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.ml.index import search

Array = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
DROP = 0.01  # a cell that is to be kept may lose this much
KEPT_COUNTS = 0.5  # what a gain in the cells to be kept is worth, beside one in those to be improved
NEIGHBOURS = 10


@dataclass(frozen=True)
class Check:
    """A retrieval list: each pair's target is to be found by its source among all `candidates`."""

    name: str  # "en-de", "general en-de"
    kept: bool  # it is not to be improved, only not to be lost
    pairs: Rows  # (p, 2)
    candidates: Rows
    sources: Rows  # texts of the source language, for the density around each candidate
    friends: Mapping[int, frozenset[int]]


def reciprocal_rank(check: Check, vectors: Array) -> float:
    """Mean reciprocal rank of the right targets under CSLS (k = 10), among the ten nearest; vectors (n, d) by row."""
    base = vectors[check.candidates]
    count = min(NEIGHBOURS, len(base))
    scores, found = search(vectors[check.pairs[:, 0]], base, count)
    crowd = search(base, vectors[check.sources], min(NEIGHBOURS, len(check.sources)))[0].mean(axis=1)
    ranked = np.take_along_axis(found, np.argsort(-(2 * scores - crowd[found]), axis=1, kind="stable"), axis=1)
    gained = 0.0
    for (_, target), row in zip(check.pairs.tolist(), check.candidates[ranked].tolist(), strict=True):
        right = check.friends.get(target, frozenset((target,)))
        gained += next((1 / (place + 1) for place, candidate in enumerate(row) if candidate in right), 0.0)
    return gained / len(check.pairs)


@dataclass(frozen=True)
class Measured:
    strength: float  # what is being chosen: share of the child, or of the map
    improved: float  # mean over the cells that are to improve
    kept: tuple[float, ...]  # each cell that is not to be lost


def measure(strength: float, checks: Sequence[Check], vectors: Array) -> Measured:
    ranks = [(check.kept, reciprocal_rank(check, vectors)) for check in checks]
    improved = [rank for kept, rank in ranks if not kept]
    return Measured(
        strength, float(np.mean(improved)) if improved else 0.0, tuple(rank for kept, rank in ranks if kept)
    )


def choose(measured: Sequence[Measured], reference: Measured) -> Measured:
    """The best among those that keep every kept cell within DROP of the reference (after WiSE-FT).

    The best is the largest sum of the improvement and half the mean of the kept cells, for the lists to improve on are
    short and soon full. Where none keeps them, the one that loses least; ties go to the smaller strength.
    """

    def worst(one: Measured) -> float:
        return min((now - then for now, then in zip(one.kept, reference.kept, strict=True)), default=0.0)

    harmless = [one for one in measured if worst(one) >= -DROP]
    if harmless:
        return max(harmless, key=lambda one: (one.improved + KEPT_COUNTS * _mean(one.kept), -one.strength))
    return max(measured, key=lambda one: (worst(one), one.improved))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0

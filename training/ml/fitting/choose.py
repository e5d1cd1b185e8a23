"""Choosing after training, on families and texts that trained nothing: how much of the child, how strong a map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.ml.index import search

Array = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
KEPT_COUNTS = 0.5  # what the lists to be kept count for, beside those to be improved
SURE = 2.0  # standard errors that another choice must be ahead of the usual one
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


def reciprocal_ranks(check: Check, vectors: Array) -> Array:
    """(p,) of the right targets under CSLS (k = 10), 0 beyond the ten nearest; vectors (n, d) by row."""
    base = vectors[check.candidates]
    count = min(NEIGHBOURS, len(base))
    scores, found = search(vectors[check.pairs[:, 0]], base, count)
    crowd = search(base, vectors[check.sources], min(NEIGHBOURS, len(check.sources)))[0].mean(axis=1)
    ranked = np.take_along_axis(found, np.argsort(-(2 * scores - crowd[found]), axis=1, kind="stable"), axis=1)
    ranks = np.zeros(len(check.pairs), np.float32)
    answers = zip(check.pairs[:, 1].tolist(), check.candidates[ranked].tolist(), strict=True)
    for number, (target, row) in enumerate(answers):
        right = check.friends.get(target, frozenset((target,)))
        ranks[number] = next((1 / (place + 1) for place, candidate in enumerate(row) if candidate in right), 0.0)
    return ranks


@dataclass(frozen=True)
class Measured:
    strength: float  # what is being chosen: share of the child, or of the map
    improved: tuple[Array, ...]  # (p,) reciprocal ranks, of each list that is to improve
    kept: tuple[Array, ...]  # and of each that is not to be lost


def measure(strength: float, checks: Sequence[Check], vectors: Array) -> Measured:
    """Reciprocal ranks on every check, for (n, d) unit rows of all texts in the space that the strength gives."""
    ranks = [(check.kept, reciprocal_ranks(check, vectors)) for check in checks]
    return Measured(strength, *(tuple(found for kept, found in ranks if kept is side) for side in (False, True)))


def ahead(one: Measured, other: Measured) -> tuple[float, float]:
    """The paired difference of two choices: the mean of the lists to improve, and half that of the lists to keep.

    With its standard error where in truth there were none, which is never 0 for a handful of pairs that all gained.
    """
    difference = variance = 0.0
    for counts, ours, theirs in ((1.0, one.improved, other.improved), (KEPT_COUNTS, one.kept, other.kept)):
        for now, then in zip(ours, theirs, strict=True):
            share = counts / len(ours)
            difference += share * float((now - then).mean())
            variance += share**2 * float(((now - then) ** 2).mean()) / len(now)
    return difference, variance**0.5


def choose(measured: Sequence[Measured], usual: float) -> Measured:
    """The usual strength, unless another is ahead of it by more than chance: then the farthest ahead, in errors.

    Lists are short and strengths are many, so that the best of them is mostly the luckiest (after the rule of one
    standard error, Breiman et al. 1984, with the usual one in the place of the simplest).
    """
    default = next(one for one in measured if one.strength == usual)

    def lead(one: Measured) -> float:
        difference, error = ahead(one, default)
        return difference / max(error, 1e-12) if difference else 0.0

    best = max(measured, key=lead)
    return best if lead(best) > SURE else default

"""What the listed pairs themselves say of how the two languages lie: a linear map each way, kept from knowing its pair.

A pair is never judged by a map that was fitted on it. The map is ridge regression towards the identity, so a list of
fifty pairs leaves the vectors almost as they are and one of ten thousand turns them as orthogonal Procrustes would, and
further.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from training.ml.scoring.listing import Floats, Listing, Places, Rows, Vectors

TINY = 1e-6  # a shorter row has no direction
BLOCK = 2048  # rows gathered at a time
FEW = 16  # rows gathered at a time with all that each is compared with: they stay near the processor


@dataclass(frozen=True, eq=False)
class Adapted:
    """Both vocabularies, and each carried to where the other language puts its terms; all (·, d) unit rows, as wide as
    the lists give them."""

    source: Vectors
    carried_source: Vectors
    target: Vectors
    carried_target: Vectors

    @property
    def reversed(self) -> "Adapted":
        return Adapted(self.target, self.carried_target, self.source, self.carried_source)

    def similarity(self, sources: Rows, targets: Places) -> Floats:
        """(p, k) mean of the cosines target-wards and source-wards, for source rows (p,) and target rows (p, k)."""
        found = np.empty(targets.shape, dtype=np.float32)
        for start in range(0, len(sources), FEW):
            block = slice(start, start + FEW)
            one, other = sources[block], targets[block]
            there = np.matmul(wide(self.target[other]), wide(self.carried_source[one])[:, :, None])
            there += np.matmul(wide(self.carried_target[other]), wide(self.source[one])[:, :, None])
            found[block] = there[:, :, 0] / 2
        return found


def adapt(listing: Listing, *, ridge: float, folds: int) -> Adapted:
    """Fits the maps of each fold on the pairs of the other folds; terms with the same text share a fold.

    `ridge` is what the identity weighs along an axis, in pairs that lie wholly along it (ridge regression about the
    identity, as `fitting.maps`). Rows come as wide as they were, (n, d) and (m, d), float32 or float16.
    """
    return Adapted(
        listing.source.vectors,
        _carried(listing, ridge, folds),
        listing.target.vectors,
        _carried(listing.reversed, ridge, folds),
    )


def wide(rows: Vectors) -> Floats:
    if rows.dtype == np.float32:
        return rows.astype(np.float32, copy=False)
    widened: Floats = torch.from_numpy(rows).float().numpy()  # several times as fast as numpy's
    return widened


def _carried(listing: Listing, ridge: float, folds: int) -> Vectors:
    vectors = listing.source.vectors
    found = np.empty_like(vectors)
    fold = listing.source_texts % folds
    of_pair = fold[listing.pairs[:, 0]]
    moments = [_moments(listing, np.flatnonzero(of_pair == number)) for number in range(folds)]
    width = vectors.shape[1]
    for number in range(folds):
        others = [moment for place, moment in enumerate(moments) if place != number]
        within, across = (sum((pair[side] for pair in others), np.zeros((width, width))) for side in (0, 1))
        identity = ridge * np.eye(width)
        map_ = np.linalg.solve(within + identity, across + identity).astype(np.float32)
        own = np.flatnonzero(fold == number)
        for start in range(0, len(own), BLOCK):
            carried = wide(vectors[own[start : start + BLOCK]]) @ map_
            carried /= np.maximum(np.linalg.norm(carried, axis=1, keepdims=True), TINY)
            found[own[start : start + BLOCK]] = carried
    return found


def _moments(listing: Listing, chosen: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Xᵀ X and Xᵀ Y over the chosen pairs, (d, d) each."""
    width = listing.source.vectors.shape[1]
    within, across = np.zeros((width, width)), np.zeros((width, width))
    for start in range(0, len(chosen), BLOCK):
        sources, targets = listing.pairs[chosen[start : start + BLOCK]].T
        own = wide(listing.source.vectors[sources])
        within += own.T @ own
        across += own.T @ wide(listing.target.vectors[targets])
    return within, across

"""Silver pairs: unpaired texts of two languages that choose each other under the parent. Nobody has judged them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.ml.index import search

Array = npt.NDArray[np.float32]
NEIGHBOURS = 10


@dataclass(frozen=True)
class Side:
    """Texts of one language: their rows in the material, (n, d) unit vectors."""

    rows: npt.NDArray[np.int64]
    vectors: Array


def mutual_pairs(source: Side, target: Side, margin: float) -> npt.NDArray[np.int64]:
    """(p, 2) rows of texts that are each other's nearest by CSLS, ahead of the next by `margin` on both sides.

    CSLS (Conneau et al. 2018, eq. 3) with k = 10; mutual neighbours as in Artetxe and Schwenk 2019.
    """
    if min(len(source.rows), len(target.rows)) < 2:
        return np.empty((0, 2), np.int64)
    forward = search(source.vectors, target.vectors, min(NEIGHBOURS, len(target.rows)))
    backward = search(target.vectors, source.vectors, min(NEIGHBOURS, len(source.rows)))
    crowd_source, crowd_target = forward[0].mean(axis=1), backward[0].mean(axis=1)
    best_target, lead_source = _best(*forward, crowd_target)
    best_source, lead_target = _best(*backward, crowd_source)
    chosen = np.arange(len(source.rows))
    sure = (best_source[best_target] == chosen) & (lead_source >= margin) & (lead_target[best_target] >= margin)
    return np.stack([source.rows[chosen[sure]], target.rows[best_target[sure]]], axis=1)


def _best(scores: Array, indices: npt.NDArray[np.int64], crowd: Array) -> tuple[npt.NDArray[np.int64], Array]:
    adjusted = 2 * scores - crowd[indices]
    ranked = np.argsort(-adjusted, axis=1, kind="stable")[:, :2]
    best, second = np.take_along_axis(adjusted, ranked, axis=1).T
    return np.take_along_axis(indices, ranked[:, :1], axis=1)[:, 0], (best - second).astype(np.float32)

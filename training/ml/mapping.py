"""A map of vectors: two dimensions in which near neighbours stay near. For looking at; nothing is measured on it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.ml.index import search

Floats = NDArray[np.float32]
Places = NDArray[np.int64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class MapSettings:
    neighbours: int = 12
    steps: int = 250
    strangers: int = 6  # random points that a point is held away from at each step
    pushing: float = 150.0  # what they weigh together; a neighbour weighs 1
    pull: float = 0.35  # of the way to go at the first step; falls to none at the last
    seed: int = 0


USUAL = MapSettings()
FAR = 4.0  # times the usual way from a point to the middle of its neighbours


def lay_out(
    vectors: Floats,
    start: Floats | None = None,
    *,
    settings: MapSettings = USUAL,
    progress: Progress | None = None,
) -> Floats:
    """(n, 2) float32 for n unit rows (n, d): each point is drawn to its nearest neighbours, and held off chance ones.

    The forces are those of LargeVis (Tang et al. 2016, eq. 3–5, with f(x) = 1/(1 + x²)), all points at once.
    `start` (n, 2) is another map of the same points, gone on from in smaller steps: what keeps its neighbours stays.
    """
    n = len(vectors)
    places = principal(vectors) if start is None else np.array(start, dtype=np.float32)
    if n < 4:
        return places
    edges = _neighbours(vectors, min(settings.neighbours, n - 1))
    random = np.random.default_rng(settings.seed)
    pull, steps = settings.pull, settings.steps
    if start is not None:
        places, pull, steps = _taken_over(places, edges), pull / 16, steps // 2
    for step in range(steps):
        force = _attraction(places, edges)
        for _ in range(settings.strangers):
            force += settings.pushing / settings.strangers * _repulsion(places, random.permutation(n))
        places += pull * (1 - step / steps) * force
        if progress:
            progress(step + 1, steps)
    return places


def principal(vectors: Floats) -> Floats:
    """(n, 2): the two directions in which the rows differ most, each coordinate with a spread of 10."""
    if not len(vectors):
        return np.zeros((0, 2), dtype=np.float32)
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    found = centred @ axes[:, :-3:-1].astype(np.float32)
    return np.asarray(10 * found / (found.std(axis=0) + 1e-9), dtype=np.float32)


def _neighbours(vectors: Floats, count: int) -> Places:
    """(n, count): the nearest others of each row."""
    _, found = search(vectors, vectors, count + 1)
    own = found == np.arange(len(vectors))[:, None]
    own[~own.any(axis=1), -1] = True  # a twin stands in its place
    others: Places = found[~own].reshape(len(vectors), count)
    return others


def _taken_over(places: Floats, edges: Places) -> Floats:
    """Who is far from where its neighbours are now goes to the middle of them; everybody else stays."""
    middle = np.median(places[edges], axis=1)
    far = np.linalg.norm(places - middle, axis=1)
    goes = far > FAR * np.median(far)
    return np.asarray(np.where(goes[:, None], middle, places), dtype=np.float32)


def _attraction(places: Floats, edges: Places) -> Floats:
    """Towards the mean of the neighbours, less so the farther they are."""
    way = places[edges] - places[:, None]
    way /= 1 + np.square(way).sum(axis=2, keepdims=True)
    n = len(places)
    back = np.stack([np.bincount(edges.ravel(), way[..., axis].ravel(), n) for axis in (0, 1)], axis=1)
    return np.asarray(way.sum(axis=1) - back, dtype=np.float32)


def _repulsion(places: Floats, others: Places) -> Floats:
    way = places - places[others]
    square = np.square(way).sum(axis=1, keepdims=True)
    return np.asarray(way / ((0.1 + square) * (1 + square)), dtype=np.float32)

"""Vectors to neighbours, by faiss: exact up to a size, a graph (HNSW) above it."""

import logging
from collections.abc import Callable, Iterator

import faiss
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.int64]
Progress = Callable[[int, int], None]
EXACT_BELOW = 250_000  # rows of the list; exact search of as many queries takes half an hour there on two cores
BLOCK = 4096  # queries at a time, between two calls of progress
LINKS, BUILD_EFFORT, SEARCH_EFFORT = 32, 200, 256  # HNSW: M, efConstruction, efSearch
RECALL_SAMPLE, RECALL_WANTED, EFFORT_LIMIT = 1000, 0.98, 2048
EPSILON = 1e-6  # of an inner product, between two ways to add it up
log = logging.getLogger(__name__)


class InvalidVectors(ValueError):
    """Vectors that can't be searched; the message gives their shapes."""


def search(
    queries: Floats, base: Floats, k: int, *, exact_below: int = EXACT_BELOW, progress: Progress | None = None
) -> tuple[Floats, Places]:
    """The k rows of base (n, d) with the largest inner product for each of the queries (m, d), best first.

    Returns scores (m, k) float32 and row numbers (m, k) int64; with k > n there are only n columns. Below
    `exact_below` rows the answer is exact and needs no memory beside the output; above it an HNSW graph is built whose
    recall is measured on up to 1,000 queries, and searched harder until it is .98. `progress` counts queries.
    Raises InvalidVectors for shapes that don't fit or values that aren't finite.
    """
    queries, base = (np.ascontiguousarray(rows, dtype=np.float32) for rows in (queries, base))
    _check(queries, base, k)
    k = min(k, len(base))
    scores, places = np.empty((len(queries), k), np.float32), np.empty((len(queries), k), np.int64)
    graph = _graph(queries, base, k) if len(base) >= exact_below and k else None
    for block in _blocks(len(queries) if k else 0):
        if graph is None:
            scores[block], places[block] = _exact(queries[block], base, k)
        else:
            scores[block], places[block] = graph.search(queries[block], k)
        if progress:
            progress(block.stop, len(queries))
    lost = (places < 0).any(axis=1)  # the graph may find fewer than k
    if lost.any():
        scores[lost], places[lost] = _exact(queries[lost], base, k)
    return scores, places


def _check(queries: Floats, base: Floats, k: int) -> None:
    if queries.ndim != 2 or base.ndim != 2 or queries.shape[1] != base.shape[1]:
        raise InvalidVectors(f"Queries {queries.shape} and list {base.shape} don't fit: (m, d) and (n, d) are needed.")
    if k < 1:
        raise InvalidVectors(f"k={k}: ask for at least one neighbour.")
    for name, rows in (("queries", queries), ("list", base)):
        if not all(np.isfinite(rows[block]).all() for block in _blocks(len(rows))):
            raise InvalidVectors(f"The {name} {rows.shape} holds values that aren't finite: embed these texts again.")


def _exact(queries: Floats, base: Floats, k: int) -> tuple[Floats, Places]:
    scores, places = faiss.knn(queries, base, k, metric=faiss.METRIC_INNER_PRODUCT)
    return scores, places


def _graph(queries: Floats, base: Floats, k: int) -> faiss.IndexHNSWFlat:
    graph = faiss.IndexHNSWFlat(base.shape[1], LINKS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = BUILD_EFFORT
    graph.add(base)
    graph.hnsw.efSearch = max(SEARCH_EFFORT, k)
    if not len(queries):
        return graph
    sample = queries[:: max(1, len(queries) // RECALL_SAMPLE)][:RECALL_SAMPLE]
    worst = _exact(sample, base, k)[0][:, -1:]  # what a found neighbour must reach; equal vectors are equally good
    while (recall := float((graph.search(sample, k)[0] >= worst - EPSILON).mean())) < RECALL_WANTED:
        if graph.hnsw.efSearch >= EFFORT_LIMIT:
            log.warning("HNSW finds %.3f of the exact neighbours among %d vectors", recall, len(base))
            break
        graph.hnsw.efSearch *= 2
    return graph


def _blocks(count: int) -> Iterator[slice]:
    return (slice(first, min(first + BLOCK, count)) for first in range(0, count, BLOCK))

"""Vectors to neighbours: exact where that is quick enough on this processor, by a graph (HNSW) where it isn't."""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, cast

import faiss
import numpy as np
import torch
from numpy.typing import NDArray

from training.ml.blocks import Blocks
from training.ml.embed import bfloat16_is_native

Floats = NDArray[np.float32]
Vectors = NDArray[np.float32] | NDArray[np.float16]
Places = NDArray[np.int64]
Progress = Callable[[int, int], None]
Nearest = Callable[[Floats], tuple[Floats, Places]]
EXACT_BELOW = 250_000  # rows of the list; exact search of as many queries takes half an hour in float32 on two cores
BLOCKS_FROM = 20_000  # rows from which products in bfloat16 are worth their preparation
BLOCK = 8192  # queries at a time, between two calls of progress
SLICE = 250_000  # rows of the base that are held in float32 beside it
LINKS, BUILD_EFFORT = 32, 100  # HNSW: M, efConstruction
EFFORTS = (128, 256, 512, 1024, 2048)  # efSearch
SPARES = (2, 4, 8, 16, 32, 64)  # groups of rows looked into for each neighbour wanted
RECALL_AT, RECALL_SAMPLE, RECALL_WANTED = 10, 1000, 0.98
EPSILON = 1e-6  # of an inner product, between two ways to add it up
log = logging.getLogger(__name__)


class InvalidVectors(ValueError):
    """Vectors that can't be searched; the message gives their shapes."""


def width(rows: int) -> type[np.float32] | type[np.float16]:
    """What to keep so many vectors as: half as wide from where on neighbours are approximate anyway."""
    return np.float32 if rows < EXACT_BELOW else np.float16


def search(
    queries: Vectors,
    base: Vectors,
    k: int,
    *,
    exact_below: int = EXACT_BELOW,
    native: bool | None = None,
    progress: Progress | None = None,
) -> tuple[Floats, Places]:
    """The k rows of base (n, d) with the largest inner product for each of the queries (m, d), best first.

    Returns scores (m, k) float32 and row numbers (m, k) int64; with k > n there are only n columns. Which way
    is taken, `_way` says; below `exact_below` rows every way is exact. `native`: whether the processor multiplies
    bfloat16 by itself; asked if None. `progress` counts queries.
    Raises InvalidVectors for shapes that don't fit or values that aren't finite.
    """
    _check(queries, base, k)
    k = min(k, len(base))
    scores, places = np.empty((len(queries), k), np.float32), np.empty((len(queries), k), np.int64)
    if not scores.size:
        return scores, places
    nearest = _way(queries, base, k, exact_below, bfloat16_is_native(torch.device("cpu")) if native is None else native)
    for block in _blocks(len(queries)):
        scores[block], places[block] = nearest(_wide(queries[block]))
        if progress:
            progress(block.stop, len(queries))
    return scores, places


def _way(queries: Vectors, base: Vectors, k: int, exact_below: int, native: bool) -> Nearest:
    """Below `exact_below` rows exactly: by faiss, or longer lists by rounded products where the processor has them, and
    by faiss what those don't prove. From there on by rounded products along few axes, or by a graph where the
    processor has none: the recall of the ten nearest is measured on up to 1,000 queries, and they are searched harder
    until it is .98."""
    if len(base) >= exact_below:
        sample = _wide(queries[:: max(1, len(queries) // RECALL_SAMPLE)][:RECALL_SAMPLE])
        return (_guesses if native else _graph)(sample, base, k)
    if native and len(base) >= BLOCKS_FROM:
        return partial(_by_blocks, Blocks(base), k)
    rows = _wide(base)
    return lambda block: _exact(block, rows, k)


def _by_blocks(blocks: Blocks, k: int, queries: Floats) -> tuple[Floats, Places]:
    found = blocks.search(queries, k)
    left = ~found.proven
    if left.any():
        found.scores[left], found.places[left] = _exact(queries[left], blocks.rows, k)
    return found.scores, found.places


def _guesses(sample: Floats, base: Vectors, k: int) -> Nearest:
    blocks = Blocks(base, few=True)
    spare = _hard_enough("Looking into few axes", blocks.guess, SPARES, sample, base, k)
    return lambda queries: blocks.guess(queries, k, spare)


def _by_graph(graph: Any, base: Vectors, k: int, queries: Floats) -> tuple[Floats, Places]:
    scores, places = graph.search(queries, k)
    lost = (places < 0).any(axis=1)  # the graph may find fewer than k
    if lost.any():
        scores[lost], places[lost] = _exact(queries[lost], base, k)
    return scores, places


def _check(queries: Vectors, base: Vectors, k: int) -> None:
    if queries.ndim != 2 or base.ndim != 2 or queries.shape[1] != base.shape[1]:
        raise InvalidVectors(f"Queries {queries.shape} and list {base.shape} don't fit: (m, d) and (n, d) are needed.")
    if k < 1:
        raise InvalidVectors(f"k={k}: ask for at least one neighbour.")
    for name, rows in (("queries", queries), ("list", base)):
        if not all(np.isfinite(rows[block]).all() for block in _blocks(len(rows))):
            raise InvalidVectors(f"The {name} {rows.shape} holds values that aren't finite: embed these texts again.")


def _wide(rows: Vectors) -> Floats:
    return np.ascontiguousarray(rows, dtype=np.float32)


def _exact(queries: Vectors, base: Vectors, k: int) -> tuple[Floats, Places]:
    """In slices of the base, so that no wide copy of a long float16 list is made."""
    found = [
        (scores, places + start)
        for start in range(0, len(base), SLICE)
        for scores, places in [_knn(_wide(queries), _wide(base[start : start + SLICE]), k)]
    ]
    if len(found) == 1:
        return found[0]
    scores, places = (np.concatenate(parts, axis=1) for parts in zip(*found, strict=True))
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(scores, best, 1), np.take_along_axis(places, best, 1)


def _knn(queries: Floats, base: Floats, k: int) -> tuple[Floats, Places]:
    scores, places = faiss.knn(queries, base, min(k, len(base)), metric=faiss.METRIC_INNER_PRODUCT)
    return scores, places


def _graph(sample: Floats, base: Vectors, k: int) -> Nearest:
    """HNSW (Malkov & Yashunin 2018), its rows as wide as those of the base."""
    kind = "SQfp16" if base.dtype == np.float16 else "Flat"
    graph = cast(Any, faiss.index_factory(base.shape[1], f"HNSW{LINKS}_{kind}", faiss.METRIC_INNER_PRODUCT))
    graph.hnsw.efConstruction = BUILD_EFFORT
    graph.train(_wide(base[:1]))  # there is nothing to learn, but it wants to be asked
    for start in range(0, len(base), SLICE):
        graph.add(_wide(base[start : start + SLICE]))

    def found(queries: Floats, k: int, effort: int) -> tuple[Floats, Places]:
        graph.hnsw.efSearch = max(effort, k)
        scores, places = graph.search(queries, k)
        return scores, places

    _hard_enough("HNSW", found, EFFORTS, sample, base, k)
    return partial(_by_graph, graph, base, k)


def _hard_enough(
    name: str,
    found: Callable[[Floats, int, int], tuple[Floats, Places]],
    efforts: Sequence[int],
    sample: Floats,
    base: Vectors,
    k: int,
) -> int:
    """The first of the efforts by which enough of a sample's nearest are found; a vector equal to one is as good."""
    worst = _exact(sample, base, min(k, RECALL_AT))[0][:, -1:] - EPSILON
    for effort in efforts:
        recall = float((found(sample, k, effort)[0][:, :RECALL_AT] >= worst).mean())
        if recall >= RECALL_WANTED:
            return effort
    log.warning("%s finds %.3f of the exact neighbours among %d vectors", name, recall, len(base))
    return effort


def _blocks(count: int) -> Iterator[slice]:
    return (slice(first, min(first + BLOCK, count)) for first in range(0, count, BLOCK))

"""Ranks of the right targets under CSLS, block by block. Knows arrays only: no texts, no concepts, no statistics."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

EncodeFn = Callable[
    [Sequence[str], str], np.ndarray
]  # texts, language → (n, d) unit rows in the encoder's shared space
NEIGHBOURS = 10  # k of CSLS
TIE = 1e-6  # scores closer than this are equal: float32 inner products of equal rows differ by about 1e-7
BLOCK_CELLS = 8_000_000  # float32 similarities held at a time: 32 MB


@runtime_checkable
class HasGeneral(Protocol):
    """An EncodeFn for a domain's terms that has another for general vocabulary."""

    @property
    def general(self) -> EncodeFn: ...


class UnusableVectors(ValueError):
    """An encoder gave something other than one finite unit row a text; the message says what."""


def for_cell(encode: EncodeFn, cell: str) -> EncodeFn:
    """How an encoder places the texts of a test list: those of the control are general vocabulary."""
    return encode.general if cell == "control" and isinstance(encode, HasGeneral) else encode


def unit_rows(encode: EncodeFn, texts: Sequence[str], language: str) -> np.ndarray:
    """The (n, d) float32 rows that `encode` gives, checked: one a text, finite, of length 1 (±0.01) or exactly 0.

    A zero row, which a collapsed encoder can give after centring, ties with everything and so never ranks first.
    Raises UnusableVectors otherwise: a NaN would compare as better than nothing and rank first in silence.
    """
    rows = np.asarray(encode(texts, language), dtype=np.float32)
    if rows.ndim != 2 or len(rows) != len(texts):
        raise UnusableVectors(f"The encoder gave an array {rows.shape} for {len(texts)} texts ({language}).")
    lengths = np.linalg.norm(rows, axis=1)
    wrong = ~((np.abs(lengths - 1) <= 0.01) | (lengths == 0))
    if wrong.any():
        first = int(np.argmax(wrong))
        raise UnusableVectors(
            f"The encoder gave {int(wrong.sum())} of {len(texts)} rows ({language}) that are no unit vectors, "
            f"first for “{texts[first]}” (length {lengths[first]:.3g}): its weights or its space are broken."
        )
    return rows


def csls_ranks(
    queries: np.ndarray,
    targets: np.ndarray,
    sources: np.ndarray,
    right: Sequence[np.ndarray],
    ignored: Sequence[np.ndarray],
    *,
    k: int = NEIGHBOURS,
) -> np.ndarray:
    """The ranks that `csls_search` gives."""
    return csls_search(queries, targets, sources, right, ignored, k=k)[1]


def csls_search(
    queries: np.ndarray,
    targets: np.ndarray,
    sources: np.ndarray,
    right: Sequence[np.ndarray],
    ignored: Sequence[np.ndarray],
    *,
    k: int = NEIGHBOURS,
) -> tuple[np.ndarray, np.ndarray]:
    """(q,) int64 row of each query's nearest target; (q,) int64 rank, from 1, of its best right one among the wrong.

    queries (q, d), targets (t, d), sources (s, d): float32 unit rows. `right` and `ignored`: for each query, rows of
    `targets`; at least one right. Ignored targets neither count nor compete, nor do right ones with each other. A
    wrong target within TIE of the best right one ranks before it, so a constant encoder finds nothing.

    CSLS(x, y) = 2 cos(x, y) − r_T(x) − r_S(y) (Conneau et al. 2018, Word Translation Without Parallel Data,
    section 2.3; r is the mean cosine to the k nearest), where r_S(y) is taken over `sources`. r_T(x) is the same for
    all targets of one query, cannot change a rank, and is not computed. Holds BLOCK_CELLS similarities at a time.
    """
    penalty = neighbourhood_means(targets, sources, k)
    nearest, ranks = np.empty((2, len(queries)), dtype=np.int64)
    for start, stop in blocks(len(queries), len(targets)):
        scores = 2 * (queries[start:stop] @ targets.T) - penalty
        best = np.array([scores[row, right[start + row]].max() for row in range(stop - start)], dtype=np.float32)
        for row in range(stop - start):
            scores[row, ignored[start + row]] = -np.inf
        nearest[start:stop] = scores.argmax(axis=1)
        for row in range(stop - start):
            scores[row, right[start + row]] = -np.inf
        ranks[start:stop] = 1 + np.count_nonzero(scores >= (best - TIE)[:, None], axis=1)
    return nearest, ranks


def neighbourhood_means(rows: np.ndarray, others: np.ndarray, k: int = NEIGHBOURS) -> np.ndarray:
    """(n,) float32 mean cosine of each of `rows` (n, d) to its k nearest of `others` (m, d); to all where m < k."""
    k = min(k, len(others))
    means = np.empty(len(rows), dtype=np.float32)
    for start, stop in blocks(len(rows), len(others)):
        cosines = rows[start:stop] @ others.T
        means[start:stop] = np.partition(cosines, len(others) - k, axis=1)[:, len(others) - k :].mean(axis=1)
    return means


def blocks(rows: int, columns: int) -> list[tuple[int, int]]:
    """From row, to row: so many at a time that a block with all columns has BLOCK_CELLS, or one row."""
    size = max(1, BLOCK_CELLS // max(1, columns))
    return [(start, min(start + size, rows)) for start in range(0, rows, size)]

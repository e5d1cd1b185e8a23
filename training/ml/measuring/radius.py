"""The blast radius of a new encoder: which nearest neighbours it changed, for better and worse. Decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.ml.measuring.references import References, references
from training.ml.measuring.retrieval import NEIGHBOURS, EncodeFn, blocks, csls_search, for_cell, unit_rows
from training.ml.records import TestList

CELLS = ("trained", "zero-shot", "control")
SHOWN = 20  # queries of each kind that are named
DRIFTING = 2_000  # texts whose neighbourhoods are compared, evenly spaced over the sorted list
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Moved:
    """One query: its listed target, what either encoder finds nearest, and the rank either gives the listed one."""

    source: str
    listed: str
    before: str
    after: str
    rank_before: int
    rank_after: int


@dataclass(frozen=True)
class Radius:
    """What changed in one test list. `drift`: share of the ten nearest texts of the own language that are others now,
    over both languages; it does not change when a space is turned as a whole."""

    cell: str
    language_pair: str
    n: int  # queries
    changed: int  # of them, whose nearest target is another one
    better: int  # right now, and not before
    worse: int  # right before, and not now
    drift: float  # 0..1
    gained: tuple[Moved, ...]  # of the better ones, those that came from farthest
    lost: tuple[Moved, ...]  # of the worse ones, those that fell farthest
    failing: tuple[Moved, ...]  # wrong under either, those farthest off now


def radius(lists: Sequence[TestList], before: EncodeFn, after: EncodeFn) -> tuple[Radius, ...]:
    """One Radius for each test list that asks anything, in the order of cells and language pairs.

    Nearest is meant under CSLS (k = 10), over the frozen lists that `evaluate` searches too. Deterministic, whatever
    the order of lists and pairs. Raises UnusableVectors.
    """
    frozen = sorted((references(test) for test in lists), key=lambda one: (CELLS.index(one.cell), one.language_pair))
    return tuple(_radius(one, before, after) for one in frozen if one.queries)


@dataclass(frozen=True)
class _Seen:
    sources: np.ndarray  # (s, d) unit rows
    targets: np.ndarray  # (t, d)
    nearest: Rows  # (q,) row of targets
    ranks: Rows  # (q,) of the best right target


def _radius(one: References, before: EncodeFn, after: EncodeFn) -> Radius:
    then, now = _seen(one, before), _seen(one, after)
    right_then, right_now = then.ranks == 1, now.ranks == 1
    climbed = then.ranks - now.ranks

    def moved(which: np.ndarray, worth: Rows) -> tuple[Moved, ...]:
        rows = np.flatnonzero(which)
        return tuple(_moved(one, then, now, row) for row in rows[np.argsort(-worth[rows], kind="stable")][:SHOWN])

    return Radius(
        one.cell,
        one.language_pair,
        n=len(one.queries),
        changed=int((then.nearest != now.nearest).sum()),
        better=int((right_now & ~right_then).sum()),
        worse=int((right_then & ~right_now).sum()),
        drift=(_drift(then.sources, now.sources) + _drift(then.targets, now.targets)) / 2,
        gained=moved(right_now & ~right_then, climbed),
        lost=moved(right_then & ~right_now, -climbed),
        failing=moved(~right_then & ~right_now, now.ranks),
    )


def _seen(one: References, encode: EncodeFn) -> _Seen:
    encode = for_cell(encode, one.cell)
    sources = unit_rows(encode, one.sources, one.source_language)
    targets = unit_rows(encode, one.targets, one.target_language)
    nearest, ranks = csls_search(sources[list(one.queries)], targets, sources, one.right, one.ignored)
    return _Seen(sources, targets, nearest, ranks)


def _moved(one: References, then: _Seen, now: _Seen, row: int) -> Moved:
    return Moved(
        source=one.sources[one.queries[row]],
        listed=one.targets[int(one.right[row][0])],
        before=one.targets[int(then.nearest[row])],
        after=one.targets[int(now.nearest[row])],
        rank_before=int(then.ranks[row]),
        rank_after=int(now.ranks[row]),
    )


def _drift(then: np.ndarray, now: np.ndarray) -> float:
    k = min(NEIGHBOURS, len(then) - 1)
    if k < 1:
        return 0.0
    asked = np.unique(np.linspace(0, len(then) - 1, min(len(then), DRIFTING)).astype(np.int64))
    kept = 0
    for start, stop in blocks(len(asked), len(then)):
        rows = asked[start:stop]
        for one, other in zip(_near(then, rows, k), _near(now, rows, k), strict=True):
            kept += len(np.intersect1d(one, other, assume_unique=True))
    return 1 - kept / (k * len(asked))


def _near(vectors: np.ndarray, rows: Rows, k: int) -> np.ndarray:
    """(r, k) the rows nearest to some of them, without themselves."""
    cosines = vectors[rows] @ vectors.T
    cosines[np.arange(len(rows)), rows] = -np.inf
    return np.argpartition(-cosines, k - 1, axis=1)[:, :k]

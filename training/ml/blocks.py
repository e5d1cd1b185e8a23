"""The nearest of many rows by products in bfloat16, with a proof that none was overlooked. torch and faiss.

A processor with bfloat16 units multiplies many times as fast as in float32, but rounds to three digits. So of every
GROUP rows only the largest rounded product is kept; the groups with the largest are looked into again in float32. A row
among the k nearest lies in one of the k groups with the largest maxima, but for rounding; how much rounding can have
hidden in the groups left out is known, and a query for which that may be a neighbour says so.

Along the few axes that hold most of what the rows differ by, products take a third of the time: which groups to look
into is then a guess that no bound proves, and how good it is must be measured.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import local
from typing import Any, TypeVar, cast

import faiss
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Floats = NDArray[np.float32]
Vectors = NDArray[np.float32] | NDArray[np.float16]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
Part = TypeVar("Part")
Result = TypeVar("Result")
GROUP = 8  # rows that follow each other, of whose products the largest is kept
FAN = 16  # maxima of which the largest is kept on the next level
TOP = 1024  # maxima at most on the highest level, which is sorted whole
SHARE, STEP = 0.8, 32  # of the rows' squares, that the kept axes hold; their number is a multiple of the step
SAMPLE = 50_000  # rows from which the axes are found
SPARE, HARDER = 2, 16  # groups looked into for each neighbour wanted, and where that proves too few
QUERIES, ROWS = 512, 4096  # of one product: its 4 MB stay near the processor
HALF_STEP = 2.0**-8  # of a product: by how much bfloat16 may have rounded it
SUMS = 1e-5  # of a product: what adding up in float32 may lose, generously


@dataclass(frozen=True, eq=False)
class Found:
    scores: Floats  # (m, k) best first
    places: Places  # (m, k)
    proven: Flags  # (m,) whether no row was overlooked


class Blocks:
    """A list of n rows, once in float32 and once in bfloat16: six bytes a number; fewer with `few` axes."""

    def __init__(self, base: Vectors, *, few: bool = False) -> None:
        self.rows: Floats = np.ascontiguousarray(base, dtype=np.float32)
        self.axes = _axes(self.rows) if few else None
        groups = -(-len(base) // GROUP)
        width = base.shape[1] if self.axes is None else self.axes.shape[1]
        self.rounded = torch.zeros(groups * GROUP, width, dtype=torch.bfloat16)
        self.length = self.error = 0.0  # of the longest row, and of the one that rounding moved farthest
        for start in range(0, len(base), ROWS):
            rows = self._seen(torch.from_numpy(self.rows[start : start + ROWS]))
            rounded = self.rounded[start : start + len(rows)].copy_(rows)
            self.length = max(self.length, float(rows.norm(dim=1).max()))
            self.error = max(self.error, float((rows - rounded.float()).norm(dim=1).max()))
        self._threads = torch.get_num_threads()
        self._pool = ThreadPoolExecutor(self._threads, initializer=_alone)
        self._own = local()  # of each thread

    def search(self, queries: Floats, k: int) -> Found:
        """The k rows (at most n) with the largest inner products for each of the queries (m, d)."""
        found = Found(
            np.empty((len(queries), k), np.float32),
            np.empty((len(queries), k), np.int64),
            np.zeros(len(queries), np.bool_),
        )
        for spare in (SPARE, HARDER):
            left = np.flatnonzero(~found.proven)
            parts = [left[start : start + QUERIES] for start in range(0, len(left), QUERIES)]
            nearest = self._side_by_side(partial(self._some, queries, k, spare * k), parts)
            for some, part in zip(parts, nearest, strict=True):
                found.scores[some], found.places[some], found.proven[some] = part
        return found

    def guess(self, queries: Floats, k: int, spare: int) -> tuple[Floats, Places]:
        """The same without a proof, with `spare` groups looked into for each neighbour."""
        blocks = [queries[start : start + QUERIES] for start in range(0, len(queries), QUERIES)]
        parts = self._side_by_side(lambda block: self._nearest(block, k, spare * k), blocks)
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def _some(self, queries: Floats, k: int, width: int, some: Places) -> tuple[Floats, Places, Flags]:
        return self._nearest(queries[some], k, width)

    def _side_by_side(self, work: Callable[[Part], Result], parts: Iterable[Part]) -> list[Result]:
        """Each part in one thread, that waits for no other, in their order."""
        found = list(self._pool.map(work, parts))
        torch.set_num_threads(self._threads)  # for threads to come; what is set in one of them goes for those, too
        return found

    def _seen(self, rows: Tensor) -> Tensor:
        return rows if self.axes is None else rows @ self.axes

    def _nearest(self, queries: Floats, k: int, width: int) -> tuple[Floats, Places, Flags]:
        exact = torch.from_numpy(np.ascontiguousarray(queries))
        seen = self._seen(exact)
        rounded = seen.bfloat16()
        groups, last = _largest(self._maxima(rounded), width)
        places = _within(groups, GROUP).t().contiguous()
        places[places >= len(self.rows)] = -1
        scores, at = self._products(exact, places).topk(k)
        unseen = last * (1 + HALF_STEP) + self._hidden(seen, rounded)
        proven = ((last > 0) & (scores[:, -1] >= unseen)) | (len(groups) * GROUP >= len(self.rounded))
        return scores.numpy(), places.gather(1, at).numpy(), proven.numpy()

    def _maxima(self, queries: Tensor) -> list[Tensor]:
        """Of each group the largest product with each query, then of each FAN of these the largest, and so on up:
        (…, m) as the sixteen bits of a bfloat16, which are in order where they are above 0."""
        groups, levels = len(self.rounded) // GROUP, 0
        top = groups
        while top > TOP:
            top, levels = -(-top // FAN), levels + 1
        found = self._space(top * FAN**levels, len(queries))
        found[groups:] = torch.iinfo(torch.int16).min
        across = queries.t()
        kept = torch.empty(ROWS, len(queries), dtype=torch.bfloat16)
        for start in range(0, len(self.rounded), ROWS):
            rows = self.rounded[start : start + ROWS]
            products = torch.mm(rows, across, out=kept[: len(rows)]).view(torch.int16)
            first = start // GROUP
            torch.amax(products.view(-1, GROUP, len(queries)), dim=1, out=found[first : first + len(rows) // GROUP])
        pyramid = [found]
        for _ in range(levels):
            pyramid.append(pyramid[-1].view(-1, FAN, len(queries)).amax(dim=1))
        return pyramid

    def _space(self, *shape: int) -> Tensor:
        """Of these int16, the same memory each time: a system that must empty a hundred megabytes anew takes longer."""
        if getattr(self._own, "maxima", torch.empty(0)).shape != shape:
            self._own.maxima = torch.empty(*shape, dtype=torch.int16)
        found: Tensor = self._own.maxima
        return found

    def _products(self, queries: Tensor, places: Tensor) -> Tensor:
        """(m, c) float32 inner products with the rows at places (m, c); −∞ at −1."""
        found = torch.empty(places.shape)
        pointers = (faiss.swig_ptr(one) for one in (found.numpy(), queries.numpy(), self.rows, places.numpy()))
        cast(Any, faiss).fvec_inner_products_by_idx(*pointers, queries.shape[1], *places.shape)
        return found

    def _hidden(self, exact: Tensor, rounded: Tensor) -> Tensor:
        """(m,) by how much a product of rounded vectors may lie below that of the vectors (Cauchy and Schwarz)."""
        moved = (exact - rounded.float()).norm(dim=1)
        hidden: Tensor = moved * self.length + rounded.float().norm(dim=1) * (self.error + SUMS * self.length)
        return hidden


def _alone() -> None:
    """For a thread of several that work side by side: nothing that it does is shared out once more."""
    torch.set_num_threads(1)
    faiss.omp_set_num_threads(1)


def _axes(rows: Floats) -> Tensor:
    """(d, e) the fewest orthonormal axes that hold SHARE of a sample of the rows."""
    sample = rows[:: max(1, len(rows) // SAMPLE)].astype(np.float64)
    values, vectors = np.linalg.eigh(sample.T @ sample)
    held = np.cumsum(values[::-1]) / max(values.sum(), 1e-12)
    few = -(-(int(np.searchsorted(held, SHARE)) + 1) // STEP) * STEP
    return torch.from_numpy(np.ascontiguousarray(vectors[:, ::-1][:, :few], dtype=np.float32))


def _largest(pyramid: list[Tensor], width: int) -> tuple[Tensor, Tensor]:
    """Down from the top, always on to the `width` largest: their numbers on the lowest level (w, m), and the smallest
    of their maxima (m,), which none that was left out exceeds."""
    *finer, top = pyramid
    values, chosen = top.topk(min(width, len(top)), dim=0)
    for level in reversed(finer):
        inside = _within(chosen, FAN)
        values, at = level.gather(0, inside).topk(min(width, len(inside)), dim=0)
        chosen = inside.gather(0, at)
    return chosen, values[-1].view(torch.bfloat16).float()


def _within(groups: Tensor, size: int) -> Tensor:
    """(w · size, m) the numbers of all that is in these groups (w, m)."""
    return (groups[:, None, :] * size + torch.arange(size)[None, :, None]).flatten(0, 1)

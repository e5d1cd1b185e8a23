"""Where each listed pair stands among its competitors: two neighbour passes and what follows from them, over all pairs.

A competitor of a pair is a term that is neither listed with the pair's other term nor written like one that is: the
other right terms of a concept never count against it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from training.ml.index import search
from training.ml.scoring.adaptation import Adapted, adapt, wide
from training.ml.scoring.direction import BLOCK, NONE, Direction, Standing, Sweep, look
from training.ml.scoring.listing import Floats, Listing, Places, Rows, Vectors

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class GeometrySettings:
    neighbours: int = 50  # candidates each way
    around: int = 10  # k of CSLS, of popularity and of the agreement of neighbourhoods
    near: int = 4  # k of the ratio margin
    exchanges: int = 10  # rivals each way with whose pairs an exchange of partners is tried
    ridge: float = 1.0  # of the adaptation: what the identity weighs along an axis, in pairs
    folds: int = 5  # of the adaptation
    shown: int = 5  # neighbours each way that are kept to be shown


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest of every term by cosine, best first."""

    rows: Places  # (n, shown), or all k of them where they are still to be compared
    cosine: Floats  # (n, shown)

    @classmethod
    def of(cls, sweep: Sweep, shown: int) -> "Nearest":
        return cls(sweep.rows[:, :shown].copy(), sweep.cosine)


@dataclass(frozen=True, eq=False)
class Geometry:
    listing: Listing
    there: Nearest  # targets near each source
    back: Nearest  # sources near each target
    cosine: Floats  # (p,) of the pair, in the shared space
    similarity: Floats  # (p,) of the pair, after adaptation
    csls: Floats  # (p,) 2 similarity − both densities (Conneau et al. 2018, eq. 3)
    forward: Direction  # from the source
    backward: Direction  # from the target
    cycle: Floats  # (p,) cosine of the source to the source found from its target; the lower of both sides
    agreement: Floats  # (p,) share of the source's nearest targets that belong to the target's nearest sources
    popularity: Floats  # (p,) how many sources have the target among their nearest, over the mean
    colisted: Floats  # (p,) CSLS by which another pair with the same target beats this one; NaN where there is none
    colisted_pair: Rows  # (p,) that pair
    owners: Rows  # (p,) how many source texts the target text is listed with


def measure(listing: Listing, settings: GeometrySettings, progress: Progress | None = None) -> Geometry:
    """The standing of p pairs among n sources and m targets, (n, d) and (m, d) unit rows of one space.

    Holds the vectors twice and k columns a term; everything over pairs goes in blocks. `progress` counts queries.
    Raises InvalidVectors for values that aren't finite.
    """
    source, target = listing.source.vectors, listing.target.vectors
    total = len(source) + len(target)
    ahead = _near(source, target, settings, _part(progress, 0, total))
    behind = _near(target, source, settings, _part(progress, len(source), total))
    adapted = adapt(listing, ridge=settings.ridge, folds=settings.folds)  # not while the searches need their memory
    there, back = _sweep(adapted, ahead, settings.around), _sweep(adapted.reversed, behind, settings.around)
    sources, targets = listing.pairs.T
    similarity = adapted.similarity(sources, targets[:, None])[:, 0]
    csls = 2 * similarity - there.density[sources] - back.density[targets]
    standing = Standing(listing, adapted, there, back, similarity, csls)
    forward = look(standing, near=settings.near, exchanges=settings.exchanges)
    backward = look(standing.reversed, near=settings.near, exchanges=settings.exchanges)
    return Geometry(
        listing,
        Nearest.of(there, settings.shown),
        Nearest.of(back, settings.shown),
        _cosine(adapted.source, sources, adapted.target, targets),
        similarity,
        csls,
        forward,
        backward,
        _cycle(adapted, listing, forward, backward),
        _agreement(standing, settings.around),
        _popularity(standing, settings.around),
        *_colisted(listing, csls),
        _owners(listing),
    )


def _near(queries: Vectors, base: Vectors, settings: GeometrySettings, progress: Progress | None) -> Nearest:
    """All the neighbours, and the cosine of those that are shown."""
    cosine, found = search(queries, base, settings.neighbours, progress=progress)
    return Nearest(found.astype(np.int32), cosine[:, : settings.shown].copy())  # narrower than what was found


def _sweep(adapted: Adapted, near: Nearest, around: int) -> Sweep:
    similarity = adapted.similarity(np.arange(len(near.rows)), near.rows)
    density = -np.sort(-similarity, axis=1)[:, :around].mean(axis=1)
    return Sweep(near.cosine, similarity, near.rows, density)


def _cosine(one: Vectors, rows: Rows, other: Vectors, others: Rows) -> Floats:
    """(p,) inner products of rows of two lists; NaN where a row is −1."""
    found = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), BLOCK):
        block = slice(start, start + BLOCK)
        found[block] = np.einsum("ij,ij->i", wide(one[rows[block]]), wide(other[others[block]]))
    return np.where((rows == NONE) | (others == NONE), np.float32(np.nan), found)


def _cycle(adapted: Adapted, listing: Listing, forward: Direction, backward: Direction) -> Floats:
    sources, targets = listing.pairs.T
    here = _cosine(adapted.source, sources, adapted.source, backward.rival)
    there = _cosine(adapted.target, targets, adapted.target, forward.rival)
    return np.fmin(here, there)


def _agreement(standing: Standing, around: int) -> Floats:
    listing, found = standing.listing, np.empty(len(standing.listing), dtype=np.float32)
    for start in range(0, len(listing), BLOCK):
        sources, targets = listing.pairs[start : start + BLOCK].T
        theirs = listing.partner[standing.back.rows[targets, :around]]
        belonging = np.where(theirs == NONE, NONE, listing.pairs[theirs, 1])
        shared = (standing.ahead.rows[sources, :around, None] == belonging[:, None, :]).any(axis=2)
        found[start : start + BLOCK] = shared.mean(axis=1)
    return found


def _popularity(standing: Standing, around: int) -> Floats:
    near = standing.ahead.rows[:, :around]
    counts = np.bincount(near.ravel(), minlength=len(standing.back.rows))
    mean = near.size / max(len(counts), 1)
    return (counts / max(mean, 1e-9)).astype(np.float32)[standing.listing.pairs[:, 1]]


def _colisted(listing: Listing, csls: Floats) -> tuple[Floats, Rows]:
    """The best pair that lists the same target text with another source text."""
    sources = listing.source_texts[listing.pairs[:, 0]]
    targets = listing.target_texts[listing.pairs[:, 1]]
    order = np.lexsort((-csls, targets))
    best = np.full(len(listing.target_texts) + 1, NONE)
    best[targets[order[::-1]]] = order[::-1]  # the last write is the first in order
    leader = best[targets]
    others = order[sources[leader[order]] != sources[order]]
    second = np.full(len(listing.target_texts) + 1, NONE)
    second[targets[others[::-1]]] = others[::-1]
    rival = np.where(sources[leader] == sources, second[targets], leader)
    gap = np.where(rival == NONE, np.nan, csls[rival] - csls).astype(np.float32)
    return gap, rival


def _owners(listing: Listing) -> Rows:
    texts = np.stack([listing.target_texts[listing.pairs[:, 1]], listing.source_texts[listing.pairs[:, 0]]], axis=1)
    distinct = np.unique(texts, axis=0)
    return np.bincount(distinct[:, 0], minlength=len(listing.target_texts))[texts[:, 0]]


def _part(progress: Progress | None, before: int, total: int) -> Progress | None:
    return (lambda done, _: progress(before + done, total)) if progress else None

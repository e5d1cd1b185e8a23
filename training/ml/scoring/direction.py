"""One direction of the search, seen from each pair's query: rivals, rank, exchanges of partners. Works in blocks."""

from dataclasses import dataclass, fields

import numpy as np

from training.ml.scoring.adaptation import Adapted
from training.ml.scoring.listing import Floats, Listing, Places, Rows

NONE = -1  # no such row or pair
BLOCK = 8192  # pairs looked at together


@dataclass(frozen=True, eq=False)
class Sweep:
    """Every query's k neighbours in the other list: their cosine, and how similar they are after adaptation."""

    cosine: Floats  # (n, shown) of the first few, best first
    similarity: Floats  # (n, k)
    rows: Places  # (n, k)
    density: Floats  # (n,) mean similarity of the most similar: CSLS's r


@dataclass(frozen=True, eq=False)
class Direction:
    """What one search says of p pairs; NaN and −1 where there is no competitor."""

    rival: Rows  # (p,) row of the best competitor by CSLS
    rival_csls: Floats
    rival_similarity: Floats
    rank: Rows  # (p,) competitors ahead of the listed partner by CSLS, among the candidates
    near: Floats  # (p,) mean similarity of the query's few most similar
    exchange: Floats  # (p,) summed similarity that two pairs gain if they swap partners, at best
    exchange_pair: Rows  # (p,) with which pair


@dataclass(frozen=True, eq=False)
class Standing:
    """What `look` needs of one direction; `ahead` sweeps from the query's side, `back` from the other."""

    listing: Listing
    adapted: Adapted
    ahead: Sweep
    back: Sweep
    similarity: Floats  # (p,) of the pairs themselves
    csls: Floats  # (p,)

    @property
    def reversed(self) -> "Standing":
        return Standing(self.listing.reversed, self.adapted.reversed, self.back, self.ahead, self.similarity, self.csls)


def look(standing: Standing, *, near: int, exchanges: int) -> Direction:
    """What one direction says of p pairs, in blocks: `near` neighbours around each, `exchanges` rivals tried."""
    starts = range(0, max(len(standing.listing), 1), BLOCK)
    parts = [_block(standing, slice(start, start + BLOCK), near, exchanges) for start in starts]
    return Direction(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Direction)))


def _block(standing: Standing, block: slice, near: int, exchanges: int) -> Direction:
    ahead, listing = standing.ahead, standing.listing
    queries = listing.pairs[block, 0]
    rows, similarity = ahead.rows[queries], ahead.similarity[queries]
    csls = 2 * similarity - ahead.density[queries][:, None] - standing.back.density[rows]
    csls[listing.listed(queries[:, None], rows)] = -np.inf
    order = np.argsort(-csls, axis=1, kind="stable")
    best = order[:, :1]
    alone = np.isneginf(np.take_along_axis(csls, best, 1)[:, 0])
    gain, pair = _exchange(standing, block, order[:, :exchanges], csls)
    return Direction(
        np.where(alone, NONE, np.take_along_axis(rows, best, 1)[:, 0]),
        _known(np.take_along_axis(csls, best, 1)[:, 0], ~alone),
        _known(np.take_along_axis(similarity, best, 1)[:, 0], ~alone),
        (csls > standing.csls[block][:, None]).sum(axis=1),
        -np.sort(-similarity, axis=1)[:, :near].mean(axis=1),
        gain,
        pair,
    )


def _exchange(standing: Standing, block: slice, chosen: Rows, csls: Floats) -> tuple[Floats, Rows]:
    """The best exchange with a pair of one of the chosen rivals: how much it gains, and with which pair."""
    listing = standing.listing
    queries, partners = listing.pairs[block].T
    rivals = np.take_along_axis(standing.ahead.rows[queries], chosen, 1)
    pairs = listing.reversed.partner[rivals]
    others = listing.pairs[pairs, 0]
    gain = (
        np.take_along_axis(standing.ahead.similarity[queries], chosen, 1)
        + standing.adapted.reversed.similarity(partners, others)
        - standing.similarity[block][:, None]
        - standing.similarity[pairs]
    )
    possible = (pairs != NONE) & np.isfinite(np.take_along_axis(csls, chosen, 1))
    possible &= ~listing.listed(others, partners[:, None])
    gain = np.where(possible, gain, -np.inf)
    best = gain.argmax(axis=1)[:, None]
    gains = np.take_along_axis(gain, best, 1)[:, 0]
    some = np.isfinite(gains)
    return _known(gains, some), np.where(some, np.take_along_axis(pairs, best, 1)[:, 0], NONE)


def _known(values: Floats, known: np.ndarray) -> Floats:
    return np.where(known, values, np.nan).astype(np.float32)

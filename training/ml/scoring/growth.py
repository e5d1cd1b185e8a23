"""New pairs of a list that was scored before: judged in their own neighbourhood, so that a long list isn't scored anew.

All that a signal compares a pair with lies near it: competitors, those competitors' partners, terms that share words or
a family. The new pairs are examined in a list of those, filled up with pairs drawn at random from which the two
languages' words and how they lie are learned, and measured by the standards of the whole list.
"""

from dataclasses import dataclass

import numpy as np

from training.ml.index import search
from training.ml.scoring.geometry import Geometry
from training.ml.scoring.listing import Flags, Listing, Rows, Vocabulary

AROUND = 20  # neighbours of each new term, each way, whose pairs come along
AT_RANDOM = 10_000  # pairs of the whole list that come along as well


@dataclass(frozen=True, eq=False)
class Added:
    """What has come to a list: rows of terms that it did not have, and places of pairs."""

    sources: Rows
    targets: Rows
    pairs: Rows

    def __len__(self) -> int:
        return len(self.sources) + len(self.targets) + len(self.pairs)


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    listing: Listing
    places: Rows  # of its pairs in the whole list
    sources: Rows  # its source rows in the whole list
    targets: Rows
    new: Flags  # which of its pairs are new …
    new_sources: Flags  # … and which of its terms
    new_targets: Flags

    def touched(self, geometry: Geometry) -> Rows:
        """Its old pairs that have got a new term among their nearest."""
        sources, targets = self.listing.pairs.T
        there = np.any(self.new_targets[geometry.there.rows[sources]], axis=1)
        back = np.any(self.new_sources[geometry.back.rows[targets]], axis=1)
        return np.flatnonzero((there | back) & ~self.new)


def neighbourhood(whole: Listing, added: Added, *, around: int = AROUND, at_random: int = AT_RANDOM) -> Neighbourhood:
    """Searches for the new terms and those of new pairs only: exact, two passes."""
    pairs = whole.pairs
    sources = np.union1d(pairs[added.pairs, 0], added.sources)
    targets = np.union1d(pairs[added.pairs, 1], added.targets)
    near_targets = np.append(_near(whole.source, sources, whole.target, around), targets)
    near_sources = np.append(_near(whole.target, targets, whole.source, around), sources)
    chosen = np.isin(pairs[:, 0], near_sources) | np.isin(pairs[:, 1], near_targets)
    chosen[np.random.default_rng(0).permutation(len(whole))[:at_random]] = True
    chosen[added.pairs] = True
    places = np.flatnonzero(chosen)
    kept_sources, from_ = _numbered(pairs[places, 0], near_sources)
    kept_targets, to = _numbered(pairs[places, 1], near_targets)
    return Neighbourhood(
        Listing(whole.source.of(kept_sources), whole.target.of(kept_targets), np.stack([from_, to], axis=1)),
        places,
        kept_sources,
        kept_targets,
        np.isin(places, added.pairs),
        np.isin(kept_sources, added.sources),
        np.isin(kept_targets, added.targets),
    )


def _near(of: Vocabulary, rows: Rows, among: Vocabulary, around: int) -> Rows:
    return search(of.vectors[rows], among.vectors, around, exact_below=len(among.texts) + 1)[1].ravel()


def _numbered(rows: Rows, more: Rows) -> tuple[Rows, Rows]:
    """All distinct rows, and for each of the first ones its place among them."""
    kept, place = np.unique(np.concatenate([rows, more]), return_inverse=True)
    return kept, place[: len(rows)]

"""New pairs of a list that was scored before: judged in their own neighbourhood, so that a long list isn't scored anew.

All that a signal compares a pair with lies near it: competitors, those competitors' partners, terms that share words or
a family. The new pairs are examined in a list of those, filled up with pairs drawn at random, so that the medians are
those of the whole.
"""

from dataclasses import dataclass

import numpy as np

from training.ml.index import search
from training.ml.scoring.listing import Listing, Rows, Vocabulary

AROUND = 20  # neighbours of each new term, each way, whose pairs come along
AT_RANDOM = 10_000  # pairs of the whole list that come along as well


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    listing: Listing
    new: Rows  # places of the new pairs in it
    sources: Rows  # its source rows in the whole list
    targets: Rows


def neighbourhood(whole: Listing, new: Rows, *, around: int = AROUND, at_random: int = AT_RANDOM) -> Neighbourhood:
    """`new` holds the places of the new pairs in `whole`. Searches for their terms only: exact, two passes."""
    pairs = whole.pairs
    sources, targets = np.unique(pairs[new, 0]), np.unique(pairs[new, 1])
    near_targets = _near(whole.source, sources, whole.target, around)
    near_sources = _near(whole.target, targets, whole.source, around)
    chosen = np.isin(pairs[:, 0], np.append(near_sources, sources))
    chosen |= np.isin(pairs[:, 1], np.append(near_targets, targets))
    chosen[np.random.default_rng(0).permutation(len(whole))[:at_random]] = True
    chosen[new] = True
    places = np.flatnonzero(chosen)
    kept_sources, from_ = _numbered(pairs[places, 0], near_sources)
    kept_targets, to = _numbered(pairs[places, 1], near_targets)
    listing = Listing(whole.source.of(kept_sources), whole.target.of(kept_targets), np.stack([from_, to], axis=1))
    return Neighbourhood(listing, np.searchsorted(places, np.sort(new)), kept_sources, kept_targets)


def _near(of: Vocabulary, rows: Rows, among: Vocabulary, around: int) -> Rows:
    return search(of.vectors[rows], among.vectors, around, exact_below=len(among.texts) + 1)[1].ravel()


def _numbered(rows: Rows, more: Rows) -> tuple[Rows, Rows]:
    """All distinct rows, and for each of the first ones its place among them."""
    kept, place = np.unique(np.concatenate([rows, more]), return_inverse=True)
    return kept, place[: len(rows)]

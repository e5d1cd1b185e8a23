"""Plants wrong concepts: the target of another pair, taken at random, from a sibling, or from the nearest neighbour."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.detection.lists import Pair

SHARE = 0.1  # of the list's pairs
NEAREST = 30  # neighbours among which a wrong target is looked for
CONCEPT_KINDS = tuple(f"{kind}{mode}" for mode in ("", " orphaned") for kind in ("random", "sibling", "nearest"))


@dataclass(frozen=True)
class Planted:
    pairs: tuple[Pair, ...]
    kinds: tuple[str, ...]  # "" for a pair that was left as it was


def plant(pairs: Sequence[Pair], kind: str, vectors: np.ndarray, seed: int) -> Planted:
    """`kind` of CONCEPT_KINDS; `vectors` (p, d) are the targets' unit rows.

    Two pairs swap their targets. Orphaned: one takes the other's target, and the other pair leaves the list, so that
    neither right partner is in it.
    """
    return _Planting(pairs, kind, vectors, np.random.default_rng(seed)).run()


class _Planting:
    def __init__(self, pairs: Sequence[Pair], kind: str, vectors: np.ndarray, random: np.random.Generator) -> None:
        self.pairs = list(pairs)
        self.way, _, self.mode = kind.partition(" ")
        self.vectors, self.random = vectors, random
        self.used: set[int] = set()
        self.right: dict[str, set[str]] = defaultdict(set)
        self.family: dict[str, list[int]] = defaultdict(list)
        for place, pair in enumerate(pairs):
            self.right[pair.source.casefold()].add(pair.target.casefold())
            self.family[pair.family].append(place)

    def run(self) -> Planted:
        wanted, kinds, gone = round(SHARE * len(self.pairs)), [""] * len(self.pairs), set()
        planted = list(self.pairs)
        for one in self.random.permutation(len(self.pairs)).tolist():
            if wanted <= 0:
                break
            other = next((place for place in self._others(one) if self._fits(one, place)), None)
            if one in self.used or other is None:
                continue
            self.used |= {one, other}
            planted[one], kinds[one] = replace(planted[one], target=self.pairs[other].target), self.way
            wanted -= 1
            if self.mode == "orphaned":
                gone.add(other)
            else:
                planted[other], kinds[other] = replace(planted[other], target=self.pairs[one].target), self.way
                wanted -= 1
        kept = [place for place in range(len(planted)) if place not in gone]
        return Planted(tuple(planted[place] for place in kept), tuple(kinds[place] for place in kept))

    def _others(self, one: int) -> list[int]:
        if self.way == "sibling":
            found: list[int] = self.random.permutation(self.family[self.pairs[one].family]).tolist()
        elif self.way == "random":
            found = self.random.integers(0, len(self.pairs), NEAREST).tolist()
        else:
            found = np.argsort(-(self.vectors @ self.vectors[one]), kind="stable")[: NEAREST + 1].tolist()
        return found

    def _fits(self, one: int, other: int) -> bool:
        """Neither target is right for the other's source."""
        mine, theirs = self.pairs[one], self.pairs[other]
        return (
            one != other
            and other not in self.used
            and mine.source.casefold() != theirs.source.casefold()
            and theirs.target.casefold() not in self.right[mine.source.casefold()]
            and mine.target.casefold() not in self.right[theirs.source.casefold()]
        )

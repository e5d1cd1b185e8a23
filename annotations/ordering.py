"""In which order pairs are reviewed. Pure: candidates in, pair ids out."""

import hashlib
import heapq
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

RANDOM_EVERY = 10  # one position in ten is drawn at random
WINDOW = 10  # neighbours in the order …
PER_FAMILY = 2  # … among which a family comes at most this often
DRAWS_LOOKED_AT = 50  # how far a random position looks for a pair whose family isn't blocked


@dataclass(frozen=True)
class Candidate:
    pair_id: int
    score: float
    family: str


def draw(pair_ids: Iterable[int], seed: str) -> list[int]:
    """The pairs in a random order that depends on the seed and each id alone.

    Any first part of it is a fair sample, whatever has been reviewed before: honest rates are estimated from it.
    """
    return sorted(pair_ids, key=lambda pair_id: (hashlib.sha256(f"{seed}:{pair_id}".encode()).digest(), pair_id))


def order_queue(candidates: Sequence[Candidate], *, seed: str) -> list[int]:
    """Highest score first, spread by family, with every tenth position drawn at random.

    Among ten neighbours a family comes at most twice for as long as pairs of other families are left. Every tenth
    position goes to the next pair of `draw` that isn't placed yet, so the reviewed share of that order grows steadily.
    """
    queue = _Queue(candidates, seed)
    return [queue.next(position) for position in range(len(candidates))]


class _Queue:
    """Each family stands once in `ready` (by its best open pair) or in `waiting` (by when it may come again)."""

    def __init__(self, candidates: Sequence[Candidate], seed: str) -> None:
        self._family = {candidate.pair_id: candidate.family for candidate in candidates}
        self._open: dict[str, deque[tuple[float, int]]] = defaultdict(deque)
        for candidate in sorted(candidates, key=lambda candidate: (-candidate.score, candidate.pair_id)):
            self._open[candidate.family].append((-candidate.score, candidate.pair_id))
        self._ready = [(*pairs[0], family) for family, pairs in self._open.items()]
        heapq.heapify(self._ready)
        self._waiting: list[tuple[int, str]] = []
        self._drawn = deque(draw(self._family, seed))
        self._placed: set[int] = set()
        self._last: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=PER_FAMILY))

    def next(self, position: int) -> int:
        pair_id = self._by_chance(position) if position % RANDOM_EVERY == RANDOM_EVERY - 1 else None
        if pair_id is None:
            pair_id = self._by_score(position)
        self._placed.add(pair_id)
        self._last[self._family[pair_id]].append(position)
        return pair_id

    def _free_from(self, family: str) -> int:
        last = self._last[family]
        return last[0] + WINDOW if len(last) == PER_FAMILY else 0

    def _by_chance(self, position: int) -> int | None:
        while self._drawn and self._drawn[0] in self._placed:
            self._drawn.popleft()
        for pair_id, _ in zip(self._drawn, range(DRAWS_LOOKED_AT), strict=False):
            if pair_id not in self._placed and self._free_from(self._family[pair_id]) <= position:
                return pair_id
        return None

    def _by_score(self, position: int) -> int:
        while self._waiting and self._waiting[0][0] <= position:
            self._stand_ready(heapq.heappop(self._waiting)[1])
        while self._ready:
            _, pair_id, family = heapq.heappop(self._ready)
            if pair_id in self._placed:
                self._stand_ready(family)
            elif self._free_from(family) > position:
                heapq.heappush(self._waiting, (self._free_from(family), family))
            else:
                heapq.heappush(self._waiting, (position + 1, family))
                return pair_id
        while True:  # only blocked families are left: the one that comes next anyway
            family = heapq.heappop(self._waiting)[1]
            pairs = self._without_placed(family)
            if pairs:
                heapq.heappush(self._waiting, (position + 1, family))
                return pairs[0][1]

    def _without_placed(self, family: str) -> deque[tuple[float, int]]:
        pairs = self._open[family]
        while pairs and pairs[0][1] in self._placed:
            pairs.popleft()
        return pairs

    def _stand_ready(self, family: str) -> None:
        pairs = self._without_placed(family)
        if pairs:
            heapq.heappush(self._ready, (*pairs[0], family))

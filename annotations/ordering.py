"""In which order pairs are reviewed. Pure: candidates in, pair ids out.

Most positions go to the pairs whose verdict is worth most, a share to those the model is least sure of, a share to
chance. A pair of one family seldom follows another of it.
"""

import hashlib
import heapq
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

UNCERTAIN_AFTER = 100  # positions: until some verdicts are in, nothing is learnt from what the model is unsure of
WINDOW = 10  # neighbours in the order …
PER_FAMILY = 2  # … among which a family comes at most this often
DRAWS_LOOKED_AT = 50  # how far a random position looks for a pair whose family isn't blocked
BOUNDARY = 0.5  # the suspicion at which right and wrong are equally likely
ROUNDING = 1e-9
Key = tuple[float, int]


@dataclass(frozen=True)
class Candidate:
    pair_id: int
    score: float  # suspicion, 0..1
    family: str
    frequency: int = 1  # listed pairs with the same target term

    @property
    def by_value(self) -> Key:
        """Frequency only breaks ties: weighing it in cost a third of the errors in the first hundred verdicts."""
        return -self.score, -self.frequency

    @property
    def by_uncertainty(self) -> Key:
        return round(abs(self.score - BOUNDARY), 2), -self.frequency


@dataclass(frozen=True)
class Shares:
    """Of the positions; the rest goes to the pairs of the highest value."""

    uncertain: float = 0.2
    random: float = 0.1


DEFAULT_SHARES = Shares()


def draw(pair_ids: Iterable[int], seed: str) -> list[int]:
    """The pairs in a random order that depends on the seed and each id alone.

    Any first part of it is a fair sample, whatever has been reviewed before: honest rates are estimated from it.
    """
    return sorted(pair_ids, key=lambda pair_id: (hashlib.sha256(f"{seed}:{pair_id}".encode()).digest(), pair_id))


def order_queue(candidates: Sequence[Candidate], *, seed: str, shares: Shares = DEFAULT_SHARES) -> list[int]:
    """Among ten neighbours a family comes at most twice for as long as pairs of other families are left.

    A random position goes to the next pair of `draw` that isn't placed yet, so the reviewed share of that order grows
    steadily.
    """
    spread = _Spread({candidate.pair_id: candidate.family for candidate in candidates})
    valuable = _Lane(candidates, lambda candidate: candidate.by_value, spread)
    uncertain = _Lane(candidates, lambda candidate: candidate.by_uncertainty, spread) if shares.uncertain else valuable
    chance = _Chance(spread, seed)
    order: list[int] = []
    due_random = due_uncertain = ROUNDING
    for position in range(len(candidates)):
        due_random += shares.random
        due_uncertain += shares.uncertain if position >= UNCERTAIN_AFTER else 0.0
        pair_id = None
        if due_random >= 1:
            due_random -= 1
            pair_id = chance.next(position)
        elif due_uncertain >= 1:
            due_uncertain -= 1
            pair_id = uncertain.next(position)
        if pair_id is None:
            pair_id = valuable.next(position)
        spread.place(pair_id, position)
        order.append(pair_id)
    return order


class _Spread:
    """What is placed, and when a family may come again."""

    def __init__(self, family: dict[int, str]) -> None:
        self.family = family
        self.placed: set[int] = set()
        self._last: dict[str, deque[int]] = defaultdict(lambda: deque(maxlen=PER_FAMILY))

    def place(self, pair_id: int, position: int) -> None:
        self.placed.add(pair_id)
        self._last[self.family[pair_id]].append(position)

    def free_from(self, family: str) -> int:
        last = self._last[family]
        return last[0] + WINDOW if len(last) == PER_FAMILY else 0


class _Chance:
    def __init__(self, spread: _Spread, seed: str) -> None:
        self._spread = spread
        self._drawn = deque(draw(spread.family, seed))

    def next(self, position: int) -> int | None:
        spread = self._spread
        while self._drawn and self._drawn[0] in spread.placed:
            self._drawn.popleft()
        for pair_id, _ in zip(self._drawn, range(DRAWS_LOOKED_AT), strict=False):
            if pair_id not in spread.placed and spread.free_from(spread.family[pair_id]) <= position:
                return pair_id
        return None


class _Lane:
    """All pairs by one measure, the smallest first.

    Each family stands once in `ready` (by its best open pair) or in `waiting` (by when it may come again).
    """

    def __init__(self, candidates: Sequence[Candidate], measure: Callable[[Candidate], Key], spread: _Spread) -> None:
        self._spread = spread
        self._open: dict[str, deque[tuple[Key, int]]] = defaultdict(deque)
        for key, pair_id in sorted((measure(candidate), candidate.pair_id) for candidate in candidates):
            self._open[spread.family[pair_id]].append((key, pair_id))
        self._ready = [(*pairs[0], family) for family, pairs in self._open.items()]
        heapq.heapify(self._ready)
        self._waiting: list[tuple[int, str]] = []

    def next(self, position: int) -> int:
        while self._waiting and self._waiting[0][0] <= position:
            self._stand_ready(heapq.heappop(self._waiting)[1])
        while self._ready:
            _, pair_id, family = heapq.heappop(self._ready)
            free_from = self._spread.free_from(family)
            if pair_id in self._spread.placed:
                self._stand_ready(family)
            elif free_from > position:
                heapq.heappush(self._waiting, (free_from, family))
            else:
                heapq.heappush(self._waiting, (position + 1, family))
                return pair_id
        while True:  # only blocked families are left: the one that comes next anyway
            family = heapq.heappop(self._waiting)[1]
            pairs = self._without_placed(family)
            if pairs:
                heapq.heappush(self._waiting, (position + 1, family))
                return pairs[0][1]

    def _without_placed(self, family: str) -> deque[tuple[Key, int]]:
        pairs = self._open[family]
        while pairs and pairs[0][1] in self._spread.placed:
            pairs.popleft()
        return pairs

    def _stand_ready(self, family: str) -> None:
        pairs = self._without_placed(family)
        if pairs:
            heapq.heappush(self._ready, (*pairs[0], family))

"""A simulated expert who knows the uncorrupted terminology and errs at a stated rate. Pure and seeded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.demo.corrupt import Injected
from workbench.demo.rows import Row, terms_of, unit

ERROR_RATE = 0.03
PLAIN_REJECTION_SHARE = 0.2  # of the wrong pairs: rejected with no correction


@dataclass(frozen=True)
class Shown:
    """What the review card shows of a pair."""

    concept_id: str
    source: str
    language: str  # of the target
    target: str


@dataclass(frozen=True)
class Said:
    decision: str
    correction: str = ""


class SimulatedExpert:
    def __init__(self, truth: Sequence[Row], injected: Iterable[Injected], seed: int = 0) -> None:
        self._right = {key: frozenset(terms) for key, terms in terms_of(truth).items()}
        self._originals = {(each.concept_id, each.language, each.term): each.original for each in injected}
        self._seed = str(seed)

    def answer(self, shown: Shown) -> Said:
        right = shown.target in self._right.get((shown.concept_id, shown.language), frozenset())
        if self._draw("errs", shown) < ERROR_RATE:
            return Said("not_equivalent" if right else "equivalent")
        if right:
            return Said("equivalent")
        original = self._originals.get((shown.concept_id, shown.language, shown.target), "")
        if not original or self._draw("rejects", shown) < PLAIN_REJECTION_SHARE:
            return Said("not_equivalent")
        return Said("corrected", original)

    def _draw(self, purpose: str, shown: Shown) -> float:
        return unit(self._seed, purpose, shown.concept_id, shown.source, shown.language, shown.target)

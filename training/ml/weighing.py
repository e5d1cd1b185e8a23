"""From doubts to one score: a logistic of fixed weights, and the same refitted when enough verdicts are in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.ml.listing import Floats
from training.ml.standard import calm


@dataclass(frozen=True)
class Weights:
    """Log-odds that a pair is wrong: `intercept`, and for each unit of doubt of a signal."""

    intercept: float
    of: dict[str, float]

    def __post_init__(self) -> None:
        negative = sorted(name for name, weight in self.of.items() if weight < 0)
        if negative:
            raise ValueError(f"Doubt must never lower the score, but {', '.join(negative)} would: use 0 instead.")

    def contributions(self, ids: Sequence[str], doubts: Floats) -> Floats:
        """(p, s) what each signal adds to the log-odds; doubts (p, s) in the order of ids."""
        return doubts * np.array([self.of.get(name, 0.0) for name in ids], dtype=np.float32)

    def score(self, ids: Sequence[str], doubts: Floats) -> NDArray[np.float64]:
        """(p,) in 0..1, both ends excluded: the odds are calmed beyond e⁴, so that the surest still have an order."""
        odds = self.contributions(ids, doubts).astype(np.float64).sum(axis=1) + self.intercept
        chances: NDArray[np.float64] = 1 / (1 + np.exp(-calm(odds)))
        return chances


DEFAULT = Weights(
    intercept=-4.5, of={"gap": 0.5, "mean_gap": 0.7, "exchange": 0.5, "target_word": 0.3, "source_word": 0.4}
)

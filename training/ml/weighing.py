"""From doubts to one score: a logistic of fixed weights; `refitting` adjusts them when enough verdicts are in.

    log-odds(wrong) = intercept + Σ weight × doubt,   score = 1 / (1 + exp(−calm(log-odds)))

A doubt is how many robust deviations a signal lies towards its doubtful end in the list at hand (`standard.doubt`), or
0..1 for a surface check. The weights of the geometry and of the words were fitted, rounded, on one half of the
three-character families of ICD-10, English with German, Spanish, French and Chinese: 2,000 pairs of each with 5 to 10 %
of errors of ten kinds (swapped at random, with a sibling, with the nearest neighbour; the same with the right partners
absent; borrowed without a swap), so that even odds are even in lists where one pair in ten to twenty is wrong. Such
errors have no wrong forms: the weights of the surface checks are set by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.ml.listing import Floats
from training.ml.standard import calm

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """Log-odds that a pair is wrong: `intercept`, and for each unit of doubt of a signal."""

    intercept: float
    of: dict[str, float]

    def __post_init__(self) -> None:
        negative = sorted(name for name, weight in self.of.items() if weight < 0)
        if negative:
            raise ValueError(f"Doubt must never lower the score, but {', '.join(negative)} would: use 0 instead.")

    def columns(self, ids: Sequence[str]) -> Values:
        return np.array([self.of.get(name, 0.0) for name in ids])

    def contributions(self, ids: Sequence[str], doubts: Floats) -> Floats:
        """(p, s) what each signal adds to the log-odds; doubts (p, s) in the order of ids."""
        return doubts * self.columns(ids).astype(np.float32)

    def score(self, ids: Sequence[str], doubts: Floats) -> Values:
        """(p,) in 0..1, both ends excluded: log-odds are calmed, so that the surest pairs still have an order."""
        chances: Values = 1 / (1 + np.exp(-calm(self.log_odds(ids, doubts))))
        return chances

    def log_odds(self, ids: Sequence[str], doubts: Floats) -> Values:
        odds: Values = doubts.astype(np.float64) @ self.columns(ids) + self.intercept
        return odds


DEFAULT = Weights(
    intercept=-6.2,
    of={
        "gap": 0.1,
        "mean_gap": 1.15,
        "exchange": 0.65,
        "colisted": 2.5,
        "target_word": 0.27,
        "source_word": 0.37,
        "numbers": 1.5,
        "polarity": 3.0,
        "negation": 0.2,
        "untranslated": 0.8,
        "language": 0.8,
        "script": 2.0,
        "length": 0.1,
        "abbreviations": 0.1,
        "brackets": 0.1,
        "casing": 0.2,
    },
)

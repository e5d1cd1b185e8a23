"""From doubts to one score: a logistic of fixed weights; `refitting` adjusts them when enough verdicts are in.

    log-odds(wrong) = intercept + Σ weight × doubt,   score = 1 / (1 + exp(−calm(log-odds)))

A doubt is how many robust deviations a signal lies towards its doubtful end in the list at hand (`standard.doubt`; on
the good side their logarithm), or 0..1 for a surface check. The weights were fitted, rounded, on the development half
of `benchmarks.detection`: one half of the three-character families of ICD-10, English with German, Spanish, French and
Chinese, 2,000 pairs of each, and of the law heads of a German–English dictionary, a tenth of them wrong in seven ways
(swapped at random, with a sibling, with the nearest neighbour; the same with the right partners absent; wrong forms),
then moved towards the gaps as far as the form errors made by rule allowed (AUROC .86 there), because wrong forms are
rarer than wrong concepts in lists that people made; doubts on the good side counted in full then. Even odds are even
where about one pair in twenty is wrong. Checks that hardly ever speak there of a right pair are held to 5; those of
errors that aren't planted there (`colisted`, `length`, `brackets`, `casing`) are by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.ml.scoring.listing import Floats
from training.ml.scoring.standard import calm

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
    intercept=-5.2,
    of={
        "reverse_gap": 0.2,
        "mean_gap": 0.6,
        "margin": 0.1,
        "exchange": 0.6,
        "colisted": 2.5,
        "source_words": 0.05,
        "target_word": 0.2,
        "source_word": 0.25,
        "unanswered": 0.3,
        "spelling": 0.35,
        "form": 0.38,
        "numbers": 4.5,
        "polarity": 5.0,
        "negation": 0.7,
        "untranslated": 5.0,
        "language": 3.0,
        "script": 5.0,
        "length": 0.1,
        "abbreviations": 2.0,
        "brackets": 0.1,
        "casing": 0.2,
    },
)

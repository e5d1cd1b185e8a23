"""How unusual a value is in its own list: robust, so that the errors sought don't set the measure."""

from dataclasses import dataclass
from math import inf

import numpy as np

from training.ml.scoring.listing import Floats

OWN = 20  # values that the usual spread is worth against the list's own
CALM = 4.0  # deviations up to which doubt grows in proportion; beyond, with the logarithm


@dataclass(frozen=True)
class Standard:
    """What one signal's values are measured by in a list."""

    middle: float  # in the direction of doubt
    spread: float

    @classmethod
    def of(cls, values: Floats, high_is_doubtful: bool, usual_spread: float) -> "Standard":
        """The list's median, but at most one spread on the good side of zero: where nearly all pairs of a list are
        clearly right, the least clear of them is not doubtful for that."""
        towards = values[np.isfinite(values)].astype(np.float64) * (1 if high_is_doubtful else -1)
        if not len(towards):
            return cls(0.0, usual_spread)
        middle = float(np.median(towards))
        own = 1.4826 * float(np.median(np.abs(towards - middle)))
        shared = np.sqrt((len(towards) * own**2 + OWN * usual_spread**2) / (len(towards) + OWN))
        spread = max(float(shared), usual_spread / 2)
        return cls(max(middle, -spread), spread)

    def doubt(self, values: Floats, high_is_doubtful: bool, silent_up_to: float = -inf) -> Floats:
        """(p,) deviations towards the doubtful end, from `silent_up_to` on; NaN becomes 0. No ties where there are none
        among the values.

        On the good side they grow with the logarithm alone: a clear concept says nothing of its number or its digits.
        """
        known = np.isfinite(values)
        found = np.zeros(len(values), dtype=np.float32)
        towards = values[known].astype(np.float64) * (1 if high_is_doubtful else -1)
        deviations = (towards - self.middle) / self.spread
        doubts = np.where(deviations < 0, -np.log1p(-np.minimum(deviations, 0)), calm(deviations))
        found[known] = doubts if silent_up_to == -inf else np.maximum(doubts - silent_up_to, 0)
        return found


def calm(deviations: np.ndarray) -> np.ndarray:
    """Proportional up to `CALM` deviations either way, logarithmic beyond: monotone, never cut off."""
    size = np.abs(deviations)
    calmed: np.ndarray = np.sign(deviations) * np.where(size > CALM, CALM + np.log1p(np.maximum(size - CALM, 0)), size)
    return calmed


def median(values: Floats) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else float("nan")

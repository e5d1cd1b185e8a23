"""Weights that have learnt from verdicts: the fixed ones, each multiplied as far as reviewers' answers ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.ml.listing import Floats
from training.ml.weighing import DEFAULT, Values, Weights

VERDICTS_WANTED = 50  # fewer say less than the weights already know
TRUST = 16.0  # precision of the prior: a weight is believed to a quarter of itself, the intercept to 0.25 log-odds
STEPS = 50  # of Newton's method, which needs about ten


def fit_weights(
    ids: Sequence[str], doubts: Floats, wrong: NDArray[np.bool_], prior: Weights = DEFAULT, *, trust: float = TRUST
) -> Weights:
    """Weights that also account for v verdicts: doubts (v, s) in the order of ids, wrong (v,).

    Each weight of the prior is multiplied: by the most likely factors under a normal prior around 1, found by damped
    Newton steps; none falls below 0, and a signal without a weight gets none. With fewer than VERDICTS_WANTED verdicts,
    or with verdicts of one kind alone, the prior is returned as it is.
    """
    if len(wrong) < VERDICTS_WANTED or wrong.all() or not wrong.any():
        return prior
    weights = prior.columns(ids)
    fit = _Fit(
        np.column_stack([doubts.astype(np.float64) * weights, np.ones(len(wrong))]),
        wrong.astype(np.float64),
        np.append(np.ones(len(ids)), prior.intercept),
        trust,
    )
    factors = fit.best()
    found = (factors[:-1] * weights).tolist()
    return Weights(float(factors[-1]), {name: weight for name, weight in zip(ids, found, strict=True) if weight > 0})


@dataclass(frozen=True, eq=False)
class _Fit:
    design: Values  # (v, s + 1)
    wrong: Values  # (v,)
    prior: Values  # (s + 1,) the last is the intercept, which alone may be negative
    trust: float

    def best(self) -> Values:
        at = self.prior.copy()
        for _ in range(STEPS):
            after = self._damped(at, self._step(at))
            if np.abs(after - at).max() < 1e-6:
                break
            at = after
        return at

    def _loss(self, at: Values) -> float:
        odds = self.design @ at
        return float(
            (np.logaddexp(0, odds) - self.wrong * odds).sum() + self.trust / 2 * ((at - self.prior) ** 2).sum()
        )

    def _step(self, at: Values) -> Values:
        """Newton's step of the free factors; one that stands at 0 and would fall below stays there."""
        chances = 1 / (1 + np.exp(-np.clip(self.design @ at, -500, 500)))
        slope = self.design.T @ (chances - self.wrong) + self.trust * (at - self.prior)
        free = (at > 0) | (slope < 0)
        free[-1] = True
        curvature = (self.design * (chances * (1 - chances))[:, None]).T @ self.design + self.trust * np.eye(len(at))
        step = np.zeros(len(at))
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], slope[free])
        return step

    def _damped(self, at: Values, step: Values) -> Values:
        """As much of the step as makes the loss no larger; nothing if none does."""
        limit = self._loss(at)
        for halvings in range(20):
            after: Values = at - step / 2**halvings
            after[:-1] = np.maximum(after[:-1], 0)
            if self._loss(after) <= limit:
                return after
        return at

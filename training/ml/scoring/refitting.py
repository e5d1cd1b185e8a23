"""Weights that have learnt from verdicts: the fixed ones, each moved as far as reviewers' answers ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from training.ml.scoring.listing import Floats
from training.ml.scoring.weighing import DEFAULT, Values, Weights

VERDICTS_WANTED = 50  # fewer say less than the weights already know
SHARE, FLOOR = 0.6, 0.1  # how far a weight is believed off, one deviation: this share of itself, and log-odds beyond
INTERCEPT = 1.0  # log-odds: the same of the intercept
ELSEWHERE = 0.5  # what a verdict of another project counts
STEPS = 50  # of Newton's method, which needs about ten


@dataclass(frozen=True, eq=False)
class Lessons:
    """What reviewers said of v pairs: their doubts (v, s), and whether each was found wrong (v,)."""

    doubts: Floats
    wrong: NDArray[np.bool_]

    def __add__(self, other: "Lessons") -> "Lessons":
        return Lessons(np.concatenate([self.doubts, other.doubts]), np.concatenate([self.wrong, other.wrong]))

    @classmethod
    def none(cls, signals: int) -> "Lessons":
        return cls(np.zeros((0, signals), dtype=np.float32), np.zeros(0, dtype=np.bool_))


def learn(ids: Sequence[str], own: Lessons, elsewhere: Sequence[Lessons] = (), prior: Weights = DEFAULT) -> Weights:
    """Weights for a project, all its languages together: first from what other projects' reviewers said, each verdict
    counting half, then from its own. Each step needs VERDICTS_WANTED verdicts, of both kinds, to change anything."""
    others = reduce(Lessons.__add__, elsewhere, Lessons.none(len(ids)))
    warm = fit_weights(ids, others, prior, importance=ELSEWHERE)
    return fit_weights(ids, own, warm)


def fit_weights(ids: Sequence[str], lessons: Lessons, prior: Weights = DEFAULT, *, importance: float = 1.0) -> Weights:
    """The most likely weights under a normal prior around the given ones, found by damped Newton steps.

    `ids` names the columns of the lessons' doubts. A weight's prior deviation is FLOOR + SHARE of itself, so that a
    signal without a weight may earn one; none falls below 0. With fewer than VERDICTS_WANTED verdicts, or with verdicts
    of one kind alone, the prior is returned as it is.
    """
    wrong = lessons.wrong
    if len(wrong) < VERDICTS_WANTED or wrong.all() or not wrong.any():
        return prior
    weights = prior.columns(ids)
    fit = _Fit(
        np.column_stack([lessons.doubts.astype(np.float64), np.ones(len(wrong))]),
        wrong.astype(np.float64),
        np.append(weights, prior.intercept),
        np.append(1 / (FLOOR + SHARE * weights) ** 2, 1 / INTERCEPT**2) / importance,
    )
    found = fit.best()
    of = {name: weight for name, weight in zip(ids, found[:-1].tolist(), strict=True) if weight > 0}
    return Weights(float(found[-1]), of)


@dataclass(frozen=True, eq=False)
class _Fit:
    design: Values  # (v, s + 1)
    wrong: Values  # (v,)
    prior: Values  # (s + 1,) the last is the intercept, which alone may be negative
    trust: Values  # (s + 1,) precision of the prior

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
            (np.logaddexp(0, odds) - self.wrong * odds).sum() + (self.trust / 2 * (at - self.prior) ** 2).sum()
        )

    def _step(self, at: Values) -> Values:
        """Newton's step of the free weights; one that stands at 0 and would fall below stays there."""
        chances = 1 / (1 + np.exp(-np.clip(self.design @ at, -500, 500)))
        slope = self.design.T @ (chances - self.wrong) + self.trust * (at - self.prior)
        free = (at > 0) | (slope < 0)
        free[-1] = True
        curvature = (self.design * (chances * (1 - chances))[:, None]).T @ self.design + np.diag(self.trust)
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

"""How far reviewers agree: percent, Cohen's kappa, Krippendorff's alpha, each with an interval. Pure.

A unit is what several people judged: here a pair of terms. Labels are nominal: one is not nearer to another.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from annotations.agreement.intervals import RESAMPLES, Array, Measured, bootstrap, share

Unit = Sequence[str]  # the labels that one unit was given


def percent(units: Sequence[Unit]) -> Measured:
    """The share of pairs of answers to the same unit that are the same."""
    pairs = [one == other for unit in units for one, other in combinations(unit, 2)]
    return share(sum(pairs), len(pairs))


def cohen_kappa(pairs: Sequence[tuple[str, str]], *, resamples: int = RESAMPLES, seed: int = 0) -> Measured:
    """Agreement of two people beyond chance (Cohen 1960); each pair holds what the one and what the other said."""
    kinds = Counter(pairs)
    labels = sorted({label for kind in kinds for label in kind})
    one = _indicator([kind[0] for kind in kinds], labels)
    other = _indicator([kind[1] for kind in kinds], labels)
    same = np.array([kind[0] == kind[1] for kind in kinds], dtype=np.float64)

    def statistic(counts: Array) -> Array:
        n = counts.sum(axis=1)
        chance = ((counts @ one) * (counts @ other)).sum(axis=1) / n**2
        return _beyond_chance(counts @ same / n, chance)

    return bootstrap(statistic, list(kinds.values()), resamples=resamples, seed=seed)


def krippendorff_alpha(units: Sequence[Unit], *, resamples: int = RESAMPLES, seed: int = 0) -> Measured:
    """Agreement of any number of people beyond chance, with gaps (Krippendorff 2011, nominal); units are resampled."""
    kinds = Counter(tuple(sorted(unit)) for unit in units if len(unit) > 1)
    labels = sorted({label for kind in kinds for label in kind})
    given = np.array([[kind.count(label) for label in labels] for kind in kinds], dtype=np.float64)
    given = given.reshape(len(kinds), len(labels))
    sizes = given.sum(axis=1)
    differing = (sizes**2 - (given**2).sum(axis=1)) / np.maximum(sizes - 1, 1)  # disagreeing ordered pairs, weighted

    def statistic(counts: Array) -> Array:
        totals = counts @ given
        n = totals.sum(axis=1)
        expected = (n**2 - (totals**2).sum(axis=1)) / np.maximum(n - 1, 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(expected > 0, 1 - (counts @ differing) / expected, np.nan)

    return bootstrap(statistic, list(kinds.values()), resamples=resamples, seed=seed)


def one_against_rest(units: Sequence[Unit], label: str) -> list[list[str]]:
    """Units in which somebody used the label, or nobody did: what alpha says of one category."""
    return [[label if given == label else "" for given in unit] for unit in units]


def _indicator(values: Sequence[str], labels: Sequence[str]) -> Array:
    return np.array([[value == label for label in labels] for value in values], dtype=np.float64).reshape(
        len(values), len(labels)
    )


def _beyond_chance(observed: Array, chance: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(chance < 1, (observed - chance) / (1 - chance), np.nan)

"""A share or coefficient with its 95 % interval. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Z = 1.959963984540054  # 97.5 % quantile of the normal distribution
RESAMPLES = 1000
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """`value` is None where it is not defined, e.g. a kappa when everybody always says the same."""

    value: float | None
    low: float | None
    high: float | None
    n: int

    @property
    def interval(self) -> tuple[float, float] | None:
        return None if self.low is None or self.high is None else (self.low, self.high)


def share(hits: int, n: int) -> Measured:
    """With Wilson's interval (1927), which holds for few answers and for shares of 0 and 1."""
    if n == 0:
        return Measured(None, None, None, 0)
    low, high = wilson(hits, n)
    return Measured(hits / n, low, high, n)


def wilson(hits: int, n: int) -> tuple[float, float]:
    p, z2 = hits / n, Z * Z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def bootstrap(
    statistic: Callable[[Array], Array], counts: Sequence[int], *, resamples: int = RESAMPLES, seed: int = 0
) -> Measured:
    """Percentile bootstrap over units that fall into a few kinds: drawing n units is one multinomial draw of kinds.

    `statistic` maps counts of the kinds, shape (resamples, kinds), to values, shape (resamples,); NaN: not defined.
    """
    given = np.asarray(counts, dtype=np.float64)
    n = int(given.sum())
    if n == 0:
        return Measured(None, None, None, 0)
    value = float(statistic(given[None, :])[0])
    if np.isnan(value):
        return Measured(None, None, None, n)
    drawn = np.random.default_rng(seed).multinomial(n, given / n, size=resamples).astype(np.float64)
    values = statistic(drawn)
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return Measured(value, float(low), float(high), n)

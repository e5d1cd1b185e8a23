"""The bootstrap over concepts: how far a mean over queries would move with other concepts. Sees sums and counts."""

import numpy as np

BLOCK_DRAWS = 4_000_000  # concept draws held at a time: about 100 MB
RESAMPLES = 10_000


def resampled_means(sums: np.ndarray, counts: np.ndarray, *, resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """(resamples, m) float64: for each resample, each column's sum over the drawn concepts by its count over them.

    sums, counts: (c, m), one row a concept. A resample draws c concepts with replacement, the same for all columns, so
    differences between columns, and between encoders within a column, are paired (Efron 1979; paired, as in
    Berg-Kirkpatrick et al. 2012, An Empirical Investigation of Statistical Significance in NLP). NaN where
    none of a column's concepts was drawn. Deterministic by seed. Raises ValueError for no concept or no resample.
    """
    concepts = len(sums)
    if concepts < 1 or resamples < 1:
        raise ValueError(f"A bootstrap needs concepts and resamples, got {concepts} and {resamples}.")
    generator = np.random.default_rng(seed)
    table = np.concatenate([sums, counts], axis=1).astype(np.float64)
    block = max(1, BLOCK_DRAWS // concepts)
    totals = np.concatenate(
        [_drawn(generator, min(block, resamples - start), concepts) @ table for start in range(0, resamples, block)]
    )
    drawn_sums, drawn_counts = np.split(totals, 2, axis=1)
    means: np.ndarray = np.divide(
        drawn_sums, drawn_counts, out=np.full_like(drawn_sums, np.nan), where=drawn_counts > 0
    )
    return means


def interval(values: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """The percentile interval of (n,) values, NaN left out: (2.5 %, 97.5 %) by default. Needs one number at least."""
    low, high = np.nanquantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _drawn(generator: np.random.Generator, resamples: int, concepts: int) -> np.ndarray:
    """(resamples, concepts) float64: how often each resample drew each concept."""
    draws = generator.integers(0, concepts, size=(resamples, concepts), dtype=np.int64)
    draws += np.arange(resamples, dtype=np.int64)[:, None] * concepts
    counts = np.bincount(draws.ravel(), minlength=resamples * concepts)
    return counts.reshape(resamples, concepts).astype(np.float64)

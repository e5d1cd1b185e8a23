"""How well scores find the wrong pairs, and how far they can be believed. Pure."""

import numpy as np

BINS = 10  # of equal width, as in Guo et al. 2017
TOP = 0.05  # of the list: what a reviewer sees first


def auroc(wrong: np.ndarray, scores: np.ndarray) -> float:
    """The chance that a wrong pair scores above a right one, ties halved; NaN without both kinds."""
    positives = int(wrong.sum())
    negatives = len(wrong) - positives
    if not positives or not negatives:
        return float("nan")
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    return float((middle[place][wrong].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def average_precision(wrong: np.ndarray, scores: np.ndarray) -> float:
    order = np.argsort(-scores, kind="stable")
    hits = wrong[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean()) if hits.any() else float("nan")


def precision_at_top(wrong: np.ndarray, scores: np.ndarray) -> float:
    """Share of wrong pairs in the first TOP of the list."""
    count = max(round(TOP * len(scores)), 1)
    return float(wrong[np.argsort(-scores, kind="stable")[:count]].mean())


def calibration_error(wrong: np.ndarray, chances: np.ndarray) -> float:
    """Expected calibration error over BINS bins of equal width."""
    bins = np.minimum((chances * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(bins, chances - wrong, BINS)
    return float(np.abs(gaps).sum() / len(chances))

"""A small map a language, after the encoder: a rotation fitted on pairs and drawn back towards the identity."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


def procrustes(source: Array, target: Array, weights: Array | None = None) -> Array:
    """The rotation W (d, d) float32 that brings target @ W closest to source; rows (n, d) are pairs of unit vectors.

    Orthogonal Procrustes by SVD (Schönemann 1966; Conneau et al. 2018, eq. 2). Needs at least one pair.
    """
    weighted = target if weights is None else target * weights[:, None]
    u, _, vt = np.linalg.svd(weighted.astype(np.float64).T @ source.astype(np.float64))
    return np.asarray(u @ vt, dtype=np.float32)


def towards_identity(rotation: Array, strength: float) -> Array:
    """The rotation closest to (1 − strength)·identity + strength·rotation; 0 is the identity, 1 the rotation itself."""
    blended = (1 - strength) * np.eye(len(rotation)) + strength * rotation.astype(np.float64)
    u, _, vt = np.linalg.svd(blended)
    return np.asarray(u @ vt, dtype=np.float32)

"""A small linear map a language, after the encoder, fitted on pairs and held near the identity."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
PULL = 5.0  # towards the identity, in pairs


def near_identity(source: Array, target: Array, pull: float, weights: Array | None = None) -> Array:
    """The map M (d, d) float32 with target @ M close to source: min Σ wᵢ|tᵢM − sᵢ|² + pull·|M − I|².

    Rows (n, d) are pairs of unit vectors, weights (n,); pull > 0 in units of pairs: with many more pairs than the
    pull a direction follows them, and a direction that no pair speaks of stays as it is. Unlike orthogonal Procrustes
    it needs no pairs to span the space (ridge regression about the identity).
    """
    weighted = (target if weights is None else target * weights[:, None]).astype(np.float64)
    identity = np.eye(target.shape[1])
    fitted = np.linalg.solve(weighted.T @ target + pull * identity, weighted.T @ source + pull * identity)
    return np.asarray(fitted, dtype=np.float32)

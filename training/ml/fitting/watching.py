"""How well the encoder retrieves validation families while it trains: what a round's page draws beside its losses."""

from dataclasses import replace

import numpy as np
import torch

from training.ml.fitting.choose import reciprocal_ranks
from training.ml.fitting.material import Material
from training.ml.fitting.placing import placed, validation_checks
from training.ml.fitting.tuning import Tuning


class Watch:
    """Looks among the validation pairs' own targets alone: a few hundred texts, about as long as a step of training."""

    def __init__(self, material: Material, tuning: Tuning) -> None:
        self._material, self._tuning = material, tuning
        self._checks = [
            replace(check, candidates=np.unique(check.pairs[:, 1]), sources=np.unique(check.pairs[:, 0]))
            for check in validation_checks(material)
        ]
        self._rows = np.unique(np.concatenate([check.pairs.ravel() for check in self._checks] or [np.empty(0, int)]))

    def __call__(self) -> dict[str, float]:
        """List → mean reciprocal rank in 0..1 under CSLS, in the parent's centred space; {} with nothing held back."""
        if not self._checks:
            return {}
        vectors = self._tuning.parent.numpy().copy()
        vectors[self._rows] = self._tuning.runner.all(torch.from_numpy(self._rows)).numpy()
        found = placed(self._material, self._tuning.space.unmapped, vectors)
        return {check.name: float(reciprocal_ranks(check, found).mean()) for check in self._checks}

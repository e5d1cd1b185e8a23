"""Which constraints and replay texts meet in which batch: a pure function of (material, recipe, batch number)."""

import math
from dataclasses import dataclass

import numpy as np

from training.ml.fitting.material import Material, Rows, Tuples
from training.ml.records import Recipe


@dataclass(frozen=True)
class Batch:
    number: int
    attract: Tuples
    repel: Tuples
    order: Tuples
    weak: Tuples  # known translations of general vocabulary, and pairs that the parent is sure of
    replay: Rows


class Schedule:
    """Every constraint comes once an epoch; weak pairs and replay texts are drawn anew for each batch."""

    def __init__(self, material: Material, weak: Tuples, recipe: Recipe) -> None:
        self._material, self._weak, self._recipe = material, weak, recipe
        longest = max(len(material.attract), len(material.repel), len(material.order))
        self.batches_per_epoch = max(1, round(longest / recipe.batch_pairs))
        self.steps = math.ceil(recipe.epochs * self.batches_per_epoch / recipe.accumulate)
        self.steps_per_epoch = max(1, self.batches_per_epoch // recipe.accumulate)

    def step(self, step: int) -> list[Batch]:
        """The batches whose gradients are accumulated in optimiser step 0, 1, …"""
        first = step * self._recipe.accumulate
        last = min(first + self._recipe.accumulate, self._recipe.epochs * self.batches_per_epoch)
        return [self.batch(number) for number in range(first, last)]

    def batch(self, number: int) -> Batch:
        material, recipe = self._material, self._recipe
        epoch, part = divmod(number, self.batches_per_epoch)
        attract, repel, order = (
            kind.take(self._slice(stream, len(kind), epoch, part))
            for stream, kind in enumerate((material.attract, material.repel, material.order))
        )
        weak = self._weak.take(self._drawn(3, len(self._weak), round(recipe.weak_share * recipe.batch_pairs), number))
        replay = self._drawn(4, len(material.replay), round(recipe.replay_share * recipe.batch_pairs), number)
        return Batch(number, attract, repel, order, weak, material.replay[replay])

    def _slice(self, stream: int, count: int, epoch: int, part: int) -> Rows:
        shuffled = self._random(stream, epoch).permutation(count)
        return np.array_split(shuffled, self.batches_per_epoch)[part]

    def _drawn(self, stream: int, count: int, wanted: int, number: int) -> Rows:
        return self._random(stream, number).choice(count, min(count, wanted), replace=False)

    def _random(self, stream: int, number: int) -> np.random.Generator:
        return np.random.default_rng((self._recipe.seed, stream, number))

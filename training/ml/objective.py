"""The sum that a round minimises: constraints against the whole vocabulary, and a pull towards the parent."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.ml import losses, mixup
from training.ml.material import Material, Tuples
from training.ml.records import Recipe
from training.ml.runner import Runner
from training.ml.schedule import Batch
from training.ml.space import Space

REPEL_MARGIN, HARD_MARGIN, ORDER_MARGIN = 0.1, 0.2, 0.05  # cosine units of the centred space
OTHER_CONCEPT = 0.25  # share of the batches that mix a term with another concept's, under soft targets
NEAR_DUPLICATE = 0.95  # terms this close under the parent are variants of each other, hence no negatives


class Objective:
    """Named losses of a batch.

    `bank` holds the last known vector of every text (Wang et al. 2020, cross-batch memory): each pair is contrasted
    with all texts of the other language, not only with those that happen to share its batch.
    """

    def __init__(self, material: Material, runner: Runner, parent: Tensor, space: Space, recipe: Recipe) -> None:
        self._material, self._runner, self._recipe = material, runner, recipe
        self._device = runner.device
        self._language = torch.from_numpy(material.language).to(self._device)
        means = np.stack([space.means[name] for name in material.languages])
        self._means = torch.from_numpy(means).to(self._device)
        self._maps = {
            number: torch.from_numpy(space.maps[name]).to(self._device)
            for number, name in enumerate(material.languages)
            if name in space.maps
        }
        self.teacher = self.place(parent.to(self._device), self._language)
        self.bank = self.teacher.clone()
        self._closed = torch.zeros(len(parent), dtype=torch.bool, device=self._device)
        self._closed[torch.from_numpy(material.attract_validation.rows[:, 1])] = True
        self._ceiling = self._accepted_level()

    def place(self, vectors: Tensor, language: Tensor) -> Tensor:
        """Unit vectors (b, d) taken into the parent's space: centred and mapped by language (b,)."""
        centred = F.normalize(vectors - self._means[language], dim=1)
        for number, map_ in self._maps.items():
            mapped = F.normalize(centred @ map_, dim=1)
            centred = torch.where((language == number)[:, None], mapped, centred)
        return centred

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        parts = (batch.attract.rows, batch.repel.rows, batch.order.rows, batch.weak.rows, batch.replay)
        rows = torch.from_numpy(np.unique(np.concatenate([part.ravel() for part in parts])))
        rows = rows[rows >= 0]
        live = self.place(self._runner(rows), self._language[rows])
        rows = rows.to(self._device)
        memory = self.bank.index_put((rows,), live)
        self.bank[rows] = live.detach()
        found = {
            "attract": self._attract(batch.attract, memory),
            "weak": self._attract(batch.weak, memory),
            "repel": self._repel(batch.repel, memory),
            "order": self._order(batch, memory),
            "mixup": self._mixup(batch, memory),
            **self._anchor(batch, memory),
        }
        return {name: value for name, value in found.items() if value is not None}

    def total(self, values: dict[str, Tensor]) -> Tensor:
        recipe = self._recipe
        weights = {
            "attract": 1.0,
            "weak": recipe.weak_weight,
            "repel": recipe.repel_weight,
            "order": recipe.order_weight,
            "mixup": recipe.mixup_weight,
            "anchor": recipe.anchor_weight,
            "geometry": recipe.geometry_weight,
        }
        return torch.stack([weights[name] * value for name, value in values.items()]).sum()

    def _attract(self, pairs: Tuples, memory: Tensor) -> Tensor | None:
        if not len(pairs):
            return None
        source, target = torch.from_numpy(pairs.rows).to(self._device).T
        weights = torch.from_numpy(pairs.weights).to(self._device)
        forward = self._contrast(memory[source], target, memory, weights)
        return (forward + self._contrast(memory[target], source, memory, weights)) / 2

    def _contrast(
        self, queries: Tensor, wanted: Tensor, memory: Tensor, weights: Tensor, targets: Tensor | None = None
    ) -> Tensor:
        if targets is None:
            targets = F.one_hot(wanted, len(memory)).to(queries.dtype)
        excluded = self._language[None, :] != self._language[wanted][:, None]
        excluded |= self._closed[None, :]
        excluded |= self.teacher[wanted] @ self.teacher.T > NEAR_DUPLICATE
        for place, row in enumerate(wanted.tolist()):
            excluded[place, list(self._material.friends.get(row, ()))] = True
        return losses.soft_cross_entropy(
            queries @ memory.T, targets, excluded, temperature=self._recipe.temperature, weights=weights
        )

    def _repel(self, triples: Tuples, memory: Tensor) -> Tensor | None:
        if not len(triples):
            return None
        source, wrong, right = torch.from_numpy(triples.rows).to(self._device).T
        to_right = (memory[source] * memory[right.clamp_min(0)]).sum(1)
        reference = torch.where(right >= 0, to_right, self._ceiling.expand_as(to_right))
        margin = torch.where(torch.from_numpy(triples.hard).to(self._device), HARD_MARGIN, REPEL_MARGIN)
        weights = torch.from_numpy(triples.weights).to(self._device)
        return losses.repel((memory[source] * memory[wrong]).sum(1), reference, margin=margin, weights=weights)

    def _order(self, batch: Batch, memory: Tensor) -> Tensor | None:
        if not len(batch.order):
            return None
        source, related, equal = torch.from_numpy(batch.order.rows).to(self._device).T
        to_equal = (memory[source] * memory[equal.clamp_min(0)]).sum(1)
        to_equal = torch.where(equal >= 0, to_equal, self._ceiling.expand_as(to_equal))
        alike = self._language[None, :] == self._language[related][:, None]
        to_unrelated = ((memory[source] @ self.bank.T) * alike).sum(1) / alike.sum(1)
        to_related = (memory[source] * memory[related]).sum(1)
        weights = torch.from_numpy(batch.order.weights).to(self._device)
        return losses.order(to_related, to_equal, to_unrelated, margin=ORDER_MARGIN, weights=weights)

    def _mixup(self, batch: Batch, memory: Tensor) -> Tensor | None:
        """A term mixed with its accepted translation still means it; mixed with another concept's, it means both."""
        if len(batch.attract) < 2 or not self._recipe.mixup_weight:
            return None
        random = torch.Generator().manual_seed(self._recipe.seed * 1_000_003 + batch.number)
        source, target = torch.from_numpy(batch.attract.rows).T
        lam = mixup.draw(len(source), self._recipe.mixup_alpha, random)
        partner = target
        if torch.rand((), generator=random) < OTHER_CONCEPT:
            partner = target.roll(1)
            foreign = self._language[partner].cpu() != self._language[target].cpu()
            partner = torch.where(foreign, target, partner)
        mixed = self._runner.mixed(source, partner, lam)
        source, target, partner, lam = (part.to(self._device) for part in (source, target, partner, lam))
        both = [self.place(mixed, self._language[rows]) for rows in (source, partner)]
        queries = F.normalize(torch.lerp(both[1], both[0], lam[:, None]), dim=1)
        targets = mixup.soft_targets(target, partner, lam, len(memory))
        weights = torch.from_numpy(batch.attract.weights).to(self._device)
        return self._contrast(queries, target, memory, weights, targets)

    def _anchor(self, batch: Batch, memory: Tensor) -> dict[str, Tensor]:
        rows = torch.from_numpy(np.unique(np.concatenate([batch.replay, batch.weak.rows.ravel()]))).to(self._device)
        if len(rows) < 2:
            return {}
        child, parent = memory[rows], self.teacher[rows]
        temperature = self._recipe.temperature
        return {
            "anchor": losses.anchor_cosine(child, parent),
            "geometry": losses.anchor_geometry(child, parent, temperature=temperature),
        }

    def _accepted_level(self) -> Tensor:
        """The cosine that three in four accepted pairs exceed under the parent: rejected pairs belong below it."""
        source, target = torch.from_numpy(self._material.attract.rows).to(self._device).T
        if not len(source):
            return torch.tensor(0.5, device=self._device)
        return torch.quantile((self.teacher[source] * self.teacher[target]).sum(1), 0.25)

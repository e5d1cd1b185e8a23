"""The sum that a round minimises: constraints against the whole vocabulary, and a pull towards the parent."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.ml import losses, mixup
from training.ml.fitting.head import Head
from training.ml.fitting.material import Material, Tuples
from training.ml.fitting.runner import Runner
from training.ml.fitting.schedule import Batch
from training.ml.records import Recipe
from training.ml.space import Space

REPEL_MARGIN, HARD_MARGIN, ORDER_MARGIN = 0.1, 0.2, 0.05  # cosine units of the centred space
OTHER_CONCEPT = 0.25  # share of the batches that mix a term with another concept's, under soft targets
BLOCK = 2048  # texts compared with all others at a time
NEAR_DUPLICATE = 0.95  # terms this close under the parent are variants of each other, hence no negatives


class Objective:
    """Named losses of a batch.

    `bank` holds the last known vector of every text. Where the maps alone train, none of them is stale: the head places
    all of the bank anew for each batch, and each pair is contrasted with all texts of the other language, not only with
    those that happen to share its batch.
    """

    def __init__(self, material: Material, runner: Runner, parent: Tensor, space: Space, recipe: Recipe) -> None:
        self._material, self._runner, self._recipe = material, runner, recipe
        self._device = runner.device
        self._language = torch.from_numpy(material.language).to(self._device)
        self.head = Head(space, material.languages, trained=recipe.maps).to(self._device)
        self.bank = parent.to(self._device).clone()
        self._start = Head(space, material.languages, trained=False).to(self._device)
        self.teacher = self._start(self.bank, self._language)
        self._closed = torch.zeros(len(parent), dtype=torch.bool, device=self._device)
        self._closed[torch.from_numpy(material.attract_validation.rows[:, 1])] = True
        self._of_language = [(self._language == number).nonzero()[:, 0] for number in range(len(material.languages))]
        self._place = torch.empty_like(self._language)  # (n,) of each text among those of its language
        for rows in self._of_language:
            self._place[rows] = torch.arange(len(rows), device=self._device)
        self._alike = self._no_negatives()
        self._ceiling = self._accepted_level()
        self._at_hand: Tensor | None = None  # (n,) bool: texts of the batch, where they alone are negatives

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """The losses of the batch, its texts run anew by the encoder."""
        rows = _rows(batch)
        live = self._runner(rows)
        rows = rows.to(self._device)
        vectors = self.bank.index_put((rows,), live)
        self.bank[rows] = live.detach()
        return self._losses(batch, rows, vectors, live)

    def of_head(self, batch: Batch) -> dict[str, Tensor]:
        """The losses of the batch with the encoder's vectors as they are: what the maps alone can do."""
        return self._losses(batch, _rows(batch).to(self._device), self.bank, None)

    def _losses(self, batch: Batch, rows: Tensor, vectors: Tensor, live: Tensor | None) -> dict[str, Tensor]:
        if self._recipe.negatives == "batch":
            self._at_hand = torch.zeros_like(self._closed).index_fill(0, rows, True)
        memory = self.head(vectors, self._language)
        found = {
            "attract": self._attract(batch.attract, memory),
            "weak": self._attract(batch.weak, memory),
            "repel": self._repel(batch.repel, memory),
            "order": self._order(batch, memory),
            "mixup": None if live is None else self._mixup(batch, memory),
            **({} if live is None else self._anchor(batch, rows, live)),
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
        """Each query against all texts of the wanted one's language; targets (b, n) where not `wanted` alone."""
        parts, shares = [], []
        for number, columns in enumerate(self._of_language):
            chosen = (self._language[wanted] == number).nonzero()[:, 0]
            if not len(chosen):
                continue
            right = wanted[chosen]
            hot = F.one_hot(self._place[right], len(columns)) if targets is None else targets[chosen][:, columns]
            part = losses.soft_cross_entropy(
                queries[chosen] @ memory[columns].T,
                hot.to(queries.dtype),
                self._excluded(right, columns),
                temperature=self._recipe.temperature,
                weights=weights[chosen],
            )
            share = weights[chosen].sum()
            parts.append(part * share)
            shares.append(share)
        return torch.stack(parts).sum() / torch.stack(shares).sum().clamp_min(1e-12)

    def _excluded(self, wanted: Tensor, columns: Tensor) -> Tensor:
        out = self._closed[columns]
        if self._at_hand is not None:
            out = out | ~self._at_hand[columns]
        excluded = out.repeat(len(wanted), 1)
        for place, row in enumerate(wanted.tolist()):
            excluded[place, self._alike[row]] = True
        return excluded

    def _no_negatives(self) -> list[list[int]]:
        """For each text, those of its language that are its variants or mean the same, as places in that language."""
        alike: list[list[int]] = [[] for _ in self._material.texts]
        for rows in self._of_language:
            for block in rows.split(BLOCK):
                close = (self.teacher[block] @ self.teacher[rows].T > NEAR_DUPLICATE).nonzero().tolist()
                for one, place in close:
                    alike[int(block[one])].append(place)
        number, place = self._language.tolist(), self._place.tolist()
        for row, group in self._material.friends.items():
            alike[row] += [place[friend] for friend in group if number[friend] == number[row]]
        return alike

    def _repel(self, triples: Tuples, memory: Tensor) -> Tensor | None:
        """A rejected pair belongs below the right one, and below where the parent had it.

        Below the right one alone is no force on a sibling that was below already, while all that the two terms share
        draws it closer.
        """
        if not len(triples):
            return None
        source, wrong, right = torch.from_numpy(triples.rows).to(self._device).T
        to_right = (memory[source] * memory[right.clamp_min(0)]).sum(1)
        reference = torch.where(right >= 0, to_right, self._ceiling.expand_as(to_right))
        before = (self.teacher[source] * self.teacher[wrong]).sum(1)
        reference = torch.minimum(reference, before)
        margin = torch.where(torch.from_numpy(triples.hard).to(self._device), HARD_MARGIN, REPEL_MARGIN)
        weights = torch.from_numpy(triples.weights).to(self._device)
        hinge = losses.repel((memory[source] * memory[wrong]).sum(1), reference, margin=margin, weights=weights)
        return hinge / self._recipe.temperature  # as steep as the contrast that pulls the other way

    def _order(self, batch: Batch, memory: Tensor) -> Tensor | None:
        if not len(batch.order):
            return None
        source, related, equal = torch.from_numpy(batch.order.rows).to(self._device).T
        to_equal = (memory[source] * memory[equal.clamp_min(0)]).sum(1)
        to_equal = torch.where(equal >= 0, to_equal, self._ceiling.expand_as(to_equal))
        alike = self._language[None, :] == self._language[related][:, None]
        to_unrelated = ((memory[source] @ memory.detach().T) * alike).sum(1) / alike.sum(1)
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
        both = [self.head(mixed, self._language[rows]) for rows in (source, partner)]
        queries = F.normalize(torch.lerp(both[1], both[0], lam[:, None]), dim=1)
        targets = mixup.soft_targets(target, partner, lam, len(memory))
        weights = torch.from_numpy(batch.attract.weights).to(self._device)
        return self._contrast(queries, target, memory, weights, targets)

    def _anchor(self, batch: Batch, rows: Tensor, live: Tensor) -> dict[str, Tensor]:
        """Of the encoder, under the maps that it started with: what the maps learn is held by their own decay."""
        kept = torch.from_numpy(np.unique(batch.replay)).to(self._device)
        if len(kept) < 2:
            return {}
        child = self._start(live[torch.searchsorted(rows, kept)], self._language[kept])
        parent = self.teacher[kept]
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


def _rows(batch: Batch) -> Tensor:
    """Every text of the batch once, ascending."""
    parts = (batch.attract.rows, batch.repel.rows, batch.order.rows, batch.weak.rows, batch.replay)
    rows = torch.from_numpy(np.unique(np.concatenate([part.ravel() for part in parts])))
    return rows[rows >= 0]

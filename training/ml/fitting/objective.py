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


class AtHand:
    """The texts that a batch is contrasted with, placed in the shared space; by row, those of the batch."""

    def __init__(self, rows: Tensor, vectors: Tensor, language: Tensor, batch: Tensor) -> None:
        """rows (m,) ascending, vectors (m, d), language (m,); batch: those of the rows that are looked up."""
        self.rows, self.vectors, self.language = rows, vectors, language
        self._batch = batch
        self._looked_up = vectors if len(batch) == len(rows) else vectors[torch.searchsorted(rows, batch)]
        self._languages: dict[int, tuple[Tensor, Tensor]] = {}

    def __getitem__(self, rows: Tensor) -> Tensor:
        return self._looked_up[torch.searchsorted(self._batch, rows.contiguous())]

    def of(self, language: int) -> tuple[Tensor, Tensor]:
        """Rows and vectors of one language, cut out once a batch."""
        if language not in self._languages:
            columns = (self.language == language).nonzero()[:, 0]
            self._languages[language] = self.rows[columns], self.vectors[columns]
        return self._languages[language]


class Objective:
    """Named losses of a batch: of the encoder, contrasted with the texts of the batch, or of the maps alone.

    Maps are contrasted with all texts, not only with those that happen to share a batch: no vector is stale under them.
    """

    def __init__(self, material: Material, runner: Runner, parent: Tensor, space: Space, recipe: Recipe) -> None:
        self._material, self._runner, self._recipe = material, runner, recipe
        self._device = runner.device
        self._language = torch.from_numpy(material.language).to(self._device)
        self.head = Head(space, material.languages, trained=recipe.maps).to(self._device)
        self._parent = parent.to(self._device)
        self._start = Head(space, material.languages, trained=False).to(self._device)
        self.teacher = self._start(self._parent, self._language)
        self._closed = torch.zeros(len(parent), dtype=torch.bool, device=self._device)
        self._closed[torch.from_numpy(material.attract_validation.rows[:, 1])] = True
        self._alike = self._no_negatives()
        self._ceiling = self._accepted_level()

    def __call__(self, batch: Batch) -> dict[str, Tensor]:
        """The losses of the batch, its texts run anew by the encoder."""
        rows = _rows(batch)
        live = self._runner(rows)
        rows = rows.to(self._device)
        at_hand = self._placed(rows, live, rows)
        return self._losses(batch, at_hand) | self._mixup(batch, at_hand) | self._anchor(batch, at_hand.rows, live)

    def of_head(self, batch: Batch) -> dict[str, Tensor]:
        """The losses of the batch with the encoder's vectors as they are: what the maps alone can do."""
        own = _rows(batch).to(self._device)
        whole = self._recipe.negatives == "vocabulary"
        rows = torch.arange(len(self._parent), device=self._device) if whole else own
        return self._losses(batch, self._placed(rows, self._parent[rows], own))

    def _placed(self, rows: Tensor, vectors: Tensor, batch: Tensor) -> AtHand:
        language = self._language[rows]
        return AtHand(rows, self.head(vectors, language), language, batch)

    def _losses(self, batch: Batch, at_hand: AtHand) -> dict[str, Tensor]:
        found = {
            "attract": self._attract(batch.attract, at_hand),
            "weak": self._attract(batch.weak, at_hand),
            "repel": self._repel(batch.repel, at_hand),
            "order": self._order(batch, at_hand),
        }
        return {name: value for name, value in found.items() if value is not None}

    def total(self, values: dict[str, Tensor]) -> Tensor:
        """The weighted sum that is minimised, a scalar."""
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

    def _attract(self, pairs: Tuples, at_hand: AtHand) -> Tensor | None:
        if not len(pairs):
            return None
        source, target = torch.from_numpy(pairs.rows).to(self._device).T
        weights = torch.from_numpy(pairs.weights).to(self._device)
        forward = self._contrast(at_hand[source], target, at_hand, weights)
        return (forward + self._contrast(at_hand[target], source, at_hand, weights)) / 2

    def _contrast(
        self, queries: Tensor, wanted: Tensor, at_hand: AtHand, weights: Tensor, targets: Tensor | None = None
    ) -> Tensor:
        """Each query against the texts of the wanted one's language; targets (b, n) where not `wanted` alone."""
        parts, shares = [], []
        for number in range(len(self._material.languages)):
            chosen = (self._language[wanted] == number).nonzero()[:, 0]
            if not len(chosen):
                continue
            rows, vectors = at_hand.of(number)
            right = wanted[chosen]
            hot = right[:, None] == rows if targets is None else targets[chosen][:, rows]
            part = losses.soft_info_nce(
                queries[chosen] @ vectors.T,
                hot.to(queries.dtype),
                self._excluded(right, rows),
                temperature=self._recipe.temperature,
                weights=weights[chosen],
            )
            share = weights[chosen].sum()
            parts.append(part * share)
            shares.append(share)
        return torch.stack(parts).sum() / torch.stack(shares).sum().clamp_min(1e-12)

    def _excluded(self, wanted: Tensor, rows: Tensor) -> Tensor:
        """(b, n) which of `rows` are no negatives of each wanted text."""
        excluded = self._closed[rows].repeat(len(wanted), 1)
        alike = [(place, row) for place, text in enumerate(wanted.tolist()) for row in self._alike[text]]
        places, others = torch.tensor(alike, device=self._device).T.contiguous()
        columns = torch.searchsorted(rows, others).clamp_max(len(rows) - 1)
        there = rows[columns] == others
        excluded[places[there], columns[there]] = True
        return excluded

    def _no_negatives(self) -> list[list[int]]:
        """For each text, those that are its variants in its language or mean the same."""
        alike: list[list[int]] = [[] for _ in self._material.texts]
        for number in range(len(self._material.languages)):
            rows = (self._language == number).nonzero()[:, 0]
            for block in rows.split(BLOCK):
                close = (self.teacher[block] @ self.teacher[rows].T > NEAR_DUPLICATE).nonzero()
                for one, other in torch.stack([block[close[:, 0]], rows[close[:, 1]]], dim=1).tolist():
                    alike[one].append(other)
        for row, group in self._material.friends.items():
            alike[row] += group
        return alike

    def _repel(self, triples: Tuples, at_hand: AtHand) -> Tensor | None:
        """A rejected pair belongs below the right one, and below where the parent had it.

        Below the right one alone is no force on a sibling that was below already, while all that the two terms share
        draws it closer.
        """
        if not len(triples):
            return None
        source, wrong, right = torch.from_numpy(triples.rows).to(self._device).T
        to_right = (at_hand[source] * at_hand[right.clamp_min(0)]).sum(1)
        reference = torch.where(right >= 0, to_right, self._ceiling.expand_as(to_right))
        before = (self.teacher[source] * self.teacher[wrong]).sum(1)
        reference = torch.minimum(reference, before)
        margin = torch.where(torch.from_numpy(triples.hard).to(self._device), HARD_MARGIN, REPEL_MARGIN)
        weights = torch.from_numpy(triples.weights).to(self._device)
        hinge = losses.repel((at_hand[source] * at_hand[wrong]).sum(1), reference, margin=margin, weights=weights)
        return hinge / self._recipe.temperature  # as steep as the contrast that pulls the other way

    def _order(self, batch: Batch, at_hand: AtHand) -> Tensor | None:
        if not len(batch.order):
            return None
        source, related, equal = torch.from_numpy(batch.order.rows).to(self._device).T
        to_equal = (at_hand[source] * at_hand[equal.clamp_min(0)]).sum(1)
        to_equal = torch.where(equal >= 0, to_equal, self._ceiling.expand_as(to_equal))
        alike = at_hand.language == self._language[related][:, None]
        to_unrelated = ((at_hand[source] @ at_hand.vectors.detach().T) * alike).sum(1) / alike.sum(1)
        to_related = (at_hand[source] * at_hand[related]).sum(1)
        weights = torch.from_numpy(batch.order.weights).to(self._device)
        return losses.order(to_related, to_equal, to_unrelated, margin=ORDER_MARGIN, weights=weights)

    def _mixup(self, batch: Batch, at_hand: AtHand) -> dict[str, Tensor]:
        """A term mixed with its accepted translation still means it; mixed with another concept's, it means both."""
        if len(batch.attract) < 2 or not self._recipe.mixup_weight or batch.number % self._recipe.mixup_every:
            return {}
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
        targets = mixup.soft_targets(target, partner, lam, len(self._parent))
        weights = torch.from_numpy(batch.attract.weights).to(self._device)
        return {"mixup": self._contrast(queries, target, at_hand, weights, targets)}

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

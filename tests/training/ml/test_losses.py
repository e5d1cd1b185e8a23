"""Losses on matrices small enough to work out by hand."""

import math

import pytest
import torch

from training.ml import losses

EAST, NORTH = [1.0, 0.0], [0.0, 1.0]
NORTH_EAST = [math.sqrt(0.5), math.sqrt(0.5)]


def softplus(x: float) -> float:
    return math.log1p(math.exp(x))


def test_info_nce_of_two_orthogonal_pairs() -> None:
    pairs = torch.tensor([EAST, NORTH])
    found = losses.bidirectional_info_nce(pairs, pairs, torch.eye(2, dtype=torch.bool), temperature=0.5)
    assert found.item() == pytest.approx(softplus(-2))  # cosines 1 and 0, over 0.5


def test_info_nce_looks_in_both_directions() -> None:
    sources, targets = torch.tensor([EAST, EAST]), torch.tensor([EAST, NORTH])
    found = losses.bidirectional_info_nce(sources, targets, torch.eye(2, dtype=torch.bool), temperature=1.0)
    forward = (softplus(-1) + softplus(1)) / 2
    backward = math.log(2)  # neither target tells the sources apart
    assert found.item() == pytest.approx((forward + backward) / 2)


def test_the_same_concept_is_no_negative() -> None:
    pairs = torch.tensor([EAST, NORTH_EAST])
    found = losses.bidirectional_info_nce(pairs, pairs, torch.ones(2, 2, dtype=torch.bool), temperature=0.1)
    assert found.item() == 0


def test_a_weight_of_nought_silences_a_pair() -> None:
    similarities, targets = torch.tensor([[1.0, 0.0], [1.0, 0.0]]), torch.eye(2)
    weights = torch.tensor([1.0, 0.0])
    found = losses.soft_info_nce(similarities, targets, temperature=1.0, weights=weights)
    assert found.item() == pytest.approx(softplus(-1))


def test_soft_targets_share_the_loss() -> None:
    similarities, targets = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.75, 0.25]])
    found = losses.soft_info_nce(similarities, targets, temperature=1.0)
    entropy = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
    assert found.item() == pytest.approx(0.75 * softplus(-1) + 0.25 * softplus(1) - entropy, abs=1e-6)


def test_soft_targets_that_are_met_cost_nothing() -> None:
    similarities = 0.05 * torch.tensor([[0.75, 0.25]]).log()
    found = losses.soft_info_nce(similarities, torch.tensor([[0.75, 0.25]]), temperature=0.05)
    assert found.item() == pytest.approx(0, abs=1e-6)


def test_repel_ends_where_the_margin_is_kept() -> None:
    found = losses.repel(torch.tensor([0.5, 0.75, 0.25]), torch.tensor([0.75, 0.75, 0.75]), margin=0.25)
    assert found.item() == pytest.approx((0 + 0.25 + 0) / 3)


def test_order_puts_related_between_equal_and_unrelated() -> None:
    def loss(related: float) -> float:
        one = [torch.tensor([value]) for value in (related, 1.0, 0.0)]
        return losses.order(*one, margin=0.25).item()

    assert loss(0.5) == 0
    assert loss(1.0) == pytest.approx(0.25)
    assert loss(-0.5) == pytest.approx(0.75)


def test_anchors_are_nought_at_the_parent_and_above_elsewhere() -> None:
    parent = torch.tensor([EAST, NORTH, NORTH_EAST])
    turned = torch.tensor([NORTH, EAST, NORTH_EAST])
    assert losses.anchor_cosine(parent, parent).item() == pytest.approx(0, abs=1e-6)
    assert losses.anchor_cosine(turned, parent).item() == pytest.approx(2 / 3)
    assert losses.anchor_geometry(parent, parent, temperature=0.5).item() == pytest.approx(0, abs=1e-6)
    assert losses.anchor_geometry(parent[[0, 2, 1]], parent, temperature=0.5).item() > 0.01


def test_the_geometry_ignores_a_common_turn() -> None:
    parent = torch.tensor([EAST, NORTH, NORTH_EAST])
    quarter = torch.tensor([[0.0, 1.0], [-1.0, 0.0]])
    assert losses.anchor_geometry(parent @ quarter, parent, temperature=0.5).item() == pytest.approx(0, abs=1e-6)

import torch
from hypothesis import given
from hypothesis import strategies as st

from training.ml import mixup

FIRST, SECOND = torch.arange(6.0).reshape(1, 3, 2) + 1, -torch.ones(1, 4, 2)
FIRST_MASK, SECOND_MASK = torch.tensor([[1, 1, 0]]), torch.tensor([[1, 1, 1, 0]])
FIRST = FIRST * FIRST_MASK.unsqueeze(-1)
SECOND = SECOND * SECOND_MASK.unsqueeze(-1)


def test_one_is_no_mixup() -> None:
    hidden, mask = mixup.blend(FIRST, FIRST_MASK, SECOND, SECOND_MASK, torch.ones(1))
    assert torch.equal(hidden[:, :3], FIRST)
    assert mask.tolist() == [[1, 1, 0, 0]]
    assert not hidden[:, 3:].any()


def test_tokens_are_blended_and_a_lone_token_stands_alone() -> None:
    hidden, mask = mixup.blend(FIRST, FIRST_MASK, SECOND, SECOND_MASK, torch.tensor([0.75]))
    assert torch.allclose(hidden[0, 0], 0.75 * FIRST[0, 0] + 0.25 * SECOND[0, 0])
    assert torch.equal(hidden[0, 2], SECOND[0, 2])
    assert mask.tolist() == [[1, 1, 1, 0]]


def test_targets_are_blended_alike() -> None:
    targets = mixup.soft_targets(torch.tensor([0, 1]), torch.tensor([2, 1]), torch.tensor([0.75, 0.75]), 3)
    assert targets.tolist() == [[0.75, 0.0, 0.25], [0.0, 1.0, 0.0]]


@given(seed=st.integers(0, 2**31), alpha=st.floats(0.1, 5), count=st.integers(1, 50))
def test_the_first_text_always_dominates(seed: int, alpha: float, count: int) -> None:
    lam = mixup.draw(count, alpha, torch.Generator().manual_seed(seed))
    assert lam.shape == (count,)
    assert ((lam >= 0.5) & (lam <= 1)).all()


def test_weights_follow_the_folded_beta() -> None:
    lam = mixup.draw(20_000, 1.0, torch.Generator().manual_seed(0))  # Beta(1, 1) is uniform: folded, its mean is .75
    assert abs(lam.mean().item() - 0.75) < 0.005

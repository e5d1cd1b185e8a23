"""Mixup across languages: hidden states of two texts blended at the frozen boundary, with targets blended alike."""

import torch
from torch import Tensor


def draw(count: int, alpha: float, generator: torch.Generator) -> Tensor:
    """(count,) float32 weights λ ~ Beta(alpha, alpha), folded to 0.5..1 so that the first text always dominates."""
    # Johnk: for u, v uniform, x = u^(1/a), y = v^(1/a): x / (x + y) given x + y <= 1 is Beta(a, a)
    found: list[Tensor] = []
    while sum(map(len, found)) < count:
        x, y = torch.rand(2, 4 * count + 8, generator=generator, dtype=torch.float64) ** (1 / alpha)
        total = x + y
        kept = (total <= 1) & (total > 0)
        found.append(x[kept] / total[kept])
    beta = torch.cat(found)[:count]
    return torch.maximum(beta, 1 - beta).float()


def blend(first: Tensor, first_mask: Tensor, second: Tensor, second_mask: Tensor, lam: Tensor) -> tuple[Tensor, Tensor]:
    """Hidden states λ·first + (1 − λ)·second, position by position (Verma et al. 2019, manifold mixup).

    first (b, s, d), second (b, t, d) hidden states; masks (b, s), (b, t) int64; lam (b,) in 0..1.
    Where only one text has a token, that token stands alone. λ = 1 gives back the first text and its mask.
    """
    length = max(first.shape[1], second.shape[1])
    share_first = lam[:, None] * _pad(first_mask, length)
    share_second = (1 - lam)[:, None] * _pad(second_mask, length)
    total = share_first + share_second
    part = (share_first / total.clamp_min(1e-12)).unsqueeze(-1)
    mixed = part * _pad(first, length) + (total > 0).unsqueeze(-1) * (1 - part) * _pad(second, length)
    return mixed.to(first.dtype), (total > 0).to(first_mask.dtype)


def soft_targets(first: Tensor, second: Tensor, lam: Tensor, columns: int) -> Tensor:
    """(b, columns) rows that sum to one: λ at column first[i], 1 − λ at column second[i]."""
    targets = torch.zeros(len(first), columns, dtype=lam.dtype, device=lam.device)
    targets.scatter_add_(1, first[:, None], lam[:, None])
    return targets.scatter_add_(1, second[:, None], (1 - lam)[:, None])


def _pad(values: Tensor, length: int) -> Tensor:
    missing = length - values.shape[1]
    return values if not missing else torch.cat([values, values.new_zeros(len(values), missing, *values.shape[2:])], 1)

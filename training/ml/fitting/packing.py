"""Several short texts in one row, apart under the attention mask: no row of a batch is mostly padding."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

WIDTH = 64  # tokens a row, about four terms; a longer text makes its batch's rows longer


@dataclass(frozen=True)
class Packing:
    """Where the tokens of b texts lie in a grid of rows (Krell et al. 2021, sequence packing)."""

    places: Tensor  # (tokens,) int64 slot in the flattened grid, one text after another
    text: Tensor  # (tokens,) int64 which text each belongs to
    rows: int
    width: int

    def spread(self, tokens: Tensor) -> Tensor:
        """(tokens, d) hidden states → (rows, width, d), zeros where nothing lies."""
        grid = tokens.new_zeros(self.rows * self.width, tokens.shape[1])
        return grid.index_copy(0, self.places.to(tokens.device), tokens).view(self.rows, self.width, -1)

    def mask(self, like: Tensor) -> Tensor:
        """(rows, 1, width, width) to be added to attention scores: each token sees its own text alone."""
        owner = torch.full((self.rows * self.width,), -1)
        owner[self.places] = self.text
        owner = owner.view(self.rows, 1, self.width)
        apart = owner.unsqueeze(-1) != owner.unsqueeze(-2)
        return torch.zeros(apart.shape).masked_fill(apart, torch.finfo(like.dtype).min).to(like)

    def pooled(self, hidden: Tensor) -> Tensor:
        """(rows, width, d) → (b, d) float32 unit rows: each text's mean over its tokens, normalised."""
        tokens = hidden.flatten(0, 1)[self.places.to(hidden.device)].to(torch.float32)
        text = self.text.to(hidden.device)
        sums = tokens.new_zeros(int(self.text[-1]) + 1, tokens.shape[1]).index_add(0, text, tokens)
        return F.normalize(sums, dim=1)


def pack(lengths: Sequence[int], width: int = WIDTH) -> Packing:
    """First fit, the longest first; `lengths` of at least one text."""
    width = max(width, *lengths)
    free: list[int] = []
    starts = [0] * len(lengths)
    for text in sorted(range(len(lengths)), key=lambda text: -lengths[text]):
        row = next((row for row, room in enumerate(free) if room >= lengths[text]), len(free))
        if row == len(free):
            free.append(width)
        starts[text] = row * width + width - free[row]
        free[row] -= lengths[text]
    counts = torch.tensor(lengths)
    owner = torch.repeat_interleave(torch.arange(len(lengths)), counts)
    within = torch.arange(len(owner)) - (torch.cumsum(counts, 0) - counts)[owner]
    return Packing(torch.tensor(starts)[owner] + within, owner, len(free), width)

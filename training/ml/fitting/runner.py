"""An encoder in training over a fixed set of texts: the frozen prefix cached, the rest run with gradients on demand."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from training.ml.embed import bfloat16_is_native, device, pool
from training.ml.fitting import ranks
from training.ml.fitting.packing import pack
from training.ml.fitting.prefix import HiddenCache, Progress, run_prefix, split
from training.ml.freezing import Frozen, layer_stack
from training.ml.mixup import blend
from training.ml.records import Recipe

PROBED, ALIKE = 4, 0.999  # texts, and the cosine of each in a shared row to itself alone
TOKEN_BUDGET = 4096  # tokens that run at once, were each text padded to the longest of its chunk


def pick_autocast(wanted: str, used: torch.device) -> Callable[[], AbstractContextManager[object]]:
    """bfloat16 autocast under `bfloat16`, and under `auto` where the device multiplies bfloat16 natively."""
    if wanted == "float32" or (wanted == "auto" and not bfloat16_is_native(used)):
        return nullcontext
    return lambda: torch.autocast(used.type, dtype=torch.bfloat16)


def pick_attention(used: torch.device) -> str:
    """Plain matrix products on a CPU: its fused kernel goes back several times slower."""
    return "eager" if used.type == "cpu" else "sdpa"


class Runner:
    """Texts by row → (b, d) float32 unit vectors of the encoder as it stands."""

    def __init__(self, model: PreTrainedModel, recipe: Recipe, boundary: int, cache: HiddenCache) -> None:
        self.device = device(recipe.device)
        self.autocast = pick_autocast(recipe.precision, self.device)
        self.cache = cache
        self.suffix = split(model, boundary)[1]
        self.packs = layer_stack(model) is not None and self._bears_packing()
        if recipe.compile:
            self.suffix.compile(dynamic=True)

    def __call__(self, rows: Tensor) -> Tensor:
        """rows (b,) int64 on the CPU; gradients flow unless the caller has switched them off."""
        return ranks.shared_out(rows, self._run)

    def mixed(self, first: Tensor, second: Tensor, lam: Tensor) -> Tensor:
        """Vectors of `first` blended with `second` at the boundary by lam (b,); λ = 1 is `first` alone."""
        chosen = torch.arange(len(first))
        return ranks.shared_out(chosen, lambda mine: self._run_mixed(first[mine], second[mine], lam[mine]))

    def _run(self, rows: Tensor) -> Tensor:
        places = list(self.cache.chunks(rows, TOKEN_BUDGET))
        # around all chunks: autocast keeps the weights that it has cast until it ends
        with self.autocast():
            parts = [self._pooled(*self.cache.batch(rows[place], self.device)) for place in places]
        return torch.cat(parts)[torch.argsort(torch.cat(places)).to(self.device)]

    def _run_mixed(self, first: Tensor, second: Tensor, lam: Tensor) -> Tensor:
        places = list(self.cache.chunks(first, TOKEN_BUDGET))
        parts = []
        with self.autocast():
            for place in places:
                ours, theirs = (self.cache.batch(rows[place], self.device) for rows in (first, second))
                parts.append(self._pooled(*blend(*ours, *theirs, lam[place].to(self.device))))
        return torch.cat(parts)[torch.argsort(torch.cat(places)).to(self.device)]

    def all(self, rows: Tensor | None = None, progress: Progress | None = None) -> Tensor:
        """(n, d) float32 on the CPU, without gradients: of all texts, or of `rows`."""
        wanted = torch.arange(len(self.cache.lengths)) if rows is None else rows
        ordered = torch.argsort(self.cache.lengths[wanted], stable=True)  # else every block has long and short texts
        vectors: list[Tensor] = []
        with torch.no_grad():
            for start in range(0, len(wanted), 512):
                vectors.append(self(wanted[ordered[start : start + 512]]).cpu())
                if progress:
                    progress(min(start + 512, len(wanted)), len(wanted))
        return torch.cat(vectors)[torch.argsort(ordered)]

    def _bears_packing(self) -> bool:
        """Whether texts that share a row come out as each alone: not every encoder adds a mask to its scores, and one
        may count positions along the row."""
        hidden, mask = self.cache.batch(torch.arange(min(PROBED, len(self.cache.lengths))), self.device)
        with torch.no_grad():
            alone, together = self._alone(hidden.float(), mask), self._packed(hidden.float(), mask)
        return bool((alone * together).sum(dim=1).min() > ALIKE)

    def _pooled(self, hidden: Tensor, mask: Tensor) -> Tensor:
        return self._packed(hidden, mask) if self.packs else self._alone(hidden, mask)

    def _alone(self, hidden: Tensor, mask: Tensor) -> Tensor:
        return pool(self.suffix(inputs_embeds=hidden, attention_mask=mask).last_hidden_state, mask)

    def _packed(self, hidden: Tensor, mask: Tensor) -> Tensor:
        packing = pack(mask.sum(dim=1).tolist())
        grid = packing.spread(hidden[mask.bool()])
        return packing.pooled(self.suffix(inputs_embeds=grid, attention_mask=packing.mask(grid)).last_hidden_state)


def tokenise(tokenizer: PreTrainedTokenizerBase, prefix: str, max_length: int, texts: Sequence[str]) -> list[list[int]]:
    """Token ids of each text, with the encoder's prefix, cut at max_length tokens, not padded."""
    ids = tokenizer([prefix + text for text in texts], truncation=True, max_length=max_length)["input_ids"]
    return [list(row) for row in ids]


def cache_prefix(
    model: PreTrainedModel, frozen: Frozen | None, recipe: Recipe, tokens: Sequence[Sequence[int]], progress: Progress
) -> HiddenCache:
    """The output of everything below the plan's boundary; of the embeddings alone where there is no plan yet."""
    chosen = device(recipe.device)
    autocast = pick_autocast(recipe.precision, chosen)
    dtype = torch.float32 if autocast is nullcontext else torch.bfloat16
    prefix = split(model, frozen.boundary if frozen else 0)[0]
    return run_prefix(prefix, tokens, device=chosen, autocast=autocast, dtype=dtype, progress=progress)

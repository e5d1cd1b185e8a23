"""The frozen prefix of an encoder is run once a text; what trains starts from its cached output."""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from training.ml.freezing import layer_stack

Progress = Callable[[int, int], None]
Batch = tuple[Tensor, Tensor]  # hidden states (b, t, d) padded with zeros, mask (b, t) int64


class _HiddenStates(nn.Module):
    """Stands where the embeddings were, and hands on hidden states that are already there."""

    def forward(self, *args: Any, inputs_embeds: Tensor | None = None, **_: Any) -> Tensor:
        hidden = inputs_embeds if inputs_embeds is not None else args[1]  # DistilBERT passes (ids, embeds, positions)
        if not isinstance(hidden, Tensor):
            raise TypeError("The suffix of an encoder wants hidden states, not token ids.")
        return hidden


def split(model: PreTrainedModel, boundary: int) -> tuple[nn.Module, nn.Module]:
    """(prefix, suffix), both sharing the model's parameters: embeddings and layers below `boundary`, then the rest.

    The prefix takes input_ids, the suffix inputs_embeds; both take attention_mask and give last_hidden_state.
    Without a known layer stack the prefix is the word embeddings alone, and the suffix the entire model.
    """
    stack = layer_stack(model)
    if stack is None:
        return _Words(model.get_input_embeddings()), model
    return _with_layers(model, stack, stack[:boundary]), _with_layers(model, stack, stack[boundary:], hidden=True)


class _Words(nn.Module):
    def __init__(self, embeddings: nn.Module) -> None:
        super().__init__()
        self.embeddings = embeddings

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Any:
        return _Output(self.embeddings(input_ids))


class _Output:
    def __init__(self, hidden: Tensor) -> None:
        self.last_hidden_state = hidden


def _with_layers(
    model: PreTrainedModel, stack: nn.ModuleList, layers: nn.ModuleList, hidden: bool = False
) -> nn.Module:
    view: nn.Module = _shallow(model)
    for name, child in model.named_children():
        for inner, module in child.named_children():
            if module is stack:
                view._modules[name] = _shallow(child)
                view._modules[name]._modules[inner] = layers  # type: ignore[union-attr]
    if hidden:
        view._modules["embeddings"] = _HiddenStates()
        view._modules.pop("embeddings_project", None)  # ELECTRA's, which the prefix has run
    if "pooler" in view._modules:
        view._modules["pooler"] = None
    return view


def _shallow(module: nn.Module) -> Any:
    twin = copy.copy(module)
    twin.__dict__["_modules"] = dict(module._modules)
    return twin


class HiddenCache:
    """The prefix's output for n texts, packed without padding: (tokens, d), one row a token."""

    def __init__(self, hidden: Tensor, lengths: Sequence[int]) -> None:
        self.hidden = hidden
        self.lengths = torch.tensor(lengths, dtype=torch.int64)
        self._starts = torch.cumsum(self.lengths, 0) - self.lengths

    def batch(self, rows: Tensor, device: torch.device) -> Batch:
        lengths = self.lengths[rows]
        steps = torch.arange(int(lengths.max()))
        mask = steps[None, :] < lengths[:, None]
        places = (self._starts[rows][:, None] + steps[None, :]).clamp_max(len(self.hidden) - 1)
        hidden = self.hidden[places] * mask.unsqueeze(-1).to(self.hidden.dtype)
        return hidden.to(device), mask.long().to(device)

    def chunks(self, rows: Tensor, token_budget: int) -> Iterator[Tensor]:
        """Positions into `rows`, by length, so that each chunk stays below the budget of padded tokens."""
        ordered = torch.argsort(self.lengths[rows], stable=True)
        lengths = self.lengths[rows][ordered].tolist()
        start = 0
        for end in range(1, len(ordered) + 1):
            if end == len(ordered) or lengths[end] * (end + 1 - start) > token_budget:
                yield ordered[start:end]
                start = end


def run_prefix(
    prefix: nn.Module,
    tokens: Sequence[Sequence[int]],
    *,
    device: torch.device,
    autocast: Callable[[], Any],
    dtype: torch.dtype,
    token_budget: int = 8192,
    progress: Progress | None = None,
) -> HiddenCache:
    """Run the frozen part once over n token-id lists; the cache holds its output as `dtype`."""
    lengths = [len(ids) for ids in tokens]
    empty = HiddenCache(torch.empty(0), lengths)
    parts: list[Tensor] = [torch.empty(0)] * len(tokens)
    done = 0
    with torch.no_grad(), autocast():
        for places in empty.chunks(torch.arange(len(tokens)), token_budget):
            chosen = places.tolist()
            width = max(lengths[place] for place in chosen)
            # Padding is masked out, so that its id does not matter; 0 exists in every vocabulary.
            ids = torch.tensor([[*tokens[place], *[0] * (width - lengths[place])] for place in chosen])
            mask = torch.arange(width)[None, :] < torch.tensor([lengths[place] for place in chosen])[:, None]
            hidden = prefix(input_ids=ids.to(device), attention_mask=mask.long().to(device)).last_hidden_state
            for place, row in zip(chosen, hidden.to(dtype).cpu(), strict=True):
                parts[place] = row[: lengths[place]].clone()
            done += len(chosen)
            if progress:
                progress(done, len(tokens))
    return HiddenCache(torch.cat(parts), lengths)

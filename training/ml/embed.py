"""Texts to unit vectors: de-duplicated, cached, in batches of like length."""

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.ml.backbone import LoadedEncoder
from training.ml.records import DEVICES, PRECISIONS, InvalidConfiguration
from training.ml.texts import normalise

Floats = NDArray[np.float32]
Progress = Callable[[int, int], None]
CLOSE_ENOUGH = 0.999  # cosine to float32 that bfloat16 must keep on every probed text


@dataclass(frozen=True)
class EmbedSettings:
    batch_tokens: int = 4096  # tokens a batch, padding included
    chunk_texts: int = 8192  # texts tokenised, embedded and cached at a time
    probe_texts: int = 32  # texts on which bfloat16 is compared with float32
    device: str = "auto"  # auto, cpu, cuda
    precision: str = "auto"  # auto, float32, bfloat16

    def __post_init__(self) -> None:
        if self.device not in DEVICES:
            raise InvalidConfiguration(f"device={self.device!r}: choose auto, cpu or cuda.")
        if self.precision not in PRECISIONS:
            raise InvalidConfiguration(f"precision={self.precision!r}: choose auto, float32 or bfloat16.")
        for name in ("batch_tokens", "chunk_texts", "probe_texts"):
            if getattr(self, name) < 1:
                raise InvalidConfiguration(f"{name}={getattr(self, name)} must be at least 1.")


class VectorCache(Protocol):
    """Where vectors are kept between calls, by encoder digest and normalised text."""

    def get_many(self, digest: str, texts: Sequence[str]) -> dict[str, Floats]: ...

    def put_many(self, digest: str, texts: Sequence[str], vectors: Floats) -> None: ...


def pool(hidden: Tensor, attention_mask: Tensor) -> Tensor:
    """(b, t, d) hidden states and a (b, t) mask to (b, d) float32 unit rows: the mean over tokens, normalised."""
    mask = attention_mask.unsqueeze(-1).to(torch.float32)
    mean = (hidden.to(torch.float32) * mask).sum(1) / mask.sum(1).clamp(min=1)
    return torch.nn.functional.normalize(mean, dim=-1)


def embed(
    encoder: LoadedEncoder,
    texts: Sequence[str],
    *,
    settings: EmbedSettings = EmbedSettings(),
    cache: VectorCache | None = None,
    progress: Progress | None = None,
) -> Floats:
    """Embeds n texts as (n, d) float32 unit rows, in the order given.

    Equal texts (after `normalise`) are embedded once. `progress` counts distinct texts. Beside the output, memory
    depends on the settings alone. Raises InvalidConfiguration for a device that isn't there.
    """
    slots: dict[str, int] = {}
    rows = np.fromiter((slots.setdefault(normalise(text), len(slots)) for text in texts), np.int64, len(texts))
    distinct = sorted(slots, key=len)
    vectors = np.empty((len(distinct), encoder.model.config.hidden_size), np.float32)
    runner = Runner(encoder, settings)
    for first in range(0, len(distinct), settings.chunk_texts):
        chunk = distinct[first : first + settings.chunk_texts]
        known = cache.get_many(encoder.digest, chunk) if cache else {}
        missing = [text for text in chunk if text not in known]
        done = first + len(chunk) - len(missing)
        fresh = np.empty((len(missing), vectors.shape[1]), np.float32)
        for places, block in runner.run(missing):
            fresh[places] = block
            done += len(places)
            if progress:
                progress(done, len(distinct))
        if cache and missing:
            cache.put_many(encoder.digest, missing, fresh)
        for text, vector in (*known.items(), *zip(missing, fresh, strict=True)):
            vectors[slots[text]] = vector
        if progress and not missing:
            progress(done, len(distinct))
    return vectors[rows] if len(distinct) < len(texts) else vectors


class Runner:
    """Runs the model over batches of like length, in the precision that the first texts were found to bear."""

    def __init__(self, encoder: LoadedEncoder, settings: EmbedSettings) -> None:
        self.encoder = encoder
        self.settings = settings
        self.device = device(settings.device)
        self.model = nn.Module.to(encoder.model, self.device)
        self.chosen: nn.Module | None = None  # the model in the precision that all texts are run in
        if settings.precision != "auto":
            self.chosen = in_bfloat16(self.model) if settings.precision == "bfloat16" else self.model

    def run(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Floats]]:
        """Yields (places in `texts`, their (b, d) unit rows), a batch at a time."""
        if not texts:
            return
        yield from self._batches(self._tokens(texts))

    def vectors(self, tokens: list[list[int]]) -> Floats:
        """(n, d) unit rows of token ids as the tokenizer gives them, special ones included."""
        found = np.empty((len(tokens), self.encoder.model.config.hidden_size), np.float32)
        for places, block in self._batches(tokens):
            found[places] = block
        return found

    def _batches(self, tokens: list[list[int]]) -> Iterator[tuple[list[int], Floats]]:
        order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
        model = self._choose([tokens[place] for place in order])
        for batch in _batches([len(tokens[place]) for place in order], self.settings.batch_tokens):
            places = order[batch]
            yield places, self._forward(model, [tokens[place] for place in places])

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        prefixed = [self.encoder.prefix + text for text in texts]
        ids: list[list[int]] = self.encoder.tokenizer(
            prefixed, truncation=True, max_length=self.encoder.max_length, return_attention_mask=False
        )["input_ids"]
        return ids

    def _choose(self, tokens: list[list[int]]) -> nn.Module:
        """The bfloat16 copy where that is native and keeps a spread of these texts close enough to float32."""
        if self.chosen is not None:
            return self.chosen
        if len(tokens) < 4 * self.settings.probe_texts:
            return self.model  # for these; the copy and the probe would cost more than they save
        self.chosen = self.model
        if bfloat16_is_native(self.device):
            probe = tokens[:: len(tokens) // self.settings.probe_texts][: self.settings.probe_texts]
            half = in_bfloat16(self.model)
            cosines = (self._forward(self.model, probe) * self._forward(half, probe)).sum(axis=1)
            if cosines.min() >= CLOSE_ENOUGH:
                self.chosen = half
        return self.chosen

    @torch.inference_mode()
    def _forward(self, model: nn.Module, tokens: list[list[int]]) -> Floats:
        width = max(map(len, tokens))
        padding = self.encoder.tokenizer.pad_token_id
        ids = torch.tensor([[*row, *[padding] * (width - len(row))] for row in tokens], device=self.device)
        lengths = torch.tensor([[len(row)] for row in tokens], device=self.device)
        mask = (torch.arange(width, device=self.device) < lengths).long()
        hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
        vectors: Floats = pool(hidden, mask).cpu().numpy()
        return vectors


def device(wanted: str) -> torch.device:
    """`auto` is CUDA where there is any, else the CPU. Raises InvalidConfiguration for a CUDA that isn't there."""
    if wanted == "cuda" and not torch.cuda.is_available():
        raise InvalidConfiguration("device='cuda', but torch sees no CUDA device: choose auto or cpu.")
    return torch.device("cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu")


def in_bfloat16(model: nn.Module) -> nn.Module:
    """A copy with every weight rounded once; autocast, which rounds them at each batch, takes half as long again.

    The copy is made anew for each run, so that a model in training never leaves an old copy behind.
    """
    rounded: dict[int, Any] = {
        id(weight): nn.Parameter(weight.detach().to(torch.bfloat16), requires_grad=False)
        for weight in model.parameters()
    }
    return copy.deepcopy(model, rounded)  # deepcopy takes what it is told was copied already


def bfloat16_is_native(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _batches(lengths: Sequence[int], budget: int) -> Iterator[slice]:
    """Cuts ascending lengths so that a batch, padded to its longest, stays within the budget or holds one text."""
    first = 0
    for place, length in enumerate(lengths):
        if place > first and length * (place - first + 1) > budget:
            yield slice(first, place)
            first = place
    if lengths:
        yield slice(first, len(lengths))

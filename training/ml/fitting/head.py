"""The linear end of an encoder in training: vectors into the shared space, by maps that train with it or before it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.space import Space


class Head(nn.Module):
    """Centre, map by language, map by the matrix that all languages share; each step leaves unit rows.

    Starts from the maps of a space, the shared one from the identity. Parameters are differences to that start, so
    that weight decay draws back to it.
    """

    means: Tensor
    start: Tensor  # (languages, d, d)
    shared_start: Tensor  # (d, d)

    def __init__(self, space: Space, languages: Sequence[str], trained: bool) -> None:
        super().__init__()
        means = np.stack([space.means[name] for name in languages])
        self.languages = tuple(languages)
        self.register_buffer("means", torch.from_numpy(means))
        width = means.shape[1]
        self.register_buffer("start", torch.stack([_or_identity(space.maps.get(name), width) for name in languages]))
        self.register_buffer("shared_start", _or_identity(space.shared, width))
        self.mapped = [number for number, name in enumerate(languages) if name in space.maps]
        self.own = nn.Parameter(torch.zeros(len(self.mapped), width, width), requires_grad=trained)
        self.shared = nn.Parameter(torch.zeros(width, width), requires_grad=trained)

    def forward(self, vectors: Tensor, language: Tensor) -> Tensor:
        """(b, d) unit vectors of the encoder, (b,) numbers of their languages → (b, d) unit rows."""
        placed = F.normalize(vectors - self.means[language], dim=1)
        for place, number in enumerate(self.mapped):
            rows = (language == number).nonzero()[:, 0]
            mapped = F.normalize(placed[rows] @ (self.start[number] + self.own[place]), dim=1)
            placed = placed.index_put((rows,), mapped)
        return F.normalize(placed @ (self.shared_start + self.shared), dim=1)

    def space(self, space: Space, strength: float = 1.0) -> Space:
        """`space` with the trained maps, or with so much of what was trained."""
        with torch.no_grad():
            own = {
                self.languages[number]: (self.start[number] + strength * self.own[place]).cpu().numpy()
                for place, number in enumerate(self.mapped)
            }
            return replace(space, maps=own, shared=(self.shared_start + strength * self.shared).cpu().numpy())


def _or_identity(given: np.ndarray | None, width: int) -> Tensor:
    return torch.eye(width) if given is None else torch.from_numpy(given)

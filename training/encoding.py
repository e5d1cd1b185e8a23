"""One encoder of a project as a function: texts of a language → unit rows in the project's shared space."""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from training import store
from training.ml import backbone
from training.ml.attribution import Attribution, PairText, attribute
from training.ml.backbone import Backbone, LoadedEncoder
from training.ml.embed import EmbedSettings, Runner, embed
from training.ml.space import Space
from training.models import Encoder
from workbench.progress import Progress, no_progress

Floats = NDArray[np.float32]


class Encoding:
    """Weights, centring and maps together: what the product searches with. The model is loaded at the first text."""

    def __init__(self, weights: Backbone, space: Space, progress: Progress = no_progress) -> None:
        self._weights = weights
        self._space = space
        self._progress = progress

    @classmethod
    def of(cls, encoder: Encoder, progress: Progress = no_progress) -> "Encoding":
        return cls(store.weights(encoder.weights_digest), store.space(encoder.space_digest), progress)

    def __call__(self, texts: Sequence[str], language: str) -> Floats:
        return self._space.apply(self.vectors(texts, language), language)

    @cached_property
    def general(self) -> Callable[[Sequence[str], str], Floats]:
        """The same for general vocabulary, which has means and maps of its own where it has any."""
        space = self._space.general or self._space
        return lambda texts, language: space.apply(self.vectors(texts, language), language)

    def vectors(self, texts: Sequence[str], language: str) -> Floats:
        """(n, d) unit rows as the weights alone give them."""

        def tell(done: int, total: int) -> None:
            self._progress(f"embed {language}", done, total)

        return embed(self._loaded, texts, cache=store.vectors(), progress=tell)

    def attribution(self, pairs: Sequence[PairText]) -> list[Attribution]:
        return attribute(self._loaded, pairs, self._space.apply, runner=self._runner)

    @cached_property
    def _runner(self) -> Runner:
        return Runner(self._loaded, EmbedSettings())

    @cached_property
    def _loaded(self) -> LoadedEncoder:
        backbone.set_threads(None)
        return backbone.load(self._weights)
